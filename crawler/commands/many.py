"""What the commands that crawl many portals share: options, the run itself, its ending and exit code."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from abc import abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from crawler import clock
from crawler.commands.manyview import Board
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.guards.hours import Hours
from crawler.jobs.lock import Overlap, only_one
from crawler.jobs.loop import run_in
from crawler.jobs.model import Job, Tally
from crawler.jobs.run import CONCURRENCY, NIGHT, Jobs
from crawler.portals import listing, registry
from crawler.portals.model import Portal
from crawler.store import StoreError, database_url, open_store

EXIT_CRASHED = 1
EXIT_USAGE = 2
EXIT_SILENT_PORTAL = 3
EXIT_UNFINISHED = 4
EXIT_OVERLAP = 5

EXIT_CODES = (
    "Exit codes: 0 every portal was read; 1 a crawl crashed, or the database or the registry cannot be used; 2 the "
    "arguments are wrong; 3 a portal stayed silent or a guard marked it (scrapy coverage says why); 4 stopped before "
    "the end: run it again, it goes on; 5 another crawl of many portals runs."
)


class LoggedCommand(ScrapyCommand):
    """Mother of the commands that run for long: hundreds of crawls at once would drown the terminal in their log."""

    requires_project = True
    name = ""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's, and a log file."""
        super().process_options(args, opts)
        if getattr(opts, "dry_run", False):
            self.set("LOG_ENABLED", False)
        elif not self.config.get("LOG_FILE") and not opts.logfile:
            folder = Path(self.config["DATA_DIR"]) / "logs"
            # A folder that cannot be made is said by whatever is written into it first.
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
                self.set("LOG_FILE", str(folder / f"{self.name}-{stamp}-{os.getpid()}.log"))

    @property
    def config(self) -> BaseSettings:
        """The settings, which Scrapy gives a command before anything is asked of it."""
        assert self.settings is not None  # noqa: S101  for the type checker
        return self.settings

    def set(self, name: str, value: object) -> None:
        """Set a setting as if by -s."""
        self.config.set(name, value, priority="cmdline")

    def say(self, message: str, code: int) -> None:
        """Tell a person what is wrong, and set the exit code."""
        sys.stderr.write(f"scrapy {self.name}: {safe(message)}\n")
        self.exitcode = code


