"""Portals that failed as a whole, and filters that match nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from crawler.store import Spool, Writer, coverage, open_store
from crawler.store.failures import portal_failures
from crawler.store.filters import unmatched
from crawler.store.records import AgencyValue, AttemptRecord, AttemptValue, PortalValue
from tests.store.examples import AGENCY, PORTAL, attempt_record, page, page_record, report_record, run_record

XUCHANG = PortalValue(id="www.xuchang.gov.cn", name="许昌市人民政府", place="许昌市", family="epoint", base="http://x/")
COUNTY = AgencyValue(id="411000-zf", name="许昌市人民政府", code="411000", registered=True)


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def writer(engine: Engine, tmp_path: Path) -> Writer:
    return Writer(engine, Spool(tmp_path / "spool"), delays=())


def failure(outcome: Any, reason: str, run: str = "run-1", minutes: float = 1, **more: Any) -> AttemptRecord:
    value = AttemptValue(outcome=outcome, reason=reason, detail=f"because of {reason}")
    return attempt_record(run_id=run, minutes=minutes, attempt=value, agency=None, **more)


def told(engine: Engine, **filters: str) -> list[tuple[str, str, str]]:
    return [(one.portal_id, one.outcome, one.reason) for one in portal_failures(engine, **filters)]


def test_nothing_failed_in_an_empty_database(engine: Engine) -> None:
    assert portal_failures(engine) == []


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("unreachable", "timeout"), ("blocked", "gate_412"), ("missing", "no_column"), ("unreadable", "empty_list")],
)
def test_failed_sample_is_told_though_no_agency_year_is(
    writer: Writer, engine: Engine, outcome: str, reason: str
) -> None:
    writer.write_now(run_record().model_copy(update={"args": {"sample": 3, "years": None}}))
    writer.write_now(failure(outcome, reason))
    assert coverage(engine) == []
    (one,) = portal_failures(engine)
    assert (one.portal_id, one.portal, one.outcome, one.reason) == (PORTAL.id, PORTAL.name, outcome, reason)
    assert one.detail == f"because of {reason}"


def test_trouble_tells_more_than_an_absence_and_an_absence_more_than_a_foreign_host(
    writer: Writer, engine: Engine
) -> None:
    writer.write_now(run_record())
    writer.write_now(failure("refused", "off_host", minutes=9))
    assert told(engine) == [(PORTAL.id, "refused", "off_host")]
    writer.write_now(failure("missing", "no_column", minutes=5))
    assert told(engine) == [(PORTAL.id, "missing", "no_column")]
    writer.write_now(failure("blocked", "gate_412", minutes=2))
    assert told(engine) == [(PORTAL.id, "blocked", "gate_412")]


def test_only_the_newest_run_of_a_portal_counts(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(failure("blocked", "gate_412"))
    writer.write_now(run_record("run-2", 60))
    assert told(engine) == [(PORTAL.id, "blocked", "gate_412")]  # it did not get to this portal yet
    writer.write_now(report_record("run-2", 61))
    assert told(engine) == []
    writer.write_now(run_record("run-3", 120))
    writer.write_now(failure("unreachable", "timeout", "run-3", 121))
    assert told(engine) == [(PORTAL.id, "unreachable", "timeout")]


def test_newest_run_that_only_saw_pages_counts(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(failure("blocked", "gate_412"))
    writer.write_now(run_record("run-2", 60))
    writer.write_now(page_record("run-2", 61, attempt=None))
    assert told(engine) == []


def test_portal_that_gave_reports_did_not_fail_but_may_have_given_too_few(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(report_record())
    writer.write_now(failure("unreachable", "timeout"))  # one of its pages
    assert told(engine) == []
    writer.write_now(failure("partial", "below_floor"))
    assert told(engine) == [(PORTAL.id, "partial", "below_floor")]


def test_refused_row_of_a_list_is_no_failure_of_the_portal(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(failure("refused", "look_alike:notice"))
    assert told(engine) == []


def test_filters_of_failures(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(failure("blocked", "gate_412"))
    writer.write_now(failure("missing", "no_column", portal=XUCHANG))
    assert [row[0] for row in told(engine)] == [PORTAL.id, XUCHANG.id]
    assert [row[0] for row in told(engine, portal="许昌")] == [XUCHANG.id]
    assert [row[0] for row in told(engine, agency="生态环境")] == [PORTAL.id]
    assert told(engine, portal="%") == []


def test_filter_that_matches_nothing_is_said_with_the_nearest_names(writer: Writer, engine: Engine) -> None:
    assert unmatched(engine, agency="x", portal="y") is None  # nothing is known yet
    writer.write_now(run_record())
    writer.write_now(report_record(portal=XUCHANG, agency=COUNTY, where=page("http://x/1.html")))
    for filters in (
        {},
        {"agency": "生态环境"},
        {"agency": AGENCY.id},
        {"portal": "许昌"},
        {"portal": "gz", "agency": "财政"},
    ):
        assert unmatched(engine, **filters) is None, filters
    assert unmatched(engine, agency="nosuch") == "no agency matches 'nosuch'; none comes near (of 3 in the database)"
    near = unmatched(engine, agency="广州市生态环境厅")
    assert near is not None
    assert near.startswith("no agency matches '广州市生态环境厅'; nearest: 广州市生态环境局")
    assert "nearest: www.xuchang.gov.cn (许昌市人民政府)" in str(unmatched(engine, portal="xuchan.gov.cn"))
    assert "no agency of the portals that match '许昌' matches '财政'" in str(
        unmatched(engine, agency="财政", portal="许昌")
    )
    assert len(str(unmatched(engine, agency="局" * 5000))) < 300
