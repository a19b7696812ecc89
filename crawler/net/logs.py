"""One log line an item, not the whole page."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter

from crawler.items import AttemptItem, ColumnItem, PageItem


def describe(item: Any) -> str:
    """An item in a few words, without bytes or text of the page."""
    if isinstance(item, PageItem):
        return f"{item.role} page {item.url} ({len(item.body)} bytes)"
    if isinstance(item, AttemptItem):
        return f"attempt {item.portal_id}: {item.outcome} ({item.reason}) {item.url or ''}"
    if isinstance(item, ColumnItem):
        return f"column {item.title!r} of {item.portal_id}: {item.url}"
    return repr(item)[:200]


class ShortItems(LogFormatter):
    """Scrapy's log lines with `describe(item)` in place of the item."""

    def scraped(self, item: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Line for an item that passed all pipelines."""
        line = super().scraped(item, response, *args, **kwargs)
        return {**line, "args": {**dict(line["args"]), "item": describe(item)}} if line else line

    def item_error(self, item: Any, exception: BaseException, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Line for an item at which a pipeline failed."""
        line = super().item_error(item, exception, response, *args, **kwargs)
        return {**line, "args": {**dict(line["args"]), "item": describe(item)}} if line else line
