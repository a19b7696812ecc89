"""Real pages and the real reports as found: every cell equal to what was read by hand, and no false finding."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from crawler.reports import parse
from crawler.reports.checks import check
from crawler.reports.model import Report
from crawler.reports.tables import bind
from tests.reports.gridlib import from_html


@pytest.mark.parametrize("name", ["pingtan_2023", "shanghai_bgt_2019.fragment"])
@pytest.mark.parametrize("way", ["grids", "page"])
def test_gold_pages(corpus: Path, name: str, way: str) -> None:
    source = (corpus / f"{name}.html").read_bytes()
    gold = json.loads((corpus / f"{name}.gold.json").read_text(encoding="utf-8"))
    if way == "grids":
        reading = bind(from_html(source.decode("utf-8")))
        assert reading.findings == ()
        assert set(reading.states.values()) == {"present"}
        report = Report(kind="annual_report", format=reading.format, cells=reading.cells, tables=reading.states)
        found = check(report)
    else:
        report = parse(source)
        found = report.findings
    assert {address: "".join(cell.raw.split()) for address, cell in report.cells.items()} == gold["cells"]
    prose = [finding for finding in found if finding.id.startswith("NV-")]
    assert [finding.id for finding in found if finding not in prose] == gold["findings_expected"]
    # what the gold notes of the prose: 现行有效规范性文件393件 where the table says 470
    assert all((f.left, f.right) == ("393", "470") for f in prose), prose
    for address, cell in report.cells.items():
        assert cell.place is not None, address
        assert (cell.value is None) == (cell.raw == ""), address


def seed(seeds: Path, number: str) -> Report:
    path = next(seeds.glob(f"{number}_*.txt"))
    return parse(path.read_bytes())


def test_one_cell_per_line_in_traditional_script(seeds: Path) -> None:
    report = seed(seeds, "001")
    assert report.format == "fmt2019"
    assert report.tables == {"t2": "present", "t3": "present", "t4": "present"}
    assert sum(a.startswith("t3.") for a in report.cells) == 161
    assert sum(a.startswith("t4.") for a in report.cells) == 15
    assert [f for f in report.findings if f.severity == "hard"] == []
    licence, amount = report.cells["t2.p5.licence.decisions"], report.cells["t2.p9.procurement.amount"]
    assert (licence.value, licence.remark) == (590, "办结数")
    assert (amount.raw, amount.value, amount.unit) == ("6021.70", Decimal("6021.7"), "万元")
    row = [
        report.cells[f"t3.new.{c}"].value
        for c in ("natural", "commercial", "research", "social_welfare", "legal_service", "other_org", "total")
    ]
    assert row == [52, 2, 4, 0, 0, 1, 59]
    assert [report.cells[f"t4.recon.{c}"].value for c in ("upheld", "corrected", "other", "pending", "total")] == [
        0,
        1,
        0,
        0,
        1,
    ]


def test_rows_of_bars_without_spans(seeds: Path) -> None:
    report = seed(seeds, "003")
    assert report.format == "fmt2021"
    assert report.tables == {"t2": "present", "t3": "present", "t4": "present"}
    assert len(report.cells) == 200
    numbers = {a: c.value for a, c in report.cells.items() if c.value}
    assert numbers == {"t2.p5.licence.decisions": 38, "t2.p6.penalty.decisions": 10}
    assert all(c.kind in ("number", "zero") for c in report.cells.values())


@pytest.mark.parametrize("number", ["000", "004"])
def test_tables_that_are_not_there_are_missing_and_not_zero(seeds: Path, number: str) -> None:
    report = seed(seeds, number)
    assert report.cells == {}
    assert report.tables == {"t2": "missing", "t3": "missing", "t4": "missing"}
    assert sorted(f.where or "" for f in report.findings if f.id == "table_missing") == ["t2", "t3", "t4"]
