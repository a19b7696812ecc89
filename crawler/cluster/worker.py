"""A worker: takes portal jobs from the queue and runs each as a Crawler, many side by side in one event loop.

The job function is that of a crawl on one machine (`crawler.jobs.run.run_portal`). A worker can be killed at any
moment: the queue gives its jobs to others when its heartbeat is older than the stall time-out, and what it stored is
not fetched again. A second, small worker in the same process does the cluster's upkeep, so that no long crawl keeps it
waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

import psycopg
from croniter import croniter  # type: ignore[import-untyped]
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from crawler.cluster.book import Book, Progress, Standing
from crawler.cluster.lifeline import Lifeline
from crawler.cluster.queue import CARE, away, dsn_of, ensure_tables, make_app
from crawler.cluster.tasks import Work, register
from crawler.jobs.model import JobResult
from crawler.jobs.run import counts_so_far
from crawler.store.shared import load_waiting

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds.

    Attributes:
        heartbeat: between two signs of life.
        stalled: age of the last one at which a worker is believed dead and its jobs are given to others. It ends itself
            at half of that.
        poll: between two looks for work, where none was found.
        drain: what running portals are given to end when the worker is to stop; then they are stopped in order, and
            their jobs go back into the queue.
    """

    heartbeat: float = 10.0
    stalled: float = 60.0
    poll: float = 3.0
    drain: float = 600.0

    @classmethod
    def of(cls, settings: BaseSettings) -> Times:
        """As settings say (`CLUSTER_…`).

        Raises:
            ValueError: a heartbeat that would come too late to be believed; what is no number, or no schedule.
        """
        made = cls(**{one.name: _seconds(settings, f"CLUSTER_{one.name.upper()}", one.default) for one in fields(cls)})
        if (schedule := settings.get("CLUSTER_CRAWL_DUE")) and not croniter.is_valid(schedule):
            raise ValueError(f"CLUSTER_CRAWL_DUE={schedule!r} is no time as cron says it: 15 */6 * * *")
        if made.heartbeat <= 0 or made.poll <= 0 or made.stalled < 4 * made.heartbeat:
            raise ValueError(
                f"CLUSTER_STALLED={made.stalled:g} is too short for CLUSTER_HEARTBEAT={made.heartbeat:g}: a worker "
                "would be believed dead while it lives; make it at least four times as long"
            )
        return made


