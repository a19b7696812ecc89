"""Coverage: for each agency and fiscal year, what stands in the database, or why nothing does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Protocol, get_args

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, case, exists, func, or_, select

from crawler.store import models as m
from crawler.store.many import not_collecting
from crawler.years import FIRST_YEAR, due_date

State = Literal["found", "partial", "missing", "not_due", "blocked", "unreachable", "unreadable", "refused", "unknown"]
"""`found`: a report with text or numbers. `partial`: a report of which nothing could be read, or whose agency is not
known. `unknown`: nobody looked yet. The others are the outcome of the newest attempt."""

STATES: tuple[State, ...] = get_args(State)

NEVER_TRIED = "never_tried"
"""Reason of an owed agency-year that nobody has looked for."""

_TROUBLE = ("blocked", "unreachable", "unreadable", "partial")
_SETTLED = ("found", "unchanged", "changed")


@dataclass(slots=True)
class CoverageRow:
    """One agency-year. Not to be changed; not frozen, since that makes it three times as slow to make, and of ten
    thousand portals there are 170,000.

    Attributes:
        kind: of the report that stands there (an annual report before a work summary); None if there is none.
        findings: hard and soft findings of its newest version; `hard` of them hard.
        versions: how many contents of it were seen.
        reason, detail, at, url: of the newest attempt if there is no report; else where and when it was last seen.
        status: HTTP status that the attempt met, where it says so.
        due: last day on which the report is in time; None where nobody owes it, or nobody asked who does.
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
    status: int | None = None
    due: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values."""
        values = {name: getattr(self, name) for name in FIELDS}
        return values | {name: value.isoformat() for name in ("at", "due") if (value := values[name])}


FIELDS = tuple(one.name for one in fields(CoverageRow))


class Stored(NamedTuple):
    """The report that counts of an agency-year, with its newest version. A tuple of Python's: of ten thousand portals
    there are 150,000, and those of SQLAlchemy take several times as long to look into.
    """

    agency_id: str
    year: int
    kind: str
    last_seen: datetime
    read_from: str
    agency_resolved_by: str
    versions: int
    findings: int | None
    hard: int | None
    readable: bool


class Body(Protocol):
    """An agency as far as its coverage needs it: of the registry, or a row of the database."""

    @property
    def id(self) -> str:
        """Stable id."""

    @property
    def name(self) -> str:
        """Name."""

    @property
    def type(self) -> str | None:
        """Type; None where a page alone named it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database knows of agency-years, read set-wise: six queries, whatever its size.

    Attributes:
        reports: (agency id, year) to the report that counts, with its newest version.
        attempts: (agency id, year) to the telling attempt.
        trouble: agency id to the attempts by which a whole portal of it could not be read, newest first.
        planned: (agency id, year) to the moment since when a run has intended to look, and none has come to its end.
        agencies: id to the row of every agency that the database knows.
        portals: agency id to the rows of the portals on which it was met.
    """

    reports: dict[tuple[str, int], Stored]
    attempts: dict[tuple[str, int], Row[Any]]
    trouble: dict[str, list[Row[Any]]]
    planned: dict[tuple[str, int], datetime]
    agencies: dict[str, Row[Any]]
    portals: dict[str, list[Any]]

    def row(self, body: Body, year: int, due: date | None, today: date) -> CoverageRow:
        """The row of an agency-year; `due` None for one that is not owed."""
        report = self.reports.get((body.id, year))
        if report is not None:
            return _found(body, report, due)
        attempt = self.attempts.get((body.id, year))
        told = _unfound(body, year, attempt, _first(self.trouble.get(body.id, ()), body, year), due)
        if told.state == "unknown" and due is not None:
            return self._never_tried(body, year, due, today)
        return told

    def _never_tried(self, body: Body, year: int, due: date, today: date) -> CoverageRow:
        planned = self.planned.get((body.id, year))
        if today <= due:
            detail = f"due by {due.isoformat()}"
            return CoverageRow(body.id, body.name, year, "not_due", reason="not_due", detail=detail, due=due)
        detail = f"planned on {planned:%Y-%m-%d}, and no run has come to its end" if planned else "no run has looked"
        return CoverageRow(body.id, body.name, year, "unknown", reason=NEVER_TRIED, detail=detail, at=planned, due=due)


@not_collecting()
def facts(engine: Engine) -> Facts:
    """Read all that coverage needs."""
    with engine.connect() as connection:
        agencies = {row.id: row for row in connection.execute(select(m.Agency)).all()}
        return Facts(
            _reports(connection),
            {(row.agency_id, row.year): row for row in connection.execute(_attempts()).all()},
            _portal_trouble(connection, agencies),
            _planned(connection),
            agencies,
            _portals(connection),
        )


def _portals(connection: Connection) -> dict[str, list[Any]]:
    """Agency id to its portals."""
    found: dict[str, list[Any]] = defaultdict(list)
    query = (
        select(m.PortalAgency.agency_id, m.Portal.id, m.Portal.name, m.Portal.place, m.Portal.family)
        .join(m.Portal, m.Portal.id == m.PortalAgency.portal_id)
        .order_by(m.Portal.id)
    )
    for row in connection.execute(query).all():
        found[row.agency_id].append(row)
    return found


def _planned(connection: Connection) -> dict[tuple[str, int], datetime]:
    own = m.Intent
    query = (
        select(own.agency_id, own.year, own.planned_at)
        .where(own.agency_id != "", own.attempted_at.is_(None))
        .order_by(own.planned_at.desc())
    )
    return {(agency_id, year): at for agency_id, year, at in connection.execute(query).all()}


def http_status(evidence: Any, reason: str) -> int | None:
    """The HTTP status that an attempt met: as its evidence says, else as its reason does (`http_404`, `gate_521`)."""
    said = evidence.get("status") if isinstance(evidence, dict) else None
    if isinstance(said, int):
        return said
    digits = reason.rpartition("_")[2]
    return int(digits) if len(digits) == 3 and digits.isascii() and digits.isdigit() else None


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
        attempts = {(row.agency_id, row.year): row for row in connection.execute(_attempts()).all()}
        trouble = _portal_trouble(connection, ids)
    known = [*reports, *attempts]
    own = {year for agency_id, year in known if agency_id in ids}
    wanted = sorted(years) if years is not None else _span(own or {year for _, year in known})
    return [
        _found(one, report)
        if (report := reports.get((one.id, year))) is not None
        else _unfound(one, year, attempts.get((one.id, year)), _first(trouble[one.id], one, year))
        for one in agencies
        for year in wanted
    ]


def _found(agency: Body, report: Stored, due: date | None = None) -> CoverageRow:
    _, year, kind, last_seen, read_from, resolved_by, versions, findings, hard, readable = report
    state: State = "found" if readable and resolved_by != "unknown" else "partial"
    # In the order of the fields: by name it takes half as long again.
    return CoverageRow(
        agency.id, agency.name, year, state, kind, findings or 0, hard or 0, versions, "", "", last_seen, read_from,
        None, due,
    )  # fmt: skip


def _unfound(agency: Body, year: int, attempt: Row[Any] | None, portal: Any, due: date | None = None) -> CoverageRow:
    told = attempt if attempt is not None else portal
    if told is None:
        return CoverageRow(agency.id, agency.name, year, "unknown", due=due)
    return CoverageRow(
        agency.id,
        agency.name,
        year,
        told.outcome,
        reason=told.reason,
        detail=told.detail,
        at=told.at,
        url=told.url,
        status=http_status(told.evidence, told.reason),
        due=due,
    )


def _span(years: Collection[int]) -> list[int]:
    """All years from the oldest to the newest: a year that nobody found is a gap, not nothing."""
    return list(range(min(years), max(years) + 1)) if years else []


def _agencies(agency: str | None, portal: str | None) -> Select[str, str, str | None]:
    query = select(m.Agency.id, m.Agency.name, m.Agency.type)
    query = query.order_by(func.coalesce(m.Agency.code, ""), m.Agency.id)
    if agency:
        query = query.where(named_agency(agency))
    if portal:
        publishes = select(m.PortalAgency.agency_id).join(m.Portal).where(named_portal(portal))
        query = query.where(m.Agency.id.in_(publishes))
    return query


def named_agency(text: str) -> ColumnElement[bool]:
    """Agencies that `text` means: by id, or by part of the name."""
    return or_(m.Agency.id == text, m.Agency.name.contains(text, autoescape=True))


def named_portal(text: str) -> ColumnElement[bool]:
    """Portals that `text` means: by part of id, name or place."""
    return or_(*(column.contains(text, autoescape=True) for column in (m.Portal.id, m.Portal.name, m.Portal.place)))


def _reports(connection: Connection) -> dict[tuple[str, int], Stored]:
    found: dict[tuple[str, int], Stored] = {}
    for one in map(Stored._make, connection.execute(_newest_versions()).all()):
        # `annual_report` sorts before `work_summary`: the statutory report is the one that counts.
        found.setdefault((one.agency_id, one.year), one)
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
            # As `Stored` names them.
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


def _portal_trouble(connection: Connection, agency_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """For each agency the attempts by which a whole portal of it could not be read, newest first."""
    attempt = m.Attempt
    query = (
        select(
            m.PortalAgency.agency_id, attempt.outcome, attempt.reason, attempt.detail, attempt.at, attempt.url,
            attempt.evidence, m.Run.args, m.Run.finish_reason,
        )
        .join(m.PortalAgency, m.PortalAgency.portal_id == attempt.portal_id)
        .join(m.Run, m.Run.id == attempt.run_id)
        .where(attempt.agency_id.is_(None), attempt.year.is_(None), attempt.outcome.in_(["blocked", "unreachable"]))
        .order_by(attempt.at.desc(), attempt.id.desc())
    )  # fmt: skip
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query).all():
        if row.agency_id in agency_ids:
            found[row.agency_id].append(row)
    return found


def _first(troubles: Sequence[Row[Any]], agency: Body, year: int) -> Row[Any] | None:
    """The newest trouble of a run that looked for this year."""
    for one in troubles:
        if _looked_for(one, agency, year):
            return one
    return None


def _looked_for(trouble: Row[Any], agency: Body, year: int) -> bool:
    """Whether the run that met `trouble` asked for the year or would have expected it.

    A run that came to its end has said so itself of each agency-year that it expected, and a sample expects none; what
    is left are the years that were asked for by number, and those of a run that was stopped before it could speak.
    """
    asked = trouble.args or {}
    words = asked.get("agencies") or [agency.id]
    if not any(word == agency.id or word in agency.name for word in words):
        return False
    if trouble.at.date() <= due_date(year, government=agency.type in ("government", "office")):
        return False
    if asked.get("years") is not None:
        return year in asked["years"]
    return year >= FIRST_YEAR and trouble.finish_reason != "finished" and not asked.get("sample")
