"""Every golden page: each cell of it right, none invented, none under another name."""

from __future__ import annotations

import unicodedata

import pytest

from crawler.reports import parse
from crawler.reports.model import Report
from tests.reports.golden.cases import CASES, Case


def folded(text: str) -> str:
    """A cell's text without blanks; full-width digits, which repair may have mended, as ASCII."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def differences(case: Case, report: Report) -> list[str]:
    """What a reading has wrong: cells that differ, lack or are too many; numbers; local cells; format; states."""
    read = {a: folded(c.raw) for a, c in report.cells.items() if not a.startswith("local.") and c.kind != "missing"}
    wrong = [f"{a}: {want!r} read as {read.get(a)!r}" for a, want in case.wanted.items() if read.get(a) != folded(want)]
    wrong += [f"{a}: invented {raw!r}" for a, raw in read.items() if a not in case.wanted]
    for address, number in case.values.items():
        cell = report.cells.get(address)
        if cell is not None and cell.value != number:
            wrong.append(f"{address}: {cell.raw!r} is {number} and not {cell.value}")
    local = [c.raw for a, c in report.cells.items() if a.startswith("local.")]
    if local != list(case.kept):
        wrong.append(f"local cells {local}")
    if report.format != case.format:
        wrong.append(f"format {report.format}")
    states = {name: "image" if name in case.images else "present" for name in case.tables}
    if not case.missing and report.tables != states:
        wrong.append(f"states {report.tables}")
    return wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_cell(case: Case) -> None:
    report = parse(case.build())
    assert differences(case, report) == []
    if not case.change:
        assert [f.message for f in report.findings if f.severity == "hard"] == []
    assert ("table_repeated" in {f.id for f in report.findings}) == bool(case.annex)
    assert "cell_repeated" not in {f.id for f in report.findings}


def test_names_are_unique_and_many() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    assert {case.format for case in CASES} == {"fmt2019", "fmt2021", "stat2014", "local_pre2014"}
