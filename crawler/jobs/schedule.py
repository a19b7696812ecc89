"""Which portals are due now. Pure: the moment and what the database knows are arguments.

Reports of a fiscal year appear from January to the end of March of the next one (Regulation, arts. 49-50): a portal
that lacks one is then looked at every day. Later lateness is looked for every week until the end of June, then every
month. A portal on which all stands is looked at every week for two months after something new came, then every month:
its known pages are visited again at growing intervals within such a look. A look that failed is tried again after waits
that double.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.agenda import ALL_YEARS
from crawler.jobs.model import Job
from crawler.jobs.plan import job_for
from crawler.portals.model import Portal
from crawler.store.agenda import Agenda, Look
from crawler.years import newest_due

# A little less than the name says: a timer that fires at the same minute every day must not skip every second day.
DAILY = timedelta(hours=20)
WEEKLY = timedelta(days=6, hours=12)
MONTHLY = timedelta(days=29)
FRESH = timedelta(days=60)
"""How long after something new a portal is looked at every week."""

BACK_OFF = tuple(timedelta(hours=hours) for hours in (6, 20, 44, 92, 188, 380, 696))
"""Waits after the first, second … look in a row that failed; the last one for all further."""

AFTER_GATE = timedelta(hours=20)
"""A gate is not knocked at twice a day."""

SEASON_ENDS, LATE_ENDS = 3, 6
"""Months: until the end of March reports are expected daily, until the end of June weekly."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a portal is due, and why."""

    at: datetime
    why: str


def due(portal: Portal, agenda: Agenda, now: datetime) -> Due:
    """When a portal is to be looked at next. A moment that has passed means now."""
    look = agenda.portals.get(portal.id, {}).get(ALL_YEARS)
    if look is None:
        return Due(now, "never looked at as a whole")
    if look.attempted_at is None:
        return Due(now, "the last look was cut short")
    found = _after_failure(look, look.attempted_at) if look.failures else _after_success(portal, agenda, look, now)
    return Due(max(found.at, look.next_at), "the portal named the moment") if look.next_at else found


def _after_failure(look: Look, attempted: datetime) -> Due:
    wait = BACK_OFF[min(look.failures, len(BACK_OFF)) - 1]
    if look.outcome == "blocked":
        wait = max(wait, AFTER_GATE)
    times = "once" if look.failures == 1 else f"{look.failures} times"
    return Due(attempted + wait, f"failed {times}: {look.reason or look.outcome}")


def _after_success(portal: Portal, agenda: Agenda, look: Look, now: datetime) -> Due:
    attempted = look.attempted_at or now
    year = newest_due(now.date())
    if any((one.id, year) not in agenda.reports for one in portal.agencies if one.until is None or year <= one.until):
        if now.month <= SEASON_ENDS:
            return Due(attempted + DAILY, f"a report of {year} is expected any day")
        interval, word = (WEEKLY, "weekly") if now.month <= LATE_ENDS else (MONTHLY, "monthly")
        return Due(attempted + interval, f"a report of {year} is late: {word} look")
    news = agenda.news.get(portal.id)
    if news is not None and now - news < FRESH:
        return Due(attempted + WEEKLY, "weekly look, something new came lately")
    return Due(attempted + MONTHLY, "monthly look")


def due_jobs(
    portals: Iterable[Portal],
    agenda: Agenda,
    now: datetime,
    *,
    families: Collection[str],
    delay: float = 0.0,
    everything: bool = False,
) -> list[Job]:
    """The jobs that are due, longest due first; with `everything` all others behind them."""
    found = [(due(portal, agenda, now), portal) for portal in portals if portal.family in families]
    ready = sorted(
        ((one, portal) for one, portal in found if everything or one.at <= now),
        key=lambda pair: (pair[0].at, pair[1].id),
    )
    return [job_for(portal, None, agenda, delay=delay, why=one.why) for one, portal in ready]
