"""`scrapy doctor`: look at rows of the registry with a few live requests each, and say which of them broke."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from crawler.commands.doctorview import Lines, Picture, conclusion
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.doctor import DoctorSpider, Health
from crawler.doctor.books import Books
from crawler.doctor.model import FAILING
from crawler.portals import listing, registry
from crawler.portals.model import Portal
from crawler.store import StoreError

EXIT_CRASHED = 1
EXIT_USAGE = 2
EXIT_BROKEN = 3
EXIT_UNFINISHED = 4


class Command(ScrapyCommand):
    """Exit codes: 0 no row is broken; 1 it crashed, or the database or the registry cannot be used; 2 wrong arguments,
    or nothing that fits them; 3 a row is broken or blocked; 4 it did not run to its end (Ctrl-C).
    """

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[PORTAL ...] [options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Look at rows of the registry with a few live requests each: what works, what broke, how to mend it"

    def long_desc(self) -> str:
        """What is looked at."""
        return (
            "At most four requests a row (and robots.txt), as slowly as in a crawl: does the portal answer, does its "
            "list still show reports, of which year is the newest, is it still the same software, is there a gate or "
            "trouble with TLS. PORTAL is what -a portal= takes; without any, all rows that the options leave. What was "
            "seen is written into the ledger, and for a broken row the mended one is printed where it is known."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--province", metavar="NAME", help="江苏, jiangsu or 32; national")
        parser.add_argument("--family", metavar="WORD", help="trs, hanweb, generic ...")
        parser.add_argument("--limit", metavar="N", type=int, help="look at no more than N rows")
        parser.add_argument("--json", action="store_true", help="print a list of objects, one a row, at the end")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at the rows and set the exit code."""
        words = positional(args)
        open_output()
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        if opts.limit is not None and opts.limit < 1:
            raise UsageError(f"--limit {opts.limit}: a number of rows, 1 or more")
        try:
            known = registry.load(self.settings.get("PORTALS_DIR"))
            rows = _rows(known, words, opts)
            books = Books(self.settings, known)
        except (registry.RegistryError, StoreError) as error:
            self._fail(str(error), EXIT_CRASHED)
        except (listing.BadFilter, registry.UnknownPortal) as error:
            self._fail(str(error), EXIT_USAGE)
        else:
            self.exitcode = self._look(rows, books, as_json=opts.json)

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy doctor: {safe(message)}\n")
        self.exitcode = code

    def _look(self, rows: Sequence[Portal], books: Books, *, as_json: bool) -> int:
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)  # noqa: S101  as settings ask for it
        told: list[Health] = []
        with Lines(None) if as_json else Picture.fitting(len(rows)) as view:

            def tell(health: Health) -> None:
                told.append(health)
                view.tell(health)

            crawler = self.crawler_process.create_crawler(DoctorSpider)
            self.crawler_process.crawl(crawler, rows=rows, books=books, tell=tell)
            self.crawler_process.start()
        order = {row.id: place for place, row in enumerate(rows)}
        told.sort(key=lambda health: order[health.portal_id])
        if as_json:
            sys.stdout.write(dump([health.to_json() for health in told]) + "\n")
        else:
            conclusion(told, len(rows))
        stats = crawler.stats.get_stats() if crawler.stats else {}
        return exit_code(told, len(rows), stats.get("finish_reason"), crashed=self.crawler_process.bootstrap_failed)


def exit_code(told: Sequence[Health], rows: int, finish_reason: object, *, crashed: bool = False) -> int:
    """Exit code from what was told and how the run ended."""
    if crashed:
        return EXIT_CRASHED
    if finish_reason != "finished":
        return EXIT_UNFINISHED
    if len(told) < rows:
        return EXIT_CRASHED
    return EXIT_BROKEN if any(health.state in FAILING for health in told) else 0


def _rows(known: registry.Registry, words: list[str], opts: argparse.Namespace) -> list[Portal]:
    named = {portal.id: portal for word in words for portal in known.find(word)} if words else {}
    rows = listing.Filter(province=opts.province, family=opts.family).apply(named.values() if words else known)
    if not rows:
        raise listing.BadFilter(f"no portal is {' '.join(words)} {opts.province or ''} {opts.family or ''}".rstrip())
    return rows[: opts.limit]
