"""Real crawls whose archive is an object store: nothing is committed whose bytes are not in the store."""

from __future__ import annotations

import argparse
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from sqlalchemy import text

from crawler.archive import importing, uploads
from crawler.archive.model import Unwritable
from crawler.archive.reading import read
from crawler.archive.recorder import Recorder
from crawler.archive.records import digest
from crawler.archive.shared import give_back, leave, lend
from crawler.archive.verify import verify
from crawler.commands import archive, reparse
from crawler.commands.shelltools import Tools
from crawler.demo.country import Country, country
from crawler.jobs.run import ONE_PORTAL, WAITING_BYTES, own_settings
from crawler.store import dump, open_store
from crawler.store import models as m
from tests.archive.s3 import S3, Bucket, bucket, s3, staged
from tests.archive.test_crawl import BIG, Fetcher, all_of
from tests.archive.test_crawl import run as run_giver
from tests.archive.test_import import reports, warc
from tests.jobs.test_run import job, run, settings
from tests.main_job.forge import Forge
from tests.pipelines.test_store import HOST
from tests.spiders.crawl import pages, pump

__all__ = ["bucket", "s3"]

PORTALS = ("sthj.guizhou.gov.cn", "sthjt.hunan.gov.cn")


class Hooked(Country):
    """A country that tells of each request before it answers."""

    before: Callable[[Any], object]

    def respond(self, request: Any) -> Any:
        self.before(request)
        return super().respond(request)


def hooked(before: Callable[[Any], object]) -> Country:
    land = country()
    made = Hooked(**{one.name: getattr(land, one.name) for one in fields(land) if one.init})
    made.before = before
    return made


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'reports.db'}"


def contents(folder: Path) -> Any:
    engine = open_store(url_of(folder))
    try:
        return dump(engine)
    finally:
        engine.dispose()


def troubles(bucket: Bucket, folder: Path, url: str = "") -> list[tuple[str, str]]:
    """What `verify` finds, as seen from another machine than that which crawled."""
    engine = open_store(url or url_of(folder))
    try:
        return [(one.what, one.file) for one in verify(bucket.store(folder / "elsewhere"), engine).troubles]
    finally:
        engine.dispose()


def all_is_there(bucket: Bucket, folder: Path, url: str = "") -> int:
    """Read every capture and every page that the database knows out of the store; returns how many pages."""
    store, known = bucket.store(folder / "elsewhere"), url or url_of(folder)
    for one in all_of(known, m.Capture):
        found = read(store, one.file, one.offset)
        assert found.url == one.url
        assert digest(found.payload) == one.payload_digest
    stored = all_of(known, m.Page)
    for one in stored:
        if one.archive_file is not None:
            assert read(store, one.archive_file, one.archive_offset).url == one.url
    return len(stored)


@pytest.fixture(scope="module")
def crawled(s3: S3, tmp_path_factory: pytest.TempPathFactory) -> tuple[Bucket, Path]:
    """Two portals crawled side by side into SQLite and a bucket."""
    folder, bucket = tmp_path_factory.mktemp("remote"), s3.bucket()
    tally = run([job(one) for one in PORTALS], settings(folder, country(), **bucket.settings(folder)))
    assert [one.state for one in tally.results] == ["done"] * 2
    return bucket, folder


def test_every_answer_of_a_crawl_is_in_the_store(crawled: tuple[Bucket, Path]) -> None:
    bucket, folder = crawled
    assert all_is_there(bucket, folder) > 10
    assert staged(folder) == []
    files = all_of(url_of(folder), m.ArchiveFile)
    assert sorted(one.name for one in files) == bucket.warcs()
    assert all(one.size == len(bucket.get(one.name)) for one in files)
    assert troubles(bucket, folder) == []
    assert not (folder / "archive").exists()


