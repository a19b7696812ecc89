"""Epoint 新点 (Xuchang, Fushun, 宝山 …): category columns, articles named by uuid, and a full-text service.

A category's number is hierarchical (`002005003` lies in `002005`) and stands in its address. Lists are often made by
JavaScript: then the service gives the rows of the category. It also finds titles when no column is known. It pages by
offset and shows about 480 rows of one question; a longer answer is asked for year by year. (portal-families §3)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.items import PageItem
from crawler.portals.model import Column, Portal
from spiders.answers import OddAnswer, day_of, number_of, read_json, records, text_of
from spiders.base import FamilySpider
from spiders.documents import Document
from spiders.fulltext import CAP, PATHS, TITLES, Question, unwrapped
from spiders.paging import MAX_PAGES
from spiders.portal import Yielded
from spiders.scripts import inline_scripts, number
from spiders.visits import Row, Visit

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_STATIC = re.compile(rf"/20\d{{6}}/({_UUID})\.html?$")
_CATEGORY = re.compile(r"(?:\d{3}){1,8}")
_NAMED = re.compile(r"""cate(?:gory)?_?num\w{0,4}["']?\s{0,9}(?:[:=]|value\s?=)\s{0,9}["']((?:\d{3}){1,8})["']""", re.I)
_PAGE = re.compile(r"/([A-Za-z]{0,20}_?)(\d{1,4})\.html?$")


class EpointSpider(FamilySpider):
    """Portals of Epoint. A column's `category` is read from its address or its page when the row does not give it."""

    name = "epoint"
    family = "epoint"
    article_url = _STATIC

    # ------------------------------------------------------------------ addresses

    def is_article(self, url: str) -> bool:
        """An article stands at `…/YYYYMMDD/<uuid>.html`, or is made by a page that is told its `infoid`."""
        return _uuid(url) is not None

    def key(self, url: str) -> str:
        """An article has one uuid under all its addresses and host names."""
        return _uuid(url) or super().key(url)

    def neighbourhood(self, url: str) -> str:
        """The category's folder: that of an article is named for its day."""
        parts = urlsplit(url)
        static = _STATIC.search(parts.path)
        return f"{parts.netloc}{parts.path[: static.start()]}" if static else super().neighbourhood(url)

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """`2.html`, `moreinfo2.html`: as linked, as counted by a script in the same manner, and where 下一页 leads."""
        directory = self.directory(visit.column.url)
        found = [link.url for link in document.links if link.url.rpartition("/")[0] + "/" == directory]
        linked = {int(match[2]): match for url in found if (match := _PAGE.search(url))}
        stem = next(iter(linked.values()))[1] if linked else ""
        last = min(number(inline_scripts(document), "pageCount|totalPages?|countPage|page_?total") or 1, MAX_PAGES)
        counted = [f"{directory}{stem}{n}.html" for n in range(2, last + 1)]
        ordered = [linked[n].string for n in sorted(linked) if n > 1]
        return [*ordered, *counted, *super().next_pages(document, visit)]

    # ------------------------------------------------------------------ lists

    def search_home(self, portal: Portal) -> Iterator[Yielded]:
        """No column is known: the home page is searched for it, and the full-text service for titles."""
        asked = [*super().search_home(portal)]
        yield from asked
        if asked:
            visit = Visit(portal, Column(url=portal.base, title="全文检索"), trusted=False)
            yield self.ask(Question(words=TITLES[0]), visit)

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """A column's page; where it shows no article of its own, the service is asked for the category."""
        yield from super().read_list(document, visit)
        category = _category(visit, document.text)
        rows = self.rows(document, visit)
        if visit.page > 1 or not category or any(f"/{category}" in row.url for row in rows):
            return
        if self.is_readable(document, visit) or not self.first_time(visit, f"{_root(visit)}#{category}"):
            return
        yield self.ask(Question(category=category), replace(visit, params={"category": category}))

    def ask(self, question: Question, visit: Visit) -> Request:
        """One request to the full-text service."""
        own = visit.portal.quirks.get("full_text_path")
        path = str(own) if own else PATHS[question.path]
        return self.request(
            urljoin(_root(visit), path),
            self.parse_records,
            visit,
            errback=self.no_records,
            method="POST",
            body=question.body,
            headers={"Content-Type": "application/json;charset=UTF-8"},
            cb_kwargs={"question": question},
        )

    def no_records(self, failure: Failure) -> Iterator[Yielded]:
        """The service does not answer here: its older path is tried, then the failure is recorded."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        question: Question = request.cb_kwargs["question"]
        gone = isinstance(failure.value, HttpError) and failure.value.response.status == 404
        if gone and not visit.portal.quirks.get("full_text_path") and question.path + 1 < len(PATHS):
            yield self.ask(replace(question, path=question.path + 1), visit)
        else:
            yield from self.on_failure(failure)

    def parse_records(self, response: Response, visit: Visit, question: Question) -> Iterator[Yielded]:
        """A page of records, and what follows it."""
        yield self.evidence(response, visit, question)
        try:
            answer = unwrapped(read_json(response), response.url)
            found = records(answer, "records", response.url)
        except OddAnswer as error:
            yield self.unreadable(error.reason, str(error), visit)
            return
        if question.first and question.words in TITLES[:-1]:
            # One after the other: a service that fails is not asked three times.
            yield self.ask(replace(question, words=TITLES[TITLES.index(question.words) + 1]), visit)
        rows = [row for one in found if (row := self.record_row(one, visit)) is not None]
        fresh = yield from self.follow(rows, visit)
        if rows or question.offset or question.year or not question.category:
            count = number_of(answer.get("totalcount"))
            total = question.offset + len(found) if count is None else count
            yield from self.next_records(question, total, len(found), fresh, visit)
        else:
            yield self.unreadable("empty_list", f"neither the page nor the service lists category {question}", visit)
            yield from self.search_home(visit.portal)

    def next_records(self, question: Question, total: int, shown: int, fresh: int, visit: Visit) -> Iterator[Yielded]:
        """The following rows by offset; year by year when the service counts more than it shows.

        Within a year pages without new rows are passed: the newest rows were seen before the question was narrowed.
        """
        ahead, inner = replace(question, offset=question.offset + shown), replace(visit, page=visit.page + 1)
        if total <= ahead.offset or self.enough(visit):
            return
        if shown and ahead.offset < CAP:
            if fresh or not question.offset or question.year:
                yield self.ask(ahead, inner)
        else:
            yield from self.narrow(question, total, inner)

    def narrow(self, question: Question, total: int, visit: Visit) -> Iterator[Yielded]:
        """More rows than the service shows: the same question for each year of publication."""
        if question.year is None:
            for year in range(visit.portal.oldest_year, self.ledger.today.year + 1):
                yield self.ask(replace(question, year=year, offset=0), visit)
            return
        detail = f"the service counts {total} rows for {question} and shows fewer"
        yield self.unreadable("capped_list", detail, visit, "partial")

    def evidence(self, response: Response, visit: Visit, question: Question) -> PageItem:
        """The answer, kept under an address that tells it from the answers to other questions."""
        item = self.list_page(response, visit) if question.first else self._item(response, visit, role="list")
        item.url = f"{response.url}#{question}"
        return item

    def record_row(self, one: dict[str, Any], visit: Visit) -> Row | None:
        """A record as a row. One without an address is opened by its `infoid`."""
        infoid, link = one.get("infoid"), one.get("linkurl")
        if not (isinstance(link, str) and link.strip()):
            link = f"/openDetailDynamic.html?infoid={infoid}" if isinstance(infoid, str) and infoid else None
        url = urljoin(_root(visit), link.strip()) if link else ""
        if urlsplit(url).scheme not in {"http", "https"}:
            return None
        row = Row(url, text_of(one.get("title")), day_of(one.get("webdate"), one.get("infodate"), one.get("showdate")))
        if urlsplit(url).query and visit.portal.quirks.get("render"):
            # Such a page is a frame that a script fills.
            asked = self.request(url, self.parse_article, visit, is_list=True, cb_kwargs={"row": row})
            return replace(row, request=asked)
        return row


def _uuid(url: str) -> str | None:
    """The uuid of an article's address, in lower case; None for other addresses."""
    parts = urlsplit(url)
    static = _STATIC.search(parts.path)
    if static:
        return static[1].lower()
    named = parse_qs(parts.query).get("infoid", [""])[0]
    return named.lower() if re.fullmatch(_UUID, named) else None


def _category(visit: Visit, text: str) -> str:
    """Number of the column's category: as the row says, as its address says, as its page says; "" when nobody does."""
    said = {**visit.column.params, **visit.params}.get("category")
    if said:
        return str(said)
    parts = [part for part in urlsplit(visit.column.url).path.split("/") if _CATEGORY.fullmatch(part)]
    named = _NAMED.search(text)
    return parts[-1] if parts else named[1] if named else ""


def _root(visit: Visit) -> str:
    parts = urlsplit(visit.column.url)
    return f"{parts.scheme}://{parts.netloc}/"
