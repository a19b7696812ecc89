"""Findings between reports: made anew from the current versions, kept in `cross_findings`, read by filters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any, get_args

from sqlalchemy import Connection, Engine, Row, Select, case, delete, func, insert, or_, select

from crawler.portals.model import AgencyType
from crawler.reports.across import CrossFinding, Filed, consolidated, series
from crawler.reports.jsonable import number
from crawler.reports.model import Severity
from crawler.store import models as m
from crawler.store.coverage import named_agency, named_portal
from crawler.store.engine import IMMEDIATE
from crawler.store.queries import CURRENT

NOT_COMPARED = "not_compared"
"""Why a run that read everything has not come to its end: the database was away when its reports were to be compared.
The next run has little to ask for, and compares them."""

KIND = "annual_report"
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the gravest to the lightest."""
_DEPARTMENTS: tuple[AgencyType, ...] = ("department", "dispatched", "institution")
"""Whose reports a government's consolidated one takes in; districts and townships are governments of their own."""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a check over several reports went through and found."""

    agencies: int = 0
    reports: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class CrossRow:
    """One finding between reports, with the names of `cross_findings`."""

    agency_id: str
    agency: str
    year: int
    code: str
    severity: Severity
    place: str | None
    left: str | None
    right: str | None
    difference: Decimal | None
    message: str
    cells: tuple[str, ...]
    against: tuple[tuple[str, int], ...]

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values."""
        lists = {"cells": list(self.cells), "against": [list(one) for one in self.against]}
        return asdict(self) | {"difference": number(self.difference)} | lists


# ------------------------------------------------------------------ making them


def recheck(engine: Engine, agency_ids: Iterable[str] | None = None) -> Rechecked:
    """Compare the reports of these agencies (None: of all) with each other and store what does not agree.

    What an earlier check found of them is replaced. One transaction an agency, which sees its current versions; checks
    that run at the same time wait for each other. A government is also compared with its departments, and again when
    one of them is named here.

    Raises:
        sqlalchemy.exc.DBAPIError: what the database says. Agencies before that one are done.
    """
    done = Rechecked()
    for agency_id in _with_governments(engine, agency_ids):
        with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
            reports, findings = _agency(connection, agency_id)
        done = Rechecked(done.agencies + bool(reports), done.reports + reports, done.findings + findings)
    return done


def _with_governments(engine: Engine, agency_ids: Iterable[str] | None) -> list[str]:
    """The agencies that have reports, each department's government with it."""
    reporting = select(m.Report.agency_id).where(m.Report.kind == KIND).distinct()
    with engine.connect() as connection:
        known = set(connection.scalars(reporting))
        above = {row.id: row.parent for row in connection.execute(select(m.Agency.id, m.Agency.parent))}
    asked = known if agency_ids is None else set(agency_ids)
    return sorted((asked | {above[one] for one in asked if above.get(one)}) & known)


def _agency(connection: Connection, agency_id: str) -> tuple[int, int]:
    """Number of reports and of findings of one agency."""
    # On Postgres whoever checks the same agency waits here; SQLite has one writer anyway.
    connection.execute(select(m.Agency.id).where(m.Agency.id == agency_id).with_for_update())
    versions = connection.execute(_current([agency_id])).all()
    filed = {one.year: one for one in _filed(connection, versions, prose=True)}
    found = series(list(filed.values()))
    found += _against_departments(connection, agency_id, filed)
    _replace(connection, agency_id, {row.year: row.report_id for row in versions}, found)
    return len(filed), len(found)


def _against_departments(connection: Connection, agency_id: str, filed: dict[int, Filed]) -> list[CrossFinding]:
    ids = connection.scalars(
        select(m.Agency.id)
        .where(m.Agency.parent == agency_id, m.Agency.type.in_(_DEPARTMENTS), m.Agency.registered)
        .order_by(m.Agency.id)
    ).all()
    if not ids:
        return []
    own = _filed(connection, connection.execute(_current(ids)).all(), prose=False)
    by_key = {one.key: one for one in own}
    years = sorted(filed)
    return [one for year in years for one in consolidated(filed[year], [by_key.get((id_, year)) for id_ in ids])]


def _replace(connection: Connection, agency_id: str, reports: dict[int, int], found: Sequence[CrossFinding]) -> None:
    own = select(m.Report.id).where(m.Report.agency_id == agency_id)
    connection.execute(delete(m.CrossFinding).where(m.CrossFinding.report_id.in_(own)))
    positions: dict[int, int] = defaultdict(int)
    rows = []
    for one in found:
        report_id = reports[one.of[1]]
        rows.append(_row(one, report_id, positions[report_id]))
        positions[report_id] += 1
    if rows:
        connection.execute(insert(m.CrossFinding), rows)


def _row(one: CrossFinding, report_id: int, position: int) -> dict[str, Any]:
    finding = one.finding
    return {
        "report_id": report_id,
        "position": position,
        "code": finding.id,
        "severity": finding.severity,
        "message": finding.message,
        "left_side": finding.left,
        "right_side": finding.right,
        "difference": finding.difference,
        "place": finding.where,
        "cells": list(finding.cells),
        "against": [list(key) for key in one.against],
    }


