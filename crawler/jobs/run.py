"""Running jobs: one Crawler a portal, many of them side by side in one process and one event loop.

Each portal is asked slowly, so many of them together are fast. What runs one job here is what any queue of workers
would call: it needs nothing but the job and the settings, and everything it has done is in the database.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from crawler.archive.stores import is_remote
from crawler.guards.watch import Guards
from crawler.jobs.model import Job, JobResult, State, Tally
from crawler.store.crossing import NOT_COMPARED

logger = logging.getLogger(__name__)

_STATS = {"requests": "downloader/request_count", "new": "store/reports_new", "changed": "store/changed"}

CONCURRENCY = 100
"""Portals at a time. At two seconds a request these ask for forty a second, more than one core reads at its busiest:
they then wait for each other."""

NIGHT = "guard_night_hours"
"""Reason of an end when the hours are over in which portals are asked: no fault; it goes on in the next night."""

ONE_PORTAL = {"CONCURRENT_REQUESTS": 1, "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 1}
"""Settings of a job's crawler: the next page is asked for when the last one is stored. Two at once make no portal
faster (AutoThrottle aims at one, and so does the delay of a host), and with Scrapy's own (16 requests, five megabytes
of pages) hundreds of portals that wait for one core hold a whole crawl in memory."""

WAITING_BYTES = 2 * 1024 * 1024
"""In place of that where the archive is an object store: a page waits for the upload that it shares with others, and
the portal goes on meanwhile."""


async def run_portal(
    job: Job, runner: AsyncCrawlerRunner, started: Callable[[Job, Crawler], None] | None = None
) -> JobResult:
    """Crawl one portal to its end. Never raises but when it is cancelled: what goes wrong is in the result.

    Args:
        job: the portal and the years to look for.
        runner: makes the crawler; its settings are those of the crawl.
        started: told of the crawler before it begins, to watch its stats or to stop it.
    """
    begun = time.monotonic()
    try:
        crawler = runner.create_crawler(job.family)
        # Above the runner's own settings, which it merges in once more as the crawl begins.
        crawler.settings.setdict(own_settings(crawler.settings), priority="spider")
        if started is not None:
            started(job, crawler)
        arguments = {"portal": job.portal_id}
        if job.years is not None:
            arguments["years"] = ",".join(map(str, job.years))
        await runner.crawl(crawler, **arguments)
    except Exception as error:
        # One portal's row or spider that is broken must not end the crawl of all the others.
        logger.exception("%s: the crawl raised", job.portal_id)
        line = f"{type(error).__name__}: {error}"
        return JobResult(job, "crashed", type(error).__name__, seconds=time.monotonic() - begun, line=line)
    return result_of(job, crawler, time.monotonic() - begun)


def own_settings(settings: BaseSettings) -> dict[str, int]:
    """What a job's crawler has over the settings of all."""
    waits = settings.getbool("ARCHIVE_ENABLED") and is_remote(settings.get("ARCHIVE_DIR"))
    return ONE_PORTAL | ({"SCRAPER_SLOT_MAX_ACTIVE_SIZE": WAITING_BYTES} if waits else {})


def stats_of(crawler: Crawler | None) -> StatsCollector | None:
    """The stats of a crawler; None while its crawl has not begun: Scrapy raises then."""
    try:
        return crawler.stats if crawler is not None else None
    except RuntimeError:
        return None


def counts_so_far(crawler: Crawler | None) -> dict[str, int]:
    """What a crawler that runs has done: requests, new and changed reports."""
    stats = stats_of(crawler)
    return {name: int(stats.get_value(key, 0)) if stats is not None else 0 for name, key in _STATS.items()}


