"""The panel: every owed agency-year and every other one that is known, joined with what the database holds. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from crawler.coverage.counting import Totals
from crawler.owed import owed
from crawler.portals.listing import NO_SECTOR, Filter, province_digits
from crawler.portals.model import Agency, Portal
from crawler.portals.names import PROVINCES
from crawler.store.coverage import STATES, CoverageRow, Facts
from crawler.store.many import not_collecting
from crawler.years import FIRST_YEAR, newest_due

NATIONAL = "全国"
_NEAR = 50.0
_NEAREST = 5


class NothingMatches(ValueError):
    """A filter that names nothing there is: a sentence with what comes near."""


class Body(NamedTuple):
    """An agency of the panel.

    Attributes:
        names: all names it bears or bore.
        province: short name, 全国 for bodies of the state.
        portals: (id, name, family) of its portals. `places`: names and places of these, for looking them up.
        registered: whether the registry lists it; otherwise a page named it.
    """

    id: str
    name: str
    names: tuple[str, ...]
    code: str
    province: str
    level: str
    type: str | None
    sector: str
    portals: tuple[tuple[str, str, str], ...]
    places: str
    registered: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the panel is asked for; an empty one is all of it.

    Attributes:
        agency: id, or part of a name. portal: part of an id, a name or a place.
        province, sector, level, family: as `scrapy portals` takes them.
        years: fiscal years. states: states of `crawler.store.coverage`.
    """

    agency: str | None = None
    portal: str | None = None
    province: str | None = None
    sector: str | None = None
    level: str | None = None
    family: str | None = None
    years: frozenset[int] | None = None
    states: frozenset[str] = frozenset()


@dataclass(slots=True)
class Panel:
    """Bodies in the order of their codes, the years across, the rows (body by body, year by year) and their count."""

    bodies: list[Body] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    rows: list[CoverageRow] = field(default_factory=list)

    @property
    def by_id(self) -> dict[str, Body]:
        """Bodies by id."""
        return {body.id: body for body in self.bodies}

    @property
    def totals(self) -> Totals:
        """What was found of what is due."""
        return Totals.of(self.rows)


def states_in(text: str) -> frozenset[str]:
    """The states of `missing,blocked`; raises ValueError for a word that is none."""
    words = frozenset(word.strip() for word in text.split(",") if word.strip())
    if unknown := sorted(words - set(STATES)):
        raise ValueError(f"{unknown[0]!r}: there is no such state; there are {', '.join(STATES)}")
    return words


@not_collecting()
def panel(portals: Iterable[Portal], facts: Facts, wanted: Wanted, today: date) -> Panel:
    """The panel of these portals.

    The denominator is every agency of the registry times every year that it owes; bodies that only a page named are
    owed from the first to the last year that is known of them. A report that nobody owes (of a body that is gone, of
    the running year) is shown where it was found.

    Raises:
        BadFilter, NothingMatches: a filter names nothing there is.
    """
    rows = list(portals)
    bodies = _chosen(_bodies(rows, facts), wanted)
    ids = {body.id for body in bodies}
    years = wanted.years or frozenset(range(FIRST_YEAR, newest_due(today) + 1)) | {
        year for agency_id, year in facts.reports if agency_id in ids
    }
    dues: dict[str, dict[int, date]] = defaultdict(dict)
    for one in owed(rows, years, today):
        dues[one.agency.id][one.year] = one.due
    known = _known_years(facts, {body.id for body in bodies if not body.registered})
    found = Panel(years=sorted(years))
    for body in bodies:
        cells = _cells(body, dues.get(body.id, {}), known, found.years, facts, today)
        if wanted.states:
            cells = [cell for cell in cells if cell.state in wanted.states]
        if cells or not wanted.states:
            found.bodies.append(body)
            found.rows += cells
    return found


def _cells(
    body: Body,
    dues: dict[int, date],
    known: dict[str, tuple[int, int]],
    years: Sequence[int],
    facts: Facts,
    today: date,
) -> list[CoverageRow]:
    if body.registered:
        return [
            facts.row(body, year, dues.get(year), today)
            for year in years
            if year in dues or (body.id, year) in facts.reports
        ]
    first, last = known.get(body.id, (1, 0))
    return [facts.row(body, year, None, today) for year in years if first <= year <= last]


def _known_years(facts: Facts, strangers: Collection[str]) -> dict[str, tuple[int, int]]:
    """Id of a body that only the database knows to the first and the last year that anything is known of."""
    known: dict[str, tuple[int, int]] = {}
    for agency_id, year in chain(facts.reports, facts.attempts) if strangers else ():
        if agency_id in strangers:
            first, last = known.get(agency_id, (year, year))
            known[agency_id] = (min(first, year), max(last, year))
    return known


