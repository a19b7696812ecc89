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
from tests.reports.gridlib import Spanned, lines, place, plain_rows

FORMS = formats.load()
F19, F21 = FORMS["fmt2019"], FORMS["fmt2021"]
ORDER = [*forms.KINDS, "total"]
BLOCKS = ["recon", "suit_direct", "suit_after"]
OUTCOMES = ["upheld", "corrected", "other", "pending", "total"]


def numbered(form: Format) -> dict[str, str]:
    """Every cell another number, so that a shifted value is seen."""
    return {address: str(n) for n, address in enumerate((a for t in form.tables for a in t.addresses()), start=1)}


def t3(form: Format, order: list[str] | None = None) -> list[list[Spanned]]:
    return forms.t3_rows(form, numbered(form), order or ORDER)


def t2(form: Format) -> list[list[Spanned]]:
    return [row for block in forms.t2_rows(form, numbered(form)) for row in block]


def t4(form: Format) -> list[list[Spanned]]:
    return forms.t4_rows(numbered(form), BLOCKS, OUTCOMES)


def raws(reading: TableReading, prefix: str = "") -> dict[str, str]:
    return {a: c.raw for a, c in reading.cells.items() if a.startswith(prefix) and c.kind != "missing"}


def wanted(form: Format, prefix: str) -> dict[str, str]:
    return {address: raw for address, raw in numbered(form).items() if address.startswith(prefix)}


def ids(reading: TableReading) -> set[str]:
    return {finding.id for finding in reading.findings}


def relabel(rows: list[list[Spanned]], old: str, new: str) -> list[list[Spanned]]:
    assert any(old in text for row in rows for text, _, _ in row)
    return [[(text.replace(old, new), down, right) for text, down, right in row] for row in rows]


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


# ------------------------------------------------------------------ t3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.属于国家秘密", "1、属于国家秘密"),
        ("1.属于国家秘密", "（1）属于国家秘密"),
        ("1.属于国家秘密", "①属于 国家\n秘密"),
        ("（三）不予公开", "(三)不 予 公 开"),
        ("自然人", "自然 人"),
        ("总计", "总 计"),
        ("商业企业", "商业\x0c企业"),
        ("上年结转政府信息公开申请数量", "上年结转政府信息公开数量"),
        ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "（二）部分公开"),
        ("本年新收政府信息公开申请数量", "本年新收政府資訊公開申請數量".replace("資訊", "信息")),
        ("2.重复申请", "2.重複申請"),
        ("8.属于行政查询事项", "⒏属于⾏政查询事项"),
        ("结转下年度继续办理", "结转下年度继续办理（件）"),
    ],
)
def test_labels_written_otherwise(old: str, new: str) -> None:
    reading = bind([place(relabel(t3(F21), old, new))])
    assert raws(reading) == wanted(F21, "t3.")
    assert "fuzzy_label" not in ids(reading)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("属于四类过程性信息", "属于四类过程信息"),
        ("要求行政机关确认或重新出具已获取信息", "要求行政机关确认或者重新出具已获取信息的"),
        ("信访举报投诉类申请", "信访举报投诉类?请"),
        ("属于行政执法案卷", "属于行政执法案\ufffd"),
        (
            "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "1.申请人无正当理由逾期不补正、行政机关不再处理",
        ),
    ],
)
def test_labels_that_are_only_close_are_told(old: str, new: str) -> None:
    reading = bind([place(relabel(t3(F21), old, new))])
    assert raws(reading) == wanted(F21, "t3.")
    assert ids(reading) == {"fuzzy_label"}


def test_a_label_that_is_not_close_stays_unknown() -> None:
    reading = bind([place(relabel(t3(F21), "7.属于行政执法案卷", "7.涉及未成年人保护"))])
    assert ids(reading) == {"unknown_label", "cells_missing"}
    assert "t3.denied_enforcement_file.natural" not in reading.cells
    assert sum(address.startswith("local.") for address in reading.cells) == 7
    assert reading.states["t3"] == "partial"


