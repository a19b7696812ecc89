"""Jobs in the queue: enqueued once, apart by host, in their order, tried again after fitting waits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from procrastinate.jobs import Job as QueuedJob
from scrapy.settings import Settings
from sqlalchemy import Engine, text

from crawler.cluster import view
from crawler.cluster.book import Book, Progress, Standing
from crawler.cluster.enqueue import BACKFILL, DUE, enqueue_files, enqueue_portals
from crawler.cluster.hosts import host_locks
from crawler.cluster.queue import NoCluster, dsn_of, ensure_tables, has_tables
from crawler.cluster.tasks import ATTEMPTS, Again, Unfinished
from crawler.cluster.times import Times
from crawler.jobs.model import Job, JobResult
from crawler.store import open_store
from crawler.store.engine import make_engine

pytestmark = pytest.mark.postgres


def portal(name: str, *hosts: str) -> Any:
    return SimpleNamespace(id=name, hosts=hosts)


@pytest.mark.parametrize(
    ("portals", "together"),
    [
        ([portal("a", "a.cn"), portal("b", "b.cn")], [{"a"}, {"b"}]),
        ([portal("a", "x.cn"), portal("b", "x.cn")], [{"a", "b"}]),
        ([portal("a", "a.cn", "x.cn"), portal("b", "b.cn"), portal("c", "b.cn", "x.cn")], [{"a", "b", "c"}]),
        ([portal("a"), portal("b")], [{"a"}, {"b"}]),
    ],
)
def test_portals_that_share_a_host_share_a_lock(portals: list[Any], together: list[set[str]]) -> None:
    locks = host_locks(portals)
    groups: dict[str, set[str]] = {}
    for name, lock in locks.items():
        groups.setdefault(lock, set()).add(name)
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, together))
    assert host_locks(reversed(portals)) == locks


def job(name: str, years: tuple[int, ...] | None = None, **more: Any) -> Job:
    return Job(name, f"{name}局", "trs", (f"{name}.gov.cn",), years, requests=10, delay=2.0, **more)


def locks(*names: str) -> dict[str, str]:
    return {name: f"host:{name}" for name in names}


@pytest.fixture
def engine(postgres: str) -> Iterator[Engine]:
    made = open_store(postgres)
    yield made
    made.dispose()


def waiting(engine: Engine) -> list[str]:
    query = "SELECT args->>'portal_id' FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id"
    with engine.connect() as connection:
        return list(connection.scalars(text(query)))


def set_status(engine: Engine, name: str, status: str) -> None:
    with engine.connect() as connection, connection.begin():
        query = (
            "UPDATE procrastinate_jobs SET status = CAST(:s AS procrastinate_job_status) WHERE args->>'portal_id' = :n"
        )
        assert connection.execute(text(query), {"s": status, "n": name}).rowcount == 1


def test_enqueuing_twice_does_nothing(postgres: str, engine: Engine) -> None:
    jobs = [job("a", (2020, 2021)), job("b")]
    first = enqueue_portals(engine, postgres, jobs, locks("a", "b"), priority=BACKFILL)
    again = enqueue_portals(engine, postgres, jobs, locks("a", "b"), priority=BACKFILL)
    assert (first.new, first.already, again.new, again.already) == (2, 0, 0, 2)
    set_status(engine, "a", "doing")  # one that runs is not enqueued again either
    assert enqueue_portals(engine, postgres, jobs, locks("a", "b"), priority=BACKFILL).new == 0
    set_status(engine, "a", "succeeded")
    assert enqueue_portals(engine, postgres, jobs, locks("a", "b"), priority=BACKFILL).new == 1
    other = enqueue_portals(engine, postgres, [job("b", (2019,))], locks("b"), priority=BACKFILL)
    assert other.new == 1  # other years are another job


def test_what_is_due_goes_first(postgres: str, engine: Engine) -> None:
    enqueue_portals(engine, postgres, [job("long"), job("short")], locks("long", "short"), priority=BACKFILL)
    enqueue_portals(engine, postgres, [job("due")], locks("due"), priority=DUE)
    enqueue_files(engine, postgres, ["x.warc.gz"], {"family": None})
    assert waiting(engine) == ["due", "long", "short", None]


def test_two_that_enqueue_at_once_enqueue_each_job_once(postgres: str, engine: Engine) -> None:
    ensure_tables(engine)
    names = [f"p{number}" for number in range(300)]
    jobs = [job(name) for name in names]

    def put(_: int) -> int:
        return enqueue_portals(engine, postgres, jobs, locks(*names), priority=BACKFILL).new

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(put, range(4))) == len(names)
    assert sorted(waiting(engine)) == sorted(names)


def result(state: Any, reason: str) -> JobResult:
    return JobResult(job("a"), state, reason)


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (Unfinished(result("crashed", "OSError"), 1), 60),
        (Unfinished(result("unfinished", "guard_no_progress"), 3), 960),
        (Unfinished(result("unfinished", "closespider_timeout"), ATTEMPTS - 1), 15_360),
        (Unfinished(result("unfinished", "x"), ATTEMPTS), None),
        (Unfinished(result("unfinished", "shutdown"), 1, now=True), 0),
        (Unfinished(result("unfinished", "guard_night_hours"), 40), 900),
        (Unfinished(result("crashed", "no_database"), 40), 30),
        (KeyError("a portal that this worker does not know"), 60),
        (KeyboardInterrupt(), None),
    ],
)
def test_waits_before_a_further_try(error: BaseException, waits: float | None) -> None:
    queued = QueuedJob(queue="crawl", lock=None, queueing_lock=None, task_name="crawl_portal")
    decision = Again(60).get_retry_decision(exception=error, job=queued)
    if waits is None:
        assert decision is None
        return
    assert decision is not None
    assert decision.retry_at is not None
    assert (decision.retry_at - datetime.now(UTC)).total_seconds() == pytest.approx(waits, abs=5)


@pytest.mark.parametrize(
    ("heartbeat", "stalled", "good"), [(10, 60, True), (10, 40, True), (10, 39, False), (0, 60, False)]
)
def test_times_that_would_kill_living_workers_are_refused(heartbeat: float, stalled: float, good: bool) -> None:
    told = Settings({"CLUSTER_HEARTBEAT": heartbeat, "CLUSTER_STALLED": stalled, "CLUSTER_POLL": 1})
    if good:
        assert Times.of(told).stalled == stalled
    else:
        with pytest.raises(ValueError, match="too short"):
            Times.of(told)


@pytest.mark.parametrize(
    ("name", "value"),
    [("CLUSTER_STALLED", "abc"), ("CLUSTER_STALLED", "inf"), ("CLUSTER_HEARTBEAT", "nan"), ("CLUSTER_DRAIN", -5),
     ("CLUSTER_CRAWL_DUE", "nonsense"), ("CLUSTER_CRAWL_DUE", "61 * * * *")],
)  # fmt: skip
def test_settings_without_sense_are_told_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name}="):
        Times.of(Settings({name: value}))


def test_a_cluster_asks_for_postgres(tmp_path: Any) -> None:
    with pytest.raises(NoCluster, match="DATABASE_URL=postgresql"):
        dsn_of(f"sqlite:///{tmp_path / 'x.db'}")


def test_the_dead_are_found_and_the_living_left_alone(postgres: str, engine: Engine) -> None:
    names = ("dead", "living", "orphan", "waits")
    enqueue_portals(engine, postgres, [job(name) for name in names], locks(*names), priority=BACKFILL)
    with engine.connect() as connection, connection.begin():
        register = "INSERT INTO procrastinate_workers OVERRIDING SYSTEM VALUE VALUES (:n, now() - CAST(:a AS interval))"
        for number, age in ((1, "100 s"), (2, "1 s")):
            connection.execute(text(register), {"n": number, "a": age})
        for name, number in (("dead", 1), ("living", 2), ("orphan", None)):
            connection.execute(
                text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :w WHERE args->>'portal_id' = :n"),
                {"w": number, "n": name},
            )
    book = Book(engine, "m:1")
    assert book.take_over(60) == 2
    assert sorted(waiting(engine)) == ["dead", "orphan", "waits"]
    assert book.take_over(60) == 0


def test_jobs_that_were_told_to_stop_or_given_up_twice_are_tried_again(postgres: str, engine: Engine) -> None:
    enqueue_portals(engine, postgres, [job(name) for name in ("a", "b")], locks("a", "b"), priority=BACKFILL)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'failed', abort_requested = true"))
    enqueue_portals(engine, postgres, [job("b")], locks("b"), priority=BACKFILL)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo'"))
    assert view.retry(engine, ["a"]) == 1
    assert view.retry(engine, [], everything=True) == 1
    assert sorted(waiting(engine)) == ["a", "b"]
    assert view.retry(engine, [], everything=True) == 0


def test_what_is_forgotten_by_the_queue_is_forgotten(postgres: str, engine: Engine) -> None:
    enqueue_portals(engine, postgres, [job("a")], locks("a"), priority=BACKFILL)
    book = Book(engine, "m:1")
    with engine.connect() as connection:
        known = connection.scalar(text("SELECT id FROM procrastinate_jobs"))
    for job_id in (known, known + 1000):
        book.begun(job_id, "a", "A", attempts=0, planned=1)
    book.forget()
    with engine.connect() as connection:
        assert list(connection.scalars(text("SELECT job_id FROM cluster_runs"))) == [known]


def test_an_end_that_is_not_the_portals_does_not_count(postgres: str, engine: Engine) -> None:
    ensure_tables(engine)
    book = Book(engine, "m:1")
    book.begun(1, "a", "A", attempts=0, planned=1)
    night = JobResult(job("a"), "unfinished", "guard_night_hours")
    assert [book.ended(1, night, counts=False) for _ in range(9)] == [0] * 9
    assert book.ended(1, JobResult(job("a"), "crashed", "KeyError")) == 1
    assert book.ended(1, night, counts=False) == 1
    assert book.ended(1, JobResult(job("a"), "done", "finished")) == 0


def test_what_waits_already_does_not_keep_the_dead_from_being_found(postgres: str, engine: Engine) -> None:
    """Two jobs with one queueing lock cannot wait: to put the second one back failed, and with it all others."""
    enqueue_portals(engine, postgres, [job(name) for name in ("a", "b", "c")], locks("a", "b", "c"), priority=BACKFILL)
    begin = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE status = 'todo'"
    upkeep = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status) "
        "VALUES ('care', 'take_over', 'take_over', '{}', 'todo')"
    )

    def told(*statements: str) -> None:
        with engine.connect() as connection, connection.begin():
            for statement in statements:
                connection.exec_driver_sql(statement)

    told(upkeep, begin)
    enqueue = "UPDATE procrastinate_jobs SET status = 'todo' WHERE args->>'portal_id' = 'b'"
    told("INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status) "
         "SELECT queue_name, task_name, queueing_lock, args, 'doing' FROM procrastinate_jobs "
         "WHERE args->>'portal_id' IN ('a', 'b')", upkeep)  # fmt: skip
    told(f"{enqueue} AND id = (SELECT min(id) FROM procrastinate_jobs WHERE args->>'portal_id' = 'b')")
    book = Book(engine, "m:1")
    assert book.take_over(60) == 5
    assert sorted(one for one in waiting(engine) if one) == ["a", "b", "c"]
    left = "SELECT task_name, status::text FROM procrastinate_jobs WHERE queue_name = 'care'"
    with engine.connect() as connection:
        assert connection.execute(text(left)).all() == [("take_over", "todo")]
    told("INSERT INTO procrastinate_workers OVERRIDING SYSTEM VALUE VALUES (7, now())", begin.replace("NULL", "7"))
    with engine.connect() as connection:
        ids = list(connection.scalars(text("SELECT id FROM procrastinate_jobs WHERE queue_name = 'crawl'")))
    book.put_back(ids, [8])
    assert waiting(engine) == []
    book.put_back(ids[:2], [7])
    assert len(waiting(engine)) == 2


def test_a_cluster_as_it_is_seen(postgres: str) -> None:
    before = make_engine(postgres)
    assert view.snapshot(before) == view.Snapshot()
    assert not has_tables(before)
    before.dispose()
    engine = open_store(postgres)
    enqueue_portals(engine, postgres, [job(name) for name in "abc"], locks(*"abc"), priority=BACKFILL)
    book = Book(engine, "m:1")
    with engine.connect() as connection, connection.begin():
        found = connection.execute(text("SELECT args->>'portal_id', id FROM procrastinate_jobs"))
        ids = {row[0]: row[1] for row in found}
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    for name in "ab":
        set_status(engine, name, "doing")
        book.begun(ids[name], name, f"{name}局", attempts=0, planned=10)
    book.running(Standing(1, "m:1", 5, "crawl", 2, 7), [Progress(ids["a"], 4, 1, 0), Progress(ids["b"], 3, 0, 0)])
    assert book.ended(ids["b"], JobResult(job("b"), "crashed", "OSError", line="no space")) == 1
    set_status(engine, "b", "failed")
    seen = view.snapshot(engine)
    assert [(row["name"], row["running"], row["concurrency"]) for row in seen.workers] == [("m:1", 2, 5)]
    assert [(row["what"], row["requests"], row["planned"]) for row in seen.running] == [("a", 4, 10)]
    assert [(row["what"], row["reason"], row["line"]) for row in seen.failures] == [("b", "OSError", "no space")]
    assert (seen.waiting, seen.seconds_left) == (1, 20.0)
    assert [row["dead"] for row in view.snapshot(engine, 0).workers] == [True]
    assert view.snapshot(engine, 0).seconds_left is None, "who is believed dead takes nothing"
    assert seen.to_json()["waiting"] == 1
    assert book.begun(ids["b"], "b", "b局", attempts=1, planned=10) is None
    assert book.ended(ids["b"], JobResult(job("b"), "unfinished", "x")) == 2
    assert book.ended(ids["b"], JobResult(job("b"), "done", "finished")) == 0
    engine.dispose()


def test_jobs_that_say_nonsense_of_their_cost_are_counted_all_the_same(postgres: str, engine: Engine) -> None:
    enqueue_portals(engine, postgres, [job(name) for name in "abc"], locks(*"abc"), priority=BACKFILL)
    with engine.connect() as connection, connection.begin():
        odd = """UPDATE procrastinate_jobs SET args = jsonb_set(args, '{requests}', '"many"')
                 WHERE args->>'portal_id' = 'a'"""
        connection.exec_driver_sql(odd)
        connection.exec_driver_sql("UPDATE procrastinate_jobs SET args = '[]' WHERE args->>'portal_id' = 'b'")
    (row,) = view.snapshot(engine).queues
    assert (row["number"], row["seconds"]) == (3, 20.0)


def test_pausing_cancelling_and_trying_again(postgres: str, engine: Engine) -> None:
    enqueue_portals(engine, postgres, [job(name) for name in "abcd"], locks(*"abcd"), priority=BACKFILL)
    view.pause(engine, ["crawl"])
    view.pause(engine, ["crawl"])
    assert Book(engine, "m:1").paused() == {"crawl"}
    assert view.resume(engine, ["crawl", "reparse"]) == 1
    set_status(engine, "a", "doing")
    set_status(engine, "b", "failed")
    assert view.cancel(engine, ["a", "c", "nobody"]) == (1, 1)
    with engine.connect() as connection:
        asked = connection.scalars(
            text("SELECT args->>'portal_id' FROM procrastinate_jobs WHERE abort_requested AND status = 'doing'")
        )
        assert list(asked) == ["a"]
    assert view.retry(engine, ["c"]) == 0  # cancelled by hand stays so
    assert view.retry(engine, [], everything=True) == 1
    assert waiting(engine) == ["b", "d"]
    set_status(engine, "d", "failed")
    enqueue_portals(engine, postgres, [job("d")], locks("d"), priority=BACKFILL)
    assert view.retry(engine, ["d"]) == 0  # it waits already, under another number
