"""Hanweb 大汉: older columns with `dataproxy.jsp`, newer ones built by a service, and the module of annual reports.

The machines, with the ways in which real columns carry their rows; who uses which is told in `hanweb_portals`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5
from html import escape
from math import ceil

from crawler.demo.chrome import SHARE, Look, crumbs, shell
from crawler.demo.entries import Entry
from crawler.demo.portal import Answer, FakeRequest, FakeResponse, Site, answer, data, not_found, page

XML = "text/xml; charset=UTF-8"
PROXY = "/module/web/jpage/dataproxy.jsp"
SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"

Rows = tuple[tuple[int, Entry], ...]
Links = Sequence[tuple[str, str]]


def article_page(look: Look, column: str, entry: Entry) -> FakeResponse:
    """An article as both systems print it: the standard metas, the body between comment marks, files by a JSP."""
    meta = {
        "ColumnName": column, "ArticleTitle": entry.title.replace("年度", "<br/>年度", 1),
        "PubDate": f"{entry.day.isoformat()} 09:53", "ContentSource": entry.source, "Url": "",
    }  # fmt: skip
    inner = (
        crumbs(("首页", "/"), (column, "./"))
        + f'<p class="con-title"><!--<$[标题]>begin-->{escape(entry.title)}<!--<$[标题]>end--></p>'
        f'<div class="small"><span>发布日期：{entry.day.isoformat()}</span><span>浏览次数： </span>'
        f"<span>信息来源：<!--<$[信息来源]>begin-->{escape(entry.source)}<!--<$[信息来源]>end--></span></div>"
        f'<div class="main-txt" id="zoom"><!--<$[信息内容]>begin--><!--ZJEG_RSS.content.begin--><meta name='
        f'"ContentStart">{entry.body}<meta name="ContentEnd"><!--ZJEG_RSS.content.end--><!--<$[信息内容]>end--></div>'
        + SHARE
    )
    return page(shell(look, entry.title, inner, meta=meta))


# ---------------------------------------------------------------------- older columns


@dataclass(frozen=True, slots=True)
class JcmsColumn:
    """A column `/col/colN/index.html` of the older system.

    Attributes:
        number, unit, web: ids of the column, of its list, of the site.
        rows: (article id, entry), newest first.
        form: where the page keeps its rows: `xml` in a script, `array` of strings, `hollow` (nowhere), `static` in the
            markup, `cipher` as XML whose next group is named by ciphers.
        proxy: path of `dataproxy.jsp` on this host.
        verbs: methods that it answers.
        first_group: number of the group after the one in the page (some hosts count it too).
        broken_dates: dates in lists are broken over lines.
        deepest: groups beyond this one are answered with nothing.
        aside: (column number, unit, entries) of another list on the same page.
    """

    number: int
    unit: int
    name: str
    rows: Rows = ()
    web: int = 3
    form: str = "xml"
    proxy: str = PROXY
    verbs: tuple[str, ...] = ("GET", "POST")
    a_page: int = 15
    group: int = 3
    first_group: int = 2
    broken_dates: bool = False
    deepest: int = 99
    children: Links = ()
    aside: JcmsColumn | None = None

    @property
    def path(self) -> str:
        """Directory of the column's page."""
        return f"/col/col{self.number}/"

    @property
    def at_once(self) -> int:
        """Records in the page, and in a group."""
        return self.a_page * self.group

    def article(self, number: int, entry: Entry) -> str:
        """Path of an article: month and day without zeros."""
        return f"/art/{entry.day.year}/{entry.day.month}/{entry.day.day}/art_{self.number}_{number}.html"

    def mount(self, site: Site, look: Look) -> None:
        """Add the column, its articles and its list service to a host."""
        site.add(
            self.path, page(shell(look, f"{look.name} {self.name}", self._inner(), meta={"ColumnName": self.name}))
        )
        for number, entry in self.rows:
            path = self.article(number, entry)
            site.pages.setdefault(path, article_page(look, self.name, entry))
        before: Answer = site.pages.get(self.proxy, not_found)
        site.pages[self.proxy] = lambda request: self.records(request) or answer(before, request)

    def records(self, request: FakeRequest) -> FakeResponse | None:
        """`dataproxy.jsp`: records by their numbers, or a group by its number; None for another column's list."""
        asked = {**request.query, **request.form}
        if (asked.get("columnid"), asked.get("unitid")) != self._ids():
            return None
        if request.method not in self.verbs:
            return FakeResponse(500, (("Content-Type", "text/html"),), b"<html><body>HTTP Status 500</body></html>")
        if self.form == "static":
            return _xml("<datastore><nextgroup></nextgroup><recordset></recordset></datastore>")
        if "startrecord" in asked and self.form != "cipher":
            first, last = int(asked["startrecord"]), int(asked["endrecord"])
            return _xml(self._store(self.rows[max(0, first - 1) : last]))
        group = int(asked.get("page", "1"))
        if group > self.deepest:
            return _xml("<datastore>\r\n<recordset></recordset>\r\n</datastore> ")
        at = (group - 1) * self.at_once
        return _xml(self._store(self.rows[at : at + self.at_once], group + 1, totals=True))

    def _ids(self) -> tuple[str, str]:
        if self.form == "cipher":
            return tuple(md5(f"{one}".encode(), usedforsecurity=False).hexdigest() for one in (self.number, self.unit))  # type: ignore[return-value]
        return str(self.number), str(self.unit)

    def _inner(self) -> str:
        menu = "".join(f'<li><a href="{href}" title="{name}">{name}</a></li>' for href, name in self.children)
        return (
            crumbs(("首页", "/"), ("政府信息公开", "/col/col1/index.html"), (self.name, f"{self.path}index.html"))
            + (f'<ul class="leftmenu">{menu}</ul>' if menu else "")
            + self._list()
            + (self.aside._list() if self.aside else "")
        )

    def _list(self) -> str:
        shown = self.rows[: self.at_once]
        match self.form:
            case "static":
                return f"<ul class='list'>{''.join(map(self._record, shown))}</ul>{self._call()}"
            case "array":
                items = ",".join("'" + self._record(row).replace("'", "\\'").replace("\n", "") + "'" for row in shown)
                return (
                    f"<div id='{self.unit}'></div><script>var InitData{self.unit} = [{items}];\n</script>{self._call()}"
                )
            case "hollow":
                return f"<div id='{self.unit}'></div>{self._call()}"
        store = self._store(shown, self.first_group)
        call = self._call() if self.form == "xml" else ""
        return f'<div id="{self.unit}" class="default_pgContainer"><script type="text/xml">{store}</script></div>{call}'

    def _call(self) -> str:
        before = f"dataStore:InitData{self.unit}," if self.form == "array" else ""
        return (
            '<script type="text/javascript">/* $("#1").jpage({totalRecord:9999,ajaxParam:{columnid:1,unitid:1}}); */\n'
            f"$(function(){{$('#{self.unit}').jpage({{themeName:'default',showMode:'full',totalRecord:{len(self.rows)},"
            f"openCookies:false,dataBefore:'<ul>',{before}dataAfter:'</ul>',groupSize:{self.group},"
            f"proxyUrl:'{self.proxy}',perPage:{self.a_page},barPosition:'bottom',ajaxParam:{{col:1,appid:'1',"
            f"webid:{self.web},path:'/',columnid:{self.number},sourceContentType:1,unitid:'{self.unit}',"
            "webname:'%E6%A0%B7%E4%BE%8B',permissiontype:0}});});</script>"
        )

    def _store(self, rows: Rows, group: int | None = None, *, totals: bool = False) -> str:
        column, unit = self._ids()
        pages = ceil(len(self.rows) / self.at_once)
        counts = f"<totalrecord>{len(self.rows)}</totalrecord>\n<totalpage>{pages}</totalpage>" if totals else ""
        address = (
            f"{'./dataproxy.jsp' if totals else self.proxy}?page={group}&appid=1&webid={self.web}&path=/"
            f"&columnid={column}&unitid={unit}&webname=样例门户网站&permissiontype=0"
        )
        following = f'<![CDATA[<a href="{address}"></a>]]>' if group else ""
        records = "".join(f"\n<record>\n<![CDATA[{self._record(row)}]]>\n</record>" for row in rows)
        return (
            f"<datastore>\n{counts}<nextgroup>\n{following}</nextgroup>\n<recordset>{records}</recordset></datastore>"
        )

    def _record(self, row: tuple[int, Entry]) -> str:
        number, entry = row
        day = entry.day.isoformat()
        if self.broken_dates:
            day = f"{day[:5]}\n {day[5:8]}\n {day[8:]}"
        title = escape(entry.listed)
        short = title if len(title) < 26 else f"{title[:24]}..."
        return (
            f'<li class="clearfix"><a href="{self.article(number, entry)}" target="_blank" title="{title}">{short}</a>'
            f'<span class="time">{day}</span></li>'
        )


