"""Longxun's spider on fake portals of both Anhui systems: nothing missed, nothing invented."""

from __future__ import annotations

import re

import pytest

from crawler.demo.country import Country
from crawler.demo.families.longxun import portals
from crawler.demo.families.ucap_agencies import AGENCIES
from tests.spiders.crawl import crawl, row

LAND = Country(tuple(portals()))

COLUMNS = {
    "www.my.gov.cn": "http://www.my.gov.cn/public/column/601?type=3&nav=3&sub=0&hasContent=true",
    "www.shucheng.gov.cn": "https://www.shucheng.gov.cn/public/column/6598891?type=3&action=list",
    "kjt.ah.gov.cn": "http://kjt.ah.gov.cn/public/column/21671",
    "www.lushan.gov.cn": "https://www.lushan.gov.cn/public/column/4443193?type=3&action=list",
    "www.xinxiang.gov.cn": "https://www.xinxiang.gov.cn/public/column/7011?type=3",
    "www.ah.gov.cn": "https://www.ah.gov.cn/site/tpl/7931?nav=4",
    "www.gy.gov.cn": "https://www.gy.gov.cn/XxgkContent/showList/790/0/page_1.html",
    "www.tl.gov.cn": "https://www.tl.gov.cn/openness/XxgkContent/showList/35/0/page_1.html",
    "www.mashsq.gov.cn": "https://www.mashsq.gov.cn/XxgkContent/showList/12/0/page_1.html",
}
SEARCHED = ["www.my.gov.cn", "www.shucheng.gov.cn", "www.fengyang.gov.cn", "www.ah.gov.cn", "www.gy.gov.cn"]

LISTS = {
    # The column's page and its list's pages; of organs that offer no year the questions of years without a report.
    "www.my.gov.cn": 1,
    "www.shucheng.gov.cn": 1 + 2,
    "kjt.ah.gov.cn": 1,
    "www.lushan.gov.cn": 1 + 1,
    "www.xinxiang.gov.cn": 1,
    "www.ah.gov.cn": 1 + 7,
    "www.gy.gov.cn": 3,
    "www.tl.gov.cn": 2,
    "www.mashsq.gov.cn": 2,
}


def short(url):
    """An address by host, path, and the year that it asks for."""
    bare = url.split("://", 1)[1]
    year = re.search(r"timeFrame=(\d+)", bare)
    return bare.partition("?")[0] + (f"?{year[1]}" if year else "")


def registry_row(host, *, searched=False):
    built = next(one for one in LAND.built if one.portal_id == host)
    bodies = [
        {"id": one, "name": AGENCIES[one].name, "type": "department", "level": _level(one), "code": one[:6]}
        for one in dict.fromkeys(one.agency_id for one in built.reports)
    ]
    columns = [] if searched else [{"url": COLUMNS[host], "title": "政府信息公开年报"}]
    scheme = "http" if "https" not in built.sites[0].schemes else "https"
    return row(host, "longxun", base=f"{scheme}://{host}/", agencies=bodies, columns=columns, oldest_year=2019)


def _level(agency_id):
    return "county" if agency_id[4:6] != "00" else "province" if agency_id[2:6] == "0000" else "prefecture"


def run(host, **arguments):
    rows = [registry_row(host, searched=arguments.pop("searched", False))]
    result = crawl("longxun", LAND.only(host), rows=rows, portal=host, **arguments)
    assert "spider_fault" not in result.reasons, [one.detail for one in result.attempts]
    return result


def missed_and_invented(host, result, truth=None):
    truth = LAND.only(host).truth() if truth is None else truth
    got = [short(one.url) for one in result.pages]
    assert len(got) == len(set(got))
    wanted = {short(one.url) for one in truth}
    return sorted(wanted - set(got)), sorted(set(got) - wanted)


@pytest.mark.parametrize("host", COLUMNS)
def test_a_portal_gives_exactly_its_reports_at_little_cost(host):
    result = run(host)
    assert missed_and_invented(host, result) == ([], [])
    refused = {one.evidence.get("title") for one in result.attempts if one.outcome == "refused"}
    assert {one.title for one in LAND.absences(host) if one.outcome == "refused"} <= refused
    assert [one.reason for one in result.attempts if one.outcome != "refused"] == []
    home = [url for url in result.urls if url.endswith("gov.cn/")]  # asked for notices where a year is missing
    assert len(result.urls) - len(home) <= LISTS[host] + len(result.pages) + 3
    assert len(set(result.urls)) == len(result.urls), "nothing is asked twice"


@pytest.mark.parametrize("host", SEARCHED)
def test_a_column_that_no_row_names_is_found_from_home_and_remembered(host):
    result = run(host, searched=True)
    assert missed_and_invented(host, result) == ([], [])
    assert {column.portal_id for column in result.columns} == {host}


def test_one_year_asks_for_one_year():
    result = run("www.my.gov.cn", year=2021)
    assert [short(one.url) for one in result.pages] == ["www.my.gov.cn/public/column/601?2021"]
    assert len(result.urls) <= 5
    result = run("www.shucheng.gov.cn", year=2022)
    assert [short(one.url) for one in result.pages] == ["www.shucheng.gov.cn/public/column/6598891?2022"]
    assert len(result.urls) == 2


def test_a_sample_is_small():
    assert len(run("www.shucheng.gov.cn", sample=2).urls) == 2
    assert 1 <= len(run("www.ah.gov.cn", sample=2).pages) <= 3


def test_one_agency_of_those_that_a_home_page_names():
    result = run("www.fengyang.gov.cn", searched=True, agency="凤阳县农业农村局")
    assert {short(one.url).rsplit("/", 2)[1] for one in result.pages} == {"161055488"}


@pytest.mark.parametrize("host", ["www.my.gov.cn", "www.shucheng.gov.cn", "www.ah.gov.cn", "www.tl.gov.cn"])
def test_what_the_pages_say_is_what_the_portal_holds(host):
    result = crawl("longxun", LAND.only(host), rows=[registry_row(host)], portal=host, pipelines=True)
    said = {(one.report.agency, one.report.year) for one in result.pages if one.report}
    assert said == {(one.agency, one.year) for one in LAND.only(host).truth()}
