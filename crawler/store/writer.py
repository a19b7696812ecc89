"""The writer: one thread beside the event loop, through which all enters the database, one transaction a record."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from crawler.items import Outcome
from crawler.store.engine import IMMEDIATE, sqlite_file
from crawler.store.migrate import shown
from crawler.store.records import Record, ReportRecord
from crawler.store.spool import Loaded, Spool, Verdict
from crawler.store.transactions import Facts, Known, write

logger = logging.getLogger(__name__)

T = TypeVar("T")
Status = Literal["stored", "spooled", "rejected"]
RETRY_DELAYS = (0.2, 1.0, 3.0)
"""Seconds before each new try. A server that restarts is back within them; one that is not is waited for on disk."""
PROBE_SECONDS = 10.0
"""How long records go straight to the spool before the database is asked again."""

_PERMANENT_SQLSTATES = ("22", "23", "54")
"""Classes of Postgres errors that the same record meets again: bad data, broken constraint, too large to index."""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What became of a record. All three mean that it is safe on a disk.

    `stored`: committed; `spooled`: the database is away, it is loaded later; `rejected`: no database takes it, `detail`
    says why. `outcome`, `reason`, `report_new`, `version_new` are only known of stored records.
    """

    status: Status
    outcome: Outcome | None = None
    reason: str = ""
    report_new: bool = False
    version_new: bool = False
    detail: str = ""


