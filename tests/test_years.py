"""Years as users write them, and when a report is due."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.years import due_date, newest_due, parse_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023", {2023}),
        ("2019-2021", {2019, 2020, 2021}),
        ("2008,2023", {2008, 2023}),
        ("2008，2019至2020", {2008, 2019, 2020}),
        (" 2022 – 2023 ", {2022, 2023}),
    ],
)
def test_years_are_read(text: str, years: set[int]) -> None:
    assert parse_years(text) == years


@pytest.mark.parametrize("text", ["", "23", "2023-2019", "1999", "2023-", "all", "2019-2020-2021", "99999"])
def test_what_is_no_year_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"reports exist|not a year"):
        parse_years(text)


@given(st.integers(2008, 2100), st.integers(0, 20))
def test_a_range_holds_both_ends(first: int, length: int) -> None:
    last = min(first + length, 2100)
    assert parse_years(f"{first}-{last}") == set(range(first, last + 1))


@pytest.mark.parametrize(
    ("year", "government", "due"),
    [
        (2018, False, date(2019, 3, 31)),
        (2019, False, date(2020, 1, 31)),
        (2019, True, date(2020, 3, 31)),
        (2008, True, date(2009, 3, 31)),
    ],
)
def test_due_dates_follow_the_regulation_in_force(year: int, government: bool, due: date) -> None:
    assert due_date(year, government=government) == due


def test_the_newest_year_that_may_be_expected() -> None:
    assert newest_due(date(2026, 1, 1)) == 2025
