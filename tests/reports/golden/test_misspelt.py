"""Golden pages with one wrong character in a label: no value moves, and what is read nevertheless is told."""

from __future__ import annotations

from random import Random

import pytest

from crawler.reports import parse
from crawler.reports.binding.labels import LabelIndex, labels_of
from tests.reports.golden.cases import CASES, Case
from tests.reports.golden.mutants import numbered
from tests.reports.golden.sheets import Sheet
from tests.reports.golden.test_lost_cells import misplaced
from tests.reports.golden.truth import FORMS

PAGES = [case for case in CASES if not case.change and not case.annex and case.writing == "plain"]
WRONG = "囗天犯埋幵"
NUMERALS = "一二三四五六七八九十"


def misspelt(case: Case, random: Random) -> bytes | None:
    """The page with one character of one label wrong; None for a page without labels in text."""
    data = numbered(case)
    tables = [name for name in case.tables if name not in case.images]
    index = LabelIndex(labels_of((FORMS[case.format],)))
    spots = [
        (table, s, r, c, at)
        for table in tables
        for s, sheet in enumerate(case.sheets(data)[table])
        for r, line in enumerate(sheet)
        for c, (text, _, _) in enumerate(line)
        if len(text) > 2 and index.find_exact(text)
        for at, char in enumerate(text)
        if "一" <= char <= "鿿" and char not in NUMERALS
    ]
    if not spots:
        return None
    table, s, r, c, at = random.choice(spots)

    def change(sheets: list[Sheet]) -> list[Sheet]:
        new = [[list(line) for line in sheet] for sheet in sheets]
        text, down, right = new[s][r][c]
        new[s][r][c] = (f"{text[:at]}{random.choice(WRONG)}{text[at + 1 :]}", down, right)
        return new

    return case.build(data, {table: change})


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_a_wrong_character_moves_nothing(case: Case) -> None:
    page = misspelt(case, Random(case.seed))
    if page is not None:
        assert misplaced(parse(page), numbered(case)) == []


def test_most_labels_with_a_wrong_character_are_read_and_told() -> None:
    told = whole = 0
    for case in PAGES[::3]:
        page = misspelt(case, Random(case.seed))
        report = parse(page or b"")
        data = numbered(case)
        if all(a in report.cells and report.cells[a].raw == data[a] for a in case.wanted if a in data):
            whole += 1
            told += "fuzzy_label" in {finding.id for finding in report.findings}
    assert whole > 40
    assert told > 0.8 * whole
