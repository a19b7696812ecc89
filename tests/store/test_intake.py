"""From items to records: what a page is taken for, and whose it is."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.items import AttemptItem, ColumnItem, PageItem
from crawler.portals.model import Agency, FormerCode, Portal
from crawler.portals.registry import Registry
from crawler.reports.model import Finding, Report
from crawler.store.intake import Intake, Taken, owed
from crawler.store.records import PageRecord, ReportRecord
from crawler.text.model import Decoded
from tests.store.examples import report

STHJJ = Agency(
    id="440100-sthjj",
    name="广州市生态环境局",
    type="department",
    level="prefecture",
    code="440100",
    former_codes=(FormerCode(code="440199", until=2012),),
)
CZJ = Agency(id="440100-czj", name="广州市财政局", type="department", level="prefecture", code="440100")
PORTAL = Portal(
    id="www.gz.gov.cn",
    name="广州市人民政府",
    place="广州市",
    family="gkmlpt",
    base="http://www.gz.gov.cn/",
    agencies=(STHJJ, CZJ),
    evidence="a fake portal",
    checked=date(2026, 11, 1),
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def intake() -> Intake:
    return Intake("run-1", Registry([PORTAL]), "0.1.0")


def item(what: Report | None = None, **changes: Any) -> PageItem:
    made = PageItem(
        portal_id=PORTAL.id,
        url="http://www.gz.gov.cn/post_1.html",
        status=200,
        headers={"content-type": "text/html", "etag": '"1"'},
        body=b"<html>",
        fetched_at=NOW,
        list_title="广州市生态环境局2023年政府信息公开工作年度报告",
        agency_ids=(STHJJ.id, CZJ.id),
        decoded=Decoded("<html>", None, "utf-8"),
        report=what,
    )
    return replace(made, **changes)


def record_of(taken: Taken) -> ReportRecord:
    assert isinstance(taken.record, ReportRecord)
    return taken.record


def attempt_of(taken: Taken) -> tuple[str, str]:
    assert isinstance(taken.record, PageRecord)
    assert taken.record.attempt is not None
    return taken.record.attempt.outcome, taken.record.attempt.reason


def test_report_is_its_agencys(intake: Intake) -> None:
    taken = intake.page(item(report()))
    record = record_of(taken)
    assert (taken.note, taken.agency_id, taken.year) == ("report", STHJJ.id, 2023)
    assert (record.agency.id, record.agency.registered, record.agency_resolved_by) == (STHJJ.id, True, "column")
    assert (record.year, record.agency_code, record.parser) == (2023, "440100", "0.1.0")
    assert (record.page.size, record.page.etag, record.page.encoding_chosen) == (6, '"1"', "utf-8")
    assert record.page.sha256 == hashlib.sha256(b"<html>").hexdigest()


def test_code_is_the_one_that_was_valid_in_that_year(intake: Intake) -> None:
    assert record_of(intake.page(item(report(year=2011)))).agency_code == "440199"


def test_name_that_the_registry_does_not_know(intake: Intake) -> None:
    record = record_of(intake.page(item(report(agency="广州市从来没有局"))))
    assert (record.agency.registered, record.agency.name) == (False, "广州市从来没有局")
    assert record.agency_code is None
    assert record.agency.id == record_of(intake.page(item(report(agency="广州市从来没有局")))).agency.id


def test_report_of_another_year_than_asked_for_is_a_page_only(intake: Intake) -> None:
    taken = intake.page(item(report(), years=frozenset({2022})))
    assert taken.note == "out_of_range"
    assert isinstance(taken.record, PageRecord)
    assert taken.record.attempt is None


def test_report_of_a_year_asked_for(intake: Intake) -> None:
    assert intake.page(item(report(), years=frozenset({2022, 2023}))).note == "report"


@pytest.mark.parametrize("kind", ["website_form", "rule_of_law", "interpretation", "notice", "other"])
def test_look_alike_is_refused_with_its_kind(intake: Intake, kind: Any) -> None:
    taken = intake.page(item(report(kind=kind, kind_reason="网站工作年度报表")))
    assert attempt_of(taken) == ("refused", f"look_alike:{kind}")
    assert isinstance(taken.record, PageRecord)
    assert taken.record.attempt is not None
    assert "网站工作年度报表" in taken.record.attempt.detail
    assert (taken.agency_id, taken.year) == (STHJJ.id, 2023)


def test_look_alike_that_names_nobody_is_nobodys(intake: Intake) -> None:
    taken = intake.page(item(report(kind="notice", agency=None)))
    assert taken.record.agency is None


def test_work_summary_is_a_report(intake: Intake) -> None:
    assert record_of(intake.page(item(report(kind="work_summary")))).report.kind == "work_summary"


def test_report_without_a_year_is_unreadable_and_not_guessed(intake: Intake) -> None:
    taken = intake.page(item(report(year=None), list_title="年度报告"))
    assert attempt_of(taken) == ("unreadable", "no_year")


@pytest.mark.parametrize("reason", ["not_html", "empty_body", "unreadable"])
def test_page_that_is_none_is_the_agency_years_of_its_row(intake: Intake, reason: str) -> None:
    nothing = Report(kind="other", findings=(Finding(reason, "hard", "the body is a PDF, not a page"),))
    taken = intake.page(item(nothing, attachments=("http://www.gz.gov.cn/a.pdf",)))
    assert attempt_of(taken) == ("unreadable", reason)
    assert (taken.note, taken.agency_id, taken.year) == ("unreadable", STHJJ.id, 2023)
    assert isinstance(taken.record, PageRecord)
    assert taken.record.attempt is not None
    assert taken.record.attempt.evidence["attachments"] == ["http://www.gz.gov.cn/a.pdf"]


def test_a_scan_without_a_title_is_unreadable_and_no_look_alike(intake: Intake) -> None:
    scan = Report(kind="other", findings=(Finding("only_pictures", "hard", "pictures of 3 pages"),))
    assert attempt_of(intake.page(item(scan))) == ("unreadable", "only_pictures")


def test_a_file_that_cannot_be_opened_says_why(intake: Intake) -> None:
    locked = Report(kind="other", findings=(Finding("unreadable", "hard", "encrypted", where="encrypted"),))
    assert attempt_of(intake.page(item(locked))) == ("unreadable", "unreadable:encrypted")


def test_page_that_is_none_and_was_not_asked_for(intake: Intake) -> None:
    nothing = Report(kind="other", findings=(Finding("empty_body", "hard", "empty"),))
    assert intake.page(item(nothing, years=frozenset({2019}))).note == "out_of_range"


def test_page_that_no_parser_saw(intake: Intake) -> None:
    assert attempt_of(intake.page(item(None))) == ("unreadable", "not_parsed")


@pytest.mark.parametrize("role", ["list", "refusal"])
def test_lists_and_refusals_are_pages(intake: Intake, role: Any) -> None:
    taken = intake.page(item(None, role=role, decoded=None))
    assert taken.note == "page"
    assert taken.record.page.role == role
    assert taken.record.agency is None


def test_list_title_cut_in_the_middle_of_a_character(intake: Intake) -> None:
    taken = intake.page(item(report(), list_title="年报\ud83d"))
    assert taken.record.page.list_title == "年报\ufffd"


def test_time_without_a_zone_is_utc(intake: Intake) -> None:
    taken = intake.page(item(report(), fetched_at=NOW.replace(tzinfo=None)))
    assert taken.record.at == NOW


def test_attempt_and_column(intake: Intake) -> None:
    attempt = intake.attempt(
        AttemptItem(PORTAL.id, "blocked", "gate_412", agency_id=CZJ.id, evidence={"when": NOW, "seen": {1}}), NOW
    )
    assert attempt.agency is not None
    assert (attempt.agency.name, attempt.portal.family) == ("广州市财政局", "gkmlpt")
    assert attempt.attempt.evidence == {"when": "2026-11-22 12:00:00+00:00", "seen": "{1}"}
    column = intake.column(ColumnItem(PORTAL.id, "http://x/", "年报", {"sid": 1}, 2), NOW)
    assert (column.url, column.params, column.clicks) == ("http://x/", {"sid": 1}, 2)


def test_portal_and_agency_whose_rows_are_gone(intake: Intake) -> None:
    attempt = intake.attempt(AttemptItem("gone.gov.cn", "missing", "not_listed", agency_id="999999-gone"), NOW)
    assert attempt.agency is not None
    assert (attempt.portal.id, attempt.agency.id, attempt.agency.registered) == ("gone.gov.cn", "999999-gone", False)


def test_run_lists_the_denominator(intake: Intake) -> None:
    run = intake.run("gkmlpt", {"years": [2023]}, {"scrapy": "2.19.0"}, [PORTAL], NOW)
    ((portal, agencies),) = run.portals
    assert portal.id == PORTAL.id
    assert [agency.id for agency in agencies] == [STHJJ.id, CZJ.id]


def test_what_was_there_but_unreadable_is_not_called_missing() -> None:
    missing = [AttemptItem(PORTAL.id, "missing", "not_listed", agency_id=STHJJ.id, year=year) for year in (2022, 2023)]
    blocked = AttemptItem(PORTAL.id, "blocked", "gate_412", agency_id=STHJJ.id, year=2023)
    assert owed([*missing, blocked], frozenset({(STHJJ.id, 2023)})) == [missing[0], blocked]
