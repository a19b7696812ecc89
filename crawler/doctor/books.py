"""The doctor's run in the ledger: one attempt a row, written as soon as it is known.

Its run is no crawl (`runs.spider` is `doctor`), and its attempts speak of no agency and no year: coverage, and the
portals that failed in their newest crawl, are told without it.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from scrapy.settings import BaseSettings

from crawler import __version__
from crawler.doctor.model import Health
from crawler.portals.registry import Registry
from crawler.store import Spool, Writer, database_url, open_store
from crawler.store.failures import DOCTOR
from crawler.store.intake import Intake
from crawler.store.records import RunEnd, jsonable


class Books:
    """Writes the attempts of one run. A database that goes away in between costs nothing (`crawler.store.Writer`).

    Raises:
        StoreError: on making one, when the database cannot be used.
    """

    def __init__(self, settings: BaseSettings, registry: Registry) -> None:
        self.run_id = uuid.uuid4().hex
        self._writer = Writer(
            open_store(database_url(settings.get("DATABASE_URL"))), Spool(settings.get("SPOOL_DIR") or "data/spool")
        )
        self._intake = Intake(self.run_id, registry, __version__)

    async def open(self, rows: int) -> None:
        """Begin the run. Raises `StoreError` when the spool folder cannot be used."""
        await self._writer.start()
        # Without portals: their agencies would count as looked for in the coverage.
        versions = {"annual-report-crawler": __version__}
        await self._writer.write(self._intake.run(DOCTOR, {"rows": rows, "sample": 1}, versions, (), _now()))

    async def write(self, health: Health) -> None:
        """One row's attempt."""
        await self._writer.write(self._intake.attempt(health.attempt(), _now()))

    async def close(self, reason: str, stats: dict[str, Any]) -> None:
        """End the run and let go of the database."""
        await self._writer.write(RunEnd(run_id=self.run_id, at=_now(), finish_reason=reason, stats=jsonable(stats)))
        await self._writer.close()


def _now() -> datetime:
    return datetime.now(UTC)
