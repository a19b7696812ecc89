"""One writer for all crawls of a process: SQLite takes one at a time anyway, and each thread would cost memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import Engine

from crawler.store.crossing import recheck
from crawler.store.migrate import open_store
from crawler.store.spool import Loaded, Spool
from crawler.store.writer import Writer


@dataclass(slots=True)
class _Lent:
    """A writer, how many crawls use it, and what its start loaded from the spool."""

    users: int = 0
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    writer: Writer | None = None


_LENT: dict[tuple[str, str], _Lent] = {}


async def lend(url: str, spool: str) -> tuple[Writer, Loaded]:
    """The process's writer for a database and spool folder, opened by the first crawl that asks.

    Returns:
        the writer, and what was loaded from the spool just now (nothing for all but the first crawl).

    Raises:
        StoreError: the database or the spool folder cannot be used.
    """
    lent = _LENT.setdefault((url, spool), _Lent())
    lent.users += 1
    try:
        async with lent.opening:
            if lent.writer is not None:
                return lent.writer, Loaded()
            writer = Writer(open_store(url), Spool(spool))
            loaded = await writer.start()
            lent.writer = writer
            return writer, loaded
    except BaseException:
        _let_go(lent)
        raise


async def load_waiting(url: str, spool: str) -> Loaded:
    """Load what waits in a spool folder without a crawl that would, and compare the reports that this brought.

    Raises:
        StoreError, sqlalchemy.exc.DBAPIError, DatabaseGone: the database is away; all waits on.
    """
    if not Spool(spool).waiting():
        return Loaded()
    writer, loaded = await lend(url, spool)
    try:
        await writer.insist(lambda engine: recheck(engine, writer.take_unchecked(())))
    finally:
        loaded += await give_back(writer)
    return loaded


def engine_of(url: str) -> Engine | None:
    """The engine of the process's writer for a database; None where no crawl writes into it now.

    Opening a database asks it for the state of its tables, which hundreds of crawls need not do one by one.
    """
    found = (lent.writer for (known, _), lent in _LENT.items() if known == url and lent.writer is not None)
    writer = next(found, None)
    return writer.engine if writer is not None else None


async def give_back(writer: Writer) -> Loaded:
    """Let go of a writer; the last crawl closes it. Returns what was loaded from the spool by that."""
    lent = next((one for one in _LENT.values() if one.writer is writer), None)
    if lent is None:
        return await writer.close()
    return await writer.close() if _let_go(lent) else Loaded()


def _let_go(lent: _Lent) -> bool:
    """One user less; True for the last. From here on a new crawl opens a writer of its own."""
    lent.users -= 1
    if lent.users:
        return False
    for key in [key for key, one in _LENT.items() if one is lent]:
        del _LENT[key]
    return True
