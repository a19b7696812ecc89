"""What one run looked for and what became of it: the intents, and the attempts that are written when the run ends.

A zero is never a pass (DESIGN, law 4): a portal that yields nothing, a column without rows, an agency-year that no list
shows: each gets an attempt with a reason before the run counts as done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from crawler.items import AttemptItem, Outcome
from crawler.portals.model import Agency, Portal
from crawler.years import due_date, newest_due

_WORST_FIRST: tuple[Outcome, ...] = ("blocked", "unreachable", "unreadable", "partial")
NO_LONGER_LISTED = "no_longer_listed"
"""Reason of the attempt that says that a report's row left its list."""

_DEAD_ENDS: tuple[Outcome, ...] = ("refused", "missing")
"""A column that moved (404) or leads to another host explains a gap only where no column was read at all."""


@dataclass(slots=True)
class PortalTally:
    """Counts of one portal in one run.

    Attributes:
        columns, rows, followed, pages: lists read, their rows, rows that were followed, candidate pages fetched.
        reports: (agency id, fiscal year) as stored by this run.
        stands: those of all reports that stood in the database when the run began.
        known: those of known pages that are still listed and were not fetched, or are as they were; and how this is
            known: `known_row`, `list_unchanged`, `not_modified`, `same_bytes`.
        known_pages: the addresses of these pages. `lists_unchanged`: lists that hold nothing new.
        unlisted: those of reports whose row has left its list, with the page's address.
        failures: attempts that failed.
    """

    columns: int = 0
    rows: int = 0
    followed: int = 0
    pages: int = 0
    reports: set[tuple[str, int]] = field(default_factory=set)
    stands: set[tuple[str, int]] = field(default_factory=set)
    known: dict[tuple[str, int], str] = field(default_factory=dict)
    known_pages: set[str] = field(default_factory=set)
    lists_unchanged: int = 0
    unlisted: dict[tuple[str, int], str] = field(default_factory=dict)
    failures: list[AttemptItem] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Candidate pages that were fetched, or are known and still listed."""
        return max(self.pages, len(self.known_pages))


class Ledger:
    """Tally of a run, kept by the spider and completed by the store pipeline.

    Args:
        today: the day of the run (decides what is due).
        years: fiscal years that were asked for; None for all that may be expected.
        agency_ids: agencies that were asked for; empty for all of each portal.
        complete: False for a sample, whose gaps mean nothing.
        by_title: True when an agency was asked for that no registry row lists, so that only titles could tell.
    """

    def __init__(
        self,
        today: date,
        years: frozenset[int] | None = None,
        agency_ids: Iterable[str] = (),
        *,
        complete: bool = True,
        by_title: bool = False,
    ) -> None:
        self.today = today
        self.years = years
        self.agency_ids = frozenset(agency_ids)
        self.complete = complete and not by_title
        self.by_title = by_title
        self._tallies: dict[str, PortalTally] = defaultdict(PortalTally)
        self._owed: list[AttemptItem] = []

    def __getitem__(self, portal_id: str) -> PortalTally:
        return self._tallies[portal_id]

    def failed(self, attempt: AttemptItem) -> AttemptItem:
        """Remember an attempt that failed, so that the gaps it leaves name it as their cause; returns it."""
        if attempt.outcome in (*_WORST_FIRST, *_DEAD_ENDS):
            self._tallies[attempt.portal_id].failures.append(attempt)
        return attempt

    def owe(self, attempt: AttemptItem) -> None:
        """Remember an attempt that nobody could yield when it happened; it is written when the run ends."""
        self._owed.append(attempt)

    def stored(self, portal_id: str, agency_id: str, year: int) -> None:
        """Note that a report stands in the database (said by the store pipeline)."""
        self._tallies[portal_id].reports.add((agency_id, year))

    def known(self, portal_id: str, url: str, reports: Iterable[tuple[str, int]], how: str) -> None:
        """Note that a known page is still listed, or is as it was; `how` as in `PortalTally.known`."""
        tally = self._tallies[portal_id]
        tally.known_pages.add(url)
        for report in reports:
            tally.known.setdefault(report, how)

    def unlisted(self, portal_id: str, url: str, reports: Iterable[tuple[str, int]]) -> None:
        """Note that the row of a report's page has left its list, which was read to its end."""
        self._tallies[portal_id].unlisted.update(dict.fromkeys(reports, url))

    def closing_attempts(self, portals: Sequence[Portal]) -> Iterator[AttemptItem]:
        """Attempts owed at the end: one a portal that is silent or below its floor, one an agency-year not found.

        A sample proves no absence, but a portal that answered nothing at all is silent in a sample too.
        """
        yield from self._owed
        for portal in portals:
            tally = self._tallies[portal.id]
            yield from self._portal(portal, tally)
            if self.complete:
                yield from self._agency_years(portal, tally)

    def broken(self, portals: Sequence[Portal]) -> list[str]:
        """Ids of portals that stayed silent: the exit code speaks of them.

        Silent is a portal that yielded no page; in a run narrowed to some years or agencies, or a sample, one of whose
        lists not a single row could be read. Where an agency could only be told by titles, none of them did.
        """
        return [portal.id for portal in portals if self._is_silent(self._tallies[portal.id])]

    def _is_silent(self, tally: PortalTally) -> bool:
        if tally.read or self.by_title:
            return not tally.read
        narrowed = self.years is not None or bool(self.agency_ids) or not self.complete
        return not (narrowed and tally.rows)

    def summary(self, portals: Sequence[Portal]) -> Iterator[str]:
        """One line a portal for a person: what was read and stored, and the failure that explains a gap."""
        for portal in portals:
            tally = self._tallies[portal.id]
            line = f"{portal.id} ({portal.name}): {_stored(tally)}; read {_read(tally)}"
            failure = self._silent(portal, tally) if self._is_silent(tally) else self._cause(tally)
            yield line if failure is None else f"{line}; {failure.outcome}: {failure.reason}. {failure.detail}"

    def _portal(self, portal: Portal, tally: PortalTally) -> Iterator[AttemptItem]:
        if self._is_silent(tally):
            yield self._silent(portal, tally)
        elif self.complete and self.years is None and not self.agency_ids and _standing(tally) < portal.floor:
            yield AttemptItem(
                portal.id,
                "partial",
                "below_floor",
                f"{_standing(tally)} reports found, the registry row expects at least {portal.floor}",
                url=portal.base,
                evidence=_counts(tally),
            )

    def _silent(self, portal: Portal, tally: PortalTally) -> AttemptItem:
        cause = self._cause(tally)
        if cause is not None:
            return AttemptItem(
                portal.id, cause.outcome, cause.reason, cause.detail, cause.url, evidence=_told(tally, cause)
            )
        if tally.columns == 0:
            reason, detail = "no_column", "no annual-report column was found within three clicks of the home page"
        elif tally.rows == 0:
            reason, detail = "empty_list", "the column was read and holds no row that could be read"
        else:
            reason, detail = "no_row_wanted", f"{tally.rows} rows were read, none is a report that was asked for"
        outcome: Outcome = "unreadable" if reason == "empty_list" else "missing"
        detail += f". Look at {portal.base} and at the row {portal.id} of the registry."
        return AttemptItem(portal.id, outcome, reason, detail, portal.base, evidence=_counts(tally))

    def _agency_years(self, portal: Portal, tally: PortalTally) -> Iterator[AttemptItem]:
        cause = self._cause(tally)
        for agency in portal.agencies:
            if self.agency_ids and agency.id not in self.agency_ids:
                continue
            for year in self._expected_years(portal):
                report = (agency.id, year)
                if report in tally.reports:
                    continue
                if tally.known.get(report) in _TOLD:
                    continue
                if report in tally.known:
                    yield _unchanged(portal, report, tally.known[report])
                elif report in tally.unlisted:
                    yield _no_longer_listed(portal, report, tally)
                elif report in tally.stands and cause is None:
                    yield _unchanged(portal, report, "not_asked")
                else:
                    yield self._gap(portal, agency, year, tally, cause)

    def _expected_years(self, portal: Portal) -> list[int]:
        if self.years is not None:
            return sorted(self.years)
        return list(range(portal.oldest_year, newest_due(self.today) + 1))

    def _gap(
        self, portal: Portal, agency: Agency, year: int, tally: PortalTally, cause: AttemptItem | None
    ) -> AttemptItem:
        due = due_date(year, government=agency.type in {"government", "office"})
        if self.today <= due:
            return AttemptItem(
                portal.id, "not_due", "not_due", f"due by {due.isoformat()}", agency_id=agency.id, year=year
            )
        cause = _row_that_failed(portal, agency, year, tally) or cause
        if cause is not None:
            return AttemptItem(
                portal.id, cause.outcome, cause.reason, cause.detail, cause.url, agency.id, year, _told(tally, cause)
            )
        return AttemptItem(
            portal.id,
            "missing",
            "not_listed",
            f"not among {_read(tally)}",
            portal.base,
            agency.id,
            year,
            _counts(tally),
        )

    @staticmethod
    def _cause(tally: PortalTally) -> AttemptItem | None:
        """The failure that explains what is missing; none when the lists themselves could be read to the end."""
        for outcome in (*_WORST_FIRST, *(() if tally.columns else _DEAD_ENDS)):
            for failure in tally.failures:
                if failure.outcome == outcome and failure.year is None:
                    return failure
        return None


