"""Both databases for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.databases import database, postgres, postgres_server, sqlite

__all__ = ["database", "postgres", "postgres_server", "sqlite"]


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
