"""Recognise a gate: a page that a portal's defence puts in place of the one that was asked for.

A gate is never solved or worked around (DESIGN, law 7): it is recorded as `blocked`, and the host is left alone for the
rest of the run. Kinds and marks as seen on real portals (portal-families §0.8).
"""

from __future__ import annotations

import re

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

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
    """The portal answered with a gate. `reason` is the stable word, `response` the evidence."""

    def __init__(self, reason: str, response: Response | None, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.response = response


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

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse requests to a host whose gate was met earlier in this run."""
        host = urlparse_cached(request).hostname or ""
        if host in self.closed:
            raise Gated(self.closed[host], None, f"{host} answered with a gate earlier in this run")

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass a page on; raise `Gated` for a gate. robots.txt is never judged."""
        url = urlparse_cached(request)
        if url.path == "/robots.txt":
            return response
        reason = gate(response.status, plain_headers(response), response.body)
        if reason is None:
            return response
        host = url.hostname or ""
        if not reason.startswith("refused_"):
            self.closed[host] = reason
        if self.crawler.stats:
            self.crawler.stats.inc_value(f"gates/{reason}")
        raise Gated(reason, response, f"{host} answered {response.status} with a gate ({reason})")
