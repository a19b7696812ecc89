"""Shared by all tests: the network is closed to everything but loopback, and shared reference data is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared"

# No clock decides a test. Under CI the examples are the same in each run; elsewhere each run tries others.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_runtest_setup() -> None:
    """Refuse every connection that leaves this machine; unix sockets stay open (the test Postgres listens on one)."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The five real reports as they were found in the wild; skips where they are not laid beside the repository."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("../shared/seeds is not here: the five real reports cannot be read")
    return folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real saved pages with golden values; skips where they are not laid beside the repository."""
    folder = SHARED / "corpus"
    if not folder.is_dir():
        pytest.skip("../shared/corpus is not here: the saved pages cannot be read")
    return folder
