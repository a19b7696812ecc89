"""Many portals in one process: pages per second, memory, and where the time goes, against bare spiders.

    python -m benchmarks.many [--portals 10 100 400] [--delay 0 2] [--at-once 100] [--incremental]

A server on loopback (a process of its own) plays that many portals. The full job (`crawler.jobs.run.Jobs`: spiders,
archive, decode, repair, parse, check, store in SQLite) crawls them all in one process; then one bare Scrapy spider a
portal fetches the same addresses and does nothing with them, in another process with the same settings. With `--delay`
0 the machine is the limit, with 2 seconds the politeness is. `--incremental` crawls again, with nothing changed.
Memory is the peak of the process's resident set. Ratios mean something, absolute figures differ between machines.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.utils.reactor import install_reactor

from benchmarks.crawl import settings

STAGES: defaultdict[str, float] = defaultdict(float)
WAITS: list[float] = []
"""Seconds for which each item waited until what it rests on was safe in the archive."""


class Bare(Spider):
    """Fetches its addresses and does nothing with what comes."""

    name = "bare"

    def __init__(self, addresses: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.addresses = addresses

    async def start(self) -> AsyncIterator[Request]:
        """One request an address."""
        for address in self.addresses:
            yield Request(address, callback=self.parse, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Nothing."""


def _serve(number: int, folder: str, told: Any) -> None:
    from crawler.demo.scale import scaled
    from crawler.demo.server import Server

    land = scaled(number, Path(folder))
    for built in land.built:
        for site in built.sites:
            site.schemes = frozenset({"http", "https"})
    server = Server(land)
    told.put(server.proxy)
    server.serve_forever()


@contextmanager
def server(number: int, folder: Path) -> Iterator[str]:
    """Address of a running server of so many portals; their rows are written to `folder`."""
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    process = context.Process(target=_serve, args=(number, str(folder), told), daemon=True)
    process.start()
    try:
        yield told.get(timeout=120)
    finally:
        process.terminate()
        process.join()


def _timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        begun = time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            STAGES[stage] += time.thread_time() - begun

    return timed


def _watch_stages() -> None:
    """Measure the CPU time of the stages, by their own functions."""
    import pipelines.check
    from crawler import reading
    from crawler.archive.session import Session
    from crawler.store.writer import Writer

    ready = Session.ready

    async def waited(self: Session, *, page: bool) -> bool:
        begun = time.monotonic()
        try:
            return await ready(self, page=page)
        finally:
            if page:
                WAITS.append(time.monotonic() - begun)

    stages: dict[str, tuple[Any, str]] = {
        "decode": (reading, "decode"), "repair": (reading, "repair"), "parse": (reading, "parse_text"),
        "check": (pipelines.check, "with_checks"), "store": (Writer, "write_now"),
    }  # fmt: skip
    for stage, (owner, name) in stages.items():
        setattr(owner, name, _timed(stage, getattr(owner, name)))
    setattr(Session, "ready", waited)  # noqa: B010  an assignment to a method is no type that mypy knows


async def _full(job: dict[str, Any], chosen: Any) -> dict[str, Any]:
    from crawler.jobs.plan import job_for
    from crawler.jobs.run import Jobs
    from crawler.portals import registry
    from crawler.store.agenda import Agenda

    _watch_stages()
    rows = [row for row in registry.shared(chosen["PORTALS_DIR"]) if row.id.startswith("n0")]
    nothing = Agenda({}, {}, frozenset(), {}, {})
    running = Jobs(AsyncCrawlerRunner(chosen), job["at_once"])
    tally = await running.run(job_for(row, None, nothing, delay=job["delay"]) for row in rows)
    states = Counter(one.state for one in tally.results)
    trouble = [one.line for one in tally.results if one.state != "done"][:3]
    return {
        "requests": tally.total("requests"), "reports": tally.total("new"), "states": dict(states), "trouble": trouble,
    }  # fmt: skip


async def _bare(job: dict[str, Any], chosen: Any) -> dict[str, Any]:
    addresses: dict[str, list[str]] = defaultdict(list)
    for url in json.loads(Path(job["addresses"]).read_text()):
        addresses[url.split("/")[2]].append(url)
    runner = AsyncCrawlerRunner(chosen)
    crawlers = [runner.create_crawler(Bare) for _ in addresses]
    await asyncio.gather(
        *(runner.crawl(one, addresses=urls) for one, urls in zip(crawlers, addresses.values(), strict=True))
    )
    return {"requests": sum(one.stats.get_value("downloader/request_count", 0) for one in crawlers if one.stats)}


