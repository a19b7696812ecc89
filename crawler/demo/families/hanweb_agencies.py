"""The agencies that report on Hanweb's fake portals: real names, our own years of figures."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from crawler.demo.agencies import ENVIRONMENT, FINANCE, GENERAL, FakeAgency
from crawler.demo.entries import Entry, of, posted
from crawler.demo.figures import Figures, Profile, chain
from crawler.demo.reports import FakeReport, annual_report

YEARS = range(2025, 2018, -1)
STYLES = ("ueditor", "word", "nested", "without_spans")

AGENCIES = {
    agency.id: agency
    for agency in (
        FakeAgency("320000-zf", "江苏省人民政府", "省人民政府", GENERAL, Profile(700, 9000, 200)),
        FakeAgency("320900-sthjj", "盐城市生态环境局", "市生态环境局", ENVIRONMENT, style=1),
        FakeAgency("421100-sthjj", "黄冈市生态环境局", "市生态环境局", ENVIRONMENT, style=2),
        FakeAgency("370000-zf", "山东省人民政府", "省人民政府", GENERAL, Profile(800, 9900, 210), 3),
        FakeAgency("000000-ybj", "国家医疗保障局", "国家医保局", GENERAL, style=4),
        FakeAgency("331100-lyj", "丽水市林业局", "市林业局", GENERAL, style=1),
        FakeAgency("330000-sthjt", "浙江省生态环境厅", "省生态环境厅", ENVIRONMENT),
        FakeAgency("321282-sthjj", "泰州市靖江生态环境局", "靖江生态环境局", ENVIRONMENT, style=1),
        FakeAgency("321282-czj", "靖江市财政局", "市财政局", FINANCE, style=2),
        FakeAgency("320800-zf", "淮安市人民政府", "市政府", GENERAL, style=3),
        FakeAgency("000000-gxb", "工业和信息化部", "工业和信息化部", GENERAL, style=4),
        FakeAgency("330100-zf", "杭州市人民政府", "市政府", GENERAL),
        FakeAgency("370600-kjj", "烟台市科技局", "市科技局", GENERAL, style=1),
        FakeAgency("370830-gxj", "汶上县工业和信息化局", "县工信局", GENERAL),
        FakeAgency("370830-sthjfj", "济宁市生态环境局汶上县分局", "汶上县分局", ENVIRONMENT, style=1),
        FakeAgency("210200-zjj", "大连市住房和城乡建设局", "市住建局", GENERAL, style=2),
        FakeAgency("330825-sthjfj", "衢州市生态环境局龙游分局", "龙游分局", ENVIRONMENT, style=3),
        FakeAgency("330825-czj", "龙游县财政局", "县财政局", FINANCE),
        FakeAgency("150000-zf", "内蒙古自治区人民政府", "自治区政府", GENERAL, Profile(600, 8000, 190), 2),
        FakeAgency("330300-ybj", "温州市医疗保障局", "市医保局", GENERAL, style=1),
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
