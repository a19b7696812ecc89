from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.portals.model import Portal
from crawler.portals.registry import Registry, UnknownAgency, UnknownPortal, load

REGISTRY = load()
GUANGZHOU = ["www.gz.gov.cn", "nyncj.gz.gov.cn", "rsj.gz.gov.cn", "sthjj.gz.gov.cn", "wglj.gz.gov.cn"]
CHANGZHOU = [f"www.changzhou.gov.cn/gi_class/{bureau}" for bureau in ("czj", "fgw", "hbj", "jyj")]
XUCHANG = ["www.xuchang.gov.cn", "sthjj.xuchang.gov.cn"]
GUIZHOU = ["www.guizhou.gov.cn", "sthj.guizhou.gov.cn"]
PROVINCE = ["www.gd.gov.cn", "drc.gd.gov.cn", "lyj.gd.gov.cn", "whly.gd.gov.cn"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sthjj.gz.gov.cn", ["sthjj.gz.gov.cn"]),
        ("STHJJ.GZ.GOV.CN ", ["sthjj.gz.gov.cn"]),
        ("gz.gov.cn", ["www.gz.gov.cn"]),
        ("changzhou.gov.cn", CHANGZHOU),
        ("www.ynlf.gov.cn", ["www.ynlf.gov.cn"]),
        ("guizhou.gov.cn", ["www.guizhou.gov.cn"]),
        ("gd.gov.cn", ["www.gd.gov.cn"]),
        ("xm.gov.cn", ["sthjj.xm.gov.cn"]),
        ("https://www.ynlf.gov.cn/info/1011/226124.htm", ["www.ynlf.gov.cn"]),
        ("http://ynlf.gov.cn/", ["www.ynlf.gov.cn"]),
        ("www.gdqy.gov.cn/qylyj/gkmlpt/annualreport", ["www.gdqy.gov.cn/qylyj"]),
        ("gz", GUANGZHOU),
        ("gzs", GUANGZHOU),
        ("GZ", GUANGZHOU),
        ("guangzhou", GUANGZHOU),
        ("Guang Zhou", GUANGZHOU),
        ("guangzhoushi", GUANGZHOU),
        ("广州", GUANGZHOU),
        ("广州市", GUANGZHOU),
        ("廣州", GUANGZHOU),
        ("广 州", GUANGZHOU),
        ("440100", GUANGZHOU),
        ("4401", [*GUANGZHOU, "www.haizhu.gov.cn"]),
        ("广州市人民政府", ["www.gz.gov.cn"]),
        ("广州市生态环境局", ["sthjj.gz.gov.cn", "www.gz.gov.cn"]),
        ("广州市环保局", ["sthjj.gz.gov.cn", "www.gz.gov.cn"]),
        ("guangzhoushishengtaihuanjingju", ["sthjj.gz.gov.cn", "www.gz.gov.cn"]),
        ("gzssthjj", ["sthjj.gz.gov.cn", "www.gz.gov.cn"]),
        ("许昌", XUCHANG),
        ("许昌市", XUCHANG),
        ("xuchang", XUCHANG),
        ("xc", XUCHANG),
        ("411000", XUCHANG),
        ("520000", GUIZHOU),
        ("贵州", GUIZHOU),
        ("贵州省", GUIZHOU),
        ("440000", PROVINCE),
        ("广东", PROVINCE),
        ("禄丰", ["www.ynlf.gov.cn"]),
        ("禄丰市", ["www.ynlf.gov.cn"]),
        ("lufeng", ["www.ynlf.gov.cn"]),
        ("ynlf", ["www.ynlf.gov.cn"]),
        ("532302", ["www.ynlf.gov.cn"]),
        ("532331", ["www.ynlf.gov.cn"]),
        ("禄丰分局", ["www.ynlf.gov.cn"]),
        ("532300", ["www.cxs.gov.cn", "www.ynlf.gov.cn", "www.ynnh.gov.cn"]),
        ("黔东南", ["www.qdn.gov.cn", "sthj.qdn.gov.cn"]),
        ("黔东南州", ["www.qdn.gov.cn", "sthj.qdn.gov.cn"]),
        ("黔东南苗族侗族自治州", ["www.qdn.gov.cn", "sthj.qdn.gov.cn"]),
        ("南山区", ["www.szns.gov.cn/nsqajj"]),
        ("深圳市南山区", ["www.szns.gov.cn/nsqajj"]),
        ("常州", CHANGZHOU),
        ("hbj", ["www.changzhou.gov.cn/gi_class/hbj"]),
        ("xiamen", ["sthjj.xm.gov.cn"]),
        ("shaanxi", ["sthjt.shaanxi.gov.cn"]),
        ("镇宁", ["www.anshun.gov.cn"]),
    ],
)
def test_a_query_finds_its_portals_best_first(known: Registry, query: str, expected: list[str]) -> None:
    assert [portal.id for portal in known.find(query)] == expected


def test_a_subtree_goes_before_its_neighbours_on_the_host(known: Registry) -> None:
    found = known.find("https://www.changzhou.gov.cn/gi_class/jyj_02/2")
    assert found[0].id == "www.changzhou.gov.cn/gi_class/jyj"
    assert len(found) == len(CHANGZHOU)


def test_the_family_decides_between_places_of_one_name(known: Registry) -> None:
    assert [portal.id for portal in known.find("gz", "trs")] == GUIZHOU
    assert [portal.id for portal in known.find("gz", "gkmlpt")] == GUANGZHOU


