"""Section headings: which numeral they carry, and which statutory section they name.

The wordings come from the formats (data); what stands here is only how numerals are printed and how a wording is
compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

from rapidfuzz import fuzz, process

from crawler.reports import formats

Scheme = Literal["cn", "paren", "arabic", "aparen", "part", "none"]
"""How a numeral is printed: 一、 / （一） / 1. / （1） / 第一部分 / not at all."""

Strength = Literal["exact", "close", "keyword", ""]

_CN = "一二三四五六七八九十"
_NUMERAL_STARTS = frozenset(_CN + "(（〔[第0123456789")
_PATTERNS: tuple[tuple[Scheme, re.Pattern[str]], ...] = (
    ("paren", re.compile(rf"[(（〔\[]\s?([{_CN}]{{1,3}})\s?[)）〕\]]\s?[、.．,，:：]?\s?")),
    ("part", re.compile(rf"第\s?([{_CN}]{{1,3}}|\d{{1,2}})\s?(?:部分|章|节)\s?[、:：.．]?\s?")),
    ("cn", re.compile(rf"([{_CN}]{{1,3}})\s?[、.．,，:：]\s?")),
    ("aparen", re.compile(r"[(（]\s?(\d{1,2})\s?[)）]\s?[、.．]?\s?")),
    ("arabic", re.compile(r"(\d{1,2})\s?(?:[、．]|\.(?!\d))\s?")),
)
_MARKS: Mapping[Scheme, str] = MappingProxyType(
    {"cn": "{}、", "paren": "（{}）", "arabic": "{}.", "aparen": "（{}）", "part": "第{}部分", "none": ""}
)
TABLE_LABEL = re.compile(
    r"本年(?:度)?新收|上年(?:度)?结转|^(?:三、)?本年(?:度)?办理结果|^(?:四、)?结转下(?:年度|一年)(?:继续办理)?|第一项加第二项"
)
"""Row labels of the requests table that are numbered like sections (一、本年新收政府信息公开申请数量)."""

_STOP = re.compile(r"[。！!？?；;]")
_COLON = re.compile(r"[：:]")
_TITLE_END = re.compile(r"[。：:！!]|\s(?=\S{4})")
_EDGE = " 。．.：:；;，,、　"
_SUBJECT = re.compile(
    r"^(?:20\d\d年(?:度)?|(?:我|本)(?:[省市县区州旗镇乡厅局委办院]|机关|单位|部门|街道|年度?)|全[省市县区]|年度)(?:的)?"
)
_FILLER = re.compile(
    r"政府信息公开工作|政务公开工作|政府信息公开|政务信息公开|工作|年度|有关|相关|的|及其|及|和|与|主要|情况|[、，,（）()“”\s]"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral at the start of a line: its scheme, its number, its canonical print (`一、`), and what follows it."""

    scheme: Scheme
    number: int
    mark: str
    rest: str


@dataclass(frozen=True, slots=True)
class Match:
    """A wording bound to a statutory section. `strength` is "" when nothing fits (then `id` is None)."""

    id: str | None
    strength: Strength


NO_MATCH = Match(None, "")


def numeral(line: str) -> Numeral | None:
    """The numeral that a line starts with, or None. 一是…, 2023年…, 1.5万 and 二季度 carry none."""
    head = line[:1]
    if head not in _NUMERAL_STARTS:
        return None
    for scheme, pattern in _PATTERNS:
        found = pattern.match(line)
        if found:
            rest = line[found.end() :]
            number = _number(found.group(1))
            if not rest or number == 0:
                return None
            printed = found.group(1)
            return Numeral(scheme, number, _MARKS[scheme].format(printed), rest)
    return None


def _number(text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CN.index(text) + 1 if len(text) == 1 else 0
    high = _CN.index(tens) + 1 if tens else 1
    return high * 10 + (_CN.index(ones) + 1 if ones and ones in _CN else 0)


def bare(wording: str) -> str:
    """A heading's wording for comparison: no numeral, no blanks, no marks at its ends."""
    wording = wording.strip(_EDGE)
    found = numeral(wording)
    return "".join((found.rest if found else wording).split()).strip(_EDGE)


@cache
def wordings() -> Mapping[str, str]:
    """Every known wording of a section heading (bare) -> canonical section id, over all formats; newer formats win."""
    found: dict[str, str] = {}
    for fmt in formats.load().values():
        for section in fmt.sections:
            for wording in (section.zh, *section.variants):
                found.setdefault(bare(wording), section.id)
    return MappingProxyType(found)


@cache
def prescribed_wordings() -> frozenset[str]:
    """The wordings printed in the standards themselves (bare), long enough to be a heading without a numeral."""
    names = {bare(section.zh) for fmt in formats.load().values() if fmt.national for section in fmt.sections}
    return frozenset(name for name in names if len(name) >= 8)


@cache
def section_tables() -> Mapping[str, frozenset[str]]:
    """Canonical section id -> ids of the statutory tables that stand in it, over all formats."""
    found: dict[str, set[str]] = {}
    for fmt in formats.load().values():
        for section in fmt.sections:
            found.setdefault(section.id, set()).update(section.tables)
    return MappingProxyType({key: frozenset(value) for key, value in found.items()})


@cache
def follows(first: str, second: str) -> bool:
    """True when every format that has both sections prints the second behind the first, and one at least has both."""
    orders = [[section.id for section in fmt.sections] for fmt in formats.load().values()]
    places = [(order.index(first), order.index(second)) for order in orders if first in order and second in order]
    return bool(places) and all(before < behind for before, behind in places)


def speaks_of(section: str, text: str) -> bool:
    """True when a heading's text holds a keyword of a section, whatever else it names."""
    return any(name == section and pattern.search(text) for name, pattern in _KEYWORDS)


@cache
def _loose() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for wording, section in wordings().items():
        key = _FILLER.sub("", wording)
        if len(key) >= 2:
            found.setdefault(key, section)
    return MappingProxyType(found)


_KEYWORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("review", re.compile(r"复议|诉讼|应诉")),
    (
        "problems",
        re.compile(
            r"问题|不足|困难|差距|改进|整改|下一?步|打算|今后|下阶段|(?:20\d\d年|明年)(?:度)?(?:的)?工作(?:计划|思路|重点|安排)"
        ),
    ),
    ("fees", re.compile(r"收费|减免")),
    ("requests", re.compile(r"依申请|(?:收到|处理|受理|办理).{0,12}申请|申请.{0,6}(?:收到|处理|办理|答复)|申请公开")),
    ("other", re.compile(r"其[他它].{0,8}(?:事项|情况|内容)|需要?(?:报告|说明)的|说明事项|^附[件表录注]")),
    ("proactive", re.compile(r"主动公开(?!.{0,6}(?:依申请|和))")),
    ("overview", re.compile(r"^(?:工作)?(?:概述|概况|综述)$|(?:总体|基本|整体)(?:工作)?(?:情况|概况)|工作概[述况]")),
)


