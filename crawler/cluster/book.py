"""What workers say of themselves and of their jobs, for people who watch: three small tables beside the queue."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Engine, text

from crawler.jobs.model import JobResult

logger = logging.getLogger(__name__)

_BEGUN = text("""
INSERT INTO cluster_runs (job_id, what, name, worker, attempts, planned)
VALUES (:job_id, :what, :name, :worker, :attempts, :planned)
ON CONFLICT (job_id) DO UPDATE SET worker = excluded.worker, attempts = excluded.attempts, started_at = now(),
    updated_at = now(), ended_at = NULL, state = NULL, reason = '', line = '', requests = 0, new = 0, changed = 0,
    unchanged = 0
""")
_RUNNING = text("""
UPDATE cluster_runs SET updated_at = now(), requests = :requests, new = :new, changed = :changed
WHERE job_id = :job_id AND worker = :worker AND ended_at IS NULL
""")
_ENDED = text("""
UPDATE cluster_runs SET updated_at = now(), ended_at = now(), state = :state, reason = :reason, line = :line,
    requests = :requests, new = :new, changed = :changed, unchanged = :unchanged,
    failures = CASE WHEN :state NOT IN ('unfinished', 'crashed', 'failed') THEN 0 ELSE failures + :counts END
WHERE job_id = :job_id AND worker = :worker
RETURNING failures
""")
_WORKER = text("""
INSERT INTO cluster_workers (id, name, concurrency, queues, running, requests, draining)
VALUES (:id, :name, :concurrency, :queues, :running, :requests, :draining)
ON CONFLICT (id) DO UPDATE SET beat_at = now(), running = :running, requests = :requests, draining = :draining
""")

_PUT_BACK = """
WITH lost AS (
    SELECT job.id, job.task_name, job.queueing_lock FROM procrastinate_jobs job
    WHERE job.status = 'doing' AND {}
    FOR UPDATE OF job SKIP LOCKED
), told AS (
    SELECT lost.*, queueing_lock IS NOT NULL AND (
        row_number() OVER (PARTITION BY queueing_lock ORDER BY id) > 1 OR EXISTS (
            SELECT 1 FROM procrastinate_jobs twin
            WHERE twin.queueing_lock = lost.queueing_lock AND twin.status = 'todo'
        )
    ) AS waits_already
    FROM lost
)
SELECT id, task_name, CASE
    -- The queue takes no second one of them, and would put none back; this one comes again by the clock.
    WHEN waits_already OR task_name = 'take_over' THEN procrastinate_finish_job_v1(id, 'failed', true)
    ELSE procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
END FROM told
"""
_TAKE_OVER = text(
    _PUT_BACK.format("""NOT EXISTS (
        SELECT 1 FROM procrastinate_workers worker
        WHERE worker.id = job.worker_id AND worker.last_heartbeat >= now() - make_interval(secs => :stalled)
    )""")
)
_FORGET = (
    "DELETE FROM cluster_runs WHERE job_id NOT IN (SELECT id FROM procrastinate_jobs)",
    "DELETE FROM cluster_workers WHERE id NOT IN (SELECT id FROM procrastinate_workers)",
)
_COUNTED = ("requests", "new", "changed", "unchanged")
_THESE_BACK = text(_PUT_BACK.format("job.id = ANY(:ids) AND job.worker_id = ANY(:workers)"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running job is."""

    job_id: int
    requests: int
    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a worker says of itself."""

    id: int
    name: str
    concurrency: int
    queues: str
    running: int = 0
    requests: int = 0
    draining: bool = False


class Book:
    """Writes for one worker. Blocking: call it in a thread.

    Args:
        engine: the database.
        worker: name of the worker, with its machine and process.
    """

    def __init__(self, engine: Engine, worker: str) -> None:
        self._engine = engine
        self._worker = worker

    def begun(self, job_id: int, what: str, name: str, *, attempts: int, planned: int) -> None:
        """A job begins, perhaps not for the first time."""
        told = {"job_id": job_id, "what": what, "name": name, "attempts": attempts, "planned": planned}
        with self._engine.connect() as connection, connection.begin():
            connection.execute(_BEGUN, told | {"worker": self._worker})

    def running(self, myself: Standing, jobs: Iterable[Progress]) -> None:
        """The worker lives, and so far its jobs are."""
        with self._engine.connect() as connection, connection.begin():
            connection.execute(_WORKER, asdict(myself))
            if told := [asdict(one) | {"worker": self._worker} for one in jobs]:
                connection.execute(_RUNNING, told)

    def ended(self, job_id: int, result: JobResult, *, counts: bool = True) -> int:
        """A job has ended, well or not; returns how often in a row it did not reach its end.

        Args:
            counts: whether an end before its end is the portal's, not that of the worker or the hour.
        """
        done = {name: getattr(result, name) for name in _COUNTED}
        return self._close(job_id, result.state, result.reason, result.line, done, counts=counts)

    def said(self, job_id: int, state: str, reason: str, line: str, counts: Mapping[str, int] | None = None) -> None:
        """The same of a job that is no crawl."""
        self._close(job_id, state, reason, line, counts or {}, counts=True)

    def _close(self, job_id: int, state: str, reason: str, line: str, done: Mapping[str, int], *, counts: bool) -> int:
        told = {
            "job_id": job_id, "worker": self._worker, "state": state, "reason": reason, "line": line[:1000],
            "counts": int(counts), **dict.fromkeys(_COUNTED, 0), **done,
        }  # fmt: skip
        with self._engine.connect() as connection, connection.begin():
            return int(connection.scalar(_ENDED, told) or 0)

    def paused(self) -> frozenset[str]:
        """Queues of which nothing is to be taken."""
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(text("SELECT queue FROM cluster_paused")))

    def take_over(self, stalled: float) -> int:
        """Put the jobs of workers that gave no sign of life for so many seconds back into the queue; returns how many.

        In one statement, so that a job which another worker has just taken over is not taken from that one.
        """
        with self._engine.connect() as connection, connection.begin():
            found = connection.execute(_TAKE_OVER, {"stalled": stalled}).all()
        for job_id, what, _ in found:
            logger.warning("job %s (%s): its worker gave no sign of life for %.0f s; put back", job_id, what, stalled)
        return len(found)

    def forget(self) -> None:
        """Drop what was said of jobs and workers that the queue has forgotten."""
        with self._engine.connect() as connection, connection.begin():
            for statement in _FORGET:
                connection.exec_driver_sql(statement)

    def put_back(self, job_ids: Collection[int], workers: Sequence[int]) -> None:
        """Put jobs that run on these workers of Procrastinate back into the queue; those whose like waits there already
        are no more needed.
        """
        with self._engine.connect() as connection, connection.begin():
            connection.execute(_THESE_BACK, {"ids": list(job_ids), "workers": list(workers)})

    def claimed(self, workers: Sequence[int]) -> dict[int, bool]:
        """Jobs that the queue believes to run on these workers of Procrastinate, and whether they are to stop."""
        query = text(
            "SELECT id, abort_requested FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(:workers)"
        )
        with self._engine.connect() as connection:
            return {row.id: row.abort_requested for row in connection.execute(query, {"workers": list(workers)})}
