"""Golden pages with digits in one cell that are no number: the cell has no value, a finding names it, none moves."""

from __future__ import annotations

from random import Random

import pytest

from crawler.reports import parse
from tests.reports.golden.cases import CASES, Case
from tests.reports.golden.mutants import numbered

ODD = (
    "许可911 备案30", "1,2345.6", "约45", "12%", "5-6", "3/4", "≥5", "45左右", "12、3", "2023年12件", "5人3件", "20余",
    "12a", "一百余件",
)  # fmt: skip
PRINTS_OTHERWISE = (
    "2021-glued", "2021-t3-unit-column", "2021-selects", "2019-inputs", "2021-pictured-labels", "2021-labels-cut-lines",
)  # fmt: skip
"""Pages whose makers know numbers by their digits and would print other texts as something else."""
PAGES = [
    case
    for case in CASES
    if not case.change
    and not case.annex
    and case.writing == "plain"
    and case.name not in PRINTS_OTHERWISE
    and any(a.startswith(("t2.", "t3.", "t4.")) for a in case.wanted)
]


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_digits_that_are_no_number_are_named(case: Case) -> None:
    random = Random(case.seed)
    address = random.choice(list(case.wanted))
    data = {**numbered(case), address: random.choice(ODD)}
    report = parse(case.build(data))
    assert address not in report.cells or report.cells[address].value is None
    named = {f.id for f in report.findings if address in f.cells and f.severity != "info"}
    assert named & {"number_unreadable", "short_row", "long_row", "cells_missing"}
    others = {a: c.raw for a, c in report.cells.items() if c.value is not None and not a.startswith("local.")}
    assert {a: raw for a, raw in others.items() if raw != data[a]} == {}
