"""Epoint: category columns, articles `/<category>/…/YYYYMMDD/<uuid>.html`, the full-text REST service paged by OFFSET.

Played: `sthjj.xuchang.gov.cn` (http only, static list with pages), `www.xuchang.gov.cn` (departments'
work summaries under 专题; the service wraps its answer in a string), `fushun.gov.cn` (lists are filled by a script:
only the service has rows; city and county under one category number).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from crawler.demo import agencies
from crawler.demo.chrome import SHARE, Look, crumbs, record, shell, siblings
from crawler.demo.entries import Entry, everyday, look_alikes, of, posted
from crawler.demo.portal import FakeRequest, FakeResponse, Site, data, page
from crawler.demo.truth import Built

XC, FS, QY = "411000-sthjj", "210400-zf", "210423-zf"
SERVICE = "/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew"
SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True, slots=True)
class Category:
    """One column: its number (three digits a level), its directory, its name, its entries newest first.

    `scripted` columns hold no rows in their markup. `listing` is the file name of the first list page.
    """

    number: str
    path: str
    name: str
    entries: tuple[Entry, ...] = ()
    scripted: bool = False
    listing: str = "list.html"
    a_page: int = 15
    children: tuple[tuple[str, str], ...] = ()

    def href(self, entry: Entry) -> str:
        """Path of an article."""
        name = uuid.uuid5(SPACE, f"{self.path}{entry.title}{entry.day}")
        return f"{self.path}{entry.day.strftime('%Y%m%d')}/{name}.html"


@dataclass(frozen=True, slots=True)
class Epoint:
    """A site: its columns, mounted with lists, articles and the search service.

    `wrapped` hosts answer `{"code":200,"content":"<the JSON as a string>"}`, others `{"result":{…}}`.
    """

    look: Look
    host: str
    categories: Sequence[Category]
    wrapped: bool = False

    def mount(self, site: Site) -> None:
        """Add everything to a host."""
        for category in self.categories:
            self._lists(site, category)
            for entry in category.entries:
                site.add(category.href(entry), page(self._article(category, entry)))
        site.add(SERVICE, self.search)

    def _lists(self, site: Site, category: Category) -> None:
        rows, size = category.entries, category.a_page
        parts = [rows[i : i + size] for i in range(0, len(rows), size)] or [()]
        if category.scripted:
            parts = [()]
        for number, part in enumerate(parts, start=1):
            answer = page(self._list(category, part, number, len(parts)))
            name = category.listing if number == 1 else f"{number}.html"
            site.add(category.path + name, answer)
            if number == 1:
                site.pages.setdefault(category.path, answer)

    def _list(self, category: Category, rows: Sequence[Entry], number: int, pages: int) -> str:
        if category.scripted:
            body = (
                '<ul id="showList"></ul><div id="pager"></div>'
                '<script id="tpl" type="text/template"><li><a href="<?=el.link?>"><?=el.title?></a></li></script>'
                f'<script>var categorynum = "{category.number}";</script><script src="/js/govInfoPub.js"></script>'
            )
        else:
            body = "<ul class='ewb-info-items'>" + "".join(
                f'<li class="ewb-info-item clearfix"><a href="{category.href(entry)}" title="{escape(entry.listed)}" '
                f'target="_blank">{escape(entry.listed)}</a>'
                f'<span class="ewb-date r">{entry.day.isoformat()}</span></li>'
                for entry in rows
            )
            turn = "".join(
                f'<li><a href="{category.path}{category.listing if n == 1 else f"{n}.html"}">{n}</a></li>'
                for n in range(1, pages + 1)
            )
            body += f'</ul><ul class="m-pagination-page">{turn}</ul>' if pages > 1 else "</ul>"
        menu = "".join(f'<li><a href="{path}">{escape(name)}</a></li>' for path, name in category.children)
        inner = crumbs(("首页", "/"), (category.name, category.path)) + (f"<ul class='ewb-menu'>{menu}</ul>") + body
        return shell(self.look, f"{category.name}_{self.look.name}", inner)

    def _article(self, category: Category, entry: Entry) -> str:
        table = record(
            (
                ("索引号", f"{self.look.code}-{entry.day.strftime('%Y%m')}-{abs(hash_of(entry)) % 10000:04}"),
                ("发布机构", entry.source or self.look.organ), ("生成日期", entry.day.isoformat()),
                ("所属类目", category.name),
            )
        )  # fmt: skip
        beside = [other for other in category.entries if other is not entry][:3]
        inner = (
            crumbs(("首页", "/"), (category.name, category.path))
            + f'<div class="ewb-article"><h3 class="article-title">{escape(entry.title)}</h3>'
            f'<div class="ewb-article-sources"><p>【信息时间：{entry.day.isoformat()}】'
            f"【来源：{escape(entry.source)}】</p></div>"
            f'{table}<div class="ewb-article-info" id="zoom">{entry.body}</div>{SHARE}</div>'
            + siblings([(other.listed, category.href(other)) for other in beside])
        )
        return shell(self.look, entry.title, inner)

    def search(self, request: FakeRequest) -> FakeResponse:
        """The full-text service: POST, JSON body (also sent as a form body), `pn` an offset, `rn` rows.

        `condition[].equal` chooses a category (with `isLike` also all below it), `wd` words that must stand in title or
        text. A request that is no JSON gets an error in JSON and status 200, as the service does.
        """
        if request.method != "POST":
            return FakeResponse(405, (("Content-Type", "text/html"), ("Allow", "POST")), b"")
        try:
            asked = json.loads(request.body)
        except ValueError:
            return data({"code": 500, "msg": "JSON parse error"})
        found = [(c, e) for c in self.categories for e in c.entries if _chosen(asked, c) and _has(asked, e)]
        found.sort(key=lambda pair: (pair[1].day, pair[1].title), reverse=True)
        start, count = int(asked.get("pn") or 0), int(asked.get("rn") or 10)
        records = [self._record(category, entry) for category, entry in found[start : start + count]]
        result = {"result": {"totalcount": len(found), "records": records, "executetime": "0.021"}}
        if self.wrapped:
            return data({"code": 200, "content": json.dumps(result, ensure_ascii=False), "msg": "ok"})
        return data(result)

    def _record(self, category: Category, entry: Entry) -> dict[str, Any]:
        moment = f"{entry.day.isoformat()} 00:00:00"
        return {
            "id": f"{category.href(entry).rsplit('/', 1)[1][:-5]}_001", "title": entry.listed,
            "linkurl": category.href(entry), "webdate": moment, "infodate": moment, "showdate": entry.day.isoformat(),
            "categorynum": category.number, "syscategory": "001", "content": entry.title, "highlight": {},
        }  # fmt: skip


def hash_of(entry: Entry) -> int:
    """A number that depends on nothing but the entry (Python's own hash of text differs from run to run)."""
    return uuid.uuid5(SPACE, entry.title).int


def _chosen(asked: dict[str, Any], category: Category) -> bool:
    conditions = asked.get("condition") or []
    if not isinstance(conditions, list):
        return True
    for condition in conditions:
        if condition.get("fieldName") != "categorynum" or not condition.get("equal"):
            continue
        wanted = str(condition["equal"])
        if category.number != wanted and not (condition.get("isLike") and category.number.startswith(wanted)):
            return False
    return True


def _has(asked: dict[str, Any], entry: Entry) -> bool:
    """Whether the words asked for stand in the entry: as the service does, words are cut and most must be there."""
    words = str(asked.get("wd") or "").strip()
    if not words:
        return True
    pairs = [words[i : i + 2] for i in range(0, len(words) - 1, 2)] or [words]
    text = entry.title if asked.get("fields") == "title" else entry.title + entry.body
    return sum(pair in text for pair in pairs) * 2 > len(pairs)


def portals() -> list[Built]:
    """All portals of the family."""
    return [_xuchang_bureau(), _xuchang_city(), _fushun()]


def _xuchang_bureau() -> Built:
    """`sthjj.xuchang.gov.cn`: http only; column `/xxgk/xxgknb/`, two pages; the document of 2020 is a work summary."""
    host = "sthjj.xuchang.gov.cn"
    built = Built(host)
    look = Look("许昌市生态环境局", "许昌市生态环境局", (("首页", "/"), ("政务公开", "/xxgk/"), ("通知公告", "/tzgg/")))
    styles = {2019: "nested", 2021: "word", 2022: "pipes", 2023: "ueditor", 2024: "without_spans", 2025: "word"}
    entries = [
        of(agencies.report(XC, year), posted(year), styles.get(year, "ueditor")) for year in range(2025, 2018, -1)
    ]
    strange = look_alikes("许昌市生态环境局", 2023)
    entries += strange
    entries.sort(key=lambda entry: entry.day, reverse=True)
    column = Category("007002", "/xxgk/xxgknb/", "政府信息公开年报", tuple(entries), a_page=6)
    open_ = Category("007", "/xxgk/", "政务公开", children=(("/xxgk/xxgknb/", "政府信息公开年报"),))
    notices = Category("003", "/tzgg/", "通知公告", tuple(everyday("许昌市", 12, date(2022, 6, 1), seed=host)))
    site = Site(host, schemes=frozenset({"http"}))
    Epoint(look, host, (column, open_, notices)).mount(site)
    site.add("/", page(shell(look, look.name, '<div><a href="/xxgk/">政务公开</a><a href="/tzgg/">通知公告</a></div>')))
    built.sites.append(site)
    built.expect_entries(XC, ((f"http://{host}{column.href(entry)}", entry) for entry in entries))
    built.refuse([entry.listed for entry in strange], url=f"http://{host}/xxgk/xxgknb/")
    return built


def _xuchang_city() -> Built:
    """`www.xuchang.gov.cn`: departments' work summaries in one category; wrapped service answers; a twin of 2020."""
    host = "www.xuchang.gov.cn"
    built = Built(host)
    look = Look("许昌市人民政府", "许昌市人民政府办公室", (("首页", "/"), ("专题专栏", "/zt/")))
    summaries = [of(agencies.summary(XC, year), date(year, 12, 25), "ueditor") for year in range(2024, 2018, -1)]
    others = [of(agencies.summary(agency, 2020), date(2020, 12, 28), "ueditor") for agency in BUREAUS]
    listed = sorted([*summaries, *others], key=lambda entry: entry.day, reverse=True)
    column = Category("010034003", "/zt/010034/010034003/", "政务公开工作总结", tuple(listed), a_page=4)
    topics = Category("010", "/zt/", "专题专栏", children=(("/zt/010034/010034003/list.html", column.name),))
    site = Site(host)
    Epoint(look, host, (column, topics), wrapped=True).mount(site)
    site.add("/", page(shell(look, look.name, '<div class="wb"><a href="/zt/list.html">专题专栏</a></div>')))
    built.sites.append(site)
    for agency, entries in ((XC, summaries), (BUREAUS[0], others[:1]), (BUREAUS[1], others[1:])):
        built.expect_entries(agency, [(f"https://{host}{column.href(entry)}", entry) for entry in entries])
    return built


BUREAUS = ("411000-fgw", "411000-tjj")


def _fushun() -> Built:
    """`fushun.gov.cn`: category 002005 holds the city (002005001) and its counties (002005003NNN); lists by script."""
    host = "fushun.gov.cn"
    built = Built(host)
    look = Look("抚顺市人民政府", "抚顺市人民政府办公室", (("首页", "/"), ("政务公开", "/zwgk/")))
    city = [of(agencies.report(FS, year), date(year + 1, 3, 8), "word") for year in range(2025, 2018, -1)]
    county = [of(agencies.report(QY, year), posted(year), "nested") for year in range(2025, 2018, -1)]
    county += look_alikes("清原满族自治县", 2022)[:1]
    base = "/zwgk/002005/"
    columns = (
        Category("002005001", f"{base}002005001/", "市政府", tuple(city), scripted=True),
        Category("002005003006", f"{base}002005003/002005003006/", "清原满族自治县", tuple(county), scripted=True),
        Category("002005", base, "政府信息公开年报", scripted=True),
        Category("002001", "/zwgk/002001/", "通知公告", tuple(everyday("抚顺市", 46, date(2026, 8, 8))), scripted=True),
        Category("002", "/zwgk/", "政务公开", children=((f"{base}list.html", "政府信息公开年报"),)),
    )
    site = Site(host)
    Epoint(look, host, columns).mount(site)
    site.add("/", page(shell(look, look.name, '<div class="wb"><a href="/zwgk/list.html">政务公开</a></div>')))
    built.sites.append(site)
    for column, agency, entries in ((columns[0], FS, city), (columns[1], QY, county)):
        built.expect_entries(agency, [(f"https://{host}{column.href(entry)}", entry) for entry in entries])
    return built
