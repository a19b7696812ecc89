"""What a page's script asks for, how many pages a list tells of, and what a service's answer holds."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, TextResponse

from spiders.answers import OddAnswer
from spiders.asked import asks
from spiders.documents import Document
from spiders.listed import read_answer
from spiders.numbers import following_pages, numbered_links, pages_told

URL = "https://www.yangli.gov.cn/zwgk/zfxxgknb/index.html"
ROOT = "https://www.yangli.gov.cn"


def document(html, url=URL):
    return Document(HtmlResponse(url, body=html.encode()))


def script(text):
    return document(f"<html><body><ul id='list'></ul><script>{text}</script></body></html>")


@pytest.mark.parametrize(
    ("text", "method", "address", "body"),
    [
        (
            '$.ajax({url: "/api/list", type: "post", data: {site: id, pageNo: page, size: 20}}); var id = "8";',
            "POST", "/api/list", "site=8&pageNo=2&size=20",
        ),
        ('$.get("/api/list?c=" + c + "&page=" + page, f); var c = "ab-1";', "GET", "/api/list?c=ab-1&page=2", ""),
        ("$.get('/api/list?page=' + page, (res) => show(res))", "GET", "/api/list?page=2", ""),
        (
            "fetch(`/api/articles`, {method: 'POST', body: JSON.stringify({id: '3', current: 1, size: 15})})",
            "POST", "/api/articles", '{"id": "3", "current": 2, "size": 15}',
        ),
        (
            "axios.get('/a/list', {params: {columnId: 'c', pageNo: no, pageSize: 10}})",
            "GET", "/a/list?columnId=c&pageNo=2&pageSize=10", "",
        ),
        ("axios.post('/a/list', {c: 'x', pageIndex: 0})", "POST", "/a/list", '{"c": "x", "pageIndex": 1}'),
        (
            "var form = {channel: '12', page: 0, rows: 20}; $.getJSON('/cms/data', form, show)",
            "GET", "/cms/data?channel=12&page=1&rows=20", "",
        ),
        ("$.post('../queryList', 'id=5&pageIndex=' + pageIndex)", "POST", "/zwgk/queryList", "id=5&pageIndex=2"),
        ("$.get('/q/list', {start: 0, limit: 15, id: 7})", "GET", "/q/list?start=15&limit=15&id=7", ""),
        (
            "fetch('/q/list?' + new URLSearchParams({id, pageNum: n})); let id = 'c9'",
            "GET", "/q/list?id=c9&pageNum=2", "",
        ),
    ],
)  # fmt: skip
def test_a_call_is_read_and_its_second_page_known(text, method, address, body):
    ask = asks(script(text))[0]
    assert (ask.method, ask.address(2), ask.body(2)) == (method, ROOT + address, body)
    assert ask.turns


@pytest.mark.parametrize(
    "text",
    [
        "$.get('/hits?id=3')",
        "$.get('/api/list?page=1', parameters, show)",
        "$.ajax({url: '/api/list', data: {site: unknown}})",
        "// $.get('/api/list?page=1')",
        "$.get(address, show)",
        "var s = '$.get(';",
        "$.ajax({url:'/x/list', data: {a: b(",
        "$.get('javascript:list()')",
        "var a = {page: 1, b: '' + $.param(a)}; $.post('/x/list', a)",
        "$.get('/list?page=' + " + "String(" * 300 + "a" + ")" * 300 + ")",
    ],
)
def test_calls_that_say_nothing_of_a_list_are_left_out(text):
    assert asks(script(text)) == []


def test_a_call_that_counts_pages_comes_first():
    found = asks(script("$.get('/api/column/list'); $.get('/api/rows', {page: 1, id: 2});"))
    assert [ask.url.removeprefix(ROOT) for ask in found] == ["/api/rows", "/api/column/list"]


@given(st.text(alphabet="$.getajxpos({[\"'`+,:})]\\ listpage/1=;\n", max_size=200))
def test_no_script_is_too_odd(text):
    for ask in asks(script(text)):
        assert ask.address(1).startswith("http")
        ask.body(2)


@pytest.mark.parametrize(
    ("html", "pages"),
    [
        ("共 5 页", 5), ("共<b>57</b>条 第<i>1</i>页/共<i>4</i>页", 4), ("页次：1/7", 7), ("第1/3页", 3), ("1/9页", 9),
        ("<script>var totalPage = 6;</script>", 6), ("<script>var totalCount=31, pageSize=10;</script>", 4),
        ("<a onclick='goPage(8)'>尾页</a>", 8), ("<a onclick='goPage(8)'>尾页</a>共3页", 3),
        ("共12条", 0), ("2023/12/01", 0), ("", 0),
    ],
)  # fmt: skip
def test_how_many_pages_there_are(html, pages):
    assert pages_told(document(f"<html><body><p></p>{html}</body></html>")) == pages


def test_numbers_lead_to_pages_in_whatever_attribute():
    html = (
        "<a href='index_1.html'>2</a><a href='javascript:;' tagname='/zwgk/zfxxgknb/index_2.html'>3</a>"
        "<a href='#' onclick=\"go('/zwgk/zfxxgknb/index_3.html')\">4</a><option value='?page=5'>第5页</option>"
        "<a href='/other/index_6.html'>6</a><a href='t20240101_7.html'>7</a><a href='index_8.html?id=abc'>8</a>"
        "<a href='11040/index9.html'>9</a>"
    )
    found = numbered_links(document(html), lambda url: "/t2024" in url)
    below = "https://www.yangli.gov.cn/zwgk/zfxxgknb/"
    assert {number: url.removeprefix(below) for number, url in found.items()} == {
        2: "index_1.html", 3: "index_2.html", 4: "index_3.html", 5: "index.html?page=5", 9: "11040/index9.html",
    }  # fmt: skip


def test_the_following_page_in_a_call():
    html = (
        "<a onclick=\"query(this,'/eportal/ui?pageId=3&amp;currentPage=2')\">下一页</a>"
        "<a tagname='https://elsewhere.cn/2.html'>下一页</a><a onclick='next()'>下一页</a>"
    )
    assert following_pages(document(html), lambda _: False) == [f"{ROOT}/eportal/ui?pageId=3&currentPage=2"]


def is_article(url):
    return bool(re.search(r"/content/\d+\.html$", url))


def answer(body, records=()):
    response = TextResponse(f"{ROOT}/api/list?page=1", body=body.encode(), headers={"Content-Type": "application/json"})
    return read_answer(response, URL, is_article, records)


TITLE = "样例局2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(
            {"data": {"list": [{"title": TITLE, "url": "/content/12.html", "pubDate": "2024-01-09"}], "total": 1}}
        ),
        json.dumps([{"DOCTITLE": TITLE, "docpuburl": f"{ROOT}/content/12.html", "time": 1704758400000}]),
        f"cb({json.dumps({'rows': [{'name': TITLE, 'link': '/content/12.html', 'day': '2024年1月9日'}]})});",
        json.dumps({"html": f"<li><a href='/content/12.html'>{TITLE}</a><i>2024-01-09</i></li>"}),
        f"<li><a href='/content/12.html' title='{TITLE}'>样例局…</a><i>2024-01-09</i></li>",
        json.dumps({"a": [{"id": 12, "title": f"<em>{TITLE}</em>", "createTime": "2024-01-09 08:00"}]}),
    ],
)
def test_rows_of_answers_of_every_shape(body):
    found = answer(body.replace('"id": 12', '"id": 1200'), ("/content/{id}.html",)).rows
    assert [(row.title, row.date) for row in found] == [(TITLE, "2024-01-09")]
    assert found[0].url in {f"{ROOT}/content/12.html", f"{ROOT}/content/1200.html"}


def test_what_an_answer_counts():
    one = {"title": TITLE, "url": "/content/12.html", "total": 99}
    found = answer(json.dumps({"page": {"content": [one], "totalElements": 31, "totalPages": "4"}}))
    assert (found.total, found.pages) == (31, 4)


@pytest.mark.parametrize(
    ("body", "reason"), [("", "empty_answer"), ("<html>请稍候</html>", "html_for_json"), ("{'a':", "broken_json")]
)
def test_answers_that_hold_nothing_say_why(body, reason):
    with pytest.raises(OddAnswer) as raised:
        answer(body)
    assert raised.value.reason == reason


@given(
    st.recursive(
        st.none()
        | st.integers()
        | st.text(max_size=20)
        | st.sampled_from(["/content/1.html", "http://[", "<a href=x>"]),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["title", "url", "id"]), inner),
        max_leaves=12,
    )
)
def test_no_json_is_too_odd(value):
    for row in answer(json.dumps(value), ("{id}.html",)).rows:
        assert is_article(row.url)
