"""Two crawls of many portals never overlap; a killed one leaves no lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from crawler.jobs.lock import ADVISORY, Overlap, only_one
from tests.conftest import REPO
from tests.databases import Server, own_server, postgres, postgres_server
from tests.waiting import until

__all__ = ["own_server", "postgres", "postgres_server"]

HOLD = """
import sys, time
from pathlib import Path
from crawler.jobs.lock import only_one
with only_one(Path(sys.argv[1]), "scrapy backfill"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], cwd=REPO, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_told_who_holds_it_and_a_kill_frees_it(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with (
            pytest.raises(Overlap, match=rf"scrapy backfill runs since .* \(process {process.pid}\)"),
            only_one(tmp_path, "scrapy crawl-due"),
        ):
            pass
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    with only_one(tmp_path, "scrapy crawl-due"):
        pass


def test_it_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), only_one(tmp_path, "x"):
        raise RuntimeError
    with only_one(tmp_path, "x"):
        pass
    assert not (tmp_path / "crawl.lock.json").exists()


def locked(url: str) -> bool:
    """Whether somebody holds an advisory lock."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")))


@pytest.mark.postgres
def test_the_lock_that_a_restarted_server_forgot_is_taken_anew(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.jobs.lock.LOOK_SECONDS", 0.1)
    lost = threading.Event()
    with only_one(tmp_path / "mine", "scrapy backfill", create_engine(own_server.url), lost.set):
        own_server.stop()
        own_server.restart()
        assert until(lambda: locked(own_server.url))
        others = only_one(tmp_path / "theirs", "scrapy crawl-due", create_engine(own_server.url))
        with pytest.raises(Overlap, match="another machine"), others:
            pass
        assert not lost.is_set()
    with only_one(tmp_path / "theirs", "scrapy crawl-due", create_engine(own_server.url)):
        pass


@pytest.mark.postgres
def test_who_lost_the_lock_to_another_is_told(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.jobs.lock.LOOK_SECONDS", 0.1)
    lost = threading.Event()
    with only_one(tmp_path, "scrapy backfill", create_engine(own_server.url), lost.set):
        monkeypatch.setattr("crawler.jobs.lock._taken", lambda _: False)
        own_server.stop()
        own_server.restart()
        assert lost.wait(20)


def test_on_postgres_it_holds_against_other_machines(postgres: str, tmp_path: Path) -> None:
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"))
    here, there = (only_one(tmp_path / name, "x", engine) for name in ("here", "there"))
    with here, pytest.raises(Overlap, match="another machine"), there:
        pass
    with only_one(tmp_path / "there", "x", engine):
        pass
    engine.dispose()


def test_on_postgres_who_is_just_ending_is_not_in_the_way(postgres: str, tmp_path: Path) -> None:
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"))
    ending = engine.connect()
    ending.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY})
    said = threading.Event()
    later = threading.Timer(0.5, lambda: (said.set(), ending.invalidate(), ending.close()))
    later.start()
    with only_one(tmp_path, "x", engine):
        assert said.is_set()
    later.join()
    engine.dispose()
