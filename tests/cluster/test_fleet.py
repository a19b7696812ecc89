"""Workers as processes over fake portals: the same database as one process makes, whatever is killed or cut off."""

from __future__ import annotations

import math
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scrapy.crawler import AsyncCrawlerRunner

from crawler.archive.verify import verify
from crawler.cluster.enqueue import BACKFILL, enqueue_portals
from crawler.cluster.hosts import host_locks
from crawler.cluster.view import Snapshot, snapshot
from crawler.jobs.model import Job
from crawler.jobs.plan import job_for
from crawler.jobs.run import Jobs
from crawler.portals import registry
from crawler.store import dump, open_store
from crawler.store.consistency import check_database
from tests.cluster.fleet import Fleet, Yard, settings
from tests.cluster.portals import Portals, served, two_at_once
from tests.cluster.wire import Wire
from tests.databases import Server
from tests.jobs.rows import agenda
from tests.spiders.crawl import pump

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

NUMBER, MANY = 10, 200
LONGEST = 240.0
HALF_A_SECOND = 0.6


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server.start()
    yield made
    made.close()


@pytest.fixture
def database(server: Server) -> str:
    return server.new_database("fleet")


class Alone(NamedTuple):
    """What one process made: the database's contents, and how many requests that took."""

    contents: Any
    requests: int


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """What one process on one machine makes of the same portals."""
    return made_alone(tmp_path_factory.mktemp("alone"), NUMBER)


def made_alone(folder: Path, number: int) -> Alone:
    with served(number, folder / "portals") as portals:
        url = f"sqlite:///{folder / 'reports.db'}"
        chosen = settings(folder, url, str(portals.rows), portals.proxy, "alone")
        running = Jobs(AsyncCrawlerRunner(chosen), 8)
        pump(_until(running.run(jobs(portals))), LONGEST + number * 5)
        assert running.tally.count("done") == number
        return Alone(contents(url), len(portals.asked()))


async def _until(running: Any) -> None:
    await running


def jobs(portals: Portals) -> list[Job]:
    rows = [row for row in registry.load(portals.rows) if row.id.startswith("n0")]
    return [job_for(row, None, agenda(), delay=0) for row in rows]


def enqueue(database: str, portals: Portals) -> None:
    engine = open_store(database)
    locks = host_locks(registry.load(portals.rows))
    found = enqueue_portals(engine, database, jobs(portals), locks, priority=BACKFILL)
    assert found.already == 0
    engine.dispose()


def contents(url: str) -> Any:
    engine = open_store(url)
    try:
        return dump(engine)
    finally:
        engine.dispose()


def differing(found: Any, wanted: Any) -> dict[str, Any]:
    """Tables that are not the same, with the rows that are in one of them only: (found, wanted)."""
    assert set(found) == set(wanted)
    odd = {}
    for name, rows in wanted.items():
        if found[name] != rows:
            here, there = ([one for one in some if one not in others] for some, others in
                           ((found[name], rows), (rows, found[name])))  # fmt: skip
            odd[name] = (here, there)
    return odd


def now(database: str) -> Snapshot | None:
    """The cluster now; None while the server is away."""
    from sqlalchemy.exc import DBAPIError

    from crawler.store.engine import make_engine

    engine = make_engine(database)
    try:
        return snapshot(engine)
    except DBAPIError:
        return None
    finally:
        engine.dispose()


def is_done(found: Snapshot | None) -> bool:
    """Whether nothing waits and nothing runs."""
    return found is not None and not any(row["status"] in ("todo", "doing") for row in found.queues)


def is_whole(database: str, folder: Path, portals: Portals, alone: Alone, until: float = math.inf) -> None:
    """All that must hold once the queue is empty; no host was asked by two at once `until` then."""
    found = now(database)
    assert found is not None
    assert [row["status"] for row in found.queues] == ["succeeded"], found
    assert two_at_once([one for one in portals.asked() if one.begun < until]) == []
    assert differing(contents(database), alone.contents) == {}
    engine = open_store(database)
    broken = {check.name: check.examples for check in check_database(engine) if check.found}
    broken.pop("run_without_end", None)  # of killed workers
    assert broken == {}
    verdict = verify(folder / "archive", engine)
    assert verdict.sound, verdict.troubles
    engine.dispose()


def wait_until_done(database: str, fleet: Fleet, workers: dict[str, int], longest: float = LONGEST) -> None:
    """Wait for the queue to be empty. On a busy machine a worker may lose touch with it: it is begun again."""
    end = time.monotonic() + longest
    while not is_done(now(database)):
        assert time.monotonic() < end, now(database)
        fleet.supervise(workers)
        time.sleep(0.2)


def end_all(fleet: Fleet, workers: dict[str, int]) -> None:
    """Stop workers in order."""
    fleet.supervise(workers)
    assert [fleet.end(pid) for pid in workers.values()] == [0] * len(workers), fleet.log()[-3000:]


def test_two_workers_make_what_one_process_makes(yard: Yard, database: str, tmp_path: Path, alone: Alone) -> None:
    side_by_side(yard, database, tmp_path, alone, NUMBER, 2)


