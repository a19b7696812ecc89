"""The registry as lists: what a filter leaves of it, counted, and written as CSV, JSON or Markdown. Pure."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from crawler.portals.divisions import NATION
from crawler.portals.model import LEVELS, Level, Portal
from crawler.portals.names import PROVINCES
from crawler.portals.quirks import FAMILIES
from crawler.portals.sectors import SECTORS

PROVINCE_SLUGS: dict[str, str] = {
    "10": "national", "11": "beijing", "12": "tianjin", "13": "hebei", "14": "shanxi", "15": "neimenggu",
    "21": "liaoning", "22": "jilin", "23": "heilongjiang", "31": "shanghai", "32": "jiangsu", "33": "zhejiang",
    "34": "anhui", "35": "fujian", "36": "jiangxi", "37": "shandong", "41": "henan", "42": "hubei", "43": "hunan",
    "44": "guangdong", "45": "guangxi", "46": "hainan", "50": "chongqing", "51": "sichuan", "52": "guizhou",
    "53": "yunnan", "54": "xizang", "61": "shaanxi", "62": "gansu", "63": "qinghai", "64": "ningxia", "65": "xinjiang",
}  # fmt: skip
"""First two digits of a code to the name of the province's file, and of what stands under the State Council."""

Key = Literal["family", "province", "level", "sector", "shape", "confidence"]
KEYS: tuple[Key, ...] = get_args(Key)
"""What rows can be counted by."""

NO_SECTOR = "government"
"""Stands for governments, townships and zones, which have no sector."""

_CSV = (
    "id", "name", "province", "place", "code", "level", "sectors", "family", "shape", "base", "columns", "hosts",
    "agencies", "oldest_year", "confidence", "checked", "evidence",
)  # fmt: skip


class BadFilter(ValueError):
    """A filter that names nothing there is: which, its value, and what there is."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a row must be; an empty one lets all pass.

    Attributes:
        province: name, short name, file name or first digits of the code (`江苏`, `jiangsu`, `32`), `national`.
        family: family word. sector: sector word, or `government` for bodies without one. level: level word.
        shape: shape word. confidence: P, C or R.
    """

    province: str | None = None
    family: str | None = None
    sector: str | None = None
    level: str | None = None
    shape: str | None = None
    confidence: str | None = None

    def apply(self, portals: Iterable[Portal]) -> list[Portal]:
        """The rows that pass, in their order; raises `BadFilter` for a word that names nothing."""
        tests: list[Callable[[Portal], bool]] = []
        if self.province is not None:
            digits = province_digits(self.province)
            tests.append(lambda portal: portal.code[:2] == digits)
        if self.family is not None:
            family = _known("family", self.family, FAMILIES)
            tests.append(lambda portal: portal.family == family)
        if self.sector is not None:
            sector = _known("sector", self.sector, (*SECTORS, NO_SECTOR))
            tests.append(lambda portal: sector in sectors_of(portal))
        if self.level is not None:
            level = _known("level", self.level, LEVELS)
            tests.append(lambda portal: level_of(portal) == level)
        if self.shape is not None:
            tests.append(lambda portal: portal.shape == self.shape)
        if self.confidence is not None:
            mark = _known("confidence", self.confidence.upper(), ("P", "C", "R"))
            tests.append(lambda portal: portal.confidence == mark)
        return [portal for portal in portals if all(test(portal) for test in tests)]


def province_digits(name: str) -> str:
    """First two digits of the code of a province, by any of its names; raises `BadFilter`."""
    wanted = name.strip().lower()
    for digits, slug in PROVINCE_SLUGS.items():
        full, short = PROVINCES.get(digits, ("全国", "国家"))
        if wanted in {digits, f"{digits}0000", slug, full, short, full.removesuffix("省").removesuffix("市")}:
            return digits
    raise BadFilter(f"--province {name}: there is no such province; there are {', '.join(PROVINCE_SLUGS.values())}")


def _known(word: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise BadFilter(f"--{word} {value}: there is no such {word}; there are {', '.join(known)}")
    return value


def level_of(portal: Portal) -> Level:
    """The level of a portal's highest agency."""
    return min((agency.level for agency in portal.agencies), key=LEVELS.index, default="national")


def sectors_of(portal: Portal) -> tuple[str, ...]:
    """Sectors of a portal's agencies, each once, in their order."""
    return tuple(dict.fromkeys(agency.sector or NO_SECTOR for agency in portal.agencies))


def province_of(portal: Portal) -> str:
    """Short name of a portal's province; 全国 for portals of the state."""
    return "全国" if portal.code == NATION else PROVINCES.get(portal.code[:2], ("", ""))[1]


def counts(portals: Iterable[Portal], key: Key) -> dict[str, int]:
    """How many rows there are of each word, the commonest first. A row counts for each of its sectors."""
    words: dict[Key, Callable[[Portal], Sequence[str]]] = {
        "family": lambda portal: (portal.family,),
        "province": lambda portal: (province_of(portal),),
        "level": lambda portal: (level_of(portal),),
        "sector": sectors_of,
        "shape": lambda portal: (portal.shape or "-",),
        "confidence": lambda portal: (portal.confidence,),
    }
    found = Counter(word for portal in portals for word in words[key](portal))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def as_json(portals: Iterable[Portal]) -> list[dict[str, Any]]:
    """Rows with all that is known of them and of their agencies."""
    return [
        {"province": province_of(one), "code": one.code, "level": level_of(one), **one.model_dump(mode="json")}
        for one in portals
    ]


def as_csv(portals: Iterable[Portal]) -> str:
    """One line a row under a line of names; lists are separated by spaces."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _CSV, lineterminator="\n")
    writer.writeheader()
    for portal in portals:
        writer.writerow(_flat(portal))
    return out.getvalue()


def _flat(portal: Portal) -> dict[str, object]:
    values = {name: getattr(portal, name, "") for name in _CSV}
    return {
        **values,
        "province": province_of(portal),
        "level": level_of(portal),
        "shape": portal.shape or "",
        "sectors": " ".join(sectors_of(portal)),
        "hosts": " ".join(portal.hosts),
        "columns": " ".join(column.url for column in portal.columns),
        "agencies": " ".join(agency.id for agency in portal.agencies),
    }


def as_markdown(portals: Sequence[Portal]) -> str:
    """The list of the documentation: counts, then a table a province."""
    parts = [
        "# The portals of the registry",
        "Written by `scrapy portals --format md` from `crawler/portals/data/`; do not edit. *list*: whether the list of"
        " reports is known (●), or looked for from the home page. *mark*: where the row's facts come from (P seen on a"
        " saved page, C read in a crawler that works or in a public listing, R inferred).",
        _table(("family", "portals"), counts(portals, "family").items()),
        _table(("level", "portals"), counts(portals, "level").items()),
    ]
    for digits in PROVINCE_SLUGS:
        rows = [portal for portal in portals if portal.code[:2] == digits]
        if rows:
            parts += [f"## {PROVINCES.get(digits, ('全国', ''))[0]} ({len(rows)})", _table(_HEADS, map(_cells, rows))]
    return "\n\n".join(parts) + "\n"


_HEADS = ("portal", "name", "place", "family", "list", "from", "mark")


def _cells(portal: Portal) -> tuple[str, ...]:
    family = f"{portal.family} ({portal.shape})" if portal.shape else portal.family
    listed = "●" if portal.columns else ""
    return portal.id, portal.name, portal.place, family, listed, str(portal.oldest_year), portal.confidence


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [" | ".join(heads), " | ".join("---" for _ in heads)]
    lines += [" | ".join(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)
