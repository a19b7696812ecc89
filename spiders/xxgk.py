"""Hanweb's disclosure module: the annual report of one organisation and one year at an address of its own.

`/module/xxgk/xxgkAnnualReport.jsp?area=11370830004335350N&fbtime=2025`: `area` is the organisation (a code of the
portal's own, or its 统一社会信用代码), `fbtime` the fiscal year. There is no list of them: each year is asked for, the
newest first. What a page holds is told by the page: a year without a report may be a 404, an empty page, or the newest
report again. (portal-families §6.5)

The module's catalogue is a list like others, shown by pages that name it in a script: `search.jsp?infotypeId=…&area=…`
answers rows as HTML, `currpage` turns them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.net.gates import Gated
from crawler.portals.model import Column, Portal
from crawler.portals.registry import Registry
from crawler.reports.names import is_body
from crawler.reports.titles import TitleReading, judge
from crawler.years import FIRST_YEAR, newest_due
from spiders.base import MAX_MISSES, MAX_SUB_COLUMNS
from spiders.columns import on_portal
from spiders.documents import Document, squeeze
from spiders.jpaas import PieceLists, asked_by_script
from spiders.notices import NOTICE_PAGES
from spiders.portal import Yielded
from spiders.selection import Selection
from spiders.visits import Row, Visit

MAX_EMPTY = 3
"""Years in a row without a report, older than any that is known of, after which no older one is asked for."""

MODULE = "/module/xxgk/xxgkAnnualReport.jsp"

_MODULE = re.compile(r"/module/xxgk/xxgkAnnualReport\.jsp$", re.IGNORECASE)
_CATALOGUE = re.compile(r"/module/xxgk/search\.jsp\?([^\s<>]{5,900})")
_TYPE = re.compile(r"infotypeId=(?:([\w-]{1,40})|[\"']\s{0,3}\+)", re.IGNORECASE)
_NAMED = re.compile(r"\b(area|jdid|divid|standardXxgk|sortfield)=([\w:,-]{1,60})")
_PAGES = re.compile(r"共(?:&nbsp;|\s){0,9}(\d{1,4})(?:&nbsp;|\s){0,9}页")
_AREA = re.compile(r"[0-9A-Za-z_-]{4,40}")
_PRINTED_TEXT = "//body//text()[not(ancestor::a or ancestor::script or ancestor::style or ancestor::option)]"
_MAX_TEXTS = 400
_LONGEST_PAGE = 1_000_000


def asks_module(url: str) -> bool:
    """True for an address of the module, whatever it asks."""
    return bool(_MODULE.search(urlsplit(url).path))


def year_asked(url: str) -> str:
    """The year that an address of the module asks for; "" for another address, and for one without a year."""
    year = dict(parse_qsl(urlsplit(url).query)).get("fbtime", "") if asks_module(url) else ""
    return year if re.fullmatch(r"(?:19|20)\d\d", year) else ""


def area_of(url: str) -> str:
    """The organisation that an address names, as `area` (the module) or `vc_xxgkarea` (its columns); "" for none."""
    asked = dict(parse_qsl(urlsplit(url).query))
    named = asked.get("area", "") if "/module/xxgk/" in urlsplit(url).path else asked.get("vc_xxgkarea", "")
    return named if _AREA.fullmatch(named) else ""


def catalogue_in(document: Document) -> str:
    """Address of the module's list that a page shows, "" for none.

    The type of the rows stands in it, or is put into it by a script: then the page's own address says it (`number`).
    """
    for match in _CATALOGUE.finditer(document.text[:_LONGEST_PAGE].replace("&amp;", "&")):
        kind = _TYPE.search(match[1])
        number = kind and (kind[1] or dict(parse_qsl(urlsplit(document.url).query)).get("number", ""))
        if number:
            asked = {"infotypeId": number, **dict(_NAMED.findall(match[1]))}
            return urljoin(document.url, f"/module/xxgk/search.jsp?{urlencode(asked)}")
    return ""


class AnnualReportModule(PieceLists):
    """The part of Hanweb's spider that asks the module: year by year, and for its catalogue."""

    def prepare(self, selection: Selection, registry: Registry) -> None:
        """See `FamilySpider.prepare`."""
        super().prepare(selection, registry)
        self._given: dict[str, set[str]] = defaultdict(set)
        self._areas: dict[str, int] = defaultdict(int)

    def ask_area(self, visit: Visit, area: str) -> Iterator[Yielded]:
        """Begin with an organisation, once a run: its newest year."""
        parts = urlsplit(visit.column.url)
        address = f"{parts.scheme}://{parts.netloc}{MODULE}?area={quote(area)}"
        if not self.first_time(visit, address):
            return
        column = visit.column.model_copy(update={"url": address, "params": {}})
        years = [f"{address}&fbtime={year}" for year in sorted(self._years(), reverse=True)]
        inner = replace(visit, column=column, trusted=True, page=1, misses=0, params={}, ahead=tuple(years))
        yield from self.ask_year(inner, found=0, empty=0)

    def ask_year(self, visit: Visit, found: int, empty: int) -> Iterator[Yielded]:
        """The next year that was not asked for yet; at the end, what became of the organisation.

        `found` reports were shown so far, and none by the last `empty` years before those that the row expects.
        """
        ahead = [url for url in visit.ahead if empty < MAX_EMPTY or self._is_expected(url, visit.portal)]
        while ahead and not self.enough(visit):
            url = ahead.pop(0)
            if self.first_time(visit, url):
                if self.lists.rests(self, visit.portal.id, url):
                    found, empty = found + 1, 0
                    continue
                row = Row(url, visit.column.title)
                inner = replace(visit, ahead=tuple(ahead))
                kwargs = {"row": row, "found": found, "empty": empty}
                yield self.request(url, self.parse_year, inner, errback=self.no_year, cb_kwargs=kwargs)
                return
        if not (found or ahead or self.selection.years is not None or self.enough(visit)):
            yield self.unreadable("empty_area", "the module shows no report of this organisation, of no year", visit)
            yield from self.search_home(visit.portal)

    def parse_year(self, response: Response, visit: Visit, row: Row, found: int, empty: int) -> Iterator[Yielded]:
        """The page of one year: handed on if it is a report that was not given under another year."""
        document = Document(response)
        self.ledger[visit.portal.id].columns += visit.page == 1
        reading = self._report_of(document, visit)
        if reading is None or not self._is_wanted(row, reading, visit):
            yield self._item(response, visit, role="list")
        else:
            self.notices.note(visit, row, reading)
            self.ledger[visit.portal.id].followed += 1
            if visit.found:
                yield from self.remember(visit)
            yield from self.parse_article(response, visit, row)
        following = replace(visit, page=visit.page + 1, misses=0)
        older = not self._is_expected(row.url, visit.portal)
        yield from self.ask_year(following, found + (reading is not None), empty + older if reading is None else 0)

    def no_year(self, failure: Failure) -> Iterator[Yielded]:
        """A year that did not answer. A 404 means that there is none; after two other failures the rest is left."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        gone = isinstance(failure.value, HttpError) and failure.value.response.status in {404, 410}
        if not gone:
            yield from self.on_failure(failure)
        misses = 0 if gone else visit.misses + 1
        if misses <= MAX_MISSES and not isinstance(failure.value, Gated):
            asked = request.cb_kwargs
            older = gone and not self._is_expected(request.url, visit.portal)
            yield from self.ask_year(replace(visit, misses=misses), asked["found"], asked["empty"] + older)

    def ask_catalogue(self, address: str, visit: Visit, pages: int = 1, *, reports: bool = False) -> Request:
        """Ask for a page of the module's catalogue; `pages` are promised so far, and `reports` were among its rows."""
        kwargs = {"address": address, "pages": pages, "reports": reports}
        url, headers = f"{address}&currpage={visit.page}", asked_by_script(visit.column.url)
        return self.request(url, self.parse_catalogue, visit, headers=headers, cb_kwargs=kwargs, dont_filter=True)

    def parse_catalogue(
        self, response: Response, visit: Visit, address: str, pages: int, reports: bool
    ) -> Iterator[Yielded]:
        """A page of the catalogue: rows, and the next page while there is one with new rows."""
        yield self._item(response, visit, role="list")
        document = Document(response)
        part = yield from self.read_part(document.text, visit)
        if not part.found and visit.page == 1:
            yield from super().nothing_listed(document, visit)
            return
        # A catalogue of another kind has hundreds of pages, and none of them speaks of reports.
        reports = reports or any(judge(link.text).kind == "annual_report" for link in document.links)
        pages = max([pages, *map(int, _PAGES.findall(document.text))])
        if self.enough(visit) or visit.page >= min(pages, self.most_pages(visit) if reports else NOTICE_PAGES):
            return
        if part.fresh:
            yield self.ask_catalogue(address, replace(visit, page=visit.page + 1), pages, reports=reports)
        elif visit.trusted:
            detail = f"{pages} pages are promised, page {visit.page} holds nothing new"
            yield self.unreadable("short_list", detail, visit, "partial")

    def harvest(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """Organisations whose addresses in the module a page links: nothing else lists them."""
        hosts = self.hosts_of(visit.portal)
        for link in document.links:
            area = area_of(link.url) if asks_module(link.url) and on_portal(link, hosts) else ""
            general = not year_asked(link.url) or not visit.trusted
            if not area or not general or self._areas[visit.portal.id] >= MAX_SUB_COLUMNS:
                continue
            name = judge(link.text).agency or (link.text if is_body(link.text) else None)
            if self.selection.wants(visit.portal, name):
                self._areas[visit.portal.id] += 1
                column = Column(url=link.url, title=link.text, agencies=visit.column.agencies)
                yield from self.ask_area(replace(visit, column=column, clicks=visit.clicks + 1), area)

    def _years(self) -> Iterator[int]:
        """Years to ask for: those that were asked for, else all there may be, in December the running one too."""
        today = self.ledger.today
        yield from self.selection.years or range(FIRST_YEAR, newest_due(today) + 1 + (today.month == 12))

    def _is_expected(self, url: str, portal: Portal) -> bool:
        """True for a year that was asked for, or from which on reports are known to stand on the portal."""
        return self.selection.years is not None or int(year_asked(url)) >= portal.oldest_year

    def _report_of(self, document: Document, visit: Visit) -> TitleReading | None:
        """What the page's title says if the page is a report that this organisation has not given yet, else None."""
        if document.problem:  # the file itself in place of a page, or nothing at all
            return judge("") if document.body.strip() and self._is_new(document.body, visit) else None
        readings = [one for title in _titles(document) if (one := judge(title)).kind == "annual_report"]
        reading = next((one for one in readings if one.year is not None), readings[0] if readings else None)
        named = reading is not None and reading.year is not None
        if not (named or self.is_own_report(document)):
            return None
        # Its title names the content where it names a year; else the words do. The address never does.
        content = str(reading) if named else " ".join(_texts(document))
        return (reading or judge("")) if self._is_new(content.encode("utf-8"), visit) else None

    def _is_new(self, content: bytes, visit: Visit) -> bool:
        """True for what this organisation has not shown under another year."""
        key, given = sha256(content).hexdigest(), self._given[self.key(visit.column.url)]
        new = key not in given
        given.add(key)
        return new


def _titles(document: Document) -> Iterator[str]:
    """What may be the page's title: its metas and title, then its lines. Links never count: menus name other years."""
    if document.tree is None:
        return
    for meta in document.tree.xpath("//meta[@name and @content]")[:60]:
        if meta.get("name", "").strip().lower() == "articletitle":
            yield meta.get("content", "")
    yield from (title.text_content() for title in document.tree.xpath("//title")[:2])
    yield from (text for text in _texts(document) if 8 <= len(text) <= 120)


def _texts(document: Document) -> list[str]:
    found = document.tree.xpath(_PRINTED_TEXT)[:_MAX_TEXTS] if document.tree is not None else []
    return [text for one in found if (text := squeeze(str(one)))]
