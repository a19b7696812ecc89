"""A country of ten thousand portals over seventeen years, in simulation: planning, queue and coverage.

    python -m benchmarks.planning [--portals 10000]

Nothing is crawled. A Postgres of its own is filled with rows as a crawl leaves them (nine reports in ten stand, the
tenth is missing or was never looked for), and what a person or a timer asks of it is timed: reading the agenda, the
plan of a backfill, what is due, both put into the queue, a picture of the cluster, the coverage table. Each must answer
within two seconds. Reports have one cell and one section here; real ones have 180 and 12, which none of these reads.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Engine, text

from crawler.cluster.enqueue import BACKFILL, DUE, enqueue_portals
from crawler.cluster.hosts import host_locks
from crawler.cluster.view import snapshot
from crawler.coverage.panel import Wanted, panel
from crawler.jobs.model import Job
from crawler.jobs.plan import backfill
from crawler.jobs.schedule import due_jobs
from crawler.portals import registry
from crawler.portals.model import Portal
from crawler.store import open_store
from crawler.store.agenda import Agenda, read_agenda
from crawler.store.coverage import facts
from tests.databases import Server

FAMILIES = ("trs", "gkmlpt", "hanweb")
YEARS = range(2008, 2025)
NOW = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)
AIM = 2.0

T = TypeVar("T")

_FILL = """
INSERT INTO runs (id, started_at, ended_at, finish_reason) VALUES ('r', '2025-12-01', '2025-12-02', 'finished');
INSERT INTO portals (id, name, place, family, base)
    SELECT 'p' || n || '.example', 'p' || n, '', 'trs', 'http://p' || n || '.example/' FROM generate_series(0, :last) n;
INSERT INTO agencies (id, name, type, level, registered)
    SELECT 'a' || n, 'a' || n, 'department', 'county', true FROM generate_series(0, :last) n;
INSERT INTO portal_agencies (portal_id, agency_id)
    SELECT 'p' || n || '.example', 'a' || n FROM generate_series(0, :last) n;
CREATE TEMP TABLE stands AS
    SELECT n * 17 + y AS id, n, 2008 + y AS year, (n + y) % 10 AS what
    FROM generate_series(0, :last) n, generate_series(0, 16) y;
INSERT INTO pages (id, portal_id, url, sha256, size, status, role, attachments, first_seen, last_seen, last_run_id,
                   times_seen)
    SELECT id, 'p' || n || '.example', 'http://p' || n || '.example/' || year, md5(id::text), 1, 200, 'report', '[]',
           '2025-12-01', '2025-12-01', 'r', 1 FROM stands WHERE what <> 0;
INSERT INTO reports (id, agency_id, year, kind, first_seen, last_seen)
    SELECT id, 'a' || n, year, 'annual_report', '2025-12-01', '2025-12-01' FROM stands WHERE what <> 0;
INSERT INTO versions (id, report_id, content_sha256, parser, read_from, kind_reason, agency_resolved_by, tables,
                      repairs, text, first_seen, last_seen)
    SELECT id, id, md5(id::text), '1', 'http://x/', '', 'registry', '{}', '[]', '', '2025-12-01', '2025-12-01'
    FROM stands WHERE what <> 0;
INSERT INTO version_pages (version_id, page_id, first_seen, last_seen)
    SELECT id, id, '2025-12-01', '2025-12-01' FROM stands WHERE what <> 0;
INSERT INTO sections (version_id, position, num, heading, text, tables, implied)
    SELECT id, 0, '1', '', '', '[]', false FROM stands WHERE what <> 0;
INSERT INTO cells (version_id, address, raw, kind, value) SELECT id, 'x', '1', 'number', 1 FROM stands WHERE what <> 0;
INSERT INTO findings (version_id, position, code, severity, message, cells)
    SELECT id, 0, 'SUM', 'hard', '', '[]' FROM stands WHERE what IN (1, 2);
INSERT INTO attempts (fingerprint, run_id, at, portal_id, agency_id, year, outcome, reason, detail, evidence)
    SELECT md5(id::text), 'r', '2025-12-01', 'p' || n || '.example', 'a' || n, year, 'missing', 'not_listed', '', '{}'
    FROM stands WHERE what = 0 AND n % 2 = 0;
