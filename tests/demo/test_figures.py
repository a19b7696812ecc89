"""The generator's truth is consistent: identities hold except where they are meant not to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.demo import agencies, published
from crawler.demo.figures import (
    APPLICANTS,
    COLUMNS,
    Figures,
    Profile,
    broken_identities,
    chain,
    exact,
    form_of,
    request_rows,
    result_rows,
)
from crawler.reports.formats import load


@given(
    seed=st.text(min_size=1, max_size=8),
    requests=st.integers(0, 4000),
    decisions=st.integers(0, 30000),
    documents=st.integers(0, 500),
    commas=st.booleans(),
)
def test_every_chain_adds_up_within_and_between_years(seed, requests, decisions, documents, commas):
    profile = Profile(requests, decisions, documents, commas=commas)
    years = chain(seed, range(2019, 2026), profile)
    assert sorted(years) == list(range(2019, 2026))
    for year, figures in years.items():
        assert list(broken_identities(figures)) == []
        assert all(
            value is None or value >= 0 or "items_delta" in address for address, value in figures.values().items()
        )
        if year > 2019:
            before = years[year - 1]
            for column in COLUMNS:
                assert figures.number(f"t3.carried_over.{column}") == before.number(f"t3.carried_forward.{column}")
    for year in range(2022, 2026):
        stock = years[year - 1].number("t2.p1.normative.valid")
        made, gone = (years[year].number(f"t2.p1.normative.{column}") for column in ("made", "repealed"))
        assert years[year].number("t2.p1.normative.valid") == stock + made - gone


def test_a_fixed_year_is_kept_and_its_neighbours_fit_it():
    fixed = published.guizhou_2019()
    made = chain("x", [2019, 2020], Profile(), {2019: fixed})
    assert made[2019] is fixed
    assert made[2020].number("t3.carried_over.natural") == 1
    middle = published.narrative_only(215, 1, 211, 5)
    made = chain("x", [2022, 2023, 2024], Profile(200), {2023: middle})
    assert made[2022].number("t3.carried_forward.total") == 1
    assert made[2024].number("t3.carried_over.total") == 5
    assert list(broken_identities(made[2022])) == []


def test_published_figures_hold_all_identities():
    guizhou, lufeng = published.guizhou_2019(), published.lufeng_2023()
    assert list(broken_identities(guizhou)) == list(broken_identities(lufeng)) == []
    assert [sum(a.startswith(t) for a in guizhou.cells) for t in ("t2.", "t3.", "t4.")] == [22, 161, 15]
    assert [sum(a.startswith(t) for a in lufeng.cells) for t in ("t2.", "t3.", "t4.")] == [10, 175, 15]
    values = guizhou.values()
    assert values["t2.p9.procurement.amount"] == Decimal("6021.70")
    assert guizhou.remarks["t2.p5.licence.decisions"] == "办结数"
    assert (values["t3.new.total"], values["t3.decided_total.total"], values["t3.carried_forward.total"]) == (59, 58, 1)


@given(
    form=st.sampled_from(["fmt2019", "fmt2021"]),
    data=st.data(),
    delta=st.sampled_from([-1, 1, 3]),
)
def test_raising_one_number_of_table_three_breaks_exactly_the_identities_it_stands_in(form, data, delta):
    year = 2020 if form == "fmt2019" else 2023
    figures = chain("mutation", [year], Profile(300))[year]
    row = data.draw(st.sampled_from(request_rows(form)))
    column = data.draw(st.sampled_from(COLUMNS))
    address = f"t3.{row}.{column}"
    changed = figures.changed({address: str(figures.number(address) + delta)})
    broken = set(broken_identities(changed))
    expected = {("T3-C", row)}
    if row in ("new", "carried_over", "carried_forward", "decided_total"):
        expected.add(("T3-A", column))
    if row in (*result_rows(form), "decided_total"):
        expected.add(("T3-B", column))
    assert broken == expected


def test_cells_are_those_of_the_statutory_forms():
    """The generator's own table of rows and columns is compared with the formats that the parser reads."""
    for form, year in (("fmt2019", 2020), ("fmt2021", 2023)):
        figures = agencies.figures("520000-zf", year)
        assert figures.form == form_of(year) == form
        prescribed = {address for table in load()[form].tables for address in table.addresses()}
        assert set(figures.cells) == prescribed
    assert [len(request_rows(form)) for form in ("fmt2019", "fmt2021")] == [23, 25]
    assert tuple(COLUMNS[:6]) == APPLICANTS


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("1,284", 1284), ("6021.70", Decimal("6021.70")), ("-1", -1), ("", None), ("/", None), ("无", None)],
)
def test_exact_numbers_are_read_and_nothing_else(text, value):
    assert exact(text) == value


def test_a_broken_review_table_is_told():
    figures = published.lufeng_2023().changed({"t4.recon.pending": "2"})
    assert list(broken_identities(figures)) == [("T4-A", "recon")]
    assert list(broken_identities(Figures("fmt2021"))) == []
