"""When something known is looked at again: tables of cases, and what holds for all dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.revisit import (
    AFTER_FAILURES,
    asks_past_year,
    in_season,
    next_try,
    next_visit,
    reads_whole,
    searches_again,
)

DAYS = st.dates(date(2008, 5, 1), date(2100, 1, 1))
MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("fetched_after", "due_after"),
    [(0, 7), (6, 7), (7, 30), (29, 30), (30, 90), (90, 180), (200, 365), (365, 730), (1000, 1365)],
)
def test_visits_grow_apart_from_the_last_change(fetched_after, due_after):
    assert next_visit(MAY, MAY + timedelta(fetched_after)) == MAY + timedelta(due_after)


@pytest.mark.parametrize(
    ("year", "fetched", "due"),
    [
        (2025, date(2026, 1, 20), date(2026, 1, 27)),
        (2025, date(2026, 3, 20), date(2026, 3, 27)),
        (2025, date(2026, 3, 25), date(2026, 4, 10)),
        (2019, date(2026, 3, 20), date(2026, 4, 10)),
    ],
)
def test_pages_of_a_year_in_season_are_visited_every_week(year, fetched, due):
    assert next_visit(date(2026, 1, 10), fetched, {year}) == due


@given(DAYS, st.integers(0, 4000), st.sets(st.integers(2008, 2100), max_size=3))
def test_a_visit_is_always_ahead_and_never_more_than_a_year(changed, age, years):
    fetched = changed + timedelta(age)
    due = next_visit(changed, fetched, years)
    assert fetched < due <= fetched + timedelta(365)
    assert due <= next_visit(changed, fetched), "a season only brings it forward"


@given(DAYS, st.integers(0, 50))
def test_failures_are_tried_at_growing_distances(day, times):
    assert day < next_try(day, times) <= next_try(day, times + 1) <= day + timedelta(AFTER_FAILURES[-1])


@pytest.mark.parametrize(
    ("complete", "today", "whole"),
    [
        (date(2026, 5, 1), date(2026, 5, 30), False),
        (date(2026, 5, 1), date(2026, 5, 31), True),
        (date(2026, 1, 1), date(2026, 1, 7), False),
        (date(2026, 1, 1), date(2026, 1, 8), True),
        (date(2025, 12, 20), date(2026, 1, 2), True),
    ],
)
def test_lists_are_read_whole_every_month_and_in_season_every_week(complete, today, whole):
    assert reads_whole(complete, today) is whole
    assert searches_again(complete, today) is whole


@pytest.mark.parametrize(
    ("year", "days", "asked"),
    [(2026, 0, True), (2025, 0, True), (2024, 13, False), (2024, 14, True), (2023, 29, False), (2010, 90, True)],
)
def test_lists_of_past_years_are_asked_the_more_seldom_the_older_they_are(year, days, asked):
    assert asks_past_year(year, date(2026, 5, 1), date(2026, 5, 1) + timedelta(days)) is asked


def test_the_season_ends_with_march():
    assert [month for month in range(1, 13) if in_season(date(2026, month, 15))] == [1, 2, 3]
