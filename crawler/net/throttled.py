"""429 and 503: a host that asks for less is asked for less, and is left when it goes on asking.

RFC 9110 (10.2.3, 15.6.4) and RFC 6585 (4): `Retry-After` says when to come back, in seconds or as a date. A short
time is waited for: the host's own queue stands still, all others go on. A long one is written into the attempt as
the moment after which to come back, and the host is asked nothing more in this run.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.clock import now
from crawler.net.gates import plain_headers
from crawler.net.pace import pace_of

logger = logging.getLogger(__name__)

REFUSALS = frozenset({429, 503})

IN_A_ROW = 6
"""Refusals of a host without a page in between, after which it is left alone for the rest of the run."""

LONGEST = timedelta(days=365)
"""A later moment than this is nonsense, and is taken for this."""


class Throttled(IgnoreRequest):
    """A host asks to be left alone.

    Attributes:
        status: 429 or 503.
        until: UTC moment after which it may be asked again, as it said itself; None where it said nothing.
        response: the refusal, None for a request that was not sent because of an earlier one.
    """

    def __init__(self, message: str, status: int, until: datetime | None, response: Response | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.until = until
        self.response = response

    def again(self) -> Throttled:
        """For a request that was not sent because of this refusal."""
        return Throttled(f"{self}; this was not asked any more", self.status, self.until)


def retry_after(value: str | None, moment: datetime, sent: str | None = None) -> timedelta | None:
    """How long a `Retry-After` asks to wait; None for one that says nothing that can be understood.

    Args:
        value: the header: seconds, or an HTTP date.
        moment: now (UTC), for a date.
        sent: the answer's own `Date`: a server's clock is held against itself where it tells the time.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # Numbers with thousands of digits exist, and Python refuses to read them.
        return timedelta(seconds=min(int(text[:12]), LONGEST.total_seconds()))
    at = _date(text)
    if at is None:
        return None
    return min(max(at - (_date(sent or "") or moment), timedelta(0)), LONGEST)


def _date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


class SlowDown:
    """Downloader middleware, nearer to the wire than retry, which asks again for what it lets through.

    Settings:
        RETRY_AFTER_CAP: seconds that are waited for; a longer `Retry-After` ends the host's run.

    Each refusal doubles the host's delay for the rest of the run. A request is asked again `RETRY_TIMES` times.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.cap = crawler.settings.getfloat("RETRY_AFTER_CAP", 120.0)
        self._in_a_row: dict[str, int] = defaultdict(int)
        self._left: dict[str, Throttled] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SlowDown:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse requests to a host that asked to be left alone."""
        host = urlparse_cached(request).hostname or ""
        if (left := self._left.get(host)) is not None:
            raise left.again()

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass a page on; slow down for a refusal. Raises `Throttled` where the host is to be left."""
        host = urlparse_cached(request).hostname or ""
        if response.status not in REFUSALS:
            if response.status < 500:
                self._in_a_row[host] = 0
            return response
        self._in_a_row[host] += 1
        moment = now(self.crawler.settings)
        headers = plain_headers(response)
        wait = retry_after(headers.get("retry-after"), moment, headers.get("date"))
        if self.crawler.stats:
            self.crawler.stats.inc_value(f"throttled/{response.status}")
        if wait is not None and wait.total_seconds() > self.cap:
            # Up to the next second: who comes back at the written moment must not come too early.
            until = (moment + wait + timedelta(microseconds=999_999)).replace(microsecond=0)
            said = f"it wants to be asked again after {until.isoformat()}"
            self._leave(host, response, until, said)
        if self._in_a_row[host] >= IN_A_ROW:
            self._leave(host, response, None, f"{IN_A_ROW} times in a row")
        self._slow(host, response.status, wait)
        return response

    def _slow(self, host: str, status: int, wait: timedelta | None) -> None:
        pace = pace_of(self.crawler)
        if pace is None:
            return
        floor = pace.slow_down(host)
        seconds = wait.total_seconds() if wait is not None else 0.0
        pace.hold(host, seconds)
        logger.info("%s answered %d: from now on %.0f s between requests, the next in %.0f s", host, status, floor,
                    max(seconds, floor))  # fmt: skip

    def _leave(self, host: str, response: Response, until: datetime | None, said: str) -> None:
        message = f"{host} answered {response.status} ({said})"
        left = self._left[host] = Throttled(message, response.status, until)
        if (pace := pace_of(self.crawler)) is not None:
            pace.drop(host, left.again)
        raise Throttled(message, response.status, until, response)
