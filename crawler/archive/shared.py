"""One shelf for all crawls of a process and folder: many small files would be worth less than one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from crawler.archive.shelf import Shelf
from crawler.archive.tails import Sealed


@dataclass(slots=True)
class _Lent:
    users: int = 0
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    shelf: Shelf | None = None


_LENT: dict[tuple[Path, str], _Lent] = {}


async def lend(folder: str | Path, rotate: int, database: str) -> Shelf:
    """The process's shelf for a folder and a database, opened by the first crawl that asks.

    For each database one of its own: a revisit must refer to a capture that the same database knows.

    Raises:
        Unwritable: the folder cannot be written.
    """
    key = (Path(folder).absolute(), database)
    lent = _LENT.setdefault(key, _Lent())
    lent.users += 1
    try:
        async with lent.opening:
            if lent.shelf is None:
                shelf = Shelf(key[0], rotate)
                await asyncio.to_thread(shelf.start)
                lent.shelf = shelf
            return lent.shelf
    except BaseException:
        _let_go(key, lent)
        raise


def give_back(shelf: Shelf) -> list[Sealed]:
    """Let go of a shelf; the last crawl seals its file. Returns what was sealed since it was last asked."""
    found = next(((key, one) for key, one in _LENT.items() if one.shelf is shelf), None)
    if found is not None and _let_go(*found):
        shelf.close()
    return shelf.take_sealed()


def _let_go(key: tuple[Path, str], lent: _Lent) -> bool:
    """One user less; True for the last. From here on a new crawl opens a shelf of its own."""
    lent.users -= 1
    if lent.users:
        return False
    if _LENT.get(key) is lent:
        del _LENT[key]
    return True
