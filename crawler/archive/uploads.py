"""The shelf of a process whose archive is an object store: files are written here, sealed often, and carried up.

What was stored there cannot be added to, so that a record is safe only when its file was sealed and is complete in the
store. One upload serves all pages that wait for it. A killed process leaves its files in the staging folder, where the
next start on that machine finds them; nothing in the database rests on them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import Timeout

from crawler.archive import cdxj
from crawler.archive.members import OPEN
from crawler.archive.model import ArchiveError, Refused, Unreachable, Unwritable
from crawler.archive.remote import RemoteStore
from crawler.archive.shelf import ROTATE_BYTES, Shelf, Volume
from crawler.archive.stores import LocalStore, Store
from crawler.archive.tails import Sealed, finish, let_go, lock_of, mend, scan, seal_abandoned, sealed_before

logger = logging.getLogger(__name__)

UPLOAD_SECONDS = 10.0
RETRY_SECONDS = 120.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


class RemoteShelf(Shelf):
    """Writes the archive of a process. `durable` waits for uploads, which run in the shelf's own thread, in order.

    Args:
        store: where the files go.
        rotate: bytes after which a file is sealed (ARCHIVE_ROTATE_BYTES).
        seconds: after the first page waits for a file, until it is sealed and goes up (ARCHIVE_UPLOAD_SECONDS).
        patience: seconds for which an upload that fails is tried again (ARCHIVE_RETRY_SECONDS).
    """

    store: RemoteStore

    def __init__(
        self,
        store: RemoteStore,
        rotate: int = ROTATE_BYTES,
        seconds: float = UPLOAD_SECONDS,
        patience: float = RETRY_SECONDS,
    ) -> None:
        super().__init__(store.staging, rotate, store)
        self._seconds, self._patience = seconds, patience
        self._under_way: dict[str, Future[None]] = {}
        self._deliveries: dict[str, asyncio.Task[None]] = {}
        self._urgent = False
        self._due = asyncio.Event()

    def start(self) -> None:
        """See whether folder and store take files; store what a killed process left.

        Raises:
            Unwritable: naming what does not, and what to do.
        """
        try:
            self._try_folder()
        except OSError as error:
            raise Unwritable(
                f"{self.folder} cannot be written ({error}); set ARCHIVE_STAGING_DIR to a folder that can"
            ) from error
        self.store.probe()
        self._sealed += recover(self.store, self._patience).sealed

    async def durable(self, name: str, end: int) -> None:
        """Return when a file is complete in the store: sealed, stored, and compared.

        Raises:
            Unwritable: it cannot be stored.
        """
        self._check()
        if name in self._under_way or (self._volume is not None and self._volume.name == name):
            if name not in self._deliveries:
                task = asyncio.get_running_loop().create_task(self._deliver(name))
                self._deliveries[name] = task
                task.add_done_callback(lambda _: self._deliveries.pop(name, None))
            await asyncio.shield(self._deliveries[name])
        self._check()

    def hurry(self, *, urgent: bool) -> None:
        """Whether all that write here wait for their last records: nothing more would share a later upload."""
        self._urgent = urgent
        if urgent:
            self._due.set()
            self._due = asyncio.Event()

    async def put_away(self) -> None:
        """Seal and store what was written last. Where that fails, the next start on this machine does it."""
        self._seal()
        await asyncio.to_thread(self._thread.shutdown, wait=True)

    def sealed_of(self, names: list[str]) -> list[Sealed]:
        """Nothing: a file's row is told when it is stored, before a page rests on it; `archive verify` finds the rest.
        To look for those of other machines would read whole files of theirs."""
        return []

    async def _deliver(self, name: str) -> None:
        volume, due = self._volume, self._due
        if volume is not None and volume.name == name:
            if not self._urgent:
                with suppress(TimeoutError):
                    await asyncio.wait_for(due.wait(), self._seconds)
            if self._volume is volume:
                self._seal()
        upload = self._under_way.get(name)
        if upload is not None:
            # Shielded: a waiter that is cancelled must not take the upload out of its thread's queue.
            await asyncio.shield(asyncio.wrap_future(upload))

    def _seal(self) -> None:
        """Close the file; all that takes time is done in the thread, and the next file is open meanwhile."""
        volume, self._volume = self._volume, None
        if volume is None:
            return
        about = replace(volume.sealed(), origin=self.origin, note=self.note or None)
        upload = self._thread.submit(self._send, volume, about)
        self._under_way[volume.name] = upload
        upload.add_done_callback(lambda _: self._under_way.pop(volume.name, None))
        self._due.set()
        self._due = asyncio.Event()

    def _send(self, volume: Volume, about: Sealed) -> None:
        """In the thread: name the file, carry it up, take it away here. Its lock is held until then."""
        try:
            volume.file.close()
            if self.broken is None:
                finish(volume.path, volume.name, volume.lines)
                deliver(self.store, self.folder / volume.name, self._patience)
                self._sealed.append(about)
        except (OSError, ArchiveError) as error:
            self._break(error)
        except Exception as error:
            # Whatever it was: the file is not stored, and whoever asks for it later must hear of it.
            self._break(Unwritable(f"{self.store}: {type(error).__name__}: {error}"))
            raise
        finally:
            volume.file.close()
            let_go(volume.lock)


def deliver(store: RemoteStore, path: Path, patience: float) -> None:
    """Store a sealed file and its index, then delete them here.

    Raises:
        Unreachable: the store did not take them for so many seconds. OSError: they cannot be read or deleted here.
    """
    persist(lambda: store.take(path), patience)
    path.with_name(path.name + cdxj.SUFFIX).unlink(missing_ok=True)
    path.unlink()


def persist(work: Callable[[], None], patience: float) -> None:
    """Do what a store may refuse in passing, again and again with growing waits, for at most so many seconds.

    Raises:
        Unreachable: it was in vain; at once where the store denies it or there is no such bucket (`Refused`).
    """
    begun, wait = time.monotonic(), _FIRST_WAIT
    while True:
        try:
            work()
        except Refused:
            raise
        except Unreachable as error:
            if time.monotonic() - begun + wait > patience:
                raise Unreachable(f"{error} (tried for {time.monotonic() - begun:.0f} s)") from error
            logger.warning("%s; tried again in %.1f s", error, wait)
        else:
            return
        threading.Event().wait(wait)
        wait = min(2 * wait, _LONGEST_WAIT)


@dataclass(slots=True)
class Recovered:
    """Files that killed processes left: what was sealed (and stored), and what could not be, with the reason."""

    sealed: list[Sealed] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def recover(store: Store, patience: float = RETRY_SECONDS) -> Recovered:
    """Seal every file that no living process of this machine writes; where the archive is a store, carry them up.

    Raises:
        Unreachable: the store does not take them; they stay.
    """
    if isinstance(store, LocalStore):
        return Recovered(seal_abandoned(store.folder) if store.folder.is_dir() else [])
    found = Recovered()
    if not isinstance(store, RemoteStore) or not store.staging.parent.is_dir():
        return found
    for name in _staged(store.staging):
        with _locked(store.staging / (name + OPEN)) as free:
            if not free:
                continue
            try:
                sealed = _sealed(store.staging, name)
                if sealed is not None:
                    deliver(store, store.staging / name, patience)
            except (OSError, ArchiveError) as error:
                if isinstance(error, Unreachable):
                    raise
                logger.error("%s cannot be stored: %s", store.staging / name, error)
                found.left.append((name, str(error)))
                continue
        if sealed is not None:
            found.sealed.append(sealed)
            logger.warning("%s was left by a process that died; stored in %s (%s)", name, store, sealed.note)
    for other in _others(store.staging):
        logger.warning("%s waits for another store: start once with the ARCHIVE_DIR that it was written for", other)
        found.left.append((other.name, f"waits in {other.parent} for another store than {store}"))
    return found


def _staged(folder: Path) -> list[str]:
    """Names of the files of a staging folder, open or sealed."""
    return sorted({path.name.removesuffix(OPEN) for path in _files(folder)})


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.removesuffix(OPEN).endswith(".warc.gz"):
            yield path


def _others(folder: Path) -> list[Path]:
    """Files that wait for other stores."""
    return sorted(path for one in folder.parent.iterdir() if one != folder and one.is_dir() for path in _files(one))


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Try to hold the lock of a file: False while the process that writes or stores it lives, or once it is gone."""
    lock = lock_of(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield path.exists() or path.with_name(path.name.removesuffix(OPEN)).exists()
    finally:
        let_go(lock)


def _sealed(folder: Path, name: str) -> Sealed | None:
    """A file that a process left, sealed and with its index; None where it held no record."""
    if (folder / (name + OPEN)).exists():
        return mend(folder / (name + OPEN))
    path = folder / name
    about = sealed_before(path)
    path.with_name(name + cdxj.SUFFIX).write_bytes(cdxj.index(map(cdxj.line, scan(path, name).captures)))
    return replace(about, closed_at=datetime.now(UTC))
