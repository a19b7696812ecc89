"""The country behind Scrapy's downloader: no socket, real host names, http and https, every middleware running.

Settings:
    DOWNLOAD_HANDLERS: `{"http": "crawler.demo.handler.CountryDownloadHandler", "https": …same…}`.
    DEMO_COUNTRY: dotted path of a function that returns a `Country`, or a `Country` itself (tests, to read its log).
        Default `crawler.demo.country.country`.
    DEMO_LATENCY: seconds that every answer takes; default 0.

Troubles of the country become the exceptions that Scrapy's HTTP handler raises for the same trouble on a real wire.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urldefrag
from weakref import WeakKeyDictionary

from scrapy import exceptions as sx
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy.utils.misc import load_object

from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_COUNTRIES: WeakKeyDictionary[Crawler, Country] = WeakKeyDictionary()


def country_of(crawler: Crawler) -> Country:
    """The country that a crawler's handlers serve; one for http and https, so that its log is whole.

    Raises TypeError when DEMO_COUNTRY is neither a `Country` nor names a function that returns one.
    """
    if crawler not in _COUNTRIES:
        wanted = crawler.settings.get("DEMO_COUNTRY", country)
        found = load_object(wanted) if isinstance(wanted, str) else wanted
        made = found() if callable(found) else found
        if not isinstance(made, Country):
            raise TypeError(f"DEMO_COUNTRY={wanted!r} is no Country and returns none")
        _COUNTRIES[crawler] = made
    return _COUNTRIES[crawler]


class CountryDownloadHandler(BaseDownloadHandler):
    """Answers every request from the fake country."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.country = country_of(crawler)
        self.latency = crawler.settings.getfloat("DEMO_LATENCY", 0.0)
        self.maxsize = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.fail_on_dataloss = crawler.settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")

    async def download_request(self, request: Request) -> Response:
        """The country's answer as a Scrapy response.

        Raises the exceptions of `scrapy.exceptions` that the HTTP handler raises: host unknown, connection refused, too
        large, time-out, connection lost, data loss.
        """
        started = time.monotonic()
        await asyncio.sleep(self.latency)
        asked = to_fake(request)
        self._reach(asked)
        answer = self.country.respond(asked)
        flags: list[str] = []
        if trouble := self.country.trouble(asked):
            answer, flags = self._suffer(trouble.kind, trouble.refusal or answer, request)
        self._check_size(answer, request)
        request.meta["download_latency"] = time.monotonic() - started
        return to_scrapy(answer, request, flags)

    def _reach(self, asked: FakeRequest) -> None:
        if asked.host not in self.country.hosts:
            raise sx.CannotResolveHostError(f"the fake country knows no host {asked.host}")
        if not self.country.speaks(asked.url):
            raise sx.DownloadConnectionRefusedError(f"{asked.host} does not listen for {asked.scheme}")

    def _suffer(self, kind: str, answer: FakeResponse, request: Request) -> tuple[FakeResponse, list[str]]:
        if kind == "timeout":
            seconds = request.meta.get("download_timeout", "?")
            raise sx.DownloadTimeoutError(f"Getting {request.url} took longer than {seconds} seconds.")
        if kind == "reset":
            raise sx.DownloadFailedError("[Connection to the other side was lost in a non-clean fashion.]")
        if kind == "refused":
            raise sx.DownloadConnectionRefusedError("Connection was refused by other side: 111: Connection refused.")
        if kind == "dns":
            raise sx.CannotResolveHostError(f"DNS lookup failed: no results for hostname lookup: {request.url}")
        if kind == "cut":
            return self._cut(answer, request), ["dataloss"]
        return answer, []

    def _cut(self, answer: FakeResponse, request: Request) -> FakeResponse:
        if request.meta.get("download_fail_on_dataloss", self.fail_on_dataloss):
            raise sx.ResponseDataLossError("the connection was closed before the whole body had come")
        return FakeResponse(answer.status, answer.headers, answer.body[: len(answer.body) // 2])

    def _check_size(self, answer: FakeResponse, request: Request) -> None:
        limit = request.meta.get("download_maxsize", self.maxsize)
        if limit and len(answer.body) > limit:
            _too_large(len(answer.body), limit, request.url)


def _too_large(size: int, limit: int, url: str) -> NoReturn:
    message = f"Cancelling download of {url}: response size ({size}) larger than download max size ({limit})."
    raise sx.DownloadCancelledError(message)


def to_fake(request: Request) -> FakeRequest:
    """A Scrapy request as the country sees it."""
    lines = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in request.headers.items()
        if values
    }
    return FakeRequest(request.method, urldefrag(request.url)[0], lines, request.body)


def to_scrapy(answer: FakeResponse, request: Request, flags: list[str]) -> Response:
    """A country's answer as the response class that its headers and body ask for."""
    headers = Headers()
    for name, value in answer.headers:
        headers.appendlist(name, value)
    body = b"" if request.method == "HEAD" else answer.body
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    return kind(url=request.url, status=answer.status, headers=headers, body=body, request=request, flags=flags)
