"""From `DATABASE_URL` to an engine that behaves alike on SQLite and on Postgres."""

from __future__ import annotations

import importlib.util
import json
import os
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from crawler.store.errors import BadUrl, DriverMissing
from crawler.store.types import storable_tree

DEFAULT_URL = "sqlite:///data/reports.db"
BUSY_SECONDS = 10.0
"""How long SQLite waits for another process's transaction; the longest commit measured with four writers was 0.2 s."""

IMMEDIATE = {"sqlite_begin": "IMMEDIATE"}
"""Execution option of every transaction that writes."""


def database_url(configured: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """The URL to use: what the settings say, else the environment's `DATABASE_URL`, else `data/reports.db`."""
    return configured or environ.get("DATABASE_URL") or DEFAULT_URL


def parse_url(url: str) -> URL:
    """The URL with its driver named.

    Raises:
        BadUrl: when it cannot be read, names another kind of database, or a database in memory (which each thread
            would see for itself and none would find again).
        DriverMissing: for Postgres without psycopg.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadUrl(f"DATABASE_URL is not a database URL; write {DEFAULT_URL} or {_POSTGRES_EXAMPLE}") from error
    kind = parsed.drivername.partition("+")[0]
    if kind in {"postgres", "postgresql"}:
        if importlib.util.find_spec("psycopg") is None:
            raise DriverMissing("Postgres needs psycopg: pip install -e '.[postgres]'")
        return parsed.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise BadUrl(f"{kind!r} databases are not supported; DATABASE_URL is {DEFAULT_URL} or {_POSTGRES_EXAMPLE}")
    if parsed.database in {None, "", ":memory:"} or "mode" in parsed.query:
        raise BadUrl(f"a SQLite database needs a file: write {DEFAULT_URL}")
    return parsed.set(drivername="sqlite+pysqlite")


_POSTGRES_EXAMPLE = "postgresql://user:password@host/name"


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite URL, None for Postgres."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def make_engine(url: str | URL) -> Engine:
    """An engine; connects to nothing yet. The folder of a SQLite file is not made here.

    Raises:
        BadUrl, DriverMissing: see `parse_url`.
    """
    parsed = parse_url(url) if isinstance(url, str) else url
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, json_serializer=_to_json)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    # Without these a server that vanished from the network would be waited for until the kernel gives up (2 hours).
    patience = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "tcp_user_timeout": 30_000}
    connect_args = {name: value for name, value in patience.items() if name not in parsed.query}
    engine = create_engine(parsed, connect_args=connect_args, json_serializer=_to_json)
    event.listen(engine, "do_connect", _postgres_open)
    event.listen(engine, "connect", _postgres_connect)
    return engine


def use_wal(engine: Engine) -> None:
    """Put a SQLite file into WAL mode (kept in the file): readers and the writer then do not wait for each other.

    Raises:
        sqlite3.OperationalError: when other processes hold the file for longer than `BUSY_SECONDS`.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    connection = engine.raw_connection()
    try:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                # The switch needs the file alone and does not honour the busy time-out.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
    finally:
        connection.close()


def _to_json(value: Any) -> str:
    """Sorted and readable: who opens the SQLite file by hand sees Chinese, not escapes."""
    return _encode(storable_tree(value))


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # The sqlite3 module would begin transactions on its own, deferred and not before DDL; `_sqlite_begin` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # In WAL mode a killed process loses nothing that was committed. A power cut may take back the last commits, which
    # the next crawl makes again; it never damages the file. FULL would wait for the disk at every single page.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer: it fails at once in WAL mode.
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


STARTING_SECONDS = 20.0
"""How long a Postgres server is waited for that says it is starting, as after a crash: a crawl that begins then would
else end at once."""


def _postgres_open(dialect: Dialect, _record: Any, arguments: Any, named: Any) -> Any:
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            return dialect.connect(*arguments, **named)
        except dialect.loaded_dbapi.OperationalError as error:
            # The server's own words; it gives no code before a connection stands.
            if "the database system is" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _postgres_connect(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '30s'")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()
