"""What a backfill has to do, given what the database knows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.jobs.plan import Plan, backfill
from crawler.store.agenda import Agenda
from tests.jobs.rows import BUREAU, CITY, NOW, agenda, look, portal

YEARS = range(2019, 2025)


def plan(known: Agenda, *rows: object, years: object = YEARS, retry: object = (), **more: object) -> Plan:
    return backfill(rows or (portal(),), years, known, NOW, families={"trs"}, retry=retry, **more)  # type: ignore[arg-type]


def years(found: Plan) -> list[int]:
    return list(found.jobs[0].years or ()) if found.jobs else []


def test_nothing_is_known() -> None:
    found = plan(agenda(), delay=2.0)
    (job,) = found.jobs
    assert years(found) == [*YEARS]
    assert (job.reports, job.hosts, job.delay) == (6, ("sthjj.example.gov.cn",), 2.0)
    assert job.requests == 1 + 8 + 1 + 6
    assert job.seconds == job.requests * 2.0


def test_a_slow_row_costs_more_time() -> None:
    (job,) = plan(agenda(), portal(quirks={"delay": 10}), delay=2.0).jobs
    assert job.delay == 10


def test_many_portals_together_take_as_long_as_the_slowest() -> None:
    rows = [portal(f"p{number}.example.gov.cn") for number in range(10)]
    found = plan(agenda(), *rows, delay=2.0)
    one = found.jobs[0].seconds
    assert found.seconds(concurrency=10) == one
    assert found.seconds(concurrency=5) == 2 * one


def test_reports_that_stand_are_not_looked_for() -> None:
    stands = frozenset({(BUREAU.id, 2019), (BUREAU.id, 2022)})
    found = plan(agenda(reports=stands))
    assert years(found) == [2020, 2021, 2023, 2024]
    assert found.standing == 2


def test_a_government_may_hold_reports_of_departments_nobody_listed() -> None:
    stands = frozenset((CITY.id, year) for year in YEARS)
    assert years(plan(agenda(reports=stands), portal("www.example.gov.cn", CITY))) == [*YEARS]
    seen = {year: look() for year in YEARS}
    known = agenda(seen, reports=stands, host="www.example.gov.cn")
    assert plan(known, portal("www.example.gov.cn", CITY)).jobs == []


def test_what_was_looked_for_to_its_end_is_left_alone_and_counted() -> None:
    seen = {year: look() for year in YEARS}
    missed = {(BUREAU.id, year): look("missing") for year in YEARS}
    found = plan(agenda(seen, missed))
    assert found.jobs == []
    assert found.left_alone == {"missing": 6}
    assert years(plan(agenda(seen, missed), retry={"missing"})) == [*YEARS]
    assert plan(agenda(seen, missed), retry={"blocked"}).jobs == []


@pytest.mark.parametrize(("outcome", "again"), [("blocked", False), ("unreachable", True), ("unreadable", False)])
def test_only_a_portal_that_was_down_is_tried_again_unasked(outcome: str, again: bool) -> None:
    seen = {year: look(outcome, failures=1) for year in YEARS}
    missed = {(BUREAU.id, year): look(outcome, failures=1) for year in YEARS}
    assert bool(plan(agenda(seen, missed)).jobs) is again
    assert years(plan(agenda(seen, missed), retry={outcome})) == [*YEARS]


def test_not_before_the_moment_that_the_portal_named() -> None:
    seen = {2024: look("unreachable", failures=1, next_at=NOW + timedelta(hours=1))}
    missed = {(BUREAU.id, 2024): look("unreachable", failures=1, next_at=NOW + timedelta(hours=1))}
    assert plan(agenda(seen, missed), years=[2024]).jobs == []


def test_a_run_that_was_killed_is_taken_up() -> None:
    seen = {year: look(None) for year in YEARS}
    assert years(plan(agenda(seen))) == [*YEARS]


def test_a_run_that_was_killed_when_all_was_stored_is_taken_up_too() -> None:
    stands = frozenset((BUREAU.id, year) for year in YEARS)
    seen = {2019: look(), 2020: look(None)}
    assert years(plan(agenda(seen, reports=stands))) == [2020]  # nobody has compared its reports with each other


def test_a_look_at_all_years_counts_for_those_that_could_be_there_then() -> None:
    missed = {(BUREAU.id, year): look("missing", days=500) for year in (2022, 2023)}
    known = agenda({0: look(days=500)}, missed)  # in July 2025
    assert years(plan(known, years=[2022, 2023, 2025])) == [2025]


def test_years_whose_reports_cannot_exist_yet_are_left_out() -> None:
    assert years(plan(agenda(), years=[2025, 2026])) == [2025]


def test_an_agency_that_was_dissolved_owes_nothing_later() -> None:
    gone = BUREAU.model_copy(update={"until": 2020})
    assert years(plan(agenda({2019: look(), 2020: look()}), portal("sthjj.example.gov.cn", gone), years=[2020])) == []
    found = plan(agenda(reports=frozenset({(gone.id, 2020)})), portal("sthjj.example.gov.cn", gone), years=[2020, 2021])
    assert found.jobs == []


def test_families_without_a_spider_are_named() -> None:
    found = plan(agenda(), portal(family="unheard"))
    assert (found.jobs, found.without_spider) == ([], ["sthjj.example.gov.cn"])


@given(
    st.sets(st.sampled_from([*YEARS])),
    st.dictionaries(st.sampled_from([*YEARS]), st.sampled_from(["found", "missing", "blocked", "unreachable", None])),
)
def test_each_year_is_either_planned_or_accounted_for(stands: set[int], outcomes: dict[int, str | None]) -> None:
    seen = {year: look(outcome) for year, outcome in outcomes.items()}
    missed = {(BUREAU.id, year): one for year, one in seen.items()}
    found = plan(agenda(seen, missed, frozenset((BUREAU.id, year) for year in stands)))
    accounted = found.standing + found.left_alone.total()
    assert len(set(years(found)) - stands) + accounted == len(YEARS)
