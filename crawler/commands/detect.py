"""`scrapy detect URL|FILE`: which family of portals an address or a saved page belongs to, and the row for it."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import detectview
from crawler.commands.inspect import read_file
from crawler.commands.looking import Look, address_in, look_at, look_at_file, today
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.detect.page import NOWHERE, Page
from crawler.detect.proposal import OLDEST_UNKNOWN, Proposal, propose
from crawler.detect.publisher import Publisher, publisher
from crawler.portals import registry
from crawler.portals.divisions import NATION, division
from crawler.reports.sniff import refuse
from crawler.reports.titles import judge

EXIT_NO_PAGE = 1
EXIT_USAGE = 2

_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{4,400})\s*-->", re.IGNORECASE)


class Command(ScrapyCommand):
    """Exit codes: 0 the page was judged (`generic` is an answer); 1 no page could be had, or a gate stands in its
    place; 2 the arguments are wrong.
    """

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """One line of usage."""
        return "[options] <URL or file>"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Name the family of a portal, with reasons, and print a registry row for it"

    def long_desc(self) -> str:
        """What is printed, and what is asked."""
        return (
            "Judge the software of a portal by an address and its page, and print the column, the rows and the paging "
            "that its family reads there, and a registry row. From a file nothing is fetched ('-' is standard input); "
            "from an address at most three requests are sent, robots.txt among them."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--url", metavar="URL", default="", help="address that a file was saved from")
        parser.add_argument("--content-type", metavar="TYPE", help="the Content-Type header it was served with")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        add_row_options(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look, judge, print, and set the exit code."""
        words = positional(args)
        if len(words) != 1:
            raise UsageError("name one address or file: scrapy detect https://... | scrapy detect page.html")
        check_row_options(opts)
        open_output()
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        try:
            known = registry.load(self.settings.get("PORTALS_DIR"))
        except registry.RegistryError as error:
            self._fail(str(error), EXIT_NO_PAGE)
            return
        look = self._look(words[0], opts)
        if look is None:
            return
        if look.error:
            self._fail(look.error, EXIT_NO_PAGE)
            if not look.pages:
                return
        who = whose(look, known, opts)
        proposal = row_for(look, who, opts)
        registered = rows_of_host(look.url, known)
        if opts.json:
            sys.stdout.write(dump(detectview.as_json(look, who, proposal, registered)) + "\n")
        else:
            console = Console(highlight=False, markup=False, emoji=False)
            detectview.show(look, who, registered, console)
            detectview.show_row(proposal, console)

    def _look(self, name: str, opts: argparse.Namespace) -> Look | None:
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        url = None if name == "-" or Path(name).is_file() else address_in(name)
        if url is not None:
            if (problem := unusable(url)) or opts.url:
                self._fail(problem or "--url belongs to a file; an address has its own", EXIT_USAGE)
                return None
            return look_at(url, self.settings)
        source = read_file(name, opts.content_type)
        if source.error:
            self._fail(source.error, EXIT_USAGE)
            return None
        saved = _SAVED_FROM.search(source.body[:4_000])
        told = opts.url or (saved[1].decode("ascii", "backslashreplace") if saved else "")
        no_page = refuse(source.body, opts.content_type)
        if no_page and not told:
            self._fail(f"{no_page.message}; give the page that lists the reports, or --url", EXIT_NO_PAGE)
            return None
        page = Page("", source.body, opts.content_type)
        url = told or page.told_address or page.told_host
        if url and (problem := unusable(url)):
            self._fail(problem, EXIT_USAGE)
            return None
        look = look_at_file(source.body, url, opts.content_type, self.settings)
        look.host_alone = bool(url) and url == page.told_host and not told
        return look

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy detect: {safe(message)}\n")
        self.exitcode = code


def add_row_options(parser: argparse.ArgumentParser) -> None:
    """Options that say what no page tells; shared by `detect` and `portals add`."""
    parser.add_argument("--name", metavar="NAME", default="", help="name of the body that publishes there")
    parser.add_argument("--code", metavar="CODE", default="", help="its division code (GB/T 2260), as 440100")
    parser.add_argument("--allow", metavar="REASON", default="", help="why a host outside gov.cn is a portal")


def check_row_options(opts: argparse.Namespace) -> None:
    """Raise UsageError for an option that cannot be."""
    if opts.code and opts.code != NATION and division(opts.code) is None:
        raise UsageError(f"--code {safe(opts.code)}: no division has this code today (GB/T 2260, six digits)")
    if opts.allow and len(opts.allow) < 10:
        raise UsageError(f"--allow {safe(opts.allow)!r}: say why, in ten characters or more")


def unusable(url: str) -> str:
    """Why nothing can be asked at an address; "" when it can."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"{url} is no address: {error}"
    if parts.scheme not in ("http", "https"):
        return f"only http and https addresses are looked at, not {parts.scheme or 'one without http://'}: {url}"
    return "" if host else f"{url} names no host"


def whose(look: Look, known: registry.Registry, opts: argparse.Namespace) -> Publisher:
    """Who publishes on the portal: as given, else as the pages say, the last one first."""
    found = Publisher(None, "")
    for url, body, content_type in reversed(look.pages):
        page = Page(url, body or b"", content_type)
        found = publisher(url or look.url, page, known, name=opts.name, code=opts.code)
        if found.agency is not None:
            return found
    return found


def row_for(look: Look, who: Publisher, opts: argparse.Namespace) -> Proposal:
    """The row that a look gives."""
    years = [year for row in (look.read.reports if look.read else ()) if (year := judge(row.title).year) is not None]
    if years and look.read.pages:
        years.append(OLDEST_UNKNOWN)  # the first page of a list does not show its oldest
    column = (look.column.url, look.column.title) if look.column is not None else None
    if column and (column[0].startswith(NOWHERE) or (look.host_alone and column[0] == look.url)):
        column = None  # the list is at hand, and nobody knows where it stands
    return propose(
        look.detection,
        who,
        today=today(),
        column=column,
        years=years,
        portal_id=getattr(opts, "id", "") or "",
        family=getattr(opts, "family", "") or "",
        allow=opts.allow,
    )


def rows_of_host(url: str, known: registry.Registry) -> list[str]:
    """The rows that the registry holds for a host, in words, and why it was left out."""
    host = urlsplit(url).hostname or ""
    rows = [f"{one.id} ({one.name}, family {one.family})" for one in known if host in one.hosts]
    without = known.left_out.get(host)
    return [*rows, *([f"{host} was left out: {without.reason}"] if without else [])]
