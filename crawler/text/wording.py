"""Mainland wording again: 規範性檔案 back to 规范性文件, 入口網站 to 门户网站, 最佳化 to 优化.

Copies of mainland pages on Taiwan-style mirrors were converted word by word. The conversion is undone word by word,
from a table (`wording.tsv`) that tells words which prove the conversion from words which mainland texts use as well:
对办结案件档案 and 市档案局 speak of archives in every text, 档案 means 文件 only in a converted one. Where both are
possible, the model of the field's language decides place by place (运行 or 执行, both of which OpenCC writes 執行).

Everything here works on simplified script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal, get_args

from crawler.text.language import ORDER, folded, model
from crawler.text.record import Log

Mode = Literal["proof", "sure", "rare", "told", "last", "deep"]

MODES: tuple[Mode, ...] = get_args(Mode)
"""What the first column of the table says; the table explains the words."""

KNOWN = tuple(
    "信息 项目 数据 用户 网络 设备 支持 登录 运行 联系 发布 优化 软件 视频 实时 权限 互联网 创建 添加 发送 智能 审核".split()
)
"""Mainland words that the most thorough converters (OpenCC s2twp) replace wherever they stand."""

SIGNS = frozenset("资讯 释出 专案 许可权 型别 使用者 智慧财产权 网际网路 稽核 例项 排程 点选 简讯 装置 支援 联络".split())
"""What they put there and other converters hardly ever do."""

ENOUGH_SIGNS = 2
"""Different ones of these prove such a converter."""

PROOFS = 2
"""Different proofs that a simplified text must hold before a word of it is touched."""

IN_FAVOUR, AGAINST = 2.0, 4.0
"""Natural logarithm by which a word is (not) taken for a converter's before the model looks at its neighbours."""

GATES = ("入口网站", "规范性档案", "网路", "最佳化", "软体", "资讯公开", "伺服器")
"""A simplified text with wording to undo holds one of these; looking for them is all that clean text pays."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: one of `mainland` stood where `found` matches, which holds `word`."""

    mode: Mode
    word: str
    found: str
    mainland: tuple[str, ...]


@dataclass(slots=True)
class Chosen:
    """The rules that a text calls for, by the evidence it gives itself."""

    rules: tuple[Rule, ...] = ()
    biases: tuple[float | None, ...] = ()
    _pattern: re.Pattern[str] | None = None
    _known: dict[tuple[int, str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rules:
            self._pattern = re.compile("|".join(f"({rule.found})" for rule in self.rules))

    def undo(self, part: str, log: Log) -> str:
        """`part` with its words undone, each noted in `log`."""
        if self._pattern is None:
            return part
        done: list[str] = []
        start = 0
        for match in self._pattern.finditer(part):
            done.append(part[start : match.start()])
            word = self._word(match, part, done)
            if word != match[0]:
                log.note(part[max(0, match.start() - 10) : match.end() + 20].strip(), _shown(part, match, word))
            done.append(word)
            start = match.end()
        return "".join((*done, part[start:])) if done else part

    def _word(self, match: re.Match[str], part: str, done: list[str]) -> str:
        number = (match.lastindex or 1) - 1
        rule, bias = self.rules[number], self.biases[number]
        if bias is None and len(rule.mainland) == 1:
            return rule.mainland[0]
        left = "".join(done[-4:])[1 - ORDER :]
        right = part[match.end() : match.end() + ORDER - 1]
        key = (number, left, right)
        if key not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[key] = _likeliest(rule, bias, left, right)
        return self._known[key]


def _shown(part: str, match: re.Match[str], word: str) -> str:
    return (part[max(0, match.start() - 10) : match.start()] + word + part[match.end() : match.end() + 20]).strip()


def _likeliest(rule: Rule, bias: float | None, left: str, right: str) -> str:
    """The word that the model finds likeliest between its neighbours; `bias` speaks for what stands there."""
    scores = {word: _score(left, word, right) for word in rule.mainland}
    if bias is not None:
        scores[rule.word] = _score(left, rule.word, right) + bias
    return max(scores, key=lambda word: scores[word])


def _score(left: str, word: str, right: str) -> float:
    known = model()
    start = len(left)
    line = folded(left + word + right)
    return sum(known.after(line[max(0, i + 1 - ORDER) : i], line[i]) for i in range(start, len(line)))


@cache
def rules() -> tuple[Rule, ...]:
    """The table: longer words first (so that 网路 does not get in before 网际网路), the surer rule of a word first."""
    text = resources.files("crawler.text").joinpath("wording.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    found = [Rule(_mode(mode), _AROUND.sub("", left), _expanded(left), tuple(right.split("|"))) for mode, left, right in rows]
    return tuple(sorted(found, key=lambda rule: (-len(rule.word), MODES.index(rule.mode))))


def _mode(name: str) -> Mode:
    for mode in MODES:
        if mode == name:
            return mode
    raise ValueError(f"wording.tsv: {name!r} is not one of {', '.join(MODES)}")


_AROUND = re.compile(r"\(\?<?[=!](?:[^()]|\([^()]*\))*\)")
_BEHIND = re.compile(r"\(\?<([=!])([^()\[\]]*\|[^()]*)\)")


def _expanded(pattern: str) -> str:
    """`re` wants look-behind of one width: alternatives become look-behinds of their own."""

    def each(match: re.Match[str]) -> str:
        parts = [f"(?<{match[1]}{part})" for part in match[2].split("|")]
        return "".join(parts) if match[1] == "!" else f"(?:{'|'.join(parts)})"

    return _BEHIND.sub(each, pattern)


def rules_for(text: str, *, traditional: bool) -> Chosen:
    """The rules that a text calls for.

    Args:
        text: in simplified script.
        traditional: it was in traditional script. Else far more evidence is asked for.
    """
    if not traditional and not any(gate in text for gate in GATES):
        return Chosen()
    present = [rule for rule in rules() if rule.word in text and re.search(rule.found, text)]
    proofs = {rule.word for rule in present if rule.mode in ("proof", "sure")}
    if not traditional:
        present = [rule for rule in present if not _stands(rule.mainland, text)]
        if len({rule.word for rule in present if rule.mode == "proof"}) < PROOFS:
            return Chosen()
    thorough = _thorough(text, {rule.word for rule in present})
    chosen: list[tuple[Rule, float | None]] = []
    for rule in present:
        if rule.mode in ("proof", "sure"):
            chosen.append((rule, None))
            continue
        bias = _bias(rule, text, proven=bool(proofs), thorough=thorough)
        if bias is not None:
            chosen.append((rule, None if rule.mode == "last" else bias))
    return Chosen(tuple(rule for rule, _ in chosen), tuple(bias for _, bias in chosen))


def _bias(rule: Rule, text: str, *, proven: bool, thorough: bool) -> float | None:
    """How far the text speaks for the word that stands there; None where the rule must not be used at all."""
    if thorough:
        return -IN_FAVOUR if rule.mode in ("told", "rare") else 0.0
    if rule.mode == "last" or _stands(rule.mainland, text):
        return None
    if rule.mode == "deep":
        return AGAINST if proven and not _stands(KNOWN, text) else None
    if proven:
        return -IN_FAVOUR
    return AGAINST if rule.mode == "rare" else None


def _thorough(text: str, words: set[str]) -> bool:
    """Whether one of the converters that replace all they know was at work."""
    signs = len(words & SIGNS)
    return signs >= ENOUGH_SIGNS and sum(word in text for word in KNOWN) * 4 <= signs


def _stands(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)
