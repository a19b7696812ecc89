"""What a run intends to look for, and what became of it: the rows of the table `intents`. Pure.

Three kinds of intents: a portal as a whole in a fiscal year, a column of it, an agency's report of a year on it. They
are written when a run begins, before its first request, and answered when it has come to its end. One that was never
answered belongs to a run that was killed: a later run takes it up.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.items import AttemptItem, Outcome
from crawler.ledger import Ledger
from crawler.portals.model import Portal
from crawler.years import newest_due

ALL_YEARS = 0
"""Stands in the place of a year for a look at all that a portal shows."""

FAILED: frozenset[str] = frozenset({"blocked", "unreachable", "unreadable", "partial"})
"""Outcomes of a look that failed: something stood in the way, and may not stand there tomorrow."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be looked for. Empty parts ('' and 0) stand for none; see the module's text."""

    portal_id: str
    column_url: str = ""
    agency_id: str = ""
    year: int = ALL_YEARS


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an aim. `retry_after`: an ISO moment before which the portal asked not to be asked again."""

    aim: Aim
    outcome: Outcome
    reason: str = ""
    retry_after: str | None = None


def aims(
    portals: Sequence[Portal], years: Iterable[int] | None, agency_ids: Iterable[str], today: date
) -> Iterator[Aim]:
    """All that a run over these portals intends.

    Args:
        years: fiscal years asked for; None for all that each portal is expected to show.
        agency_ids: agencies asked for; none for all. A run for some agencies is no look at the portal as a whole.
        today: decides which year is the newest that may be expected.
    """
    wanted = frozenset(agency_ids)
    asked = None if years is None else sorted(years)
    for portal in portals:
        if not wanted:
            yield from (Aim(portal.id, year=year) for year in ([ALL_YEARS] if asked is None else asked))
        for column in portal.columns:
            if not wanted or not column.agencies or wanted & set(column.agencies):
                yield Aim(portal.id, column_url=column.url)
        expected = range(portal.oldest_year, newest_due(today) + 1) if asked is None else asked
        for agency in portal.agencies:
            if not wanted or agency.id in wanted:
                yield from (Aim(portal.id, agency_id=agency.id, year=year) for year in expected)


def answers(
    ledger: Ledger,
    portals: Sequence[Portal],
    closing: Sequence[AttemptItem],
    unreadable: Container[tuple[str | None, int | None]] = (),
) -> Iterator[Answer]:
    """What a run that came to its end answers to its aims.

    Args:
        ledger: the run's tally.
        closing: the attempts that the ledger owed at the end: they say why an agency-year has no report.
        unreadable: agency-years (id, year) whose page was there and could not be read.
    """
    gaps = {(one.portal_id, one.agency_id, one.year): one for one in closing if one.agency_id and one.year}
    for portal in portals:
        trouble = next((one for one in closing if _of_portal(one, portal)), None) if ledger.broken([portal]) else None
        for aim in aims([portal], ledger.years, ledger.agency_ids, ledger.today):
            if aim.agency_id:
                gap = gaps.get((portal.id, aim.agency_id, aim.year))
                if gap is not None and (aim.agency_id, aim.year) in unreadable:
                    yield Answer(aim, "unreadable", "page")
                else:
                    yield _answer(aim, gap)
            elif aim.column_url:
                failed = next((one for one in ledger[portal.id].failures if one.url == aim.column_url), None)
                yield _answer(aim, failed)
            else:
                yield _answer(aim, trouble)


def _of_portal(attempt: AttemptItem, portal: Portal) -> bool:
    told = attempt.portal_id == portal.id and attempt.agency_id is None and attempt.year is None
    return told and attempt.reason not in {"same_page", "second_path"}


def _answer(aim: Aim, trouble: AttemptItem | None) -> Answer:
    if trouble is None:
        return Answer(aim, "found")
    later = trouble.evidence.get("retry_after")
    return Answer(aim, trouble.outcome, trouble.reason, str(later) if later else None)
