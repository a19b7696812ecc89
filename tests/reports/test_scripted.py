"""Articles that stand only in a page's script."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import parse
from crawler.reports.scripted import article, unescaped
from tests.reports import pages

TITLE = "清河县水务局2023年政府信息公开工作年度报告"


def escaped(text: str) -> str:
    """JSON as the platform prints it: `<`, `>` and `&` as escapes, so that no tag ends the script."""
    written = json.dumps(text, ensure_ascii=False)
    return written.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")


def shell(detail: str, inner: str = '<div id="app"></div>') -> str:
    return (
        "<!DOCTYPE html><html><head><title>政府信息公开 - 清河县人民政府门户网站</title></head><body>"
        f'<script>\nwindow._CONFIG = {{\n  SID: \'760001\',\n  TREE: [{{"id": 1, "content": ""}}],\n'
        f"  DETAIL: {detail},\n  IS_MOBILE: false,\n}};\n</script>{inner}"
        "<div class=foot><p>主办单位：清河县人民政府办公室</p><p>网站标识码：0000000000</p></div></body></html>"
    )


def detail(content: str, **more: object) -> str:
    values = {"id": 9463263, "title": TITLE, "publisher": "清河县水务局", "display_publish_time": 1706000400, **more}
    rows = [f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in values.items()]
    return (
        "{" + ", ".join([*rows, f'"content": {escaped(content)}', '"attachment": [{"title": "a", "url": "b"}]']) + "}"
    )


def test_a_report_is_read_from_the_script_of_an_empty_page() -> None:
    report = parse(shell(detail(pages.body())))
    printed = parse(pages.page(pages.body()))
    assert report.cells == printed.cells
    assert len(report.cells) >= 20
    assert [(s.id, s.tables) for s in report.sections] == [(s.id, s.tables) for s in printed.sections]
    assert (report.kind, report.title, report.year, report.agency) == ("annual_report", TITLE, 2023, "清河县水务局")
    assert report.dates["claimed"] == "2024-01-23"
    assert "网站标识码" not in report.text


def test_a_container_with_only_the_metadata_does_not_hide_the_article() -> None:
    inner = '<div class="article-content"><table><tr><td>索引号</td><td>A1</td></tr></table></div>'
    assert parse(shell(detail(pages.body()), inner)).sections


def test_a_printed_article_stands_against_the_script() -> None:
    other = pages.body(t4=pages.T4.replace("<td>1</td>", "<td>7</td>"))
    report = parse(shell(detail(other), f'<div class="article-content">{pages.body()}</div>'))
    assert report.cells["t4.recon.upheld"].raw == "1"


def test_an_article_of_other_content_stands_too() -> None:
    news = "<p>" + "今天上午，县水务局召开防汛会议，部署下一阶段任务。" * 20 + "</p>"
    report = parse(shell(detail("<p>另一篇</p>"), f'<div class="article-content">{news}</div>'))
    assert "防汛会议" in report.text


@pytest.mark.parametrize(
    "source",
    [
        "DETAIL: {title: 'A\\'s', content: '<p>甲<\\/p>', publisher: null}",
        '"DETAIL" : {"l": [{"content": "no"}], "content": "\\u003cp\\u003e\\u7532\\u003c/p\\u003e", "title": "A\'s"}',
        "window._CONFIG.DETAIL = {more: {content: 'no'}, title: `A's`, content: `<p>甲</p>`}",
        "DETAIL: null, x = 1; DETAIL = {'title':\"A's\",'content':'\\x3cp>甲</p>'}",
    ],
)
def test_every_spelling_of_the_object(source: str) -> None:
    found = article(f"<script>window._CONFIG = {{ {source} }}</script>")
    assert found is not None
    assert (found.content, found.title, found.publisher) == ("<p>甲</p>", "A's", None)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "DETAIL",
        "DETAIL: {",
        "DETAIL: {}",
        "DETAIL: {content: ''}",
        "DETAIL: {content: window.x()}",
        "DETAIL: {title: 'a</script><p>content: 'b'",
        "DETAIL: {content: 'never closed",
        "DETAIL: {a: [[[[[[, content: 'inner'}",
        "DETAIL: {" * 50,
    ],
)
def test_no_article(source: str) -> None:
    assert article(f"<script>{source}</script>") is None


@pytest.mark.parametrize(
    ("values", "day"),
    [
        ({"date": 1706000400}, "2024-01-23"),
        ({"date": "1706000400000"}, "2024-01-23"),
        ({"date": 1705939200}, "2024-01-23"),
        ({"display_publish_time": "2024-01-23 09:30:00", "date": 1}, "2024-01-23"),
        ({"publish_time": "2024年1月23日"}, "2024-01-23"),
        ({"date": ""}, None),
        ({"date": "soon"}, None),
    ],
)
def test_dates_by_china_s_clock(values: dict[str, object], day: str | None) -> None:
    found = article("DETAIL: " + json.dumps({**values, "content": "x"}))
    assert found is not None
    assert found.published == day


@given(st.text())
def test_json_strings_come_back(text: str) -> None:
    assert unescaped(json.dumps(text)[1:-1]) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\\u{1F600}", "😀"),
        ("a\\\nb", "ab"),
        ("\\ud83d", "\ufffd"),
        ("\\/", "/"),
        ("\\x41", "A"),
        ("\\u{ffffff}", "\ufffd"),
    ],
)
def test_javascript_escapes(written: str, read: str) -> None:
    assert unescaped(written) == read


@pytest.mark.parametrize("part", ["'\\", '"', "{", "DETAIL:{", "\\u003C", "content:'", "a:", "[", " "])
def test_hostile_scripts_end(part: str) -> None:
    article("DETAIL: {" + part * 100_000)


@given(st.text(alphabet="DETAILcontent:={}[]()'\"`\\ux03,<>/p "))
def test_any_script_is_read(source: str) -> None:
    article("DETAIL: {" + source)
