"""`scrapy doctor`: what it prints, its exit codes, and what is left when it is stopped."""

from __future__ import annotations

import io
import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from crawler.commands.doctor import exit_code
from crawler.commands.doctorview import Picture, conclusion, told
from crawler.doctor import Health
from tests.conftest import REPO
from tests.main_job.run import HANDLER, OWN_ROWS
from tests.quick import run


def command(folder: Path, *arguments: str, **more: str) -> list[str]:
    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}",
        "SPOOL_DIR": str(folder / "spool"),
        "PORTALS_DIR": OWN_ROWS,
        "DOWNLOAD_HANDLERS": json.dumps({"http": HANDLER, "https": HANDLER}),
        "DOWNLOAD_DELAY": "0",
        "CRAWL_DELAY_CAP": "0",
        **more,
    }
    options = [part for key, value in settings.items() for part in ("-s", f"{key}={value}")]
    return [sys.executable, "-m", "scrapy", "doctor", *arguments, *options]


def doctor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command against the fake country, in a process of its own."""
    return run(command(folder, *arguments))


def attempts(folder: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / "reports.db") as database:
        return database.execute("SELECT portal_id, reason FROM attempts ORDER BY id").fetchall()


def test_rows_that_work_are_a_line_each_and_zero(tmp_path: Path) -> None:
    done = doctor(tmp_path, "rsj.zunyi.gov.cn", "sthjj.ezhou.gov.cn")
    assert (done.returncode, done.stderr) == (0, "")
    assert "works   rsj.zunyi.gov.cn  3 reports are listed, the newest of 2025" in done.stdout
    assert "2 of 2 rows looked at with 2 requests: 2 works." in done.stdout
    assert len(attempts(tmp_path)) == 2


def test_a_broken_row_is_three_and_json_is_a_list_in_the_order_of_the_rows(tmp_path: Path) -> None:
    done = doctor(tmp_path, "www.hubei.gov.cn", "rsj.zunyi.gov.cn", "www.ordos.gov.cn", "--json")
    assert (done.returncode, done.stderr) == (3, "")
    found = json.loads(done.stdout)
    states = {one["portal_id"]: (one["state"], one["reason"]) for one in found}
    assert states == {
        "www.hubei.gov.cn": ("blocked", "gate_412"),
        "rsj.zunyi.gov.cn": ("works", "ok"),
        "www.ordos.gov.cn": ("broken", "off_host"),
    }


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nosuch.gov.cn"], 2, "nosuch.gov.cn"),
        (["rsj.zunyi.gov.cn", "--family", "vsb"], 2, "no portal is rsj.zunyi.gov.cn"),
        (["rsj.zunyi.gov.cn", "-s", "DATABASE_URL=nonsense://x"], 1, "nonsense"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_asked(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    # An option that is given twice: the last one counts, so that the test's settings stand first.
    words = command(tmp_path)
    done = run([*words, *arguments])
    assert done.returncode == code
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reports.db").exists() or attempts(tmp_path) == []


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 4), (signal.SIGKILL, -9)])
def test_what_was_seen_before_it_was_stopped_is_told_and_kept(tmp_path: Path, how: signal.Signals, code: int) -> None:
    # One host after the other at this pace would take minutes.
    slow = command(tmp_path, "--province", "贵州", "--limit", "20", DEMO_LATENCY="1", CONCURRENT_REQUESTS="1")
    with subprocess.Popen(slow, cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        running.send_signal(how)
        rest, errors = running.communicate(timeout=120)
    assert running.returncode == code
    assert "Traceback" not in errors
    kept = attempts(tmp_path)
    assert kept
    # A clean end waits for what is under way, an answer or two, and asks nothing more.
    lines = [line for line in (first + rest).splitlines() if line[:8].strip() in {"works", "broken", "stale", "unsure"}]
    assert 0 < len(lines) <= len(kept) + (how == signal.SIGKILL) < 20
    if how != signal.SIGKILL:
        assert "It did not run to its end." in rest


def health(**fields: object) -> Health:
    plain = {
        "portal_id": "a.gov.cn", "name": "某局", "state": "works", "outcome": "found", "reason": "ok",
        "detail": "2 reports are listed", "url": "http://a.gov.cn/", "family": "trs",
    }  # fmt: skip
    return Health(**(plain | fields))  # type: ignore[arg-type]


def test_a_terminal_gets_a_table_worst_rows_first_and_no_control_characters() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=160, highlight=False, markup=False)
    with Picture(2, console) as view:
        view.tell(health())
        view.tell(health(portal_id="b.gov.cn", state="broken", reason="dns", detail="evil \x1b[2J [red]x"))
    shown = out.getvalue()
    assert shown.index("b.gov.cn (某局)") < shown.index("a.gov.cn (某局)")
    assert "\\x1b[2J [red]x" in shown


def test_mended_rows_are_printed_for_broken_rows_alone() -> None:
    out = io.StringIO()
    broken = health(state="broken", reason="tls", remedy="old", proposal="[[portal]]\nid = 'a'\n")
    conclusion([broken, health(remedy="its column was found", proposal="[[portal]]\nid = 'b'\n")], 2, out)
    assert "id = 'a'" in out.getvalue()
    assert "id = 'b'" not in out.getvalue()
    assert "1 broken" in out.getvalue()


def test_what_is_odd_stands_in_the_line() -> None:
    line = told(health(tls="expired", detected="vsb", remedy="its column was found"))
    assert line == (
        "2 reports are listed; TLS: expired; the pages look like vsb, the row says trs; better: its column was found"
    )


@pytest.mark.parametrize(
    ("states", "rows", "reason", "crashed", "code"),
    [
        (["works", "stale", "unsure"], 3, "finished", False, 0),
        (["works", "broken"], 2, "finished", False, 3),
        (["blocked"], 1, "finished", False, 3),
        (["works"], 2, "shutdown", False, 4),
        (["works"], 2, "finished", False, 1),
        ([], 1, None, True, 1),
    ],
)
def test_exit_codes(states: list[str], rows: int, reason: str | None, crashed: bool, code: int) -> None:
    assert exit_code([health(state=state) for state in states], rows, reason, crashed=crashed) == code
