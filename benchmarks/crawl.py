"""Pages per second of the full job against a bare Scrapy spider that fetches the same pages and stores nothing.

Both fetch over the real HTTP stack from a server on loopback (another process), with the same settings and no delay;
the full job decodes, repairs, parses, checks and stores in SQLite. They take turns; the ratio of each pair is printed:
absolute figures differ between machines and hours, ratios hardly.

Run with `python benchmarks/crawl.py [ROUNDS]`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from crawler.demo.served import ServedDownloadHandler

FAMILY = "trs"


class Bare(Spider):
    """Fetches addresses and does nothing with what comes."""

    name = "bare"
    addresses: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[Request]:
        """One request an address."""
        for address in self.addresses:
            yield Request(address, callback=self.parse, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Nothing."""


def serve(port: Any) -> None:
    """Run the server in a process of its own; puts its address on the queue."""
    from crawler.demo.country import country
    from crawler.demo.server import Server

    land = country()
    for built in land.built:
        for site in built.sites:
            site.schemes = frozenset({"http", "https"})
    server = Server(land)
    port.put(server.proxy)
    server.serve_forever()


@contextmanager
def server() -> Iterator[str]:
    """Address of the running server."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=serve, args=(queue,), daemon=True)
    process.start()
    try:
        yield queue.get(timeout=60)
    finally:
        process.terminate()
        process.join()


def settings(proxy: str, folder: str, **changes: Any) -> Settings:
    """The project's settings without a delay."""
    found = Settings()
    found.setmodule("crawler.settings", priority="project")
    handlers = {"http": ServedDownloadHandler, "https": ServedDownloadHandler}
    found.setdict(
        {
            "DOWNLOAD_HANDLERS": handlers,
            "DEMO_PROXY": proxy,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": f"sqlite:///{folder}/reports.db",
            "SPOOL_DIR": f"{folder}/spool",
            **changes,
        },
        priority="cmdline",
    )
    return found


async def run(spider: Any, chosen: Settings, **arguments: Any) -> tuple[float, list[str]]:
    """Pages per second and the addresses fetched."""
    crawler = AsyncCrawlerRunner(chosen).create_crawler(spider)
    fetched: list[str] = []

    def note(response: Response) -> None:
        fetched.append(response.url)

    crawler.signals.connect(note, signal=signals.response_received, weak=False)
    await AsyncCrawlerRunner(chosen).crawl(crawler, **arguments)
    stats = crawler.stats.get_stats() if crawler.stats else {}
    return stats["response_received_count"] / stats["elapsed_time_seconds"], fetched


async def measure(proxy: str, rounds: int) -> None:
    """Take turns and print."""
    played = _played()
    ratios = []
    with tempfile.TemporaryDirectory() as first:
        # The first run of each loads dictionaries and tables; it is not counted.
        _, addresses = await run(FAMILY, settings(proxy, first), portal=played)
    Bare.addresses = tuple(url for url in addresses if not url.endswith("/robots.txt"))
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            full, _ = await run(FAMILY, settings(proxy, folder), portal=played)
            bare, _ = await run(Bare, settings(proxy, folder, ITEM_PIPELINES={}))
        ratios.append(full / bare)
        print(f"round {number + 1}: full {full:6.1f} pages/s   bare {bare:6.1f} pages/s   ratio {full / bare:.2f}")
    print(f"{len(Bare.addresses)} pages; median ratio {statistics.median(ratios):.2f}")


def _played() -> str:
    from crawler.demo.country import country
    from crawler.portals import registry

    rows = registry.load()
    ids = [built.portal_id for built in country().built]
    return ",".join(i for i in ids if i in {row.id for row in rows.by_family(FAMILY)})


def main() -> None:
    """Measure on one reactor."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import defer
    from twisted.internet import reactor as made

    reactor: Any = made
    with server() as proxy:

        def go() -> None:
            done: Any = defer.Deferred.fromFuture(asyncio.ensure_future(measure(proxy, rounds)))
            done.addErrback(lambda failure: failure.printTraceback())
            done.addBoth(lambda _: reactor.stop())

        reactor.callWhenRunning(go)
        reactor.run()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
