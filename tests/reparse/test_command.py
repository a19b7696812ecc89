"""`scrapy reparse` as a shell runs it, and what becomes of its processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from crawler.demo.country import country
from tests import quick
from tests.jobs.test_run import job, run, settings
from tests.main_job.run import OWN_ROWS
from tests.waiting import until

REPO = Path(__file__).resolve().parents[2]
SPOILT = "UPDATE cells SET value = 777, raw = '777' WHERE address = 't3.new.natural'"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("crawled")
    run([job("sthjt.hunan.gov.cn")], settings(made, country()))
    return made


def command(folder: Path, *args: str) -> list[str]:
    named = {"SPOOL_DIR": folder / "spool", "ARCHIVE_DIR": folder / "archive", "PORTALS_DIR": OWN_ROWS}
    chosen = [part for name, value in named.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "reparse", *args, *chosen]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}", "PYTHONIOENCODING": "utf-8"}


def scrapy(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return quick.run(command(folder, *args), env=environment(folder))


def sql(folder: Path, statement: str) -> object:
    engine = create_engine(f"sqlite:///{folder / 'reports.db'}")
    try:
        with engine.begin() as connection:
            found = connection.execute(text(statement))
            return found.scalar() if found.returns_rows else found.rowcount
    finally:
        engine.dispose()


def spoilt(folder: Path) -> object:
    return sql(folder, "SELECT count(*) FROM cells WHERE raw = '777'")


def test_told_then_asked_then_written(folder: Path) -> None:
    count = sql(folder, SPOILT)
    dry = scrapy(folder, "--dry-run", "--jobs", "2")
    assert dry.returncode == 0, dry.stderr
    assert f"cells read otherwise: t3.new.natural {count}" in dry.stdout
    assert dry.stdout.count("- t3.new.natural 777 -> ") == count
    asked = scrapy(folder, "--jobs", "1")
    assert (asked.returncode, asked.stdout) == (2, dry.stdout)
    assert "nothing was written" in asked.stderr
    assert spoilt(folder) == count
    written = scrapy(folder, "--jobs", "1", "--yes")
    assert (written.returncode, written.stdout) == (0, dry.stdout)
    assert f"{count} written" in written.stderr
    assert spoilt(folder) == 0
    again = scrapy(folder, "--jobs", "1", "--yes", "--json")
    assert (json.loads(again.stdout)["verdicts"].keys(), again.stderr) == ({"same"}, "")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--jobs", "0"], 2, "--jobs: 0 is less than 1"),
        (["--since", "soon"], 2, "'soon' is no date"),
        (["--dry-run", "--yes"], 2, "not allowed with"),
        (["--portal", "nosuch"], 2, "no portal matches 'nosuch'"),
        (["x"], 2, "options only"),
    ],
)
def test_wrong_arguments(folder: Path, args: list[str], code: int, said: str) -> None:
    answer = scrapy(folder, *args)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_database_or_an_archive(folder: Path, tmp_path: Path) -> None:
    answer = scrapy(tmp_path)
    assert answer.returncode == 1
    assert "scrapy reparse: " in answer.stderr
    (tmp_path / "reports.db").write_bytes((folder / "reports.db").read_bytes())
    answer = scrapy(tmp_path, "--jobs", "1", "--yes")
    assert answer.returncode == 1
    assert "the archive cannot give its bytes" in answer.stdout
    assert "Traceback" not in answer.stderr


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_a_killed_command_leaves_no_process_behind(folder: Path) -> None:
    with subprocess.Popen(
        command(folder, "--jobs", "2", "--dry-run"),
        cwd=REPO,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        # A worker and the tracker of locks.
        children = until(lambda: len(_children(running.pid)) >= 2 and _children(running.pid))
        running.send_signal(signal.SIGKILL)
    assert until(lambda: not any(_alive(child) for child in children))


def _children(pid: int) -> list[int]:
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(one.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(one.parent.name))
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
