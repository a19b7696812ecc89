"""`scrapy crawl-due`: does what is due, tells how it went, leaves a heartbeat."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands.many import PORTALS, scrapy

CHOSEN = ("--portal", ",".join(PORTALS))


def test_first_all_then_nothing_is_due(tmp_path: Path) -> None:
    beat = tmp_path / "beat.json"
    first = scrapy(tmp_path, "crawl-due", "-s", f"HEARTBEAT_FILE={beat}", *CHOSEN)
    assert first.returncode == 0, first.stderr
    assert "0 of 4 portals in trouble" in first.stdout
    assert json.loads(beat.read_text())["portals"] == 4
    planned = scrapy(tmp_path, "crawl-due", "--dry-run", *CHOSEN)
    assert planned.stdout.startswith("0 of 4 portals are due")
    assert "The next one is due in" in planned.stdout
    again = scrapy(tmp_path, "crawl-due", *CHOSEN)
    assert (again.returncode, again.stdout) == (0, "Nothing is due.\n")


def test_the_summary_as_json_names_who_could_not_be_told(tmp_path: Path) -> None:
    run = scrapy(
        tmp_path, "crawl-due", "--json", "--limit", "1", "-s", "CRAWL_DUE_WEBHOOK=http://127.0.0.1:9/", *CHOSEN
    )
    assert run.returncode == 0, run.stderr
    summary = json.loads(run.stdout)
    assert summary["portals"] == 1
    assert summary["new"] == sum(one["new"] for one in summary["results"]) > 0
    assert "the webhook http://127.0.0.1:9/ could not be reached" in summary["not_told"][0]
    assert summary["not_told"][0] in run.stderr


def test_a_portal_that_is_shut_is_due_again_later_and_the_exit_code_says_so(tmp_path: Path) -> None:
    chosen = ("--portal", "www.hubei.gov.cn,sthjt.hunan.gov.cn")
    run = scrapy(tmp_path, "crawl-due", *chosen)
    assert run.returncode == 3
    assert "silent     www.hubei.gov.cn" in run.stdout
    assert "gate_412" in run.stdout
    planned = scrapy(tmp_path, "crawl-due", "--dry-run", *chosen)
    assert "0 of 2 portals are due" in planned.stdout
    assert "(failed once: gate_412)" in planned.stdout


def test_by_day_portals_that_are_asked_by_night_stay_due(tmp_path: Path) -> None:
    now = datetime.now(UTC) + timedelta(hours=8)
    hours = f"{(now + timedelta(hours=3)):%H:%M}-{(now + timedelta(hours=4)):%H:%M}"
    beat = tmp_path / "beat.json"
    shut = ("-s", f"NIGHT_HOURS={hours}")
    chosen = ("--portal", "sthj.guizhou.gov.cn", "--json")
    run = scrapy(tmp_path, "crawl-due", *chosen, *shut, "-s", f"HEARTBEAT_FILE={beat}")
    assert (run.returncode, json.loads(run.stdout)["results"]) == (0, []), run.stderr
    assert "1 portals stay due" in json.loads(beat.read_text())["headline"]
    run = scrapy(tmp_path, "backfill", "--years", "2023", *chosen, *shut)
    assert (run.returncode, "nothing is asked now" in run.stderr) == (4, True)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("NIGHT_HOURS=banana", "write two times of day"),
        ("CRAWL_DUE_NOTIFY=sometimes", "write always or trouble"),
        ("CRAWL_DUE_WEBHOOK=ftp://x", "begins with http:// or https://"),
    ],
)
def test_settings_that_make_no_sense_are_told_before_anything_is_asked(tmp_path: Path, setting: str, said: str) -> None:
    run = scrapy(tmp_path, "crawl-due", "--portal", "sthj.guizhou.gov.cn", "-s", setting)
    assert (run.returncode, said in run.stderr) == (2, True), run.stderr
