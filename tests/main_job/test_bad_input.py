"""Whatever a portal serves, the crawl goes on, and what could not be read has a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.demo import damage
from crawler.demo.country import Country, country
from crawler.demo.trouble import Trouble
from crawler.store import open_store
from tests.main_job.run import main_job, rows

PORTAL = "sthj.guizhou.gov.cn"
AGENCY = "520000-sthjt"
YEAR = 2022


def url_of(land: Country) -> str:
    return land.expected(AGENCY, YEAR).url


def crawl_changed(land: Country, tmp_path: Path, **settings: Any) -> tuple[str, list[tuple[Any, ...]]]:
    """Crawl the one portal; returns the database and the attempts of this portal."""
    database = f"sqlite:///{tmp_path / 'reports.db'}"
    main_job(land.only(PORTAL), database, tmp_path / "spool", settings=settings)
    return database, rows(database, "SELECT outcome, reason, year, url, detail FROM attempts")


def others_are_there(database: str) -> bool:
    """The six other years of the portal were stored all the same."""
    found = rows(database, "SELECT count(*) FROM reports WHERE year <> :year", year=YEAR)
    return found[0][0] >= 6


@pytest.mark.parametrize(
    ("change", "outcome", "reason"),
    [
        (damage.changed(damage.emptied), "unreadable", "empty_body"),
        (damage.pdf, "unreadable", "unreadable:empty"),
        (damage.changed(damage.inflated), "unreadable", "too_large"),
    ],
    ids=["empty body", "a PDF", "20 MB"],
)
def test_a_page_that_cannot_be_read_is_an_attempt(tmp_path: Path, change: Any, outcome: str, reason: str) -> None:
    land = country()
    changed = land.with_changes({url_of(land): change})
    database, attempts = crawl_changed(changed, tmp_path)
    assert others_are_there(database)
    # The page itself, and the year that it leaves open, which names it as the cause.
    assert {(o, r) for o, r, _, url, _ in attempts if url == url_of(land)} == {(outcome, reason)}
    assert rows(database, "SELECT count(*) FROM reports WHERE year = :year", year=YEAR) == [(0,)]


def test_a_bomb_is_stopped_before_it_unfolds(tmp_path: Path) -> None:
    land = country()
    database, attempts = crawl_changed(land.with_changes({url_of(land): damage.gzip_bomb}), tmp_path)
    assert others_are_there(database)
    assert ("unreadable", "too_large") in {(outcome, reason) for outcome, reason, *_ in attempts}


def test_a_truncated_page_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    land = country()
    database, _ = crawl_changed(land.with_changes({url_of(land): damage.changed(damage.truncated)}), tmp_path)
    assert others_are_there(database)
    query = (
        "SELECT f.code, f.severity FROM findings f JOIN versions v ON v.id = f.version_id "
        "JOIN reports r ON r.id = v.report_id WHERE r.year = :year"
    )
    assert {"table_missing", "page_ends_early"} <= {code for code, _ in rows(database, query, year=YEAR)}


def test_a_table_of_a_hundred_thousand_columns_is_bounded(tmp_path: Path) -> None:
    land = country()
    database, _ = crawl_changed(land.with_changes({url_of(land): damage.changed(damage.wide_table)}), tmp_path)
    assert others_are_there(database)
    assert rows(database, "SELECT count(*) FROM reports WHERE year = :year", year=YEAR) == [(1,)]


def test_a_wrong_charset_header_changes_nothing(tmp_path: Path) -> None:
    land = country()
    database, _ = crawl_changed(land.with_changes({url_of(land): damage.misnamed}), tmp_path)
    query = "SELECT c.value FROM cells c JOIN versions v ON v.id = c.version_id JOIN reports r ON r.id = v.report_id "
    found = rows(database, query + "WHERE r.year = :year AND c.address = 't3.new.total'", year=YEAR)
    assert [int(value) for (value,) in found] == [int(land.expected(AGENCY, YEAR).report.cells["t3.new.total"] or 0)]


@pytest.mark.parametrize("kind", ["timeout", "reset", "dns", "cut"])
def test_a_broken_wire_is_an_attempt(tmp_path: Path, kind: Any) -> None:
    land = country()
    database, _ = crawl_changed(land.with_troubles({url_of(land): Trouble(kind)}), tmp_path)
    assert others_are_there(database)
    attempts = rows(database, "SELECT outcome, reason, year FROM attempts WHERE year = :year", year=YEAR)
    stored = rows(database, "SELECT count(*) FROM reports WHERE year = :year", year=YEAR)[0][0]
    assert stored == 1 or {outcome for outcome, *_ in attempts} & {"unreachable", "unreadable"}


CUT = "SELECT count(*) FROM findings f JOIN versions v ON v.id = f.version_id JOIN reports r ON r.id = v.report_id "


def test_a_transfer_that_is_cut_each_time_is_a_partial_report_and_the_whole_one_follows_it(tmp_path: Path) -> None:
    land = country()
    broken = land.with_troubles({url_of(land): Trouble("cut")})
    database, _ = crawl_changed(broken, tmp_path)
    attempts = "SELECT outcome, reason FROM attempts WHERE url = :url ORDER BY id"
    assert rows(database, attempts, url=url_of(land)) == [("partial", "cut")]
    assert rows(database, CUT + "WHERE f.code = 'transfer_cut' AND r.year = :year", year=YEAR) == [(1,)]
    crawl_changed(land, tmp_path)
    assert rows(database, attempts, url=url_of(land))[-1][0] == "changed"
    crawl_changed(broken, tmp_path, INCREMENTAL=False)  # half a page does not follow the whole one
    assert rows(database, attempts, url=url_of(land))[-1] == ("partial", "cut")
    newest = "SELECT f.code FROM versions v JOIN reports r ON r.id = v.report_id LEFT JOIN findings f "
    newest += "ON f.version_id = v.id AND f.code = 'transfer_cut' WHERE r.year = :year ORDER BY v.last_seen"
    assert [code for (code,) in rows(database, newest, year=YEAR)] == ["transfer_cut", None]


def test_a_transfer_that_is_cut_once_is_asked_for_again(tmp_path: Path) -> None:
    land = country()
    database, attempts = crawl_changed(land.with_troubles({url_of(land): Trouble("cut", times=1)}), tmp_path)
    assert [outcome for outcome, _, _, url, _ in attempts if url == url_of(land)] == ["found"]
    assert rows(database, CUT + "WHERE f.code = 'transfer_cut'") == [(0,)]


def test_the_database_of_a_bad_day_can_be_read(tmp_path: Path) -> None:
    land = country()
    database, _ = crawl_changed(land.with_changes({url_of(land): damage.pdf}), tmp_path)
    engine = open_store(database)
    engine.dispose()
    assert rows(database, "SELECT count(*) FROM runs WHERE finish_reason = 'finished'") == [(1,)]
