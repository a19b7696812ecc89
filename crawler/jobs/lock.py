"""One crawl of many portals at a time: two would ask the same portals twice as fast as either believes."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from crawler.store.errors import StoreError

ADVISORY = 0x6E6962616F + 1
"""Beside the migrations' number. One crawl of many portals holds it alone, workers of a cluster share it."""

LOOK_SECONDS = 2.0
"""Between two looks at whether the lock is held."""

GRACE_SECONDS = 2.0
"""A server notices only after a moment that who held the lock has ended; busy, it takes some tenths of a second."""


class Overlap(Exception):
    """Another crawl of many portals runs: which, since when."""


@contextmanager
def only_one(
    folder: Path, command: str, engine: Engine | None = None, lost: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the lock while the block runs. It ends with the process, however that ends.

    Args:
        folder: where the lock file lies (the data folder).
        command: what holds it, for the message to whoever comes second.
        engine: on Postgres the lock also holds against other machines that write into the same database.
        lost: called in another thread when the server was away, and somebody else held the lock as it came back.

    Raises:
        Overlap: another process holds it.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock, note = FileLock(folder / "crawl.lock"), folder / "crawl.lock.json"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Overlap(_held(note)) from error
    try:
        said = {"command": command, "process": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        note.write_text(json.dumps(said), encoding="utf-8")
        with _advisory(engine, lost):
            yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _held(note: Path) -> str:
    try:
        said = json.loads(note.read_text(encoding="utf-8"))
        return f"{said['command']} runs since {said['since']} (process {said['process']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another crawl of many portals runs"


@contextmanager
def _advisory(engine: Engine | None, lost: Callable[[], None]) -> Iterator[None]:
    if engine is None or engine.dialect.name != "postgresql":
        yield
        return
    connection = _connected(engine)
    if not soon(lambda: _taken(connection)):
        _let_go(connection)
        raise Overlap("another machine, or a worker of a cluster, crawls many portals into the same database")
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(engine, connection, ended, lost), daemon=True, name="crawl-lock")
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join(LOOK_SECONDS)


def soon(taken: Callable[[], bool]) -> bool:
    """Try to take the lock until it is ours, or whoever holds it does not look like one who is just ending."""
    last = time.monotonic() + GRACE_SECONDS
    while not taken():
        if time.monotonic() > last:
            return False
        time.sleep(0.1)
    return True


def _connected(engine: Engine) -> Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _taken(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY}))


def _keep(engine: Engine, held: Connection, ended: threading.Event, lost: Callable[[], None]) -> None:
    """Hold the lock until the end. A server that restarts forgets it, and tells nobody: it is taken anew."""
    connection: Connection | None = held
    while not ended.wait(LOOK_SECONDS):
        try:
            if connection is None:
                connection = _connected(engine)
                if not _taken(connection):
                    lost()
                    break
            connection.execute(text("SELECT 1"))
        except (DBAPIError, StoreError):
            _let_go(connection)
            connection = None
    _let_go(connection)


def _let_go(connection: Connection | None) -> None:
    """Close the connection itself, not only give it back to a pool: the lock ends with it."""
    if connection is None:
        return
    try:
        connection.invalidate()
        connection.close()
    except DBAPIError:
        return  # the server went away, and the lock with it