INSERT INTO intents (portal_id, agency_id, year, planned_at, attempted_at, run_id, outcome, reason, succeeded_at)
    SELECT 'p' || n || '.example', 'a' || n, year, '2025-12-01', '2025-12-01', 'r', 'missing', 'not_listed',
           '2025-12-01'
    FROM stands WHERE what = 0 AND n % 2 = 0;
INSERT INTO intents (portal_id, year, planned_at, attempted_at, run_id, outcome, reason, succeeded_at)
    SELECT 'p' || n || '.example', year, '2025-12-01', '2025-12-01', 'r', 'found', '', '2025-12-01'
    FROM stands WHERE NOT (what = 0 AND n % 2 = 1);
INSERT INTO intents (portal_id, planned_at, attempted_at, run_id, outcome, reason, succeeded_at)
    SELECT 'p' || n || '.example', '2025-12-01', '2025-12-01', 'r', 'found', '', '2025-12-01'
    FROM generate_series(0, :last) n;
"""


def rows_of(number: int) -> list[Portal]:
    """So many registry rows, each with a host and an agency of its own."""
    known = [row for row in registry.shared() if row.agencies and row.family in FAMILIES]
    made = []
    for one in range(number):
        row = known[one % len(known)]
        own = {"id": f"a{one}", "name": f"a{one}", "since": None, "until": None}
        agency = row.agencies[0].model_copy(update=own)
        host = f"p{one}.example"
        made.append(row.model_copy(update={"id": host, "hosts": (host,), "agencies": (agency,)}))
    return made


def fill(engine: Engine, number: int) -> None:
    """Rows as a crawl leaves them; statistics as the server would gather them by itself."""
    with engine.begin() as connection:
        for statement in _FILL.split(";\n"):
            if statement.strip():
                connection.execute(text(statement), {"last": number - 1} if ":last" in statement else {})
        connection.execute(text("ANALYZE"))


class Clock:
    """Times steps and prints them; `slowest` is what no step took longer than."""

    def __init__(self) -> None:
        self.slowest = 0.0

    def __call__(self, what: str, step: Callable[[], T]) -> T:
        """The result of a step, timed."""
        begun = time.perf_counter()
        result = step()
        seconds = time.perf_counter() - begun
        self.slowest = max(self.slowest, seconds)
        print(f"  {seconds:5.2f} s  {what}", flush=True)
        return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=10_000)
    number = parser.parse_args().portals
    rows, timed, postgres = rows_of(number), Clock(), Server.start()
    try:
        database = postgres.new_database("planning")
        engine = open_store(database)
        locks = timed("which portals share a host", lambda: host_locks(rows))

        def planned(agenda: Agenda) -> list[Job]:
            plan = backfill(rows, YEARS, agenda, NOW, families=FAMILIES, delay=2.0, retry=["missing"])
            return [replace(job, why="") for job in plan.jobs]

        def put(jobs: list[Job], priority: int) -> str:
            found = enqueue_portals(engine, database, jobs, locks, priority=priority)
            return f"{found.new} new, {found.already} there already"

        print(f"{number} portals x {len(YEARS)} years; nothing is known yet")
        jobs = timed("plan of a backfill", lambda: planned(read_agenda(engine)))
        timed(f"{len(jobs)} jobs enqueued", lambda: put(jobs, BACKFILL))
        timed("enqueued again", lambda: put(jobs, BACKFILL))
        timed("a picture of the cluster", lambda: snapshot(engine))
        fill(engine, number)
        print("nine reports in ten stand")
        agenda = timed("agenda read", lambda: read_agenda(engine))
        timed("plan of a backfill", lambda: planned(agenda))
        due = timed("what is due now", lambda: due_jobs(rows, agenda, NOW, families=FAMILIES, delay=2.0))
        print("          due:", timed(f"{len(due)} jobs enqueued", lambda: put(due, DUE)))
        timed("a picture of the cluster", lambda: snapshot(engine))
        known = timed("coverage read", lambda: facts(engine))
        found = timed("coverage table made", lambda: panel(rows, known, Wanted(), NOW.date()))
        print(f"          {len(found.rows)} agency-years, {found.totals.found} found")
        engine.dispose()
    finally:
        postgres.close()
    if timed.slowest > AIM:
        sys.exit(f"one step took {timed.slowest:.1f} s, more than {AIM:g}")


if __name__ == "__main__":
    main()
