"""Lists that a page's script asks for, whatever the service: the calls that the page tells of are made in its place.

A call that counts pages is made where a list shows no row, or prints more pages than anything leads to. One that does
not, and scripts of the portal's own that the page loads, are looked at last, when nothing else leads on. Nothing is
executed (`spiders.asked`), and answers are read by the shape of an article's address (`spiders.listed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from spiders.answers import OddAnswer
from spiders.asked import Ask, asks
from spiders.base import FamilySpider
from spiders.documents import Document
from spiders.listed import Listed, read_answer
from spiders.numbers import pages_told
from spiders.paging import MAX_PAGES, read_pager
from spiders.portal import Yielded
from spiders.scripts import inline_scripts
from spiders.visits import Visit

MAX_ASKS = 2
"""Calls of one page that are tried while none has shown a row."""
MAX_SCRIPTS = 2
"""Scripts of one page that are fetched to look for calls."""

_OWN_SCRIPT = re.compile(r"list|page|column|channel|article|data|index|xxgk|main|news|info", re.IGNORECASE)
_LIBRARY = re.compile(r"jquery|vue|bootstrap|layui|swiper|echarts|polyfill|share|statistic|pagination|min\.js", re.I)
_JSON = "application/json;charset=UTF-8"
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class ServicedSpider(FamilySpider):
    """The part of `ShapedSpider` that asks services. `record_names`: see there."""

    record_names: ClassVar[tuple[str, ...]] = ()

    def total(self, document: Document) -> int:
        """Number of pages by a script's call, its variables, or the words beside them; 0 where nothing says."""
        pager = read_pager(document)
        return max(pager.total if pager else 0, pages_told(document))

    def names_of_records(self, visit: Visit) -> tuple[str, ...]:
        """What a record of this list may be called; by default as everywhere in the family."""
        return self.record_names

    # ------------------------------------------------------------------ when to ask

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """As in every family; and the rows that the page's script would ask for, where something is missing."""
        turned = others = False
        for one in super().read_list(document, visit):
            if isinstance(one, Request):
                turned |= one.cb_kwargs["visit"].page == visit.page + 1
                others = True
            yield one
        if turned or visit.page > 1 or self.enough(visit) or self.is_own_report(document):
            return
        calls = [ask for ask in asks(document) if ask.turns and self._is_own(ask.url, visit)][:MAX_ASKS]
        if not self.rows(document, visit):
            framed = bool(calls) and self._leads_on(document, visit, names=False)
            # Beside year columns or a frame, a call that shows nothing says nothing of the list.
            yield from self.ask(calls, visit, 1, quiet=others or framed)
            if framed and not others:
                yield from super().nothing_listed(document, visit)
        elif self.total(document) > 1:
            yield from self.ask(calls[:1], visit, 2)

    def nothing_listed(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """Calls that count no pages, then the page's own scripts; all else as in every family."""
        if not self._leads_on(document, visit):
            calls = [ask for ask in asks(document) if self._is_own(ask.url, visit)][:MAX_ASKS]
            found = [*self.ask(calls, visit, 1)] or [*self._ask_script(self._scripts(document, visit), document, visit)]
            if found:
                yield from found
                return
        yield from super().nothing_listed(document, visit)

    def _leads_on(self, document: Document, visit: Visit, *, names: bool = True) -> bool:
        """True when a frame or a script leads to another page of the portal, or (`names`) an anchor to a column."""
        links = [url for url in (*document.frames, document.moved_to) if url]
        links += [link.url for link in document.links if names and self.is_column_link(link, visit)]
        hosts, seen = self.hosts_of(visit.portal), self._seen[visit.portal.id]
        return any(urlsplit(url).hostname in hosts and self.key(url) not in seen for url in links)

    def _is_own(self, url: str, visit: Visit) -> bool:
        return urlsplit(url).hostname in self.hosts_of(visit.portal)

    # ------------------------------------------------------------------ asking

    def ask(
        self, calls: list[Ask], visit: Visit, number: int, *, read: int = 0, quiet: bool = False
    ) -> Iterator[Request]:
        """A request for one page of the first call; the others are tried where it shows no row.

        `read` rows stood on the pages before it; `quiet` where a call that shows nothing is no failure of the list.
        """
        for at, ask in enumerate(calls):
            url, body = ask.address(number), ask.body(number)
            if not self.first_time(visit, f"{ask.method} {url} {body}"):
                continue
            headers = {"Referer": visit.column.url, "X-Requested-With": "XMLHttpRequest"}
            if ask.method == "POST":
                headers["Content-Type"] = _JSON if ask.as_json else _FORM
            yield self.request(
                url,
                self.parse_answer,
                replace(visit, page=number),
                errback=self.no_answer,
                method=ask.method,
                body=body,
                headers=headers,
                cb_kwargs={"ask": ask, "others": calls[at + 1 :], "read": read, "quiet": quiet},
            )
            return

    def parse_answer(
        self, response: Response, visit: Visit, ask: Ask, others: list[Ask], read: int, quiet: bool
    ) -> Iterator[Yielded]:
        """Rows of one answer; the next page while it brings new ones; another call where it shows none at all."""
        held = self._item(response, visit, role="list")
        held.url = response.url if ask.method == "GET" else f"{response.url}#page={visit.page}"
        yield held
        try:
            found = self.read_records(response, visit)
        except OddAnswer as error:
            yield from self._next_call(error.reason, str(error), others, visit, quiet=quiet)
            return
        if not found.rows and visit.page == 1:
            yield from self._next_call("empty_list", "page and service hold no row", others, visit, quiet=quiet)
            return
        rows = [replace(row, url=self.canonical(row.url)) for row in found.rows]
        fresh = yield from self.follow(rows, visit)
        read += fresh
        if not self.enough(visit) and self._promises_more(found, ask, visit, read):
            if fresh and ask.turns and visit.page < MAX_PAGES:
                yield from self.ask([ask], visit, visit.page + 1, read=read)
            elif found.total is not None and found.total > read:
                detail = f"{found.total} rows are promised and {read} were shown"
                yield self.unreadable("short_list", detail, visit, "partial")

    def read_records(self, response: Response, visit: Visit) -> Listed:
        """The rows of an answer. Raises `OddAnswer`."""
        return read_answer(response, visit.column.url, self.is_article, self.names_of_records(visit))

    def _promises_more(self, found: Listed, ask: Ask, visit: Visit, read: int) -> bool:
        if found.pages is not None:
            return visit.page < found.pages
        if found.total is not None:
            return max(read, visit.page * ask.size) < found.total
        return bool(found.rows) and len(found.rows) >= ask.size

    def no_answer(self, failure: Failure) -> Iterator[Yielded]:
        """A call that failed: the others are tried, then the failure is recorded."""
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        if asked["others"] and asked["visit"].page == 1:
            yield from self.ask(asked["others"], asked["visit"], 1, quiet=asked["quiet"])
        elif not asked["quiet"]:
            yield from self.on_failure(failure)

    def _next_call(
        self, reason: str, detail: str, others: list[Ask], visit: Visit, *, quiet: bool
    ) -> Iterator[Yielded]:
        if others and visit.page == 1:
            yield from self.ask(others, visit, 1, quiet=quiet)
        elif not quiet:
            yield self.unreadable(reason, detail, visit)
            if visit.trusted and not visit.depth and visit.page == 1:
                yield from self.search_home(visit.portal)

    # ------------------------------------------------------------------ calls in scripts that the page loads

    def _scripts(self, document: Document, visit: Visit) -> list[str]:
        """Scripts of the portal's own that a page loads and whose names speak of lists, at most two."""
        sources = [str(src) for src in document.tree.xpath("//script/@src")] if document.tree is not None else []
        urls = (document.absolute(src) for src in sources if _OWN_SCRIPT.search(src) and not _LIBRARY.search(src))
        return [url for url in dict.fromkeys(urls) if url and self._is_own(url, visit)][:MAX_SCRIPTS]

    def _ask_script(self, urls: list[str], document: Document, visit: Visit) -> Iterator[Request]:
        """Fetch the next script; what the page itself assigns goes with it."""
        for at, url in enumerate(urls):
            if self.first_time(visit, f"{url} for {visit.column.url}"):
                asked = {"inline": inline_scripts(document), "rest": urls[at + 1 :], "page_url": document.url}
                # Several lists load the same script, each for values of its own.
                yield self.request(
                    url, self.parse_script, visit, errback=self.no_script, cb_kwargs=asked, dont_filter=True
                )
                return

    def parse_script(
        self, response: Response, visit: Visit, inline: str, rest: list[str], page_url: str
    ) -> Iterator[Yielded]:
        """A script that a list loads: the calls in it, with what the page assigns; else the next script."""
        text = Document(response).text.replace("</script", "")
        whole = Document(HtmlResponse(page_url, body=f"<script>{inline}\n{text}</script>".encode()))
        calls = [ask for ask in asks(whole) if self._is_own(ask.url, visit)][:MAX_ASKS]
        found = [*self.ask(calls, visit, 1)]
        if not found:
            plain = Document(HtmlResponse(page_url, body=f"<script>{inline}</script>".encode()))
            found = [*self._ask_script(rest, plain, visit)]
        yield from found or self._next_call(
            "list_needs_javascript", "its scripts tell of no call that could be made", [], visit, quiet=False
        )

    def no_script(self, failure: Failure) -> Iterator[Yielded]:
        """A script that is not there: the list stays unread, and its failure says so."""
        visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]
        yield from self._next_call("list_needs_javascript", "its script could not be had", [], visit, quiet=False)
