from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Response

from spiders.documents import Document, find_date

URL = "https://sthj.yangli.gov.cn/zwgk/zfxxgknb/"


def document(body: str | bytes, url: str = URL, **headers: str) -> Document:
    raw = body if isinstance(body, bytes) else body.encode()
    return Document(Response(url, body=raw, headers={"Content-Type": "text/html", **headers}))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("[2024-01-15]", "2024-01-15"),
        ("2024.1.5", "2024-01-05"),
        ("2024年01月15日", "2024-01-15"),
        ("2024/1/15 10:03", "2024-01-15"),
        ("2026-\n 01-\n 23", "2026-01-23"),
        ("发布日期： 2024 - 01 - 15", "2024-01-15"),
        ("2023年政府信息公开年报", None),
        ("2024-13-01", None),
        ("1202401155", None),
        ("", None),
    ],
)
def test_dates_in_lists(text: str, date: str | None) -> None:
    assert find_date(text) == date


def test_links_are_absolute_and_carry_the_date_of_their_row() -> None:
    found = document(
        '<ul><li><a href="./202401/t20240115_1.html">甲</a><span>2024-01-15</span></li>'
        '<li><span>2023-01-\n10</span><a href="../../x/./202301/t20230110_2.html#top">乙</a></li></ul>'
    ).links
    assert [(one.url, one.text, one.date) for one in found] == [
        (f"{URL}202401/t20240115_1.html", "甲", "2024-01-15"),
        ("https://sthj.yangli.gov.cn/x/202301/t20230110_2.html", "乙", "2023-01-10"),
    ]


@pytest.mark.parametrize(
    ("anchor", "text"),
    [
        ('<a href="x.html" title="样例局2023年年报全称">样例局2023年…</a>', "样例局2023年年报全称"),
        ('<a href="x.html" title="样例局">样例局…</a>', "样例局"),
        ('<a href="x.html" title="查看">样例局2023年政府信息公开年报</a>', "样例局2023年政府信息公开年报"),
        ('<a href="x.html"><b>样例</b>\u3000局\n年报</a>', "样例 局 年报"),
        ('<a href="x.html" title="图片的题目"><img src="a.png"></a>', "图片的题目"),
    ],
)
def test_the_better_of_title_and_text(anchor: str, text: str) -> None:
    assert document(anchor).links[0].text == text


def test_no_addresses_but_http() -> None:
    page = '<a href="javascript:go(1)">1</a><a href="mailto:a@b.cn">m</a><a href="http://[bad/">x</a><a href="#">t</a>'
    assert [one.url for one in document(page).links] == [URL]


def test_base_frames_and_signposts() -> None:
    page = document(
        '<base href="/other/"><a href="a.html">a</a><iframe src="list.html"></iframe><frame src="about:blank">'
    )
    assert page.links[0].url == "https://sthj.yangli.gov.cn/other/a.html"
    assert page.frames == ("https://sthj.yangli.gov.cn/other/list.html",)
    assert document("<script>window.location.href = './2023n/'</script>").moved_to == f"{URL}2023n/"
    assert document("<script>top.location.replace('/nb/')</script>").moved_to == "https://sthj.yangli.gov.cn/nb/"
    assert document("<script>location.href='/nb/'</script>" + "文" * 3000).moved_to is None
    assert document("<p>年报</p>").moved_to is None


def test_files() -> None:
    page = '<a href="P0.pdf">甲</a><a href="b.DOCX?x=1">乙</a><a href="c.html">丙</a><a href="P0.pdf">甲</a>'
    assert document(page).files == (f"{URL}P0.pdf", f"{URL}b.DOCX?x=1")


def test_bytes_decide_the_charset() -> None:
    body = '<html><meta charset="utf-8"><a href="a.html">政府信息公开年报专栏，二〇二三年度</a>'.encode("gb18030")
    page = Document(HtmlResponse(URL, body=body, headers={"Content-Type": "text/html; charset=utf-8"}))
    assert page.links[0].text.startswith("政府信息公开年报")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty_body"),
        (b" \n ", "empty_body"),
        (b"%PDF-1.7", "not_html"),
        (b"PK\x03\x04..", "not_html"),
        (b"<p>", None),
        (b"plain", None),
    ],
)
def test_what_cannot_be_a_list(body: bytes, problem: str | None) -> None:
    assert document(body).problem == problem


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise(body: bytes) -> None:
    page = document(body)
    assert isinstance(page.links, tuple)
    assert isinstance(page.frames, tuple)


@pytest.mark.parametrize(
    "body",
    [
        "<a href=x>" * 20_000,
        "<ul>" + "<li><a href='x'>y</a>" * 20_000,
        "<div>" * 50_000 + "<a href=x>y</a>",
        "<table><tr><td colspan=100000 rowspan=65534><a href=x>y</a></table>",
    ],
)
def test_huge_and_broken_markup_ends(body: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert len(pool.submit(lambda: document(body).links).result(timeout=60)) <= 5_000
