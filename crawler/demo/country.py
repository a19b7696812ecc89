"""The fake country: every portal under its real host name, a log of what was asked, and the truth about all of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from urllib.parse import urlsplit

from crawler.demo.families import builders
from crawler.demo.portal import Answer, FakeRequest, FakeResponse, Site, answer, not_found
from crawler.demo.trouble import Trouble
from crawler.demo.truth import Absence, Built, Expected

Change = Callable[[FakeRequest, Callable[[FakeRequest], FakeResponse]], FakeResponse]
"""A change laid over the country: it is given the request and the way to the unchanged answer."""


@dataclass(slots=True)
class Country:
    """All fake portals together.

    Attributes:
        built: the portals with their truth.
        changes: (what they touch, change) laid over the portals, the last one asked first; see `with_changes`.
        troubles: (what they touch, trouble) on the way to the portals; the mounts play them.
        log: every request seen, in order. Nothing else is remembered between requests: two runs see the same country.
    """

    built: tuple[Built, ...]
    changes: tuple[tuple[str, Answer | Change], ...] = ()
    troubles: tuple[tuple[str, Trouble], ...] = ()
    log: list[FakeRequest] = field(default_factory=list)
    _sites: dict[str, Site] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._sites = {site.host: site for built in self.built for site in built.sites}

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that is played."""
        return tuple(self._sites)

    def speaks(self, url: str) -> bool:
        """True when the host exists and answers on the URL's scheme; a mount refuses the connection otherwise."""
        site = self._sites.get(FakeRequest("GET", url).host)
        return site is not None and urlsplit(url).scheme in site.schemes

    def respond(self, request: FakeRequest) -> FakeResponse:
        """Answer a request; 404 for a host or path that does not exist. The request is logged."""
        self.log.append(request)
        return self._respond(request, len(self.changes))

    def _respond(self, request: FakeRequest, depth: int) -> FakeResponse:
        """Ask the changes below `depth`, latest first, then the portal itself."""
        for index in range(depth - 1, -1, -1):
            where, change = self.changes[index]
            if not _touches(where, request):
                continue
            if isinstance(change, FakeResponse):
                return change
            return _call(change, request, partial(self._respond, depth=index))
        site = self._sites.get(request.host)
        return site(request) if site is not None else not_found(request)

    def with_changes(self, changes: Mapping[str, Answer | Change]) -> Country:
        """A country in which some answers differ; this one stays as it is.

        Keys say where: a whole URL, a URL ending in `*` (everything that begins so), or a host name. Scheme does not
        matter. Values: a `FakeResponse`, a function from request to response, or a function from request and the way to
        the unchanged answer to response.
        """
        return replace(self, changes=(*self.changes, *changes.items()), log=[])

    def with_troubles(self, troubles: Mapping[str, Trouble]) -> Country:
        """A country some addresses of which (keys as in `with_changes`) are hard to reach."""
        return replace(self, troubles=(*self.troubles, *troubles.items()), log=[])

    def trouble(self, request: FakeRequest) -> Trouble | None:
        """The trouble that a request just logged meets, the last one laid over it first."""
        for where, trouble in reversed(self.troubles):
            if _touches(where, request) and (trouble.times is None or self.asked(request.url) <= trouble.times):
                return trouble
        return None

    def asked(self, url: str) -> int:
        """How often an address was asked for."""
        return sum(request.url == url for request in self.log)

    def __deepcopy__(self, _memo: object) -> Country:
        """The same country: Scrapy copies its settings, and a copied log would stay empty for whoever reads it."""
        return self

    def without(self, *gone: str) -> Country:
        """A country in which addresses (as in `with_changes`) answer 404 or whole portals (their id) do not exist."""
        portals = {built.portal_id for built in self.built} & set(gone)
        left = replace(self, built=tuple(b for b in self.built if b.portal_id not in portals), log=[])
        return left.with_changes({where: not_found for where in gone if where not in portals})

    def only(self, *portal_ids: str) -> Country:
        """A country of these portals alone. Raises KeyError for an id that is not played."""
        known = {built.portal_id: built for built in self.built}
        return replace(self, built=tuple(known[portal_id] for portal_id in portal_ids), log=[])

    def truth(self, *portal_ids: str) -> list[Expected]:
        """The reports that a full crawl of these portals (all by default) must store, each once.

        A report that stands on several of them is expected on the first; its other addresses are in `also`.
        """
        found: dict[tuple[str, int, str], Expected] = {}
        for built in self._chosen(portal_ids):
            for report in built.reports:
                first = found.setdefault(report.key, report)
                if first is not report:
                    found[report.key] = replace(first, also=(*first.also, report.url, *report.also))
        return list(found.values())

    def behind_script(self, *portal_ids: str) -> list[Expected]:
        """The further reports that a crawl with a browser must store."""
        return [
            Expected(built.portal_id, agency_id, url, entry.report)
            for built in self._chosen(portal_ids)
            for agency_id, url, entry in built.behind_script
            if entry.report is not None
        ]

    def absences(self, *portal_ids: str) -> list[Absence]:
        """What a full crawl of these portals must record instead of a report."""
        return [absence for built in self._chosen(portal_ids) for absence in built.absences]

    def expected(self, agency_id: str, year: int) -> Expected:
        """The report of one agency and year. Raises KeyError when the country holds none."""
        for report in self.truth():
            if (report.agency_id, report.year) == (agency_id, year):
                return report
        raise KeyError((agency_id, year))

    def _chosen(self, portal_ids: Iterable[str]) -> list[Built]:
        wanted = set(portal_ids)
        return [built for built in self.built if not wanted or built.portal_id in wanted]


def _touches(where: str, request: FakeRequest) -> bool:
    asked = request.url.split("://", 1)[-1]
    named = where.split("://", 1)[-1]
    if named.endswith("*"):
        return asked.startswith(named[:-1])
    return asked == named or ("/" not in named and request.host == named)


def _call(
    change: Callable[..., FakeResponse], request: FakeRequest, below: Callable[[FakeRequest], FakeResponse]
) -> FakeResponse:
    """Call a change with one argument or two, as it is written."""
    return change(request, below) if len(inspect.signature(change).parameters) > 1 else answer(change, request)


@lru_cache(maxsize=1)
def _built() -> tuple[Built, ...]:
    return tuple(built for build in builders() for built in build())


def country() -> Country:
    """A new country with an empty log; the portals behind it are built once in a process."""
    return Country(_built())
