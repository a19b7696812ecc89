"""The codebook: every cell of every statutory format, with labels, unit, formula, years and law. Made from the formats.

What is printed here is read off `formats/*.yaml`, so it cannot say anything else than what the parser does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from importlib import resources
from typing import Any

import yaml

from crawler.reports import formats
from crawler.reports.formats import Block, Column, Equation, Format, Identity, Row, Table

CONFIDENCE = {
    "A": "as published",
    "B": "seen in copies",
    "R": "remembered, not seen: read with tolerance",
}
"""What the marks of the format files mean."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of one format.

    `formula` is what the form demands of it (`a + b`, by ids of its table), empty for cells that are no sum; `checks`
    are the ids of the identities it takes part in. `unit` is the unit of the stored value.
    """

    format: str
    first_year: int
    last_year: str
    table: str
    address: str
    row_zh: str
    row_en: str
    col_zh: str
    col_en: str
    group_zh: str
    unit: str
    formula: str
    checks: str
    law: str
    confidence: str


_OF_FINDINGS = (
    "What is wrong in a report, or what its reader must know (tables `findings` and `cross_findings`). Identities "
    "inside one table stand on the pages of the formats. *hard*: a number or the report itself may be wrong; *soft*: "
    "look at it; *info*: said for the record."
)


def entries(form: Format) -> Iterator[Entry]:
    """Every cell of a format, in print order."""
    first, last = form.fiscal_years
    for table in form.tables:
        bands = {f"{table.id}.{block.id}": block for block in table.blocks}
        formulas, tests = _formulas(table), _tests(table)
        for prefix, rows, cols in table.parts():
            block = bands.get(prefix)
            for row in rows:
                for col in cols:
                    address = f"{prefix}.{row.id}.{col.id}"
                    yield Entry(
                        form.id,
                        first,
                        str(last or ""),
                        table.id,
                        address,
                        row.zh,
                        row.en,
                        col.zh,
                        col.en,
                        _group(row, col, block),
                        _unit(table, row, col),
                        formulas.get(address, ""),
                        " ".join(tests.get(address, ())),
                        row.law or (f"条例{block.band}" if block else ""),
                        row.conf if row.conf != "A" else form.confidence,
                    )


def to_csv() -> str:
    """All formats as one table, a line a cell; the header names the fields of `Entry`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Entry)])
    for form in formats.load().values():
        writer.writerows(astuple(entry) for entry in entries(form))
    return out.getvalue()


def to_markdown(form: Format) -> str:
    """One format as a page for people: sections, tables with every cell, identities."""
    first, last = form.fiscal_years
    years = f"{first}–{last}" if last else f"since {first}"
    lines = [
        f"# {form.id}: fiscal years {years}",
        "",
        "Made by `scrapy codebook`; do not edit by hand.",
        "",
        f"Basis: {', '.join(form.basis) or 'none'}. Confidence: {form.confidence} ({CONFIDENCE[form.confidence]}).",
    ]
    if not form.national:
        lines.append("No table was prescribed nationwide in these years; this is the form most often copied.")
    lines += ["", "## Sections 栏目", "", "| id | heading | English | tables |", "|---|---|---|---|"]
    lines += [_line(f"`{part.id}`", part.zh, part.en, ", ".join(part.tables)) for part in form.sections]
    by_table: dict[str, list[Entry]] = {}
    for entry in entries(form):
        by_table.setdefault(entry.table, []).append(entry)
    for table in form.tables:
        lines += ["", f"## {table.id}: {table.zh}", ""]
        lines += ["| cell | row | column | unit | formula | checks | law | |", "|---|---|---|---|---|---|---|---|"]
        lines += [_cell_line(entry) for entry in by_table[table.id]]
        if table.identities:
            lines += ["", "| check | holds for | left | | right | severity |", "|---|---|---|---|---|---|"]
            lines += [_identity_line(identity) for identity in table.identities]
    return "\n".join(lines) + "\n"


def findings_to_markdown() -> str:
    """What each finding says of a report, from `findings.yaml`."""
    lines = ["# Findings 核查结果", "", _OF_FINDINGS, ""]
    for group in described():
        lines += [f"## {group['group']['en']} {group['group']['zh']}", "", "| finding | severity | meaning | 含义 |"]
        lines += ["|---|---|---|---|"]
        lines += [_line(f"`{one['id']}`", one["severity"], one["en"], one["zh"]) for one in group["findings"]]
        lines.append("")
    return "\n".join(lines)


def described() -> list[dict[str, Any]]:
    """The groups of findings, each `{group: {en, zh}, findings: [{id, severity, en, zh}]}`."""
    text = resources.files("crawler.reports").joinpath("findings.yaml").read_text(encoding="utf-8")
    groups: list[dict[str, Any]] = yaml.safe_load(text)
    return groups


def _cell_line(entry: Entry) -> str:
    column = f"{entry.group_zh} {entry.col_zh}".strip()
    return _line(
        f"`{entry.address}`",
        f"{entry.row_zh}<br>{entry.row_en}",
        f"{column}<br>{entry.col_en}",
        entry.unit,
        f"`{entry.formula}`" if entry.formula else "",
        entry.checks,
        entry.law,
        entry.confidence,
    )


def _identity_line(identity: Identity) -> str:
    places = identity.cols if identity.kind == "col" else identity.rows
    kind = "column" if identity.kind == "col" else "row"
    held = f"every {kind}" if places == "all" else ", ".join(places)
    return _line(identity.id, held, f"`{identity.lhs}`", identity.op, f"`{identity.rhs}`", identity.severity)


def _line(*parts: str) -> str:
    return "| " + " | ".join(part.replace("|", "\\|").replace("\n", " ") for part in parts) + " |"


def _group(row: Row, col: Column, block: Block | None) -> str:
    """The bands above a cell: the block's band, the row's group, the column's group."""
    return " ".join(part for part in (block.band if block else None, row.group, col.group) if part)


def _unit(table: Table, row: Row, col: Column) -> str:
    """Columns speak first, then rows, then the table."""
    return col.unit or row.unit or table.unit or ""


def _formulas(table: Table) -> dict[str, str]:
    """address -> the sum that a hard equation says it is, where it stands alone on one side."""
    found: dict[str, str] = {}
    for equation in table.equations:
        if equation.identity.severity == "hard" and equation.identity.op == "==" and len(equation.left) == 1:
            found.setdefault(equation.left[0][2], _sum(equation))
    return found


def _sum(equation: Equation) -> str:
    text = ""
    for sign, name, _ in equation.right:
        text += (" - " if sign < 0 else " + " if text else "") + name
    return text


def _tests(table: Table) -> dict[str, tuple[str, ...]]:
    """address -> ids of the identities that speak of it."""
    found: dict[str, dict[str, None]] = {}
    for equation in table.equations:
        for _, _, address in (*equation.left, *equation.right):
            found.setdefault(address, {})[equation.identity.id] = None
    return {address: tuple(ids) for address, ids in found.items()}