def _xml(text: str) -> FakeResponse:
    return FakeResponse(200, (("Content-Type", XML),), f"\r\n\r\n{text}".encode())


# ---------------------------------------------------------------------- newer columns


@dataclass(frozen=True, slots=True)
class BuiltColumn:
    """A column whose page is built by the service: head, menu, list and foot are pieces of their own.

    Attributes:
        path: directory of the column's page.
        page_id, web, template: what the page hands to the service.
        tag: name of the list's piece.
        rows: (number, entry), newest first.
        articles: `hex` (`…/art/2023/art_<32hex>.html` below the column), `dated` (`/art/2023/1/18/art_N_N.html`) or
            `long` (`…/art/17356608/17364738729029ffO7DUB.html`).
        spelled: `bulidstatic` as nearly everywhere, or `buildstatic`.
        pager: `div` with attributes, `query` as a queryData of its own.
        menu: (path, name) of sub-columns, in a piece of their own.
        nameless: the list's piece answers only when it is asked for without its name.
        stays: every answer is the first page.
    """

    path: str
    page_id: str
    name: str
    rows: Rows = ()
    web: str = "3185"
    template: str = "5nQ4hhWpoxamxGVn3ny84"
    tag: str = "当前栏目list"
    a_page: int = 15
    articles: str = "hex"
    spelled: str = "bulidstatic"
    pager: str = "div"
    menu: Links = ()
    nameless: bool = False
    stays: bool = False

    def article(self, number: int, entry: Entry) -> str:
        """Path of an article."""
        match self.articles:
            case "dated":
                day = entry.day
                return f"/art/{day.year}/{day.month}/{day.day}/art_{self.page_id}_{number}.html"
            case "long":
                return f"{self.path}art/17356608/{1736473872902900000 + number}ffO7DUB.html"
        name = md5(f"{self.page_id}/{number}".encode(), usedforsecurity=False).hexdigest()
        return f"{self.path}art/{entry.day.year}/art_{name}.html"

    def mount(self, site: Site, look: Look) -> None:
        """Add the column's page and its articles to a host; `Service` answers for its pieces."""
        pieces = (("头部导航", "header"), ("左侧栏目导航", "menu"), (self.tag, "list"), ("底部", "footer"))
        inner = "".join(f"<div class='{place}'>{self._script(tag)}</div>" for tag, place in pieces)
        site.add(self.path, page(shell(look, f"{look.name} {self.name}", inner, meta={"ColumnName": self.name})))
        for number, entry in self.rows:
            site.add(self.article(number, entry), article_page(look, self.name, entry))

    def _script(self, tag: str) -> str:
        query = {
            "parseType": self.spelled, "webId": self.web, "tplSetId": self.template, "pageType": "column",
            "tagId": tag, "editType": "null", "pageId": self.page_id,
        }  # fmt: skip
        printed = "{" + ",".join(f"'{key}':'{value}'" for key, value in query.items()) + "}"
        return (
            f'<script id="{md5(tag.encode(), usedforsecurity=False).hexdigest()}" '
            'src="/cms_files/default/script/AuthorizedRead/unitbuild.js?v=3.1.3" '
            f'webId="{self.web}" parseType="{self.spelled}" url="{SERVICE}" queryData="{printed}"></script>'
        )

    def piece(self, tag: str, number: int, size: int) -> str:
        """HTML of a piece, "" for one that does not exist."""
        if tag == "左侧栏目导航":
            return (
                "<ul>"
                + "".join(f'<li><a href="{path}index.html">{name}</a></li>' for path, name in self.menu)
                + "</ul>"
            )
        if tag in ("头部导航", "底部"):
            return '<div><a href="/">首页</a><a href="/zwgk/">政务公开</a></div>'
        if tag != ("" if self.nameless else self.tag):
            return "模板内容数据为空" if tag == self.tag else ""
        at = 0 if self.stays else (number - 1) * size
        items = "".join(
            f'<li class="clearfix"><a href="{self.article(key, entry)}" title="{escape(entry.listed)}" target="_blank">'
            f'{escape(entry.listed[:20])}…</a><span class="bt-right">[{entry.day.isoformat()}]</span></li>'
            for key, entry in self.rows[at : at + size]
        )
        return f"<div class='page-content'>{items}</div>" + self._pager(number, size)

    def _pager(self, number: int, size: int) -> str:
        rows, count, shown = size, len(self.rows), 1 if self.stays else number
        if self.pager == "query":
            numbers = f"{{'rows':'{rows}','count':'{count}','pageNo':'{shown}'}}"
            return f'<div id="autUDB_pagination" queryData="{numbers}"></div>'
        return f'<div class="pagination" rows="{rows}" count="{count}" pageNo="{shown}" unitid="aut"></div>'


@dataclass(frozen=True, slots=True)
class Service:
    """The service of a host that builds pieces of pages. `strict` hosts refuse a question without Referer."""

    columns: Sequence[BuiltColumn]
    strict: bool = False

    def __call__(self, request: FakeRequest) -> FakeResponse:
        """Answer: JSON with HTML in it, also for a page or a piece that does not exist."""
        asked = request.query
        if self.strict and "/" not in request.headers.get("referer", ""):
            return FakeResponse(403, (("Content-Type", "text/html"),), b"<html><body>403 Forbidden</body></html>")
        column = next((one for one in self.columns if one.page_id == asked.get("pageId")), None)
        if column is None or (asked.get("webId"), asked.get("tplSetId")) != (column.web, column.template):
            return data({"success": False, "code": "500", "data": None, "message": "页面不存在"})
        if asked.get("parseType") != column.spelled:
            return data({"success": False, "code": "500", "data": None, "message": "parseType"})
        turned = json.loads(asked.get("paramJson") or "{}")
        html = column.piece(asked.get("tagId", ""), turned.get("pageNo", 1), turned.get("pageSize", column.a_page))
        return data({"success": True, "code": "200", "data": {"html": html}, "message": "操作成功"})
