"""Ucap's spider on fake portals: every list and service in its ways, nothing missed, nothing invented."""

from __future__ import annotations

import re

import pytest

from crawler.demo.country import Country
from crawler.demo.families.ucap_agencies import AGENCIES
from crawler.demo.families.ucap_portals import portals
from tests.spiders.crawl import crawl, row

LAND = Country(tuple(portals()))

COLUMNS = {
    "www.huaihua.gov.cn": "http://www.huaihua.gov.cn/sthjj/c100617/",
    "www.csrc.gov.cn": "http://www.csrc.gov.cn/csrc/c100028/common_zfxxgknb.shtml",
    "www.hlj.gov.cn": "https://www.hlj.gov.cn/hlj/c108463/zfxxgk.shtml",
    "www.nhc.gov.cn": "http://www.nhc.gov.cn/wjw/xxgknb/list.shtml",
    "www.chinatax.gov.cn": "https://www.chinatax.gov.cn/chinatax/n810214/n810641/n810760/index.html",
    "www.hegang.gov.cn": "https://www.hegang.gov.cn/hegang/c100345/xxgk_nb.shtml",
    "sjt.hunan.gov.cn": "http://sjt.hunan.gov.cn/sjt/xxgk/xxgknb/common_list.shtml",
    "www.sc.gov.cn": "https://www.sc.gov.cn/10462/2025nb/xxgknbs.shtml",
    "www.xinjiang.gov.cn": "https://www.xinjiang.gov.cn/xinjiang/xxgknb/jump.shtml",
    "sthjt.xinjiang.gov.cn": "https://sthjt.xinjiang.gov.cn/xjepd/c101935/zfxxgkMultiList.shtml",
    "www.hrbdl.gov.cn": "http://www.hrbdl.gov.cn/hebdlq/c112289c/common_list.shtml",
}

LISTS = {
    # The column's page, and the pages of its list as the portal counts them.
    "www.huaihua.gov.cn": 3,
    "www.csrc.gov.cn": 1 + 3,
    "www.hlj.gov.cn": 1 + 4,
    "www.nhc.gov.cn": 1 + 1,
    "www.chinatax.gov.cn": 1 + 3,
    "www.hegang.gov.cn": 1 + 3,
    "sjt.hunan.gov.cn": 1 + 2,
    "www.sc.gov.cn": 7,
    "www.xinjiang.gov.cn": 1 + 7,
    "sthjt.xinjiang.gov.cn": 1 + 2,
    "www.hrbdl.gov.cn": 3,
}
SAID = {
    "www.huaihua.gov.cn": ["http_404", "http_404"],
    "www.nhc.gov.cn": ["short_list"],
    "www.csrc.gov.cn": ["index_instead", "index_instead"],
}
"""What is said beside the refusals: a folder and a template that are no pages, a service that promises too much, an
index in place of two articles (their records stand in for them)."""


def bare(url):
    return re.sub(r"\?[^#]*", "", url.split("://", 1)[1])


def registry_row(host, *, searched=False):
    built = next(one for one in LAND.built if one.portal_id == host)
    bodies = [
        {"id": one, "name": AGENCIES[one].name, "type": "department", "level": _level(one), "code": one[:6]}
        for one in dict.fromkeys(one.agency_id for one in built.reports)
    ]
    columns = [] if searched else [{"url": COLUMNS[host], "title": "政府信息公开年报"}]
    base = f"{COLUMNS[host].split(':')[0]}://{host}/"
    return row(host, "ucap", base=base, agencies=bodies, columns=columns, oldest_year=2019)


def _level(agency_id):
    return "county" if agency_id[4:6] != "00" else "province" if agency_id[2:6] == "0000" else "prefecture"


def run(host, land=None, **arguments):
    searched = arguments.pop("searched", False)
    shown = (land or LAND).only(host)
    result = crawl("ucap", shown, rows=[registry_row(host, searched=searched)], portal=host, **arguments)
    assert "spider_fault" not in result.reasons, [one.detail for one in result.attempts]
    return result


def missed_and_invented(host, result, truth=None):
    truth = LAND.only(host).truth() if truth is None else truth
    got = [bare(page.url) for page in result.pages]
    assert len(got) == len(set(got))
    wanted = {bare(one.url) for one in truth}
    return sorted(wanted - set(got)), sorted(set(got) - wanted)


@pytest.mark.parametrize("host", COLUMNS)
def test_a_portal_gives_exactly_its_reports_at_little_cost(host):
    result = run(host)
    assert missed_and_invented(host, result) == ([], [])
    refused = {one.evidence.get("title") for one in result.attempts if one.outcome == "refused"}
    assert {one.title for one in LAND.absences(host) if one.outcome == "refused"} <= refused
    assert [one.reason for one in result.attempts if one.outcome != "refused"] == SAID.get(host, [])
    assert len(result.urls) <= LISTS[host] + len(result.pages) + 3
    asked = [(request.method, request.url, request.body) for request in result.asked]
    assert len(asked) == len(set(asked)), "nothing is asked twice"


@pytest.mark.parametrize("host", ["www.huaihua.gov.cn", "www.hlj.gov.cn", "www.sc.gov.cn", "www.xinjiang.gov.cn"])
def test_a_column_that_no_row_names_is_found_from_home_and_remembered(host):
    result = run(host, searched=True)
    assert missed_and_invented(host, result) == ([], [])
    assert {column.portal_id for column in result.columns} == {host}
