"""The agencies that report on the fake portals of Ucap and Longxun: real names, our own years of figures."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from crawler.demo.agencies import ENVIRONMENT, FARMING, FINANCE, GENERAL, FakeAgency
from crawler.demo.entries import Entry, of, posted
from crawler.demo.figures import Figures, Profile, chain
from crawler.demo.reports import FakeReport, annual_report

YEARS = range(2025, 2018, -1)
STYLES = ("word", "ueditor", "nested", "without_spans")

AGENCIES = {
    agency.id: agency
    for agency in (
        FakeAgency("431200-sthjj", "怀化市生态环境局", "市生态环境局", ENVIRONMENT),
        FakeAgency("000000-zjh", "中国证券监督管理委员会", "证监会", GENERAL, Profile(1400, 600, 900), 1),
        FakeAgency("230000-zf", "黑龙江省人民政府", "省人民政府", GENERAL, Profile(500, 9000, 190), 2),
        FakeAgency("000000-wjw", "国家卫生健康委员会", "国家卫生健康委", GENERAL, style=3),
        FakeAgency("000000-swzj", "国家税务总局", "税务总局", FINANCE, style=4),
        FakeAgency("230400-zf", "鹤岗市人民政府", "市政府", GENERAL),
        FakeAgency("430000-sjt", "湖南省审计厅", "省审计厅", FINANCE, style=1),
        FakeAgency("510000-sthjt", "四川省生态环境厅", "省生态环境厅", ENVIRONMENT, style=2),
        FakeAgency("510000-czt", "四川省财政厅", "省财政厅", FINANCE),
        FakeAgency("650000-zf", "新疆维吾尔自治区人民政府", "自治区人民政府", GENERAL, style=3),
        FakeAgency("650000-sthjt", "新疆维吾尔自治区生态环境厅", "自治区生态环境厅", ENVIRONMENT),
        FakeAgency("230102-zf", "哈尔滨市道里区人民政府", "区政府", GENERAL, style=1),
        FakeAgency("341523-sthjfj", "舒城县生态环境分局", "舒城县分局", ENVIRONMENT),
        FakeAgency("510700-wjw", "绵阳市卫生健康委员会", "市卫生健康委", GENERAL, style=1),
        FakeAgency("341126-sthjfj", "滁州市凤阳县生态环境分局", "凤阳县分局", ENVIRONMENT, style=2),
        FakeAgency("341126-nyj", "凤阳县农业农村局", "县农业农村局", FARMING, style=1),
        FakeAgency("340000-zf", "安徽省人民政府", "省人民政府", GENERAL, Profile(700, 12000, 260)),
        FakeAgency("340000-czt", "安徽省财政厅", "省财政厅", FINANCE, style=3),
        FakeAgency("341621-cgj", "涡阳县城市管理局", "县城市管理局", GENERAL),
        FakeAgency("340700-swj", "铜陵市商务局", "市商务局", GENERAL, style=1),
        FakeAgency("340503-czj", "马鞍山市花山区财政局", "区财政局", FINANCE, style=2),
    )
}


@lru_cache(maxsize=64)
def _figures(agency_id: str) -> dict[int, Figures]:
    return chain(agency_id, range(2019, 2026), AGENCIES[agency_id].profile)


@lru_cache(maxsize=512)
def report(agency_id: str, year: int) -> FakeReport:
    """The agency's report of a year."""
    agency = AGENCIES[agency_id]
    return annual_report(agency.voice, year, _figures(agency_id)[year], style=agency.style)


def entries(agency_id: str, years: Iterable[int] = YEARS) -> list[Entry]:
    """The agency's reports as articles, newest first."""
    return [of(report(agency_id, year), posted(year), STYLES[year % len(STYLES)]) for year in years]
