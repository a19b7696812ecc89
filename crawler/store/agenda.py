"""The table `intents`: what is to be looked for and what became of it, read set-wise for planning."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Engine, func, select

from crawler.agenda import FAILED
from crawler.store import models as m
from crawler.store.many import not_collecting

if TYPE_CHECKING:
    from crawler.store.records import AnswerValue


def answered(answer: AnswerValue, run_id: str, at: datetime) -> dict[str, Any]:
    """The values of an `intents` row that a run answers at its end. A look that failed counts one failure more."""
    failed = answer.outcome in FAILED
    return answer.aim.model_dump() | {
        "planned_at": at,
        "attempted_at": at,
        "run_id": run_id,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "failures": int(failed),
        "succeeded_at": None if failed else at,
        "next_at": answer.next_at,
    }


class Look(NamedTuple):
    """The state of one intent. A tuple: of ten thousand portals there are 170,000.

    Attributes:
        attempted_at, outcome, reason: the last look that came to its end; None where there was none.
        failures: looks in a row that failed.
        succeeded_at: the last look that did not.
        next_at: not to be asked before.
    """

    planned_at: datetime
    attempted_at: datetime | None = None
    outcome: str | None = None
    reason: str | None = None
    failures: int = 0
    succeeded_at: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the database knows of all intents, and which reports stand.

    Attributes:
        portals: portal id to fiscal year (0: all years) to its look.
        agencies: (portal id, agency id, year) to its look.
        reports: (agency id, year) that stand in the database.
        pages: portal id to the number of its pages that are known.
        news: portal id to the moment when a report of it was last seen for the first time.
    """

    portals: dict[str, dict[int, Look]]
    agencies: dict[tuple[str, str, int], Look]
    reports: frozenset[tuple[str, int]]
    pages: dict[str, int]
    news: dict[str, datetime]


@not_collecting()
def read_agenda(engine: Engine) -> Agenda:
    """All intents of a database; four queries, whatever its size."""
    own = m.Intent
    state = (own.planned_at, own.attempted_at, own.outcome, own.reason, own.failures, own.succeeded_at, own.next_at)
    portals: dict[str, dict[int, Look]] = defaultdict(dict)
    agencies: dict[tuple[str, str, int], Look] = {}
    with engine.connect() as connection:
        intents = select(own.portal_id, own.agency_id, own.year, *state).where(own.column_url == "")
        for portal_id, agency_id, year, *values in connection.execute(intents).all():
            if agency_id:
                agencies[portal_id, agency_id, year] = Look(*values)
            else:
                portals[portal_id][year] = Look(*values)
        standing = connection.execute(select(m.Report.agency_id, m.Report.year).distinct()).all()
        reports = frozenset((agency_id, year) for agency_id, year in standing)
        counted = select(m.Page.portal_id, func.count()).group_by(m.Page.portal_id)
        pages = {portal_id: int(number) for portal_id, number in connection.execute(counted)}
        newest = (
            select(m.Page.portal_id, func.max(m.Page.first_seen))
            .where(m.Page.id.in_(select(m.VersionPage.page_id)))
            .group_by(m.Page.portal_id)
        )
        news: dict[str, datetime] = {portal: at for portal, at in connection.execute(newest)}  # noqa: C416
    return Agenda(dict(portals), agencies, reports, pages, news)
