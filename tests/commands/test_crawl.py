"""`scrapy crawl`: arguments are checked first, the end is told in words, the exit code tells the truth."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.commands.crawl import exit_code
from tests.conftest import REPO
from tests.main_job.run import HANDLER, OWN_ROWS
from tests.quick import run


def scrapy(folder: Path, *arguments: str, cwd: Path = REPO) -> subprocess.CompletedProcess[str]:
    """Run the command against the fake country, in a process of its own."""
    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}",
        "SPOOL_DIR": str(folder / "spool"),
        "PORTALS_DIR": OWN_ROWS,
        "DOWNLOAD_HANDLERS": json.dumps({"http": HANDLER, "https": HANDLER}),
        "DOWNLOAD_DELAY": "0",
        "LOG_LEVEL": "WARNING",
    }
    options = [part for key, value in settings.items() for part in ("-s", f"{key}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", *options, *arguments]
    return run(command, cwd=cwd)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch"], "there is no such spider; there are changzhou, "),
        (["trs", "-a", "portal=gz.gov.cnn"], "nearest:"),
        (["trs", "-a", "portal="], "portal= is empty"),
        (["trs", "-a", "sample=x"], "sample=x: a number of pages a portal"),
        (["trs", "-a", "sample=0"], "sample=0: a number of pages a portal"),
        (["trs", "-a", "year=2123"], "year=2123"),
        (["trs", "-a", "years=2020-2019"], "years=2020-2019"),
        (["trs", "-a", "year=2020", "-a", "years=2019-2020"], "not both"),
        (["trs", "-a", "color=red"], "unknown argument color="),
    ],
)
def test_wrong_arguments_are_one_clear_line_and_nothing_is_fetched(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = scrapy(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reports.db").exists()


def test_a_good_crawl_ends_in_words_and_zero(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "vsb", "-a", "portal=禄丰", "-a", "years=2022-2023")
    assert done.returncode == 0, done.stderr
    assert "www.ynlf.gov.cn (" in done.stdout
    assert "2 new reports, 2 new versions, 0 unchanged; finished." in done.stdout


def test_a_blocked_portal_is_named_and_the_code_is_three(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "trs", "-a", "portal=www.hubei.gov.cn", "-a", "sample=1")
    assert done.returncode == 3
    assert "blocked: gate_412" in done.stdout
    assert "scrapy coverage says why" in done.stdout


def test_an_agency_that_nobody_lists_gets_the_nearest_names(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "vsb", "-a", "portal=禄丰", "-a", "agency=火星局")
    assert done.returncode == 3
    assert "nearest:" in done.stderr
    assert "can only be told by the titles" in done.stderr


@pytest.mark.parametrize(
    ("stats", "crashed", "code"),
    [
        ({"finish_reason": "finished"}, False, 0),
        ({"finish_reason": "finished", "portals/silent": ["a"]}, False, 3),
        ({"finish_reason": "shutdown"}, False, 4),
        ({"finish_reason": "no_database"}, False, 4),
        ({}, False, 1),
        ({"finish_reason": "finished"}, True, 1),
    ],
)
def test_exit_codes(stats: dict[str, object], crashed: bool, code: int) -> None:
    assert exit_code(stats, crashed=crashed) == code


def test_a_database_that_cannot_be_used_is_not_blamed_on_the_portal(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = scrapy(tmp_path, "vsb", "-a", "portal=禄丰", "-s", f"DATABASE_URL=sqlite:///{tmp_path}/file/x.db")
    assert done.returncode == 4
    assert done.stdout == "The database cannot be used, the log says why; no portal was looked at.\n"
    assert "Traceback" not in done.stderr
