"""Years and dates as pages print them."""

from __future__ import annotations

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


def test_the_last_date_of_a_text() -> None:
    assert dates.last_iso_date("2023年1月1日 至 2024年1月10日") == "2024-01-10"


@given(st.text(alphabet="二〇○零一三四五六七八九十年月日0123456789 -/.至", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    dates.arabic(text)
    dates.period_year(text)
    found = dates.iso_date(text)
    assert found is None or len(found) == 10
