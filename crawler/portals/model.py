"""The registry's values: portals, agencies, columns. Data, no Python per portal."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

AgencyType = Literal["government", "office", "department", "dispatched", "township", "zone", "institution"]
Level = Literal["national", "province", "prefecture", "county", "township"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Agency(_Row):
    """A body that reports. `id` is stable and survives renames: `<GB/T 2260 code>-<slug>`, e.g. `440100-sthjj`.

    `code` is the six-digit division code; `sector` a short word (`environment`, `finance` …) or None for governments.
    `aliases` are other names under which its reports are titled (bare, old, other order of 分局).
    """

    id: Annotated[str, Field(pattern=r"^\d{6}-[a-z0-9-]+$")]
    name: str
    type: AgencyType
    level: Level
    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    sector: str | None = None
    aliases: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    parent: str | None = None


class Column(_Row):
    """A list (栏目) in which a portal publishes reports. `agencies` = ids that publish in it; empty = all of the portal."""

    url: str
    title: str = ""
    agencies: tuple[str, ...] = ()
    params: dict[str, Any] = {}


class Portal(_Row):
    """One host, or one subtree of a host: one row of the registry.

    `id` is host plus path slug (`sthjj.gz.gov.cn`, `www.ynlf.gov.cn`); `base` the URL of the portal's entry.
    `hosts` are all exact host names a crawl of this portal may request (the base's host is always one of them).
    `floor` is the least number of reports a full crawl must find; below it the portal counts as broken.
    `quirks` switch documented behaviour of the family's spider (`render`, `ignore_robots` with its reason …).
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.:/_-]*$")]
    name: str
    place: str
    family: str
    base: str
    agencies: tuple[Agency, ...]
    columns: tuple[Column, ...] = ()
    hosts: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    oldest_year: int = 2008
    floor: int = 1
    quirks: dict[str, Any] = {}
    evidence: str
    confidence: Literal["P", "C", "R"] = "C"
    checked: date
    sample_urls: tuple[str, ...] = ()
