"""NFCMS, the CMS of Guangdong's sites: columns are directories with HTML lists (`index_2.html`) and a twin in JSON.

`/postmeta/i/{column}.json` holds up to 2,500 rows with whole titles, and the columns below. (portal-families 1.6)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.items import AttemptItem
from crawler.reports.names import is_body
from spiders.answers import OddAnswer, day_of, number_of, read_json, records, text_of
from spiders.base import MAX_DEPTH, FamilySpider
from spiders.columns import may_be_sub_column
from spiders.documents import Document, Link
from spiders.paging import MAX_PAGES
from spiders.platform import platform_of
from spiders.portal import Yielded
from spiders.scripts import inline_scripts, number
from spiders.visits import Row, Visit

TWIN_CAP = 2_500
"""Rows that a JSON twin holds at most; older ones stand on the HTML lists alone."""

_POST = re.compile(r"/m?post_(\d+)\.s?html?$")
_PAGE = re.compile(r"/index_(\d{1,4})\.s?html?$")
_NFCMS_ID = re.compile(r"\bNFCMS_(?:CAT|CATEGORY|COLUMN|CHANNEL)(?:_ID)?[\"']?\s{0,9}[:=]\s{0,9}[\"']?(\d{1,12})")
_ADDRESSES = ("url", "post_url")
_TIMES = ("display_publish_time", "visible_publish_time", "first_publish_time", "publish_time", "date", "created_at")


class NfcmsSpider(FamilySpider):
    """What portals of NFCMS share, the platform gkmlpt included: post numbers and lists in JSON."""

    article_url = _POST

    def canonical(self, url: str) -> str:
        """An article's address without `?jump=true`, which only tells the platform to send a browser to the twin."""
        parts = urlsplit(url)
        if not parts.query or not _POST.search(parts.path):
            return url
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "jump"]
        return parts._replace(query=urlencode(kept)).geturl()

    def key(self, url: str) -> str:
        """A post has one number under all its addresses: in gkmlpt, in NFCMS, and as `mpost_N.html`."""
        parts = urlsplit(url)
        post = _POST.search(parts.path)
        return f"{parts.hostname}#post_{post[1]}" if post else super().key(url)

    def json_rows(self, articles: Iterable[dict[str, Any]], page_url: str) -> Iterator[Row]:
        """Rows of both JSON lists. Fields may be missing; a row without address is rebuilt from its number."""
        for one in articles:
            url = next((urljoin(page_url, one[key]) for key in _ADDRESSES if one.get(key)), _built(one, page_url))
            if url and urlsplit(url).scheme in {"http", "https"}:
                publisher = text_of(one.get("publisher") or one.get("source"))
                yield Row(
                    self.canonical(url.partition("#")[0]),
                    text_of(one.get("title")),
                    day_of(*(one.get(key) for key in _TIMES)),
                    publisher if is_body(publisher) else None,
                    files=tuple(_files(one.get("attachment"), page_url)),
                )

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """A column's page: its JSON twin holds all rows with whole titles; without one, the page's own list."""
        found = _NFCMS_ID.search(document.text) if visit.page == 1 and not visit.params.get("nfcms_id") else None
        inner = replace(visit, params={"nfcms_id": int(found[1])}) if found else visit
        if found and self.first_time(visit, _twin(document.url, inner)):
            yield self.ask_twin(inner, document)
        else:
            yield from super().read_list(document, visit)

    def ask_twin(self, visit: Visit, document: Document | None = None) -> Request:
        """The JSON twin of a column; `document` is the column's page if it was read."""
        cb_kwargs = {"document": document}
        return self.request(
            _twin(visit.column.url, visit), self.parse_twin, visit, errback=self.no_twin, cb_kwargs=cb_kwargs
        )

    def parse_twin(self, response: Response, visit: Visit, document: Document | None) -> Iterator[Yielded]:
        """All rows of a column, and the columns below it."""
        try:
            answer = read_json(response)
            articles = records(answer, "articles", response.url)
        except OddAnswer as error:
            yield AttemptItem(visit.portal.id, "unreadable", error.reason, str(error), response.url)
            yield from self.html_list(visit, document)
            return
        yield self.list_page(response, visit) if document is None else self._item(response, visit, role="list")
        yield from self.follow(self.json_rows(articles, response.url), visit)
        children = [*self.twin_children(answer, visit)] if visit.trusted and visit.depth < MAX_DEPTH else []
        if children and visit.found and not articles:
            yield from self.remember(visit)
        for child in children:
            yield from self.start_column(child)
        if (not articles and not children) or len(articles) >= TWIN_CAP:
            yield from self.html_list(visit, document)

    def no_twin(self, failure: Failure) -> Iterator[Yielded]:
        """No twin: the HTML list is read. Anything worse than a missing page is recorded."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if not isinstance(failure.value, HttpError):
            yield from self.on_failure(failure)
            return
        yield from self.html_list(request.cb_kwargs["visit"], request.cb_kwargs["document"])

    def html_list(self, visit: Visit, document: Document | None) -> Iterator[Yielded]:
        """The list on the column's page, which is fetched if it was not yet."""
        if document is None:
            yield self.request(visit.column.url, self.parse_column, visit, is_list=True, dont_filter=True)
            return
        found = [*super().read_list(document, visit)]
        yield from found
        if (
            not any(isinstance(one, Request) for one in found)
            and visit.trusted
            and not self.is_readable(document, visit)
        ):
            yield from self.nothing_listed(document, visit)

    def twin_children(self, answer: Any, visit: Visit) -> Iterator[Visit]:
        """The sub-columns that a twin names and that may hold wanted years."""
        for child in answer.get("children") if isinstance(answer.get("children"), list) else ():
            child_id, name = (
                (number_of(child.get("id")), text_of(child.get("name"))) if isinstance(child, dict) else (0, "")
            )
            place = child.get("pub_point") if child_id else None
            url = urljoin(visit.column.url, place if isinstance(place, str) and place else f"{child_id}/")
            link = Link(urljoin(self.directory(visit.column.url), f"{child_id}/"), name)
            if child_id and may_be_sub_column(link, self.directory(visit.column.url), self.selection.years, top=True):
                column = visit.column.model_copy(update={"url": url, "title": name, "params": {}})
                inner = replace(visit, column=column, depth=visit.depth + 1, page=1, found=False)
                if self.first_time(visit, _twin(url, replace(inner, params={"nfcms_id": child_id}))):
                    yield replace(inner, params={"nfcms_id": child_id})

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """`index_2.html` and so on: as linked, as counted by a script, and where 下一页 leads."""
        directory = self.directory(visit.column.url)
        linked = {link.url for link in document.links if link.url.startswith(directory) and _PAGE.search(link.url)}
        last = min(number(inline_scripts(document), "pageCount|page_count|totalPage|countPage") or 1, MAX_PAGES)
        counted = [f"{directory}index_{n}.html" for n in range(2, last + 1)]
        ordered = sorted(linked, key=lambda url: int(_PAGE.search(url)[1]))  # type: ignore[index]
        return [*ordered, *counted, *super().next_pages(document, visit)]


def _twin(near: str, visit: Visit) -> str:
    return urljoin(near, f"/postmeta/i/{visit.params['nfcms_id']}.json")


def _built(one: dict[str, Any], page_url: str) -> str | None:
    """`/gkmlpt/content/9/9463/post_9463263.html` from 9463263, for a row of the platform."""
    post, platform = number_of(one.get("id")), platform_of(page_url, strict=True)
    return f"{platform}content/{post // 1_000_000}/{post // 1_000}/post_{post}.html" if post and platform else None


def _files(attached: Any, page_url: str) -> Iterator[str]:
    for one in attached if isinstance(attached, list) else ():
        url = one.get("url") if isinstance(one, dict) else None
        if isinstance(url, str) and urlsplit(urljoin(page_url, url)).scheme in {"http", "https"}:
            yield urljoin(page_url, url)
