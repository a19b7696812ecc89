"""What is inconsistent in a registry that loads: rows and agencies against each other and against GB/T 2260.

The loader refuses what a crawl could not use. The linter reads what a person would wonder at: a code that is no longer
valid, a parent that stands below, two rows of one site, a bureau without its sector. Pure: a registry in, remarks out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from crawler.portals.divisions import NATION, division, superiors
from crawler.portals.model import LEVELS, Agency, Portal
from crawler.portals.names import PROVINCES, core, key
from crawler.portals.registry import Registry
from crawler.portals.sectors import SECTORS

_NO_NAME = re.compile(r"https?:|[\[\]|｜*●]|官网|数据来源|gov\.cn")
_ARTICLE = re.compile(r"/t20\d{6}_\d+\.|/post_\d+\.html|/art_\d+_\d+\.|/[0-9a-f]{32}\.s?html")
_ENVIRONMENT = re.compile(r"生态环境|环境保护[局厅部]|环保[局厅]")
_ZONE = re.compile(r"示范区|开发区|高新区|经开区|风景区|管理区")
_WITHOUT_SECTOR = frozenset({"government", "township", "zone"})


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One inconsistency.

    Attributes:
        subject: what is remarked upon: `agency 440100-sthjj`, `portal www.gz.gov.cn`, `registry`.
        field: the field that is wrong; "" for the thing as a whole.
        message: what is wrong, with the value.
    """

    subject: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.subject, self.field, self.message) if part)


_Fault = tuple[str, str]
"""Field and message."""


def lint(registry: Registry) -> list[Remark]:
    """Every inconsistency of a registry, sorted; empty when there is none."""
    agencies = (
        Remark(f"agency {agency.id}", field, message)
        for agency in registry.agencies
        for field, message in _about(agency, registry)
    )
    portals = (
        Remark(f"portal {portal.id}", field, message)
        for portal in registry
        for check in _OF_PORTALS
        for field, message in check(portal)
    )
    whole = (Remark("registry", "", message) for check in _OF_ALL for message in check(registry))
    return sorted(set(chain(agencies, portals, whole)))


def without_spider(registry: Registry, families: Iterable[str]) -> dict[str, int]:
    """Families that rows name and no spider reads, with the number of their rows."""
    read = set(families)
    counts: dict[str, int] = defaultdict(int)
    for portal in registry:
        if portal.family not in read:
            counts[portal.family] += 1
    return dict(sorted(counts.items()))


# ---------------------------------------------------------------------- agencies


def _about(agency: Agency, registry: Registry) -> Iterator[_Fault]:
    for alone in (_code, _level, _name, _aliases, _sector):
        yield from alone(agency)
    for among in (_parent, _successor):
        yield from among(agency, registry)


def _code(agency: Agency) -> Iterator[_Fault]:
    if agency.code == NATION:
        if agency.level != "national":
            yield "code", f"{NATION} is for bodies of the state"
    elif division(agency.code) is None:
        yield "code", f"{agency.code} is not valid today (GB/T 2260)"
    for former in agency.former_codes:
        if division(former.code, former.until) is None:
            yield "former_codes", f"{former.code} was not valid in {former.until}"
        elif division(former.code, former.until + 1) == division(former.code, former.until):
            yield "former_codes", f"{former.code} was still valid after {former.until}"
    if agency.id[:6] not in {agency.code, *(former.code for former in agency.former_codes)}:
        yield "id", f"begins with {agency.id[:6]}, which is no code of its place"


def _level(agency: Agency) -> Iterator[_Fault]:
    code, level = agency.code, agency.level
    if code == NATION:
        fitting = {"national"}
    elif code.endswith("0000"):
        fitting = {"province"}
    else:
        fitting = {"prefecture"} if code.endswith("00") else {"county", "township"}
    if level not in fitting:
        yield "level", f"{level}, but the code {code} is that of a {' or '.join(sorted(fitting))}"


def _name(agency: Agency) -> Iterator[_Fault]:
    if _NO_NAME.search(agency.name):
        yield "name", f"{agency.name!r} holds more than a name"
    here = division(agency.code)
    if here is None or agency.type in {"zone", "township"} or agency.level == "national" or _ZONE.search(agency.name):
        return
    around = [here, *(one for code in superiors(agency.code) if (one := division(code)) is not None)]
    if not any(core(one.name) in key(agency.name) for one in around):
        yield "name", f"{agency.name!r} names no place of the code {agency.code} ({here.name})"
    if agency.type == "government" and core(here.name) not in key(agency.name):
        yield "name", f"{agency.name!r} is not the government of {here.name} ({agency.code})"


def _aliases(agency: Agency) -> Iterator[_Fault]:
    if len(set(agency.aliases)) < len(agency.aliases) or agency.name in agency.aliases:
        yield "aliases", "a name stands twice"
    years = [former.until for former in agency.former_names]
    if years != sorted(set(years)):
        yield "former_names", "write the oldest first, one a year"


def _sector(agency: Agency) -> Iterator[_Fault]:
    if agency.type in _WITHOUT_SECTOR:
        if agency.sector:
            yield "sector", f"a {agency.type} has none (got {agency.sector!r})"
    elif agency.sector not in SECTORS:
        yield "sector", f"{agency.sector!r} is none of {', '.join(SECTORS)}"
    elif _ENVIRONMENT.search(agency.name) and agency.sector != "environment":
        yield "sector", f"{agency.sector!r}, but {agency.name} is an environment bureau"


