"""Waiting for something to become true: how long it takes is the machine's affair, that it comes is the test's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """What `true` gave as soon as it was true. AssertionError when it never was."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return found
