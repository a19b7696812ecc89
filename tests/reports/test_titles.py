"""Titles of list rows and pages: reports in every wording, look-alikes with the word that refuses them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import titles
from crawler.reports.titles import judge

REPORTS = [
    ("宿迁市2017年政府信息公开年度报告", 2017, "宿迁市"),
    ("舒兰市市场监督管理局2016年政务信息公开年度报告", 2016, "舒兰市市场监督管理局"),
    ("石泉县水利局2020年度政府信息公开工作年度报告", 2020, "石泉县水利局"),
    ("2020年度如东县水务局信息公开工作年度报告", 2020, "如东县水务局"),
    ("张家川县水务局2020年度政府信息公开工作报告", 2020, "张家川县水务局"),
    ("武汉市公安局2024年度政府信息公开工作报告", 2024, "武汉市公安局"),
    ("2018年广州市海珠区昌岗街道办事处政府信息公开年度报告", 2018, "广州市海珠区昌岗街道办事处"),
    ("2021年漳平市人民政府办公室政府信息公开工作年度报告", 2021, "漳平市人民政府办公室"),
    ("临夏回族自治州永靖县2024年政府信息公开工作年度报告", 2024, "临夏回族自治州永靖县"),
    ("2024年度政府信息公开工作年度报告", 2024, None),
    ("第一师阿拉尔市十六团新开岭镇2023年政府信息公开年度报告", 2023, "第一师阿拉尔市十六团新开岭镇"),
    ("厦湖府〔2019〕1号 湖里区人民政府2018年政府信息公开工作年度报告", 2018, "湖里区人民政府"),
    ("连岛街道2020年政府信息公开年度报告单", 2020, "连岛街道"),
    ("某县林业局二〇二一年政府信息公开年报(图片版)", 2021, "某县林业局"),
    ("某县林业局二○一二年度政府信息公开年报", 2012, "某县林业局"),
    ("上海市人民政府信息公开年度报告（2012年）", 2012, "上海市人民政府"),
    (
        "中国（上海）自由贸易试验区管理委员会2023年政府信息公开工作年度报告",
        2023,
        "中国（上海）自由贸易试验区管理委员会",
    ),
    ("广州市生态环境局政府信息公开工作2020年度报告", 2020, "广州市生态环境局"),
    ("关于发布某县2019年政府信息公开工作年度报告的公告", 2019, "某县"),
    ("某街道办事处2021年政府信息公开年报（2022年1月20日）", 2021, "某街道办事处"),
    ("某区市场监督管理局２０２２年度政府信息公开&lt;br/&gt;工作年度报告", 2022, "某区市场监督管理局"),
    ("【文字】某市林业局2023年政府信息公开工作年度报告", 2023, "某市林业局"),
    ("某市林业局20 23年政府信息公开工作\n年度报告", 2023, "某市林业局"),
    ("我局2023年政府信息公开工作年度报告", 2023, None),
    # a column's label, an item number, a date or a number of the document stands before the title
    ("[年报] 都匀市教育局2020年度信息公开工作情况报告", 2020, "都匀市教育局"),
    ("【政府信息公开年报】永安县水利局2022年政府信息公开工作年度报告", 2022, "永安县水利局"),
    ("（年度报告）青河县应急管理局2023年政府信息公开工作年度报告", 2023, "青河县应急管理局"),
    ("【教育局】永安县教育局2021年政府信息公开工作年度报告", 2021, "永安县教育局"),
    ("点击收听年报语音朗读：永安县水利局2021年政府信息公开工作年度报告", 2021, "永安县水利局"),
    ("政府信息公开年报 永安县水利局2021年政府信息公开工作年度报告", 2021, "永安县水利局"),
    ("3.永安县水利局2021年政府信息公开工作年度报告", 2021, "永安县水利局"),
    ("2022-01-20 永安县水利局2021年政府信息公开工作年度报告", 2021, "永安县水利局"),
    ("湖东区人民政府关于2018年政府信息公开工作年度报告 永湖府〔2019〕1号", 2018, "湖东区人民政府"),
    ("【清河县教育局】2022年政府信息公开年度报告", 2022, "清河县教育局"),
    ("清河县教育局：2022年政府信息公开年度报告", 2022, "清河县教育局"),
    ("【乡镇街道】2022年政府信息公开年度报告", 2022, None),
    ("[2022年度]清河县教育局政府信息公开年度报告", 2022, "清河县教育局"),
    # the agency behind the report words
    ("2021年政府信息公开工作年度报告（永安县水利局）", 2021, "永安县水利局"),
    ("政府信息公开工作年度报告（永安县水利局2021年）", 2021, "永安县水利局"),
    ("2021年度政府信息公开工作年度报告——永安县水利局", 2021, "永安县水利局"),
    ("2021年度政府信息公开工作年度报告——永安县人民政府", 2021, None),
    # years in every printing; a span of a year is its year, a span of years is none
    ("永安县民政局贰零贰零年政府信息公开工作年度报告", 2020, "永安县民政局"),
    ("永安县民政局二O一一年政府信息公开工作年度报告", 2011, "永安县民政局"),
    ("永安县民政局2O18年政府信息公开工作年度报告", 2018, "永安县民政局"),
    ("永安县民政局二千零九年政府信息公开工作年度报告", 2009, "永安县民政局"),
    ("2021年1月至12月永安县政府信息公开工作年度报告", 2021, "永安县"),
    ("永安县人民政府办公室2008年5月1日至12月31日政府信息公开工作年度报告", 2008, "永安县人民政府办公室"),
    ("永安县水利局2019-2021年政府信息公开工作年度报告", None, "永安县水利局"),
    ("云岭市住房和城乡建设局2019年度（政府信息公开）年度报告", 2019, "云岭市住房和城乡建设局"),
    ("云岭市政府信息公开办公室2021年政府信息公开工作年度报告", 2021, "云岭市政府信息公开办公室"),
    ("云岭市公安局滨河区分局2022年政府信息公开工作年度报告", 2022, "云岭市公安局滨河区分局"),
    ("滨河区公安分局2022年政府信息公开工作年度报告", 2022, "滨河区公安分局"),
    ("云岭市人民政府及市政府办公室2014年政府信息公开工作年度报告", 2014, "云岭市人民政府及市政府办公室"),
    # the agency's own name holds a word that refuses other titles
    ("市统计局2022年度政府信息公开工作年度报告", 2022, "市统计局"),
    ("市审计局2023年政府信息公开工作年度报告", 2023, "市审计局"),
    ("市企业服务中心2022年政府信息公开年报", 2022, "市企业服务中心"),
    ("市委全面依法治市委员会办公室2023年政府信息公开工作年度报告", 2023, "市委全面依法治市委员会办公室"),
]

LOOK_ALIKES = [
    ("2013年度市林业局政府信息公开工作自查报告", "work_summary", "work_summary"),
    ("2023年白石镇政务公开工作总结及2024年工作计划", "work_summary", "work_summary"),
    ("永安县财政局2021年政务公开工作总结暨2022年工作要点", "work_summary", "work_summary"),
    ("清河县2021年决算信息公开总结", "other", "other_disclosure"),
    ("清河中学2021年校务信息公开工作总结", "other", "other_disclosure"),
    ("2024年永安县政务公开工作要点", "other", "outline"),
    ("永安县2021年1-9月政府信息公开工作报告", "other", "quarterly"),
    ("[年报图解] 永安县水利局2022年政府信息公开工作年度报告", "interpretation", "interpretation"),
    ("某局2020年度政府网站工作年度报表", "website_form", "website_form"),
    ("某局政府网站年度工作报表（2021年）", "website_form", "website_form"),
    ("某市2023年法治政府建设年度报告", "rule_of_law", "rule_of_law"),
    ("某局2023年度依法行政工作报告", "rule_of_law", "rule_of_law"),
    ("某市2023年政府信息公开年报解读", "interpretation", "interpretation"),
    ("一图读懂某市2023年政府信息公开工作年度报告", "interpretation", "interpretation"),
    ("一图读懂清河县水务局2023年政府信息公开工作年度报告", "interpretation", "interpretation"),
    ("【图解】清河县水务局2023年政府信息公开工作年度报告", "interpretation", "interpretation"),
    ("图解：某局2022年政府信息公开年报", "interpretation", "interpretation"),
    ("关于报送2023年政府信息公开工作年度报告的通知", "notice", "notice"),
    ("关于2023年政府信息公开工作年度报告发布情况的通报", "notice", "circular"),
    ("关于印发某局2023年政府信息公开工作年度报告的通知", "notice", "published_by_notice"),
    ("政府信息公开工作年度报告格式", "notice", "format"),
    ("全市各部门2022年政府信息公开年度报告汇总", "notice", "collection"),
    ("市统计局2023年第一季度政府信息公开情况", "other", "quarterly"),
    ("某局2021年上半年政府信息公开工作总结", "other", "quarterly"),
    ("企业年度报告公示", "other", "enterprise"),
    ("某中心事业单位法人年度报告书（2022年度）", "other", "institution"),
    ("政府信息公开情况统计表（2016年度）", "other", "annex_table"),
    ("政府信息公开统计调查制度", "other", "statistics_system"),
    ("2022年政府信息公开工作要点", "other", "outline"),
    ("某局政府信息公开指南", "other", "guide"),
    ("某市重点企业2023年年度发展报告", "other", "no_report_words"),
    ("山区公路正式通车", "other", "no_report_words"),
    ("", "other", "empty"),
]


@pytest.mark.parametrize(("title", "year", "agency"), REPORTS)
def test_a_report_is_known_with_year_and_agency(title: str, year: int, agency: str | None) -> None:
    reading = judge(title)
    assert (reading.kind, reading.year, reading.agency) == ("annual_report", year, agency)


@pytest.mark.parametrize(("title", "kind", "reason"), LOOK_ALIKES)
def test_a_look_alike_is_refused_with_its_word(title: str, kind: str, reason: str) -> None:
    reading = judge(title)
    assert (reading.kind, reading.reason) == (kind, reason)


def test_summaries_are_kept_apart() -> None:
    assert judge("某局2020年政务公开工作总结").kind == "work_summary"
    assert judge("2023年度某市政府信息公开工作总结").reason == "summary_title"
    assert judge("某局2019年政务公开年报").reason == "open_government_title"


def test_the_bare_name_of_a_column_says_so() -> None:
    assert judge("政府信息公开年报").reason == "bare_title"
    assert judge("某局政府信息公开年报").reason == "report_title"


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("厦湖府〔2019〕1号 湖里区2018年报告", "厦湖府〔2019〕1号"),
        ("某政发[2020]12号", "某政发〔2020〕12号"),
        ("报告", None),
    ],
)
def test_document_numbers(title: str, number: str | None) -> None:
    assert titles.document_number(title) == number


def test_site_suffixes_are_cut_off_in_order() -> None:
    parts = titles.split_site_suffix("某县2023年度政府信息公开工作年度报告_政府信息公开年报_某县人民政府")
    assert parts == ["某县2023年度政府信息公开工作年度报告", "政府信息公开年报", "某县人民政府"]
    assert titles.split_site_suffix("1-10月投资情况-某省发展和改革委员会") == ["1-10月投资情况", "某省发展和改革委员会"]
    assert titles.split_site_suffix("  ") == []


def test_printed_keeps_the_wording() -> None:
    assert titles.printed(" 某局2023年政府信息公开&lt;br/&gt;\n 工作年度报告_ ") == "某局2023年政府信息公开工作年度报告"


@given(st.text(max_size=300))
def test_no_title_breaks_it(title: str) -> None:
    reading = judge(title)
    assert reading.year is None or 2000 <= reading.year <= 2049


@given(
    st.sampled_from(["许昌市生态环境局", "某县人民政府", "某镇", "某省发展和改革委员会"]),
    st.integers(2008, 2030),
    st.sampled_from(["政府信息公开工作年度报告", "政府信息公开年度报告", "政府信息公开年报", "政府信息公开工作报告"]),
    st.booleans(),
)
def test_year_first_and_year_last_read_alike(agency: str, year: int, words: str, first: bool) -> None:
    title = f"{year}年{agency}{words}" if first else f"{agency}{year}年度{words}"
    assert (judge(title).year, judge(title).agency) == (year, agency)


@pytest.mark.parametrize(
    ("title", "year", "agency"),
    [
        ("清河县水务局22年政府信息公开年度报告", 2022, "清河县水务局"),
        ("清河县水务局 08年度政府信息公开工作年报", 2008, "清河县水务局"),
        ("22年清河县水务局政府信息公开年度报告", 2022, "清河县水务局"),
        ("清河县水务局’22年政府信息公开年报", 2022, "清河县水务局"),
        ("清河县水务局二二年度政府信息公开工作年度报告", 2022, "清河县水务局"),
        ("清河县第22中学2023年信息公开年度报告", 2023, "清河县第22中学"),
        ("清河县122团政府信息公开年度报告", None, "清河县122团"),
        ("清河县水务局近10年政府信息公开年度报告", None, "清河县水务局近"),
        ("清河县水务局20222年政府信息公开年报", None, "清河县水务局"),
        ("清河县教育局 清河县体育局2022年政府信息公开年报", 2022, "清河县教育局、清河县体育局"),
        ("清河县人民政府 办公室2022年政府信息公开年报", 2022, "清河县人民政府办公室"),
        ("清河县水务局关于报送2021年政府信息公开工作年度报告的函", 2021, "清河县水务局"),
        ("关于上报《清河县水务局2021年政府信息公开年度报告》的函", 2021, "清河县水务局"),
        ("关于印发《清河县水务局2021年政府信息公开工作年度报告》的通知", 2021, "清河县水务局"),
        ("清河县水务局关于做好2022年政府信息公开年度报告工作的通知", 2022, "清河县水务局"),
    ],
)
def test_years_of_two_digits_and_covering_letters_leave_a_bare_name(
    title: str, year: int | None, agency: str | None
) -> None:
    found = judge(title)
    assert (found.year, found.agency) == (year, agency)


def test_a_covering_letter_may_carry_the_report_and_a_call_for_reports_may_not() -> None:
    assert judge("关于报送清河县水务局2021年政府信息公开年度报告的函").reason == "published_by_notice"
    assert judge("关于报送2021年政府信息公开年度报告的通知").reason == "notice"
    assert judge("关于2021年政府信息公开年度报告的复函").reason == "notice"
