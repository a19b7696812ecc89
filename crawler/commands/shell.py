"""`scrapy shell [URL|FILE]`: Scrapy's own shell, opened with what this project knows of a page.

A page is fetched as a crawl fetches it (user agent, robots.txt, pace, redirects), with three differences: nothing is
stored or archived, a gate is shown instead of refused, and nothing is given up in a shell that somebody thinks in: no
guard closes it, and a host that was silent may be asked again.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from scrapy.commands import shell
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.commands.shelltools import BANNER, Tools
from crawler.commands.terminal import positional, safe


class Command(shell.Command):
    """Exit codes are Scrapy's: 0, and 1 where the code given with -c raised."""

    requires_project = True

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Interactive console on a page: as fetched, from the archive or from a fake portal; report, inspect() …"

    def long_desc(self) -> str:
        """Scrapy's help, and what is bound beside its own."""
        return f"{super().long_desc()} {BANNER}"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's own, then the settings of a shell: what was given with -s stays."""
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101  set by Scrapy before
        looking_only(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open the shell, or run the code of -c."""
        words = positional(args)
        if len(words) > 1:
            raise UsageError("name one address or file: scrapy shell 'https://…'")
        assert self.crawler_process is not None  # noqa: S101  set by Scrapy before run() is called
        self._tools = Tools(self.crawler_process.settings)
        if not opts.code:
            sys.stdout.write(f"{BANNER}\n")
        super().run(words, opts)

    def update_vars(self, vars: dict[str, Any]) -> None:
        """Bind the tools anew: called at the start and after each fetch."""
        self._tools.bind(vars)
        request, response = vars.get("request"), vars.get("response")
        if request is not None and not isinstance(response, Response):
            told = f"scrapy shell: {request.url} gave no answer (robots.txt, or a refused host: the log says which)"
            sys.stderr.write(safe(told) + "\n")


def looking_only(settings: BaseSettings) -> None:
    """Switch off what belongs to a crawl and not to a look: storing, archiving, memory, guards, gates as refusals."""
    changes: dict[str, Any] = {
        "ITEM_PIPELINES": {},
        "ARCHIVE_ENABLED": False,
        "INCREMENTAL": False,
        "EXTENSIONS": settings.getdict("EXTENSIONS") | {"crawler.guards.watch.Guards": None},
        "DOWNLOADER_MIDDLEWARES": settings.getdict("DOWNLOADER_MIDDLEWARES")
        | {"crawler.net.gates.GateMiddleware": None, "crawler.net.silent.LeaveSilent": None},
    }
    settings.setdict(changes, priority="cmdline")
