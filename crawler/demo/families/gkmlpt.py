"""Guangdong: the disclosure platform gkmlpt (index page with SID and TREE, paged JSON API) and NFCMS columns beside it.

These are the machines; which portals run on them and what stands there is told in `guangdong`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from crawler.demo.chrome import SHARE, Look, crumbs, record, shell
from crawler.demo.entries import Entry
from crawler.demo.portal import FakeRequest, FakeResponse, Site, data, page

ROWS_A_PAGE = 100


def split_id(number: int) -> str:
    """`9463263` becomes `9/9463/post_9463263`; an id below a million begins with 0."""
    return f"{number // 1_000_000}/{number // 1_000}/post_{number}"


def _epoch(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC).timestamp())


@dataclass(slots=True)
class Node:
    """One node of the platform's column tree."""

    id: int
    name: str
    rows: list[tuple[int, Entry]] = field(default_factory=list)
    jump_url: str = ""
    children: list[Node] = field(default_factory=list)

    def as_json(self, parent: int = 0) -> dict[str, Any]:
        """The node as it stands in the page's TREE."""
        return {
            "id": self.id, "name": self.name, "parent": parent, "jump_url": self.jump_url,
            "post_count": len(self.rows), "theme_count": len(self.rows),
            "children": [child.as_json(self.id) for child in self.children],
        }  # fmt: skip

    def walk(self) -> list[Node]:
        """This node and all below it."""
        return [self, *(node for child in self.children for node in child.walk())]