_HOW = {
    "known_row": "the report stands in the database, and its row is still in the list",
    "list_unchanged": "the report stands in the database, and the list holds nothing new",
    "not_modified": "the portal says that the page was not modified",
    "same_bytes": "the page is byte for byte as it was",
    "not_asked": "the report stands in the database; where it was found was not looked at this time",
}


_TOLD = frozenset({"not_modified", "same_bytes"})
"""How a report is known whose page was asked for: its attempt is written with the page (`SeenItem`)."""


def _unchanged(portal: Portal, report: tuple[str, int], how: str) -> AttemptItem:
    return AttemptItem(portal.id, "unchanged", how, _HOW[how], portal.base, *report)


def _no_longer_listed(portal: Portal, report: tuple[str, int], tally: PortalTally) -> AttemptItem:
    url = tally.unlisted[report]
    detail = f"its row has left the list, which was read to its end; the report stays in the database. Look at {url}"
    return AttemptItem(portal.id, "missing", NO_LONGER_LISTED, detail, url, *report, _counts(tally))


def _standing(tally: PortalTally) -> int:
    return len(tally.reports | tally.known.keys())


def _stored(tally: PortalTally) -> str:
    """What was stored; where that is nothing, what is known already."""
    stored = f"{_many(len(tally.reports), 'report')} stored"
    if not tally.known_pages:
        return stored
    known = f"{_many(len(tally.known_pages), 'row')} known, {_many(tally.lists_unchanged, 'list')} unchanged"
    return f"{stored}, {known}" if tally.reports else f"nothing new: {known}"


