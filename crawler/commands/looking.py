"""A look at a portal for `scrapy detect` and `scrapy portals add`: one page, and at most two requests more.

Requests go through Scrapy with all middlewares of the settings: our user agent, robots.txt, gates that are recognised
and left alone. Only the host that a person named is asked. Three requests are the most, robots.txt and redirects among
them.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawler.commands.inspect import project_settings
from crawler.detect import Detection, detect_all
from crawler.detect.model import GENERIC
from crawler.detect.page import NOWHERE
from crawler.net.failures import classify
from crawler.portals.model import Column, Portal

MOST_REQUESTS = 3
PREVIEW = "spiders.preview.preview"
GO_ON = "spiders.preview.go_on"
COLUMNS = "spiders.preview.columns_in"
"""Where the families' own reading is found; by name, since nothing in `crawler/` imports spiders."""

_ADDRESS = re.compile(r"^(?:https?://)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?(?:[/?#]|$)")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_FILES = (".html", ".htm", ".shtml", ".mhtml", ".txt", ".xml", ".json", ".gz", ".zip")
_COOKIE = re.compile(rb"^\s*([^=;\s]+)\s*=")


@dataclass(slots=True)
class Look:
    """What a look at a portal found.

    Attributes:
        url: the address asked for; that of the answer once there is one.
        pages: address, body and content type of each page that was had.
        found: the family.
        read: what the family's own reading makes of it (a `spiders.preview.Preview`), None where no spider reads it.
        column: the list of reports: the page itself, or one that it names.
        asked: requests that were sent.
        host_alone: of a saved page only the host is known, from its meta tag SiteDomain.
        error: why there is nothing, "" when there is; `reason` is its stable word.
    """

    url: str
    pages: list[tuple[str, bytes | None, str | None]] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    found: Detection | None = None
    read: Any = None
    column: Column | None = None
    asked: int = 0
    host_alone: bool = False
    error: str = ""
    reason: str = ""

    @property
    def detection(self) -> Detection:
        """The family; what the address alone says while no page was had."""
        return self.found or detect_all([(self.url, None, None)])


def address_in(text: str) -> str | None:
    """An address as a person types it, with a scheme; None for what is none: `sthjj.gz.gov.cn` -> `http://sthjj.gz…`."""
    text = text.strip()
    if not _SCHEME.match(text):
        if not _ADDRESS.match(text) or ("/" not in text and text.lower().endswith(_FILES)):
            return None
        text = f"http://{text}"
    # A host alone is its home page, whose address ends in a slash wherever else it is met.
    return f"{text}/" if text.count("/") == 2 and "?" not in text else text


def look_at_file(
    body: bytes, url: str, content_type: str | None, settings: Settings, cookies: tuple[str, ...] = ()
) -> Look:
    """A look at a saved page; nothing is fetched. `url` is "" where its address is not known."""
    look = Look(url, cookies=[*cookies])
    _Eye(look, settings).see(_response(url, body, content_type))
    return look


def look_at(url: str, settings: Settings) -> Look:
    """A look at a portal's page. Runs Scrapy's reactor, which a process can do once."""
    look = Look(url, error="the fetch ended without an answer", reason="no_answer")
    changed = _polite(settings)
    # Scrapy freezes the settings of a running crawl, and the families' spiders must be able to add their own.
    eye = _Eye(look, changed.copy())
    process = AsyncCrawlerProcess(changed)
    crawler = process.create_crawler(_Looking)
    crawler.signals.connect(eye.crashed, signal=signals.spider_error)
    process.crawl(crawler, address=url, eye=eye)
    process.start()
    return look


def _polite(settings: Settings) -> Settings:
    """The project's settings for a look: no retries, one redirect, nothing stored."""
    changed = project_settings(settings)
    changed.setdict({"RETRY_ENABLED": False, "REDIRECT_MAX_TIMES": 1}, priority="cmdline")
    return changed


def _response(url: str, body: bytes, content_type: str | None) -> HtmlResponse:
    headers = {"Content-Type": content_type} if content_type else {}
    return HtmlResponse(url or NOWHERE, body=body, headers=headers)


