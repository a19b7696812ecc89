"""The way from a portal's home page to its annual reports: which links of a page lead there, the likeliest first.

Old portals hide their menus: in frames, in pictures (the name is then the `alt`), in `onclick`, in scripts that write
them. A name counts most; what an address is called is a second clue, because slugs lie (portal-families §0.1).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.reports.names import is_body
from spiders.columns import is_column_name
from spiders.documents import Document, Link, squeeze
from spiders.scripts import links_in_scripts

MAX_STEPS = 24
"""Pages of one portal that are opened on the way, columns not counted."""
MAX_CLICKS = 5
MORE_STEPS = 4
"""Steps that are still made after a column was found: departments often have one of their own."""
COLUMN = 100
SECTION = 45
"""From this score on a link speaks of disclosure; below it, a page may only hold the menu that does."""

_BODY, _WANTED_BODY = 22, 55
_LONGEST_NAME = 20
_MAX_NODES = 3_000
_NAMES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (75, re.compile(r"^(?:政府)?(?:信息公开|政务公开)?(?:年报|年度报告)|信息公开.{0,4}(?:年|报)")),
    (70, re.compile(r"^(?:法定)?主动公开|政府信息公开$|政府信息公开(?:专栏|平台|专区|网|目录)?$")),
    (60, re.compile(r"信息公开|公开专栏|公开平台")),
    (50, re.compile(r"政务公开|公开目录|^信息公示$|^公开$|法定.{0,4}公开|公开栏")),
    (30, re.compile(r"公开|网站地图|站点地图|^(?:进入|中文|首页|政府网站|门户)|sitemap", re.IGNORECASE)),
    (12, re.compile(r"^(?:专题|专栏|政务|政府|部门|机构|组织|单位|委办局|概况|信息)")),
)
_SUMMARIES = re.compile(r"^(?:政府)?(?:信息|政务)公开(?:工作)?(?:年度)?(?:工作)?总结$")
"""Columns of the reports of the years before 2008, and of bodies that still call theirs so."""
_HINDERS = re.compile(
    r"法治|预算|决算|三公|招标|采购|招考|招聘|解读|制度|意见箱|信箱|举报|企业|统计|依申请|指南|意见|邮箱|登录|注册|回应|"
    r"网上办事|热线|新闻发布|行政许可|处罚|双公示|English|无障碍|适老|RSS|微信|微博|工作报表|网站年度",
    re.IGNORECASE,
)
_REPORT_WORDS = re.compile(
    r"(?:^|[/_\-])(?:\d{2,4})?(?:bm|sz)?(?:zf)?(?:xx)?(?:gk)?(?:gz)?(?:xx)?(?:nb|ndbg|niandubaogao|nianbao|annualreport|"
    r"ndxxgkbg|ndgknb|xxgkbg)(?:bm|s|\d{0,12})?(?:[/_.\-]|$)",
    re.IGNORECASE,
)
_SECTION_WORDS = re.compile(
    r"(?:^|[/_\-])(?:zf|bm)?(?:xxgk|zwgk|gkml|xxgkml|xxgkzl|openness)\d{0,12}(?:[/_.\-]|$)", re.I
)
_QUOTED = re.compile(r"[\"']([^\"'\s<>]{2,300})[\"']")
_PAGE = re.compile(r"/$|\.(?:s?html?|jhtml|jspx?|aspx?|php|do|action)$|/[\w-]{2,40}$", re.IGNORECASE)
_NO_PAGE = re.compile(r"\.(?:js|css|png|jpe?g|gif|ico|svg|pdf|docx?|xlsx?|zip|rar|mp4|apk|xml|woff2?)$", re.IGNORECASE)
_CUT = re.compile(r"[-_|—–>»]+")


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """A link that may lead on. `rank` orders ways, the best one first: minus its score, then order of appearance."""

    rank: tuple[int, int]
    url: str = field(compare=False)
    text: str = field(compare=False)
    clicks: int = field(compare=False)

    @property
    def score(self) -> int:
        """How much the link promises; `COLUMN` and more is the name of a column."""
        return -self.rank[0]


class Frontier:
    """Ways of one portal that were met and not yet gone. Each page is gone to once, at most `MAX_STEPS` of them."""

    def __init__(self) -> None:
        self.steps = 0
        self.columns = 0
        self._after = 0
        self._count = 0
        self._waiting: list[Way] = []

    def add(self, link: Link, score: int, clicks: int) -> None:
        """Note a way `clicks` clicks from the home page; each click makes it less likely."""
        if clicks <= MAX_CLICKS:
            self._count += 1
            heapq.heappush(self._waiting, Way((6 * clicks - score, self._count), link.url, link.text, clicks))

    def take(self) -> Way | None:
        """The best way left; None where there is none, or enough have been gone."""
        if not self._waiting or self.steps >= MAX_STEPS:
            return None
        if self.columns:
            self._after += 1
            if self._after > MORE_STEPS or self._waiting[0].score < SECTION:
                return None
        self.steps += 1
        return heapq.heappop(self._waiting)

    def resume(self) -> None:
        """The columns found hold nothing: the search goes on as if there were none."""
        self.columns = self._after = 0


def score_of(link: Link, bodies: Iterable[str] = ()) -> int:
    """How much a link promises: 100 and more for a column's name, 0 for nothing.

    `bodies` are names of bodies whose reports are wanted: a portal may show each body's disclosures by themselves.
    """
    name = squeeze(link.text).replace(" ", "")
    path = urlsplit(link.url).path
    report_path, section_path = bool(_REPORT_WORDS.search(path)), bool(_SECTION_WORDS.search(path))
    clue = 25 * report_path + 8 * section_path
    if is_column_name(name) or _SUMMARIES.match(name):
        return COLUMN + clue + 10 * ("信息公开" in name)
    if len(name) > _LONGEST_NAME:
        return 0
    if is_body(name):
        return _WANTED_BODY if any(name in body or body in name for body in bodies) else _BODY
    if _HINDERS.search(name):
        # A guide or a list of rules shows the section's menu, with the column in it.
        return 20 if "公开" in name else 0
    told = next((score for score, words in _NAMES if words.search(name)), 0)
    return told + clue if told or clue else 0


def ways_in(document: Document, bodies: Iterable[str] = ()) -> Iterator[tuple[Link, int]]:
    """Links of a page that may lead to annual reports, with their scores; each address once, at its best."""
    bodies = tuple(bodies)
    best: dict[str, tuple[Link, int]] = {}
    for url in (*document.frames, document.moved_to):
        if url:
            best[url] = (Link(url, ""), 90)
    for link in (*document.links, *_hidden_links(document)):
        score = score_of(link, bodies)
        if score and score > best.get(link.url, (link, 0))[1] and not _NO_PAGE.search(urlsplit(link.url).path):
            best[link.url] = (link, score)
    yield from best.values()


def names_itself(document: Document) -> bool:
    """True for a page whose own title or column name is that of an annual-report column."""
    if document.tree is None:
        return False
    named = [
        str(one) for one in document.tree.xpath("//meta[translate(@name,'COLUMN','column')='columnname']/@content")
    ]
    titles = [squeeze("".join(node.itertext())) for node in document.tree.xpath("//title | //h1 | //h2")[:6]]
    return any(is_column_name(_CUT.split(text)[0]) and len(text) <= 60 for text in (*named, *titles) if text)


def _hidden_links(document: Document) -> Iterator[Link]:
    """Links without a text of their own: pictures, `onclick`, options, and what a script would write."""
    if document.tree is None:
        return
    for node in document.tree.xpath("//a[@href][.//img] | //area[@href]")[:_MAX_NODES]:
        names = [node.get("alt") or "", *(str(one) for one in node.xpath(".//img/@alt | .//img/@title"))]
        yield from _links(document, node.get("href", ""), names)
    clicked = (
        "//*[@onclick] | //a[starts-with(@href,'javascript:')] | //option[@value] | //*[@data-href] | //*[@data-url]"
    )
    for node in document.tree.xpath(clicked)[:_MAX_NODES]:
        name = squeeze("".join(node.itertext()))[:40] or node.get("title") or ""
        for value in _places(node):
            yield from _links(document, value, [name])
    yield from (link for link in links_in_scripts(document, is_page) if len(link.text) <= 40)


def _places(node: HtmlElement) -> Iterator[str]:
    for name in ("data-href", "data-url", "value"):
        if (value := node.get(name) or "") and re.search(r"[/.]", value):
            yield value
    for name in ("onclick", "href"):
        text = node.get(name) or ""
        if "(" in text or "=" in text:
            yield from (match for match in _QUOTED.findall(text) if re.search(r"[/.]", match))


def _links(document: Document, href: str, names: list[str]) -> Iterator[Link]:
    url = document.absolute(href) if href else None
    if url and is_page(url):
        yield from (Link(url, squeeze(name)) for name in names if name.strip())


def is_page(url: str) -> bool:
    """True for an address that may be a page: not a script, a picture or a file."""
    path = urlsplit(url).path
    return bool(_PAGE.search(path)) and not _NO_PAGE.search(path)
