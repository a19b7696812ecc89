"""What a page is: the statutory report, prose about the same work, or one of the look-alikes; with the reason.

A page that carries statutory tables or most of the six sections is the report even if it calls itself 总结; a
look-alike's title refuses a page whatever it quotes, except a 通知 that carries the filled tables itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.reports.model import Kind
from crawler.reports.titles import TitleReading

FEWEST_LISTED = 3
"""Titles of reports that make a page a list of them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the page itself shows.

    Attributes:
        sections: number of different statutory sections found.
        headings: number of top headings found, statutory or not.
        forms: number of statutory tables found.
        numbers: number of cells in them that hold a value.
        listed: number of lines (at most `FEWEST_LISTED`) that are titles of reports themselves: a list of reports, not
            a report.
        carrier: the body holds an image, or links to a file, in place of text.
        text: the body as plain text.
    """

    sections: int
    headings: int
    forms: int
    numbers: int
    listed: int
    carrier: bool
    text: str


_TOPIC = re.compile(r"政务公开|信息公开")
_SELF = re.compile(r"(?:政务公开|政府信息公开)(?:工作)?(?:年度)?(?:工作)?(?:总结|报告|情况(?:报告|总结)?)")
_WEAK_TITLES = ("summary_title", "open_government_title", "bare_title")


def decide(title: TitleReading, page: Evidence) -> tuple[Kind, str]:
    """Kind and the word that decided it (`statutory_tables`, `six_sections`, a title reason, …)."""
    shown = _shown(page)
    if page.listed >= FEWEST_LISTED and not shown and title.kind in ("annual_report", "work_summary", "other"):
        return "other", "list_page"
    if title.kind == "annual_report":
        return _reported(title, page, shown)
    if title.kind == "work_summary" or title.reason in ("no_report_words", "empty"):
        if shown:
            return "annual_report", shown
        if title.kind == "work_summary":
            return "work_summary", title.reason
        return _untitled(page)
    if (
        title.reason == "published_by_notice"
        and shown == "statutory_tables"
        and page.numbers >= 20
        and page.sections >= 4
    ):
        return "annual_report", "tables_under_a_notice"
    return title.kind, title.reason


def _shown(page: Evidence) -> str | None:
    if page.forms >= 1 and (page.sections >= 2 or page.forms >= 2):
        return "statutory_tables"
    return "six_sections" if page.sections >= 4 else None


def _reported(title: TitleReading, page: Evidence, shown: str | None) -> tuple[Kind, str]:
    if shown or title.reason not in _WEAK_TITLES:
        return "annual_report", title.reason
    if title.reason == "bare_title":
        return ("annual_report", title.reason) if page.carrier and len(page.text) < 400 else _untitled(page)
    if page.carrier and len(page.text) < 400:
        return "annual_report", title.reason
    return "work_summary", title.reason


def _untitled(page: Evidence) -> tuple[Kind, str]:
    """A page without a telling title: a summary when it is long prose about this work, in sections; else something
    else."""
    mentions = len(_TOPIC.findall(page.text))
    if page.headings >= 2 and mentions >= 5 and len(page.text) >= 500:
        return "work_summary", "open_government_prose"
    if page.text and mentions >= 3 and _SELF.search(page.text[:600]) and len(page.text) >= 500:
        return "work_summary", "open_government_prose"
    return "other", "no_report_words"
