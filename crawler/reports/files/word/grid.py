"""Rows whose cells say where they begin and end (DOC, RTF) -> a table with spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reports.files.model import Table, TableCell

_NEAR = 60
"""Twips (3 points) within which edges are one: rows of one table are often dragged a little apart."""


@dataclass(slots=True)
class RowCell:
    """One cell: its text, its left and right edge, and whether it only continues the cell above."""

    text: str
    left: int
    right: int
    below: bool = False


@dataclass(slots=True)
class Row:
    """One row; `exact` where its edges were given and not made up."""

    cells: list[RowCell]
    exact: bool = True


@dataclass(slots=True)
class _Anchor:
    text: str
    left: int
    right: int
    rows: int = 1


def table(rows: Sequence[Row]) -> Table:
    """The rows as a table; spans come from edges where every row gives them, else each cell is one column wide."""
    edges = _edges(rows)
    out: list[list[_Anchor]] = []
    above: dict[tuple[int, int], _Anchor] = {}
    for row in rows:
        anchors: list[_Anchor] = []
        covered: dict[tuple[int, int], _Anchor] = {}
        for cell in row.cells:
            left, right = _at(edges, cell.left), _at(edges, cell.right)
            held = above.get((left, right)) if cell.below else None
            if held is None:
                held = _Anchor(cell.text, left, max(right, left + 1))
                anchors.append(held)
            else:
                held.rows += 1
                held.text = held.text or cell.text
            covered[(left, right)] = held
        above = covered
        out.append(anchors)
    return Table(tuple(tuple(TableCell(a.text, a.rows, a.right - a.left) for a in row) for row in out))


def _edges(rows: Sequence[Row]) -> list[int]:
    """Places of all column edges of the table."""
    if not all(row.exact for row in rows):
        rows = [row for row in rows if row.exact] or rows
    kept: list[int] = []
    for edge in sorted({edge for row in rows for cell in row.cells for edge in (cell.left, cell.right)}):
        if not kept or edge - kept[-1] > _NEAR:
            kept.append(edge)
    return kept


def _at(edges: Sequence[int], edge: int) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - edge), default=0)
