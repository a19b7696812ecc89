"""The cluster as a person or a program sees it, and what a person does to its queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from crawler.cluster.queue import CRAWL, REPARSE, ensure_tables, has_tables

LATELY_MINUTES = 10

_WORKERS = """
SELECT mine.id, mine.name, mine.concurrency, mine.queues, mine.running, mine.requests, mine.draining, mine.started_at,
       extract(epoch FROM now() - their.last_heartbeat) AS silent,
       their.last_heartbeat < now() - make_interval(secs => :stalled) AS dead
FROM cluster_workers mine JOIN procrastinate_workers their ON their.id = mine.id
ORDER BY mine.started_at, mine.id
"""
# A job that others put there may say anything of its cost. What has run is left out of what is left.
_COUNTS = """
WITH told AS (
    SELECT id, queue_name AS queue, status::text AS status, scheduled_at > now() AS later,
           CASE WHEN jsonb_typeof(args->'requests') = 'number' THEN (args->>'requests')::float ELSE 0 END AS requests,
           CASE WHEN jsonb_typeof(args->'delay') = 'number' THEN (args->>'delay')::float ELSE 0 END AS delay
    FROM procrastinate_jobs WHERE queue_name <> 'care'
), left_over AS (
    SELECT told.*, CASE WHEN status = 'doing' AND run.ended_at IS NULL
           THEN greatest(told.requests - coalesce(run.requests, 0), 0) ELSE told.requests END * told.delay AS seconds
    FROM told LEFT JOIN cluster_runs run ON run.job_id = told.id AND told.status = 'doing'
)
SELECT queue, status, count(*) AS number, count(*) FILTER (WHERE later) AS later,
       coalesce(sum(seconds), 0) AS seconds, coalesce(max(seconds), 0) AS longest
FROM left_over GROUP BY 1, 2 ORDER BY 1, 2
"""
_RUNNING = """
SELECT run.job_id, run.what, run.name, run.worker, run.attempts, run.planned, run.requests, run.new, run.changed,
       extract(epoch FROM now() - run.started_at) AS age, extract(epoch FROM now() - run.updated_at) AS silent
FROM cluster_runs run JOIN procrastinate_jobs job ON job.id = run.job_id
WHERE job.status = 'doing' AND run.ended_at IS NULL ORDER BY run.started_at, run.job_id
"""
_FAILURES = """
SELECT run.job_id, run.what, run.name, run.worker, run.state, run.reason, run.line, run.failures, run.ended_at,
       job.status::text AS status, job.scheduled_at AS next_at
FROM cluster_runs run JOIN procrastinate_jobs job ON job.id = run.job_id
WHERE run.state IN ('unfinished', 'crashed', 'failed') AND job.status IN ('todo', 'failed')
UNION ALL
SELECT job.id, coalesce(job.args->>'portal_id', job.args->>'file', job.task_name), '', '', 'failed', 'not_begun',
       'the job failed before it began: see the log of the workers', job.attempts, NULL, job.status::text, NULL
FROM procrastinate_jobs job
WHERE job.status = 'failed' AND NOT EXISTS (SELECT 1 FROM cluster_runs run WHERE run.job_id = job.id)
ORDER BY 9 DESC NULLS LAST, 1
"""
_ENDED = """
SELECT state, count(*) AS number, coalesce(sum(requests), 0) AS requests, coalesce(sum(new), 0) AS new,
       coalesce(sum(changed), 0) AS changed,
       count(*) FILTER (WHERE ended_at > now() - make_interval(mins => :lately)) AS lately,
       coalesce(sum(requests) FILTER (WHERE ended_at > now() - make_interval(mins => :lately)), 0) AS requests_lately
