"""Whatever the cells and the prose hold: checks answer, say nothing twice, and change nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reports import formats, with_checks
from crawler.reports.checks import ORDER, check
from crawler.reports.model import Cell, Figure, Finding, Place, Report, Section
from crawler.reports.numbers import read_cell

FORMS = formats.load()
TEXTS = st.one_of(
    st.sampled_from(
        ["", "0", "1", "2", "12", "1 2", "12 3 4", "/", "无", "-1", "未统计", "2.5", "3元", "1,234", "9" * 18]
    ),
    st.text(max_size=6),
)
PLACES = st.none() | st.builds(Place, st.integers(0, 2), st.integers(0, 30), st.integers(0, 9))
QUANTITIES = sorted({name for rule in FORMS["fmt2021"].narrative for name in rule.quantity})
PROSE = st.one_of(st.sampled_from(["", "无", "未收取信息处理费。", "国办公开办函〔2019〕60号"]), st.text(max_size=40))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    form = draw(st.sampled_from([*FORMS, "nosuch", None]))
    addresses = [a for one in FORMS.values() for a in one.addresses if form in (one.id, None, "nosuch")]
    chosen = draw(st.lists(st.sampled_from(sorted(addresses)), max_size=40, unique=True))
    cells = {}
    for address in [*chosen, *draw(st.sampled_from([[], ["local.1"]]))]:
        read = read_cell(draw(TEXTS), draw(st.sampled_from(["件", "万元", None])))
        cells[address] = Cell(address, read.raw, read.kind, read.value, read.unit, place=draw(PLACES))
    row = tuple(chosen[:7])
    found = Finding("short_row", "soft", "x", cells=row, raws=tuple(draw(st.lists(TEXTS, max_size=9))))
    sections = tuple(Section("", id_, "", draw(PROSE)) for id_ in ("overview", "other", None))
    figures = {
        name: Figure(
            name, draw(st.decimals(0, 10**9, places=2)), draw(st.sampled_from(["件", "元", "万元", None])), "甲"
        )
        for name in draw(st.lists(st.sampled_from(QUANTITIES), max_size=5))
    }
    return Report(
        "annual_report", agency=draw(st.none() | st.text(max_size=8)), year=draw(st.none() | st.integers(1, 9999)),
        format=form, cells=cells, sections=sections, narrative=figures, findings=(found,), text=draw(PROSE),
        dates={"claimed": draw(st.none() | st.text(max_size=10))},
    )  # fmt: skip


@settings(max_examples=150)
@given(reports())
def test_checks_answer_to_everything(report: Report) -> None:
    found = check(report)
    assert [ORDER[one.severity] for one in found] == sorted(ORDER[one.severity] for one in found)
    assert len(set(found)) == len(found)
    checked = with_checks(report)
    assert with_checks(checked) == checked
    assert replace(checked, findings=report.findings) == report
    for one in found:
        if one.reading is not None:
            assert all(value >= Decimal(0) for _, value in one.reading.values)
    checked.to_json()
