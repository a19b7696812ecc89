"""`scrapy coverage`: agency × year, what is owed, what was found, and why the rest was not."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine

from crawler.commands import coverageview
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.coverage import page
from crawler.coverage.panel import NothingMatches, Panel, Wanted, panel, states_in
from crawler.coverage.tables import as_json, write_csv
from crawler.portals import listing, registry
from crawler.store import StoreError, database_url, open_to_read
from crawler.store.coverage import facts
from crawler.store.failures import portal_failures
from crawler.store.history import attempts, findings
from crawler.years import parse_years

EXIT_FAILED = 1
EXIT_USAGE = 2

FILTERS = ("agency", "portal", "province", "sector", "level", "family")


class Command(ScrapyCommand):
    """Exit codes: 0 printed or written; 1 the database or the registry cannot be read, or a file not be written;
    2 wrong arguments, or a filter that matches nothing.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Agency × year: what is owed, what stands in the database, and why the rest does not"

    def long_desc(self) -> str:
        """What is counted, and what can be written."""
        return (
            "Every agency of the registry owes a report for every year since 2008 in which it existed; this table says "
            "what of it stands in the database, and of each gap the dated reason. --html writes one page that opens "
            "from a file: a heat map with filters and the attempts behind each cell."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print a list of objects, one an agency-year")
        parser.add_argument("--csv", metavar="FILE", help="write one line an agency-year; - for standard output")
        parser.add_argument("--html", metavar="FILE", help="write a page for a browser, complete in itself")
        parser.add_argument("--portal", metavar="TEXT", help="only portals with TEXT in id, name or place")
        parser.add_argument("--agency", metavar="TEXT", help="only the agency with this id, or with TEXT in its name")
        parser.add_argument("--province", metavar="NAME", help="江苏, jiangsu or 32; national")
        parser.add_argument("--sector", metavar="WORD", help="environment, finance ...; government for none")
        parser.add_argument("--level", metavar="WORD", help="national, province, prefecture, county, township")
        parser.add_argument("--family", metavar="WORD", help="trs, hanweb, generic ...")
        parser.add_argument("--years", metavar="YEARS", help="2023 or 2019-2023 (default: 2008 to the newest)")
        parser.add_argument("--state", metavar="STATES", default="", help="only cells that are so: missing,blocked")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the table, or write it in the forms that are asked for."""
        if words := positional(args):
            raise UsageError(f"{words[0]!r}: this command takes options only")
        open_output()
        wanted = wanted_of(opts)
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        try:
            known = registry.shared(self.settings.get("PORTALS_DIR"))
            engine = open_to_read(database_url(self.settings.get("DATABASE_URL")))
        except (StoreError, registry.RegistryError, OSError) as error:
            self._fail(str(error), EXIT_FAILED)
            return
        try:
            now = datetime.now(UTC)
            self._show(panel(known, facts(engine), wanted, now.date()), engine, opts, now)
        except (NothingMatches, listing.BadFilter) as error:
            self._fail(str(error), EXIT_USAGE)
        except BrokenPipeError:
            raise
        except OSError as error:
            self._fail(f"{error.filename or 'the file'} cannot be written: {error.strerror or error}", EXIT_FAILED)
        finally:
            engine.dispose()

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy coverage: {safe(message)}\n")
        self.exitcode = code

    def _show(self, found: Panel, engine: Engine, opts: argparse.Namespace, now: datetime) -> None:
        if opts.html:
            _write(opts.html, lambda out: out.write(_page(found, engine, opts, now)))
        if opts.csv:
            _write(opts.csv, lambda out: write_csv(found, out))
        if opts.json:
            sys.stdout.write(dump(as_json(found)) + "\n")
        elif not opts.html and not opts.csv:
            failures = portal_failures(engine, agency=opts.agency, portal=opts.portal)
            of_these = {portal for body in found.bodies for portal, _, _ in body.portals}
            failures = [one for one in failures if one.portal_id in of_these]
            coverageview.show_panel(found, Console(highlight=False, markup=False, emoji=False), failures)
        elif "-" not in (opts.html, opts.csv):
            written = " and ".join(safe(name) for name in (opts.html, opts.csv) if name)
            sys.stdout.write(f"{coverageview.total(found.rows)}; written to {written}\n")


def wanted_of(opts: argparse.Namespace) -> Wanted:
    """The filters of the options; raises UsageError."""
    try:
        years = parse_years(opts.years) if opts.years else None
    except ValueError as error:
        raise UsageError(f"--years: {error}") from error
    try:
        states = states_in(opts.state)
    except ValueError as error:
        raise UsageError(f"--state {error}") from error
    return Wanted(**{name: getattr(opts, name) for name in FILTERS}, years=years, states=states)


def _page(found: Panel, engine: Engine, opts: argparse.Namespace, now: datetime) -> str:
    ids = {body.id for body in found.bodies}
    given = [f"--{name} {value}" for name in (*FILTERS, "years", "state") if (value := getattr(opts, name))]
    return page.render(found, now, attempts(engine, ids), findings(engine, ids), " ".join(given))


def _write(name: str, write: Callable[[TextIO], object]) -> None:
    """Write a file whole or not at all; `-` is standard output. Raises OSError."""
    if name == "-":
        write(sys.stdout)
        return
    path = Path(name)
    number, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        # Spreadsheets on Windows take a CSV without a mark for the local encoding, and show Chinese as rubbish.
        encoding = "utf-8-sig" if path.suffix.lower() == ".csv" else "utf-8"
        with os.fdopen(number, "w", encoding=encoding, newline="") as out:
            write(out)
        # mkstemp lets nobody else read what it makes.
        mask = os.umask(0)
        os.umask(mask)
        Path(beside).chmod(0o666 & ~mask)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
