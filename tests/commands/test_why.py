"""`scrapy why`, as a shell runs it: one screen on an agency-year or a portal, and commands that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from scrapy.cmdline import _get_commands_dict
from scrapy.utils.project import get_project_settings

from crawler.coverage.story import step
from crawler.store import Spool, Writer, open_store
from crawler.store.records import AgencyValue, AttemptValue
from tests.commands.test_store_commands import scrapy
from tests.store.examples import AGENCY, attempt_record, page_record, report_record, run_record


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def filled(tmp_path: Path, spool: Path) -> str:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    writer = Writer(open_store(url), Spool(spool))
    writer.write_now(run_record())
    writer.write_now(report_record())
    writer.write_now(attempt_record())
    gate = AttemptValue(
        outcome="blocked",
        reason="gate_412",
        year=2021,
        detail="a script challenge\x1b[2J",
        url="http://www.gz.gov.cn/a'b.html",
    )
    writer.write_now(attempt_record(attempt=gate))
    writer.write_now(page_record())
    stranger = AgencyValue(id="440100-x9", name="广州市某办", code="440100", registered=False)
    writer.write_now(report_record(agency=stranger, year=2021))
    writer.close_now()
    return url


def test_a_gap_is_told_on_one_screen(filled: str, spool: Path) -> None:
    answer = scrapy("why", AGENCY.name, "2021", url=filled, spool=spool)
    assert answer.returncode == 0, answer.stderr
    lines = answer.stdout.splitlines()
    assert lines[0] == "广州市生态环境局 (440100-sthjj), fiscal year 2021: blocked"
    assert lines[1].strip() == "owed: due by 2022-01-31"
    assert "step that failed: fetch: the portal lets nobody in" in answer.stdout
    assert r"this report: blocked (gate_412). a script challenge\x1b[2J" in answer.stdout
    # The address with a quote in it comes whole through a shell.
    assert """scrapy shell 'http://www.gz.gov.cn/a'"'"'b.html'""" in answer.stdout
    assert "(run run-1)" in answer.stdout
    assert "\x1b" not in answer.stdout
    assert len(lines) < 40


def test_a_report_with_findings_names_its_bytes(filled: str, spool: Path) -> None:
    answer = scrapy("why", AGENCY.id, "2023", "--json", url=filled, spool=spool)
    told = json.loads(answer.stdout)
    assert told["step"].startswith("check: ")
    assert [(page["url"], page["sha256"]) for page in told["pages"]] == [
        ("http://www.gz.gov.cn/xxgk/post_1.html", "a" * 64)
    ]
    assert {one["severity"] for one in told["findings"]} <= {"hard", "soft"}
    assert told["findings"]
    assert told["owed"]["due"] == "2024-01-31"


def test_what_nobody_tried_is_said_and_how_to_try_it(filled: str, spool: Path) -> None:
    answer = scrapy("why", "广州市生态环境局", "2012", url=filled, spool=spool)
    assert "not begun: no run has looked" in answer.stdout
    assert "Tried: never" in answer.stdout
    assert re.search(r"scrapy crawl \w+ -a portal=\S+ -a years=2012", answer.stdout)


def test_a_body_that_a_page_named_has_a_story_too(filled: str, spool: Path) -> None:
    answer = scrapy("why", "某办", "2021", url=filled, spool=spool)
    assert answer.returncode == 0, answer.stderr
    assert "owed: by nobody that the registry knows" in answer.stdout
    answer = scrapy("why", "某办", "2015", url=filled, spool=spool)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "owes no report for 2015" in answer.stderr


def test_a_portal(filled: str, spool: Path) -> None:
    answer = scrapy("why", "www.gz.gov.cn", url=filled, spool=spool)
    assert answer.returncode == 0, answer.stderr
    assert "scrapy doctor www.gz.gov.cn" in answer.stdout
    assert "reports of it stand in the database" in answer.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("财政局", "2023"), "agencies: "),
        (("广州市生态环境厅", "2023"), "nearest: 广州市生态环境局"),
        (("nosuch.example.com",), "nosuch.example.com"),
        (("广州市生态环境局", "23"), "name an agency and one fiscal year"),
        ((), "name an agency and one fiscal year"),
    ],
)
def test_names_that_mean_nobody_or_several(filled: str, spool: Path, words: tuple[str, ...], said: str) -> None:
    answer = scrapy("why", *words, url=filled, spool=spool)
    assert (answer.returncode, said in answer.stderr + answer.stdout) == (2, True), answer
    assert "Traceback" not in answer.stderr


def test_without_a_database(tmp_path: Path, spool: Path) -> None:
    answer = scrapy("why", "x", "2023", url=f"sqlite:///{tmp_path / 'none.db'}", spool=spool)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "first crawl" in answer.stderr


def test_commands_that_are_advised_exist() -> None:
    from crawler.coverage.advice import next_commands

    known = set(_get_commands_dict(get_project_settings(), True))
    for state in ("found", "missing", "blocked", "unreachable", "unreadable", "refused", "unknown", "partial"):
        for reason in ("x", "no_column", "never_tried"):
            for told in next_commands(state, reason, 2020, "440100-a", [("p", "trs")], "http://p/", 1):
                assert told.split()[1] in known


@pytest.mark.parametrize("reason", ["", "not_listed", "no_column", "gate_521"])
@pytest.mark.parametrize("state", ["found", "missing", "not_due", "blocked", "unreadable", "partial", "refused"])
def test_each_state_has_a_step(state: str, reason: str) -> None:
    assert ": " in step(state, reason, 1)