def test_the_crawl_runs_again_from_the_store(crawled: tuple[Bucket, Path], tmp_path: Path) -> None:
    bucket, folder = crawled
    land = hooked(_nobody)
    again = {**bucket.settings(tmp_path), "REPLAY": True, "REPLAY_DATABASE_URL": url_of(folder)}
    tally = run([job(one) for one in PORTALS], settings(tmp_path, land, **again))
    assert [one.state for one in tally.results] == ["done"] * 2
    assert contents(tmp_path) == contents(folder)


def _nobody(request: Any) -> None:
    raise AssertionError(f"{request.url} was asked for")


def test_the_archive_is_the_same_as_in_a_folder(crawled: tuple[Bucket, Path], tmp_path: Path) -> None:
    run([job(one) for one in PORTALS], settings(tmp_path, country()))
    assert contents(tmp_path) == contents(crawled[1])


def ask(command: ScrapyCommand, bucket: Bucket, folder: Path, *args: str) -> int:
    """Run a command as `scrapy` does; returns its exit code."""
    command.settings = settings(folder, country(), **bucket.settings(folder))
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    opts, rest = parser.parse_known_args(args)
    command.run(rest, opts)
    return command.exitcode


def test_the_commands(crawled: tuple[Bucket, Path], capsys: pytest.CaptureFixture[str]) -> None:
    bucket, folder = crawled
    page = next(one for one in all_of(url_of(folder), m.Page) if one.role == "report")
    assert ask(archive.Command(), bucket, folder, "list") == 0
    assert f"files in {bucket.url} at {bucket.server.url}" in capsys.readouterr().out
    assert ask(archive.Command(), bucket, folder, "path", page.url) == 0
    assert f"{bucket.url}/{page.archive_file}  {page.archive_offset}" in capsys.readouterr().out
    assert ask(archive.Command(), bucket, folder, "verify") == 0
    assert "all sound" in capsys.readouterr().out
    assert ask(reparse.Command(), bucket, folder, "--dry-run", "--jobs", "1") == 0
    assert " read the same, 0 otherwise," in capsys.readouterr().out
    tools = Tools(settings(folder, country(), **bucket.settings(folder)))
    assert sha256(tools.page(page.url).body).hexdigest() == page.sha256


