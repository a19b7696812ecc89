"""Hanweb's disclosure module: reports by organisation and year, and a catalogue of lists by kind and organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from crawler.demo.chrome import Look, crumbs, shell
from crawler.demo.entries import Entry
from crawler.demo.families.hanweb import article_page
from crawler.demo.portal import FakeRequest, FakeResponse, Site, not_found, page

MODULE = "/module/xxgk/xxgkAnnualReport.jsp"
SEARCH = "/module/xxgk/search.jsp"


@dataclass(frozen=True, slots=True)
class Module:
    """`xxgkAnnualReport.jsp`: organisations by code, their reports by year.

    `without` says what a year without a report answers: `404`, `blank` (the module's frame), `newest` (the newest
    report once more).
    """

    look: Look
    areas: Mapping[str, Mapping[int, Entry]]
    without: str = "blank"
    said: str = "政府信息公开年度报告"

    def __call__(self, request: FakeRequest) -> FakeResponse:
        """Answer for `area` and `fbtime`."""
        years = self.areas.get(request.query.get("area", ""))
        if years is None:
            return not_found(request)
        asked = request.query.get("fbtime", "")
        entry = years.get(int(asked)) if asked.isdecimal() else None
        if entry is None and self.without == "newest":
            entry = years[max(years)]
        if entry is None and self.without == "404":
            return not_found(request)
        menu = "".join(
            f'<option value="{year}">{year}年政府信息公开年度报告</option>'
            f'<a href="{MODULE}?area={escape(request.query["area"])}&fbtime={year}">{year}年政府信息公开年度报告</a>'
            for year in sorted(years)[:2]
        )
        body = "<p>暂无相关信息</p>" if entry is None else self._report(entry)
        return page(shell(self.look, self.said, f"<div class='years'>{menu}</div><div class='xxgk'>{body}</div>"))

    def _report(self, entry: Entry) -> str:
        return (
            "<p>点击收听年报语音朗读</p>"
            f"<div class='title'>{escape(entry.title)}</div><div>发布时间：{entry.day.isoformat()} 10:21:08</div>"
            f"<div id='zoom'>{entry.body}</div>"
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A column that shows a list of the module: `search.jsp` answers its rows as a table, `a_page` at a time.

    `called` columns leave the kind to a script, which takes it from the column's address (`number=…`).
    """

    number: int
    name: str
    kind: str
    area: str
    rows: Sequence[tuple[int, Entry]]
    a_page: int = 15
    called: bool = False

    @property
    def path(self) -> str:
        """Address of the column's page with what it is asked."""
        return f"/col/col{self.number}/index.html?vc_xxgkarea={self.area}&number={self.kind}"

    def article(self, number: int, entry: Entry) -> str:
        """Path of an article."""
        return f"/art/{entry.day.year}/{entry.day.month}/{entry.day.day}/art_{self.number}_{number}.html"

    def mount(self, site: Site, look: Look) -> None:
        """Add the column, its articles and the search to a host."""
        asked = f"divid=div{self.number}&amp;infotypeId={self.kind}&amp;jdid=14&amp;area={self.area}"
        if self.called:
            asked = f"standardXxgk=1&infotypeId='+a+'&vc_title='+encodeURI(b)+'&area={self.area}"
        script = f"<script>loadDynamic('{SEARCH}?{asked}', 'div{self.number}', '0','0','950','14','','');</script>"
        inner = crumbs(("首页", "/"), (self.name, "./")) + f"<div id='div{self.number}'></div>{script}"
        site.add(f"/col/col{self.number}/", page(shell(look, self.name, inner)))
        for number, entry in self.rows:
            site.add(self.article(number, entry), article_page(look, self.name, entry))
        site.add(SEARCH, self.search)

    def search(self, request: FakeRequest) -> FakeResponse:
        """A page of rows; an empty table for another kind or organisation."""
        asked = {**request.query, **request.form}
        mine = (asked.get("infotypeId"), asked.get("area")) == (self.kind, self.area)
        rows, at = (self.rows if mine else ()), int(asked.get("currpage", "1"))
        lines = "".join(
            f'<tr class="tr_main_value_{("even", "odd")[number % 2]}"><td><a href="{self.article(number, entry)}" '
            f'target="_blank" title="{escape(entry.listed)}">{escape(entry.listed[:18])}</a></td>'
            f"<td>{escape(entry.source)}</td><td>{entry.day.isoformat()}</td></tr>"
            for number, entry in rows[(at - 1) * self.a_page : at * self.a_page]
        )
        pages = max(1, ceil(len(rows) / self.a_page))
        following = f"javascript:funGoPage('{SEARCH}',{at + 1});"
        turn = f'<td>第&nbsp;{at}&nbsp;页/共&nbsp;{pages}&nbsp;页 <a href="{following}">下页</a></td>'
        return page(f"<table class='tb_title'><tr>{turn}</tr></table><table>{lines}</table>")
