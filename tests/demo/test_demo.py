"""`scrapy demo`, whole: the real spiders crawl the country, and the database holds what its portals published."""

from __future__ import annotations

import argparse
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from scrapy.settings import Settings
from sqlalchemy import create_engine, func, select

from crawler.commands.demo import SAMPLE, Command, activation
from crawler.demo.compare import differences, stored
from crawler.demo.country import country
from crawler.demo.portal import FakeRequest
from crawler.reports import parse
from crawler.store import models as m
from crawler.store.coverage import coverage
from tests.conftest import REPO

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def demo(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "demo", "--db", url, "--plain", *options]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=800, check=False)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> tuple[str, Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'demo.db'}"
    return url, folder, demo(url)


def test_the_database_holds_every_cell_that_was_published(crawled):
    url, folder, run = crawled
    truth = country().truth()
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert differences(create_engine(url), truth) == []
    assert f"This run: {len(truth)} new reports, {len(truth)} new versions." in run.stdout
    assert "0 differences" in run.stdout
    assert (folder / "demo-page.html").is_file()
    assert run.stdout.index("Try next:") > run.stdout.index("agency-years found")
    for portal in country().built:
        assert f": {portal.portal_id} (" in run.stdout


def test_what_is_not_there_has_its_outcome_and_reason(crawled):
    engine = create_engine(crawled[0])
    states = {(row.agency_id, row.year): row.state for row in coverage(engine)}
    with engine.connect() as connection:
        attempts = set(connection.execute(select(m.Attempt.portal_id, m.Attempt.outcome, m.Attempt.reason)).all())
        titles = {evidence.get("title") for evidence in connection.scalars(select(m.Attempt.evidence))}
    for absence in country().absences():
        if absence.year is not None:
            assert states[absence.agency_id, absence.year] == absence.outcome, absence
        elif absence.title:
            assert absence.title in titles, absence
        elif absence.reason:
            assert (absence.portal_id, absence.outcome, absence.reason) in attempts, absence
        else:
            assert (absence.portal_id, absence.outcome) in {pair[:2] for pair in attempts}, absence


def test_a_second_run_adds_nothing(crawled):
    url = crawled[0]
    again = demo(url)
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr[-3000:]
    assert f"nothing new: {len(country().truth())} reports were there already." in again.stdout
    engine = create_engine(url)
    assert all(report.versions == 1 for report in stored(engine).values())
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(m.Report)) == len(country().truth())


def test_comparison_tells_what_differs(crawled):
    """A comparison that finds nothing in a wrong database would prove nothing."""
    engine = create_engine(crawled[0])
    truth = country().truth()
    known = next(report for report in truth if report.report.cells)
    others = [report for report in truth if report is not known]
    name, address = f"{known.agency} {known.year} {known.kind}", next(iter(known.report.cells))
    cells = {**known.report.cells, address: Decimal(424242)}
    wrong = replace(known, report=replace(known.report, cells=cells))
    read = known.report.cells[address]
    assert differences(engine, [wrong, *others]) == [f"{name}: {address} is 424242, read as {read}"]
    assert differences(engine, others) == [f"not published: {name}"]
    ghost = replace(known, report=replace(known.report, year=1999))
    assert differences(engine, [*truth, ghost]) == [f"missing: {known.agency} 1999 {known.kind}"]
    found = replace(known, report=replace(known.report, findings=(("T3-A", "natural"),)))
    assert differences(engine, [found, *others]) == [f"{name}: sum T3-A natural is wrong and was not reported"]
    told = replace(known, report=replace(known.report, narrative={"new": 31337}))
    assert len(differences(engine, [told, *others])) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--latency", "99"], "--latency 99.0: a number of seconds from 0 to 10"),
        (["trs"], "'trs': this command takes options only"),
    ],
)
def test_wrong_options_are_named(tmp_path, options, said):
    run = demo(f"sqlite:///{tmp_path / 'x.db'}", *options)
    assert run.returncode == 2
    assert said in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "'mysql' databases are not supported"),
        ("nonsense", "is not a database URL"),
        ("sqlite:////proc/x.db", "nothing can be written in /proc"),
        ("sqlite:///{folder}/file/x.db", "nothing can be written in {folder}/file"),
        ("sqlite:///{folder}/logged/x.db", "nothing can be written in {folder}/logged"),
        ("sqlite:///{folder}/logged", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_in_one_line(tmp_path, url, said):
    (tmp_path / "file").write_text("")
    (tmp_path / "logged" / "demo.log").mkdir(parents=True)
    run = demo(url.format(folder=tmp_path))
    assert (run.returncode, run.stdout) == (1, "")
    assert said.format(folder=tmp_path) in run.stderr
    assert "Traceback" not in run.stderr
    if "nothing" in said:
        assert len(run.stderr.splitlines()) == 1


def kept(database: Path) -> int:
    """Reports in a database that another process writes; none while there is none."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM reports").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_an_interrupted_run_says_so_and_goes_on_the_next_time(tmp_path):
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    command = [sys.executable, "-m", "scrapy", "demo", "--db", url, "--plain", "--latency", "0.2"]
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        while run.poll() is None and kept(tmp_path / "demo.db") < 20:  # of two hundred
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=300)
    assert run.returncode == 130
    assert err == "interrupted; run it again to go on\n"
    assert "Compared with" not in out
    assert "Try next" not in out
    again = demo(url)
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr[-3000:]
    new = re.search(r"This run: (\d+) new reports, (\d+) new versions, (\d+) there already", again.stdout)
    assert new is not None
    assert int(new[1]) + int(new[3]) == len(country().truth())


def test_an_interruption_before_the_crawl_is_no_traceback(tmp_path, monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("crawler.commands.demo.country", interrupted)
    command, parser = Command(), argparse.ArgumentParser(conflict_handler="resolve")
    command.settings = Settings()
    command.add_options(parser)
    with pytest.raises(SystemExit) as left:
        command.process_options([], parser.parse_args(["--db", f"sqlite:///{tmp_path / 'x.db'}"]))
    assert left.value.code == 130
    assert capsys.readouterr().err == "interrupted; run it again to go on\n"


def test_the_page_to_inspect_shows_all_that_inspect_can_show():
    played = country()
    report = parse(played.respond(FakeRequest("GET", played.expected(*SAMPLE).url)).body)
    assert report.kind == "annual_report"
    assert {"traditional"} <= {repair.kind for repair in report.repairs}
    assert set(report.tables.values()) == {"present"}
    assert any(cell.remark for cell in report.cells.values())
    assert report.narrative


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PATH": "/usr/bin"}, "source .venv/bin/activate"),
        ({}, "source .venv/bin/activate"),
        ({"PATH": "/usr/bin", "VIRTUAL_ENV": "/x"}, None),
        ({"PATH": "/usr/bin:{home}/bin"}, None),
    ],
)
def test_the_environment_is_named_where_scrapy_is_not_in_the_path(tmp_path, monkeypatch, environ, said):
    home = tmp_path / ".venv"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "activate").touch()
    monkeypatch.setattr(sys, "prefix", str(home))
    monkeypatch.chdir(tmp_path)
    environ = {name: value.format(home=home) for name, value in environ.items()}
    assert activation(environ) == said
    monkeypatch.chdir("/")
    assert activation(environ) is None
