"""Longxun 龙讯 and Anhui's "Openness": organs' pages with tabs, reports inline, one table of reports for all organs.

Portals of tests: `make demo` does not know them. `www.my.gov.cn` (the report inline, a switch of years in links),
`www.shucheng.gov.cn` (inline, no switch), `kjt.ah.gov.cn` (inline, a switch in a select box), `www.fengyang.gov.cn`
(lists of articles, two organs on the home page), `www.lushan.gov.cn` (a list that a script asks for),
`www.xinxiang.gov.cn` (always the newest report), `www.ah.gov.cn` (a list of the whole site, by year), `www.gy.gov.cn`,
`www.tl.gov.cn` and `www.mashsq.gov.cn` (Openness).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import md5
from html import escape
from math import ceil

from crawler.demo.chrome import SHARE, Look, crumbs, record, shell
from crawler.demo.entries import Entry, everyday, look_alikes
from crawler.demo.families.ucap_agencies import AGENCIES, YEARS, entries
from crawler.demo.portal import FakeRequest, FakeResponse, Site, not_found, page
from crawler.demo.truth import Built

LABEL = "/site/label/8888"


def portals() -> list[Built]:
    """All portals of both systems."""
    return [
        _organ("www.my.gov.cn", "510700-wjw", 601, "links", scheme="http"),
        _organ("www.shucheng.gov.cn", "341523-sthjfj", 6598891, "silent", without=(2021,)),
        _organ("kjt.ah.gov.cn", "340000-czt", 21671, "options", scheme="http"),
        _organ("www.lushan.gov.cn", "341126-nyj", 4443193, "label"),
        _organ("www.xinxiang.gov.cn", "341621-cgj", 7011, "deaf"),
        _fengyang(), _province(), _guoyang(), _tongling(), _huashan(),
    ]  # fmt: skip


def article_page(look: Look, column: str, entry: Entry) -> FakeResponse:
    """An article: the table of its record, the body in `j-fontContent`."""
    table = record(
        (("索引号", look.code), ("组配分类", column), ("发布机构", entry.source), ("发文日期", entry.day.isoformat()))
    )
    inner = crumbs(("首页", "/"), (column, "./")) + f"<h1 class='newstitle'>{escape(entry.title)}</h1>{table}"
    inner += f'<div class="wzcon j-fontContent">{entry.body}</div>{SHARE}'
    return page(shell(look, entry.title, inner, meta={"ArticleTitle": entry.title, "ColumnName": column}))


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ's page `/public/column/{number}` with its tabs: 2 the guide, 3 annual reports, 4 the catalogue.

    `mode` of tab 3: the report inline, with a switch of years in `links`, in `options`, `silent` (years are answered
    though none is offered) or `deaf` (the newest report whatever is asked); a `list` of articles; a list that its
    script asks for by `label`.
    """

    look: Look
    number: int
    name: str
    rows: tuple[Entry, ...]
    mode: str
    a_page: int = 15

    @property
    def path(self) -> str:
        """Path of the organ's page."""
        return f"/public/column/{self.number}"

    @property
    def years(self) -> Mapping[int, Entry]:
        """Its reports by fiscal year."""
        return {entry.report.year: entry for entry in self.rows if entry.report}

    def article(self, entry: Entry) -> str:
        """Path of an article."""
        number = int(md5(f"{self.number}{entry.title}{entry.day}".encode(), usedforsecurity=False).hexdigest()[:7], 16)
        return f"/public/{self.number}/{number + 1_000_000}.html"

    def mount(self, site: Site) -> None:
        """Add the organ's pages, and its articles where it has some."""
        site.add(self.path, self)
        if self.mode in ("list", "label"):
            for entry in self.rows:
                site.add(self.article(entry), article_page(self.look, "政府信息公开年报", entry))
        if self.mode == "label":
            site.add(LABEL, self.label)

    def __call__(self, request: FakeRequest) -> FakeResponse:
        """The organ's page."""
        asked = request.query
        tabs = "".join(
            f'<li><a href="{self.path}?type={kind}&nav={at}">{name}</a></li>'
            for at, (kind, name) in enumerate(((2, "信息公开指南"), (4, "信息公开目录"), (3, "信息公开年报")))
        )
        inner = crumbs(("首页", "/"), (self.name, self.path)) + f"<ul class='tabs'>{tabs}</ul>"
        if asked.get("type") != "3":
            inner += f"<p>{escape(self.name)}编制本指南，公民可以当面或者通过信函提出申请，办公时间为工作日。</p>"
        elif self.mode in ("list", "label"):
            inner += self._list(int(asked.get("pageIndex") or 1)) if self.mode == "list" else self._script()
        else:
            inner += self._inline(asked.get("timeFrame", ""))
        return page(shell(self.look, f"{self.name}信息公开年报", inner))

    def _inline(self, asked: str) -> str:
        newest = max(self.years)
        year = newest if self.mode == "deaf" or not asked.isdecimal() else int(asked)
        entry = self.years.get(year)
        body = '<p class="none">暂无内容</p>'
        if entry is not None:
            body = f"<h2>{escape(entry.title)}</h2><p>发布日期：{entry.day}</p>"
            body += f"<div class='j-fontContent'>{entry.body}</div>"
        views = f"<span>浏览次数：{1000 + year}</span>"
        return self._switch(year) + views + body

    def _switch(self, shown: int) -> str:
        if self.mode == "links":
            return "<ul class='years'>" + "".join(
                f'<li><a href="{self.path}?type=3&nav=3&sub=0&timeFrame={year}&hasContent=true">{year}年</a></li>'
                for year in sorted(self.years, reverse=True)
            ) + "</ul>"  # fmt: skip
        if self.mode == "options":
            chosen = "".join(
                f'<option value="{year}"{" selected" if year == shown else ""}>{year}年</option>' for year in self.years
            )
            turn = f"location.href='{self.path}?type=3&timeFrame='+this.value;"
            return f"<select id='y'>{chosen}</select><script>$('#y').change(function(){{{turn}}});</script>"
        return ""

    def _list(self, number: int) -> str:
        size = self.a_page
        shown, pages = self.rows[(number - 1) * size : number * size], ceil(len(self.rows) / size)
        items = "".join(
            f'<li><a href="{self.article(entry)}" title="{escape(entry.listed)}">{escape(entry.listed)}</a>'
            f"<span>{entry.day}</span></li>"
            for entry in shown
        )
        return f"<ul class='xxgk'>{items}</ul><div class='page'>共<i>{len(self.rows)}</i>条　共 <i>{pages}</i> 页</div>"

    def _script(self) -> str:
        return (
            "<div id='list'></div><script>function load(n){ $.ajax({url:'/site/label/8888',dataType:'html',data:{"
            f"IsAjax:1,labelName:'publicInfoList',siteId:'2651',organId:'{self.number}',type:'3',action:'list',"
            "isDate:true,dateFormat:'yyyy-MM-dd',pageSize:15,pageIndex:n,file:'/c1/publicInfoList_newest'}});}</script>"
        )

    def label(self, request: FakeRequest) -> FakeResponse:
        """The list that the page's script asks for."""
        asked = request.query
        if (asked.get("labelName"), asked.get("organId")) != ("publicInfoList", str(self.number)):
            return page("<div>暂无相关信息</div>")
        return page(self._list(int(asked.get("pageIndex") or 1)))


