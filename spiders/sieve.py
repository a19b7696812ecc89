"""Spider middleware: between a page and what its spider makes of it, leaves out what need not be asked for again."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.items import PageItem
from spiders.incremental import Lists
from spiders.reading import not_modified


class Sieve:
    """Hands what a callback yields to `Lists.sift`; a 304 never reaches a callback, which would read an empty page.

    Stats: `incremental/rows`, `incremental/lists`, `incremental/lists_stopped`: rows, lists and further pages that were
    left out.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Sieve:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterable[Any]) -> AsyncIterator[Any]:
        """What a page gave, without what is left out."""
        lists: Lists | None = getattr(self._crawler.spider, "lists", None)
        request = response.request
        visit = request.cb_kwargs.get("visit") if request is not None else None
        if lists is None or request is None or visit is None or "item" in request.cb_kwargs:
            async for one in result:
                yield one
            return
        row = request.cb_kwargs.get("row")
        if response.status == 304:
            if row is None:
                lists.not_modified(visit)
            elif (page := lists.unmodified(request)) is not None:
                yield not_modified(response, visit, row, page, lists.now)
            return
        if row is None:
            lists.note_answer(response, visit)
        try:
            async for one in result:
                if row is not None and isinstance(one, PageItem) and one.role == "list":
                    lists.settle(row.url)  # no report stands here: the page is a list, or shows no report
                kept = lists.sift(one, visit)
                if kept is not None:
                    yield kept
        finally:
            self._count(lists)

    def _count(self, lists: Lists) -> None:
        if self._crawler.stats is not None:
            for what, number in lists.skipped.items():
                self._crawler.stats.set_value(f"incremental/{what}", number)
