"""What the jobs of the queue do: crawl a portal, read an archive file anew, and the cluster's upkeep."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from procrastinate import App, JobContext, RetryDecision
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from crawler import clock
from crawler.archive.model import ArchiveError
from crawler.cluster.book import Book
from crawler.cluster.enqueue import CRAWL_TASK, DUE, REPARSE_TASK, enqueue_portals
from crawler.cluster.hosts import host_locks
from crawler.cluster.queue import CARE, CRAWL, REPARSE
from crawler.jobs.model import Job, JobResult
from crawler.jobs.notify import beat
from crawler.jobs.run import pace, run_portal
from crawler.jobs.schedule import due_jobs
from crawler.portals import registry
from crawler.store.agenda import read_agenda

if TYPE_CHECKING:
    from crawler.archive.stores import Store
    from crawler.cluster.times import Times
    from crawler.cluster.worker import ClusterWorker
    from crawler.reparse.run import Totals

logger = logging.getLogger(__name__)

ATTEMPTS = 6
LONGEST_WAIT = 6 * 3600
KEPT_HOURS = 24 * 30
"""How long ended jobs are kept in the queue's tables, for people who look."""
WAITED_FOR = {"guard_night_hours": 900.0, "no_database": 30.0, "no_archive": 300.0}
"""Seconds after which a job is tried again, as often as it takes, because what it lacks comes back."""


class Unfinished(Exception):
    """A crawl that did not reach its end, how often in a row; `now` where that is no fault of the portal, and another
    worker may take it."""

    def __init__(self, result: JobResult, failures: int, *, now: bool = False) -> None:
        super().__init__(f"{result.job.portal_id}: {result.state}, {result.reason}")
        self.result = result
        self.failures = failures
        self.now = now


class Again(BaseRetryStrategy):
    """When a job is tried again: at once after its worker was stopped, after growing waits otherwise.

    Args:
        first: seconds of the first wait; each further one is four times as long, up to six hours.
    """

    def __init__(self, first: float) -> None:
        self.first = first

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        """The decision; None ends the job as failed."""
        if not isinstance(exception, Exception):
            return None  # cancelled by a person
        # Not the queue's count of attempts: it grows with each worker that dies, which is not the portal's fault.
        failures = job.attempts + 1
        if isinstance(exception, Unfinished):
            failures, reason = exception.failures, exception.result.reason
            if exception.now:
                return _after(0)
            if reason in WAITED_FOR:
                return _after(WAITED_FOR[reason])
        return _after(min(self.first * 4 ** (failures - 1), LONGEST_WAIT)) if failures < ATTEMPTS else None


