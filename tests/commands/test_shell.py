"""`scrapy shell`, as a person runs it: pages of the fake country, of the archive, of a file, with the tools bound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from crawler.commands.shell import looking_only
from crawler.commands.shelltools import Tools, _moment
from crawler.demo.country import country
from tests.quick import run

PORTAL = "sthjj.gz.gov.cn"
HANDLERS = json.dumps(dict.fromkeys(("http", "https"), "crawler.demo.handler.CountryDownloadHandler"))
EXPECTED = country().truth(PORTAL)[0]


def scrapy(
    folder: Path, *words: str, said: str | None = None, settings: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'r.db'}",
        "PYTHONIOENCODING": "utf-8",
        "SCRAPY_PYTHON_SHELL": "python",
    }
    given = (f"DOWNLOAD_HANDLERS={HANDLERS}", "DOWNLOAD_DELAY=0", f"SPOOL_DIR={folder / 'spool'}", *settings)
    command = [sys.executable, "-m", "scrapy", *words, *(part for one in given for part in ("-s", one))]
    return run(command, env=environment, input=said or "")


def last(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.stdout, answer.stderr
    return answer.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shell")
    answer = scrapy(folder, "crawl", "gkmlpt", "-a", f"portal={PORTAL}", "-a", f"year={EXPECTED.year}")
    assert answer.returncode == 0, answer.stderr
    return folder


def test_a_page_opens_with_its_report(tmp_path: Path) -> None:
    code = "(report.year, detect().family, response.status, inspect())"
    answer = scrapy(tmp_path, "shell", EXPECTED.url, "-c", code)
    assert answer.returncode == 0, answer.stderr
    assert last(answer) == f"({EXPECTED.year}, 'gkmlpt', 200, None)"
    assert "No findings" in answer.stdout
    # A look leaves nothing behind, but what robots.txt said.
    assert [one.name for one in tmp_path.iterdir() if one.name != "spool-robots"] == []


def test_what_it_is_given_by_hand(tmp_path: Path) -> None:
    """The banner names the tools; a fake page and a failure of a tool leave the shell open."""
    typed = "detect()\nprint('family', fake('vsb') and detect().family, report.kind)\nfake('nothing')\nprint(6 * 7)\n"
    answer = scrapy(tmp_path, "shell", said=typed)
    assert answer.returncode == 0, answer.stderr
    assert "page(url[, when])" in answer.stdout
    assert "family vsb annual_report" in answer.stdout
    assert "there is no page yet" in answer.stderr
    assert "no fake portal of the family 'nothing'; there are " in answer.stderr
    assert "42" in answer.stdout


def test_a_page_of_the_archive_and_its_story(crawled: Path) -> None:
    code = (
        f"(page({EXPECTED.url!r}).status, len(response.body) > 1000, report.year, report.kind,"
        f" why({EXPECTED.agency_id!r}, {EXPECTED.year}))"
    )
    answer = scrapy(crawled, "shell", "-c", code)
    assert last(answer) == f"(200, True, {EXPECTED.year}, 'annual_report', None)"
    assert f"({EXPECTED.agency_id}), fiscal year {EXPECTED.year}: found" in answer.stdout
    before = scrapy(crawled, "shell", "-c", f"page({EXPECTED.url!r}, '2008-05-01')")
    assert before.returncode == 1
    assert "the archive holds no answer of" in before.stderr


def test_a_saved_file(tmp_path: Path) -> None:
    saved = tmp_path / "saved page.html"
    saved.write_text("<html><body><h1>广州市财政局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p></body></html>")
    names: dict[str, Any] = {}
    Tools(Settings()).bind(names)
    assert names["report"] is None
    assert names["page"](str(saved)) is names["response"]
    assert names["report"].year == 2023
    with pytest.raises(LookupError, match=r"there is no file .*nowhere\.html"):
        names["page"](str(tmp_path / "nowhere.html"))


def test_a_gate_is_shown_and_named_and_nothing_is_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"response": HtmlResponse("http://a.gov.cn/", status=412, body=b"<html>$_ts=1</html>")}
    Tools(Settings()).bind(names)
    assert names["report"] is not None
    assert "a gate (gate_412) stands in place of http://a.gov.cn/" in capsys.readouterr().err
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    looking_only(settings)
    for given_up in ("crawler.net.gates.GateMiddleware", "crawler.net.silent.LeaveSilent"):
        assert settings["DOWNLOADER_MIDDLEWARES"][given_up] is None
    assert settings["DOWNLOADER_MIDDLEWARES"]["crawler.net.kept.KeptRobotsMiddleware"] == 100


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        (None, None),
        ("2026-01-31", datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2026-01-31T08:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        (datetime(2026, 1, 31), datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_moments(when: str | datetime | None, moment: datetime | None) -> None:
    assert _moment(when) == moment


def test_a_host_that_does_not_answer(tmp_path: Path) -> None:
    answer = scrapy(tmp_path, "shell", "http://nowhere.example/", "-c", "1")
    assert answer.returncode != 0
    assert "knows no host nowhere.example" in answer.stderr
