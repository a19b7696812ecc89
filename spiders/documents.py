"""A list page as spiders see it: decoded by our own rules, with its links, their texts and the dates beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html as lxml_html
from lxml.html import HtmlElement
from scrapy.http import Response

from crawler.net.gates import plain_headers
from crawler.text import decode
from crawler.text.tags import tamed

_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
_SPACE = re.compile(r"\s+")
_MAX_LINKS = 5_000
_MAX_CONTEXT = 400
_FILE_NAME = re.compile(rb"\.(?:pdf|docx?|wps|xlsx?|et|rar|zip|ofd)[\"'?#\s>]", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|rar|zip|ofd)(?:$|[?#])", re.IGNORECASE)

_MOVED = re.compile(
    r"location(?:\.href)?\s{0,9}=\s{0,9}[\"']([^\"'\s]{1,300})[\"']|location\.replace\([\"']([^\"'\s]{1,300})[\"']\)"
)
_BINARY = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"Rar!", b"\x1f\x8b")
_LONGEST_SIGNPOST = 2_500
"""Bytes: a page that only points elsewhere is short; in a long one the same script belongs to a button."""


@dataclass(frozen=True, slots=True)
class Link:
    """One anchor: absolute URL without fragment, its best text (title attribute or own text), ISO date beside it."""

    url: str
    text: str
    date: str | None = None


def squeeze(text: str) -> str:
    """Blanks (also ideographic and no-break) collapsed to one space, ends stripped."""
    return _SPACE.sub(" ", text.replace("\u3000", " ").replace("\xa0", " ")).strip()


def find_date(text: str) -> str | None:
    """First date in `text` as ISO `YYYY-MM-DD`; dates in lists may be broken over lines (portal-families 0.6)."""
    match = _DATE.search(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


class Document:
    """A response body read as text and HTML. Never raises on bad markup: a page without a tree has no links."""

    def __init__(self, response: Response) -> None:
        self.url = response.url
        self.body = response.body
        self.headers = plain_headers(response)

    @cached_property
    def text(self) -> str:
        """The whole source, decoded by `crawler.text.decode` (Scrapy would trust a wrong header)."""
        return decode(self.body, self.headers.get("content-type")).text

    @property
    def problem(self) -> str | None:
        """Why this answer cannot be a list, as a reason word; None when it may be one."""
        if not self.body.strip():
            return "empty_body"
        return "not_html" if self.body[:8].startswith(_BINARY) else None

    @cached_property
    def tree(self) -> HtmlElement | None:
        """Root element, or None for an empty or unreadable page."""
        return _tree(self.text)

    @cached_property
    def base(self) -> str:
        """What relative links are relative to: `<base href>` when there is one, else the page's own URL."""
        found = self.tree.xpath("//base/@href") if self.tree is not None else []
        return urljoin(self.url, str(found[0])) if found else self.url

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All http(s) anchors in document order, at most 5,000."""
        return () if self.tree is None else self._links(self.tree)

    def links_in(self, html: str) -> tuple[Link, ...]:
        """Anchors of a piece of HTML that belongs to this page (a string in a script, a field of a JSON answer)."""
        tree = _tree(html)
        return () if tree is None else self._links(tree)

    @cached_property
    def frames(self) -> tuple[str, ...]:
        """Absolute addresses of the pages shown inside this one: old portals put the list into a frame."""
        found = self.tree.xpath("//iframe/@src | //frame/@src") if self.tree is not None else []
        return tuple(dict.fromkeys(url for src in found[:20] if (url := self.absolute(str(src))) is not None))

    @property
    def moved_to(self) -> str | None:
        """Where a page that holds nothing but a script sends a browser (`location.href = "./2023n/"`), else None."""
        if len(self.body) > _LONGEST_SIGNPOST or (match := _MOVED.search(self.text)) is None:
            return None
        return self.absolute(match[1] or match[2])

    @property
    def files(self) -> tuple[str, ...]:
        """Absolute URLs of linked files that may carry a report (pdf, doc, wps, xls, archives)."""
        if not _FILE_NAME.search(self.body):
            return ()  # most pages link none, and need not be read for it
        return tuple(dict.fromkeys(link.url for link in self.links if _FILE.search(link.url)))

    def absolute(self, href: str) -> str | None:
        """`href` made absolute and without fragment; None for what is no http(s) address."""
        try:
            url = urldefrag(urljoin(self.base, href.strip()))[0]
            parts = urlsplit(url)
        except ValueError:
            return None
        return url if parts.scheme in {"http", "https"} and parts.hostname else None

    def _links(self, tree: HtmlElement) -> tuple[Link, ...]:
        anchors = tree.xpath("//a[@href] | //area[@href]")[:_MAX_LINKS]
        return tuple(link for anchor in anchors if (link := self._link(anchor)) is not None)

    def _link(self, anchor: HtmlElement) -> Link | None:
        url = self.absolute(anchor.get("href", ""))
        if url is None:
            return None
        own = squeeze("".join(anchor.itertext()))
        title = squeeze(anchor.get("title") or "")
        # List titles are cut off with dots in the visible text; the title attribute then holds the whole.
        text = title if (len(title) >= len(own.rstrip(".…")) and title) or not own else own
        return Link(url, text, find_date(_around(anchor)))


def _around(anchor: HtmlElement) -> str:
    """Text of the row an anchor stands in: its nearest small ancestor."""
    node: HtmlElement | None = anchor
    for _ in range(3):
        parent = node.getparent() if node is not None else None
        # Counting to three is enough, and stays linear on a page with thousands of links in one element.
        if parent is None or len(list(islice(parent.iter("a"), 3))) > 2:
            break
        node = parent
        if node.tag in {"li", "tr", "dd"}:
            break
    return "".join(node.itertext())[:_MAX_CONTEXT] if node is not None else ""


def _tree(html: str) -> HtmlElement | None:
    try:
        return lxml_html.document_fromstring(tamed(html).replace("\x00", "").encode("utf-8"), parser=_parser())
    except (ValueError, lxml_html.etree.ParserError, lxml_html.etree.XMLSyntaxError):
        return None


def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
