"""Tables of DOCX: gridSpan, vMerge, rows that begin or end inside the grid, tables in cells, deleted rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import lxml.etree as etree

from crawler.reports.files.model import Paragraph, Picture, Table, TableCell
from crawler.reports.files.package import attribute, child, local

if TYPE_CHECKING:
    from crawler.reports.files.word.docx import Document

_MOST_SPAN = 100


@dataclass(slots=True)
class _Placed:
    cell: TableCell
    col: int


@dataclass(slots=True)
class _Builder:
    rows: list[list[_Placed]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    open: dict[int, tuple[int, int]] = field(default_factory=dict)  # column -> row and index of the cell that spans


def read(table: etree._Element, document: Document, depth: int) -> tuple[Table, list[str]]:
    """A table and the footnotes that stand in it."""
    builder = _Builder()
    for row in _inside(table, "tr"):
        if child(row, "trPr", "del") is None:
            _row(row, builder, document, depth)
    return Table(tuple(tuple(one.cell for one in row) for row in builder.rows)), builder.notes


def _inside(element: etree._Element, name: str, depth: int = 0) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside content controls and the like."""
    for one in element:
        kind = local(one)
        if kind == name:
            yield one
        elif kind in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag") and depth < 20:
            yield from _inside(one, name, depth + 1)


def _row(row: etree._Element, builder: _Builder, document: Document, depth: int) -> None:
    properties = child(row, "trPr")
    col = _count(attribute(child(properties, "gridBefore"), "val"), 0)
    cells: list[_Placed] = [_Placed(TableCell(colspan=col), 0)] if col else []
    at = len(builder.rows)
    builder.rows.append(cells)
    for element in _inside(row, "tc"):
        own = child(element, "tcPr")
        if child(own, "cellDel") is not None:
            continue
        wide = _count(attribute(child(own, "gridSpan"), "val"), 1)
        merged, level = child(own, "vMerge"), child(own, "hMerge")
        if level is not None and attribute(level, "val") != "restart" and cells:
            cells[-1].cell = replace(cells[-1].cell, colspan=cells[-1].cell.colspan + wide)
        elif merged is not None and attribute(merged, "val") != "restart" and col in builder.open:
            top, n = builder.open[col]
            above = builder.rows[top][n]
            above.cell = replace(above.cell, rowspan=max(above.cell.rowspan, at - top + 1))
        else:
            builder.open.pop(col, None)
            if merged is not None:
                builder.open[col] = (at, len(cells))
            cells.append(_Placed(replace(_cell(element, builder, document, depth), colspan=wide), col))
        col += wide


def _cell(element: etree._Element, builder: _Builder, document: Document, depth: int) -> TableCell:
    lines: list[str] = []
    inner: list[Table] = []
    picture = ""
    for part in document.parts(element, depth + 1):
        if isinstance(part, Paragraph):
            if part.text.startswith("注：") and lines and part.level == 0 and part.text[2:] in document.notes.values():
                builder.notes.append(part.text[2:])
            else:
                lines.append(part.text.strip())
        elif isinstance(part, Picture):
            picture = part.name
        else:
            inner.append(part)
    return TableCell("\n".join(line for line in lines if line), inner=tuple(inner), picture=picture)


def _count(text: str | None, default: int) -> int:
    return min(int(text), _MOST_SPAN) if text and text.isdecimal() and len(text) < 5 else default