def _bodies(portals: Sequence[Portal], facts: Facts) -> list[Body]:
    """Bodies of the registry, and those that the database knows beside them."""
    listed: dict[str, list[Portal]] = defaultdict(list)
    agencies: dict[str, Agency] = {}
    for portal in portals:
        for agency in portal.agencies:
            listed[agency.id].append(portal)
            agencies.setdefault(agency.id, agency)
    found = [_registered(one, listed[one.id], facts) for one in agencies.values()]
    found += [_stranger(row, facts) for row in facts.agencies.values() if row.id not in agencies]
    return sorted(found, key=lambda body: (body.code, body.id))


def _registered(agency: Agency, listed: Sequence[Portal], facts: Facts) -> Body:
    """A body of the registry; beside its portals stand those on which a crawl met it."""
    met = [row for row in facts.portals.get(agency.id, ()) if all(row.id != portal.id for portal in listed)]
    return Body(
        agency.id,
        agency.name,
        agency.names,
        agency.code,
        province_of(agency.code),
        agency.level,
        agency.type,
        agency.sector or NO_SECTOR,
        *_published([*listed, *met]),
        True,
    )


def _stranger(row: Any, facts: Facts) -> Body:
    """A body that only the database knows."""
    code = row.code or ""
    words = (row.level or "", row.type, row.sector or "")
    met = _published(facts.portals.get(row.id, ()))
    return Body(row.id, row.name, (row.name,), code, province_of(code), *words, *met, False)


def _published(portals: Iterable[Any]) -> tuple[tuple[tuple[str, str, str], ...], str]:
    """Portals (rows of the registry or of the database) as `Body.portals` and `Body.places`."""
    rows = list(portals)
    found = tuple((portal.id, portal.name, portal.family) for portal in rows)
    return found, " ".join(f"{portal.id} {portal.name} {portal.place}" for portal in rows)


def province_of(code: str) -> str:
    """Short name of the province of a division code; 全国 where it has none."""
    return PROVINCES.get(code[:2], ("", NATIONAL))[1]


def _chosen(bodies: list[Body], wanted: Wanted) -> list[Body]:
    # Words that name nothing there is are said with those that there are.
    Filter(province=wanted.province, family=wanted.family, sector=wanted.sector, level=wanted.level).apply(())
    if wanted.province is not None:
        place = province_of(province_digits(wanted.province))
        bodies = [body for body in bodies if body.province == place]
    if wanted.sector is not None:
        bodies = [body for body in bodies if body.sector == wanted.sector]
    if wanted.level is not None:
        bodies = [body for body in bodies if body.level == wanted.level]
    if wanted.family is not None:
        bodies = [body for body in bodies if any(family == wanted.family for _, _, family in body.portals)]
    if wanted.portal:
        bodies = _of_portal(bodies, wanted.portal)
    if wanted.agency:
        bodies = _named(bodies, wanted.agency)
    if not bodies:
        raise NothingMatches("no agency fits all of these filters")
    return bodies


def _of_portal(bodies: list[Body], text: str) -> list[Body]:
    found = [body for body in bodies if text in body.places]
    if not found:
        shown = {f"{one} ({name})": (one, name) for body in bodies for one, name, _ in body.portals}
        raise NothingMatches(nearest("portal", text, shown))
    return found


def _named(bodies: list[Body], text: str) -> list[Body]:
    found = [body for body in bodies if text == body.id] or [
        body for body in bodies if any(text in name for name in body.names)
    ]
    if not found:
        raise NothingMatches(nearest("agency", text, {f"{body.name} ({body.id})": body.names for body in bodies}))
    return found


def nearest(what: str, text: str, known: Mapping[str, Iterable[str]]) -> str:
    """The sentence about a name that matches nothing. `known`: what is shown to the words that are compared."""
    words = [(word, shown) for shown, names in known.items() for word in names if word]
    found = process.extract(text[:200], [word for word, _ in words], scorer=fuzz.WRatio, limit=50, score_cutoff=_NEAR)
    near = list(dict.fromkeys(words[index][1] for _, _, index in found))[:_NEAREST]
    hint = f"nearest: {'; '.join(near)}" if near else "none comes near"
    return f"no {what} matches {text[:100]!r}; {hint} (of {len(known)})"


def provinces(panel: Panel) -> dict[str, dict[int, Totals]]:
    """Province to year to its totals, in the order of the codes."""
    places = {body.id: body.province for body in panel.bodies}
    parts: dict[str, dict[int, Counter[str]]] = {}
    for body in panel.bodies:
        parts.setdefault(body.province, defaultdict(Counter))
    for row in panel.rows:
        parts[places[row.agency_id]][row.year][row.state] += 1
    return {place: {year: Totals(counts) for year, counts in found.items()} for place, found in parts.items()}
