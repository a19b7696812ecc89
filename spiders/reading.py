"""One list in a crawl: what the database knew of it, what was read of it, and what may be written of it at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from scrapy.http import Response

from crawler.items import ListItem, PageItem, SeenItem
from crawler.net.gates import plain_headers
from crawler.store.memory import KnownList, KnownPage
from spiders.visits import Row, Visit


@dataclass(slots=True)
class Reading:
    """One list in this crawl.

    Attributes:
        known: how the database knows it; None for one that was never settled.
        whole: True when it is to be read to its end whatever it shows.
        etag, last_modified, sha256: of its first page's answer.
        pages: pages that were read; `rows`: rows on them, `first_rows` of them on the first.
        old, news: pages with rows that were settled when the list was settled, and with rows that were not.
        same: its first page is byte for byte as it was.
        stopped: further pages were left out; `untouched`: it was not read at all (304, or not asked), `confirmed`: and
            the server said that it is as it was.
        leads: it leads to other lists. `failed`: something of it could not be read.
        oldest_first: its dates run upwards. `open`: addresses of rows that are not settled yet.
    """

    key: str
    url: str
    visit: Visit
    known: KnownList | None
    whole: bool
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    pages: int = 0
    rows: int = 0
    first_rows: int = 0
    old: set[int] = field(default_factory=set)
    news: set[int] = field(default_factory=set)
    same: bool = False
    stopped: bool = False
    untouched: bool = False
    confirmed: bool = False
    leads: bool = False
    failed: bool = False
    oldest_first: bool = False
    open: set[str] = field(default_factory=set)

    def note_answer(self, response: Response, *, first: bool) -> None:
        """A page of the list came; of its first one the validators are kept."""
        self.pages += 1
        if first:
            headers = plain_headers(response)
            self.etag, self.last_modified = headers.get("etag"), headers.get("last-modified")
            self.sha256 = hashlib.sha256(response.body).hexdigest()
            self.same = self.known is not None and self.known.sha256 == self.sha256

    def note_rows(self, rows: Iterable[Row], *, first: bool) -> None:
        """The rows of a page, in the list's order."""
        rows = list(rows)
        self.rows += len(rows)
        self.first_rows += first * len(rows)
        days = [row.date for row in rows if row.date]
        rising = sum(one < other for one, other in pairwise(days))
        falling = sum(one > other for one, other in pairwise(days))
        self.oldest_first |= rising > falling

    def may_stop(self, page: int) -> bool:
        """True when what follows a page is known: the list was settled, and this page shows nothing newer than that."""
        if self.known is None or self.whole or self.failed or self.oldest_first:
            return False
        # A page without rows is a frame that never changes: what a service puts into it is on the pages behind it.
        unchanged = self.same and page == 1 and self.first_rows > 0
        return unchanged or (page in self.old and page not in self.news)

    @property
    def holds_nothing_new(self) -> bool:
        """True for a list that was settled before and holds nothing since."""
        return self.known is not None and not (self.news or self.failed) and bool(self.pages or self.untouched)

    @property
    def was_read_whole(self) -> bool:
        """True when all pages of a list of reports were read in this crawl."""
        trusted = self.visit.trusted and not self.visit.aside
        return trusted and bool(self.pages) and not (self.failed or self.stopped or self.untouched)

    def as_items(self, portal_id: str, years: frozenset[int] | None, now: datetime) -> Iterator[ListItem]:
        """What is written of the list when the crawl has come to its end; nothing where it was not settled."""
        known = self.known
        if self.failed or self.open:
            return
        if self.untouched:
            if self.confirmed and known is not None:
                yield self._item(portal_id, known.years, now, known, known.complete_at, known.rows)
        elif self.stopped:
            # What was settled for more years than were looked for now stays as it is.
            if known is not None and known.years == years:
                yield self._item(portal_id, years, now, self, known.complete_at, max(known.rows, self.rows))
        elif self.pages:
            yield self._item(portal_id, years, now, self, now, self.rows)

    def _item(
        self,
        portal_id: str,
        years: frozenset[int] | None,
        now: datetime,
        seen: Reading | KnownList,
        complete_at: datetime | None,
        rows: int,
    ) -> ListItem:
        # A list that leads to others, or whose rows stand elsewhere, must come with a body.
        hollow = not self.confirmed and self.pages > 1 and not self.first_rows
        etag, modified = (None, None) if self.leads or hollow else (seen.etag, seen.last_modified)
        told = None if years is None else tuple(sorted(years))
        column = self.visit.column.url
        return ListItem(
            portal_id, self.key, self.url, column, etag, modified, seen.sha256, rows, told, now, complete_at
        )


def is_same_row(row: Row, page: KnownPage, visit: Visit) -> bool:
    """True when the row of a known page is as it was; another column may call the same page by another title."""
    return page.column_url != visit.column.url or (row.title, row.date) == (page.title, page.day)


def as_it_was(item: PageItem, page: KnownPage) -> SeenItem:
    """What is handed on in the place of a page whose bytes are those that are known."""
    return SeenItem(
        item.portal_id, page.url, page.sha256, "same_bytes", item.fetched_at, item.column_url, item.list_title,
        item.list_date, item.headers, page.reports, item.asked_url,
    )  # fmt: skip


def not_modified(response: Response, visit: Visit, row: Row, page: KnownPage, moment: datetime) -> SeenItem:
    """What is handed on for a page of which its server says that it was not modified (304)."""
    headers = {name: text for name, text in plain_headers(response).items() if name in {"etag", "last-modified"}}
    return SeenItem(
        visit.portal.id, page.url, page.sha256, "not_modified", moment, visit.column.url, row.title, row.date, headers,
        page.reports, row.url,
    )  # fmt: skip
