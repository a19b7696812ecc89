"""`scrapy coverage`: agency × year, what was found and why the rest was not."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine

from crawler.commands import coverageview
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.store import StoreError, database_url, open_to_read
from crawler.store.coverage import coverage
from crawler.store.failures import portal_failures
from crawler.store.filters import unmatched
from crawler.years import parse_years

EXIT_USAGE = 2


class Command(ScrapyCommand):
    """Exit codes: 0 printed; 1 the database cannot be read; 2 wrong arguments, or a filter that matches nothing."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Agency × year: what stands in the database, and why the rest does not"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print a list of objects, one an agency-year")
        parser.add_argument("--portal", metavar="TEXT", help="only portals with TEXT in id, name or place")
        parser.add_argument("--agency", metavar="TEXT", help="only the agency with this id, or with TEXT in its name")
        parser.add_argument("--years", metavar="YEARS", help="2023 or 2019-2023 (default: all that were looked for)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the table, or JSON."""
        args = positional(args)
        if args:
            raise UsageError(f"{args[0]!r}: this command takes options only")
        open_output()
        try:
            years = parse_years(opts.years) if opts.years else None
        except ValueError as error:
            raise UsageError(f"--years: {error}") from error
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        try:
            engine = open_to_read(database_url(self.settings.get("DATABASE_URL")))
        except StoreError as error:
            self._fail(str(error), 1)
            return
        wrong = unmatched(engine, agency=opts.agency, portal=opts.portal)
        if wrong:
            self._fail(wrong, EXIT_USAGE)
        else:
            self._print(engine, opts, years)
        engine.dispose()

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy coverage: {safe(message)}\n")
        self.exitcode = code

    def _print(self, engine: Engine, opts: argparse.Namespace, years: frozenset[int] | None) -> None:
        rows = coverage(engine, agency=opts.agency, years=years, portal=opts.portal)
        if opts.json:
            sys.stdout.write(dump([row.to_json() for row in rows]) + "\n")
            return
        failures = portal_failures(engine, agency=opts.agency, portal=opts.portal)
        coverageview.show(rows, Console(highlight=False, markup=False, emoji=False), failures)
