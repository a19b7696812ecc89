"""Crawls of the fake country for the tests of this room: many portals in one process, and what the database says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from sqlalchemy import create_engine, select

from crawler.demo.country import Country
from crawler.jobs.model import Job, JobResult
from crawler.jobs.run import Jobs
from crawler.portals import registry
from crawler.store import models as m
from tests.main_job.run import HANDLER, OWN_ROWS
from tests.spiders.crawl import pump

SICK = "sthj.guizhou.gov.cn"


class Told(NamedTuple):
    """An attempt."""

    portal: str
    agency: str | None
    year: int | None
    outcome: str
    reason: str
    detail: str
    evidence: dict[str, Any]


def chosen(folder: Path, land: Country, **changes: Any) -> Settings:
    """Our settings over a country."""
    made = Settings()
    made.setmodule("crawler.settings", priority="project")
    own = {
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}", "SPOOL_DIR": str(folder / "spool"),
        "ARCHIVE_DIR": str(folder / "archive"), "DATA_DIR": str(folder), "PORTALS_DIR": OWN_ROWS,
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER}, "DEMO_COUNTRY": land, "DOWNLOAD_DELAY": 0,
        "CRAWL_DELAY_CAP": 0, "RETRY_TIMES": 1, "CLOSESPIDER_TIMEOUT": 60, "SECOND_PATH": False, "LOG_ENABLED": False,
    }  # fmt: skip
    made.setdict(own | changes, priority="cmdline")
    return made


def crawled(
    folder: Path,
    land: Country,
    *portals: str,
    years: tuple[int, ...] | None = None,
    ended: Callable[[Jobs, JobResult], None] = lambda *_: None,
    **changes: Any,
) -> list[JobResult]:
    """Crawl portals side by side in one process; the results in the order in which they ended."""
    known = registry.shared(changes.get("PORTALS_DIR", OWN_ROWS))
    jobs = [Job(row.id, row.name, row.family, tuple(row.hosts), years) for row in map(known.portal, portals or (SICK,))]
    made = Jobs(AsyncCrawlerRunner(chosen(folder, land, **changes)), 20)

    async def main() -> None:
        await made.run(jobs, lambda result: ended(made, result))

    pump(main())
    return made.tally.results


def told(folder: Path, portal: str = SICK) -> list[Told]:
    """All attempts of a portal, in order."""
    attempt = m.Attempt
    with create_engine(f"sqlite:///{folder / 'reports.db'}").connect() as connection:
        rows = connection.execute(
            select(attempt.portal_id, attempt.agency_id, attempt.year, attempt.outcome, attempt.reason, attempt.detail,
                   attempt.evidence).where(attempt.portal_id == portal).order_by(attempt.id)
        )  # fmt: skip
        return [Told(*row) for row in rows]
