"""What need not be asked for again: the lists of a crawl against what the database knows of them.

A list is known by the request for its first page (`Visit.root`), whatever the family: a column's page, a page of an
API, a piece that a service builds. Everything that a spider yields goes through `Lists.sift`, which leaves out

* a row that leads to a known page under the same title and date, until its next visit is due (`crawler.revisit`);
* the further pages of a list that was read to its end before, where this page is the same as then, or shows rows that
  were settled then and none that is newer. A list that shows its oldest rows first is always read to its end, so is
  every list now and then, and one behind which a known page is due;
* the list of one past year, most of the time.

A row is *settled* once its page stands in the database, or once it is on record that it leads nowhere. That a list was
read to its end is only written when a crawl has come to its own end, all pages of the list were read, and all wanted
rows were settled: a crawl that was killed reads it again. Rows that were stored after that moment prove nothing, so a
killed crawl that had stored the first page of rows does not hide the second.

The server is asked for a known list conditionally only where the list leads to no other: a 304 has no body to show the
others. Nothing here knows a family: spiders run their whole flow and do not notice what was left out.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.request import fingerprint

from crawler.items import AttemptItem, ListItem, PageItem, SeenItem
from crawler.ledger import Ledger
from crawler.reports.titles import judge
from crawler.revisit import asks_past_year, reads_whole
from crawler.store.memory import KnownFailure, KnownPage, Memory, conditions
from spiders.reading import Reading, as_it_was, is_same_row
from spiders.searches import Searches
from spiders.visits import Row, Visit

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

ENDS = frozenset({"parse_article", "parse_manuscript"})
"""Callbacks of rows that lead to nothing but the page behind the row. Others (years that are asked for one after the
other) lead on, and are never left out here."""

_TROUBLE = frozenset({"blocked", "unreachable", "unreadable", "partial"})
_LEADS_NOWHERE = frozenset({"missing", "refused", "unreadable"})
"""Outcomes that settle a row: asked again after a while. What is blocked or out of reach is asked by the next run."""
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")


class Lists:
    """The lists of one crawl, shared by all spiders that read for it.

    Args:
        ledger: told of what is known and still listed.
        now: the moment of the crawl.
        years: fiscal years that were asked for; None for all.
        narrowed: True when only some agencies were asked for: then nothing is written of completeness.
        enabled: False for a full crawl (`INCREMENTAL = False`) and for a sample.
    """

    def __init__(
        self, ledger: Ledger, now: datetime, years: frozenset[int] | None, *, narrowed: bool, enabled: bool
    ) -> None:
        self.ledger = ledger
        self.now = now
        self.today = now.date()
        self.years = years
        self.narrowed = narrowed
        self.enabled = enabled
        self.skipped: dict[str, int] = defaultdict(int)
        self._memories: dict[str, Memory] = {}
        self._readings: dict[tuple[str, str], Reading] = {}
        self._open: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._keys: dict[tuple[str, type], dict[str, KnownPage]] = {}
        self._due: dict[str, dict[str | None, set[str]]] = {}
        self._met: dict[str, set[str]] = defaultdict(set)
        self._asked: dict[str, set[str]] = defaultdict(set)
        self.searches = Searches()

    # ------------------------------------------------------------------ what is known

    def recall(self, portal_id: str, memory: Memory) -> None:
        """Take over what the database knows of a portal, before its first request."""
        if not self.enabled:
            return
        self._memories[portal_id] = self.searches.memories[portal_id] = memory
        self.ledger[portal_id].stands = memory.reports
        due: dict[str | None, set[str]] = defaultdict(set)
        for page in memory.pages.values():
            if not page.unlisted and self._is_wanted(page) and page.is_due(self.today):
                due[page.column_url].add(page.url)
        self._due[portal_id] = due

    def unchecked(self) -> set[str]:
        """Agencies whose reports an earlier run stored without coming to compare them."""
        return {agency for memory in self._memories.values() for agency in memory.unchecked()}

    def _is_wanted(self, page: KnownPage) -> bool:
        years = {year for _, year in page.reports}
        return self.years is None or not years or bool(years & self.years)

    def page_of(self, spider: PortalSpider, portal_id: str, url: str) -> KnownPage | None:
        """The known page to which an address leads, in the manner of the spider's family."""
        memory = self._memories.get(portal_id)
        if memory is None:
            return None
        place = (portal_id, type(spider))
        if place not in self._keys:
            self._keys[place] = {spider.key(page.url): page for page in memory.pages.values()}
        return self._keys[place].get(spider.key(url))

    def rests(self, spider: PortalSpider, portal_id: str, url: str) -> bool:
        """True when an address leads to a report that stands, and need not be visited yet."""
        page = self.page_of(spider, portal_id, url)
        if page is None or page.became != "report" or page.unlisted or page.is_due(self.today):
            return False
        self._known(portal_id, page, "known_row")
        return True

    # ------------------------------------------------------------------ asking

    def ask(self, request: Request, visit: Visit) -> None:
        """Give a request for a list (or for a further page of one) its place, and conditions if a 304 would do."""
        place = (visit.portal.id, visit.root)
        if visit.page > 1 and place in self._readings:
            return
        key = fingerprint(request).hex()
        request.cb_kwargs["visit"] = visit = replace(visit, root=key)
        reading = self._readings.get((visit.portal.id, key))
        if reading is None:
            reading = self._begin(key, request.url, visit)
        if (known := reading.known) is not None and not reading.whole and not self._waits(visit):
            for name, value in conditions(known.etag, known.last_modified).items():
                request.headers[name] = value
                request.meta["handle_httpstatus_list"] = [304]

    def _begin(self, key: str, url: str, visit: Visit) -> Reading:
        memory = self._memories.get(visit.portal.id)
        known = memory.lists.get(key) if memory is not None else None
        if known is not None and not known.covers(self.years):
            known = None
        whole = known is None or known.complete_at is None or reads_whole(known.complete_at.date(), self.today)
        reading = self._readings[visit.portal.id, key] = Reading(key, url, visit, known, whole)
        return reading

    def _waits(self, visit: Visit) -> bool:
        """True when a page behind this column is due and was not met yet in this crawl."""
        due = self._due.get(visit.portal.id, {}).get(visit.column.url)
        return bool(due)

    def reading(self, visit: Visit) -> Reading | None:
        """The list to which a visit belongs."""
        return self._readings.get((visit.portal.id, visit.root))

    # ------------------------------------------------------------------ what was read

    def note_answer(self, response: Response, visit: Visit) -> None:
        """A page of a list came."""
        if (reading := self.reading(visit)) is not None:
            reading.note_answer(response, first=visit.page == 1)

    def note_rows(self, rows: Iterable[Row], visit: Visit) -> None:
        """The rows of a page, in the list's order."""
        if (reading := self.reading(visit)) is not None:
            reading.note_rows(rows, first=visit.page == 1)

    def note_again(self, spider: PortalSpider, row: Row, visit: Visit) -> None:
        """A row that this crawl met before, in another list: it says of this one what it said of that one."""
        page = self.page_of(spider, visit.portal.id, row.url)
        if page is not None:
            self._meet(visit.portal.id, page)
            self._place(visit, old=self._was_settled(page.first_seen, visit))
        elif row.url in self._asked[visit.portal.id]:
            self._place(visit, old=False)

    def not_modified(self, visit: Visit) -> None:
        """The server says that a list is as it was."""
        reading = self.reading(visit)
        if reading is None:
            return
        self._stay(reading)
        reading.confirmed = True
        tally = self.ledger[visit.portal.id]
        tally.columns += not visit.aside
        if reading.known is not None and not visit.aside:
            tally.rows += reading.known.rows

    def _stay(self, reading: Reading) -> None:
        """A list that is believed to be as it was: all that stands behind it is still listed."""
        reading.untouched = True
        self.skipped["lists"] += 1
        self._confirm(reading)

    def _confirm(self, reading: Reading) -> None:
        portal_id, column = reading.visit.portal.id, reading.visit.column.url
        for page in self._memories[portal_id].pages.values() if portal_id in self._memories else ():
            if page.column_url == column and not page.unlisted:
                self._known(portal_id, page, "list_unchanged")

    def _known(self, portal_id: str, page: KnownPage, how: str) -> None:
        self.ledger.known(portal_id, page.url, page.reports, how)

    def _meet(self, portal_id: str, page: KnownPage) -> None:
        self._met[portal_id].add(page.url)
        for urls in self._due.get(portal_id, {}).values():
            urls.discard(page.url)

    # ------------------------------------------------------------------ what a spider yields

    def sift(self, one: Any, visit: Visit) -> Any:
        """What is to become of one thing that a page gave: the thing, another in its place, or None to leave it out."""
        if isinstance(one, Request):
            return self._sift_request(one, visit)
        if isinstance(one, PageItem):
            return self._sift_page(one, visit)
        if isinstance(one, AttemptItem):
            return self._sift_attempt(one, visit)
        return one

    def _sift_request(self, request: Request, visit: Visit) -> Request | None:
        inner = request.cb_kwargs.get("visit")
        if inner is None or "item" in request.cb_kwargs:
            return request
        if "row" in request.cb_kwargs:
            return self._sift_row(request, inner)
        reading, parent = self.reading(inner), self.reading(visit)
        if reading is None or parent is None:
            return request
        if reading is not parent:
            parent.leads = True
            return None if self._rests_for_its_year(reading, request) else request
        if inner.page > visit.page and reading.may_stop(visit.page) and not self._waits(reading.visit):
            if not reading.stopped:
                reading.stopped = True
                self.skipped["lists_stopped"] += 1
                self._confirm(reading)
            return None
        return request

    def _rests_for_its_year(self, reading: Reading, request: Request) -> bool:
        """True for the list of one past year (`2019年`) that need not be asked yet."""
        known, visit = reading.known, reading.visit
        name = getattr(request.callback, "__name__", "")
        years = _YEAR.findall(visit.column.title)
        if known is None or name != "parse_column" or not visit.depth or len(years) != 1 or self._waits(visit):
            return False
        if reading.pages or asks_past_year(int(years[0]), known.seen_at.date(), self.today):
            return False
        self._stay(reading)
        return True

    def _sift_row(self, request: Request, visit: Visit) -> Request | None:
        row: Row = request.cb_kwargs["row"]
        spider: PortalSpider = request.callback.__self__  # type: ignore[union-attr]
        portal_id = visit.portal.id
        page = self.page_of(spider, portal_id, row.url)
        if page is not None:
            return self._sift_known(request, row, page, visit)
        if self._leads_nowhere(row, visit):
            return None
        self._place(visit, old=False)
        self._await(row, visit)
        return request

    def _sift_known(self, request: Request, row: Row, page: KnownPage, visit: Visit) -> Request | None:
        self._meet(visit.portal.id, page)
        ends = getattr(request.callback, "__name__", "") in ENDS
        same = is_same_row(row, page, visit)
        self._place(visit, old=same and self._was_settled(page.first_seen, visit))
        if ends and same and not page.unlisted and not page.is_due(self.today):
            self.skipped["rows"] += 1
            self._known(visit.portal.id, page, "known_row")
            failure = self._memories[visit.portal.id].failures.get(page.url)
            if page.became == "unreadable" and failure is not None:
                self._tell_failure(failure, row, visit)
            return None
        self._await(row, visit)
        if ends and same:
            for name, value in page.conditions(self.today).items():
                request.headers[name] = value
                request.meta["handle_httpstatus_list"] = [304]
        return request

    def _leads_nowhere(self, row: Row, visit: Visit) -> bool:
        """True for a row that led nowhere and is not to be tried again yet; the ledger is told why it has no report."""
        memory = self._memories.get(visit.portal.id)
        failure = memory.failures.get(row.url) if memory is not None else None
        if failure is None or failure.is_due(self.today):
            return False
        self.skipped["rows"] += 1
        self._place(visit, old=self._was_settled(failure.at, visit))
        self._tell_failure(failure, row, visit)
        return True

    def _tell_failure(self, failure: KnownFailure, row: Row, visit: Visit) -> None:
        """Let the gap that a row leaves name its cause, as it did when the row was tried."""
        if visit.aside:
            return
        detail = f"{row.title[:80]!r} led nowhere on {failure.at.date()}; it is tried again later"
        told = AttemptItem(visit.portal.id, failure.outcome, failure.reason, detail, row.url)
        told.agency_id, told.year = failure.agency_id, failure.year or judge(row.title).year
        if told.year is not None:
            self.ledger.failed(told)

    def _was_settled(self, moment: datetime, visit: Visit) -> bool:
        """True for what stood in the database when the visit's list was last settled."""
        reading = self.reading(visit)
        return reading is not None and reading.known is not None and moment <= reading.known.seen_at

    def _place(self, visit: Visit, *, old: bool) -> None:
        reading = self.reading(visit)
        if reading is not None:
            (reading.old if old else reading.news).add(visit.page)

    def _sift_page(self, item: PageItem, visit: Visit) -> PageItem | SeenItem | None:
        page = self._memories.get(item.portal_id, Memory()).pages.get(item.url)
        if page is None or item.role not in {"report", "list"} or item.files or item.cut or page.torn:
            return item
        if hashlib.sha256(item.body).hexdigest() != page.sha256:
            return item
        if item.role == "list":
            return None  # a list that is itself a report: it stands as that
        self._meet(item.portal_id, page)
        self._known(item.portal_id, page, "same_bytes")
        return as_it_was(item, page)

    def _sift_attempt(self, attempt: AttemptItem, visit: Visit) -> AttemptItem | None:
        memory, reading = self._memories.get(attempt.portal_id), self.reading(visit)
        if attempt.outcome in _TROUBLE and reading is not None:
            reading.failed = True
        if memory is not None and attempt.outcome == "refused" and (attempt.url, attempt.reason) in memory.refusals:
            return None
        return attempt

    def unmodified(self, request: Request) -> KnownPage | None:
        """The server says that the page behind a row is as it was: the page, now known to be."""
        visit, row = request.cb_kwargs["visit"], request.cb_kwargs["row"]
        page = self.page_of(request.callback.__self__, visit.portal.id, row.url)  # type: ignore[union-attr]
        if page is not None:
            self._known(visit.portal.id, page, "not_modified")
        return page

    # ------------------------------------------------------------------ settling

    def _await(self, row: Row, visit: Visit) -> None:
        self._asked[visit.portal.id].add(row.url)
        reading = self.reading(visit)
        if reading is not None:
            reading.open.add(row.url)
            self._open[row.url].add((visit.portal.id, reading.key))

    def settle(self, url: str) -> None:
        """What the row with this address leads to stands in the database, or it is on record that it leads nowhere."""
        for place in self._open.pop(url, ()):
            self._readings[place].open.discard(url)

    def fail(self, visit: Visit, *, row: Row | None = None, outcome: str = "") -> None:
        """A request of a list failed: one for a row settles it where it leads nowhere, any other leaves a gap."""
        reading = self.reading(visit)
        if row is not None:
            if outcome in _LEADS_NOWHERE:
                self.settle(row.url)
        elif reading is not None:
            reading.failed = True

    # ------------------------------------------------------------------ the end

    def close(self) -> None:
        """The crawl came to its end: tell the ledger of reports whose rows have left lists that were read whole."""
        for (portal_id, _), reading in self._readings.items():
            self.ledger[portal_id].lists_unchanged += reading.holds_nothing_new
        for portal_id, memory in self._memories.items():
            by_column: dict[str, list[Reading]] = defaultdict(list)
            for (portal, _), reading in self._readings.items():
                if portal == portal_id:
                    by_column[reading.visit.column.url].append(reading)
            for page in memory.pages.values():
                if page.became == "report" and page.url not in self._met[portal_id]:
                    readings = by_column.get(page.column_url or "", [])
                    whole = bool(readings) and all(one.was_read_whole for one in readings)
                    # Rows of years that are not looked for are passed over: that they were not met says nothing.
                    wanted = [one for one in page.reports if self.years is None or one[1] in self.years]
                    if wanted and (whole or (page.unlisted and readings)):
                        self.ledger.unlisted(portal_id, page.url, wanted)

    def settled(self) -> Iterator[ListItem]:
        """The lists that this crawl settled, to be written when it has come to its end; none of a sample."""
        if not self.enabled or self.narrowed:
            return
        for (portal_id, _), reading in self._readings.items():
            if portal_id in self._memories:
                yield from reading.as_items(portal_id, self.years, self.now)
        yield from self.searches.settled(self.years, self.now)
