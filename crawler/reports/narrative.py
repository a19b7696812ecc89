"""Figures that the prose states: 收到依申请公开50件, 其中当面申请1件, 办结50件 …

A figure is only what the text says; whether it agrees with the tables is for the checks. Every pattern has a bounded
window and runs over short sentences of a bounded text, so that no page can hold the parser up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from crawler.reports import channels
from crawler.reports.model import Figure, Section
from crawler.reports.numbers import chinese_number

MOST_CHARS = 120_000
"""Prose read for figures; the longest reports have about 60,000 characters."""
_SENTENCE_CHARS = 700
_CN = "零一二三四五六七八九十百两"
_UNITS = "件次|人次|件|条|份|宗|起|个|次|篇|例|项|万元|元|期|场"
_NUM = rf"(?P<n>\d[\d,，]{{0,12}}(?:\.\d{{1,6}})?|[{_CN}]{{1,5}})\s?余?(?P<u>{_UNITS})"
_CASES = r"(?P<n>\d[\d,，]{0,12}|[" + _CN + r"]{1,5})\s?(?P<u>件次|件|条|份|宗|起|次|例|个|项)"


def _w(most: int) -> str:
    """Up to `most` characters of the same clause, digits only as a year."""
    return rf"(?:[^。；;，,！!？?\d\n]|20\d\d年){{0,{most}}}?"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Patterns for one quantity. `topic` must stand in the paragraph; one of `needs` stands in whatever they match."""

    quantity: str
    patterns: tuple[re.Pattern[str], ...]
    needs: tuple[str, ...]
    topic: str = ""
    mask: bool = False
    fixed: Decimal | None = None
    unit: str | None = None


_REQUEST = r"申请"
_ZERO_VERB = r"(?:没有|未曾|尚未|并未|未|无)"


def _rule(quantity: str, *patterns: str, needs: str, topic: str = "", mask: bool = False) -> _Rule:
    return _Rule(quantity, tuple(map(re.compile, patterns)), tuple(needs.split()), topic, mask)


def _none(quantity: str, *patterns: str, needs: str, unit: str, topic: str = "") -> _Rule:
    return _Rule(quantity, tuple(map(re.compile, patterns)), tuple(needs.split()), topic, fixed=Decimal(0), unit=unit)