def test_a_row_without_its_last_cell() -> None:
    rows = t3(F21)
    at = next(i for i, row in enumerate(rows) if any(text == "2.重复申请" for text, _, _ in row))
    rows[at] = rows[at][:-1]
    reading = bind([place(rows)])
    short = {a: c for a, c in reading.cells.items() if a.startswith("t3.notproc_repeat.")}
    assert [c.raw for c in short.values() if c.kind != "missing"] == [
        numbered(F21)[f"t3.notproc_repeat.{k}"] for k in forms.KINDS
    ]
    assert short["t3.notproc_repeat.total"].kind == "missing"
    assert ids(reading) == {"short_row"}
    assert reading.states["t3"] == "partial"


@pytest.mark.parametrize("kind", ["pipe", "lines"])
def test_a_short_row_is_never_shifted(kind: str) -> None:
    rows = forms.bare(t3(F21))
    at = next(i for i, row in enumerate(rows) if "2.重复申请" in row)
    del rows[at][3]
    grid = plain_rows(rows) if kind == "pipe" else lines([text for row in rows for text in row])
    reading = bind([grid])
    row = {a: c for a, c in reading.cells.items() if a.startswith("t3.notproc_repeat.")}
    assert {c.kind for c in row.values()} == {"missing"}
    assert len(row) == 7
    assert all(c.value is None for c in row.values())
    assert ids(reading) == {"short_row"}
    others = {a: r for a, r in wanted(F21, "t3.").items() if "notproc_repeat" not in a}
    assert raws(reading) == others


def test_a_row_with_a_cell_too_many_is_not_guessed() -> None:
    rows = forms.bare(t3(F21))
    at = next(i for i, row in enumerate(rows) if "2.重复申请" in row)
    rows[at].insert(3, "99")
    reading = bind([plain_rows(rows)])
    assert reading.cells["t3.notproc_repeat.natural"].kind == "missing"
    assert ids(reading) == {"long_row"}


def test_blanks_at_the_end_of_rows_are_no_values() -> None:
    rows = [[*row, ""] for row in forms.bare(t3(F21))]
    assert raws(bind([plain_rows(rows)])) == wanted(F21, "t3.")


def test_headers_repeated_on_the_next_page() -> None:
    rows = t3(F21)
    cut = next(i for i, row in enumerate(rows) if row[0][0] == "（五）不予处理")
    again = [*forms.t3_header(ORDER), *rows[cut:]]
    reading = bind([place(rows[:cut], 0), place(again, 1)])
    assert raws(reading) == wanted(F21, "t3.")
    one = bind([place([*rows[:cut], *again])])
    assert raws(one) == wanted(F21, "t3.")


def test_without_a_header_the_forms_order_is_taken() -> None:
    assert raws(bind([place(t3(F21)[3:])])) == wanted(F21, "t3.")


def test_a_header_with_one_label_lost() -> None:
    rows = relabel(t3(F21), "社会公益组织", "▇▇▇▇▇")
    assert raws(bind([place(rows)])) == wanted(F21, "t3.")


def test_a_local_column_is_kept_and_told() -> None:
    rows = t3(F21)
    rows[0][-1] = ("申请人情况", 1, 8)
    rows[1].append(("其中：外籍人士", 2, 1))
    rows = [[*row, (str(at), 1, 1)] if at >= 3 else row for at, row in enumerate(rows)]
    reading = bind([place(rows)])
    assert raws(reading, "t3.") == wanted(F21, "t3.")
    assert reading.cells["local.1"].label == "一、本年新收政府信息公开申请数量 / 其中：外籍人士"
    assert ids(reading) == {"unknown_column"}


def test_a_header_without_totals() -> None:
    rows = [[cell for cell in row if cell[0] != "总计"] for row in t3(F21)]
    rows = [row[:-1] if at >= 3 else row for at, row in enumerate(rows)]
    reading = bind([place(rows)])
    assert raws(reading) == {a: r for a, r in wanted(F21, "t3.").items() if not a.endswith(".total")}


