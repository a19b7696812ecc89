"""`scrapy worker`: one of the processes that crawl what lies in the queue."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from sqlalchemy.exc import DBAPIError

from crawler.archive.model import ArchiveError
from crawler.archive.stores import archive_of
from crawler.commands.clusterview import counted
from crawler.commands.many import EXIT_CRASHED, EXIT_OVERLAP, EXIT_USAGE, LoggedCommand
from crawler.commands.manyview import line
from crawler.commands.terminal import open_output, positional, safe
from crawler.jobs.lock import Overlap
from crawler.jobs.loop import run_in
from crawler.jobs.model import JobResult
from crawler.jobs.run import CONCURRENCY
from crawler.store import StoreError, database_url, open_store


class Command(LoggedCommand):
    """Exit codes: 0 stopped in order, or with --once nothing was left; 1 the database or the archive cannot be used;
    2 wrong arguments; 5 a crawl on one machine holds the database; 6 cut off from the queue: start it again."""

    name = "worker"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Crawl what lies in the queue, beside other workers on this machine and others (needs Postgres)"

    def long_desc(self) -> str:
        """What it does, and how it ends."""
        return (
            "Takes jobs that `scrapy backfill --enqueue` and `scrapy crawl-due --enqueue` put into the queue and runs "
            "many of them side by side; with --queues crawl,reparse also archive files of `scrapy reparse --enqueue`, "
            "one at a time. No host is asked by two workers at once. The first Ctrl-C or SIGTERM takes no further job "
            "and lets portals that run end, for CLUSTER_DRAIN seconds; the second one leaves at once, "
            "which loses nothing: other workers take over. scrapy cluster shows all workers. Exit codes: 0 stopped in "
            "order; 1 the database or the archive cannot be used; 2 the arguments are wrong; 5 a crawl of many portals "
            "on one machine runs; 6 cut off from the queue, start it again."
        )

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--concurrency", metavar="K", type=int, default=CONCURRENCY, help=f"portals at a time ({CONCURRENCY})"
        )
        parser.add_argument("--queues", metavar="NAMES", default="crawl", help="crawl, reparse, or both (crawl)")
        parser.add_argument("--once", action="store_true", help="end when nothing is left that could begin now")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments, work until stopped; sets the exit code."""
        if words := positional(args):
            raise UsageError(f"{words[0]!r}: this command takes options only")
        if opts.concurrency < 1:
            raise UsageError(f"--concurrency {opts.concurrency}: a number, 1 or more")
        open_output()
        try:
            self._work(opts)
        except (StoreError, DBAPIError, ArchiveError, OSError) as error:
            self.say(str(error), EXIT_CRASHED)
        except ValueError as error:
            self.say(str(error), EXIT_USAGE)
        except Overlap as error:
            self.say(f"{error}; wait for its end, or stop it", EXIT_OVERLAP)

    def _work(self, opts: argparse.Namespace) -> None:
        from crawler.cluster.queue import QUEUES, dsn_of

        url = database_url(self.config.get("DATABASE_URL"))
        dsn_of(url)  # says what is missing before anything of it is imported
        queues = list(dict.fromkeys(word.strip() for word in opts.queues.split(",") if word.strip()))
        if unknown := [word for word in queues if word not in QUEUES] or ([] if queues else [""]):
            raise ValueError(f"--queues {unknown[0]}: there are {', '.join(QUEUES)}")
        from crawler.cluster.worker import ClusterWorker

        _see_the_archive(self.config)
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)  # noqa: S101  as settings ask for it
        Path(self.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
        worker = ClusterWorker(
            open_store(url), url, self.config, self.crawler_process,
            concurrency=opts.concurrency, queues=queues, once=opts.once, told=_tell,
        )  # fmt: skip
        _print(f"worker {worker.name} on {', '.join(queues)}, {_at_a_time(queues, opts.concurrency)}")
        if log := self.config.get("LOG_FILE"):
            _print(f"The log: {log}")

        def stop() -> None:
            left = f"{len(worker.running)} that run may end within {worker.times.drain:.0f} s"
            _print(f"stopping: no further portal is taken, {left}; once more to leave at once")
            worker.stop()

        results = run_in(self.crawler_process, worker.run, stop, leave_at_once)
        _print(f"{counted(len(results), 'portal')} done, {counted(sum(one.new for one in results), 'new report')}")


def leave_at_once() -> None:
    """End now, as a kill would: requests that wait to be sent must not be sent once others have taken over."""
    _print("left at once: other workers take over what ran")
    logging.shutdown()
    os._exit(0)


def _at_a_time(queues: list[str], concurrency: int) -> str:
    places = {"crawl": counted(concurrency, "portal"), "reparse": "1 archive file"}
    return f"{' and '.join(places[queue] for queue in queues)} at a time"


def _tell(result: JobResult) -> None:
    _print(line(result))


def _see_the_archive(settings: BaseSettings) -> None:
    """Whether pages can be kept: without, each portal would be begun, and end for that alone. Raises `Unwritable`."""
    if settings.getbool("ARCHIVE_ENABLED"):
        from crawler.archive.remote import RemoteStore

        store = archive_of(settings)
        if isinstance(store, RemoteStore):
            store.probe()


def _print(sentence: str) -> None:
    sys.stdout.write(safe(sentence) + "\n")
    sys.stdout.flush()
