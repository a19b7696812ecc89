"""One cell: number, nothing, damage or words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports.numbers import chinese_number, read_cell, unit_in


@pytest.mark.parametrize(
    ("raw", "value", "unit", "remark"),
    [
        ("590(办结数)", "590", None, "办结数"),
        ("590（辦結數）", "590", None, "辦結數"),
        ("6(省本级)", "6", None, "省本级"),
        ("3①", "3", None, "①"),
        ("3件②", "3", "件", "②"),
        ("3³", "3", None, "³"),
        ("12(含上年2)※", "12", None, "含上年2 ※"),
        ("共12件", "12", "件", None),
        ("6021.70", "6021.7", None, None),
        ("13,612", "13612", None, None),
        ("13，612", "13612", None, None),
        ("1, 234, 567", "1234567", None, None),
        ("１２", "12", None, None),
        ("　12\xa0", "12", None, None),
        ("12件", "12", "件", None),
        ("12 件", "12", "件", None),
        ("251000元", "251000", "元", None),
        ("43.788万元", "43.788", "万元", None),
        ("+7", "7", None, None),
        ("十二", "12", None, None),
        ("二十二件", "22", "件", None),
        ("3。", "3", None, None),
        ("5949.088667", "5949.088667", None, None),
    ],
)
def test_numbers(raw: str, value: str, unit: str | None, remark: str | None) -> None:
    found = read_cell(raw)
    assert (found.kind, found.value, found.unit, found.remark) == ("number", Decimal(value), unit, remark)
    assert found.raw == raw.strip()


@pytest.mark.parametrize(
    ("raw", "value"),
    [("+1036", 1036), ("增10", 10), ("减3", -3), ("-7", -7), ("－7", -7), ("−7", -7), ("增加 5 项", 5), ("↓2", -2),
     ("▽2", -2), ("2↓", -2), ("2↑", 2), ("2(减)", -2), ("2（增加）", 2), ("2(省本级)", 2)],
)  # fmt: skip
def test_changes_in_signed_columns(raw: str, value: int) -> None:
    found = read_cell(raw, "项", signed=True)
    assert (found.kind, found.value, found.unit) == ("number", value, "项")


@pytest.mark.parametrize("raw", ["-7", "－7", "−7", "—7", "-3件"])
def test_negatives_elsewhere_are_damage(raw: str) -> None:
    found = read_cell(raw, "件")
    assert (found.kind, found.value, found.negative) == ("damaged", None, True)


@pytest.mark.parametrize("raw", ["0", "０", "零", "〇", "0.0", "0.00", "0件", "0 条", "O", "+0", "-0", "0(省本级)"])
def test_zeros(raw: str) -> None:
    found = read_cell(raw, "件")
    assert (found.kind, found.value) == ("zero", 0)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", "empty"), (" ", "empty"), ("　", "empty"), ("\xa0", "empty"), ("□", "empty"),
        ("无", "none_word"), ("暂无", "none_word"), ("无。", "none_word"), ("没有", "none_word"),
        ("/", "not_applicable"), ("／", "not_applicable"), ("\\", "not_applicable"), ("-", "not_applicable"),
        ("—", "not_applicable"), ("——", "not_applicable"), ("--", "not_applicable"), ("不涉及", "not_applicable"),
        ("本单位未制作规章", "not_applicable"), ("N/A", "not_applicable"),
        ("未统计", "not_counted"), ("…", "not_counted"), ("略", "not_counted"),
        ("∕", "not_applicable"), ("30余件", "text"), ("③", "text"), ("②件", "text"), ("⒉", "text"), ("△3", "text"),
        ("1-2", "text"), ("12 34", "text"), ("约5", "text"), ("增10", "text"), ("见附件", "text"), ("1,23", "text"),
        ("5%", "text"), ("1.", "text"), ("一、", "text"), ("5/6", "text"), ("二三百", "damaged"),
        ("1?", "damaged"), ("\ufffd2", "damaged"), ("1" * 19, "damaged"), ("3" * 500, "text"),
    ],
)  # fmt: skip
def test_what_is_no_number_has_no_value(raw: str, kind: str) -> None:
    found = read_cell(raw)
    assert (found.kind, found.value) == (kind, None)


@pytest.mark.parametrize(
    ("raw", "unit", "value", "in_unit", "converted"),
    [
        ("251000元", "万元", "25.1", "万元", True),
        ("43.788万元", "元", "437880", "元", True),
        ("2亿元", "万元", "20000", "万元", True),
        ("6021.70", "万元", "6021.7", "万元", False),
        ("6021.70万元", "万元", "6021.7", "万元", False),
        ("5条", "件", "5", "条", False),
    ],
)
def test_units(raw: str, unit: str, value: str, in_unit: str, converted: bool) -> None:
    found = read_cell(raw, unit)
    assert (found.value, found.unit, found.converted) == (Decimal(value), in_unit, converted)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("两千", 2000), ("三万五千", 35000),
        ("一亿零二万", 100020000), ("二〇二一", 2021), ("一○五", 105), ("壹拾贰", 12),
    ],
)  # fmt: skip
def test_chinese_numerals(text: str, value: int) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize("text", ["", "二三百", "一、", "甲", "1十", "一" * 30])
def test_no_chinese_numeral(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("采购总金额（万元）", "万元"), ("本年收费金额(单位:万元)", "万元"), ("金额（单位：元）", "元"),
        ("数量（件）", "件"), ("采购总金额", None), ("上一年项目数量（指2019年事项数）", None), ("（" * 300, None),
    ],
)  # fmt: skip
def test_units_of_headers(header: str, unit: str | None) -> None:
    assert unit_in(header) == unit


@given(st.integers(0, 10**15), st.sampled_from(["", ",", "，"]), st.booleans())
def test_any_count_comes_back(number: int, comma: str, wide: bool) -> None:
    text = f"{number:,}".replace(",", comma)
    if wide:
        text = text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    assert read_cell(text).value == number


@given(st.text(max_size=300), st.sampled_from([None, "件", "万元"]), st.booleans())
def test_never_raises_and_a_value_only_with_a_number(text: str, unit: str | None, signed: bool) -> None:
    found = read_cell(text, unit, signed)
    assert (found.value is not None) == (found.kind in ("number", "zero"))
    assert found.kind != "zero" or found.value == 0


@pytest.mark.parametrize(
    ("raw", "unit", "kind", "value"),
    [
        ("十二万", "万元", "number", 12),
        ("一点二亿", "万元", "text", None),
        ("十二万", "件", "number", 120000),
        ("12万元", "件", "text", None),
        ("1.2亿元", "件", "text", None),
    ],
)
def test_amounts_of_money_keep_their_scale_and_are_no_counts(raw: str, unit: str, kind: str, value: int | None) -> None:
    reading = read_cell(raw, unit)
    assert (reading.kind, reading.value) == (kind, value)
