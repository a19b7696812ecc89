"""Mainland wording again: 規範性檔案 back to 规范性文件, 入口網站 to 门户网站, 最佳化 to 优化.

Copies of mainland pages on Taiwan-style mirrors were converted word by word. The conversion is undone word by word,
from a table (`wording.tsv`) that tells words which prove the conversion from words which mainland texts use as well:
对办结案件档案 and 市档案局 speak of archives in every text, 档案 means 文件 only in a converted one. Where both are
possible, the model of the field's language decides place by place (运行 or 执行, both of which OpenCC writes 執行).

Everything here works on simplified script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, get_args

from crawler.text.language import ORDER, folded, model
from crawler.text.record import Log

Mode = Literal["alone", "proof", "sure", "rare", "told", "last", "deep"]

MODES: tuple[Mode, ...] = get_args(Mode)
"""What the first column of the table says; the table explains the words."""

CERTAIN = ("alone", "proof", "sure")

_KNOWN = (
    "信息 项目 数据 用户 网络 设备 支持 登录 运行 联系 发布 优化 软件 视频 实时 权限 互联网 创建 添加 发送 智能 审核"
)
KNOWN = tuple(_KNOWN.split())
"""Mainland words that the most thorough converters (OpenCC s2twp) replace wherever they stand."""

_SIGNS = "资讯 释出 专案 许可权 型别 使用者 智慧财产权 网际网路 稽核 例项 排程 点选 简讯 装置 支援 联络"
SIGNS = frozenset(_SIGNS.split())
"""What they put there and other converters hardly ever do."""

ENOUGH_SIGNS = 2
"""Different ones of these prove such a converter."""

WEIGHTS: dict[Mode, int] = {"alone": 4, "proof": 2, "sure": 2, "rare": 1}
"""How far a word in such surroundings speaks for a converter."""

ENOUGH = 4
"""Weight of the different words that a simplified text must hold before one of them is touched."""

LESS = 2
"""Weight that is enough behind a thorough converter."""

_ELSEWHERE = re.compile("台[湾胞资商北]|臺|港澳|香港|澳门|两岸|海峡|陆委会|行政院|立法院")
"""A text that speaks of places where such words are at home must hold more."""

ELSEWHERE_NEEDS = 3
"""So many times as much."""

_LONG = 4000
"""Characters beyond which single words come together by chance: every so many more, another one is asked for."""

HARDLY_ANY = 3
"""A word that stands so many times less often than its counterpart is what a converter overlooked."""

STRETCH = 100_000
"""Characters that are looked at together."""

MEMORY = 100_000
"""Decisions that are remembered."""

IN_FAVOUR, AGAINST = 2.0, 4.0
"""Natural logarithm by which a word is (not) taken for a converter's before the model looks at its neighbours."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: one of `mainland` stood where `word` stands, in surroundings that `found` asks for."""

    mode: Mode
    word: str
    found: str
    mainland: tuple[str, ...]

    def stands_at(self, text: str, start: int) -> bool:
        """Whether the rule holds for `word`, which `text` holds at `start`."""
        return self.found == self.word or _compiled(self.found).match(text, start) is not None

    def outnumbered(self, text: str) -> bool:
        """Whether `text` says the mainland word too: a converter that knew the pair would have left hardly any."""
        return sum(text.count(word) for word in self.mainland) * HARDLY_ANY > text.count(self.word)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Use:
    """A rule that a text calls for. `bias` speaks for the word that stands there; None: it goes in any case."""

    rule: Rule
    bias: float | None


class Chosen:
    """The rules that a text calls for, by the evidence it gives itself, and what they do."""

    def __init__(self, uses: Iterable[Use] = ()) -> None:
        self._uses: dict[str, list[Use]] = {}
        for use in uses:
            self._uses.setdefault(use.rule.word, []).append(use)
        self._known: dict[tuple[Use, str, str], str] = {}

    def __bool__(self) -> bool:
        return bool(self._uses)

    def undo(self, text: str, log: Log) -> str:
        """`text` with its words undone, each noted in `log`."""
        return "".join([self._undo(part, log) for part in _stretches(text)]) if self._uses else text

    def _undo(self, part: str, log: Log) -> str:
        places = [(start, -len(word), word) for word in self._uses for start in _places(word, part)]
        if not places:
            return part
        done: list[str] = []
        end = 0
        for start, length, word in sorted(places):
            if start < end:
                continue
            use = next((use for use in self._uses[word] if use.rule.stands_at(part, start)), None)
            if use is None:
                continue
            done.append(part[end:start])
            end = start - length
            instead = self._instead(use, "".join(done[-3:]), part[end : end + ORDER - 1])
            if instead != word:
                behind = part[end : end + 15]
                log.note(
                    f"{part[max(0, start - 10) : end]}{behind}", f"{part[max(0, start - 10) : start]}{instead}{behind}"
                )
            done.append(instead)
        return "".join((*done, part[end:]))

    def _instead(self, use: Use, left: str, right: str) -> str:
        if use.bias is None and len(use.rule.mainland) == 1:
            return use.rule.mainland[0]
        key = (use, left[1 - ORDER :], right)
        if key not in self._known:
            if len(self._known) > MEMORY:
                self._known.clear()
            self._known[key] = _likeliest(*key)
        return self._known[key]


