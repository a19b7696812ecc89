"""Coverage: for each agency and fiscal year, what stands in the database, or why nothing does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, Select, case, exists, func, or_, select

from crawler.store import models as m

State = Literal["found", "partial", "missing", "not_due", "blocked", "unreachable", "unreadable", "refused", "unknown"]
"""`found`: a report with text or numbers. `partial`: a report of which nothing could be read, or whose agency is not
known. `unknown`: nobody looked yet. The others are the outcome of the newest attempt."""

_TROUBLE = ("blocked", "unreachable", "unreadable", "partial")
_SETTLED = ("found", "unchanged", "changed")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One agency-year.

    Attributes:
        kind: of the report that stands there (an annual report before a work summary); None if there is none.
        findings: hard and soft findings of its newest version; `hard` of them hard.
        versions: how many contents of it were seen.
        reason, detail, at, url: of the newest attempt if there is no report; else where and when it was last seen.
    """

    agency_id: str
    agency: str
    year: int
    state: State
    kind: str | None = None
    findings: int = 0
    hard: int = 0
    versions: int = 0
    reason: str = ""
    detail: str = ""
    at: datetime | None = None
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values."""
        return asdict(self) | {"at": self.at.isoformat() if self.at else None}


def coverage(
    engine: Engine, *, agency: str | None = None, years: Collection[int] | None = None, portal: str | None = None
) -> list[CoverageRow]:
    """All agency-years, by agency code and id, then year.

    The denominator is every agency that the registry lists for a portal that was crawled, and every other one that a
    page named, times the years asked for (by default from the oldest to the newest that was found or looked for).

    Args:
        agency: id, or part of a name.
        years: fiscal years; None for all.
        portal: id, or part of an id, a name or a place.
    """
    with engine.connect() as connection:
        agencies = connection.execute(_agencies(agency, portal)).all()
        ids = {row.id for row in agencies}
        reports = _reports(connection)
        attempts = {(row.agency_id, row.year): row for row in connection.execute(_attempts())}
        trouble = _portal_trouble(connection)
    known = [*reports, *attempts]
    own = {year for agency_id, year in known if agency_id in ids}
    wanted = sorted(years) if years is not None else _span(own or {year for _, year in known})
    return [
        _row(one, year, reports.get((one.id, year)), attempts.get((one.id, year)), trouble.get(one.id))
        for one in agencies
        for year in wanted
    ]


def _row(
    agency: Row[str, str], year: int, report: Row[Any] | None, attempt: Row[Any] | None, portal: Any
) -> CoverageRow:
    if report is not None:
        return CoverageRow(
            agency.id,
            agency.name,
            year,
            "found" if report.readable and report.agency_resolved_by != "unknown" else "partial",
            report.kind,
            report.findings or 0,
            report.hard or 0,
            report.versions,
            at=report.last_seen,
            url=report.read_from,
        )
    told = attempt if attempt is not None else portal
    if told is None:
        return CoverageRow(agency.id, agency.name, year, "unknown")
    return CoverageRow(
        agency.id, agency.name, year, told.outcome, reason=told.reason, detail=told.detail, at=told.at, url=told.url
    )


def _span(years: Collection[int]) -> list[int]:
    """All years from the oldest to the newest: a year that nobody found is a gap, not nothing."""
    return list(range(min(years), max(years) + 1)) if years else []


def _agencies(agency: str | None, portal: str | None) -> Select[str, str]:
    query = select(m.Agency.id, m.Agency.name).order_by(func.coalesce(m.Agency.code, ""), m.Agency.id)
    if agency:
        query = query.where(or_(m.Agency.id == agency, m.Agency.name.contains(agency, autoescape=True)))
    if portal:
        columns = (m.Portal.id, m.Portal.name, m.Portal.place)
        named = or_(*(column.contains(portal, autoescape=True) for column in columns))
        publishes = select(m.PortalAgency.agency_id).join(m.Portal).where(named)
        query = query.where(m.Agency.id.in_(publishes))
    return query


def _reports(connection: Connection) -> dict[tuple[str, int], Row[Any]]:
    found: dict[tuple[str, int], Row[Any]] = {}
    for row in connection.execute(_newest_versions()):
        # `annual_report` sorts before `work_summary`: the statutory report is the one that counts.
        found.setdefault((row.agency_id, row.year), row)
    return found


def _newest_versions() -> Select[Any]:
    """Each report with its newest version: the one last seen."""
    version = m.Version
    order = func.row_number().over(
        partition_by=version.report_id, order_by=(version.last_seen.desc(), version.id.desc())
    )
    number = func.count().over(partition_by=version.report_id)
    ranked = select(
        version.id,
        version.report_id,
        version.read_from,
        version.agency_resolved_by,
        order.label("rank"),
        number.label("versions"),
    ).subquery()
    serious = m.Finding.severity.in_(["hard", "soft"])
    counts = (
        select(
            m.Finding.version_id,
            func.sum(case((serious, 1), else_=0)).label("findings"),
            func.sum(case((m.Finding.severity == "hard", 1), else_=0)).label("hard"),
        )
        .group_by(m.Finding.version_id)
        .subquery()
    )
    readable = or_(
        exists().where(m.Section.version_id == ranked.c.id), exists().where(m.Cell.version_id == ranked.c.id)
    )
    return (
        select(
            m.Report.agency_id, m.Report.year, m.Report.kind, m.Report.last_seen,
            ranked.c.read_from, ranked.c.agency_resolved_by, ranked.c.versions,
            counts.c.findings, counts.c.hard, readable.label("readable"),
        )
        .join(ranked, ranked.c.report_id == m.Report.id)
        .outerjoin(counts, counts.c.version_id == ranked.c.id)
        .where(ranked.c.rank == 1)
        .order_by(m.Report.agency_id, m.Report.year, m.Report.kind)
    )  # fmt: skip


def _attempts() -> Select[Any]:
    """The telling attempt of each agency-year: of the newest run; in it trouble before absence before look-alikes."""
    attempt = m.Attempt
    weight = case((attempt.outcome.in_(_TROUBLE), 0), (attempt.outcome == "refused", 2), else_=1)
    order = func.row_number().over(
        partition_by=(attempt.agency_id, attempt.year),
        order_by=(m.Run.started_at.desc(), weight, attempt.at.desc(), attempt.id.desc()),
    )
    told = (
        select(attempt, order.label("rank"))
        .join(m.Run, m.Run.id == attempt.run_id)
        .where(attempt.agency_id.is_not(None), attempt.year.is_not(None), attempt.outcome.not_in(_SETTLED))
        .subquery()
    )
    return select(told).where(told.c.rank == 1)


def _portal_trouble(connection: Connection) -> dict[str, Any]:
    """For each agency the newest attempt by which a whole portal of it could not be read."""
    attempt = m.Attempt
    query = (
        select(m.PortalAgency.agency_id, attempt.outcome, attempt.reason, attempt.detail, attempt.at, attempt.url)
        .join(m.PortalAgency, m.PortalAgency.portal_id == attempt.portal_id)
        .where(attempt.agency_id.is_(None), attempt.year.is_(None), attempt.outcome.in_(["blocked", "unreachable"]))
        .order_by(attempt.at, attempt.id)
    )
    return {row.agency_id: row for row in connection.execute(query)}