@pytest.fixture(scope="module")
def alone_with_many(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """What one process makes of two hundred portals."""
    return made_alone(tmp_path_factory.mktemp("alone_with_many"), MANY)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("workers", [2, 4])
def test_two_hundred_portals(yard: Yard, database: str, tmp_path: Path, alone_with_many: Alone, workers: int) -> None:
    side_by_side(yard, database, tmp_path, alone_with_many, MANY, workers)


def side_by_side(yard: Yard, database: str, folder: Path, alone: Alone, number: int, workers: int) -> None:
    """Workers make of fake portals what one process makes of them."""
    with served(number, folder / "portals") as portals:
        enqueue(database, portals)
        fleet = Fleet(yard, folder, database, portals.rows, portals.proxy)
        running = {machine: fleet.start(machine, number // 5) for machine in [f"m{one}" for one in range(workers)]}
        wait_until_done(database, fleet, running, LONGEST + number * 5)
        end_all(fleet, running)
        fleet.close()
        assert {one.who for one in portals.asked()} >= {f"worker-{one + 1}" for one in range(workers)}
        is_whole(database, folder, portals, alone)


def kills(
    yard: Yard, database: str, folder: Path, server: Server | None, luck: random.Random, count: int, alone: Alone
) -> tuple[int, int]:
    """Workers of two machines, killed at random moments and begun again until the queue is empty; Postgres too where
    `server` is given. Returns how many requests were made in all, and how many kills."""
    with served(NUMBER, folder / "portals") as portals:
        enqueue(database, portals)
        fleet = Fleet(yard, folder, database, portals.rows, portals.proxy)
        machines = {machine: fleet.start(machine) for machine in ("m1", "m2")}
        killed = 0
        while killed < count and not is_done(now(database)):
            time.sleep(luck.uniform(0.3, 2.5))
            killed += 1
            if server is not None and luck.random() < 0.3:
                kill_server(server, luck.uniform(0.1, 1.5))
                continue
            victim = luck.choice(sorted(machines))
            if fleet.ended(machines[victim]) is None:
                assert fleet.end(machines[victim], signal.SIGKILL) == -signal.SIGKILL
            machines[victim] = fleet.start(victim)
        wait_until_done(database, fleet, machines)
        end_all(fleet, machines)
        fleet.close()
        is_whole(database, folder, portals, alone)
        return len(portals.asked()), killed


def kill_server(server: Server, away: float) -> None:
    """Kill Postgres with -9 and start it again a while later."""
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    time.sleep(away)
    server.revive()


def test_workers_and_postgres_are_killed(
    yard: Yard, server: Server, database: str, tmp_path: Path, alone: Alone
) -> None:
    _requests, killed = kills(yard, database, tmp_path, server, random.Random(20261123), 5, alone)
    assert killed


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(4))
def test_two_hundred_kills(yard: Yard, server: Server, tmp_path: Path, alone: Alone, part: int) -> None:
    luck, more, killed = random.Random(part), 0, 0
    while killed < 50:
        own = tmp_path / str(killed)
        own.mkdir()
        database = server.new_database("kills")
        requests, kills_here = kills(yard, database, own, server, luck, 5, alone)
        more, killed = more + requests - alone.requests, killed + kills_here
    print(f"{alone.requests} requests undisturbed; {killed} kills, {more / killed:.1f} more requests a kill")


def test_a_worker_that_is_cut_off_ends_before_another_takes_over(
    yard: Yard, database: str, tmp_path: Path, alone: Alone
) -> None:
    wire = Wire(database)
    with served(NUMBER, tmp_path / "portals") as portals:
        enqueue(database, portals)
        fleet = Fleet(yard, tmp_path, wire.url, portals.rows, portals.proxy, DOWNLOAD_DELAY=0.3)
        cut_off = fleet.start("m1", concurrency=4)
        while not portals.asked():
            time.sleep(0.05)
        wire.cut()
        direct = Fleet(yard, tmp_path, database, portals.rows, portals.proxy)
        others = {"m2": direct.start("m2")}
        wait_until_done(database, direct, others)
        assert fleet.ended(cut_off) == 6
        assert "no heartbeat has reached the queue" in fleet.log("m1")
        end_all(direct, others)
        fleet.close()
        direct.close()
        is_whole(database, tmp_path, portals, alone)
    wire.close()


def test_a_worker_that_stood_still_ends_as_it_wakes(yard: Yard, database: str, tmp_path: Path, alone: Alone) -> None:
    with served(NUMBER, tmp_path / "portals") as portals:
        enqueue(database, portals)
        fleet = Fleet(yard, tmp_path, database, portals.rows, portals.proxy, DOWNLOAD_DELAY=0.3)
        still = fleet.start("m1", concurrency=4)
        while not portals.asked():
            time.sleep(0.05)
        os.kill(still, signal.SIGSTOP)
        others = {"m2": fleet.start("m2")}
        wait_until_done(database, fleet, others)
        woken = time.monotonic()
        os.kill(still, signal.SIGCONT)
        while fleet.ended(still) is None:
            time.sleep(0.05)
        assert fleet.ended(still) == 6
        assert "no heartbeat has reached the queue" in fleet.log("m1")
        end_all(fleet, others)
        fleet.close()
        late = [one for one in portals.asked() if one.who == "worker-1" and one.begun > woken + HALF_A_SECOND]
        assert late == []
        is_whole(database, tmp_path, portals, alone, until=woken)
