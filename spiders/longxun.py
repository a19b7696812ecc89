"""Longxun 龙讯 (Anhui; Mianyang, Xinxiang, Shangrao, Haibei too) and Anhui's second system, "Openness".

* `/public/column/{organ}?type=3` is an organ's tab of annual reports: a list of articles `/public/{organ}/{id}.html`,
  or the report itself, with a switch of years (`timeFrame=2020`). Where no switch is printed, years are asked for.
* `/site/tpl/7931?nav=4&year=2024` and `/content/column/{id}` are lists of a whole site.
* Openness numbers the reports of all organs in one table: `/XxgkAnnualReport/show/6384.html`; its lists are
  `/XxgkContent/showList/790/0/page_1.html`.

(portal-families §8.1)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.net.gates import Gated
from crawler.portals.model import Column
from crawler.portals.registry import Registry
from crawler.reports.names import is_body
from crawler.reports.titles import judge
from crawler.years import newest_due
from spiders.attachments import attached
from spiders.base import MAX_SUB_COLUMNS, FamilySpider, Row, Visit
from spiders.columns import on_portal
from spiders.documents import Document
from spiders.organs import asked, content_key, label_in, organ_of, report_in, with_query, year_of, years_in
from spiders.paging import MAX_PAGES
from spiders.portal import Yielded
from spiders.scripts import inline_scripts, number
from spiders.selection import Selection

MAX_EMPTY = 3
"""Years in a row without a report that was not shown before: then no more are asked for."""

_OPENNESS = re.compile(
    r"/((?:Xxgk|Openness)AnnualReport/show/\d+|openness/detail/annual_report/[0-9a-f]{24})\.html$", re.I
)
_ARTICLE = re.compile(
    r"/public/(?:\d+|content)/\d{4,}\.html$|/content/(?:article|detail)/\d+(?:\.html)?$|/\d{7,}\.html$"
)
_LIST = re.compile(r"/(?:public/column|site/(?:tpl|label)|content/column)/\d+/?$")
_PAGED = re.compile(r"/page_\d{1,4}\.html$")
_LINKED = re.compile(r"(?:/page_|[?&]pageIndex=)(\d{1,4})(?:\.html|&|$)")
_PAGES = re.compile(r"共\s{0,3}(?:<[^<>]{1,60}>)?\s{0,3}(\d{1,4})\s{0,3}(?:<[^<>]{1,60}>)?\s{0,3}页")


class LongxunSpider(FamilySpider):
    """Portals of Longxun. A column is an organ's page, or a list of either system."""

    name = "longxun"
    family = "longxun"
    article_url = re.compile(f"{_OPENNESS.pattern}|{_ARTICLE.pattern}", re.IGNORECASE)

    def prepare(self, selection: Selection, registry: Registry) -> None:
        """See `FamilySpider.prepare`."""
        super().prepare(selection, registry)
        self._given: dict[str, set[str]] = defaultdict(set)
        self._organs: dict[str, int] = defaultdict(int)

    # ------------------------------------------------------------------ addresses

    def is_article(self, url: str) -> bool:
        """An article's own address, or an organ's page that is told one record's number."""
        numbered = {"id", "infoId", "contentId"} & asked(url).keys()
        return super().is_article(url) or bool(organ_of(url) and numbered and asked(url).get("action") == "detail")

    def canonical(self, url: str) -> str:
        """An article's address without a query, where it needs none."""
        return url.partition("?")[0] if super().is_article(url) else url

    def key(self, url: str) -> str:
        """An organ's page by what it shows, whatever else its address says; a report of Openness by its number."""
        if openness := _OPENNESS.search(urlsplit(url).path):
            return openness[1].lower()
        if not (organ := organ_of(url)):
            return super().key(url)
        told = asked(url)
        page = told.get("pageIndex", "1")
        shown = (told.get(name, "") for name in ("type", "catId", "timeFrame", "id", "infoId", "contentId"))
        return f"{urlsplit(url).netloc} {organ} {' '.join(shown)} {page}"

    def directory(self, column_url: str) -> str:
        """Lists that only a number tells apart have nothing below them: all organs lie in one folder."""
        return f"{column_url}#" if _LIST.search(urlsplit(column_url).path) else super().directory(column_url)

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """`pageIndex=2`, `page_2.html`: as many as are linked or counted, and where 下一页 leads."""
        url, path = visit.column.url, urlsplit(visit.column.url).path
        folder = super().directory(url)
        linked = [int(m[1]) for x in document.links if x.url.startswith(folder) and (m := _LINKED.search(x.url))]
        said = number(inline_scripts(document), "pageCount|totalPages?|page_?total") or 1
        last = max(said, *(int(count) for count in _PAGES.findall(document.text)[:99]), *linked, 1)
        numbers = range(2, min(last, MAX_PAGES + 1) + 1)
        if _PAGED.search(path):
            found = [urljoin(url, f"page_{n}.html") for n in numbers]
        else:
            found = [with_query(url, pageIndex=str(n)) for n in numbers] if _LIST.search(path) else []
        return [*found, *super().next_pages(document, visit)]

    # ------------------------------------------------------------------ an organ's page

    def is_own_report(self, document: Document) -> bool:
        """As in every family; and an organ's page that shows the file of a report under its title, and links none."""
        if super().is_own_report(document):
            return True
        if not organ_of(document.url) or not attached(document):
            return False
        links = (link for link in document.links if self.is_article(link.url) or link.url in document.files)
        reading = report_in(document)
        listed = any(judge(link.text).kind == "annual_report" for link in links)
        return reading is not None and reading.year is not None and not listed

    def start_column(self, visit: Visit) -> Iterator[Yielded]:
        """Open a column; of an organ's page the tab with its reports, unless the address says a category."""
        url = visit.column.url
        if organ_of(url) and not asked(url).get("catId") and asked(url).get("type") != "3":
            url = f"{url.partition('?')[0]}?type=3"
        yield from super().start_column(replace(visit, column=visit.column.model_copy(update={"url": url})))

    def own_report(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """The report in a page: of a wanted year, once an organ, and at the address of its year where there is one."""
        document = Document(response)
        reading = report_in(document) or judge("")
        elsewhere = not year_of(response.url) and reading.year in years_in(document)
        row = Row(response.url, visit.column.title)
        if not elsewhere and self._is_wanted(row, reading, visit):
            given = self._given[f"{visit.portal.id} {organ_of(visit.column.url) or self.key(visit.column.url)}"]
            known = len(given)
            given.add(content_key(document))
            if len(given) > known:
                self.notices.note(visit, row, reading)
                yield from super().own_report(response, visit)

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """As in every family; of an organ's page also the other years, or the list that its script asks for."""
        listed = False
        for one in super().read_list(document, visit):
            listed |= isinstance(one, Request)
            yield one
        first = visit.page == 1 and not visit.depth and visit.trusted and not year_of(document.url)
        if not (first and organ_of(visit.column.url)) or self.enough(visit):
            return
        own, offered = self.is_own_report(document), years_in(document)
        if offered:
            yield from self.open_years(offered, visit)
        elif not (own or listed or self.is_readable(document, visit)) and (url := label_in(document)):
            column = visit.column.model_copy(update={"url": url})
            yield self.request(url, self.parse_column, replace(visit, column=column), is_list=True)
        elif own or not (listed or self.is_readable(document, visit)):
            shown = report_in(document) if own else None
            oldest, newest = visit.portal.oldest_year, newest_due(self.ledger.today)
            years = [*range(newest, oldest - 1, -1)]
            ahead = [year for year in years if self._wants(year) and not (shown and shown.year == year)]
            yield from self.ask_year(ahead, visit, int(own))

    def _wants(self, year: int) -> bool:
        return self.selection.years is None or year in self.selection.years

    def open_years(self, years: list[int], visit: Visit) -> Iterator[Request]:
        """The years that a page offers."""
        for year in filter(self._wants, years):
            url = with_query(visit.column.url, timeFrame=str(year))
            if self.first_time(visit, url):
                column = visit.column.model_copy(update={"url": url, "title": f"{year}年"})
                yield self.request(url, self.parse_column, replace(visit, column=column, depth=1), is_list=True)

    def ask_year(self, years: list[int], visit: Visit, found: int, empty: int = 0) -> Iterator[Yielded]:
        """The next year that no page offers, while such questions are answered; at the end, what became of them."""
        ahead = [*years]
        while ahead and empty < MAX_EMPTY and not self.enough(visit):
            url = with_query(visit.column.url, timeFrame=str(ahead.pop(0)))
            if self.first_time(visit, url):
                if self.lists.rests(self, visit.portal.id, url):
                    found, empty = found + 1, 0
                    continue
                told = {"years": ahead, "found": found, "empty": empty}
                # A year without a report may redirect to the plain page: as a twin of it the answer would be dropped.
                yield self.request(url, self.parse_year, visit, errback=self.no_year, cb_kwargs=told, dont_filter=True)
                return
        if not found and not self.enough(visit):
            yield self.unreadable("empty_list", "the organ's page shows no report, of no year", visit)
            yield from self.search_home(visit.portal)

    def parse_year(
        self, response: Response, visit: Visit, years: list[int], found: int, empty: int
    ) -> Iterator[Yielded]:
        """The page of one year: a report that was not given before, or rows."""
        document, new = Document(response), False
        yield self._item(response, visit, role="list")
        if not document.problem:
            column = visit.column.model_copy(update={"url": response.url})
            inner = replace(visit, column=column, depth=1)
            for one in (*self._own(document, response, inner), *self.read_list(document, inner)):
                new = True
                yield one
        yield from self.ask_year(years, visit, found + new, 0 if new else empty + 1)

    def _own(self, document: Document, response: Response, visit: Visit) -> Iterator[Yielded]:
        if self.is_own_report(document):
            yield from self.own_report(response, visit)

    def no_year(self, failure: Failure) -> Iterator[Yielded]:
        """A year that did not answer: a 404 means that there is no report, a gate ends the questions."""
        request: Request = failure.request  # type: ignore[attr-defined]
        told = request.cb_kwargs
        if not (isinstance(failure.value, HttpError) and failure.value.response.status in {404, 410}):
            yield from self.on_failure(failure)
        if not isinstance(failure.value, Gated):
            yield from self.ask_year(told["years"], told["visit"], told["found"], told["empty"] + 1)

    # ------------------------------------------------------------------ home pages

    def parse_home(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """As in every family; and the organs whose pages are linked: each has a tab of its own."""
        yield from super().parse_home(response, visit)
        document = Document(response)
        for link in document.links:
            organ = organ_of(link.url) if on_portal(link, self.hosts_of(visit.portal)) and is_body(link.text) else ""
            url = urljoin(link.url, f"/public/column/{organ}?type=3")
            if not organ or self._organs[visit.portal.id] >= MAX_SUB_COLUMNS or not self.first_time(visit, url):
                continue
            if self.selection.wants(visit.portal, link.text):
                self._organs[visit.portal.id] += 1
                column = Column(url=url, title=link.text)
                yield from self.start_column(replace(visit, column=column, trusted=True, clicks=visit.clicks + 1))
