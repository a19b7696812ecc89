"""Lists of Hanweb's newer system (jpaas): what a page says of the pieces that it lets a service build.

A page holds a script tag for each piece, `url="/api-gateway/…/page/build/unit"` and `queryData="{'webId':'3185',
'pageId':'…','tagId':'…'}"`; the service answers JSON with HTML in it, and that HTML says how many rows there are.
(portal-families §6.4)
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urljoin

from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from crawler.net.gates import Gated
from spiders.answers import OddAnswer, read_json
from spiders.base import FamilySpider
from spiders.documents import Document
from spiders.jpage import MAX_STALE
from spiders.notices import NOTICE_PAGES
from spiders.paging import MAX_PAGES
from spiders.portal import Yielded
from spiders.visits import Visit

SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"
MAX_LISTS = 4
"""Pieces of one page that are asked for because their names sound like lists."""
MAX_OTHERS = 2
"""Further pieces, asked for while no list has shown a row."""

_PAIR = re.compile(r"""["'](\w{1,40})["']\s{0,9}:\s{0,9}(?:'([^']{0,300})'|"([^"]{0,300})"|([\w.-]{1,100}))""")
_CHROME = re.compile(
    r"头部|顶部|页头|页眉|底部|页脚|页尾|尾部|轮播|友情|链接|位置|面包屑|搜索|检索|banner|logo|head|foot|search|版权|浮|广告",
    re.I,
)
_MENU = re.compile(r"导航|菜单|左侧|nav|menu|left", re.I)
_LIST = re.compile(r"列表|分页|list|page|内容|信息|当前栏目|右侧|年报|报告|年度|文章|content", re.I)
_ROWS = re.compile(r"""\brows["']?\s{0,9}[=:]\s{0,9}["']?(\d{1,6})""", re.IGNORECASE)
_COUNT = re.compile(r"""\bcount["']?\s{0,9}[=:]\s{0,9}["']?(\d{1,9})""", re.IGNORECASE)
_PAGER = re.compile(r"pagination|下一页|pageNo", re.IGNORECASE)
_EMPTY = re.compile(r"模板内容数据为空|暂无(?:数据|信息|内容)")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_LONE = re.compile(r"[\ud800-\udfff]")
"""Halves of a character, as broken escapes in JSON leave them: no text with one can be written as bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a list held: its rows, how many of them were new, the first one's address; other finds."""

    rows: int = 0
    fresh: int = 0
    first: str = ""
    others: int = 0

    @property
    def found(self) -> bool:
        """True when it held anything at all."""
        return bool(self.rows or self.others)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page, and where its list stands.

    Attributes:
        service: absolute address of the service.
        query: what it is asked with, in the page's own order.
        page: number of the page to ask for; the first is asked for without a number.
        rows: rows a page, as the last answer said.
        count: rows in all, None while nobody has said.
        shown: rows on the pages before.
        more: True when the last answer promised a further page.
        mark, same: address of the last answer's first row, and whether the answer before began with it too.
        stale: answers in a row without a new row.
    """

    service: str
    query: tuple[tuple[str, str], ...]
    page: int = 1
    rows: int = 15
    count: int | None = None
    shown: int = 0
    more: bool = False
    mark: str = ""
    same: bool = False
    stale: int = 0

    @property
    def tag(self) -> str:
        """Name of the piece in its template, e.g. `当前栏目list`."""
        return dict(self.query).get("tagId", "")

    @property
    def url(self) -> str:
        """Address of the question: with page number and size from the second page on."""
        asked = [*self.query]
        if self.page > 1:
            asked.append(("paramJson", f'{{"pageNo":{self.page},"pageSize":{self.rows}}}'))
        return f"{self.service}?{urlencode(asked)}"

    def untagged(self) -> Piece:
        """The same piece without its name: some hosts answer nothing under the name that their own page gives."""
        return replace(self, query=tuple((key, "" if key == "tagId" else value) for key, value in self.query))

    def after(self, html: str, part: Part) -> Piece:
        """The piece turned to its next page, after an answer."""
        rows, count = _ROWS.search(html), _COUNT.search(html)
        size = (int(rows[1]) if rows else 0) or (self.rows if self.page > 1 else part.rows) or self.rows
        known = int(count[1]) if count else self.count
        same = bool(part.first) and part.first == self.mark
        return replace(
            self,
            page=self.page + 1,
            rows=size,
            count=known,
            shown=self.shown + (0 if same else part.rows),
            more=self.page * size < known if known is not None else bool(part.rows and _PAGER.search(html)),
            mark=part.first,
            same=same,
            stale=0 if part.fresh else self.stale + 1,
        )


@dataclass(frozen=True, slots=True)
class Queue:
    """Pieces of one page that are still to be asked for: `lists` in any case, `others` while nothing was `found`."""

    lists: tuple[Piece, ...]
    others: tuple[Piece, ...]
    found: bool = False

    def after(self, piece: Piece, html: str, *, found: bool) -> Queue:
        """The queue after a piece's first answer. One without content is asked again without its name, at the end."""
        again = piece.untagged()
        wanted = not html and piece.tag and all(again.url != other.url for other in self.others)
        return replace(self, others=(*self.others, again) if wanted else self.others, found=self.found or found)


