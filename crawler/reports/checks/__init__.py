"""Arithmetic and sense: what the cells of a report say against each other, and against its prose.

The printed forms prove themselves: in the tables of requests (t3) and of reconsiderations and lawsuits (t4) raising
any one cell by one breaks an identity. Identities are data of the format (`formats/*.yaml`).

* `ledger`: the identities; `readings` and `grid`: whether a failing one is the publisher's error or another reading
  of the table makes all of them hold
* `sense`: units, whole numbers, who makes rules, years and cited documents
* `prose`: what the text states, against the tables

What needs more than one report is in `crawler.reports.across`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crawler.reports import formats
from crawler.reports.checks.grid import judged
from crawler.reports.checks.ledger import failing, identities, ledgers
from crawler.reports.checks.prose import against_tables
from crawler.reports.checks.readings import of_rows, offered
from crawler.reports.checks.sense import of_agency, of_cells, of_report
from crawler.reports.formats import Format
from crawler.reports.model import Cell, Finding, Report, TableState

__all__ = ["BY_AGENCY", "ORDER", "check", "identities", "of_agency"]

ORDER = {"hard": 0, "soft": 1, "info": 2}
BY_AGENCY = frozenset({"SEM-2"})
"""Findings that depend on whose report it is, and are made again where the registry knows that (`of_agency`)."""


def check(report: Report, *, agency_level: str | None = None, agency_type: str | None = None) -> tuple[Finding, ...]:
    """All findings of one report, hard ones first. Pure; never raises on what a report may hold.

    `agency_level` and `agency_type` (registry words: `county`, `township`; `government`, `department` …) serve SEM-2;
    without them only names that say it themselves (镇, 局 …) are tested.
    """
    known = formats.load()
    form = known.get(report.format or "")
    found = [*_missing_tables(report, form)]
    if form is None:
        form = _fallback(known, report.cells)
    if form is not None:
        books = ledgers(form, report.cells)
        found += offered(form, report.cells, judged(form, report, failing(form, books)))
        found += of_rows(form, report.cells, report.findings)
        found += of_cells(form, report.cells)
        found += of_report(form, report)
        found += of_agency(report, agency_level, agency_type)
        found += against_tables(form, report, books)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: ORDER[finding.severity]))


_STATE_FINDINGS: Mapping[TableState, tuple[str, str]] = {
    "missing": ("table_missing", "is not on the page"),
    "image": ("table_image", "is a picture"),
    "attachment": ("table_attachment", "is only in an attached file"),
}


def _missing_tables(report: Report, form: Format | None) -> Iterator[Finding]:
    if report.kind != "annual_report":
        return
    for table in form.tables if form is not None else formats.prescribed(None, report.year):
        if form is not None and not form.national:
            continue
        read = any(address in report.cells for address in table.addresses())
        state = report.tables.get(table.id, "present" if read else "missing")
        if state in _STATE_FINDINGS:
            id_, words = _STATE_FINDINGS[state]
            yield Finding(id_, "soft", f"{table.zh} ({table.id}) {words}", where=table.id)


def _fallback(known: Mapping[str, Format], cells: Mapping[str, Cell]) -> Format | None:
    """Without a format: the first one that has the cells there are; identities that need others are not tested."""
    own = {address for address in cells if not address.startswith("local.")}
    if not own:
        return None
    return next((form for form in known.values() if own <= form.addresses), None)
