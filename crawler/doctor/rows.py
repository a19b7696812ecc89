"""A row as it stands in a registry file. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

import rtoml

from crawler.doctor.model import Remedy
from crawler.portals.checks import host_of

_ORDER = (
    "id", "name", "place", "family", "shape", "base", "hosts", "pinyin", "oldest_year", "floor", "evidence",
    "confidence", "checked", "quirks", "sample_urls", "columns", "agencies",
)  # fmt: skip


def to_toml(remedy: Remedy, today: date, *, tried: bool) -> str:
    """The mended row, with what was wrong above it: for a file of `PORTALS_DIR`, or in place of the old one."""
    row = remedy.row
    table: dict[str, Any] = row.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    table["checked"] = today
    table["evidence"] = f"{row.evidence.rstrip('. ')}. [C] scrapy doctor, {today.isoformat()}: {remedy.why}."
    if row.hosts == (host_of(row.base),):
        table.pop("hosts", None)
    head = f"# {remedy.why}" + ("" if tried else " (not tried)")
    return (
        head.replace("\n", " ") + "\n" + rtoml.dumps({"portal": [{key: table[key] for key in _ORDER if key in table}]})
    )
