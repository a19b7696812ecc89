"""The browser behind rows that say `render`: scrapy-playwright, bounded in pages, in memory and in time.

* One browser a crawl, however many schemes; a few pages at once (`PLAYWRIGHT_MAX_PAGES_PER_CONTEXT`).
* A context (what a browser remembers: cookies, cache, workers) serves `RENDER_PAGES_PER_CONTEXT` pages and is then
  closed: a long crawl would otherwise fill the memory with what old pages left.
* A page that hangs is given up after `RENDER_TIMEOUT` seconds and closed; where it does not even close, its context is,
  and where that hangs too, the browser. Scrapy's time limit does not reach into a browser.
* Only hosts under gov.cn and those of the registry are asked, by the page's scripts too; and a page may only come from
  a host of the rows that are crawled.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy import exceptions as sx
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.net.handler import PortalDownloadHandler
from crawler.net.hosts import OffHost
from crawler.net.render import NoBrowser, is_decoration
from crawler.net.tls import TlsFailed

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_RULES = "--host-resolver-rules"

_CLOSING = 5.0
"""Seconds that a page, a context or a browser is given to close."""


class Provider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Starts Chromium; a browser that is not there, or lacks a library, is `NoBrowser`."""

    async def launch_browser(self) -> Browser:
        """A running browser. Raises `NoBrowser`."""
        try:
            browser: Browser = await super().launch_browser()
        except (PlaywrightError, OSError) as error:
            raise NoBrowser(str(error)) from error
        return browser


