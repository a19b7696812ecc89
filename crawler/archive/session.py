"""The archive of one crawl as the pipeline that stores sees it: bytes are on the disk before what rests on them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler

from crawler.archive import recorder
from crawler.archive.earlier import not_closed
from crawler.archive.model import Capture, Unwritable
from crawler.archive.recorder import Recorder
from crawler.archive.shared import give_back, leave, lend
from crawler.archive.tails import Sealed
from crawler.clock import now
from crawler.store.capture_records import ArchiveFileValue, CapturesRecord, CaptureValue
from crawler.store.writer import Writer

logger = logging.getLogger(__name__)

Write = Callable[[CapturesRecord], Awaitable[object]]

BATCH = 64
"""Captures that no page carries into the database are written that many at a time."""


class Session:
    """Made by `open`; `ready` before an item is written, `written` after it, `close` at the end of the run."""

    def __init__(self, crawler: Crawler, book: Recorder, write: Write, run_id: str) -> None:
        self._crawler = crawler
        self._book = book
        self._write = write
        self._run_id = run_id
        self._flushing = False

    @classmethod
    async def open(
        cls, crawler: Crawler, writer: Writer, write: Write, run_id: str, database: str, portals: dict[str, str]
    ) -> Self | None:
        """Begin to archive a crawl; None where `ARCHIVE_ENABLED` is off.

        Args:
            writer: is asked what the database knows.
            write: writes a record and counts what became of it.
            database: URL of the database that the writer writes into.
            portals: ids of portals by host.

        Raises:
            Unwritable: `ARCHIVE_DIR` takes no files.
        """
        settings = crawler.settings
        if not settings.getbool("ARCHIVE_ENABLED"):
            return None
        shelf = await lend(settings, database)
        family = crawler.spider.name if crawler.spider is not None else ""
        book = Recorder(shelf, run_id, family, writer.run, portals)
        session = cls(crawler, book, write, run_id)
        try:
            await book.start()
            await session._catch_up(writer)
        except BaseException:
            leave(shelf)
            await give_back(shelf)
            raise
        recorder.begin(crawler, book)
        return session

    async def _catch_up(self, writer: Writer) -> None:
        """Tell the database of sealed files that it believes open: who sealed them died before it could."""
        done = await asyncio.to_thread(self._book.shelf.sealed_of, await writer.run(not_closed))
        if done:
            await self._tell((), done)

    async def ready(self, *, page: bool) -> bool:
        """Force to disk or store what was archived so far, where a `page` is to be written that rests on it.

        False when the archive takes no more: then nothing more of this run may be written, and its spider is closed.
        """
        try:
            if page:
                await self._book.durable()
                if sealed := self._book.shelf.take_sealed():
                    await self._tell((), sealed)
            if len(self._book.pending) > BATCH and not self._flushing:
                await self._flush()
        except Unwritable:
            recorder.stop(self._crawler)
        if self._book.shelf.broken is not None:
            recorder.stop(self._crawler)
            return False
        return True

    def written(self, capture: Capture | None) -> None:
        """A page is in the database, its capture with it."""
        if capture is not None and (capture.file, capture.offset) in self._book.pending:
            self._book.known((capture,))

    async def close(self) -> None:
        """Write what the database does not know yet, and let go of the shelf; the last crawl seals its file."""
        recorder.end(self._crawler)
        leave(self._book.shelf)
        try:
            await self._flush()
        except Unwritable as error:
            logger.error("the last answers of this run are not in the archive: %s", error)
        finally:
            sealed = await give_back(self._book.shelf)
        if sealed:
            await self._tell((), sealed)

    async def _flush(self) -> None:
        captures = list(self._book.pending.values())
        self._flushing = True
        try:
            await self._book.durable()
            sealed = self._book.shelf.take_sealed()
            if captures or sealed:
                await self._tell(captures, sealed)
                self._book.known(captures)
        finally:
            self._flushing = False

    async def _tell(self, captures: Iterable[Capture], sealed: Iterable[Sealed]) -> None:
        at: datetime = now(self._crawler.settings)
        entry = CapturesRecord(
            run_id=self._run_id,
            at=at,
            captures=tuple(map(CaptureValue.of, captures)),
            files=tuple(map(ArchiveFileValue.of, sealed)),
        )
        await self._write(entry)
