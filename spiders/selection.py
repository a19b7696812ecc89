"""Which portals, agencies and years a spider's arguments ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.portals.model import Agency, Portal
from crawler.portals.registry import Registry
from crawler.years import parse_years


class BadArgument(ValueError):
    """A spider argument that cannot be understood: names it, its value and what would be right."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run is asked for.

    `agencies` maps a portal id to the agencies wanted there; a portal that is absent from it is wanted whole.
    `agency_words` are the words the user wrote, for collections whose departments the registry does not list.
    `years` None means all; `sample` is the number of report pages a portal, 0 for all. `unlisted` has a sentence for
    each agency that no registry row of these portals lists: only the titles of rows can then tell its reports.
    """

    portals: tuple[Portal, ...]
    agencies: dict[str, tuple[Agency, ...]]
    agency_words: tuple[str, ...] = ()
    years: frozenset[int] | None = None
    sample: int = 0
    unlisted: tuple[str, ...] = ()

    def wants(self, portal: Portal, printed_agency: str | None) -> bool:
        """True when a list row that names `printed_agency` (None: names nobody) may be a report that was asked for."""
        if not self.agency_words or printed_agency is None:
            return True
        words = {*self.agency_words}
        for agency in self.agencies.get(portal.id, ()):
            words.update(agency.names)
        return any(word in printed_agency or printed_agency in word for word in words)

    def agency_ids(self, portal: Portal) -> tuple[str, ...]:
        """Ids of the agencies wanted on a portal."""
        return tuple(agency.id for agency in self.agencies.get(portal.id, portal.agencies))


def select(
    registry: Registry,
    family: str,
    portal: str | None = None,
    agency: str | None = None,
    year: str | None = None,
    years: str | None = None,
    sample: str | int | None = None,
) -> Selection:
    """Read spider arguments.

    `portal` and `agency` take a host, a place or a name in Chinese or pinyin, or a division code; several are separated
    by commas. Without `portal`, all portals of the family are meant (or those that publish the agency).

    Raises:
        BadArgument: bad year or sample, or both year and years.
        UnknownPortal, UnknownAgency: with the nearest names.
    """
    given = {"portal": portal, "agency": agency, "year": year, "years": years, "sample": sample}
    if empty := [name for name, value in given.items() if value is not None and not str(value).strip(" ,")]:
        raise BadArgument(f"{empty[0]}= is empty: give a value, or leave the argument out")
    if year and years:
        raise BadArgument(f"give either year={year} or years={years}, not both")
    wanted_years = _years("year" if year else "years", year or years)
    portals = _portals(registry, family, portal)
    words = tuple(word.strip() for word in (agency or "").split(",") if word.strip())
    chosen = {row.id: found for row in portals if (found := _agencies(registry, row, words))}
    if words and portal is None:
        portals = tuple(row for row in portals if row.id in chosen)
        if not portals:
            registry.find_agencies(agency or "", registry)  # raises with the nearest names
            raise BadArgument(f"agency={agency}: none of the {family} portals in the registry publishes its reports")
    unlisted = () if chosen else tuple(_unlisted(registry, portals, word) for word in words)
    return Selection(portals, chosen, words, wanted_years, _sample(sample), unlisted)


def _years(name: str, text: str | None) -> frozenset[int] | None:
    try:
        return parse_years(text, newest=datetime.now(UTC).year) if text else None
    except ValueError as error:
        raise BadArgument(f"{name}={text}: {error}") from error


def _sample(text: str | int | None) -> int:
    if text is None:
        return 0
    if not str(text).isdecimal() or int(text) < 1:
        raise BadArgument(f"sample={text}: a number of pages a portal, 1 or more")
    return int(text)


def _unlisted(registry: Registry, portals: tuple[Portal, ...], word: str) -> str:
    """What to say of an agency that the chosen portals' rows do not list, with the nearest names that they do."""
    try:
        registry.find_agencies(word, portals)
    except LookupError as error:
        return f"{error}\nIts reports can only be told by the titles of the lists."
    return f"agency={word}: its reports can only be told by the titles of the lists."


def _portals(registry: Registry, family: str, portal: str | None) -> tuple[Portal, ...]:
    if portal is None:
        return tuple(registry.by_family(family))
    found: dict[str, Portal] = {}
    for query in portal.split(","):
        if query.strip():
            found.update({row.id: row for row in registry.find(query.strip(), family=family)})
    return tuple(found.values())


def _agencies(registry: Registry, portal: Portal, words: tuple[str, ...]) -> tuple[Agency, ...]:
    found: dict[str, Agency] = {}
    for word in words:
        try:
            found.update({agency.id: agency for agency in registry.find_agencies(word, portal)})
        except LookupError:
            # A collection holds departments that the registry does not list: rows are then matched by their title.
            continue
    return tuple(found.values())
