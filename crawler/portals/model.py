"""The registry's values: portals, agencies, columns. Data, no Python per portal."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

AgencyType = Literal["government", "office", "department", "dispatched", "township", "zone", "institution"]
Level = Literal["national", "province", "prefecture", "county", "township"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""From the highest to the lowest."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FormerCode(_Row):
    """A division code that is no longer valid: `until` is the last calendar year in which it was."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    until: int


class FormerName(_Row):
    """A name that is no longer borne: `until` is the last calendar year at whose end it was."""

    name: str
    until: int


class Agency(_Row):
    """A body that reports. `id` is stable and survives renames: `<GB/T 2260 code>-<slug>`, e.g. `440100-sthjj`.

    `code` is the six-digit division code; `sector` a short word (`environment`, `finance` …) or None for governments.
    `aliases` are other names under which its reports are titled (bare, old, other order of 分局).
    `former_codes` are the codes of the same place before a change (禄丰: 532331 as a county, 532302 as a city).
    `former_names` are the names before a reorganisation that left the body in being (环境保护局 until 2018).
    `until` is the last calendar year at whose end the body existed, `successor` the id of the body that took over its
    duties: both only where it was dissolved or merged, so that its own reports stay its own.
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
    former_codes: tuple[FormerCode, ...] = ()
    former_names: tuple[FormerName, ...] = ()
    until: int | None = None
    successor: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it bears or bore: the present one, the aliases, the former ones; each once."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *(former.name for former in self.former_names))))

    def name_in(self, year: int) -> str:
        """The name that was borne at the end of a calendar year."""
        older = sorted((former for former in self.former_names if year <= former.until), key=lambda one: one.until)
        return older[0].name if older else self.name

    def code_in(self, year: int) -> str:
        """The division code that was valid at the end of a calendar year."""
        older = sorted((former for former in self.former_codes if year <= former.until), key=lambda one: one.until)
        return older[0].code if older else self.code


class Column(_Row):
    """A list (栏目) in which a portal publishes reports. `agencies`: ids that publish in it; empty for all of them."""

    url: str
    title: str = ""
    agencies: tuple[str, ...] = ()
    params: dict[str, Any] = {}


class LeftOut(_Row):
    """A host that was looked at and has no row: `reason` says why, `portal` which row holds what it publishes."""

    host: Annotated[str, Field(pattern=r"^[a-z0-9.-]+(:\d+)?$")]
    reason: Annotated[str, Field(min_length=10)]
    portal: str | None = None


class Portal(_Row):
    """One host, or one subtree of a host: one row of the registry.

    `id` is host plus path slug (`sthjj.gz.gov.cn`, `www.ynlf.gov.cn`); `base` the URL of the portal's entry.
    `place` names the division from the prefecture down, parts apart (`深圳市 南山区`); a province stands alone.
    `hosts` are all exact host names a crawl of this portal may request (the base's host is always one of them).
    `oldest_year` is the oldest fiscal year of which a report is known to stand there: older ones are taken when found.
    `shape` says how the portal's addresses look, where its family has several shapes (`quirks.SHAPES`).
    `floor` is the least number of reports a full crawl must find; below it the portal counts as broken.
    `quirks` switch documented behaviour of the family's spider (`render`, `ignore_robots` with its reason …).
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.:/_-]*$")]
    name: str
    place: str
    family: str
    shape: str | None = None
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

    @property
    def code(self) -> str:
        """Division code of the portal's place: that of its highest agency (the first of equals)."""
        if not self.agencies:
            return "000000"
        return min(self.agencies, key=lambda agency: LEVELS.index(agency.level)).code
