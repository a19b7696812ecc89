"""A crawl that runs again from the archive gives the same database, and asks nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from crawler.archive.verify import verify
from crawler.demo.country import Country, country
from crawler.store import dump, open_store
from tests.main_job import run as job
from tests.spiders.crawl import crawl

FAMILIES = ("gkmlpt", "vsb")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Country, Path]:
    folder = tmp_path_factory.mktemp("replay")
    land = country()
    patch = pytest.MonkeyPatch()
    patch.setattr(job, "FAMILIES", FAMILIES)
    job.main_job(land, f"sqlite:///{folder / 'first.db'}", folder / "spool")
    patch.undo()
    return land, folder


def test_replay_into_a_second_database_gives_the_same(crawled: tuple[Country, Path], tmp_path: Path) -> None:
    land, folder = crawled
    first, second = f"sqlite:///{folder / 'first.db'}", f"sqlite:///{tmp_path / 'second.db'}"
    patch = pytest.MonkeyPatch()
    patch.setattr(job, "FAMILIES", FAMILIES)
    settings = {
        "REPLAY": True,
        "REPLAY_DATABASE_URL": first,
        "ARCHIVE_DIR": str(folder / "archive"),
    }
    crawls = job.main_job(land, second, tmp_path / "spool", settings=settings)
    patch.undo()
    assert all(not one.asked for one in crawls.values())
    before, after = (dump(open_store(url)) for url in (first, second))
    # Of two portals that show one report the first to be read has found it: which one that is, is chance.
    told = [{row[1:4] for row in found.pop("attempts")} for found in (before, after)]
    assert after == before
    assert told[0] == told[1]
    assert len(before["reports"]) > 20


def test_the_archive_of_a_crawled_country_is_sound(crawled: tuple[Country, Path]) -> None:
    _, folder = crawled
    verdict = verify(folder / "archive", open_store(f"sqlite:///{folder / 'first.db'}"))
    assert (verdict.sound, verdict.troubles) == (True, [])
    assert verdict.captures > 100
    assert verdict.captures * 3 + verdict.files == verdict.records


def test_a_request_that_was_never_made_is_named(crawled: tuple[Country, Path], tmp_path: Path) -> None:
    _, folder = crawled
    first, second = f"sqlite:///{folder / 'first.db'}", f"sqlite:///{tmp_path / 'second.db'}"
    settings = {
        "REPLAY": True, "REPLAY_DATABASE_URL": first, "ARCHIVE_DIR": str(folder / "archive"), "DATABASE_URL": second,
        "SPOOL_DIR": str(tmp_path / "spool"), "ARCHIVE_AT": "2001-01-01", "SECOND_PATH": False,
    }  # fmt: skip
    with open_store(first).connect() as connection:
        portal = (
            connection.execute(text("SELECT id FROM portals WHERE family = 'gkmlpt' ORDER BY id")).scalars().first()
        )
    result = crawl("gkmlpt", _nobody, settings=settings | {"PORTALS_DIR": job.OWN_ROWS}, portal=portal, pipelines=True)
    assert result.asked == []
    with open_store(second).connect() as connection:
        reasons = set(connection.execute(text("SELECT reason FROM attempts")).scalars())
    assert "not_archived" in reasons


def _nobody(request: Any) -> None:
    raise AssertionError(f"{request.url} was asked for")
