"""What each record does to the tables, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from crawler.reports.model import Cell, Place, Section
from crawler.store import Spool, Writer, WriteResult, dump, open_store, recheck, remembered_columns
from crawler.store import models as m
from crawler.store.identity import content_sha256
from crawler.store.records import AgencyValue, PortalValue, Record
from tests.store.examples import (
    AGENCY,
    NOON,
    PORTAL,
    attempt_record,
    column_record,
    page,
    page_record,
    report,
    report_record,
    run_end,
    run_record,
)


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def writer(engine: Engine, tmp_path: Path) -> Writer:
    return Writer(engine, Spool(tmp_path / "spool"), delays=())


def rows(engine: Engine, *what: Any, **conditions: Any) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*what).filter_by(**conditions))]


def count(engine: Engine, model: type[m.Base]) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(model)).scalar_one())


def test_report_stands_in_its_tables(writer: Writer, engine: Engine) -> None:
    assert writer.write_now(report_record()) == WriteResult("stored", "found", "new_report", True, True)
    assert rows(engine, m.Report.agency_id, m.Report.year, m.Report.kind) == [("440100-sthjj", 2023, "annual_report")]
    v = m.Version
    assert rows(engine, v.title, v.format, v.parser, v.date_claimed, v.date_url, v.date_meta) == [
        ("广州市生态环境局2023年政府信息公开工作年度报告", "fmt2021", "0.1.0", "2024-01-30", None, "2024-01-31")
    ]
    assert rows(engine, v.encoding_declared, v.encoding_chosen, v.encoding_lossy, v.characters_lost, v.tables) == [
        ("gb2312", "gb18030", True, 2, {"t2": "missing", "t3": "present", "t4": "image"})
    ]
    assert rows(engine, v.repairs)[0][0][0]["sample"] == ["文(wen)", "文"]
    ((as_read,),) = rows(engine, v.source_text)
    assert as_read.endswith("文(wen)")
    ((evidence,),) = rows(engine, m.Page.encoding_evidence)
    assert evidence["votes"] == [{"source": "meta", "encoding": "gb18030"}]
    assert rows(engine, m.Run.id, m.Run.started_at, m.Run.spider) == [("run-1", NOON, None)]
    assert rows(engine, m.Agency.name, m.Agency.registered) == [("广州市生态环境局", True)]
    assert rows(engine, m.Attempt.outcome, m.Attempt.reason, m.Attempt.year, m.Attempt.agency_id) == [
        ("found", "new_report", 2023, "440100-sthjj")
    ]


def test_sections_keep_order_and_nesting(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    s = m.Section
    assert sorted(rows(engine, s.position, s.parent, s.num, s.section, s.tables, s.implied)) == [
        (0, None, "一、", "overview", [], False),
        (1, 0, "（一）", None, [], False),
        (2, 1, "1.", None, [], False),
        (3, None, "二、", "requests", ["t3"], False),
    ]


def test_deeply_nested_sections_do_not_overflow(writer: Writer, engine: Engine) -> None:
    nested = Section("1.", None, "1.", "end")
    for _ in range(3000):
        nested = Section("1.", None, "1.", "", (nested,))
    assert writer.write_now(report_record(what=report(sections=(nested,)))).status == "stored"
    assert count(engine, m.Section) == 3001


def test_cells_are_exact_and_keep_what_stood_there(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    c = m.Cell
    assert sorted(rows(engine, c.address, c.raw, c.kind, c.value, c.unit, c.remark, c.place_col)) == [
        ("local.1", "/", "not_applicable", None, None, None, None),
        ("t2.fees.amount", "6021.70", "number", Decimal("6021.7"), "万元", None, None),
        ("t3.new.natural", "215", "number", Decimal(215), "件", None, 3),
        ("t3.new.total", "590(辦結數)", "number", Decimal(590), "件", "办结数", 9),
        ("t4.recon.upheld", "", "empty", None, None, None, None),
    ]
    assert rows(engine, m.Narrative.quantity, m.Narrative.value) == [("new", Decimal(215))]
    f = m.Finding
    assert sorted(rows(engine, f.position, f.code, f.left_side, f.right_side, f.difference, f.cells, f.place)) == [
        (0, "T3-A", "215", "216", Decimal(-1), ["t3.new.natural"], "natural"),
        (1, "table_missing", None, None, None, [], None),
    ]


def test_same_record_three_times_changes_nothing(writer: Writer, engine: Engine) -> None:
    everything: list[Record] = [
        run_record(),
        report_record(),
        page_record(),
        attempt_record(),
        column_record(),
        run_end(),
    ]
    for record in everything:
        writer.write_now(record)
    before, sizes = dump(engine), [count(engine, model) for model in (m.Attempt, m.Page, m.Run)]
    for record in everything * 2:
        assert writer.write_now(record).status == "stored"
    assert dump(engine) == before
    assert [count(engine, model) for model in (m.Attempt, m.Page, m.Run)] == sizes
    assert {seen for (seen,) in rows(engine, m.Page.times_seen)} == {1}


def test_second_run_only_moves_last_seen(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record("run-1", 0))
    before = dump(engine)
    result = writer.write_now(report_record("run-2", 90))
    assert (result.outcome, result.reason, result.report_new, result.version_new) == (
        "unchanged",
        "same_content",
        False,
        False,
    )
    assert dump(engine) == before
    late = NOON + timedelta(minutes=90)
    for model in (m.Page, m.Report, m.Version, m.VersionPage):
        assert rows(engine, model.first_seen, model.last_seen) == [(NOON, late)]
    assert rows(engine, m.Page.times_seen, m.Page.last_run_id) == [(2, "run-2")]
    assert [row[0] for row in rows(engine, m.Attempt.outcome)] == ["found", "unchanged"]


def test_record_that_comes_late_does_not_turn_time_back(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record("run-2", 90))
    writer.write_now(report_record("run-1", 0))
    for model in (m.Page, m.Report, m.Version, m.VersionPage):
        assert rows(engine, model.first_seen, model.last_seen) == [(NOON, NOON + timedelta(minutes=90))]


def test_changed_text_is_a_new_version_and_the_old_one_stays(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    changed = report_record("run-2", 60, report("本局全年收到申请216件。"), page(sha256="c" * 64))
    assert writer.write_now(changed) == WriteResult("stored", "changed", "new_content", False, True)
    assert count(engine, m.Version) == 2
    assert count(engine, m.Cell) == 10
    back = report_record("run-3", 120)
    assert writer.write_now(back) == WriteResult("stored", "changed", "back_to_earlier", False, False)
    assert count(engine, m.Version) == 2


def test_changed_cell_alone_is_a_new_version(writer: Writer) -> None:
    writer.write_now(report_record())
    cells = dict(report().cells)
    cells["t3.new.natural"] = cells["t3.new.natural"]._replace(raw="216", value=Decimal(216))
    changed = report_record("run-2", 60, report(cells=cells), page(sha256="c" * 64))
    assert writer.write_now(changed).version_new


def test_other_chrome_is_another_page_but_no_new_version(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    same_words = report("本局全年收到\u3000申请２１５件。 ")
    result = writer.write_now(report_record("run-2", 60, same_words, page(sha256="c" * 64)))
    assert (result.outcome, result.version_new) == ("unchanged", False)
    assert (count(engine, m.Page), count(engine, m.Version), count(engine, m.VersionPage)) == (2, 1, 2)


def test_twin_on_another_url_is_the_same_report(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    twin = report_record("run-1", 1, where=page("http://sthjj.gz.gov.cn/post_9.html", "d" * 64))
    assert writer.write_now(twin) == WriteResult("stored", "unchanged", "twin", False, False)
    other = report_record("run-1", 2, report("另一稿。"), page("http://sthjj.gz.gov.cn/post_10.html", "e" * 64))
    assert writer.write_now(other) == WriteResult("stored", "found", "other_text_elsewhere", False, True)
    assert (count(engine, m.Report), count(engine, m.Version)) == (1, 2)


def test_order_of_twins_does_not_matter(sqlite: str, postgres: str, tmp_path: Path) -> None:
    """Which of two portals shows a report first is chance; what stands in the database must not be."""
    twins = [
        report_record("run-1", 0, report(title="甲"), page("http://a.gz.gov.cn/1.html", "1" * 64)),
        report_record("run-1", 1, report(title="乙"), page("http://b.gz.gov.cn/1.html", "2" * 64)),
        report_record("run-1", 2, report("另一稿。", title="丙"), page("http://c.gz.gov.cn/1.html", "3" * 64)),
    ]
    dumps = []
    for url, order in ((sqlite, twins), (postgres, twins[::-1])):
        writer = Writer(open_store(url), Spool(tmp_path / "spool"))
        for record in order:
            writer.write_now(record)
        writer.close_now()
        dumps.append(dump(open_store(url)))
        with open_store(url).connect() as connection:
            assert sorted(connection.execute(select(m.Version.title)).scalars()) == ["丙", "甲"]
    assert dumps[0] == dumps[1]


def test_later_parser_replaces_the_reading_not_the_version(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    (number,) = rows(engine, m.Version.id)
    better = report(
        findings=(),
        cells={"t3.new.natural": Cell("t3.new.natural", "215", "number", Decimal(215), place=Place(0, 3, 3))},
    )
    result = writer.write_now(report_record("run-2", 60, better, parser="0.2.0"))
    assert (result.outcome, result.version_new) == ("unchanged", False)
    assert rows(engine, m.Version.id, m.Version.parser, m.Version.content_sha256) == [
        (*number, "0.2.0", content_sha256(better))
    ]
    assert (count(engine, m.Finding), count(engine, m.Cell), count(engine, m.Section)) == (0, 1, 4)


def test_other_words_from_another_parser_are_marked(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    result = writer.write_now(report_record("run-2", 60, report("別的。"), page(sha256="c" * 64), parser="0.2.0"))
    assert (result.outcome, result.reason) == ("changed", "other_parser")
    assert [row[0].get("parser") for row in rows(engine, m.Attempt.evidence)] == [None, ["0.1.0", "0.2.0"]]


def test_report_in_which_nothing_can_be_read_is_partial(writer: Writer) -> None:
    empty = report("", sections=(), cells={}, text="见附件", tables={"t3": "attachment"})
    result = writer.write_now(report_record(what=empty))
    assert (result.outcome, result.reason, result.report_new) == ("partial", "nothing_readable", True)


def test_report_of_nobody_known_is_partial(writer: Writer) -> None:
    result = writer.write_now(report_record(agency_resolved_by="unknown"))
    assert (result.outcome, result.reason) == ("partial", "agency_unknown")


def test_agencies_years_and_kinds_are_apart(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    writer.write_now(report_record(year=2022))
    writer.write_now(report_record(what=report(kind="work_summary")))
    writer.write_now(report_record(agency=AgencyValue(id="440100-czj", name="广州市财政局", registered=True)))
    assert count(engine, m.Report) == 4


def test_refused_page_is_kept_with_its_attempt(writer: Writer, engine: Engine) -> None:
    assert writer.write_now(page_record()) == WriteResult("stored", "refused", "look_alike:website_form")
    assert writer.write_now(page_record(attempt=None, run_id="run-2")) == WriteResult("stored")
    assert rows(engine, m.Page.url, m.Page.times_seen) == [("http://www.gz.gov.cn/xxgk/post_2.html", 2)]
    assert count(engine, m.Attempt) == 1


def test_page_keeps_where_it_was_listed_and_takes_new_validators(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    writer.write_now(
        report_record("run-2", 60, where=page(etag='"60"', column_url=None, list_title=None, list_date=None))
    )
    assert rows(engine, m.Page.etag, m.Page.column_url, m.Page.list_title) == [
        ('"60"', "http://www.gz.gov.cn/xxgk/", "2023年年报")
    ]


def test_attempts_are_appended_a_run(writer: Writer, engine: Engine) -> None:
    writer.write_now(attempt_record())
    writer.write_now(attempt_record(run_id="run-2", minutes=60))
    portal_wide = attempt_record("blocked", "gate_412", agency=None)
    writer.write_now(portal_wide)
    a = m.Attempt
    assert sorted(rows(engine, a.run_id, a.outcome, a.agency_id), key=str) == [
        ("run-1", "blocked", None),
        ("run-1", "missing", "440100-sthjj"),
        ("run-2", "missing", "440100-sthjj"),
    ]


def test_run_begins_and_ends(writer: Writer, engine: Engine) -> None:
    writer.write_now(attempt_record(minutes=5))  # came before its own run's record: that one was spooled
    writer.write_now(run_record())
    r = m.Run
    assert rows(engine, r.spider, r.args, r.versions, r.started_at, r.ended_at) == [
        ("gkmlpt", {"portal": "gz"}, {"scrapy": "2.19.0"}, NOON, None)
    ]
    writer.write_now(run_end())
    assert rows(engine, r.finish_reason, r.ended_at, r.stats, r.spider) == [
        ("finished", NOON + timedelta(minutes=60), {"pages": 3}, "gkmlpt")
    ]
    assert sorted(rows(engine, m.PortalAgency.portal_id, m.PortalAgency.agency_id)) == [
        ("www.gz.gov.cn", "440100-czj"),
        ("www.gz.gov.cn", "440100-sthjj"),
    ]


def test_columns_are_remembered(writer: Writer, engine: Engine) -> None:
    writer.write_now(column_record())
    writer.write_now(column_record("run-2", 60))
    (column,) = remembered_columns(engine, "www.gz.gov.cn")
    assert (column.title, column.params, column.clicks) == ("政府信息公开年报", {"sid": 200063, "tree": ["a", "b"]}, 2)
    assert column.last_seen == NOON + timedelta(minutes=60)
    assert remembered_columns(engine, "www.xuchang.gov.cn") == []


def test_registry_wins_over_what_pages_say(writer: Writer, engine: Engine) -> None:
    writer.write_now(attempt_record())
    writer.write_now(attempt_record(minutes=1, agency=AgencyValue(id=AGENCY.id, name="本局"), run_id="run-2"))
    writer.write_now(attempt_record(minutes=1, portal=PortalValue.unknown(PORTAL.id), run_id="run-3"))
    assert rows(engine, m.Agency.name, m.Agency.registered) == [("广州市生态环境局", True)]
    assert rows(engine, m.Portal.name, m.Portal.family) == [("广州市人民政府", "gkmlpt")]
    renamed = AGENCY.model_copy(update={"name": "广州市生态环境局（新）"})
    writer.write_now(attempt_record(agency=renamed, run_id="run-4"))
    assert rows(engine, m.Agency.name) == [("广州市生态环境局（新）",)]


def test_text_that_no_database_takes_is_mended(writer: Writer, engine: Engine) -> None:
    bad = "坏\x00字\ud83d。"
    cells = {"t3.new.total": Cell("t3.new.total", bad, "damaged", label=bad)}
    damaged = report(bad, title=bad, cells=cells, sections=(Section("一、", None, bad, bad),))
    assert writer.write_now(report_record(what=damaged, where=page(list_title=bad))).status == "stored"
    evidence = attempt_record(
        attempt=attempt_record().attempt.model_copy(update={"evidence": {bad: [bad, float("nan")]}})
    )
    assert writer.write_now(evidence).status == "stored"
    for column in (m.Version.title, m.Version.text, m.Section.text, m.Cell.raw, m.Cell.label, m.Page.list_title):
        assert "坏\ufffd字\ufffd。" in rows(engine, column)[0][0]
    assert rows(engine, m.Attempt.evidence, outcome="missing") == [
        ({"坏\ufffd字\ufffd。": ["坏\ufffd字\ufffd。", "nan"]},)
    ]
    again = writer.write_now(report_record("run-2", 60, damaged, page(list_title=bad)))
    assert again.outcome == "unchanged"


def test_two_writers_at_once_make_one_report(database: str, tmp_path: Path) -> None:
    """Two crawls meet the same reports: no duplicate, no dead lock that costs a record."""
    results: list[WriteResult] = []

    def crawl(run: str) -> None:
        writer = Writer(open_store(database), Spool(tmp_path / run))
        for number in range(25):
            where = page(f"http://www.gz.gov.cn/{number}.html", f"{number:064d}")
            results.append(
                writer.write_now(report_record(run, number, report(f"第{number}份。"), where, year=1990 + number))
            )
        writer.close_now()

    threads = [threading.Thread(target=crawl, args=(run,)) for run in ("run-1", "run-2", "run-3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {result.status for result in results} == {"stored"}
    assert sum(result.report_new for result in results) == 25
    assert sum(result.version_new for result in results) == 25
    engine = open_store(database)
    assert (count(engine, m.Report), count(engine, m.Version), count(engine, m.Cell)) == (25, 25, 125)
    assert {seen for (seen,) in rows(engine, m.Page.times_seen)} == {3}


def test_sqlite_and_postgres_hold_the_same(sqlite: str, postgres: str, tmp_path: Path) -> None:
    dumps = []
    few = {"t3.new.total": Cell("t3.new.total", "2", "number", Decimal(2))}
    for url in (sqlite, postgres):
        writer = Writer(open_store(url), Spool(tmp_path / "spool"))
        for record in (
            run_record(),
            column_record(),
            report_record(),
            report_record(minutes=2, what=report("另一稿。"), where=page(sha256="c" * 64)),
            report_record(minutes=3, what=report(kind="work_summary", cells={}), year=2020),
            report_record(minutes=4, what=report("去年。", cells=few), year=2022, where=page("http://x/", "e" * 64)),
            page_record(),
            attempt_record(),
            run_end(),
        ):
            assert writer.write_now(record).status == "stored"
        writer.close_now()
        recheck(open_store(url))
        dumps.append(dump(open_store(url)))
    assert dumps[0] == dumps[1]
    assert all(dumps[0].values())
    of_the_crawl = {"runs", "intents", "lists", "captures", "archive_files"}
    assert set(dumps[0]) == set(m.Base.metadata.tables) - of_the_crawl
