"""Hanweb's spider on the fake portals of its three systems: every paging variant, nothing missed, nothing invented."""

from __future__ import annotations

import pytest

from crawler.demo.country import Country
from crawler.demo.families.hanweb_agencies import AGENCIES
from crawler.demo.families.hanweb_portals import portals
from tests.spiders.crawl import crawl, row

LAND = Country(tuple(portals()))
MODULE = "/module/xxgk/xxgkAnnualReport.jsp"
YEARS = range(2019, 2026)
SHANDONG = "http://www.shandong.gov.cn/col/col315154/index.html?vc_xxgkarea=113700000045022274&jh=264"

COLUMNS = {
    "www.jiangsu.gov.cn": ["https://www.jiangsu.gov.cn/col/col84241/index.html"],
    "www.yancheng.gov.cn": ["http://www.yancheng.gov.cn/col/col33704/index.html"],
    "hbj.hg.gov.cn": ["http://hbj.hg.gov.cn/col/col12301/index.html"],
    "www.shandong.gov.cn": [SHANDONG],
    "www.nhsa.gov.cn": ["http://www.nhsa.gov.cn/col/col37/index.html"],
    "www.lishui.gov.cn": ["https://www.lishui.gov.cn/col/col1229850027/index.html"],
    "sthjt.zj.gov.cn": ["https://sthjt.zj.gov.cn/col/col1229263470/index.html"],
    "peace.jingjiang.gov.cn": ["http://peace.jingjiang.gov.cn/xxgk/zfxxgknb/"],
    "www.huaian.gov.cn": ["https://www.huaian.gov.cn/col/18073_668815/index.html"],
    "www.miit.gov.cn": ["https://www.miit.gov.cn/zwgk/zfxxgknb/index.html"],
    "www.hangzhou.gov.cn": ["https://www.hangzhou.gov.cn/col/col1229063389/index.html"],
    "www.yantai.gov.cn": ["http://www.yantai.gov.cn/col/col42829/index.html"],
    "www.wenshang.gov.cn": [
        f"http://www.wenshang.gov.cn{MODULE}?area=11370830004335238P&fbtime=2022",
        f"http://www.wenshang.gov.cn{MODULE}?area=11370830004335350N",
    ],
    "js.dl.gov.cn": [f"https://js.dl.gov.cn{MODULE}?area=2102000066&fbtime=2022"],
    "www.longyou.gov.cn": [f"http://www.longyou.gov.cn{MODULE}"],
    "www.wenzhou.gov.cn": [
        "https://www.wenzhou.gov.cn/col/col1229850036/index.html",
        f"https://www.wenzhou.gov.cn{MODULE}?area=11330300MB1685697R&fbtime=2024",
    ],
    "www.nmg.gov.cn": ["https://www.nmg.gov.cn/col/col1196/index.html?vc_xxgkarea=111500000115122125&number=NMA9"],
}

LISTS = {
    # Where a person would have to look: list pages as the portal counts them, menus that are built by themselves;
    # of the module the years without a report.
    "www.jiangsu.gov.cn": 8 + 3,
    "www.yancheng.gov.cn": 5,
    "hbj.hg.gov.cn": 5,
    "www.shandong.gov.cn": 1,
    "www.nhsa.gov.cn": 13,
    "www.lishui.gov.cn": 2,
    "sthjt.zj.gov.cn": 3,
    "peace.jingjiang.gov.cn": 1 + 3 + 3 + 4,
    "www.huaian.gov.cn": 4,
    "www.miit.gov.cn": 3,
    "www.hangzhou.gov.cn": 2,
    "www.yantai.gov.cn": 1,
    "www.wenshang.gov.cn": 4,
    "js.dl.gov.cn": 3,
    "www.longyou.gov.cn": 9,
    "www.wenzhou.gov.cn": 1,
    "www.nmg.gov.cn": 4,
}

SEVERAL = {
    "www.jiangsu.gov.cn": 8,
    "peace.jingjiang.gov.cn": 7,
    "www.wenshang.gov.cn": 2,
    "www.longyou.gov.cn": 2,
    "www.wenzhou.gov.cn": 2,
}
"""Columns of a portal, sub-columns and organisations of the module counted, where there are more than one."""

OUT_OF_REACH = {"www.nhsa.gov.cn": ["short_list"], "www.hangzhou.gov.cn": ["short_list"]}


def bare(url):
    return url.split("://", 1)[1]


def registry_row(host, *, searched=False, **fields):
    built = next(one for one in LAND.built if one.portal_id == host)
    bodies = [
        {"id": one, "name": AGENCIES[one].name, "type": "department", "level": _level(one), "code": one[:6]}
        for one in dict.fromkeys(one.agency_id for one in built.reports)
    ]
    columns = [] if searched else [{"url": url, "title": "政府信息公开年报"} for url in COLUMNS[host]]
    scheme = COLUMNS[host][0].split(":")[0]
    return row(
        host, "hanweb", base=f"{scheme}://{host}/", hosts=[site.host for site in built.sites], agencies=bodies,
        columns=columns, oldest_year=2019, **fields,
    )  # fmt: skip


def _level(agency_id):
    return "county" if agency_id[4:6] != "00" else "province" if agency_id[2:6] == "0000" else "prefecture"


def run(host, land=None, **arguments):
    searched = arguments.pop("searched", False)
    shown = (land or LAND).only(host)
    result = crawl("hanweb", shown, rows=[registry_row(host, searched=searched)], portal=host, **arguments)
    assert "spider_fault" not in result.reasons, [one.detail for one in result.attempts]
    return result


