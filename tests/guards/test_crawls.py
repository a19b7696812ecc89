"""Real crawls of fake portals with faults: each ends in its named outcome, and no other portal notices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.commands.crawl import exit_code
from crawler.demo import damage, instead
from crawler.demo.country import Country, country
from crawler.demo.portal import FakeResponse
from crawler.demo.trouble import Trouble
from crawler.jobs.model import JobResult
from crawler.jobs.run import Jobs
from tests.guards.run import SICK, crawled, told

HOME = f"https://{SICK}"
COLUMN = f"{SICK}/zwgk/zfxxgk/zfxxgknb/"
ARTICLE = f"{COLUMN}202401/t20240111_71686045.html"
AGENCY_YEAR = 2023
FAULTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("time-out", {"trouble": Trouble("timeout")}, "unreachable", "timeout"),
    ("reset", {"trouble": Trouble("reset")}, "unreachable", "connection"),
    ("refused", {"trouble": Trouble("refused")}, "unreachable", "connection_refused"),
    ("429 for hours", {"trouble": Trouble("busy", retry_after="7200")}, "blocked", "retry_later"),
    ("429 for ever", {"trouble": Trouble("busy")}, "blocked", "gate_429"),
    ("503 for hours", {"trouble": Trouble("unavailable", retry_after="7200")}, "unreachable", "retry_later"),
    ("503 for ever", {"trouble": Trouble("unavailable")}, "unreachable", "http_503"),
    ("500", {"change": FakeResponse(500, (("Content-Type", "text/html"),), b"down")}, "unreachable", "http_500"),
    ("404", {"change": FakeResponse(404, (("Content-Type", "text/html"),), b"gone")}, "missing", "http_404"),
    ("412", {"change": FakeResponse(412, (("Content-Type", "text/html"),), b"$_ts=")}, "blocked", "gate_412"),
    ("521", {"change": FakeResponse(521, (("Content-Type", "text/html"),), b"")}, "blocked", "gate_521"),
    ("login", {"change": instead.login}, "blocked", "gate_login"),
    ("soft 404", {"change": instead.gone}, "missing", "soft_404"),
    ("parked", {"change": instead.parked}, "unreachable", "parked"),
]
IN_PLACE_OF_AN_ARTICLE: list[tuple[str, dict[str, Any], str, str]] = [
    ("index", {"change": instead.index}, "blocked", "index_instead"),
    ("home", {"change": instead.homeward}, "missing", "home_instead"),
]


def troubled(land: Country, where: str, fault: dict[str, Any]) -> Country:
    if trouble := fault.get("trouble"):
        return land.with_troubles({where: trouble})
    return land.with_changes({where: fault["change"]})


@pytest.mark.parametrize(("fault", "outcome", "reason"), [one[1:] for one in FAULTS], ids=[one[0] for one in FAULTS])
def test_a_fault_of_a_portals_list_names_the_whole_portal(
    tmp_path: Path, fault: dict[str, Any], outcome: str, reason: str
) -> None:
    result = crawled(tmp_path, troubled(country(), f"{SICK}/*", fault))[0]
    assert result.state == "silent"
    attempts = told(tmp_path)
    assert (outcome, reason) in {(one.outcome, one.reason) for one in attempts if one.agency is None}
    gap = next(one for one in attempts if one.year == AGENCY_YEAR)
    assert (gap.outcome, gap.reason) == (outcome, reason)


OF_AN_ARTICLE = [
    *IN_PLACE_OF_AN_ARTICLE,
    *(one for one in FAULTS if one[0] in {"reset", "503 for hours", "500", "521", "soft 404"}),
]


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"), [one[1:] for one in OF_AN_ARTICLE], ids=[one[0] for one in OF_AN_ARTICLE]
)
def test_a_fault_of_one_article_names_its_year_and_nothing_false_is_stored(
    tmp_path: Path, fault: dict[str, Any], outcome: str, reason: str
) -> None:
    result = crawled(tmp_path, troubled(country(), ARTICLE, fault))[0]
    assert result.state in {"done", "marked"}
    gap = [one for one in told(tmp_path) if one.agency is not None and one.year == AGENCY_YEAR]
    assert [(one.outcome, one.reason) for one in gap] == [(outcome, reason)]
    # A gate closes its host, all else costs the one report.
    assert result.new == 6 or outcome == "blocked" or reason == "retry_later"


def test_half_an_answer_is_kept_as_partial(tmp_path: Path) -> None:
    result = crawled(tmp_path, country().with_troubles({ARTICLE: Trouble("cut")}))[0]
    gap = next(one for one in told(tmp_path) if one.agency is not None and one.year == AGENCY_YEAR)
    assert gap.outcome in {"partial", "unreadable", "found"}
    assert result.new >= 6


def test_the_moment_to_come_back_is_in_the_evidence(tmp_path: Path) -> None:
    land = country().with_troubles({f"{SICK}/*": Trouble("busy", retry_after="7200")})
    crawled(tmp_path, land, NOW="2026-11-22T12:00:00+00:00")
    said = [one for one in told(tmp_path) if one.reason == "retry_later"]
    assert said
    assert all(one.evidence["retry_after"] == "2026-11-22T14:00:00+00:00" for one in said)
    assert sum(one.host == SICK for one in land.log) <= 2


# ------------------------------------------------------------------ against earlier crawls


def guards(folder: Path) -> list[tuple[str, str]]:
    return [(one.reason, one.detail) for one in told(folder) if one.reason.startswith("guard_")]


def test_a_second_crawl_of_what_did_not_change_is_no_drop_and_no_zero(tmp_path: Path) -> None:
    for _ in range(2):
        result = crawled(tmp_path, country())[0]
        assert (result.state, result.guards) == ("done", ())
    assert guards(tmp_path) == []


def test_a_list_that_lost_its_rows_is_told(tmp_path: Path) -> None:
    crawled(tmp_path, country())
    land = country().with_changes({COLUMN: instead.shrunk(1), f"{COLUMN}index*": instead.shrunk(0)})
    result = crawled(tmp_path, land, INCREMENTAL=False)[0]
    assert result.state == "marked"
    assert {"drop", "list_shrank"} <= set(result.guards)
    assert "scrapy doctor" in result.line


def test_another_template_alone_is_read_and_no_trouble(tmp_path: Path) -> None:
    crawled(tmp_path, country())
    restyled = crawled(tmp_path, country().with_changes({f"{SICK}/*": instead.restyled}), INCREMENTAL=False)[0]
    assert (restyled.state, restyled.guards) == ("done", ())


def test_a_template_that_hides_the_reports_is_told(tmp_path: Path) -> None:
    crawled(tmp_path, country())
    result = crawled(tmp_path, country().with_changes({f"{COLUMN}2*": instead.emptied}), INCREMENTAL=False)[0]
    assert set(result.guards) == {"template", "unreadable"}
    assert result.state == "marked"


def test_a_portal_that_fell_silent_is_told_against_its_past(tmp_path: Path) -> None:
    crawled(tmp_path, country())
    result = crawled(tmp_path, country().with_changes({f"{SICK}/*": instead.gone}), INCREMENTAL=False)[0]
    assert result.state == "silent"
    assert "zero" in result.guards
    assert ("guard_zero", True) in {(reason, "earlier crawls saw 7" in detail) for reason, detail in guards(tmp_path)}


def test_pages_that_cannot_be_read_any_more_are_told(tmp_path: Path) -> None:
    crawled(tmp_path, country())
    land = country().with_changes({f"{COLUMN}2*": damage.pdf})
    result = crawled(tmp_path, land, INCREMENTAL=False)[0]
    assert "unreadable" in result.guards


# ------------------------------------------------------------------ clocks


def test_a_crawl_without_progress_is_closed_by_name(tmp_path: Path) -> None:
    result = crawled(tmp_path, country(), DEMO_LATENCY=2.0, NO_PROGRESS_MINUTES=0.2 / 60)[0]
    assert (result.state, result.reason, result.guards) == ("unfinished", "guard_no_progress", ("no_progress",))
    assert [reason for reason, _ in guards(tmp_path)] == ["guard_no_progress"]
    assert "missing" not in result.line, "it has not looked everywhere"


def test_a_crawl_that_takes_too_long_is_closed_by_name(tmp_path: Path) -> None:
    result = crawled(tmp_path, country(), DEMO_LATENCY=0.05, LONGEST_CRAWL_HOURS=0.2 / 3600)[0]
    assert (result.state, result.reason) == ("unfinished", "guard_longest_crawl")
    again = crawled(tmp_path, country())[0]
    assert (again.state, again.guards) == ("done", ())


@pytest.mark.parametrize(("moment", "reason"), [("12:00", "guard_night_hours"), ("16:00", "finished")])
def test_nothing_is_asked_outside_of_the_night_hours(tmp_path: Path, moment: str, reason: str) -> None:
    land = country()
    result = crawled(tmp_path, land, NIGHT_HOURS="22:00-06:00", NOW=f"2026-11-22T{moment}:00+00:00")[0]
    assert result.reason == reason
    assert bool(land.log) is (reason == "finished")
    assert [one for one, _ in guards(tmp_path)] == ([reason] if reason != "finished" else [])


@pytest.mark.parametrize(
    ("stats", "code"),
    [
        ({"finish_reason": "finished"}, 0),
        ({"finish_reason": "finished", "guards/drop": ["a"]}, 3),
        ({"finish_reason": "finished", "portals/silent": ["a"]}, 3),
        ({"finish_reason": "guard_no_progress", "guards/no_progress": ["a"]}, 4),
        ({}, 1),
    ],
)
def test_exit_codes(stats: dict[str, object], code: int) -> None:
    assert exit_code(stats) == code


# ------------------------------------------------------------------ the others


HEALTHY = (
    "sthjj.gz.gov.cn", "rsj.zunyi.gov.cn", "sthjt.shaanxi.gov.cn", "sthj.gzlps.gov.cn", "sthjt.hunan.gov.cn",
    "rsj.km.gov.cn", "sthjj.ezhou.gov.cn", "www.panzhou.gov.cn", "sthjj.xm.gov.cn", "sthj.qdn.gov.cn",
)  # fmt: skip


def test_a_host_that_waits_holds_nobody_up(tmp_path: Path) -> None:
    land = country().with_troubles({COLUMN: Trouble("busy", times=1, retry_after="110")})
    waiting: list[int] = []

    def release(jobs: Jobs, _: JobResult) -> None:
        """Once all others have ended, the test lets the time pass that the portal asked for."""
        crawler = jobs.running.get(SICK)
        if crawler is None or len(jobs.running) > 1:
            return
        downloader = crawler.engine.downloader
        slot = downloader.slots[SICK]
        waiting.append(len(slot.queue))
        slot.lastseen = 0.0
        slot.close()
        downloader._process_queue(slot)

    results = crawled(tmp_path, land, SICK, *HEALTHY, years=(2023,), ended=release)
    assert [one.state for one in results] == ["done"] * 11
    assert [one.new for one in results] == [1] * 11
    assert results[-1].job.portal_id == SICK
    assert waiting == [1], "its request waited in its queue until all others had ended"
    assert sum(one.url.endswith(COLUMN) for one in land.log) == 2


@pytest.mark.parametrize("trouble", [Trouble("timeout"), Trouble("reset"), Trouble("busy"), Trouble("unavailable")])
def test_a_sick_host_costs_the_others_not_one_request(tmp_path: Path, trouble: Trouble) -> None:
    land = country().with_troubles({f"{SICK}/*": trouble})
    results = crawled(tmp_path, land, SICK, *HEALTHY[:2], years=(2023,))
    by_id = {one.job.portal_id: one for one in results}
    assert by_id[SICK].state == "silent"
    for portal_id in HEALTHY[:2]:
        assert by_id[portal_id].new == 1
        pages = [one.url for one in land.log if one.host == portal_id]
        assert len(pages) == len(set(pages)), "nothing was asked twice"
