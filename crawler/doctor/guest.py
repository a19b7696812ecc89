"""A family's spider as a guest: asked what it would ask, given the answers, and never let past the lists.

The spider's own code reads the portal, so that what the doctor says is what a crawl would meet. Reports are not opened.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.doctor.model import Looked, SeenPage, SeenReport
from crawler.items import AttemptItem, ColumnItem, PageItem
from crawler.net.failures import classify
from crawler.net.gates import plain_headers
from crawler.net.hosts import OffHost
from crawler.portals.model import Column, Portal
from crawler.reports import parse
from crawler.reports.titles import judge
from crawler.store.intake import REPORT_KINDS

logger = logging.getLogger(__name__)

MAX_REQUESTS = 4
"""Requests a row, robots.txt apart: enough for a home page, two clicks and a list."""

_LARGEST_ANSWER = 2_000_000
"""Bytes that are kept of a page for the detector."""


_failure: Any = Failure
"""Twisted's classes carry no types."""


class Guest(Protocol):
    """What is needed of a family's spider (`spiders.base.FamilySpider`)."""

    def start_portal(self, portal: Portal) -> Iterator[Any]:
        """First requests."""
        ...


class HomePage:
    """The guest for a family that no spider reads: asks for the home page, so that at least the detector sees it."""

    def start_portal(self, portal: Portal) -> Iterator[Any]:
        """One request."""
        yield Request(portal.base)


class Purse:
    """The requests that may still be made for a row."""

    def __init__(self, size: int = MAX_REQUESTS) -> None:
        self.size = size
        self.spent = 0

    @property
    def left(self) -> int:
        """How many are left, never less than 0."""
        return max(0, self.size - self.spent)


