"""robots.txt obeyed by every request, and its Crawl-delay too."""

from __future__ import annotations

import asyncio
import logging

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.net.pace import pace_of


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


class Forbidden(IgnoreRequest):
    """robots.txt forbids this address to us."""


class WaitingRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots middleware with one lock a host.

    In Scrapy 2.14-2.19 requests that wait for the same robots.txt download share one Deferred whose result is consumed
    by the first waiter: every later one is let through as if there were no rules (7 of 8 forbidden pages were fetched).
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Scrapy logs a whole traceback for each host that does not answer; one line says as much.
        logging.getLogger(RobotsTxtMiddleware.__module__).addFilter(_without_traceback)
        self._locks: dict[str, asyncio.Lock] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host; waits for a download of them that is under way."""
        async with self._locks.setdefault(urlparse_cached(request).netloc, asyncio.Lock()):
            return await super().robot_parser(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """As Scrapy's, with an exception of its own type, so that an attempt can name robots.txt as the reason."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Forbidden(f"robots.txt of {urlparse_cached(request).netloc} forbids {request.url}") from error


class CrawlDelay:
    """Extension: honour Crawl-delay, which Scrapy parses and ignores, up to `CRAWL_DELAY_CAP` seconds."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.cap = crawler.settings.getfloat("CRAWL_DELAY_CAP", 30.0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlDelay:
        """Scrapy's constructor; listens for parsed robots.txt files."""
        extension = cls(crawler)
        crawler.signals.connect(extension.robots_parsed, signal=signals.robots_parsed)
        return extension

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Slow the host down to what its robots.txt asks for (`crawler.net.pace`); never speed it up."""
        delay = robotparser.crawl_delay(self.crawler.settings["USER_AGENT"])
        pace = pace_of(self.crawler)
        if delay and pace is not None:
            pace.raise_floor(urlparse_cached(request).hostname or "", min(float(delay), self.cap))
