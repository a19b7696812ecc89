"""Years and dates as pages print them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import dates


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("二〇二一年", "2021年"),
        ("二○一二年度", "2012年度"),
        ("二零一九年", "2019年"),
        ("二００八年", "2008年"),
        ("２０２２年", "2022年"),
    ],
)
def test_year_numerals_become_arabic(text: str, wanted: str) -> None:
    assert dates.arabic(text) == wanted


def test_other_numerals_stay() -> None:
    assert dates.arabic("二季度，第二十条第（一）项") == "二季度，第二十条第（一）项"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("数据的统计期限自2023年1月1日起至2023年12月31日止。", 2023),
        ("涵盖本局2023年1月1日至12月31日期间的工作", 2023),
        ("统计期限为2019年度。", 2019),
        ("从2019年1月1日到12月31日止", 2019),
        ("二〇二二年1月1日至12月31日", 2022),
        ("2008年5月1日至12月31日", 2008),
        ("2008年5月1日至2010年12月31日", None),
        ("2024年1月10日发布", None),
        ("", None),
    ],
)
def test_the_period_names_the_year(text: str, year: int | None) -> None:
    assert dates.period_year(text) == year


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024年1月10日", "2024-01-10"),
        ("2024-01-10 15:34", "2024-01-10"),
        ("[2024.1.9]", "2024-01-09"),
        ("二〇二四年一月十日", "2024-01-10"),
        ("二〇二三年十二月三十一日", "2023-12-31"),
        ("2024年2月31日", None),
        ("20240110", None),
        ("没有日期", None),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    assert dates.iso_date(text) == iso


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("http://a.gov.cn/zfxxgknb/202403/t20240308_87885.htm", "2024-03-08"),
        ("http://a.gov.cn/art/2023/1/18/art_33704_3955242.html", "2023-01-18"),
        ("http://a.gov.cn/zt/010034/20201225/bbb.html", "2020-12-25"),
        ("http://a.gov.cn/2023/01-19/2677014.html", "2023-01-19"),
        ("http://a.gov.cn/cms/html/site/2024-01-18/1111264329.html", "2024-01-18"),
        ("http://a.gov.cn/columns/abc/202602/06/x.html", "2026-02-06"),
        ("http://a.gov.cn/info/1011/226124.htm", None),
        (None, None),
    ],
)
def test_dates_in_addresses(url: str | None, iso: str | None) -> None:
    assert dates.url_date(url) == iso


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("统计期限为201711日至20171231日。", 2017),
        ("20180101至20181231", 2018),
        ("2018年11日至1231日", 2018),
        ("统计数据的期限自2018.1.1至2018.12.31", 2018),
        ("数据的统计期限自2018-01-01至2018-12-31止", 2018),
        ("统计期限为二〇二一年一月一日至十二月三十一日", 2021),
        ("数据统计期限自2O20年1月1日至12月31日", 2020),
        ("统计期限为2008年5月1日至12月31日", 2008),
        ("统计期限为2008年5月1日至2010年12月31日", None),
        ("起止时间为2015年1月1日—12月31日", 2015),
        ("本报告数据统计期为2020年度", 2020),
        ("统计截止时间为2014年12月31日", 2014),
        ("统计期限自1月1日至12月31日", None),
        ("统计期限：上一年度", None),
        ("《条例》自2019年5月15日起施行，统计工作随即展开。", None),
        ("电话20180101至20181231999", None),
    ],
)
def test_the_stated_period_in_every_printing(text: str, year: int | None) -> None:
    assert dates.period_year(text) == year


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        (printed, year)
        for year, forms in {
            2021: "二〇二一年 二○二一年 二零二一年 贰零贰壹年 二O二一年 二Ｏ二一年 二О二一年 ２０２１年 "
            "二千零二十一年 二 〇 二 一 年",
            2009: "二○○九年 二〇〇九年 二零零九年 二OO九年 二千零九年 2○○9年 二00九年 二◯◯九年",
            2020: "二〇二〇年 二零二零年 贰零贰零年 2O2O年 二千零二十年 二〇二〇年度",
        }.items()
        for printed in re.split(r"(?<=[年度]) ", forms)
    ],
)
def test_years_in_every_numeral(printed: str, year: int) -> None:
    assert f"{year}" in dates.arabic(f"（{printed}）")


def test_words_that_are_no_years_stay() -> None:
    for text in ("二十一年", "第二零一号文", "贰零贰零元", "一二〇二一年", "二月一日"):
        assert dates.arabic(text) == text


def test_the_last_date_of_a_text() -> None:
    assert dates.last_iso_date("2023年1月1日 至 2024年1月10日") == "2024-01-10"


@given(st.text(alphabet="二〇○零一三四五六七八九十年月日0123456789 -/.至", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    dates.arabic(text)
    dates.period_year(text)
    found = dates.iso_date(text)
    assert found is None or len(found) == 10
