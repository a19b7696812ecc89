"""From a plan to jobs in the queue. Enqueuing the same twice does nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job as QueuedJob
from procrastinate.manager import JobManager
from sqlalchemy import Engine, text

from crawler.cluster.queue import CRAWL, REPARSE, away, dsn_of, ensure_tables, make_app
from crawler.jobs.model import Job

CRAWL_TASK, REPARSE_TASK = "crawl_portal", "reparse_file"

DUE, BACKFILL, REREAD = 100, 0, -100
"""Priorities: what is due today goes before what was missed for years, and both before what is there already."""

TOGETHER = 500
"""Jobs that are written at once."""


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How many jobs were put into the queue, and how many waited or ran there already."""

    new: int
    already: int


def enqueue_portals(
    engine: Engine, url: str, jobs: Iterable[Job], locks: Mapping[str, str], *, priority: int
) -> Enqueued:
    """Put portal jobs into the queue, in their order.

    Args:
        engine, url: the database, open and as an address.
        locks: lock of each portal (`crawler.cluster.hosts.host_locks`).
        priority: higher ones are taken first.

    Raises:
        NoCluster: see `crawler.cluster.queue.dsn_of`.
    """
    return _enqueue(engine, url, [_portal_job(job, locks[job.portal_id], priority) for job in jobs])


def enqueue_files(engine: Engine, url: str, files: Iterable[str], wanted: Mapping[str, Any]) -> Enqueued:
    """Put archive files whose pages are to be read anew into the queue. Raises as `enqueue_portals`."""
    queued = [
        QueuedJob(
            queue=REPARSE, task_name=REPARSE_TASK, priority=REREAD, lock=f"file:{file}",
            queueing_lock=f"reparse:{file}", task_kwargs={"file": file, "wanted": dict(wanted)},
        )
        for file in files
    ]  # fmt: skip
    return _enqueue(engine, url, queued)


def _portal_job(job: Job, lock: str, priority: int) -> QueuedJob:
    years = None if job.years is None else list(job.years)
    told: dict[str, Any] = {
        "portal_id": job.portal_id, "years": years, "why": job.why, "reports": job.reports, "requests": job.requests,
        "delay": job.delay,
    }  # fmt: skip
    span = "all" if job.years is None else ",".join(map(str, job.years))
    return QueuedJob(
        queue=CRAWL, task_name=CRAWL_TASK, priority=priority, lock=lock,
        queueing_lock=f"crawl:{job.portal_id}:{span}", task_kwargs=told,
    )  # fmt: skip


def _enqueue(engine: Engine, url: str, jobs: Sequence[QueuedJob]) -> Enqueued:
    ensure_tables(engine)
    with engine.connect() as connection:
        # Procrastinate keeps a queueing lock among waiting jobs only: one that runs would be enqueued once more.
        query = "SELECT queueing_lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        known = set(connection.scalars(text(query)))
    fresh = [job for job in jobs if job.queueing_lock not in known]
    new = 0
    app = make_app(dsn_of(url), asynchronous=False)
    try:
        with app.open():
            remaining = iter(fresh)
            while parcel := list(islice(remaining, TOGETHER)):
                new += _put(app.job_manager, parcel)
    except (psycopg.Error, ConnectorException) as error:
        raise away(error) from error
    return Enqueued(new, len(jobs) - new)


def _put(manager: JobManager, jobs: list[QueuedJob]) -> int:
    try:
        manager.batch_defer_jobs(jobs)
        return len(jobs)
    except AlreadyEnqueued:
        # Another process enqueues at the same time: one by one, and what is there already stays.
        return sum(_put_one(manager, job) for job in jobs)


def _put_one(manager: JobManager, job: QueuedJob) -> bool:
    try:
        manager.defer_job(job)
    except AlreadyEnqueued:
        return False
    return True
