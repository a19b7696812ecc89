"""Pages that end early: a transfer that was cut, or a copy that was saved in mid-load.

What such a page lacks is nobody's mistake but the line's. It is told apart by how its markup ends, so that a table
without its last rows is not blamed on the publisher.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.reports.model import Cell, Finding, Report

CUT = ("transfer_cut", "page_ends_early")
"""Findings that say that a page's end is lacking; a report with one of them is partial and asked for again."""

_ENDS = re.compile(r"</(?:html|body)\b", re.I)
_IN_A_TAG = re.compile(r"<(?!!--)[a-zA-Z/!][^<>]*\Z")
_TABLE = re.compile(r"<(/?)table\b", re.I)
_BEGINS = re.compile(r"<(?:html|body)\b", re.I)
_TAIL = 4_000


def early(source: str) -> Finding | None:
    """How the markup of a page shows that its end is lacking; None where it ends as pages do, and for plain text.

    Many pages leave out `</html>`, and fragments have none; a table or a tag that is open at the end tells. Without
    either, a page that began with `<html>` and does not end is only suspected.
    """
    tail = source[-_TAIL:].rstrip()
    if _ENDS.search(tail):
        return None
    inside = _inside(source, tail)
    if inside:
        message = f"the page ends inside {inside}: a transfer that was cut, or a copy that is not whole"
        return Finding("page_ends_early", "hard", message, left=inside)
    if _BEGINS.search(source[:_TAIL]):
        message = "the page begins with <html> and has no end: a transfer may have been cut"
        return Finding("page_ends_early", "soft", message, left="the page")
    return None


def _inside(source: str, tail: str) -> str | None:
    if _IN_A_TAG.search(tail[-2_000:]):
        return "a tag"
    lower = source.lower()
    for begin, end, name in (
        ("<!--", "-->", "a comment"),
        ("<script", "</script", "a script"),
        ("<style", "</style", "a style sheet"),
    ):
        at = lower.rfind(begin)
        if at > lower.rfind(end):
            return name
    depth = 0
    for found in _TABLE.finditer(source):
        depth = max(0, depth - 1) if found[1] else depth + 1
    return "a table" if depth else None


def transfer() -> Finding:
    """The connection ended before the whole body had come: fewer bytes than Content-Length, or a chunk is lacking."""
    message = "the transfer ended before the whole page had come; what follows the cut is lacking"
    return Finding("transfer_cut", "hard", message)


def unblamed(report: Report) -> Report:
    """The report with the findings on its last table blamed on nobody, where its page ends early."""
    if not any(one.id in CUT for one in report.findings) or not report.cells:
        return report
    places = [cell.place.table for cell in report.cells.values() if cell.place]
    last = max(places, default=None)
    found = tuple(
        replace(one, grid_agrees=None, reading=None) if _speaks_of(one.cells, report.cells, last) else one
        for one in report.findings
    )
    return replace(report, findings=found)


def _speaks_of(addresses: Sequence[str], cells: dict[str, Cell], table: int | None) -> bool:
    places = (cells[address].place for address in addresses if address in cells)
    return any(place is not None and place.table == table for place in places)
