"""What workers do on the way: drain, cancel, put back, plan by the clock, read anew, and who may run beside whom."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.project import get_project_settings
from sqlalchemy import text

from crawler.cluster import view
from crawler.cluster.enqueue import DUE, enqueue_files, enqueue_portals
from crawler.cluster.lifeline import Lifeline
from crawler.cluster.queue import NoCluster
from crawler.cluster.tasks import Work
from crawler.cluster.worker import ClusterWorker
from crawler.jobs.lock import Overlap, only_one
from crawler.jobs.model import Job
from crawler.reparse.model import Wanted
from crawler.reparse.selection import files_of
from crawler.store import Spool, cross_findings, open_store, recheck
from tests.cluster.fleet import Fleet, Yard
from tests.cluster.portals import Portals, served, two_at_once
from tests.cluster.test_fleet import enqueue, now, wait_until_done
from tests.conftest import REPO
from tests.store.examples import run_record
from tests.store.writers import numbered
from tests.waiting import until

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]


@pytest.fixture
def portals(tmp_path: Path) -> Iterator[Portals]:
    with served(3, tmp_path / "portals") as found:
        yield found


@pytest.fixture
def fleet(yard: Yard, tmp_path: Path, postgres: str, portals: Portals) -> Iterator[Fleet]:
    made = Fleet(yard, tmp_path, postgres, portals.rows, portals.proxy)
    yield made
    made.close()


def asked(database: str, query: str) -> list[Any]:
    engine = open_store(database)
    try:
        with engine.connect() as connection, connection.begin():
            found = connection.execute(text(query))
            return list(found) if found.returns_rows else []
    finally:
        engine.dispose()


def statuses(database: str) -> dict[str, int]:
    query = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE queue_name <> 'care' GROUP BY 1"
    return {row[0]: row[1] for row in asked(database, query)}


def test_a_worker_that_is_stopped_puts_back_what_it_cannot_end(postgres: str, portals: Portals, fleet: Fleet) -> None:
    enqueue(postgres, portals)
    worker = fleet.start(concurrency=2, DOWNLOAD_DELAY=1, CLUSTER_DRAIN=0.5)
    until(lambda: len(portals.asked()) >= 4)
    assert fleet.end(worker) == 0
    assert statuses(postgres) == {"todo": 3}
    assert [row["reason"] for row in now(postgres).failures] == ["shutdown", "shutdown"]  # type: ignore[union-attr]
    workers = {"m1": fleet.start()}
    wait_until_done(postgres, fleet, workers)
    assert statuses(postgres) == {"succeeded": 3}
    assert two_at_once(portals.asked()) == []


def test_the_second_signal_ends_a_worker_and_all_that_it_asks_at_once(
    postgres: str, portals: Portals, fleet: Fleet
) -> None:
    enqueue(postgres, portals)
    worker = fleet.start(concurrency=3, DOWNLOAD_DELAY=1)
    until(lambda: len(portals.asked()) >= 4)
    os.kill(worker, signal.SIGTERM)
    until(lambda: now(postgres).workers[0]["draining"])  # type: ignore[union-attr]
    assert fleet.end(worker) == 0
    seen = len(portals.asked())
    time.sleep(2)
    assert len(portals.asked()) == seen
    wait_until_done(postgres, fleet, {"m1": fleet.start()}, 120)
    assert statuses(postgres) == {"succeeded": 3}


def test_a_portal_is_not_read_to_its_end_once_the_drain_is_over(postgres: str, portals: Portals, fleet: Fleet) -> None:
    enqueue(postgres, portals)
    worker = fleet.start(concurrency=3, DOWNLOAD_DELAY=2, CLUSTER_DRAIN=0.2)
    until(lambda: len(portals.asked()) >= 5)
    seen = len(portals.asked())
    assert fleet.end(worker) == 0
    assert len(portals.asked()) <= seen + 3 * 2, "what is on its way, and no queue of requests behind it"


def test_a_portal_of_a_draining_worker_can_be_cancelled(postgres: str, portals: Portals, fleet: Fleet) -> None:
    enqueue(postgres, portals)
    worker = fleet.start(concurrency=3, DOWNLOAD_DELAY=2)
    until(lambda: len({one.host for one in portals.asked()}) == 3)
    os.kill(worker, signal.SIGTERM)
    until(lambda: now(postgres).workers[0]["draining"])  # type: ignore[union-attr]
    engine = open_store(postgres)
    assert view.cancel(engine, [], everything=True) == (0, 3)
    until(lambda: fleet.ended(worker) is not None, 20)
    assert fleet.ended(worker) == 0
    assert "todo" not in statuses(postgres)
    assert len(portals.asked()) < 20
    engine.dispose()


def test_a_job_that_cannot_be_begun_is_shown_with_its_reason(postgres: str, fleet: Fleet) -> None:
    engine = open_store(postgres)
    row = Job("nobody.example", "?", "trs", ("nobody.example",), None, 1, 4, 0.0, "")
    enqueue_portals(engine, postgres, [row], {row.portal_id: "host:nobody.example"}, priority=DUE)
    fleet.start(CLUSTER_RETRY_SECONDS=60)
    (told,) = until(lambda: now(postgres).failures)  # type: ignore[union-attr]
    assert (told["what"], told["state"], told["status"]) == ("nobody.example", "failed", "todo")
    assert "nobody.example" in told["line"]
    engine.dispose()


def test_an_archive_that_does_not_answer_is_told_at_the_start_and_damages_nothing(
    postgres: str, portals: Portals, fleet: Fleet, tmp_path: Path
) -> None:
    enqueue(postgres, portals)
    first = fleet.start()
    wait_until_done(postgres, fleet, {"m1": first})
    fleet.end(first)
    nowhere = {"ARCHIVE_DIR": "s3://nobody/archive", "ARCHIVE_STAGING_DIR": str(tmp_path / "staging")}
    closed = {"endpoint_url": "http://127.0.0.1:9", "key": "x", "secret": "x"}
    run = command(postgres, tmp_path, "worker", "--once", **nowhere, ARCHIVE_STORAGE_OPTIONS=json.dumps(closed))
    assert (run.returncode, "s3://nobody/archive" in run.stderr, "Traceback" in run.stderr) == (1, True, False)
    engine = open_store(postgres)
    assert enqueue_files(engine, postgres, files_of(engine, Wanted()), Wanted().to_json()).new
    fleet.start("m2", CLUSTER_RETRY_SECONDS=60, ARCHIVE_STORAGE_OPTIONS=closed, **nowhere)
    told = until(lambda: now(postgres).failures, 120)  # type: ignore[union-attr]
    assert {(one["reason"], one["status"]) for one in told} == {("no_archive", "todo")}
    engine.dispose()


def test_a_worker_takes_one_archive_file_at_a_time_and_leaves_the_others_to_others(postgres: str, fleet: Fleet) -> None:
    engine = open_store(postgres)
    enqueue_files(engine, postgres, [f"egov-{number}.warc.gz" for number in range(4)], Wanted().to_json())
    view.pause(engine, ["reparse"])
    fleet.start("m1", concurrency=5)
    fleet.start("m2", concurrency=5)
    until(lambda: len(now(postgres).workers) == 2)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("LOCK TABLE cluster_runs IN EXCLUSIVE MODE")  # what begins, waits
        view.resume(engine, ["reparse"])
        until(lambda: statuses(postgres).get("doing") == 2)
        time.sleep(1)
        assert statuses(postgres) == {"doing": 2, "todo": 2}
    until(lambda: statuses(postgres) == {"succeeded": 4})
    until(lambda: [(row["concurrency"], row["running"]) for row in now(postgres).workers] == [(6, 0)] * 2)  # type: ignore[union-attr]
    engine.dispose()


def test_a_crawl_that_is_cancelled_as_it_begins_does_not_run_to_its_end() -> None:
    class Beginning:
        crawling = False
        stopped = 0

        async def stop_async(self) -> None:
            self.stopped += 1

    async def cancelled() -> tuple[int, str]:
        crawler, said = Beginning(), []
        book = SimpleNamespace(said=lambda _id, state, *_: said.append(state))
        worker = SimpleNamespace(running={7: None})
        work = Work(worker, None, None, "", None, book, None)  # type: ignore[arg-type]
        crawl: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        job = asyncio.create_task(work._ended(crawl, 7))
        await asyncio.sleep(0)
        job.cancel()
        await asyncio.sleep(0.05)
        worker.running[7] = crawler  # type: ignore[assignment]
        await asyncio.sleep(0.15)
        crawler.crawling = True
        while not crawler.stopped:
            await asyncio.sleep(0.05)
        crawl.set_result(None)
        with pytest.raises(asyncio.CancelledError):
            await job
        return crawler.stopped, *said

    assert asyncio.run(asyncio.wait_for(cancelled(), 20)) == (1, "cancelled")


def test_a_running_portal_can_be_cancelled(postgres: str, portals: Portals, fleet: Fleet) -> None:
    enqueue(postgres, portals)
    workers = {"m1": fleet.start(concurrency=3, DOWNLOAD_DELAY=1)}
    until(lambda: len({one.host for one in portals.asked()}) == 3)
    engine = open_store(postgres)
    assert view.cancel(engine, [], everything=True) == (0, 3)
    wait_until_done(postgres, fleet, workers)
    assert statuses(postgres) == {"aborted": 3}
    seen = len(portals.asked())
    time.sleep(2)
    assert len(portals.asked()) == seen
    engine.dispose()


def test_a_job_whose_giving_was_never_heard_of_is_put_back(postgres: str, portals: Portals, fleet: Fleet) -> None:
    enqueue(postgres, portals)
    engine = open_store(postgres)
    view.pause(engine, ["crawl"])
    workers = {"m1": fleet.start()}
    until(lambda: now(postgres).workers)  # type: ignore[union-attr]
    asked(postgres, "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT min(id) FROM cluster_workers)"
                    " WHERE queue_name = 'crawl'")  # fmt: skip
    view.resume(engine, ["crawl"])
    wait_until_done(postgres, fleet, workers)
    assert "put back" in fleet.log()
    assert statuses(postgres) == {"succeeded": 3}
    engine.dispose()


def test_workers_plan_what_is_due_by_the_clock(postgres: str, fleet: Fleet, tmp_path: Path) -> None:
    beat = tmp_path / "beat.json"
    engine = open_store(postgres)
    view.pause(engine, ["crawl"])  # all portals of the registry are due: they are planned here, and not crawled
    fleet.start(CLUSTER_CRAWL_DUE="* * * * * */3", HEARTBEAT_FILE=str(beat))
    until(beat.exists)
    query = "SELECT DISTINCT priority FROM procrastinate_jobs WHERE args->>'portal_id' LIKE 'n000%' AND status = 'todo'"
    assert asked(postgres, query) == [(DUE,)]
    assert "portals are due" in json.loads(beat.read_text())["headline"]
    engine.dispose()


def test_archive_files_are_read_anew_by_a_worker(postgres: str, portals: Portals, fleet: Fleet) -> None:
    enqueue(postgres, portals)
    workers = {"m1": fleet.start()}
    wait_until_done(postgres, fleet, workers)
    engine = open_store(postgres)
    assert fleet.end(workers["m1"]) == 0  # seals its file
    asked(postgres, "UPDATE cells SET value = 777 WHERE ctid = (SELECT ctid FROM cells WHERE value = 5 LIMIT 1)")
    found = enqueue_files(engine, postgres, files_of(engine, Wanted()), Wanted().to_json())
    assert found.new >= 1
    workers = {"m1": fleet.start()}
    wait_until_done(postgres, fleet, workers)
    assert [row[0] for row in asked(postgres, "SELECT line FROM cluster_runs WHERE name = 'reparse'")]
    assert asked(postgres, "SELECT count(*) FROM cells WHERE value = 777")[0][0] == 0
    engine.dispose()


def test_a_crawl_on_one_machine_and_a_worker_do_not_run_beside_each_other(
    postgres: str, portals: Portals, fleet: Fleet, tmp_path: Path
) -> None:
    engine = open_store(postgres)
    with only_one(tmp_path / "one", "scrapy backfill", engine):
        worker = fleet.start()
        assert until(lambda: fleet.ended(worker)) == 70  # Overlap: the command says so and ends with 5
    worker = fleet.start()
    until(lambda: now(postgres).workers)  # type: ignore[union-attr]
    with pytest.raises(Overlap, match="a worker of a cluster"), only_one(tmp_path / "one", "scrapy backfill", engine):
        pass
    assert fleet.end(worker) == 0
    with only_one(tmp_path / "one", "scrapy backfill", engine):
        pass
    engine.dispose()


# ------------------------------------------------------------------------------------------------------- the commands


def command(database: str, folder: Path, *words: str, **changes: Any) -> subprocess.CompletedProcess[str]:
    handler = "crawler.demo.handler.CountryDownloadHandler"
    chosen = {
        "DATABASE_URL": database, "DATA_DIR": folder, "SPOOL_DIR": folder / "spool", "ARCHIVE_DIR": folder / "archive",
        "PORTALS_DIR": REPO / "crawler/demo/portals", "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_HANDLERS": json.dumps({"http": handler, "https": handler}), "CLUSTER_POLL": 0.3,
    }  # fmt: skip
    options = [part for name, value in (chosen | changes).items() for part in ("-s", f"{name}={value}")]
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words, *options],
        cwd=REPO, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_from_plan_to_picture_by_commands(postgres: str, tmp_path: Path) -> None:
    backfill = ("backfill", "--years", "2023", "--portal", "sthj.guizhou.gov.cn", "--enqueue")
    assert "Portals put into the queue: 1." in command(postgres, tmp_path, *backfill).stdout
    assert "Portals put into the queue: 0, in it already: 1." in command(postgres, tmp_path, *backfill).stdout
    run = command(postgres, tmp_path, "worker", "--once")
    assert run.returncode == 0, run.stderr
    assert "done       sthj.guizhou.gov.cn: 1 new" in run.stdout
    seen = command(postgres, tmp_path, "cluster")
    assert "crawl: 1 succeeded." in seen.stdout
    assert json.loads(command(postgres, tmp_path, "cluster", "--json").stdout)["ended"][0]["new"] == 1


def test_commands_without_postgres_say_what_is_needed(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'x.db'}"
    for words in (("worker",), ("cluster",), ("backfill", "--years", "2023", "--family", "vsb", "--enqueue")):
        run = command(database, tmp_path, *words)
        assert run.returncode == 1
        assert "a cluster keeps its queue in Postgres: set DATABASE_URL=postgresql://" in run.stderr
        assert "Traceback" not in run.stderr


def test_nothing_of_it_is_imported_on_one_machine() -> None:
    told = (
        "import sys; import crawler.commands.backfill, crawler.commands.crawl_due, crawler.commands.reparse; "
        # fsspec itself is imported by warcio, where it is installed.
        "print([name for name in ('procrastinate', 'psycopg_pool', 's3fs', 'crawler.cluster', 'crawler.archive.remote')"
        " if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", told], cwd=REPO, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_wrong_words_are_told(postgres: str, tmp_path: Path) -> None:
    cases = [
        (("worker", "--queues", "crawl,mail"), "--queues mail: there are crawl, reparse"),
        (("cluster", "cancel"), "cancel what? Name portals, or say --all"),
        (("cluster", "pause", "mail"), "pause mail: there are crawl, reparse"),
    ]
    for words, said in cases:
        run = command(postgres, tmp_path, *words)
        assert (run.returncode, said in run.stderr) == (2, True), run.stderr


def test_a_signal_ends_a_waiting_worker_at_once(postgres: str, fleet: Fleet) -> None:
    worker = fleet.start()
    until(lambda: now(postgres).workers)  # type: ignore[union-attr]
    os.kill(worker, signal.SIGINT)
    until(lambda: fleet.ended(worker) is not None)
    assert fleet.ended(worker) == 0


def test_a_queue_that_goes_away_as_a_worker_begins_is_said_in_a_sentence(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Lifeline) -> None:
        raise psycopg.OperationalError("terminating connection due to unexpected postmaster exit\n")

    monkeypatch.setattr(Lifeline, "hold", away)
    engine, chosen = open_store(postgres), get_project_settings()
    worker = ClusterWorker(engine, postgres, chosen, AsyncCrawlerRunner(chosen), concurrency=1, queues=["crawl"])
    with pytest.raises(NoCluster, match="cannot be used: terminating connection"):
        asyncio.run(worker.run())
    engine.dispose()


def test_what_a_killed_worker_left_on_its_disk_is_loaded_though_no_portal_is_left(
    postgres: str, fleet: Fleet, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "m1" / "spool")
    for record in (run_record(), *(numbered(year) for year in (2021, 2022))):
        spool.put(record)
    spool.close()
    worker = fleet.start("m1")
    until(lambda: [row[0] for row in asked(postgres, "SELECT year FROM reports ORDER BY year")] == [2021, 2022])
    assert fleet.end(worker) == 0
    assert spool.waiting() == 0
    engine = open_store(postgres)
    kept = cross_findings(engine)
    recheck(engine)
    assert cross_findings(engine) == kept != []
    engine.dispose()
