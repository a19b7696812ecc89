"""`scrapy crawl FAMILY`: Scrapy's own command, with arguments checked first and an exit code that tells the truth."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.commands.terminal import safe
from crawler.guards.watch import Guards
from crawler.portals.quirks import FAMILIES

EXIT_CRASHED = 1
EXIT_USAGE = 2
EXIT_SILENT_PORTAL = 3
EXIT_UNFINISHED = 4


class Command(crawl.Command):
    """Exit codes: 0 all portals yielded pages; 1 the spider crashed; 2 the arguments are wrong; 3 a portal yielded none
    (blocked, moved, empty: `scrapy coverage` says why), or a guard marked one (a drop, another template, below its
    floor …); 4 the crawl did not run to its end (stopped by hand, or by a guard: no progress, too long, night hours).
    """

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments against the registry, crawl, and set the exit code."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl FAMILY -a portal=... (scrapy list shows the families)")
        assert self.crawler_process  # noqa: S101  set by Scrapy before run() is called
        try:
            spider = self.crawler_process.spider_loader.load(args[0])
        except KeyError:
            names = ", ".join(sorted(self.crawler_process.spider_loader.list()))
            why = "there is no such spider"
            if args[0] in FAMILIES:
                why = f"no spider reads this family yet (scrapy portals --family {args[0]} lists its portals)"
            sys.stderr.write(f"scrapy crawl {safe(args[0])}: {why}; there are {names}\n")
            self.exitcode = EXIT_USAGE
            return
        check = getattr(spider, "check_arguments", None)
        if check is not None:
            try:
                check(self.settings, opts.spargs)
            except (ValueError, LookupError) as error:
                sys.stderr.write(f"scrapy crawl {args[0]}: {safe(_sentence(error))}\n")
                self.exitcode = EXIT_USAGE
                return
        crawler = self.crawler_process.create_crawler(spider)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        self.exitcode = exit_code(stats, crashed=self.crawler_process.bootstrap_failed)
        ledger, selection = (getattr(crawler.spider, name, None) for name in ("ledger", "selection"))
        if ledger is not None and selection is not None and stats:
            # A crawl that a guard closed has not looked everywhere: its ledger would call missing what it did not ask.
            closed = str(stats.get("finish_reason", "")).startswith("guard_")
            told = [] if closed else list(ledger.summary(selection.portals))
            _conclude([*told, *guards_said(crawler)], stats)


NO_DATABASE = "no_database"
"""Why a crawl ended that could not open its database (`pipelines.store`)."""

NO_ARCHIVE = "no_archive"
"""Why a crawl ended whose archive could not be written (`crawler.archive`)."""


def exit_code(stats: dict[str, object], *, crashed: bool = False) -> int:
    """Exit code of a crawl from its final stats (law 4: a zero is never a pass)."""
    if crashed or "finish_reason" not in stats:
        return EXIT_CRASHED
    if stats["finish_reason"] != "finished" or stats.get("check/not_compared"):
        return EXIT_UNFINISHED
    marked = any(name.startswith("guards/") for name in stats)
    return EXIT_SILENT_PORTAL if marked or stats.get("portals/silent") else 0


def guards_said(crawler: Crawler) -> list[str]:
    """A sentence for each guard that spoke in a crawl that has ended."""
    found = crawler.get_extension(Guards) if crawler.extensions is not None else None
    return list(found.said) if isinstance(found, Guards) else []


def _conclude(lines: list[str], stats: dict[str, object]) -> None:
    """What a person wants to know at the end, whatever the log's level."""
    if stats.get("finish_reason") == NO_DATABASE:
        sys.stdout.write("The database cannot be used, the log says why; no portal was looked at.\n")
        return
    if stats.get("finish_reason") == NO_ARCHIVE:
        sys.stdout.write("The archive takes no more, the log says why; nothing was stored that is not in it.\n")
    for line in lines:
        sys.stdout.write(f"{safe(line)}\n")
    new, versions, same = (stats.get(f"store/{key}", 0) for key in ("reports_new", "versions_new", "unchanged"))
    sys.stdout.write(f"{new} new reports, {versions} new versions, {same} unchanged; {stats.get('finish_reason')}.\n")
    if stats.get("check/not_compared"):
        sys.stdout.write("The database was away at the end, the log says why: nothing is lost, crawl again.\n")
    if stats.get("portals/silent") and stats.get("finish_reason") == "finished":
        sys.stdout.write("A portal stayed silent: scrapy coverage says why.\n")


def _sentence(error: Exception) -> str:
    # str() of a KeyError is a repr with quotes and escapes.
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
