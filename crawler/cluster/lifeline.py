"""A worker that is cut off from the queue ends before another takes its portals: no host is ever asked by two.

Others believe a worker dead when its heartbeat is older than the stall time-out. Whether ours arrives is asked for by a
thread with a connection of its own, and judged by a second one, so that neither a busy event loop nor a database that
hangs can hide that it does not. Half the stall time-out without proof of a heartbeat ends the process at once, as a
kill would: what was stored is stored, the rest is done again.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from crawler.cluster.queue import PATIENCE
from crawler.jobs.lock import ADVISORY, Overlap, soon

logger = logging.getLogger(__name__)

EXIT_CUT_OFF = 6

_ALIVE = """
SELECT count(*), coalesce(max(extract(epoch FROM now() - last_heartbeat)), 0)
FROM procrastinate_workers WHERE id = ANY(%s)
"""


def clock() -> float:
    """Seconds that also pass while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def leave(sentence: str) -> None:
    """End this process now, without waiting for anything."""
    logger.critical("%s", sentence)
    sys.stderr.write(f"scrapy worker: {sentence}\n")
    sys.stderr.flush()
    logging.shutdown()
    os._exit(EXIT_CUT_OFF)


class Lifeline:
    """Watches that the heartbeats of this process's workers arrive.

    Args:
        dsn: of the queue's database.
        patience: seconds without proof of a heartbeat after which the process ends; well below the stall time-out.
        cut: called then, once, with a sentence.

    While it is connected it holds, shared with other workers, the lock that commands which crawl on one machine take
    for themselves: neither kind runs beside the other.
    """

    def __init__(self, dsn: str, patience: float, cut: Callable[[str], None] = leave) -> None:
        self._dsn = dsn
        self._patience = patience
        self._cut = cut
        self._workers: list[int] = []
        self._proof = clock()
        self._ended = threading.Event()
        self._trouble = ""
        self._connection: psycopg.Connection[Any] | None = None
        self._missed = False
        self._watching = False

    def hold(self) -> None:
        """Connect, and share the lock of crawls of many portals.

        Raises:
            Overlap: a crawl of many portals runs on one machine, into the same database.
            psycopg.Error: the database does not answer.
        """
        limits = PATIENCE | {"connect_timeout": max(2, int(self._patience / 4))}
        limits["tcp_user_timeout"] = int(self._patience * 250)
        connection = psycopg.connect(self._dsn, autocommit=True, **limits)  # type: ignore[arg-type]
        if not soon(lambda: _shared(connection)):
            connection.close()
            raise Overlap("a crawl of many portals runs on one machine, into the same database")
        self._connection = connection

    def watch(self, workers: Sequence[int]) -> None:
        """Watch these workers (ids of Procrastinate) from now on, and no others."""
        self._workers = list(workers)
        if self._watching or not workers:
            return
        self._watching, self._proof = True, clock()
        for work in (self._ask, self._judge):
            threading.Thread(target=work, daemon=True, name=f"lifeline{work.__name__}").start()

    def stop(self) -> None:
        """Watch no longer."""
        self._ended.set()

    @property
    def silence(self) -> float:
        """Seconds since the last heartbeat that is known to have arrived."""
        return clock() - self._proof

    def _judge(self) -> None:
        while not self._ended.wait(min(0.5, self._patience / 10)):
            if self.silence > self._patience and not self._ended.is_set():
                self._ended.set()
                self._cut(
                    f"no heartbeat has reached the queue for {self.silence:.0f} s{self._trouble}; other workers will "
                    "take these portals, so this one ends. What it stored is stored"
                )

    def _ask(self) -> None:
        while not self._ended.wait(self._patience / 8):
            try:
                self._look()
            except psycopg.Error as error:
                self._trouble = f" ({' '.join(str(error).split())})"
                self._hang_up()
            except Overlap as error:
                # The server was away, and the lock that we shared with it: someone else crawls now.
                self._trouble, self._proof = f" ({error})", clock() - 10 * self._patience
        self._hang_up()

    def _look(self) -> None:
        asked = clock()
        if self._connection is None:
            self.hold()
        assert self._connection is not None  # noqa: S101  for the type checker
        watched = self._workers
        found = self._connection.execute(_ALIVE, (watched,)).fetchone()
        number, age = found if found is not None else (0, 0)
        if number < len(watched):
            if self._missed:
                # Pruned as dead: the jobs are being taken over already.
                self._trouble, self._proof = " (other workers believe it dead)", asked - 10 * self._patience
            # Once, it may be that one of them has ended in order, and we have not heard of it yet.
            self._missed = True
            return
        self._missed = False
        self._proof = max(self._proof, asked - float(age))

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _shared(connection: psycopg.Connection[Any]) -> bool:
    held = connection.execute("SELECT pg_try_advisory_lock_shared(%s)", (ADVISORY,)).fetchone()
    return held is not None and bool(held[0])
