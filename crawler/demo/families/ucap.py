"""Ucap 开普: columns that are templates in a folder, articles of six shapes, and the services that hold the rows.

The machine, with the ways in which real columns carry their rows; who uses which is told in `ucap_portals`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from html import escape
from math import ceil
from typing import Any

from crawler.demo.chrome import SHARE, Look, crumbs, shell, siblings
from crawler.demo.entries import Entry
from crawler.demo.portal import FakeRequest, FakeResponse, Site, data, not_found, page

Links = Sequence[tuple[str, str]]


def hexadecimal(*parts: object) -> str:
    """32 hexadecimal digits that depend on nothing but `parts`."""
    return md5("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of Ucap.

    Attributes:
        folder: `/sthjj/c100617/`; no page on most sites.
        template: file name of the column's page.
        rows: entries, newest first.
        shape: of its articles' addresses: `month`, `day`, `year`, `c01`, `number`, `content` (of both ages).
        kind: ending of all addresses.
        pager: `static` pages (`common_list_2.shtml`, counted by a call in a script), or rows by `service` alone.
        named: the page's own script says where its rows are; else a file that is not shown does.
        meta: the page says its channel.
        children: (path, name) of other columns in its menu.
        a_page: rows of a page.
        silent: titles of articles whose page answers with the section's index in place of the article.
        pathless: titles of records without an address.
    """

    folder: str
    template: str
    name: str
    rows: tuple[Entry, ...] = ()
    shape: str = "month"
    kind: str = "shtml"
    pager: str = "static"
    named: bool = True
    meta: bool = True
    children: Links = ()
    a_page: int = 15
    silent: tuple[str, ...] = ()
    pathless: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Path of the column's page."""
        return f"{self.folder}{self.template}"

    @property
    def code(self) -> str:
        """`c100617`."""
        return self.folder.rstrip("/").rsplit("/", 1)[-1]

    @property
    def channel(self) -> str:
        """The channel's id in the services."""
        return hexadecimal("channel", self.folder)

    def article(self, entry: Entry) -> str:
        """Path of an article."""
        name, day = hexadecimal(self.folder, entry.title, entry.day), entry.day
        number = int(name[:6], 16) + 1_000_000
        match self.shape:
            case "day":
                return f"{self.folder}{day.year}/{day.month}/{day.day}/{name}.{self.kind}"
            case "year":
                return f"{self.folder}{day.year}/{self.code}_{number}.{self.kind}"
            case "c01":
                return f"{self.folder}{day:%Y%m}/c01_{number}.{self.kind}"
            case "number":
                return f"{self.folder}{day:%Y%m}/{number % 900_000 + 100_000}.{self.kind}"
            case "content":
                return f"{self.folder}c{number}/content.{self.kind}"
        return f"{self.folder}{day:%Y%m}/{name}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Ucap:
    """A site: its columns, and the path and form of its list service.

    `form` of the answers: `json`, `coded` (`{"code":0,"data":…}`, asked by POST), `html`. `said_total` is what the
    service says of a channel with N rows: N, or another number. `turns` False answers the first page for ever.
    """

    look: Look
    host: str
    columns: Sequence[Column]
    service: str = "/searchList/"
    form: str = "json"
    said_total: int | None = None
    turns: bool = True
    template: str = "index"

    def mount(self, site: Site) -> None:
        """Add everything to a host."""
        for column in self.columns:
            self._lists(site, column)
            for entry in column.rows:
                if entry.title not in column.pathless:
                    site.add(column.article(entry), self._article(column, entry))
        site.add_pattern(rf"{self.service}\w+", self.answer)
        site.add("/getChannelList", self.channels)

    # ------------------------------------------------------------------ pages

    def _lists(self, site: Site, column: Column) -> None:
        size = column.a_page
        parts = [column.rows[at : at + size] for at in range(0, len(column.rows), size)] or [()]
        if column.pager == "service":
            parts = [()]
        for number, part in enumerate(parts, start=1):
            stem, _, kind = column.template.partition(".")
            name = column.template if number == 1 else f"{stem}_{number}.{kind}"
            site.add(f"{column.folder}{name}", page(self._list(column, part, number, len(parts))))

    def _list(self, column: Column, rows: Sequence[Entry], number: int, pages: int) -> str:
        stem, _, kind = column.template.partition(".")
        menu = "".join(f'<li><a href="{path}">{escape(name)}</a></li>' for path, name in column.children)
        inner = crumbs(("首页", "/"), (column.name, column.path)) + f'<ul class="leftnav">{menu}</ul>'
        if column.pager == "service":
            inner += '<div class="list" id="list"></div><div id="page_div"></div>' + self._call(column)
        else:
            inner += f'<ul class="list">{self._items(column, rows)}</ul><div id="page_div"></div>'
            inner += (
                f"<script>createPageHTML('page_div',{pages}, {number},'{stem}','{kind}',{len(column.rows)});</script>"
            )
        meta = {"ColumnName": column.name, "ColumnType": "信息公开"}
        if column.meta:
            meta["channelid"] = column.channel
        return shell(self.look, f"{column.name}_{self.look.name}", inner, meta=meta)

    def _call(self, column: Column) -> str:
        if not column.named:
            return '<script src="/u/cms/js/list.js"></script>'
        target = column.code if self.form == "html" else column.channel
        if self.form == "coded":
            return (
                f"<script>var channelId = '{target}';\n$.ajax({{url:'{self.service}' + channelId, type:'post',"
                "contentType:'application/json',data:JSON.stringify({_isAgg:true,_isJson:true,_pageSize:15,page:n})});</script>"
            )
        return (
            f"<script>var channelId = '{target}';\nfunction load(n){{ $.get('{self.service}' + channelId + "
            f"'?_isAgg=true&_isJson={'false' if self.form == 'html' else 'true'}&_pageSize={column.a_page}"
            f"&_template={self.template}&_rangeTimeGte=&_channelName=&page=' + n, show); }}</script>"
        )

    def _items(self, column: Column, rows: Sequence[Entry]) -> str:
        return "".join(
            f'<li><a href="{column.article(entry)}" title="{escape(entry.listed)}" target="_blank">'
            f'{escape(entry.listed[:22])}</a><span class="date">{entry.day.isoformat()}</span></li>'
            for entry in rows
        )

    def _article(self, column: Column, entry: Entry) -> FakeResponse:
        if entry.title in column.silent:
            return page(self._list(column, (), 1, 1))
        meta = {
            "ColumnName": column.name, "ArticleTitle": entry.title, "PubDate": "2026-10-30 03:15:08",
            "ContentSource": entry.source, "channelid": column.channel,
        }  # fmt: skip
        beside = [(one.listed, column.article(one)) for one in column.rows if one is not entry][:3]
        inner = (
            crumbs(("首页", "/"), (column.name, column.path))
            + f"<h1><UCAPTITLE>{escape(entry.title)}</UCAPTITLE></h1><div class='info'>发布时间："
            f"<PUBLISHTIME>{entry.day.isoformat()} 09:12</PUBLISHTIME>　来源：{escape(entry.source)}</div>"
            f'<div id="UCAP-CONTENT" class="detail-news"><UCAPCONTENT>{entry.body}</UCAPCONTENT></div>{SHARE}'
            + siblings(beside)
        )
        return page(shell(self.look, entry.title, inner, meta=meta))

    # ------------------------------------------------------------------ services

    def channels(self, request: FakeRequest) -> FakeResponse:
        """`/getChannelList?channelCode=c101935`: the channel of a code."""
        found = next((one for one in self.columns if one.code == request.query.get("channelCode")), None)
        if found is None:
            return data({"code": 200, "results": None})
        return data({"code": 200, "results": {"channelId": found.channel, "channelName": found.name}})

    def answer(self, request: FakeRequest) -> FakeResponse:
        """A page of a channel's records; of a channel that does not exist an empty list, as the services say it."""
        name = request.path.rsplit("/", 1)[-1]
        column = next((one for one in self.columns if name in (one.channel, one.code)), None)
        asked: dict[str, Any] = dict(request.query)
        if self.form == "coded":
            if request.method != "POST":
                return FakeResponse(400, (("Content-Type", "application/json"),), b'{"code":400,"msg":"method"}')
            asked = json.loads(request.body)
        elif request.method != "GET":
            return not_found(request)
        rows = column.rows if column else ()
        size = column.a_page if column else 18
        number = int(asked.get("page") or 1) if self.turns else 1
        shown = rows[(number - 1) * size : number * size]
        if self.form == "html":
            pages = ceil(len(rows) / size)
            pager = f'<div class="page" data-total="{len(rows)}">共{pages}页</div>'
            return page(f"<ul>{self._items(column, shown)}</ul>{pager}" if column and shown else "<ul></ul>")
        total = len(rows) if self.said_total is None else self.said_total
        found = [self._record(column, entry) for entry in shown] if column else []
        answered = {"page": number, "rows": size, "total": total, "channelId": name, "results": found}
        if self.form == "coded":
            return data({"code": 0, "data": {"total": total, "results": found}})
        return data({"data": answered, "locationUrl": "", "channelName": column.name if column else ""})

    def _record(self, column: Column, entry: Entry) -> dict[str, Any]:
        path = column.article(entry)
        moment = datetime(entry.day.year, entry.day.month, entry.day.day, 1, 12, tzinfo=UTC)
        meta = [{"key": "source", "value": entry.source}, {"key": "refno", "value": None}]
        return {
            "manuscriptId": hexadecimal(path)[:8], "title": entry.listed,
            "url": "" if entry.title in column.pathless else f"//{self.host}{path}",
            "publishedTimeStr": f"{entry.day.isoformat()} 09:12:00", "publishedTime": int(moment.timestamp()) * 1000,
            "channelName": column.name, "channelCodeName": column.code, "memo": "", "subTitle": "",
            "content": "", "contentHtml": entry.body, "resList": [], "domainMetaList": [{"resultList": meta}],
        }  # fmt: skip
