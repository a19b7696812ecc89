"""Lists of Hanweb's older system (JCMS, `jpage`): what a column page holds of them, what `dataproxy.jsp` answers.

A column page carries its first records in a script, as XML or as an array of strings, and a call `.jpage({…})` that
says how many there are and with which parameters the others are asked for. (portal-families §6.3)
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import parse_qsl, unquote_plus, urlencode, urljoin, urlsplit

from scrapy.http import Response

from crawler.net.gates import plain_headers
from crawler.text import decode
from spiders.answers import OddAnswer, parse_json
from spiders.documents import Document
from spiders.scripts import inline_scripts, number, unquote

PROXY = "/module/web/jpage/dataproxy.jsp"
MAX_RECORDS = 5_000
"""Records of one answer: the most that a crawler is known to have asked for at once (nmg.gov.cn)."""

MAX_STALE = 5
"""Answers in a row without a new row, after which a list is left."""

_MAX_UNITS = 8
_LONGEST_CALL = 6_000
_CALL = re.compile(r"\.jpage\s{0,9}\(\s{0,9}\{")
_PROXY_URL = re.compile(r"""proxyUrl["']?\s{0,9}:\s{0,9}["']([^"'\s]{1,300})["']""")
_AJAX_PARAM = re.compile(r"""ajaxParam["']?\s{0,9}:\s{0,9}\{([^{}]{0,3000})\}""")
_PAIR = re.compile(r"""["']?(\w{1,40})["']?\s{0,9}:\s{0,9}(?:'([^']{0,600})'|"([^"]{0,600})"|([^\s,'"{}]{1,300}))""")
_ARRAY = re.compile(r"(?:\bInitData\w{0,20}\s{0,9}=|\bdataStore[\"']?\s{0,9}:)\s{0,9}\[")
_ITEM = re.compile(r"\s{0,99},?\s{0,99}('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")", re.DOTALL)
_HREF = re.compile(r"""href\s{0,9}=\s{0,9}["']?([^"'<>]{1,2000}?)["']?\s{0,9}>""")
_MORE = re.compile(
    r"""["']([^"'\s]{0,200}?more\w{0,20}dataproxy\.jsp\?)page=(?:\d{0,4}|["']\s{0,9}\+[^"'+]{1,60}\+\s{0,9}["'])&([^"'\s]{5,600})["']"""
)


