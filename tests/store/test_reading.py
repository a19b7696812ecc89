"""Reading a database that lies where nothing can be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL

from crawler.store import Spool, StoreError, Writer, coverage, open_store, open_to_read
from crawler.store.errors import NoDatabase
from tests.store.examples import report_record, run_record

NOBODY = 65534


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user whom permissions bind: they do not bind root."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def archive() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own may only be entered by their owner."""
    folder = Path(tempfile.mkdtemp(prefix="crawler-archive-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def fill(file: Path) -> None:
    engine = open_store(f"sqlite:///{file}")
    writer = Writer(engine, Spool(file.parent / "spool"))
    writer.write_now(run_record())
    writer.write_now(report_record())
    writer.close_now()
    engine.dispose()


def lock(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o555 if file.is_dir() else 0o444)
    folder.chmod(0o555)


@pytest.mark.parametrize("name", ["reports.db", "年报 50%?.db"])
def test_copy_in_a_locked_folder_can_be_read(archive: Path, name: str) -> None:
    fill(archive / "reports.db")
    (archive / "reports.db").rename(archive / name)
    lock(archive)
    url = URL.create("sqlite", database=str(archive / name)).render_as_string()
    with without_rights():
        with pytest.raises(StoreError, match="cannot be used"):
            open_store(url, create=False)
        engine = open_to_read(url)
        assert sorted({row.state for row in coverage(engine)}) == ["found", "unknown"]
        engine.dispose()


def test_last_changes_that_cannot_be_read_are_not_left_out_silently(archive: Path) -> None:
    fill(archive / "full.db")
    held = sqlite3.connect(archive / "full.db")
    held.execute("UPDATE agencies SET name = 'x'")
    held.commit()
    (archive / "reports.db").write_bytes((archive / "full.db").read_bytes())
    (archive / "reports.db-wal").write_bytes((archive / "full.db-wal").read_bytes())
    held.close()
    lock(archive)
    with without_rights(), pytest.raises(StoreError, match=r"its last changes are in reports\.db-wal"):
        open_to_read(f"sqlite:///{archive / 'reports.db'}")


def test_what_is_wrong_otherwise_stays_said(archive: Path) -> None:
    with pytest.raises(NoDatabase):
        open_to_read(f"sqlite:///{archive / 'none.db'}")
    (archive / "text.db").write_text("no database at all, but a text\n" * 40)
    lock(archive)
    with without_rights(), pytest.raises(StoreError, match="not a database"):
        open_to_read(f"sqlite:///{archive / 'text.db'}")
