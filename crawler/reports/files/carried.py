"""A page and the files that it carries -> one report: whichever of them says it, or both together.

An article page may hold everything, nothing but links, or the prose without the tables. The page's own reading stands
where it has the tables. Where a file holds a whole report, the file is read and the page only lends its title. Where it
holds tables alone, they are read behind the page's own text, as an annex is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.reports import ends, files
from crawler.reports.files.model import CarriedFile
from crawler.reports.model import Finding, Report

Parse = Callable[[str, str], Report]
"""Reads the HTML of a file (already decoded, not repaired), with the title to use where it prints none."""

_WHOLE = 3


def chosen(page: Report, source: str, carried: Sequence[CarriedFile], parse: Parse) -> Report:
    """The report that a page and its files make.

    Args:
        page: the page's own reading.
        source: the page as decoded, "" where it was none.
        carried: files in the order in which they should be tried.
        parse: reads HTML.
    """
    findings: list[Finding] = []
    best: tuple[int, Report, CarriedFile, files.FileText] | None = None
    for one in carried:
        held = _opened(one, page.title or "", findings)
        if held is None:
            continue
        report = _read(page, source, held, parse)
        worth = _worth(report)
        if best is None or worth > best[0]:
            best = (worth, report, one, held)
    if best is None or best[0] <= _worth(page):
        return replace(page, findings=(*page.findings, *findings)) if findings else page
    _, report, one, held = best
    told = _origin(one, held)
    dates = {**report.dates, **{name: value for name, value in page.dates.items() if value}}
    note = report.encoding or page.encoding
    lacking = (ends.transfer(),) if one.cut else ()
    found = (told, *lacking, *_other_year(page, report), *held.findings, *findings, *report.findings)
    number = report.document_number or page.document_number
    return replace(report, findings=found, dates=dates, encoding=note, document_number=number)


def _other_year(page: Report, report: Report) -> tuple[Finding, ...]:
    """A page that announces one year's report and carries another's."""
    if page.year is None or report.year is None or page.year == report.year:
        return ()
    message = f"the page speaks of {page.year}, the file that it carries of {report.year}"
    return (Finding("attachment_year", "hard", message, left=str(page.year), right=str(report.year)),)


def _opened(one: CarriedFile, title: str, findings: list[Finding]) -> files.FileText | None:
    """The file's text; what keeps it from being read becomes a finding of the report."""
    if one.problem:
        message = f"{one.name or one.url} was not fetched: {one.problem}"
        findings.append(Finding("attachment_missing", "soft", message, left=one.url))
        return None
    held = files.read(one.body, title)
    if held is None or not held.source:
        why = held.findings[0].message if held else "it is no file of a kind that is read"
        findings.append(
            Finding("attachment_unread", "soft", f"{one.name or one.url} was not read: {why}", left=one.url)
        )
        return None
    return held


def _read(page: Report, source: str, held: files.FileText, parse: Parse) -> Report:
    """The file by itself where it is a whole report, else its tables behind the page's text."""
    alone = parse(held.source, page.title or "")
    prose = sum(1 for section in page.sections if section.id)
    whole = sum(1 for section in alone.sections if section.id) >= _WHOLE
    if whole or prose < _WHOLE or not source:
        return alone
    return parse(joined(source, held.source), page.title or "")


def joined(source: str, inner: str) -> str:
    """The page's source with the file's content put at its end."""
    start = inner.find("<body")
    body = inner[inner.find(">", start) + 1 :] if start >= 0 else inner
    body = body.replace("</body>", "").replace("</html>", "")
    lower = source.lower()
    at = lower.rfind("</body")
    return source[:at] + body + source[at:] if at >= 0 else source + body


def _worth(report: Report) -> int:
    """How much of a report a reading is: its statutory tables first, its sections second."""
    tables = sum(1 for state in report.tables.values() if state in ("present", "partial"))
    sections = sum(1 for section in report.sections if section.id)
    return (
        (1000 if report.kind == "annual_report" else 0) + tables * 100 + sections * 10 + min(len(report.text) // 400, 9)
    )


def _origin(one: CarriedFile, held: files.FileText) -> Finding:
    """Where the reading stands: the file's address and hash beside the page's own."""
    digest = hashlib.sha256(one.body).hexdigest()
    member = f", member {held.member}" if held.member else ""
    message = f"read from {one.url} ({held.kind}{member}), which the page carries; sha256 {digest}"
    return Finding("read_from_file", "info", message, left=one.url, right=held.kind, where=digest)
