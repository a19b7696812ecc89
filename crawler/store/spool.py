"""Records on disk while the database is away: lines of JSON, each safe (fsync) before it is acknowledged."""

from __future__ import annotations

import json
import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedWriter
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import ValidationError

from crawler.store.errors import SpoolUnwritable
from crawler.store.records import Record, from_json, to_line

logger = logging.getLogger(__name__)

Verdict = Literal["stored", "rejected", "unavailable"]
"""What became of a record that was taken from the spool."""

Store = Callable[[Record], Verdict]


@dataclass(slots=True)
class Loaded:
    """What loading the spool did: counts of records."""

    stored: int = 0
    rejected: int = 0
    left: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(self.stored + other.stored, self.rejected + other.rejected, self.left + other.left)


@dataclass(slots=True)
class _Journal:
    """A file of lines that this process appends to and holds locked, so that no other one loads and removes it."""

    path: Path
    lock: FileLock
    file: BufferedWriter = field(repr=False)

    @classmethod
    def start(cls, folder: Path) -> _Journal:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{time.time_ns()}-{os.getpid()}-{uuid.uuid4().hex[:8]}.jsonl"
        lock = _lock(path)
        lock.acquire(timeout=0)
        file = path.open("xb")
        _sync_folder(folder)
        return cls(path, lock, file)

    def append(self, line: str) -> None:
        self.file.write(line.encode("utf-8") + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self) -> None:
        self.file.close()
        _unlock(self.lock)


class Spool:
    """The folder `data/spool`: one file a process that could not write, and `rejected/` for what no database takes.

    Used by one thread. Files of processes that are still running are left alone by others.

    Args:
        folder: made when it is first needed.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._journal: _Journal | None = None
        self._rejects: _Journal | None = None

    def check(self) -> None:
        """Make the folder and see whether it takes files: better now than with a record in hand.

        Raises:
            SpoolUnwritable: naming the folder and the reason.
        """
        probe = self.folder / f".probe-{uuid.uuid4().hex}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise SpoolUnwritable(
                f"{self.folder} cannot be written ({error}); set SPOOL_DIR to a folder that can"
            ) from error

    def put(self, record: Record) -> None:
        """Keep a record for later. It is on the disk when this returns.

        Raises:
            SpoolUnwritable: the disk is full, say. The record is then nowhere.
        """
        try:
            if self._journal is None:
                self._journal = _Journal.start(self.folder)
            self._journal.append(to_line(record))
        except OSError as error:
            raise SpoolUnwritable(f"{self.folder} takes no more records: {error}") from error

    def reject(self, record: Record | None, reason: str, raw: str = "") -> None:
        """Keep a record that the database refuses for good, with the reason, for a person to look at.

        Raises:
            SpoolUnwritable: as `put`.
        """
        content = json.loads(to_line(record)) if record is not None else raw
        entry = {"rejected_at": datetime.now(UTC).isoformat(), "reason": reason, "record": content}
        try:
            if self._rejects is None:
                self._rejects = _Journal.start(self.folder / "rejected")
            self._rejects.append(json.dumps(entry, ensure_ascii=False))
        except OSError as error:
            raise SpoolUnwritable(f"{self.folder / 'rejected'} takes no more records: {error}") from error

    def waiting(self) -> int:
        """How many records wait in files that no running process holds, or in this one's own."""
        return sum(1 for path in self._files() for line in path.read_bytes().splitlines() if line)

    def load(self, store: Store) -> Loaded:
        """Hand every waiting record to `store`, oldest first, and remove what was taken.

        Stops at the first record for which the database is unavailable; what is left stays for the next time.
        """
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        total = Loaded()
        for path in self._files():
            lock = _lock(path)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue  # a crawl that is running still appends to it
            try:
                total += self._load_file(path, store)
            finally:
                _unlock(lock)
            if total.left:
                break
        return total

    def close(self) -> None:
        """Let go of the files; what waits in them waits for the next run."""
        for journal in (self._journal, self._rejects):
            if journal is not None:
                journal.close()
        self._journal = self._rejects = None

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))

    def _load_file(self, path: Path, store: Store) -> Loaded:
        done = Loaded()
        if not path.exists():
            return done  # loaded by another process while we asked for the lock
        lines = path.read_bytes().split(b"\n")
        for number, line in enumerate(lines):
            if not line:
                continue
            record = self._read(line, path, number + 1, torn=number == len(lines) - 1)
            verdict = "rejected" if record is None else store(record)
            if verdict == "unavailable":
                done.left = sum(1 for rest in lines[number:] if rest)
                return done
            done.stored += verdict == "stored"
            done.rejected += verdict == "rejected"
        path.unlink()
        return done

    def _read(self, line: bytes, path: Path, number: int, *, torn: bool) -> Record | None:
        try:
            return from_json(json.loads(line))
        except (ValueError, ValidationError) as error:
            # The last line without its end is one whose writing was cut off: nobody was told that it was safe.
            what = "cut off while it was written" if torn else f"no record: {error}"
            logger.error("%s line %d is %s; kept in %s", path, number, what, self.folder / "rejected")
            self.reject(None, f"{path.name} line {number}: {what}", raw=line.decode("utf-8", "backslashreplace"))
            return None


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_name(path.name + ".lock"), thread_local=False)


def _unlock(lock: FileLock) -> None:
    """Release, and tidy the lock file away. Who opened it meanwhile finds the journal gone and does nothing."""
    Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file safe too; Windows knows no such thing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rejected(folder: str | Path) -> Iterator[dict[str, object]]:
    """What was refused for good: `rejected_at`, `reason`, `record`, oldest file first."""
    for path in sorted((Path(folder) / "rejected").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)
