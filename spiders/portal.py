"""What every spider has before it reads a page: arguments, registry, ledger, requests that carry their visit."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.clock import now
from crawler.items import AttemptItem, ColumnItem, Outcome, PageItem
from crawler.ledger import Ledger
from crawler.net.cut import is_cut
from crawler.net.failures import classify
from crawler.net.gates import plain_headers
from crawler.net.render import render_meta
from crawler.net.rows import row_settings
from crawler.net.standins import leads_home
from crawler.portals import registry as registry_module
from crawler.portals.model import Portal
from crawler.reports.files.kinds import kind_of as is_file
from crawler.reports.files.model import CarriedFile
from crawler.reports.titles import judge
from spiders.attachments import Attached, attached, holds_tables, worth_fetching
from spiders.documents import Document
from spiders.incremental import Lists
from spiders.selection import BadArgument, Selection, select
from spiders.visits import Row, Visit

Yielded = Request | PageItem | AttemptItem | ColumnItem

ARGUMENTS = ("portal", "agency", "year", "years", "sample")


class PortalSpider(Spider):
    """A spider whose arguments choose portals of the registry; the flow stands in `spiders.base`."""

    family: ClassVar[str] = ""
    via: str = ""
    """What the pages found carry as `PageItem.via`."""

    selection: Selection
    ledger: Ledger
    lists: Lists

    # ------------------------------------------------------------------ construction

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PortalSpider:
        """Scrapy's constructor: reads registry and arguments; asks for a browser only if a chosen row needs one."""
        chosen = {key: kwargs.pop(key, None) for key in ARGUMENTS}
        spider = super().from_crawler(crawler, *args, **kwargs)
        registry = registry_module.shared(crawler.settings.get("PORTALS_DIR"))
        spider.prepare(select(registry, cls.family, **chosen), registry)
        crawler.signals.connect(spider.count_silent, signal=signals.spider_closed)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        crawler.signals.connect(spider.dropped, signal=signals.request_dropped)
        asked = row_settings(spider.selection.portals, crawler.settings)
        crawler.settings.setdict(asked, priority="spider")
        return spider

    @classmethod
    def reader(cls, crawler: Crawler, portal: Portal) -> PortalSpider:
        """A spider of this family that reads one row for another crawl: it starts nothing and hears no signal."""
        spider = cls(name=cls.name)
        spider.crawler, spider.settings = crawler, crawler.settings
        spider.prepare(Selection((portal,), {}), registry_module.Registry([portal]))
        return spider

    @classmethod
    def check_arguments(cls, settings: BaseSettings, arguments: dict[str, Any]) -> None:
        """Raise what is wrong with `arguments` (ValueError, or LookupError with the nearest names) before a start."""
        if unknown := sorted(set(arguments) - set(ARGUMENTS)):
            raise BadArgument(f"unknown argument {unknown[0]}=; known are {', '.join(ARGUMENTS)}")
        select(registry_module.shared(settings.get("PORTALS_DIR")), cls.family, **arguments)

    def idle(self) -> None:
        """Scrapy's signal that nothing is left to do. Raises DontCloseSpider when there is more."""

    def dropped(self, request: Request) -> None:
        """Scrapy's signal that the duplicate filter dropped a request: the intent behind it owes an attempt.

        Two rows, or two columns, that redirect to one page: the second is read nowhere, and nobody would know.
        """
        visit, row = request.cb_kwargs.get("visit"), request.cb_kwargs.get("row")
        asked = request.meta.get("redirect_urls", [request.url])[0]
        if visit is None or (self.via and asked == request.url):
            return
        name = row.title if row is not None else visit.column.title
        detail = f"{name[:80]!r} leads to {request.url}, a page that was asked for already"
        # Most portals send whoever asks for a page that is gone to their home page, which was asked for before.
        reason = "home_instead" if row is not None and leads_home(asked, request.url) else "same_page"
        attempt = AttemptItem(visit.portal.id, "missing", reason, detail, asked)
        attempt.evidence = {"title": name[:200], "page": request.url}
        attempt.year = judge(row.title).year if row is not None else None
        self.lists.fail(visit, row=row, outcome=attempt.outcome)
        self.ledger.owe(self.ledger.failed(attempt) if reason == "home_instead" else attempt)

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
            now(self.settings).date(),
            selection.years,
            wanted,
            complete=not selection.sample,
            by_title=bool(selection.unlisted),
        )
        self.lists = Lists(
            self.ledger,
            now(self.settings),
            selection.years,
            narrowed=bool(selection.agency_words),
            enabled=self.settings.getbool("INCREMENTAL") and not selection.sample,
        )
        for sentence in selection.unlisted:
            self.logger.warning("%s", sentence)
        self._seen: dict[str, set[str]] = defaultdict(set)

    def hosts_of(self, portal: Portal) -> frozenset[str]:
        """Exact host names of one portal."""
        return self.registry.allowed_hosts([portal])

    def canonical(self, url: str) -> str:
        """The one address of a page that has several (`?jump=true`, wap twins); by default the URL itself."""
        return url

    def key(self, url: str) -> str:
        """What a page is known by within its portal: equal for twins; by default its canonical address."""
        return re.sub(r"^https?://", "", self.canonical(url))

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
        kwargs.setdefault("errback", self.on_failure)
        if self.via and "row" not in cb_kwargs:
            # A page that the family's own path could not read is read again, in another manner.
            kwargs.setdefault("dont_filter", True)
        request = Request(url, callback=callback, cb_kwargs=cb_kwargs, meta=meta, **kwargs)
        if "row" not in cb_kwargs and "item" not in cb_kwargs:
            self.lists.ask(request, visit)
        return request

    def first_time(self, visit: Visit, url: str) -> bool:
        """True the first time this portal's crawl meets the page at `url` (see `key`)."""
        key = self.key(url)
        if key in self._seen[visit.portal.id]:
            return False
        self._seen[visit.portal.id].add(key)
        return True

    def _item(self, response: Response, visit: Visit, *, role: Any) -> PageItem:
        headers = plain_headers(response)
        return PageItem(
            portal_id=visit.portal.id,
            url=response.url,
            status=response.status,
            headers={k: headers[k] for k in ("content-type", "etag", "last-modified") if k in headers},
            body=response.body,
            fetched_at=now(self.settings),
            role=role,
            column_url=visit.column.url,
            agency_ids=visit.column.agencies or self.selection.agency_ids(visit.portal),
            years=self.selection.years,
            cut=is_cut(response),
            # A page that the spider made from a record of a list has no request, and no bytes of its own on the wire.
            capture=response.request.meta.get("capture") if response.request is not None else None,
        )

    def unreadable(self, reason: str, detail: str, visit: Visit, outcome: Outcome = "unreadable") -> AttemptItem:
        """An attempt for a list that could not be read (to its end); the gaps it leaves will name it."""
        name = visit.column.title or "column"
        attempt = AttemptItem(visit.portal.id, outcome, reason, f"{name}: {detail}", visit.column.url)
        self.lists.fail(visit)
        return attempt if visit.aside else self.ledger.failed(attempt)

    def parse_article(self, response: Response, visit: Visit, row: Row) -> Iterator[Yielded]:
        """The page behind a row, handed on as it is; first the files that carry its tables, where it prints none."""
        document = Document(response)
        if document.problem or is_file(response.body):
            yield self.report_page(response, visit, row)
            return
        files = attached(document)
        item = self.report_page(response, visit, row, (*document.files, *(file.url for file in files)))
        if holds_tables(document):
            yield item
            return
        listed = [Attached(url, "") for url in row.files]
        yield from self._files(item, worth_fetching((*files, *listed)), visit)

    def _files(self, item: PageItem, files: list[Attached], visit: Visit) -> Iterator[Yielded]:
        """The next file that an article carries; the article itself when there is none left."""
        if not files:
            yield item
            return
        # Without dont_filter a file that two articles link would be dropped for the second one, and it with it.
        asked = {"item": item, "file": files[0], "rest": files[1:]}
        yield self.request(
            files[0].url, self.parse_file, visit, cb_kwargs=asked, errback=self.no_file, dont_filter=True
        )

    def parse_file(
        self, response: Response, visit: Visit, item: PageItem, file: Attached, rest: list[Attached]
    ) -> Iterator[Yielded]:
        """A file that an article carries: kept as evidence beside its page, and handed on with it."""
        held = self._item(response, visit, role="file")
        held.column_url, held.list_title = item.url, file.name or item.list_title
        yield held
        item.files = (*item.files, CarriedFile(response.url, file.name, response.body, cut=held.cut))
        yield from self._files(item, rest, visit)

    def no_file(self, failure: Failure) -> Iterator[Yielded]:
        """A file that could not be had: the report says so, and is read without it."""
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        note = classify(failure)
        item: PageItem = asked["item"]
        item.files = (
            *item.files,
            CarriedFile(asked["file"].url, asked["file"].name, problem=f"{note.reason}: {note.detail}"),
        )
        yield from self._files(item, asked["rest"], asked["visit"])

    def report_page(self, response: Response, visit: Visit, row: Row, linked: tuple[str, ...] = ()) -> PageItem:
        """A `PageItem` for a candidate report. `linked`: addresses of the files that the page links."""
        self.ledger[visit.portal.id].pages += 1
        item = self._item(response, visit, role="report")
        item.url = self.canonical(response.url)
        item.list_title, item.list_date, item.asked_url, item.via = row.title, row.date, row.url, self.via
        item.attachments = tuple(dict.fromkeys((*linked, *row.files)))
        return item

    @abstractmethod
    def on_failure(self, failure: Failure) -> Iterator[Yielded]:
        """A request that failed: an attempt with a reason."""
