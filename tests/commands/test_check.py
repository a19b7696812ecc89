"""`scrapy check`, as a shell runs it."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from sqlalchemy import text

from crawler.commands.check import Command
from crawler.reports.model import Cell
from crawler.store import Spool, Writer, open_store
from tests.commands.test_store_commands import scrapy
from tests.store.examples import AGENCY, page, report, report_record

EVIL = "[red]局\x1b[2J[/red]"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'reports.db'}"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def filled(url: str, spool: Path) -> str:
    writer = Writer(open_store(url), Spool(spool))
    for year, address, number in ((2022, "t3.carried_forward.total", 5), (2023, "t3.carried_over.total", 4)):
        cells = {
            address: Cell(address, str(number), "number", Decimal(number)),
            "t3.new.total": Cell("t3.new.total", "900", "number", Decimal(900 if year == 2022 else 9)),
        }
        what = replace(report(cells=cells, year=year, text=str(year)), sections=(), findings=())
        record = report_record(what=what, year=year, where=page(f"http://www.gz.gov.cn/{year}", str(year) * 16))
        writer.write_now(record.model_copy(update={"agency": AGENCY.model_copy(update={"name": EVIL})}))
    writer.close_now()
    return url


def run(url: str, *args: str) -> int:
    """The command in this process, with the arguments that it was given."""
    command = Command()
    command.settings = Settings({"DATABASE_URL": url})
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    opts, rest = parser.parse_known_args(args)
    command.run(rest, opts)
    return command.exitcode


def test_in_place_of_scrapy_s_own_command(filled: str, spool: Path) -> None:
    answer = scrapy("check", url=filled, spool=spool)
    assert answer.returncode == 0, answer.stderr
    for words in ("XY-1 total", "XY-7 requests_received", "2 reports of 1 agencies compared: 1 hard, 1 info"):
        assert words in answer.stdout
    assert "\x1b" not in answer.stdout
    assert r"[red]局\x1b[2J[/red]" in answer.stdout.replace("\n", "")


def test_for_programs(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(filled, "--json", "--severity", "hard,soft") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["agency_id"], row["year"], row["code"], row["place"], row["severity"]) == (
        AGENCY.id, 2023, "XY-1", "total", "hard",
    )  # fmt: skip
    assert (row["left"], row["right"], row["difference"]) == ("4", "5", -1)
    assert (row["cells"], row["against"]) == (["t3.carried_over.total"], [[AGENCY.id, 2022]])
    assert run(filled, "--json", "--year", "2022", "--agency", AGENCY.id) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_nothing_to_compare(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(url).dispose()
    assert run(url) == 0
    assert "run a crawl first" in capsys.readouterr().out
    assert run(url, "--json") == 0
    assert capsys.readouterr().out.strip() == "[]"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--severity", "grave"), "is none of hard, soft, info"),
        (("--year", "23"), "--year"),
        (("gz",), "options only"),
        (("--nosuch",), "nosuch"),
    ],
)
def test_wrong_arguments(filled: str, args: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        run(filled, *args)


def test_a_filter_that_matches_nothing(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(filled, "--agency", "nosuch") == 2
    assert "no agency matches 'nosuch'" in capsys.readouterr().err


def test_without_a_database(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(url) == 1
    told = capsys.readouterr()
    assert (told.out, "first crawl" in told.err) == ("", True)
    assert not (tmp_path / "data").exists()


def test_a_database_that_takes_nothing(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    engine = open_store(filled)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON cross_findings BEGIN SELECT RAISE(ABORT, 'full'); END")
        )
    engine.dispose()
    assert run(filled) == 1
    assert "the database could not be written: full" in capsys.readouterr().err
