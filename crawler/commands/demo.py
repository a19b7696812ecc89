"""`scrapy demo`: crawl the small country of fake portals with the real spiders and show what was found."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from crawler.commands import coverageview
from crawler.commands.terminal import open_output, plain, safe
from crawler.demo.compare import differences
from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest
from crawler.demo.progress import Watch
from crawler.portals import registry
from crawler.portals.model import Portal
from crawler.store import StoreError, open_store
from crawler.store.coverage import coverage

DEFAULT_DB = "sqlite:///data/demo.db"
HANDLER = "crawler.demo.handler.CountryDownloadHandler"
WIDTH = 132
"""Columns where there is no terminal to ask; at rich's 80 the names of agencies would be broken over four lines."""
SHOWN = 10
"""Differences printed one by one."""
SAMPLE = ("440100-sthjj", 2023)
"""The page that is written beside the database for `scrapy inspect`: the one with most damages."""


class Command(ScrapyCommand):
    """Exit codes: 0 the database holds what the portals published; 1 it does not or cannot be used; 2 bad options."""

    requires_project = True

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Crawl a small country of fake portals into SQLite, offline, and show what was found"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--db", metavar="URL", default=DEFAULT_DB, help=f"database (default: {DEFAULT_DB})")
        parser.add_argument("--latency", metavar="S", type=float, default=0.0, help="seconds that each answer takes")
        parser.add_argument("--plain", action="store_true", help="plain lines, as where there is no terminal")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Point the crawl at the country; at the command line's priority, so that no spider can point it elsewhere."""
        super().process_options(args, opts)
        if args:
            raise UsageError(f"{args[0]!r}: this command takes options only")
        if not 0 <= opts.latency <= 10:
            raise UsageError(f"--latency {opts.latency}: a number of seconds from 0 to 10")
        self.changes = _settings(opts)
        assert self.settings is not None  # noqa: S101  set by Scrapy before options are read
        self.settings.setdict(self.changes, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, then print coverage, the comparison with the truth, and what to try next."""
        open_output()
        console = Console(highlight=False, markup=False, emoji=False)
        if not console.is_terminal:
            console = Console(highlight=False, markup=False, emoji=False, width=WIDTH)
        try:
            engine = open_store(opts.db)
        except StoreError as error:
            sys.stderr.write(f"scrapy demo: {safe(error)}\n")
            self.exitcode = 1
            return
        played: Country = self.changes["DEMO_COUNTRY"]
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)  # noqa: S101  as settings ask for it
        crawlers = _crawl(self.crawler_process, played, console, live=console.is_terminal and not opts.plain)
        self.exitcode = 0 if _conclude(engine, played, crawlers, console) else 1
        _try_next(played, opts.db, console)
        engine.dispose()


def _settings(opts: argparse.Namespace) -> dict[str, Any]:
    beside = _beside(opts.db)
    beside.mkdir(parents=True, exist_ok=True)
    changes: dict[str, Any] = {
        "DEMO_COUNTRY": country(),
        "DEMO_LATENCY": opts.latency,
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
        "PORTALS_DIR": str(files("crawler.demo") / "portals"),
        "DATABASE_URL": opts.db,
        "SPOOL_DIR": str(beside / "demo-spool"),
        # There is nobody to be polite to, and the pauses would be all that one saw.
        "DOWNLOAD_DELAY": 0,
        "CRAWL_DELAY_CAP": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    }
    if not (opts.logfile or opts.loglevel or opts.nolog):
        changes |= {"LOG_FILE": str(beside / "demo.log"), "LOG_FILE_APPEND": False}
    return changes


def _beside(db: str) -> Path:
    """The folder of an SQLite file; `data` for any other database."""
    url = make_url(db)
    name = url.database if url.get_backend_name() == "sqlite" else None
    return Path(name).parent if name and name != ":memory:" else Path("data")


def _crawl(process: AsyncCrawlerProcess, played: Country, console: Console, *, live: bool) -> list[Crawler]:
    """All families at once in this process; returns their crawlers."""
    rows = registry.load(process.settings["PORTALS_DIR"])
    ids = {built.portal_id for built in played.built}
    families: dict[str, list[Portal]] = defaultdict(list)
    for row in rows:
        if row.id in ids:
            families[row.family].append(row)
    chosen = [row for found in families.values() for row in found]
    console.print(
        f"{len(chosen)} fake portals of {len(families)} families under their real names; nothing leaves this machine."
    )
    crawlers = []
    with Watch(chosen, len(played.truth()), console, live=live) as watch:
        for family, found in families.items():
            crawler = process.create_crawler(family)
            watch.follow(crawler)
            process.crawl(crawler, portal=",".join(row.id for row in found))
            crawlers.append(crawler)
        process.start()
    return crawlers


def _conclude(engine: Engine, played: Country, crawlers: list[Crawler], console: Console) -> bool:
    """Coverage, what was new, and whether the database holds what was published."""
    truth = played.truth()
    years = sorted({report.year for report in truth})
    coverageview.show(coverage(engine, years=years), console)
    stats = [crawler.stats.get_stats() if crawler.stats else {} for crawler in crawlers]
    new, versions = (sum(one.get(f"store/{key}", 0) for one in stats) for key in ("reports_new", "versions_new"))
    finished = all(one.get("finish_reason") == "finished" for one in stats)
    wrong = differences(engine, truth)
    cells = sum(len(report.report.cells) for report in truth)
    console.print(f"\nThis run: {new} new reports, {versions} new versions.")
    console.print(
        f"Compared with what the fake portals published: {len(truth)} reports, {cells} cells, {len(wrong)} differences."
    )
    for line in wrong[:SHOWN]:
        console.print(plain(f"  {line}", "red"))
    if len(wrong) > SHOWN:
        console.print(f"  and {len(wrong) - SHOWN} more")
    if not finished:
        console.print("A crawl did not run to its end: see the log.")
    return finished and not wrong


def _try_next(played: Country, db: str, console: Console) -> None:
    report = played.expected(*SAMPLE)
    path = _beside(db) / "demo-page.html"
    path.write_bytes(played.respond(FakeRequest("GET", report.url)).body)
    console.print("\nTry next:")
    for command, meaning in (
        (
            f"scrapy coverage -s DATABASE_URL={db} --agency 黔东南",
            "one agency: what was found, what is missing and why",
        ),
        (f"scrapy inspect {path}", "one damaged page: what was repaired and read"),
        ("scrapy crawl trs -a portal=sthj.guizhou.gov.cn -a sample=3", "a real portal, slowly, into data/reports.db"),
    ):
        console.print(plain(f"  {command}"), soft_wrap=True)
        console.print(plain(f"      {meaning}", "dim"))
