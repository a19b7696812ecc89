"""A registry row for a portal, from what was detected on it. Pure: values in, a table and its TOML out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import rtoml

from crawler.detect.model import Detection
from crawler.detect.publisher import Publisher, place_name
from crawler.portals.checks import OLDEST_POSSIBLE, is_allowed
from crawler.portals.model import Agency
from crawler.portals.quirks import SHAPES

OLDEST_UNKNOWN = 2020
"""`oldest_year` of a row of which no older report is known (portals/README.md)."""

_SUBTREE = re.compile(r"^/((?:[\w.-]+/){1,3}?)gkmlpt(?:/|$)")
_CATALOGUE = re.compile(r"^/(gi_class/[a-z]+)")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row as TOML values, and what it still lacks.

    Attributes:
        table: the fields of one `[[portal]]`.
        lacks: what a person must say before it is a row, in words; empty for a ready row.
        allow: reason for which a host outside gov.cn is allowed; "" for none.
    """

    table: dict[str, Any]
    lacks: tuple[str, ...] = ()
    allow: str = ""

    @property
    def id(self) -> str:
        """The row's id; "" while it has none."""
        return str(self.table.get("id", ""))

    def to_toml(self) -> str:
        """The row as it stands in a registry file; what it lacks stands above it as comments."""
        tree: dict[str, Any] = {"portal": [self.table]}
        if self.allow:
            tree = {"allow": [{"host": self.id.partition("/")[0].partition(":")[0], "reason": self.allow}], **tree}
        return "".join(f"# lacks {one}\n" for one in self.lacks) + rtoml.dumps(tree).strip() + "\n"


def propose(
    found: Detection,
    who: Publisher,
    *,
    today: date,
    column: tuple[str, str] | None = None,
    years: Sequence[int] = (),
    portal_id: str = "",
    family: str = "",
    allow: str = "",
) -> Proposal:
    """A row for a portal.

    Args:
        found: what was detected; its address gives host and base.
        who: who publishes there.
        today: day of `checked`.
        column: address and title of the list of reports, where it is known.
        years: fiscal years of the reports that are known to stand there.
        portal_id, family: what a person says; they go before what was detected.
        allow: why a host outside gov.cn is a portal.
    """
    table = _site(found.url, portal_id)
    host = table.get("hosts", [""])[0]
    shape = found.shape if not family or family == found.family else None
    table |= _software(family or found.family, shape)
    table["oldest_year"] = min((year for year in years if year >= OLDEST_POSSIBLE), default=OLDEST_UNKNOWN)
    seen = found.sure or bool(family)
    table |= {"evidence": _evidence(found, family, today), "confidence": "P" if seen else "R", "checked": today}
    if column is not None:
        table["columns"] = [{"url": column[0], **({"title": column[1]} if column[1] else {})}]
    if who.agency is not None:
        table |= {"name": who.agency.name, "place": place_name(who.agency.code)}
        table["agencies"] = [{"id": who.agency.id}] if who.registered else [_agency(who.agency)]
    elif who.name:
        table["name"] = who.name
    return Proposal(_ordered(table), tuple(_lacks(who, host, allow)), allow)


def _site(url: str, portal_id: str) -> dict[str, Any]:
    """Id, base and hosts of an address; a department's own corner of a platform is a portal of its own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not host:
        return {}
    corner = _SUBTREE.match(parts.path)
    catalogue = _CATALOGUE.match(parts.path)
    path = corner[1].rstrip("/") if corner else ""
    below = path or (catalogue[1] if catalogue else "")
    base = f"{parts.scheme}://{parts.netloc.lower()}/" + (f"{path}/" if path else "")
    return {"id": portal_id or (f"{host}/{below}" if below else host), "base": base, "hosts": [host]}


def _software(family: str, shape: str | None) -> dict[str, str]:
    return {"family": family, **({"shape": shape} if shape and family in SHAPES.get(shape, ()) else {})}


def _evidence(found: Detection, family: str, today: date) -> str:
    if family and family != found.family:
        return f"[P] the family was given when the row was added, {today.isoformat()}."
    if not found.reasons:
        return f"[R] nothing told the family when the row was added, {today.isoformat()}."
    best = found.reasons[0]
    mark = "P" if found.sure else "R"
    return f"[{mark}] {best.says}: {best.seen} (detected {today.isoformat()})."


def _agency(agency: Agency) -> dict[str, Any]:
    """An agency as a row writes it out: fields that say nothing are left out."""
    return {key: value for key, value in agency.model_dump(mode="json").items() if value not in (None, [], "")}


def _lacks(who: Publisher, host: str, allow: str) -> list[str]:
    lacks = []
    if not host:
        lacks.append("an address: name the one of the portal (--url)")
    elif not is_allowed(host, frozenset({host} if allow else ())):
        lacks.append(f"leave for a host outside gov.cn: say why {host} is a portal (--allow REASON)")
    if not who.name:
        lacks.append("the publisher's name: give it (--name 某市某局)")
    elif who.agency is None:
        lacks.append(f"the place of {who.name}: give its division code (--code 440100)")
    return lacks


def _ordered(table: dict[str, Any]) -> dict[str, Any]:
    """The fields in the order of the shipped files."""
    order = (
        "id", "name", "place", "family", "shape", "base", "hosts", "oldest_year", "evidence", "confidence", "checked",
        "columns", "agencies",
    )  # fmt: skip
    return {key: table[key] for key in order if key in table}
