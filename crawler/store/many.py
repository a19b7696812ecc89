"""Reading hundreds of thousands of rows at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_collecting() -> Iterator[None]:
    """Switch the collector of cycles off: while rows by the hundred thousand are made and kept, it walks over all of
    them again and again and finds nothing, which takes as long as making them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
