"""A zero is never a pass: what a run owes at its end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crawler.items import AttemptItem
from crawler.ledger import Ledger
from crawler.portals.model import Agency, Portal


def bureau(**changes: object) -> Portal:
    facts: dict[str, object] = {
        "id": "sthjj.example.gov.cn",
        "name": "某市生态环境局",
        "place": "某市",
        "family": "trs",
        "base": "http://sthjj.example.gov.cn/",
        "agencies": (
            Agency(id="110000-sthjj", name="某市生态环境局", type="department", level="prefecture", code="110000"),
        ),
        "oldest_year": 2022,
        "floor": 2,
        "evidence": "made for this test",
        "checked": date(2026, 1, 1),
    }
    return Portal.model_validate({**facts, **changes})


def closing(ledger: Ledger, portal: Portal) -> list[tuple[str, str, int | None]]:
    return [(a.outcome, a.reason, a.year) for a in ledger.closing_attempts([portal])]


def test_a_portal_that_yields_nothing_is_named_and_so_is_each_year() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22))
    assert closing(ledger, portal) == [
        ("missing", "no_column", None),
        ("missing", "not_listed", 2022),
        ("missing", "not_listed", 2023),
        ("missing", "not_listed", 2024),
        ("missing", "not_listed", 2025),
    ]
    assert ledger.broken([portal]) == [portal.id]


def test_a_column_without_rows_is_unreadable_not_missing() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22), frozenset({2023}))
    ledger[portal.id].columns = 1
    assert closing(ledger, portal)[0] == ("unreadable", "empty_list", None)


def test_a_gate_explains_every_gap_it_leaves() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22), frozenset({2023, 2024}))
    ledger.failed(AttemptItem(portal.id, "blocked", "gate_412", "the portal answered with a gate", portal.base))
    assert closing(ledger, portal) == [
        ("blocked", "gate_412", None),
        ("blocked", "gate_412", 2023),
        ("blocked", "gate_412", 2024),
    ]


def test_a_failed_row_of_one_year_does_not_explain_another_year() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22), frozenset({2023, 2024}))
    tally = ledger[portal.id]
    tally.columns, tally.rows, tally.pages = 1, 2, 1
    ledger.failed(AttemptItem(portal.id, "unreachable", "timeout", year=2024))
    ledger.stored(portal.id, "110000-sthjj", 2022)
    assert ("missing", "not_listed", 2023) in closing(ledger, portal)


def test_what_is_not_due_yet_is_not_missing() -> None:
    portal = bureau(oldest_year=2025)
    ledger = Ledger(date(2026, 1, 20))
    ledger[portal.id].pages = 1
    assert ("not_due", "not_due", 2025) in closing(ledger, portal)


def test_below_the_floor_is_partial_in_a_full_crawl_only() -> None:
    portal = bureau()
    full, narrowed = Ledger(date(2026, 11, 22)), Ledger(date(2026, 11, 22), frozenset({2023}))
    for ledger in (full, narrowed):
        ledger[portal.id].pages = 1
        ledger.stored(portal.id, "110000-sthjj", 2023)
    assert ("partial", "below_floor", None) in closing(full, portal)
    assert closing(narrowed, portal) == []


def test_a_sample_proves_no_absence() -> None:
    ledger = Ledger(date(2026, 11, 22), complete=False)
    ledger[bureau().id].rows = 3
    assert closing(ledger, bureau()) == []


def test_a_portal_that_answers_nothing_is_named_in_a_sample_too() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22), complete=False)
    ledger.failed(AttemptItem(portal.id, "unreachable", "dns", "the host name does not resolve", portal.base))
    assert closing(ledger, portal) == [("unreachable", "dns", None)]


def test_an_agency_that_only_titles_could_tell_and_none_told() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22), by_title=True)
    ledger[portal.id].columns, ledger[portal.id].rows = 1, 9
    assert ledger.broken([portal]) == [portal.id]
    assert closing(ledger, portal) == [("missing", "no_row_wanted", None)]


def test_the_summary_names_what_was_read_and_why_nothing_was() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22))
    ledger[portal.id].columns, ledger[portal.id].rows, ledger[portal.id].pages = 1, 2, 2
    ledger.stored(portal.id, "110000-sthjj", 2023)
    (line,) = ledger.summary([portal])
    assert line == "sthjj.example.gov.cn (某市生态环境局): 1 report stored; read 2 rows of 1 column"
    silent = Ledger(date(2026, 11, 22))
    silent.failed(AttemptItem(portal.id, "blocked", "gate_412", "it answered with a gate", portal.base))
    (line,) = silent.summary([portal])
    assert line.endswith("0 reports stored; read 0 rows of 0 columns; blocked: gate_412. it answered with a gate")


@pytest.mark.parametrize(
    "narrowed", [{"complete": False}, {"years": frozenset({2023})}, {"agency_ids": ["440100-czj"]}]
)
def test_a_narrowed_run_is_silent_only_where_no_row_was_read(narrowed: dict[str, Any]) -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22), **narrowed)
    assert ledger.broken([portal]) == [portal.id]
    ledger[portal.id].rows = 5
    assert ledger.broken([portal]) == []


def test_rows_without_a_single_page_are_silence_in_a_full_run() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22))
    ledger[portal.id].rows = 5
    assert ledger.broken([portal]) == [portal.id]


def test_a_column_that_leads_elsewhere_explains_the_gaps_only_where_none_was_read() -> None:
    portal = bureau()
    ledger = Ledger(date(2026, 11, 22), frozenset({2023}))
    ledger.failed(AttemptItem(portal.id, "refused", "off_host", "it leads to a mirror", portal.base))
    assert closing(ledger, portal) == [("refused", "off_host", None), ("refused", "off_host", 2023)]
    ledger[portal.id].columns = 1
    ledger[portal.id].rows = 4
    ledger[portal.id].pages = 1
    assert closing(ledger, portal) == [("missing", "not_listed", 2023)]


@pytest.mark.parametrize(("agencies", "reason"), [(1, "http_404"), (2, "not_listed")])
def test_a_listed_report_that_leads_nowhere_is_not_called_unlisted(agencies: int, reason: str) -> None:
    one = bureau()
    other = one.agencies[0].model_copy(update={"id": "520000-czt"})
    portal = one.model_copy(update={"agencies": (*one.agencies, other)[:agencies]})
    ledger = Ledger(date(2026, 11, 22), frozenset({2022, 2023}))
    tally = ledger[portal.id]
    tally.columns, tally.rows, tally.pages = 1, 2, 1
    ledger.stored(portal.id, one.agencies[0].id, 2023)
    ledger.failed(AttemptItem(portal.id, "missing", "http_404", "the article is gone", "http://x/gone", year=2022))
    gaps = {(item.agency_id, item.year): item.reason for item in ledger.closing_attempts([portal]) if item.year}
    assert gaps[one.agencies[0].id, 2022] == reason
