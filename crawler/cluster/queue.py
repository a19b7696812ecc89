"""The queue lies in the database that the reports go to: Procrastinate's tables, and three small ones of our own.

Procrastinate gives each job to one worker, keeps jobs with one `lock` apart in the whole cluster, and knows by their
heartbeats which workers live. Nothing of it is imported before it is asked for: it is an extra.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from crawler.store.engine import parse_url
from crawler.store.errors import StoreError

if TYPE_CHECKING:
    from procrastinate import App

CRAWL, REPARSE, CARE = "crawl", "reparse", "care"
"""Queues: portals to be crawled; archive files to be read anew; the cluster's own upkeep."""
QUEUES = (CRAWL, REPARSE)
"""Queues that a worker may be told to serve; it always takes its share of the upkeep."""

_LOCK = 0x6E6962616F + 2
"""Advisory lock under which tables are made, beside those of migrations and of single crawls."""
PATIENCE = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "tcp_user_timeout": 15_000}
"""Options of connections: a server that vanished from the network is noticed in seconds, not in hours."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS cluster_workers (id bigint PRIMARY KEY, name text NOT NULL, concurrency int NOT NULL, "
    "queues text NOT NULL, started_at timestamptz NOT NULL DEFAULT now(), beat_at timestamptz NOT NULL DEFAULT now(), "
    "running int NOT NULL DEFAULT 0, requests bigint NOT NULL DEFAULT 0, draining boolean NOT NULL DEFAULT false)",
    "CREATE TABLE IF NOT EXISTS cluster_runs (job_id bigint PRIMARY KEY, what text NOT NULL, name text NOT NULL, "
    "worker text NOT NULL, attempts int NOT NULL DEFAULT 0, failures int NOT NULL DEFAULT 0, "
    "planned int NOT NULL DEFAULT 0, "
    "started_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), "
    "ended_at timestamptz, state text, reason text NOT NULL DEFAULT '', line text NOT NULL DEFAULT '', "
    "requests bigint NOT NULL DEFAULT 0, new int NOT NULL DEFAULT 0, changed int NOT NULL DEFAULT 0, "
    "unchanged int NOT NULL DEFAULT 0)",
    "CREATE INDEX IF NOT EXISTS cluster_runs_ended ON cluster_runs (ended_at)",
    "CREATE TABLE IF NOT EXISTS cluster_paused (queue text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())",
    # Whether a job of that lock waits or runs is asked for every job that is fetched.
    "CREATE INDEX IF NOT EXISTS cluster_jobs_lock ON procrastinate_jobs (lock, status) "
    "WHERE status IN ('todo', 'doing')",
)


class NoCluster(StoreError):
    """The queue cannot be used: another kind of database, or what it needs is not installed."""


def away(error: BaseException) -> NoCluster:
    """What to say of an error of the queue's own connections."""
    cause = error.__cause__ if type(error).__module__.startswith("procrastinate") and error.__cause__ else error
    return NoCluster(f"the queue's database cannot be used: {' '.join(str(cause).split())}")


def dsn_of(url: str) -> str:
    """The address of the queue's database as psycopg takes it.

    Raises:
        NoCluster: the database is no Postgres, or the extra is not installed.
        StoreError: see `crawler.store.engine.parse_url`.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise NoCluster(
            "a cluster keeps its queue in Postgres: set DATABASE_URL=postgresql://user:password@host/name; on one "
            "machine `scrapy backfill` and `scrapy crawl-due` crawl many portals at once without a queue"
        )
    if importlib.util.find_spec("procrastinate") is None:
        raise NoCluster("a cluster needs Procrastinate: pip install -e '.[cluster]'")
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)


def ensure_tables(engine: Engine) -> None:
    """Make the queue's tables if they are not there; several workers may begin at once."""
    from procrastinate.schema import SchemaManager

    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
            raw: Any = connection.connection.driver_connection
            raw.execute(SchemaManager.get_schema())
        for statement in _TABLES:
            connection.exec_driver_sql(statement)


def has_tables(engine: Engine) -> bool:
    """Whether anything was ever enqueued, or a worker began, on this database."""
    with engine.connect() as connection:
        return connection.scalar(text("SELECT to_regclass('cluster_runs')")) is not None


def make_app(dsn: str, *, asynchronous: bool = True) -> App:
    """The application object of Procrastinate, without tasks; to be opened by who uses it."""
    from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

    connection: dict[str, Any] = {
        "conninfo": dsn,
        "min_size": 1,
        "max_size": 4,
        "timeout": 10.0,
        "kwargs": dict(PATIENCE),
    }
    if not asynchronous:
        return App(connector=SyncPsycopgConnector(**connection))
    app = App(connector=PsycopgConnector(**connection))
    from crawler.cluster.patient import Patient

    app.job_manager = Patient(app.connector)
    return app
