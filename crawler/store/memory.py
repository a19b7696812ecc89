"""What the database knows of one portal when a crawl of it begins: pages, lists, and rows that led nowhere.

Read once a crawl, in five queries whatever the portal's size. What is not sure is left out: a page that is known but of
which nothing is known to have become is no known page, and is fetched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Engine, distinct, func, or_, select

from crawler.items import Outcome
from crawler.ledger import NO_LONGER_LISTED
from crawler.revisit import BELIEVE_NOT_MODIFIED, next_try, next_visit
from crawler.store import models as m

Became = Literal["report", "refused", "unreadable"]
"""What a known page was taken for."""

_RECENT = timedelta(days=400)
"""Failures and refusals that are older say nothing any more: the longest distance between two visits is a year."""
_SETTLED: tuple[str, ...] = ("missing", "refused", "unreadable", "partial")


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A candidate report page as it was last seen.

    Attributes:
        sha256, etag, last_modified: of its present content.
        title, day, column_url: of the row that led to it last.
        first_seen: when its address was first seen, `changed_at` when its present content was.
        fetched_at: when it was asked for last; `body_at`: when its bytes came last, None where nobody noted it.
        reports: (agency id, fiscal year) of the reports that it shows.
        carries: True when files that it links were fetched with it: they may change while it does not.
        unlisted: True when its row has left its list.
        torn: True when it came without its end, and is to be asked for at every chance.
    """

    url: str
    sha256: str
    etag: str | None
    last_modified: str | None
    title: str
    day: str | None
    column_url: str | None
    first_seen: datetime
    changed_at: datetime
    fetched_at: datetime
    body_at: datetime | None
    became: Became
    reports: tuple[tuple[str, int], ...] = ()
    carries: bool = False
    unlisted: bool = False
    torn: bool = False

    def is_due(self, today: date) -> bool:
        """True when the page is to be visited again."""
        years = {year for _, year in self.reports}
        return self.torn or today >= next_visit(self.changed_at.date(), self.fetched_at.date(), years)

    def conditions(self, today: date) -> dict[str, str]:
        """Headers that ask for the page only if it changed; none where a 304 would not be believed, or prove little."""
        if self.carries or self.torn or self.body_at is None:
            return {}
        if today >= self.body_at.date() + timedelta(days=BELIEVE_NOT_MODIFIED):
            return {}
        return conditions(self.etag, self.last_modified)


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list as it was last seen by a run that settled it: see `crawler.store.models.ListState`."""

    request_key: str
    url: str
    column_url: str | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    rows: int
    years: frozenset[int] | None
    seen_at: datetime
    complete_at: datetime | None

    def covers(self, years: frozenset[int] | None) -> bool:
        """True when the list was read to its end for all of `years` (None: for every year)."""
        return self.complete_at is not None and (self.years is None or (years is not None and years <= self.years))


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A row that led nowhere, or to a page that cannot be read: when last, in how many runs, and as what.

    `agency_id`, `year`: the agency-year that it leaves open, where that is known.
    """

    url: str
    outcome: Outcome
    reason: str
    at: datetime
    times: int
    agency_id: str | None = None
    year: int | None = None

    def is_due(self, today: date) -> bool:
        """True when the row is to be tried again."""
        return today >= next_try(self.at.date(), self.times)