def test_commands_where_nobody_answers(
    s3: S3, crawled: tuple[Bucket, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bucket, folder = crawled
    s3.stop()
    try:
        for command, args in ((archive.Command(), ["verify"]), (reparse.Command(), ["--dry-run"])):
            assert ask(command, bucket, folder, *args) == 1
            assert f"{bucket.url} at {s3.url} cannot be" in capsys.readouterr().err
    finally:
        s3.start()


Break = Callable[[Bucket, str], None]


def flip(bucket: Bucket, name: str) -> None:
    data = bytearray(bucket.get(name))
    data[len(data) // 2] ^= 1
    bucket.put(name, bytes(data))


BROKEN: dict[str, tuple[Break, set[str]]] = {
    "deleted": (lambda bucket, name: bucket.delete(name), {"missing"}),
    "a byte": (flip, {"changed", "damaged"}),
    "truncated": (lambda bucket, name: bucket.put(name, bucket.get(name)[:-900]), {"changed", "damaged"}),
    "index deleted": (lambda bucket, name: bucket.delete(name + ".cdxj"), {"no_index"}),
    "index changed": (lambda bucket, name: bucket.put(name + ".cdxj", b"x\n"), {"index"}),
    "stray": (lambda bucket, name: bucket.put("notes.txt", b"x"), {"stray"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_verify_says_which_object_is_not_what_was_stored(s3: S3, tmp_path: Path, name: str) -> None:
    bucket, url = s3.bucket(), f"sqlite:///{tmp_path / 'one.db'}"
    result = run_giver(url, tmp_path, pages({f"{HOST}/": BIG}), Fetcher, **bucket.settings(tmp_path))
    assert result.stats["finish_reason"] == "finished"
    assert troubles(bucket, tmp_path, url) == []
    page = all_of(url, m.Page)[0]
    change, expected = BROKEN[name]
    change(bucket, page.archive_file)
    found = troubles(bucket, tmp_path, url)
    assert expected <= {what for what, _ in found}
    assert {file for _, file in found} == {page.archive_file if name != "stray" else "notes.txt"}


def test_a_store_that_is_away_at_the_start_stops_before_anything_is_fetched(s3: S3, tmp_path: Path) -> None:
    bucket, url = s3.bucket(), f"sqlite:///{tmp_path / 'one.db'}"
    s3.stop()
    try:
        result = run_giver(url, tmp_path, pages({f"{HOST}/": BIG}), Fetcher, **bucket.settings(tmp_path))
    finally:
        s3.start()
    assert (result.stats["finish_reason"], result.urls, result.errors) == ("no_archive", [], [])
    assert f"{bucket.url} at {s3.url} cannot be written" in result.text
    assert all_of(url, m.Page) == []


@pytest.mark.parametrize("after", [4, 12, 20])
def test_a_store_that_goes_away_in_mid_crawl_ends_it_and_the_next_goes_on(s3: S3, tmp_path: Path, after: int) -> None:
    bucket, answers = s3.bucket(), count(1)
    land = hooked(lambda request: s3.stop() if next(answers) == after else None)
    chosen = bucket.settings(tmp_path, ARCHIVE_RETRY_SECONDS=0.3)
    try:
        tally = run([job(one) for one in PORTALS], settings(tmp_path, land, **chosen))
    finally:
        s3.start()
    # A portal whose pages were all stored before that has ended well.
    assert "no_archive" in {one.reason for one in tally.results} <= {"no_archive", "finished"}
    before = all_is_there(bucket, tmp_path)
    assert any(name.endswith(".warc.gz") for name in staged(tmp_path))
    whole = run([job(one) for one in PORTALS], settings(tmp_path, country(), **chosen))
    assert [one.state for one in whole.results] == ["done"] * 2
    assert all_is_there(bucket, tmp_path) > before
    assert staged(tmp_path) == []
    # Answers that the first crawl had fetched and nothing rests on are in the store, and no row names them.
    assert {what for what, _ in troubles(bucket, tmp_path)} <= {"not_indexed"}


def test_a_store_that_is_overburdened_for_a_while_loses_nothing(
    s3: S3, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_FIRST_WAIT", 0.05)
    answers = count()
    s3.fault = lambda method, path: 503 if method != "GET" and next(answers) in (2, 3, 6, 9, 11) else None
    tally = run([job(one) for one in PORTALS], settings(tmp_path, country(), **bucket.settings(tmp_path)))
    assert [one.state for one in tally.results] == ["done"] * 2
    assert next(answers) > 12
    assert all_is_there(bucket, tmp_path) > 10
    assert troubles(bucket, tmp_path) == []


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    made = Forge("s3fs")
    yield made
    made.close()


def test_who_comes_after_a_broken_shelf_tries_anew(s3: S3, bucket: Bucket, tmp_path: Path) -> None:
    """In a process that lives on: the store comes back while a crawl that it broke has not let go yet."""
    chosen = settings(tmp_path, country(), **bucket.settings(tmp_path, ARCHIVE_RETRY_SECONDS=0.1))

    async def work() -> None:
        first = await lend(chosen, "database")
        s3.fault = lambda method, path: 503
        book = Recorder(first, "run", "trs")
        await book.record(Request("http://a.gov.cn/"), Response("http://a.gov.cn/", body=b"x"))
        with pytest.raises(Unwritable):
            await book.durable()
        with pytest.raises(Unwritable):
            await lend(chosen, "database")
        s3.fault = lambda method, path: None
        second = await lend(chosen, "database")
        assert second is not first
        assert await lend(chosen, "database") is second
        assert len(bucket.warcs()) == 1  # what the first could not store
        for one in (second, second, first):
            leave(one)
            await give_back(one)

    pump(work())
    assert staged(tmp_path) == []


def test_others_archives_are_taken_in(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AHEAD", 2)
    given = reports()
    (tmp_path / "theirs.warc.gz").write_bytes(warc([*given, ("http://nobody.gov.cn/", b"x")]))
    chosen = settings(tmp_path, country(), **bucket.settings(tmp_path), **importing.SETTINGS)
    crawler = AsyncCrawlerRunner(chosen).create_crawler(importing.ImportSpider)
    pump(crawler.crawl_async(files=[tmp_path / "theirs.warc.gz"]))
    assert crawler.spider.counts["reports"] == len(given)
    assert all_is_there(bucket, tmp_path) == len(given)
    assert {one.origin for one in all_of(url_of(tmp_path), m.ArchiveFile)} == {"import"}
    assert troubles(bucket, tmp_path) == []


def test_two_crawls_write_to_one_bucket_and_one_database(bucket: Bucket, forge: Forge, tmp_path: Path) -> None:
    other, url = tmp_path / "other", url_of(tmp_path)
    told = forge.begin(other, PORTALS[:1], database=url, settings=bucket.settings(other))
    tally = run([job(PORTALS[1])], settings(tmp_path, country(), **bucket.settings(tmp_path)))
    assert [one.state for one in tally.results] == ["done"]
    assert told()["states"] == {PORTALS[0]: "done"}
    assert all_is_there(bucket, tmp_path) > 10
    assert troubles(bucket, tmp_path) == []
    assert len({one.run_id for one in all_of(url_of(tmp_path), m.Capture)}) == 2


def test_a_crawl_that_is_killed_again_and_again_loses_nothing(
    crawled: tuple[Bucket, Path], bucket: Bucket, forge: Forge, tmp_path: Path
) -> None:
    luck, left = random.Random(20261123), 0
    chosen = bucket.settings(tmp_path, ARCHIVE_UPLOAD_SECONDS=0.3)
    for _ in range(4):
        forge.crawl(tmp_path, PORTALS, latency=0.01, after=luck.uniform(0.3, 2.5), settings=chosen)
        left += len(staged(tmp_path))
        assert all(one.archive_file in bucket.warcs() for one in _pages(tmp_path) if one.archive_file)
    done = forge.crawl(tmp_path, PORTALS, settings=chosen)
    assert done["states"] == dict.fromkeys(PORTALS, "done")
    assert left > 0
    assert staged(tmp_path) == []
    assert contents(tmp_path) == contents(crawled[1])
    assert all_is_there(bucket, tmp_path) > 10
    assert {what for what, _ in troubles(bucket, tmp_path)} <= {"not_indexed", "unknown"}


def _pages(folder: Path) -> list[Any]:
    """Pages of a database that a killed crawl may not even have made."""
    engine = open_store(url_of(folder))
    try:
        with engine.connect() as connection:
            return list(connection.execute(text("SELECT archive_file FROM pages")))
    finally:
        engine.dispose()


def test_a_portal_goes_on_while_its_pages_wait(s3: S3, bucket: Bucket, tmp_path: Path) -> None:
    far = settings(tmp_path, country(), **bucket.settings(tmp_path))
    assert own_settings(far) == {**ONE_PORTAL, "SCRAPER_SLOT_MAX_ACTIVE_SIZE": WAITING_BYTES}
    assert own_settings(settings(tmp_path, country())) == ONE_PORTAL
    # The first upload ends only when the portal was asked for much more than fits into the wait for one page.
    asked, moved_on, waited = count(1), threading.Event(), []
    s3.fault = lambda method, path: waited.append(moved_on.wait(30)) if path.endswith(".gz") and not waited else None
    land = hooked(lambda request: moved_on.set() if next(asked) == 9 else None)
    tally = run([job(PORTALS[0])], settings(tmp_path, land, **bucket.settings(tmp_path, ARCHIVE_UPLOAD_SECONDS=0.01)))
    assert [one.state for one in tally.results] == ["done"]
    assert waited == [True]