FROM cluster_runs WHERE ended_at IS NOT NULL GROUP BY state
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The cluster at a moment. Lists hold rows as mappings, with ages in seconds.

    Attributes:
        workers: those that Procrastinate knows, with `silent`: seconds since their last heartbeat, and `dead`: whether
            that is so long that others may take their jobs.
        queues: jobs by queue and status, how many of them wait for a later moment, and the `seconds` that they have
            left by their plans, all together and the longest.
        running: jobs at work with what they have done, and `silent`: seconds since that was written.
        failures: jobs that did not reach their end, to be tried again (`todo`) or given up (`failed`).
        ended: ended jobs by state, all and of the last `LATELY_MINUTES`.
        paused: queues of which nothing is taken.
    """

    workers: list[dict[str, Any]] = field(default_factory=list)
    queues: list[dict[str, Any]] = field(default_factory=list)
    running: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)
    paused: list[str] = field(default_factory=list)

    @property
    def living(self) -> list[dict[str, Any]]:
        """Workers that gave a sign of life lately."""
        return [row for row in self.workers if not row["dead"]]

    @property
    def waiting(self) -> int:
        """Jobs that wait."""
        return sum(row["number"] for row in self.queues if row["status"] == "todo")

    @property
    def seconds_left(self) -> float | None:
        """About how long the crawls in the queue take, by their plans and the workers there are; None without any."""
        able = [row for row in self.living if CRAWL in row["queues"] and not row["draining"]]
        slots = sum(row["concurrency"] - (REPARSE in row["queues"]) for row in able)  # one place is for archive files
        waiting = [row for row in self.queues if row["queue"] == CRAWL and row["status"] in ("todo", "doing")]
        if not slots or not waiting:
            return None if waiting else 0.0
        every, longest = sum(row["seconds"] for row in waiting), max(row["longest"] for row in waiting)
        return max(float(every) / int(slots), float(longest))

    @property
    def requests_a_minute(self) -> float:
        """Of what runs now, since each began."""
        return float(sum(60 * row["requests"] / row["age"] for row in self.running if row["age"] >= 1))

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        left = self.seconds_left
        return asdict(self) | {
            "waiting": self.waiting,
            "seconds_left": None if left is None else round(left),
            "requests_a_minute": round(self.requests_a_minute, 1),
        }


def snapshot(engine: Engine, stalled: float = 60) -> Snapshot:
    """The cluster now; an empty one where there is no queue yet.

    Args:
        stalled: seconds without a sign of life after which a worker is believed dead.
    """
    if not has_tables(engine):
        return Snapshot()
    with engine.connect() as connection:
        return Snapshot(
            _rows(connection, _WORKERS, stalled=stalled),
            _rows(connection, _COUNTS),
            _rows(connection, _RUNNING),
            _rows(connection, _FAILURES),
            _rows(connection, _ENDED, lately=LATELY_MINUTES),
            list(connection.scalars(text("SELECT queue FROM cluster_paused ORDER BY queue"))),
        )


def _rows(connection: Connection, query: str, **values: object) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in connection.execute(text(query), values).mappings()
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return float(value) if type(value).__name__ == "Decimal" else value


def pause(engine: Engine, queues: Collection[str]) -> None:
    """Take nothing more of these queues; what runs goes on. Workers hear of it within seconds."""
    ensure_tables(engine)
    statement = text("INSERT INTO cluster_paused (queue) VALUES (:queue) ON CONFLICT DO NOTHING")
    with engine.connect() as connection, connection.begin():
        connection.execute(statement, [{"queue": queue} for queue in queues])


def resume(engine: Engine, queues: Collection[str]) -> int:
    """Take jobs of these queues again; returns how many of them were paused."""
    if not has_tables(engine):
        return 0
    with engine.connect() as connection, connection.begin():
        found = connection.execute(text("DELETE FROM cluster_paused WHERE queue = ANY(:q)"), {"q": list(queues)})
        return int(found.rowcount)


_NAMED = "queue_name <> 'care' AND (:everything OR coalesce(args->>'portal_id', args->>'file', '') = ANY(:names))"


def cancel(engine: Engine, names: Sequence[str], *, everything: bool = False) -> tuple[int, int]:
    """Take jobs out of the queue, by portal or file; those that run are stopped in order by their workers.

    Returns:
        how many waited and are gone, and how many run and were told to stop.
    """
    query = f"""
        SELECT job.status::text AS was, procrastinate_cancel_job_v1(job.id, true, false)
        FROM (SELECT id, status FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND {_NAMED} FOR UPDATE) job
    """  # noqa: S608  nothing of it comes from outside
    found = _told(engine, query, names, everything)
    return found.count("todo"), found.count("doing")


def retry(engine: Engine, names: Sequence[str], *, everything: bool = False) -> int:
    """Try jobs again now that were given up, or that wait for a later try; returns how many."""
    # Of several with one queueing lock only one may wait; one that was told to stop may not wait at all.
    again = f"""
        WITH given_up AS (
            UPDATE procrastinate_jobs SET abort_requested = false WHERE id IN (
                SELECT max(id) FROM procrastinate_jobs mine WHERE status = 'failed' AND {_NAMED}
                AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs other WHERE other.status IN ('todo', 'doing')
                                AND other.queueing_lock = mine.queueing_lock)
                GROUP BY coalesce(queueing_lock, id::text)
            ) RETURNING id
        )
        SELECT id FROM given_up
    """  # noqa: S608  nothing of it comes from outside
    retried = text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
    sooner = f"""
        UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND scheduled_at > now() AND {_NAMED}
        RETURNING 'todo'
    """  # noqa: S608  nothing of it comes from outside
    number = len(_told(engine, sooner, names, everything))
    if not has_tables(engine):
        return number
    with engine.connect() as connection, connection.begin():
        chosen = list(connection.scalars(text(again), {"names": list(names), "everything": everything}))
        for job_id in chosen:
            connection.execute(retried, {"id": job_id})
    return number + len(chosen)


def _told(engine: Engine, query: str, names: Sequence[str], everything: bool) -> list[str]:
    if not has_tables(engine):
        return []
    with engine.connect() as connection, connection.begin():
        return [row[0] for row in connection.execute(text(query), {"names": list(names), "everything": everything})]
