"""Only hosts that the registry names are ever requested (DESIGN, law 7).

Mirrors that clone government pages under the same path are common (portal-families §0.7): a redirect or a link to
another host must never be followed, not even to a sub-domain that nobody entered in the registry.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached


class OffHost(IgnoreRequest):
    """A request for a host outside the registry was refused; `url` is the address that was not asked."""

    def __init__(self, message: str, url: str = "") -> None:
        super().__init__(message)
        self.url = url


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
        told = f"{host} is not a host of the registry (reached from {came_from or 'the start'})"
        raise OffHost(told, request.url)
