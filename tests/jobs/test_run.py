"""Many portals in one process: real crawls of the fake country, side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from sqlalchemy.exc import DBAPIError

from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.jobs.model import Job, JobResult, Tally
from crawler.jobs.plan import job_for
from crawler.jobs.run import Jobs, counts_so_far, run_portal
from crawler.portals import registry
from crawler.store import dump, open_store
from crawler.store.agenda import read_agenda
from tests.jobs.rows import agenda
from tests.main_job.run import HANDLER, OWN_ROWS
from tests.spiders.crawl import pump

PORTALS = ("sthj.guizhou.gov.cn", "sthjj.gz.gov.cn", "sthjj.xuchang.gov.cn", "sthjt.hunan.gov.cn")
TWINS = ("www.changzhou.gov.cn/gi_class/hbj", "www.changzhou.gov.cn/gi_class/jyj")


def settings(folder: Path, land: Country, **changes: Any) -> Settings:
    made = Settings()
    made.setmodule("crawler.settings", priority="project")
    own = {
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}", "SPOOL_DIR": str(folder / "spool"),
        "ARCHIVE_DIR": str(folder / "archive"), "DATA_DIR": str(folder), "PORTALS_DIR": OWN_ROWS,
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER}, "DEMO_COUNTRY": land, "DOWNLOAD_DELAY": 0,
        "CRAWL_DELAY_CAP": 0, "RETRY_TIMES": 0, "CLOSESPIDER_TIMEOUT": 60,
    }  # fmt: skip
    made.setdict(own | changes, priority="cmdline")
    return made


def job(portal_id: str, **changes: Any) -> Job:
    row = registry.shared(OWN_ROWS).portal(portal_id)
    return job_for(row, changes.pop("years", None), agenda(), delay=0, **changes)


def run(jobs: list[Job], chosen: Settings, concurrency: int = 10, **more: Any) -> Tally:
    """Run jobs; `on_told` is given the `Jobs` and each result."""
    made = Jobs(AsyncCrawlerRunner(chosen), concurrency)
    heard: Callable[[Jobs, JobResult], None] = more.get("on_told", lambda *_: None)

    async def main() -> None:
        await made.run(jobs, lambda result: heard(made, result))

    pump(main())
    return made.tally


def test_side_by_side_is_the_same_as_one_after_another(tmp_path: Path) -> None:
    dumps = []
    for concurrency in (1, 10):
        folder = tmp_path / str(concurrency)
        tally = run([job(one) for one in PORTALS], settings(folder, country()), concurrency)
        assert [one.state for one in tally.results] == ["done"] * 4
        dumps.append(dump(open_store(f"sqlite:///{folder / 'reports.db'}")))
    assert dumps[0] == dumps[1]
    assert len(dumps[0]["reports"]) == sum(one.new for one in tally.results) > 20


def test_a_crawler_that_has_not_begun_has_counted_nothing(tmp_path: Path) -> None:
    crawler = AsyncCrawlerRunner(settings(tmp_path, country())).create_crawler("gkmlpt")
    nothing = {"requests": 0, "new": 0, "changed": 0}
    assert counts_so_far(None) == counts_so_far(crawler) == nothing


def test_intents_are_answered_and_a_year_that_was_asked_for_is_all_that_is_crawled(tmp_path: Path) -> None:
    run([job("sthjt.hunan.gov.cn", years=[2020, 2021])], settings(tmp_path, country()))
    known = read_agenda(open_store(f"sqlite:///{tmp_path / 'reports.db'}"))
    assert {year: one.outcome for year, one in known.portals["sthjt.hunan.gov.cn"].items()} == {
        2020: "found",
        2021: "found",
    }
    assert {year for _, year in known.reports} == {2020, 2021}


def test_a_job_whose_reports_could_not_be_compared_is_unfinished_and_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DBAPIError("SELECT", {}, OSError("server closed the connection"), connection_invalidated=True)

    chosen = settings(tmp_path, country())
    one = job("sthjt.hunan.gov.cn", years=[2020, 2021, 2022])
    with monkeypatch.context() as patched:
        patched.setattr("pipelines.store.recheck", away)
        (first,) = run([one], chosen).results
    assert (first.state, first.reason) == ("unfinished", "not_compared")
    (second,) = run([one], chosen).results
    assert (second.state, second.new) == ("done", 0)
    assert second.requests < first.requests / 2
    alone = tmp_path / "alone"
    run([one], settings(alone, country()))
    dumps = [dump(open_store(f"sqlite:///{folder / 'reports.db'}")) for folder in (tmp_path, alone)]
    assert dumps[0]["cross_findings"] == dumps[1]["cross_findings"] != []


def test_portals_on_one_host_take_turns(tmp_path: Path) -> None:
    seen: list[str] = []
    most = [0]

    class Watched(Jobs):
        def _begin(self) -> None:
            super()._begin()
            most[0] = max(most[0], len(self.running))

    made = Watched(AsyncCrawlerRunner(settings(tmp_path, country())), 10)

    async def main() -> None:
        await made.run([job(one) for one in TWINS], lambda result: seen.append(result.job.portal_id))

    pump(main())
    assert sorted(seen) == sorted(TWINS)
    assert most == [1]


def test_one_portal_in_trouble_does_not_touch_the_others(tmp_path: Path) -> None:
    def closed(request: FakeRequest) -> FakeResponse:
        return FakeResponse(412, (("Content-Type", "text/html"),), b"<script>$_ts={}</script>")

    land = country().with_changes({"sthj.guizhou.gov.cn": closed})
    tally = run([job(one) for one in PORTALS], settings(tmp_path, land))
    states = {one.job.portal_id: one.state for one in tally.results}
    assert states["sthj.guizhou.gov.cn"] == "silent"
    assert [states[one] for one in PORTALS[1:]] == ["done"] * 3


def test_a_crawl_that_raises_is_a_result(tmp_path: Path) -> None:
    broken = Job("no.such.gov.cn", "none", "trs", ("no.such.gov.cn",))
    tally = run([broken, job("sthjt.hunan.gov.cn")], settings(tmp_path, country()))
    states = {one.job.portal_id: (one.state, one.reason) for one in tally.results}
    assert states["no.such.gov.cn"] == ("crashed", "UnknownPortal")
    assert states["sthjt.hunan.gov.cn"][0] == "done"


def test_a_family_without_a_spider_is_a_result(tmp_path: Path) -> None:
    tally = run([Job("x.gov.cn", "none", "unheard", ("x.gov.cn",))], settings(tmp_path, country()))
    assert [(one.state, one.reason) for one in tally.results] == [("crashed", "KeyError")]


def test_stopping_ends_what_runs_in_order_and_begins_nothing_more(tmp_path: Path) -> None:
    chosen = settings(tmp_path, country(), DEMO_LATENCY=0.02)
    tally = run([job(one) for one in PORTALS], chosen, 1, on_told=lambda jobs, _: jobs.stop())
    assert (len(tally.results), tally.not_begun) == (1, 3)


def test_a_database_that_cannot_be_used_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    chosen = settings(tmp_path, country(), DATABASE_URL=f"sqlite:///{tmp_path / 'file' / 'reports.db'}")
    land = chosen["DEMO_COUNTRY"]
    tally = run([job(one) for one in PORTALS], chosen, 1)
    assert [one.reason for one in tally.results] == ["no_database"]
    assert tally.not_begun == 3
    assert land.log == []


def test_years_are_handed_to_the_spider(tmp_path: Path) -> None:
    started: list[Spider] = []
    runner = AsyncCrawlerRunner(settings(tmp_path, country()))

    async def main() -> None:
        result = await run_portal(job("sthjt.hunan.gov.cn", years=[2021]), runner, lambda _, one: started.append(one))
        assert result.state == "done"

    pump(main())
    assert started[0].spider.selection.years == {2021}


@pytest.mark.parametrize("number", [0, 1])
def test_no_jobs_is_no_work(tmp_path: Path, number: int) -> None:
    tally = run([job("sthjt.hunan.gov.cn", years=[2021])][:number], settings(tmp_path, country()))
    assert len(tally.results) == number
