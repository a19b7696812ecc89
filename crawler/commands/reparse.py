"""`scrapy reparse`: today's parser over archived pages, and what it reads otherwise."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler import __version__
from crawler.archive.model import ArchiveError
from crawler.archive.stores import archive_of
from crawler.clock import now
from crawler.commands.changesfeed import cell_words
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.reparse.compare import Compared, to_json
from crawler.reparse.model import Wanted
from crawler.reparse.pool import Setup, reread
from crawler.reparse.run import Totals, compare_all, write_all
from crawler.reparse.selection import files_of, stored_pages
from crawler.store import StoreError, database_url, open_store, open_to_read
from crawler.store.changes import in_order, moment
from crawler.store.filters import unmatched
from crawler.years import parse_years

EXIT_FAILED = 1
EXIT_USAGE = 2
_MOST_CELLS = 12
_MOST_TOTALS = 20
_WORDS = {
    "no_archive": "nothing of it is archived",
    "other_bytes": "its spider made it out of other answers",
    "no_portal": "its portal is not in the registry",
    "damaged": "the archive cannot give its bytes",
    "failed": "the parser raised",
}


class Command(ScrapyCommand):
    """Exit codes: 0 done; 1 bytes were missing or damaged, the parser raised, or the database cannot be used; 2 wrong
    arguments, a filter that matches nothing, or changes to be written and nobody to ask.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Archived pages read anew by today's parser: what it reads otherwise, then written"

    def long_desc(self) -> str:
        """What it does."""
        return (
            "Run today's decoder and parser over the archived bytes of stored pages, without the network, and print"
            " what is read otherwise than what stands in the database; write it once that is confirmed. A second run"
            " finds nothing to write."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="WHEN", help="pages last seen from 2026-01-31 on, or in the last 7d")
        parser.add_argument("--until", metavar="WHEN", help="pages last seen to the end of that day")
        parser.add_argument("--family", metavar="NAME", help="only pages of portals of this family")
        parser.add_argument("--portal", metavar="TEXT", help="only portals with TEXT in id, name or place")
        parser.add_argument("--agency", metavar="TEXT", help="only the agency with this id, or with TEXT in its name")
        parser.add_argument("--year", metavar="YEARS", help="only reports of 2023 or 2019-2023")
        parser.add_argument("--only-older-parser", action="store_true", help="only what another release has read")
        parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1, help="processes")
        parser.add_argument("--json", action="store_true", help="print an object a page, and one with the totals")
        asked = parser.add_mutually_exclusive_group()
        asked.add_argument("--dry-run", action="store_true", help="print only")
        asked.add_argument("--yes", action="store_true", help="write without asking")
        parser.add_argument(
            "--enqueue",
            action="store_true",
            help="read nothing here: a job an archive file for scrapy worker (with --yes)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read, tell, ask, write."""
        args = positional(args)
        if args:
            raise UsageError(f"{safe(args[0])}: this command takes options only")
        if opts.jobs < 1:
            raise UsageError(f"--jobs: {opts.jobs} is less than 1")
        if opts.enqueue and not opts.yes:
            raise UsageError("--enqueue writes without showing what: say --yes too, or look first with --dry-run")
        open_output()
        wanted = self._wanted(opts)
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        url = database_url(self.settings.get("DATABASE_URL"))
        try:
            engine = open_to_read(url) if opts.dry_run else open_store(url, create=False)
        except StoreError as error:
            self._fail(str(error), EXIT_FAILED)
            return
        try:
            self._reparse(engine, wanted, opts)
        except (StoreError, ArchiveError) as error:
            self._fail(str(error), EXIT_FAILED)
        except DBAPIError as error:
            self._fail(f"the database: {error.orig}", EXIT_FAILED)
        except BrokenProcessPool:
            self._fail("a process was killed, perhaps for want of memory; try fewer --jobs", EXIT_FAILED)
        except OSError as error:
            self._fail(f"{error.filename or 'the folder for temporary files'}: {error.strerror}", EXIT_FAILED)
        finally:
            engine.dispose()

    def _wanted(self, opts: argparse.Namespace) -> Wanted:
        today = now(self.settings)
        since = _parsed("--since", opts.since, partial(moment, now=today))
        until = _parsed("--until", opts.until, partial(moment, now=today, end=True))
        try:
            in_order(since, until)
        except ValueError as error:
            raise UsageError(str(error)) from error
        return Wanted(
            since=since,
            until=until,
            family=opts.family,
            portal=opts.portal,
            agency=opts.agency,
            years=_parsed("--year", opts.year, parse_years),
            older_parser=__version__ if opts.only_older_parser else None,
        )

    def _reparse(self, engine: Engine, wanted: Wanted, opts: argparse.Namespace) -> None:
        wrong = unmatched(engine, agency=opts.agency, portal=opts.portal, family=opts.family)
        if wrong:
            self._fail(wrong, EXIT_USAGE)
            return
        assert self.settings is not None  # noqa: S101  asked above
        if opts.enqueue:
            self._enqueue(engine, wanted, database_url(self.settings.get("DATABASE_URL")))
            return
        archive = archive_of(self.settings)
        archive.check()
        setup = Setup(archive, self.settings.get("PORTALS_DIR"), self.settings.getbool("KEEP_SCRIPT"))
        with TemporaryFile("w+", encoding="utf-8") as kept:
            tell = _print_json if opts.json else _print
            totals = compare_all(engine, reread(stored_pages(engine, wanted), setup, opts.jobs), kept, tell)
            if opts.json:
                sys.stdout.write(dump(_totals_json(totals)) + "\n")
            else:
                sys.stdout.writelines(f"{line}\n" for line in _told(totals))
            sys.stdout.flush()
            if totals.damaged:
                self.exitcode = EXIT_FAILED
            if totals.to_write and self._may_write(opts):
                self._write(engine, kept)

    def _enqueue(self, engine: Engine, wanted: Wanted, url: str) -> None:
        from crawler.cluster.queue import dsn_of

        dsn_of(url)  # says what is missing before anything of it is imported
        from crawler.cluster.enqueue import enqueue_files

        found = enqueue_files(engine, url, files_of(engine, wanted), wanted.to_json())
        already = f", in it already: {found.already}" if found.already else ""
        sys.stdout.write(f"Archive files put into the queue: {found.new}{already}. scrapy worker --queues reparse\n")

    def _may_write(self, opts: argparse.Namespace) -> bool:
        if opts.yes or opts.dry_run:
            return bool(opts.yes)
        if not sys.stdin.isatty():
            self._fail("nothing was written; --yes writes without asking, --dry-run does not ask", EXIT_USAGE)
            return False
        sys.stderr.write("Write it? [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def _write(self, engine: Engine, kept: IO[str]) -> None:
        kept.seek(0)
        count = write_all(engine, kept)
        sys.stderr.write(f"{count} written\n")

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy reparse: {safe(message)}\n")
        self.exitcode = code


def _parsed(option: str, text: str | None, read: Callable[[str], Any]) -> Any:
    try:
        return read(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option}: {safe(error)}") from error


def _print(one: Compared) -> None:
    for line in _lines(one):
        sys.stdout.write(f"{safe(' '.join(line.split()))}\n")


def _print_json(one: Compared) -> None:
    sys.stdout.write(dump(to_json(one)) + "\n")


def _lines(one: Compared) -> Iterator[str]:
    place, trouble = one.reread.page.place, one.reread.trouble
    if trouble:
        yield f"not read: {place.url}: {_WORDS[trouble]}{f': {one.reread.detail}' if one.reread.detail else ''}"
        return
    if one.verdict in ("otherwise", "moved"):
        head = one.report if one.verdict == "otherwise" else f"{one.before} -> {one.report}"
        yield f"{head}: {', '.join(one.columns) or 'the same text'} read otherwise ({place.url})"
    elif one.verdict == "new":
        yield f"{one.report}: a report now, before {one.before or 'not known'} ({place.url})"
    else:
        kept = ", its versions are kept" if one.verdict == "no_report" else ""
        yield f"{one.before} -> {one.report}{kept} ({place.url})"
    yield from (f"- {cell_words(cell)}" for cell in one.difference.cells[:_MOST_CELLS])
    if len(one.difference.cells) > _MOST_CELLS:
        yield f"- {len(one.difference.cells) - _MOST_CELLS} more cells: scrapy reparse --dry-run --json"
    yield from (f"- {fact.name}: {fact.before or 'none'} -> {fact.after or 'none'}" for fact in one.difference.facts)
    yield from (f"- finding {code} ({severity}): {more:+d}" for code, severity, more in one.findings)


def _told(totals: Totals) -> Iterator[str]:
    for name, counts in (("cells read otherwise", totals.addresses), ("findings", totals.findings)):
        shown = ", ".join(f"{key} {count}" for key, count in counts.most_common(_MOST_TOTALS))
        if shown:
            yield f"{name}: {shown}{' …' if len(counts) > _MOST_TOTALS else ''}"
    for trouble, count in sorted(totals.troubles.items()):
        yield f"{count} not read: {_WORDS[trouble]}"
    verdicts = totals.verdicts
    yield (
        f"{verdicts.total()} pages: {verdicts['same']} read the same, {verdicts['otherwise']} otherwise,"
        f" {verdicts['moved']} of another agency or year, {verdicts['new']} new reports,"
        f" {verdicts['no_report']} no reports any more, {verdicts['other_reason']} for another reason"
    )


def _totals_json(totals: Totals) -> dict[str, Any]:
    return {
        "pages": totals.verdicts.total(),
        "verdicts": dict(totals.verdicts),
        "troubles": dict(totals.troubles),
        "addresses": dict(totals.addresses),
        "findings": dict(totals.findings),
    }
