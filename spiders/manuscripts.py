"""The list services of Ucap: where a page asks for the rows that it does not hold, and what is answered.

A column's rows lie behind `/searchList/<channel>`, `/common/search/<channel>`, `/search/<channel>` (JSON),
`/es-search/search/<channel>` or `/manuscriptList/<column>` (a piece of HTML), depending on the site. A record holds
more than a row: the article's body and its files. (portal-families §7.3, §7.4)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy.http import HtmlResponse, Response

from crawler.reports.names import is_body
from spiders.answers import OddAnswer, day_of, number_of, parse_json, read_json, records, text_of
from spiders.documents import Document, squeeze
from spiders.scripts import inline_scripts

GUESSES = ("/searchList/", "/common/search/", "/search/")
"""Where lists are asked for when the page does not say: the paths of csrc, of Heilongjiang and of nhc."""

ROWS = 100
"""Rows asked for at once; sites that give fewer say so in their answer (2,000 are accepted by chinatax)."""

_HEX = r"[0-9a-f]{32}"
_IN_MONTH = rf"20\d\d(?:0[1-9]|1[0-2])?/(?:({_HEX})|c\d+_\d+|\d{{4,}})\.s?html?$"
_IN_DAY = rf"(?:19|20)\d\d/\d{{1,2}}/\d{{1,2}}/({_HEX})\.s?html?$"
_OLD = r"c\d{4,}/content(?:_\d+)?\.s?html?$"
ARTICLE = re.compile(rf"/(?:{_IN_MONTH}|{_IN_DAY}|{_OLD})", re.IGNORECASE)
"""What an article's path ends with; the first group that matched is its hexadecimal id, if it has one."""

_DEFAULTS = {"_isAgg": "true", "_isJson": "true", "_template": "index", "_rangeTimeGte": "", "_channelName": ""}
_CALL = re.compile(
    r"[\"'`](?P<path>(?:https?:)?/?[\w./:-]{0,90}?\b(?P<word>searchList|manuscriptList|common/search|es-search/search|search)/)"
    r"(?P<channel>\w{0,40})(?P<rest>[^\n]{0,20})"
)
_PARAMETER = re.compile(r"\b(_[A-Za-z]{2,30})[\"']?\s{0,3}[:=]\s{0,3}[\"']?([\w/.-]{0,60})")
_CHANNEL = re.compile(r"\bchannel_?id[\"']?\s{0,5}[:=]\s{0,5}[\"'](\w{4,40})[\"']", re.IGNORECASE)
_POSTS = re.compile(r"\.post\s?\(|(?:type|method)[\"']?\s{0,3}:\s{0,3}[\"']post[\"']", re.IGNORECASE)
_CODE = re.compile(r"/([cn]\d{3,12}[a-z]?)/(?:[^/]*)$", re.IGNORECASE)
_LISTS = ("results", "list", "records", "articles")
_NEAR = 500
_MAX_CALLS = 50