def _stretches(text: str) -> Iterator[str]:
    """`text` in stretches that end with a sentence where they can: the places in one are held in memory at once."""
    start = 0
    while len(text) - start > STRETCH:
        end = max(text.rfind("。", start, start + STRETCH), text.rfind("\n", start, start + STRETCH)) + 1
        end = end if end > start else start + STRETCH
        yield text[start:end]
        start = end
    yield text[start:]


def _places(word: str, text: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + 1)


def _likeliest(use: Use, left: str, right: str) -> str:
    """The word that the model finds likeliest between its neighbours."""
    scores = {word: _score(left, word, right) for word in use.rule.mainland}
    if use.bias is not None:
        scores[use.rule.word] = _score(left, use.rule.word, right) + use.bias
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
    found = [
        Rule(_mode(mode), _AROUND.sub("", left), _expanded(left), tuple(right.split("|"))) for mode, left, right in rows
    ]
    return tuple(sorted(found, key=lambda rule: (-len(rule.word), MODES.index(rule.mode))))


@cache
def gates() -> dict[str, tuple[Rule, ...]]:
    """Word -> the rules that prove something and whose word holds it. A simplified text with wording to undo holds one
    of these words."""
    proving = [rule for rule in rules() if rule.mode in ("alone", "proof")]
    words = {rule.word for rule in proving}
    shortest = [word for word in words if not any(other in word for other in words if other != word)]
    return {word: tuple(rule for rule in proving if word in rule.word) for word in sorted(shortest)}


@cache
def _gate() -> re.Pattern[str]:
    """One pattern for all of `gates`: looking for it is all that clean text pays."""
    rests: dict[str, list[str]] = {}
    for word in gates():
        rests.setdefault(word[0], []).append(word[1:])
    return re.compile("|".join(f"{first}(?:{'|'.join(several)})" for first, several in rests.items()))


def _suspect(text: str) -> bool:
    """Whether a simplified text holds one of the words that prove something, in such surroundings."""
    held = set(_gate().findall(text))
    return any(
        rule.stands_at(text, start) for word in held for rule in gates()[word] for start in _places(rule.word, text)
    )


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
    if not traditional and not _suspect(text):
        return Chosen()
    present = [rule for rule in rules() if any(rule.stands_at(text, start) for start in _places(rule.word, text))]
    likely = present if traditional else [rule for rule in present if not rule.outnumbered(text)]
    thorough = _thorough(text, {rule.word for rule in likely})
    if not traditional and not _converted(text, likely, thorough=thorough):
        return Chosen()
    if not thorough:
        present = likely
    proven = any(rule.mode in CERTAIN for rule in present)
    return Chosen(use for rule in present if (use := _use(rule, text, proven=proven, thorough=thorough)))


def _converted(text: str, found: Iterable[Rule], *, thorough: bool) -> bool:
    """Whether a simplified text went through a converter and back."""
    weights: dict[str, int] = {}
    for rule in found:  # longer words first: 资讯公开 and the 资讯 in it are one
        word = next((word for word in weights if rule.word in word), rule.word)
        weights[word] = max(weights.get(word, 0), WEIGHTS.get(rule.mode, 0))
    needed = (LESS if thorough else ENOUGH) + len(text) // _LONG
    if any(weight >= WEIGHTS["alone"] for weight in weights.values()):
        needed = ENOUGH
    if _ELSEWHERE.search(text):
        needed = ELSEWHERE_NEEDS * max(needed, ENOUGH)
    return sum(weights.values()) >= needed


def _use(rule: Rule, text: str, *, proven: bool, thorough: bool) -> Use | None:
    """The rule with how far the text speaks for the word that stands there; None if the rule must not be used."""
    if rule.mode in CERTAIN:
        return Use(rule, None)
    if thorough:
        return Use(rule, {"last": None, "deep": 0.0}.get(rule.mode, -IN_FAVOUR))
    if rule.mode == "last" or rule.outnumbered(text):
        return None
    if rule.mode == "deep":
        return Use(rule, AGAINST) if proven and not any(word in text for word in KNOWN) else None
    if proven:
        return Use(rule, -IN_FAVOUR)
    return Use(rule, AGAINST) if rule.mode == "rare" else None


def _thorough(text: str, words: set[str]) -> bool:
    """Whether one of the converters that replace all they know was at work."""
    signs = words & SIGNS
    known = sum(text.count(word) for word in KNOWN)
    return len(signs) >= ENOUGH_SIGNS and known * HARDLY_ANY <= sum(text.count(word) for word in signs)
