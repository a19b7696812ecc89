"""Commands that are imported when something is asked of them; `crawler.cli` has a name for each."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import Any

from scrapy.commands import ScrapyCommand


class Late:
    """Stands for a command until something is asked of it, and passes everything on to it."""

    def __init__(self, module: str) -> None:
        self.__dict__["_module"] = module

    def _command(self) -> ScrapyCommand:
        known = self.__dict__
        if "_made" not in known:
            known["_made"] = import_module(known["_module"]).Command()
        made: ScrapyCommand = known["_made"]
        return made

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the command; that nobody reads its output to the end (`… | head`) is no failure of it."""
        try:
            self._command().run(args, opts)
            sys.stdout.flush()
        except BrokenPipeError:
            _close_output()
        except SystemExit as error:
            # rich ends the process with 1 where a pipe breaks.
            if not isinstance(error.__context__, BrokenPipeError):
                raise
            _close_output()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._command(), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._command(), name, value)


def _close_output() -> None:
    """Send what is still to be printed nowhere: Python would complain of the broken pipe once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class Named(ScrapyCommand):
    """A class that Scrapy takes for a command; what it makes is the `Late` one of its module's name."""

    module = ""

    def __new__(cls) -> Any:
        """Not an object of this class: it is never run."""
        return Late(f"crawler.commands.{cls.module or cls.__module__.rpartition('.')[2]}")


class CrawlDue(Named):
    """`scrapy crawl-due`, by an entry point: no module of `crawler.cli` can have a hyphen in its name."""

    module = "crawl_due"
