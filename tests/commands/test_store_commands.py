"""`scrapy coverage` and `scrapy db`, as a shell runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.store import Spool, Writer, migrate, open_store
from tests.store.examples import AGENCY, attempt_record, page, report, report_record, run_record

REPO = Path(__file__).resolve().parents[2]


def scrapy(*args: str, url: str, spool: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "COLUMNS": "150", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "scrapy", *args, "-s", f"SPOOL_DIR={spool}"]
    return subprocess.run(command, cwd=REPO, env=environment, capture_output=True, text=True, check=False)


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
    answer = scrapy("coverage", url=filled, spool=spool)
    assert answer.returncode == 0, answer.stderr
    lines = answer.stdout.splitlines()
    (agency,) = [line for line in lines if "广州市生态环境局" in line and "●" in line]
    assert "○" in agency
    assert "● 2" in agency
    assert "2 of 6 agency-years found" in answer.stdout
    assert "not_listed" in answer.stdout
    assert "not among 12 rows" in answer.stdout
    assert "\x1b" not in answer.stdout
    assert r"[red]局\x1b[2J[/red]" in answer.stdout


def test_coverage_for_programs(filled: str, spool: Path) -> None:
    answer = scrapy("coverage", "--json", "--years", "2022-2023", "--agency", AGENCY.id, url=filled, spool=spool)
    assert [(row["year"], row["state"], row["reason"]) for row in json.loads(answer.stdout)] == [
        (2022, "missing", "not_listed"),
        (2023, "found", ""),
    ]


def test_coverage_without_a_database(url: str, spool: Path, tmp_path: Path) -> None:
    answer = scrapy("coverage", url=url, spool=spool)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "first crawl" in answer.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("args", [("coverage", "--years", "23"), ("coverage", "gz"), ("db",), ("db", "drop")])
def test_wrong_arguments(url: str, spool: Path, args: tuple[str, ...]) -> None:
    answer = scrapy(*args, url=url, spool=spool)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr + answer.stdout


def test_database_is_made_shown_and_found_up_to_date(url: str, spool: Path, tmp_path: Path) -> None:
    assert "first crawl" in scrapy("db", "path", url=url, spool=spool).stdout
    assert "0001" in scrapy("db", "upgrade", url=url, spool=spool).stdout
    answer = json.loads(scrapy("db", "path", "--json", url=url, spool=spool).stdout)
    assert answer["database"] == str(tmp_path / "data" / "reports.db")
    assert answer["waiting"] == 0
    current = json.loads(scrapy("db", "current", "--json", url=url, spool=spool).stdout)
    assert current == {"current": "0001", "head": "0001", "up_to_date": True}


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
    assert "1 records loaded" in scrapy("db", "load", url=url, spool=spool).stdout
    assert not list(spool.glob("*.jsonl"))


def test_unknown_kind_of_database(spool: Path) -> None:
    answer = scrapy("db", "current", url="mysql://localhost/reports", spool=spool)
    assert answer.returncode == 1
    assert "'mysql' databases are not supported" in answer.stderr
    assert migrate.UPGRADE not in answer.stderr
