from __future__ import annotations

import pytest

from crawler.reports.titles import judge
from spiders.columns import (
    is_column_name,
    is_faint,
    is_notice_column,
    is_unclear,
    leads_to_disclosure,
    may_be_sub_column,
    may_be_untitled_report,
)
from spiders.documents import Link

BELOW = "https://a.gov.cn/zwgk/zfxxgknb/"


@pytest.mark.parametrize(
    "name",
    [
        "政府信息公开年报",
        "政府信息公开年度报告",
        "信息公开年报",
        "年度报告",
        "政府信息公开工作年度报告",
        "部门信息公开年度报告",
        "政府信息\n公开年报",
        "信息公开 年度报告",
        "公开年报",
        "annualreport",
        "年报",
    ],
)
def test_names_of_the_column(name: str) -> None:
    assert is_column_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "政府信息公开指南",
        "政府网站工作年度报表",
        "法治政府建设年度报告",
        "统计年报",
        "企业年度报告公示",
        "预决算公开",
        "政策解读",
        "政府信息公开",
        "关于报送年度报告的通知",
        "",
    ],
)
def test_names_of_other_columns(name: str) -> None:
    assert not is_column_name(name)


@pytest.mark.parametrize("name", ["通知公告", "公告公示", "公示公告", "通知", "公告", "政务公告", "通告", "通知公告>>"])
def test_notice_columns(name: str) -> None:
    assert is_notice_column(name)


@pytest.mark.parametrize("name", ["关于样例的公告", "政府信息公开年报", "公告解读", "", "行政许可公示第三批"])
def test_no_notice_columns(name: str) -> None:
    assert not is_notice_column(name)


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("政务公开", True),
        ("政府信息公开", True),
        ("信息公开目录", True),
        ("新闻中心", False),
        ("关于进一步做好全市政府信息公开工作的意见", False),
    ],
)
def test_ways_to_the_column(name: str, leads: bool) -> None:
    assert leads_to_disclosure(Link("https://a.gov.cn/x/", name)) is leads


@pytest.mark.parametrize("title", ["2023年度", "2023", "2023年", "市生态环境局", "样例县人民政府", "年报（2019）"])
def test_titles_that_may_hide_a_report(title: str) -> None:
    assert may_be_untitled_report(title)


@pytest.mark.parametrize(
    "title", ["召开座谈会", "关于样例的通报", "主要负责同志调研基层站所", "", "120231", "联系我们"]
)
def test_titles_that_hide_none(title: str) -> None:
    assert not may_be_untitled_report(title)


def test_faint_and_unclear() -> None:
    assert is_faint("全文")
    assert is_faint("样例局政务公开情况一览及说明")
    assert not is_faint("样例局召开安全生产工作座谈会")
    assert is_unclear(judge("市生态环境局"))
    assert is_unclear(judge(""))
    assert not is_unclear(judge("样例局2023年政府信息公开工作年度报告"))
    assert not is_unclear(judge("样例局2023年政府网站工作年度报表"))


@pytest.mark.parametrize(
    ("url", "text", "years", "top", "belongs"),
    [
        (f"{BELOW}2023n/", "2023年", None, True, True),
        (f"{BELOW}2023n/", "2023年", frozenset({2023}), True, True),
        (f"{BELOW}2023n/", "2023年", frozenset({2022}), True, True),  # the directory may be named for the next year
        (f"{BELOW}2023n/", "2023年", frozenset({2019}), True, False),
        ("https://a.gov.cn/elsewhere/", "2023年", None, True, True),
        ("https://a.gov.cn/elsewhere/", "2023年", None, False, False),
        (f"{BELOW}shbj/", "市环保局", frozenset({2019}), False, True),
        ("https://a.gov.cn/zwgk/zfxxgkzn/", "公开指南", None, True, False),
        (f"{BELOW}index_1.html", "2", None, True, False),
        (f"{BELOW}index_1.html", "下一页", None, True, False),
        (f"{BELOW}wzbb/", "网站工作年度报表", None, True, False),
        (f"{BELOW}x/", "", None, True, False),
        (BELOW, "政府信息公开年报", None, True, False),
    ],
)
def test_sub_columns(url: str, text: str, years: frozenset[int] | None, top: bool, belongs: bool) -> None:
    assert may_be_sub_column(Link(url, text), BELOW, years, top=top) is belongs


def test_nothing_lies_below_the_root_of_a_host() -> None:
    """A column page at the root would else make the whole site its sub-columns."""
    assert not may_be_sub_column(Link("https://a.gov.cn/xwdt/", "新闻动态"), "https://a.gov.cn/", None, top=True)
