"""The job manager of a worker that lives through a database that goes away for some seconds.

Procrastinate's own ends the worker, or forgets that a job has ended, which would then be believed at work for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any

import psycopg
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

logger = logging.getLogger(__name__)


def is_lost(error: BaseException) -> bool:
    """Whether an error of the queue means that the database cannot be reached, not that it says no."""
    cause = error.__cause__ if error.__cause__ is not None else error
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError | OSError)


class Patient(JobManager):
    """What only looks is left for the next time; what must not be forgotten is tried until it is done.

    A worker that is cut off for too long is ended by its lifeline, so none of this goes on for ever.
    """

    def __init__(self, connector: BaseConnector) -> None:
        super().__init__(connector)
        self.paused: Callable[[], Collection[str]] = tuple
        """Queues of which nothing is taken now."""
        self._outage = False

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """A job of a queue that is not paused; None also while the database is away."""
        taken = [queue for queue in queues or () if queue not in self.paused()]
        if not taken:
            return None
        found: Job | None = await self._glance(super().fetch_job(taken, worker_id))
        return found

    async def update_heartbeat(self, worker_id: int) -> None:
        """Say that the worker lives, if that can be said."""
        await self._glance(super().update_heartbeat(worker_id))

    async def defer_periodic_job(self, job: Job, periodic_id: str, defer_timestamp: int) -> int | None:
        """Enqueue what is due by the clock; another worker, or the next tick, does it while the database is away."""
        found: int | None = await self._glance(
            super().defer_periodic_job(job=job, periodic_id=periodic_id, defer_timestamp=defer_timestamp)
        )
        return found

    async def unregister_worker(self, worker_id: int) -> None:
        """Say that the worker ends. If that cannot be said, its heartbeat does."""
        await self._glance(super().unregister_worker(worker_id))

    async def finish_job(self, *args: Any, **kwargs: Any) -> None:
        """Say that a job has ended, however long that takes."""
        await self._insist(lambda: super(Patient, self).finish_job(*args, **kwargs))

    async def retry_job(self, *args: Any, **kwargs: Any) -> None:
        """Say that a job is to be tried again, however long that takes."""
        await self._insist(lambda: super(Patient, self).retry_job(*args, **kwargs))

    async def _glance(self, asked: Awaitable[Any]) -> Any:
        try:
            found = await asked
        except ConnectorException as error:
            if not is_lost(error):
                raise
            self._note(error)
            return None
        self._outage = False
        return found

    async def _insist(self, ask: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await ask()
            except ConnectorException as error:
                if not is_lost(error):
                    # Not "doing" any more: an earlier try was done and its answer lost, or another took the job over.
                    logger.warning("the queue does not take the end of a job: %s", error.__cause__ or error)
                    return
                self._note(error)
                await asyncio.sleep(1.0)
            else:
                self._outage = False
                return

    def _note(self, error: BaseException) -> None:
        if not self._outage:
            logger.warning("the queue's database does not answer: %s", error.__cause__ or error)
        self._outage = True
