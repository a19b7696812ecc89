"""Pages made to hold a parser up: the work grows with the page, not with its square, and ends at the bounds.

Work is counted in calls of functions, Python's and C's, so that the answer is the same on every machine. Times are for
`benchmarks/worst.py`.
"""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from crawler.reports import parse
from crawler.reports.blocks import MAX_BLOCKS, MAX_TABLES, from_html, from_text, too_many
from crawler.reports.model import Report
from crawler.reports.parser import parse_text, with_checks
from crawler.reports.tree import parse as tree_of

LABEL = "1.属于国家秘密"
HEAD = "<tr><td>申请人情况</td><td>自然人</td><td>商业企业</td></tr>"
FORM = "<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"

PIECES = {
    "columns": (f"<table>{HEAD}<tr>", "<td>7</td>", "</tr></table>"),
    "label columns": ("<table><tr>", f"<td>{LABEL}</td>", "</tr></table>"),
    "rows": (f"<table>{HEAD}", f"<tr><td>{LABEL}</td><td>1</td><td>2</td></tr>", "</table>"),
    "short rows": (f"<table>{HEAD}", f"<tr><td>{LABEL}</td><td>1</td></tr>", "</table>"),
    "header rows": ("<table>", HEAD, "</table>"),
    "unknown rows": (f"<table>{FORM}", "<tr><td>未知的事项名目</td><td>1</td><td>2</td><td>3</td></tr>", "</table>"),
    "small tables": ("", f"<table>{HEAD}<tr><td>{LABEL}</td><td>7</td></tr></table>", ""),
    "spans": ("<table>", "<tr><td colspan=65000 rowspan=65000>行政复议</td><td>7</td></tr>", "</table>"),
    "rowspans": (f"<table><tr>{'<td rowspan=65000>x</td>' * 20}</tr>", "<tr><td>7</td></tr>", "</table>"),
    "nested tags": ("<p>一、总体情况", "<span>一", ""),
    "rows in rows": ("<table>", "<tr><td>申请人情况<tr>", ""),
    "tables in tables": ("", f"<table><tr><td>{LABEL}</td><td>", ""),
    "known containers": ("", "<div id=zoom><p>一、总体情况。本机关收到申请。</p>", ""),
    "images": ("", "<p><img src=x.jpg></p>", ""),
    "links": ("<p>", "<a href=x.html>一、总体情况</a>", "</p>"),
    "line breaks": ("<p>", "收到申请<br>", "</p>"),
    "list items": ("<ul>", "<li>一、总体情况", ""),
    "titles": ("", "<p>柳溪县财政局2023年政府信息公开工作年度报告</p>", ""),
    "headings": ("", "<h2>一、总体情况</h2>", ""),
    "sub-headings": ("", "<p>（一）主动公开情况</p>", ""),
    "arabic headings": ("<p>一、总体情况</p>", "<p>1.主动公开</p><p>收到。</p>", ""),
    "headings in a line": ("<p>", "一、总体情况 （一）主动公开 ", "</p>"),
    "bars": ("", f"| {LABEL} | 7 |\n", ""),
    "one row of bars": ("", f"| {LABEL} | 7 ", ""),
    "tabs": ("", f"{LABEL}\t7\t8\n", ""),
    "cells in a line": ("", "一\t", ""),
    "starts of tables": ("", "申请人情况\n", ""),
    "starts and numbers": ("", "申请人情况\n7\n", ""),
    "labels in lines": ("申请人情况\n", "属于国家秘密之事\n", ""),
    "words": ("申请人情况", " 自然人 7", ""),
    "numerals": ("", "一、\n", ""),
    "cells with lines": (f"<table>{HEAD}<tr><td>", "本机关收到<br>", "</td><td>7</td></tr></table>"),
    "clauses": ("<p>一、总体情况</p><p>", "收到政府信息公开申请7件，", "</p>"),
    "sentences": ("<p>一、总体情况</p><p>", "收到政府信息公开申请7件，网上申请3件。", "</p>"),
    "metas": ("", "<meta name=ArticleTitle content=2023年政府信息公开工作年度报告>", "<p>x</p>"),
}


def work(page: str) -> int:
    """Calls of functions that reading and checking a page takes."""
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with_checks(parse_text(page))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("name", PIECES)
def test_twice_the_page_is_at_most_twice_the_work(name: str) -> None:
    head, piece, tail = PIECES[name]
    pages = [f"{head}{piece * count}{tail}" for count in (150, 300)]
    for page in pages:
        parse_text(page)  # what is remembered of texts is remembered
    once, twice = map(work, pages)
    assert twice <= 2.3 * once + 3000


def ids(report: Report) -> set[str]:
    return {finding.id for finding in report.findings}


@pytest.mark.parametrize(("piece", "most"), [("<p>收到。</p>", MAX_BLOCKS), (f"<table>{HEAD * 2}</table>", MAX_TABLES)])
def test_what_is_beyond_the_bounds_is_not_read_and_said_so(piece: str, most: int) -> None:
    whole, more = (tree_of(piece * count) for count in (most, most + 500))
    assert whole is not None
    assert more is not None
    assert not too_many(from_html(whole.root))
    found = from_html(more.root)
    assert too_many(found)
    assert len(found) <= most + 2
    assert "page_cut" in ids(parse((piece * (most + 500)).encode()))


def test_a_text_is_read_up_to_the_same_bound() -> None:
    assert len(from_text("收到\n" * (MAX_BLOCKS + 500))) == MAX_BLOCKS + 1


@pytest.mark.parametrize(
    "source",
    [
        "<html><body><p>甲</p></body></html><html><body><p>乙</p></body></html>",
        "<html><body><p>甲</p></html>\n<!--end header--><div>乙</div>",
        "甲</html>乙</html>",
    ],
)
def test_what_stands_behind_the_end_of_html_is_read(source: str) -> None:
    page = tree_of(source)
    assert page is not None
    assert "".join(block.text for block in from_html(page.root)) == "甲乙"


def test_rows_beyond_the_bound_are_told() -> None:
    table = f"<table>{HEAD}{f'<tr><td>{LABEL}</td><td>1</td><td>2</td></tr>' * 1900}</table>"
    assert "table_too_large" in ids(parse(("<p>柳溪县2023年政府信息公开工作年度报告</p>" + table * 6).encode()))