class BrowserDownloadHandler(ScrapyPlaywrightDownloadHandler, PortalDownloadHandler):  # type: ignore[misc]
    """Requests with `playwright` in their meta go through the browser, all others as in `PortalDownloadHandler`.

    Settings: `PLAYWRIGHT_*` of scrapy-playwright, `RENDER_TIMEOUT`, `RENDER_SETTLE` (seconds that a page's own requests
    are waited for), `RENDER_PAGES_PER_CONTEXT`. Stats: `render/pages`, `render/hung`, `render/never_idle`,
    `render/contexts_closed`, `render/refused/<host>`.
    """

    _of_crawler: ClassVar[WeakKeyDictionary[Crawler, BrowserDownloadHandler]] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._time = settings.getfloat("RENDER_TIMEOUT")
        self._settle = settings.getfloat("RENDER_SETTLE")
        self._per_context = settings.getint("RENDER_PAGES_PER_CONTEXT")
        self._turns = asyncio.Semaphore(settings.getint("PLAYWRIGHT_MAX_PAGES_PER_CONTEXT"))
        self._generation = 0
        self._served: Counter[str] = Counter()
        self._busy: Counter[str] = Counter()
        self._pages: dict[int, Page] = {}
        self._led: dict[int, str] = {}
        self._close_names()
        self._closed = False
        self.abort_request = self.is_refused

    @property
    def _hosts(self) -> frozenset[str] | None:
        """Hosts that pages may come from; None for a spider that may ask any (`scrapy shell`)."""
        return getattr(self._crawler.spider, "allowed_hosts", None)

    def _close_names(self) -> None:
        """Let the browser resolve no other names: redirects by status pass `is_refused` by."""
        options = self.config.launch_options
        arguments = [*options.get("args", ())]
        if self._hosts is None or any(one.startswith(_RULES) for one in arguments):
            return
        proxy = urlsplit(options.get("proxy", {}).get("server", "")).hostname
        open_names = sorted({"*.gov.cn", *self._hosts, *([proxy] if proxy else [])})
        rules = ["MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in open_names)]
        self.config.launch_options = {**options, "args": [*arguments, f"{_RULES}={','.join(rules)}"]}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BrowserDownloadHandler:
        """Scrapy's constructor. One handler for both schemes: two would be two browsers."""
        if crawler not in cls._of_crawler:
            cls._of_crawler[crawler] = cls(crawler)
        return cls._of_crawler[crawler]

    async def close(self) -> None:
        """Close the browser and the connections, once."""
        if not self._closed:
            self._closed = True
            await super().close()

    def is_refused(self, request: Any) -> bool:
        """True for what a page must not load: decoration, and hosts that nobody may ask."""
        if is_decoration(request):
            return True
        parts = urlsplit(request.url)
        host = (parts.hostname or "").lower()
        allowed = self._hosts
        if allowed is None or parts.scheme not in {"http", "https", "ws", "wss"} or host in allowed:
            return False
        # A page's scripts may stand on a neighbouring host of the government; the page itself may not.
        refused = request.is_navigation_request() or not host.endswith(".gov.cn")
        if refused:
            self.stats.inc_value(f"render/refused/{host}")
        return refused

    async def _download_request(self, request: Request, spider: Any = None) -> Response:
        """One page, when it is its turn, in a context that is not worn out, watched. Raises Scrapy's exceptions."""
        async with self._turns:
            context = self._context_name()
            request.meta["playwright_context"] = context
            request.meta["playwright_context_kwargs"] = {"ignore_https_errors": True, "locale": "zh-CN"}
            self._busy[context] += 1
            try:
                return await self._watched(request, spider)
            finally:
                self._busy[context] -= 1
                self._pages.pop(id(request), None)
                self._led.pop(id(request), None)
                await self._retire(context)

    async def _watched(self, request: Request, spider: Any) -> Response:
        self.stats.inc_value("render/pages")
        try:
            response: Response = await asyncio.wait_for(super()._download_request(request, spider), self._time)
        except TimeoutError:
            self.stats.inc_value("render/hung")
            await self._put_away(request)
            raise sx.DownloadTimeoutError(f"{request.url} hung in the browser for {self._time:g} seconds") from None
        except PlaywrightTimeoutError as error:
            raise sx.DownloadTimeoutError(_first_line(error)) from error
        except PlaywrightError as error:
            raise self._away(self._led.get(id(request), request.url)) or _translated(error, request) from error
        self._check_host(response)
        return response

    def _check_host(self, response: Response) -> None:
        """A browser follows redirects by itself: where it ended is judged here. Raises `OffHost`."""
        if (away := self._away(response.url)) is not None:
            raise away

    def _away(self, url: str) -> OffHost | None:
        """The exception for an address on a foreign host."""
        host = urlsplit(url).hostname or ""
        if self._hosts is None or host in self._hosts:
            return None
        return OffHost(f"{host} is not a host of the registry (the browser was sent there)", url)

    # ------------------------------------------------------------------ contexts

    def _context_name(self) -> str:
        name = f"render-{self._generation}"
        if self._served[name] >= self._per_context:
            self._generation += 1
            name = f"render-{self._generation}"
        self._served[name] += 1
        return name

    async def _retire(self, name: str) -> None:
        """Close a context that has served its time and shows no page any more."""
        wrapper = self.context_wrappers.get(name)
        if wrapper is None or self._busy[name] or self._served[name] < self._per_context:
            return
        if await _ends(wrapper.context.close()):
            self.stats.inc_value("render/contexts_closed")

    # ------------------------------------------------------------------ pages

    async def _create_page(self, request: Request, spider: Any) -> Page:
        page: Page = await super()._create_page(request, spider)
        self._pages[id(request)] = page

        def led(asked: Any) -> None:
            if asked.is_navigation_request() and asked.frame == page.main_frame:
                self._led[id(request)] = asked.url

        page.on("request", led)
        return page

    async def _apply_page_methods(self, page: Page, request: Request, spider: Any) -> None:
        """Wait until the page asks for nothing any more, for a while; then it is taken as it stands."""
        try:
            await page.wait_for_load_state("networkidle", timeout=self._settle * 1000)
        except PlaywrightTimeoutError:
            self.stats.inc_value("render/never_idle")

    async def _put_away(self, request: Request) -> None:
        """Close a page that hangs; else its context; else the browser, which is then started anew."""
        page = self._pages.get(id(request))
        if page is None or await _ends(page.close()):
            return
        logger.warning("the page of %s does not close; closing its context", request.url)
        if await _ends(page.context.close()):
            return
        logger.warning("the context of %s does not close either; closing the browser", request.url)
        await _ends(self.browser.close())


async def _ends(closing: Awaitable[None]) -> bool:
    """Whether something closed in time; what is closed already has."""
    try:
        await asyncio.wait_for(closing, _CLOSING)
    except TimeoutError:
        return False
    except PlaywrightError as error:
        logger.debug("it was closed already: %s", _first_line(error))
    return True


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["the browser said nothing"])[0][:300]


def _translated(error: PlaywrightError, request: Request) -> Exception:
    """The exception that the plain handler raises for the same trouble; the browser's own for what it knows alone."""
    said = _first_line(error)
    host = urlsplit(request.url).hostname or ""
    if "ERR_NAME_NOT_RESOLVED" in said:
        return sx.CannotResolveHostError(said)
    if "ERR_CONNECTION_REFUSED" in said:
        return sx.DownloadConnectionRefusedError(said)
    if "ERR_SSL" in said or "ERR_CERT" in said:
        return TlsFailed(host, said)
    if "net::ERR_" in said:
        return sx.DownloadFailedError(said)
    return error
