"""Layouts that publishers made by hand: each case is one kind of disorder, and what must come of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from crawler.reports import formats
from crawler.reports.formats import Format
from crawler.reports.grids import Grid, GridCell
from crawler.reports.tables import TableReading, bind
from tests.reports import forms
from tests.reports.gridlib import lines, place, plain_rows
from tests.reports.numbered import (
    F19,
    F21,
    FORMS,
    ids,
    numbered,
    raws,
    relabel,
    t2,
    t3,
    t4,
    wanted,
)

# ------------------------------------------------------------------ formats


def test_nothing_at_all() -> None:
    assert bind([]) == TableReading()
    assert bind([Grid((), 3), place([[("", 1, 1)]])]) == TableReading()


def test_a_table_alike_in_two_formats_tells_none() -> None:
    reading = bind([place(t4(F21))])
    assert reading.format is None
    assert raws(reading) == wanted(F21, "t4.")
    assert reading.states == {"t2": "missing", "t3": "missing", "t4": "present"}


def test_requests_of_2019_tell_their_format_by_their_rows() -> None:
    reading = bind([place(t3(F19))])
    assert reading.format == "fmt2019"
    assert reading.states == {"t2": "missing", "t3": "present", "t4": "missing"}


def test_format_by_marker_not_by_other_tables() -> None:
    """T2 of 2021 over requests of 2019 (an office that took the old form): the old cells stay, and it is said."""
    reading = bind([place(t2(F21), 0), place(t3(F19), 1), place(t4(F21), 2)])
    assert reading.format == "fmt2021"
    assert reading.cells["t3.other.natural"].raw == numbered(F19)["t3.other.natural"]
    assert "other_format" in ids(reading)
    assert reading.states["t3"] == "partial"


def test_marker_broken_over_cells_is_found() -> None:
    texts = forms.broken([text for row in t2(F21) for text, _, _ in row], {2: 3, 3: 3, 4: 3})
    assert bind([lines(texts)]).format == "fmt2021"


def test_other_tables_of_the_page_are_no_statutory_ones() -> None:
    junk = place(
        [[("行政许可", 1, 1), ("38", 1, 1)], [("予以公开", 1, 1), ("12", 1, 1)], [("总计", 1, 1), ("50", 1, 1)]]
    )
    assert bind([junk]) == TableReading()
    around = bind([junk, place(t2(F21), 1), place(t3(F21), 2), place(t4(F21), 3)])
    assert raws(around) == numbered(F21)


@pytest.mark.parametrize("image", [True, False])
def test_a_table_that_is_a_picture(image: bool) -> None:
    picture = Grid(((GridCell("", 0, 0, image=True),),), 1, caption="三、收到和处理政府信息公开申请情况")
    blank = Grid(((GridCell("", 0, 0),),), 1, caption="三、收到和处理政府信息公开申请情况")
    reading = bind([place(t2(F21)), picture if image else blank])
    assert reading.states == {"t2": "present", "t3": "image" if image else "missing", "t4": "missing"}


# ------------------------------------------------------------------ t2


@pytest.mark.parametrize("form", [F19, F21])
def test_header_columns_in_another_order(form: Format) -> None:
    rows = []
    for block in forms.t2_rows(form, numbered(form), spans=False):
        rows += [block[0], *([row[0], *reversed(row[1:])] for row in block[1:])]
    assert raws(bind([place(rows)])) == wanted(form, "t2.")


def test_local_rows_are_kept_and_told() -> None:
    rows = t2(F19)
    at = next(i for i, row in enumerate(rows) if row[0][0] == "其他对外管理服务事项")
    rows.insert(at + 1, [("行政检查", 1, 1), ("7", 1, 2), ("+1", 1, 1), ("30", 1, 1)])
    reading = bind([place(rows)])
    local = [(cell.label, cell.value) for address, cell in reading.cells.items() if address.startswith("local.")]
    assert local == [
        ("行政检查 / 上一年项目数量", 7), ("行政检查 / 本年增/减", 1), ("行政检查 / 处理决定数量", 30),
    ]  # fmt: skip
    assert raws(reading, "t2.") == wanted(F19, "t2.")
    assert [f.where for f in reading.findings if f.id == "unknown_label"] == ["行政检查"]


def test_a_row_split_into_local_parts() -> None:
    rows = t2(F19)
    at = next(i for i, row in enumerate(rows) if row[0][0] == "其他对外管理服务事项")
    rows[at : at + 1] = [
        [("其他对外管理服务事项", 2, 1), ("行政检查", 1, 1), ("7", 1, 1), ("1", 1, 1), ("30", 1, 1)],
        [("行政确认", 1, 1), ("8", 1, 1), ("2", 1, 1), ("31", 1, 1)],
    ]
    reading = bind([place(rows)])
    assert "t2.p5.other_service.decisions" not in reading.cells
    labels = [cell.label for address, cell in reading.cells.items() if address.startswith("local.")]
    assert labels[0] == "其他对外管理服务事项 行政检查 / 上一年项目数量"
    assert len(labels) == 6
    assert reading.states["t2"] == "partial"


def test_amounts_in_the_units_of_header_and_cell() -> None:
    rows = relabel(t2(F19), "采购总金额", "采购总金额（万元）")
    number = numbered(F19)["t2.p9.procurement.amount"]
    for raw, value, unit in (
        (number, Decimal(number), "万元"),
        ("251000元", Decimal("25.1"), "万元"),
        ("1,276.5", Decimal("1276.5"), "万元"),
    ):
        cell = bind([place([[(raw if t == number else t, d, r) for t, d, r in row] for row in rows])]).cells[
            "t2.p9.procurement.amount"
        ]
        assert (cell.raw, cell.value, cell.unit) == (raw, value, unit)
    plain = bind([place(relabel(t2(F19), number, "251000元"))]).cells["t2.p9.procurement.amount"]
    assert (plain.value, plain.unit) == (251000, "元")


def test_a_header_that_names_another_unit_than_the_form() -> None:
    number = numbered(F21)["t2.p8.fees.amount"]
    rows = relabel(relabel(t2(F21), "万元", "元"), number, "59490")
    cell = bind([place(rows)]).cells["t2.p8.fees.amount"]
    assert (cell.raw, cell.value, cell.unit) == ("59490", Decimal("5.949"), "万元")


def test_bands_written_otherwise() -> None:
    rows = relabel(t2(F21), "第二十条第（一）项", "第二十条  (一)项")
    assert raws(bind([place(rows)])) == wanted(F21, "t2.")


def test_the_second_page_of_a_table_has_neither_band_nor_header() -> None:
    rows = t2(F21)
    cut = next(i for i, row in enumerate(rows) if row[0][0] == "行政强制")
    reading = bind([place(rows[:cut], 0), place(rows[cut:], 1), place(t3(F21), 2)])
    assert raws(reading, "t2.") == wanted(F21, "t2.")
    assert reading.places == {0: ("t2",), 1: ("t2",), 2: ("t3",)}


# ------------------------------------------------------------------ t4


def test_two_tables_for_two_remedies() -> None:
    names = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结", "total": "总计"}
    first = [
        [("行政复议", 1, 5)],
        [(n, 1, 1) for n in names.values()],
        [(numbered(F21)[f"t4.recon.{c}"], 1, 1) for c in names],
    ]
    second = [
        [("行政诉讼", 1, 10)],
        [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [(n, 1, 1) for n in (*names.values(), *names.values())],
        [(numbered(F21)[f"t4.{b}.{c}"], 1, 1) for b in ("suit_direct", "suit_after") for c in names],
    ]
    reading = bind([place(first, 0), place(second, 1)])
    assert raws(reading) == wanted(F21, "t4.")


def test_an_empty_table_is_empty_and_not_missing() -> None:
    rows = [*t4(F21)[:3], [("", 1, 1)] * 15]
    reading = bind([place(rows)])
    assert reading.states["t4"] == "present"
    assert {cell.kind for cell in reading.cells.values()} == {"empty"}
    assert len(reading.cells) == 15


def test_a_row_label_before_the_fifteen_values() -> None:
    rows = [[("类别", 3, 1), *t4(F21)[0]], *t4(F21)[1:3], [("数量", 1, 1), *t4(F21)[3]]]
    assert raws(bind([place(rows)])) == wanted(F21, "t4.")


def test_a_title_alone_and_fifteen_values() -> None:
    grid = place([t4(F21)[3]], caption="四、政府信息公开行政复议、行政诉讼情况")
    assert raws(bind([grid])) == wanted(F21, "t4.")


# ------------------------------------------------------------------ label lists


def s14_rows(header: bool = True) -> list[list[str]]:
    table = FORMS["stat2014"].table("s14")
    assert table
    data = numbered(FORMS["stat2014"])
    rows = [["统 计 指 标", "单位", "统计数"]] if header else []
    for row in table.rows:
        rows.append([row.zh, row.unit or "——", data.get(f"s14.{row.id}.n", "——")])
    return rows


@pytest.mark.parametrize("layout", ["html", "pipe", "lines", "no_header", "no_unit"])
def test_statistics_of_2014(layout: str) -> None:
    rows = s14_rows(layout != "no_header")
    if layout == "no_unit":
        rows = [[row[0], row[2]] for row in rows]
    grid = (
        lines([t for row in rows for t in row])
        if layout == "lines"
        else plain_rows(rows, 0, layout if layout == "pipe" else "html")
    )
    reading = bind([grid])
    assert reading.format == "stat2014"
    assert raws(reading) == numbered(FORMS["stat2014"])
    assert reading.findings == ()
    assert reading.cells["s14.h4.n"].unit == "万元"


def test_statistics_with_local_rows() -> None:
    rows = s14_rows()
    rows.insert(9, ["6.政务客户端公开政府信息数", "条", "12"])
    reading = bind([plain_rows(rows, 0, "html")])
    assert raws(reading, "s14.") == numbered(FORMS["stat2014"])
    assert ids(reading) == {"unknown_label"}


def test_form_of_the_shanghai_line() -> None:
    table = FORMS["local_pre2014"].table("sh")
    assert table
    data = numbered(FORMS["local_pre2014"])
    rows = [["代码", "指标", "单位", "本期实际", "本年累计"]]
    rows += [[r.code or "", r.zh, r.unit or "", data[f"sh.{r.id}.period"], data[f"sh.{r.id}.ytd"]] for r in table.rows]
    reading = bind([plain_rows(rows, 0, "html")])
    assert reading.format == "local_pre2014"
    assert raws(reading) == data
    swapped = [[row[0], row[1], row[2], row[4], row[3]] for row in rows]
    assert raws(bind([plain_rows(swapped, 0, "html")])) == data


# ------------------------------------------------------------------ another format, hostile sizes


def test_a_further_format_is_data_alone(tmp_path: Path) -> None:
    (tmp_path / "fmt2030.yaml").write_text(
        """