class _Eye:
    """Judges pages and says what to ask next."""

    def __init__(self, look: Look, settings: Settings) -> None:
        self.look = look
        self.settings = settings
        self.loader = get_spider_loader(settings)

    def see(self, response: Response, column: Column | None = None) -> None:
        """A page was had: judge the family anew, read the page in its manner."""
        look = self.look
        declared = response.headers.get("Content-Type")
        known = look.url or look.pages
        address = response.url if known else ""
        look.pages.append((address, response.body, declared.decode("latin-1") if declared else None))
        look.cookies += [
            match[1].decode("latin-1")
            for line in response.headers.getlist("Set-Cookie")
            if (match := _COOKIE.match(line))
        ]
        look.found = detect_all(look.pages, look.cookies)
        if look.found.gate:
            look.error, look.reason = f"a gate stands in place of the page ({look.found.gate})", look.found.gate
            return
        self._read(response, column)

    def _read(self, response: Response, column: Column | None) -> None:
        look, spider = self.look, self._spider()
        portal = self.portal()
        if spider is None:
            found = load_object(COLUMNS)(response, portal)
            look.column = column or next(iter(found), None)
            return
        look.read = load_object(PREVIEW)(spider, portal, self.settings, response)
        itself = Column(url=response.url, title="") if look.read.reports or (look.read.asks and column) else None
        look.column = column or itself or next(iter(look.read.columns), None)

    def crashed(self, failure: Failure) -> None:
        """Reading a page raised: said in a sentence, since nobody sees the log of a look."""
        self.look.reason = "crashed"
        self.look.error = f"reading {self.look.url} failed: {failure.value!r}"

    def answered(self, asked: scrapy.Request, response: Response) -> None:
        """A service answered: its rows are the list's."""
        self.look.read = load_object(GO_ON)(asked, response, self.look.read)

    def next_request(self) -> tuple[scrapy.Request | None, Column | None]:
        """What to ask after the first page: the column that it names, else the service that holds its rows."""
        read, column = self.look.read, self.look.column
        if read is not None and read.reports:
            return None, None
        if column is not None and column.url != self.look.pages[-1][0]:
            return scrapy.Request(column.url), column
        asks = read.asks if read is not None and not read.notes else []
        return (asks[0] if asks else None), None

    def _spider(self) -> Any:
        family = self.look.detection.family
        return self.loader.load(family) if family in self.loader.list() else None

    def portal(self) -> Portal:
        """A stand-in for the row, so that spiders can read the page."""
        url = self.look.url or NOWHERE
        host = urlsplit(url).hostname or ""
        return Portal(
            id=host or "localhost",
            name="",
            place="",
            family=self.look.detection.family,
            base=f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/",
            agencies=(),
            hosts=(host,),
            evidence="[R] a look",
            checked=date(2000, 1, 1),
        )


class _Looking(scrapy.Spider):
    """Asks for the page, and for what the page makes worth asking."""

    name = "look"

    def __init__(self, address: str, eye: _Eye, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.address = address
        self.eye, self.look = eye, eye.look
        self.allowed_hosts = frozenset({urlsplit(address).hostname or ""})

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(self.address, callback=self._page, errback=self._failed, dont_filter=True)

    def _page(self, response: Response) -> Any:
        self.look.url = response.url
        self.look.error = self.look.reason = ""
        self.eye.see(response)
        self._count()
        yield from self._ask()

    def _ask(self) -> Any:
        if self.look.error or self.look.asked >= MOST_REQUESTS:
            return
        request, column = self.eye.next_request()
        if request is not None and urlsplit(request.url).hostname in self.allowed_hosts:
            given = {"asked": request, "column": column}
            yield request.replace(
                callback=self._more, errback=self._not_more, cb_kwargs=given, dont_filter=True, meta={}
            )

    def _more(self, response: Response, asked: scrapy.Request, column: Column | None) -> Any:
        self._count()
        if column is not None or (is_unknown(self.look) and asked.method == "GET"):
            self.eye.see(response, column)
        else:
            self.eye.answered(asked, response)
        yield from self._ask()

    def _count(self) -> None:
        stats = self.crawler.stats
        self.look.asked = int(stats.get_value("downloader/request_count", 0)) if stats else 0

    def _not_more(self, failure: Failure) -> None:
        """What was asked beside the page could not be had: the page itself is looked at all the same."""
        self._count()

    def _failed(self, failure: Failure) -> None:
        note = classify(failure)
        self.look.reason = note.reason
        self.look.error = f"{self.address} was not fetched ({note.reason}): {note.detail}"
        if note.reason == "off_host":
            target = getattr(failure.value, "url", "") or str(failure.value)
            self.look.error = f"{self.address} leads to another host; look at that address instead: {target}"
        self._count()


def today() -> date:
    """The day that rows are dated with."""
    return datetime.now(UTC).date()


def is_unknown(look: Look) -> bool:
    """Whether nothing told the family."""
    return look.detection.family == GENERIC and not look.detection.sure