def _child(job: dict[str, Any]) -> None:
    """Run one measurement in this process and print it as JSON."""
    from crawler.jobs.run import pace

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as made

    reactor: Any = made
    changes: dict[str, Any] = {
        "PORTALS_DIR": job["rows"], "DOWNLOAD_DELAY": job["delay"], "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DATA_DIR": job["folder"], "ARCHIVE_DIR": f"{job['folder']}/archive", "CRAWL_DELAY_CAP": 0,
        **job.get("settings", {}),
    }  # fmt: skip
    if "database" in job:
        changes["DATABASE_URL"] = job["database"]
    if job["kind"] == "bare":
        changes |= {"ITEM_PIPELINES": {}, "EXTENSIONS": {}, "ARCHIVE_ENABLED": False, "SPIDER_MIDDLEWARES": {}}
    chosen = settings(job["proxy"], job["folder"], **changes)
    if job["kind"] == "bare":
        chosen.set("DOWNLOAD_DELAY", pace(chosen), "cmdline")  # as slow as ours, which never goes below the delay
    fetched: list[str] = []
    found: dict[str, Any] = {}

    async def measure() -> None:
        begun, cpu = time.monotonic(), time.process_time()
        found.update(await (_bare if job["kind"] == "bare" else _full)(job, chosen))
        found["seconds"], found["cpu"] = time.monotonic() - begun, time.process_time() - cpu

    def note(response: Response) -> None:
        if not response.url.endswith("/robots.txt"):
            fetched.append(response.url)

    def go() -> None:
        task = asyncio.ensure_future(measure())
        task.add_done_callback(lambda _: reactor.stop())
        running.append(task)

    from pydispatch import dispatcher

    dispatcher.connect(note, signal=signals.response_received, sender=dispatcher.Any, weak=False)
    running: list[asyncio.Task[None]] = []
    reactor.callWhenRunning(go)
    reactor.run()
    running[0].result()  # raises what it raised
    if job["kind"] == "full":
        Path(job["addresses"]).write_text(json.dumps(fetched))
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["stages"], found["waits"] = dict(STAGES), sorted(WAITS)
    print(json.dumps(found))


def _run(job: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603  this very file
        [sys.executable, "-m", "benchmarks.many", "--child", json.dumps(job)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _told(name: str, one: dict[str, Any]) -> str:
    rate = one["requests"] / one["seconds"]
    return (
        f"  {name:<7}{one['requests']:>7} requests in {one['seconds']:6.1f} s = {rate:6.1f}/s; "
        f"{1000 * one['cpu'] / one['requests']:5.1f} ms CPU each; peak {one['peak']:.0f} MB"
    )


def compare(number: int, delay: float, at_once: int, *, incremental: bool) -> None:
    """Measure one size at one pace, and print."""
    print(f"{number} portals, {min(number, at_once)} at once, {delay:g} s between requests to one host")
    with tempfile.TemporaryDirectory() as folder, server(number, Path(folder, "rows")) as proxy:
        own = str(Path(folder, "data"))
        job = {
            "proxy": proxy, "rows": str(Path(folder, "rows")), "portals": number, "delay": delay, "folder": own,
            "addresses": str(Path(folder, "addresses.json")), "at_once": at_once,
        }  # fmt: skip
        Path(own).mkdir()
        full, bare = _run(job | {"kind": "full"}), _run(job | {"kind": "bare"})
        again = _run(job | {"kind": "full"}) if incremental else None
    print(_told("full", full), full["states"], f"{full['reports']} reports")
    for line in full["trouble"]:
        print(f"    {line[:300]}")
    print(_told("bare", bare))
    ratio = (full["requests"] / full["seconds"]) / (bare["requests"] / bare["seconds"])
    print(f"  ratio of requests per second {ratio:.2f}; of CPU {full['cpu'] / bare['cpu']:.1f}")
    shares = ", ".join(
        f"{name} {100 * spent / full['cpu']:.0f} %" for name, spent in Counter(full["stages"]).most_common()
    )
    print(f"  share of the full job's CPU: {shares}; the rest is fetching, lists, archive and Scrapy itself")
    if again is not None:
        print(_told("again", again), f"{again['reports']} reports")


def main() -> None:
    """Measure each size at each pace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, nargs="+", default=[10, 100, 400])
    parser.add_argument("--delay", type=float, nargs="+", default=[0, 2])
    parser.add_argument("--at-once", type=int, default=100, help="portals at a time, as `scrapy backfill --at-once`")
    parser.add_argument("--incremental", action="store_true")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(json.loads(options.child))
        return
    for delay in options.delay:
        for number in options.portals:
            compare(number, delay, options.at_once, incremental=options.incremental)


if __name__ == "__main__":
    main()
