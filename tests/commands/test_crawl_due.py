"""`scrapy crawl-due`: does what is due, tells how it went, leaves a heartbeat."""

from __future__ import annotations

import json
from pathlib import Path

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
