"""Which of several contents of one report is the best: the agency's own page, a government's collection, a twin whose
tables are pictures. Pure."""

from __future__ import annotations

from crawler.reports.model import Report

MOST_SECTIONS = 9
"""Sections that count. A report has six; a page of many headings is not better for them."""

READ = ("number", "zero", "none_word", "not_applicable", "not_counted")
"""Kinds of cells in which the publisher says something."""


def worth(report: Report) -> int:
    """What a reading is worth beside another of the same report; comparable only among these.

    A statutory cell that was read counts ten, a hard finding takes ten, a section adds one. So a page with tables goes
    before its twin with pictures, and of two with the same tables the one that contradicts itself less.
    """
    cells = sum(cell.kind in READ for address, cell in report.cells.items() if not address.startswith("local."))
    hard = sum(finding.severity == "hard" for finding in report.findings)
    return 10 * (cells - hard) + min(len(report.sections), MOST_SECTIONS)