_RULES: tuple[_Rule, ...] = (
    _rule(
        "carried_over",
        rf"(?:上年|上年度|往年|上一年|上一年度|去年|20\d\d年)(?:度)?(?:结转|转结|遗留|未办结){_w(12)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="结转 转结 遗留 未办结",
    ),
    _rule(
        "carried_forward",
        rf"(?:结转|延续|顺延|转)(?:至|到|下|入下){_w(14)}{_CASES}",
        rf"{_CASES}{_w(14)}(?:结转|顺延|延续|转)(?:至|到|下)",
        rf"结转{_w(4)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="转 顺延 延续",
    ),
    _rule(
        "new",
        rf"(?:新收|新增受理|新增|收到|收办|受理|接收|接到|收悉){_w(30)}(?:公开|申请){_w(10)}{_CASES}",
        rf"(?:新收|新增受理|新增|收到|收办|受理|接收|接到)(?:了|到)?(?:各类)?\s?{_CASES}{_w(14)}申请",
        rf"(?:政府信息公开|依申请公开|信息公开)(?:的)?申请(?:总数|数量|共计|总计|共|数)?(?:为|计|合计)?\s?{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="公开 申请",
    ),
    _none(
        "new",
        rf"{_ZERO_VERB}(?:收到|接到|受理|接收|新收){_w(24)}申请(?!.{{0,6}}(?:行政复议|行政诉讼))",
        rf"{_ZERO_VERB}{_w(20)}(?:提出|提交|递交|申请){_w(10)}(?:信息公开|依申请公开)",
        unit="件",
        topic=_REQUEST,
        needs="申请 信息公开 依申请公开",
    ),
    _rule(
        "granted_partial",
        rf"(?:予以公开|同意公开|公开)(?:[及和与或、]|以及|或者){{1,2}}(?:予以)?部分公开{_w(8)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="部分公开",
    ),
    _rule("partial", rf"部分公开(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="部分公开"),
    _rule(
        "denied",
        rf"(?:不予公开|不同意公开|不公开)(?:的)?{_w(8)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="不予公开 不同意公开 不公开",
    ),
    _rule("unable", rf"无法(?:提供|公开)(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="无法"),
    _rule("notproc", rf"不予(?:处理|受理)(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="不予"),
    _rule("other", rf"其[他它](?:处理|情形|情况)(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="其他 其它"),
    _rule(
        "granted",
        rf"(?<!不)(?:予以公开|同意公开|全部公开|已?主动公开(?=\d))(?:的)?{_w(8)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="予以公开 同意公开 全部公开 主动公开",
    ),
    _rule(
        "decided_total",
        rf"(?:办结|答复|办理完毕|办理完成|办理)(?!率){_w(16)}{_CASES}",
        rf"{_CASES}(?:申请)?(?:已|均已|均|已经)?(?:全部|按[时期])?(?:办结|答复)",
        topic=r"依申请|公开申请|信息公开",
        needs="办结 答复 办理",
    ),
    _none(
        "recon|suits",
        rf"{_ZERO_VERB}{_w(40)}行政复议(?:[、和及或与]|以及|或者|案件|、提起){_w(8)}(?:行政)?诉讼",
        rf"行政复议(?:[、和及或与]|以及|或者|、提起){{1,2}}(?:行政)?诉讼{_w(10)}(?:均|都)?为?(?:0|零)\s?(?:件|起|宗|次)",
        rf"行政复议(?:[、和及或与]|以及|或者|、提起){{1,2}}(?:行政)?诉讼{_w(10)}(?:没有发生|未发生|均?无(?=[。，,；]|$))",
        unit="件",
        needs="行政复议",
    ),
    _rule("recon", rf"行政复议(?!决定|机关|法|答复书){_w(10)}{_CASES}", rf"{_CASES}{_w(3)}行政复议", needs="行政复议"),
    _none("recon", rf"{_ZERO_VERB}{_w(24)}行政复议(?:案件|情况|的)?", unit="件", needs="行政复议"),
    _rule("suits", rf"诉讼(?!法|费){_w(10)}{_CASES}", rf"{_CASES}{_w(3)}行政诉讼", needs="诉讼"),
    _none("suits", rf"{_ZERO_VERB}{_w(24)}行政诉讼(?:案件|情况|的)?", unit="件", needs="诉讼"),
    _rule(
        "fees",
        rf"(?:信息处理费|收取费用|收费|收取){_w(14)}(?P<n>\d[\d,，]{{0,12}}(?:\.\d{{1,6}})?)\s?(?P<u>万元|元)",
        needs="费 收取",
    ),
    _none(
        "fees",
        rf"(?:未|没有|无|不存在|不)(?:收取|发生|产生|收|涉及|向.{{1,10}}收取){_w(24)}费",
        r"信息处理费(?:的)?(?:收取)?(?:情况|金额)?(?:为|：|:)?(?:0|零|无)(?!\d)",
        unit="元",
        needs="费",
    ),
    _rule(
        "normative_made", rf"(?:制发|制定|印发|出台|制作)(?:了|的)?{_w(8)}规范性文件{_w(4)}{_CASES}", needs="规范性文件"
    ),
    _rule(
        "normative_valid", rf"现行有效{_w(14)}{_CASES}", rf"规范性文件{_w(6)}现行有效{_w(6)}{_CASES}", needs="现行有效"
    ),
    _rule(
        "disclosed",
        rf"(?:主动公开|(?<!申请)公开|发布)(?:各类|各种)?(?:政府|政务)?信息(?:数|数量|总数|共计|共|合计|总计)?{_w(4)}"
        r"(?P<n>\d[\d,，]{0,12})\s?余?(?P<u>条|件|篇|份)",
        needs="信息",
    ),
    _rule(
        "accounts",
        rf"(?:政务)?(?:新媒体|微博|微信|公众号|抖音|客户端){_w(10)}(?:账号|帐号|公众号){_w(6)}(?P<n>\d+)\s?(?P<u>个)",
        needs="新媒体 微博 微信 公众号 抖音 客户端",
    ),
    _rule(
        "posts",
        rf"(?:微博|微信|公众号|新媒体|两微|双微|“两微”){_w(24)}(?:发布|推送|发文|刊发|发){_w(14)}{_NUM}",
        needs="微博 微信 公众号 新媒体 两微 双微",
    ),
)


@dataclass(slots=True)
class _Reader:
    """Reads paragraphs in order; the first statement of a quantity stands."""

    found: dict[str, Figure] = field(default_factory=dict)
    left: int = MOST_CHARS

    def paragraph(self, text: str, section: str | None) -> None:
        text = text[: self.left]
        self.left -= len(text)
        for sentence in _sentences(text):
            if re.search(rf"\d|[{_CN}](?:{_UNITS})|无|未|没有", sentence):
                self._sentence(sentence, text, section)

    def _sentence(self, sentence: str, paragraph: str, section: str | None) -> None:
        masked = sentence
        if _REQUEST in paragraph:
            for quantity, printed, unit in channels.read(sentence):
                if (value := number(printed)) is not None:
                    self._note(quantity, value, unit, sentence, section)
        for rule in _RULES:
            if not any(word in sentence for word in rule.needs):
                continue
            if rule.topic and not re.search(rule.topic, paragraph):
                continue
            for pattern in rule.patterns:
                match = pattern.search(masked)
                if match is None:
                    continue
                value = rule.fixed if rule.fixed is not None else number(match["n"])
                if value is None:
                    continue
                unit = rule.unit or match["u"]
                self._note(rule.quantity, value, unit, sentence, section)
                if rule.mask:
                    masked = masked[: match.start()] + "＿" * (match.end() - match.start()) + masked[match.end() :]
                break

    def _note(self, quantities: str, value: Decimal, unit: str, sentence: str, section: str | None) -> None:
        for quantity in quantities.split("|"):
            figure = Figure(quantity, value, unit, sentence.strip()[:400], section)
            self.found.setdefault(quantity, figure)


def figures(sections: Sequence[Section], preamble: Sequence[str] = ()) -> dict[str, Figure]:
    """What the prose of a report states, by quantity; tables are no prose.

    Quantities: `new`, `carried_over`, `decided_total`, `carried_forward`, `granted`, `partial`, `granted_partial`
    (both in one number), `denied`, `unable`, `notproc`, `other`, `channel.face|fax|mail|written|net|email`,
    `recon`, `suits`, `fees`, `normative_made`, `normative_valid`, `disclosed`, `accounts`, `posts`.
    没有收到…申请 states 0 for `new`.
    """
    reader = _Reader()
    for line in preamble:
        reader.paragraph(line, None)
    for section in sections:
        for line in _lines(section):
            reader.paragraph(line, section.id or section.heading)
    return reader.found


def _lines(section: Section) -> Iterator[str]:
    yield from section.text.split("\n")
    for child in section.subsections:
        yield from _lines(child)


def _sentences(text: str) -> Iterator[str]:
    """Sentences of a paragraph; 。 ends one, and one that runs on is cut at a fixed length."""
    for sentence in re.split(r"(?<=[。！？!?])", text):
        for start in range(0, len(sentence), _SENTENCE_CHARS):
            yield sentence[start : start + _SENTENCE_CHARS]


def number(text: str) -> Decimal | None:
    """A printed number (with thousands commas) or a Chinese numeral as a Decimal; None when it is neither."""
    plain = re.sub(r"[,，]", "", text)
    if re.fullmatch(r"\d{1,15}(?:\.\d{1,6})?", plain, re.ASCII):
        return Decimal(plain)
    return chinese_number(plain)
