"""Guangdong (gz.gov.cn, sz.gov.cn …): the disclosure platform gkmlpt, and the sites of NFCMS that it points to.

The platform's pages are empty; `/gkmlpt/index` holds the site's number and its tree of columns inline, and rows come
from `/gkmlpt/api/all/{column}?page=N&sid=SID`, 100 a page. A node of the tree may only point to a column of NFCMS
(`spiders.nfcms`). (portal-families §1)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.portals.model import Column, Portal
from spiders.answers import OddAnswer, number_of, read_json, records
from spiders.base import MAX_DEPTH
from spiders.columns import may_be_sub_column
from spiders.documents import Document, Link
from spiders.nfcms import NfcmsSpider
from spiders.paging import MAX_PAGES
from spiders.platform import Node, platform_of, read_platform
from spiders.portal import Yielded
from spiders.visits import Visit


class GkmlptSpider(NfcmsSpider):
    """Guangdong's portals. A column is known by `sid` and `column_id`, or by `nfcms_id`, or by its address alone."""

    name = "gkmlpt"
    family = "gkmlpt"

    # ------------------------------------------------------------------ the way to a column

    def start_portal(self, portal: Portal) -> Iterator[Yielded]:
        """The columns of the row; and the platform's tree, since rows know single year columns, not their parent."""
        yield from super().start_portal(portal)
        named = portal.columns and not any(platform_of(column.url, strict=True) for column in portal.columns)
        if named and not self.selection.sample:
            yield from self.ask_tree(Visit(portal, Column(url=portal.base), trusted=False, found=True))

    def search_home(self, portal: Portal) -> Iterator[Yielded]:
        """No column is known: the platform's tree says more than the home page, which is asked if there is no tree."""
        visit = Visit(portal, Column(url=portal.base), trusted=False, found=True, clicks=1)
        asked = [*self.ask_tree(visit, search=True)]
        yield from asked or super().search_home(portal)

    def start_column(self, visit: Visit) -> Iterator[Yielded]:
        """Open a column by the API when its numbers are known, by its JSON twin, or by its page."""
        params = {**visit.column.params, **visit.params}
        platform = platform_of(visit.column.url, strict=True)
        fragment = urlsplit(visit.column.url).fragment
        column_id = params.get("column_id", number_of(fragment))
        if platform and column_id is not None and params.get("sid"):
            known = {"sid": str(params["sid"]), "column_id": int(column_id)}
            yield self.ask_rows(replace(visit, page=1, params=known))
        elif platform:
            yield from self.ask_tree(visit)
        elif params.get("nfcms_id"):
            yield self.ask_twin(replace(visit, page=1, params={"nfcms_id": int(params["nfcms_id"])}))
        else:
            yield from super().start_column(visit)

    def ask_tree(self, visit: Visit, *, page: str = "index", search: bool = False) -> Iterator[Request]:
        """Ask for a platform page with the tree, once a run. `search`: the home page is asked if it holds none."""
        url = f"{platform_of(visit.column.url)}{page}"
        if self.first_time(visit, url):
            inner = replace(visit, params={})
            yield self.request(
                url, self.parse_tree, inner, errback=self.no_tree, is_list=True, cb_kwargs={"search": search}
            )

    def parse_tree(self, response: Response, visit: Visit, search: bool) -> Iterator[Yielded]:
        """The platform's page: its tree leads to the columns with annual reports."""
        yield self._item(response, visit, role="list")
        platform = read_platform(Document(response).text)
        columns = []
        if platform is not None:
            wanted = number_of(urlsplit(visit.column.url).fragment)
            columns = [self.node_visit(node, platform.sid, response.url, visit) for node in platform.reports(wanted)]
        opened = [one for inner in columns if inner is not None for one in self.start_column(inner)]
        yield from opened or self.next_way(response, visit, search, known=platform is not None)

    def next_way(self, response: Response, visit: Visit, search: bool, *, known: bool) -> Iterator[Yielded]:
        """The tree names no column: `/gkmlpt/annualreport`, which has an address of its own, then the home page."""
        more = [*self.ask_tree(visit, page="annualreport", search=search)] if known else []
        if more or not (search or visit.trusted):
            yield from more
            return
        if visit.trusted:
            reason = "no_column" if known else "odd_platform_page"
            yield self.unreadable(reason, f"{response.url} holds no tree with annual reports", visit)
        yield from super().search_home(visit.portal)

    def no_tree(self, failure: Failure) -> Iterator[Yielded]:
        """The platform did not answer: most sites of NFCMS have none, which is no failure of a search."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        if visit.trusted or not isinstance(failure.value, HttpError):
            yield from self.on_failure(failure)
        if request.cb_kwargs["search"] and isinstance(failure.value, HttpError):
            yield from super().search_home(visit.portal)

    def node_visit(self, node: Node, sid: str, page_url: str, visit: Visit) -> Visit | None:
        """Where a node of the tree leads: to rows of the API, or to a column of NFCMS. None for what is no address."""
        own = f"{platform_of(page_url)}annualreport#{node.id}"
        url = urljoin(page_url, node.jump_url) if node.jump_url else own
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            return None
        params: dict[str, Any] = {}
        if platform_of(url, strict=True) == platform_of(page_url):
            params = {"sid": sid, "column_id": number_of(urlsplit(url).fragment) or node.id}
        column = visit.column.model_copy(update={"url": url, "title": node.name, "params": params})
        link = Link(urljoin(page_url, f"{node.id}/"), node.name)
        if node.depth and not may_be_sub_column(link, page_url.rsplit("/", 1)[0] + "/", self.selection.years, top=True):
            return None
        return replace(visit, column=column, trusted=True, depth=min(node.depth, MAX_DEPTH), page=1, params={})

    # ------------------------------------------------------------------ rows of the platform

    def ask_rows(self, visit: Visit, read: int = 0) -> Request:
        """A page of a column's rows; `read` rows stood on the pages before it."""
        query = {"page": visit.page, "sid": visit.params["sid"]}
        url = f"{platform_of(visit.column.url)}api/all/{visit.params['column_id']}?{urlencode(query)}"
        headers = {"X-Requested-With": "XMLHttpRequest"}
        return self.request(url, self.parse_rows, visit, headers=headers, cb_kwargs={"read": read})

    def parse_rows(self, response: Response, visit: Visit, read: int) -> Iterator[Yielded]:
        """A page of the API: its rows, and the next page until it is empty or the promised number has been read."""
        yield self.list_page(response, visit)
        try:
            answer = read_json(response)
            articles = records(answer, "articles", response.url)
        except OddAnswer as error:
            yield self.unreadable(error.reason, str(error), visit)
            return
        rows = [*self.json_rows(articles, response.url)]
        fresh = yield from self.follow(rows, visit)
        read += len(articles)
        promised = _promised(answer)
        if promised is not None and read >= promised:
            return
        if not articles and promised:
            detail = f"{promised} rows are promised and {read} were shown: older ones have left the list"
            yield self.unreadable("short_list", detail, visit, "partial")
        elif articles and self.goes_on(rows, fresh, visit) and not self.enough(visit):
            yield from self._next_rows(visit, read)

    def _next_rows(self, visit: Visit, read: int) -> Iterator[Yielded]:
        if visit.page < MAX_PAGES:
            yield self.ask_rows(replace(visit, page=visit.page + 1), read)
        else:
            yield self.unreadable("page_limit", f"the list has more than {MAX_PAGES} pages", visit, "partial")


def _promised(answer: Any) -> int | None:
    classify = answer.get("classify")
    counts = (classify.get("post_count") if isinstance(classify, dict) else None, answer.get("total"))
    return next((count for one in counts if (count := number_of(one)) is not None), None)
