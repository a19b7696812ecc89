"""博达 VSB: `.htm` lists counted DOWN (`zfxxgknb.htm`, `zfxxgknb/4.htm` … `/1.htm`), articles `/info/<tree>/<id>.htm`.

Played: `www.ynlf.gov.cn` (禄丰: `#vsb_content_2`, tables as text with bars in 2023), `www.cxs.gov.cn` (楚雄市: a town
and a bureau in one column, attachments), `www.shangluo.gov.cn` (商洛: countdown paging).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise

from crawler.demo import agencies
from crawler.demo.chrome import Look, crumbs, record, shell
from crawler.demo.entries import Entry, everyday, look_alikes, of, posted
from crawler.demo.portal import FakeResponse, Site, page
from crawler.demo.truth import Built

LF, ZX, WL, SL = "532302-sthjfj", "532301-zxz", "532301-wlj", "611000-sthjj"


@dataclass(frozen=True, slots=True)
class VsbColumn:
    """One column: tree id (first number of its articles), list path without `.htm`, name, rows newest first.

    `content` is the id of the body's element, `attachments` the entries' files by news id.
    """

    tree: int
    path: str
    name: str
    rows: tuple[tuple[int, Entry], ...] = ()
    a_page: int = 8
    content: str = "vsb_content"
    attachments: tuple[tuple[int, str], ...] = ()

    def href(self, number: int) -> str:
        """Path of an article."""
        return f"/info/{self.tree}/{number}.htm"

    def mount(self, site: Site, look: Look) -> None:
        """Add lists and articles to a host."""
        parts = [self.rows[i : i + self.a_page] for i in range(0, len(self.rows), self.a_page)] or [()]
        total = len(parts)
        for index, part in enumerate(parts):
            path = f"{self.path}.htm" if index == 0 else f"{self.path}/{total - index}.htm"
            site.add(path, page(self._list(look, part, index, total)))
        for number, entry in self.rows:
            site.add(self.href(number), page(self._article(look, number, entry)))
            for key, name in self.attachments:
                if key == number:
                    site.add(_download(number), _file(name))

    def _list(self, look: Look, rows: Sequence[tuple[int, Entry]], index: int, total: int) -> str:
        up = "../" * (self.path.count("/") - (index == 0))
        stem = self.path.rsplit("/", 1)[1]
        items = "".join(
            f'<li id="line_u9_{i}"><span>{entry.day.strftime("%Y年%m月%d日")}</span>'
            f'<a href="{up}{self.href(number)[1:]}" '
            f'target="_blank" title="{escape(entry.listed)}">{escape(entry.listed)}</a></li>'
            for i, (number, entry) in enumerate(rows)
        )
        inner = (
            crumbs(("首页", "/index.htm"), (self.name, f"{self.path}.htm"))
            + f'<div class="list"><ul>{items}</ul></div>'
            + (self._turn(stem, index, total) if total > 1 else "")
        )
        return shell(look, f"{self.name}-{look.name}", inner, head="<!--Announced by Visual SiteBuilder 9-->")

    def _turn(self, stem: str, index: int, total: int) -> str:
        """The pager: page 2 of 5 is `4.htm`; links are relative to the list that prints them."""
        inside = index > 0

        def where(page_index: int) -> str:
            if page_index == 0:
                return f"../{stem}.htm" if inside else f"{stem}.htm"
            return f"{total - page_index}.htm" if inside else f"{stem}/{total - page_index}.htm"

        links = "".join(
            f'<span class="p_no"><a href="{where(i)}">{i + 1}</a></span>'
            if i != index
            else f'<span class="p_no_d">{i + 1}</span>'
            for i in range(total)
        )
        ahead = f'<span class="p_next p_fun"><a href="{where(index + 1)}">下页</a></span>' if index + 1 < total else ""
        last = f'<span class="p_last p_fun"><a href="{where(total - 1)}">尾页</a></span>' if index + 1 < total else ""
        return f'<div class="pb_sys_common pb_sys_normal"><span class="p_pages">{links}{ahead}{last}</span></div>'

    def _article(self, look: Look, number: int, entry: Entry) -> str:
        organ = entry.source or look.organ
        table = record(
            (
                ("索引号", f"{look.code}/{entry.day.year}-{number % 100000:05}"), ("信息分类", self.name),
                ("发文日期", entry.day.isoformat()), ("发布机构", organ), ("生成日期", entry.day.isoformat()),
                ("名称", entry.title), ("文号", ""), ("发表时间", ""),
            )
        )  # fmt: skip
        files = "".join(
            f'<li>附件【<a href="{_download(number)}" target="_blank">{escape(name)}</a>】'
            f'已下载<span id="nattach{number}"></span>次</li>'
            for key, name in self.attachments
            if key == number
        )
        inner = (
            crumbs(("首页", "/index.htm"), (self.name, f"{self.path}.htm"))
            + table
            + f'<form name="_newscontent_fromname"><div class="title"><h1 align="center">{escape(entry.title)}</h1>'
            f"<p>发布时间：{entry.day.strftime('%Y年%m月%d日')} 来源：{escape(organ)} 作者： "
            f'点击：[<script>_showDynClicks("wbnews", 1, {number})</script>]</p></div>'
            f'<div id="{self.content}"><div class="v_news_content">{entry.body}</div></div>'
            f"{f'<ul style=list-style-type:none;>{files}</ul>' if files else ''}"
            f'<div id="div_vote_id"></div><p>上一条：没有了</p></form>'
        )
        meta = {"ArticleTitle": entry.title, "PubDate": f"{entry.day.isoformat()} 10:02", "ContentSource": organ}
        return shell(look, f"{entry.title}-{look.name}", inner, meta=meta)


def _download(number: int) -> str:
    return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1402&wbfileid={number}"


def _file(name: str) -> FakeResponse:
    """A small attachment: the bytes of an empty zip container, which every docx begins like."""
    shown = f"attachment; filename={len(name)}.docx"
    lines = (("Content-Type", "application/octet-stream"), ("Content-Disposition", shown))
    return FakeResponse(200, lines, b"PK\x05\x06" + bytes(18))


def portals() -> list[Built]:
    """All portals of the family."""
    return [_lufeng(), _chuxiong(), _shangluo()]


def _lufeng() -> Built:
    """`www.ynlf.gov.cn`: the bureau's reports alone in the city's column; 2023 as text with bars."""
    host = "www.ynlf.gov.cn"
    built = Built(host)
    look = Look(
        "禄丰市人民政府", "禄丰市人民政府办公室", (("首页", "/index.htm"), ("政务公开", "/zwgk.htm")), code="5323310001"
    )
    styles = {2023: "pipes", 2019: "word", 2020: "lines", 2021: "nested"}
    rows = []
    for year in range(2025, 2018, -1):
        day = date(2024, 1, 10) if year == 2023 else posted(year)
        rows.append((226_124 - (2024 - year) * 17_001, of(agencies.report(LF, year), day, styles.get(year, "ueditor"))))
    strange = look_alikes("楚雄州生态环境局禄丰分局", 2023)
    both = sorted([*rows, *((180_001 + n, e) for n, e in enumerate(strange))], key=lambda row: row[1].day, reverse=True)
    column = VsbColumn(1011, "/zfxxgk/zfxxgknb", "政府信息公开年报", tuple(both), content="vsb_content_2")
    site = Site(host)
    column.mount(site, look)
    _doors(
        site, look, ("/zwgk.htm", "政务公开"), ("/zfxxgk.htm", "政府信息公开"), ("/zfxxgk/zfxxgknb.htm", column.name)
    )
    built.sites.append(site)
    built.expect_entries(LF, ((f"https://{host}{column.href(number)}", entry) for number, entry in rows))
    built.refuse([entry.listed for entry in strange], url=f"https://{host}/zfxxgk/zfxxgknb.htm")
    return built


def _doors(site: Site, look: Look, *steps: tuple[str, str]) -> None:
    """A home page and the pages between it and the column: each step links to the next."""
    home = page(shell(look, look.name, f'<div class="sy"><a href="{steps[0][0]}">{steps[0][1]}</a></div>'))
    site.add("/", home)
    site.add("/index.htm", home)
    for (path, name), (target, label) in pairwise(steps):
        body = (
            crumbs(("首页", "/index.htm"), (name, path))
            + f'<ul class="fl"><li><a href="{target}">{label}</a></li></ul>'
        )
        site.add(path, page(shell(look, name, body)))


def _chuxiong() -> Built:
    """`www.cxs.gov.cn`: a town and a bureau in one column (tree 20535); reports of the town also as a .docx."""
    host = "www.cxs.gov.cn"
    built = Built(host)
    look = Look(
        "楚雄市人民政府", "楚雄市人民政府办公室", (("首页", "/index.htm"), ("政务公开", "/zwgk.htm")), code="5323010003"
    )
    rows: list[tuple[int, Entry]] = []
    owners: dict[int, str] = {}
    for year in range(2025, 2018, -1):
        for offset, agency in enumerate((ZX, WL)):
            if year >= agencies.AGENCIES[agency].first_year:
                number = 867_359 - (2025 - year) * 61_007 - offset * 1_250
                rows.append(
                    (number, of(agencies.report(agency, year), posted(year, offset), ("word", "nested")[offset]))
                )
                owners[number] = agency
    rows.sort(key=lambda row: row[1].day, reverse=True)
    files = tuple((number, f"{entry.title}.docx") for number, entry in rows if owners[number] == ZX)
    column = VsbColumn(
        20535,
        "/zfxxgk/zfxxgknb",
        "政府信息公开年报",
        tuple(rows),
        a_page=5,
        content="vsb_content_500",
        attachments=files,
    )
    site = Site(host)
    column.mount(site, look)
    _doors(site, look, ("/zwgk.htm", "政务公开"), ("/zfxxgk/zfxxgknb.htm", "政府信息公开年报"))
    built.sites.append(site)
    for number, entry in rows:
        built.expect_entries(owners[number], [(f"http://{host}{column.href(number)}", entry)])
    return built


def _shangluo() -> Built:
    """`www.shangluo.gov.cn`: departments' reports among many others; five pages, so that page 2 is `/4.htm`."""
    host = "www.shangluo.gov.cn"
    built = Built(host)
    look = Look(
        "商洛市人民政府",
        "商洛市人民政府办公室",
        (("首页", "/index.htm"), ("政府信息公开", "/zfxxgk.htm")),
        code="6110000016",
    )
    reports = [(137_911 - (2023 - year) * 9_301, of(agencies.report(SL, year), posted(year), "word")) for year in YEARS]
    others = everyday("商洛市", 33, date(2026, 3, 1), seed=host)
    rows = [*reports, *((60_000 + n * 7, entry) for n, entry in enumerate(others))]
    rows.sort(key=lambda row: row[1].day, reverse=True)
    column = VsbColumn(3043, "/zfxxgk/fdzdgknr/zfxxgknb", "部门信息公开年度报告", tuple(rows), content="vsb_content_4")
    site = Site(host)
    column.mount(site, look)
    _doors(site, look, ("/zfxxgk.htm", "政府信息公开"), (f"{column.path}.htm", column.name))
    built.sites.append(site)
    built.expect_entries(SL, ((f"https://{host}{column.href(number)}", entry) for number, entry in reports))
    return built


YEARS = range(2025, 2018, -1)
