"""The panel as rows for programs: one object, or one CSV line, an agency-year."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from crawler.coverage.panel import Body, Panel
from crawler.store.coverage import CoverageRow

COLUMNS = (
    "agency_id", "agency", "province", "code", "level", "type", "sector", "registered", "portals", "families", "year",
    "due", "state", "kind", "findings", "hard", "versions", "reason", "detail", "at", "url", "status",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(panel: Panel) -> list[dict[str, Any]]:
    """One object an agency-year, in the order of the panel."""
    bodies = panel.by_id
    return [{name: values[name] for name in COLUMNS} for row in panel.rows for values in [_values(row, bodies)]]


def write_csv(panel: Panel, out: TextIO) -> None:
    """A line of names, then one line an agency-year; lists are separated by spaces, what is not known is empty."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(panel))


def _lines(panel: Panel) -> Iterator[list[object]]:
    bodies = panel.by_id
    for row in panel.rows:
        values = _values(row, bodies)
        yield [_cell(values[name]) for name in COLUMNS]


def _values(row: CoverageRow, bodies: dict[str, Body]) -> dict[str, Any]:
    body = bodies[row.agency_id]
    return row.to_json() | {
        "province": body.province,
        "code": body.code,
        "level": body.level,
        "type": body.type,
        "sector": body.sector,
        "registered": body.registered,
        "portals": [portal for portal, _, _ in body.portals],
        "families": list(dict.fromkeys(family for _, _, family in body.portals)),
    }


def _cell(value: Any) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, str):
        # A spreadsheet takes a text that begins so for a formula, and this text comes from a page.
        text = value.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
        return f"'{text}" if text.startswith(_FORMULA) else text
    return value
