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


NOT_YET = ("lost", "2019-t2-side-by-side")
"""Not read rightly: two blocks beside one another, of which the left one lost a cell, so that the right one moved."""


def misplaced(report: Report, data: Truth) -> list[str]:
    """Cells with another number than their own."""
    read = {a: cell for a, cell in report.cells.items() if not a.startswith("local.") and cell.value is not None}
    return [f"{a}: {cell.raw}" for a, cell in read.items() if cell.value != Decimal(data.get(a, "-1"))]


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
@pytest.mark.parametrize("way", ["lost", "doubled", "blank", "blank before"])
def test_a_cell_too_few_or_too_many_moves_no_other(case: Case, way: str) -> None:
    if (way, case.name) == NOT_YET:
        pytest.xfail(NOT_YET[1])
    data, random = numbered(case), Random(case.seed)
    table = random.choice([name for name in case.tables if name not in case.images])
    made = case.sheets(data)[table]
    spots = [
        (s, r, c)
        for s, sheet in enumerate(made)
        for r, line in enumerate(sheet)
        for c, (text, _, _) in enumerate(line)
        if text.isdecimal() and int(text) > 1000
    ]
    s, r, c = random.choice(spots)

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

    assert misplaced(parse(case.build(data, {table: change})), data) == []


@pytest.mark.parametrize("carrier", ["lines", "spaces", "one_paragraph", "row_paragraphs", "breaks", "word_tabs"])
@pytest.mark.parametrize("format_id", sorted(FORMS))
def test_blanks_that_text_does_not_keep_move_nothing(format_id: str, carrier: str) -> None:
    tables = {table.id: BARE[table.id] for table in FORMS[format_id].tables}
    for seed in (400, 401):
        case = Case("blanks", format_id, tables, carrier, seed=seed, figures="sparse", writing="blank_zeros")
        assert misplaced(parse(case.build()), case.numbers) == []
