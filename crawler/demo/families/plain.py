"""Portals that differ in the shapes of their addresses alone: a column with its lists, articles and service.

What a list's pages are called, where its articles stand and how its pager is written are arguments. Used for Shanghai,
Nantong, Liaoning, eportal, Hebei, Henan and others; who plays them stands in `plain_*.py`. Portals of tests: `make
demo` does not know them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from crawler.demo.agencies import ENVIRONMENT, FINANCE, GENERAL, FakeAgency
from crawler.demo.chrome import SHARE, Links, Look, crumbs, record, shell
from crawler.demo.entries import Entry, of, posted
from crawler.demo.figures import Figures, chain
from crawler.demo.portal import FakeRequest, FakeResponse, Site, data, not_found, page
from crawler.demo.reports import FakeReport, annual_report
from crawler.demo.truth import Built

YEARS = range(2025, 2018, -1)
STYLES = ("ueditor", "word", "nested", "without_spans")
TOPICS = {"e": ENVIRONMENT, "f": FINANCE, "g": GENERAL}

Rows = Sequence[tuple[str, Entry]]
"""Rows of a list, newest first: path of the article, article."""


@lru_cache(maxsize=128)
def _figures(agency_id: str, name: str, short: str, topic: str, style: int) -> tuple[FakeAgency, dict[int, Figures]]:
    agency = FakeAgency(agency_id, name, short, TOPICS[topic], style=style)
    return agency, chain(agency_id, range(2019, 2026), agency.profile)


def report(who: tuple[str, str, str], year: int, *, topic: str = "g", style: int = 0) -> FakeReport:
    """The report of a year of (agency id, name, short name)."""
    agency, figures = _figures(*who, topic, style)
    return annual_report(agency.voice, year, figures[year], style=style)


def entries(
    who: tuple[str, str, str], years: Iterable[int] = YEARS, *, topic: str = "g", style: int = 0
) -> list[Entry]:
    """An agency's reports as articles, newest first."""
    reports = ((year, report(who, year, topic=topic, style=style)) for year in years)
    return [of(one, posted(year), STYLES[year % len(STYLES)]) for year, one in reports]


def hexes(seed: str, length: int = 32) -> str:
    """Hexadecimal digits that belong to a text: what an article is named by on many portals."""
    return sha256(seed.encode()).hexdigest()[:length]


def uuid(seed: str) -> str:
    """A uuid that belongs to a text."""
    digits = hexes(seed)
    return "-".join((digits[:8], digits[8:12], f"4{digits[13:16]}", f"a{digits[17:20]}", digits[20:32]))


def newest_first(*groups: Iterable[Entry]) -> list[Entry]:
    """All entries of some groups, newest first."""
    return sorted((entry for group in groups for entry in group), key=lambda entry: entry.day, reverse=True)


