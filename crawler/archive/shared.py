"""One shelf for all crawls of a process and archive: many small files would be worth less than one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from scrapy.settings import BaseSettings

from crawler.archive.shelf import ROTATE_BYTES, Shelf
from crawler.archive.stores import LocalStore, Store, archive_of
from crawler.archive.tails import Sealed


@dataclass(slots=True, eq=False)
class _Lent:
    key: tuple[str, str]
    users: int = 0
    leaving: int = 0
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    shelf: Shelf | None = None

    @property
    def usable(self) -> bool:
        return self.shelf is None or self.shelf.broken is None

    def tell(self) -> None:
        """Let the shelf know whether all its users wait for their last records."""
        if self.shelf is not None:
            self.shelf.hurry(urgent=0 < self.users <= self.leaving)

    def let_go(self) -> bool:
        """One user less; True for the last. From here on a new crawl opens a shelf of its own."""
        self.users -= 1
        if self.users:
            self.tell()
            return False
        _LENT.remove(self)
        return True


_LENT: list[_Lent] = []


async def lend(settings: BaseSettings, database: str) -> Shelf:
    """The process's shelf for the archive of these settings and a database, opened by the first crawl that asks.

    For each database one of its own: a revisit must refer to a capture that the same database knows. One that takes no
    more is left to those that have it; who comes later tries anew, for a disk is emptied and a store comes back.

    Raises:
        Unwritable: the folder or store cannot be written.
    """
    store = archive_of(settings)
    key = (str(store.folder.absolute() if isinstance(store, LocalStore) else store), database)
    lent = next((one for one in _LENT if one.key == key and one.usable), None)
    if lent is None:
        lent = _Lent(key)
        _LENT.append(lent)
    lent.users += 1
    lent.tell()
    try:
        async with lent.opening:
            if lent.shelf is None:
                shelf = _shelf(store, settings)
                await asyncio.to_thread(shelf.start)
                lent.shelf = shelf
            return lent.shelf
    except BaseException:
        lent.let_go()
        raise


def leave(shelf: Shelf) -> None:
    """A crawl writes no more and waits for its last records; `give_back` follows."""
    found = _lent(shelf)
    if found is not None:
        found.leaving += 1
        found.tell()


async def give_back(shelf: Shelf) -> list[Sealed]:
    """Let go of a shelf that was left; the last crawl seals its file. Returns what was sealed since the last time."""
    found = _lent(shelf)
    if found is not None:
        found.leaving -= 1
        if found.let_go():
            await shelf.put_away()
    return shelf.take_sealed()


def _shelf(store: Store, settings: BaseSettings) -> Shelf:
    rotate = settings.getint("ARCHIVE_ROTATE_BYTES", ROTATE_BYTES)
    if isinstance(store, LocalStore):
        return Shelf(store.folder.absolute(), rotate)
    from crawler.archive.remote import RemoteStore
    from crawler.archive.uploads import RETRY_SECONDS, UPLOAD_SECONDS, RemoteShelf

    if not isinstance(store, RemoteStore):
        raise TypeError(f"{store} takes no files")
    seconds = settings.getfloat("ARCHIVE_UPLOAD_SECONDS", UPLOAD_SECONDS)
    return RemoteShelf(store, rotate, seconds, settings.getfloat("ARCHIVE_RETRY_SECONDS", RETRY_SECONDS))


def _lent(shelf: Shelf) -> _Lent | None:
    return next((one for one in _LENT if one.shelf is shelf), None)
