"""`scrapy cluster`: see `crawler.commands.cluster`."""

from __future__ import annotations

from crawler.commands.late import Named


class Command(Named):
    """The name under which Scrapy finds it."""
