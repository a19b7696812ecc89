"""Only hosts that the registry names are ever requested (DESIGN, law 7).

Mirrors that clone government pages under the same path are common (portal-families §0.7): a redirect or a link to
another host must never be followed, not even to a sub-domain that nobody entered in the registry.
"""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

_MAX_SELF_REDIRECTS = 3


class OffHost(IgnoreRequest):
    """A request for a host outside the registry was refused."""


class RedirectLoop(IgnoreRequest):
    """A page redirects to itself and sets no cookie that would change its answer."""


class AllowedHostsMiddleware:
    """Downloader middleware: refuse every request for a host that is not in `spider.allowed_hosts` (exact names).

    It stands below the redirect middleware, so that redirects are judged too. A spider without the attribute (such as
    `scrapy shell` or `scrapy inspect URL`, where a person names the address) may ask any host.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AllowedHostsMiddleware:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise `OffHost` for a foreign host."""
        allowed: frozenset[str] | None = getattr(self.crawler.spider, "allowed_hosts", None)
        host = urlparse_cached(request).hostname or ""
        if allowed is None or host in allowed:
            return
        if self.crawler.stats:
            self.crawler.stats.inc_value("hosts/refused")
        referer = (request.headers.get("Referer") or b"").decode("latin-1")
        came_from = request.meta.get("redirect_urls", [referer])[-1]
        raise OffHost(f"{host} is not a host of the registry (reached from {came_from or 'the start'})")


class CookieRedirectMiddleware(RedirectMiddleware):
    """Scrapy's redirects, plus the one it loses: a page that redirects to itself to set a cookie.

    The second request has the same URL, so the duplicate filter would drop it without a word (portal-families §0.8,
    CT6T/CT6TS). It is let through at most three times, and only where a cookie was set; otherwise it is a failure.
    """

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        """As Scrapy's. Raises `RedirectLoop` where a page redirects to itself for nothing."""
        result = super()._redirect(redirected, request, reason)
        if result.url != request.url:
            return result
        times = request.meta.get("self_redirects", 0)
        if not request.meta.get("cookie_was_set") or times >= _MAX_SELF_REDIRECTS:
            raise RedirectLoop(f"{request.url} redirects to itself")
        result.dont_filter = True
        result.meta["self_redirects"] = times + 1
        return result

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """As Scrapy's; notes whether this answer set a cookie."""
        request.meta["cookie_was_set"] = "Set-Cookie" in response.headers
        return super().process_response(request, response)