class ManyPortals(LoggedCommand):
    """Mother of the commands that crawl many portals in one process, or enqueue them for many."""

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--portal", metavar="WORDS", help="what -a portal= takes: hosts, places, names, codes")
        parser.add_argument("--family", metavar="WORD", help="trs, hanweb, gkmlpt ...")
        parser.add_argument("--province", metavar="NAME", help="江苏, jiangsu or 32; national")
        parser.add_argument("--sector", metavar="WORD", help="environment, finance ... (scrapy portals count sector)")
        parser.add_argument("--level", metavar="WORD", help="national, province, prefecture, county, township")
        parser.add_argument("--limit", metavar="N", type=int, help="no more than N portals")
        parser.add_argument(
            "--concurrency", metavar="K", type=int, default=CONCURRENCY, help=f"portals at a time ({CONCURRENCY})"
        )
        parser.add_argument("--dry-run", action="store_true", help="show the plan and its cost, ask no portal")
        parser.add_argument("--json", action="store_true", help="print the plan, or the results, as JSON")
        parser.add_argument(
            "--enqueue", action="store_true", help="crawl nothing here: put the jobs into the queue of scrapy worker"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments, plan, crawl, conclude; sets the exit code."""
        if words := positional(args):
            raise UsageError(f"{words[0]!r}: this command takes options only")
        for name in ("limit", "concurrency"):
            if (value := getattr(opts, name)) is not None and value < 1:
                raise UsageError(f"--{name} {value}: a number, 1 or more")
        open_output()
        try:
            self.exitcode = self.go(chosen(self.config, opts), opts)
        except (registry.RegistryError, StoreError, OSError) as error:
            self.say(str(error), EXIT_CRASHED)
        except (listing.BadFilter, registry.UnknownPortal, ValueError) as error:
            self.say(str(error.args[0] if error.args else error), EXIT_USAGE)
        except Overlap as error:
            self.say(
                f"{error}; wait for its end, or stop it (it can be stopped and run again at any time)", EXIT_OVERLAP
            )

    @abstractmethod
    def go(self, rows: list[Portal], opts: argparse.Namespace) -> int:
        """What this command does with the chosen rows; returns the exit code."""

    def database(self) -> Engine:
        """The database, made if there is none. Raises `StoreError`."""
        return open_store(database_url(self.config.get("DATABASE_URL")))

    @property
    def families(self) -> list[str]:
        """Families that a spider reads."""
        assert self.crawler_process is not None  # noqa: S101  set by Scrapy before run() is called
        return list(self.crawler_process.spider_loader.list())

    def crawl(self, jobs: Sequence[Job], opts: argparse.Namespace, engine: Engine) -> Tally:
        """Run the jobs under the lock, showing how far they are. Raises `Overlap`."""
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)  # noqa: S101  as settings ask for it
        running = Jobs(self.crawler_process, opts.concurrency)
        board = Board.fitting(jobs, running, quiet=opts.json)
        lost = partial(_yield, running, board)
        with only_one(Path(self.config["DATA_DIR"]), f"scrapy {self.name}", engine, lost), board:
            try:
                return run_in(
                    self.crawler_process, lambda: _watched(running, jobs, board), lambda: _stop(running, board)
                )
            except asyncio.CancelledError:
                running.tally.not_begun += len(running.running)
                return running.tally

    def asks_now(self) -> bool:
        """Whether this is an hour in which portals are asked. Raises ValueError for a wrong NIGHT_HOURS."""
        said = self.config.get("NIGHT_HOURS")
        return not said or Hours.read(said).left(clock.now(self.config)) is not None

    def enqueue(self, jobs: Sequence[Job], engine: Engine, opts: argparse.Namespace, *, urgent: bool) -> int:
        """Put the jobs into the queue instead of running them, and say how many. Raises `NoCluster`."""
        from crawler.cluster.queue import dsn_of

        url = database_url(self.config.get("DATABASE_URL"))
        dsn_of(url)  # says what is missing before anything of it is imported
        from crawler.cluster.enqueue import BACKFILL, DUE, enqueue_portals
        from crawler.cluster.hosts import host_locks

        locks = host_locks(registry.shared(self.config.get("PORTALS_DIR")))
        found = enqueue_portals(engine, url, jobs, locks, priority=DUE if urgent else BACKFILL)
        if opts.json:
            told = {
                "plan": [job.to_json() for job in jobs],
                "enqueued": found.new,
                "in_the_queue_already": found.already,
            }
            sys.stdout.write(dump(told) + "\n")
        else:
            already = f", in it already: {found.already}" if found.already else ""
            sys.stdout.write(f"Portals put into the queue: {found.new}{already}. scrapy cluster shows them.\n")
        return 0


async def _watched(running: Jobs, jobs: Sequence[Job], board: Board) -> Tally:
    ticker = asyncio.get_running_loop().create_task(board.tick())
    try:
        return await running.run(jobs, board.tell)
    finally:
        ticker.cancel()


def _yield(running: Jobs, board: Board) -> None:
    """In another thread: another crawl of many portals began while the database was away."""
    from twisted.internet import reactor

    def stop() -> None:
        board.say("the database was away, and another crawl of many portals has begun: what runs here ends in order")
        running.stop()

    reactor.callFromThread(stop)


def _stop(running: Jobs, board: Board) -> None:
    board.say("stopping: what runs ends in order and is stored; once more to leave at once")
    running.stop()


def chosen(settings: BaseSettings, opts: argparse.Namespace) -> list[Portal]:
    """Rows that the options leave. Raises `RegistryError`, `BadFilter`, `UnknownPortal`."""
    known = registry.shared(settings.get("PORTALS_DIR"))
    words = [word.strip() for word in (opts.portal or "").split(",") if word.strip()]
    if opts.portal is not None and not words:
        # An empty shell variable must not mean the whole country.
        raise listing.BadFilter(f"--portal {opts.portal!r} names no portal")
    named = {portal.id: portal for word in words for portal in known.find(word)} if words else {}
    picked = listing.Filter(province=opts.province, family=opts.family, sector=opts.sector, level=opts.level)
    rows = picked.apply(named.values() if words else known)
    if not rows:
        given = (opts.portal, opts.province, opts.family, opts.sector, opts.level)
        raise listing.BadFilter(f"no portal of the registry is all of: {', '.join(one for one in given if one)}")
    return rows


def exit_code(tally: Tally, *, planned: int) -> int:
    """Exit code of many crawls (law 4: a zero is never a pass)."""
    if tally.count("crashed") or any(one.reason in {"no_database", "no_archive"} for one in tally.results):
        return EXIT_CRASHED
    if tally.not_begun or len(tally.results) < planned or any(one.reason == NIGHT for one in tally.results):
        return EXIT_UNFINISHED
    if tally.count("silent", "marked", "unfinished"):
        return EXIT_SILENT_PORTAL
    return 0
