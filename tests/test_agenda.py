"""What a run intends, and what it answers to it at its end."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.agenda import Aim, Answer, aims, answers
from crawler.items import AttemptItem
from crawler.ledger import Ledger
from crawler.portals.model import Column
from tests.test_ledger import bureau

TODAY = date(2026, 11, 22)
AGENCY = "110000-sthjj"
LIST = "http://sthjj.example.gov.cn/nb/"


def test_a_look_at_all_years() -> None:
    portal = bureau(columns=[Column(url=LIST, title="年度报告")])
    assert list(aims([portal], None, (), TODAY)) == [
        Aim(portal.id, year=0),
        Aim(portal.id, column_url=LIST),
        *(Aim(portal.id, agency_id=AGENCY, year=year) for year in (2022, 2023, 2024, 2025)),
    ]


def test_years_that_were_asked_for_also_where_none_is_expected() -> None:
    assert list(aims([bureau()], {2024, 2009}, (), TODAY)) == [
        Aim("sthjj.example.gov.cn", year=2009),
        Aim("sthjj.example.gov.cn", year=2024),
        Aim("sthjj.example.gov.cn", agency_id=AGENCY, year=2009),
        Aim("sthjj.example.gov.cn", agency_id=AGENCY, year=2024),
    ]


def test_a_run_for_one_agency_is_no_look_at_the_portal() -> None:
    portal = bureau(columns=[Column(url=LIST, agencies=["440100-other"])])
    assert list(aims([portal], {2024}, [AGENCY], TODAY)) == [Aim(portal.id, agency_id=AGENCY, year=2024)]
    assert list(aims([portal], {2024}, ["440100-elsewhere"], TODAY)) == []


def answer(ledger: Ledger, **changes: object) -> dict[Aim, tuple[str, str]]:
    portal = bureau(**changes)
    closing = list(ledger.closing_attempts([portal]))
    return {one.aim: (one.outcome, one.reason) for one in answers(ledger, [portal], closing)}


def test_what_was_found_and_what_was_not() -> None:
    ledger = Ledger(TODAY, frozenset({2023, 2024}))
    tally = ledger["sthjj.example.gov.cn"]
    tally.columns, tally.rows, tally.pages = 1, 3, 1
    ledger.stored("sthjj.example.gov.cn", AGENCY, 2024)
    told = answer(ledger)
    assert told[Aim("sthjj.example.gov.cn", year=2024)] == ("found", "")
    assert told[Aim("sthjj.example.gov.cn", agency_id=AGENCY, year=2024)] == ("found", "")
    assert told[Aim("sthjj.example.gov.cn", agency_id=AGENCY, year=2023)] == ("missing", "not_listed")


def test_a_gate_is_the_answer_for_portal_column_and_years() -> None:
    ledger = Ledger(TODAY, frozenset({2023}))
    ledger.failed(AttemptItem("sthjj.example.gov.cn", "blocked", "gate_412", "", LIST))
    told = answer(ledger, columns=[Column(url=LIST)])
    assert set(told.values()) == {("blocked", "gate_412")}
    assert len(told) == 3


@pytest.mark.parametrize("moment", ["2026-11-25T08:00:00+00:00", None])
def test_the_moment_before_which_not_to_come_back(moment: str | None) -> None:
    portal, ledger = bureau(), Ledger(TODAY, frozenset({2023}))
    failed = AttemptItem(
        portal.id, "unreachable", "http_503", "", LIST, evidence={"retry_after": moment} if moment else {}
    )
    gap = AttemptItem(portal.id, "unreachable", "http_503", "", LIST, evidence=failed.evidence)
    assert next(iter(answers(ledger, [portal], [gap]))) == Answer(
        Aim(portal.id, year=2023), "unreachable", "http_503", moment
    )


def test_a_page_that_was_there_and_could_not_be_read_is_not_missing() -> None:
    portal, ledger = bureau(), Ledger(TODAY, frozenset({2023}))
    ledger[portal.id].columns = ledger[portal.id].rows = ledger[portal.id].pages = 1
    closing = list(ledger.closing_attempts([portal]))
    told = {one.aim: one for one in answers(ledger, [portal], closing, {(AGENCY, 2023)})}
    assert told[Aim(portal.id, agency_id=AGENCY, year=2023)].outcome == "unreadable"
