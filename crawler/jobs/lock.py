"""One crawl of many portals at a time: two would ask the same portals twice as fast as either believes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

ADVISORY = 0x6E6962616F + 1
"""Beside the migrations' number. One crawl of many portals holds it alone, workers of a cluster share it."""


class Overlap(Exception):
    """Another crawl of many portals runs: which, since when."""


@contextmanager
def only_one(folder: Path, command: str, engine: Engine | None = None) -> Iterator[None]:
    """Hold the lock while the block runs. It ends with the process, however that ends.

    Args:
        folder: where the lock file lies (the data folder).
        command: what holds it, for the message to whoever comes second.
        engine: on Postgres the lock also holds against other machines that write into the same database.

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
        with _advisory(engine):
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
def _advisory(engine: Engine | None) -> Iterator[None]:
    if engine is None or engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY}):
            raise Overlap("another machine, or a worker of a cluster, crawls many portals into the same database")
        try:
            yield
        finally:
            _unlock(connection)


def _unlock(connection: object) -> None:
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY})  # type: ignore[attr-defined]
    except DBAPIError:
        return  # the server went away, and the lock with it
