"""`scrapy inspect FILE|URL`: decode, repair, parse and check one page, and print what was found. No database."""

from __future__ import annotations

import argparse
import re
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, Settings
from scrapy.utils.project import inside_project

from crawler.commands.terminal import dump, open_output, positional, safe

# Scrapy imports every command for each one that is run: what one of them needs is imported where it is used.
if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.reports import Report

EXIT_UNREADABLE = 1
EXIT_USAGE = 2
MOST_BYTES = 64 * 1024 * 1024
"""Files above this are no pages; reading one whole would only fill the memory."""

_READABLE = 5
"""One character lost in so many is a text that can be read with gaps; more is no text."""
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.I)


@dataclass(slots=True)
class Source:
    """What is to be read: bytes, what was declared about them, where they came from; or why there is nothing."""

    body: bytes = b""
    content_type: str | None = None
    url: str | None = None
    error: str | None = None
    cut: bool = False


class Command(ScrapyCommand):
    """Exit codes: 0 the page was read; 1 nothing was readable, a gate stands in the page's place or the fetch failed;
    2 the arguments are wrong."""

    requires_project = False
    requires_crawler_process = False

    def syntax(self) -> str:
        """Arguments of the command."""
        return "[options] <file or URL>"

    def short_desc(self) -> str:
        """One line for `scrapy -h`."""
        return "Decode, repair, parse and check one report, and print what was found"

    def long_desc(self) -> str:
        """Help text."""
        return (
            "Read one page (HTML) or text file, or fetch one page with the project's settings, and print its encoding, "
            "repairs, sections, tables, figures and findings. Nothing is stored. '-' reads standard input."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options beside Scrapy's own."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--keep-script", action="store_true", help="leave traditional script and wording as they are"
        )
        parser.add_argument(
            "--changes",
            action="store_true",
            help="also print each repaired passage, before and after, and its place",
        )
        parser.add_argument("--content-type", metavar="TYPE", help="the Content-Type header the file was served with")
        parser.add_argument("--member", metavar="NAME", default="", help="the file of a zip archive that is to be read")
        parser.add_argument(
            "--title", metavar="TITLE", default="", help="the title of the row that led here: which of several reports"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read, print, and set the exit code."""
        args = positional(args)
        if len(args) != 1:
            raise UsageError("name one file or address: scrapy inspect page.html | scrapy inspect https://...")
        open_output()
        source = self._source(args[0], opts.content_type)
        if source.error:
            sys.stderr.write(f"scrapy inspect: {safe(source.error)}\n")
            return
        report = read(source, opts)
        if opts.json:
            sys.stdout.write(dump(report.to_json()) + "\n")
        else:
            _print(report, source, args[0], opts)
        self.exitcode = 0 if readable(report) else EXIT_UNREADABLE

    def _source(self, name: str, content_type: str | None) -> Source:
        scheme = _SCHEME.match(name)
        if scheme is None:
            source = read_file(name, content_type)
            self.exitcode = EXIT_USAGE if source.error else 0
            return source
        if scheme.group(1).lower() not in ("http", "https"):
            self.exitcode = EXIT_USAGE
            return Source(error=f"only http and https addresses are fetched, not {scheme.group(1)}: {name}")
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        source = fetch(name, project_settings(self.settings))
        source.content_type = content_type or source.content_type
        self.exitcode = EXIT_UNREADABLE if source.error else 0
        return source


def read(source: Source, opts: argparse.Namespace) -> Report:
    """The report in a source; a gate that was saved in a page's place is a finding of its own."""
    from crawler.net.gates import gate
    from crawler.reports import parse
    from crawler.reports.model import Finding

    report = parse(
        source.body,
        content_type=source.content_type,
        url=source.url,
        list_title=opts.title,
        keep_script=opts.keep_script,
        cut=source.cut,
        member=opts.member,
    )
    reason = gate(200, {}, source.body) if report.kind not in ("annual_report", "work_summary") else None
    if reason is None:
        return report
    message = f"a gate ({reason}) stands in the page's place: what a portal's defence answers, not what it publishes"
    return replace(report, kind_reason="blocked", findings=(Finding("blocked", "hard", message, left=reason),))


def _print(report: Report, source: Source, name: str, opts: argparse.Namespace) -> None:
    from rich.console import Console

    from crawler.commands import reportview
    from crawler.text import repair

    console = Console(highlight=False, markup=False, emoji=False)
    reportview.show(report, source.url or name, console, nature="" if report.encoding else nature(source.body))
    told = {finding.id for finding in report.findings}
    if "archive_members" in told or (opts.member and "unreadable" in told):
        console.print(f"Another file of the archive: scrapy inspect {safe(name)} --member NAME")
    if "several_reports" in told:
        console.print(f"Another report of several: scrapy inspect {safe(name)} --title TITLE")
    if opts.changes and report.source_text is not None:
        repaired = repair(report.source_text, keep_script=opts.keep_script)
        console.print(reportview.changed(report.source_text, repaired.text))


def readable(report: Report) -> bool:
    """True when there was something to read: text, a table or at least a linked file; not when most of it was lost."""
    if any(finding.id in ("not_html", "empty_body", "unreadable", "blocked") for finding in report.findings):
        return False
    return report.text.count("\ufffd") * _READABLE <= len(report.text)


def nature(body: bytes) -> str:
    """What bytes are that were not decoded: how many, and whether there is anything among them."""
    if not body:
        return "nothing to decode: 0 bytes"
    if not body.strip(b"\0"):
        return f"nothing to decode: {len(body)} bytes, all of them NUL"
    if not body.strip(b"\0 \t\r\n\f\v"):
        return f"nothing to decode: {len(body)} bytes, all of them blank"
    return f"not decoded: {len(body)} bytes that are no text"


def read_file(name: str, content_type: str | None = None) -> Source:
    """The bytes of a file (`-` is standard input), or the reason why they cannot be had."""
    if name == "-":
        body = sys.stdin.buffer.read(MOST_BYTES + 1)
        return _sized("standard input", len(body)) or Source(body, content_type)
    if not name.strip():
        return Source(error="the name of the file is empty; name one file or address, or - for standard input")
    path = Path(name)
    try:
        mode = path.stat()
        if stat.S_ISDIR(mode.st_mode):
            return Source(error=f"{name} is a folder; name one file in it")
        if not stat.S_ISREG(mode.st_mode):
            # A pipe that nobody writes to would be waited for, and a device may never end.
            return Source(error=f"{name} is a pipe or a device, no file; standard input is read with the name -")
        return _sized(name, mode.st_size) or Source(path.read_bytes(), content_type)
    except FileNotFoundError:
        return Source(error=f"there is no file {name} (an address starts with http:// or https://)")
    except (OSError, ValueError) as error:
        return Source(error=f"{name} cannot be read: {error}")


def _sized(name: str, size: int) -> Source | None:
    """The refusal of what is too large, None for the rest."""
    if size <= MOST_BYTES:
        return None
    return Source(error=f"{name} has {size} bytes or more; a page has at most {MOST_BYTES}")


def project_settings(given: Settings) -> Settings:
    """The crawler's settings for one fetch: its politeness and limits, but no pipelines and so no database."""
    settings = given.copy()
    if not inside_project():
        settings.setmodule("crawler.settings", priority="project")
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    # A look keeps nothing, also not a host's robots.txt: there may be no project to keep it in.
    settings.set("ROBOTS_KEPT_HOURS", 0, priority="cmdline")
    # What went wrong is said in one sentence; Scrapy's tracebacks only come when somebody asks for a log (-L).
    if (settings.getpriority("LOG_LEVEL") or 0) < SETTINGS_PRIORITIES["cmdline"]:
        settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")
    return settings


def fetch(url: str, settings: Settings) -> Source:
    """Fetch one page through Scrapy's downloader, with all middlewares of the settings."""
    from scrapy.crawler import AsyncCrawlerProcess

    source = Source(url=url, error="the fetch ended without an answer")
    process = AsyncCrawlerProcess(settings)
    process.crawl(_OnePage, address=url, source=source)
    process.start()
    return source


class _OnePage(scrapy.Spider):
    """Asks for one address and puts the answer into `source`."""

    name = "inspect"

    def __init__(self, address: str, source: Source, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.address = address
        self.source = source

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(self.address, callback=self._page, errback=self._failed, dont_filter=True)

    def _page(self, response: Response) -> None:
        declared = response.headers.get("Content-Type")
        self.source.body = response.body
        self.source.content_type = declared.decode("latin-1") if declared else None
        self.source.url = response.url
        self.source.cut = "dataloss" in response.flags
        self.source.error = None

    def _failed(self, failure: Failure) -> None:
        from crawler.net.failures import classify

        note = classify(failure)
        self.source.error = f"{self.address} was not fetched ({note.reason}): {note.detail}"
