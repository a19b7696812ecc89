"""How an annual-report column, the way to it, and its sub-columns are recognised by their anchors.

The column is matched by anchor text; its path is only a second clue, because slugs lie (portal-families §0.1, §0.2).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from spiders.documents import Link, squeeze

_COLUMN_NAME = re.compile(
    r"信息公开(?:工作)?(?:年度)?(?:报告|年报)|年度报告|公开年报|工作年报|年报$|^年报|信息公开.{0,6}年报|annualreport",
    re.IGNORECASE,
)
_NOT_A_COLUMN = re.compile(
    r"网站|报表|法治|预算|决算|企业|统计|财务|审计|解读|指南|制度|绩效|质量|公司|环境状况|疫情|通知|图解"
)
_DISCLOSURE_NAME = re.compile(r"信息公开|政务公开|公开专栏|公开平台|公开目录")
_NOTICE_NAME = re.compile(r"^(?:通知公告|公告公示|公示公告|公告通知|通知公示|公告栏|公示公告栏)$")
_YEAR_NAME = re.compile(r"^(?:政府信息公开(?:工作)?(?:年度报告|年报)?)?[（(]?(?P<year>20\d\d)\s*[）)]?\s*年?")
_PAGE_NAME = re.compile(r"^(?:\d{1,3}|[<>«»]+|首页|尾页|末页|上一?页|下一?页|共.*页|跳转|more|更多.*)$", re.IGNORECASE)

LONGEST_WAY_NAME = 16
"""Menu entries are short; a longer text is an article that only mentions disclosure."""


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


def may_be_sub_column(link: Link, column_url: str, years: frozenset[int] | None, *, top: bool) -> bool:
    """True for a link, not an article, that belongs to the column at `column_url` and may hold wanted years.

    Either it lies below the column's own directory (a year, a department), or the column is the first one (`top`) and
    the link is named for a year. A directory named for a year often holds the reports of the year before, or lies
    altogether (portal-families §0.3): neighbouring years are opened too.
    """
    if _PAGE_NAME.match(link.text) or _NOT_A_COLUMN.search(link.text) or not link.text:
        return False
    directory = column_url.rsplit("/", 1)[0] + "/"
    below = link.url.startswith(directory) and link.url not in {column_url, directory}
    year = _YEAR_NAME.match(link.text)
    if year is None:
        return below
    return (below or top) and (years is None or any(abs(int(year["year"]) - wanted) <= 1 for wanted in years))


def on_portal(link: Link, hosts: frozenset[str]) -> bool:
    """True when the link stays on the portal's own hosts."""
    return urlsplit(link.url).hostname in hosts