@dataclass(slots=True)
class Service:
    """What a list's script asks for its rows.

    `script` is the page's call as it is printed; `page`, `size` are the names of its parameters, `first` the number of
    the first page; `answer` makes JSON (or a response) of rows, their number in all, and the number of pages.
    """

    path: str
    script: str
    answer: Callable[[Rows, int, int], object]
    page: str = "pageNo"
    size: int = 15
    first: int = 1
    method: str = "GET"
    needs: dict[str, str] = field(default_factory=dict)

    def respond(self, rows: Rows, request: FakeRequest) -> FakeResponse:
        """One answer; 404 for another method, an empty page for parameters of another column."""
        if request.method != self.method:
            return not_found(request)
        asked = request.query or request.form
        if request.method == "POST" and request.body[:1] == b"{":
            asked = {key: str(value) for key, value in json.loads(request.body).items()}
        if any(asked.get(key) != value for key, value in self.needs.items()):
            return data({"code": 500, "message": "参数错误"})
        at = (int(asked.get(self.page, self.first)) - self.first) * self.size
        made = self.answer(rows[at : at + self.size], len(rows), -(-len(rows) // self.size))
        return made if isinstance(made, FakeResponse) else data(made)


@dataclass(slots=True)
class Plain:
    """One column.

    `path` is the list's address; `pages(n)` that of its n-th page, n from 2; `pager` writes what stands below a list of
    (page, pages); `also` are links beside the list (years, departments). With a `service` the page prints no row.
    """

    name: str
    path: str
    rows: Rows
    pages: Callable[[int], str] = lambda number: f"index_{number}.html"
    a_page: int = 15
    pager: Callable[[Plain, int, int], str] = lambda column, number, total: linked(column, number, total)
    also: Links = ()
    service: Service | None = None
    meta: bool = True

    def where(self, number: int) -> str:
        """Address of a page of the list."""
        if number == 1 or self.pages(number).startswith("?"):
            return self.path + (self.pages(number) if number > 1 else "")
        return f"{self.path.rpartition('/')[0]}/{self.pages(number)}"

    def mount(self, site: Site, look: Look) -> None:
        """Add lists, service and articles to a host."""
        total = max(1, -(-len(self.rows) // self.a_page))
        parts = {n: self.rows[(n - 1) * self.a_page : n * self.a_page] for n in range(1, total + 1)}
        if self.service is not None:
            service, rows = self.service, self.rows
            site.add(self.path, page(self._list(look, (), 1, 1)))
            site.add(service.path, lambda request: service.respond(rows, request))
        elif "?" in self.where(2):
            key = self.pages(2).strip("?").partition("=")[0]
            site.add(self.path, lambda request: self._asked(look, parts, int(request.query.get(key) or 1)))
        else:
            for number, part in parts.items():
                site.add(self.where(number), page(self._list(look, part, number, total)))
        for path, entry in self.rows:
            if path.startswith("/") and path not in site.pages:
                site.add(path, page(self._article(look, entry)))

    def _asked(self, look: Look, parts: dict[int, Rows], number: int) -> FakeResponse:
        return page(self._list(look, parts.get(number, ()), number, len(parts)))

    def _list(self, look: Look, rows: Rows, number: int, total: int) -> str:
        items = "".join(
            f'<li><span class="time">{entry.day.isoformat()}</span><a href="{path}" target="_blank" '
            f'title="{escape(entry.listed)}">{escape(entry.listed)}</a></li>'
            for path, entry in rows
        )
        beside = "".join(f'<li><a href="{path}">{escape(text)}</a></li>' for path, text in self.also)
        inner = crumbs(("首页", "/"), (self.name, self.path)) + f'<ul class="left">{beside}</ul>'
        if self.service is not None:
            inner += f'<ul id="list"></ul><div id="page"></div><script>{self.service.script}</script>'
        else:
            inner += f'<ul class="list">{items}</ul>' + (self.pager(self, number, total) if total > 1 else "")
        return shell(look, f"{self.name}-{look.name}", inner)

    def _article(self, look: Look, entry: Entry) -> str:
        organ = entry.source or look.organ
        table = record((("索引号", f"{look.code}/{entry.day.year}"), ("发布机构", organ), ("名称", entry.title)))
        inner = (
            crumbs(("首页", "/"), (self.name, self.path))
            + (table if self.meta else "")
            + f"<h1>{escape(entry.title)}</h1>"
            + f'<p class="info">发布时间：{entry.day.isoformat()} 来源：{escape(organ)}</p>'
            + SHARE
            + f'<div id="ivs_content" class="Article_content">{entry.body}</div>'
        )
        meta = {"ArticleTitle": entry.title, "PubDate": f"{entry.day.isoformat()} 09:30", "ContentSource": organ}
        return shell(look, f"{entry.title}-{look.name}", inner, meta=meta if self.meta else None)


# ---------------------------------------------------------------------- pagers


def linked(column: Plain, number: int, total: int) -> str:
    """1 2 3 … 下一页 尾页 as links, three numbers around this page."""
    shown = [n for n in range(1, total + 1) if abs(n - number) < 3]
    links = [f"<b>{n}</b>" if n == number else f'<a href="{column.where(n)}">{n}</a>' for n in shown]
    if number < total:
        links += [f'<a href="{column.where(number + 1)}">下一页</a>', f'<a href="{column.where(total)}">尾页</a>']
    return f'<div class="pages">{" ".join(links)}</div>'


def forward(column: Plain, number: int, total: int) -> str:
    """下一页 alone."""
    return f'<a class="next" href="{column.where(number + 1)}">下一页</a>' if number < total else ""


def tagged(column: Plain, number: int, total: int) -> str:
    """The pager of eportal: addresses stand in `tagname` and in a call, not in `href`."""
    if number == total:
        return "<td>下一页</td>"
    path = column.where(number + 1)
    return (
        f"<td>总记录数:{len(column.rows)},每页显示{column.a_page}条,当前页{number}/{total}</td>"
        f'<td><a style="cursor:pointer" onclick="queryArticleByCondition(this,\'{path}\')" '
        f'tagname="{path}">下一页</a></td>'
    )


def counted(column: Plain, number: int, total: int) -> str:
    """Buttons without addresses: the number of pages is printed, a script knows where they are."""
    return (
        f'<div class="page">共{len(column.rows)}条 第{number}页/共{total}页 '
        f'<a href="javascript:void(0)" onclick="turnPage({number + 1})">下一页</a></div>'
    )


def scripted(column: Plain, number: int, total: int) -> str:
    """`createPageHTML(pages, current, name, kind)` alone."""
    kind = column.path.rpartition(".")[2] if "." in column.path.rpartition("/")[2] else "html"
    return f'<script>createPageHTML({total}, {number - 1}, "index", "{kind}");</script>'


# ---------------------------------------------------------------------- portals


def home(site: Site, look: Look, *links: tuple[str, str]) -> None:
    """A home page with some links."""
    boxes = "".join(f'<div class="box"><a href="{path}">{escape(name)}</a></div>' for path, name in links)
    site.add("/", page(shell(look, look.name, crumbs(("首页", "/")) + boxes)))


def look_of(name: str) -> Look:
    """The face of a portal with a home page and nothing else in its menu."""
    return Look(name, name, (("首页", "/"),))


def expect(built: Built, agency_id: str, base: str, rows: Rows) -> None:
    """Note the reports of one agency among rows; rows with a whole address stand there."""
    found = ((path if urlsplit(path).netloc else f"{base}{path}", entry) for path, entry in rows)
    built.expect_entries(agency_id, found)
