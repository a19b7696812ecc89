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
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from sqlalchemy.exc import DBAPIError
from twisted.python.failure import Failure

from crawler.items import AttemptItem, Outcome, PageItem
from crawler.net.failures import classify
from crawler.net.gates import Gated
from crawler.net.throttled import Throttled
from crawler.portals import registry as registry_module
from crawler.portals.model import Column, Portal
from crawler.reports.body import looks_like_report
from crawler.reports.titles import judge
from crawler.store.engine import database_url
from crawler.store.errors import StoreError
from crawler.store.queries import remembered_columns
from crawler.store.shared import engine_of
from spiders.columns import (
    is_column_name,
    is_notice_column,
    is_unclear,
    leads_to_disclosure,
    may_be_sub_column,
    may_be_untitled_report,
    on_portal,
)
from spiders.documents import Document, Link
from spiders.notices import NOTICE_PAGES, NoticeSearch
from spiders.paging import MAX_PAGES
from spiders.portal import Yielded
from spiders.rows import RowSpider
from spiders.scripts import builds_lists, links_in_scripts
from spiders.second import SecondPath
from spiders.selection import Selection
from spiders.visits import Row as Row
from spiders.visits import Visit as Visit

MAX_CLICKS = 3
MAX_WAYS = 6
MAX_DEPTH = 3
MAX_SUB_COLUMNS = 150
MAX_MISSES = 2

_NEXT = re.compile(r"^(?:下一?页|后一?页|下页|next|[>›»]{1,2}|下一页\s?[>›»]{1,2})$", re.IGNORECASE)


