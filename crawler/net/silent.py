"""A host that never answers is left: whoever waits a minute for each of its addresses waits a quarter of an hour.

Links die, and portals with them. Only what says that nobody is there counts: no such name, a connection refused,
no answer in time. A host that answered once in this run may be down for a moment, and is asked on.
"""

from __future__ import annotations

import logging
from collections import Counter

from scrapy import Request
from scrapy import exceptions as sx
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.net.pace import pace_of

logger = logging.getLogger(__name__)

NOBODY = (sx.CannotResolveHostError, sx.DownloadConnectionRefusedError, sx.DownloadTimeoutError)

REQUESTS = 2
"""Requests in vain, each asked again `RETRY_TIMES` times, after which a host is left; of a name that does not resolve
one is enough. The first of them is for robots.txt."""


class Silent(sx.IgnoreRequest):
    """Not asked any more: nobody answers there.

    Attributes:
        earlier: what the last attempt came to.
    """

    def __init__(self, host: str, earlier: Exception) -> None:
        super().__init__(f"{host} does not answer: {earlier}")
        self.host = host
        self.earlier = earlier


class LeaveSilent:
    """Downloader middleware, nearer to the wire than retry: it sees every attempt.

    Ports are told apart by the scheme: many a portal is silent on one and answers on the other.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._tries = 1 + crawler.settings.getint("RETRY_TIMES")
        self._answered: set[tuple[str, str]] = set()
        self._failed: Counter[tuple[str, str]] = Counter()
        self._left: dict[tuple[str, str], Exception] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LeaveSilent:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise `Silent` for a host that was left."""
        earlier = self._left.get(_place(request))
        if earlier is not None:
            raise Silent(_place(request)[1], earlier)

    def process_response(self, request: Request, response: Response) -> Response:
        """Somebody is there."""
        self._answered.add(_place(request))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count the attempts in vain."""
        place = _place(request)
        if not isinstance(exception, NOBODY) or place in self._answered or place in self._left:
            return
        self._failed[place] += 1
        nameless = isinstance(exception, sx.CannotResolveHostError)
        if self._failed[place] < self._tries * (1 if nameless else REQUESTS):
            return
        for scheme in ("http", "https") if nameless else place[:1]:
            self._leave((scheme, place[1]), exception)

    def _leave(self, place: tuple[str, str], earlier: Exception) -> None:
        self._left[place] = earlier
        scheme, host = place
        logger.info("%s does not answer over %s (%s): it is not asked any more in this run", host, scheme, earlier)
        if self.crawler.stats:
            self.crawler.stats.inc_value("silent/hosts")
        if (pace := pace_of(self.crawler)) is not None:
            pace.drop(host, lambda: Silent(host, earlier), scheme)


def _place(request: Request) -> tuple[str, str]:
    url = urlparse_cached(request)
    return url.scheme, url.hostname or ""
