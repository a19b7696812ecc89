"""Which state a database's tables are in, and bringing them to the present one, by one process at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from crawler.store.engine import IMMEDIATE, make_engine, parse_url, sqlite_file, use_wal
from crawler.store.errors import ForeignTables, NewerDatabase, NoDatabase, OldDatabase, Unreachable
from crawler.store.models import Base

SCRIPTS = Path(__file__).with_name("migrations")
VERSION_TABLE = "crawler_schema"
"""Alembic's table. Not its usual name: other software with migrations may live in the same Postgres database."""

_LOCK = 0x6E6962616F  # "nibao"; any fixed number
UPGRADE = "scrapy db upgrade"


@dataclass(frozen=True, slots=True)
class Schema:
    """Where a database stands: its revision (None: no tables yet) and the newest one that this release knows."""

    current: str | None
    head: str

    @property
    def up_to_date(self) -> bool:
        """True when nothing is to be done."""
        return self.current == self.head


def open_store(url: str, *, create: bool = True) -> Engine:
    """An engine on a database whose tables are the present ones. A new database gets them here.

    Any number of processes may open the same new database at once.

    Args:
        url: SQLAlchemy URL; plain `postgresql://` is fine.
        create: False for commands that only read: an absent database is then an error and nothing is made.

    Raises:
        BadUrl, DriverMissing: see `crawler.store.engine.parse_url`.
        Unreachable: the server does not answer or the file cannot be opened.
        NoDatabase: nothing there and `create` is False.
        OldDatabase: made by an earlier release; the message names `scrapy db upgrade`.
        NewerDatabase, ForeignTables: made by a later release, or not by this crawler.
    """
    engine = _engine(url, create=create)
    try:
        with _reachable(engine):
            _make_ready(engine, create=create)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_to_read(url: str) -> Engine:
    """An engine for reading alone, also of a SQLite file that lies where nothing can be written (an archive, a mount).

    Raises:
        Unreachable: as `open_store`; also for such a file whose last commits stand in a `-wal` file beside it.
        BadUrl, DriverMissing, NoDatabase, OldDatabase, NewerDatabase, ForeignTables: see `open_store`.
    """
    try:
        return open_store(url, create=False)
    except Unreachable as error:
        file = sqlite_file(parse_url(url))
        if file is None or not _not_writable(error):
            raise
        engine = _frozen(file)
    try:
        with _reachable(engine):
            _make_ready(engine, create=False)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _not_writable(error: Unreachable) -> bool:
    """Whether SQLite failed for want of writing: even to read a file in WAL mode it makes two files beside it."""
    cause = getattr(error.__cause__, "orig", None)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the upper bits say more about the same trouble
    return code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def _frozen(file: Path) -> Engine:
    """An engine that takes the file as it stands, without locks: nobody can be writing where nobody can write."""
    wal = file.with_name(f"{file.name}-wal")
    # Without its -wal the file reads as it was some commits ago, and nothing would tell.
    if wal.exists() and wal.stat().st_size:
        raise Unreachable(
            f"{file} cannot be read where nothing can be written: its last changes are in {wal.name}.\n"
            "Copy both files into a folder of your own and set DATABASE_URL"
        )
    query = {"uri": "true", "mode": "ro", "immutable": "1"}
    return make_engine(URL.create("sqlite+pysqlite", database=f"file:{quote(str(file.resolve()))}", query=query))


def upgrade(url: str) -> tuple[Schema, Schema]:
    """Bring a database to the present tables; a new one is made. Returns where it stood and where it stands.

    Raises:
        BadUrl, DriverMissing, Unreachable, NewerDatabase, ForeignTables: see `open_store`.
    """
    engine = _engine(url, create=True)
    with _reachable(engine):
        before = schema_of(engine)
        _bring_up(engine, only_new=False)
        after = schema_of(engine)
        engine.dispose()
        return before, after


def current(url: str) -> Schema:
    """Where a database stands; changes nothing.

    Raises:
        BadUrl, DriverMissing, Unreachable, NoDatabase, NewerDatabase, ForeignTables: see `open_store`.
    """
    engine = _engine(url, create=False)
    with _reachable(engine):
        schema = schema_of(engine)
        engine.dispose()
        return schema


def schema_of(engine: Engine) -> Schema:
    """Where a database stands.

    Raises:
        NewerDatabase: its revision is unknown to this release.
        ForeignTables: no revision, yet tables with our names.
    """
    with engine.connect() as connection:
        return _schema(connection)


def shown(engine: Engine) -> str:
    """The database as one may print it: the URL without its password."""
    return engine.url.set(drivername=engine.url.get_backend_name()).render_as_string(hide_password=True)


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our scripts."""
    made = Config()
    # ConfigParser reads % as its own sign.
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _engine(url: str, *, create: bool) -> Engine:
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file is not None and not file.exists():
        if not create:
            raise NoDatabase(f"there is no database at {file}; a first crawl makes it, or set DATABASE_URL")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable(f"the folder of the database cannot be made: {error}") from error
    return make_engine(parsed)


def _make_ready(engine: Engine, *, create: bool) -> None:
    schema = schema_of(engine)
    if schema.current is None:
        if not create:
            raise NoDatabase(f"{shown(engine)} holds no tables yet; a first crawl makes them")
        _bring_up(engine, only_new=True)
        schema = schema_of(engine)
    if not schema.up_to_date:
        raise OldDatabase(
            f"{shown(engine)} was made by an earlier release"
            f" (revision {schema.current}, this one needs {schema.head}).\nMake a copy of it, then run: {UPGRADE}"
        )


@contextmanager
def _reachable(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else repr(error.orig)
        raise Unreachable(
            f"{shown(engine)} cannot be used: {reason}\nCheck DATABASE_URL, then: scrapy db path"
        ) from error


def _schema(connection: Connection) -> Schema:
    scripts = ScriptDirectory.from_config(config())
    head = scripts.get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations in {SCRIPTS}: the package is incomplete")
    # Names first: read after the revision, tables that another process makes in between would look like a stranger's.
    ours = sorted(set(Base.metadata.tables) & set(inspect(connection).get_table_names()))
    revision = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    if revision is None:
        if ours:
            raise ForeignTables(
                f"{shown(connection.engine)} already holds tables named {', '.join(ours[:3])} that this crawler did not"
                " make. Give it a database of its own: set DATABASE_URL"
            )
    elif revision not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDatabase(
            f"{shown(connection.engine)} was made by a later release (revision {revision} is unknown to this one)."
            " Install that release, or set DATABASE_URL to another database"
        )
    return Schema(revision, head)


def _bring_up(engine: Engine, *, only_new: bool) -> None:
    """Migrate under a lock; who waited for it finds the work done."""
    if engine.dialect.name == "sqlite":
        use_wal(engine)
    with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        schema = _schema(connection)
        if schema.up_to_date or (only_new and schema.current is not None):
            return
        command.upgrade(config(connection), "head")
