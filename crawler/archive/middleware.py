"""Downloader middleware nearest to the wire: what came is archived before anything looks at it."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.archive import recorder
from crawler.archive.model import Unwritable
from crawler.clock import now


class NotRecorded(IgnoreRequest):
    """An answer that could not be archived; nothing may rest on it."""


class Record:
    """Puts every answer on the shelf, robots.txt, redirects, refusals and 304s included, and `capture` into its meta.

    A shelf that takes no more closes the spider (`no_archive`).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Record:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Forget the capture of the answer that a redirect or a retry came from."""
        request.meta.pop("capture", None)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response, archived.

        Raises:
            NotRecorded: it could not be.
        """
        book = recorder.of(self._crawler)
        if book is None:
            return response
        try:
            request.meta["capture"] = await book.record(request, response, now(self._crawler.settings))
        except Unwritable as error:
            recorder.stop(self._crawler)
            raise NotRecorded(str(error)) from error
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"archive/{request.meta['capture'].kind}s")
        return response