def result_of(job: Job, crawler: Crawler, seconds: float) -> JobResult:
    """What a crawler that has ended says of its portal."""
    collector = stats_of(crawler)
    stats: dict[str, Any] = dict(collector.get_stats()) if collector is not None else {}
    reason = str(stats.get("finish_reason", "no_start"))
    if reason == "finished" and stats.get("check/not_compared"):
        reason = NOT_COMPARED
    guards = tuple(sorted(name.removeprefix("guards/") for name in stats if name.startswith("guards/")))
    ledger, selection = (getattr(crawler.spider, name, None) for name in ("ledger", "selection"))
    lines = list(ledger.summary(selection.portals)) if ledger is not None and selection is not None else []
    watch = crawler.get_extension(Guards) if crawler.extensions is not None else None
    if reason not in ("finished", NOT_COMPARED):
        lines = []  # it has not looked everywhere: the ledger would call missing what was not asked
    lines += watch.said if isinstance(watch, Guards) else []
    return JobResult(
        job,
        _state(reason, stats, guards),
        reason,
        requests=stats.get("downloader/request_count", 0),
        pages=stats.get("store/pages", 0),
        new=stats.get("store/reports_new", 0),
        changed=stats.get("store/changed", 0),
        unchanged=stats.get("store/unchanged", 0),
        seconds=seconds,
        guards=guards,
        line=" ".join(lines) or reason,
    )


def _state(reason: str, stats: dict[str, Any], guards: tuple[str, ...]) -> State:
    if reason == "no_start":
        return "crashed"
    if reason != "finished":
        return "unfinished"
    if stats.get("portals/silent"):
        return "silent"
    return "marked" if guards else "done"


class Jobs:
    """Runs jobs, a number of them at a time, never two on the same host.

    Args:
        runner: makes the crawlers; its settings are those of the crawls.
        concurrency: portals at a time.
    """

    def __init__(self, runner: AsyncCrawlerRunner, concurrency: int = CONCURRENCY) -> None:
        self.runner = runner
        self.concurrency = concurrency
        self.running: dict[str, Crawler | None] = {}
        self.tally = Tally()
        self.stopping = False
        self._waiting: list[Job] = []
        self._busy: set[str] = set()
        self._tasks: set[asyncio.Task[JobResult]] = set()

    def so_far(self, what: Literal["requests", "new", "changed"]) -> int:
        """A count of all jobs together, those that run included."""
        return self.tally.total(what) + sum(counts_so_far(one)[what] for one in self.running.values())

    async def run(self, jobs: Iterable[Job], told: Callable[[JobResult], None] | None = None) -> Tally:
        """Run all jobs; returns when the last has ended. `told` hears of each as it ends."""
        self._waiting = list(jobs)
        while self._waiting or self._tasks:
            self._begin()
            if not self._tasks:
                break
            done, self._tasks = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                self._end(task.result(), told)
        self.tally.not_begun = len(self._waiting)
        return self.tally

    def stop(self) -> None:
        """Begin no further job, and let those that run end in order: what they have is stored."""
        self.stopping = True
        for crawler in self.running.values():
            if crawler is not None and crawler.crawling:
                asyncio.get_running_loop().create_task(crawler.stop_async())

    def _begin(self) -> None:
        if self.stopping:
            return
        left: list[Job] = []
        for job in self._waiting:
            if len(self._tasks) >= self.concurrency or self._busy & set(job.hosts):
                left.append(job)
                continue
            self._busy |= set(job.hosts)
            self.running[job.portal_id] = None
            self._tasks.add(asyncio.get_running_loop().create_task(run_portal(job, self.runner, self._started)))
        self._waiting = left

    def _started(self, job: Job, crawler: Crawler) -> None:
        self.running[job.portal_id] = crawler

    def _end(self, result: JobResult, told: Callable[[JobResult], None] | None) -> None:
        self._busy -= set(result.job.hosts)
        del self.running[result.job.portal_id]
        self.tally.results.append(result)
        if result.reason in {"no_database", "no_archive", NIGHT}:
            # Every other portal would meet the same, after its first requests.
            self.stop()
        if told is not None:
            told(result)


def pace(settings: BaseSettings) -> float:
    """Seconds between two requests to a portal on average: they vary, upwards only (`crawler.net.pace`)."""
    return float(settings.getfloat("DOWNLOAD_DELAY")) / (1 - min(settings.getfloat("DOWNLOAD_DELAY_JITTER"), 0.9))
