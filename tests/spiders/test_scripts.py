from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import Response

from spiders.documents import Document
from spiders.scripts import builds_lists, call_arguments, inline_scripts, links_in_scripts, number, unquote

URL = "https://a.gov.cn/nb/"


def document(script: str) -> Document:
    return Document(Response(URL, body=f"<html><body><script>{script}</script></body></html>".encode()))


def is_article(url: str) -> bool:
    return "/t2" in url


def rows(script: str) -> list[tuple[str, str, str | None]]:
    return [(one.url.removeprefix(URL), one.text, one.date) for one in links_in_scripts(document(script), is_article)]


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"a"', "a"),
        ("'a\"b'", 'a"b'),
        (r"'it\'s'", "it's"),
        (r'"<a href=\"x\">y<\/a>"', '<a href="x">y</a>'),
        (r'"\u5e74\u62a5"', "年报"),
        (r'"\x3cb\x3e"', "<b>"),
        ('"unclosed', "unclosed"),
        (r'"\q"', "q"),
        ('"', ""),
    ],
)
def test_string_literals(literal: str, text: str) -> None:
    assert unquote(literal) == text


def test_comments_go_and_addresses_stay() -> None:
    script = 'var u = "http://a.cn/x"; // old "gone"\n/* "gone too" */ var v = \'/* kept */\';'
    text = inline_scripts(document(script))
    assert "http://a.cn/x" in text
    assert "kept" in text
    assert "gone" not in text


def test_numbers_and_calls() -> None:
    script = "var countPage = '7'; var cur=2; turn(countPage, cur, \"index\", 'html'); turn(other, 1);"
    assert number(script, "countPage") == 7
    assert number(script, "nothing") is None
    assert next(call_arguments(script, "turn")) == [7, 2, "index", "html"]
    assert len(list(call_arguments(script, "turn"))) == 1


def test_a_title_never_goes_to_another_row() -> None:
    """Titles before and behind their addresses, missing titles, names of other things."""
    script = """var site = "样例网站"; var list = [
      {title: "甲局年报", url: "t2a.htm", org: "甲局", files: [{name: "附件一", url: "f.pdf"}]},
      {url: "t2b.htm", org: "", title: "乙局年报", date: "2024-01-15"},
      {url: "t2c.htm", date: "2024-01-16"},
      {id: 4, "docpuburl": "t2d.htm", "chnldocurl": "t2d.htm", "doctitle": "丁局年报"}];
      var flat = [["戊局年报", "t2e.htm"], ["t2f.htm", "己局年报"]];"""
    assert rows(script) == [
        ("t2a.htm", "甲局年报", None),
        ("t2b.htm", "乙局年报", "2024-01-15"),
        ("t2d.htm", "丁局年报", None),
        ("t2e.htm", "戊局年报", None),
        ("t2f.htm", "己局年报", None),
    ]


def test_repeated_assignments() -> None:
    script = 'title = "甲局年报"; url = "t2a.htm"; title = "乙局年报"; url = "t2b.htm";'
    assert [row[:2] for row in rows(script)] == [("t2a.htm", "甲局年报"), ("t2b.htm", "乙局年报")]


@pytest.mark.parametrize(
    ("page", "builds"),
    [
        ("<script>$.ajax({url:'x'})</script>", True),
        ("<li v-for='one in rows'></li>", True),
        ("<dl ms-repeat='list'></dl>", True),
        ('<div id="app"></div>', True),
        ("<ul><li>暂无信息</li></ul>", False),
        ("", False),
    ],
)
def test_pages_whose_list_a_script_makes(page: str, builds: bool) -> None:
    assert builds_lists(Document(Response(URL, body=page.encode()))) is builds


@settings(deadline=None)
@given(st.text(alphabet="[]{}\"'`\\/*:=, \nat2年报x", max_size=300))
def test_no_script_raises(script: str) -> None:
    assert isinstance(rows(script), list)


@pytest.mark.parametrize(
    "script",
    ['"' * 200_000, "/*" * 200_000, "'[{" * 100_000, "[" * 300_000, "a" * 900_000, '{a:"' * 100_000, "`\\" * 100_000],
)
def test_no_script_hangs(script: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(rows, script).result(timeout=60) == []