class ClusterWorker:
    """Made, then `run` in the event loop of Scrapy.

    Args:
        engine, url: the database, open and as an address.
        settings: of the project; those of the crawls are the runner's.
        runner: makes the crawlers.
        concurrency: portals at a time.
        queues: which queues to serve.
        once: end when there is no more work that could be begun now.
        told: hears of each portal as it ends.
    """

    def __init__(
        self,
        engine: Engine,
        url: str,
        settings: BaseSettings,
        runner: AsyncCrawlerRunner,
        *,
        concurrency: int,
        queues: Sequence[str],
        once: bool = False,
        told: Callable[[JobResult], None] = lambda _result: None,
    ) -> None:
        self.times = Times.of(settings)
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.running: dict[int, Crawler | None] = {}
        self.results: list[JobResult] = []
        self.draining = False
        self._engine = engine
        self._url = url
        self._settings = settings
        self._runner = runner
        self._concurrency = concurrency
        self._queues = list(queues)
        self._once = once
        self._told = told
        self._book = Book(engine, self.name)
        self._paused: frozenset[str] = frozenset()
        self._workers: list[Worker] = []
        self._unclaimed: frozenset[int] = frozenset()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> list[JobResult]:
        """Work until stopped; returns what was done.

        Raises:
            crawler.cluster.queue.NoCluster, sqlalchemy.exc.DBAPIError: the queue cannot be used.
            crawler.jobs.lock.Overlap: a crawl of many portals on one machine writes into the same database.
        """
        try:
            return await self._work()
        except (psycopg.Error, ConnectorException) as error:
            raise away(error) from error

    async def _work(self) -> list[JobResult]:
        dsn = dsn_of(self._url)
        await asyncio.to_thread(ensure_tables, self._engine)
        app = make_app(dsn)
        self._paused = await asyncio.to_thread(self._book.paused)
        app.job_manager.paused = lambda: self._paused  # type: ignore[attr-defined]  # Patient
        register(app, Work(self, self._settings, self._engine, self._url, self._runner, self._book, self.times))
        lifeline = Lifeline(dsn, self.times.stalled / 2)
        await asyncio.to_thread(lifeline.hold)
        async with app.open_async():
            self._workers = [
                self._worker(app, self._queues, self._concurrency, wait=not self._once),
                self._worker(app, [CARE], 1, wait=True),
            ]
            working: list[asyncio.Task[None]] = [asyncio.create_task(_run(one)) for one in self._workers]
            beating = asyncio.create_task(self._beat(lifeline))
            try:
                await self._until_done(working)
            finally:
                beating.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beating
                lifeline.stop()
        return self.results

    def ended(self, result: JobResult) -> None:
        """A portal has ended, well or not."""
        self.results.append(result)
        self._told(result)

    def stop(self) -> None:
        """Take no further job. Portals that run may end, for so long as `Times.drain`; then they are stopped."""
        if self.draining:
            return
        self.draining = True
        if self._workers:
            self._workers[0].stop()  # type: ignore[no-untyped-call]
        asyncio.get_running_loop().call_later(self.times.drain, lambda: self._stop_crawls(list(self.running)))

    def _worker(self, app: object, queues: list[str], concurrency: int, *, wait: bool) -> Worker:
        return Worker(
            app,  # type: ignore[arg-type]
            queues=queues,
            name=self.name,
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=self.times.poll,
            abort_job_polling_interval=self.times.poll,
            # Listening needs a connection that no pooler may share; jobs of minutes can wait for the next look.
            listen_notify=False,
            install_signal_handlers=False,
            update_heartbeat_interval=self.times.heartbeat,
            stalled_worker_timeout=self.times.stalled,
        )

    async def _until_done(self, working: Sequence[asyncio.Task[None]]) -> None:
        """Return when the work has ended; the upkeep goes on as long. What one of them raises is raised."""
        crawling, caring = working
        try:
            await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
            if caring.done() and not crawling.done():
                logger.error("the upkeep has ended before the work: this worker stops")
                self.stop()
            await crawling
        finally:
            self._workers[1].stop()  # type: ignore[no-untyped-call]
            await caring

    async def _beat(self, lifeline: Lifeline) -> None:
        """Say again and again that this worker lives and how far its jobs are.

        Procrastinate stops its own heartbeat when a worker begins to end, while portals may run on for minutes.
        """
        watched: list[int] = []
        while True:
            ids = [one.worker_id for one in self._workers if one.worker_id is not None]
            if not watched and len(ids) == len(self._workers):
                watched = ids
                lifeline.start(watched)
            try:
                for one in self._workers:
                    if one.worker_id is not None:
                        await one.app.job_manager.update_heartbeat(one.worker_id)
                await self._tell(watched)
            except Exception:
                # What cannot be told now is told the next time; a heartbeat that stays away, the lifeline notices.
                logger.warning("the queue could not be told of this worker", exc_info=True)
            await asyncio.sleep(min(self.times.heartbeat, 5.0) if watched else 0.2)

    async def _tell(self, watched: Sequence[int]) -> None:
        if not watched:
            return
        progress = [Progress(job_id, **counts_so_far(crawler)) for job_id, crawler in self.running.items()]
        requests = sum(one.requests for one in self.results) + sum(one.requests for one in progress)
        queues = ",".join(self._queues)
        myself = Standing(watched[0], self.name, self._concurrency, queues, len(self.running), requests, self.draining)
        await asyncio.to_thread(self._book.running, myself, progress)
        self._paused = await asyncio.to_thread(self._book.paused)
        if not self.running:
            # Of a worker that was killed here, or of an outage after its last portal; the next portal may never come.
            await load_waiting(self._url, self._settings.get("SPOOL_DIR"))
        claimed = await asyncio.to_thread(self._book.claimed, watched)
        await self._put_back(claimed, watched)
        if self.draining:
            # Procrastinate looks for jobs that are cancelled no more.
            self._stop_crawls([job_id for job_id, cancelled in claimed.items() if cancelled])

    async def _put_back(self, claimed: Iterable[int], workers: Sequence[int]) -> None:
        """Jobs that were given to us by an answer that never came: nobody else would ever take them."""
        lost = frozenset(claimed) - self._at_work()
        if again := lost & self._unclaimed:  # seen twice: it may just have begun or ended the first time
            logger.warning("jobs were given to this worker, which never heard of them: %s put back", sorted(again))
            await asyncio.to_thread(self._book.put_back, again, workers)
        self._unclaimed = lost

    def _at_work(self) -> frozenset[int]:
        known = (context.job.id for one in self._workers for context in one._running_jobs.values())
        return frozenset(job_id for job_id in known if job_id is not None)

    def _stop_crawls(self, job_ids: Iterable[int]) -> None:
        for crawler in map(self.running.get, job_ids):
            if crawler is not None and crawler.crawling:
                task = asyncio.get_running_loop().create_task(crawler.stop_async())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)


def _seconds(settings: BaseSettings, name: str, default: object) -> float:
    value = settings.get(name, default)
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not 0 <= found < math.inf:
        raise ValueError(f"{name}={value}: a number of seconds")
    return found


async def _run(worker: Worker) -> None:
    await worker.run()  # type: ignore[no-untyped-call]
