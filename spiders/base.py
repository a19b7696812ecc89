"""The flow that every family shares, from a registry row to pages with reports.

1. Arguments choose portals, agencies and years (`spiders.selection`).
2. A portal's columns come from its registry row, else from what an earlier run found, else from its home page: anchors
   with the names an annual-report column has, at most three clicks away. A column found so is remembered.
3. A column page is read: it may itself be a report; it has rows, year sub-columns, next pages.
4. A row's title says whether it may be a report, of which year and agency. Look-alikes are refused with their kind.
5. The page behind a row is handed on, byte for byte, as a `PageItem`. What it says is not the spider's business.

A family overrides the small verbs (`rows`, `next_pages`, `is_article`, `start_column` …) and nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.items import AttemptItem, ColumnItem, PageItem
from crawler.ledger import Ledger
from crawler.net.failures import classify
from crawler.net.gates import Gated, plain_headers
from crawler.net.render import HANDLER, render_meta
from crawler.portals import registry as registry_module
from crawler.portals.model import Column, Portal
from crawler.reports.body import looks_like_report
from crawler.reports.titles import judge
from crawler.store.queries import remembered_columns
from spiders.columns import is_column_name, is_notice_column, leads_to_disclosure, may_be_sub_column, on_portal
from spiders.documents import Document, Link
from spiders.selection import BadArgument, Selection, select

Yielded = Request | PageItem | AttemptItem | ColumnItem

ARGUMENTS = ("portal", "agency", "year", "years", "sample")
MAX_CLICKS = 3
MAX_WAYS = 6
MAX_DEPTH = 3
MAX_UNCLEAR_ROWS = 60
MAX_PAGES = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: where it leads, what it is called, the date beside it, the agency if the list names it."""

    url: str
    title: str
    date: str | None = None
    agency: str | None = None
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """Where the crawl stands when it reads a list page. Travels with the request.

    `trusted` is True in a column meant for annual reports: there, rows with unclear titles are opened too; elsewhere
    (通知公告, home pages) only rows whose title says what they are. `found_by` counts the clicks of a search from home.
    """

    portal: Portal
    column: Column
    trusted: bool = True
    page: int = 1
    depth: int = 0
    clicks: int = 0
    found: bool = False
    params: dict[str, Any] = field(default_factory=dict)


