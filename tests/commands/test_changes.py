"""`scrapy changes`, as a shell runs it, and its feeds as their readers see them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from crawler.commands.changesfeed import headline, lines, write_atom, write_csv
from crawler.store import Spool, Writer, open_store
from crawler.store.changes import Change
from crawler.store.difference import Content, Part, Value, difference
from tests.commands.test_store_commands import scrapy
from tests.store.examples import NOON, page, report, report_record, run_record

URL = "http://www.gz.gov.cn/xxgk/post_1.html?a=1&b=<2>"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def url(tmp_path: Path, spool: Path) -> str:
    """A report of which one cell and one sentence changed."""
    url = f"sqlite:///{tmp_path / 'reports.db'}"
    writer = Writer(open_store(url), Spool(spool))
    writer.write_now(run_record())
    writer.write_now(report_record())
    old = report("本局全年收到申请216件。")
    cell = old.cells["t3.new.natural"]._replace(raw="216", value=Decimal(216))
    new = replace(old, cells=old.cells | {"t3.new.natural": cell})
    writer.write_now(report_record("run-2", 1440, new, page(sha256="c" * 64)))
    writer.close_now()
    return url


def change(kind: str = "changed", **more: object) -> Change:
    old = Content({"title": "甲"}, {"t3.new.natural": Value("12", "number", Decimal(12))})
    new = Content(
        {"title": "甲"},
        {"t3.new.natural": Value("", "empty"), "local.1": Value("=1+1", "text", label="@x\x1b<&\ud800\x00")},
        [Part(("overview",), "一、总体情况", "")],
    )
    values = {
        "id": "f" * 64, "kind": kind, "at": NOON, "agency_id": "x", "agency": "[red]局\x1b]0;x\x07", "year": 2023,
        "report_kind": "annual_report", "portal_id": "p", "url": URL, "title": "甲", "reason": "new_content",
        "difference": difference(old, new) if kind == "changed" else None,
    }  # fmt: skip
    return Change(**values | more)  # type: ignore[arg-type]


def test_for_people(url: str, spool: Path) -> None:
    answer = scrapy("changes", url=url, spool=spool)
    assert answer.returncode == 0, answer.stderr
    label = "一、本年新收政府信息公开申请数量 自然人"
    assert answer.stdout.splitlines() == [
        "2026-11-23 12:00 广州市生态环境局 2023: 1 cell changed: "
        f"t3.new.natural 215 -> 216 ({label}); 1 section changed",
        "    http://www.gz.gov.cn/xxgk/post_1.html",
        f"    t3.new.natural 215 -> 216 ({label})",
        "    一、总体情况: 「本局全年收到申请215件。」 -> 「本局全年收到申请216件。」",
        "2026-11-22 12:00 广州市生态环境局 2023: new report",
        "    http://www.gz.gov.cn/xxgk/post_1.html",
        "2 changes",
    ]


def test_for_programs(url: str, spool: Path) -> None:
    answer = scrapy("changes", "--json", "--since", "2026-11-23", "--until", "2026-11-23", url=url, spool=spool)
    (one,) = json.loads(answer.stdout)
    assert (one["kind"], one["agency_id"], one["year"]) == ("changed", "440100-sthjj", 2023)
    (cell,) = one["difference"]["cells"]
    assert (cell["address"], cell["before"]["value"], cell["after"]["value"]) == ("t3.new.natural", 215, 216)


def test_files(url: str, spool: Path, tmp_path: Path) -> None:
    table, atom = tmp_path / "feed.csv", tmp_path / "feed.xml"
    assert scrapy("changes", "--csv", str(table), url=url, spool=spool).returncode == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert [(row["kind"], row["what"], row["before"], row["after"]) for row in rows] == [
        ("changed", "cell", "215", "216"),
        ("changed", "section", "本局全年收到申请215件。", "本局全年收到申请216件。"),
        ("new", "report", "", ""),
    ]
    assert scrapy("changes", "--atom", str(atom), "--limit", "1", url=url, spool=spool).returncode == 0
    assert len(feedparser.parse(atom.read_bytes()).entries) == 1
    assert {one.name for one in tmp_path.iterdir() if "feed" in one.name or "changes" in one.name} == {
        "feed.csv",
        "feed.xml",
    }


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--since", "gestern"], 2, "'gestern' is no date"),
        (["--kind", "new,nosuch"], 2, "'nosuch' is none of new, changed"),
        (["--agency", "nosuch"], 2, "no agency matches"),
        (["--limit", "0"], 2, "less than 1"),
        (["--csv", "/nosuch/feed.csv"], 1, "/nosuch/feed.csv could not be written"),
        (["extra"], 2, "options only"),
    ],
)
def test_what_cannot_be_done(url: str, spool: Path, options: list[str], code: int, said: str) -> None:
    answer = scrapy("changes", *options, url=url, spool=spool)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_database(tmp_path: Path, spool: Path) -> None:
    answer = scrapy("changes", url=f"sqlite:///{tmp_path / 'none.db'}", spool=spool)
    assert answer.returncode == 1
    assert not (tmp_path / "none.db").exists()


def atom(*changes: Change) -> bytes:
    stream = io.StringIO()
    assert write_atom(changes, stream, datetime(2027, 1, 1, tzinfo=UTC)) == len(changes)
    return stream.getvalue().encode()


def test_atom_as_a_reader_sees_it() -> None:
    made = atom(change(), change("gone", id="0" * 64))
    etree.fromstring(made)  # well-formed for a strict parser too
    feed = feedparser.parse(made)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.updated_parsed[:3] == (2026, 11, 22)
    assert [entry.id for entry in feed.entries] == [
        f"tag:annual-report-crawler.invalid,2026:change/{mark * 64}" for mark in "f0"
    ]
    first = feed.entries[0]
    assert (first.link, first.tags[0].term, first.updated_parsed[:3]) == (URL, "changed", (2026, 11, 22))
    assert "t3.new.natural 12 -> blank" in first.content[0].value
    assert feed.feed.author == "annual-report-crawler"


def test_atom_of_nothing() -> None:
    feed = feedparser.parse(atom())
    assert (feed.bozo, feed.entries, feed.feed.updated_parsed[0]) == (False, [], 2027)


def test_csv_runs_no_formula() -> None:
    stream = io.StringIO()
    assert write_csv([change()], stream) == 1
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))
    local = next(row for row in rows if row["address"] == "local.1")
    assert (local["how"], local["before"], local["after"]) == ("appeared", "", "'=1+1")
    assert local["label"].startswith("'@x")


def test_in_words() -> None:
    assert ": 1 cell changed, 1 appeared: " in headline(change())
    assert list(lines(change()))[-1] == "一、总体情况: section appeared"
    assert headline(change("gone", reason="http_404")).endswith("no longer at its address (http_404)")
    assert headline(change("changed", by_parser=True)).endswith("(read by a newer parser)")
