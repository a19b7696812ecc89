"""Which agency a report means by the name it prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from crawler.portals.model import Agency, Portal
from crawler.portals.names import PROVINCES, full_name, key, shown
from crawler.portals.registry import Registry

How = Literal["registry", "column", "portal", "unregistered", "unknown"]
"""By what an agency was recognised: the only one that publishes here or a name known anywhere (`registry`), a name
among those of the column or of the portal, a name that nothing is registered under, no name among several."""

_SELF = re.compile(
    r"(?:我|本)(局|厅|委|办公室|院|中心|会|镇|乡|街道|县|区|市|州|省|旗|盟)|本机关|[我本]单位|[我本]部门|本级"
)
_LONGEST_NAME = 200
_GOVERNMENT_WORDS = frozenset("县区市州省旗盟")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The agency that a printed name stands for.

    Attributes:
        agency_id: registry id, or for an unregistered name `<code of the portal's place>-x<12 hex digits>`.
        name: canonical name of a registered agency; else the printed name with the place it left out.
        how: by what it was recognised.
        registered: whether the registry knows the agency.
    """

    agency_id: str
    name: str
    how: How
    registered: bool


def resolve(printed_name: str | None, portal: Portal, agency_ids: Sequence[str], registry: Registry) -> Resolution:
    """The agency that a report means, looked for among the column's agencies, the portal's, then the whole registry.

    Args:
        printed_name: as found in title or text; None when none was found.
        portal: where the report was found.
        agency_ids: agencies that publish in its column; empty for all of the portal.
        registry: everything that is known.

    A superior's report that is posted again keeps the superior: a name that is told apart from the own bureau's
    (省生态环境厅 on a prefecture's portal) never falls back to it. A name that nothing is registered under gets a
    stable id made of the full name, so that two spellings of it are one agency.
    """
    column = [registry.agency(one) for one in agency_ids if registry.has_agency(one)]
    nearest = column or list(portal.agencies)
    name = shown(printed_name or "")[:_LONGEST_NAME]
    if not name:
        return _registered(nearest[0], "registry") if len(nearest) == 1 else _unknown(portal)
    if meant := _SELF.fullmatch(name):
        own = _speakers(meant[1], nearest)
        return _registered(own[0], "column" if column else "portal") if len(own) == 1 else _unknown(portal)
    local = _local(name, column, "column", portal, registry) or _local(
        name, portal.agencies, "portal", portal, registry
    )
    return local or _anywhere(name, portal, registry)


def _registered(agency: Agency, how: How) -> Resolution:
    return Resolution(agency.id, agency.name, how, True)


def _unregistered(name: str, portal: Portal, how: How) -> Resolution:
    digest = sha256(key(name).encode("utf-8")).hexdigest()[:12]
    return Resolution(f"{portal.code}-x{digest}", name, how, False)


def _unknown(portal: Portal) -> Resolution:
    """No name, and several agencies that may have written: the report is kept under the portal itself."""
    name = f"unknown agency of {portal.id}"
    digest = sha256(name.encode("utf-8")).hexdigest()[:12]
    return Resolution(f"{portal.code}-x{digest}", name, "unknown", False)


def _speakers(word: str | None, agencies: Iterable[Agency]) -> list[Agency]:
    """Agencies that may call themselves 我局, 我市, 本机关 …"""
    if word is None:
        return list(agencies)
    if word in _GOVERNMENT_WORDS:
        return [one for one in agencies if one.type in {"government", "office"}]
    return [one for one in agencies if key(one.name).endswith(word)]


def _local(name: str, agencies: Sequence[Agency], how: How, portal: Portal, registry: Registry) -> Resolution | None:
    """The one agency of a portal that the name fits; a full name goes before a bare one. None when it fits several."""
    wanted = key(name)
    by_form = [(one, registry.forms(one, portal)) for one in agencies]
    for fitting in (
        [one for one, known in by_form if wanted in known.full],
        [one for one, known in by_form if wanted in known.local],
    ):
        if fitting:
            return _registered(fitting[0], how) if len(fitting) == 1 else None
    return None


def _anywhere(name: str, portal: Portal, registry: Registry) -> Resolution:
    province = PROVINCES.get(portal.code[:2], ("", ""))[0]
    full = full_name(name, tuple(portal.place.split()), province)
    for wanted in dict.fromkeys((key(name), key(full))):
        known = _closest(registry.named(wanted), portal)
        if known is not None:
            return _registered(known, "registry")
    return _unregistered(full, portal, "unregistered")


def _closest(agencies: Sequence[Agency], portal: Portal) -> Agency | None:
    """The one agency of a name; of several the only one in the portal's prefecture, else in its province, else none."""
    for digits in (0, 4, 2):
        near = [one for one in agencies if one.code[:digits] == portal.code[:digits]]
        if len(near) == 1:
            return near[0]
    return None
