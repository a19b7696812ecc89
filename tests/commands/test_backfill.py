"""`scrapy backfill`: a plan with its cost, progress, resumed after any death, an ending that tells the truth."""

from __future__ import annotations

import json
import os
import pty
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from crawler.commands.manyview import spoken
from crawler.store import dump, open_store
from tests.commands.many import LONGEST, PORTALS, line, scrapy
from tests.conftest import REPO

CHOSEN = ("--portal", ",".join(PORTALS))


def contents(folder: Path) -> object:
    engine = open_store(f"sqlite:///{folder / 'reports.db'}")
    try:
        return dump(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A backfill that nobody disturbed."""
    folder = tmp_path_factory.mktemp("backfill")
    return folder, scrapy(folder, "backfill", "--years", "2019-2024", *CHOSEN)


def test_it_shows_the_plan_each_portal_and_what_came_of_it(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, run = done
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Plan: 4 portals, about ")
    assert all(f"done       {portal}: " in run.stdout for portal in PORTALS)
    assert "4 portals: 4 read to their end, 0 silent" in run.stdout
    log = run.stdout.splitlines()[-1].removeprefix("The log: ")
    assert Path(log).parent == folder / "logs"
    assert "Spider opened" in Path(log).read_text()
    assert run.stderr == ""


def test_run_again_there_is_nothing_left_to_do(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = done
    before = contents(folder)
    again = scrapy(folder, "backfill", "--years", "2019-2024", *CHOSEN)
    assert again.returncode == 0
    assert again.stdout.endswith("Nothing is left to do.\n")
    assert contents(folder) == before


def test_a_dry_run_asks_nobody_and_makes_no_log(tmp_path: Path) -> None:
    run = scrapy(tmp_path, "backfill", "--years", "2019-2024", "--dry-run", "--json", "--limit", "2", *CHOSEN)
    assert run.returncode == 0
    plan = json.loads(run.stdout)["plan"]
    assert len(plan) == 2
    assert plan[0]["years"] == list(range(2019, 2025))
    assert plan[0]["requests"] >= plan[0]["reports"] == 6
    assert not (tmp_path / "logs").exists()


def test_killed_half_way_and_run_again(done: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    command = line(tmp_path, "backfill", "--years", "2019-2024", *CHOSEN, latency=0.05)
    process = subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + LONGEST
    while _reports(tmp_path) < 5 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert _reports(tmp_path) < 24
    again = scrapy(tmp_path, "backfill", "--years", "2019-2024", *CHOSEN)
    assert again.returncode == 0, again.stderr
    assert contents(tmp_path) == contents(done[0])


def test_stopped_by_a_signal_it_ends_in_order(tmp_path: Path) -> None:
    command = line(tmp_path, "backfill", "--years", "2019-2024", "--concurrency", "1", *CHOSEN, latency=0.2)
    process = subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, text=True)
    while _reports(tmp_path) < 1 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 4, out
    assert "stopping: what runs ends in order" in out
    assert "the same command goes on from here" in out


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    command = line(tmp_path, "backfill", "--years", "2019-2024", *CHOSEN, latency=0.3)
    process = subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL)
    try:
        while not (tmp_path / "crawl.lock.json").exists() and process.poll() is None:
            time.sleep(0.01)
        second = scrapy(tmp_path, "crawl-due", *CHOSEN)
    finally:
        process.kill()
        process.wait()
    assert second.returncode == 5
    assert "scrapy backfill runs since" in second.stderr


def test_on_a_terminal_a_picture_is_drawn(tmp_path: Path) -> None:
    main, other = pty.openpty()
    command = line(tmp_path, "backfill", "--years", "2023-2024", *CHOSEN)
    process = subprocess.Popen(command, cwd=REPO, stdout=other, stderr=other, env={**os.environ, "TERM": "xterm"})
    os.close(other)
    shown = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert process.wait() == 0
    text = shown.decode()
    assert "4/4" in text
    assert "\x1b[" in text
    assert "requests (" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--years is needed"),
        (["--years", "1999"], "1999"),
        (["--years", "2020", "--retry", "lost"], "there is no such outcome"),
        (["--years", "2020", "--province", "Atlantis"], "Atlantis"),
        (["--years", "2020", "--portal", "gz.gov.cnn"], "nearest"),
        (["--years", "2020", "--concurrency", "0"], "--concurrency 0"),
        (["--years", "2020", "--portal", ""], "names no portal"),
        (["--years", "2020", "hunan"], "takes options only"),
    ],
)
def test_wrong_arguments_are_one_clear_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    run = scrapy(tmp_path, "backfill", "--dry-run", *arguments)
    assert run.returncode == 2
    assert said in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "an unknown time"), (45, "45 s"), (720, "12 min"), (12000, "3 h 20 min"), (352800, "4 days 2 h")],
)
def test_lengths_of_time_are_spoken(seconds: float | None, said: str) -> None:
    assert spoken(seconds) == said


def _reports(folder: Path) -> int:
    database = folder / "reports.db"
    if not database.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM reports").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
