"""The shelf: one file at a time, for all crawls of a process. Appending is cheap; forcing to the disk is shared."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import socket
import uuid
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from filelock import FileLock

from crawler import __version__
from crawler.archive import cdxj
from crawler.archive.earlier import Earlier
from crawler.archive.members import OPEN
from crawler.archive.model import ArchiveError, Capture, Place, Unwritable
from crawler.archive.stores import LocalStore, Store
from crawler.archive.tails import Sealed, finish, let_go, lock_of, seal_abandoned, sealed_before, sync_folder
from crawler.archive.writing import Made, warcinfo

logger = logging.getLogger(__name__)

ROTATE_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class Volume:
    """The file that is being written."""

    name: str
    path: Path
    lock: FileLock
    file: IO[bytes]
    started_at: datetime
    size: int = 0
    safe: int = 0
    records: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)
    lines: list[str] = field(default_factory=list)

    def sealed(self) -> Sealed:
        """What the database is told of it."""
        now = datetime.now(UTC)
        return Sealed(self.name, self.started_at, now, self.records, self.size, self.sha256.hexdigest())


class Shelf:
    """Writes the archive of a process. Used in one thread, but for `fsync`, which has one of its own.

    Args:
        folder: ARCHIVE_DIR.
        rotate: bytes after which a file is sealed and the next one begun (ARCHIVE_ROTATE_BYTES).
        store: where its files are in the end; by default they stay in the folder.
    """

    def __init__(self, folder: str | Path, rotate: int = ROTATE_BYTES, store: Store | None = None) -> None:
        self.folder = Path(folder)
        self.store = store or LocalStore(self.folder)
        self.broken: str | None = None
        """Why nothing is written any more, in a sentence; None while all is well."""
        self.origin, self.note = "crawl", ""
        """Of the files that are sealed from now on: `import` and where the answers came from, for those of others."""
        self._rotate = rotate
        self._volume: Volume | None = None
        self._number = 0
        self._sealed: deque[Sealed] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._syncing: asyncio.Task[None] | None = None
        self.earlier = Earlier(self.store)
        """Payloads that need not be written twice: those of captures that the database knows."""

    def start(self) -> None:
        """Make the folder, see whether it takes files, seal what a killed process left.

        Raises:
            Unwritable: naming the folder and what to do.
        """
        try:
            self._try_folder()
            self._sealed += seal_abandoned(self.folder)
        except OSError as error:
            raise Unwritable(
                f"{self.folder} cannot be written ({error}); set ARCHIVE_DIR to a folder that can, or "
                "ARCHIVE_ENABLED=False to crawl without an archive"
            ) from error

    def _try_folder(self) -> None:
        probe = self.folder / f".probe-{uuid.uuid4().hex}"
        self.folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"probe")
        probe.unlink()

    def append(self, group: Sequence[Made]) -> Place:
        """Write records one behind the other; returns where the first of them lies.

        Raises:
            Unwritable: the disk is full, say. Nothing of the group is in the file then, and no more is written.
        """
        volume = self._open()
        data = b"".join(one.data for one in group)
        self._write(volume, data)
        place = (volume.name, volume.size)
        volume.size += len(data)
        volume.records += len(group)
        return place

    def enter(self, capture: Capture) -> None:
        """Note a capture for the index of its file."""
        if self._volume is not None and self._volume.name == capture.file:
            self._volume.lines.append(cdxj.line(capture))

    async def durable(self, name: str, end: int) -> None:
        """Return when all of a file up to `end` is on the disk. One call of fsync serves all that wait.

        Raises:
            Unwritable: it cannot be forced to the disk.
        """
        while (volume := self._volume) is not None and volume.name == name and volume.safe < end:
            self._check()
            if self._syncing is None or self._syncing.done():
                self._syncing = asyncio.get_running_loop().create_task(self._sync(volume))
            await asyncio.shield(self._syncing)
        self._check()

    def take_sealed(self) -> list[Sealed]:
        """What was sealed since the last call: rows for the database."""
        return [self._sealed.popleft() for _ in range(len(self._sealed))]

    def sealed_of(self, names: list[str]) -> list[Sealed]:
        """Of these files those that are sealed, whoever did it: for a database that was never told."""
        return [sealed_before(path) for name in names if (path := self.folder / name).exists()]

    def hurry(self, *, urgent: bool) -> None:
        """Whether all that write here wait for their last records; a disk makes nobody wait."""

    async def put_away(self) -> None:
        """`close`, for whoever must not be held up by it."""
        self.close()

    def close(self) -> None:
        """Seal the file that is being written. A disk that is full leaves it to the next run, which seals it."""
        if self._volume is not None:
            self._seal()
        self._thread.shutdown(wait=True)

    def _open(self) -> Volume:
        self._check()
        if self._volume is not None and self._volume.size >= self._rotate:
            self._seal()
        if self._volume is None:
            self._volume = self._begin()
        return self._volume

    def _begin(self) -> Volume:
        self._number += 1
        now = datetime.now(UTC)
        stamp = f"{now:%Y%m%d%H%M%S}"
        name = f"{stamp}-{_host()}-{os.getpid()}-{self._number:05d}-{uuid.uuid4().hex[:6]}.warc.gz"
        path = self.folder / (name + OPEN)
        lock = lock_of(path)
        try:
            lock.acquire(timeout=0)
            file = path.open("xb", buffering=0)
            sync_folder(self.folder)
        except OSError as error:
            self._break(error)
            raise Unwritable(self.broken) from error
        volume = Volume(name, path, lock, file, now)
        head = warcinfo(name, now, _about())
        self._write(volume, head.data)
        volume.size, volume.records = len(head.data), 1
        return volume

    def _write(self, volume: Volume, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[volume.file.write(left) :]
        except OSError as error:
            self._break(error)
            self._undo(volume)
            raise Unwritable(self.broken) from error
        volume.sha256.update(data)

    def _undo(self, volume: Volume) -> None:
        """Take half a group out of the file again; where even that fails, the next run finds a torn tail."""
        try:
            volume.file.truncate(volume.size)
            volume.file.seek(volume.size)
        except OSError as error:
            logger.error("%s keeps a torn record: %s", volume.path, error)

    async def _sync(self, volume: Volume) -> None:
        size = volume.size
        if volume.file.closed:
            return  # sealed since, and so on the disk
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, os.fsync, volume.file.fileno())
        except OSError as error:
            # What fsync could not write is gone from the cache too: a second call would claim that all is well.
            self._break(error)
            return
        volume.safe = max(volume.safe, size)

    def _seal(self) -> None:
        """Finish the file. Whoever waits for `durable` of it finds it safe: sealing forces it to the disk first."""
        volume, self._volume = self._volume, None
        if volume is None:
            return
        try:
            # In the thread, behind an fsync that may be under way: closing the file below would pull it from under it.
            self._thread.submit(os.fsync, volume.file.fileno()).result()
            volume.file.close()
            if self.broken is None:
                finish(volume.path, volume.name, volume.lines)
                self._sealed.append(replace(volume.sealed(), origin=self.origin, note=self.note or None))
        except OSError as error:
            self._break(error)
        finally:
            volume.file.close()
            let_go(volume.lock)

    def _check(self) -> None:
        if self.broken is not None:
            raise Unwritable(self.broken)

    def _break(self, error: OSError | ArchiveError) -> None:
        if self.broken is None:
            self.broken = f"nothing more is archived: {error}"
            if isinstance(error, OSError):
                self.broken = f"the archive in {self.folder} takes no more records: {error.strerror or error}"
            logger.error("%s", self.broken)


def _host() -> str:
    """This machine's name, as far as a file name can carry it."""
    return (
        "".join(one for one in socket.gethostname() if one.isascii() and (one.isalnum() or one == "-"))[:32] or "host"
    )


def _about() -> list[tuple[str, str]]:
    return [
        ("software", f"annual-report-crawler/{__version__}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("robots", "classic"),
    ]