class PieceLists(FamilySpider):
    """The part of Hanweb's spider that asks the service for the lists of a page."""

    @abstractmethod
    def read_part(self, html: str, visit: Visit) -> Generator[Yielded, None, Part]:
        """Follow the rows in a part of a page that was sent by itself."""

    def next_piece(self, queue: Queue, visit: Visit) -> Iterator[Yielded]:
        """Ask for the next piece of a page; when none is left and nothing was found, say so."""
        if self.enough(visit):
            return
        if queue.lists:
            yield self.ask_piece(queue.lists[0], replace(queue, lists=queue.lists[1:]), visit)
        elif queue.others and not queue.found:
            yield self.ask_piece(queue.others[0], replace(queue, others=queue.others[1:]), visit)
        elif not queue.found and visit.trusted:
            yield from self.nothing_listed(Document(as_response("", visit.column.url)), visit)

    def ask_piece(self, piece: Piece, queue: Queue, visit: Visit) -> Request:
        """Ask the service for a piece, or for a further page of it."""
        kwargs = {"piece": piece, "queue": queue}
        headers = asked_by_script(visit.column.url)
        # A question that Scrapy dropped as asked already would end the asking without a word.
        return self.request(
            piece.url,
            self.parse_piece,
            visit,
            headers=headers,
            errback=self.no_piece,
            cb_kwargs=kwargs,
            dont_filter=True,
        )

    def parse_piece(self, response: Response, visit: Visit, piece: Piece, queue: Queue) -> Iterator[Yielded]:
        """An answer of the service: rows, sub-columns, further pages; after a piece's first page the next piece."""
        yield self._item(response, visit, role="list")
        try:
            html = html_of(response)
        except OddAnswer as error:
            yield self.unreadable(error.reason, str(error), visit, "partial" if piece.shown else "unreadable")
            if piece.page == 1:
                yield from self.next_piece(queue, visit)
            return
        part = yield from self.read_part(html, visit)
        if piece.page == 1:
            yield from self.next_piece(queue.after(piece, html, found=part.found), visit)
        yield from self.turn_piece(piece.after(html, part), part, visit)

    def turn_piece(self, piece: Piece, part: Part, visit: Visit) -> Iterator[Yielded]:
        """The piece's next page, while one is promised and it is another one."""
        short = piece.count is not None and piece.shown < piece.count
        emptied = piece.page > 2 and not part.rows
        if self.enough(visit) or not (piece.more or piece.same or emptied):
            return
        if piece.same or not part.rows or piece.stale >= MAX_STALE:
            if short:
                detail = f"{piece.count} rows are promised and {piece.shown} were shown: pages repeat, or are empty"
                yield self.unreadable("short_list", detail, visit, "partial")
        elif piece.page <= self.most_pages(visit):
            yield self.ask_piece(piece, Queue((), ()), replace(visit, page=piece.page))
        elif visit.trusted:
            yield self.unreadable("page_limit", f"the list has more than {MAX_PAGES} pages", visit, "partial")

    def most_pages(self, visit: Visit) -> int:
        """How far a list is read: to its end where reports are expected, a few pages elsewhere."""
        return MAX_PAGES if visit.trusted else NOTICE_PAGES

    def no_piece(self, failure: Failure) -> Iterator[Yielded]:
        """The service does not answer for a piece: recorded; the other pieces are asked all the same."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit, queue, piece = (request.cb_kwargs[name] for name in ("visit", "queue", "piece"))
        yield from self.on_failure(failure)
        if piece.page == 1 and not isinstance(failure.value, Gated):
            yield from self.next_piece(queue, visit)


def pieces_in(document: Document) -> tuple[list[Piece], list[Piece]]:
    """Pieces of a page that sound like lists, and the others that may hold one; head, foot and search are left out."""
    if document.tree is None:
        return [], []
    found: dict[str, Piece] = {}
    for element in document.tree.xpath("//*[@querydata]")[:60]:
        piece = _piece(element, document)
        if piece is not None and not _CHROME.search(piece.tag):
            found.setdefault(piece.url, piece)
    pieces = [*found.values()]
    lists = [piece for piece in pieces if _LIST.search(piece.tag) and not _MENU.search(piece.tag)]
    others = [piece for piece in pieces if piece not in lists]
    # A piece without any name is the content more often than a menu.
    return lists[:MAX_LISTS], sorted(others, key=lambda piece: bool(_MENU.search(piece.tag)))[:MAX_OTHERS]


def html_of(response: Response) -> str:
    """The HTML in an answer of the service, "" for a piece without content.

    Raises `OddAnswer`: `odd_api_answer` for a refusal or JSON of another shape, and the reasons of `read_json`.
    """
    answer = read_json(response)
    data = answer.get("data") if isinstance(answer, dict) else None
    html = data.get("html") if isinstance(data, dict) else data
    if not isinstance(html, str) and not _is_empty(answer, data):
        said = answer.get("message") or answer.get("msg") or sorted(answer)[:8] if isinstance(answer, dict) else answer
        raise OddAnswer("odd_api_answer", f"{response.url} answers JSON without HTML: {str(said)[:200]}")
    text = _LONE.sub("\ufffd", html) if isinstance(html, str) else ""
    return "" if _EMPTY.search(text) and len(_TAG.sub("", text).strip()) < 40 else text.strip()


def asked_by_script(page_url: str) -> dict[str, str]:
    """Headers of a question that a page's script asks: without Referer some hosts refuse it (miit.gov.cn)."""
    return {"X-Requested-With": "XMLHttpRequest", "Referer": page_url}


def as_response(html: str, url: str) -> HtmlResponse:
    """A piece of HTML as the page that it is shown in: links are relative to that page."""
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return HtmlResponse(url, body=html.encode("utf-8"), headers=headers)


def _is_empty(answer: Any, data: Any) -> bool:
    """True for an answer that says it succeeded and holds nothing."""
    held = data.get("html") if isinstance(data, dict) else data
    return isinstance(answer, dict) and answer.get("success") in (True, "true") and not held


def _piece(element: HtmlElement, document: Document) -> Piece | None:
    pairs = {match[1]: match[2] or match[3] or match[4] or "" for match in _PAIR.finditer(element.get("querydata", ""))}
    # Pagers carry a queryData of their own, with numbers in it.
    if not pairs.get("pageId") or not ({"tagId", "tplSetId"} & pairs.keys()):
        return None
    for name in ("webId", "parseType"):
        value = element.get(name.lower())
        if value and name not in pairs:
            pairs[name] = value
    return Piece(urljoin(document.url, element.get("url") or SERVICE), tuple(pairs.items()))
