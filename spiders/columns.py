"""How an annual-report column, the way to it, and its sub-columns are recognised by their anchors.

The column is matched by anchor text; its path is only a second clue, because slugs lie (portal-families §0.1, §0.2).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.reports.names import is_body
from crawler.reports.titles import TitleReading
from spiders.documents import Link, squeeze

_COLUMN_NAME = re.compile(
    r"信息公开(?:工作)?(?:年度)?(?:报告|年报)|年度报告|公开年报|工作年报|年报$|^年报|信息公开.{0,6}年报|annualreport",
    re.IGNORECASE,
)
_NOT_A_COLUMN = re.compile(
    r"网站|报表|法治|预算|决算|企业|统计|财务|审计|解读|指南|制度|绩效|质量|公司|环境状况|疫情|通知|图解"
)
_DISCLOSURE_NAME = re.compile(r"信息公开|政务公开|公开专栏|公开平台|公开目录")
_NOTICE_NAME = re.compile(
    r"^(?:最新|政务|政府|部门|网站)?(?:通知|公告|公示|通告){1,3}(?:栏|信息|专栏)?(?:[>»]{0,2}|更多)$"
)
_DOES_SOMETHING = re.compile(r"同志|调研|召开|开展|会见|组织|举行|走进|慰问|视察|检查|^关于|公示|通报")
_FAINT = re.compile(r"公开|报告|总结|附件")
_UNTITLED = re.compile(r"(?<!\d)20[0-4]\d(?!\d)\s?(?:年|$)|年报|年度")
_YEAR_NAME = re.compile(r"^(?:政府信息公开(?:工作)?(?:年度报告|年报)?)?[（(]?(?P<year>20\d\d)\s*[）)]?\s*年?")
_PAGE_NAME = re.compile(r"^(?:\d{1,3}|[<>«»]+|首页|尾页|末页|上一?页|下一?页|共.*页|跳转|more|更多.*)$", re.IGNORECASE)

LONGEST_WAY_NAME = 16
"""Menu entries are short; a longer text is an article that only mentions disclosure."""


LONGEST_BODY_NAME = 30
LONGEST_FAINT_NAME = 6


def is_column_name(text: str) -> bool:
    """True for an anchor text that names an annual-report column (政府信息公开年报, 年度报告 …)."""
    name = squeeze(text).replace(" ", "")
    return bool(_COLUMN_NAME.search(name)) and not _NOT_A_COLUMN.search(name)


def is_notice_column(title: str) -> bool:
    """True for a general notice column (通知公告), in which only clear titles are opened (portal-families §0.2 e)."""
    return bool(_NOTICE_NAME.match(squeeze(title)))


def leads_to_disclosure(link: Link) -> bool:
    """True for a menu entry on the way to the disclosure section."""
    return len(link.text) <= LONGEST_WAY_NAME and bool(_DISCLOSURE_NAME.search(link.text))


def may_be_untitled_report(title: str) -> bool:
    """True for a row's title that may be a report without saying so: a year (`2023年度`), 年报, a body's name."""
    name = squeeze(title)
    body = len(name) <= LONGEST_BODY_NAME and is_body(name) and not _DOES_SOMETHING.search(name)
    return body or bool(_UNTITLED.search(name))


def is_faint(title: str) -> bool:
    """True for a title that says next to nothing (点击查看, 全文), or speaks of disclosure without naming a report."""
    name = squeeze(title)
    return len(name) <= LONGEST_FAINT_NAME or bool(_FAINT.search(name))


def is_unclear(reading: TitleReading) -> bool:
    """True when a title neither promises a report nor names something else: only the page itself can tell."""
    return reading.kind == "other" and reading.reason in {"no_report_words", "empty"}


def may_be_sub_column(link: Link, directory: str, years: frozenset[int] | None, *, top: bool) -> bool:
    """True for a link, not an article, that belongs to a column and may hold wanted years.

    Either it lies below the column's own `directory` (a year, a department), or the column is the first one (`top`) and
    the link is named for a year. A directory named for a year often holds the reports of the year before, or lies
    altogether (portal-families §0.3): neighbouring years are opened too.
    """
    if _PAGE_NAME.match(link.text) or _NOT_A_COLUMN.search(link.text) or not link.text:
        return False
    # Everything lies below the root of a host: a column page that stands there has no directory of its own.
    below = urlsplit(directory).path not in {"", "/"} and link.url.startswith(directory) and link.url != directory
    year = _YEAR_NAME.match(link.text)
    if year is None:
        return below
    return (below or top) and (years is None or any(abs(int(year["year"]) - wanted) <= 1 for wanted in years))


def on_portal(link: Link, hosts: frozenset[str]) -> bool:
    """True when the link stays on the portal's own hosts."""
    return urlsplit(link.url).hostname in hosts