id: fmt2030
fiscal_years: [2030, null]
detect_order: 0
markers: [智能答复件数]
sections:
  - {id: overview, zh: 一、总体情况, en: Overview}
tables:
  - id: t9
    kind: matrix
    zh: 智能答复情况表
    cols:
      - {id: desk, zh: 现场, en: Desk}
      - {id: net, zh: 网上, en: Net}
      - {id: sum, zh: 合计, en: Sum, computed: true}
    rows:
      - {id: asked, zh: 一、提问件数, en: Asked}
      - {id: answered, zh: 二、智能答复件数, en: Answered}
    identities:
      - {id: T9-A, kind: row, severity: hard, lhs: sum, op: '==', rhs: desk + net}
""",
        encoding="utf-8",
    )
    known = formats.load(tmp_path)
    rows = [["项目", "现场", "合计", "网上"], ["一、提问件数", "3", "8", "5"], ["二、智能答复件数", "1", "3", "2"]]
    reading = bind([plain_rows(rows)], known)
    assert reading.format == "fmt2030"
    assert raws(reading) == {
        "t9.asked.desk": "3", "t9.asked.sum": "8", "t9.asked.net": "5",
        "t9.answered.desk": "1", "t9.answered.sum": "3", "t9.answered.net": "2",
    }  # fmt: skip
    assert reading.states == {"t9": "present"}


@pytest.mark.parametrize("shape", ["wide", "long", "wide_header", "many", "unknown_labels"])
def test_hostile_sizes_are_read_within_bounds(shape: str) -> None:
    wide = tuple(GridCell(str(n % 10), 0, n) for n in range(60_000))
    if shape == "wide":
        grids = [Grid((wide,)), place(t2(F21), 1)]
    elif shape == "wide_header":
        grids = [Grid((tuple(GridCell("其他", 0, n) for n in range(60_000)), wide)), place(t2(F21), 1)]
    elif shape == "long":
        grids = [
            place(t2(F21), 0),
            Grid(tuple((GridCell("规章", n, 0), GridCell(str(n), n, 1)) for n in range(100_000)), 1),
        ]
    elif shape == "many":
        grids = [place(t2(F21), 0), *(place([[("予以公开", 1, 1), ("5", 1, 1)]], n) for n in range(1, 5000))]
    else:
        rows = tuple((GridCell(f"未知事项{n}号名目", n, 0), GridCell("1", n, 1)) for n in range(20_000))
        grids = [place(t2(F21), 0), Grid(rows, 1)]
    reading = bind(grids)
    assert raws(reading, "t2.") == wanted(F21, "t2.")
    assert len(reading.findings) <= 201
    assert len(reading.cells) <= 1000
    assert ("table_too_large" in ids(reading)) == (shape != "many")
