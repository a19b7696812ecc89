"""Real crawls and what they leave in the archive."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import shelf as shelf_module
from crawler.archive.reading import read
from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.store import models as m
from tests.databases import database, postgres, postgres_server, sqlite
from tests.pipelines.test_store import HOST, STORE_ONLY, Giver, page, report, row
from tests.spiders.crawl import Crawl, crawl, pages

__all__ = ["database", "postgres", "postgres_server", "sqlite"]

BIG = ("年报 " * 400).encode()


def run(database: str, folder: Path, fake: Any, spider: type[Giver] = Giver, **settings: Any) -> Crawl:
    chosen = {"DATABASE_URL": database, "SPOOL_DIR": str(folder / "spool"), "ITEM_PIPELINES": STORE_ONLY, **settings}
    return crawl(spider, fake, rows=[row(HOST, "gkmlpt")], settings=chosen, pipelines=True, check=False)


class Fetcher(Giver):
    """Yields the page that it fetched."""

    name = "fetcher"

    def parse(self, response: Any) -> Any:
        self.ledger[HOST].pages += 1
        self.ledger[HOST].columns += 1
        item = page(report())
        item.body, item.url, item.capture = response.body, response.url, response.meta["capture"]
        yield item


def all_of(database: str, model: Any) -> list[Any]:
    url = database.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    try:
        with Session(engine) as session:
            return list(session.scalars(select(model)))
    finally:
        engine.dispose()


def test_every_answer_is_in_the_archive_and_the_page_names_its_record(database: str, tmp_path: Path) -> None:
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("ETag", '"x"'))
    fake = pages({f"{HOST}/": FakeResponse(200, headers, BIG), f"{HOST}/robots.txt": FakeResponse(404, (), b"gone")})
    result = run(database, tmp_path, fake, Fetcher)
    assert result.errors == []
    captures = {one.url: one for one in all_of(database, m.Capture)}
    assert set(captures) == {f"http://{HOST}/", f"http://{HOST}/robots.txt"}
    folder = tmp_path / "archive"
    (stored,) = all_of(database, m.Page)
    archived = read(folder, stored.archive_file, stored.archive_offset)
    assert (archived.payload, archived.status, archived.url) == (BIG, 200, f"http://{HOST}/")
    assert archived.values(b"set-cookie") == [b"a=1", b"b=2"]
    assert read(folder, *_place(captures[f"http://{HOST}/robots.txt"])).status == 404
    (file,) = all_of(database, m.ArchiveFile)
    assert file.closed_at is not None
    assert {one.name for one in folder.iterdir()} == {file.name, file.name + ".cdxj"}
    assert all(one.portal_id == HOST for one in captures.values())
    assert captures[f"http://{HOST}/"].etag == '"x"'


def _place(capture: Any) -> tuple[str, int]:
    return capture.file, capture.offset


def test_warcio_reads_what_is_written_and_finds_every_digest_right(sqlite: str, tmp_path: Path) -> None:
    run(sqlite, tmp_path, pages({f"{HOST}/": BIG}), Fetcher)
    (file,) = (tmp_path / "archive").glob("*.warc.gz")
    kinds = []
    with file.open("rb") as stream:
        for one in ArchiveIterator(stream, check_digests="raise"):
            one.content_stream().read()
            kinds.append(one.rec_type)
    assert kinds == ["warcinfo", *["response", "request", "metadata"] * 2]
    checked = subprocess.run([sys.executable, "-m", "warcio.cli", "check", str(file)], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_same_payload_again_is_a_revisit_and_the_page_keeps_its_record(database: str, tmp_path: Path) -> None:
    fake = pages({f"{HOST}/": BIG})
    run(database, tmp_path, fake, Fetcher)
    (before,) = all_of(database, m.Page)
    run(database, tmp_path, fake, Fetcher)
    captures = sorted((one for one in all_of(database, m.Capture) if one.url.endswith("/")), key=lambda one: one.id)
    assert [one.kind for one in captures] == ["response", "revisit"]
    (after,) = all_of(database, m.Page)
    assert (before.archive_file, before.archive_offset) == (after.archive_file, after.archive_offset)
    again = read(tmp_path / "archive", *_place(captures[1]))
    assert (again.kind, again.payload, again.payload_at) == ("revisit", BIG, _place(captures[0]))


def test_a_revisit_is_written_in_full_where_the_file_of_the_first_is_gone(sqlite: str, tmp_path: Path) -> None:
    fake = pages({f"{HOST}/": BIG})
    run(sqlite, tmp_path, fake, Fetcher)
    for one in (tmp_path / "archive").iterdir():
        one.unlink()
    run(sqlite, tmp_path, fake, Fetcher)
    kinds = [one.kind for one in all_of(sqlite, m.Capture) if one.url == f"http://{HOST}/"]
    assert kinds == ["response", "response"]


def test_not_modified_refers_to_what_it_speaks_of(sqlite: str, tmp_path: Path) -> None:
    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.path == "/robots.txt":
            return None
        return (
            FakeResponse(200, (("Content-Type", "text/html"), ("Content-Encoding", "identity")), answer)
            if answer
            else (FakeResponse(304, (("ETag", '"x"'),), b""))
        )

    class Conditional(Fetcher):
        custom_settings: ClassVar[dict[str, Any]] = {"HTTPERROR_ALLOWED_CODES": [304]}

        def parse(self, response: Any) -> Any:
            return iter(())

    for answer in (BIG, BIG + b"new", BIG, b""):  # noqa: B007 - read by the fake portal
        run(sqlite, tmp_path, respond, Conditional)
    captures = [one for one in all_of(sqlite, m.Capture) if one.url == f"http://{HOST}/"]
    assert [(one.kind, one.status) for one in captures] == [
        ("response", 200),
        ("response", 200),
        ("revisit", 200),
        ("revisit", 304),
    ]
    last = read(tmp_path / "archive", *_place(captures[3]))
    assert (last.not_modified, last.body, last.payload_at) == (True, BIG, _place(captures[0]))


def test_archive_switched_off_leaves_nothing(sqlite: str, tmp_path: Path) -> None:
    result = run(sqlite, tmp_path, pages({f"{HOST}/": BIG}), ARCHIVE_ENABLED=False)
    assert result.stats["finish_reason"] == "finished"
    assert not (tmp_path / "archive").exists()


def test_a_folder_that_cannot_be_written_stops_before_anything_is_fetched(sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file in the way")
    result = run(sqlite, tmp_path, pages({f"{HOST}/": BIG}), Fetcher)
    assert result.stats["finish_reason"] == "no_archive"
    assert result.urls == []
    assert result.errors == []
    assert "ARCHIVE_DIR" in result.text
    assert all_of(sqlite, m.Page) == []


class Full:
    """A file on a disk that takes `room` bytes more."""

    def __init__(self, file: Any, room: int, *, sync: bool = True) -> None:
        self.file, self.room, self.sync = file, room, sync

    def write(self, data: Any) -> int:
        if self.room <= 0:
            raise OSError(28, "No space left on device")
        taken = self.file.write(data[: self.room])
        self.room -= taken
        return taken

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 100, 700, 1200, 2600])
def test_a_full_disk_stops_the_crawl_and_nothing_rests_on_what_is_not_there(
    sqlite: str, tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = shelf_module.Shelf._begin

    def small(self: Any) -> Any:
        volume = begin(self)
        volume.file = Full(volume.file, room)
        return volume

    monkeypatch.setattr(shelf_module.Shelf, "_begin", small)
    result = run(sqlite, tmp_path, pages({f"{HOST}/": BIG + bytes(range(256)) * 40}), Fetcher)
    monkeypatch.undo()
    assert result.stats["finish_reason"] == "no_archive"
    assert "No space left" in result.text
    assert all_of(sqlite, m.Page) == []
    assert all_of(sqlite, m.Report) == []
    assert all_of(sqlite, m.Attempt) == []
    healthy = run(sqlite, tmp_path, pages({f"{HOST}/": BIG}), Fetcher)
    assert healthy.stats["finish_reason"] == "finished"
    assert not list((tmp_path / "archive").glob("*.open*"))
    for one in all_of(sqlite, m.Capture):
        read(tmp_path / "archive", *_place(one))


def test_a_disk_that_fails_to_force_stops_the_crawl(
    sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shelf_module.os, "fsync", fails)
    monkeypatch.setattr(shelf_module, "sync_folder", lambda folder: None)
    result = run(sqlite, tmp_path, pages({f"{HOST}/": BIG}), Fetcher)
    assert result.stats["finish_reason"] == "no_archive"
    assert all_of(sqlite, m.Page) == []