# ------------------------------------------------------------------ what is filed


def _current(agency_ids: Collection[str]) -> Select[*tuple[Any, ...]]:
    """The current version of each annual report of these agencies; of whom nobody knows the agency, none.

    Under the name of a portal whose agency is unknown stand the reports of many: their years have nothing to do with
    each other.
    """
    version, report = m.Version, m.Report
    told = or_(version.agency_resolved_by.is_(None), version.agency_resolved_by != "unknown")
    return (
        select(
            version.id, version.report_id, version.format, version.scope, version.agency_printed,
            version.agency_resolved_by, report.agency_id, report.year,
        )
        .join(CURRENT, CURRENT.c.version_id == version.id)
        .join(report, report.id == version.report_id)
        .where(report.agency_id.in_(agency_ids), report.kind == KIND, told)
        .order_by(report.agency_id, report.year)
    )  # fmt: skip


def _filed(connection: Connection, versions: Sequence[Row[Any]], *, prose: bool) -> list[Filed]:
    ids = [row.id for row in versions]
    numbers: dict[int, dict[str, Decimal]] = defaultdict(dict)
    cell = m.Cell
    query = select(cell.version_id, cell.address, cell.value).where(
        cell.version_id.in_(ids), cell.value.is_not(None), cell.kind.in_(["number", "zero"])
    )
    for version_id, address, value in connection.execute(query):
        if value is not None and not address.startswith("local."):
            numbers[version_id][address] = value
    words = _prose(connection, ids) if prose else {}
    return [
        Filed(
            row.agency_id, row.year, row.agency_printed, row.format, row.scope, numbers[row.id], words.get(row.id, {})
        )
        for row in versions
    ]


def _prose(connection: Connection, version_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Text by canonical section, that of sub-sections with it."""
    section = m.Section
    query = (
        select(section.version_id, section.position, section.parent, section.section, section.text)
        .where(section.version_id.in_(version_ids))
        .order_by(section.version_id, section.position)
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    under: dict[tuple[int, int], str | None] = {}
    for version_id, position, parent, id_, text in connection.execute(query):
        # In reading order a parent comes before what is in it.
        canonical = id_ or (under.get((version_id, parent)) if parent is not None else None)
        under[version_id, position] = canonical
        if canonical and text:
            before = found[version_id].get(canonical)
            found[version_id][canonical] = f"{before}\n{text}" if before else text
    return found


# ------------------------------------------------------------------ reading them


def agencies_named(engine: Engine, *, agency: str | None = None, portal: str | None = None) -> list[str]:
    """Ids of the agencies that the filters mean (as `crawler.store.coverage`)."""
    query = select(m.Agency.id).order_by(m.Agency.id)
    if agency:
        query = query.where(named_agency(agency))
    if portal:
        publishes = select(m.PortalAgency.agency_id).join(m.Portal).where(named_portal(portal))
        query = query.where(m.Agency.id.in_(publishes))
    with engine.connect() as connection:
        return list(connection.scalars(query))


def cross_findings(
    engine: Engine,
    *,
    agency: str | None = None,
    portal: str | None = None,
    years: Collection[int] | None = None,
    severities: Collection[Severity] | None = None,
) -> list[CrossRow]:
    """Stored findings between reports, by agency and year, hard ones first.

    Args:
        agency, portal: as `crawler.store.coverage`.
        years: of the report that the finding speaks of; None for all.
        severities: None for all.
    """
    finding = m.CrossFinding
    weight = case({name: place for place, name in enumerate(SEVERITIES)}, value=finding.severity)
    query = (
        select(*_COLUMNS)
        .join(m.Report, m.Report.id == finding.report_id)
        .join(m.Agency, m.Agency.id == m.Report.agency_id)
        .order_by(func.coalesce(m.Agency.code, ""), m.Agency.id, m.Report.year, weight, finding.position)
    )
    if agency:
        query = query.where(named_agency(agency))
    if portal:
        publishes = select(m.PortalAgency.agency_id).join(m.Portal).where(named_portal(portal))
        query = query.where(m.Agency.id.in_(publishes))
    if years is not None:
        query = query.where(m.Report.year.in_(years))
    if severities is not None:
        query = query.where(finding.severity.in_(severities))
    with engine.connect() as connection:
        return [_shown(row) for row in connection.execute(query)]


_COLUMNS = (
    m.Report.agency_id, m.Agency.name, m.Report.year, m.CrossFinding.code, m.CrossFinding.severity,
    m.CrossFinding.place, m.CrossFinding.left_side, m.CrossFinding.right_side, m.CrossFinding.difference,
    m.CrossFinding.message, m.CrossFinding.cells, m.CrossFinding.against,
)  # fmt: skip


def _shown(row: Row[Any]) -> CrossRow:
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    against = tuple((agency, year) for agency, year in values["against"])
    return CrossRow(**values | {"cells": tuple(values["cells"]), "against": against})


_NAMES = tuple(field.name for field in fields(CrossRow))