@lru_cache(maxsize=8192)
def match(wording: str) -> Match:
    """Bind a heading's wording (with or without its numeral) to a canonical section id."""
    text = bare(wording)
    if not text or TABLE_LABEL.search(text):
        return NO_MATCH
    for candidate in (text, _SUBJECT.sub("", text)):
        known = wordings().get(candidate)
        if known:
            return Match(known, "exact")
    loose = _loose().get(_FILLER.sub("", _SUBJECT.sub("", text)))
    if loose:
        return Match(loose, "close")
    if 6 <= len(text) <= 40:
        best = process.extractOne(text, wordings().keys(), scorer=fuzz.ratio, score_cutoff=86)
        if best and abs(len(best[0]) - len(text)) <= 4 and len(best[0]) >= 6:
            return Match(wordings()[best[0]], "close")
    return Match(next((name for name, pattern in _KEYWORDS if pattern.search(text)), None), "keyword")


def known_prefix(text: str) -> str | None:
    """The longest known wording that a running text starts with (blanks inside it allowed), as printed; else None.

    一、总体情况 2021年,市局…: the heading stands in the same line as its text.
    """
    squeezed = "".join(text[:60].split())
    subject = _SUBJECT.match(squeezed)
    offset = subject.end() if subject else 0
    for skip in (0, offset) if offset else (0,):
        rest = squeezed[skip : skip + 40]
        known = next((wording for wording in _wordings_from().get(rest[:4], ()) if rest.startswith(wording)), None)
        if known:
            ends = [at + 1 for at, char in enumerate(text[:60]) if not char.isspace()]
            return text[: ends[skip + len(known) - 1]]
    return None


@cache
def _wordings_from() -> Mapping[str, Sequence[str]]:
    """The known wordings of four characters and more by their first four, the longest first."""
    found: dict[str, list[str]] = {}
    for wording in sorted(wordings(), key=len, reverse=True):
        if len(wording) >= 4:
            found.setdefault(wording[:4], []).append(wording)
    return found


def split(rest: str, *, limit: int = 45) -> tuple[str, str] | None:
    """A numbered line without its numeral as (title, text behind it); None when it is a sentence and not a heading.

    (一)主动公开情况。在网站… -> title and text; a short line without an inner full stop is all title.
    """
    line = rest.strip()
    end = _STOP.search(line)
    whole = line.strip(_EDGE)
    if end and end.end() >= len(line) and len(whole) > 20 and ("，" in whole or "," in whole):
        return None  # one sentence with clauses and a full stop is an item of a list
    if len(whole) <= limit and (end is None or end.end() >= len(line)):
        colon = _COLON.search(whole)
        if colon is None or colon.start() > 30:
            return whole, ""
    cut = _TITLE_END.search(line[: limit + 1])
    if cut and cut.start() >= 2:
        return line[: cut.start()].strip(_EDGE), line[cut.end() :].strip()
    return None


_NUMBERED = re.compile(rf"[{_CN}](?:\s?[、.．]|部分)")
_INLINE = re.compile(rf"(?:^|(?<=[\s。！!？?”\"）)]))(?=(?:[{_CN}]{{1,3}}\s?[、.．]|第[{_CN}]部分))")


_MOST_INLINE = 200_000
"""Characters of one paragraph in which headings are looked for; a whole report has about 60,000."""


def inline(text: str) -> Iterator[tuple[int, Numeral, str]]:
    """Headings inside a running paragraph: (start, numeral, title as printed) for each known wording behind a numeral.

    Only after a blank or a full stop and never before a list mark: the preamble's list of parts (一、总体情况；二、…)
    and a reference such as 第二十条第（一）项 are no headings.
    """
    if not _NUMBERED.search(text):
        return
    for found in _INLINE.finditer(text, 0, _MOST_INLINE):
        number = numeral(text[found.start() : found.start() + 80])
        if number is None or number.scheme not in ("cn", "part"):
            continue
        title = known_prefix(number.rest)
        if title is None or TABLE_LABEL.search(title):
            continue
        behind = number.rest[len(title) :].lstrip()[:1]
        if behind and behind in "；;，,、和及与（(":
            continue
        yield found.start(), number, title
