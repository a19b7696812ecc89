"""A crawl killed with -9 half-way and started again ends in the same database as an undisturbed one."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.store import dump, open_store
from tests.conftest import REPO
from tests.main_job.run import HANDLER, OWN_ROWS

PORTALS = "sthj.guizhou.gov.cn,www.guizhou.gov.cn,sthj.gzlps.gov.cn,sthjt.hunan.gov.cn"
LONGEST = 120


def start(database: Path, *, latency: float) -> subprocess.Popen[bytes]:
    """`scrapy crawl trs` over four portals of the fake country, in a process of its own."""
    settings = {
        "DATABASE_URL": f"sqlite:///{database}",
        "SPOOL_DIR": str(database.parent / "spool"),
        "PORTALS_DIR": OWN_ROWS,
        "DOWNLOAD_HANDLERS": json.dumps({"http": HANDLER, "https": HANDLER}),
        "DEMO_LATENCY": str(latency),
        "DOWNLOAD_DELAY": "0",
        "LOG_LEVEL": "WARNING",
    }
    options = [part for key, value in settings.items() for part in ("-s", f"{key}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "trs", "-a", f"portal={PORTALS}", *options]
    return subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(database: Path) -> None:
    """Run a crawl to its end."""
    process = start(database, latency=0)
    _, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, errors.decode()


def kill_when(database: Path, ready: Callable[[], bool]) -> bool:
    """Start a crawl, kill it with -9 as soon as `ready`; False when it ended before."""
    process = start(database, latency=0.02)
    deadline = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.002)
    process.communicate(timeout=LONGEST)
    return process.returncode == -signal.SIGKILL


def stored(database: Path) -> int:
    """Number of reports, as another process sees it; 0 while there is no table yet."""
    if not database.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM reports").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def contents(database: Path) -> Any:
    engine = open_store(f"sqlite:///{database}")
    try:
        return dump(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a crawl that nobody disturbs leaves behind."""
    database = tmp_path_factory.mktemp("undisturbed") / "reports.db"
    finish(database)
    found = contents(database)
    assert len(found["reports"]) > 20
    return found


@pytest.mark.parametrize(
    "after", [pytest.param(1, marks=pytest.mark.soak), 9, pytest.param(20, marks=pytest.mark.soak)]
)
def test_killed_and_started_again(undisturbed: Any, tmp_path: Path, after: int) -> None:
    database = tmp_path / "reports.db"
    assert kill_when(database, lambda: stored(database) >= after), "the crawl ended before it could be killed"
    half_way = stored(database)
    assert half_way < len(undisturbed["reports"])
    finish(database)
    assert contents(database) == undisturbed


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_killed_at_random_moments_again_and_again(undisturbed: Any, tmp_path: Path) -> None:
    luck = random.Random(20261122)
    for number in range(30):
        database = tmp_path / f"{number}.db"
        for _ in range(luck.randint(1, 3)):
            moment = time.monotonic() + luck.uniform(0.5, 6.0)
            kill_when(database, lambda until=moment: time.monotonic() >= until)
        finish(database)
        assert contents(database) == undisturbed