class Visitor:
    """Leads one guest through one portal.

    Args:
        crawler: whose engine downloads, with all middlewares.
        portal: the row, or a changed one that is tried.
        purse: shared by all visits to the portal.
        due: the newest year whose report must stand there by now.
    """

    def __init__(self, crawler: Crawler, guest: Guest, portal: Portal, purse: Purse, due: int) -> None:
        self.crawler = crawler
        self.guest = guest
        self.portal = portal
        self.purse = purse
        self.due = due
        self.seen = Looked()
        self._queue: deque[Request] = deque()
        self._found: Column | None = None
        self._visit: Any = None
        self._begun = False

    async def look(self, until: Callable[[Looked], bool] | None = None) -> Looked:
        """Follow the guest's requests until a list shows a report, nothing is left to ask, or the purse is empty.

        `until` stops it earlier; a second call goes on where the first one stopped.
        """
        if not self._begun:
            self._begun = True
            self._take(self.guest.start_portal(self.portal))
        while self._queue and self.purse.left and not self._is_enough():
            await self._ask(self._queue.popleft())
            if until is not None and not self.seen.reports and until(self.seen):
                break
        self.seen.unfinished = bool(self._queue)
        self.seen.reports = [self._in_column(report) for report in self.seen.reports]
        return self.seen

    def _is_enough(self) -> bool:
        """True when a list has shown a report of the year that is due; the newest may stand in a year's own list."""
        newest = self.seen.newest
        return bool(self.seen.reports) and newest is not None and newest >= self.due

    def _in_column(self, report: SeenReport) -> SeenReport:
        """A report in the column that a crawl would remember: it may stand in a year's list below it."""
        return replace(report, column=self._found) if report.found and self._found else report

    async def _ask(self, request: Request) -> None:
        # A redirect and a second try are requests too: the purse pays for both.
        self.purse.spent += 1
        self._visit = request.cb_kwargs.get("visit")
        request.meta["redirect_ttl"] = max(1, self.purse.left)
        request.meta["max_retry_times"] = min(1, self.purse.left)
        engine = self.crawler.engine
        if engine is None:
            return
        try:
            response = await engine.download_async(request)
            self._pay(response.request or request)
            self._note(response)
            if not 200 <= response.status < 300:
                raise HttpError(response, f"status {response.status}")
        except Exception as error:
            self._pay(request)
            self._failed(request, error)
            return
        if request.callback is not None:
            self._take(self._guarded(request.callback(response, **request.cb_kwargs), response.url), first=True)

    def _pay(self, request: Request) -> None:
        self.purse.spent += request.meta.pop("redirect_times", 0) + request.meta.pop("retry_times", 0)

    def _failed(self, request: Request, error: Exception) -> None:
        if isinstance(error, OffHost) and error.url:
            self.seen.moved.append(error.url)
        failure: Any = _failure(error)
        failure.request = request
        if request.errback is None:
            note = classify(failure)
            self.seen.troubles.append(AttemptItem(self.portal.id, note.outcome, note.reason, note.detail, request.url))
        else:
            self._take(self._guarded(request.errback(failure), request.url))

    def _guarded(self, given: Any, url: str) -> Iterator[Any]:
        """What a callback gives; a fault of our own in it is a trouble with a name, and costs this page alone."""
        try:
            yield from given or ()
        except Exception as error:
            logger.exception("our own fault while reading %s", url)
            detail = f"our own code failed on {url} ({type(error).__name__}: {error}). Please report it."
            yield AttemptItem(self.portal.id, "unreadable", "spider_fault", detail[:400], url)

    def _note(self, response: Response) -> None:
        self.seen.tls.update(flag for flag in response.flags if flag.startswith(("tls_", "certificate")))
        kind = plain_headers(response).get("content-type")
        lines = response.headers.getlist("Set-Cookie")
        names = tuple(line.split(b"=", 1)[0].strip().decode("latin-1") for line in lines)
        self.seen.pages.append(SeenPage(response.url, response.body[:_LARGEST_ANSWER], kind, names))

    def _take(self, given: Iterable[Any], *, first: bool = False) -> None:
        """Sort what the guest gives: to ask, seen, or gone wrong.

        `first`: what follows from a page that came goes before what waits; what follows from a failure, after it.
        """
        asked: list[Request] = []
        for one in given:
            if isinstance(one, Request):
                asked += self._requested(one)
            elif isinstance(one, PageItem):
                self._page(one)
            elif isinstance(one, AttemptItem):
                self._attempted(one)
            elif isinstance(one, ColumnItem):
                self._found = Column(url=one.url, title=one.title, params=one.params)
        if first:
            self._queue.extendleft(reversed(asked))
        else:
            self._queue.extend(asked)

    def _requested(self, request: Request) -> list[Request]:
        row, visit = request.cb_kwargs.get("row"), request.cb_kwargs.get("visit")
        # An address that the spider made up (an organisation and a year) bears its column's title: it is asked.
        if row is None or visit is None or row.title == visit.column.title:
            return [request]
        self.seen.rows += 1
        reading = judge(row.title)
        if reading.kind not in REPORT_KINDS and reading.year is None:
            self.seen.unclear += 1
        elif visit.trusted or self._is_named(visit.column.url):
            params = {**visit.column.params, **visit.params}
            column = Column(url=visit.column.url, title=visit.column.title, params=params)
            self.seen.reports.append(SeenReport(row.url, row.title, reading.year, column, self._was_found(visit)))
        return []

    def _was_found(self, visit: Any) -> bool:
        """Whether a list was searched for; the row names it not, nor a list above it."""
        return bool(visit is not None and (visit.found or visit.clicks) and not self._is_named(visit.column.url))

    def _is_named(self, url: str) -> bool:
        """Whether the row itself names this column."""
        return url in {column.url for column in self.portal.columns}

    def _page(self, item: PageItem) -> None:
        if item.role == "list":
            self.seen.lists += 1
        elif item.role == "report":
            report = parse(item.body, content_type=item.headers.get("content-type"), url=item.url)
            if report.kind not in REPORT_KINDS:
                detail = f"{item.url} is no report: {report.kind_reason}"
                self.seen.troubles.append(AttemptItem(self.portal.id, "missing", "no_report", detail, item.url))
                return
            column = Column(url=item.column_url or item.url, title=item.list_title)
            found = self._was_found(self._visit)
            self.seen.reports.append(SeenReport(item.url, report.title or "", report.year, column, found))

    def _attempted(self, item: AttemptItem) -> None:
        if item.reason.startswith("look_alike"):
            self.seen.rows += 1
        else:
            self.seen.troubles.append(item)
