"""Portals that failed as a whole: what no agency-year can say, since a failed sample looks for none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Select, Subquery, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import aliased

from crawler.store import models as m
from crawler.store.coverage import named_agency, named_portal

_READ = ("found", "unchanged", "changed", "partial")
"""Outcomes of agency-years of which a report was read."""

DOCTOR = "doctor"
"""`runs.spider` of `scrapy doctor`, which looks at a few pages: no crawl, and no newer one than the last crawl."""


@dataclass(frozen=True, slots=True)
class PortalFailure:
    """A portal that gave no report in its newest run, or fewer than its registry row expects (`below_floor`).

    Attributes:
        outcome, reason, detail, at, url: of the attempt that says most: trouble before an absence.
    """

    portal_id: str
    portal: str
    outcome: str
    reason: str
    detail: str
    at: datetime
    url: str | None = None


def portal_failures(engine: Engine, *, agency: str | None = None, portal: str | None = None) -> list[PortalFailure]:
    """The portals that failed in their newest run, by id.

    Args:
        agency: id, or part of the name, of an agency that publishes there.
        portal: id, or part of an id, a name or a place.
    """
    query = _failures()
    if portal:
        query = query.where(named_portal(portal))
    if agency:
        publishes = select(m.PortalAgency.portal_id).join(m.Agency).where(named_agency(agency))
        query = query.where(m.Portal.id.in_(publishes))
    told: dict[str, PortalFailure] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            told.setdefault(row.id, PortalFailure(*row))
    return list(told.values())


def _failures() -> Select[str, str, str, str, str, datetime, str | None]:
    """All attempts that may tell why a portal failed, for each portal the telling one first."""
    attempt, newest, other = m.Attempt, _newest_runs(), aliased(m.Attempt)
    weight = case(
        (attempt.outcome.in_(["blocked", "unreachable", "unreadable"]), 0), (attempt.outcome == "refused", 2), else_=1
    )
    read = exists().where(
        other.run_id == attempt.run_id,
        other.portal_id == attempt.portal_id,
        other.agency_id.is_not(None),
        other.outcome.in_(_READ),
    )
    return (
        select(
            m.Portal.id, m.Portal.name, attempt.outcome, attempt.reason, attempt.detail, attempt.at, attempt.url
        )
        .join(m.Portal, m.Portal.id == attempt.portal_id)
        .join(newest, and_(newest.c.portal_id == attempt.portal_id, newest.c.run_id == attempt.run_id))
        .where(newest.c.rank == 1, attempt.agency_id.is_(None), attempt.year.is_(None))
        .where(attempt.outcome.not_in(_READ[:3]), attempt.reason.not_like("look_alike%"))
        .where(or_(attempt.reason == "below_floor", ~read))
        .order_by(m.Portal.id, weight, attempt.at.desc(), attempt.id.desc())
    )  # fmt: skip


def _newest_runs() -> Subquery:
    """For each portal the runs that met it, newest first (rank 1): those that attempted something or saw a page."""
    met = union(
        select(m.Attempt.portal_id, m.Attempt.run_id),
        select(m.Page.portal_id, m.Page.last_run_id.label("run_id")),
    ).subquery()
    order = func.row_number().over(partition_by=met.c.portal_id, order_by=(m.Run.started_at.desc(), m.Run.id.desc()))
    runs = select(met.c.portal_id, met.c.run_id, order.label("rank")).join(m.Run, m.Run.id == met.c.run_id)
    return runs.where(m.Run.spider.is_distinct_from(DOCTOR)).subquery()
