"""TRS WCM (拓尔思): Guizhou and most other portals (portal-families §2).

A list is a directory, `…/zfxxgknb/`, or a page in it (`index.shtml`, `nlist.htm`); its articles lie below it,
`./202401/t20240115_123456.html`. Pages follow as `index_1.html`; how many there are stands in a script, in one of many
ways (`spiders.paging`). Sites of Fujian print ten rows; for all the others their template asks a search service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.portals.registry import Registry
from crawler.reports.titles import judge
from spiders.answers import OddAnswer, day_of, number_of, read_json, records, text_of
from spiders.base import FamilySpider, Row, Visit
from spiders.documents import Document
from spiders.paging import MAX_PAGES, read_pager
from spiders.portal import Yielded
from spiders.scripts import inline_scripts, number
from spiders.selection import Selection

_SMALLEST_PAGE = 600
"""Bytes: `index_N` beyond the end is often a stub of 300-400 bytes (portal-families §2.3)."""

_SEARCH_PATH = "/fjdzapp/search"
_SEARCH_ROWS = 75
_FUJIAN_LIBRARY = 229105
"""Number of the document library that the provincial bureaus of Fujian share."""


class TrsSpider(FamilySpider):
    """Crawl portals of the family `trs`. Quirk: `paging_base = 1` where the second page is `index_2`."""

    name = "trs"
    family = "trs"
    article_url = re.compile(r"/(?:\d{6}/)?t\d{8}_\d+(?:_wap)?\.s?html?$|/t\d{5,}(?:_wap)?\.s?html?$", re.IGNORECASE)

    def prepare(self, selection: Selection, registry: Registry) -> None:
        """See `FamilySpider.prepare`."""
        super().prepare(selection, registry)
        self._counted_from_one: set[str] = set()

    def canonical(self, url: str) -> str:
        """The page itself for its twin for telephones (`_wap`), the directory for its index page."""
        address = url.partition("?")[0] if self.is_article(url) else url
        address = re.sub(r"_wap(?=\.s?html?$)", "", address)
        return re.sub(r"/index\.s?html?$", "/", address)

    def neighbourhood(self, url: str) -> str:
        """The list's directory: an article's address without `YYYYMM/t….html`."""
        return re.sub(r"/(?:\d{6}/)?t[^/]*$", "", url)

    def rows(self, document: Document, visit: Visit) -> list[Row]:
        """Links with an article's shape; unclear ones only below the list, where all its articles lie."""
        below = self.directory(visit.column.url)
        rows = super().rows(document, visit)
        return [row for row in rows if row.url.startswith(below) or judge(row.title).kind != "other" or row.request]

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """Pages of this list, by whatever its scripts and links say of their number."""
        if visit.page > 1 and len(document.body) < _SMALLEST_PAGE:
            return []
        quirk = 1 if visit.column.url in self._counted_from_one else visit.portal.quirks.get("paging_base")
        pager = read_pager(document, None if quirk is None else int(quirk) + 1)
        found = pager.urls(document.url, spare=visit.misses > 0) if pager else []
        return [*found, *super().next_pages(document, visit)]

    def goes_on(self, rows: list[Row], fresh: int, visit: Visit) -> bool:
        """Also after a second page that repeats the first: where pages count from 1, `index_1` is its twin."""
        if visit.page == 2 and rows and not fresh:
            self._counted_from_one.add(visit.column.url)
            return True
        return super().goes_on(rows, fresh, visit)

    # ------------------------------------------------------------------ lists that a search service completes (Fujian)

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """As in every family; and the rows that the page's template would ask a search service for."""
        yield from super().read_list(document, visit)
        if visit.page == 1 and ("chnldocurl" in document.text or _SEARCH_PATH in document.text):
            yield from self.ask_search(document, visit)

    def ask_search(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """First request for a column's rows to the search service; an attempt when the column's number is not told."""
        script = inline_scripts(document)
        column = number(script, "chnlid|chnlId|channelId") or number_of(_meta(document, "ChnlId"))
        library = number(script, "channelid") or visit.column.params.get("library_id")
        if not library and (urlsplit(document.url).hostname or "").endswith("fujian.gov.cn"):
            library = _FUJIAN_LIBRARY
        if column and library:
            asked = replace(visit, params={**visit.params, "chnlid": column, "library_id": library})
            yield self.search_page(document.url, asked, 1)
        elif (len(self.rows(document, visit)) >= _rows_shown(document.text)) and visit.trusted:
            detail = "its template asks a search service for the rows that are not in the page, without saying how"
            yield self.unreadable("list_cut", detail, visit, "partial")

    def search_page(self, list_url: str, visit: Visit, page: int) -> Request:
        """Request for one page of a column's rows, as the portal's own template asks."""
        form = {
            "channelid": str(visit.params["library_id"]),
            "sortfield": "-docorderpri,-docreltime",
            "classsql": f"chnlid={visit.params['chnlid']}",
            "cache": "true",
            "page": str(page),
            "prepage": str(_SEARCH_ROWS),
        }
        headers = {
            "Referer": list_url,
            "X-Requested-With": "XMLHttpRequest",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        url, inner = urljoin(list_url, _SEARCH_PATH), replace(visit, page=page)
        return self.request(url, self.parse_search, inner, method="POST", body=urlencode(form), headers=headers)

    def parse_search(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """Rows that the search service answers; the next page while there is one."""
        yield self._item(response, visit, role="list")
        try:
            answer = read_json(response)
            found = records(answer, "data" if isinstance(answer, dict) and "data" in answer else "docs", response.url)
        except OddAnswer as error:
            yield self.unreadable(error.reason, str(error), visit)
            return
        rows = [row for record in found if (row := self._search_row(record, visit)) is not None]
        fresh = yield from self.follow(rows, visit)
        total = number_of(answer.get("pageCount")) or 1
        if rows and (fresh or visit.page == 1) and visit.page < min(total, MAX_PAGES):
            yield self.search_page(visit.column.url, visit, visit.page + 1)

    def _search_row(self, record: dict[str, Any], visit: Visit) -> Row | None:
        url = record.get("docpuburl") or record.get("chnldocurl") or record.get("url")
        if not isinstance(url, str) or not url.strip():
            return None
        address = urljoin(visit.column.url, url.strip())
        if (urlsplit(address).hostname or "") not in self.hosts_of(visit.portal) or not self.is_article(address):
            return None
        title = text_of(record.get("doctitle")) or text_of(record.get("_doctitle")) or text_of(record.get("title"))
        date = day_of(record.get("docreltime"), record.get("pubdate"), record.get("time"))
        return Row(self.canonical(address), title, date)


def _meta(document: Document, name: str) -> str:
    found = document.tree.xpath("//meta[@name=$name]/@content", name=name) if document.tree is not None else []
    return str(found[0]).strip() if found else ""


def _rows_shown(source: str) -> int:
    """How many rows the template shows at once (`ms-if-loop="$index<10"`): fewer in the page are all there are."""
    match = re.search(r"\$index\s{0,3}(?:<|&lt;)\s{0,3}(\d{1,4})", source)
    return int(match[1]) if match else 10
