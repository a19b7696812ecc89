"""Commands that are imported when something is asked of them; `crawler.cli` has a name for each."""

from __future__ import annotations

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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._command(), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._command(), name, value)


class Named(ScrapyCommand):
    """A class that Scrapy takes for a command; what it makes is the `Late` one of its module's name."""

    module = ""

    def __new__(cls) -> Any:
        """Not an object of this class: it is never run."""
        return Late(f"crawler.commands.{cls.module or cls.__module__.rpartition('.')[2]}")


class CrawlDue(Named):
    """`scrapy crawl-due`, by an entry point: no module of `crawler.cli` can have a hyphen in its name."""

    module = "crawl_due"
