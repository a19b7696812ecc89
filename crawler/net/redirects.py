"""Redirects that Scrapy loses: to the same page, to be asked again with a cookie (portal-families §0.8, CT6T, C3VK).

The second request has the same address, so the duplicate filter would drop it without a word. It is let through where
the way back brought a cookie that was not there before: once for each new cookie, three times at most. A page that asks
for more is a gate with a name of its own, and is left alone.
"""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware, MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.net.gates import Gated

MAX_RETURNS = 3

_BROUGHT = "cookies_brought"
_KNOWN = "cookies_known"
_RETURNS = "returns"


class RedirectLoop(IgnoreRequest):
    """A page redirects to itself and sets no cookie that would change its answer."""


class _Returns(BaseRedirectMiddleware):
    """What both kinds of redirects share: a way that leads back to a page it came from."""

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        """As Scrapy's. Raises `RedirectLoop` or `Gated` where the way leads back for nothing."""
        result = super()._redirect(redirected, request, reason)
        if result.url not in {request.url, *request.meta.get("redirect_urls", ())}:
            return result
        brought = frozenset(request.meta.get(_BROUGHT, ()))
        returns = request.meta.get(_RETURNS, 0)
        if not brought:
            raise RedirectLoop(f"{request.url} redirects to itself")
        if returns >= MAX_RETURNS or brought <= request.meta.get(_KNOWN, frozenset()):
            names = ", ".join(sorted(brought))
            raise Gated("cookie_gate", None, f"{request.url} redirects to itself, cookies ({names}) or not")
        result.dont_filter = True
        result.meta.update({_RETURNS: returns + 1, _KNOWN: brought})
        return result


class CookieRedirectMiddleware(_Returns, RedirectMiddleware):
    """Scrapy's redirects by status, plus the way back to the same page."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """As Scrapy's; a `Gated` that is raised holds this answer as its evidence."""
        _note_cookies(request, response)
        try:
            return super().process_response(request, response)
        except Gated as gated:
            gated.response = response
            raise


class CookieRefreshMiddleware(_Returns, MetaRefreshMiddleware):
    """Scrapy's redirects by `<meta http-equiv="refresh">`, plus the way back to the same page."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """As Scrapy's, but a page that only reloads itself is a page: it is handed on."""
        _note_cookies(request, response)
        try:
            return super().process_response(request, response)
        except RedirectLoop:
            return response
        except Gated as gated:
            gated.response = response
            raise


def _note_cookies(request: Request, response: Response) -> None:
    """Add the names of the cookies that this answer sets to those that the way here has brought."""
    lines = response.headers.getlist("Set-Cookie")
    if lines:
        names = {line.split(b"=", 1)[0].strip().decode("latin-1") for line in lines}
        request.meta[_BROUGHT] = frozenset(request.meta.get(_BROUGHT, ())) | names
