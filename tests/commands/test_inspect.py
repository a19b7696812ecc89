"""`scrapy inspect`: what a person and a program see, exit codes, and that a page cannot reach the terminal."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.commands import reportview
from crawler.commands.inspect import Command, read_file, readable
from crawler.commands.terminal import dump, plain, positional, safe
from crawler.reports import parse
from crawler.reports.model import Finding, OtherReading, Report, Section
from tests.conftest import REPO
from tests.reports import pages

PAGE = pages.page(pages.body())


def run(*args: str, as_json: bool = False, content_type: str | None = None, **options: Any) -> int:
    command = Command()
    command.settings = Settings()
    given = {"keep_script": False, "member": "", "title": "", "changes": False} | options
    command.run(list(args), argparse.Namespace(json=as_json, content_type=content_type, **given))
    return command.exitcode


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE.encode("gb18030"))
    return path


def test_a_file_is_printed_for_a_person(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(saved)) == 0
    shown = "".join(capsys.readouterr().out.split())
    for wanted in (
        "清河县水务局", "2023", "fmt2021", "chosengb18030", "一、总体情况", "overview", "本年制发件数", "12.5",
        "行政复议",
        "missing", "table_missing",
    ):  # fmt: skip
        assert wanted in shown, wanted


def test_each_repaired_passage_is_shown_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.txt"
    text = "清河縣水務局2021年政府信息公開工作年度報告\n收到申請(qǐng)五件\n以上"
    path.write_text(text, encoding="utf-8")
    for options, place, wanted in ({}, "請(", "收到申请五件"), ({"keep_script": True}, "(", "收到申請五件"):
        run(str(path), changes=True, **options)
        shown = "".join(capsys.readouterr().out.split()).split("Whatwasrepaired")[1]
        assert "收到申請(qǐng)五件" in shown
        assert wanted in shown
        assert f"{text.index(place)}{text[text.index(place) - 20 :][:4]}" in shown


def test_a_file_as_json(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(saved), as_json=True) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["agency"], data["year"], data["encoding"]["chosen"]) == ("清河县水务局", 2023, "gb18030")
    assert data == parse(saved.read_bytes()).to_json()


def test_the_content_type_is_heard(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(saved), as_json=True, content_type="text/html; charset=gbk") == 0
    assert json.loads(capsys.readouterr().out)["encoding"]["declared"] == "gbk"


def test_a_text_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.txt"
    path.write_text(f"{pages.TITLE}\n{pages.plain()}", encoding="utf-8")
    assert run(str(path)) == 0
    assert "六、其他需要报告的事项" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.html", "there is no file nowhere.html"),
        (".", "is a folder"),
        ("ftp://example.com/x", "only http and https"),
        ("file:///etc/hostname", "only http and https"),
        ("a\x00b", "cannot be read"),
        ("", "the name of the file is empty"),
        (" ", "the name of the file is empty"),
        ("/dev/null", "/dev/null is a pipe or a device"),
    ],
)
def test_wrong_sources_are_named(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(name) == 2
    caught = capsys.readouterr()
    assert words in caught.err
    assert caught.out == ""


def test_a_pipe_without_a_writer_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert run(str(tmp_path / "pipe")) == 2
    assert "standard input is read with the name -" in capsys.readouterr().err


def test_one_argument_is_wanted() -> None:
    with pytest.raises(UsageError):
        run()


@pytest.mark.parametrize("args", [["--nosuch", "a.html"], ["a.html", "--jsonn"], ["-x"]])
def test_an_unknown_option_is_named(args: list[str]) -> None:
    (wrong,) = [arg for arg in args if arg.startswith("-")]
    with pytest.raises(UsageError, match=f"there is no option {wrong} "):
        run(*args)


def test_a_name_behind_two_dashes_is_no_option() -> None:
    assert positional(["-", "--", "-x", "--y"]) == ["-", "-x", "--y"]


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 x", b"<html></html>"])
def test_nothing_readable_is_exit_code_one(tmp_path: Path, body: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    assert run(str(path)) == 1
    assert "hard" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "nothing to decode: 0 bytes"),
        (b"\0" * 20, "nothing to decode: 20 bytes, all of them NUL"),
        (b"\0 \r\n", "nothing to decode: 4 bytes, all of them blank"),
        (b"%PDF-1.4\n1 0 obj", "not decoded: 16 bytes that are no text"),
        (bytes(range(256)), "not decoded: 256 bytes that are no text"),
    ],
)
def test_bytes_that_are_no_text_are_not_called_text(
    tmp_path: Path, body: bytes, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x").write_bytes(body)
    assert run(str(tmp_path / "x")) == 1
    shown = capsys.readouterr().out
    assert told in shown
    assert "No findings" not in shown


def test_what_is_no_report_was_not_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news.html").write_text("<html><body><p>山区公路正式通车。</p></body></html>", encoding="utf-8")
    assert run(str(tmp_path / "news.html")) == 0
    shown = capsys.readouterr().out
    assert "Not checked: not a report." in shown
    assert "No findings" not in shown


@pytest.mark.parametrize(("wide", "deep"), [(3000, 1), (70, 3), (700, 4)])
def test_an_outline_of_thousands_is_cut(wide: int, deep: int, capsys: pytest.CaptureFixture[str]) -> None:
    below: tuple[Section, ...] = ()
    for level in range(deep):
        plain_ones = [Section("", None, f"heading {level}.{index}", "") for index in range(wide - 1)]
        below = (Section("", None, f"heading {level}.{wide - 1}", "", below), *plain_ones)
    reportview.show(Report(kind="other", kind_reason="x", sections=below), "x", Console(width=100))
    shown = capsys.readouterr().out
    assert shown.count("heading") == 201
    assert f"and {wide * deep - 200} more headings" in shown


def test_another_page_is_readable() -> None:
    assert readable(parse("<html><body><p>山区公路正式通车。</p></body></html>"))
    assert read_file(str(REPO / "pyproject.toml")).error is None


# ------------------------------------------------------------------ a page cannot reach the terminal

EVIL = "\x1b]0;title\x07\x1b[31m[bold red]红[/] \x9b2J\u202egnp.exe [link=http://evil]x[/link] :smile:"


def evil_report() -> Report:
    html = pages.page(pages.body(), title=EVIL + pages.TITLE).replace(pages.PROSE, pages.PROSE + EVIL)
    html = html.replace("行政许可", "行政许可" + EVIL).replace("<td>9</td>", f"<td>{EVIL}</td>")
    report = parse(html)
    spoken = Finding("x", "hard", EVIL, left=EVIL, right=EVIL, where=EVIL)
    return Report(
        **{name: getattr(report, name) for name in report.__slots__} | {"findings": (spoken,), "agency": EVIL}
    )


def test_nothing_of_a_page_is_markup_or_control(capsys: pytest.CaptureFixture[str]) -> None:
    reportview.show(evil_report(), EVIL, Console(width=200, no_color=True, highlight=False, markup=False, emoji=False))
    shown = capsys.readouterr().out
    for forbidden in ("\x1b", "\x07", "\x9b", "\u202e"):
        assert forbidden not in shown
    assert "[bold red]" in shown
    assert ":smile:" in shown


def test_whose_error_it_is_and_how_else_the_table_reads(capsys: pytest.CaptureFixture[str]) -> None:
    values = tuple((f"t3.granted.c{number}", Decimal(number)) for number in range(10))
    told = (
        Finding("T3-A", "hard", "one", grid_agrees=True),
        Finding("T3-B", "hard", "two", grid_agrees=False, reading=OtherReading("row_shifted", values)),
        Finding("T3-C", "hard", "three"),
    )
    shown = Report("annual_report", findings=told)
    reportview.show(shown, "x", Console(width=200, no_color=True, highlight=False, markup=False, emoji=False))
    out = capsys.readouterr().out
    assert out.count("the publisher's error") == out.count("do not all stand where the form has them") == 1
    assert "all would hold with (row_shifted): t3.granted.c0 0, " in out
    assert "t3.granted.c7 7 and 2 more" in out


def test_colours_are_ours_alone(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(width=200, force_terminal=True, color_system="standard", markup=False, emoji=False)
    reportview.show(evil_report(), "x", console)
    shown = capsys.readouterr().out
    assert "\x1b]" not in shown
    assert "\x1b[31m[bold" not in shown
    assert "\x07" not in shown


def test_json_escapes_controls_and_reads_back() -> None:
    printed = dump({"a": EVIL + "\ud800"})
    assert not any(char in printed for char in "\x1b\x07\x9b\u202e")
    assert json.loads(printed)["a"].startswith(EVIL)


def test_safe_keeps_text() -> None:
    assert safe("政府信息公开\n\t年报") == "政府信息公开\n\t年报"
    assert safe("\x1b[0m") == "\\x1b[0m"
    assert plain("[red]x[/red]").plain == "[red]x[/red]"


# ------------------------------------------------------------------ the command itself, in a process of its own


class _Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = {"/report.htm": (200, PAGE.encode("gb18030")), "/gone.htm": (404, b"gone"), "/empty.htm": (200, b"")}
        status, body = found.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=gbk")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Portal)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


OUTSIDE = (
    "import sys; from scrapy.cmdline import execute; from scrapy.settings import Settings; s = Settings(); "
    "s.set('COMMANDS_MODULE', 'crawler.cli'); execute(['scrapy', *sys.argv[1:]], s)"
)


def scrapy(*args: str, cwd: Path = REPO) -> subprocess.CompletedProcess[bytes]:
    start = ["-m", "scrapy"] if cwd == REPO else ["-c", OUTSIDE]
    environment = {**os.environ, "PYTHONPATH": str(REPO), "PYTHONIOENCODING": "utf-8"}
    environment.pop("SCRAPY_SETTINGS_MODULE", None)
    quick = ["-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_ENABLED=0"]
    command = [sys.executable, *start, "inspect", *args, *quick]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize("place", ["inside", "outside"])
def test_an_address_is_fetched_with_the_projects_settings(portal: str, place: str, tmp_path: Path) -> None:
    done = scrapy(f"{portal}/report.htm", "--json", cwd=REPO if place == "inside" else tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    data = json.loads(done.stdout)
    assert (data["agency"], data["encoding"]["declared"]) == ("清河县水务局", "gbk")
    assert not (tmp_path / "data").exists()


def test_a_failed_fetch_is_told_in_one_sentence(portal: str) -> None:
    done = scrapy(f"{portal}/gone.htm")
    assert done.returncode == 1
    error = done.stderr.decode()
    assert "http_404" in error
    assert "Traceback" not in error
    assert done.stdout == b""


def test_an_empty_answer_is_nothing_readable(portal: str) -> None:
    done = scrapy(f"{portal}/empty.htm")
    assert done.returncode == 1
    assert b"empty_body" in done.stdout


SLIDER = "<html><head><title>安全验证</title></head><body><div id='puzzle-vcode'>请完成验证</div></body></html>"


@pytest.mark.parametrize("text", [SLIDER, "<html><script>document.cookie='__jsl_clearance=1'</script><p>x</p></html>"])
def test_a_gate_that_was_saved_is_blocked(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    assert run(str(path), as_json=True) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], [one["id"] for one in found["findings"]]) == ("other", ["blocked"])


def test_a_report_that_quotes_a_gates_mark_is_a_report(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.replace("<body>", "<body><script src='yundun.js'></script>"), encoding="utf-8")
    assert run(str(path)) == 0


def test_characters_that_are_lost_are_a_finding_and_a_text_of_them_is_unreadable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE.encode().replace("群众".encode(), b"\xff\xfe", 1))
    assert run(str(path)) == 0
    assert "characters_lost" in capsys.readouterr().out
    path.write_text(
        "<html><body>" + "<p>一\ufffd\ufffd\ufffd。\ufffd\ufffd</p>" * 40 + "</body></html>", encoding="utf-8"
    )
    assert run(str(path)) == 1


def test_an_archive_shows_how_to_name_another_member(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for year in (2022, 2023):
            body = PAGE.replace("清河县水务局2023年", f"清河县水务局{year}年")
            archive.writestr(f"{year}年年报.html", body)
    assert run(str(path)) == 0
    assert "--member NAME" in capsys.readouterr().out
    assert run(str(path), as_json=True, member="2023年年报.html") == 0
    assert json.loads(capsys.readouterr().out)["year"] == 2023
    assert run(str(path), member="2024年年报.html") == 1


def test_starting_it_loads_neither_the_database_nor_the_parser() -> None:
    script = "import sys; import crawler.commands.inspect; print([n for n in sys.argv[1:] if n in sys.modules])"
    heavy = ["sqlalchemy", "alembic", "crawler.reports.parser", "crawler.text.repairing", "rich.console", "pdfminer"]
    told = subprocess.run([sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