def _after(seconds: float) -> RetryDecision:
    return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class Work:
    """What the tasks of one worker need."""

    worker: ClusterWorker
    settings: BaseSettings
    engine: Engine
    url: str
    runner: AsyncCrawlerRunner
    book: Book
    times: Times

    async def crawl(self, context: JobContext, told: dict[str, Any]) -> dict[str, Any]:
        """Crawl one portal. Raises `Unfinished`, and whatever is wrong with what the job was `told`."""
        job_id, attempts = context.job.id or 0, context.job.attempts
        try:
            job = self._job(told)
        except Exception as error:
            # Of a registry that is older than the plan, say: told, for it may wait for hours.
            what = str(told.get("portal_id", "?"))
            await asyncio.to_thread(self.book.begun, job_id, what, "", attempts=attempts, planned=0)
            said = f"{type(error).__name__}: {error}"
            await asyncio.to_thread(self.book.said, job_id, "failed", "wrong_job", said)
            raise
        await asyncio.to_thread(
            self.book.begun, job_id, job.portal_id, job.name, attempts=attempts, planned=job.requests
        )
        self.worker.running[job_id] = None
        crawling = asyncio.ensure_future(run_portal(job, self.runner, self._started(job_id)))
        try:
            result = await self._ended(crawling, job_id)
        finally:
            del self.worker.running[job_id]
        self.worker.ended(result)
        stopped = self.worker.draining and result.state == "unfinished"
        counts = not stopped and result.reason not in WAITED_FOR
        failures = await asyncio.to_thread(self.book.ended, job_id, result, counts=counts)
        if result.state in {"unfinished", "crashed"}:
            raise Unfinished(result, failures, now=stopped)
        return {"state": result.state, "requests": result.requests, "new": result.new, "changed": result.changed}

    async def _ended(self, crawling: asyncio.Future[JobResult], job_id: int) -> JobResult:
        try:
            return await asyncio.shield(crawling)
        except asyncio.CancelledError:
            # Cancelled by a person: the crawl ends in order, what it has is stored. It may just be beginning.
            while not crawling.done():
                crawler = self.worker.running.get(job_id)
                if crawler is not None and crawler.crawling:
                    await crawler.stop_async()
                    break
                await asyncio.wait([crawling], timeout=0.1)
            await crawling
            await asyncio.to_thread(self.book.said, job_id, "cancelled", "by hand", "")
            raise

    def _started(self, job_id: int) -> Callable[[Job, Crawler], None]:
        def started(_job: Job, crawler: Crawler) -> None:
            self.worker.running[job_id] = crawler

        return started

    def _job(self, told: dict[str, Any]) -> Job:
        row = self._registry().portal(told["portal_id"])
        years = None if told["years"] is None else tuple(told["years"])
        return Job(
            row.id, row.name, row.family, row.hosts, years, told["reports"], told["requests"], told["delay"],
            told["why"],
        )  # fmt: skip

    def _registry(self) -> registry.Registry:
        return registry.shared(self.settings.get("PORTALS_DIR"))

    def plan_due(self) -> str:
        """Put what is due now into the queue; says how much that was. Blocking."""
        rows, now = list(self._registry()), clock.now(self.settings)
        families = self.runner.spider_loader.list()
        jobs = due_jobs(rows, read_agenda(self.engine), now, families=families, delay=pace(self.settings))
        found = enqueue_portals(self.engine, self.url, jobs, host_locks(rows), priority=DUE)
        line = f"{len(jobs)} portals are due: {found.new} enqueued, {found.already} in the queue already"
        untold = beat(self.settings, {"headline": line, "began": now.isoformat(timespec="seconds")})
        for sentence in untold:
            logger.warning("%s", sentence)
        return line

    def reparse(self, context: JobContext, file: str, wanted: dict[str, Any]) -> str:
        """Read the pages of an archive file anew and write what differs. Blocking.

        Raises:
            ArchiveError: the archive does not answer: the job is tried again.
        """
        from crawler.archive.stores import archive_of

        job_id = context.job.id or 0
        self.book.begun(job_id, file, "reparse", attempts=context.job.attempts, planned=0)
        archive = archive_of(self.settings)
        try:
            archive.check()
            totals, count = self._reread(archive, file, wanted)
            if totals.damaged:
                archive.check()  # what cannot be read because the store went away is not damaged
        except ArchiveError as error:
            self.book.said(job_id, "unfinished", "no_archive", str(error))
            raise
        line = f"{totals.verdicts.total()} pages read, {count} written, {totals.damaged} could not be read"
        self.book.said(job_id, "done" if not totals.damaged else "marked", "", line, {"changed": count})
        return line

    def _reread(self, archive: Store, file: str, wanted: dict[str, Any]) -> tuple[Totals, int]:
        from crawler.reparse.model import Wanted
        from crawler.reparse.pool import Setup, reread
        from crawler.reparse.run import compare_all, write_all
        from crawler.reparse.selection import stored_pages

        setup = Setup(archive, self.settings.get("PORTALS_DIR"), self.settings.getbool("KEEP_SCRIPT"))
        pages = stored_pages(self.engine, Wanted.from_json(wanted | {"archive_file": file}))
        with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
            totals = compare_all(self.engine, reread(pages, setup, 1), kept, lambda _one: None)
            kept.seek(0)
            return totals, write_all(self.engine, kept)


def register(app: App, work: Work) -> None:
    """Make the tasks known to Procrastinate, with what they work with."""
    again = Again(work.settings.getfloat("CLUSTER_RETRY_SECONDS"))

    @app.task(name=CRAWL_TASK, queue=CRAWL, retry=again, pass_context=True)
    async def crawl_portal(context: JobContext, /, **told: Any) -> dict[str, Any]:
        return await work.crawl(context, told)

    # In a thread of its own, a file at a time: those of the event loop are for what must not wait for a file's end.
    reading = ThreadPoolExecutor(1, thread_name_prefix="reparse")

    @app.task(name=REPARSE_TASK, queue=REPARSE, retry=again, pass_context=True)
    async def reparse_file(context: JobContext, file: str, wanted: dict[str, Any]) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(reading, work.reparse, context, file, wanted)

    every = max(1, min(30, round(work.times.stalled / 4)))

    @app.periodic(cron=f"* * * * * */{every}")
    @app.task(name="take_over", queue=CARE, queueing_lock="take_over")
    async def take_over(timestamp: int) -> int:  # noqa: ARG001  Procrastinate names it
        # No `lock`: a worker that died in here would keep all others out for ever.
        return await asyncio.to_thread(work.book.take_over, work.times.stalled)

    @app.periodic(cron="20 4 * * *")
    @app.task(name="forget", queue=CARE, queueing_lock="forget", lock="forget")
    async def forget(timestamp: int) -> None:  # noqa: ARG001  Procrastinate names it
        await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True)
        await asyncio.to_thread(work.book.forget)

    if schedule := work.settings.get("CLUSTER_CRAWL_DUE"):

        @app.periodic(cron=schedule)
        @app.task(name="plan_due", queue=CARE, queueing_lock="plan_due", lock="plan_due")
        async def plan_due(timestamp: int) -> str:  # noqa: ARG001  Procrastinate names it
            return await asyncio.to_thread(work.plan_due)
