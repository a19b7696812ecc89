"""A Postgres server for the tests of the queue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.fleet import Yard
from tests.databases import postgres, postgres_server  # noqa: F401


@pytest.fixture(scope="module")
def yard() -> Iterator[Yard]:
    """A process that has imported all that a worker needs."""
    made = Yard()
    yield made
    made.close()
