"""Whatever figures a consistent form carries and in whatever layout it stands, every cell comes back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.reports import formats
from crawler.reports.checks import check
from crawler.reports.model import Report
from crawler.reports.tables import TableReading, bind
from tests.reports import forms
from tests.reports.gridlib import Spanned, lines, place

FORMS = formats.load()
CHECK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

organisations = st.permutations(["commercial", "research", "social_welfare", "legal_service", "other_org"])
applicant_orders = st.builds(
    lambda tops, orgs: [c for top in tops for c in (orgs if top == "orgs" else [top])],
    st.permutations(["natural", "orgs", "total"]),
    organisations,
)
block_orders = st.sampled_from(
    [
        ["recon", "suit_direct", "suit_after"],
        ["recon", "suit_after", "suit_direct"],
        ["suit_direct", "suit_after", "recon"],
    ]
)
outcome_orders = st.permutations(["upheld", "corrected", "other", "pending", "total"])


def same(reading: TableReading, data: dict[str, str], format_id: str) -> None:
    read = {address: cell.raw for address, cell in reading.cells.items()}
    assert read == data
    assert reading.format == format_id
    assert reading.findings == ()
    assert set(reading.states.values()) == {"present"}
    report = Report(kind="annual_report", format=reading.format, cells=reading.cells, tables=reading.states)
    assert check(report) == ()


@pytest.mark.parametrize("format_id", ["fmt2019", "fmt2021"])
@pytest.mark.parametrize("layout", forms.LAYOUTS)
@CHECK
@given(draw=st.data())
def test_every_cell_comes_back_from_every_layout(layout: str, format_id: str, draw: st.DataObject) -> None:
    form = FORMS[format_id]
    data = draw.draw(forms.figures(form))
    order, blocks, out = draw.draw(applicant_orders), draw.draw(block_orders), draw.draw(outcome_orders)
    same(bind(forms.render(layout, form, data, order, blocks, out)), data, format_id)


@pytest.mark.parametrize("format_id", ["fmt2019", "fmt2021"])
@CHECK
@given(draw=st.data())
def test_labels_broken_over_two_lines(format_id: str, draw: st.DataObject) -> None:
    form = FORMS[format_id]
    data = draw.draw(forms.figures(form))
    order = [*forms.KINDS, "total"]
    texts = [
        *(text for block in forms.t2_rows(form, data) for text in forms.as_lines(block)),
        *forms.as_lines(forms.t3_rows(form, data, order)),
        *forms.as_lines(
            forms.t4_rows(
                data, ["recon", "suit_direct", "suit_after"], ["upheld", "corrected", "other", "pending", "total"]
            )
        ),
    ]
    cuts = draw.draw(st.dictionaries(st.integers(0, len(texts) - 1), st.integers(1, 12), max_size=40))
    same(bind([lines(forms.broken(texts, cuts))]), data, format_id)


@pytest.mark.parametrize("format_id", ["fmt2019", "fmt2021"])
@CHECK
@given(draw=st.data())
def test_raising_any_one_cell_breaks_an_identity(format_id: str, draw: st.DataObject) -> None:
    form = FORMS[format_id]
    data = draw.draw(forms.figures(form))
    proven = sorted(address for address in data if address[:3] in ("t3.", "t4."))
    address = draw.draw(st.sampled_from(proven))
    data[address] = str(int(data[address]) + 1)
    grids = forms.render(
        "spans",
        form,
        data,
        [*forms.KINDS, "total"],
        list(forms.NESTED),
        ["upheld", "corrected", "other", "pending", "total"],
    )
    reading = bind(grids)
    found = check(Report(kind="annual_report", format=reading.format, cells=reading.cells, tables=reading.states))
    assert any(finding.severity == "hard" and address in finding.cells for finding in found)


def test_all_cells_once_raised() -> None:
    """The 190 cells of t3 and t4, one after the other (not a sample)."""
    form = FORMS["fmt2021"]
    table3, table4 = form.table("t3"), form.table("t4")
    assert table3
    assert table4
    zero = {address: "0" for table in form.tables for address in table.addresses()}
    zero["t2.p1.rules.valid"] = "5"
    for address in (*table3.addresses(), *table4.addresses()):
        data = {**zero, address: "1"}
        reading = bind(
            forms.render(
                "spans",
                form,
                data,
                [*forms.KINDS, "total"],
                list(forms.NESTED),
                ["upheld", "corrected", "other", "pending", "total"],
            )
        )
        found = check(Report(kind="annual_report", format="fmt2021", cells=reading.cells, tables=reading.states))
        assert [f for f in found if f.severity == "hard" and address in f.cells], address


def as_text(data: dict[str, str], form_id: str = "fmt2021") -> list[str]:
    """The requests table as one cell per line."""
    return forms.as_lines(forms.t3_rows(FORMS[form_id], data, [*forms.KINDS, "total"]))


@pytest.mark.parametrize("format_id", ["fmt2019", "fmt2021"])
def test_a_number_torn_off_its_label_is_no_value(format_id: str) -> None:
    """`2` / `.重复申请`, after each numbered label of the table."""
    table = FORMS[format_id].table("t3")
    assert table
    data = {address: str(at + 11) for at, address in enumerate(table.addresses())}
    texts = as_text(data, format_id)
    numbered = [at for at, text in enumerate(texts) if text[1:2] in (".", "、")]
    assert len(numbered) >= 17
    for at in numbered:
        reading = bind([lines(forms.broken(texts, {at: 1}))])
        assert {address: cell.raw for address, cell in reading.cells.items()} == data, texts[at]


def test_a_value_above_a_label_that_lost_its_number_stays_a_value() -> None:
    table = FORMS["fmt2021"].table("t3")
    assert table
    data = dict.fromkeys(table.addresses(), "5")
    texts = [text.removeprefix("2") if text.startswith("2.") else text for text in as_text(data)]
    assert {address: cell.raw for address, cell in bind([lines(texts)]).cells.items()} == data


# ------------------------------------------------------------------ several sets of values


def agencies(*names: str) -> list[list[Spanned]]:
    """T4 with a row of values for each name; the figures of the first row are 11, 12 …, those of the next 111 …"""
    header: list[list[Spanned]] = [
        [("单位名称", 3, 1), ("行政复议", 1, 5), ("行政诉讼", 1, 10)],
        [*((text, 2, 1) for text in OUTCOMES), ("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [(text, 1, 1) for text in (*OUTCOMES, *OUTCOMES)],
    ]
    rows = [[(name, 1, 1), *((str(11 + n + 100 * at), 1, 1) for n in range(15))] for at, name in enumerate(names)]
    return [*header, *rows]


OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


@pytest.mark.parametrize(
    ("names", "first"),
    [(("合计", "县水务局", "县教育局"), 11), (("县水务局", "县教育局", "合 计"), 211), (("数量（件）",), 11)],
)
def test_of_the_rows_of_agencies_the_sum_is_the_report_s(names: tuple[str, ...], first: int) -> None:
    reading = bind([place(agencies(*names))])
    assert [int(c.raw) for a, c in reading.cells.items() if a.startswith("t4.")] == [first + n for n in range(15)]
    assert "rows_unclear" not in {f.id for f in reading.findings}


def test_rows_of_agencies_without_a_sum_are_nobody_s() -> None:
    reading = bind([place(agencies("县水务局", "县教育局"))])
    assert {c.kind for a, c in reading.cells.items() if a.startswith("t4.")} == {"missing"}
    (finding,) = (f for f in reading.findings if f.id == "rows_unclear")
    assert len(finding.cells) == 15


def test_columns_of_two_years_are_not_told_apart() -> None:
    names = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    table = formats.load()["fmt2021"].table("t3")
    assert table is not None
    rows: list[list[Spanned]] = [[("项目", 2, 1), ("2022年", 1, 7), ("2023年", 1, 7)]]
    rows.append([(text, 1, 1) for text in (*names, *names)])
    rows += [[(row.zh, 1, 1), *((str(n), 1, 1) for n in range(14))] for row in table.value_rows]
    reading = bind([place(rows)])
    assert not [c for c in reading.cells.values() if c.value is not None]
    assert {f.id for f in reading.findings} >= {"long_row"}
