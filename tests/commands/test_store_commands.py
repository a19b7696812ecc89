"""`scrapy coverage` and `scrapy db`, as a shell runs them."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from crawler.store import Spool, Writer, migrate, open_store
from crawler.store.records import AttemptValue
from tests.quick import run
from tests.store.examples import AGENCY, HEAD, attempt_record, page, report, report_record, run_record

REPO = Path(__file__).resolve().parents[2]


def scrapy(*args: str, url: str, spool: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "COLUMNS": "150", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "scrapy", *args, "-s", f"SPOOL_DIR={spool}"]
    return run(command, env=environment)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'reports.db'}"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def filled(url: str, spool: Path) -> str:
    writer = Writer(open_store(url), Spool(spool))
    writer.write_now(run_record())
    writer.write_now(report_record())
    evil = AGENCY.model_copy(update={"id": "440100-x", "name": "[red]局\x1b[2J[/red]"})
    writer.write_now(
        report_record(agency=evil, year=2022, what=report(kind="work_summary"), where=page(sha256="d" * 64))
    )
    writer.write_now(attempt_record())
    writer.close_now()
    return url


def test_coverage_for_people(filled: str, spool: Path) -> None:
    answer = scrapy(
        "coverage", "--province", "广东", "--agency", "局", "--portal", "www.gz.gov.cn", url=filled, spool=spool
    )
    assert answer.returncode == 0, answer.stderr
    lines = answer.stdout.splitlines()
    (agency,) = [line for line in lines if "广州市生态环境局" in line and "●" in line]
    assert "○" in agency
    assert "● 2" in agency
    # The environment bureau owes eighteen years; the body that only a page named is asked for the year that is known.
    assert re.search(r"2 of \d+ agency-years found, 4 findings, \d+ that nobody looked for", answer.stdout)
    assert "not_listed" in answer.stdout
    assert "not among 12 rows" in answer.stdout
    assert "\x1b" not in answer.stdout
    assert r"[red]局\x1b[2J[/red]" in answer.stdout


def test_coverage_counts_those_that_were_never_crawled(filled: str, spool: Path) -> None:
    answer = scrapy("coverage", "--province", "jiangsu", "--years", "2024", url=filled, spool=spool)
    assert answer.returncode == 0, answer.stderr
    (total,) = [line for line in answer.stdout.splitlines() if "agency-years found" in line]
    assert re.match(r"0 of [1-9]\d\d agency-years found, 0 findings", total)
    assert "never_tried" in answer.stdout


def test_coverage_of_all_is_shown_by_province(filled: str, spool: Path) -> None:
    answer = scrapy("coverage", url=filled, spool=spool)
    (line,) = [line for line in answer.stdout.splitlines() if line.startswith("广东")]
    assert re.search(r"2 / \d{4,}", line)
    assert "scrapy why AGENCY YEAR" in answer.stdout


def test_coverage_for_programs(filled: str, spool: Path, tmp_path: Path) -> None:
    asked = ("--years", "2022-2023", "--agency", AGENCY.id)
    answer = scrapy("coverage", "--json", *asked, url=filled, spool=spool)
    rows = json.loads(answer.stdout)
    assert [(row["year"], row["state"], row["reason"], row["due"]) for row in rows] == [
        (2022, "missing", "not_listed", "2023-01-31"),
        (2023, "found", "", "2024-01-31"),
    ]
    lines = list(csv.DictReader(scrapy("coverage", "--csv", "-", *asked, url=filled, spool=spool).stdout.splitlines()))
    assert [(line["year"], line["state"]) for line in lines] == [("2022", "missing"), ("2023", "found")]
    answer = scrapy("coverage", "--csv", str(tmp_path / "c.csv"), *asked, url=filled, spool=spool)
    assert answer.stdout.startswith("1 of 2 agency-years found, 2 findings; written to ")
    assert (tmp_path / "c.csv").read_bytes().startswith(b"\xef\xbb\xbfagency_id,")


@pytest.mark.parametrize("form", ["--csv", "--html"])
def test_coverage_that_cannot_be_written(filled: str, spool: Path, tmp_path: Path, form: str) -> None:
    answer = scrapy("coverage", form, str(tmp_path / "no" / "c.out"), "--agency", AGENCY.id, url=filled, spool=spool)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "cannot be written: No such file" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("option", ["--agency", "--portal"])
def test_coverage_of_what_is_not_there(filled: str, spool: Path, option: str) -> None:
    for more in ((), ("--json",)):
        answer = scrapy("coverage", option, "nosuch", *more, url=filled, spool=spool)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert f"no {option[2:]} matches 'nosuch'" in answer.stderr
    if option == "--agency":
        answer = scrapy("coverage", option, "广州市生态环境厅", url=filled, spool=spool)
        assert "nearest: 广州市生态环境局" in answer.stderr


def test_coverage_of_an_empty_database(url: str, spool: Path) -> None:
    open_store(url)
    answer = scrapy("coverage", "--agency", AGENCY.id, "--years", "2020", "--json", url=url, spool=spool)
    assert [(row["state"], row["reason"]) for row in json.loads(answer.stdout)] == [("unknown", "never_tried")]
    assert answer.returncode == 0


def test_coverage_tells_of_a_portal_that_failed(url: str, spool: Path) -> None:
    writer = Writer(open_store(url), Spool(spool))
    writer.write_now(run_record().model_copy(update={"args": {"sample": 3, "years": None}}))
    said = AttemptValue(outcome="missing", reason="no_column", detail="no column within three clicks\x1b[2J")
    writer.write_now(attempt_record(agency=None, attempt=said))
    writer.close_now()
    answer = scrapy("coverage", url=url, spool=spool)
    assert answer.returncode == 0
    (line,) = [line for line in answer.stdout.splitlines() if "no_column" in line]
    for word in ("www.gz.gov.cn", "missing", "2026-11-22", r"within three clicks\x1b[2J"):
        assert word in line


def test_coverage_without_a_database(url: str, spool: Path, tmp_path: Path) -> None:
    answer = scrapy("coverage", url=url, spool=spool)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "first crawl" in answer.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "args",
    [
        ("coverage", "--years", "23"),
        ("coverage", "gz"),
        ("db",),
        ("db", "drop"),
        ("coverage", "--nosuch"),
        ("coverage", "--state", "lost"),
        ("db", "path", "--nosuch"),
    ],
)
def test_wrong_arguments(url: str, spool: Path, args: tuple[str, ...]) -> None:
    answer = scrapy(*args, url=url, spool=spool)
    assert answer.returncode == 2
    assert ("there is no option --nosuch" in answer.stderr) == ("--nosuch" in args)
    assert "Traceback" not in answer.stderr + answer.stdout


def test_database_is_made_shown_and_found_up_to_date(url: str, spool: Path, tmp_path: Path) -> None:
    assert "first crawl" in scrapy("db", "path", url=url, spool=spool).stdout
    assert HEAD in scrapy("db", "upgrade", url=url, spool=spool).stdout
    answer = json.loads(scrapy("db", "path", "--json", url=url, spool=spool).stdout)
    assert answer["database"] == str(tmp_path / "data" / "reports.db")
    assert answer["waiting"] == 0
    current = json.loads(scrapy("db", "current", "--json", url=url, spool=spool).stdout)
    assert current == {"current": HEAD, "head": HEAD, "up_to_date": True}


def test_password_is_never_shown(spool: Path) -> None:
    answer = scrapy("db", "path", url="postgresql://me:secret@127.0.0.1:1/reports", spool=spool)
    assert "127.0.0.1" in answer.stdout
    assert "secret" not in answer.stdout + answer.stderr


def test_waiting_records_are_loaded_by_hand(url: str, spool: Path) -> None:
    open_store(url)
    kept = Spool(spool)
    kept.put(report_record())
    kept.close()
    assert "1 records waiting" in scrapy("db", "path", url=url, spool=spool).stdout
    assert "1 records loaded. Next: scrapy check" in scrapy("db", "load", url=url, spool=spool).stdout
    assert not list(spool.glob("*.jsonl"))


def test_a_mistyped_database_does_not_swallow_the_waiting_records(spool: Path, tmp_path: Path) -> None:
    kept = Spool(spool)
    kept.put(report_record())
    kept.close()
    answer = scrapy("db", "load", url=f"sqlite:///{tmp_path / 'dtaa' / 'reports.db'}", spool=spool)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert f"there is no database at {tmp_path / 'dtaa' / 'reports.db'}" in answer.stderr
    assert "scrapy db upgrade" in answer.stderr
    assert not (tmp_path / "dtaa").exists()
    assert list(spool.glob("*.jsonl"))


def test_an_empty_file_has_no_tables_yet(spool: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    answer = scrapy("db", "current", url=url, spool=spool)
    assert answer.returncode == 1
    assert "no tables yet" in answer.stdout
    assert "None" not in answer.stdout
    assert json.loads(scrapy("db", "current", "--json", url=url, spool=spool).stdout)["current"] is None
    path = scrapy("db", "path", url=url, spool=spool)
    assert (path.returncode, "no tables yet" in path.stdout) == (0, True)


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_path_of_a_database_that_cannot_be_used_is_still_shown(
    spool: Path, tmp_path: Path, option: tuple[str, ...]
) -> None:
    (tmp_path / "text.db").write_text("no database at all, but a text\n" * 40)
    answer = scrapy("db", "path", *option, url=f"sqlite:///{tmp_path / 'text.db'}", spool=spool)
    assert answer.returncode == 1
    assert str(tmp_path / "text.db") in answer.stdout
    assert "not a database" in answer.stdout


def test_unknown_kind_of_database(spool: Path) -> None:
    answer = scrapy("db", "current", url="mysql://localhost/reports", spool=spool)
    assert answer.returncode == 1
    assert "'mysql' databases are not supported" in answer.stderr
    assert migrate.UPGRADE not in answer.stderr


def test_verify_finds_a_sound_database_sound_and_names_what_is_not(filled: str, spool: Path) -> None:
    sound = scrapy("db", "verify", url=filled, spool=spool)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "all sound" in sound.stdout
    assert "left by a killed run: run_without_end: 1 rows" in sound.stdout
    with open_store(filled).begin() as connection:
        connection.execute(text("DELETE FROM version_pages"))
    broken = scrapy("db", "verify", "--json", url=filled, spool=spool)
    assert broken.returncode == 1
    found = {check["name"]: check["found"] for check in json.loads(broken.stdout)["checks"]}
    assert (found["version_without_page"], found["version_read_elsewhere"]) == (2, 2)
    assert found["report_without_version"] == 0
