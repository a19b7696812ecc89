"""Disorder in the table of requests (t3): headers, groups, widths, labels."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawler.reports.grids import Grid, GridCell
from crawler.reports.tables import bind
from tests.reports import forms
from tests.reports.gridlib import lines, place, plain_rows
from tests.reports.numbered import (
    F19,
    F21,
    ORDER,
    ids,
    numbered,
    raws,
    relabel,
    t2,
    t3,
    wanted,
)

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


@pytest.mark.parametrize("lacking", [-1, -4, -7])
def test_a_row_without_one_of_its_cells(lacking: int) -> None:
    rows = t3(F21)
    at = next(i for i, row in enumerate(rows) if any(text == "2.重复申请" for text, _, _ in row))
    whole = [text for text, _, _ in rows[at][-7:]]
    del rows[at][lacking], whole[lacking]
    reading = bind([place(rows)])
    short = {a: c for a, c in reading.cells.items() if a.startswith("t3.notproc_repeat.")}
    assert {c.kind for c in short.values()} == {"missing"}  # which cell is lacking nobody knows
    assert [(f.id, f.raws) for f in reading.findings if f.id != "cells_missing"] == [("short_row", tuple(whole))]
    assert reading.states["t3"] == "partial"


def test_a_short_row_under_a_header_with_a_blank_column() -> None:
    rows = [[*row, ("", 1, 1)] for row in t3(F21)]
    at = next(i for i, row in enumerate(rows) if any(text == "2.重复申请" for text, _, _ in row))
    del rows[at][-5]
    reading = bind([place(rows)])
    assert {c.kind for a, c in reading.cells.items() if a.startswith("t3.notproc_repeat.")} == {"missing"}
    assert {c.kind for a, c in reading.cells.items() if a.startswith("t3.granted.")} == {"number"}
    assert "short_row" in ids(reading)


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