def test_group_row_of_one_format_is_a_value_row_of_another() -> None:
    data = {**numbered(F19), "t3.other.natural": ""}
    cell = bind([place(forms.t3_rows(F19, data, ORDER)), place(t2(F19), 1)]).cells["t3.other.natural"]
    assert (cell.kind, cell.value) == ("empty", None)


def test_a_table_printed_twice_is_one_table() -> None:
    reading = bind([place(t3(F21), 0), place(t3(F21), 1)])
    assert raws(reading) == wanted(F21, "t3.")
    assert reading.findings == ()
    other = bind([place(t3(F21), 0), place(relabel(t3(F21), numbered(F21)["t3.new.natural"], "777"), 1)])
    told = [f for f in other.findings if f.id == "cell_repeated"]
    assert told
    assert told[0].cells == ("t3.new.natural",)
    assert told[0].right == "777"
    assert other.cells["t3.new.natural"].raw == numbered(F21)["t3.new.natural"]


def test_different_nothings_stay_different() -> None:
    texts = {
        "natural": "0",
        "commercial": "/",
        "research": "",
        "social_welfare": "无",
        "legal_service": "未统计",
        "other_org": "见附件",
    }
    data = numbered(F21) | {f"t3.granted.{kind}": text for kind, text in texts.items()}
    cells = bind([place(forms.t3_rows(F21, data, ORDER))]).cells
    assert [cells[f"t3.granted.{kind}"].kind for kind in texts] == [
        "zero", "not_applicable", "empty", "none_word", "not_counted", "text",
    ]  # fmt: skip
    assert [cells[f"t3.granted.{kind}"].value for kind in texts] == [Decimal(0), None, None, None, None, None]


def consistent() -> dict[str, str]:
    data = dict.fromkeys(numbered(F21), "0")
    for row in ("new", "unable_not_held", "decided_total"):
        data |= {f"t3.{row}.natural": "1234", f"t3.{row}.total": "1234"}
    return data


def test_a_number_broken_in_two_is_joined_when_arithmetic_proves_it() -> None:
    data = consistent() | {"t3.unable_not_held.natural": "12 34", "t3.decided_total.total": "123 4"}
    reading = bind([place(forms.t3_rows(F21, data, ORDER))])
    cell = reading.cells["t3.unable_not_held.natural"]
    assert (cell.raw, cell.kind, cell.value) == ("12 34", "number", 1234)
    assert reading.cells["t3.decided_total.total"].value == 1234
    assert [f.id for f in reading.findings] == ["number_joined", "number_joined"]


@pytest.mark.parametrize("raw", ["12 35", "1 234 5"])
def test_a_number_broken_in_two_stays_text_without_proof(raw: str) -> None:
    data = consistent() | {"t3.unable_not_held.natural": raw, "t2.p1.rules.made": "1 2"}
    reading = bind(
        [
            place([row for block in forms.t2_rows(F21, data) for row in block], 0),
            place(forms.t3_rows(F21, data, ORDER), 1),
        ]
    )
    for address in ("t3.unable_not_held.natural", "t2.p1.rules.made"):
        assert (reading.cells[address].kind, reading.cells[address].value) == ("text", None)
    assert reading.findings == ()


def test_a_picture_in_a_cell() -> None:
    grid = place(t3(F21))
    rows = [
        tuple(
            GridCell("", c.row, c.col, c.rowspan, c.colspan, image=True)
            if c.text == numbered(F21)["t3.new.total"]
            else c
            for c in row
        )
        for row in grid.rows
    ]
    cell = bind([Grid(tuple(rows))]).cells["t3.new.total"]
    assert (cell.kind, cell.value) == ("image", None)


def test_every_cell_knows_its_place_and_label() -> None:
    cell = bind([place(t3(F21), 4)]).cells["t3.denied_state_secret.commercial"]
    assert cell.place is not None
    assert (cell.place.table, cell.place.row, cell.place.col) == (4, 7, 4)
    assert cell.label == "1.属于国家秘密"
    assert cell.unit == "件"


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
