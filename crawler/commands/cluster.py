"""`scrapy cluster`: what the workers of the queue do, and what a person can do about it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler.commands.clusterview import counted, picture, told
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.store import StoreError, database_url, open_store

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOTHING = 3

_ACTIONS = ("retry", "cancel", "pause", "resume")


class Command(ScrapyCommand):
    """Exit codes: 0 done; 1 the database cannot be used; 2 wrong arguments; 3 no such job (retry, cancel, resume)."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[retry|cancel PORTAL ... | pause|resume [QUEUE ...]] [options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Workers, running portals, the queue, failures and time left; retry, cancel, pause, resume"

    def long_desc(self) -> str:
        """What it does, and how it ends."""
        return (
            "Without a word: a live picture on a terminal, plain text elsewhere. `retry PORTAL ...` tries again now "
            "what was given up or waits for its next try, `cancel PORTAL ...` takes jobs out of the queue and stops "
            "those that run in order (--all: every job; archive files by their names). `pause` lets what runs go on "
            "and takes nothing more (crawl and reparse, or the queues that are named), `resume` takes jobs again. Exit "
            "codes: 0 done; 1 the database cannot be used; 2 the arguments are wrong; 3 there was no such job."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one snapshot as JSON")
        parser.add_argument("--plain", action="store_true", help="print one snapshot as text, on a terminal too")
        parser.add_argument("--all", action="store_true", help="with retry and cancel: every job")
        parser.add_argument("--every", metavar="S", type=float, default=2.0, help="seconds between two pictures (2)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look, or act; sets the exit code."""
        action, *names = positional(args) or [""]
        if action and action not in _ACTIONS:
            raise UsageError(f"{action!r}: there are {', '.join(_ACTIONS)}")
        if opts.every <= 0:
            raise UsageError(f"--every {opts.every:g}: a number of seconds above 0")
        open_output()
        try:
            engine = self._engine()
            if action:
                self._act(engine, action, names, opts)
            else:
                self._look(engine, opts)
        except (StoreError, DBAPIError) as error:
            self._fail(str(error), EXIT_FAILED)
        except ValueError as error:
            self._fail(str(error), EXIT_USAGE)

    def _engine(self) -> Engine:
        from crawler.cluster.queue import dsn_of

        assert self.settings is not None  # noqa: S101  Scrapy gives them before run()
        url = database_url(self.settings.get("DATABASE_URL"))
        dsn_of(url)
        return open_store(url)

    def _look(self, engine: Engine, opts: argparse.Namespace) -> None:
        from crawler.cluster.times import Times
        from crawler.cluster.view import snapshot

        assert self.settings is not None  # noqa: S101  Scrapy gives them before run()
        stalled = Times.of(self.settings).stalled
        console = Console(highlight=False, markup=False, emoji=False)
        if opts.json:
            sys.stdout.write(dump(snapshot(engine, stalled).to_json()) + "\n")
        elif opts.plain or not console.is_terminal:
            sys.stdout.write(safe("\n".join(told(snapshot(engine, stalled)))) + "\n")
        else:
            _watch(console, lambda: picture(snapshot(engine, stalled), console.height), opts.every)

    def _act(self, engine: Engine, action: str, names: list[str], opts: argparse.Namespace) -> None:
        from crawler.cluster import view
        from crawler.cluster.queue import QUEUES

        if action in ("pause", "resume"):
            if unknown := [name for name in names if name not in QUEUES]:
                self._fail(f"{action} {unknown[0]}: there are {', '.join(QUEUES)}", EXIT_USAGE)
                return
            queues = names or list(QUEUES)
            if action == "pause":
                view.pause(engine, queues)
                self._say(f"{', '.join(queues)}: nothing more is taken, what runs goes on. scrapy cluster resume")
            else:
                self._counted(view.resume(engine, queues), "served again", "no queue was paused", "queue")
            return
        if not names and not opts.all:
            self._fail(f"{action} what? Name portals, or say --all", EXIT_USAGE)
            return
        if action == "retry":
            count = view.retry(engine, names, everything=opts.all)
            none = "no such job was given up or waits for a later try: scrapy cluster shows their names"
            self._counted(count, "tried again", none, "job")
        else:
            waited, run = view.cancel(engine, names, everything=opts.all)
            none = "no such job waits or runs: scrapy cluster shows their names"
            self._counted(waited + run, f"cancelled, {run} of them running (to be stopped)", none, "job")

    def _counted(self, count: int, done: str, nothing: str, what: str) -> None:
        if count:
            self._say(f"{counted(count, what)} {done}")
        else:
            self._fail(nothing, EXIT_NOTHING)

    def _say(self, sentence: str) -> None:
        sys.stdout.write(safe(sentence) + "\n")

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy cluster: {safe(message)}\n")
        self.exitcode = code


def _watch(console: Console, draw: Callable[[], object], every: float) -> None:
    with Live(console=console, auto_refresh=False, screen=False) as live:
        try:
            while True:
                live.update(draw(), refresh=True)  # type: ignore[arg-type]
                time.sleep(every)
        except KeyboardInterrupt:
            return
