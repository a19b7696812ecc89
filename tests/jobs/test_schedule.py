"""When a portal is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.jobs.schedule import BACK_OFF, due, due_jobs
from crawler.store.agenda import Agenda, Look
from tests.jobs.rows import BUREAU, agenda, look, portal

JULY = datetime(2026, 7, 15, 6, tzinfo=UTC)


def seen(at: datetime, outcome: str = "found", failures: int = 0, **more: object) -> dict[int, Look]:
    return {0: Look(at, at, outcome, "gate_412" if failures else "", failures, **more)}  # type: ignore[arg-type]


def wait(known: Agenda, now: datetime) -> timedelta:
    """From the last look to the next."""
    at = known.portals["sthjj.example.gov.cn"][0].attempted_at
    assert at is not None
    return due(portal(), known, now).at - at


def test_never_looked_at_or_cut_short_is_due_now() -> None:
    assert due(portal(), agenda(), JULY).at == JULY
    found = due(portal(), agenda({0: look(None)}), JULY)
    assert (found.at, found.why) == (JULY, "the last look was cut short")


@pytest.mark.parametrize(
    ("month", "stands", "days"),
    [
        (1, False, 1), (2, False, 1), (3, False, 1), (4, False, 7), (6, False, 7), (7, False, 30), (12, False, 30),
        (1, True, 30), (3, True, 30), (7, True, 30),
    ],
)  # fmt: skip
def test_daily_in_season_weekly_when_late_monthly_otherwise(month: int, stands: bool, days: int) -> None:
    now = datetime(2027, month, 10, 6, tzinfo=UTC)
    reports = frozenset({(BUREAU.id, 2026)}) if stands else frozenset()
    known = agenda(seen(now), reports=reports)
    assert timedelta(days=days * 0.8) <= wait(known, now) <= timedelta(days=days)


def test_weekly_while_something_new_came_lately() -> None:
    reports = frozenset({(BUREAU.id, 2025)})
    lately = agenda(seen(JULY), reports=reports, news=JULY - timedelta(days=20))
    assert timedelta(days=6) < wait(lately, JULY) <= timedelta(days=7)
    long_ago = agenda(seen(JULY), reports=reports, news=JULY - timedelta(days=70))
    assert wait(long_ago, JULY) > timedelta(days=28)


def test_a_timer_at_the_same_minute_does_not_skip_a_day() -> None:
    now = datetime(2027, 1, 10, 6, tzinfo=UTC)
    known = agenda(seen(now - timedelta(days=1) + timedelta(minutes=40)))  # the look took forty minutes
    assert due(portal(), known, now).at <= now


def test_waits_after_failures_grow_and_have_an_end() -> None:
    waits = [wait(agenda(seen(JULY, "unreachable", number)), JULY) for number in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[: len(BACK_OFF)] == list(BACK_OFF)
    assert waits[-1] == BACK_OFF[-1] <= timedelta(days=30)


def test_a_gate_is_not_knocked_at_twice_a_day() -> None:
    assert wait(agenda(seen(JULY, "blocked", 1)), JULY) >= timedelta(hours=20)


def test_not_before_the_moment_that_the_portal_named() -> None:
    named = JULY + timedelta(days=9)
    found = due(portal(), agenda(seen(JULY, "unreachable", 1, next_at=named)), JULY)
    assert found.at == named


def test_due_jobs_longest_due_first_and_only_those() -> None:
    rows = [portal(f"{name}.example.gov.cn") for name in ("new", "late", "fresh")] + [portal("x.gov.cn", family="none")]
    known = agenda()
    known.portals["late.example.gov.cn"] = seen(JULY - timedelta(days=40))
    known.portals["fresh.example.gov.cn"] = seen(JULY - timedelta(days=1))
    jobs = due_jobs(rows, known, JULY, families={"trs"}, delay=2)
    assert [job.portal_id for job in jobs] == ["late.example.gov.cn", "new.example.gov.cn"]
    assert jobs[0].years is None
    every = due_jobs(rows, known, JULY, families={"trs"}, everything=True)
    assert [job.portal_id for job in every][2:] == ["fresh.example.gov.cn"]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["found", "missing", "blocked", "unreachable"]),
    st.integers(0, 50),
)
def test_every_portal_is_due_again_within_a_month(at: datetime, outcome: str, failures: int) -> None:
    assert timedelta(hours=6) <= wait(agenda(seen(at, outcome, failures)), at) <= timedelta(days=30)
