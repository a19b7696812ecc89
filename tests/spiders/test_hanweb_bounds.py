"""Hanweb: lists that must not be read to their end, and rows at odd addresses."""

from __future__ import annotations

import json

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
    articles,
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

# ---------------------------------------------------------------------- lists that must not be read to their end


def test_notices_are_read_a_few_pages_far_however_long_their_list_is():
    every = list(range(0, 5000))
    table = {
        PAGE: "<p>2020年</p>",
        f"{HOST}/": "<a href='/col/col8/index.html'>通知公告</a><a href='/col/col9/index.html'>公告公示</a>",
        f"{HOST}/col/col8/index.html": call(5000, column=8),
        PROXY: lambda request: numbered(request, *every),
        f"{HOST}/col/col9/index.html": piece(),
        SERVICE: lambda request: turned(request, 5000, numbers=every),
    }
    result = run(table)
    assert len([one for one in result.urls if "dataproxy" in one]) <= 3
    assert len([one for one in result.urls if SERVICE in one]) <= 3
    assert "page_limit" not in result.reasons


def test_a_list_that_says_no_more_than_that_it_is_longer():
    page = f"<script type='text/xml'>{store(23, 22)}</script><script>$('#9').jpage({{totalRecord:80}});</script>"
    result = run({PAGE: page, **articles(22, 23)})
    assert len(result.pages) == 2
    assert [(one.outcome, one.reason) for one in result.attempts] == [("partial", "list_cut")]


def test_a_page_that_prints_its_first_rows_itself_is_read_on():
    page = f"<ul>{''.join(map(record, (23, 22, 21, 20)))}</ul>{piece()}"
    shown = (23, 22, 21, 20, 19, 18)
    result = run({PAGE: page, SERVICE: lambda request: turned(request, 6, numbers=shown), **articles(*shown)})
    assert result.found == sorted(map(url, shown))
    assert result.reasons == []


def test_the_same_list_for_telephones_is_not_read_twice():
    page = column_page(23, total=3, unit=9) + column_page(23, total=3, unit=10)
    result = run({PAGE: page, PROXY: lambda request: numbered(request, 23, 22, 21), **articles(21, 22, 23)})
    assert len(result.pages) == 3
    assert len([one for one in result.urls if "dataproxy" in one]) == 1


def test_reports_linked_by_other_addresses_are_rows_and_columns_are_not():
    page = (
        f"<a href='/xxgk/show.jsp?id=7'>{title(2023)}</a><a href='/module/download/downfile.jsp?filename=ab.pdf'>"
        f"{title(2022)}</a><a href='http://other.example.com/x.html'>{title(2021)}</a>"
        f"<a href='/col/col7100/index.html'>{title(2024)}</a><a href='/xxgk/2020n/'>{title(2020)}</a>"
    )
    result = run({PAGE: page, f"{HOST}/xxgk/show.jsp": "<p>x</p>", f"{HOST}/module/download/downfile.jsp": b"%PDF-1.7"})
    assert result.found == [f"{ROOT}/module/download/downfile.jsp?filename=ab.pdf", f"{ROOT}/xxgk/show.jsp?id=7"]


def test_a_home_page_whose_menu_a_service_builds():
    menu = {"nav": "<a href='/col/col700/index.html'>政府信息公开年报</a>"}

    def service(request):
        return xml(json.dumps(answer(menu.get(request.query["tagId"], ""))), "application/json")

    home = piece("nav", page_id="1") + piece("底部", page_id="1")
    result = run({f"{HOST}/": home, SERVICE: service, PAGE: column_page(23, total=1), **articles(23)}, columns=())
    assert result.found == [url(23)]
    assert [column.url for column in result.columns] == [COLUMN]


def test_organisations_that_a_column_lists_without_a_year():
    path = MODULE.removeprefix(HOST)
    page = f"<a href='{path}?area=3708290001'>样例市财政局</a><a href='{path}?area=3708290002'>样例市教育局</a>"

    def module(request):
        body = {"3708290001": "样例市财政局", "3708290002": "样例市教育局"}[request.query["area"]]
        return page_of(f"<h1>{title(2024, body)}</h1>") if request.query["fbtime"] == "2024" else None

    result = run({PAGE: page, MODULE: module})
    assert {page.list_title for page in result.pages} == {"样例市财政局", "样例市教育局"}


def test_years_that_a_column_lists_are_its_rows_and_no_others_are_asked_for():
    path = f"{MODULE.removeprefix(HOST)}?area=3708290001"
    page = "".join(f"<li><a href='{path}&fbtime={year}'>{title(year)}</a></li>" for year in (2024, 2022))
    result = run({PAGE: page, MODULE: lambda request: page_of(f"<h1>{title(int(request.query['fbtime']))}</h1>")})
    assert {page.url[-4:] for page in result.pages} == {"2024", "2022"}
    assert len([one for one in result.urls if "fbtime" in one]) == 2


def test_older_years_of_the_module_are_asked_for_until_three_are_empty():
    known = {str(year): f"<h1>{title(year)}</h1>" for year in (2025, 2024, 2019, 2018, 2016, 2011)}
    result = run({MODULE: years(known)}, columns=(AREA,))
    assert [page.url[-4:] for page in result.pages] == ["2025", "2024", "2019", "2018", "2016"]
    asked = [one[-4:] for one in result.urls if "fbtime" in one]
    assert asked == [str(year) for year in range(2025, 2012, -1)]
    alone = run({MODULE: years(known)}, columns=(AREA,), years="2008-2012")
    assert [page.url[-4:] for page in alone.pages] == ["2011"]
