"""A fault of our own in reading one page costs that page, and is written down; never the rest of the list."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.items import AttemptItem

logger = logging.getLogger(__name__)


class SpiderFaults:
    """Spider middleware: an exception in a callback becomes an attempt `unreadable`, reason `spider_fault`.

    Scrapy only logs it, so the page would be gone without a trace in the database. The log keeps the traceback.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SpiderFaults:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[AttemptItem] | None:
        """Name the page, the error and whose fault it is; other spiders' errors are left to Scrapy."""
        visit = (response.request.cb_kwargs if response.request else {}).get("visit")
        if visit is None:
            return None
        logger.error("our own fault while reading %s", response.url, exc_info=exception)
        if self.crawler.stats:
            self.crawler.stats.inc_value("spider_faults")
        fault = f"{type(exception).__name__}: {exception}"[:300]
        attempt = AttemptItem(
            visit.portal.id,
            "unreadable",
            "spider_fault",
            f"our own code failed on {response.url} ({fault}). Please report it; scrapy inspect shows the page.",
            response.url,
        )
        lists = getattr(self.crawler.spider, "lists", None)
        if lists is not None:
            lists.fail(visit)  # what was not read of this page nobody has seen
        ledger = getattr(self.crawler.spider, "ledger", None)
        return [ledger.failed(attempt) if ledger is not None else attempt]