@dataclass(frozen=True, slots=True)
class Service:
    """One column's list service.

    Attributes:
        channel: the column's id there; "" while nobody has said it.
        paths: paths that may be right, the first one is asked; several where the page does not say.
        query: what the page asks beside the page's number.
        post: True where the page sends its question as JSON.
        read: rows that were answered so far.
        size: rows of a whole page, as the service says or as its first page shows; 0 while nobody knows.
        markup: True for a service that answers HTML.
    """

    channel: str
    paths: tuple[str, ...] = GUESSES
    query: tuple[tuple[str, str], ...] = ()
    post: bool = False
    read: int = 0
    size: int = 0
    markup: bool = False

    @property
    def guessed(self) -> bool:
        """True while another path may be the right one."""
        return len(self.paths) > 1

    def other(self) -> Service:
        """The service at the next path that may be right."""
        return replace(self, paths=self.paths[1:])

    def after(self, answer: Answer) -> Service:
        """The service once it has answered: its path is right."""
        size = answer.size or (max(self.size, answer.rows) if answer.markup else ROWS)
        return replace(self, paths=self.paths[:1], read=self.read + answer.rows, size=size, markup=answer.markup)

    def goes_on(self, answer: Answer) -> bool:
        """True when another page may follow: more rows are promised than were read, or the last page was full.

        Totals lie in both directions; a first page of HTML is full for all that is known.
        """
        return bool(answer.rows >= self.size > 0 or (answer.total or 0) > self.read)

    def question(self, column_url: str, page: int) -> tuple[str, bytes]:
        """Address and body (empty: GET) of the request for a page of rows."""
        own = parse_qsl(urlsplit(column_url).query)[:8]  # `deptcode`, where one template serves all departments
        asked = {**_DEFAULTS, **dict(own), **dict(self.query), "_pageSize": str(ROWS), "page": str(page)}
        address = urljoin(column_url, f"{self.paths[0]}{self.channel}")
        if self.post:
            return address, json.dumps(asked).encode()
        return f"{address}?{urlencode(asked, safe='/')}", b""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A record of a list: what a row needs, and what the record holds beside it (`body` as HTML, "" for none)."""

    url: str
    title: str
    date: str | None
    agency: str | None
    files: tuple[tuple[str, str], ...]
    body: str
    number: str

    @property
    def page(self) -> bytes:
        """The record as a page, for the case that its own page cannot be had; empty where it holds neither body nor
        file."""
        if not (self.body or self.files):
            return b""
        files = "".join(f'<p><a href="{escape(url)}">{escape(name)}</a></p>' for url, name in self.files)
        title = escape(self.title)
        head = f'<meta charset="utf-8"><title>{title}</title><meta name="ArticleTitle" content="{title}">'
        head += f'<meta name="PubDate" content="{self.date or ""}">'
        body = f"<h1>{title}</h1><div id='UCAP-CONTENT'>{self.body}</div>{files}"
        return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of records: how many, and `total` and `size` as the service says them, None where it does not."""

    manuscripts: tuple[Manuscript, ...] = ()
    rows: int = 0
    total: int | None = None
    size: int | None = None
    markup: bool = False


def service_in(document: Document, hosts: frozenset[str]) -> Service | None:
    """The list service that a page's own scripts ask; None where they name none on `hosts`."""
    found = [*_services(document, hosts)]
    own = channel_in(document)
    # A page may show other lists in its margins: the column's own is the one with the column's channel.
    return next((one for one in found if one.channel == own), found[0] if found else None)