def _row_that_failed(portal: Portal, agency: Agency, year: int, tally: PortalTally) -> AttemptItem | None:
    """The failure behind a row of this year: it was listed, and led nowhere. Of whom is told by the row, or by there
    being one agency only."""
    worst: tuple[Outcome, ...] = (*_WORST_FIRST, "missing")
    own = [
        failure
        for failure in tally.failures
        if failure.year == year
        and failure.outcome in worst
        and (failure.agency_id == agency.id or (failure.agency_id is None and len(portal.agencies) == 1))
    ]
    return min(own, key=lambda failure: worst.index(failure.outcome), default=None)


def _counts(tally: PortalTally) -> dict[str, object]:
    counts: dict[str, object] = {
        "columns": tally.columns,
        "rows": tally.rows,
        "followed": tally.followed,
        "pages": tally.pages,
    }
    return counts | ({"known": len(tally.known_pages)} if tally.known_pages else {})


def _told(tally: PortalTally, cause: AttemptItem) -> dict[str, object]:
    """The counts, and when the portal wants to be asked again where it said so."""
    later = {key: cause.evidence[key] for key in ("retry_after",) if key in cause.evidence}
    return _counts(tally) | later


def _read(tally: PortalTally) -> str:
    return f"{_many(tally.rows, 'row')} of {_many(tally.columns, 'column')}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
