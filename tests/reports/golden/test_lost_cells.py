"""Golden pages that lost cells: no value moves under its neighbour's label, whatever the layout."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from crawler.reports import parse
from crawler.reports.model import Report
from tests.reports.golden.cases import CASES, Case
from tests.reports.golden.mutants import numbered
from tests.reports.golden.sheets import Sheet
from tests.reports.golden.truth import FORMS, Truth

PLAIN = [case for case in CASES if not case.change and not case.annex and case.writing == "plain"]
BARE = {"t2": ("t2", "bare"), "t3": ("t3", "bare"), "t4": ("t4", "bare"), "s14": ("s14",), "sh": ("sh",)}


def misplaced(report: Report, data: Truth) -> list[str]:
    """Cells with another number than their own."""
    read = {a: cell for a, cell in report.cells.items() if not a.startswith("local.") and cell.value is not None}
    return [f"{a}: {cell.raw}" for a, cell in read.items() if cell.value != Decimal(data.get(a, "-1"))]


def places(sheets: list[Sheet]) -> list[tuple[int, int, int]]:
    """Sheet, line and cell of every figure."""
    return [
        (s, r, c)
        for s, sheet in enumerate(sheets)
        for r, line in enumerate(sheet)
        for c, (text, _, _) in enumerate(line)
        if text.isdecimal() and int(text) > 1000
    ]


def changed(case: Case, data: Truth, table: str, place: tuple[int, int, int], way: str) -> Report:
    """The reading of a page with the cell at this place lost, blank, doubled, or with a blank put before it."""
    s, r, c = place

    def change(sheets: list[Sheet]) -> list[Sheet]:
        new = [[list(line) for line in sheet] for sheet in sheets]
        line = new[s][r]
        if way == "lost":
            del line[c]
        elif way == "blank":
            line[c] = ("", *line[c][1:])
        else:
            line.insert(c, line[c] if way == "doubled" else ("", 1, 1))
        return new

    return parse(case.build(data, {table: change}))


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
@pytest.mark.parametrize("way", ["lost", "doubled", "blank", "blank before"])
def test_a_cell_too_few_or_too_many_moves_no_other(case: Case, way: str) -> None:
    data, random = numbered(case), Random(case.seed)
    table = random.choice([name for name in case.tables if name not in case.images])
    place = random.choice(places(case.sheets(data)[table]))
    assert misplaced(changed(case, data, table, place, way), data) == []


@pytest.mark.parametrize(
    ("name", "table", "step"),
    [("2019-t2-side-by-side", "t2", 1), ("2021-t2-side-by-side", "t2", 1), ("2014-two-columns", "s14", 3)],
)
def test_of_blocks_beside_one_another_no_lost_cell_moves_any_other(name: str, table: str, step: int) -> None:
    case = next(case for case in PLAIN if case.name == name)
    data = numbered(case)
    for place in places(case.sheets(data)[table])[::step]:
        for way in ("lost", "doubled", "blank before"):
            report = changed(case, data, table, place, way)
            assert (place, way, misplaced(report, data)) == (place, way, [])
            assert report.findings


@pytest.mark.parametrize("carrier", ["lines", "spaces", "one_paragraph", "row_paragraphs", "breaks", "word_tabs"])
@pytest.mark.parametrize("format_id", sorted(FORMS))
def test_blanks_that_text_does_not_keep_move_nothing(format_id: str, carrier: str) -> None:
    tables = {table.id: BARE[table.id] for table in FORMS[format_id].tables}
    for seed in (400, 401):
        case = Case("blanks", format_id, tables, carrier, seed=seed, figures="sparse", writing="blank_zeros")
        assert misplaced(parse(case.build()), case.numbers) == []
