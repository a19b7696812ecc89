"""`scrapy archive` and what it finds: each promise broken on purpose, one at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from crawler.archive.verify import verify
from crawler.store import open_store
from tests import quick
from tests.archive.test_crawl import BIG, Fetcher, run
from tests.databases import database, postgres, postgres_server, sqlite
from tests.pipelines.test_store import HOST
from tests.spiders.crawl import pages

__all__ = ["database", "postgres", "postgres_server", "sqlite"]


def sql(url: str, statement: str) -> None:
    engine = open_store(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def kinds(url: str, folder: Path) -> set[tuple[str, bool]]:
    engine = open_store(url)
    try:
        return {(one.what, one.fault) for one in verify(folder, engine).troubles}
    finally:
        engine.dispose()


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 255
    path.write_bytes(data)


Break = Callable[[str, Path], None]
DAMAGED = {(what, True) for what in ("damaged", "index", "changed", "capture", "page")}
BROKEN: dict[str, tuple[Break, set[tuple[str, bool]]]] = {
    "nothing": (lambda url, file: None, set()),
    "a byte": (lambda url, file: flip(file, 900), DAMAGED),
    "no file": (lambda url, file: file.unlink(), {("missing", True)}),
    "no index": (lambda url, file: file.with_name(file.name + ".cdxj").unlink(), {("no_index", True)}),
    "index": (lambda url, file: file.with_name(file.name + ".cdxj").write_text("x\n") and None, {("index", True)}),
    "stray": (lambda url, file: file.with_name("notes.txt").write_text("x") and None, {("stray", False)}),
    "offset": (
        lambda url, file: sql(url, 'UPDATE captures SET "offset" = "offset" + 1'),
        {("capture", True), ("not_indexed", False)},
    ),
    "length": (lambda url, file: sql(url, "UPDATE captures SET length = 1"), {("capture", True)}),
    "page": (lambda url, file: sql(url, "UPDATE pages SET archive_offset = 0"), {("page", True)}),
    "sha256": (lambda url, file: sql(url, "UPDATE archive_files SET sha256 = 'x'"), {("changed", True)}),
    "size": (lambda url, file: sql(url, "UPDATE archive_files SET size = 1"), {("changed", True)}),
    "row": (lambda url, file: sql(url, "DELETE FROM captures"), {("not_indexed", False)}),
    "not noted": (lambda url, file: sql(url, "UPDATE archive_files SET closed_at = NULL, sha256 = NULL"), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_promise_is_found_and_no_other(sqlite: str, tmp_path: Path, name: str) -> None:
    run(sqlite, tmp_path, pages({f"{HOST}/": BIG, f"{HOST}/robots.txt": "User-agent: *"}), Fetcher)
    (file,) = (tmp_path / "archive").glob("*.warc.gz")
    change, expected = BROKEN[name]
    change(sqlite, file)
    found = kinds(sqlite, tmp_path / "archive")
    # What was behind the damage is lost to the reader too, so a flipped byte may show in fewer places than it can.
    assert (
        found == expected
        if name != "a byte"
        else ("damaged", True) in found and found <= expected | {("not_indexed", False)}
    )


def test_sound_on_both_databases(database: str, tmp_path: Path) -> None:
    fake = pages({f"{HOST}/": BIG})
    run(database, tmp_path, fake, Fetcher)
    run(database, tmp_path, fake, Fetcher)
    assert kinds(database, tmp_path / "archive") == set()


def test_the_command(sqlite: str, tmp_path: Path) -> None:
    run(sqlite, tmp_path, pages({f"{HOST}/": BIG}), Fetcher)

    def ask(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", "archive", *args, "-s", f"DATABASE_URL={sqlite}"]
        command += ["-s", f"ARCHIVE_DIR={tmp_path / 'archive'}"]
        return quick.run(command)

    sound = ask("verify", "--json")
    assert (sound.returncode, json.loads(sound.stdout)["sound"]) == (0, True), sound.stderr
    answers: list[Any] = json.loads(ask("path", f"http://{HOST}/", "--json").stdout)
    assert [one["status"] for one in answers] == [200]
    (file,) = (tmp_path / "archive").glob("*.warc.gz")
    flip(file, file.stat().st_size // 2)
    broken = ask("verify")
    assert broken.returncode == 1
    assert "FAULT" in broken.stdout
    assert ask("nonsense").returncode == 2
