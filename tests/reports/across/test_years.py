"""Years of one agency against each other: every rule, and all that must stay silent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import formats
from crawler.reports.across import CrossFinding, Filed, series
from crawler.reports.across.model import rules
from crawler.reports.across.years import renamed

KINDS = ["natural", "commercial", "research", "social_welfare", "legal_service", "other_org", "total"]


def filed(year: int, numbers: dict[str, float | str] | None = None, format: str = "fmt2021", **more: object) -> Filed:
    known = {address: Decimal(str(number)) for address, number in (numbers or {}).items()}
    return Filed("440100-x", year, format=format, numbers=known, **more)  # type: ignore[arg-type]


def found(*reports: Filed) -> list[tuple[str, str, str | None]]:
    return [(one.finding.id, one.finding.severity, one.finding.where) for one in series(reports)]


def only(*reports: Filed) -> CrossFinding:
    (one,) = series(reports)
    return one


def test_every_address_of_the_rules_is_one_of_a_format() -> None:
    known = {address for form in formats.load().values() for address in form.addresses}
    assert set(rules().addresses()) <= known
    for vector in rules().vectors:
        assert all(any(part in a for a in known if a.startswith(f"{vector.table}.")) for part in vector.without)


# ------------------------------------------------------------------ XY-1


FORWARD = {f"t3.carried_forward.{kind}": number for kind, number in zip(KINDS, (5, 1, 0, 0, 0, 0, 6), strict=True)}
OVER = {f"t3.carried_over.{kind}": number for kind, number in zip(KINDS, (5, 1, 0, 0, 0, 0, 6), strict=True)}


def test_a_chain_that_holds() -> None:
    years = [filed(2019, FORWARD, "fmt2019"), filed(2020, OVER | FORWARD, "fmt2019"), filed(2021, OVER)]
    assert series(years) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_gap_in_the_chain_names_both_numbers(kind: str) -> None:
    one = only(filed(2022, FORWARD), filed(2023, OVER | {f"t3.carried_over.{kind}": 9}))
    finding = one.finding
    assert (one.of, one.against) == (("440100-x", 2023), (("440100-x", 2022),))
    assert (finding.id, finding.severity, finding.where) == ("XY-1", "hard", kind)
    assert (finding.left, finding.right) == ("9", str(FORWARD[f"t3.carried_forward.{kind}"]))
    assert finding.difference == 9 - FORWARD[f"t3.carried_forward.{kind}"]
    assert finding.cells == (f"t3.carried_over.{kind}",)
    assert "2023" in finding.message


def test_the_chain_crosses_the_change_of_format_and_not_the_year_2018() -> None:
    broken = {"t3.carried_over.total": 2}
    assert found(filed(2020, FORWARD, "fmt2019"), filed(2021, broken)) == [("XY-1", "hard", "total")]
    assert found(filed(2018, {"s14.c1.n": 4}, "stat2014"), filed(2019, broken, "fmt2019")) == []


@given(
    before=st.dictionaries(st.sampled_from(sorted(FORWARD)), st.integers(0, 9)),
    after=st.dictionaries(st.sampled_from(sorted(OVER)), st.integers(0, 9)),
    years=st.sampled_from([(2021, 2022), (2021, 2023), (2019, 2025)]),
)
def test_only_numbers_on_both_sides_of_consecutive_years_are_compared(
    before: dict[str, int], after: dict[str, int], years: tuple[int, int]
) -> None:
    told = {where for id_, _, where in found(filed(years[0], before), filed(years[1], after)) if id_ == "XY-1"}
    both = {
        kind for kind in KINDS
        if before.get(f"t3.carried_forward.{kind}", after.get(f"t3.carried_over.{kind}"))
        != after.get(f"t3.carried_over.{kind}", before.get(f"t3.carried_forward.{kind}"))
    }  # fmt: skip
    assert told == (both if years[1] - years[0] == 1 else set())


def test_order_does_not_matter() -> None:
    years = [filed(2021, FORWARD), filed(2022, {"t3.carried_over.total": 1} | FORWARD), filed(2023, OVER)]
    assert series(years) == series(years[::-1])


@pytest.mark.parametrize(
    ("before", "after", "other"),
    [
        ("广州市环境保护局", "广州市生态环境局", True), ("生态环境局", "广州市生态环境局", False),
        (None, "广州市生态环境局", False),
        ("正定县", "正定县人民政府", False), ("正定县人民政府办公室", "正定县人民政府", False),
        ("水利局", "水务局", True),
    ],
)  # fmt: skip
def test_another_name_softens_the_chain(before: str | None, after: str, other: bool) -> None:
    left, right = filed(2022, FORWARD, agency=before), filed(2023, {"t3.carried_over.total": 2}, agency=after)
    assert renamed(left, right) is other
    finding = only(left, right).finding
    assert (finding.severity, before is not None and before in finding.message) == (
        "soft" if other else "hard",
        other,
    )


def test_another_scope_is_another_thing() -> None:
    left, right = FORWARD, {"t3.carried_over.total": 2}
    assert found(filed(2022, left, scope="own"), filed(2023, right, scope="consolidated")) == []
    assert found(filed(2022, left, scope="own"), filed(2023, right)) == [("XY-1", "hard", "total")]


# ------------------------------------------------------------------ XY-2 to XY-5


def stock(valid: int, made: int = 0, repealed: int = 0) -> dict[str, float | str]:
    return {f"t2.p1.normative.{name}": n for name, n in (("valid", valid), ("made", made), ("repealed", repealed))}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [(11, (12, 2, 1), False), (597, (420, 50, 227), False), (11, (13, 2, 1), True), (11, (11, 2, 1), True)],
)
def test_documents_in_force(before: int, after: tuple[int, int, int], told: bool) -> None:
    """The first two are those of 宿迁 2023 and 2024."""
    got = series([filed(2023, stock(before)), filed(2024, stock(*after))])
    assert [(one.finding.id, one.finding.severity) for one in got] == ([("XY-2", "soft")] if told else [])
    if told:
        assert got[0].finding.right == "11 + 2 - 1 = 12"


def test_a_stock_that_lacks_a_part_proves_nothing() -> None:
    for part in ("valid", "made", "repealed"):
        after = {name: number for name, number in stock(99, 2, 1).items() if not name.endswith(part)}
        assert found(filed(2023, stock(11)), filed(2024, after)) == []


def test_items_and_public_documents_of_2019_and_2020() -> None:
    before: dict[str, float | str] = {
        "t2.p6.penalty.items_prev": 100, "t2.p6.penalty.items_delta": -5, "t2.p1.rules.public_total": 7,
    }  # fmt: skip
    good: dict[str, float | str] = {"t2.p6.penalty.items_prev": 95, "t2.p1.rules.public_total": 7}
    bad: dict[str, float | str] = {"t2.p6.penalty.items_prev": 100, "t2.p1.rules.public_total": 6}
    assert found(filed(2019, before, "fmt2019"), filed(2020, good, "fmt2019")) == []
    assert found(filed(2019, before, "fmt2019"), filed(2020, bad, "fmt2019")) == [
        ("XY-3", "soft", "p6.penalty"), ("XY-4", "soft", "rules"),
    ]  # fmt: skip


def test_two_concepts_that_need_not_agree() -> None:
    before: dict[str, float | str] = {"t2.p1.normative.public_total": 30}
    assert found(filed(2020, before, "fmt2019"), filed(2021, stock(32, 2))) == []
    assert found(filed(2020, before, "fmt2019"), filed(2021, stock(40, 2))) == [("XY-5", "info", "normative")]


# ------------------------------------------------------------------ XY-6, XY-7


def table(**rows: int) -> dict[str, float | str]:
    return {f"t3.{row}.total": number for row, number in rows.items()}


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (table(new=12, granted=7, partial=5), True),
        (table(new=25, granted=25), True),
        (table(new=5, granted=5), False),  # five requests a year, all granted: no sign of anything
        (table(new=0, granted=0), False),
        ({}, False),
        (
            {"t2.p1.normative.valid": 300, "t2.p1.rules.valid": 20, "t2.p1.normative.made": 0},
            False,
        ),  # a stock may stand
        ({"t2.p5.licence.decisions": 1215}, True),
    ],
)
def test_the_same_numbers_twice(numbers: dict[str, float | str], told: bool) -> None:
    got = found(filed(2022, numbers), filed(2023, numbers))
    assert [(one[0], one[1]) for one in got] == ([("XY-6", "info")] if told else [])


def test_one_other_number_is_no_copy() -> None:
    same = table(new=12, granted=7, partial=5)
    assert found(filed(2022, same), filed(2023, same | table(other_misc=0))) == []
    assert found(filed(2022, same), filed(2023, same | table(partial=4))) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (100, 501, True), (100, 500, False), (501, 100, True), (2, 100, False), (2, 101, True), (0, 100, False),
        (0, 101, True), (1215, 12, True), (0, 0, False), (2, 12, False),
    ],
)  # fmt: skip
def test_orders_of_magnitude(old: int, new: int, told: bool) -> None:
    assert found(filed(2022, table(new=old)), filed(2023, table(new=new))) == (
        [("XY-7", "info", "requests_received")] if told else []
    )


def test_one_quantity_through_the_formats() -> None:
    before = filed(2018, {"s14.c1.n": 900}, "stat2014")
    assert found(before, filed(2019, table(new=9), "fmt2019")) == [("XY-7", "info", "requests_received")]
    assert found(filed(2013, {"sh.c33.ytd": 300}, "local_pre2014"), filed(2014, {"s14.e.n": 2}, "stat2014")) == [
        ("XY-7", "info", "lawsuits")
    ]


# ------------------------------------------------------------------ SEM-4, XT-1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("25.1", "251000", True), ("251000", "25.1", True), ("25.1", "2510", False), ("0", "251000", False)],
)
def test_an_amount_in_another_unit(old: str, new: str, told: bool) -> None:
    address = "t2.p8.fees.amount"
    got = found(filed(2022, {address: old}), filed(2023, {address: new}))
    assert got == ([("SEM-4", "soft", address)] if told else [])


@pytest.mark.parametrize(
    ("cases", "then", "now", "told"),
    [(51, 5, 5, True), (50, 5, 5, False), (4, 0, 0, False), (5, 0, 0, True), (0, 0, 0, False)],
)
def test_many_more_cases_than_requests(cases: int, then: int, now: int, told: bool) -> None:
    own: dict[str, float | str] = {"t4.recon.total": cases, "t4.suit_direct.total": 0, "t4.suit_after.total": 0}
    own["t3.decided_total.total"] = now
    got = [one for one in found(filed(2022, table(decided_total=then)), filed(2023, own)) if one[0] == "XT-1"]
    assert got == ([("XT-1", "info", "t4")] if told else [])
    assert not [one for one in found(filed(2022), filed(2023, own)) if one[0] == "XT-1"]
