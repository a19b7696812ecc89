"""Answers whose transfer ended before the whole body had come: asked for again, and handed on as they are in the end.

Scrapy fails such an answer or takes it silently (`DOWNLOAD_FAIL_ON_DATALOSS`). Half a report is worth more than none,
but only if it is known for half a report, so the flag `dataloss` is kept, travels with the page, and is a finding.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

FLAG = "dataloss"
"""Scrapy's flag of a response with fewer bytes than its Content-Length, or without its last chunk."""


def is_cut(response: Response) -> bool:
    """True when the transfer of a response ended early."""
    return FLAG in response.flags


class AskAgainWhenCut:
    """Downloader middleware: asks for a cut answer again, as often as for a failed one (`RETRY_TIMES`)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AskAgainWhenCut:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """The response; for a cut one, a new request while there are tries left."""
        spider = self._crawler.spider
        if not is_cut(response) or spider is None or request.meta.get("dont_retry"):
            return response
        again = get_retry_request(
            request, spider=spider, reason="the transfer was cut", give_up_log_level="WARNING", stats_base_key="cut"
        )
        return response if again is None else again
