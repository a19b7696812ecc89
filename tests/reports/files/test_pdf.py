"""PDF reports in every layout: all cells, all prose, nothing else."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest

from crawler.reports import files, parse
from crawler.reports.files.model import Paragraph, Table
from crawler.reports.files.pdf import reader, ruled
from crawler.reports.model import Report
from tests.reports import forms
from tests.reports.files import papers, pdfs
from tests.reports.files.papers import Text
from tests.reports.golden import sheets
from tests.reports.golden.truth import FORMS, sparse, truth


@lru_cache
def paper(format_id: str = "fmt2021", seed: int = 3) -> papers.Paper:
    return papers.paper(format_id, truth(format_id, seed))


def raws(report: Report) -> dict[str, str]:
    return {address: cell.raw for address, cell in report.cells.items()}


def assert_whole(report: Report, made: papers.Paper, data: dict[str, str]) -> None:
    """Every cell, every paragraph, and nothing that is not there."""
    assert raws(report) == data
    lines = report.text.split("\n")
    assert [item.text for item in made if isinstance(item, Text) and item.text not in lines] == []
    assert {found.id for found in report.findings} & {
        "file_cut",
        "unreadable",
        "cells_missing",
        "unknown_label",
    } == set()
    assert all(cell.place is not None and cell.place.line > 0 for cell in report.cells.values())


@pytest.mark.parametrize("format_id", FORMS)
def test_every_format(format_id: str) -> None:
    report = parse(pdfs.pdf(paper(format_id)))
    assert_whole(report, paper(format_id), truth(format_id, 3))
    assert report.format == format_id
    assert report.agency == "柳溪县农业农村局"
    assert report.encoding is not None
    assert (report.encoding.chosen, report.encoding.evidence["file"]) == ("pdf", "a PDF")


LOOKS: dict[str, dict[str, object]] = {
    "bars for lines": {"rules": "bars"},
    "a box a cell": {"rules": "boxes"},
    "no side borders": {"rules": "open"},
    "rows broken over pages": {"split": True},
    "broken after a third": {"split": True, "bottom": 333.0},
    "broken at large type": {"split": True, "bottom": 200.0, "small": 11.0},
    "whole rows on small pages": {"bottom": 380.0},
    "header rows again": {"header": True, "bottom": 350.0},
    "header rows again, rows broken": {"header": True, "bottom": 420.0, "split": True},
    "running header and page numbers": {"running": "柳溪县农业农村局文件", "bottom": 380.0},
    "pages turned": {"turned": 1},
    "text turned": {"turned": 2},
    "a frame around each page": {"frame": True},
    "a watermark": {"watermark": "内部资料请勿外传"},
    "bold drawn twice": {"bold_twice": True},
    "landscape": {"page": (842.0, 595.0)},
}


@pytest.mark.parametrize("name", LOOKS)
def test_every_layout(name: str) -> None:
    assert_whole(parse(pdfs.pdf(paper(), **LOOKS[name])), paper(), truth("fmt2021", 3))


@pytest.mark.parametrize("bottom", [150.0, 225.0, 260.0, 310.0])
def test_page_breaks_anywhere_in_a_table_of_small_figures(bottom: float) -> None:
    data = sparse("fmt2019", 5)
    made = papers.paper("fmt2019", data)
    assert raws(parse(pdfs.pdf(made, split=True, bottom=bottom))) == data


def test_blank_rows_are_not_taken_for_the_rest_of_the_row_above() -> None:
    data = {address: "" if address.startswith("t2.p6") else text for address, text in truth("fmt2021", 3).items()}
    made = papers.paper("fmt2021", data)
    for bottom in (300.0, 320.0, 340.0, 360.0):
        assert raws(parse(pdfs.pdf(made, split=True, bottom=bottom))) == data


@pytest.mark.parametrize("maker", [sheets.t3_full_width_groups, sheets.t3_flat, sheets.t3_two_label_columns])
def test_other_arrangements_of_the_requests_table(maker: papers.Make) -> None:
    data = truth("fmt2021", 3)
    made = papers.paper("fmt2021", data, {"t3": maker})
    assert raws(parse(pdfs.pdf(made, bottom=330.0))) == data


def test_numbers_wider_than_their_column_stay_whole() -> None:
    data = truth("fmt2021", 3) | {"t2.p5.licence.decisions": "123456789"}
    wide = {address: text for address, text in data.items() if address.startswith("t4.recon")}
    data |= dict.fromkeys(wide, "98765")
    report = parse(pdfs.pdf(papers.paper("fmt2021", data), small=9.0))
    assert raws(report) == data


def test_radicals_of_printed_pages_are_characters_again() -> None:
    swap = (
        ("行", "⾏"),
        ("文", "⽂"),
        ("无", "⽆"),
        ("门", "⻔"),
        ("年", "年"),
        ("生", "⽣"),
        ("工", "⼯"),
        ("一", "⼀"),
    )
    report = parse(pdfs.pdf(paper(), swap=swap))
    assert_whole(report, paper(), truth("fmt2021", 3))
    assert "radicals" in {repair.kind for repair in report.repairs}
    assert report.source_text is not None
    assert "⾏" in report.source_text


def test_tables_without_any_line() -> None:
    assert raws(parse(pdfs.pdf(paper("stat2014"), rules="none"))) == truth("stat2014", 3)


def test_the_three_tables_without_any_line() -> None:
    data = truth("fmt2021", 3)
    report = parse(pdfs.pdf(paper(), rules="none", centred=True))
    found = raws(report)
    assert sum(found.get(address) == text for address, text in data.items()) >= 190
    assert {address: text for address, text in found.items() if text and text != data.get(address)} == {}


@pytest.mark.parametrize("small", [7.0, 8.0, 9.0])
@pytest.mark.parametrize("centred", [True, False])
def test_a_table_without_lines_never_puts_a_value_under_a_wrong_label(small: float, centred: bool) -> None:
    """Totals first, blocks and applicants in another order: what cannot be told stays missing."""
    data = truth("fmt2021", 3)
    outcomes, blocks = ["total", "pending", "upheld", "corrected", "other"], ["suit_direct", "suit_after", "recon"]
    makers = {"t3": sheets.t3_reordered, "t4": lambda _, given: [forms.t4_rows(given, blocks, outcomes)]}
    for made in (paper(), papers.paper("fmt2021", data, makers)):
        found = parse(pdfs.pdf(made, rules="none", small=small, centred=centred))
        assert {a: cell.raw for a, cell in found.cells.items() if a in data and cell.raw not in ("", data[a])} == {}


# ------------------------------------------------------------------ labels lost


@pytest.mark.parametrize("seed", range(6))
def test_a_label_that_is_gone_leaves_no_value_under_another(seed: int) -> None:
    random = Random(seed)
    data = truth("fmt2021", 3)
    made: papers.Paper = []
    for item in paper():
        if not isinstance(item, Text):
            lines = [list(line) for line in item]
            labels = [
                (r, c)
                for r, line in enumerate(lines)
                for c, cell in enumerate(line)
                if cell[0] and not cell[0][-1].isdigit()
            ]
            r, c = random.choice(labels)
            lines[r][c] = ("" if seed % 2 else "涉外渔船核验批次", *lines[r][c][1:])
            item = lines
        made.append(item)
    report = parse(pdfs.pdf(made, bottom=random.choice([90.0, 300.0, 350.0]), split=seed > 2))
    wrong = {a: cell.raw for a, cell in report.cells.items() if cell.raw and a in data and cell.raw != data[a]}
    assert wrong == {}


@pytest.mark.parametrize("row", [6, 9, 15, 20])
def test_a_row_that_is_gone_moves_no_other(row: int) -> None:
    data = truth("fmt2021", 3)
    made = [item if isinstance(item, Text) or len(item) < 20 else [*item[:row], *item[row + 1 :]] for item in paper()]
    report = parse(pdfs.pdf(made, bottom=300.0))
    assert {a: cell.raw for a, cell in report.cells.items() if cell.raw != data.get(a)} == {}
    assert len(report.cells) >= len(data) - 7


# ------------------------------------------------------------------ pictures, several reports, prose


def test_a_scan_says_that_it_holds_pictures() -> None:
    report = parse(pdfs.scan())
    found = next(one for one in report.findings if one.id == "only_pictures")
    assert (found.severity, report.cells) == ("hard", {})
    assert "3 pages" in found.message
    named = parse(pdfs.scan(), list_title="柳溪县农业农村局2023年政府信息公开工作年度报告")
    assert (named.kind, named.year) == ("annual_report", 2023)
    assert set(named.tables.values()) == {"image"}


def test_letters_without_meaning_are_counted() -> None:
    made = pdfs.pdf(paper()).replace(b"/ToUnicode 6 0 R", b"")
    report = parse(made)
    assert "file_unmapped" in {found.id for found in report.findings}
    assert "(cid:" not in report.text


def test_paragraphs_go_on_over_lines_and_pages() -> None:
    long = "全年围绕群众关切梳理公开事项，及时更新栏目，回应来信来访。" * 40
    held = files.read(
        pdfs.pdf(
            [Text("title", "某局2023年政府信息公开工作年度报告"), Text("prose", long), Text("prose", long)],
            bottom=500.0,
        )
    )
    assert held is not None
    assert held.source.count(long) == 2
    assert (held.pages or 0) > 2


def test_cut_labels_are_joined_and_others_are_not() -> None:
    above = ruled.Ruled(
        [0, 50, 100, 150],
        1,
        [
            ruled.Piece(0, 0, 1, 1, "（四）无"),
            ruled.Piece(0, 1, 1, 2, "1.本机关不掌握相关政府信息"),
            ruled.Piece(0, 2, 1, 3, "5"),
        ],
        (0, 0, 150, 10),
    )
    below = ruled.Ruled(
        [0, 50, 100, 150],
        1,
        [
            ruled.Piece(0, 0, 1, 1, "法提供"),
            ruled.Piece(0, 1, 1, 2, "2.没有现成信息需要另行制作"),
            ruled.Piece(0, 2, 1, 3, "7"),
        ],
        (0, 0, 150, 10),
    )
    made = ruled.table(ruled.join(above, below))
    assert [[cell.text for cell in row] for row in made.rows] == [
        ["（四）无\n法提供", "1.本机关不掌握相关政府信息", "5"],
        ["2.没有现成信息需要另行制作", "7"],
    ]
    assert made.rows[0][0].rowspan == 2


def test_two_rows_with_values_are_never_joined() -> None:
    above = ruled.Ruled(
        [0, 50, 100], 1, [ruled.Piece(0, 0, 1, 1, "行政处罚"), ruled.Piece(0, 1, 1, 2, "5")], (0, 0, 100, 10)
    )
    below = ruled.Ruled(
        [0, 50, 100], 1, [ruled.Piece(0, 0, 1, 1, "行政强制"), ruled.Piece(0, 1, 1, 2, "")], (0, 0, 100, 10)
    )
    assert len(ruled.table(ruled.join(above, below)).rows) == 2


@pytest.mark.parametrize("name", ["huaian_city_2024", "huaian_hongze_2024"])
def test_real_reports(corpus: Path, name: str) -> None:
    """Every cell as read by hand, none invented; the sections as printed."""
    gold = json.loads((corpus / f"{name}.gold.json").read_text(encoding="utf-8"))
    report = parse((corpus / f"{name}.pdf").read_bytes())
    assert {a: "".join(cell.raw.split()) for a, cell in report.cells.items()} == gold["cells"]
    assert (report.agency, report.year) == (gold["agency"], gold["year"])
    assert [section.heading for section in report.sections] == gold["sections"]


def test_tables_and_prose_in_reading_order(corpus: Path) -> None:
    opened = reader.read((corpus / "huaian_city_2024.pdf").read_bytes())
    kinds = [type(part) for part in opened.parts]
    assert kinds.count(Table) == 3
    prose = [part.text for part in opened.parts if isinstance(part, Paragraph)]
    assert not any(text.strip("—- ").isdecimal() for text in prose)
    assert all(text.endswith(("。", "）。")) for text in prose if len(text) > 60)


@pytest.mark.parametrize(("wanted", "year"), [("", 2023), ("柳溪县农业农村局2022年政府信息公开工作年度报告", 2022)])
def test_two_reports_in_one_file(wanted: str, year: int) -> None:
    other = truth("fmt2021", 4)
    second = [
        Text(item.kind, item.text.replace("2023", "2022").replace("2024", "2023")) if isinstance(item, Text) else item
        for item in papers.paper("fmt2021", other)
    ]
    report = parse(pdfs.pdf([*paper(), *second]), list_title=wanted)
    assert report.year == year
    assert raws(report) == (truth("fmt2021", 3) if year == 2023 else other)
    found = next(one for one in report.findings if one.id == "several_reports")
    assert (found.severity, found.left) == ("hard", "2")


def test_a_cover_page_is_no_second_report() -> None:
    cover = [Text("title", "柳溪县农业农村局"), Text("title", "2023年政府信息公开工作年度报告"), Text("prose", "目录")]
    report = parse(pdfs.pdf([*cover, *paper()]))
    assert "several_reports" not in {found.id for found in report.findings}
    assert raws(report) == truth("fmt2021", 3)
