"""All accepted names of an agency, as keys (see `names.key`): matching is then looking up, never guessing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from crawler.portals.model import Agency
from crawler.portals.names import PROVINCES, core, key, split

_BRANCH_BODIES = """
    公安 公安交警 交警 生态环境 自然资源和规划 规划和自然资源 自然资源 国土资源 规划 市场监督管理 工商 质量技术监督 税务
    人力资源和社会保障 医疗保障 城市管理 应急管理 住房和城乡建设
"""
"""Bodies of which a city keeps branches in its districts and counties."""
_BODY = "|".join(sorted(_BRANCH_BODIES.split(), key=len, reverse=True))
_BRANCH_AFTER = re.compile(rf"({_BODY})局(.{{2,}}?)(?:{_BODY})?分局")
_BRANCH_BEFORE = re.compile(rf"(.{{2,}}?)?({_BODY})分局")
_BRANCH_SEAT = re.compile(rf"(.{{2,}}?)({_BODY})局")
_ZONE = re.compile(r"((?:实验|试验|示范|开发|高新|合作|度假|风景|保税|新)区)")


@dataclass(frozen=True, slots=True)
class Forms:
    """Keys of an agency's names.

    Attributes:
        full: names that mean this agency wherever they are printed.
        local: names that mean it only on a portal of its own place (市生态环境局, 滨江分局).
    """

    full: frozenset[str]
    local: frozenset[str]


def forms(agency: Agency, place: tuple[str, ...]) -> Forms:
    """Accepted names of an agency whose place is known from the prefecture down (`("深圳市", "南山区")`)."""
    full: set[str] = set()
    local: set[str] = set()
    for name in agency.names:
        places, rest = split(key(name))
        # An alias without a place (环保局) is every county's; only the agency's own name may lack one (水利部).
        (full if places or name == agency.name else local).update(
            head + rest for head in _heads(places, rest, agency, place)
        )
        local |= {head + rest for head in _bare_heads(places)}
        if agency.type == "zone" and (zone := _ZONE.search(key(name))):
            local |= {zone[1], f"{zone[1]}管委", "管委"}
        branch = _branch(places, rest, place, is_dispatched=agency.type == "dispatched")
        if branch is not None:
            full |= set(_branch_names(branch, _heads(branch[0], "局", agency, place), agency)) if branch[0] else set()
            local |= set(_branch_names(branch, _bare_heads(branch[0]), agency))
            local |= {f"{area}分局" for area in _areas(branch[1])}
    return Forms(frozenset(full), frozenset(local))


def _heads(places: tuple[str, ...], rest: str, agency: Agency, place: tuple[str, ...]) -> Iterator[str]:
    """The place before a name in all lengths: 广州市, 广州, 广东省广州市, 广东广州 …

    A government without 市 is only a place (许昌), so it keeps its unit word.
    """
    options = [{one, core(one)} if rest else {one} for one in places]
    heads = {"".join(parts) for parts in product(*options)}
    if not places:
        yield from heads
        return
    if place and len(place) > 1 and core(places[0]) == core(place[-1]):
        heads |= {above + head for above in (key(place[0]), core(place[0])) for head in tuple(heads)}
    full, short = PROVINCES.get(agency.code[:2], ("", ""))
    yield from heads
    if full and core(places[0]) != short:
        yield from (above + head for above in (key(full), short) for head in heads)


def _bare_heads(places: tuple[str, ...]) -> Iterator[str]:
    """What is left of the place among neighbours: 南山区, 南山, 区, nothing."""
    yield ""
    if not places:
        return
    yield from {places[-1], core(places[-1]), _unit(places[-1])}


def _unit(place: str) -> str:
    return "区" if place.endswith("自治区") else place[-1]


Branch = tuple[tuple[str, ...], str, str]
"""Place of the bureau, area of the branch, body: (杭州市), 滨江区, 公安."""


def _branch(places: tuple[str, ...], rest: str, place: tuple[str, ...], *, is_dispatched: bool) -> Branch | None:
    """A branch's name taken apart; None for any other name.

    Orders that are met: 杭州市公安局滨江区分局, 杭州市公安局滨江区公安分局, 滨江区公安分局, 杭州市滨江区公安分局,
    and for the bureaus that a city keeps in its counties also 九江市湖口生态环境局.
    """
    if after := _BRANCH_AFTER.fullmatch(rest):
        return places or place[:1], after[2], after[1]
    if before := _BRANCH_BEFORE.fullmatch(rest):
        if before[1]:
            return places or place[:1], before[1], before[2]
        if places:
            return places[:-1] or place[:-1], places[-1], before[2]
    if is_dispatched and places and (seat := _BRANCH_SEAT.fullmatch(rest)):
        return places, seat[1], seat[2]
    return None


def _areas(area: str) -> set[str]:
    short = core(area)
    return {area, short, f"{short}区", f"{short}县", f"{short}市"}


def _branch_names(branch: Branch, heads: Iterable[str], agency: Agency) -> Iterator[str]:
    _, area, body = branch
    heads = {key(head) for head in heads}
    for head, where in product(heads, _areas(area)):
        yield f"{head}{body}局{where}分局"
        yield f"{head}{body}局{where}{body}分局"
        yield f"{head}{where}{body}分局"
    if agency.type == "dispatched":
        yield from (f"{head}{core(area)}{body}局" for head in heads)