@dataclass(slots=True)
class Memory:
    """What is known of one portal: pages by address, lists by the key of their request, failures by address
    (of rows, and of pages that cannot be read).

    `refusals` holds (address, reason) of rows whose titles say that they are no reports, as recorded already.
    """

    pages: dict[str, KnownPage] = field(default_factory=dict)
    lists: dict[str, KnownList] = field(default_factory=dict)
    failures: dict[str, KnownFailure] = field(default_factory=dict)
    refusals: set[tuple[str, str]] = field(default_factory=set)

    @property
    def reports(self) -> set[tuple[str, int]]:
        """(agency id, fiscal year) of all reports that its pages show."""
        return {report for page in self.pages.values() for report in page.reports}

    def unchecked(self) -> set[str]:
        """Agencies with reports that were stored after the last run that came to its end: it may have been killed
        before it compared them with each other.
        """
        ended = max((known.seen_at for known in self.lists.values()), default=None)
        late = (page for page in self.pages.values() if ended is None or page.fetched_at > ended)
        return {agency for page in late for agency, _ in page.reports}


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110 §13.1)."""
    given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in given.items() if value and value.isascii() and value.isprintable()}


def recall(engine: Engine, portal_id: str, now: datetime) -> Memory:
    """What the database knows of a portal.

    Raises:
        sqlalchemy.exc.DBAPIError: what the database says.
    """
    with engine.connect() as connection:
        told = _told(connection, portal_id, now)
        memory = Memory(lists=_lists(connection, portal_id))
        shown = _shown(connection, portal_id)
        for rows in _page_rows(connection, portal_id).values():
            page = _page(rows, shown, told)
            if page is not None:
                memory.pages[page.url] = page
    memory.failures = told.failures
    memory.refusals = told.refusals
    return memory


@dataclass(slots=True)
class _Told:
    """What the attempts say of addresses."""

    failures: dict[str, KnownFailure] = field(default_factory=dict)
    became: dict[str, Became] = field(default_factory=dict)
    unlisted: dict[str, datetime] = field(default_factory=dict)
    torn: dict[str, datetime] = field(default_factory=dict)
    refusals: set[tuple[str, str]] = field(default_factory=set)


def _told(connection: Connection, portal_id: str, now: datetime) -> _Told:
    own = m.Attempt
    query = (
        select(
            own.url, own.outcome, own.reason, func.max(own.at), func.count(distinct(own.run_id)), own.agency_id,
            func.max(own.year),
        )
        .where(own.portal_id == portal_id, own.url.is_not(None), own.outcome.in_(_SETTLED), own.at > now - _RECENT)
        .group_by(own.url, own.outcome, own.reason, own.agency_id)
    )  # fmt: skip
    told = _Told()
    rows: Iterable[Any] = connection.execute(query)
    for url, outcome, reason, at, times, agency, year in rows:
        if reason == NO_LONGER_LISTED:
            told.unlisted[url] = at
        elif outcome == "partial":
            if reason == "cut":
                told.torn[url] = at
        else:
            _note_failure(told, KnownFailure(url, outcome, reason, at, times, agency, year))
    return told


def _note_failure(told: _Told, one: KnownFailure) -> None:
    if one.outcome == "refused":
        told.refusals.add((one.url, one.reason))
    if one.outcome in {"refused", "unreadable"}:
        told.became[one.url] = "refused" if one.outcome == "refused" else "unreadable"
    if one.reason == "cut":
        told.torn[one.url] = one.at
    known = told.failures.get(one.url)
    # What a failed request left comes before what later runs said of the agency-years behind it, without asking again.
    if not one.reason.startswith("look_alike") and (known is None or _rank(known) < _rank(one)):
        told.failures[one.url] = one


def _rank(one: KnownFailure) -> tuple[bool, datetime]:
    return one.agency_id is None, one.at


def _lists(connection: Connection, portal_id: str) -> dict[str, KnownList]:
    own = m.ListState
    query = select(
        own.request_key, own.url, own.column_url, own.etag, own.last_modified, own.sha256, own.rows, own.years,
        own.seen_at, own.complete_at,
    ).where(own.portal_id == portal_id)  # fmt: skip
    found = {}
    for key, url, column, etag, modified, sha256, rows, years, seen, complete in connection.execute(query):
        told = None if years is None else frozenset(years)
        found[key] = KnownList(key, url, column, etag, modified, sha256, rows or 0, told, seen, complete)
    return found


def _shown(connection: Connection, portal_id: str) -> dict[int, tuple[set[tuple[str, int]], datetime]]:
    """By page number: the reports that it shows, and when its bytes last did."""
    query = (
        select(m.VersionPage.page_id, m.Report.agency_id, m.Report.year, m.VersionPage.last_seen)
        .join_from(m.VersionPage, m.Page, m.Page.id == m.VersionPage.page_id)
        .join(m.Version, m.Version.id == m.VersionPage.version_id)
        .join(m.Report, m.Report.id == m.Version.report_id)
        .where(m.Page.portal_id == portal_id)
    )
    found: dict[int, tuple[set[tuple[str, int]], datetime]] = {}
    for page_id, agency, year, seen in connection.execute(query):
        reports, last = found.setdefault(page_id, (set(), seen))
        reports.add((agency, year))
        found[page_id] = (reports, max(last, seen))
    return found


def _page_rows(connection: Connection, portal_id: str) -> dict[str, list[Any]]:
    """The contents of each candidate page, the latest last; the addresses that carry files are told by `_CARRIER`."""
    own = m.Page
    query = (
        select(
            own.id, own.url, own.sha256, own.etag, own.last_modified, own.list_title, own.list_date, own.column_url,
            own.first_seen, own.last_seen, own.role,
        )
        .where(
            own.portal_id == portal_id,
            # A list that is itself a report was last written as either.
            or_(own.role.in_(["report", "file"]), own.id.in_(select(m.VersionPage.page_id))),
        )
        .order_by(own.last_seen, own.id)
    )  # fmt: skip
    rows: dict[str, list[Any]] = defaultdict(list)
    carriers = set()
    for row in connection.execute(query):
        if row.role == "file":
            carriers.add(row.column_url)
        else:
            rows[row.url].append(row)
    return {url: [*found, url in carriers] for url, found in rows.items()}


def _page(
    rows: Iterable[Any], shown: dict[int, tuple[set[tuple[str, int]], datetime]], told: _Told
) -> KnownPage | None:
    *contents, carries = rows
    newest = contents[-1]
    reports, body_at = shown.get(newest.id, (set(), None))
    became: Became | None = "report" if reports else told.became.get(newest.url)
    if became is None:
        return None  # stored by a run for other years, say: it holds a report that nobody read
    return KnownPage(
        newest.url, newest.sha256, newest.etag, newest.last_modified, newest.list_title or "", newest.list_date,
        newest.column_url, min(one.first_seen for one in contents), newest.first_seen, newest.last_seen, body_at,
        became, tuple(sorted(reports)), carries, _after(told.unlisted, newest), _after(told.torn, newest),
    )  # fmt: skip


def _after(moments: dict[str, datetime], page: Any) -> bool:
    """True when something was said of a page since it was fetched last, or with it."""
    at = moments.get(page.url)
    return at is not None and at >= page.last_seen
