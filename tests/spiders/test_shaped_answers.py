"""Odd lists and odd services on portals whose shapes are data."""

from __future__ import annotations

import json

import pytest

from crawler.demo.portal import FakeResponse, data
from tests.spiders.crawl import crawl, pages, row

HOST = "sthj.yangli.gov.cn"
LIST = f"http://{HOST}/zwgk/zfxxgknb/index.html"
FOLDER = f"{HOST}/zwgk/zfxxgknb/"
REPORT = "<html><body><h1>{}</h1><p>一、总体情况</p><p>样例局全年主动公开信息若干条。</p></body></html>"


def title(year):
    return f"广州市样例局{year}年政府信息公开工作年度报告"


def article(year):
    return f"/zwgk/zfxxgknb/{year + 1}0115/{year:032x}.html"


def listing(years, tail=""):
    items = "".join(f'<li><a href="{article(year)}">{title(year)}</a><i>{year + 1}-01-15</i></li>' for year in years)
    return f"<html><body><ul>{items}</ul>{tail}</body></html>"


def run(table, family="shanghai", *, url=LIST, **arguments):
    known = {f"{HOST}{article(year)}": REPORT.format(title(year)) for year in range(2010, 2026)}
    home = {f"{HOST}/": "<p>首页</p>"}
    one_row = row(HOST, family, columns=[{"url": url, "title": "政府信息公开年报"}], oldest_year=2020)
    result = crawl(family, pages({**home, **known, **table}), rows=[one_row], portal=HOST, **arguments)
    assert "spider_fault" not in result.reasons, [one.detail for one in result.attempts]
    return result


def years(result):
    return sorted(int(page.list_title.removeprefix("广州市样例局")[:4]) for page in result.pages)


def test_a_total_that_promises_too_much_ends_with_the_first_page_without_a_new_row():
    tail = "共99页"
    table = {LIST: listing([2025, 2024], tail)}
    table |= {f"{FOLDER}index_{n}.html": listing([2023, 2022], tail) for n in range(2, 60)}
    result = run(table)
    assert years(result) == [2022, 2023, 2024, 2025]
    assert len([url for url in result.urls if "index_" in url]) == 2


def test_a_page_that_leads_to_itself_for_ever():
    def turning(request):
        number = int(request.query.get("p") or 1)
        return pages({HOST: listing([2025, 2024], f"<a href='?p={number + 1}'>下一页</a>")})(
            type(request)("GET", f"http://{HOST}")
        )

    result = run({f"{FOLDER}index.html": turning})
    assert years(result) == [2024, 2025]
    assert len([url for url in result.urls if "p=" in url]) == 1


def test_pages_that_are_promised_and_not_there_are_said():
    result = run({LIST: listing([2025], "共3页")})
    assert years(result) == [2025]
    assert "http_404" in result.reasons


@pytest.mark.parametrize("first", [0, 1])
def test_pages_that_count_from_0_or_from_1_are_all_read(first):
    uuid = "00000000-0000-4000-a000-{:012d}".format
    rows = [[2025, 2024], [2023, 2022], [2021, 2020]]
    table = {}
    for at, part in enumerate(rows):
        items = "".join(f"<a href='content/{uuid(year)}.html'>{title(year)}</a>" for year in part)
        name = f"zfxxgknb_{at + first}.html"
        table[f"{FOLDER}{name}"] = table_page = f"<p>共3页</p>{items}"
        if at == 0:
            table[f"{FOLDER}zfxxgknb.html"] = table_page
    table |= {f"{FOLDER}content/{uuid(year)}.html": REPORT.format(title(year)) for year in range(2020, 2026)}
    result = run(table, "nantong", url=f"http://{FOLDER}zfxxgknb.html")
    assert years(result) == [2020, 2021, 2022, 2023, 2024, 2025]
    assert [one.reason for one in result.attempts] == []


EMPTY = "<ul id=list></ul><script>$.get('/api/list', {page: 1, size: 2, id: 'c'}, show)</script>"


def record(year):
    return {"title": title(year), "url": article(year), "time": f"{year + 1}-01-15"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty_answer"), ("<html><body>请稍候…</body></html>", "html_for_json"), ('{"data": [', "broken_json"),
        ('{"code": 500, "message": "错误"}', "empty_list"), ("[]", "empty_list"), ("null", "empty_list"),
    ],
)  # fmt: skip
def test_a_service_that_answers_nothing_is_said_and_the_home_page_searched(body, reason):
    result = run({LIST: EMPTY, f"{HOST}/api/list": body.encode()})
    assert reason in result.reasons
    assert result.found == []
    assert f"http://{HOST}/" in result.urls


def test_the_other_call_is_tried():
    script = EMPTY + "<script>$.get('/api/rows', {page: 1, size: 2}, show)</script>"
    result = run({LIST: script, f"{HOST}/api/list": b"[]", f"{HOST}/api/rows": [record(2024)]})
    assert years(result) == [2024]
    assert result.reasons == []


def test_a_service_that_repeats_itself_is_asked_twice():
    result = run({LIST: EMPTY, f"{HOST}/api/list": {"total": 5000, "rows": [record(2024), record(2023)]}})
    assert years(result) == [2023, 2024]
    assert len([url for url in result.urls if "/api/" in url]) == 2


def test_a_callback_around_the_answer():
    body = f"jQuery12({json.dumps({'rows': [record(2024)]})})".encode()
    assert years(run({LIST: EMPTY, f"{HOST}/api/list": body})) == [2024]


