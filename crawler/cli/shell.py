"""`scrapy shell`: see `crawler.commands.shell`."""

from __future__ import annotations

from crawler.commands.late import Named


class Command(Named):
    """The name under which Scrapy finds it."""
