"""What a family's own reading makes of one page: its rows, its paging, the way on. Nothing is fetched here.

`scrapy detect` gives a page, a spider's class and the row that it would propose; the spider is driven as in a
crawl, with the page as the answer to its own first request, and what it yields is sorted by what it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.items import AttemptItem, PageItem
from crawler.portals.model import Column, Portal
from crawler.portals.registry import Registry
from spiders.base import FamilySpider
from spiders.columns import is_column_name, on_portal
from spiders.documents import Document, Link
from spiders.selection import Selection
from spiders.visits import Row, Visit

_HOME = re.compile(r"^/?(?:index\.\w{2,6}|default\.\w{2,6})?$", re.IGNORECASE)
_MOST_COLUMNS = 12


@dataclass(slots=True)
class Preview:
    """What a page holds for a family.

    Attributes:
        rows: rows of the list, those that are no reports among them.
        reports: rows that a crawl would open.
        own: the page is itself a report.
        pages: addresses of the list's next pages.
        sub_columns: lists below this one, by name and address.
        columns: columns of annual reports that the page names.
        asks: requests by which the family would go on: a service that holds the rows, a page with the tree.
        notes: what could not be read, as reason and sentence.
    """

    rows: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    own: bool = False
    pages: list[str] = field(default_factory=list)
    sub_columns: list[Column] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    asks: list[Request] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def shows(self) -> int:
        """Reports that the page is or lists."""
        return len(self.reports) + self.own


def preview(spider: type[FamilySpider], portal: Portal, settings: Settings, response: Response) -> Preview:
    """What the family makes of a page of a portal: its home page, a column, or the answer of a service."""
    reader = _reader(spider, portal, settings)
    home = bool(_HOME.match(urlsplit(response.url).path)) and not urlsplit(response.url).query
    if reader.is_article(response.url) and not home:
        return Preview(own=reader.is_own_report(Document(response)), columns=columns_in(response, portal))
    visit = Visit(portal, Column(url=response.url, title=_title(response)), trusted=not home, found=home)
    first = [*(reader.search_home(portal) if home else reader.start_column(visit))]
    own = _answered_by(reader, first, response)
    found = Preview(columns=columns_in(response, portal))
    if own is None:
        return _sorted(found, first, visit)
    if own.callback == reader.parse_column:
        found.rows = [*reader.rows(Document(response), visit)]
    return go_on(own, response, found)


def go_on(asked: Request, response: Response, found: Preview | None = None) -> Preview:
    """What the family makes of the answer to a request that it asked (`Preview.asks`, `Preview.columns`)."""
    assert asked.callback is not None  # noqa: S101  the spiders give each request one
    answered = response.replace(request=asked)
    given = asked.callback(answered, **asked.cb_kwargs)
    return _sorted(found or Preview(), given or (), asked.cb_kwargs.get("visit"))


def columns_in(response: Response, portal: Portal) -> list[Column]:
    """Columns of annual reports that a page names on the portal's own hosts, by their anchors, each once."""
    document = Document(response)
    if document.problem:
        return []
    named = {link.url: link for link in document.links if _names_column(link, portal) and link.url != response.url}
    return [Column(url=link.url, title=link.text) for link in named.values()][:_MOST_COLUMNS]


def _names_column(link: Link, portal: Portal) -> bool:
    hosts = frozenset(portal.hosts)
    return is_column_name(link.text) and on_portal(link, hosts) and not re.search(r"20\d\d", link.text)


def _reader(spider: type[FamilySpider], portal: Portal, settings: Settings) -> FamilySpider:
    """A spider that has been set up and will never run."""
    crawler = Crawler(spider, settings)
    reader = spider(name=spider.name)
    Spider._set_crawler(reader, crawler)
    reader.prepare(Selection((portal,), {}), Registry([portal]))
    return reader


def _answered_by(reader: FamilySpider, first: Iterable[Any], response: Response) -> Request | None:
    """The first request that this page answers: one for it, or for a page of its folder, whose scripts are the same."""
    asked = [one for one in first if isinstance(one, Request) and one.method == "GET"]
    key = reader.key(response.url)
    exact = next((one for one in asked if reader.key(one.url) == key), None)
    folder = response.url.partition("?")[0].rsplit("/", 1)[0]
    twins = (one for one in asked if one.url.partition("?")[0].rsplit("/", 1)[0] == folder)
    return exact or next((one for one in twins if "/gkmlpt" in one.url), None)


def _title(response: Response) -> str:
    tree = Document(response).tree
    return " ".join(str(tree.xpath("string((//title)[1])")).split())[:80] if tree is not None else ""


def _sorted(found: Preview, given: Iterable[Any], visit: Visit | None) -> Preview:
    for one in given:
        if isinstance(one, Request):
            _sort_request(found, one, visit)
        elif isinstance(one, AttemptItem) and one.outcome != "refused":
            found.notes.append((one.reason, one.detail))
        elif isinstance(one, PageItem):
            found.own = found.own or one.role == "report"
    return found


def _sort_request(found: Preview, request: Request, visit: Visit | None) -> None:
    row, inner = request.cb_kwargs.get("row"), request.cb_kwargs.get("visit")
    if isinstance(row, Row):
        found.reports.append(row)
    elif not isinstance(inner, Visit) or visit is None:
        found.asks.append(request)
    elif inner.page > visit.page:
        found.pages += [request.url, *inner.ahead]
    elif inner.depth > visit.depth:
        found.sub_columns.append(inner.column)
    else:
        found.asks.append(request)
