"""What stands in lists: reports, and everything that looks like one or merely stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from random import Random

from crawler.demo.renders import STYLES
from crawler.demo.reports import FakeReport


@dataclass(frozen=True, slots=True)
class Entry:
    """One article: title, day of publication, body as HTML, and the report in it if it is one.

    `row_title` is what lists print where it differs from the page's title (shortened, or only a year).
    """

    title: str
    day: date
    body: str
    report: FakeReport | None = None
    row_title: str = ""
    source: str = ""

    @property
    def listed(self) -> str:
        """Title as lists print it."""
        return self.row_title or self.title


def of(report: FakeReport, day: date, style: str = "ueditor", *, row_title: str = "") -> Entry:
    """A report as an article in one of the markup styles of `crawler.demo.renders`."""
    return Entry(report.title, day, STYLES[style](report), report, row_title, report.agency)


def posted(year: int, number: int = 0) -> date:
    """A plausible day of publication for the report of `year`: in January of the next year."""
    return date(year + 1, 1, 8 + (number * 7 + year) % 20)


def prose_page(title: str, day: date, *paragraphs: str, source: str = "") -> Entry:
    """An article of plain paragraphs."""
    body = "".join(f'<p style="text-indent: 2em;">{escape(text)}</p>' for text in paragraphs)
    return Entry(title, day, body, source=source)


def look_alikes(agency: str, year: int) -> list[Entry]:
    """One of each kind that stands beside annual reports and is none: form, rule of law, explanation, notice."""
    day = posted(year, 3)
    form = (
        f"<table><tr><td>网站名称</td><td>{escape(agency)}</td></tr><tr><td>首页网址</td><td>见页脚</td></tr>"
        "<tr><td>信息发布总数（单位：条）</td><td>1384</td></tr><tr><td>专栏专题维护数量（单位：个）</td><td>6</td></tr>"
        "<tr><td>网页总访问量（单位：次）</td><td>208811</td></tr></table>"
    )
    return [
        Entry(f"{agency}{year}年政府网站工作年度报表", day, form, source=agency),
        prose_page(
            f"{agency}{year}年法治政府建设年度报告",
            day + timedelta(days=9),
            f"{year}年，{agency}推进依法行政，组织旁听庭审两次，清理证明事项十一项。",
            "一、主要做法。落实学法制度，重大决策先过合法性审查。",
            "二、存在不足。执法队伍专业力量偏弱。",
            source=agency,
        ),
        prose_page(
            f"《{agency}{year}年政府信息公开工作年度报告》解读",
            day + timedelta(days=2),
            "一问：报告写了哪些内容？答：六个部分，既有文字也有表格。二问：数字怎么看？答：先看新收，再看办结。",
            source=agency,
        ),
        prose_page(
            f"关于做好{year}年度政府信息公开工作年度报告编制发布工作的通知",
            date(year, 12, 19),
            "各科室、各站所：请于月底前报送本单位数据，表格之间要对得上，逾期通报。",
            source=agency,
        ),
    ]


SUBJECTS = (
    "关于{place}扬尘整治进展的通报", "{place}办事大厅春节期间服务安排", "{place}项目受理公示（第{n}批）",
    "{place}开展安全生产联合检查", "关于召开{place}座谈会的公告", "{place}专业技术人员招聘面试名单",
    "{place}饮用水水源水质状况（第{n}期）", "{place}行政许可决定公示（第{n}批）", "{place}主要负责同志调研基层站所",
)  # fmt: skip


def everyday(place: str, count: int, last: date, *, seed: str = "") -> list[Entry]:
    """Ordinary articles, newest first, one every few days up to `last`."""
    rng = Random(f"{place}/{seed}/{count}")  # noqa: S311 - varied text, no secret
    out, day = [], last
    for number in range(count, 0, -1):
        title = rng.choice(SUBJECTS).format(place=place, n=number)
        out.append(prose_page(title, day, f"{title}。具体事项请在工作日向窗口询问，电话见网站底部。", source=place))
        day -= timedelta(days=rng.randint(1, 6))
    return out
