"""The store pipeline in real crawls: items go in at the spider and stand in the database at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
import scrapy
from scrapy.exceptions import CloseSpider
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from crawler.items import AttemptItem, ColumnItem, PageItem
from crawler.ledger import Ledger
from crawler.portals import registry as registry_module
from crawler.reports.model import Cell, Finding, Report
from crawler.store import Spool, coverage, cross_findings, dump, open_store, recheck
from crawler.store import models as m
from crawler.text.model import Decoded
from pipelines.store import StorePipeline
from spiders.selection import Selection
from tests.databases import database, postgres, postgres_server, sqlite
from tests.spiders.crawl import Crawl, crawl, pages, row
from tests.store.examples import report as example_report
from tests.store.examples import report_record

__all__ = ["database", "postgres", "postgres_server", "sqlite"]

HOST = "a.gz.gov.cn"
AGENCY = "440100-fake"
FAKE = pages({f"{HOST}/": "<html>年报</html>"})
STORE_ONLY = {"pipelines.store.StorePipeline": 400}


class Giver(scrapy.Spider):
    """Fetches one page, then yields what the test says."""

    name = "giver"
    give: ClassVar[Callable[[], list[Any]]] = list
    before: ClassVar[Callable[[], None]] = staticmethod(lambda: None)
    stop: ClassVar[str | None] = None

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Any:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.registry = registry_module.load(crawler.settings["PORTALS_DIR"], shipped=False)
        spider.selection = Selection(tuple(spider.registry), {}, (), frozenset({2021, 2022, 2023}))
        spider.ledger = Ledger(date(2026, 11, 22), frozenset({2021, 2022, 2023}))
        return spider

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(f"http://{HOST}/")

    def parse(self, response: Any) -> Iterator[Any]:
        type(self).before()
        self.ledger[HOST].pages += 1
        self.ledger[HOST].columns += 1
        yield from type(self).give()
        if self.stop:
            raise CloseSpider(self.stop)


def page(what: Report | None, number: int = 1, **changes: Any) -> PageItem:
    made = PageItem(
        portal_id=HOST,
        url=f"http://{HOST}/post_{number}.html",
        status=200,
        headers={"content-type": "text/html; charset=gbk"},
        body=f"<html>{number}".encode(),
        fetched_at=datetime.now(UTC),
        list_title="广州市样例局2022年政府信息公开工作年度报告",
        agency_ids=(AGENCY,),
        decoded=Decoded("<html>", "gbk", "gb18030"),
        report=what,
    )
    return replace(made, **changes)


def report(**changes: Any) -> Report:
    return example_report(**{"agency": "广州市样例局", **changes})


def run(
    database: str,
    spool: Path,
    *items: Any,
    before: Callable[[], None] = lambda: None,
    stop: str | None = None,
    check: bool = True,
) -> Crawl:
    spider = type(
        "GiverOfThese",
        (Giver,),
        {"give": staticmethod(lambda: list(items)), "before": staticmethod(before), "stop": stop},
    )
    settings = {"DATABASE_URL": database, "SPOOL_DIR": str(spool), "ITEM_PIPELINES": STORE_ONLY}
    return crawl(spider, FAKE, rows=[row(HOST, "trs")], settings=settings, pipelines=True, check=check)


def rows(url: str, *what: Any) -> list[tuple[Any, ...]]:
    engine = open_store(url)
    try:
        with engine.connect() as connection:
            return [tuple(one) for one in connection.execute(select(*what))]
    finally:
        engine.dispose()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def numbers(result: Crawl) -> dict[str, int]:
    return {
        key.removeprefix("store/"): value for key, value in result.stats.items() if key.startswith(("store/", "pages/"))
    }


def test_everything_lands_in_its_place(database: str, spool: Path) -> None:
    nothing = Report(kind="other", findings=(Finding("not_html", "hard", "the body is a PDF, not a page"),))
    result = run(
        database,
        spool,
        page(report(), 1),
        page(report(kind="website_form", year=2021), 2),
        page(nothing, 3),
        page(report(year=2010), 4, years=frozenset({2021, 2022, 2023})),
        page(None, 5, role="list"),
        AttemptItem(HOST, "refused", "look_alike:notice", "a notice", f"http://{HOST}/n.html"),
        ColumnItem(HOST, f"http://{HOST}/xxgknb/", "政府信息公开年报", {"id": 7}, 2),
    )
    assert numbers(result) == {
        "pages": 5, "reports": 1, "reports_new": 1, "versions_new": 1, "found": 1, "refused": 1, "unreadable": 1,
        "pages/out_of_range": 1, "columns": 1, "attempts": 2,
    }  # fmt: skip
    assert rows(database, m.Report.agency_id, m.Report.year) == [(AGENCY, 2023)]
    assert len(rows(database, m.Page.id)) == 5
    assert rows(database, m.Column.params) == [({"id": 7},)]
    engine = open_store(database)
    assert [(one.year, one.state, one.reason) for one in coverage(engine)] == [
        (2021, "missing", "not_listed"),
        (2022, "unreadable", "not_html"),
        (2023, "found", ""),
    ]
    engine.dispose()


def test_run_is_told_from_begin_to_end(sqlite: str, spool: Path) -> None:
    result = run(sqlite, spool, page(report()))
    ((spider, args, versions, began, ended, reason, stats),) = rows(
        sqlite,
        m.Run.spider,
        m.Run.args,
        m.Run.versions,
        m.Run.started_at,
        m.Run.ended_at,
        m.Run.finish_reason,
        m.Run.stats,
    )
    assert (spider, reason) == ("giver", "finished")
    assert args == {"portals": [HOST], "agencies": [], "years": [2021, 2022, 2023], "sample": 0}
    assert {"annual-report-crawler", "scrapy", "python"} <= set(versions)
    assert began < ended
    assert stats["store/reports"] == result.stats["store/reports"] == 1


def test_second_crawl_adds_nothing(database: str, spool: Path) -> None:
    items = [page(report()), page(report(kind="notice", year=2022), 2)]
    run(database, spool, *items)
    engine = open_store(database)
    before = dump(engine)
    result = run(database, spool, *items)
    assert numbers(result)["unchanged"] == 1
    assert "versions_new" not in numbers(result)
    assert dump(engine) == before
    engine.dispose()
    assert len(rows(database, m.Run.id)) == 2


def test_crawl_that_was_stopped_calls_nothing_missing(sqlite: str, spool: Path) -> None:
    run(sqlite, spool, page(report()), stop="enough", check=False)
    assert rows(sqlite, m.Run.finish_reason) == [("enough",)]
    assert [outcome for (outcome,) in rows(sqlite, m.Attempt.outcome)] == ["found"]


def test_other_items_pass(sqlite: str, spool: Path) -> None:
    assert run(sqlite, spool, {"url": "x"}).items == [{"url": "x"}]


def test_database_that_goes_away_in_mid_crawl(sqlite: str, tmp_path: Path, spool: Path) -> None:
    file = tmp_path / "data" / "reports.db"
    away = file.with_name("away.db")

    def take_away() -> None:
        for part in file.parent.glob("reports.db*"):
            part.rename(part.with_name(part.name.replace("reports", "away")))

    settings_free = run(sqlite, spool, page(report()), before=take_away)
    assert numbers(settings_free)["spooled"] >= 3
    assert str(spool) in settings_free.text
    assert away.exists()
    for part in file.parent.glob("away.db*"):
        part.rename(part.with_name(part.name.replace("away", "reports")))
    following = run(sqlite, spool)
    assert numbers(following)["loaded"] == numbers(settings_free)["spooled"]
    assert following.stats["check/agencies"] == 1
    assert "loaded" in following.text
    assert rows(sqlite, m.Report.year) == [(2023,)]
    assert sorted(reason for (reason,) in rows(sqlite, m.Run.finish_reason)) == ["finished", "not_compared"]


def test_record_that_no_database_takes_is_counted_and_kept(sqlite: str, spool: Path) -> None:
    result = run(sqlite, spool, page(report(year=2**70)), page(report(), 2))
    assert numbers(result)["rejected"] == 1
    assert rows(sqlite, m.Report.year) == [(2023,)]
    assert len(list((spool / "rejected").glob("*.jsonl"))) == 1


def test_database_that_cannot_be_used_stops_before_anything_is_fetched(tmp_path: Path, spool: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run(f"sqlite:///{tmp_path}/file/reports.db", spool, check=False)
    assert result.stats["finish_reason"] == "no_database"
    assert result.urls == []
    assert "the folder of the database cannot be made" in result.text
    assert result.errors == []


def test_old_database_names_the_command(sqlite: str, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler.store import migrate

    open_store(sqlite).dispose()
    known = migrate.schema_of
    monkeypatch.setattr(migrate, "schema_of", lambda engine: replace(known(engine), head="9999"))
    result = run(sqlite, spool, check=False)
    assert result.stats["finish_reason"] == "no_database"
    assert "scrapy db upgrade" in result.text


def test_spool_of_an_earlier_run_is_loaded_at_the_start(sqlite: str, spool: Path) -> None:
    kept = Spool(spool)
    kept.put(report_record())
    kept.close()
    result = run(sqlite, spool)
    assert numbers(result)["loaded"] == 1
    assert rows(sqlite, m.Report.agency_id) == [("440100-sthjj",)]


def test_spider_without_registry_or_ledger_can_be_stored_too(sqlite: str, spool: Path) -> None:
    class Plain(scrapy.Spider):
        name = "plain"

        async def start(self) -> AsyncIterator[Any]:
            yield AttemptItem("nowhere.gov.cn", "unreachable", "timeout")

    settings = {"DATABASE_URL": sqlite, "SPOOL_DIR": str(spool), "ITEM_PIPELINES": STORE_ONLY}
    crawl(Plain, FAKE, rows=[row(HOST, "trs")], settings=settings, pipelines=True)
    assert rows(sqlite, m.Attempt.portal_id, m.Attempt.reason) == [("nowhere.gov.cn", "timeout")]
    assert rows(sqlite, m.Run.args) == [({},)]


def test_reports_are_compared_with_each_other_at_the_end(database: str, spool: Path) -> None:
    """Only this run's agencies; a second crawl finds the same."""

    def of(year: int, address: str, number: int) -> PageItem:
        cells = {address: Cell(address, str(number), "number", Decimal(number))}
        return page(report(year=year, cells=cells, text=str(year)), year)

    items = [of(2022, "t3.carried_forward.total", 5), of(2023, "t3.carried_over.total", 4)]
    result = run(database, spool, *items)
    assert (result.stats["check/agencies"], result.stats["check/findings"]) == (1, 1)
    engine = open_store(database)
    assert [(row.year, row.code, row.left, row.right) for row in cross_findings(engine)] == [(2023, "XY-1", "4", "5")]
    before = dump(engine)
    run(database, spool, *items)
    assert dump(engine) == before
    engine.dispose()


