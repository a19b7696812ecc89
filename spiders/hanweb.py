"""Hanweb 大汉 (Jiangsu, Zhejiang, Shandong and others): three systems, often side by side on one host.

* Older columns, `/col/col33704/index.html`: the first records stand in the page, `dataproxy.jsp` gives the others
  (`spiders.jpage`).
* Newer columns, so called or plain directories: a service builds the lists of a page (`spiders.jpaas`).
* The disclosure module: the report of an organisation and a year without any column, and a catalogue (`spiders.xxgk`).

(portal-families §6)
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.items import PageItem
from crawler.reports.titles import judge
from spiders.answers import OddAnswer
from spiders.base import Row, Visit
from spiders.columns import on_portal
from spiders.documents import Document, Link
from spiders.jpaas import Part, Queue, as_response, asked_by_script, html_of, pieces_in
from spiders.jpage import Store, Unit, as_page, read_store, records_in, units_in
from spiders.paging import MAX_PAGES
from spiders.portal import Yielded
from spiders.xxgk import MODULE, AnnualReportModule, area_of, asks_module, catalogue_in, year_asked

_OLD = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/(art_(\d+)_\d+)[\w]*\.html?$")
_NEW = re.compile(r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?(art_\w+)\.html?$|/art/\d{6,}/(\w{8,40})\.html?$")
_COLUMN_NUMBER = re.compile(r"/col/col(\d+)(?:/|$)")
_COLUMN_PAGE = re.compile(r"/(?:index\.(?:html?|jsp))?$|/col/[\w-]+$")

MAX_HOME_PIECES = 3
MAX_LISTS = 3
"""Lists of one older column page that are read on, where none of them names the column."""


class HanwebSpider(AnnualReportModule):
    """Portals of Hanweb. A column is a list's page, or an address of the disclosure module with its `area`."""

    name = "hanweb"
    family = "hanweb"
    article_url = re.compile(f"{_OLD.pattern}|{_NEW.pattern}")

    # ------------------------------------------------------------------ addresses

    def is_article(self, url: str) -> bool:
        """An article's own address, or a year of the disclosure module."""
        return super().is_article(url) or bool(year_asked(url) and area_of(url))

    def canonical(self, url: str) -> str:
        """An article's address without a query (`?uid=…`, `?pageNum=…` of the list it was opened from)."""
        return url.partition("?")[0] if super().is_article(url) else url

    def key(self, url: str) -> str:
        """An article has one number under all its addresses: on the host for telephones, below several columns."""
        path = urlsplit(url).path
        if asks_module(url):
            return f"{MODULE} {area_of(url)} {year_asked(url)}"
        if old := _OLD.search(path):
            return old[1]
        if new := _NEW.search(path):
            return new[1] or new[2]
        return re.sub(r"/index\.html?(?=$|\?)", "/", super().key(url))

    def neighbourhood(self, url: str) -> str:
        """The column: its number in an old address, the folder above `art/` in a new one, the module."""
        parts = urlsplit(url)
        if old := _OLD.search(parts.path):
            return f"{parts.netloc} {old[2]}"
        return f"{parts.netloc}{parts.path.partition('/art/')[0]}"

    # ------------------------------------------------------------------ columns

    def start_column(self, visit: Visit) -> Iterator[Yielded]:
        """Open a list's page, or an organisation in the module; if none is named there, they are searched for."""
        url = visit.column.url
        if not asks_module(url):
            yield from super().start_column(visit)
        elif area := area_of(url):
            yield from self.ask_area(visit, area)
        else:
            yield from self.search_home(visit.portal)

    def parse_home(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """As in every family; and the organisations that the page names, and the menus that a service builds."""
        document = Document(response)
        areas = [*self.harvest(document, visit)]
        yield from areas
        ways = [*super().parse_home(response, visit)]
        yield from ways
        if not areas and not any(isinstance(one, Request) for one in ways):
            lists, others = pieces_in(document)
            for piece in (*others, *lists)[:MAX_HOME_PIECES]:
                yield self.request(piece.url, self.parse_menu, visit, headers=asked_by_script(response.url))

    def parse_menu(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A menu that a service built: read as the home page it belongs to."""
        try:
            html = html_of(response)
        except OddAnswer as error:
            yield self.unreadable(error.reason, str(error), visit)
            return
        yield from super().parse_home(as_response(html, visit.column.url), visit)

    def rows(self, document: Document, visit: Visit) -> list[Row]:
        """The records that a column page embeds, and the links of the page itself."""
        records, hosts = records_in(document), self.hosts_of(visit.portal)
        links = [link for link in document.links if on_portal(link, hosts)]
        links = [*(document.links_in(as_page(records)) if records else ()), *links]
        found = [Row(self.canonical(x.url), x.text, x.date) for x in links if self._is_row(x)]
        found += super().rows(document, visit)
        return [*{row.url: row for row in reversed(found)}.values()][::-1]

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """A column's page, and the parts of its list that are not in it."""
        yield from super().read_list(document, visit)
        yield from self.harvest(document, visit) if visit.trusted else ()
        if visit.page > 1 or self.enough(visit):
            return
        for unit in self._own_units(document, visit):
            if unit.ways:
                yield self.ask_group(unit, visit)
            elif unit.missing and visit.trusted:
                detail = f"{unit.total} records are promised, {unit.read} shown, and nothing tells how to ask for more"
                yield self.unreadable("list_cut", detail, visit, "partial")
        lists, others = pieces_in(document)
        readable, address = self.is_readable(document, visit), catalogue_in(document)
        if lists or others:
            yield from self.next_piece(Queue(tuple(lists), tuple(others), found=readable), visit)
        elif address and not readable:
            yield self.ask_catalogue(address, visit)

    def nothing_listed(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """A column without a row may be an organisation's front page: the module is asked for its reports."""
        area = area_of(visit.column.url)
        asked = [*self.ask_area(visit, area)] if area and visit.trusted else []
        yield from asked or super().nothing_listed(document, visit)

    def read_part(self, html: str, visit: Visit) -> Generator[Yielded, None, Part]:
        """A part of a list that was sent by itself: a report in place of it, rows, sub-columns, organisations."""
        page = as_response(html, visit.column.url)
        document = Document(page)
        own = [*(self.own_report(page, visit) if self.is_own_report(document) else ())]
        yield from own
        rows = [Row(self.canonical(x.url), x.text, x.date) for x in document.links if self._is_row(x)]
        fresh = yield from self.follow(rows, visit)
        subs = [*self.sub_columns(document, visit), *self.harvest(document, visit)]
        if subs and visit.found and not rows:
            yield from self.remember(visit)
        yield from subs
        return Part(len(rows), fresh, rows[0].url if rows else "", len(own) + len(subs))

    def _is_row(self, link: Link) -> bool:
        """True for a link to an article; for another that is named for a report and is no column."""
        if self.is_article(link.url):
            return True
        reading = judge(link.text)
        named = reading.kind == "annual_report" and reading.reason != "bare_title"
        return named and not asks_module(link.url) and not _COLUMN_PAGE.search(urlsplit(link.url).path)

    # ------------------------------------------------------------------ older lists: dataproxy.jsp

    def _own_units(self, document: Document, visit: Visit) -> list[Unit]:
        """The lists of a page that belong to its column; all, where none does."""
        units = units_in(document)
        number = _COLUMN_NUMBER.search(urlsplit(visit.column.url).path)
        chosen = [unit for unit in units if number and unit.column == number[1]] or units[:MAX_LISTS]
        # Where the list stands in the markup, its service often answers nothing.
        articles = [old[2] for row in self.rows(document, visit) if (old := _OLD.search(row.url))] if chosen else []
        counted = [replace(unit, in_page=articles.count(unit.column)) for unit in chosen]
        return [unit for unit in counted if not unit.complete]

    def ask_group(self, unit: Unit, visit: Visit) -> Request:
        """Ask for the next records of a list."""
        (method, url, body), headers = unit.request(), asked_by_script(visit.column.url)
        headers |= {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"} if body else {}
        return self.request(
            url,
            self.parse_group,
            replace(visit, page=visit.page + 1),
            meta={"dont_retry": unit.hopeful},
            dont_filter=True,
            method=method,
            body=body,
            headers=headers,
            errback=self.no_group,
            cb_kwargs={"unit": unit},
        )

    def parse_group(self, response: Response, visit: Visit, unit: Unit) -> Iterator[Yielded]:
        """An answer of `dataproxy.jsp`: records, and perhaps more of them."""
        yield self._evidence(response, visit, unit.column)
        try:
            store = read_store(response)
        except OddAnswer as error:
            yield from self.in_other_way(unit, visit, error.reason, str(error))
            return
        part = yield from self.read_part(as_page(store.records), visit)
        yield from self.next_group(unit.after(store, part.fresh), store, unit, visit)

    def next_group(self, unit: Unit, store: Store, before: Unit, visit: Visit) -> Iterator[Yielded]:
        """The following records, while there are some and they are new."""
        last_group = bool(store.pages) and unit.ways[0] == "page" and unit.page > (store.pages or 0)
        if self.enough(visit) or unit.complete:
            return
        if before.hopeful and unit.first and unit.ways[0] != "page":
            yield from self.in_other_way(before, visit, "short_list", "")
        elif unit.stuck(store):
            detail = f"{unit.total} records are promised and {unit.read} were shown"
            yield from self.in_other_way(unit, visit, "short_list", detail)
        elif visit.page > self.most_pages(visit):
            if visit.trusted:
                yield self.unreadable("page_limit", f"the list has more than {MAX_PAGES} pages", visit, "partial")
        elif not last_group:
            yield self.ask_group(unit, visit)

    def in_other_way(self, unit: Unit, visit: Visit, reason: str, detail: str) -> Iterator[Yielded]:
        """This way leads no further: the next one is tried if this one never did, else the gap is recorded."""
        if unit.hopeful:
            yield self.ask_group(unit.other_way(), visit)
            return
        if unit.missing or reason != "short_list":
            yield self.unreadable(reason, detail, visit, "partial" if unit.read else "unreadable")
        if not unit.read:
            yield from self.search_home(visit.portal)

    def no_group(self, failure: Failure) -> Iterator[Yielded]:
        """`dataproxy.jsp` does not answer: asked in another way, else the failure is recorded."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit, unit = request.cb_kwargs["visit"], request.cb_kwargs["unit"]
        if unit.hopeful:
            yield self.ask_group(unit.other_way(), visit)
            return
        yield from self.on_failure(failure)
        if not unit.read:
            yield from self.search_home(visit.portal)

    def _evidence(self, response: Response, visit: Visit, column: str = "") -> PageItem:
        """The answer, kept under an address that tells it from the answers to other columns."""
        item = self._item(response, visit, role="list")
        posted = response.request is not None and response.request.method == "POST"
        item.url = f"{response.url}#columnid={column}" if posted else response.url
        return item
