"""What a cluster costs and brings: workers against one process, and the queue's own rates.

    python -m benchmarks.cluster [--portals 40] [--workers 1 2 4] [--jobs 10000]

Real `scrapy worker` processes crawl fake portals (a server on loopback) without delay into a Postgres of their own; one
process without a queue (`crawler.jobs.run.Jobs`) crawls the same. On one machine all of them share its cores: with more
workers than cores nothing can become faster, at two seconds between requests everything would. Then the queue alone:
jobs enqueued, claimed and ended a second, with a task that does nothing, and the memory of the worker that has them
before it. Times are ratios' raw material: they differ between machines.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.many import server
from crawler.cluster.enqueue import BACKFILL, CRAWL_TASK, enqueue_portals
from crawler.cluster.hosts import host_locks
from crawler.cluster.queue import dsn_of, make_app
from crawler.cluster.view import snapshot
from crawler.jobs.model import Job
from crawler.jobs.plan import job_for
from crawler.portals import registry
from crawler.store import open_store
from crawler.store.agenda import Agenda
from tests.databases import Server

NOTHING = Agenda({}, {}, frozenset(), {}, {})
YEARS = range(2008, 2025)


def _options(folder: Path, database: str, rows: Path, proxy: str) -> list[str]:
    handler = "crawler.demo.served.ServedDownloadHandler"
    chosen = {
        "DATABASE_URL": database, "DATA_DIR": folder, "SPOOL_DIR": folder / "spool", "ARCHIVE_DIR": folder / "archive",
        "PORTALS_DIR": rows, "DEMO_PROXY": proxy, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False,
        "CRAWL_DELAY_CAP": 0, "DOWNLOAD_HANDLERS": json.dumps({"http": handler, "https": handler}),
        "LOG_LEVEL": "ERROR", "CLUSTER_POLL": 0.2,
    }  # fmt: skip
    return [part for name, value in chosen.items() for part in ("-s", f"{name}={value}")]


def _jobs(rows: Path) -> list[Job]:
    found = [row for row in registry.load(rows) if row.id.startswith("n0")]
    return [job_for(row, None, NOTHING, delay=0) for row in found]


def with_workers(postgres: Server, number: int, workers: int) -> tuple[float, float]:
    """Requests a second from the first job's begin to the last one's end, and peak memory of the largest worker."""
    with tempfile.TemporaryDirectory() as name, server(number, Path(name, "rows")) as proxy:
        folder, rows = Path(name), Path(name, "rows")
        database = postgres.new_database("workers")
        engine = open_store(database)
        enqueue_portals(engine, database, _jobs(rows), host_locks(registry.load(rows)), priority=BACKFILL)
        command = [sys.executable, "-m", "scrapy", "worker", "--once", "--concurrency", str(max(1, number // workers))]
        started = [
            subprocess.Popen(  # noqa: S603  this very project
                [*command, *_options(folder / str(one), database, rows, proxy)], stdout=subprocess.DEVNULL
            )
            for one in range(workers)
        ]
        for process in started:
            process.wait()
        query = "SELECT sum(requests), extract(epoch FROM max(ended_at) - min(started_at)), count(*) FROM cluster_runs"
        with engine.connect() as connection:
            requests, seconds, count = connection.execute(text(query)).one()
        engine.dispose()
        if count != number:
            raise RuntimeError(f"{count} of {number} portals were crawled")
        return float(requests) / float(seconds), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def in_one_process(postgres: Server, number: int) -> float:
    """Requests a second of `scrapy backfill` without a queue, by the time that its crawls took."""
    with tempfile.TemporaryDirectory() as name, server(number, Path(name, "rows")) as proxy:
        folder, rows = Path(name), Path(name, "rows")
        database = postgres.new_database("alone")
        job = {
            "proxy": proxy, "rows": str(rows), "portals": number, "delay": 0.0, "folder": str(folder / "data"),
            "addresses": str(folder / "addresses.json"), "at_once": number, "kind": "full", "database": database,
        }  # fmt: skip
        (folder / "data").mkdir()
        from benchmarks.many import _run

        done = _run(job)
        return float(done["requests"]) / float(done["seconds"])


def queue_rates(postgres: Server, number: int) -> None:
    """Enqueue, look, claim and end that many jobs that do nothing; print the rates."""
    database = postgres.new_database("rates")
    engine = open_store(database)
    jobs = [Job(f"p{one}", f"p{one}", "trs", (f"p{one}.cn",), None, 1, 20, 2.0) for one in range(number)]
    locks = {job.portal_id: f"host:{job.portal_id}" for job in jobs}
    begun = time.perf_counter()
    enqueue_portals(engine, database, jobs, locks, priority=BACKFILL)
    enqueued = time.perf_counter() - begun
    begun = time.perf_counter()
    again = enqueue_portals(engine, database, jobs, locks, priority=BACKFILL)
    print(f"  {number} jobs enqueued in {enqueued:.1f} s = {number / enqueued:.0f}/s; again in "
          f"{time.perf_counter() - begun:.1f} s: {again.new} new")  # fmt: skip
    begun = time.perf_counter()
    snapshot(engine)
    print(f"  a picture of the cluster with them: {time.perf_counter() - begun:.2f} s")
    _claim(engine, database, number)
    begun = time.perf_counter()
    snapshot(engine)
    print(f"  a picture afterwards: {time.perf_counter() - begun:.2f} s")
    engine.dispose()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _claim(engine: Engine, database: str, number: int) -> None:
    from procrastinate.worker import Worker

    async def drain() -> float:
        app = make_app(dsn_of(database))

        @app.task(name=CRAWL_TASK, queue="crawl")
        async def nothing(**_told: Any) -> None:
            return

        async with app.open_async():
            worker: Any = Worker(app, queues=["crawl"], concurrency=20, wait=False, listen_notify=False,
                            install_signal_handlers=False)  # fmt: skip
            before, begun = _memory(), time.perf_counter()
            await worker.run()
            print(f"  the worker's memory: {before:.0f} MB before, {_memory():.0f} MB at its peak")
            return time.perf_counter() - begun

    import logging

    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    seconds = asyncio.run(drain())
    with engine.connect() as connection:
        left = connection.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'"))
        size = connection.scalar(
            text("SELECT pg_total_relation_size('procrastinate_jobs') + pg_total_relation_size('procrastinate_events')")
        )
    print(f"  claimed and ended by one worker with 20 places: {number / seconds:.0f}/s ({left} left); "
          f"{float(size or 0) / number:.0f} bytes a job")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=40)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--jobs", type=int, default=10_000)
    options = parser.parse_args()
    postgres = Server.start()
    try:
        if options.workers:
            alone = in_one_process(postgres, options.portals)
            print(f"{options.portals} portals without delay: {alone:.1f} requests/s in one process without a queue")
            for workers in options.workers:
                rate, peak = with_workers(postgres, options.portals, workers)
                print(f"  {workers} workers: {rate:.1f} requests/s, {rate / alone:.2f} of it; peak {peak:.0f} MB each")
        print("The queue alone")
        queue_rates(postgres, options.jobs)
    finally:
        postgres.close()


if __name__ == "__main__":
    main()
