"""`scrapy changes`: which reports are new, which changed and in what."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import mkstemp
from typing import Any, TextIO

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler.clock import now
from crawler.commands.changesfeed import headline, lines, write_atom, write_csv
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.store import StoreError, database_url, open_to_read
from crawler.store.changes import KINDS, Change, Wanted, changes, in_order, moment
from crawler.store.filters import unmatched
from crawler.years import parse_years

EXIT_USAGE = 2
_MOST_LINES = 12


class Command(ScrapyCommand):
    """Exit codes: 0 done, also without any change; 1 the database or the file cannot be used; 2 wrong arguments or a
    filter that matches nothing.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "What changed: new reports, and what differs in those that were changed"

    def long_desc(self) -> str:
        """What it does."""
        return (
            "Print, newest first, the reports that are new, those whose address shows another content than before"
            " (each number, section and passage that differs), those that show an earlier content again, and those"
            " that are no longer at their address. Times are UTC."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="WHEN", help="from 2026-01-31 on, or of the last 7d (12h, 2w)")
        parser.add_argument("--until", metavar="WHEN", help="to the end of that day")
        parser.add_argument("--portal", metavar="TEXT", help="only portals with TEXT in id, name or place")
        parser.add_argument("--agency", metavar="TEXT", help="only the agency with this id, or with TEXT in its name")
        parser.add_argument("--year", metavar="YEARS", help="only reports of 2023 or 2019-2023")
        parser.add_argument("--kind", metavar="WORDS", help=f"only some of {', '.join(KINDS)}, commas between")
        parser.add_argument("--parser", action="store_true", help="also what only a newer parser may have changed")
        parser.add_argument("--limit", metavar="N", type=int, help="at most the N newest")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="print a list of objects, one a change")
        output.add_argument("--csv", metavar="FILE", help="write CSV, a row each number or passage; - for stdout")
        output.add_argument("--atom", metavar="FILE", help="write an Atom feed; - for stdout")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Find and print."""
        args = positional(args)
        if args:
            raise UsageError(f"{safe(args[0])}: this command takes options only")
        open_output()
        wanted = self._wanted(opts)
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        try:
            engine = open_to_read(database_url(self.settings.get("DATABASE_URL")))
        except StoreError as error:
            self._fail(str(error), 1)
            return
        try:
            self._tell(engine, wanted, opts)
        except DBAPIError as error:
            self._fail(f"the database could not be read: {error.orig}", 1)
        except BrokenPipeError:
            raise  # whoever reads wants no more: no fault
        except OSError as error:
            self._fail(f"{opts.csv or opts.atom or 'stdout'} could not be written: {error.strerror or error}", 1)
        finally:
            engine.dispose()

    def _wanted(self, opts: argparse.Namespace) -> Wanted:
        today = now(self.settings)
        kinds = [word.strip() for word in opts.kind.split(",")] if opts.kind else KINDS
        wrong = next((word for word in kinds if word not in KINDS), None)
        if wrong is not None:
            raise UsageError(f"--kind: {safe(wrong)!r} is none of {', '.join(KINDS)}")
        if opts.limit is not None and opts.limit < 1:
            raise UsageError(f"--limit: {opts.limit} is less than 1")
        since = _parsed("--since", opts.since, partial(moment, now=today))
        until = _parsed("--until", opts.until, partial(moment, now=today, end=True))
        try:
            in_order(since, until)
        except ValueError as error:
            raise UsageError(str(error)) from error
        return Wanted(
            since=since,
            until=until,
            agency=opts.agency,
            portal=opts.portal,
            years=_parsed("--year", opts.year, parse_years),
            kinds=[kind for kind in KINDS if kind in kinds],
            parser=opts.parser,
        )

    def _tell(self, engine: Engine, wanted: Wanted, opts: argparse.Namespace) -> None:
        wrong = unmatched(engine, agency=opts.agency, portal=opts.portal)
        if wrong:
            self._fail(wrong, EXIT_USAGE)
            return
        found = islice(changes(engine, wanted), opts.limit)
        if opts.json:
            sys.stdout.write(dump([one.to_json() for one in found]) + "\n")
        elif opts.csv:
            with _output(opts.csv) as stream:
                write_csv(found, stream)
        elif opts.atom:
            with _output(opts.atom) as stream:
                write_atom(found, stream, now(self.settings))
        else:
            _show(found)

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy changes: {safe(message)}\n")
        self.exitcode = code


def _parsed(option: str, text: str | None, read: Callable[[str], Any]) -> Any:
    try:
        return read(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option}: {safe(error)}") from error


@contextmanager
def _output(name: str) -> Iterator[TextIO]:
    """Stdout, or a file that takes its name only once it is whole: a reader never meets half a feed."""
    if name == "-":
        # Feeds are UTF-8 whatever the terminal is.
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as stdout:
            yield stdout
        return
    path = Path(name)
    handle, made = mkstemp(dir=path.parent, prefix=".changes-")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(made, 0o644)
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _show(found: Iterator[Change]) -> None:
    count = 0
    for change in found:
        count += 1
        told = list(lines(change))
        sys.stdout.write(f"{change.at:%Y-%m-%d %H:%M} {_line(headline(change))}\n    {_line(change.url)}\n")
        for line in told[:_MOST_LINES]:
            sys.stdout.write(f"    {_line(line)}\n")
        if len(told) > _MOST_LINES:
            sys.stdout.write(f"    {len(told) - _MOST_LINES} more: scrapy changes --json\n")
    sys.stdout.write(f"{count} change{'' if count == 1 else 's'}\n")


def _line(text: str) -> str:
    """Text of a page on one line: a line break in it would look like an entry of its own."""
    return safe(" ".join(text.split()))
