"""What a title says: is it the annual report, which year, which agency, and if it is not, what it is instead.

Used on the rows of a list before anything is fetched, and on the page itself. Facts: formats.yaml `parsing.title_*`,
users-and-standards B, portal-families 0.4.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.reports import names
from crawler.reports.dates import arabic, join_split_year, whole_year
from crawler.reports.model import Kind


@dataclass(frozen=True, slots=True)
class TitleReading:
    """What one title says.

    Attributes:
        kind: what the title names; a page may prove it wrong (kinds.py).
        reason: the word that decided: `report_title`, `summary_title`, `open_government_title`,
            `bare_title` (no year, no agency, nothing else: as likely the name of a column), or the look-alike's word
            (`website_form`, `rule_of_law`, `interpretation`, `notice`,
            `published_by_notice`, `circular`, `collection`, `format`, `quarterly`,
            `enterprise`, `institution`, `outline`, `statistics_system`, `annex_table`, `evaluation`, `guide`,
            `other_disclosure` (决算信息公开, 校务信息公开 …),
            `work_summary`, `no_report_words`, `empty`).
        year: fiscal year printed in the title; None when it prints none.
        agency: agency name printed in the title; None when it prints none.
    """

    kind: Kind
    reason: str
    year: int | None = None
    agency: str | None = None


_NOTHING = re.compile(r"[\s\u3000\u200b\u200c\u200d\ufeff\xa0]+")
_TAG = re.compile(r"<[^<>]{0,200}>")
_JOINT = re.compile(
    r"^(([\u3400-\u9fff]{2})[\u3400-\u9fff]{1,20}(?:局|委员会|办公室|人民政府|中心))[ \u3000\xa0]+(?=\2)"
)
"""Two bodies of one place with nothing but a blank between them."""
_DOCUMENT = re.compile(
    r"(?P<office>[\u3400-\u9fff]{1,12})?[〔\[［【(（]\s?(?:20|19)\d\d\s?[〕\]］】)）]\s?第?\d{1,5}\s?号[:：,，]?"
)
_TWIN = re.compile(
    r"[【\[(（](?:点击)?(?:图片版?|文字版?|文本版?|纯文本|超链版?|PDF版?|word版?|电子版|正文|公开版|新|全文|附件|对外版|盖章版|"
    r"含附件|扫描件|版式文件|已?修订版?|更正版?|修改稿?|最终稿?|定稿|网站版|下载|pdf|PDF)[】\])）]",
    re.I,
)
_REPORT_END = r"(?:报告单|报告书|报告|年报|总结)"
_INFORMATION = r"(?:政府|政务|党务|机关)?信息(?:与政务)?(?:主动)?公开"
_REPORT = re.compile(
    rf"(?:{_INFORMATION}|政务信息|政府信息|信息公开)(?:工作)?(?:情况)?(?:的)?(?:年度?)?(?:工作)?(?:情况)?(?:的)?(?:年度)?{_REPORT_END}"
)
_DATED_REPORT = re.compile(
    rf"{_INFORMATION}(?:工作)?(?:情况)?(?:20[0-4]\d)年?(?:度)?(?:工作)?(?:年度)?(?:工作)?(?:情况)?{_REPORT_END}"
)
_OPEN_GOVERNMENT = re.compile(r"政务公开(?:工作)?(?:年报|年度(?:工作)?报告)")
_OPEN_SUMMARY = re.compile(
    r"政务公开[^，。]{0,12}(?:总结|情况|报告|汇报|开展)|政务服务[^，。]{0,10}总结"
    r"|(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:自查|自评|开展|完成|落实|推进|整改|执行|进展)?(?:工作)?(?:总结|情况|报告|汇报)"
)
_PLANS = re.compile(
    r"(?<=总结|报告|汇报|情况)(?:以及|及其|及|和|与|暨|、)(?:20[0-4]\d年(?:度)?|下一?年度?|来年|明年|下一?步)?"
    r"[^，。]{0,8}(?:计划|要点|打算|思路|安排|设想|谋划)$"
)
_LABEL = re.compile(
    r"^(?:[\[【〔［（(](?P<inside>[^\[\]【】〔〕［］（）()]{1,24})[\]】〕］）)]|(?P<before>[^：:。，0-9]{2,20})[：:])[:：·|｜]?(?=.)"
)
_ITEM = re.compile(r"^(?:\d{1,3}[.．、](?!\d)|[一二三四五六七八九十]{1,3}、|[（(]\d{1,2}[)）]|[·•●◆■▪>＊*]+)")
_MARKED = re.compile(rf"[（(“”\"《](?P<word>{_INFORMATION}(?:工作)?)[)）“”\"》]")
_WHOLE_YEAR = re.compile(
    r"(?<!\d)(20[0-4]\d)年?\s?\d{1,2}月?(?:\d{1,2}日)?起?(?:至|到|[-—－~～]+)(?:(?:\1)年|当年|同年)?12月(?:31日|底|份)?止?"
)

_WEB_FORM = re.compile(
    r"网站.{0,6}(?:年度|工作).{0,8}(?:报表|年报|报告|总结|表)|网站年报|(?:政府|政务)?网站.{0,4}(?:普查|监管|检查|抽查)|"
    r"政务新媒体.{0,8}(?:报表|年报|报告)"
)
_EXPLAINED = re.compile(r"解读|图解|一图(?:读懂|看懂|了解|速览)|图说|读懂|长图|看图|H5|动漫版?|划重点|数说")
_LOOK_ALIKES: tuple[tuple[str, Kind, re.Pattern[str]], ...] = (
    ("interpretation", "interpretation", _EXPLAINED),
    ("rule_of_law", "rule_of_law", re.compile(r"法治(?:政府|建设|工作)|依法(?:行政|治[市县区省州]|治理)|普法")),
    (
        "other_disclosure",
        "other",
        re.compile(r"(?:污染源|监管|监测|预算|决算|资金|公示|校务|村务|厂务|院务|企业环境|信用)信息公开"),
    ),
    (
        "enterprise",
        "other",
        re.compile(r"企业(?:信息)?(?:公示|年度报告|年报)|市场主体|个体工商户|公司[^，。]{0,8}(?:年度报告|年报)|上市"),
    ),
    ("institution", "other", re.compile(r"事业单位(?:法人)?.{0,6}(?:年度报告|年报|公示)|社会组织|慈善组织")),
    ("statistics_system", "other", re.compile(r"统计(?:调查)?制度|统计年鉴|统计公报")),
    (
        "format",
        "notice",
        re.compile(r"报告(?:的)?(?:格式|模[板版]|样[式本表]|范本|填报|编制说明|填写)|报告.{0,6}格式|空白表"),
    ),
    (
        "published_by_notice",
        "notice",
        re.compile(
            r"关于(?:印发|公布|发布|公开|转发).{4,60}通知$|关于(?:报送|上报|呈报|提交|报审).{4,60}(?:报告|年报)》?的?函$"
        ),
    ),
    (
        "circular",
        "notice",
        re.compile(r"通报|发布情况|公布情况(?!报告)|测评|考核|检查情况|督查|抽查"),
    ),
    (
        "notice",
        "notice",
        re.compile(
            r"通知|(?:报告|年报|总结)的?(?:复?函|请示|批复|意见)|培训|会议|部署|召开|动员|(?:编制|编写|报送|征集|填报)工作|启动"
        ),
    ),
    ("collection", "notice", re.compile(r"汇总|汇编|一览|目录|列表|专栏|专题|清单|链接|集锦")),
    ("evaluation", "other", re.compile(r"评估|评议|白皮书|蓝皮书|调查报告|审计|监测报告|述职|述廉|绩效")),
    (
        "quarterly",
        "other",
        re.compile(
            r"季度|\d月?[-—至到]\d{1,2}月|(?:上|下)半年|半年|(?:[一二三四1-4]季)|月度|月报|周报|(?<!\d)(?:1[0-2]|[1-9])月份?(?:政|信|统)|第[一二三四1-4]季"
        ),
    ),
    (
        "outline",
        "other",
        re.compile(r"工作(?:要点|方案|计划|安排|思路)|实施(?:方案|意见|办法)|任务(?:分解|清单|分工)|规划"),
    ),
    ("guide", "other", re.compile(r"公开(?:工作)?(?:指南|制度|规定|办法|条例|目录|范围|流程|规程|基本目录|申请表)")),
    ("annex_table", "other", re.compile(r"(?:统计|情况|数据)(?:汇总)?(?:报)?表|附表|勾稽")),
)


def tidy(title: str) -> str:
    """A title as one line without blanks: entities resolved, `<br>` and tags gone, digits and year numerals in ASCII.

    Metas carry `&lt;br/&gt;` inside ArticleTitle (portal-families 0.5), so entities are resolved twice.
    """
    text = html.unescape(html.unescape(title[:1000]))
    text = _NOTHING.sub("", _JOINT.sub(r"\1、", _TAG.sub("", text)))
    return whole_year(join_split_year(arabic(text))).strip("_-—|>»")


@lru_cache(maxsize=4096)
def judge(title: str) -> TitleReading:
    """Read one title (a list row's, a page's, a meta's). Never raises; an empty title gives kind `other`, reason
    `empty`.

    The year is the one that belongs to the report, not that of a document number (厦湖府〔2019〕1号) or of a
    publication date behind it. The agency is None for titles without one (2024年度政府信息公开工作年度报告) and for
    我局, 本机关.
    """
    text = tidy(title)
    if not text:
        return TitleReading("other", "empty")
    text, label = _bare(text)
    found = _REPORT.search(text) or _DATED_REPORT.search(text)
    year, agency = _year(text, found), None
    refused = _look_alike(text, found)
    if refused:
        return TitleReading(refused[0], refused[1], year, _agency(text, None))
    if found:
        agency = _agency(text, found) or _named(label)
        reason = "summary_title" if found.group().endswith("总结") else "report_title"
        if year is None and agency is None and found.span() == (0, len(text)):
            reason = "bare_title"
        return TitleReading("annual_report", reason, year, agency)
    opened = _OPEN_GOVERNMENT.search(text)
    if opened:
        return TitleReading("annual_report", "open_government_title", year, _agency(text, opened))
    opened = _OPEN_SUMMARY.search(text)
    if opened:
        return TitleReading("work_summary", "work_summary", year, _agency(text, opened))
    return TitleReading("other", "no_report_words", year, None)


def _bare(text: str) -> tuple[str, str]:
    """The title without what stands around it: document number, twin's mark, column label, item number, next year's
    plans; a whole reporting period becomes its year. Beside it the words of the last label, "" without one."""
    words = ""
    text = _TWIN.sub("", _DOCUMENT.sub(_kept, text))
    text = _PLANS.sub("", _WHOLE_YEAR.sub(r"\1年", _MARKED.sub(r"\g<word>", text)))
    for _ in range(3):
        text = _ITEM.sub("", text)
        label = _LABEL.match(text)
        if label is None or not _is_label(label["inside"] or label["before"], text[label.end() :]):
            break
        words, text = label["inside"] or label["before"], text[label.end() :]
    column = _REPORT.match(text)
    return (text[column.end() :] if column and _REPORT.search(text, column.end()) else text), words


def _named(label: str) -> str | None:
    """The agency that a label names (【清河县教育局】2022年…); kinds of agencies (乡镇街道, 各局) are none."""
    name = names.clean(label) if label and not re.search(r"乡镇|镇街|街镇|各|[省市县区]直|部门|公开", label) else None
    return name if name and re.search(r"(?:局|厅|委员会|办公[室厅]|人民政府|管委会|办事处)$", name) else None


def _kept(number: re.Match[str]) -> str:
    """What stands before a document number behind a title: 年度报告永府〔2019〕1号 loses 永府〔2019〕1号 only."""
    ends = [end.end() for end in re.finditer(_REPORT_END, number["office"] or "")]
    return (number["office"] or "")[: ends[-1]] if ends else ""


def _is_label(label: str, rest: str) -> bool:
    """Whether words in brackets, or before a colon, name a column ([年报], 【县教育局】) and a report's title follows.

    图解 and its like are no label: they say what the page is.
    """
    told = _EXPLAINED.search(label) or _YEAR_WORD.search(label)
    return not told and (_REPORT.search(rest) or _OPEN_SUMMARY.search(rest)) is not None


def _look_alike(text: str, found: re.Match[str] | None) -> tuple[Kind, str] | None:
    """Kind and reason word of a title that names something else, None when it may be a report.

    Words inside the agency's own name must not refuse its report (依法治市办公室, 统计局, 审计局, 监测中心): for a
    title with report words, only what stands outside the part before the year or 信息公开 counts.
    """
    if _WEB_FORM.search(text) and not (found and "网站" not in text[found.start() :] and "报表" not in text):
        return "website_form", "website_form"
    rest = text
    if found:
        name = _agency(text, found)
        rest = text.replace(name, "", 1) if name and names.is_body(name) else text
    elif not re.search(r"公开|报告|年报|总结|报表|统计表|信息", text):
        return None
    for reason, kind, pattern in _LOOK_ALIKES:
        if pattern.search(rest):
            return kind, reason
    return None


_YEAR_WORD = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)年?(?:度)?")
_YEAR_RANGE = re.compile(r"(?<!\d)(20[0-4]\d)年?(?:度)?(?:[-—－~～至到]+)(?!\1)20[0-4]\d(?!\d)[学]?年?(?:度)?")
_DATE_BEHIND = re.compile(
    r"[(（\[【]?\s?(?<!\d)20[0-4]\d[-/.年]\d{1,2}[-/.月](?:\d{1,2}日?)?\s?(?:发布|公布)?[)）\]】]?"
)


def _year(text: str, found: re.Match[str] | None) -> int | None:
    """The year nearest before the report words, else the first one behind them, else the first of the title."""
    undated = _masked(text)
    years = [(m.start(), int(m.group(1))) for m in _YEAR_WORD.finditer(undated)]
    if not years:
        return None
    if found is None:
        return years[0][1]
    inside = [year for at, year in years if found.start() <= at < found.end()]
    before = [year for at, year in years if at < found.start()]
    return inside[0] if inside else before[-1] if before else years[0][1]


def _masked(text: str) -> str:
    """The text with dates of publication and spans of several years blotted out, every place kept."""
    return _YEAR_RANGE.sub(_blot, _DATE_BEHIND.sub(_blot, text))


def _blot(found: re.Match[str]) -> str:
    return "#" * len(found.group())


_ODD_YEAR = re.compile(r"\d{1,6}年(?:度)?$")
"""A year that was mistyped (20222年) names no year, and is no part of a name."""
_FRONT = re.compile(r"^(?:#+|[\[【〔［][^\[\]【】〔〕［］]{1,24}[\]】〕］])+")
_BEHIND = re.compile(r"[（(](?P<in>[^（）()]{2,40})[)）]$|(?:—{1,2}|--)(?P<dash>[\u3400-\u9fff（）()]{3,40})$")


def _agency(text: str, found: re.Match[str] | None) -> str | None:
    """The name in front of the year, or between the year and the report words when the title starts with the year."""
    start = found.start() if found else None
    if start is None:
        cut = re.search(r"政务公开|政府网站|网站工作|法治政府|信息公开|依法行政|政府信息", text)
        start = cut.start() if cut else 0
    head = _FRONT.sub("", _masked(text[:start])).rstrip("#")
    years = list(_YEAR_WORD.finditer(head))
    if not years:
        head = _ODD_YEAR.sub("", head)
        return (names.clean(head) if head else None) or (_behind(text[found.end() :]) if found else None)
    before = names.clean(head[: years[0].start()])
    between = names.clean(head[years[-1].end() :])
    if before and names.is_body(before):
        return before
    if between and (not before or names.is_body(between)):
        return between
    return before or between or (_behind(text[found.end() :]) if found else None)


def _behind(tail: str) -> str | None:
    """The name that a title prints after its report words, in brackets or after a dash; a government after a dash is
    as likely the site's name and is not taken."""
    found = _BEHIND.search(tail)
    if found is None:
        return None
    name = names.clean(_YEAR_WORD.sub("", found["in"] or found["dash"]))
    if name is None or not names.is_body(name) or (found["dash"] and name.endswith("政府")):
        return None
    return name


_JOINTS = re.compile(
    r"\s*(?:_+|\||｜|—{1,2}|--|\s[-–]\s|>|»|::|[-–](?=[^-–]{2,30}(?:网|网站|门户|平台|公开|政府|局|厅|委|委员会)$))\s*"
)


def split_site_suffix(title: str) -> list[str]:
    """A `<title>` taken apart at the marks that portals put before column and site names, in order.

    The caller takes the first part that reads as a report, so that a column's name (政府信息公开年报) never wins over
    the article's title before it. A hyphen inside a title (1-10月) is no such mark.
    """
    text = re.sub(r"\s+", " ", html.unescape(title)).strip()
    return [part.strip() for part in _JOINTS.split(text) if part.strip()]


def printed(title: str) -> str:
    """A title as printed, on one line: entities resolved, tags and edge marks gone, blanks inside Chinese removed."""
    text = _TAG.sub("", html.unescape(html.unescape(title)))
    text = re.sub(r"\s+", " ", text).strip(" \u3000_-—|")
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef\d]) (?=[\u3000-\u9fff\uff00-\uffef\d])", "", text)


def is_title_line(line: str) -> bool:
    """True for a line that may be a title or half of one: no sentence, no label with a colon, no date line."""
    return 3 <= len(line) <= 90 and not re.search(r"[。；;！!]|[：:]\s?\S{2,}$|^\d{4}[-年/.]\d", line)


_NUMBERED = re.compile(r"([\u3400-\u9fff]{1,10})\s?[〔\[［【(（]\s?((?:20|19)\d\d)\s?[〕\]］】)）]\s?第?(\d{1,5})\s?号")


def document_number(title: str) -> str | None:
    """The document number in a title (厦湖府〔2019〕1号), None when it has none."""
    found = _NUMBERED.search(title)
    return f"{found.group(1)}〔{found.group(2)}〕{found.group(3)}号" if found else None
