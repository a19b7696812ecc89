"""TRS WCM: static lists `index.html`, `index_1.html` … in a directory, articles `./YYYYMM/tYYYYMMDD_ID.html` below it.

The machine, with every way in which such lists say how many pages they have; who uses which is told in `trs_portals`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from crawler.demo.chrome import SHARE, Look, crumbs, record, shell, siblings
from crawler.demo.entries import Entry
from crawler.demo.portal import FakeResponse, Site, page

Turner = Callable[["TrsList", int, int], str]
"""Given list, current page (0-based) and number of pages: the markup and script that turn pages."""


def create_page_html(column: TrsList, current: int, pages: int) -> str:
    """`createPageHTML(25, 0, "index", "shtml")`: pages, current, prefix, extension (武汉, 贵州)."""
    return (
        f'<div class="page"><script>createPageHTML({pages}, {current}, "index", "{column.ext}");</script>'
        f"<noscript>共{pages}页</noscript></div>"
    )


def create_page_html_3(column: TrsList, current: int, pages: int) -> str:
    """`createPageHTML(records, pages, current, "index", "html")`: the form with three numbers (北京)."""
    numbers = f"{len(column.rows)},{pages},{current}"
    return f"<div id='pages'><script>createPageHTML({numbers},'index','{column.ext}');</script></div>"


def create_page(column: TrsList, current: int, pages: int) -> str:
    """`createPage(pages, current, "index", "html")` (重庆)."""
    return (
        f'<div class="fy" id="page"></div><script>\n\tcreatePage({pages},{current},"index","{column.ext}");\n</script>'
    )


def count_page(column: TrsList, current: int, pages: int) -> str:
    """`var countPage = N` with a loop that writes the links in the browser."""
    return (
        f"<script>var currentPage = {current};//所在页从0开始\nvar prevPage = currentPage-1\n"
        "var nextPage = currentPage+1\n"
        f'var countPage = {pages}\ndocument.write("共"+countPage+"页");\nif(countPage>1&&currentPage!=0)'
        f'document.write("<a href=\'index_"+prevPage+".{column.ext}\'>上页</a>");</script>'
    )


def one_based(column: TrsList, current: int, pages: int) -> str:
    """`if(ele.value>(N))`, and page 2 is `index_2`, not `index_1` (昆明)."""
    return (
        f"<div class='pg'>第{current + 1}页<input id='go' value='1'/>"
        f"<script>function jump(ele){{if(ele.value>({pages}))"
        f"{{alert('没有这一页');}}else if(ele.value==1){{location='index.{column.ext}';}}"
        f"else{{location='index_'+ele.value+'.{column.ext}';}}}}</script></div>"
    )


def sliced(_column: TrsList, _current: int, _pages: int) -> str:
    """All rows stand in the page; a script shows them fifteen at a time (北京)."""
    return (
        "<script>var $list = $('.default_news li'); var pageSize = 15;\n"
        "$list.hide().slice(0, pageSize).show(); $('#pg').pagination({items: $list.length});</script>"
        "<div id='pg'></div>"
    )


def plain_links(column: TrsList, _current: int, pages: int) -> str:
    """Numbered links in the markup."""
    names = ["index" if n == 0 else f"index_{n}" for n in range(pages)]
    return "".join(f'<a href="./{name}.{column.ext}">{n + 1}</a>' for n, name in enumerate(names))


def no_pager(_column: TrsList, _current: int, _pages: int) -> str:
    """No pager in the markup."""
    return ""


@dataclass(frozen=True, slots=True)
class TrsList:
    """One column: its directory, its rows, how it turns pages.

    Attributes:
        path: directory, with `/` at both ends.
        rows: (document id, entry), newest first.
        turner: how pages are announced.
        written: rows are written by `document.writeln` from script variables.
        hollow: rows are fetched by a script from `data.json` in the same directory; the markup holds none.
        first_page: number that page 2 has in its file name (1, or 2 where counting begins at one).
        stubs: how many further `index_N` exist as stubs of some 300 bytes.
        wap: articles have a `_wap` twin.
        split_dates: list dates are broken over lines.
        children: (path, name) of sub-columns linked beside the list.
        lies: document id to (YYYYMM, tYYYYMMDD) where the directory does not tell the day of the entry.
    """

    path: str
    name: str
    rows: tuple[tuple[int, Entry], ...] = ()
    a_page: int = 15
    ext: str = "html"
    turner: Turner = create_page_html
    written: bool = False
    hollow: bool = False
    first_page: int = 1
    stubs: int = 0
    wap: bool = False
    split_dates: bool = False
    children: tuple[tuple[str, str], ...] = ()
    lies: dict[int, str] = field(default_factory=dict)

    def article(self, number: int, entry: Entry) -> str:
        """Article path relative to the column's directory."""
        stamp = self.lies.get(number, entry.day.strftime("%Y%m%d"))
        return f"{stamp[:6]}/t{stamp}_{number}.{self.ext}"

    def url(self, host: str, number: int, scheme: str = "http") -> str:
        """Absolute address of the article with this document id."""
        entry = next(entry for key, entry in self.rows if key == number)
        return f"{scheme}://{host}{self.path}{self.article(number, entry)}"

    def mount(self, site: Site, look: Look) -> None:
        """Add lists and articles to a host."""
        per = len(self.rows) if self.turner is sliced else self.a_page
        parts = [self.rows[i : i + per] for i in range(0, len(self.rows), per)] if self.rows else [()]
        for index, part in enumerate(parts):
            self._put(site, index, _page(look, self._list(look, part, index, len(parts))))
        for index in range(len(parts), len(parts) + self.stubs):
            self._put(site, index, page(STUB))
        for position, (number, entry) in enumerate(self.rows):
            beside = [row for row in self.rows[position + 1 : position + 4] if row[0] != number]
            site.add(self.path + self.article(number, entry), _page(look, self._article(look, number, entry, beside)))
            if self.wap:
                twin = self.article(number, entry).replace(f".{self.ext}", f"_wap.{self.ext}")
                site.add(self.path + twin, _page(look, self._article(look, number, entry, ())))

    def _put(self, site: Site, index: int, answer: FakeResponse) -> None:
        if index == 0:
            site.pages[self.path] = answer
            site.add(f"{self.path}index.{self.ext}", answer)
        else:
            site.add(f"{self.path}index_{index - 1 + self.first_page}.{self.ext}", answer)

    def _list(self, look: Look, rows: Sequence[tuple[int, Entry]], index: int, pages: int) -> str:
        menu = "".join(f'<li><a href="{path}">{escape(name)}</a></li>' for path, name in self.children)
        body = self._written(rows) if self.written else self._items(rows)
        if self.hollow:
            body = HOLLOW
        inner = (
            crumbs(("首页", "/"), ("政府信息公开", "../"), (self.name, "./"))
            + (f'<ul class="leftmenu">{menu}</ul>' if menu else "")
            + f'<div class="list"><ul class="default_news">{body}</ul>{self.turner(self, index, pages)}</div>'
        )
        return shell(look, f"{self.name}_{look.name}", inner, meta={"ColumnName": self.name, "ColumnType": self.name})

    def _items(self, rows: Sequence[tuple[int, Entry]]) -> str:
        out = []
        for number, entry in rows:
            day = entry.day.isoformat()
            if self.split_dates:
                day = f"\n{day[:5]}\n {day[5:8]}\n {day[8:]}"
            title = escape(entry.listed)
            out.append(
                f'<li><a href="./{self.article(number, entry)}" title="{title}">{title}</a><span>{day}</span></li>'
            )
        return "\n".join(out)

    def _written(self, rows: Sequence[tuple[int, Entry]]) -> str:
        out = []
        for number, entry in rows:
            out.append(
                f'<script>\nvar url = "./{self.article(number, entry)}";\nvar title = "{escape(entry.listed)}";\n'
                f'var pubdate = "{entry.day.isoformat()}";\n'
                'document.writeln("<li><a href=\'"+url+"\' title=\'"+title+"\'>"+title+"</a>");\n'
                'document.writeln("<span>"+pubdate+"</span></li>");'
                "\n</script>"
            )
        return "\n".join(out)

    def rows_json(self) -> list[dict[str, str]]:
        """The rows as the browser's script fetches them from a `hollow` list."""
        return [
            {"url": f"./{self.article(number, entry)}", "title": entry.listed, "date": entry.day.isoformat()}
            for number, entry in self.rows
        ]

    def _article(self, look: Look, number: int, entry: Entry, beside: Sequence[tuple[int, Entry]]) -> str:
        organ = entry.source or look.organ
        meta = {
            "ColumnName": self.name, "ArticleTitle": entry.title, "PubDate": f"{entry.day.isoformat()} 15:34",
            "ContentSource": organ, "Keywords": "", "Author": "", "Image": "", "DocId": str(number),
        }  # fmt: skip
        table = record(
            (
                ("索引号", f"{look.code}/{entry.day.year}-{number % 1000000}"), ("发布机构", organ),
                ("发文日期", entry.day.isoformat()), ("主题分类", "综合政务"),
                ("名称", entry.title), ("体裁分类", "报告"),
            )
        )  # fmt: skip
        links = [(other.listed, f"../{self.article(key, other)}") for key, other in beside]
        inner = (
            crumbs(("首页", "/"), (self.name, "../")) + table + f"<h1>{escape(entry.title)}</h1>"
            f'<div class="time">发布时间：{entry.day.isoformat()} 15:34　来源：{escape(organ)}</div>'
            + f'<div class="view TRS_UEDITOR trs_paper_default"><div class="trs_editor_view">{entry.body}</div></div>'
            + SHARE
            + siblings(links)
        )
        return shell(look, f"{entry.title}_{self.name}_{look.name}", inner, meta=meta)


STUB = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/><title></title></head><body>'
    "<!-- 本页由系统生成，没有更多内容。This page is left empty by the publishing system on purpose. -->"
    '<script type="text/javascript">var ids = [];</script><div class="list"><ul></ul></div></body></html>\n'
)
HOLLOW = (
    '<li class="loading">正在加载……</li><script>\n'
    "fetch('data.json').then(function(r){return r.json();}).then(function(rows){\n"
    "  var ul = document.querySelector('.default_news'); ul.innerHTML = '';\n"
    "  rows.forEach(function(row){ var li = document.createElement('li');\n"
    "    var a = document.createElement('a'); a.setAttribute('href', row.url);\n"
    "    a.title = row.title; a.textContent = row.title;\n"
    "    var s = document.createElement('span'); s.textContent = row.date; li.appendChild(a); li.appendChild(s);\n"
    "    ul.appendChild(li); });\n});\n</script>"
)


def _page(look: Look, html: str) -> FakeResponse:
    """A page in the site's charset; a look whose charset says gb2312 is sent as GBK without a word in the header."""
    if look.charset == "utf-8":
        return page(html)
    return page(html, charset="gbk", declared="")