def test_a_portal_of_another_family_is_named_with_its_family(known: Registry) -> None:
    with pytest.raises(UnknownPortal) as caught:
        known.find("许昌", "trs")
    assert "scrapy crawl epoint -a portal=www.xuchang.gov.cn" in str(caught.value)
    assert caught.value.nearest[0] == "许昌市人民政府 (www.xuchang.gov.cn)"


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("guanzhou", "gz.gov.cn"), ("广洲", "gz.gov.cn"), ("xuchnag", "xuchang"), ("许昌市生态环镜局", "sthjj.xuchang"),
        ("sthjj.gz.gov.com", "sthjj.gz.gov.cn"), ("https://sthjj.gz.gov.cn.evil.com/", "sthjj.gz.gov.cn"),
    ],
)  # fmt: skip
def test_an_unknown_query_gets_the_five_nearest_and_a_command(known: Registry, query: str, near: str) -> None:
    with pytest.raises(UnknownPortal) as caught:
        known.find(query)
    error = caught.value
    assert len(set(error.nearest)) == 5
    assert any(near in name for name in error.nearest)
    assert error.hint.startswith("scrapy crawl ")
    assert repr(query) in str(error)


@pytest.mark.parametrize("query", ["", "  ", "\u200b", "x" * 100_000, "市", "a/b", "http://[", "\x00", "99", "%s{}"])
def test_odd_queries_are_only_unknown(known: Registry, query: str) -> None:
    with pytest.raises(UnknownPortal) as caught:
        known.find(query)
    assert len(str(caught.value)) < 2000


def test_by_id_and_family(known: Registry) -> None:
    assert known.portal("www.ynlf.gov.cn").family == "vsb"
    assert "www.ynlf.gov.cn" in known
    assert {portal.family for portal in known.by_family("vsb")} == {"vsb"}
    assert known.by_family("nothing") == []
    assert known.agency("411000-sthjj").name == "许昌市生态环境局"
    with pytest.raises(UnknownPortal, match=r"www\.ynlf\.gov\.cn"):
        known.portal("www.ynlf.gov")
    with pytest.raises(UnknownAgency, match="许昌市生态环境局"):
        known.agency("411000-sthj")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("532302-sthjfj", ["532302-sthjfj"]),
        ("生态环境局禄丰分局", ["532302-sthjfj"]),
        ("禄丰分局", ["532302-sthjfj"]),
        ("楚雄州生态环境局禄丰分局", ["532302-sthjfj"]),
        ("禄丰县环保局", ["532302-sthjfj"]),
        ("生态环境", ["532302-sthjfj"]),
        ("environment", ["532302-sthjfj"]),
        ("sthjfj", ["532302-sthjfj"]),
        ("chuxiongzhoushengtaihuanjingjulufengfenju", ["532302-sthjfj"]),
        ("市政府", ["532302-zf"]),
        ("禄丰市", ["532302-zf"]),
        ("lfsrmzf", ["532302-zf"]),
        ("532302", ["532302-sthjfj", "532302-zf"]),
    ],
)
def test_an_agency_of_a_portal(known: Registry, query: str, expected: list[str]) -> None:
    portal = known.portal("www.ynlf.gov.cn")
    assert [agency.id for agency in known.find_agencies(query, portal)] == expected


def test_an_agency_among_several_portals(known: Registry) -> None:
    found = known.find_agencies("生态环境局", known.find("常州"))
    assert [agency.id for agency in found] == ["320400-sthjj"]


def test_an_agency_of_any_portal(known: Registry) -> None:
    assert [agency.id for agency in known.find_agencies("许昌市环保局")] == ["411000-sthjj"]
    assert len(known.find_agencies("environment")) > 10
    with pytest.raises(UnknownAgency, match="许昌市生态环境局"):
        known.find_agencies("许昌市生态环镜局", None)


def test_an_unknown_agency_gets_the_nearest(known: Registry) -> None:
    with pytest.raises(UnknownAgency) as caught:
        known.find_agencies("气象局", known.portal("www.ynlf.gov.cn"))
    assert "scrapy crawl vsb -a portal=www.ynlf.gov.cn -a agency=532302-" in str(caught.value)
    assert caught.value.nearest


def test_everything_a_row_says_of_itself_finds_it(whole: Registry) -> None:
    faults = {portal.id: missed for portal in whole if (missed := words_that_miss(whole, portal))}
    assert faults == {}


def words_that_miss(known: Registry, portal: Portal) -> list[str]:
    words = [
        portal.id,
        portal.name,
        portal.base,
        portal.code,
        *(host for host in portal.hosts if host not in known or host == portal.id),  # an id means its row alone
        *portal.pinyin,
        *portal.place.split()[-1:],
    ]
    for agency in portal.agencies:
        words += [agency.name, *agency.aliases, agency.code, *(old.code for old in agency.former_codes)]
    for column in portal.columns:
        words.append(column.url)
    found = known.find(portal.id), known.find(portal.id, portal.family)
    return [word for word in words if portal not in known.find(word)] + [portal.id] * (found != ([portal], [portal]))


@given(st.text(max_size=40))
def test_any_text_finds_something_or_is_unknown(text: str) -> None:
    try:
        found = REGISTRY.find(text)
    except UnknownPortal:
        found = []
    assert len({portal.id for portal in found}) == len(found)
    assert all(portal.id in REGISTRY for portal in found)