def test_a_database_that_refuses_the_comparison_ends_no_crawl(sqlite: str, spool: Path) -> None:
    engine = open_store(sqlite)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE cross_findings"))
    engine.dispose()
    result = run(sqlite, spool, page(report()))
    assert "scrapy check" in result.text
    assert result.stats["finish_reason"] == "finished"
    assert result.stats["check/not_compared"] == 1
    assert rows(sqlite, m.Run.finish_reason) == [("not_compared",)]


def test_a_run_that_could_not_compare_promises_nothing_and_the_next_one_compares(
    sqlite: str, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DBAPIError("SELECT", {}, OSError("server closed the connection"), connection_invalidated=True)

    def looked() -> list[tuple[Any, ...]]:
        return rows(sqlite, m.Intent.outcome)

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.store.recheck", away)
        run(sqlite, spool, page(report()))
    assert set(looked()) == {(None,)}, "the plan takes these years up again"
    following = run(sqlite, spool, page(report()))
    assert following.stats["check/agencies"] == 1
    assert rows(sqlite, m.Run.finish_reason) == [("not_compared",), ("finished",)]
    assert (None,) not in looked()


def test_a_comparison_waits_for_a_database_that_comes_back(
    sqlite: str, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[str]] = []

    def away_at_first(engine: Any, agency_ids: Any) -> Any:
        asked.append(set(agency_ids))
        if len(asked) == 1:
            raise DBAPIError("SELECT", {}, OSError("server closed the connection"), connection_invalidated=True)
        return recheck(engine, agency_ids)

    monkeypatch.setattr("pipelines.store.recheck", away_at_first)
    result = run(sqlite, spool, page(report()))
    assert asked == [{AGENCY}, {AGENCY}]
    assert result.stats["check/agencies"] == 1
    assert rows(sqlite, m.Run.finish_reason) == [("finished",)]


def test_rules_of_an_agency_that_makes_none_are_told_in_a_crawl(sqlite: str, spool: Path) -> None:
    """The registry knows that 样例局 is a department; the page, read alone, does not say so."""
    cells = {"t2.p1.rules.made": Cell("t2.p1.rules.made", "2", "number", Decimal(2))}
    run(sqlite, spool, page(report(cells=cells, findings=())))
    told = rows(sqlite, m.Finding.code, m.Finding.severity, m.Finding.message)
    assert [(code, severity) for code, severity, _ in told] == [("SEM-2", "soft")]
    assert "level" in told[0][2]


def test_a_database_that_is_away_at_the_end_is_not_made_anew(sqlite: str, tmp_path: Path, spool: Path) -> None:
    """SQLite would put an empty file where the moved one was."""
    file = tmp_path / "data" / "reports.db"

    class TakesAway(StorePipeline):
        async def _between_reports(self) -> bool:
            for part in file.parent.glob("reports.db*"):
                part.rename(part.with_name(part.name.replace("reports", "away")))
            return await super()._between_reports()

    settings = {"DATABASE_URL": sqlite, "SPOOL_DIR": str(spool), "ITEM_PIPELINES": {TakesAway: 400}}
    spider = type("GiverOfOne", (Giver,), {"give": staticmethod(lambda: [page(report())])})
    result = crawl(spider, FAKE, rows=[row(HOST, "trs")], settings=settings, pipelines=True)
    assert "the next run does, or scrapy check" in result.text
    assert not file.exists()
