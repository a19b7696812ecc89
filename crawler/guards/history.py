"""What earlier crawls saw of a portal, from the stats of their runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from crawler.guards.model import STAT, Seen
from crawler.store import models as m
from crawler.store.failures import DOCTOR

RUNS = 5
"""Crawls that are compared with."""

_LOOKED_AT = 20
"""Newest runs among which they are looked for: some were stopped, or asked for one year only."""

_RECENT = timedelta(days=800)


def earlier(engine: Engine, portal_id: str, now: datetime) -> list[Seen]:
    """The portal as the last crawls saw it that came to their end, newest first, at most `RUNS`."""
    attempt, run = m.Attempt, m.Run
    newest = (
        select(attempt.run_id)
        .where(attempt.portal_id == portal_id, attempt.at > now - _RECENT)
        .group_by(attempt.run_id)
        .order_by(func.max(attempt.at).desc())
        .limit(_LOOKED_AT)
    )
    with engine.connect() as connection:
        ids = list(connection.scalars(newest))
        rows = connection.scalars(
            select(run.stats)
            .where(run.id.in_(ids), run.finish_reason == "finished", run.spider.is_distinct_from(DOCTOR))
            .order_by(run.started_at.desc(), run.id.desc())
        )
        found = [Seen.from_json((stats or {}).get(STAT + portal_id)) for stats in rows]
    return [one for one in found if one is not None][:RUNS]