@dataclass(frozen=True, slots=True)
class Store:
    """One `<datastore>`: its records as HTML, the address of the next group (as printed), the totals it states."""

    records: tuple[str, ...] = ()
    following: str = ""
    total: int | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One list of a column page, and how far it has been read.

    Attributes:
        proxy: absolute address of `dataproxy.jsp`.
        params: what it is asked with (`columnid`, `unitid`, `webid` …); empty when only `following` is known.
        following: absolute address of a group, with `page=N` in it; "" when the page links none.
        total: records that the list promises, None when it does not say.
        per_page, group: records of a page, pages that the portal itself fetches at once.
        shown: records read so far, those that were known from elsewhere included.
        in_page: articles of this column in the page's own markup; the list service does not count them.
        ways: ways of asking that are left, the one in use first: `get` and `post` by record numbers, `page` by groups.
        page: number of the group last asked for by `page`.
        first: True until the way in use has given something new.
        stale, same: answers in a row without a new row, and those that began with the record of the one before.
        mark: first record of the last answer; of the page before any.
    """

    proxy: str
    params: tuple[tuple[str, str], ...] = ()
    following: str = ""
    total: int | None = None
    per_page: int = 15
    group: int = 3
    shown: int = 0
    in_page: int = 0
    ways: tuple[str, ...] = ()
    page: int = 0
    first: bool = True
    stale: int = 0
    same: int = 0
    mark: str = ""

    @property
    def column(self) -> str:
        """Number of the column that the list belongs to; "" when it is not told or is a cipher."""
        asked = dict(self.params) or dict(parse_qsl(urlsplit(self.following).query))
        return asked.get("columnid", "")

    @property
    def complete(self) -> bool:
        """True when everything that is promised has been read."""
        return self.total is not None and self.read >= self.total

    def request(self) -> tuple[str, str, str]:
        """Method, address and form body of the next question."""
        if self.ways[0] == "page":
            return "GET", _with_page(self.following, self.page), ""
        last = self.shown + max(1, min(self.per_page * self.group, MAX_RECORDS))
        last = min(last, self.total) if self.total is not None else last
        span = {"startrecord": self.shown + 1, "endrecord": last, "perpage": self.per_page}
        if self.ways[0] == "post":
            return "POST", f"{self.proxy}?{urlencode(span)}", urlencode(self.params)
        return "GET", f"{self.proxy}?{urlencode([*span.items(), *self.params])}", ""

    def other_way(self) -> Unit:
        """The same list asked in the next way, at the place that was reached."""
        return replace(self, ways=self.ways[1:], first=True, stale=0, same=0)

    @property
    def read(self) -> int:
        """Records that were read, in the page or from the service."""
        return max(self.shown, self.in_page)

    @property
    def missing(self) -> bool:
        """True when more records are promised than were read."""
        return self.total is not None and self.read < self.total

    @property
    def hopeful(self) -> bool:
        """True when this way of asking has given nothing yet, and there is another."""
        return self.first and len(self.ways) > 1

    def stuck(self, store: Store) -> bool:
        """True when asking on in the same way leads nowhere: no records, the same again, or long nothing new.

        Of groups by number the first may be the one that stands in the page.
        """
        tolerated = 1 if self.ways[0] == "page" else 0
        return not store.records or self.same > tolerated or self.stale >= MAX_STALE

    def after(self, store: Store, fresh: int) -> Unit:
        """The list after an answer with `fresh` new rows."""
        by_page = self.ways[0] == "page"
        same = bool(store.records) and store.records[0] == self.mark
        shown = max(self.shown, len(store.records) * by_page) if same else self.shown + len(store.records)
        return replace(
            self,
            shown=shown,
            total=self.total if self.total is not None else store.total,
            following=urljoin(self.proxy, store.following) if store.following and by_page else self.following,
            page=self.page + 1 if by_page else self.page,
            first=self.first and not fresh,
            stale=0 if fresh else self.stale + 1,
            same=self.same + 1 if same else 0,
            mark=store.records[0] if store.records else self.mark,
        )


def records_in(document: Document) -> tuple[str, ...]:
    """Every record that a column page embeds, as pieces of HTML, in order."""
    stores = [record for store in stores_in(document.text) for record in store.records]
    return (*stores, *(item for items in _arrays(inline_scripts(document)) for item in items))


def units_in(document: Document) -> list[Unit]:
    """The lists of a column page that have more records than it shows, each once (pages for telephones repeat them)."""
    script, stores = inline_scripts(document), stores_in(document.text)
    arrays = _arrays(script)
    units = [_called(call, at, stores, arrays, document) for at, call in enumerate(_calls(script))]
    if not units:
        units = [_linked(store, document) for store in stores if store.following]
    units += [_linked(Store(following=f"{more[1]}page=1&{more[2]}"), document) for more in _MORE.finditer(script)]
    known = {(unit.column or str(at), unit.total): unit for at, unit in reversed([*enumerate(units[:_MAX_UNITS])])}
    return [unit for unit in reversed(known.values()) if not unit.complete]


def stores_in(text: str) -> list[Store]:
    """Every `<datastore>` in a text; a `<recordset>` without one counts as one."""
    pieces = [*_between(text, "<datastore", "</datastore>")] or [*_between(text, "<recordset", "</recordset>")]
    return [_store(piece) for piece in pieces[:_MAX_UNITS]]


def read_store(response: Response) -> Store:
    """The answer of `dataproxy.jsp`. Raises `OddAnswer` for what is none (`html_for_xml`, `empty_answer` …)."""
    text = decode(response.body, plain_headers(response).get("content-type")).text.strip("\ufeff \t\r\n")
    if not text:
        raise OddAnswer("empty_answer", f"{response.url} answers nothing where records were promised")
    if not text.startswith("<"):
        text = _wrapped(text, response.url)
    stores = stores_in(text)
    if not stores and not re.search(r"<(?:datastore|recordset)\b[^<>]{0,99}/>", text):
        raise OddAnswer("html_for_xml", f"{response.url} answers {len(text)} characters without a record set")
    store = stores[0] if stores else Store()
    if len(store.records) > MAX_RECORDS:
        raise OddAnswer("too_many_rows", f"{response.url} answers more than {MAX_RECORDS} records at once")
    return store


def as_page(records: tuple[str, ...]) -> str:
    """Records as one piece of HTML, each in an element of its own: dates belong to the record they stand in."""
    return "".join(f"<div>{record}</div>" for record in records)


def _wrapped(text: str, url: str) -> str:
    """XML that came as a string in JSON, with or without a callback around it."""
    value = parse_json(text, url)
    for _ in range(3):
        if isinstance(value, dict):
            value = next((value[key] for key in ("result", "data", "html", "content") if value.get(key)), None)
    return value if isinstance(value, str) else ""


def _store(piece: str) -> Store:
    following = next(_between(piece, "<nextgroup", "</nextgroup>"), "")
    href = _HREF.search(_content(following)) if following else None
    return Store(
        tuple(record for one in _between(piece, "<record", "</record>") if (record := _content(one)).strip()),
        html.unescape(href[1]) if href else "",
        _count(piece, "totalrecord"),
        _count(piece, "totalpage"),
    )


def _between(text: str, start: str, end: str) -> Iterator[str]:
    """What stands in elements, from the `>` of the tag that begins with `start`. Linear, however odd the text is."""
    at = 0
    while (at := text.find(start, at)) >= 0:
        at += len(start)
        if text[at : at + 1].isalnum():  # `<recordset` where `<record` is looked for
            continue
        opened = text.find(">", at)
        closed = text.find(end, opened) if opened >= 0 else -1
        if closed < 0:
            return
        yield text[opened + 1 : closed]
        at = closed


def _content(piece: str) -> str:
    """Character data of an element: its CDATA, or its text with entities resolved where it holds escaped HTML."""
    before, mark, after = piece.partition("<![CDATA[")
    if mark:
        return after.partition("]]>")[0]
    return html.unescape(before) if "&lt;" in before else before


def _count(piece: str, name: str) -> int | None:
    match = re.search(rf"<{name}>\s{{0,9}}(\d{{1,9}})\s{{0,9}}</{name}>", piece)
    return int(match[1]) if match else None


def _calls(script: str) -> list[str]:
    """What stands in each call of `.jpage(`, up to the next one."""
    starts = [match.end() for match in _CALL.finditer(script)][:_MAX_UNITS]
    return [script[start : min(end, start + _LONGEST_CALL)] for start, end in pairwise([*starts, len(script)])]


def _called(call: str, at: int, stores: list[Store], arrays: list[list[str]], document: Document) -> Unit:
    """The unit that a call describes, with the records of the store that belongs to it."""
    found = _AJAX_PARAM.search(call)
    pairs = {match[1]: match[2] or match[3] or match[4] or "" for match in _PAIR.finditer(found[1] if found else "")}
    params = tuple((name, unquote_plus(value) if "%" in value else value) for name, value in pairs.items())
    mine = [one for one in stores if pairs.get("unitid") and f"unitid={pairs['unitid']}" in one.following]
    store = mine[0] if mine else stores[at] if at < len(stores) else Store()
    records = store.records or tuple(arrays[at] if at < len(arrays) else ())
    named = _PROXY_URL.search(call)
    proxy = _proxy(named[1] if named else PROXY, document)
    following = urljoin(proxy, store.following) if store.following else ""
    total = number(call, "totalRecord")
    ways = (("get", "post") if params else ()) + (("page",) if following else ())
    return Unit(
        proxy,
        params,
        following,
        store.total if total is None else total,
        number(call, "perPage") or 15,
        number(call, "groupSize") or 3,
        len(records),
        ways=ways,
        page=_page_of(following),
        mark=records[0] if records else "",
    )


def _linked(store: Store, document: Document) -> Unit:
    """A list of which only the address of the next group is known; its parameters may be ciphers."""
    address, _, query = store.following.partition("?")
    following = f"{_proxy(address, document)}?{query}"
    return Unit(
        following.partition("?")[0],
        following=following,
        total=store.total,
        shown=len(store.records),
        ways=("page",),
        page=_page_of(following),
        mark=store.records[0] if store.records else "",
    )


def _proxy(address: str, document: Document) -> str:
    """A proxy's absolute address; `./dataproxy.jsp` lies beside the others, not beside the column."""
    return urljoin(document.url, urljoin(PROXY, address) if not address.startswith(("/", "http")) else address)


def _page_of(address: str) -> int:
    named = dict(parse_qsl(urlsplit(address).query)).get("page", "1")
    return int(named) if named.isdecimal() and len(named) < 6 else 1


def _with_page(address: str, page: int) -> str:
    return re.sub(r"(?<=[?&])page=\d*", f"page={page}", address, count=1)


def _arrays(script: str) -> list[list[str]]:
    """Records in arrays: `InitData49468 = ['<li>…</li>', …]`, or in the call itself as `dataStore:[…]`."""
    found = []
    for match in [*_ARRAY.finditer(script)][:_MAX_UNITS]:
        items: list[str] = []
        at = match.end()
        while len(items) < MAX_RECORDS and (item := _ITEM.match(script, at)):
            items.append(unquote(item[1]))
            at = item.end()
        found.append(items)
    return found
