"""The whole country in a database: every report that is there, every cell of it, and a reason for all the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from crawler.demo.country import Country, country
from crawler.demo.truth import Absence
from crawler.store import dump
from tests.main_job.run import main_job, rows
from tests.spiders.crawl import Crawl


@dataclass
class Job:
    """One crawled country."""

    country: Country
    database: str
    crawls: dict[str, Crawl]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The country, crawled once for all tests of this file."""
    folder: Path = tmp_path_factory.mktemp("country")
    database = f"sqlite:///{folder / 'reports.db'}"
    land = country()
    return Job(land, database, main_job(land, database, folder / "spool"))


def stored(job: Job) -> dict[tuple[str, int, str], Any]:
    found = rows(job.database, "SELECT agency_id, year, kind, id FROM reports")
    return {(agency, year, kind): report for agency, year, kind, report in found}


def test_every_report_that_is_published_is_stored_once_and_nothing_else(job: Job) -> None:
    wanted = {expected.key for expected in job.country.truth()}
    assert set(stored(job)) == wanted


def test_every_cell_of_every_report_holds_what_was_published(job: Job) -> None:
    cells: dict[int, dict[str, Decimal | None]] = {}
    query = "SELECT v.report_id, c.address, c.value FROM cells c JOIN versions v ON v.id = c.version_id"
    for report, address, value in rows(job.database, query):
        cells.setdefault(report, {})[address] = None if value is None else Decimal(str(value))
    reports = stored(job)
    wrong = [
        (expected.key, address, value, cells.get(reports[expected.key], {}).get(address))
        for expected in job.country.truth()
        for address, value in expected.report.cells.items()
        if cells.get(reports[expected.key], {}).get(address) != value
    ]
    assert wrong == []


def test_what_is_not_there_has_an_attempt_with_its_reason(job: Job) -> None:
    attempts = rows(job.database, "SELECT portal_id, outcome, reason, agency_id, year, evidence FROM attempts")
    assert [absence for absence in job.country.absences() if not any(_speaks_of(absence, a) for a in attempts)] == []


def _speaks_of(absence: Absence, attempt: tuple[Any, ...]) -> bool:
    portal, outcome, reason, agency, year, evidence = attempt
    return (
        (portal, outcome) == (absence.portal_id, absence.outcome)
        and absence.reason in {"", reason}
        and absence.agency_id in {None, agency}
        and absence.year in {None, year}
        and (not absence.title or json.loads(evidence).get("title") == absence.title)
    )


def test_the_findings_are_those_that_were_built_in(job: Job) -> None:
    query = (
        "SELECT r.agency_id, r.year, r.kind, f.code, f.place, f.severity FROM findings f "
        "JOIN versions v ON v.id = f.version_id JOIN reports r ON r.id = v.report_id"
    )
    hard: dict[tuple[Any, ...], set[tuple[str, str]]] = {}
    every: dict[tuple[Any, ...], set[tuple[str, str]]] = {}
    for agency, year, kind, code, place, severity in rows(job.database, query):
        for seen in (every, hard) if severity == "hard" else (every,):
            seen.setdefault((agency, year, kind), set()).add((code, place or ""))
    built_in = {expected.key: set(expected.report.findings) for expected in job.country.truth()}
    assert {key: found for key, found in hard.items() if not found <= built_in[key]} == {}
    for key, wanted in built_in.items():
        codes = {code for code, _ in every.get(key, set())}
        lost = {(code, place) for code, place in wanted if (code, place) not in every.get(key, set()) and place}
        assert (key, lost, {code for code, _ in wanted} - codes) == (key, set(), set())


def test_only_hosts_of_the_country_were_asked(job: Job) -> None:
    assert {request.host for request in job.country.log} <= set(job.country.hosts)


def test_a_second_crawl_adds_no_version(job: Job, tmp_path: Path) -> None:
    count = "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM versions), (SELECT count(*) FROM cells)"
    before = rows(job.database, count)
    again = main_job(job.country, job.database, tmp_path / "spool", settings={"INCREMENTAL": False})
    assert rows(job.database, count) == before
    assert sum(crawled.stats.get("store/versions_new", 0) for crawled in again.values()) == 0
    assert sum(crawled.stats.get("store/reports", 0) for crawled in again.values()) > 100


@pytest.mark.postgres
def test_postgres_holds_the_same_rows(job: Job, postgres: str, tmp_path: Path) -> None:
    portals = ("sthj.guizhou.gov.cn", "www.ynlf.gov.cn", "sthjj.gz.gov.cn", "www.changzhou.gov.cn/gi_class/hbj")
    land = job.country.only(*(p for p in portals if p in {b.portal_id for b in job.country.built}))
    lite = f"sqlite:///{tmp_path / 'reports.db'}"
    for database in (lite, postgres):
        main_job(land, database, tmp_path / "spool")
    assert _dump(lite) == _dump(postgres)


def _dump(database: str) -> Any:
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    try:
        return dump(engine)
    finally:
        engine.dispose()