def test_a_service_elsewhere_is_not_asked():
    script = "<script>$.getJSON('https://api.elsewhere.cn/list', {page: 1}, show)</script>"
    result = run({LIST: script})
    assert not any("elsewhere" in url for url in result.urls)
    assert "list_needs_javascript" in result.reasons


@pytest.mark.parametrize("status", [404, 500])
def test_a_call_that_fails_is_followed_by_the_other(status):
    script = EMPTY + "<script>$.get('/api/rows', {page: 1, size: 2}, show)</script>"
    gone = FakeResponse(status, (("Content-Type", "text/html"),), b"<html>no</html>")
    result = run({LIST: script, f"{HOST}/api/list": gone, f"{HOST}/api/rows": [record(2024)]})
    assert years(result) == [2024]


def test_rows_that_a_service_promises_and_does_not_show_are_said():
    def respond(request):
        rows = [record(2024), record(2023)] if request.query["page"] == "1" else []
        return data({"total": 9, "rows": rows})

    result = run({LIST: EMPTY, f"{HOST}/api/list": respond})
    assert years(result) == [2023, 2024]
    assert result.reasons == ["short_list"]


def test_a_call_beside_year_columns_may_show_nothing():
    table = {
        LIST: f"<a href='2024n/index.html'>2024年</a>{EMPTY}",
        f"{FOLDER}2024n/index.html": listing([2024]),
        f"{HOST}/api/list": [],
    }
    result = run(table)
    assert years(result) == [2024]
    assert result.reasons == []


def test_a_call_without_pages_is_made_when_nothing_else_leads_on():
    script = "<script>$.getJSON('/api/column/list', {id: 7}, show)</script>"
    result = run({LIST: script, f"{HOST}/api/column/list": [record(2024), record(2023)]})
    assert years(result) == [2023, 2024]
    frame = f"<iframe src='inner.html'></iframe>{script}"
    result = run({LIST: frame, f"{FOLDER}inner.html": listing([2022]), f"{HOST}/api/column/list": [record(2024)]})
    assert years(result) == [2022]


@pytest.mark.parametrize("shown", [True, False])
def test_a_frame_and_a_call_are_both_looked_at(shown):
    table = {LIST: f"<iframe src='inner.html'></iframe>{EMPTY}", f"{HOST}/api/list": [record(2024)] if shown else []}
    result = run({**table, f"{FOLDER}inner.html": "<p>页头</p>" if shown else listing([2022])})
    assert years(result) == [2024 if shown else 2022]
    assert result.reasons == []


def test_a_column_that_is_a_report_asks_for_no_list():
    body = REPORT.format(title(2024)) + "<p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
    body += "<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p>"
    result = run({LIST: body + EMPTY})
    assert [page.url for page in result.pages] == [LIST]
    assert not any("/api/" in url for url in result.urls)


def test_the_call_stands_in_a_script_that_the_page_loads():
    html = (
        "<script>var columnId = 'c7';</script><script src='/js/jquery.min.js'></script>"
        "<script src='https://elsewhere.cn/list.js'></script><script src='/js/common-page.js'></script>"
        "<script src='/js/list.js'></script><div id='app'></div>"
    )
    code = "function load(n){ $.post('/api/docs', {columnId: columnId, pageNo: n, pageSize: 2}, show); }"

    def respond(request):
        assert request.form["columnId"] == "c7"
        rows = {"1": [record(2024), record(2023)], "2": [record(2022)]}[request.form["pageNo"]]
        return data({"count": 3, "list": rows})

    table = {LIST: html, f"{HOST}/js/common-page.js": b"var a = 1;", f"{HOST}/js/list.js": code.encode()}
    result = run({**table, f"{HOST}/api/docs": respond})
    assert years(result) == [2022, 2023, 2024]
    # The home page is the search for years that the list lacks.
    assert len([url for url in result.urls if url != f"http://{HOST}/"]) == 1 + 2 + 2 + 3
    result = run({LIST: html, f"{HOST}/js/common-page.js": b"var a = 1;"})
    assert "list_needs_javascript" in result.reasons


def test_a_column_that_is_a_report_is_one():
    body = REPORT.format(title(2024)) + "<p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
    result = run({LIST: f"{body}<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p>"})
    assert [page.url for page in result.pages] == [LIST]


def test_a_sample_turns_no_page():
    result = run({LIST: listing([2025, 2024, 2023], "共3页")}, sample=1)
    assert len(result.pages) == 1
    assert not any("index_" in url for url in result.urls)


EPORTAL = "http://sthj.yangli.gov.cn/sthj/1115793/1115787/index.html"


def test_a_year_of_eportal_may_be_a_list_or_a_report():
    below = EPORTAL.rpartition("/")[0].removeprefix("http://")
    menu = (
        "<a href='/sthj/1115793/1115787/index.html'>政府信息公开年报</a><a href='/sthj/1115793/1/index.html'>概况</a>"
    )
    table = {
        EPORTAL: f"{menu}<a href='2200001/index.html'>2024年</a><a href='2200002/index.html'>2023年</a>",
        f"{below}/2200001/index.html": f"{menu}<a href='2200009/index.html'>{title(2024)}</a>",
        f"{below}/2200002/index.html": menu + REPORT.format(title(2023)),
        f"{below}/2200001/2200009/index.html": REPORT.format(title(2024)),
    }
    result = run(table, "eportal", url=EPORTAL)
    assert result.found == [f"http://{below}/2200001/2200009/index.html", f"http://{below}/2200002/index.html"]
    assert len(result.urls) <= 5
