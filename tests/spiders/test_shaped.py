"""Families whose shapes are data, each on its fake portals: nothing missed, nothing invented, little asked."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.demo.country import Country
from crawler.demo.families import (
    plain_dated,
    plain_eportal,
    plain_henan,
    plain_liaoning,
    plain_mongoid,
    plain_nantong,
    plain_noday,
    plain_shanghai,
)
from tests.spiders.crawl import crawl, row

PORTALS = {
    "shanghai": plain_shanghai.portals(),
    "nantong": plain_nantong.portals(),
    "liaoning": plain_liaoning.portals(),
    "eportal": plain_eportal.portals(),
    "trs": plain_noday.portals(),
    "henan": plain_henan.henan(),
    "hebei": plain_henan.hebei(),
    "mongoid": plain_mongoid.portals(),
    "dated": plain_dated.portals(),
}
LAND = Country(tuple(built for portals in PORTALS.values() for built in portals))
FAMILY = {built.portal_id: family for family, portals in PORTALS.items() for built in portals}

COLUMNS = {
    "sthj.sh.gov.cn": "https://sthj.sh.gov.cn/hbzhywpt1175/hbzhywpt1178/index.html",
    "ybj.sh.gov.cn": "https://ybj.sh.gov.cn/xxgknb/index.html",
    "www.shanghai.gov.cn": "https://www.shanghai.gov.cn/2025ndbg/index.html",
    "www.nantong.gov.cn": "https://www.nantong.gov.cn/ntsrmzf/xxgknb/xxgknb.html",
    "hbj.lyg.gov.cn": "http://hbj.lyg.gov.cn/lygshbj/xxgknb/",
    "ylbzj.nantong.gov.cn": "https://ylbzj.nantong.gov.cn/ntsylbzj/xxgknb/xxgknb.html",
    "sthj.ln.gov.cn": "https://sthj.ln.gov.cn/sthj/zfxxgk/zfxxgknb/index.shtml",
    "www.ln.gov.cn": "https://www.ln.gov.cn/web/zwgkx/zfxxgk1/2010zfxxgk_148535/2025/index.shtml",
    "www.bjtzh.gov.cn": "https://www.bjtzh.gov.cn/bjtz/xxfb/zfxxgknb/index.shtml",
    "sthjj.beijing.gov.cn": "https://sthjj.beijing.gov.cn/bjhrb/index/xxgk69/zfxxgk43/qtfdxx73/zfxxgknb13/index.html",
    "sthjj.wuhai.gov.cn": "http://sthjj.wuhai.gov.cn/sthjj/1115793/1115732/1115787/index.html",
    "www.bjdx.gov.cn": "https://www.bjdx.gov.cn/bjsdxqrmzf/zwfw/zfxxgk/dxqzf69/index.html",
    "www.gxhx.gov.cn": "http://www.gxhx.gov.cn/hxhjbhj/zfxxgkgzndbg_18287/",
    "www.jdzcjq.gov.cn": "http://www.jdzcjq.gov.cn/zwgk/zfxxgknb/",
    "hbj.jiyuan.gov.cn": "https://hbj.jiyuan.gov.cn/14196/17090/",
    "www.gxzf.gov.cn": "http://www.gxzf.gov.cn/zwgk/zfxxgkgzndbg_251551/index.shtml",
    "www.henan.gov.cn": "https://www.henan.gov.cn/zwgk/zfxxgk/zfxxgknb/",
    "www.tongbai.gov.cn": "https://www.tongbai.gov.cn/apz/zfxxgknb/",
    "www.hebei.gov.cn": "https://www.hebei.gov.cn/columns/29527d47-65f0-4e58-9a95-804549f339e9/index.html",
    "sjzca.gov.cn": "http://sjzca.gov.cn/columns/985b429c-5a3e-46bf-88aa-1fae645ea3af/index.html",
    "www.weiyang.gov.cn": "http://www.weiyang.gov.cn/zwgk/zfjg/czjg/sthjwyfj/xxgknb/",
    "www.changanqu.gov.cn": "http://www.changanqu.gov.cn/zwgk/xxgknb/bmxxgknb/",
    "www.gangcheng.gov.cn": "http://www.gangcheng.gov.cn/gongkai/site_gangchengqussthjjgcfjz/channel_6389b5a2375991828264efb2/",
    "www.sdsx.gov.cn": "http://www.sdsx.gov.cn/site_wzjzabh/channel_x_5669_13598/",
    "www.diqing.gov.cn": "https://www.diqing.gov.cn/zfxxgk_dqzzf/gknb/bmxxgknb/",
    "www.hgds.gov.cn": "https://www.hgds.gov.cn/hegang/wszbmgkndbb/",
    "www.shpt.gov.cn": "https://www.shpt.gov.cn/hbj/zfxxgknb/",
    "www.zhumadian.gov.cn": "https://www.zhumadian.gov.cn/html/site_gov/xxgknb/index.html",
    "zwgk.shcn.gov.cn": "https://zwgk.shcn.gov.cn/xxgk/gknb-hbjzfxxgk/",
    "sfj.zhangzhou.gov.cn": "https://sfj.zhangzhou.gov.cn/cms/html/zzssfj/ndbg/index.html",
    "www.kmwh.gov.cn": "https://www.kmwh.gov.cn/xxgk/zfxxgknb/index.shtml",
}

LISTS = {
    # Pages of lists as the portal counts them, and the answers of services.
    "sthj.sh.gov.cn": 4,
    "ybj.sh.gov.cn": 1 + 7 + 2,
    "www.shanghai.gov.cn": 7 + 1,
    "www.nantong.gov.cn": 1 + 7 * 2 + 1,
    "hbj.lyg.gov.cn": 1 + 3,
    "ylbzj.nantong.gov.cn": 3,
    "sthj.ln.gov.cn": 1 + 3,
    "www.ln.gov.cn": 7,
    "www.bjtzh.gov.cn": 3,
    "sthjj.beijing.gov.cn": 3,
    "sthjj.wuhai.gov.cn": 3,
    "www.bjdx.gov.cn": 1 + 3 * 7,
    "www.gxhx.gov.cn": 3,
    "www.jdzcjq.gov.cn": 1 + 7,
    "hbj.jiyuan.gov.cn": 3,
    "www.gxzf.gov.cn": 2,
    "www.henan.gov.cn": 4,
    "www.tongbai.gov.cn": 3,
    "www.hebei.gov.cn": 2,
    "sjzca.gov.cn": 1 + 3,
    "www.weiyang.gov.cn": 2,
    "www.changanqu.gov.cn": 2,
    "www.gangcheng.gov.cn": 1 + 4,
    "www.sdsx.gov.cn": 2,
    "www.diqing.gov.cn": 3,
    "www.hgds.gov.cn": 3,
    "www.shpt.gov.cn": 3,
    "www.zhumadian.gov.cn": 3,
    "zwgk.shcn.gov.cn": 3,
    "sfj.zhangzhou.gov.cn": 3,
    "www.kmwh.gov.cn": 3,
}

SEARCHED = [
    "www.shanghai.gov.cn",
    "hbj.lyg.gov.cn",
    "www.ln.gov.cn",
    "sthjj.wuhai.gov.cn",
    "www.gxhx.gov.cn",
    "sjzca.gov.cn",
]
ONE_YEAR = ["ybj.sh.gov.cn", "www.nantong.gov.cn", "sthj.ln.gov.cn", "www.bjdx.gov.cn"]


def bare(url):
    return url.split("://", 1)[1]


def registry_row(host, *, searched=False, **fields):
    built = next(one for one in LAND.built if one.portal_id == host)
    names = {one.agency_id: one.report.agency for one in built.reports}
    bodies = [
        {"id": one, "name": name, "type": "department", "level": _level(one), "code": one[:6]}
        for one, name in names.items()
    ]
    columns = [] if searched else [{"url": COLUMNS[host], "title": "政府信息公开年报"}]
    base = f"{urlsplit(COLUMNS[host]).scheme}://{host}/"
    hosts = [site.host for site in built.sites]
    return row(host, FAMILY[host], base=base, hosts=hosts, agencies=bodies, columns=columns, oldest_year=2019, **fields)


def _level(agency_id):
    return "county" if agency_id[4:6] != "00" else "province" if agency_id[2:6] == "0000" else "prefecture"


def run(host, land=None, **arguments):
    searched = arguments.pop("searched", False)
    rows = [registry_row(host, searched=searched)]
    result = crawl(FAMILY[host], (land or LAND).only(host), rows=rows, portal=host, **arguments)
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
    refused = {one.evidence.get("title") for one in result.attempts if one.outcome == "refused"}
    assert {one.title for one in LAND.absences(host) if one.outcome == "refused"} <= refused
    assert [one.reason for one in result.attempts if one.outcome != "refused"] == []
    asked = [(request.method, request.url, request.body) for request in result.asked]
    assert len(asked) == len(set(asked)), "nothing is asked twice"
    assert len(result.urls) <= LISTS[host] + len(result.pages) + 3


@pytest.mark.parametrize("host", SEARCHED)
def test_a_column_that_no_row_names_is_found_from_home_and_remembered(host):
    result = run(host, searched=True)
    assert missed_and_invented(host, result) == ([], [])
    assert {column.portal_id for column in result.columns} == {host}


@pytest.mark.parametrize("host", ONE_YEAR)
def test_one_year(host):
    truth = [one for one in LAND.only(host).truth() if one.year == 2023]
    assert missed_and_invented(host, run(host, year=2023), truth) == ([], [])


UUID = "3d356cf9-bba5-4bce-8d93-c9bbad38134a"
ARTICLES = {
    "shanghai": ["/nw12344/20230331/4a03b5fa47ae4c73b7ec42801de6be66.html", "/nw2/nw2314/u26aw12345.html"],
    "nantong": [f"/ntsrmzf/20sjbm/content/{UUID}.html"],
    "liaoning": [
        "/sthj/zfxxgk/zfxxgknb/6B0894795B7F4F3ABE25185307CC850C/index.shtml",
        "/bjtz/xxfb/1685273000001/index.shtml", "/bjtz/xxfb/202301/1634545.shtml",
    ],
    "eportal": [
        "/bjhrb/index/xxgk69/zfxxgknb13/326015834/index.html",
        "/eportal/ui?pageId=3&articleKey=2203861&columnId=1",
    ],
    "trs": [
        "/hxhjbhj/zfxxgkgzndbg_18287/t4174357.html", "/14196/17090/t494589.html",
        "/zwgk/zfxxgknb/2022n_1/t876803.shtml",
    ],
    "henan": ["/2023/01-19/2677014.html"],
    "hebei": [f"/columns/{UUID}/202401/15/{UUID}.html", "/hbgyhxxht/zfxxgk/zfxxgknb/202401/t20240115_1234.html"],
    "mongoid": [
        "/zwgk/xxgknb/bmxxgknb/63be2a70f8fd1c4c2136ad2e.html",
        "/gongkai/channel_c_5f9fa491ab327f36e4c13073_n_1605682516.1737/doc_679589110e2f3689cc4b4ada.html",
    ],
    "dated": [
        "/zfxxgk_dqzzf/gknb/bmxxgknb/202303/20230305_193807.html", "/hegang/wszbmgkndbb/202601/85423.shtml",
        "/hbj/zfxxgknb-zfxxgkzhzwzfwj2021/20220127/831093.html", "/html/BPSZF/202601/0176852606910451.html",
        "/html/site_gov/articles/202001/99838.html", "/xxgk/gknb-hbjzfxxgk/2023/18/65707.html",
        "/zl/zfxxgk/zfxxgknb/webinfo/2024/01/1695967376343260.htm", "/doc/2024/01/08/4153378.shtml",
        "/c/2023-01-11/6433727.shtml", "/cms/html/zzssfj/2024-01-18/1111264329.html", "/c26133/20240117/i2154426.html",
        "/resources/site/153/html/yzgk/zfxxgknb/nbqzfgzbm/202401/833772.html",
    ],
}  # fmt: skip
OTHERS = [
    "/", "/2025ndbg/index.html", "/hbzhywpt1175/hbzhywpt1178/index_2.html", "/ntsrmzf/20sjbm/20sjbm.html",
    "/web/zwgkx/zfxxgk1/2010zfxxgk_148535/2025/index.shtml", "/zwgk/zfxxgk/zfxxgknb/", "/zwgk/zfxxgknb/2022n_1/",
    f"/columns/{UUID}/index.html", "/gongkai/site_x/channel_6389b5a2375991828264efb2/", "/zfxxgknb/2.html",
    "/zwgk/2024/index.html", "/c26133/index.html", "/cms/html/zzssfj/ndbg/index.html", "/xxgk/2024/01/",
]  # fmt: skip


def spider_of(family):
    found = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": [f"spiders.{family}"]})).load(family)
    return found()


@pytest.mark.parametrize("family", ARTICLES)
def test_addresses_that_portals_really_have(family):
    spider = spider_of(family)
    assert [path for path in ARTICLES[family] if not spider.is_article(f"http://a.gov.cn{path}")] == []
    assert [path for path in OTHERS if spider.is_article(f"http://a.gov.cn{path}")] == []
