"""Kills at random moments, of the crawler and of Postgres: no report lost, none doubled, ledger and archive whole."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from crawler.archive.verify import verify
from crawler.store import dump, open_store
from crawler.store import models as m
from crawler.store.consistency import check_database
from tests.databases import Server
from tests.main_job.forge import Forge

PORTALS = ("sthj.guizhou.gov.cn", "sthjj.gz.gov.cn", "sthjj.xuchang.gov.cn", "sthjt.hunan.gov.cn", "fushun.gov.cn")
LENGTH = 2.5
"""Seconds within which most crawls of these portals would end."""


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


def contents(url: str) -> Any:
    engine = open_store(url)
    try:
        return dump(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def undisturbed(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a crawl that nobody disturbs leaves behind."""
    folder = tmp_path_factory.mktemp("undisturbed")
    done = forge.crawl(folder, PORTALS)
    assert done == {"killed": False, "code": 0, "states": dict.fromkeys(PORTALS, "done")}
    return contents(f"sqlite:///{folder / 'reports.db'}")


def is_whole(url: str, folder: Path, undisturbed: Any) -> None:
    """All that must hold of database and archive once a crawl has come to its end."""
    found = contents(url)
    assert found == undisturbed
    engine = open_store(url)
    broken = {check.name: check.examples for check in check_database(engine) if check.found}
    broken.pop("run_without_end", None)  # the killed ones
    assert broken == {}
    verdict = verify(folder / "archive", engine)
    assert verdict.sound, verdict.troubles
    with engine.connect() as connection:
        doubled = select(m.Report.agency_id).group_by(m.Report.agency_id, m.Report.year, m.Report.kind)
        assert connection.execute(doubled.having(func.count() > 1)).all() == []
    engine.dispose()


def killed_again_and_again(forge: Forge, folder: Path, luck: random.Random, kills: int) -> int:
    """Begin crawls into one folder and kill them; returns how many were killed before their end."""
    moments = [luck.uniform(0.02, LENGTH) for _ in range(kills)]
    return sum(forge.crawl(folder, PORTALS, latency=0.01, after=moment)["killed"] for moment in moments)


def trials(forge: Forge, folder: Path, undisturbed: Any, luck: random.Random, kills: int) -> None:
    """Databases, each killed two to six times and then crawled to the end, until so many kills were done."""
    done, number = 0, 0
    while done < kills:
        number += 1
        own = folder / str(number)
        own.mkdir()
        done += killed_again_and_again(forge, own, luck, luck.randint(2, 6))
        assert forge.crawl(own, PORTALS)["states"] == dict.fromkeys(PORTALS, "done")
        is_whole(f"sqlite:///{own / 'reports.db'}", own, undisturbed)


def test_some_kills(forge: Forge, undisturbed: Any, tmp_path: Path) -> None:
    trials(forge, tmp_path, undisturbed, random.Random(20261122), kills=12)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(4))
def test_a_thousand_kills(forge: Forge, undisturbed: Any, tmp_path: Path, part: int) -> None:
    trials(forge, tmp_path, undisturbed, random.Random(part), kills=250)


# ---------------------------------------------------------------------------------------------------------- Postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server.start()
    yield made
    made.close()


def kill_server(server: Server, after: float, away: float) -> None:
    """Kill Postgres with -9, all its processes, and start it again a while later."""
    time.sleep(after)
    head = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(head, signal.SIGKILL)
    time.sleep(away)
    server.revive()


def crashes(forge: Forge, server: Server, folder: Path, undisturbed: Any, luck: random.Random, number: int) -> None:
    """A crawl during which the server dies and comes back; then one more, which loads what waited."""
    url = server.new_database("crash")
    killer = threading.Thread(target=kill_server, args=(server, luck.uniform(0.3, LENGTH), luck.uniform(0.1, 1.0)))
    killer.start()
    try:
        forge.crawl(folder, PORTALS, database=url, latency=0.01)
    finally:
        killer.join()
    told = forge.crawl(folder, PORTALS, database=url)
    assert told["states"] == dict.fromkeys(PORTALS, "done"), (folder / "crawl.log").read_text()[-3000:]
    is_whole(url, folder, undisturbed)


@pytest.mark.postgres
def test_postgres_killed_in_mid_crawl(forge: Forge, server: Server, undisturbed: Any, tmp_path: Path) -> None:
    crashes(forge, server, tmp_path, undisturbed, random.Random(1), 0)


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.timeout(3600)
def test_postgres_killed_again_and_again(forge: Forge, server: Server, undisturbed: Any, tmp_path: Path) -> None:
    luck = random.Random(20261122)
    for number in range(1, 31):
        own = tmp_path / str(number)
        own.mkdir()
        crashes(forge, server, own, undisturbed, luck, number)