@dataclass(frozen=True, slots=True)
class Openness:
    """The table of all organs' reports, and the list of one organ (`XxgkContent/showList/790/0/page_1.html`).

    `shape` of a report's address: `Xxgk`, `Openness`, `below` (`/openness/Openness…`) or `hex`.
    """

    look: Look
    organ: int
    rows: tuple[Entry, ...]
    shape: str
    first: int = 6384
    a_page: int = 5

    @property
    def path(self) -> str:
        """Path of the organ's list."""
        return f"{'/openness' if self.shape == 'below' else ''}/XxgkContent/showList/{self.organ}/0/page_1.html"

    def article(self, at: int) -> str:
        """Path of the report that stands at a place in the list."""
        number = self.first - at * 7
        if self.shape == "hex":
            return f"/xxgk/openness/detail/annual_report/{61_000_000 + number:08x}{number:016x}.html"
        if self.shape == "below":
            return f"/openness/OpennessAnnualReport/show/{number}.html"
        return f"/{self.shape}AnnualReport/show/{number}.html"

    def mount(self, site: Site) -> None:
        """Add lists and reports."""
        size = self.a_page
        for at, entry in enumerate(self.rows):
            site.add(self.article(at), article_page(self.look, "信息公开年报", entry))
        pages = ceil(len(self.rows) / size)
        for number in range(1, pages + 1):
            items = "".join(
                f'<tr><td><a href="{self.article(at)}" title="{escape(entry.listed)}">{escape(entry.listed)}</a></td>'
                f"<td>{entry.day}</td></tr>"
                for at, entry in enumerate(self.rows)
                if (number - 1) * size <= at < number * size
            )
            turn = "".join(f'<a href="page_{n}.html">{n}</a>' for n in range(1, pages + 1))
            inner = f"<table>{items}</table><div class='pages'>{turn}<a href='page_{pages}.html'>末页</a></div>"
            path = self.path.replace("page_1.", f"page_{number}.")
            site.add(path, page(shell(self.look, "政府信息公开年报", inner)))


# ---------------------------------------------------------------------- who plays


def _look(name: str, *menu: tuple[str, str]) -> Look:
    return Look(name, name, (("首页", "/"), *menu))


def _sorted(*groups: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted((entry for group in groups for entry in group), key=lambda entry: entry.day, reverse=True))