def missed_and_invented(host, result, truth=None):
    """Addresses of reports that were not found, and addresses that are none."""
    truth = LAND.only(host).truth() if truth is None else truth
    got = [bare(page.url) for page in result.pages]
    assert len(got) == len(set(got))
    allowed = [{bare(one.url), *map(bare, one.also)} for one in truth]
    missed = [one.url for one, urls in zip(truth, allowed, strict=True) if not urls & set(got)]
    return missed, [url for url in got if not any(url in urls for urls in allowed)]


@pytest.mark.parametrize("host", COLUMNS)
def test_a_portal_gives_exactly_its_reports_at_little_cost(host):
    result = run(host)
    assert missed_and_invented(host, result) == ([], [])
    twice = 2 if host == "www.wenzhou.gov.cn" else 1  # in a column and in the module
    assert len(result.pages) == twice * len(LAND.only(host).truth())
    refused = {one.evidence.get("title") for one in result.attempts if one.outcome == "refused"}
    wanted = {one.title for one in LAND.absences(host) if one.outcome == "refused"}
    assert wanted <= refused
    assert [one.reason for one in result.attempts if one.outcome != "refused"] == OUT_OF_REACH.get(host, [])
    # What is asked twice is asked for a cookie; "/" is the search among the notices, once a portal.
    asked = [
        (request.method, request.url, request.body)
        for request in result.asked
        if request.path not in {"/", "/robots.txt"}
    ]
    assert len(asked) <= len(set(asked)) + (host == "js.dl.gov.cn")
    assert len(set(asked)) <= LISTS[host] + len(result.pages) + 3 * SEVERAL.get(host, 1)


@pytest.mark.parametrize("host", [host for host in COLUMNS if host not in {"www.wenshang.gov.cn", "js.dl.gov.cn"}])
def test_a_column_that_no_row_names_is_found_from_home_and_remembered(host):
    result = run(host, searched=True)
    missed, invented = missed_and_invented(host, result)
    assert invented == []
    assert [url for url in missed if host != "www.wenzhou.gov.cn" or MODULE not in url] == []
    assert {column.portal_id for column in result.columns} == {host}
    assert all(column.title for column in result.columns)


@pytest.mark.parametrize("host", ["www.jiangsu.gov.cn", "www.nhsa.gov.cn", "www.yantai.gov.cn", "www.longyou.gov.cn"])
def test_one_year(host):
    result = run(host, year=2024)
    truth = [one for one in LAND.only(host).truth() if one.year == 2024]
    assert missed_and_invented(host, result, truth) == ([], [])


@pytest.mark.parametrize("host", ["www.jiangsu.gov.cn", "sthjt.zj.gov.cn", "www.wenshang.gov.cn", "www.huaian.gov.cn"])
def test_a_sample_is_small(host):
    result = run(host, sample=2)
    assert 1 <= len(result.pages) <= 3
    assert len(result.urls) <= len(result.pages) + 10


def test_one_agency_of_a_collection():
    result = run("peace.jingjiang.gov.cn", agency="靖江市财政局")
    truth = [one for one in LAND.only("peace.jingjiang.gov.cn").truth() if one.agency_id == "321282-czj"]
    assert missed_and_invented("peace.jingjiang.gov.cn", result, truth) == ([], [])


def test_one_agency_of_those_that_a_home_page_names():
    result = run("www.longyou.gov.cn", agency="龙游县财政局")
    assert {bare(page.url).partition("&")[0] for page in result.pages} == {
        f"www.longyou.gov.cn{MODULE}?area=01251010-004"
    }


@pytest.mark.parametrize("host", ["www.yancheng.gov.cn", "peace.jingjiang.gov.cn", "www.longyou.gov.cn"])
def test_what_the_pages_say_is_what_the_portal_holds(host):
    result = crawl("hanweb", LAND.only(host), rows=[registry_row(host)], portal=host, pipelines=True)
    said = {(page.report.agency, page.report.year) for page in result.pages if page.report}
    assert said == {(one.agency, one.year) for one in LAND.only(host).truth()}


def test_rows_carry_title_and_date():
    page = next(one for one in run("www.jiangsu.gov.cn").pages if "art_92548" in one.url)
    assert (page.list_title, page.list_date) == ("江苏省人民政府2024年政府信息公开工作年度报告", "2025-01-12")
    built = next(one for one in run("www.huaian.gov.cn").pages)
    assert built.list_title.endswith("年度报告")
    assert built.list_date


def test_the_row_of_the_module_says_no_year_that_only_its_address_says():
    result = run("www.longyou.gov.cn")
    assert {page.list_title for page in result.pages} == {"衢州市生态环境局龙游分局", "龙游县财政局"}


def test_lists_are_kept_as_evidence_under_addresses_of_their_own():
    for host in ("hbj.hg.gov.cn", "sthjt.zj.gov.cn", "www.wenshang.gov.cn"):
        kept = [page.url for page in run(host).lists]
        assert len(kept) == len(set(kept)) or host == "hbj.hg.gov.cn"
    assert any("#columnid=12301" in page.url for page in run("hbj.hg.gov.cn").lists)


def test_the_neighbour_list_of_a_page_is_not_read_on():
    assert not any("columnid=59348" in url for url in run("www.jiangsu.gov.cn").urls)