class FamilySpider(Spider):
    """Base of all family spiders; see the module's text for the flow.

    Class attributes a family sets: `name`, `family` (registry word), `article_url` (what an article's path looks like).

    Spider arguments: `portal`, `agency`, `year` or `years`, `sample` (see `spiders.selection.select`).
    """

    family: ClassVar[str] = ""
    article_url: ClassVar[re.Pattern[str]] = re.compile(r"$^")

    selection: Selection
    ledger: Ledger

    # ------------------------------------------------------------------ construction

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> FamilySpider:
        """Scrapy's constructor: reads registry and arguments; asks for a browser only if a chosen row needs one."""
        chosen = {key: kwargs.pop(key, None) for key in ARGUMENTS}
        spider = super().from_crawler(crawler, *args, **kwargs)
        registry = registry_module.load(crawler.settings.get("PORTALS_DIR"))
        spider.prepare(select(registry, cls.family, **chosen), registry)
        crawler.signals.connect(spider.count_silent, signal=signals.spider_closed)
        if any(portal.quirks.get("render") for portal in spider.selection.portals):
            handlers = {"http": HANDLER, "https": HANDLER}
            crawler.settings.set("DOWNLOAD_HANDLERS", handlers, priority="spider")
        spider.slow_down(crawler)
        return spider

    @classmethod
    def check_arguments(cls, settings: BaseSettings, arguments: dict[str, Any]) -> None:
        """Raise what is wrong with `arguments` (ValueError, or LookupError with the nearest names) before a start."""
        if unknown := sorted(set(arguments) - set(ARGUMENTS)):
            raise BadArgument(f"unknown argument {unknown[0]}=; known are {', '.join(ARGUMENTS)}")
        select(registry_module.load(settings.get("PORTALS_DIR")), cls.family, **arguments)

    def count_silent(self, spider: Spider) -> None:
        """Put the ids of portals that yielded no page into the stats: the exit code of `scrapy crawl` reads them."""
        if self.crawler.stats and (silent := self.ledger.broken(self.selection.portals)):
            self.crawler.stats.set_value("portals/silent", silent)

    def prepare(self, selection: Selection, registry: registry_module.Registry) -> None:
        """Set what a run needs to know; called once, before the first request."""
        self.selection = selection
        self.registry = registry
        self.allowed_hosts = registry.allowed_hosts(selection.portals)
        wanted = [agency.id for agencies in selection.agencies.values() for agency in agencies]
        self.ledger = Ledger(
            datetime.now(UTC).date(), selection.years, wanted, complete=not (selection.sample or self._words_unlisted())
        )
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._unclear: dict[str, int] = defaultdict(int)

    def _words_unlisted(self) -> bool:
        """True when an agency was asked for by words that no registry row lists: its absence proves nothing."""
        return bool(self.selection.agency_words and not self.selection.agencies)

    def slow_down(self, crawler: Crawler) -> None:
        """Give hosts whose registry row says `delay` a slot of their own pace (never faster than the settings')."""
        slots = dict(crawler.settings.getdict("DOWNLOAD_SLOTS"))
        for portal in self.selection.portals:
            delay = float(portal.quirks.get("delay", 0))
            if delay > crawler.settings.getfloat("DOWNLOAD_DELAY") > 0:
                slots.update({host: {"delay": delay, "concurrency": 1} for host in self.hosts_of(portal)})
        crawler.settings.set("DOWNLOAD_SLOTS", slots, priority="spider")

    def hosts_of(self, portal: Portal) -> frozenset[str]:
        """Exact host names of one portal."""
        return self.registry.allowed_hosts([portal])

    # ------------------------------------------------------------------ start

    async def start(self) -> AsyncIterator[Yielded]:
        """First requests of every chosen portal."""
        for portal in self.selection.portals:
            for request in self.start_portal(portal):
                yield request

    def start_portal(self, portal: Portal) -> Iterator[Yielded]:
        """Requests for the portal's columns; for its home page when no column is known."""
        columns = [*portal.columns] or self._remembered(portal)
        wanted = set(self.selection.agency_ids(portal))
        for column in columns:
            if not column.agencies or not self.selection.agency_words or wanted & set(column.agencies):
                yield from self.start_column(Visit(portal, column, trusted=not is_notice_column(column.title)))
        if not columns:
            yield from self.search_home(portal)

    def search_home(self, portal: Portal) -> Iterator[Yielded]:
        """First step of looking for the column: the entry page."""
        visit = Visit(portal, Column(url=portal.base), trusted=False, found=True)
        yield self.request(portal.base, self.parse_home, visit)

    def start_column(self, visit: Visit) -> Iterator[Yielded]:
        """Requests that open a column; a family whose lists are an API overrides it."""
        yield self.request(visit.column.url, self.parse_column, visit, is_list=True)

    def _remembered(self, portal: Portal) -> list[Column]:
        url = self.settings.get("DATABASE_URL")
        return [
            Column(url=found.url, title=found.title, params=found.params)
            for found in remembered_columns(url, portal.id)
        ]

    # ------------------------------------------------------------------ verbs a family may override

    def is_article(self, url: str) -> bool:
        """True when `url` has the shape of this family's article pages."""
        return bool(self.article_url.search(urlsplit(url).path))

    def rows(self, document: Document, visit: Visit) -> list[Row]:
        """The list's rows: by default every link with an article's shape, and every file that calls itself a report."""
        return [
            Row(self.canonical(link.url), link.text, link.date)
            for link in document.links
            if self.is_article(link.url) or (link.url in document.files and judge(link.text).kind == "annual_report")
        ]

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """URLs of the pages that follow this list page; by default none."""
        return ()

    def canonical(self, url: str) -> str:
        """The one address of a page that has several (`?jump=true`, wap twins); by default the URL itself."""
        return url

    def is_own_report(self, document: Document) -> bool:
        """True when a column page is itself a report (portal-families 0.2 d)."""
        return looks_like_report(document.text)

    # ------------------------------------------------------------------ requests

    def request(
        self, url: str, callback: Callable[..., Any], visit: Visit, *, is_list: bool = False, **kwargs: Any
    ) -> Request:
        """A request that carries its visit, reports its failure to the ledger, and heeds the row's quirks."""
        quirks = visit.portal.quirks
        meta = dict(kwargs.pop("meta", {}))
        if quirks.get("ignore_robots"):
            meta["dont_obey_robotstxt"] = True
        if is_list and quirks.get("render"):
            meta.update(render_meta())
        if quirks.get("http_only") and url.startswith("https://"):
            url = "http://" + url.removeprefix("https://")
        cb_kwargs = {"visit": visit, **kwargs.pop("cb_kwargs", {})}
        return Request(url, callback=callback, errback=self.on_failure, cb_kwargs=cb_kwargs, meta=meta, **kwargs)

    def first_time(self, visit: Visit, url: str) -> bool:
        """True the first time this portal's crawl meets `url`; http and https are one address."""
        key = re.sub(r"^https?://", "", self.canonical(url))
        if key in self._seen[visit.portal.id]:
            return False
        self._seen[visit.portal.id].add(key)
        return True

    # ------------------------------------------------------------------ lists

    def parse_column(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A column page: itself a report, its rows, its sub-columns, its next pages."""
        document = Document(response)
        self.first_time(visit, response.url)
        yield self.list_page(response, visit)
        if self.is_own_report(document):
            yield self.report_page(response, visit, Row(response.url, visit.column.title))
        yield from self.read_list(document, visit)

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """Rows, sub-columns and next pages of a list that has been fetched."""
        rows = self.rows(document, visit)
        fresh = yield from self.follow(rows, visit)
        yield from self.sub_columns(document, visit)
        if visit.page >= MAX_PAGES or (rows and not fresh):
            return
        for number, url in enumerate(self.next_pages(document, visit), start=visit.page + 1):
            if self.first_time(visit, url):
                yield self.request(url, self.parse_column, replace(visit, page=number), is_list=True)

    def list_page(self, response: Response, visit: Visit) -> PageItem:
        """The list page itself, kept as evidence; counts the column as read."""
        self.ledger[visit.portal.id].columns += visit.page == 1
        return self._item(response, visit, role="list")

    def follow(self, rows: Iterable[Row], visit: Visit) -> Iterator[Yielded]:
        """Requests for rows that may be wanted reports; refusals for look-alikes. Returns how many rows were new."""
        fresh = 0
        if visit.found and visit.page == 1 and (rows := list(rows)) and visit.trusted:
            yield ColumnItem(visit.portal.id, visit.column.url, visit.column.title, dict(visit.params), visit.clicks)
        for row in rows:
            self.ledger[visit.portal.id].rows += 1
            if not self.first_time(visit, row.url):
                continue
            fresh += 1
            yield from self.follow_row(row, visit)
        return fresh

    def follow_row(self, row: Row, visit: Visit) -> Iterator[Yielded]:
        """One row: a request, a refusal, or nothing when it was not asked for."""
        reading = judge(row.title)
        unclear = reading.kind == "other"
        if reading.kind not in {"annual_report", "work_summary", "other"}:
            yield self._refusal(row, visit, f"look_alike:{reading.reason or reading.kind}")
            return
        if unclear and not (visit.trusted and self._may_open_unclear(visit)):
            return
        if reading.kind == "work_summary" and not visit.trusted:
            return
        years = self.selection.years
        if years is not None and reading.year is not None and reading.year not in years:
            return
        if not self.selection.wants(visit.portal, row.agency or reading.agency):
            return
        tally = self.ledger[visit.portal.id]
        if self.selection.sample and tally.followed >= self.selection.sample:
            return
        tally.followed += 1
        yield row.request or self.request(row.url, self.parse_article, visit, cb_kwargs={"row": row})

    def _may_open_unclear(self, visit: Visit) -> bool:
        """Rows that do not say what they are (`2023年度`, a bureau's name) are opened, up to a limit a portal."""
        self._unclear[visit.portal.id] += 1
        return self._unclear[visit.portal.id] <= MAX_UNCLEAR_ROWS

    def _refusal(self, row: Row, visit: Visit, reason: str) -> AttemptItem:
        detail = f"{row.title[:80]!r} in {visit.column.title or visit.column.url} is no annual report"
        return AttemptItem(
            visit.portal.id, "refused", reason, detail, row.url, evidence={"title": row.title[:200], "date": row.date}
        )

    # ------------------------------------------------------------------ sub-columns and home pages

    def sub_columns(self, document: Document, visit: Visit) -> Iterator[Request]:
        """Year sub-columns (`2023年`) and, below the column's own path, the lists of single departments."""
        if visit.depth >= MAX_DEPTH or not visit.trusted:
            return
        for link in document.links:
            if self.is_sub_column(link, document, visit) and self.first_time(visit, link.url):
                column = visit.column.model_copy(update={"url": link.url, "title": link.text})
                inner = replace(visit, column=column, depth=visit.depth + 1, page=1, found=False)
                yield self.request(link.url, self.parse_column, inner, is_list=True)

    def is_sub_column(self, link: Link, document: Document, visit: Visit) -> bool:
        """True for a link to a list that belongs to this column."""
        return (
            on_portal(link, self.hosts_of(visit.portal))
            and link.url not in document.files
            and not self.is_article(link.url)
            and may_be_sub_column(link, visit.column.url, self.selection.years, top=visit.depth == 0)
        )

    def parse_home(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A page on the way from the home page to the column: the column itself, or the next click towards it."""
        document = Document(response)
        self.first_time(visit, response.url)
        reports = [Row(self.canonical(x.url), x.text, x.date) for x in document.links if self.is_article(x.url)]
        yield from self.follow(reports, visit)
        found = [link for link in document.links if self.is_column_link(link, visit)]
        for link in found:
            if self.first_time(visit, link.url):
                column = Column(url=link.url, title=link.text)
                inner = replace(visit, column=column, trusted=True, clicks=visit.clicks + 1)
                yield from self.start_column(inner)
        if not found and visit.clicks < MAX_CLICKS - 1:
            yield from self._next_click(document, visit)

    def is_column_link(self, link: Link, visit: Visit) -> bool:
        """True for an anchor that names an annual-report column on one of the portal's own hosts."""
        own = on_portal(link, self.hosts_of(visit.portal))
        return own and is_column_name(link.text) and not self.is_article(link.url)

    def _next_click(self, document: Document, visit: Visit) -> Iterator[Request]:
        hosts = self.hosts_of(visit.portal)
        ways = [link for link in document.links if leads_to_disclosure(link) and on_portal(link, hosts)]
        for link in ways[:MAX_WAYS]:
            if self.first_time(visit, link.url):
                inner = replace(visit, clicks=visit.clicks + 1, column=Column(url=link.url, title=link.text))
                yield self.request(link.url, self.parse_home, inner)

    # ------------------------------------------------------------------ articles

    def parse_article(self, response: Response, visit: Visit, row: Row) -> Iterator[Yielded]:
        """The page behind a row, handed on as it is."""
        yield self.report_page(response, visit, row)

    def report_page(self, response: Response, visit: Visit, row: Row) -> PageItem:
        """A `PageItem` for a candidate report."""
        self.ledger[visit.portal.id].pages += 1
        item = self._item(response, visit, role="report")
        item.url = self.canonical(response.url)
        item.list_title, item.list_date = row.title, row.date
        item.attachments = Document(response).files if "html" in item.headers.get("content-type", "html") else ()
        return item

    def _item(self, response: Response, visit: Visit, *, role: Any) -> PageItem:
        headers = plain_headers(response)
        return PageItem(
            portal_id=visit.portal.id,
            url=response.url,
            status=response.status,
            headers={k: headers[k] for k in ("content-type", "etag", "last-modified") if k in headers},
            body=response.body,
            fetched_at=datetime.now(UTC),
            role=role,
            column_url=visit.column.url,
            agency_ids=visit.column.agencies or self.selection.agency_ids(visit.portal),
            years=self.selection.years,
        )

    # ------------------------------------------------------------------ failures

    def on_failure(self, failure: Failure) -> Iterator[Yielded]:
        """A request that failed: an attempt with a reason, and the refusing page itself where there is one."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        note = classify(failure)
        attempt = AttemptItem(visit.portal.id, note.outcome, note.reason, note.detail, request.url)
        row = request.cb_kwargs.get("row")
        if row is not None:
            reading = judge(row.title)
            attempt.year = reading.year
            attempt.evidence = {"title": row.title[:200]}
        if isinstance(failure.value, Gated) and failure.value.response is not None:
            yield self._item(failure.value.response, visit, role="refusal")
        yield self.ledger.failed(attempt)
