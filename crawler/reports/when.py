"""The fiscal year of a report, weighed from all that its page says of it.

A title may be last year's with a new text below it, a text last year's under a new title, and some titles print the
year of publication. So every place that states a year is read: title, opening sentence, stated period (统计期限),
captions of tables, the year of which the prose speaks, the date of the signature. The title's year stands unless the
text speaks against it and can be nothing but right: it speaks of a later year (nobody copies from the next one), or the
title names the year of the date below the report, which was not over then. Whatever disagrees is a finding with both
sides (formats.yaml SEM-7).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.reports import dates
from crawler.reports.model import Finding
from crawler.reports.titles import TitleReading, is_title_line, judge

Source = Literal["title", "period", "opening", "caption", "prose", "date"]
_WEIGHT: dict[Source, int] = {"title": 4, "period": 4, "opening": 3, "caption": 2, "prose": 3, "date": 2}
"""What a place counts. Prose counts in full from three clauses on."""
_SAID: dict[Source, str] = {
    "title": "the title above the text",
    "period": "the stated period",
    "opening": "the opening",
    "caption": "the caption of a table",
    "prose": "the prose",
    "date": "the date below it",
}
_ENOUGH = 4
"""Weight from which the text may contradict a title: a stated period, or two lesser places."""
_HEAD_LINES = 40
_MOST_TEXT = 60_000


@dataclass(frozen=True, slots=True)
class When:
    """Fiscal year, where it was read (`title`, `period`, `text`, `signature`), and what disagreed."""

    year: int | None
    source: str | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stated:
    """A year that one place states, and the words in which it does."""

    year: int
    source: Source
    words: str
    weight: int


_OPENING = re.compile(
    r"(?<!\d)(20[0-4]\d)年(?:度)?[^。，,；\d《》]{0,30}?(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报|总结|情况)"
)
_LEADING = re.compile(r"(?:^|\n)\s?(20[0-4]\d)年(?:度|以来|来)?[，,]")
_CAPTION = re.compile(
    r"^[^。，,；《》]{0,30}(?<!\d)(20[0-4]\d)年(?:度)?[^。，,；]{0,30}(?:情况|统计|表)[^。，；]{0,6}$"
)
_CLAUSE = re.compile(r"[^。；;！!？?\n]+")
_QUOTED = re.compile(
    r"《[^《》]{0,80}》|[〔\[［（(]\s?20\d\d\s?[〕\]］）)]|20\d\d年第?\d{1,4}号|20[0-4]\d年?[-—－~～至到]+20[0-4]\d年?"
)
_MENTION = re.compile(r"(?P<ahead>[^，,\d]{0,6})(?<!\d)(?P<year>20[0-4]\d)年(?P<behind>[^，,。]{0,14})")
_ELSEWHERE = re.compile(r"(?:较|比|与|同|相比|自|从|于|在|去年|上年|往年|按照|根据|依据|修订|落实|贯彻|其中|结转自?)$")
_BOUND = re.compile(
    r"^(?:度)?(?:以来|起|(?:及)?以[前后]|之[前后]|\d{1,2}月\d{1,2}日[^，,]{0,8}(?:施行|实施|修订|印发|公布|通过|生效))"
)
"""Words that make a year the beginning or end of something else."""
_NEXT = re.compile(r"^(?:下一?步|今后|明年|来年|下一?年)|将|拟|打算|计划(?!生育)")
_DATE = re.compile(
    r"^(?:[\u3400-\u9fff]{0,30}[：:])?[（(]?(?:19|20|二)[\d○〇零一二三四五六七八九]{2,3}年.{1,4}月.{1,4}日[)）]?$"
)


def when(
    title: TitleReading,
    lines: Sequence[str],
    captions: Sequence[str] = (),
    signed: str | None = None,
    published: Sequence[str | None] = (),
) -> When:
    """The fiscal year.

    Args:
        title: the page's title.
        lines: paragraphs of the article.
        captions: captions and first rows of its tables.
        signed: date of the signature as printed, None where there is none.
        published: dates of publication that the page claims; they may be years late, never early.
    """
    stated = _stated(lines, captions)
    dated = dates.iso_date(signed) if signed else None
    if title.year is not None:
        known = [day for text in published if text and (day := dates.iso_date(text))]
        year = _against(title.year, stated, dated or next(iter(known), None), min((*known, dated or "9999-12-31")))
        source = "title" if year == title.year else _source_of(year, stated)
        return When(year, source, _disagreements(year, title.year, stated, dated))
    if stated:
        year = _heaviest(stated, _fiscal(dated))
        return When(year, _source_of(year, stated), _disagreements(year, None, stated, dated))
    return _by_signature(dated)


def of(title: TitleReading) -> When:
    """What a title alone says: of a page that is no report, nothing else is believed."""
    return When(title.year, "title" if title.year is not None else None)


def _by_signature(dated: str | None) -> When:
    """A page that states no year: the law has reports published in the first months behind their year (第五十条)."""
    if dated is None or not 1 <= int(dated[5:7]) <= 4 or int(dated[:4]) < 2009:
        return When(None, None)
    year = int(dated[:4]) - 1
    message = f"no title and no text states the fiscal year; {year} is taken from the date {dated} below the report"
    return When(year, "signature", (Finding("year_inferred", "soft", message, left=str(year), right=dated),))


# ------------------------------------------------------------------ deciding


def _against(title: int, stated: Sequence[_Stated], dated: str | None, earliest: str) -> int:
    """The title's year, or the text's where only that can be right. The same title printed twice counts once."""
    weights = _weights([one for one in stated if one.source != "title" or one.year != title])
    if not weights:
        return title
    other = max(weights, key=lambda year: (weights[year], year))
    if other == title or weights[other] < _ENOUGH or weights[other] <= weights[title]:
        return title
    if other > title:
        latest = _fiscal(dated)
        return other if latest is None or other <= latest else title
    return other if _fiscal(earliest) == other else title


def _heaviest(stated: Sequence[_Stated], fiscal: int | None) -> int:
    """Without a title: the year with most weight; the date below decides between years that the text states."""
    weights = _weights(stated)
    if fiscal is not None and fiscal in weights:
        weights[fiscal] += _WEIGHT["date"]
    return max(weights, key=lambda year: (weights[year], year))


def _weights(stated: Sequence[_Stated]) -> Counter[int]:
    weights: Counter[int] = Counter()
    for one in stated:
        weights[one.year] += one.weight
    return weights


def _fiscal(dated: str | None) -> int | None:
    """The fiscal year that a date below a report speaks for: the year before, in December its own."""
    if dated is None:
        return None
    return int(dated[:4]) - (dated[5:7] != "12")


def _source_of(year: int | None, stated: Sequence[_Stated]) -> str:
    sources = {one.source for one in stated if one.year == year}
    return "period" if "period" in sources else "text"


def _disagreements(year: int, title: int | None, stated: Sequence[_Stated], dated: str | None) -> tuple[Finding, ...]:
    """What states another year than the one that was taken, in one finding: hard against a title or a period."""
    against = [one for one in stated if one.year != year and one.weight >= 2]
    if title is not None and title != year:
        backing = [one for one in stated if one.year == year]
        names = ", ".join(dict.fromkeys(_SAID[one.source] for one in backing))
        message = f"the title says {title}, but {names} say {year} ({backing[0].words}); {year} was taken"
        return (Finding("SEM-7", "hard", message, left=str(title), right=str(year), where="year"),)
    if not against:
        return _late(year, dated)
    first = max(against, key=lambda one: one.weight)
    said = "; ".join(dict.fromkeys(f"{_SAID[one.source]} says {one.year} ({one.words})" for one in against))
    named = f"the title says {year}" if title is not None else f"most of the text says {year}"
    loud = first.source == "period" or (title is not None and any(one.source != "prose" for one in against))
    severity: Literal["hard", "soft"] = "hard" if loud else "soft"  # prose may tell a body's history
    message = f"{named}, {said}; {year} was taken"
    return (Finding("SEM-7", severity, message, left=str(year), right=str(first.year), where="year"),)


def _late(year: int, dated: str | None) -> tuple[Finding, ...]:
    """A signature a year late: the report may be late, or its title and text not brought up to date."""
    fiscal = _fiscal(dated)
    if dated is None or fiscal is None or fiscal <= year:
        return ()
    message = f"the report of {year} is signed {dated}: late, or the year in its title was not brought up to date"
    return (Finding("SEM-7", "soft", message, left=str(year), right=dated, where="date"),)


# ------------------------------------------------------------------ reading


def _stated(lines: Sequence[str], captions: Sequence[str]) -> list[_Stated]:
    lines = [*_without_plans(lines)]
    head = dates.arabic("\n".join(lines[:_HEAD_LINES])[:12_000])
    titled = [*_titled(lines)]
    found = [*titled, *_period(head), *_opening(head, bool(titled)), *_captioned(lines, captions)]
    return [*found, *_spoken(dates.arabic("\n".join(lines)[:_MOST_TEXT]), bool(found))]


_TOP = re.compile(r"^[一二三四五六七八九]\s?[、.．]")
_FUTURE = re.compile(r"问题|不足|改进|打算|计划|下一?步|今后|展望|思路|设想")


def _without_plans(lines: Sequence[str]) -> Iterator[str]:
    """The lines without the section on shortcomings and plans, which speaks of the next year, and without dates that
    stand alone."""
    future = False
    for line in lines:
        if _TOP.match(line) and len(line) <= 60:
            future = _FUTURE.search(line) is not None
        if not future and not _DATE.match("".join(line.split())):
            yield line


def _titled(lines: Sequence[str]) -> Iterator[_Stated]:
    """The title that the article prints above its text."""
    for line in lines[:5]:
        reading = judge(line) if is_title_line(line) else None
        if reading and reading.kind == "annual_report" and reading.year is not None:
            yield _of(reading.year, "title", line)
            return


def _period(head: str) -> Iterator[_Stated]:
    year = dates.period_year(head)
    if year is not None:
        yield _of(year, "period", dates.period_words(head))


def _opening(head: str, titled: bool) -> Iterator[_Stated]:
    """The sentence that says which report this is; not the title line above it, which was read as one."""
    lines = head.split("\n")
    own = (line for line in lines if not line.startswith("附"))  # the heading of an annex opens nothing of this report
    body = "\n".join(line for line in own if len(line) > 60 or not (titled and is_title_line(line)))
    for pattern in (_OPENING, _LEADING):
        found = pattern.search(body)
        if found and not _NEXT.search(_CLAUSE.findall(body[found.start() : found.end() + 12])[0]):
            yield _of(int(found.group(1)), "opening", found.group().strip())
            return


def _captioned(lines: Sequence[str], captions: Sequence[str]) -> Iterator[_Stated]:
    for text in (*lines[5:], *captions):
        flat = dates.arabic("".join(text[:90].split()))
        found = _CAPTION.match(flat) if len(flat) <= 60 else None
        if found and judge(flat).reason in ("no_report_words", "annex_table"):
            yield _of(int(found.group(1)), "caption", flat)
            return


def _spoken(text: str, backed: bool) -> Iterator[_Stated]:
    """The year of which most clauses speak, if it is clearly one; years of plans, comparisons and laws left out.

    Where nothing else states a year (`backed` is False), two clauses are too few to name it.
    """
    counts: Counter[int] = Counter()
    words: dict[int, str] = {}
    for clause in _CLAUSE.findall(_QUOTED.sub("", text)):
        if _NEXT.search(clause):
            continue
        for found in _MENTION.finditer(clause):
            if _ELSEWHERE.search(found["ahead"]) or _BOUND.match(found["behind"]):
                continue
            year = int(found["year"])
            counts[year] += 1
            words.setdefault(year, clause.strip()[:40])
    ranked = counts.most_common(2)
    if not ranked or (not backed and ranked[0][1] < 3) or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return
    year, count = ranked[0]
    yield _Stated(year, "prose", words[year], min(count, _WEIGHT["prose"]))


def _of(year: int, source: Source, words: str) -> _Stated:
    return _Stated(year, source, " ".join(words.split())[:40], _WEIGHT[source])
