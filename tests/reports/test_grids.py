"""Grids are plain values: the rooms exchange them, tests build them."""

from __future__ import annotations

import pytest

from crawler.reports.grids import Grid, GridCell
from tests.reports.gridlib import from_html, lines, place


def test_cells_and_grids_do_not_change() -> None:
    with pytest.raises(AttributeError):
        GridCell("1", 0, 0).text = "2"  # type: ignore[misc]
    grid = Grid(((GridCell("1", 0, 0),),))
    assert (grid.index, grid.kind, grid.caption) == (0, "html", "")
    assert hash(grid) == hash(Grid(((GridCell("1", 0, 0),),)))


def test_spans_push_cells_to_the_right() -> None:
    grid = place([[("a", 2, 2), ("b", 1, 1)], [("c", 1, 1)]])
    assert [(c.text, c.row, c.col) for row in grid.rows for c in row] == [("a", 0, 0), ("b", 0, 2), ("c", 1, 2)]


def test_helpers_of_the_tests_themselves() -> None:
    grids = from_html("<table><tr><td colspan=2>a</td></tr><tr><td>b<td><br> c</table>")
    assert [(c.text, c.col, c.colspan) for row in grids[0].rows for c in row] == [("a", 0, 2), ("b", 0, 1), ("c", 1, 1)]
    assert [len(row) for row in lines(["x", "y"]).rows] == [1, 1]
