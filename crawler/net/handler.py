"""The download handler for http and https: Scrapy's, with TLS as `crawler.net.tls` has it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import exceptions as sx
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.utils.httpobj import urlparse_cached

from crawler.net.tls import PortalPolicy, TlsFailed, TlsInterrupted, handshake_words

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

LEGACY_FLAG = "tls_legacy"
"""Flag of a response that came over a connection by old rules."""

_CLOSED = "the connection was closed in mid-handshake"


class PortalDownloadHandler(HTTP11DownloadHandler):
    """Asks by modern rules, and once more by old ones where that failed and the registry row of the host allows it.

    Settings:
        LEGACY_TLS_HOSTS: hosts whose rows say `tls = "legacy"`.

    A failed handshake is a `TlsFailed`. Responses carry the flags `tls_legacy` and `certificate: expired, wrong name`
    where they apply; the stats `tls/legacy/<host>` and `tls/certificate/<host>` say so once more for the run.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.policy, self._old_policy = PortalPolicy(), PortalPolicy(legacy=True)
        # A handler of its own: connections are pooled by host, and one by old rules must not serve as a modern one.
        self._old = HTTP11DownloadHandler(crawler)
        _give(self, self.policy)
        _give(self._old, self._old_policy)
        self._may_be_old = frozenset(crawler.settings.getlist("LEGACY_TLS_HOSTS"))
        self._are_old: set[str] = set()

    async def download_request(self, request: Request) -> Response:
        """The response; by https see the class. Raises `TlsFailed` and what Scrapy's handler raises."""
        url = urlparse_cached(request)
        if url.scheme != "https":
            return await super().download_request(request)
        host = url.hostname or ""
        if host in self._are_old:
            return await self._by_old_rules(request, host)
        self.policy.unfinished.discard(host)
        try:
            response = await super().download_request(request)
        except (sx.DownloadFailedError, sx.DownloadTimeoutError) as error:
            words = self._failed_handshake(error, host, self.policy)
            if words is None:
                raise
            if host not in self._may_be_old:
                raise _told(error, host, words) from error
            logger.info("%s: %s; trying old rules, as its registry row allows", host, words)
            return await self._by_old_rules(request, host)
        return self._noted(response, host, self.policy)

    async def close(self) -> None:
        """Close the connections of both kinds."""
        await super().close()
        await self._old.close()

    async def _by_old_rules(self, request: Request, host: str) -> Response:
        self._old_policy.unfinished.discard(host)
        try:
            response: Response = await self._old.download_request(request)
        except (sx.DownloadFailedError, sx.DownloadTimeoutError) as error:
            words = self._failed_handshake(error, host, self._old_policy)
            if words is None:
                raise
            raise _told(error, host, words, legacy=True) from error
        self._are_old.add(host)
        response.flags.append(LEGACY_FLAG)
        self._count(f"tls/legacy/{host}", value=True)
        return self._noted(response, host, self._old_policy)

    @staticmethod
    def _failed_handshake(error: Exception, host: str, policy: PortalPolicy) -> str | None:
        """What went wrong in the handshake; None for a trouble after it, or before there was a connection."""
        words = handshake_words(error)
        if words is None and host in policy.unfinished:
            words = "no answer in the handshake" if isinstance(error, sx.DownloadTimeoutError) else _CLOSED
        policy.unfinished.discard(host)
        return words

    def _noted(self, response: Response, host: str, policy: PortalPolicy) -> Response:
        wrong = policy.certificates.get(host)
        if wrong is None:
            return response
        response.flags.append(f"certificate: {wrong}")
        if self._count(f"tls/certificate/{host}", value=wrong):
            logger.warning("the certificate of %s is not in order (%s); its pages are read all the same", host, wrong)
        return response

    def _count(self, key: str, value: object) -> bool:
        """Set a stat; True the first time."""
        stats = self._crawler.stats
        if stats is None or stats.get_value(key) == value:
            return False
        stats.set_value(key, value)
        return True


def _give(handler: Any, policy: PortalPolicy) -> None:
    """Let a handler of Scrapy's connect by our policy; the setting for that is deprecated and has no successor."""
    handler._contextFactory = policy


def _told(error: Exception, host: str, words: str, *, legacy: bool = False) -> Exception:
    """The exception for a failed handshake: of a kind that is tried again only where chance may have had a hand."""
    if isinstance(error, sx.DownloadTimeoutError):
        return sx.DownloadTimeoutError(f"{error} ({words})")
    return (TlsInterrupted if words == _CLOSED else TlsFailed)(host, words, legacy=legacy)
