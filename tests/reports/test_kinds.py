"""What a page is: its own tables and sections beat a modest title; a look-alike's title refuses it."""

from __future__ import annotations

import pytest

from crawler.reports.kinds import Evidence, decide
from crawler.reports.titles import judge
from tests.reports.pages import PROSE

NOTHING = Evidence(sections=0, headings=0, forms=0, numbers=0, listed=0, carrier=False, text=PROSE)
TABLES = Evidence(sections=6, headings=6, forms=3, numbers=200, listed=0, carrier=False, text=PROSE * 20)
SECTIONS = Evidence(sections=6, headings=6, forms=0, numbers=0, listed=0, carrier=False, text=PROSE * 20)
SUMMARY = Evidence(sections=1, headings=3, forms=0, numbers=0, listed=0, carrier=False, text="做好政务公开工作。" * 80)
LIST = Evidence(sections=0, headings=0, forms=0, numbers=0, listed=9, carrier=False, text=PROSE)
SCAN = Evidence(sections=0, headings=0, forms=0, numbers=0, listed=0, carrier=True, text="附件")


@pytest.mark.parametrize(
    ("title", "page", "kind", "reason"),
    [
        ("某局2023年政府信息公开年报", TABLES, "annual_report", "report_title"),
        ("某局2010年政府信息公开年报", NOTHING, "annual_report", "report_title"),
        ("某局2023年政府信息公开年报", SCAN, "annual_report", "report_title"),
        ("某局2023年政府信息公开工作总结", TABLES, "annual_report", "summary_title"),
        ("某局2023年政府信息公开工作总结", SUMMARY, "work_summary", "summary_title"),
        ("某局2023年政务公开工作总结", TABLES, "annual_report", "statutory_tables"),
        ("某局2023年政务公开工作总结", SECTIONS, "annual_report", "six_sections"),
        ("某局2023年政务公开工作总结", SUMMARY, "work_summary", "work_summary"),
        ("某局2023年政务公开年报", SUMMARY, "work_summary", "open_government_title"),
        ("", TABLES, "annual_report", "statutory_tables"),
        ("", SECTIONS, "annual_report", "six_sections"),
        ("", SUMMARY, "work_summary", "open_government_prose"),
        ("", NOTHING, "other", "no_report_words"),
        ("山区公路通车", NOTHING, "other", "no_report_words"),
        ("政府信息公开年报", NOTHING, "other", "no_report_words"),
        ("政府信息公开年报", SCAN, "annual_report", "bare_title"),
        ("某局2023年政府信息公开年报解读", TABLES, "interpretation", "interpretation"),
        ("某局2023年政府网站工作年度报表", TABLES, "website_form", "website_form"),
        ("某局2023年法治政府建设年度报告", SECTIONS, "rule_of_law", "rule_of_law"),
        ("关于报送2023年政府信息公开年报的通知", SECTIONS, "notice", "notice"),
        ("关于印发2023年政府信息公开年报的通知", TABLES, "annual_report", "tables_under_a_notice"),
        ("关于做好2023年政府信息公开年报编制工作的通知", TABLES, "notice", "notice"),
        ("某局2023年政府信息公开年报", LIST, "other", "list_page"),
        ("政府信息公开工作年度报告格式", TABLES, "notice", "format"),
    ],
)
def test_kind_and_reason(title: str, page: Evidence, kind: str, reason: str) -> None:
    assert decide(judge(title), page) == (kind, reason)
