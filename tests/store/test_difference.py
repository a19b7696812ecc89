"""What two contents of a report do not have in common."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports.formats import load
from crawler.store.difference import Content, Part, Value, applied, difference, trimmed
from crawler.store.labels import label_of
from crawler.store.passages import passages, sentences

ADDRESSES = [address for table in load()["fmt2021"].tables for address in table.addresses()]


def number(text: str) -> Value:
    return Value(text, "number", Decimal(text), "件")


values = st.builds(
    Value,
    st.text(max_size=4),
    st.sampled_from(["number", "zero", "empty", "not_applicable"]),
    st.none() | st.integers(0, 99).map(Decimal),
    st.none() | st.sampled_from(["件", "万元"]),
    st.none() | st.just("办结数"),
)
cells = st.dictionaries(st.sampled_from(ADDRESSES[:12]), values)
texts = st.text(alphabet="甲乙丙。；\n", max_size=40)


@given(cells, cells)
def test_the_changes_make_the_new_cells_of_the_old_ones(old: dict[str, Value], new: dict[str, Value]) -> None:
    told = difference(Content(cells=old), Content(cells=new)).cells
    assert applied(old, told) == new
    assert {one.address for one in told} == {key for key in old | new if old.get(key) != new.get(key)}


@given(cells, texts)
def test_of_equal_contents_nothing_is_told(same: dict[str, Value], text: str) -> None:
    one = Content({"title": text}, same, (Part(("overview",), "一、总体情况", text),), text)
    assert not difference(one, one)


@given(texts, texts)
def test_passages_hold_all_that_differs(old: str, new: str) -> None:
    assert "".join(sentences(old)) == old
    told = passages(old, new)
    assert bool(told) == (old != new)
    at, rest = 0, old
    made = ""
    for one in told:
        where = rest.find(one.before, at)
        assert where >= at
        made += rest[at:where] + one.after
        at = where + len(one.before)
    if all(one.before and old.count(one.before) == 1 for one in told):
        assert made + rest[at:] == new


@pytest.mark.parametrize("size", [149])
def test_two_cells_of_many_are_told_as_exactly_these(size: int) -> None:
    old = {address: number(str(place)) for place, address in enumerate(ADDRESSES[:size])}
    new = old | {"t3.new.natural": number("9999"), ADDRESSES[0]: Value("", "empty")}
    told = difference(Content({"format": "fmt2021"}, old), Content({"format": "fmt2021"}, new)).cells
    assert len(old) == size
    assert [(one.address, one.how) for one in told] == [(ADDRESSES[0], "changed"), ("t3.new.natural", "changed")]
    assert told[1].label == "一、本年新收政府信息公开申请数量 自然人"
    assert (told[1].before, told[1].after) == (old["t3.new.natural"], number("9999"))


def test_the_same_number_written_otherwise_is_told() -> None:
    old, new = (Content(cells={"t3.new.natural": Value(raw, "number", Decimal(12))}) for raw in ("12", "12件"))
    assert [one.how for one in difference(old, new).cells] == ["changed"]


def parts(*named: tuple[str, str, str]) -> Content:
    return Content(parts=[Part((key,), heading, text) for key, heading, text in named])


def test_sections_appear_vanish_and_are_worded_anew() -> None:
    old = parts(
        ("overview", "一、总体情况", "甲事一件。乙事两件。丙事三件。"),
        ("存在的主要问题", "二、存在的主要问题", "不足。"),
        ("其他", "三、其他", "无。"),
    )
    new = parts(
        ("overview", "一、总体情况", "甲事一件。乙事五件。丙事三件。"),
        ("requests", "二、收到和处理申请", "收到。"),
        ("存在的问题", "三、存在的问题", "不足。"),
    )
    told = difference(old, new).sections
    assert [(one.how, one.heading) for one in told] == [
        ("changed", "一、总体情况"),
        ("appeared", "二、收到和处理申请"),
        ("changed", "三、存在的问题"),
        ("vanished", "三、其他"),
    ]
    assert [(one.before, one.after) for one in told[0].passages] == [("乙事两件。", "乙事五件。")]
    assert told[2].heading_before == "二、存在的主要问题"
    assert not told[2].passages


def test_a_table_that_became_a_picture_is_told() -> None:
    old = Content(parts=[Part(("requests",), "三、申请", "", ("t3",))])
    new = Content(parts=[Part(("requests",), "三、申请", "", (), "image")])
    (told,) = difference(old, new).sections
    assert told.notes == ("table t3 vanished", "its table is in image, it was in the text")


def test_words_outside_of_sections_count_where_nothing_else_differs() -> None:
    (told,) = difference(Content(text="前言。正文。"), Content(text="序言。正文。")).sections
    assert [(one.before, one.after) for one in told.passages] == [("前言。", "序言。")]


def test_a_page_of_thousands_of_like_sentences_is_bounded() -> None:
    old, new = "甲。" * 4000, "乙。甲。" * 3000 + "丙。"
    (told,) = passages(old, new)
    assert (len(told.before), len(told.after)) == (len(old), len(new))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("甲" * 50 + "一" + "乙" * 50, "甲" * 50 + "二" + "乙" * 50, ("…甲甲一乙乙…", "…甲甲二乙乙…")),
        ("一件", "二件", ("一件", "二件")),
        ("", "新", ("", "新")),
        ("件件", "件", ("件件", "件")),
    ],
)
def test_passages_are_cut_to_what_differs(before: str, after: str, shown: tuple[str, str]) -> None:
    assert trimmed(before, after, around=2) == shown


def test_labels_of_every_prescribed_cell() -> None:
    assert all(label_of("fmt2021", address) for address in ADDRESSES)
    assert label_of("fmt2021", "local.3", "其中：网上") == "其中：网上"
    assert label_of("fmt2021", "local.3") == ""
    assert label_of(None, "t3.new.natural").endswith("自然人")
