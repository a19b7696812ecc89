"""`scrapy demo`: crawl the small country of fake portals with the real spiders and show what was found."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from sqlalchemy import Engine, func, select
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
from crawler.store.engine import parse_url
from crawler.store.failures import portal_failures
from crawler.store.models import Report

DEFAULT_DB = "sqlite:///data/demo.db"
LOG, PAGE = "demo.log", "demo-page.html"
"""Files that are written beside the database."""
HANDLER = "crawler.demo.handler.CountryDownloadHandler"
WIDTH = 132
"""Columns where there is no terminal to ask; at rich's 80 the names of agencies would be broken over four lines."""
SHOWN = 10
"""Differences printed one by one."""
SAMPLE = ("520000-sthjt", 2019)
"""The page that is written beside the database for `scrapy inspect`: in another script, with tables and remarks."""
EXIT_INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended."""
INTERRUPTED = "interrupted; run it again to go on\n"


class Command(ScrapyCommand):
    """Exit codes: 0 the database holds what the portals published; 1 it does not or cannot be used; 2 bad options;
    130 interrupted.
    """

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
        assert self.settings is not None  # noqa: S101  set by Scrapy before options are read
        self.problem = _unusable(opts.db)
        try:
            # Scrapy would greet with its versions before the one line that says what is wrong.
            self.changes: dict[str, Any] = {"LOG_ENABLED": False} if self.problem else _settings(opts)
        except KeyboardInterrupt:
            # Building the country takes a second or two.
            sys.stderr.write(INTERRUPTED)
            raise SystemExit(EXIT_INTERRUPTED) from None
        self.settings.setdict(self.changes, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, then print coverage, the comparison with the truth, and what to try next."""
        open_output()
        try:
            if self.problem:
                raise StoreError(self.problem)
            self.exitcode = self._tour(opts)
        except StoreError as error:
            sys.stderr.write(f"scrapy demo: {safe(error)}\n")
            self.exitcode = 1
        except KeyboardInterrupt:
            # Before and after the crawl, which heeds Ctrl-C itself and stops tidily.
            sys.stderr.write(INTERRUPTED)
            self.exitcode = EXIT_INTERRUPTED

    def _tour(self, opts: argparse.Namespace) -> int:
        console = Console(highlight=False, markup=False, emoji=False)
        if not console.is_terminal:
            console = Console(highlight=False, markup=False, emoji=False, width=WIDTH)
        engine = open_store(opts.db)
        played: Country = self.changes["DEMO_COUNTRY"]
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)  # noqa: S101  as settings ask for it
        crawlers = _crawl(self.crawler_process, played, console, live=console.is_terminal and not opts.plain)
        stats = [crawler.stats.get_stats() if crawler.stats else {} for crawler in crawlers]
        ends = {one.get("finish_reason") for one in stats}
        # A second Ctrl-C leaves crawlers without an end.
        if "shutdown" in ends or (None in ends and not self.crawler_process.bootstrap_failed):
            raise KeyboardInterrupt
        good = _conclude(engine, played, stats, console)
        _try_next(played, opts.db, console)
        engine.dispose()
        return 0 if good else 1


def _unusable(db: str) -> str:
    """Why nothing could be written for this database, "" when it could: the log would fail first, with a traceback."""
    try:
        parse_url(db)
    except StoreError as error:
        return str(error)
    beside = _beside(db)
    try:
        beside.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=beside), (beside / LOG).open("ab"), (beside / PAGE).open("ab"):
            return ""
    except OSError as error:
        return f"nothing can be written in {beside} ({error.strerror or error}); name a database elsewhere: --db URL"


def _settings(opts: argparse.Namespace) -> dict[str, Any]:
    beside = _beside(opts.db)
    changes: dict[str, Any] = {
        "DEMO_COUNTRY": country(),
        "DEMO_LATENCY": opts.latency,
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
        "PORTALS_DIR": str(files("crawler.demo") / "portals"),
        "DATABASE_URL": opts.db,
        "SPOOL_DIR": str(beside / "demo-spool"),
        "ARCHIVE_DIR": str(beside / "demo-archive"),
        # There is nobody to be polite to, and the pauses would be all that one saw.
        "DOWNLOAD_DELAY": 0,
        # The search for portals of unknown software would find, without a browser, the lists that are to show one.
        "SECOND_PATH": False,
        "CRAWL_DELAY_CAP": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    }
    if not (opts.logfile or opts.loglevel or opts.nolog):
        changes |= {"LOG_FILE": str(beside / LOG), "LOG_FILE_APPEND": False}
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


def _conclude(engine: Engine, played: Country, stats: list[dict[str, Any]], console: Console) -> bool:
    """Coverage, what was new, and whether the database holds what was published."""
    truth = played.truth()
    years = sorted({report.year for report in truth})
    coverageview.show(coverage(engine, years=years), console, portal_failures(engine))
    finished = all(one.get("finish_reason") == "finished" for one in stats)
    wrong = differences(engine, truth)
    cells = sum(len(report.report.cells) for report in truth)
    console.print("\n" + _news(engine, stats))
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


def _news(engine: Engine, stats: list[dict[str, Any]]) -> str:
    """What this run added to the database, in a sentence."""
    new, versions = (sum(one.get(f"store/{key}", 0) for one in stats) for key in ("reports_new", "versions_new"))
    with engine.connect() as connection:
        before = (connection.scalar(select(func.count()).select_from(Report)) or 0) - new
    if not new and not versions:
        return f"This run: nothing new: {before} reports were there already."
    return f"This run: {new} new reports, {versions} new versions" + (f", {before} there already." if before else ".")


def activation(environ: Mapping[str, str] = os.environ) -> str | None:
    """The command that puts `scrapy` into the PATH; None where it is there, or nobody can tell what would put it there.

    `make demo` runs the `scrapy` of `.venv` by its path: typed as it stands here, the next command would not be found.
    """
    home = Path(sys.prefix)
    script = home / "bin" / "activate"
    if sys.prefix == sys.base_prefix or environ.get("VIRTUAL_ENV") or home.parent != Path.cwd() or not script.is_file():
        return None
    if str(script.parent) in environ.get("PATH", "").split(os.pathsep):
        return None
    return f"source {script.relative_to(Path.cwd())}"


def _try_next(played: Country, db: str, console: Console) -> None:
    report = played.expected(*SAMPLE)
    path = _beside(db) / PAGE
    path.write_bytes(played.respond(FakeRequest("GET", report.url)).body)
    console.print("\nTry next:")
    activate = activation()
    if activate:
        console.print(plain(f"  {activate}"))
    for command, meaning in (
        (
            f"scrapy coverage -s DATABASE_URL={db} --agency 黔东南",
            "one agency: what was found, what is missing and why",
        ),
        (f"scrapy inspect {path}", "one page in traditional script: what was repaired and read"),
        ("scrapy crawl trs -a portal=sthj.guizhou.gov.cn -a sample=3", "a real portal, slowly, into data/reports.db"),
    ):
        console.print(plain(f"  {command}"), soft_wrap=True)
        console.print(plain(f"      {meaning}", "dim"))
