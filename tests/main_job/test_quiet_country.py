"""The scheduled crawl of many portals in one process, again and again: little is asked, nothing is missed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from sqlalchemy import text

from crawler.demo.country import Country
from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.demo.scale import scaled
from crawler.jobs.model import Tally
from crawler.jobs.plan import job_for
from crawler.jobs.run import Jobs
from crawler.portals import registry
from crawler.store import open_store
from tests.jobs.rows import agenda
from tests.jobs.test_run import settings
from tests.spiders.crawl import pump

FIRST, LATER = "2026-11-02T06:00:00", "2026-11-12T06:00:00"
"""Later: more than the seven days after which a new page is visited again."""


def crawl(folder: Path, land: Country, when: str) -> Tally:
    """Crawl every portal of a scaled country; returns what came of it. The country's log is that of this crawl."""
    land.log.clear()
    rows = registry.shared(str(folder / "rows"))
    chosen = settings(folder, land, PORTALS_DIR=str(folder / "rows"), NOW=when, CLOSESPIDER_TIMEOUT=600)
    made = Jobs(AsyncCrawlerRunner(chosen), 100)
    jobs = [job_for(rows.portal(built.portal_id), None, agenda(), delay=0) for built in land.built]

    async def main() -> None:
        await made.run(jobs)

    pump(main(), timeout=1800)
    assert Counter(one.state for one in made.tally.results) == {"done": len(jobs)}
    return made.tally


def rows(folder: Path, query: str) -> list[Any]:
    engine = open_store(f"sqlite:///{folder / 'reports.db'}")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def columns(folder: Path) -> int:
    """Lists that the portals have, sub-columns included."""
    return int(rows(folder, "SELECT count(*) FROM lists")[0][0])


def quiet(folder: Path, number: int) -> None:
    """Twice on an unchanged country."""
    land = scaled(number, folder / "rows")
    first = crawl(folder, land, FIRST)
    assert first.total("new") == len(land.truth())
    versions = rows(folder, "SELECT count(*) FROM versions")
    again = crawl(folder, land, FIRST.replace("06:00", "12:00"))
    assert (again.total("new"), again.total("changed")) == (0, 0)
    assert rows(folder, "SELECT count(*) FROM versions") == versions
    asked = [request for request in land.log if request.path != "/robots.txt"]
    assert len(asked) <= columns(folder) * 1.05
    assert len(land.log) <= columns(folder) * 1.05, "robots.txt is kept for a day"


def test_a_second_crawl_of_an_unchanged_country_asks_once_a_column(tmp_path: Path) -> None:
    quiet(tmp_path, 20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_hundred_portals(tmp_path: Path) -> None:
    quiet(tmp_path, 200)


def one_more(request: FakeRequest, below: Any) -> FakeResponse:
    """The page with one number of its tables raised by one."""
    given: FakeResponse = below(request)
    cells = re.findall(rb"<td[^>]*>(?:<(?:p|span)[^>]*>)*([1-9]\d{0,3})<", given.body)
    alone = next(number for number in cells if len(re.findall(rb">%s<" % number, given.body)) == 1)
    changed = given.body.replace(b">%s<" % alone, b">%d<" % (int(alone) + 1))
    return FakeResponse(given.status, given.headers, changed)


def without_newest(request: FakeRequest, below: Any) -> FakeResponse:
    """The list without the row of 2025."""
    given: FakeResponse = below(request)
    return FakeResponse(given.status, given.headers, re.sub(rb"<li><a href=\"./202601/.*?</li>", b"", given.body))


def test_three_changed_cells_and_two_new_reports_are_exactly_what_is_found(tmp_path: Path) -> None:
    whole = scaled(10, tmp_path / "rows")
    lists = [registry.shared(str(tmp_path / "rows")).portal(whole.built[i].portal_id).columns[0].url for i in (3, 6)]
    before = whole.with_changes(dict.fromkeys(lists, without_newest))
    assert crawl(tmp_path, before, FIRST).total("new") == len(whole.truth()) - 2

    chosen = [next(one.url for one in whole.built[i].reports if one.year == 2023) for i in (3, 6, 8)]
    after = whole.with_changes(dict.fromkeys(chosen, one_more))
    second = crawl(tmp_path, after, LATER)
    assert (second.total("new"), second.total("changed")) == (2, 3)
    changed = rows(
        tmp_path,
        "SELECT DISTINCT p.url FROM versions v JOIN version_pages vp ON vp.version_id = v.id JOIN pages p ON p.id = "
        "vp.page_id WHERE (SELECT count(*) FROM versions w WHERE w.report_id = v.report_id) = 2",
    )
    assert sorted(url for (url,) in changed) == sorted(chosen)
    different = rows(
        tmp_path,
        "SELECT count(*) FROM cells a JOIN versions v ON v.id = a.version_id JOIN versions w ON w.id > v.id AND "
        "w.report_id = v.report_id JOIN cells b ON b.version_id = w.id AND b.address = a.address WHERE a.raw <> b.raw",
    )
    assert different == [(3,)]
