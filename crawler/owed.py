"""Which agencies owe a report for which year: the registry says who there is, the law who reports and by when. Pure.

Rules. Regulation of 2007, arts. 31-32 (fiscal years 2008 to 2018): every administrative organ, by 31 March of the
following year. Regulation of 2019, arts. 49-50: departments of governments from the county up by 31 January, these
governments by 31 March. Townships and institutions are not named there; the registry lists those that report because
their governments ask them to, and what they owe is marked as `practice`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from crawler.portals.model import Agency, Portal
from crawler.years import FIRST_YEAR, due_date, newest_due

Basis = Literal["law", "practice"]

GOVERNMENTS = frozenset({"government", "office"})
"""Types whose report is that of a government: due by 31 March."""

_NEW_LAW = 2019
"""The first fiscal year whose reports the regulation of 2019 rules."""


class Owed(NamedTuple):
    """A report that an agency owes.

    Attributes:
        portal_ids: portals of the registry on which the agency publishes.
        year: fiscal year.
        due: the last day on which the report is in time.
        is_due: that day is over.
        basis: `law`, or `practice` where the regulation in force does not name bodies of this type.
    """

    agency: Agency
    portal_ids: tuple[str, ...]
    year: int
    due: date
    is_due: bool
    basis: Basis


def owed(portals: Iterable[Portal], years: Iterable[int] | None, today: date) -> list[Owed]:
    """What the agencies of these portals owe, by division code, id and year; each agency and year once.

    A body that was dissolved owes nothing for years at whose end it was no more; one that was renamed owes as before.
    The portal's `oldest_year` plays no part: what a portal no longer shows is owed all the same.

    Args:
        years: fiscal years; None for all from 2008 to the newest that may be expected. The year of `today` can be asked
            for (a report may appear before it is due), later ones are owed by nobody yet.
        today: decides what is due.
    """
    asked = range(FIRST_YEAR, newest_due(today) + 1) if years is None else sorted(set(years))
    wanted = [year for year in asked if FIRST_YEAR <= year <= today.year]
    dates = {
        government: [(year, (due := due_date(year, government=government)), today > due) for year in wanted]
        for government in (False, True)
    }
    return [
        Owed(agency, portal_ids, year, due, is_due, basis(agency, year))
        for agency, portal_ids in publishers(portals)
        for year, due, is_due in dates[agency.type in GOVERNMENTS]
        if agency.until is None or year <= agency.until
    ]


def publishers(portals: Iterable[Portal]) -> list[tuple[Agency, tuple[str, ...]]]:
    """Each agency that these portals list, with the portals on which it publishes; by division code, then id."""
    agencies: dict[str, Agency] = {}
    places: dict[str, list[str]] = {}
    for portal in portals:
        for agency in portal.agencies:
            agencies.setdefault(agency.id, agency)
            places.setdefault(agency.id, []).append(portal.id)
    ordered = sorted(agencies.values(), key=lambda agency: (agency.code, agency.id))
    return [(agency, tuple(dict.fromkeys(places[agency.id]))) for agency in ordered]


def basis(agency: Agency, year: int) -> Basis:
    """Why a body reports: the regulation that ruled the reports of `year` names its type, or it is the practice."""
    if agency.type == "institution" or (agency.type == "township" and year >= _NEW_LAW):
        return "practice"
    return "law"
