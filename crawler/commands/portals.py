"""`scrapy portals`: the registry listed, counted, exported and checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.commands.detect import add_row_options
from crawler.commands.portaladd import Refused, add
from crawler.commands.terminal import dump, open_output, plain, positional, safe
from crawler.portals import listing, registry
from crawler.portals.lint import lint, without_spider
from crawler.portals.model import Portal

EXIT_INCONSISTENT = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
FORMATS = ("table", "csv", "json", "md")
FILTERS = ("province", "family", "sector", "level", "shape", "confidence")


class Command(ScrapyCommand):
    """Exit codes: 0 printed, and nothing inconsistent, or added; 1 `lint` found something, or the registry does not
    load, or `add` refused the portal; 2 wrong arguments, or nothing that fits them, or a row that is there already;
    130 interrupted.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "[list | count | lint] [PORTAL ...] [options] | add URL [options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "The registry of portals: list, filter, count, export, check, add"

    def long_desc(self) -> str:
        """What the actions do."""
        return (
            "list (the default) prints the rows that fit; count, how many there are; lint, everything that is "
            "inconsistent. PORTAL is what -a portal= takes: a host, a place, an agency, pinyin, a division code. "
            "add detects the portal at an address, crawls a sample of three reports, and writes a row into the folder "
            "PORTALS_DIR where that gave any."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--province", metavar="NAME", help="江苏, jiangsu or 32; national")
        parser.add_argument("--family", metavar="WORD", help="trs, hanweb, generic ...")
        parser.add_argument("--sector", metavar="WORD", help="environment, finance ...; government for none")
        parser.add_argument("--level", metavar="WORD", help="national, province, prefecture, county, township")
        parser.add_argument("--shape", metavar="WORD", help="how the addresses look: jpaas, hex, cms_html ...")
        parser.add_argument("--confidence", metavar="MARK", help="P, C or R")
        parser.add_argument("--format", choices=FORMATS, default="table", help="of the list (default: %(default)s)")
        add_row_options(parser)
        parser.add_argument("--id", metavar="ID", help="add: id of the new row (default: its host)")
        parser.add_argument("--yes", action="store_true", help="add: do not ask before the row is written")
        parser.add_argument("--by", choices=listing.KEYS, default="family", help="of the count (default: %(default)s)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what is asked for and set the exit code."""
        words = positional(args)
        open_output()
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        if words and words[0] == "add":
            self._add(words[1:], opts, self.settings)
            return
        action = words.pop(0) if words and words[0] in ACTIONS else "list"
        try:
            known = registry.load(self.settings.get("PORTALS_DIR"))
        except registry.RegistryError as error:
            self._fail(str(error), EXIT_INCONSISTENT)
            return
        try:
            rows = self._rows(known, words, opts)
        except (listing.BadFilter, registry.UnknownPortal) as error:
            self._fail(str(error), EXIT_USAGE)
            return
        ACTIONS[action](self, known, rows, opts)

    def _add(self, words: list[str], opts: argparse.Namespace, settings: Settings) -> None:
        try:
            add(words, opts, settings)
        except Refused as error:
            self._fail(str(error), error.code)
        except registry.RegistryError as error:
            self._fail(str(error), EXIT_INCONSISTENT)
        except KeyboardInterrupt:
            self._fail("interrupted; nothing was written", EXIT_INTERRUPTED)

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy portals: {safe(message)}\n")
        self.exitcode = code

    def _rows(self, known: registry.Registry, words: list[str], opts: argparse.Namespace) -> list[Portal]:
        named = {portal.id: portal for word in words for portal in known.find(word)} if words else {}
        asked = {name: getattr(opts, name) for name in FILTERS}
        rows = listing.Filter(**asked).apply(named.values() if words else known)
        if not rows:
            given = " ".join([*words, *(f"--{name} {value}" for name, value in asked.items() if value)])
            raise listing.BadFilter(f"no portal is {given}")
        return rows

    def _list(self, known: registry.Registry, rows: list[Portal], opts: argparse.Namespace) -> None:
        if opts.format == "json":
            sys.stdout.write(dump(listing.as_json(rows)) + "\n")
        elif opts.format == "csv":
            sys.stdout.write(listing.as_csv(rows))
        elif opts.format == "md":
            sys.stdout.write(listing.as_markdown(rows))
        else:
            _show(rows)
            self._say_what_is_not_read(known)

    def _count(self, known: registry.Registry, rows: list[Portal], opts: argparse.Namespace) -> None:
        found = listing.counts(rows, opts.by)
        if opts.format == "json":
            sys.stdout.write(dump(found) + "\n")
            return
        table = Table(opts.by, "portals", box=None, pad_edge=False)
        for word, number in found.items():
            table.add_row(plain(word), str(number))
        Console(highlight=False, markup=False, emoji=False).print(table)
        sys.stdout.write(f"{len(rows)} portals, {len(known.agencies)} agencies in the registry.\n")

    def _lint(self, known: registry.Registry, rows: list[Portal], opts: argparse.Namespace) -> None:
        chosen = {f"portal {portal.id}" for portal in rows}
        chosen |= {f"agency {agency.id}" for portal in rows for agency in portal.agencies}
        everything = len(rows) == len(known)
        remarks = [one for one in lint(known) if everything or one.subject in chosen]
        if opts.format == "json":
            fields = ("subject", "field", "message")
            sys.stdout.write(dump([{name: getattr(one, name) for name in fields} for one in remarks]) + "\n")
        else:
            sys.stdout.writelines(f"{safe(one)}\n" for one in remarks)
            sys.stdout.write(f"{len(rows)} portals: {len(remarks) or 'nothing'} inconsistent.\n")
            self._say_what_is_not_read(known)
        if remarks:
            self.exitcode = EXIT_INCONSISTENT

    def _say_what_is_not_read(self, known: registry.Registry) -> None:
        """Families of rows that no spider reads: no fault of the registry, but nothing will come of these rows."""
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        families = without_spider(known, get_spider_loader(self.settings).list())
        if families:
            told = ", ".join(f"{family} ({number})" for family, number in families.items())
            sys.stdout.write(f"No spider reads these families yet: {told}.\n")


def _show(rows: list[Portal]) -> None:
    console = Console(highlight=False, markup=False, emoji=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("portal", overflow="fold", min_width=max(len(portal.id) for portal in rows))
    for head in ("name", "family", "level", "list"):
        table.add_column(head)
    for portal in rows:
        family = f"{portal.family} ({portal.shape})" if portal.shape else portal.family
        cells = (portal.id, portal.name, family, listing.level_of(portal), "yes" if portal.columns else "")
        table.add_row(*(plain(cell) for cell in cells))
    console.print(table)
    console.print(f"{len(rows)} portals")


ACTIONS: Mapping[str, Callable[[Command, registry.Registry, list[Portal], argparse.Namespace], None]] = {
    "list": Command._list,
    "count": Command._count,
    "lint": Command._lint,
}
"""Action word to what it does with the rows that fit."""