def _parent(agency: Agency, registry: Registry) -> Iterator[_Fault]:
    if agency.parent is None:
        return
    if not registry.has_agency(agency.parent):
        yield "parent", f"no agency is registered as {agency.parent!r}"
        return
    parent = registry.agency(agency.parent)
    if LEVELS.index(parent.level) > LEVELS.index(agency.level):
        yield "parent", f"{parent.name} stands below it"
    if _goes_round(agency, registry, "parent"):
        yield "parent", "the chain of parents comes back to it"


def _successor(agency: Agency, registry: Registry) -> Iterator[_Fault]:
    if agency.successor is None:
        return
    if agency.until is None:
        yield "until", "is missing: a body with a successor has ended"
    if not registry.has_agency(agency.successor):
        yield "successor", f"no agency is registered as {agency.successor!r}"
        return
    ended = registry.agency(agency.successor).until
    if ended is not None and agency.until is not None and ended < agency.until:
        yield "successor", f"ended in {ended}, before it"
    if _goes_round(agency, registry, "successor"):
        yield "successor", "the chain of successors comes back to it"


def _goes_round(agency: Agency, registry: Registry, link: str) -> bool:
    seen = {agency.id}
    following: str | None = getattr(agency, link)
    while following is not None and registry.has_agency(following):
        if following in seen:
            return following == agency.id
        seen.add(following)
        following = getattr(registry.agency(following), link)
    return False


# ---------------------------------------------------------------------- portals


def _portal_name(portal: Portal) -> Iterator[_Fault]:
    if _NO_NAME.search(portal.name):
        yield "name", f"{portal.name!r} holds more than a name"


def _place(portal: Portal) -> Iterator[_Fault]:
    code = portal.code
    if code == NATION:
        if portal.place != "全国":
            yield "place", f"{portal.place!r}: portals of the state stand under 全国"
        return
    codes = {one for agency in portal.agencies for one in (agency.code, *superiors(agency.code))}
    names = {core(found.name) for one in codes if (found := division(one)) is not None}
    strange = [part for part in portal.place.split() if core(part) not in names and not part.endswith("实验区")]
    if names and strange:
        yield "place", f"{' '.join(strange)} is no place of its agencies' codes ({', '.join(sorted(codes))})"


def _evidence(portal: Portal) -> Iterator[_Fault]:
    if not re.match(r"\[[PCR]\] ", portal.evidence):
        yield "evidence", "does not begin with its mark"


def _columns(portal: Portal) -> Iterator[_Fault]:
    for at, column in enumerate(portal.columns):
        if _ARTICLE.search(urlsplit(column.url).path):
            yield f"columns[{at}].url", f"{column.url} is the address of an article"


def _mobile(portal: Portal) -> Iterator[_Fault]:
    if twins := [host for host in portal.hosts if host.startswith(("wap.", "m."))]:
        yield "hosts", f"{twins[0]} is a mobile twin"


def _ended(portal: Portal) -> Iterator[_Fault]:
    for agency in portal.agencies:
        if agency.until is not None and agency.until < portal.oldest_year and agency.successor is None:
            yield "oldest_year", f"{portal.oldest_year}, but {agency.name} ended in {agency.until}"


# ---------------------------------------------------------------------- the whole


def _twin_hosts(registry: Registry) -> Iterator[str]:
    rows: dict[str, set[str]] = defaultdict(set)
    for portal in registry:
        if "/" not in portal.id:
            rows[portal.id.removeprefix("www.")].add(portal.id)
    for twins in rows.values():
        if len(twins) > 1:
            yield f"{' and '.join(sorted(twins))} are one site in two rows"


def _twin_bases(registry: Registry) -> Iterator[str]:
    rows: dict[str, list[str]] = defaultdict(list)
    for portal in registry:
        address = urlsplit(portal.base)
        rows[f"{address.netloc}{address.path.rstrip('/')}"].append(portal.id)
    for ids in rows.values():
        if len(ids) > 1:
            yield f"{' and '.join(ids)} begin at the same address"


def _twin_columns(registry: Registry) -> Iterator[str]:
    rows: dict[str, list[str]] = defaultdict(list)
    for portal in registry:
        for column in portal.columns:
            rows[column.url.partition("://")[2]].append(portal.id)
    for url, ids in rows.items():
        if len(ids) > 1:
            yield f"{' and '.join(ids)} name the same column {url}"


def _twin_agencies(registry: Registry) -> Iterator[str]:
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for agency in registry.agencies:
        for name in agency.names:
            bearers[agency.code, key(name)].add(agency.id)
    for (_, name), ids in bearers.items():
        if len(ids) > 1:
            yield f"the name {name} is borne by {' and '.join(sorted(ids))}"


def _left_out(registry: Registry) -> Iterator[str]:
    hosts = {host for portal in registry for host in portal.hosts}
    for one in registry.left_out.values():
        if one.host in registry:
            yield f"{one.host} is left out and has a row"
        if one.portal is not None and one.portal not in registry:
            yield f"{one.host} is left out for the row {one.portal}, which does not stand here"
        if one.portal is None and one.host in hosts:
            yield f"{one.host} is left out and stands among the hosts of a row"


def _provinces(registry: Registry) -> Iterator[str]:
    held = {
        agency.code
        for portal in registry
        for agency in portal.agencies
        if agency.type == "government" and agency.level == "province"
    }
    for digits, (name, _) in PROVINCES.items():
        if f"{digits}0000" not in held:
            yield f"no portal of the government of {name}"


_OF_PORTALS: tuple[Callable[[Portal], Iterator[_Fault]], ...] = (
    _portal_name, _place, _evidence, _columns, _mobile, _ended,
)  # fmt: skip
_OF_ALL: tuple[Callable[[Registry], Iterator[str]], ...] = (
    _twin_hosts, _twin_bases, _twin_columns, _twin_agencies, _left_out, _provinces,
)  # fmt: skip