@dataclass(frozen=True, slots=True)
class Platform:
    """A gkmlpt installation on one host."""

    look: Look
    host: str
    sid: int
    tree: Sequence[Node]
    base: str = ""

    def nodes(self) -> list[Node]:
        """All nodes of the tree."""
        return [node for top in self.tree for node in top.walk()]

    def url(self, number: int) -> str:
        """Canonical address of an article."""
        return f"http://{self.host}{self.base}/gkmlpt/content/{split_id(number)}.html"

    def mount(self, site: Site) -> None:
        """Add the platform's pages, its API and its articles to a host."""
        index = page(self._index())
        for name in ("index", "annualreport", "policy", "guide"):
            site.add(f"{self.base}/gkmlpt/{name}", index)
        site.add_pattern(rf"{self.base}/gkmlpt/api/all/\d+", self.list_rows)
        for node in self.nodes():
            for number, entry in node.rows:
                site.add(
                    f"{self.base}/gkmlpt/content/{split_id(number)}.html", page(self._article(node, number, entry))
                )

    def _index(self) -> str:
        tree = json.dumps([node.as_json() for node in self.tree], ensure_ascii=False)
        script = (
            "<script>\nwindow._CONFIG = {\n"
            f"  SID: '{self.sid}',\n  SITE_NAME: '{self.look.name}',\n  BASE: '{self.base}/gkmlpt',\n"
            f"  TREE: {tree},\n  SERVICE_AREA_ID: '440100',\n  IS_MOBILE: false,\n}};\n</script>\n"
            '<script src="/gkmlpt/js/chunk-vendors.js"></script><script src="/gkmlpt/js/app.js"></script>'
        )
        inner = '<noscript><strong>请启用 JavaScript 后访问。</strong></noscript><div id="app"></div>'
        return shell(self.look, f"政府信息公开 - {self.look.name}", inner + script)

    def list_rows(self, request: FakeRequest) -> FakeResponse:
        """The list API: 100 rows a page; pages 0 and 1 are the same; after the last page `articles` is empty."""
        if request.query.get("sid") != str(self.sid):
            return data({"status": 404, "message": "site not found"})
        wanted = int(request.path.rsplit("/", 1)[1])
        nodes = [node for node in self.nodes() if wanted in (0, node.id) and not node.jump_url]
        rows = [(node, number, entry) for node in nodes for number, entry in node.rows]
        rows.sort(key=lambda row: (row[2].day, row[1]), reverse=True)
        number = max(1, int(request.query.get("page") or 1))
        part = rows[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
        name = nodes[0].name if wanted and nodes else "全部"
        answer = {
            "classify": {"id": wanted, "name": name, "parent": 0, "post_count": len(rows), "theme_count": len(rows)},
            "total": len(rows),
            "articles": [self._row(node, number, entry) for node, number, entry in part],
        }
        return data(answer)

    def _row(self, node: Node, number: int, entry: Entry) -> dict[str, Any]:
        moment = _epoch(entry.day)
        return {
            "id": number, "title": entry.listed, "document_number": "", "identifier": f"11440100{self.sid}/{number}",
            "publisher": entry.source or self.look.organ, "keywords": "", "abstract": "", "date": moment,
            "created_at": f"{entry.day.isoformat()} 09:30:00", "create_time": moment, "first_publish_time": moment,
            "display_publish_time": moment, "classify_main": node.id, "classify_main_name": node.name,
            "classify_genre_name": "", "classify_theme_name": "", "url": self.url(number),
            "post_url": self.url(number) + "?jump=true", "post_type": "normal", "isgkml": 1, "is_expired": 0,
            "is_abolished": 0, "relation": "[]", "attachment": [],
        }  # fmt: skip

    def _article(self, node: Node, number: int, entry: Entry) -> str:
        table = record(
            (
                ("索引号", f"11440100{self.sid}/{entry.day.year}-{number % 100000:05}"), ("分类", ""),
                ("发布机构", entry.source or self.look.organ), ("成文日期", entry.day.isoformat()),
                ("名称", entry.title), ("文号", ""), ("发布日期", entry.day.isoformat()), ("主题词", ""),
            ),
            kind="table-content",
        )  # fmt: skip
        inner = (
            crumbs(
                ("首页", "/"), ("政府信息公开", f"{self.base}/gkmlpt/index"), (node.name, f"{self.base}/gkmlpt/index")
            )
            + table
            + f'<div class="content"><h1 class="content-title">{escape(entry.title)}</h1>'
            f'<div class="content-desc"><span>发布日期：{entry.day.isoformat()}</span><span>来源：本网</span></div>'
            f'<div class="article-content">{entry.body}</div></div>{SHARE}'
        )
        return shell(self.look, f"{entry.title} - {self.look.name}", inner)


@dataclass(frozen=True, slots=True)
class NfcmsColumn:
    """A column of the NFCMS site pages: a directory with HTML lists and a JSON twin."""

    id: int
    path: str
    name: str
    rows: tuple[tuple[int, Entry], ...] = ()
    children: tuple[NfcmsColumn, ...] = ()
    a_page: int = 15
    scheme: str = "https"

    def mount(self, site: Site, look: Look) -> None:
        """Add the column, its sub-columns, JSON twins and articles to a host."""
        pages = [self.rows[i : i + self.a_page] for i in range(0, len(self.rows), self.a_page)] or [()]
        for number, part in enumerate(pages, start=1):
            html = page(self._list(look, part, number, len(pages)))
            site.add(self.path if number == 1 else f"{self.path}index_{number}.html", html)
        twin = data(self._json(site.host))
        site.add(f"/postmeta/i/{self.id}.json", twin)
        for number, entry in self.rows:
            site.add(f"{self.path}content/post_{number}.html", page(self._article(look, number, entry)))
            site.add(f"/postmeta/p/{number // 1_000_000}/{number // 1_000}/{number}.json", data(_post(number, entry)))
        for child in self.children:
            child.mount(site, look)

    def url(self, host: str, number: int) -> str:
        """Address of an article in this column."""
        return f"{self.scheme}://{host}{self.path}content/post_{number}.html"

    def _list(self, look: Look, rows: Sequence[tuple[int, Entry]], number: int, pages: int) -> str:
        years = "".join(f'<li><a href="{child.path}">{escape(child.name)}</a></li>' for child in self.children)
        items = "".join(
            f'<li><a href="{self.path}content/post_{key}.html" title="{escape(entry.listed)}">'
            f'{escape(entry.listed)}</a><span class="time">{entry.day.isoformat()}</span></li>'
            for key, entry in rows
        )
        turn = "".join(
            f'<a href="{self.path}index{"" if n == 1 else f"_{n}"}.html">{n}</a>' for n in range(1, pages + 1)
        )
        inner = (
            crumbs(("首页", "/"), (self.name, self.path))
            + f'<div class="left"><ul class="sub">{years}</ul></div><ul class="news_list">{items}</ul>'
            f'<div class="page">{turn if pages > 1 else ""}</div>'
            f'<script>var NFCMS_SITE_ID = "{look.code[-6:]}"; var NFCMS_CATEGORY_ID = "{self.id}";</script>'
        )
        return shell(look, f"{self.name} - {look.name}", inner, meta={"ColumnName": self.name})

    def _json(self, host: str) -> dict[str, Any]:
        children = [
            {"id": c.id, "name": c.name, "pub_point": f"{self.scheme}://{host}{c.path}", "publish_count": len(c.rows)}
            for c in self.children
        ]
        articles = [
            {
                "id": key, "title": entry.listed, "url": self.url(host, key), "date": _epoch(entry.day),
                "publish_time": _epoch(entry.day), "created_at": f"{entry.day.isoformat()} 09:30:00",
                "visible_publish_time": entry.day.isoformat(), "source": entry.source, "abstract": "", "json_ext": "",
            }
            for key, entry in self.rows
        ]  # fmt: skip
        category = {"id": self.id, "name": self.name, "pub_point": f"{self.scheme}://{host}{self.path}"}
        return {"category": category, "children": children, "articles": articles, "updated": 1769500000}

    def _article(self, look: Look, number: int, entry: Entry) -> str:
        meta = {
            "ArticleTitle": entry.title, "PubDate": f"{entry.day.isoformat()} 09:30", "ContentSource": entry.source,
            "ColumnName": self.name, "ArticleId": str(number),
        }  # fmt: skip
        inner = (
            crumbs(("首页", "/"), (self.name, self.path))
            + f'<h1 class="title">{escape(entry.title)}</h1><div class="info">来源：{escape(entry.source)} '
            f"发布时间：{entry.day.isoformat()} 09:30:00</div>"
            f'<div class="article-content">{entry.body}</div>{SHARE}'
            f'<script>var NFCMS_SITE_ID = "{look.code[-6:]}"; var NFCMS_POST_ID = "{number}";</script>'
        )
        return shell(look, f"{entry.title} - {look.name}", inner, meta=meta)


def _post(number: int, entry: Entry) -> dict[str, Any]:
    return {
        "id": number, "title": entry.title, "content": entry.body, "attachment": [], "keywords": "",
        "source": entry.source, "publish_time": _epoch(entry.day),
    }  # fmt: skip
