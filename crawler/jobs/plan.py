"""What a backfill has to do: which portals, which years, and about what it costs. Pure.

A year of a portal is to be looked for when nobody has looked for it to the end, or when the last look ended as the user
wants it tried again. What was looked for and is missing is not asked again by itself: the ledger holds the proof.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from crawler.agenda import ALL_YEARS
from crawler.jobs.model import Job
from crawler.portals.model import Agency, Portal
from crawler.store.agenda import Agenda, Look
from crawler.years import newest_due

RETRY_AT_ONCE = frozenset({"unreachable"})
"""Outcomes that are tried again without being asked for: a portal that was down is not one that has nothing."""

ROWS_A_PAGE = 15
"""Rows that a page of a list shows, as most portals set it."""

SEARCH = 8
"""Requests that looking for an unknown column from the home page about takes."""


@dataclass(slots=True)
class Plan:
    """The jobs, and what was left out of them.

    Attributes:
        jobs: one a portal, longest first: begun last, one of them would keep all the others waiting.
        standing: agency-years whose report is in the database.
        left_alone: agency-years that were looked for without success, by outcome, and are not asked again.
        without_spider: ids of portals that no spider reads yet.
    """

    jobs: list[Job] = field(default_factory=list)
    standing: int = 0
    left_alone: Counter[str] = field(default_factory=Counter)
    without_spider: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """About how many requests all jobs take."""
        return sum(job.requests for job in self.jobs)

    def seconds(self, concurrency: int) -> float:
        """About how long all jobs take, so many at a time: never less than the slowest of them."""
        longest = max((job.seconds for job in self.jobs), default=0.0)
        return max(longest, sum(job.seconds for job in self.jobs) / max(concurrency, 1))


def backfill(
    portals: Iterable[Portal],
    years: Collection[int],
    agenda: Agenda,
    now: datetime,
    *,
    families: Collection[str],
    retry: Collection[str] = (),
    delay: float = 0.0,
) -> Plan:
    """The plan of a backfill.

    Args:
        portals: rows to look at.
        years: fiscal years to look for; those whose reports cannot exist yet are left out.
        agenda: what the database knows.
        families: families that a spider reads.
        retry: outcomes (`missing`, `blocked` …) that are to be looked for again.
        delay: seconds between two requests where a row says nothing slower.
    """
    plan = Plan()
    wanted = sorted(year for year in set(years) if year <= newest_due(now.date()))
    again = RETRY_AT_ONCE | frozenset(retry)
    for portal in portals:
        if portal.family not in families:
            plan.without_spider.append(portal.id)
            continue
        open_years, reports = _open(portal, wanted, agenda, again, now, plan)
        if open_years:
            plan.jobs.append(job_for(portal, open_years, agenda, delay=delay, reports=reports, why="backfill"))
    plan.jobs.sort(key=lambda job: (-job.seconds, -job.requests, job.portal_id))
    return plan


def job_for(
    portal: Portal,
    years: Collection[int] | None,
    agenda: Agenda,
    *,
    delay: float,
    reports: int | None = None,
    why: str = "",
) -> Job:
    """The job of a portal with its cost. `years` None: all that the portal shows."""
    number = reports if reports is not None else max(portal.floor, len(portal.agencies))
    known = agenda.pages.get(portal.id, 0) if years is None else 0
    return Job(
        portal.id,
        portal.name,
        portal.family,
        portal.hosts,
        None if years is None else tuple(sorted(years)),
        reports=number,
        requests=_requests(portal, 0 if known else number),
        delay=max(delay, float(portal.quirks.get("delay") or 0)),
        why=why,
    )


def _requests(portal: Portal, reports: int) -> int:
    """robots.txt, the lists (or the search for one) with their pages, the reports."""
    lists = len(portal.columns) or SEARCH
    return 1 + lists + math.ceil(reports / ROWS_A_PAGE) + reports


def _open(
    portal: Portal, years: Iterable[int], agenda: Agenda, again: Collection[str], now: datetime, plan: Plan
) -> tuple[list[int], int]:
    """Years of a portal that are to be looked for, and how many reports of registered agencies that means."""
    found, reports = [], 0
    looks = agenda.portals.get(portal.id, {})
    for year in years:
        lacking = _lacking(portal, year, agenda, plan)
        whole = _newer(looks.get(year), _whole(looks.get(ALL_YEARS), year))
        if not _is_open(whole, again, now):
            lacking = [one for one in lacking if _is_wanted_again(portal, one, year, agenda, again, now, plan)]
            if not lacking:
                continue
        elif not lacking and not _may_hold_more(portal) and not _was_cut_short(whole):
            continue
        found.append(year)
        reports += max(len(lacking), 1)
    return found, reports


def _lacking(portal: Portal, year: int, agenda: Agenda, plan: Plan) -> list[Agency]:
    """Agencies of the portal that existed at the end of a year and whose report of it is not there."""
    existing = [one for one in portal.agencies if one.until is None or year <= one.until]
    lacking = [one for one in existing if (one.id, year) not in agenda.reports]
    plan.standing += len(existing) - len(lacking)
    return lacking


def _is_wanted_again(
    portal: Portal, agency: Agency, year: int, agenda: Agenda, again: Collection[str], now: datetime, plan: Plan
) -> bool:
    look = agenda.agencies.get((portal.id, agency.id, year))
    wanted = look is not None and _is_open(look, again, now)
    if not wanted:
        plan.left_alone[(look.outcome if look else None) or "missing"] += 1
    return wanted


def _is_open(look: Look | None, again: Collection[str], now: datetime) -> bool:
    """True for what nobody has looked for to the end, and for what is to be tried again and may be."""
    if look is None or look.attempted_at is None:
        return True
    return look.outcome in again and (look.next_at is None or look.next_at <= now)


def _whole(look: Look | None, year: int) -> Look | None:
    """A look at all years counts for each whose reports could then exist."""
    covers = look is not None and look.attempted_at is not None and year <= newest_due(look.attempted_at.date())
    return look if covers else None


def _newer(first: Look | None, second: Look | None) -> Look | None:
    known = [look for look in (first, second) if look is not None and look.attempted_at is not None]
    return max(known, key=lambda look: (look.attempted_at is not None, look.attempted_at), default=first or second)


def _was_cut_short(look: Look | None) -> bool:
    """Whether a run began to look and was killed. Its reports may all stand, yet were not compared with each other."""
    return look is not None and look.attempted_at is None


def _may_hold_more(portal: Portal) -> bool:
    """Whether departments that the registry does not list may publish there: governments collect their reports."""
    return any(agency.type in {"government", "office"} for agency in portal.agencies) or not portal.agencies
