"""The registry of portals: loaded once, asked by spiders, pipelines and commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from crawler.portals.errors import RegistryError, UnknownAgency, UnknownPortal
from crawler.portals.forms import Forms, forms
from crawler.portals.loader import SHIPPED, read
from crawler.portals.model import Agency, LeftOut, Portal
from crawler.portals.search import AgencySearch, PortalSearch, agency_place

__all__ = ["Registry", "RegistryError", "UnknownAgency", "UnknownPortal", "load", "shared"]


class Registry:
    """All portals and agencies, immutable. Iterating gives the portals in the order of the files.

    `left_out` maps a host that was looked at and has no row to the reason.
    """

    def __init__(
        self, portals: Iterable[Portal], agencies: Iterable[Agency] = (), left_out: Mapping[str, LeftOut] | None = None
    ) -> None:
        """`agencies` are those known beside the ones that the portals name themselves."""
        self.left_out = MappingProxyType(dict(left_out or {}))
        self._portals = {portal.id: portal for portal in portals}
        self._agencies = {agency.id: agency for agency in agencies}
        self._forms: dict[tuple[str, str], tuple[Agency, Forms]] = {}
        for portal in self._portals.values():
            for agency in portal.agencies:
                self._agencies.setdefault(agency.id, agency)

    def __iter__(self) -> Iterator[Portal]:
        return iter(self._portals.values())

    def __len__(self) -> int:
        return len(self._portals)

    def __contains__(self, portal_id: object) -> bool:
        return portal_id in self._portals

    @property
    def agencies(self) -> tuple[Agency, ...]:
        """Every registered agency, in the order of the files."""
        return tuple(self._agencies.values())

    def portal(self, portal_id: str) -> Portal:
        """The row with this id; raises `UnknownPortal`."""
        if portal_id not in self._portals:
            raise self._search.unknown(portal_id, None)
        return self._portals[portal_id]

    def agency(self, agency_id: str) -> Agency:
        """The agency with this id; raises `UnknownAgency`."""
        if agency_id not in self._agencies:
            raise AgencySearch(self.agencies).unknown(agency_id, "")
        return self._agencies[agency_id]

    def has_agency(self, agency_id: str) -> bool:
        """Whether an agency with this id is registered."""
        return agency_id in self._agencies

    def by_family(self, family: str) -> list[Portal]:
        """The portals of a family; empty for a family without rows."""
        return [portal for portal in self if portal.family == family]

    def allowed_hosts(self, portals: Iterable[Portal]) -> frozenset[str]:
        """Exact host names (without port) that a crawl of these portals may request."""
        return frozenset(host for portal in portals for host in portal.hosts)

    def find(self, query: str, family: str | None = None) -> list[Portal]:
        """Portals that a user may mean, best first; raises `UnknownPortal` when there are none.

        `query` is a portal id, an address, a host (with or without `www.`), a division code, the name or an alias of an
        agency, a place (with or without 市/省/县), pinyin or its initials, or a label of a host name (`gz`, `sthjj`).
        The rules are tried in this order and the first one that matches anything decides; see `PortalSearch`.
        With `family` only its portals are looked at. A host that was left out means the row that holds what it
        publishes; where none does, the reason is told.
        """
        try:
            return self._search.find(query, family)
        except UnknownPortal:
            without = self.left_out.get(query.strip().lower())
            if without is None:
                raise
            if without.portal in self._portals:
                return self._search.find(without.portal, family)
            raise UnknownPortal(query, (), "", f": it has no row ({without.reason})") from None

    def find_agencies(self, query: str, portals: Portal | Iterable[Portal] | None = None) -> list[Agency]:
        """Agencies of a portal (of several; None: of all) that a user may mean; raises `UnknownAgency` when none is.

        `query` is an id, a name, an alias or a bare form (`生态环境局`), pinyin, a slug (`sthjj`), a sector
        (`environment`) or a division code.
        """
        chosen = [portals] if isinstance(portals, Portal) else list(self if portals is None else portals)
        agencies = {agency.id: agency for portal in chosen for agency in portal.agencies}
        return AgencySearch(agencies.values(), chosen).find(query)

    def forms(self, agency: Agency, portal: Portal) -> Forms:
        """Accepted names of an agency on a portal."""
        cached = self._forms.get((agency.id, portal.id))
        if cached is None or cached[0] is not agency:
            # Keyed by id, checked by identity: a portal that is not of this registry may carry the same ids.
            cached = self._forms[agency.id, portal.id] = (agency, forms(agency, agency_place(agency, portal)))
        return cached[1]

    def named(self, name_key: str) -> list[Agency]:
        """Agencies that a full name (its `names.key`) means wherever it is printed."""
        return self._by_name.get(name_key, [])

    @cached_property
    def _by_name(self) -> dict[str, list[Agency]]:
        known: dict[str, list[Agency]] = {}
        pairs = [(agency, self.forms(agency, portal).full) for portal in self for agency in portal.agencies]
        pairs += [(agency, forms(agency, ()).full) for agency in self._agencies.values()]
        for agency, keys in pairs:
            for one in keys:
                if agency not in known.setdefault(one, []):
                    known[one].append(agency)
        return known

    @cached_property
    def _search(self) -> PortalSearch:
        return PortalSearch(self._portals.values())


def load(directory: str | Path | None = None, *, shipped: bool = True, allow: Iterable[str] = ()) -> Registry:
    """The registry: the installed rows, and those of an own folder beside them.

    Args:
        directory: folder with own `*.toml` files (setting `PORTALS_DIR`). An own row replaces an installed one of the
            same id.
        shipped: False leaves the installed rows out.
        allow: hosts outside gov.cn that rows may name, besides those of `[[allow]]` tables.

    Raises:
        RegistryError: with every fault of every file, each with file and line.
    """
    rows = read(Path(directory) if directory is not None else None, shipped=shipped, allow=allow)
    return Registry(rows.portals, rows.agencies.values(), rows.left_out)


_SHARED: dict[str, tuple[tuple[tuple[str, int, int], ...], Registry]] = {}


def shared(directory: str | Path | None = None) -> Registry:
    """The registry as `load` gives it, one object for all crawls of a process; read anew when a file has changed.

    Hundreds of crawls run side by side, and each would else spend half a second and many megabytes on rows of its own.
    """
    files = [
        path for folder in (SHIPPED, directory) if folder is not None for path in sorted(Path(folder).glob("*.toml"))
    ]
    state = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path in files for stat in [path.stat()])
    while len(_SHARED) > 8:
        del _SHARED[next(iter(_SHARED))]
    known = _SHARED.get(str(directory))
    if known is None or known[0] != state:
        known = _SHARED[str(directory)] = (state, load(directory))
    return known[1]
