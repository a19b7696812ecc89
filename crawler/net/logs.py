"""One log line an item, not the whole page; what went wrong with a page names the command that shows it again."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.logformatter import LogFormatter

from crawler.agenda import FAILED
from crawler.items import AttemptItem, ColumnItem, PageItem
from crawler.reproduce import reproduce


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
    """Scrapy's log lines with `describe(item)` in place of the item.

    A failed request of ours is an attempt, not an exception: its line is at INFO, where a person sees it; other items
    stay at DEBUG.
    """

    def scraped(self, item: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Line for an item that passed all pipelines."""
        line = super().scraped(item, response, *args, **kwargs)
        if not line:
            return line
        line = {**line, "args": {**dict(line["args"]), "item": describe(item)}}
        if isinstance(item, AttemptItem) and item.outcome in FAILED:
            return _again({**line, "level": logging.INFO}, item.url)
        return line

    def item_error(self, item: Any, exception: BaseException, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Line for an item at which a pipeline failed."""
        line = super().item_error(item, exception, response, *args, **kwargs)
        line = {**line, "args": {**dict(line["args"]), "item": describe(item)}} if line else line
        return _again(line, getattr(item, "url", None))

    def spider_error(self, failure: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Line for a page at which the spider raised."""
        return _again(super().spider_error(failure, request, *args, **kwargs), request.url)

    def download_error(self, failure: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Line for a request that failed and that nothing took care of."""
        return _again(super().download_error(failure, request, *args, **kwargs), request.url)


def _again(line: Any, url: str | None) -> Any:
    """A line that ends with the command which shows the page again; as it was where there is no address."""
    command = reproduce(url)
    if not line or not command:
        return line
    return {**line, "msg": f"{line['msg']}\nAgain: %(again)s", "args": {**dict(line["args"]), "again": command}}
