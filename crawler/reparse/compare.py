"""What today's parser reads otherwise than what stands in the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select

from crawler.reparse.model import Known, Reread
from crawler.store import models as m
from crawler.store.contents import content
from crawler.store.difference import Content, Difference, Value, difference
from crawler.store.records import PageRecord, ReportRecord
from crawler.store.rereading import differing, is_cut, is_noted, refusal_key

Verdict = Literal["same", "otherwise", "moved", "new", "no_report", "other_reason", "not_read"]
"""`moved`: another agency, year or kind. `new`: a page that was none is a report. `no_report`: a page that was one is
refused or unreadable. `other_reason`: it was none and is none, for another reason. `not_read`: see `Reread.trouble`."""


_NOTHING = Difference()


@dataclass(frozen=True, slots=True)
class Compared:
    """One page. `columns`: names of the version's columns and tables that differ; `findings` by code, severity and
    place, how many more (or fewer) there are; `report`: whose report it is now."""

    reread: Reread
    verdict: Verdict
    difference: Difference = _NOTHING
    columns: tuple[str, ...] = ()
    findings: tuple[tuple[str, str, int], ...] = ()
    report: str = ""
    before: str = ""

    @property
    def writes(self) -> bool:
        """Whether there is something to write."""
        return self.verdict not in ("same", "not_read")


def compared(connection: Connection, reread: Reread) -> Compared:
    """Put a page's new reading beside the stored one."""
    record, known = reread.record, reread.page.known
    if record is None:
        return Compared(reread, "not_read")
    if isinstance(record, PageRecord):
        return _no_report(connection, reread, record)
    report = _named(record.agency.name, record.year, record.report.kind)
    if known is None and reread.page.said == ("partial", "cut") and is_cut(record):
        return Compared(reread, "same", report=report)  # half a page is kept, and never as a version of a whole one
    if known is None:
        return Compared(reread, "new", report=report, before=" ".join(reread.page.said or ()))
    columns = tuple(differing(connection, record, known.version_id))
    before = _named(_agency(connection, known), known.year, known.kind)
    moved = (known.agency_id, known.year, known.kind) != (record.agency.id, record.year, record.report.kind)
    if not moved and not columns:
        return Compared(reread, "same", report=report, before=before)
    return Compared(
        reread,
        "moved" if moved else "otherwise",
        _difference(connection, record, known),
        columns,
        _findings(connection, record, known),
        report,
        before,
    )


def _no_report(connection: Connection, reread: Reread, record: PageRecord) -> Compared:
    said = (record.attempt.outcome, record.attempt.reason) if record.attempt else ("", "")
    known = reread.page.known
    if known is not None:
        noted = is_noted(connection, refusal_key(record))
        before = _named(_agency(connection, known), known.year, known.kind)
        return Compared(reread, "same" if noted else "no_report", report=" ".join(said), before=before)
    if reread.page.said is None or tuple(said) == tuple(reread.page.said):
        return Compared(reread, "same")
    return Compared(reread, "other_reason", report=" ".join(said), before=" ".join(reread.page.said))


def _named(agency: str, year: int, kind: str) -> str:
    return f"{agency} {year} {kind}"


def _agency(connection: Connection, known: Known) -> str:
    return str(connection.scalar(select(m.Agency.name).where(m.Agency.id == known.agency_id)))


def _difference(connection: Connection, record: ReportRecord, known: Known) -> Difference:
    """Of numbers and the whole; that sections differ is told by `columns`."""
    stored = content(connection, known.version_id)
    if stored is None:
        return Difference()
    report = record.report
    facts = {
        "title": report.title, "format": report.format, "scope": report.scope,
        "document_number": report.document_number, "agency_printed": report.agency,
        "date_claimed": report.dates.get("claimed"),
    }  # fmt: skip
    cells = {
        address: Value(cell.raw, cell.kind, cell.value, cell.unit, cell.remark, cell.label)
        for address, cell in report.cells.items()
    }
    return difference(Content(stored.facts, stored.cells), Content(facts, cells))


def _findings(connection: Connection, record: ReportRecord, known: Known) -> tuple[tuple[str, str, int], ...]:
    finding = m.Finding
    query = select(finding.code, finding.severity).where(finding.version_id == known.version_id)
    counts: Counter[tuple[str, str]] = Counter((one.id, one.severity) for one in record.report.findings)
    counts.subtract(Counter((row[0], row[1]) for row in connection.execute(query)))
    return tuple((code, severity, count) for (code, severity), count in sorted(counts.items()) if count)


def to_json(one: Compared) -> dict[str, Any]:
    """As JSON values."""
    page = one.reread.page
    return {
        "verdict": one.verdict,
        "url": page.place.url,
        "file": page.place.file,
        "offset": page.place.offset,
        "before": one.before,
        "report": one.report,
        "columns": list(one.columns),
        "findings": [{"code": code, "severity": severity, "more": more} for code, severity, more in one.findings],
        "difference": one.difference.to_json(),
        "trouble": one.reread.trouble,
        "detail": one.reread.detail,
    }
