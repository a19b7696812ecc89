"""Coverage: what stands in each agency-year, or why nothing does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from crawler.reports.model import Finding
from crawler.store import CoverageRow, Spool, Writer, coverage, open_store
from crawler.store.records import AgencyValue, AttemptRecord, AttemptValue, PortalValue
from tests.store.examples import (
    AGENCY,
    attempt_record,
    page,
    page_record,
    report,
    report_record,
    run_end,
    run_record,
)

CZJ = "440100-czj"


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def writer(engine: Engine, tmp_path: Path) -> Writer:
    return Writer(engine, Spool(tmp_path / "spool"), delays=())


def attempt(
    outcome: Any, reason: str, year: int | None = 2022, run: str = "run-1", minutes: float = 0, **more: Any
) -> AttemptRecord:
    value = AttemptValue(outcome=outcome, reason=reason, detail=f"because of {reason}", year=year)
    return attempt_record(run_id=run, minutes=minutes, attempt=value, **more)


def states(rows: list[CoverageRow], agency: str = AGENCY.id) -> dict[int, tuple[str, str]]:
    return {row.year: (row.state, row.reason) for row in rows if row.agency_id == agency}


def test_empty_database_has_no_rows(engine: Engine) -> None:
    assert coverage(engine) == []


def test_report_with_findings_and_versions(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    worse = report(
        "第二稿。", findings=(Finding("T3-A", "hard", "x"), Finding("T3-B", "hard", "y"), Finding("note", "info", "z"))
    )
    writer.write_now(report_record("run-2", 60, worse, page(sha256="c" * 64)))
    (row,) = coverage(engine)
    assert (row.agency, row.year, row.state, row.kind) == ("广州市生态环境局", 2023, "found", "annual_report")
    assert (row.findings, row.hard, row.versions) == (2, 2, 2)
    assert row.url == "http://www.gz.gov.cn/xxgk/post_1.html"
    assert row.to_json()["at"] == "2026-11-22T13:00:00+00:00"


def test_agency_that_nobody_found_is_in_the_denominator(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(report_record())
    writer.write_now(attempt("missing", "not_listed"))
    rows = coverage(engine)
    assert states(rows) == {2022: ("missing", "not_listed"), 2023: ("found", "")}
    assert states(rows, CZJ) == {2022: ("unknown", ""), 2023: ("unknown", "")}


def test_newest_run_tells_why(writer: Writer, engine: Engine) -> None:
    writer.write_now(attempt("blocked", "gate_412", run="run-1", minutes=0))
    writer.write_now(attempt("missing", "not_listed", run="run-2", minutes=60))
    assert states(coverage(engine)) == {2022: ("missing", "not_listed")}
    writer.write_now(attempt("unreachable", "timeout", run="run-3", minutes=120))
    (row,) = coverage(engine)
    assert (row.state, row.detail) == ("unreachable", "because of timeout")


def test_unreadable_page_tells_more_than_its_absence_and_absence_more_than_a_look_alike(
    writer: Writer, engine: Engine
) -> None:
    writer.write_now(attempt("refused", "look_alike:website_form", minutes=1))
    assert states(coverage(engine)) == {2022: ("refused", "look_alike:website_form")}
    writer.write_now(attempt("missing", "not_listed", minutes=9))
    assert states(coverage(engine)) == {2022: ("missing", "not_listed")}
    writer.write_now(attempt("unreadable", "not_html", minutes=2))
    assert states(coverage(engine)) == {2022: ("unreadable", "not_html")}


def test_found_beats_every_attempt(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record(year=2022))
    writer.write_now(attempt("missing", "not_listed", run="run-2", minutes=60))
    assert states(coverage(engine)) == {2022: ("found", "")}


def test_blocked_portal_explains_its_agencies(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(attempt("blocked", "gate_521", year=None, agency=None))
    writer.write_now(attempt("not_due", "not_due", year=2025))
    rows = coverage(engine, years=[2024, 2025])
    assert states(rows) == {2024: ("blocked", "gate_521"), 2025: ("not_due", "not_due")}
    assert states(rows, CZJ) == {2024: ("blocked", "gate_521"), 2025: ("blocked", "gate_521")}


def failed_run(writer: Writer, finish: str | None = None, **args: Any) -> None:
    """A run on a portal that lets nobody in; `finish` None: it was killed."""
    writer.write_now(run_record().model_copy(update={"args": args}))
    writer.write_now(attempt("unreachable", "timeout", year=None, agency=None))
    if finish:
        writer.write_now(run_end().model_copy(update={"finish_reason": finish}))


@pytest.mark.parametrize(
    ("finish", "args", "coloured"),
    [
        # Reports of 2025 were due on 2026-01-31, those of 2026 are not.
        (None, {"years": None}, {2008, 2024, 2025}),
        ("shutdown", {"years": None, "sample": 0}, {2008, 2024, 2025}),
        ("finished", {"years": None, "sample": 0}, set()),
        (None, {"years": None, "sample": 3}, set()),
        (None, {"years": [2024, 2026], "sample": 0}, {2024}),
        ("finished", {"years": [2024], "sample": 3}, {2024}),
        ("finished", {"years": [2024], "agencies": ["财政局"]}, set()),
        ("finished", {"years": [2024], "agencies": ["环境"]}, {2024}),
    ],
)
def test_failed_portal_explains_only_years_that_its_run_looked_for(
    writer: Writer, engine: Engine, finish: str | None, args: dict[str, Any], coloured: set[int]
) -> None:
    failed_run(writer, finish, **args)
    rows = states(coverage(engine, years=[2007, 2008, 2024, 2025, 2026]))
    assert {year for year, state in rows.items() if state == ("unreachable", "timeout")} == coloured
    assert {state for year, state in rows.items() if year not in coloured} == {("unknown", "")}


def test_newest_run_that_looked_for_a_year_explains_it(writer: Writer, engine: Engine) -> None:
    failed_run(writer, "finished", years=[2023])
    writer.write_now(run_record("run-2", 60).model_copy(update={"args": {"years": [2024]}}))
    writer.write_now(attempt("blocked", "gate_412", year=None, agency=None, run="run-2", minutes=61))
    assert states(coverage(engine, years=[2023, 2024])) == {
        2023: ("unreachable", "timeout"),
        2024: ("blocked", "gate_412"),
    }


def test_work_summary_counts_unless_there_is_the_report(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record(what=report("总结。", kind="work_summary", findings=())))
    assert [(row.state, row.kind) for row in coverage(engine)] == [("found", "work_summary")]
    writer.write_now(report_record(where=page("http://www.gz.gov.cn/2.html", "d" * 64)))
    assert [(row.state, row.kind) for row in coverage(engine)] == [("found", "annual_report")]


def test_report_without_anything_in_it_is_partial(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record(what=report("", sections=(), cells={}, text="见附件")))
    writer.write_now(report_record(year=2022, agency_resolved_by="unknown"))
    assert states(coverage(engine)) == {2022: ("partial", ""), 2023: ("partial", "")}


def test_filters(writer: Writer, engine: Engine) -> None:
    writer.write_now(run_record())
    writer.write_now(report_record())
    elsewhere = PortalValue(
        id="www.xuchang.gov.cn", name="许昌市人民政府", place="许昌市", family="epoint", base="http://x/"
    )
    county = AgencyValue(id="411000-zf", name="许昌市人民政府", code="411000", registered=True)
    writer.write_now(report_record(portal=elsewhere, agency=county, year=2020))
    everything = coverage(engine)
    assert [row.year for row in everything if row.agency_id == AGENCY.id] == [2020, 2021, 2022, 2023]
    assert {row.agency_id for row in everything} == {AGENCY.id, CZJ, "411000-zf"}
    assert {row.agency_id for row in coverage(engine, portal="许昌")} == {"411000-zf"}
    assert {row.agency_id for row in coverage(engine, portal="www.gz.gov.cn")} == {AGENCY.id, CZJ}
    assert {row.agency_id for row in coverage(engine, agency="生态环境")} == {AGENCY.id}
    assert {row.agency_id for row in coverage(engine, agency=CZJ)} == {CZJ}
    assert coverage(engine, agency="%") == []
    assert {row.year for row in coverage(engine, years={2019, 2020})} == {2019, 2020}


def test_page_that_was_refused_is_no_report(writer: Writer, engine: Engine) -> None:
    writer.write_now(page_record())
    assert states(coverage(engine)) == {2023: ("refused", "look_alike:website_form")}
