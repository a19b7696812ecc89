"""Pages read in several processes, the results in the order of the pages."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait

from crawler.archive.stores import Where
from crawler.portals import registry
from crawler.reparse.model import Reread, StoredPage
from crawler.reparse.worker import Reader

_TOGETHER = 4
"""Pages that go to a process at once."""
_WAITING = 3
"""Parcels a process that are on their way: more would only fill memory."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a process needs to read pages: values, since nothing else goes from process to process."""

    archive: Where
    portals: str | None = None
    keep_script: bool = False

    def reader(self) -> Reader:
        """A reader of its own."""
        return Reader(self.archive, registry.shared(self.portals), keep_script=self.keep_script)


_READERS: list[Reader] = []


def reread(pages: Iterable[StoredPage], setup: Setup, jobs: int) -> Iterator[Reread]:
    """Read pages anew, in `jobs` processes (1: in this one), in order and a few at a time.

    Raises:
        concurrent.futures.process.BrokenProcessPool: a process was killed (for want of memory, say).
    """
    if jobs == 1:
        reader = setup.reader()
        yield from map(reader.reread, pages)
        return
    # Spawned: a fork would copy the threads' locks and the database's connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(setup,)) as pool:
        try:
            yield from _in_order(pool, iter(pages), jobs)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, pages: Iterator[StoredPage], jobs: int) -> Iterator[Reread]:
    under_way: deque[Future[list[Reread]]] = deque()
    while True:
        while len(under_way) < jobs * _WAITING and (parcel := list(islice(pages, _TOGETHER))):
            under_way.append(pool.submit(_parcel, parcel))
        if not under_way:
            return
        yield from under_way.popleft().result()


def _begin(setup: Setup) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _READERS.append(setup.reader())


def _parcel(pages: list[StoredPage]) -> list[Reread]:
    return [_READERS[0].reread(page) for page in pages]


def _end_with_parent() -> None:
    """End when the parent does: killed, it says nothing, and a process of a pool would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
