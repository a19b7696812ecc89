"""Archived pages read anew: crawls of the fake country, spoilt readings, and what a second reading makes of them."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from crawler import __version__ as PARSER
from crawler import reading
from crawler.demo.country import country
from crawler.reading import parsed
from crawler.reparse.compare import Compared
from crawler.reparse.model import Wanted
from crawler.reparse.pool import Setup, reread
from crawler.reparse.run import Totals, compare_all, write_all
from crawler.reparse.selection import stored_pages
from crawler.reparse.worker import Reader
from crawler.store import dump, open_store
from tests.databases import database, postgres, postgres_server, sqlite
from tests.jobs.test_run import job, run, settings
from tests.main_job.run import OWN_ROWS
from tests.reports.files import pdfs
from tests.spiders.test_attachments import DATA, FOLDER, paper, way
from tests.spiders.test_attachments import run as carrying

__all__ = ["database", "postgres", "postgres_server", "sqlite"]

COLUMNS = ("archive_file", "archive_offset")
PORTALS = ("sthjj.gz.gov.cn", "sthjt.hunan.gov.cn", "sthjj.xuchang.gov.cn")


@dataclass
class Store:
    """A crawled database with its archive."""

    engine: Engine
    archive: Path
    told: list[Compared]

    def read(self, jobs: int = 1, kept: Any = None, **wanted: Any) -> Totals:
        self.told = []
        pages = stored_pages(self.engine, Wanted(**wanted))
        return compare_all(
            self.engine, reread(pages, Setup(self.archive, OWN_ROWS), jobs), kept or io.StringIO(), self.told.append
        )

    def reparse(self, **wanted: Any) -> Totals:
        kept = io.StringIO()
        totals = self.read(kept=kept, **wanted)
        assert write_all(self.engine, kept.getvalue().splitlines()) == totals.to_write
        return totals

    def sql(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for one in statements:
                connection.execute(text(one))

    def one(self, query: str) -> Any:
        with self.engine.connect() as connection:
            return connection.scalar(text(query))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled")
    tally = run([job(one) for one in PORTALS], settings(folder, country()))
    assert [one.state for one in tally.results] == ["done"] * len(PORTALS)
    open_store(f"sqlite:///{folder / 'reports.db'}").dispose()
    return folder


@pytest.fixture
def store(crawled: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(crawled, tmp_path / "own")
    engine = open_store(f"sqlite:///{tmp_path / 'own' / 'reports.db'}")
    yield Store(engine, tmp_path / "own" / "archive", [])
    engine.dispose()


def test_what_a_crawl_stored_reads_the_same(store: Store) -> None:
    totals = store.read()
    assert [(one.verdict, one.columns, one.reread.detail) for one in store.told if one.writes] == []
    assert totals.damaged == totals.to_write == 0
    read = store.one("SELECT count(DISTINCT read_from) FROM versions")
    assert totals.verdicts["same"] >= read > 15


def spoil(store: Store) -> None:
    """What an older release might have read: cells, findings, sections, a year, an agency, a report overlooked."""
    store.sql(
        "UPDATE versions SET parser = '0.0.1'",
        "UPDATE cells SET value = 777, raw = '777' WHERE address = 't3.new.natural' AND version_id % 2 = 0",
        "DELETE FROM findings WHERE version_id % 3 = 0",
        "UPDATE sections SET heading = 'x' || heading WHERE position = 1",
        "UPDATE versions SET content_sha256 = 'old' || id, title = 'old' WHERE id % 2 = 1",
        "UPDATE reports SET year = 1999 WHERE id = (SELECT max(id) FROM reports)",
    )
    lost = store.one("SELECT min(id) FROM versions")
    children = ("cells", "findings", "sections", "narratives", "version_pages")
    store.sql(
        *(f"DELETE FROM {name} WHERE version_id = {lost}" for name in children),
        f"DELETE FROM cross_findings WHERE report_id = (SELECT report_id FROM versions WHERE id = {lost})",
        f"DELETE FROM versions WHERE id = {lost}",
        "DELETE FROM reports WHERE id NOT IN (SELECT report_id FROM versions)",
    )


def readings(engine: Engine) -> dict[str, Any]:
    """The dump without what an older release has left for ever: attempts, and its name with what reads the same."""
    found = {name: rows for name, rows in dump(engine).items() if name != "attempts"}
    found["versions"] = [tuple(one for one in row if one not in ("0.0.1", PARSER)) for row in found["versions"]]
    return found


def test_an_older_reading_becomes_that_of_a_fresh_crawl(store: Store) -> None:
    whole = readings(store.engine)
    spoil(store)
    assert readings(store.engine) != whole
    spoilt = dump(store.engine)
    totals = store.read()
    assert dump(store.engine) == spoilt, "told before anything is written"
    assert totals.verdicts["moved"] == totals.verdicts["new"] == 1
    assert totals.addresses["t3.new.natural"] > 3
    assert store.reparse().verdicts == totals.verdicts
    assert readings(store.engine) == whole
    assert store.reparse().to_write == 0


def test_killed_half_way_and_run_again_ends_the_same(store: Store) -> None:
    whole = readings(store.engine)
    spoil(store)
    kept = io.StringIO()
    count = store.read(kept=kept).to_write
    lines = kept.getvalue().splitlines()
    write_all(store.engine, lines[: count // 2])
    assert store.reparse().to_write == count - count // 2
    assert readings(store.engine) == whole
    write_all(store.engine, lines)
    assert readings(store.engine) == whole, "an old file of readings written again changes nothing"


def test_the_numbers_are_told_as_they_differ(store: Store) -> None:
    version = store.one("SELECT min(version_id) FROM cells WHERE address = 't3.new.natural' AND kind = 'number'")
    before = store.one(f"SELECT raw FROM cells WHERE address = 't3.new.natural' AND version_id = {version}")
    store.sql(
        f"UPDATE cells SET value = 777, raw = '777' WHERE address = 't3.new.natural' AND version_id = {version}",
        f"UPDATE versions SET parser = '0.0.1' WHERE id = {version}",
    )
    totals = store.read(older_parser=PARSER)
    (told,) = (one for one in store.told if one.writes)
    (cell,) = told.difference.cells
    assert (told.verdict, told.columns) == ("otherwise", ("cells",))
    assert (cell.address, cell.before.raw, cell.after.raw) == ("t3.new.natural", "777", before)
    assert totals.addresses == {"t3.new.natural": 1}
    assert told.difference.facts == ()


def test_a_report_that_todays_parser_refuses_keeps_its_versions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(item: Any, **settings: Any) -> Any:
        report = parsed(item, **settings)
        return report and replace(report, kind="notice", kind_reason="for the test")

    monkeypatch.setattr(reading, "parsed", refusing)
    before = readings(store.engine)
    totals = store.reparse()
    assert totals.verdicts["no_report"] == store.one("SELECT count(*) FROM versions")
    assert readings(store.engine) == before
    noted = "SELECT count(*) FROM attempts WHERE outcome = 'refused' AND reason = 'look_alike:notice'"
    assert store.one(noted) >= totals.verdicts["no_report"]
    assert store.reparse().to_write == 0


def test_a_parser_that_raises_on_one_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = store.one("SELECT min(read_from) FROM versions")

    def raising(item: Any, **settings: Any) -> Any:
        if item.url == bad:
            raise ZeroDivisionError("on purpose")
        return parsed(item, **settings)

    monkeypatch.setattr(reading, "parsed", raising)
    totals = store.reparse()
    assert totals.troubles == {"failed": 1}
    assert [one.reread.detail for one in store.told] == ["ZeroDivisionError: on purpose"]
    assert totals.verdicts["same"] > 10


def test_damaged_and_missing_bytes_are_told_and_the_rest_goes_on(store: Store) -> None:
    every = store.read().verdicts.total()
    page = "SELECT min(p.id) FROM pages p JOIN versions v ON v.read_from = p.url"
    file, offset = (store.one(f"SELECT {name} FROM pages WHERE id = ({page})") for name in COLUMNS)
    path = next(one for one in store.archive.rglob("*") if one.name in (file, f"{file}.open"))
    data = bytearray(path.read_bytes())
    data[offset + 40 : offset + 60] = bytes(20)
    path.write_bytes(data)
    store.sql(f"UPDATE pages SET archive_file = NULL, archive_offset = NULL WHERE id = ({page.replace('min', 'max')})")
    totals = store.read()
    assert totals.troubles == {"damaged": 1, "no_archive": 1}
    assert totals.verdicts["same"] == every - 2
    (told,) = (one for one in store.told if one.reread.trouble == "damaged")
    assert file in told.reread.detail
    assert str(offset) in told.reread.detail
    path.unlink()
    assert store.read().troubles == {"damaged": every - 1, "no_archive": 1}


def test_processes_find_what_one_finds(store: Store) -> None:
    spoil(store)
    alone = (store.read(), [(one.verdict, one.columns, one.difference) for one in store.told])
    assert (store.read(jobs=2), [(one.verdict, one.columns, one.difference) for one in store.told]) == alone


def test_filters(store: Store) -> None:
    assert store.read(family="gkmlpt").verdicts.total() == store.read(portal="sthjj.gz.gov.cn").verdicts.total() > 0
    assert store.read(older_parser=PARSER).verdicts["same"] < store.read().verdicts["same"]
    assert store.read(years=[1990]).verdicts.total() == store.read(agency="nobody").verdicts.total() == 0
    years = store.one("SELECT count(*) FROM versions v JOIN reports r ON r.id = v.report_id WHERE r.year = 2023")
    assert store.read(years=[2023]).verdicts.total() >= years > 0
    assert store.read(since=datetime(2100, 1, 1, tzinfo=UTC)).verdicts.total() == 0


def test_on_either_database(database: str, tmp_path: Path) -> None:
    run([job("sthjt.hunan.gov.cn")], settings(tmp_path, country(), DATABASE_URL=database))
    store = Store(open_store(database), tmp_path / "archive", [])
    try:
        whole = readings(store.engine)
        spoil(store)
        assert store.reparse().to_write > 0
        assert readings(store.engine) == whole
        assert store.reparse().to_write == 0
    finally:
        store.engine.dispose()


def test_a_report_in_a_file_that_its_page_carries(tmp_path: Path) -> None:
    kept = {"DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}", "SPOOL_DIR": str(tmp_path / "spool")}
    made = carrying(
        way("link", FOLDER), {"P020240118.pdf": pdfs.pdf(paper())}, pipelines=True, settings=kept, check=False
    )
    assert made.errors == []
    engine = open_store(kept["DATABASE_URL"])
    reader = Reader(tmp_path / "archive", made.spider.registry)
    told: list[Compared] = []
    try:
        (stored,) = stored_pages(engine, Wanted())
        assert [file.url for file in stored.files] == [f"{FOLDER}/P020240118.pdf"]
        totals = compare_all(engine, [reader.reread(stored)], io.StringIO(), told.append)
        assert (totals.verdicts, told) == ({"same": 1}, [])
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM cells")) == len(DATA)
            connection.execute(text("DELETE FROM cells"))
        totals = compare_all(engine, [reader.reread(stored)], io.StringIO(), told.append)
        assert len(told[0].difference.cells) == totals.addresses.total() == len(DATA)
    finally:
        engine.dispose()
