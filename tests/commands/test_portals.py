"""`scrapy portals`: what it prints and how it ends."""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.commands import portals
from tests.conftest import REPO


@dataclass
class Answer:
    returncode: int
    stdout: str
    stderr: str


class Scrapy:
    """Runs the command in this process: what a shell adds is tested once."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *args: str, folder: Path | None = None) -> Answer:
        command = portals.Command()
        command.settings = Settings({"PORTALS_DIR": folder, "SPIDER_MODULES": ["spiders"]})
        parser = argparse.ArgumentParser()
        command.add_options(parser)
        opts, words = parser.parse_known_args(list(args))
        command.run(words, opts)
        printed = self.capsys.readouterr()
        return Answer(command.exitcode, printed.out, printed.err)


@pytest.fixture
def scrapy(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Scrapy:
    monkeypatch.setenv("COLUMNS", "150")
    return Scrapy(capsys)


def test_a_list_for_people(scrapy: Scrapy) -> None:
    answer = scrapy("list", "--province", "jiangsu", "--sector", "environment", "--level", "prefecture")
    assert answer.returncode == 0, answer.stderr
    assert "www.changzhou.gov.cn/gi_class/hbj" in answer.stdout
    assert "徐州市生态环境局" in answer.stdout
    assert "广州市" not in answer.stdout


def test_exports_for_programs(scrapy: Scrapy) -> None:
    full = json.loads(scrapy("禄丰", "--format", "json").stdout)
    assert [(row["id"], row["province"], row["code"]) for row in full] == [("www.ynlf.gov.cn", "云南", "532302")]
    rows = list(csv.DictReader(io.StringIO(scrapy("--family", "vsb", "--format", "csv").stdout)))
    assert {row["family"] for row in rows} == {"vsb"}
    assert "www.ynlf.gov.cn" in {row["id"] for row in rows}


def test_counts(scrapy: Scrapy) -> None:
    found = json.loads(scrapy("count", "--by", "province", "--format", "json").stdout)
    assert len(found) == 32
    assert found["江苏"] > found["贵州"] > 0


def test_the_installed_rows_are_consistent(scrapy: Scrapy) -> None:
    answer = scrapy("lint")
    assert answer.returncode == 0, answer.stdout
    assert "portals: nothing inconsistent." in answer.stdout


def test_an_inconsistent_row_of_ones_own_is_found(scrapy: Scrapy, tmp_path: Path) -> None:
    row = 'id = "www.gz.gov.cn"\nname = "官网: [广州](x)"\nplace = "广州市"\nfamily = "trs"\n'
    row += (
        'base = "https://www.gz.gov.cn/"\nevidence = "seen"\nchecked = 2026-11-22\nagencies = [{ id = "440100-zf" }]\n'
    )
    (tmp_path / "own.toml").write_text(f"[[portal]]\n{row}", encoding="utf-8")
    answer = scrapy("lint", folder=tmp_path)
    assert answer.returncode == 1
    assert answer.stdout.count("portal www.gz.gov.cn: ") == 2
    assert "does not begin with its mark" in answer.stdout


def test_a_registry_that_does_not_load_says_so(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[[portal]]\nid = 3\n", encoding="utf-8")
    answer = scrapy(folder=tmp_path)
    assert answer.returncode == 1
    assert "in the portal registry" in answer.stderr


def test_what_names_nothing_is_an_error_of_usage(scrapy: Scrapy) -> None:
    for arguments, said in (
        (["--family", "wordpress"], "there is no such family"),
        (["nowhere-at-all.gov.cn"], "no portal is known as"),
        (["credit.suzhou.gov.cn"], "a credit information site"),
        (["禄丰", "--family", "trs"], "no portal is 禄丰 --family trs"),
    ):
        answer = scrapy(*arguments)
        assert (answer.returncode, said in answer.stderr) == (2, True), answer.stderr


def test_the_shell_hears_the_exit_code_and_families_without_a_spider(scrapy: Scrapy, tmp_path: Path) -> None:
    unread = scrapy("lint").stdout.rpartition("yet: ")[2]
    family = unread.split(" ")[0] if unread.startswith(tuple(portals.listing.FAMILIES)) else "nothing"
    command = [sys.executable, "-m", "scrapy", "crawl", family, "-s", f"DATABASE_URL=sqlite:///{tmp_path / 'x.db'}"]
    answer = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 2
    why = "there is no such spider" if family == "nothing" else "no spider reads this family yet"
    assert f"scrapy crawl {family}: {why}" in answer.stderr
