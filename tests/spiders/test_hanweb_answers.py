"""Hanweb's answers as they must not be: another kind, another shape, totals that lie, pages that repeat."""

from __future__ import annotations

import json

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.portal import FakeResponse, moved
from tests.spiders.hanweb_pages import (
    AREA,
    COLUMN,
    HOST,
    MODULE,
    PAGE,
    PROXY,
    ROOT,
    SERVICE,
    answer,
    article,
    articles,
    built,
    call,
    column_page,
    numbered,
    page_of,
    piece,
    record,
    run,
    store,
    title,
    turned,
    url,
    xml,
    years,
)  # fmt: skip

# ---------------------------------------------------------------------- dataproxy.jsp

MALFORMED = {
    "page": ("<html><body>系统维护中</body></html>", "html_for_xml"),
    "nothing": ("", "empty_answer"),
    "text": ("error", "broken_json"),
    "json": ('{"code":500}', "html_for_xml"),
    "cut": ("<datastore><recordset><record><![CDATA[<li><a href='/a'", "html_for_xml"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_an_answer_that_holds_no_records_leaves_a_named_gap(name):
    text, reason = MALFORMED[name]
    result = run({PAGE: column_page(23, 22, total=9), PROXY: xml(text), **articles(22, 23)})
    assert result.found == sorted([url(22), url(23)])
    assert [(one.outcome, one.reason) for one in result.attempts] == [("partial", reason)]
    assert len([one for one in result.urls if "dataproxy" in one]) <= 3


@pytest.mark.parametrize(
    "trouble",
    [DownloadTimeoutError("slow"), FakeResponse(500, (), b""), FakeResponse(404, (), b""), moved(f"http://{PROXY}")],
    ids=["timeout", "500", "404", "302 to itself"],
)
def test_a_service_that_does_not_answer_leaves_a_named_gap(trouble):
    result = run({PAGE: column_page(23, total=9), PROXY: trouble, **articles(23)})
    assert result.found == [url(23)]
    assert len([one for one in result.attempts if one.outcome != "missing" or "404" in one.reason]) == 1


def test_a_challenge_with_status_200_is_recorded_and_left_alone():
    challenge = "<html><script>$_ts=window['$_ts'];$_ts.nsd=61766;</script></html>"
    result = run({PAGE: column_page(23, total=9), PROXY: challenge, **articles(23)})
    assert "challenge_riversecurity" in result.reasons
    assert len([one for one in result.urls if "dataproxy" in one]) == 1


def test_records_asked_by_get_and_where_that_fails_by_post():
    def post_alone(request):
        return numbered(request, *range(12, 24)) if request.method == "POST" else xml(store())

    page = call(12)
    result = run({PAGE: page, PROXY: post_alone, **articles(*range(12, 24))})
    assert len(result.pages) == 12 - len([n for n in range(12, 20) if 2000 + n < 2008])
    methods = [one.method for one in result.asked if "dataproxy" in one.url]
    assert methods == ["GET", "POST", "POST", "POST"]
    assert result.reasons == []


def test_a_total_that_promises_too_much_ends_with_a_named_gap():
    result = run(
        {PAGE: column_page(23, 22, total=9999), PROXY: lambda r: numbered(r, 23, 22, 21), **articles(21, 22, 23)}
    )
    assert result.found == sorted([url(21), url(22), url(23)])
    assert result.reasons == ["short_list"]
    assert "9999 records are promised and 3 were shown" in result.attempts[0].detail


def test_a_service_that_shows_one_group_for_ever():
    same = xml(store(23, 22, group=f"http://{PROXY}?page=2&columnid=700&unitid=9"))
    result = run(
        {
            PAGE: column_page(23, 22, total=9999, group="/module/web/jpage/dataproxy.jsp?page=1"),
            PROXY: same,
            **articles(22, 23),
        }
    )
    assert result.found == sorted([url(22), url(23)])
    assert result.reasons == ["short_list"]
    assert len([one for one in result.urls if "dataproxy" in one]) <= 4


def test_a_service_that_turns_in_circles_is_left():
    def circle(request):
        return numbered(request, *([23, 22] if int(request.query["startrecord"]) % 4 == 1 else [21, 20]) * 5000)

    result = run({PAGE: column_page(23, 22, total=9999, per_page=2), PROXY: circle, **articles(20, 21, 22, 23)})
    assert result.found == sorted(map(url, (20, 21, 22, 23)))
    assert result.reasons == ["short_list"]
    assert len([one for one in result.urls if "dataproxy" in one]) <= 12


def test_a_total_that_promises_too_little_is_believed():
    result = run({PAGE: column_page(23, 22, 21, total=1), **articles(21, 22, 23)})
    assert len(result.pages) == 3
    assert not any("dataproxy" in one for one in result.urls)


def test_groups_by_number_until_none_is_left():
    def groups(request):
        page = int(request.query["page"])
        return xml(
            store(*range(24 - 2 * page, 22 - 2 * page, -1)) if page < 3 else "<datastore><recordset/></datastore>"
        )

    group = "./dataproxy.jsp?page=1&columnid=AbC%2F9&unitid=xyz&webname=样例"
    page = f"<script type='text/xml'>{store(23, group=group)}</script>"
    result = run({PAGE: page, PROXY: groups, **articles(*range(19, 24))})
    assert result.found == sorted(map(url, range(19, 23 + 1)))
    assert result.reasons == []


def test_more_records_by_a_button():
    path = "/module/web/jpage/morecolumndataproxy.jsp"
    button = f'<script>$.get("{path}?page="+n+"&appid=1&columnid=700&unitid=6&keyWordCount=30")</script>'
    more = f"{HOST}{path}"
    result = run(
        {
            PAGE: f"<ul>{record(23)}</ul>{button}",
            more: lambda r: xml(store(22, 21) if r.query["page"] == "1" else store()),
            **articles(21, 22, 23),
        }
    )
    assert result.found == sorted(map(url, (21, 22, 23)))


def test_a_column_that_shows_nothing_anywhere_is_named_and_the_home_page_asked():
    result = run({PAGE: call(7), PROXY: xml(store()), f"{HOST}/": "<a href='/x'>首页</a>"})
    assert ("unreadable", "short_list") in {(one.outcome, one.reason) for one in result.attempts}
    assert f"{ROOT}/" in result.urls


def test_a_column_without_rows_may_be_an_organisation():
    front = f"{ROOT}/col/col700/index.html?vc_xxgkarea=11370830004335350N&jh=264"

    def module(request):
        year = request.query["fbtime"]
        return FakeResponse(200, (("Content-Type", "text/html"),), title(year).encode()) if year > "2023" else None

    result = run({PAGE: "<p>信息公开</p>", MODULE: module}, columns=(front,))
    assert [page.url.rpartition("=")[2] for page in result.pages] == ["2025", "2024"]


# ---------------------------------------------------------------------- the service that builds lists

ODD = {
    "page": ("<html><body>404</body></html>", "html_for_json"),
    "nothing": ("", "empty_answer"),
    "cut": ('{"success":true,"data":{"html":"<li>', "broken_json"),
    "refused": ({"success": False, "code": "500", "data": None, "message": "页面不存在"}, "odd_api_answer"),
    "number": ({"success": True, "data": {"html": 7}}, "odd_api_answer"),
    "list": ({"success": True, "data": [1]}, "odd_api_answer"),
    "text": ('"ok"', "odd_api_answer"),
    "null": ("null", "odd_api_answer"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_answer_that_holds_no_list_is_named(name):
    text, reason = ODD[name]
    found = text if isinstance(text, dict) else xml(text, "application/json")
    result = run({PAGE: piece(), SERVICE: found})
    assert reason in result.reasons
    assert result.found == []


@pytest.mark.parametrize("status", [404, 500, 403])
def test_a_service_that_refuses_is_named(status):
    result = run({PAGE: piece(), SERVICE: FakeResponse(status, (("Content-Type", "text/html"),), b"<p>no</p>")})
    assert any(str(status) in reason for reason in result.reasons)


@pytest.mark.parametrize(
    "wrap",
    [json.dumps, lambda value: f"jsonp_12({json.dumps(value)});", lambda value: "\ufeff" + json.dumps(value)],
    ids=["plain", "callback", "byte order mark"],
)
def test_a_list_in_one_answer(wrap):
    result = run({PAGE: piece(), SERVICE: xml(wrap(answer(built(23, 22))), "text/plain"), **articles(22, 23)})
    assert result.found == sorted([url(22), url(23)])
    assert result.reasons == []


def test_a_lone_half_of_a_character_is_no_fault():
    broken = '{"success":true,"data":{"html":"' + record(23).replace("'", "\\'").replace("\\'", "'") + '\\ud800"}}'
    assert run({PAGE: piece(), SERVICE: xml(broken), **articles(23)}).found == [url(23)]


@pytest.mark.parametrize(("count", "reasons"), [(4, []), (5, ["short_list"]), (9999, ["short_list"])])
def test_pages_until_all_are_read_or_no_more_come(count, reasons):
    result = run({PAGE: piece(), SERVICE: lambda request: turned(request, count), **articles(20, 21, 22, 23)})
    assert result.found == sorted(map(url, (20, 21, 22, 23)))
    assert result.reasons == reasons
    assert len([one for one in result.urls if SERVICE in one]) <= 3


def test_a_first_page_for_ever():
    same = answer(built(23, 22, count=9999, rows=2))
    result = run({PAGE: piece(), SERVICE: same, **articles(22, 23)})
    assert result.reasons == ["short_list"]
    assert len([one for one in result.urls if SERVICE in one]) <= 3


def test_a_pager_that_gives_no_count():
    def without(request):
        page = json.loads(request.query.get("paramJson", '{"pageNo":1}'))["pageNo"]
        html = built(*{1: (23, 22), 2: (21,)}.get(page, ())) + '<div class="pagination"><a href="#">下一页</a></div>'
        return xml(json.dumps(answer(html)), "application/json")

    assert run({PAGE: piece(), SERVICE: without, **articles(21, 22, 23)}).found == sorted(map(url, (21, 22, 23)))


def test_head_and_foot_are_not_asked_for_and_a_menu_only_without_rows():
    page = piece("头部导航") + piece("左侧菜单") + piece("信息列表") + piece("底部版权")
    result = run({PAGE: page, SERVICE: answer(built(23)), **articles(23)})
    assert len([one for one in result.urls if SERVICE in one]) == 1
    empty = run({PAGE: page, SERVICE: answer(""), f"{HOST}/": "<p></p>"})
    assert len([one for one in empty.urls if SERVICE in one]) == 3
    assert "empty_list" in empty.reasons


def test_a_report_that_is_itself_a_piece():
    headings = (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
    )
    html = f"<h1>{title(2023)}</h1>" + "".join(f"<p>{one}</p><p>有关情况如下，数据见表。</p>" for one in headings)
    result = run({PAGE: piece("内容"), SERVICE: answer(html)})
    assert result.found == [COLUMN]
    assert title(2023) in result.pages[0].body.decode()


# ---------------------------------------------------------------------- the module


def test_titles_without_a_year_are_told_apart_by_their_words():
    headings = "".join(
        f"<p>{one}</p>"
        for one in (
            "一、总体情况",
            "二、主动公开政府信息情况",
            "五、存在的主要问题及改进情况",
            "六、其他需要报告的事项",
        )
    )
    known = {year: f"<h1>政府信息公开年度报告</h1>{headings}<p>{year}年办结{year}件。</p>" for year in ("2021", "2022")}
    blank = FakeResponse(200, (("Content-Type", "text/html"),), "<title>政府信息公开年度报告</title>".encode())
    result = run({MODULE: years(known, blank)}, columns=(AREA,))
    assert [page.url[-4:] for page in result.pages] == ["2022", "2021"]


def test_links_and_menus_of_an_empty_year_are_no_report():
    menu = f"<a>{title(2023)}</a><select><option>{title(2022)}</option></select><script>var a='{title(2021)}';</script>"
    blank = FakeResponse(200, (("Content-Type", "text/html"),), menu.encode())
    result = run({MODULE: blank, f"{HOST}/": "<p></p>"}, columns=(AREA,))
    assert result.pages == []
    assert "empty_area" in result.reasons


def test_a_file_in_place_of_a_page():
    pdf = FakeResponse(200, (("Content-Type", "application/pdf"),), b"%PDF-1.7 report")
    result = run({MODULE: lambda r: pdf if r.query["fbtime"] == "2022" else None}, columns=(AREA,))
    assert [page.url[-4:] for page in result.pages] == ["2022"]


def test_a_module_that_is_down_is_not_asked_for_every_year():
    result = run({MODULE: DownloadTimeoutError("slow")}, columns=(AREA,))
    assert len({one for one in result.urls if "fbtime" in one}) == 3
    assert {one.outcome for one in result.attempts} == {"unreachable"}


def test_a_challenge_in_place_of_a_year_ends_the_asking():
    challenge = "<html><script>$_ts=window['$_ts'];$_ts.nsd=61766;</script></html>"
    result = run({MODULE: challenge}, columns=(AREA,))
    assert len([one for one in result.urls if "fbtime" in one]) == 1
    assert "challenge_riversecurity" in result.reasons


# ---------------------------------------------------------------------- the module's catalogue

AREA_CODE = "11220100MB1507524C"


def table(*numbers, pages=1):
    rows = "".join(f"<tr><td><a href='{article(n)}' title='{title(2000 + n)}'>…</a></td></tr>" for n in numbers)
    return f"<td>第&nbsp;1&nbsp;页/共&nbsp;{pages}&nbsp;页</td><table>{rows}</table>"


def catalogue(script, column=COLUMN, answers=None):
    def search(request):
        if request.query.get("infotypeId") != "rsj09" or request.query.get("area") != AREA_CODE:
            return page_of("")
        return page_of((answers or {}).get(request.query["currpage"], ""))

    shell = f"<script>{script}</script>"
    return run({PAGE: shell, f"{HOST}/module/xxgk/search.jsp": search, **articles(20, 21, 22, 23)}, columns=(column,))


def test_a_catalogue_whose_kind_the_address_names():
    called = (
        "loadDynamic('/module/xxgk/search.jsp?standardXxgk=1&infotypeId='+a+'&vc_title='+encodeURI(b)+'&area="
        f"{AREA_CODE}', 'div4', '0','0','950','1','','');"
    )
    column = f"{COLUMN}?vc_xxgkarea={AREA_CODE}&number=rsj09"
    result = catalogue(called, column, {"1": table(23, 22, pages=2), "2": table(21, pages=2)})
    assert result.found == sorted(map(url, (21, 22, 23)))
    assert result.reasons == []


@pytest.mark.parametrize("mark", ["&", "&amp;"])
def test_a_catalogue_that_repeats_itself_or_ends_early_is_named(mark):
    named = mark.join(("x='/module/xxgk/search.jsp?divid=div1", "infotypeId=rsj09", "jdid=2", f"area={AREA_CODE}'"))
    for second in (table(23, pages=9), ""):
        result = catalogue(named, answers={"1": table(23, pages=9), "2": second})
        assert result.found == [url(23)]
        assert result.reasons == ["short_list"]


def test_a_catalogue_of_another_kind_is_left_after_three_pages():
    named = f"x='/module/xxgk/search.jsp?infotypeId=rsj09&area={AREA_CODE}'"
    notices = {str(n): f"<a href='{article(100 + n)}'>关于第{n}批项目的公示</a>共 400 页" for n in range(1, 400)}
    result = catalogue(named, answers=notices)
    assert len([one for one in result.urls if "search.jsp" in one]) == 3


def test_a_script_that_names_no_kind_is_no_catalogue():
    result = catalogue(f"x='/module/xxgk/search.jsp?infotypeId='+a+'&area={AREA_CODE}'")
    assert not any("search.jsp" in one for one in result.urls)
    assert "empty_list" in result.reasons or "list_needs_javascript" in result.reasons
