"""Whose figures a sentence states: the reporting office's own (市本级, 我局) or those of a whole area (全市, 全系统).

全市收到申请5000件，其中市本级482件 states two numbers of one quantity. Which of them the report's tables hold depends
on the report's scope; the other one is kept under a name of its own (`new.all`, `new.own`), never in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from crawler.reports.model import Scope

Class = Literal["", "all", "own", "parts"]
"""Of whom a clause speaks: nobody named, the whole area, the office itself, others below it."""

_AREA = "[省市县区州盟旗]"
_HINT = re.compile(
    rf"全{_AREA}|本级|我[局厅委办院所处站队]|[局厅委]机关|政府办|各{_AREA}|{_AREA}级|各[级部地]|系统|{_AREA}{{2}}"
)
_SEGMENT = re.compile(r"[^，,；;。！？!?、（）()]*[，,；;。！？!?、（）()]?")
_YEAR = r"20\d\d年(?:度)?|本年度?|今年|全年|年内|\d{1,2}[月日]|底|末"
_AHEAD = rf"^(?:其中|截至|截止|到|至|而|另|此外|[：:，\s]|{_YEAR}){{0,6}}"
_CLASSES: tuple[tuple[Class, re.Pattern[str]], ...] = (
    (
        "own",
        re.compile(
            rf"{_AHEAD}(?:{_AREA}?本级|{_AREA}政府办(?:公[室厅])?|{_AREA}人民政府办公[室厅]|[局厅委]机关|机关本[级身]"
            rf"|我[局厅委办院所处站队]|本[局厅委办院所处站队]|本单位|本机关|我单位|{_AREA}[局厅])"
        ),
    ),
    (
        "all",
        re.compile(
            rf"{_AHEAD}(?:在|共|[^，]{{0,2}})?(?<![在向对为由])(?:全{_AREA}|全系统|各级各部门)(?!性|第|率先|统一)"
        ),
    ),
    (
        "parts",
        re.compile(
            rf"{_AHEAD}(?:各(?:{_AREA}{{1,3}}|乡镇|镇|街道|地|部门|单位|直属|派出)|(?:区县|县区|市县|县市区|乡镇|街道|部门|单位)"
            rf"(?=[收受共\d])|{_AREA}[级直](?:各)?(?:部门|单位)|下属|所属|基层|直属)"
        ),
    ),
)
_BARE = re.compile(
    rf"{_AHEAD}(?:{_AREA}?本级|[局厅委]机关|我[局厅委办院所处]|本[局厅委办院所处]|{_AREA}政府办(?:公[室厅])?|{_AREA}[局厅])"
    r"(?:机关)?(?:收到|受理|新收|办结|公开|共|计|为|有|是|的|：|:|\s){0,4}(?P<n>\d[\d,]{0,12})\s?(?P<u>件|条|份|宗|起|项|篇)"
    r"(?=[，,；;。、）)！？!?]?$)"
)
_COUNT = re.compile(r"(?P<n>\d[\d,]{0,12})\s?(?P<u>件|条|份|宗|起|项|篇)")
_OPEN, _SHUT = frozenset("（("), frozenset("）)")


class View(NamedTuple):
    """What of a sentence speaks of one whom: its text, others blotted out, and what its quantities' names end in."""

    suffix: str
    text: str


class _Segment(NamedTuple):
    text: str
    whose: Class


def views(sentence: str, scope: Scope | None, before: Class = "") -> tuple[list[View], Class]:
    """The sentence for each whose figures it states, and of whom the next sentence goes on to speak.

    For a report of one office the whole area's figures are named `.all`; for a consolidated one the office's `.own`.
    Where the scope is not known and both are stated, neither goes by the plain name. Figures of parts (各县区) are none
    of the report's.
    """
    if not before and not _HINT.search(sentence):
        return [View("", sentence)], ""
    segments = list(_segments(sentence, before))
    told = {one.whose for one in segments if any(map(str.isdigit, one.text))}
    after = next((one.whose for one in reversed(segments) if any(map(str.isdigit, one.text))), before)
    found: dict[str, set[Class]] = {"": {""}}
    for whose in ("all", "own"):
        found.setdefault(_suffix(whose, scope, told), set()).add(whose)
    out = [View(suffix, _of(segments, kept, suffix)) for suffix, kept in found.items()]
    return [view for view in out if view.text.strip("＿")], "" if after == "parts" else after


def _suffix(whose: Class, scope: Scope | None, told: set[Class]) -> str:
    if scope == "own":
        plain = whose == "own"
    elif scope == "consolidated":
        plain = whose == "all"
    else:
        plain = not {"all", "own"} <= told
    return "" if plain else f".{whose}"


def _segments(sentence: str, before: Class) -> Iterator[_Segment]:
    """Clauses with whose they are; a bracket's own subject ends with it."""
    whose, outside, joined = before, before, False
    for text in _SEGMENT.findall(sentence):
        named = next((name for name, pattern in _CLASSES if pattern.search(text)), None)
        if named is not None and not (named == "parts" and whose == "all" and joined):
            whose = named
        joined = text.endswith("、") and not any(map(str.isdigit, text))  # 全市各部门、各街道 are one subject
        yield _Segment(text, whose)
        if text[-1:] in _OPEN:
            outside = whose
        elif text[-1:] in _SHUT:
            whose = outside


def _of(segments: list[_Segment], kept: set[Class], suffix: str) -> str:
    """The clauses of these, all others blotted; 其中市本级482件 takes the words of the clause whose share it is."""
    out: list[str] = []
    for at, one in enumerate(segments):
        if one.whose not in kept:
            out.append("＿" * len(one.text))
            continue
        bare = _BARE.match(one.text) if one.whose == "own" and at else None
        whole = segments[at - 1] if bare is not None else None
        if bare is None or whole is None or whole.whose not in ("all", ""):
            out.append(one.text)
            continue
        counts = list(_COUNT.finditer(whole.text))
        if len(counts) == 1 and (whole.whose not in kept or suffix):
            head, tail = whole.text[: counts[0].start()], whole.text[counts[0].end() :]
            out.append(f"{head}{bare['n']}{bare['u']}{tail}")
        else:
            out.append("＿" * len(one.text))
    return "".join(out)
