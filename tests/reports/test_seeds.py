"""The five reports as they were found in the wild, from bytes to findings, and the saved pages with golden values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.reports import parse
from crawler.reports.model import Report


def seed(folder: Path, number: str) -> Report:
    (path,) = folder.glob(f"{number}_*.txt")
    return parse(path.read_bytes())


def hard(report: Report) -> list[str]:
    return [finding.id for finding in report.findings if finding.severity == "hard"]


def headings(report: Report) -> list[str]:
    return [section.heading for section in report.sections]


def cells_of(report: Report, table: str) -> dict[str, str]:
    return {address: cell.raw for address, cell in report.cells.items() if address.startswith(f"{table}.")}


def figures(report: Report) -> dict[str, int]:
    return {name: int(figure.value) for name, figure in report.narrative.items()}


def test_guangzhou_2023(seeds: Path) -> None:
    report = seed(seeds, "000")
    assert (report.kind, report.agency, report.year) == ("annual_report", "广州市生态环境局", 2023)
    ids = [section.id for section in report.sections]
    assert ids == ["overview", "proactive", "requests", "review", "problems", "problems", "other"]
    assert headings(report)[4:] == ["五、存在的问题", "六、改进措施", "七、其他需要报告的事项"]
    assert [sub.heading for sub in report.sections[0].subsections] == [
        "（一）主动公开情况",
        "（二）依申请公开情况",
        "（三）政府信息管理情况",
        "（四）政务公开平台建设情况",
        "（五）监督保障情况",
    ]
    assert report.tables == {"t2": "missing", "t3": "missing", "t4": "missing"}
    assert report.cells == {}
    stated = figures(report)
    assert (stated["new"], stated["decided_total"], stated["carried_forward"]) == (215, 211, 5)


def test_guizhou_2019(seeds: Path) -> None:
    report = seed(seeds, "001")
    assert (report.kind, report.agency, report.year, report.format) == (
        "annual_report",
        "贵州省生态环境厅",
        2019,
        "fmt2019",
    )
    assert len(cells_of(report, "t3")) == 161
    assert len(cells_of(report, "t4")) == 15
    assert len(cells_of(report, "t2")) == 22
    licence = report.cells["t2.p5.licence.decisions"]
    assert (licence.value, licence.remark) == (590, "办结数")
    amount = report.cells["t2.p9.procurement.amount"]
    assert (str(amount.value), amount.unit) == ("6021.70", "万元")
    assert set(report.tables.values()) == {"present"}
    assert hard(report) == []
    assert headings(report)[-1] == "五、存在的主要问题及改进情况"
    assert "词条" not in report.text
    assert report.sections[-1].subsections[-1].text.endswith("工作水平。")


def test_xuchang_2020(seeds: Path) -> None:
    report = seed(seeds, "002")
    assert (report.kind, report.agency, report.year) == ("work_summary", "许昌市生态环境局", 2020)
    assert len(report.sections) == 3
    assert [len(section.subsections) for section in report.sections] == [6, 0, 0]
    assert (report.cells, report.tables, report.format) == ({}, {}, None)


def test_lufeng_2023(seeds: Path) -> None:
    report = seed(seeds, "003")
    assert (report.kind, report.agency, report.year) == ("annual_report", "楚雄州生态环境局禄丰分局", 2023)
    assert [len(cells_of(report, table)) for table in ("t3", "t4", "t2")] == [175, 15, 10]
    first = report.sections[0]
    assert (first.id, first.implied, len(first.subsections)) == ("overview", True, 4)
    assert [section.id for section in report.sections[1:]] == ["proactive", "requests", "review", "problems", "other"]
    assert [section.tables for section in report.sections[1:4]] == [("t2",), ("t3",), ("t4",)]
    assert report.dates["claimed"] == "2024-01-10"
    assert figures(report)["new"] == 0
    assert hard(report) == []


def test_changzhou_2021(seeds: Path) -> None:
    report = seed(seeds, "004")
    assert (report.kind, report.agency, report.year) == ("annual_report", "常州市生态环境局", 2021)
    assert len(report.sections) == 6
    assert len(report.sections[0].subsections) == 5
    assert report.tables == {"t2": "missing", "t3": "missing", "t4": "missing"}
    assert report.cells == {}
    stated = figures(report)
    assert [stated[name] for name in ("new", "granted", "partial", "unable", "notproc")] == [50, 21, 5, 23, 1]
    assert [stated[f"channel.{name}"] for name in ("face", "net", "mail")] == [1, 37, 12]


@pytest.mark.parametrize("name", ["pingtan_2023", "shanghai_bgt_2019.fragment"])
def test_golden_pages(corpus: Path, name: str) -> None:
    gold = json.loads((corpus / f"{name}.gold.json").read_text(encoding="utf-8"))
    report = parse((corpus / f"{name}.html").read_bytes(), "text/html; charset=utf-8")
    assert (report.kind, report.agency, report.year) == ("annual_report", gold["agency"], gold["year"])
    assert headings(report) == gold["sections"]
    assert {address: cell.raw for address, cell in report.cells.items()} == gold["cells"]
    assert hard(report) == []


def test_pingtan_prose(corpus: Path) -> None:
    stated = figures(parse((corpus / "pingtan_2023.html").read_bytes()))
    names = ("new", "granted_partial", "denied", "unable", "notproc", "other", "recon", "suits", "normative_valid")
    assert [stated[name] for name in names] == [81, 42, 5, 31, 1, 2, 2, 7, 393]


@pytest.mark.parametrize(
    "name",
    ["gne_gov_cn_gongbao_2007", "gne_shanxi_gov_trs_article", "gne_zj_fgw_hanweb_article", "pingtan_zfxxgknb_list"],
)
def test_other_pages_are_refused(corpus: Path, name: str) -> None:
    report = parse((corpus / f"{name}.html").read_bytes())
    assert (report.kind, report.cells, report.narrative) == ("other", {}, {})
