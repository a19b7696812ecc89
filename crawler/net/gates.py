"""Recognise a gate: a page that a portal's defence puts in place of the one that was asked for.

A gate is never solved or worked around (DESIGN, law 7): it is recorded as `blocked`, and the host is left alone for the
rest of the run. Kinds and marks as seen on real portals (portal-families §0.8).
"""

from __future__ import annotations

import hashlib
import re

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.items import Outcome
from crawler.net import standins
from crawler.net.pace import pace_of

_HEAD = 60_000
"""Marks stand near the top; a report that *quotes* one further down must not look like a gate."""

_LARGEST_GATE = 60_000
"""Every gate page seen is small (the largest: 22,857 bytes); a long page is content."""

_MARKS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("riversecurity", re.compile(rb"\$_ts\.(?:nsd|cd)|\$_ts\s*=|r=['\"]m['\"]>\s*\$_ts")),
    ("jsl", re.compile(rb"__jsl_clearance(?:_s)?|go\(\{\s*\"bts\"")),
    ("slider", re.compile(rb"puzzle-vcode|window\._\$ts|slideVerify|nc_wrapper")),
    ("waf", re.compile(rb"online-desc-con|waf_block|WAF_BLOCK|yundun|safedog", re.IGNORECASE)),
)

_STATUS = {
    412: "gate_412",
    521: "gate_521",
    493: "gate_493",
    405: "gate_405",
    429: "gate_429",
}
_STATUS_OF_PLAIN_REFUSAL = {401, 403, 418, 422, 451}


class Gated(IgnoreRequest):
    """The portal answered with a gate, or with something else that is not the page.

    Attributes:
        reason: the stable word.
        response: the evidence.
        outcome: `blocked`, but for what only stands in place of a page (`crawler.net.standins`).
    """

    def __init__(self, reason: str, response: Response | None, message: str, outcome: Outcome = "blocked") -> None:
        super().__init__(message)
        self.reason = reason
        self.response = response
        self.outcome = outcome


def gate(status: int, headers: dict[str, str], body: bytes) -> str | None:
    """Name the gate that stands in place of a page, or None for a page.

    `headers` has lower-case names. Statuses which only a defence sends decide alone; with status 200 (and 202, 403 …)
    the marks of the known products decide, and only on small HTML pages, so that a report is never taken for one.
    """
    if status in _STATUS:
        return _STATUS[status]
    mark = _mark(headers, body)
    if mark is not None:
        return f"challenge_{mark}"
    if status in _STATUS_OF_PLAIN_REFUSAL:
        return f"refused_{status}"
    return None


def _mark(headers: dict[str, str], body: bytes) -> str | None:
    kind = headers.get("content-type", "text/html")
    if len(body) > _LARGEST_GATE or not ("html" in kind or "text" in kind):
        return None
    head = body[:_HEAD]
    return next((name for name, pattern in _MARKS if pattern.search(head)), None)


def plain_headers(response: Response) -> dict[str, str]:
    """Header names in lower case, values as text, the last value of a repeated header."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


class GateMiddleware:
    """Downloader middleware: turn a gate into `Gated`, and ask its host nothing more in this run.

    Without the second half, a blocked crawl would knock on the closed door once per list row.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.closed: dict[str, str] = {}
        self._lists: dict[bytes, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse requests to a host whose gate was met earlier in this run."""
        host = urlparse_cached(request).hostname or ""
        if host in self.closed:
            raise self._earlier(host)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass a page on; raise `Gated` for a gate. robots.txt is never judged."""
        url = urlparse_cached(request)
        if url.path == "/robots.txt":
            return response
        reason = gate(response.status, plain_headers(response), response.body)
        if reason is None:
            return self._stands_in(request, response)
        host = url.hostname or ""
        if not reason.startswith("refused_"):
            self.closed[host] = reason
            if (pace := pace_of(self.crawler)) is not None:
                pace.drop(host, lambda: self._earlier(host))
        if self.crawler.stats:
            self.crawler.stats.inc_value(f"gates/{reason}")
        raise Gated(reason, response, f"{host} answered {response.status} with a gate ({reason})")

    def _earlier(self, host: str) -> Gated:
        return Gated(self.closed[host], None, f"{host} answered with a gate earlier in this run")

    def _stands_in(self, request: Request, response: Response) -> Response:
        """A page with status 200; where it only says that there is none, the 404 that it should have been.

        Raises `Gated` for something else in its place. The host stays open.
        """
        if response.status != 200:
            return response
        row = request.cb_kwargs.get("row")
        found = self._in_place_of(request, response, str(row.title) if row is not None else "", article=row is not None)
        if found is None:
            return response
        if self.crawler.stats:
            self.crawler.stats.inc_value(f"gates/{found.reason}")
        if found.outcome == "missing":
            # Spiders know what to do about a 404; the flag gives the attempt its own reason.
            return response.replace(status=404, flags=[*response.flags, found.reason])
        asked = request.meta.get("redirect_urls", [request.url])[0]
        raise Gated(found.reason, response, f"{asked} shows something else ({found.reason})", found.outcome)

    def _in_place_of(
        self, request: Request, response: Response, title: str, *, article: bool
    ) -> standins.StandIn | None:
        asked = request.meta.get("redirect_urls", [request.url])[0]
        if article and asked != response.url and standins.leads_home(asked, response.url):
            return standins.HOME
        digest = hashlib.sha1(response.body, usedforsecurity=False).digest()
        if not article:
            self._lists.setdefault(digest, response.url)
        elif self._lists.get(digest, response.url) != response.url:
            return standins.INDEX
        kind = plain_headers(response).get("content-type")
        return standins.stand_in(response.body, kind, title=title)
