"""`scrapy check`: reports against each other, and what did not agree. Replaces Scrapy's command of spider contracts."""

from __future__ import annotations

import argparse
import sys
from typing import Any, get_args

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler.commands.terminal import dump, open_output, plain, positional, safe
from crawler.reports.model import Severity
from crawler.store import CrossRow, Rechecked, StoreError, cross_findings, database_url, open_store, recheck
from crawler.store.crossing import agencies_named
from crawler.store.filters import unmatched
from crawler.years import parse_years

EXIT_USAGE = 2
_STYLES = {"hard": "bold red", "soft": "yellow", "info": "cyan"}
_MOST_ROWS = 200


class Command(ScrapyCommand):
    """Exit codes: 0 done, whatever was found; 1 the database cannot be used; 2 wrong arguments or a filter that matches
    nothing.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Reports against each other: years of one agency, a government and its departments"

    def long_desc(self) -> str:
        """What it does."""
        return (
            "Compare the stored reports of each agency with those of the year before (requests carried over, documents"
            " in force, copied tables and words, orders of magnitude) and consolidated reports with those of the"
            " departments; store and print what does not agree. A crawl does this at its end for what it stored."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print a list of objects, one a finding")
        parser.add_argument("--portal", metavar="TEXT", help="only portals with TEXT in id, name or place")
        parser.add_argument("--agency", metavar="TEXT", help="only the agency with this id, or with TEXT in its name")
        parser.add_argument("--year", metavar="YEARS", help="print findings on reports of 2023 or 2019-2023 only")
        severities = ", ".join(get_args(Severity))
        parser.add_argument(
            "--severity", metavar="WORDS", help=f"print these only: some of {severities}, commas between"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Compare, store, print."""
        args = positional(args)
        if args:
            raise UsageError(f"{safe(args[0])}: this command takes options only")
        open_output()
        years, severities = _years(opts.year), _severities(opts.severity)
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        try:
            engine = open_store(database_url(self.settings.get("DATABASE_URL")), create=False)
        except StoreError as error:
            self._fail(str(error), 1)
            return
        try:
            self._check(engine, opts, years=years, severities=severities)
        except DBAPIError as error:
            self._fail(f"the database could not be written: {error.orig}", 1)
        finally:
            engine.dispose()

    def _check(self, engine: Engine, opts: argparse.Namespace, **filters: Any) -> None:
        wrong = unmatched(engine, agency=opts.agency, portal=opts.portal)
        if wrong:
            self._fail(wrong, EXIT_USAGE)
            return
        every = not opts.agency and not opts.portal
        done = recheck(engine, None if every else agencies_named(engine, agency=opts.agency, portal=opts.portal))
        rows = cross_findings(engine, agency=opts.agency, portal=opts.portal, **filters)
        if opts.json:
            sys.stdout.write(dump([row.to_json() for row in rows]) + "\n")
        else:
            show(rows, done, Console(highlight=False, markup=False, emoji=False))

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy check: {safe(message)}\n")
        self.exitcode = code


def _years(text: str | None) -> frozenset[int] | None:
    try:
        return parse_years(text) if text else None
    except ValueError as error:
        raise UsageError(f"--year: {error}") from error


def _severities(text: str | None) -> list[str] | None:
    if not text:
        return None
    words = [word.strip() for word in text.split(",")]
    wrong = [word for word in words if word not in get_args(Severity)]
    if wrong:
        raise UsageError(f"--severity: {safe(wrong[0])!r} is none of {', '.join(get_args(Severity))}")
    return words


def show(rows: list[CrossRow], done: Rechecked, console: Console) -> None:
    """Print the findings as a table, at most 200 of them, and what was gone through."""
    if not done.reports:
        console.print(
            "No annual report stands in the database yet: run a crawl first (scrapy list shows the families)."
        )
        return
    if rows:
        console.print(_table(rows[:_MOST_ROWS]))
    if len(rows) > _MOST_ROWS:
        console.print(f"{len(rows) - _MOST_ROWS} more: narrow them down, or scrapy check --json")
    counts = {severity: sum(row.severity == severity for row in rows) for severity in get_args(Severity)}
    told = ", ".join(f"{count} {severity}" for severity, count in counts.items() if count) or "nothing that disagrees"
    console.print(plain(f"{done.reports} reports of {done.agencies} agencies compared: {told}"))


def _table(rows: list[CrossRow]) -> Table:
    table = Table("agency", "year", "severity", "check", "this", "that", "what")
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        check = f"{row.code} {row.place}" if row.place else row.code
        sides = (plain(row.left or ""), plain(row.right or ""))
        severity = plain(row.severity, _STYLES[row.severity])
        table.add_row(plain(row.agency), str(row.year), severity, plain(check), *sides, plain(row.message))
    return table
