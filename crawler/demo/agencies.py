"""The agencies that report in the fake country: real names, our own years of figures, five of them with a real year."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from crawler.demo import published
from crawler.demo.figures import Figures, Profile, chain
from crawler.demo.prose import Voice
from crawler.demo.reports import FakeReport, annual_report, title_of, told_report, work_summary

ENVIRONMENT = ("大气污染防治", "水环境治理", "土壤污染防控", "排污许可管理", "生态保护修复")
CULTURE = ("公共文化服务", "旅游市场监管", "文物保护利用")
FARMING = ("乡村振兴", "粮食安全", "农产品质量监管")
GENERAL = ("优化营商环境", "民生保障", "重大项目建设", "基层治理")
FINANCE = ("预算公开", "政府采购监管", "惠民资金发放")


@dataclass(frozen=True, slots=True)
class FakeAgency:
    """One body that reports. `id` as in the registry; `style` picks its habit of titling."""

    id: str
    name: str
    short: str
    topics: tuple[str, ...]
    profile: Profile = field(default_factory=Profile)
    style: int = 0
    first_year: int = 2019

    @property
    def voice(self) -> Voice:
        """How its sentences name it."""
        return Voice(self.name, self.short, self.topics)


_ALL = (
    FakeAgency("440100-sthjj", "广州市生态环境局", "市生态环境局", ENVIRONMENT, Profile(215, 900, 24)),
    FakeAgency("440100-czj", "广州市财政局", "市财政局", FINANCE, Profile(60, 40, 31), 1),
    FakeAgency("440100-nyncj", "广州市农业农村局", "市农业农村局", FARMING, Profile(35, 300, 18)),
    FakeAgency("440000-whly", "广东省文化和旅游厅", "省文化和旅游厅", CULTURE, Profile(48, 1400, 40, commas=True), 1),
    FakeAgency("520000-sthjt", "贵州省生态环境厅", "省生态环境厅", ENVIRONMENT, Profile(58, 600, 39)),
    FakeAgency("520000-zf", "贵州省人民政府", "省人民政府", GENERAL, Profile(900, 21000, 300, "12", commas=True), 2),
    FakeAgency("522600-sthjj", "黔东南州生态环境局", "州生态环境局", ENVIRONMENT, Profile(9, 140, 6), 2),
    FakeAgency("520200-sthjj", "六盘水市生态环境局", "市生态环境局", ENVIRONMENT, Profile(11, 90, 4, "/"), 1),
    FakeAgency("520300-rsj", "遵义市人力资源和社会保障局", "市人力资源社会保障局", GENERAL, Profile(17, 320, 11), 3),
    FakeAgency("520400-zf", "安顺市人民政府", "市政府", GENERAL, Profile(120, 3100, 45, "1", commas=True)),
    FakeAgency("520423-zf", "镇宁布依族苗族自治县人民政府", "县政府", GENERAL, Profile(13, 410, 8), 2),
    FakeAgency("520281-sthjfj", "六盘水市生态环境局盘州分局", "盘州分局", ENVIRONMENT, Profile(4, 35, 0, "/")),
    FakeAgency("350000-sthjt", "福建省生态环境厅", "省生态环境厅", ENVIRONMENT, Profile(140, 800, 52), 1),
    FakeAgency("350200-sthjj", "厦门市生态环境局", "市生态环境局", ENVIRONMENT, Profile(66, 450, 20)),
    FakeAgency("350128-gwh", "平潭综合实验区管理委员会", "实验区", GENERAL, Profile(81, 2600, 440), 1),
    FakeAgency("420700-sthjj", "鄂州市生态环境局", "市生态环境局", ENVIRONMENT, Profile(19, 150, 6), 4),
    FakeAgency("430000-sthjt", "湖南省生态环境厅", "省生态环境厅", ENVIRONMENT, Profile(95, 700, 61)),
    FakeAgency("610000-sthjt", "陕西省生态环境厅", "省生态环境厅", ENVIRONMENT, Profile(70, 520, 33), 1),
    FakeAgency("530100-rsj", "昆明市人力资源和社会保障局", "市人力资源社会保障局", GENERAL, Profile(28, 510, 13), 4),
    FakeAgency("120000-sthjj", "天津市生态环境局", "市生态环境局", ENVIRONMENT, Profile(130, 900, 28)),
    FakeAgency("110118-zf", "北京市密云区人民政府", "区政府", GENERAL, Profile(180, 2200, 39, commas=True)),
    FakeAgency("411000-sthjj", "许昌市生态环境局", "市生态环境局", ENVIRONMENT, Profile(26, 210, 5)),
    FakeAgency("411000-fgw", "许昌市发展和改革委员会", "市发展改革委", GENERAL),
    FakeAgency("411000-tjj", "许昌市统计局", "市统计局", GENERAL),
    FakeAgency("440105-zf", "广州市海珠区人民政府", "区政府", GENERAL, Profile(230, 4800, 36, commas=True), 2),
    FakeAgency("210400-zf", "抚顺市人民政府", "市政府", GENERAL, Profile(260, 4100, 70, "1")),
    FakeAgency("210423-zf", "清原满族自治县人民政府", "县政府", GENERAL, Profile(22, 800, 12), 2),
    FakeAgency("532302-sthjfj", "楚雄州生态环境局禄丰分局", "禄丰分局", ENVIRONMENT, Profile(1, 40, 0)),
    FakeAgency("532301-zxz", "楚雄市紫溪镇人民政府", "紫溪镇", GENERAL, Profile(2, 30, 1), 0, 2021),
    FakeAgency("532301-wlj", "楚雄市文化和旅游局", "市文化和旅游局", CULTURE, Profile(3, 60, 2, ""), 0),
    FakeAgency("611000-sthjj", "商洛市生态环境局", "市生态环境局", ENVIRONMENT, Profile(14, 130, 7), 1),
    FakeAgency("320400-sthjj", "常州市生态环境局", "市生态环境局", ENVIRONMENT, Profile(50, 700, 9)),
    FakeAgency("320400-jyj", "常州市教育局", "市教育局", GENERAL, Profile(33, 210, 14), 3),
    FakeAgency("320404-sthjfj", "常州市钟楼生态环境局", "钟楼生态环境局", ENVIRONMENT, Profile(8, 60, 0)),
)
AGENCIES = {agency.id: agency for agency in _ALL}

GUANGZHOU_TOLD = (
    "{year}年，本机关新增受理215件依申请公开申请，211件办结（含上年结转数），结转下年度继续办理5件。"
    "疑难申请由法制人员会商后答复，答复文书统一编号归档。"
)
CHANGZHOU_TOLD = (
    "{year}年收到依申请公开50件，其中当面申请1件，网络申请37件，信函申请12件，内容多为项目环评和行政处罚。"
    "全年办结50件，其中同意公开21件，部分公开5件，无法提供23件，不予处理1件。"
)


@lru_cache(maxsize=128)
def _figures(agency_id: str) -> dict[int, Figures]:
    agency = AGENCIES[agency_id]
    fixed = {
        "520000-sthjt": {2019: published.guizhou_2019()},
        "532302-sthjfj": {2023: published.lufeng_2023()},
        "440100-sthjj": {2023: published.narrative_only(215, 1, 211, 5)},
        "320400-sthjj": {2021: published.narrative_only(50, 0, 50, 0)},
    }.get(agency_id, {})
    return chain(agency_id, range(2019, 2026), agency.profile, fixed)


def figures(agency_id: str, year: int) -> Figures:
    """The agency's numbers of a year, fitting those of the years beside it."""
    return _figures(agency_id)[year]