class Writer:
    """Writes records one after another, in a thread of its own, in the order of the calls.

    A database that goes away costs nothing: a record is tried again a few times, then kept in the spool, and the
    following ones go straight there until the database answers again, when the spool is loaded and writing goes on.

    Args:
        engine: an opened store (`crawler.store.open_store`).
        spool: where records wait.
        delays: seconds before each new try of a record.
        probe_after: seconds between two tries of a database that is away.
        clock, sleep: for tests.
    """

    def __init__(
        self,
        engine: Engine,
        spool: Spool,
        *,
        delays: Sequence[float] = RETRY_DELAYS,
        probe_after: float = PROBE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._spool = spool
        self._delays = tuple(delays)
        self._probe_after = probe_after
        self._clock = clock
        self._sleep = sleep
        self._known = Known()
        self.agencies: set[str] = set()
        """Ids of the agencies of which a report was stored and not yet compared with its others."""
        self._of_earlier: set[str] = set()
        self._away_since: float | None = None
        self._file = sqlite_file(engine.url)
        self._inode = self._file.stat().st_ino if self._file and self._file.exists() else None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    @property
    def engine(self) -> Engine:
        """The database, for reading beside the writing."""
        return self._engine

    async def start(self) -> Loaded:
        """Load what earlier runs left in the spool.

        Raises:
            SpoolUnwritable: the spool folder cannot be used.
        """
        return await self._run(self.start_now)

    async def write(self, record: Record) -> WriteResult:
        """Write a record; when this returns it is safe on a disk.

        Raises:
            SpoolUnwritable: neither the database nor the disk takes it. The only way in which a record can be lost.
        """
        return await self._run(lambda: self.write_now(record))

    async def run(self, job: Callable[[Engine], T]) -> T:
        """Do something else with the database, in the writer's thread and so after all that was written before.

        Raises:
            DatabaseGone: its file is away; sqlite3 would make an empty one in its place.
            whatever `job` raises: nothing is tried again, nothing goes to the spool.
        """

        def checked() -> T:
            self._check_file()
            return job(self._engine)

        return await self._run(checked)

    async def insist(self, job: Callable[[Engine], T]) -> T:
        """`run`, once nothing waits in the spool, and as often as a record is tried while the database is away.

        Raises:
            DatabaseGone: its file is away, or records wait in the spool that it does not take.
            whatever `job` raises, at the last try.
        """

        def whole() -> T:
            self._check_file()
            if self._away_since is not None:
                self._load()
            if self._away_since is not None:
                raise DatabaseGone(f"records wait in {self._spool.folder}")
            return job(self._engine)

        def tried() -> T:
            for delay in self._delays:
                try:
                    return whole()
                except (DBAPIError, DatabaseGone) as error:
                    if not passing(error):
                        raise
                    self._engine.dispose()
                    self._sleep(delay)
            return whole()

        return await self._run(tried)

    def take_unchecked(self, own: Collection[str | None]) -> set[str]:
        """The agencies that a run is to compare at its end: its `own`, and those that came out of the spool.

        Other runs of this process go on with theirs. To be called in the writer's thread (see `run`).
        """
        taken = (self.agencies & set(own)) | (self.agencies & self._of_earlier)
        self.agencies -= taken
        self._of_earlier.clear()
        return {one for one in taken if one is not None}

    def leave_unchecked(self, taken: Collection[str]) -> None:
        """These were taken and could not be compared: the next run that ends is to do it."""
        self.agencies |= set(taken)
        self._of_earlier |= set(taken)

    async def close(self) -> Loaded:
        """Load what this run left in the spool if the database is back, and let go of files and connections."""
        try:
            return await self._run(self.close_now)
        finally:
            self._thread.shutdown(wait=True)

    def start_now(self) -> Loaded:
        """`start`, in the calling thread (for programs without an event loop)."""
        self._spool.check()
        return self._load()

    def write_now(self, record: Record) -> WriteResult:
        """`write`, in the calling thread."""
        if self._away_since is not None:
            if self._clock() - self._away_since < self._probe_after:
                self._spool.put(record)
                return WriteResult("spooled", detail="the database is away")
            return self._probe(record)
        return self._write(record, self._delays)

    def close_now(self) -> Loaded:
        """`close`, in the calling thread."""
        loaded = self._load() if self._away_since is not None else Loaded()
        if loaded.left:
            logger.warning("%d records wait in %s; the next run loads them", loaded.left, self._spool.folder)
        self._spool.close()
        self._engine.dispose()
        return loaded

    async def _run(self, job: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, job)

    def _probe(self, record: Record) -> WriteResult:
        """Ask a database that was away: one try, and if it answers, the spool is loaded too. Records know no order."""
        result = self._write(record, ())
        if result.status != "spooled":
            logger.warning("%s answers again", shown(self._engine))
            self._away_since = None
            self._load()
        return result

    def _write(self, record: Record, delays: Sequence[float]) -> WriteResult:
        for delay in (*delays, None):
            outcome = self._try(record)
            if isinstance(outcome, WriteResult):
                return outcome
            if delay is None:
                return self._to_spool(record, outcome)
            logger.warning("%s: %s; trying again in %g s", shown(self._engine), outcome, delay)
            self._sleep(delay)
        raise AssertionError("the last try returns")

    def _try(self, record: Record) -> WriteResult | str:
        """One try: what became of the record, or why the database cannot take it now."""
        try:
            facts = self._commit(record)
        except Exception as error:
            # Also what is no database error (a number beyond 64 bits, say): the records behind it must not suffer.
            if passing(error):
                self._engine.dispose()
                self._known.forget()
                return _first_line(error)
            return self._refuse(record, error)
        if isinstance(record, ReportRecord):
            self.agencies.add(record.agency.id)
        return WriteResult("stored", facts.outcome, facts.reason, facts.report_new, facts.version_new)

    def _commit(self, record: Record) -> Facts:
        self._check_file()
        try:
            with self._engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
                facts = write(connection, record, self._known)
        except BaseException:
            self._known.rollback()
            raise
        self._known.commit()
        return facts

    def _check_file(self) -> None:
        """SQLite goes on writing into a file that was deleted or moved away, and would tell nobody."""
        if self._file is None:
            return
        if not self._file.exists():
            raise DatabaseGone(f"{self._file} was deleted or moved away")
        inode = self._file.stat().st_ino
        if inode != self._inode:
            self._engine.dispose()
            self._known.forget()
            self._inode = inode

    def _to_spool(self, record: Record, why: str) -> WriteResult:
        self._spool.put(record)
        if self._away_since is None:
            logger.error(
                "%s is away (%s): records are kept in %s and loaded when it is back, by this run or the next",
                shown(self._engine),
                why,
                self._spool.folder,
            )
        self._away_since = self._clock()
        return WriteResult("spooled", detail=why)

    def _refuse(self, record: Record, error: Exception) -> WriteResult:
        reason = _first_line(error)
        self._spool.reject(record, reason)
        kept = self._spool.folder / "rejected"
        logger.error("a record of type %s was refused for good and kept in %s: %s", record.type, kept, reason)
        return WriteResult("rejected", detail=reason)

    def _load(self) -> Loaded:
        loaded = self._spool.load(self._store_waiting)
        if loaded != Loaded():
            logger.warning(
                "loaded %d records that waited in %s (%d refused, %d left)",
                loaded.stored,
                self._spool.folder,
                loaded.rejected,
                loaded.left,
            )
        self._away_since = self._clock() if loaded.left else None
        return loaded

    def _store_waiting(self, record: Record) -> Verdict:
        outcome = self._try(record)
        if isinstance(outcome, str):
            return "unavailable"
        if isinstance(record, ReportRecord):
            self._of_earlier.add(record.agency.id)
        return "rejected" if outcome.status == "rejected" else "stored"


class DatabaseGone(Exception):
    """The SQLite file is no longer where it was."""


def passing(error: Exception) -> bool:
    """True when the same record may be taken later: server away, disk full, file locked or gone, a table missing.

    False for what the database will always refuse: a broken constraint, a value it cannot hold.
    """
    if isinstance(error, DatabaseGone):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return not state.startswith(_PERMANENT_SQLSTATES)
    if isinstance(error, IntegrityError | DataError):
        return False
    if isinstance(error, ProgrammingError | InterfaceError) and error.orig.__class__.__module__ == "sqlite3":
        return False  # sqlite3's words for a parameter that it cannot bind
    return isinstance(error, OperationalError | InterfaceError)


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0]}" if lines else type(cause).__name__
