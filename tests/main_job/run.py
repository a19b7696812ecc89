"""Run the main job: every family's spider over the fake country, all pipelines on, into one database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

import crawler.demo
from crawler.demo.country import Country
from crawler.portals import registry
from crawler.store import open_store
from tests.spiders.crawl import Crawl, crawl

HANDLER = "crawler.demo.handler.CountryDownloadHandler"
"""The country in place of the network, with the size limits and the failures of a real wire."""

OWN_ROWS = str(Path(crawler.demo.__file__).parent / "portals")
"""Rows of the country's portals that refuse; everything else is played under the installed rows."""

FAMILIES = ("gkmlpt", "trs", "epoint", "vsb", "changzhou")


def main_job(
    country: Country, database: str, spool: Path, /, *, settings: Mapping[str, Any] | None = None, **arguments: Any
) -> dict[str, Crawl]:
    """Crawl the portals of `country` with all families, one after another; errors of spiders and pipelines fail.

    `settings` are laid over those of the job.
    """
    rows = registry.load(OWN_ROWS)
    played = sorted({built.portal_id for built in country.built})
    crawls = {}
    for family in FAMILIES:
        portals = ",".join(portal for portal in played if rows.portal(portal).family == family)
        if portals:
            chosen = {
                # What only a browser is to find would be found without one, by the search of the second path.
                "SECOND_PATH": False,
                "DATABASE_URL": database,
                "SPOOL_DIR": str(spool),
                "PORTALS_DIR": OWN_ROWS,
                "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
                "DEMO_COUNTRY": country,
                "RETRY_TIMES": 1,
                **(settings or {}),
            }
            crawls[family] = crawl(family, country, pipelines=True, settings=chosen, portal=portals, **arguments)
    return crawls


def rows(database: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a SQL query."""
    engine: Engine = open_store(database)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]
    finally:
        engine.dispose()