def report(agency_id: str, year: int, *, said_new: int | None = None) -> FakeReport:
    """The agency's document of a year: a statutory report, or what the five real cases have instead.

    广州 2023: seven sections, tables lost, 215/211/5 in prose. 常州 2021: tables lost, 50 = 21+5+23+1 in prose.
    许昌 2020: a work summary. 禄丰 2023: the first heading is missing.
    """
    agency = AGENCIES[agency_id]
    voice = agency.voice
    match agency_id, year:
        case "440100-sthjj", 2023:
            quantities = {"new": 215, "decided_total": 211, "carried_forward": 5}
            return told_report(voice, year, GUANGZHOU_TOLD.format(year=year), quantities, seven=True)
        case "320400-sthjj", 2021:
            quantities = {
                "new": 50, "decided_total": 50, "granted": 21, "partial": 5, "unable": 23, "notproc": 1,
                "channel.face": 1, "channel.net": 37, "channel.mail": 12,
            }  # fmt: skip
            return told_report(voice, year, CHANGZHOU_TOLD.format(year=year), quantities)
        case "411000-sthjj", 2020:
            return work_summary(voice, year)
    made = annual_report(voice, year, figures(agency_id, year), style=agency.style, said_new=said_new)
    return made.without_first_heading() if (agency_id, year) == ("532302-sthjfj", 2023) else made


def title(agency_id: str, year: int) -> str:
    """The title that the agency gives its report of a year."""
    return title_of(AGENCIES[agency_id].name, year, AGENCIES[agency_id].style)


def summary(agency_id: str, year: int) -> FakeReport:
    """The agency's 政务公开工作总结 of a year."""
    return work_summary(AGENCIES[agency_id].voice, year)


def wrong_table(agency_id: str, year: int) -> FakeReport:
    """The agency's report with one number of its third table raised by one: a deliberate arithmetic error."""
    known = figures(agency_id, year)
    address = "t3.granted.natural"
    return report(agency_id, year).with_figures(known.changed({address: str(known.number(address) + 1)}))
