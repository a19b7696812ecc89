"""A label that stands twice in one table: equal rows are one, of different ones none is taken unless sums decide."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawler.reports import formats
from crawler.reports.model import Finding
from crawler.reports.tables import TableReading, bind
from tests.reports import forms
from tests.reports.golden.truth import truth
from tests.reports.gridlib import Spanned, place

F21 = formats.load()["fmt2021"]
TRUE = truth("fmt2021", 5)
COLS = [col.id for table in F21.tables if table.id == "t3" for col in table.value_cols]
ORDER = tuple(COLS)
ROW = {row.id: row.zh for table in F21.tables if table.id == "t3" for row in table.rows}


def rows() -> list[list[Spanned]]:
    return forms.t3_rows(F21, TRUE, ORDER)


def line_of(sheet: list[list[Spanned]], row: str) -> int:
    """Index of the line that holds the row's values."""
    first = TRUE[f"t3.{row}.natural"]
    return next(at for at, line in enumerate(sheet) if any(text == first for text, _, _ in line))


def again(row: str, values: list[str]) -> list[list[Spanned]]:
    """The table with one more line below `row` that bears the same label over other values."""
    sheet = rows()
    at = line_of(sheet, row)
    sheet[at + 1 : at + 1] = [[(ROW[row], 1, 2), *((value, 1, 1) for value in values)]]
    return sheet


def told(reading: TableReading) -> list[Finding]:
    return [f for f in reading.findings if f.id == "cell_repeated"]


def values(row: str) -> list[str]:
    return [TRUE[f"t3.{row}.{col}"] for col in COLS]


@pytest.mark.parametrize("row", ["new", "decided_total", "carried_forward"])
def test_equal_rows_are_one(row: str) -> None:
    reading = bind([place(again(row, values(row)))])
    assert {a: c.raw for a, c in reading.cells.items()} == {a: v for a, v in TRUE.items() if a.startswith("t3.")}
    assert told(reading) == []


@pytest.mark.parametrize("row", ["new", "decided_total", "carried_forward"])
def test_of_different_rows_none_is_taken_and_the_sums_tell_the_right_one(row: str) -> None:
    other = [str(int(value) + 1 + at) for at, value in enumerate(values(row))]
    reading = bind([place(again(row, other))])
    for col in COLS:
        cell = reading.cells[f"t3.{row}.{col}"]
        assert (cell.kind, cell.value) == ("missing", None)
    (finding,) = told(reading)
    assert finding.cells == tuple(f"t3.{row}.{col}" for col in COLS)
    assert (finding.left, finding.right) == (" | ".join(values(row)), " | ".join(other))
    assert finding.reading is not None
    assert finding.reading.how == "row_repeated"
    assert dict(finding.reading.values) == {f"t3.{row}.{c}": Decimal(v) for c, v in zip(COLS, values(row), strict=True)}


def test_only_the_cells_that_differ_are_taken_away() -> None:
    other = [*values("new")[:-1], "7777"]
    reading = bind([place(again("new", other))])
    assert reading.cells["t3.new.total"].value is None
    assert reading.cells["t3.new.natural"].raw == TRUE["t3.new.natural"]
    assert told(reading)[0].cells == ("t3.new.total",)


def test_no_reading_where_both_rows_add_up() -> None:
    sheet = rows()
    at, below = line_of(sheet, "new"), line_of(sheet, "carried_over")
    sheet[below] = [(text if text != ROW["carried_over"] else ROW["new"], *rest) for text, *rest in sheet[below]]
    reading = bind([place(sheet)])
    assert at != below
    assert all(reading.cells[f"t3.new.{col}"].value is None for col in COLS)
    assert all(f"t3.carried_over.{col}" not in reading.cells for col in COLS)
    assert [finding.reading for finding in told(reading)] == [None]


def test_a_column_that_stands_twice_has_no_values() -> None:
    sheet = [[("科研\n机构" if "商业" in text else text, down, right) for text, down, right in line] for line in rows()]
    reading = bind([place(sheet)])
    assert all(reading.cells[f"t3.{row}.research"].value is None for row in ("new", "granted", "decided_total"))
    assert not any(address.endswith(".commercial") for address in reading.cells)
    assert told(reading)


def test_a_blank_row_beside_zeros_contradicts_nothing() -> None:
    zeros = dict.fromkeys(TRUE, "0")
    sheet = forms.t3_rows(F21, zeros, ORDER)
    at = next(at for at, line in enumerate(sheet) if any(text.startswith("一、") for text, _, _ in line))
    sheet[at + 1 : at + 1] = [[(ROW["new"], 1, 2), *(("", 1, 1) for _ in COLS)]]
    reading = bind([place(sheet)])
    assert (reading.cells["t3.new.total"].kind, told(reading)) == ("zero", [])