class FamilySpider(RowSpider):
    """Base of all family spiders; see the module's text for the flow.

    Class attributes a family sets: `name`, `family` (registry word), `article_url` (what an article's path looks like).

    Spider arguments: `portal`, `agency`, `year` or `years`, `sample` (see `spiders.selection.select`).
    """

    article_url: ClassVar[re.Pattern[str]] = re.compile(r"$^")

    def prepare(self, selection: Selection, registry: registry_module.Registry) -> None:
        """Set what a run needs to know; called once, before the first request."""
        super().prepare(selection, registry)
        self.notices = NoticeSearch(self, self.crawler)
        self.second = SecondPath(self)
        self._sub_columns: dict[str, int] = defaultdict(int)
        self._searched: set[str] = set()

    def idle(self) -> None:
        """The second path, then the notices. Raises DontCloseSpider while there is more to do."""
        self.second.idle()
        self.notices.idle()

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
        """First step of looking for the column: the entry page. Once a portal, whoever asks for it."""
        if portal.id in self._searched:
            return
        self._searched.add(portal.id)
        visit = Visit(portal, Column(url=portal.base), trusted=False, found=True)
        yield self.request(portal.base, self.parse_home, visit)

    def start_column(self, visit: Visit) -> Iterator[Yielded]:
        """Requests that open a column; a family whose lists are an API overrides it."""
        yield self.request(visit.column.url, self.parse_column, visit, is_list=True)

    def _remembered(self, portal: Portal) -> list[Column]:
        """Columns that an earlier run found. A database that cannot be read costs the search, not the crawl."""
        try:
            url = database_url(self.settings.get("DATABASE_URL"))
            found = remembered_columns(engine_of(url) or url, portal.id)
        except (StoreError, DBAPIError) as error:
            self.logger.warning("%s: columns found earlier cannot be read (%s); searching from home", portal.id, error)
            return []
        return [Column(url=one.url, title=one.title, params=one.params) for one in found]

    # ------------------------------------------------------------------ verbs a family may override

    def is_article(self, url: str) -> bool:
        """True when `url` has the shape of this family's article pages."""
        return bool(self.article_url.search(urlsplit(url).path))

    def rows(self, document: Document, visit: Visit) -> list[Row]:
        """The list's rows: links with an article's shape, files that call themselves reports, rows in scripts."""
        links = [
            link
            for link in document.links
            if self.is_article(link.url) or (link.url in document.files and judge(link.text).kind == "annual_report")
        ]
        known = {link.url for link in links}
        links += [link for link in links_in_scripts(document, self.is_article) if link.url not in known]
        return [Row(self.canonical(link.url), link.text, link.date) for link in links]

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """URLs of the pages that follow this list page, in order; by default where 下一页 leads."""
        hosts = self.hosts_of(visit.portal)
        return [link.url for link in document.links if _NEXT.match(link.text) and on_portal(link, hosts)]

    def directory(self, column_url: str) -> str:
        """Beginning of the addresses that lie below a column; by default the column's own folder."""
        return column_url.rsplit("/", 1)[0] + "/"

    def is_own_report(self, document: Document) -> bool:
        """True when a column page is itself a report (portal-families 0.2 d)."""
        return looks_like_report(document.text)

    # ------------------------------------------------------------------ lists

    def parse_column(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A column page: itself a report, its rows, its sub-columns, its next pages."""
        document = Document(response)
        self.first_time(visit, response.url)
        yield self.list_page(response, visit)
        if problem := document.problem:
            yield self.unreadable(problem, f"a list was promised; the answer has {len(response.body)} bytes", visit)
            return
        own = self.is_own_report(document)
        if own:
            yield from self.own_report(response, visit)
        found = 0
        for one in self.read_list(document, visit):
            found += isinstance(one, Request)
            yield one
        if not (own or found) and visit.page == 1 and visit.trusted and not self.is_readable(document, visit):
            yield from self.nothing_listed(document, visit)

    def is_readable(self, document: Document, visit: Visit) -> bool:
        """True when a list shows at least one row that speaks of reports, wanted or not, look-alikes among them."""
        rows = self.rows(document, visit)
        return any(may_be_untitled_report(row.title) or not is_unclear(judge(row.title)) for row in rows)

    def own_report(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A column page that is itself a report."""
        row = Row(response.url, visit.column.title)
        if self.enough(visit):
            return
        self.ledger[visit.portal.id].followed += 1
        self.notices.note(visit, row, judge(row.title))
        if visit.found and visit.trusted:
            yield from self.remember(visit)
        yield from self.parse_article(response, visit, row)

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """Rows, sub-columns and next pages of a list that has been fetched."""
        rows = self.rows(document, visit)
        fresh = yield from self.follow(rows, visit)
        subs = [*self.sub_columns(document, visit)]
        if subs and visit.found and not rows:
            yield from self.remember(visit)
        yield from subs
        if self.goes_on(rows, fresh, visit):
            yield from self.turn_page([*visit.ahead, *self.next_pages(document, visit)], visit)

    def goes_on(self, rows: list[Row], fresh: int, visit: Visit) -> bool:
        """True when the next page of the list is worth asking for: not after a page without a new row."""
        return visit.page == 1 or fresh > 0

    def turn_page(self, urls: Iterable[str], visit: Visit) -> Iterator[Yielded]:
        """The first of `urls` that was not asked for yet; the others travel with it."""
        ahead = [url for url in dict.fromkeys(urls) if url != visit.column.url]
        while ahead and not self.enough(visit):
            url = ahead.pop(0)
            if not self.first_time(visit, url):
                continue
            if visit.page >= (MAX_PAGES if visit.trusted else NOTICE_PAGES):
                if visit.trusted:
                    yield self.unreadable("page_limit", f"the list has more than {MAX_PAGES} pages", visit, "partial")
                return
            inner = replace(visit, page=visit.page + 1, ahead=tuple(ahead))
            yield self.request(url, self.parse_column, inner, is_list=True)
            return

    def nothing_listed(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """A first page without a row: where its frame or script leads, columns it names, or an attempt that says so."""
        links = [url for url in (*document.frames, document.moved_to) if url]
        links += [link.url for link in document.links if self.is_column_link(link, visit)]
        hosts, opened = self.hosts_of(visit.portal), 0
        for url in links:
            own = urlsplit(url).hostname in hosts
            if own and visit.depth < MAX_DEPTH and not self.is_article(url) and self.first_time(visit, url):
                opened += 1
                column = visit.column.model_copy(update={"url": url})
                # A page that only points elsewhere is no level of its own: year columns are looked for behind it.
                inner = replace(visit, column=column, depth=visit.depth + (url != document.moved_to))
                yield self.request(url, self.parse_column, inner, is_list=True)
        if opened or visit.depth:
            return
        if builds_lists(document):
            hint = f"its scripts would make the list: try `render = true` in the quirks of {visit.portal.id}"
            if visit.portal.quirks.get("render"):
                hint = "its scripts make the list, but no browser ran them, or they made none"
            yield self.unreadable("list_needs_javascript", hint, visit)
        else:
            yield self.unreadable("empty_list", "the page holds no row that could be read", visit)
        yield from self.search_home(visit.portal)

    def list_page(self, response: Response, visit: Visit) -> PageItem:
        """The list page itself, kept as evidence; counts the column as read."""
        self.ledger[visit.portal.id].columns += visit.page == 1 and not visit.aside
        return self._item(response, visit, role="list")

    # ------------------------------------------------------------------ sub-columns and home pages

    def sub_columns(self, document: Document, visit: Visit) -> Iterator[Request]:
        """Year sub-columns (`2023年`) and, below the column's own path, the lists of single departments."""
        if visit.depth >= MAX_DEPTH or not visit.trusted:
            return
        for link in document.links:
            if self._sub_columns[visit.portal.id] >= MAX_SUB_COLUMNS:
                return
            if self.is_sub_column(link, document, visit) and self.first_time(visit, link.url):
                self._sub_columns[visit.portal.id] += 1
                column = visit.column.model_copy(update={"url": link.url, "title": link.text})
                inner = replace(visit, column=column, depth=visit.depth + 1, page=1, found=False)
                yield self.request(link.url, self.parse_column, inner, is_list=True)

    def is_sub_column(self, link: Link, document: Document, visit: Visit) -> bool:
        """True for a link to a list that belongs to this column."""
        return (
            on_portal(link, self.hosts_of(visit.portal))
            and link.url not in document.files
            and self.key(link.url) != self.key(visit.column.url)
            and not self.is_article(link.url)
            and may_be_sub_column(link, self.directory(visit.column.url), self.selection.years, top=visit.depth == 0)
        )

    def parse_home(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A page on the way from the home page to the column: the column itself, or the next click towards it."""
        document = Document(response)
        self.first_time(visit, response.url)
        self.notices.see(document, visit)
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

    # ------------------------------------------------------------------ failures

    def on_failure(self, failure: Failure) -> Iterator[Yielded]:
        """A request that failed: an attempt with a reason, and the refusing page itself where there is one."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        note = classify(failure)
        attempt = AttemptItem(
            visit.portal.id, note.outcome, note.reason, note.detail, request.url, evidence=dict(note.evidence)
        )
        row = request.cb_kwargs.get("row")
        self.lists.fail(visit, row=row, outcome=note.outcome)
        if row is not None:
            reading = judge(row.title)
            attempt.url = row.url  # as the list names it: there it is known by, whatever it redirects to
            attempt.year = reading.year
            attempt.evidence["title"] = row.title[:200]
        if isinstance(failure.value, Gated | Throttled) and failure.value.response is not None:
            refusal = failure.value.response
            refusal.request = refusal.request or request  # raised on the way, before Scrapy tied them
            yield self._item(refusal, visit, role="refusal")
        yield attempt if visit.aside else self.ledger.failed(attempt)
        if row is None and not visit.aside:
            yield from self._after_failed_list(note.outcome, visit)

    def _after_failed_list(self, outcome: Outcome, visit: Visit) -> Iterator[Yielded]:
        """One page of a list failed: the next is tried. The column itself is gone: it is searched for from home."""
        if outcome not in {"missing", "unreachable", "unreadable"}:
            return
        if visit.page > 1 and visit.misses < MAX_MISSES:
            yield from self.turn_page(visit.ahead, replace(visit, misses=visit.misses + 1))
        elif outcome == "missing" and visit.page == 1 and not visit.depth and visit.trusted:
            yield from self.search_home(visit.portal)
