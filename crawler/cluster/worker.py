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
import os
import socket
from collections.abc import Callable, Iterable, Sequence

import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from crawler.cluster.book import Book, Progress, Standing
from crawler.cluster.lifeline import Lifeline
from crawler.cluster.queue import CARE, CRAWL, REPARSE, away, dsn_of, ensure_tables, make_app
from crawler.cluster.tasks import Work, register
from crawler.cluster.times import Times
from crawler.jobs.model import JobResult
from crawler.jobs.run import counts_so_far
from crawler.store.shared import load_waiting

logger = logging.getLogger(__name__)


class ClusterWorker:
    """Made, then `run` in the event loop of Scrapy.

    Args:
        engine, url: the database, open and as an address.
        settings: of the project; those of the crawls are the runner's.
        runner: makes the crawlers.
        concurrency: portals at a time.
        queues: which queues to serve; of `reparse` one file at a time.
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
        self._workers: list[Worker] = []  # one a queue; the upkeep's is the last
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
            # A process reads one archive file at a time: a worker that took more of them would keep others from them.
            places = {CRAWL: self._concurrency, REPARSE: 1}
            self._workers = [
                *(self._worker(app, queue, places[queue], wait=not self._once) for queue in self._queues),
                self._worker(app, CARE, 1, wait=True),
            ]
            working = [asyncio.create_task(self._run(one, lifeline)) for one in self._workers]
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
        for one in self._workers[:-1]:
            one.stop()  # type: ignore[no-untyped-call]
        asyncio.get_running_loop().call_later(self.times.drain, lambda: self._stop_crawls(list(self.running)))

    def _worker(self, app: object, queue: str, concurrency: int, *, wait: bool) -> Worker:
        return Worker(
            app,  # type: ignore[arg-type]
            queues=[queue],
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

    async def _run(self, worker: Worker, lifeline: Lifeline) -> None:
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            self._watch(lifeline)

    def _watch(self, lifeline: Lifeline) -> list[int]:
        """Tell the lifeline which of the workers there are by now."""
        ids = [one.worker_id for one in self._workers if one.worker_id is not None]
        lifeline.watch(ids)
        return ids

    async def _until_done(self, working: Sequence[asyncio.Task[None]]) -> None:
        """Return when the work has ended; the upkeep goes on as long. What one of them raises is raised."""
        *serving, caring = working
        left = set(working)
        try:
            while left - {caring}:
                done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                failed = caring in done or any(one.exception() for one in done)
                if not self.draining and (failed or not self._once):
                    logger.error("a part of this worker has ended before its time: it stops")
                    self.stop()
            await asyncio.gather(*serving)
        finally:
            self._workers[-1].stop()  # type: ignore[no-untyped-call]
            await caring

    async def _beat(self, lifeline: Lifeline) -> None:
        """Say again and again that this worker lives and how far its jobs are.

        Procrastinate stops its own heartbeat when a worker begins to end, while portals may run on for minutes.
        """
        begun = False
        while True:
            watched = self._watch(lifeline)
            begun = begun or len(watched) == len(self._workers)
            try:
                for one in self._workers:
                    if one.worker_id is not None:
                        await one.app.job_manager.update_heartbeat(one.worker_id)
                if begun:
                    await self._tell(watched)
            except Exception:
                # What cannot be told now is told the next time; a heartbeat that stays away, the lifeline notices.
                logger.warning("the queue could not be told of this worker", exc_info=True)
            await asyncio.sleep(min(self.times.heartbeat, 5.0) if begun else 0.2)

    async def _tell(self, watched: Sequence[int]) -> None:
        myself = self._workers[-1].worker_id  # of the upkeep, which is there from the first job to the last
        if myself is None:
            return
        progress = [Progress(job_id, **counts_so_far(crawler)) for job_id, crawler in self.running.items()]
        requests = sum(one.requests for one in self.results) + sum(one.requests for one in progress)
        queues = ",".join(self._queues)
        places = sum(one.concurrency for one in self._workers[:-1])
        running = sum(len(one._running_jobs) for one in self._workers[:-1])
        standing = Standing(myself, self.name, places, queues, running, requests, self.draining)
        await asyncio.to_thread(self._book.running, standing, progress)
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
