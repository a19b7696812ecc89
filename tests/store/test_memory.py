"""What a crawl is told of its portal: pages, lists and failures as both databases hold them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from crawler.store import Spool, Writer, dump, open_store
from crawler.store.memory import KnownFailure, KnownList, conditions, recall
from crawler.store.records import ListRecord, SeenRecord, from_json, to_line
from tests.store.examples import AGENCY, NOON, PORTAL, attempt_record, page, page_record, report, report_record

URL = page().url
LATER = NOON + timedelta(days=400)


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def writer(engine: Engine, tmp_path: Path) -> Writer:
    return Writer(engine, Spool(tmp_path / "spool"), delays=())


def seen(run: str = "run-2", days: float = 7, reason: str = "same_bytes", **changes: object) -> SeenRecord:
    made = SeenRecord(
        run_id=run, at=NOON + timedelta(days=days), portal=PORTAL, url=URL, sha256="a" * 64, reason=reason,
        list_title="another title", reports=((AGENCY.id, 2023),),
    )  # fmt: skip
    return made.model_copy(update=changes)


def listed(run: str = "run-1", days: float = 0, **changes: object) -> ListRecord:
    made = ListRecord(
        run_id=run, at=NOON + timedelta(days=days), portal=PORTAL, request_key="ab" * 20,
        url="http://www.gz.gov.cn/xxgk/", column_url="http://www.gz.gov.cn/xxgk/", etag='"1"', sha256="c" * 64, rows=7,
        years=(2022, 2023), complete_at=NOON,
    )  # fmt: skip
    return made.model_copy(update=changes)


def test_a_report_is_known_with_its_row_and_its_validators(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    known = recall(engine, PORTAL.id, NOON).pages[URL]
    assert (known.became, known.reports, known.etag) == ("report", ((AGENCY.id, 2023),), '"5f"')
    assert known.first_seen == known.changed_at == known.fetched_at == known.body_at == NOON
    assert recall(engine, "another portal", NOON).pages == {}


def test_a_page_that_is_as_it_was_is_seen_once_a_run_and_keeps_its_version(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    before = dump(engine)["versions"]
    for _ in range(2):
        writer.write_now(seen())
    known = recall(engine, PORTAL.id, NOON).pages[URL]
    assert known.fetched_at == known.body_at == NOON + timedelta(days=7)
    assert (known.first_seen, known.changed_at, known.title) == (NOON, NOON, "another title")
    with engine.connect() as connection:
        times, role = connection.execute(text("SELECT times_seen, role FROM pages")).one()
        outcomes = [*connection.execute(text("SELECT outcome FROM attempts WHERE run_id = 'run-2'")).scalars()]
    assert (times, role, outcomes) == (2, "report", ["unchanged"])
    assert dump(engine)["versions"] == before


def test_a_304_is_the_servers_word_and_no_sight_of_the_bytes(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    writer.write_now(seen(reason="not_modified"))
    known = recall(engine, PORTAL.id, NOON).pages[URL]
    assert (known.fetched_at, known.body_at) == (NOON + timedelta(days=7), NOON)
    assert known.conditions((NOON + timedelta(days=364)).date()) == {"If-None-Match": '"5f"'}
    assert known.conditions((NOON + timedelta(days=365)).date()) == {}


def test_a_changed_page_is_known_since_its_first_sight_and_its_last_change(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    other = page(sha256="d" * 64)
    writer.write_now(report_record("run-2", 60, report("本局全年收到申请216件。"), other))
    known = recall(engine, PORTAL.id, NOON).pages[URL]
    assert (known.sha256, known.first_seen, known.changed_at) == ("d" * 64, NOON, NOON + timedelta(hours=1))


def test_a_record_out_of_the_spool_never_makes_anything_older(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    writer.write_now(seen(days=30))
    writer.write_now(seen("run-0", days=7, list_title="stale"))
    writer.write_now(listed(days=30, rows=9))
    writer.write_now(listed("run-0", days=7))
    memory = recall(engine, PORTAL.id, NOON)
    assert memory.pages[URL].fetched_at == NOON + timedelta(days=30)
    assert memory.pages[URL].title == "another title"
    assert memory.lists["ab" * 20].rows == 9


def test_a_page_of_which_nothing_became_is_not_known(writer: Writer, engine: Engine) -> None:
    writer.write_now(page_record(attempt=None))
    assert recall(engine, PORTAL.id, NOON).pages == {}
    refused = page_record()
    assert refused.attempt is not None
    writer.write_now(
        page_record(
            "run-2", attempt=refused.attempt.model_copy(update={"url": "http://www.gz.gov.cn/xxgk/post_2.html"})
        )
    )
    memory = recall(engine, PORTAL.id, NOON)
    assert [one.became for one in memory.pages.values()] == ["refused"]


def test_a_page_that_carries_files_is_never_asked_for_conditionally(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    held = page("http://www.gz.gov.cn/files/1.pdf", "e" * 64, role="file", column_url=URL)
    writer.write_now(page_record(page=held, attempt=None))
    known = recall(engine, PORTAL.id, NOON).pages
    assert list(known) == [URL]
    assert known[URL].carries
    assert known[URL].conditions(NOON.date()) == {}


def test_failures_count_the_runs_that_asked_and_not_those_that_spoke_of_them(writer: Writer, engine: Engine) -> None:
    def failed(run: str, days: float, agency: object) -> None:
        record = attempt_record("missing", "http_404", run, days * 1440, agency=agency)
        writer.write_now(record.model_copy(update={"attempt": record.attempt.model_copy(update={"url": "http://x/1"})}))

    failed("run-1", 0, None)
    failed("run-1", 0, AGENCY)
    failed("run-2", 1, AGENCY)
    told = recall(engine, PORTAL.id, NOON).failures["http://x/1"]
    assert told == KnownFailure("http://x/1", "missing", "http_404", NOON, 1, None, 2022)
    assert [told.is_due((NOON + timedelta(days=days)).date()) for days in (0, 1)] == [False, True]
    assert recall(engine, PORTAL.id, LATER + timedelta(days=1)).failures == {}


@pytest.mark.parametrize(
    ("known", "wanted", "covered"),
    [
        (None, None, True),
        (None, frozenset({2020}), True),
        (frozenset({2022, 2023}), frozenset({2023}), True),
        (frozenset({2022, 2023}), frozenset({2023, 2024}), False),
        (frozenset({2022, 2023}), None, False),
    ],
)
def test_a_list_that_was_read_for_some_years_covers_these(
    known: frozenset[int] | None, wanted: frozenset[int] | None, covered: bool
) -> None:
    made = KnownList("k", "u", None, None, None, None, 0, known, NOON, NOON)
    assert made.covers(wanted) is covered


def test_a_list_is_known_as_it_was_written(writer: Writer, engine: Engine) -> None:
    writer.write_now(listed())
    found = recall(engine, PORTAL.id, NOON).lists["ab" * 20]
    assert (found.years, found.rows, found.complete_at) == (frozenset({2022, 2023}), 7, NOON)
    writer.write_now(listed("run-2", 1, years=None))
    assert recall(engine, PORTAL.id, NOON).lists["ab" * 20].years is None


@pytest.mark.parametrize("value", ["a\nb", "日期", "", None])
def test_validators_that_no_header_can_hold_are_not_sent(value: str | None) -> None:
    assert conditions(value, value) == {}


def test_records_survive_the_detour_over_the_disk() -> None:
    for record in (seen(), listed(), listed(years=None, complete_at=None)):
        assert from_json(json.loads(to_line(record))) == record