def _services(document: Document, hosts: frozenset[str]) -> Iterator[Service]:
    script, own, code = inline_scripts(document), channel_in(document), code_of(document.url)
    for match, _ in zip(_CALL.finditer(script), range(_MAX_CALLS), strict=False):
        near = script[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        asked = dict(_PARAMETER.findall(near))
        if match["word"] == "search" and not (asked.keys() & {"_isAgg", "_isJson", "_template", "_pageSize"}):
            continue  # the box in which visitors search the site
        if urlsplit(urljoin(document.url, match["path"])).hostname not in hosts:
            continue
        channel = match["channel"] or (code if match["word"] == "manuscriptList" else own)
        known = tuple((name, value) for name, value in asked.items() if name != "_pageSize")
        yield Service(channel, (match["path"],), known, post=bool(_POSTS.search(near)))


def channel_in(document: Document) -> str:
    """The column's channel id as its meta or a script says it; "" when neither does."""
    metas = document.tree.xpath("//meta[@name and @content]")[:80] if document.tree is not None else []
    said = next((m.get("content", "").strip() for m in metas if m.get("name", "").strip().lower() == "channelid"), "")
    if re.fullmatch(r"\w{4,40}", said):
        return said
    match = _CHANNEL.search(inline_scripts(document))
    return match[1] if match else ""


def code_of(url: str) -> str:
    """The column's code in an address (`c100617`, `n810760`); "" for none."""
    match = _CODE.search(urlsplit(url).path)
    return match[1] if match else ""


def channel_of(response: Response) -> str:
    """The channel id that `/getChannelList?channelCode=…` answers. Raises `OddAnswer`."""
    answer = read_json(response)
    found = answer.get("results") if isinstance(answer, dict) else None
    one = found[0] if isinstance(found, list) and found else found
    said = one.get("channelId") if isinstance(one, dict) else None
    if not (isinstance(said, str) and re.fullmatch(r"\w{4,40}", said)):
        raise OddAnswer("odd_api_answer", f"{response.url} answers no channelId: {str(answer)[:200]}")
    return said


def read_answer(response: Response) -> Answer:
    """Records of a JSON answer. Raises `OddAnswer`."""
    inner = _unwrapped(read_json(response), response.url)
    key = next((name for name in _LISTS if isinstance(inner, dict) and isinstance(inner.get(name), list)), _LISTS[0])
    listed = records(inner, key, response.url)
    found = tuple(one for record in listed if (one := _manuscript(record, response.url)))
    size = number_of(inner.get("rows") or inner.get("pageSize"))
    return Answer(found, len(listed), number_of(inner.get("total")), size)


def is_markup(document: Document) -> bool:
    """True for an answer that is HTML."""
    return document.text.lstrip("\ufeff \t\r\n").startswith("<")


def as_page(url: str, body: bytes) -> HtmlResponse:
    """A record's own content as the answer of its address."""
    return HtmlResponse(url, body=body, headers={"Content-Type": "text/html; charset=utf-8"}, encoding="utf-8")


def _unwrapped(answer: Any, url: str) -> Any:
    """The object that holds the list: the answer itself, its `data`, or JSON that stands there as text."""
    for _ in range(3):
        if not isinstance(answer, dict) or any(isinstance(answer.get(name), list) for name in _LISTS):
            break
        inner = answer.get("data")
        if isinstance(inner, str) and inner.lstrip()[:1] == "{":
            inner = parse_json(inner, url)
        if isinstance(inner, list):
            return {"results": inner, "total": answer.get("total")}
        if not isinstance(inner, dict):
            break
        answer = inner
    return answer


def _manuscript(record: dict[str, Any], base: str) -> Manuscript | None:
    """A record with what can be used of it; None for one that leads nowhere."""
    files = tuple(_files(record, base))
    address = _address(record.get("url"), base)
    body = _body(record)
    title = text_of(record.get("title")) or text_of(record.get("subTitle"))
    if not (address or files or body) or not (title or address):
        return None
    source = squeeze(_metas(record).get("source", ""))
    day = day_of(record.get("publishedTimeStr"), record.get("publishedTime"), _metas(record).get("pubdate"))
    number = str(record.get("manuscriptId") or record.get("id") or "")
    return Manuscript(address, title, day, source if is_body(source) else None, files, body, number)


def _files(record: dict[str, Any], base: str) -> list[tuple[str, str]]:
    """Address and name of each file in `resList`."""
    found = record.get("resList")
    listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    named = [(_address(one.get("filePath") or one.get("url"), base), text_of(one.get("fileName"))) for one in listed]
    return [(url, name or url.rsplit("/", 1)[-1]) for url, name in named[:20] if url]


def _metas(record: dict[str, Any]) -> dict[str, str]:
    """`domainMetaList` as a mapping: refno, pubdate, indexnumber, source."""
    groups = record.get("domainMetaList")
    lists = [g.get("resultList") for g in groups if isinstance(g, dict)] if isinstance(groups, list) else []
    pairs = [one for found in lists if isinstance(found, list) for one in found if isinstance(one, dict)]
    return {str(one.get("key")): one["value"] for one in pairs if isinstance(one.get("value"), str)}


def _body(record: dict[str, Any]) -> str:
    """The article's body as HTML: `contentHtml`, else `content`, which is plain text."""
    html, text = record.get("contentHtml"), record.get("content")
    if isinstance(html, str) and squeeze(html):
        return html
    lines = text.splitlines() if isinstance(text, str) else []
    return "".join(f"<p>{escape(line)}</p>" for line in lines if squeeze(line))


def _address(value: Any, base: str) -> str:
    if not isinstance(value, str) or not value.strip():
        return ""
    try:
        url = urljoin(base, value.strip())
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""
