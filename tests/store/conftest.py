"""Both databases for the tests of the store, and writers on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from crawler.store import Spool, Writer, open_store
from tests.databases import database, own_server, postgres, postgres_server, sqlite
from tests.store.writers import MakeWriter

__all__ = ["database", "own_server", "postgres", "postgres_server", "sqlite"]


@pytest.fixture(autouse=True)
def _let_go_of_connections() -> Iterator[None]:
    """Close what the engines of a test hold open."""
    engines: set[Engine] = set()

    def remember(connection: Any) -> None:
        engines.add(connection.engine)

    event.listen(Engine, "engine_connect", remember)
    yield
    event.remove(Engine, "engine_connect", remember)
    for engine in engines:
        engine.dispose()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def writer_on(spool: Path) -> Iterator[MakeWriter]:
    """Makes writers on a database and the test's spool; closed at the end."""
    made: list[Writer] = []

    def make(url: str, **options: Any) -> Writer:
        made.append(Writer(open_store(url), Spool(spool), **options))
        return made[-1]

    yield make
    for writer in made:
        writer.close_now()