def _home(site: Site, look: Look, *links: tuple[str, str]) -> None:
    boxes = "".join(f'<div class="box"><a href="{escape(path)}">{name}</a></div>' for path, name in links)
    site.add("/", page(shell(look, look.name, crumbs(("首页", "/")) + boxes)))


def _organ(
    host: str, agency: str, number: int, mode: str, *, scheme: str = "https", without: tuple[int, ...] = ()
) -> Built:
    """A host with one organ."""
    name = AGENCIES[agency].name
    rows = _sorted(entries(agency, [year for year in YEARS if year not in without]))
    look, site = _look(name), Site(host, schemes=frozenset({"http"} if scheme == "http" else {"http", "https"}))
    organ = Organ(look, number, name, rows, mode)
    organ.mount(site)
    _home(site, look, (f"{organ.path}?type=3&nav=3", "政府信息公开年报"), (f"{organ.path}?type=2", "公开指南"))
    built = Built(host, [site])
    for year, entry in organ.years.items():
        address = f"{organ.path}?type=3&timeFrame={year}"
        if mode == "label":
            address = organ.article(entry)
        elif mode in ("silent", "deaf") and year == max(organ.years):
            address = f"{organ.path}?type=3"
        if entry.report and (mode != "deaf" or year == max(organ.years)):
            built.expect(agency, f"{scheme}://{host}{address}", entry.report)
    return built


def _fengyang() -> Built:
    """Two organs with lists, named on the home page; look-alikes among the reports; a list of two pages."""
    host = "www.fengyang.gov.cn"
    built, site, look = Built(host), Site(host), _look("凤阳县人民政府")
    strange = look_alikes("凤阳县农业农村局", 2022)
    links = []
    for agency, number, others in (
        ("341126-sthjfj", 161055502, everyday("凤阳县", 14, date(2024, 2, 1), seed=host)),
        ("341126-nyj", 161055488, strange),
    ):
        organ = Organ(look, number, AGENCIES[agency].name, _sorted(entries(agency), others), "list")
        organ.mount(site)
        links.append((organ.path, AGENCIES[agency].name))
        built.expect_entries(agency, [(f"https://{host}{organ.article(entry)}", entry) for entry in organ.rows])
    _home(site, look, ("/public/column/1681?type=2&nav=1", "政府信息公开"), *links)
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _province() -> Built:
    """`/site/tpl/7931?nav=4&year=2024`: government and department in one list a year, the newest without a year."""
    host, bodies = "www.ah.gov.cn", ("340000-zf", "340000-czt")
    built, site = Built(host), Site(host)
    look = _look("安徽省人民政府", ("政府信息公开年报", "/site/tpl/7931?nav=4"), ("要闻", "/site/tpl/7900"))
    organ = Organ(look, 1681, look.name, _sorted(*(entries(agency) for agency in bodies)), "list")
    for entry in organ.rows:
        site.add(organ.article(entry), article_page(look, "政府信息公开年报", entry))

    def listed(request: FakeRequest) -> FakeResponse:
        year = int(request.query.get("year") or max(YEARS))
        rows = [entry for entry in organ.rows if entry.report and entry.report.year == year]
        items = "".join(f'<li><a href="{organ.article(one)}">{escape(one.listed)}</a> {one.day}</li>' for one in rows)
        menu = "".join(f'<a href="/site/tpl/7931?nav=4&amp;year={one}">{one}年</a>' for one in YEARS)
        return page(shell(look, "政府信息公开年报", f"<div class='years'>{menu}</div><ul>{items}</ul>"))

    site.add("/site/tpl/7931", listed)
    site.add("/site/tpl/7900", not_found)
    _home(site, look)
    built.sites.append(site)
    for agency in bodies:
        mine = [entry for entry in organ.rows if entry.source == AGENCIES[agency].name]
        built.expect_entries(agency, [(f"https://{host}{organ.article(entry)}", entry) for entry in mine])
    return built


def _openness(host: str, agency: str, shape: str, strange: Sequence[Entry] = (), organ: int = 790) -> Built:
    built, site, look = Built(host), Site(host), _look(AGENCIES[agency].name)
    table = Openness(look, organ, _sorted(entries(agency), strange), shape)
    table.mount(site)
    _home(site, look, (table.path, "政府信息公开年报"), ("/XxgkContent/showList/791/0/page_1.html", "公示公告"))
    built.sites.append(site)
    found = [(f"https://{host}{table.article(at)}", entry) for at, entry in enumerate(table.rows)]
    built.expect_entries(agency, found)
    built.refuse([entry.listed for entry in strange])
    return built


def _guoyang() -> Built:
    return _openness("www.gy.gov.cn", "341621-cgj", "Xxgk", look_alikes("涡阳县城市管理局", 2024))


def _tongling() -> Built:
    return _openness("www.tl.gov.cn", "340700-swj", "below", organ=35)


def _huashan() -> Built:
    return _openness("www.mashsq.gov.cn", "340503-czj", "hex", organ=12)
