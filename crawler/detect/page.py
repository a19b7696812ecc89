"""A page as the detector sees it: its source, title, meta tags and the addresses that it links. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html as lxml_html
from lxml.html import HtmlElement

from crawler.text import decode
from crawler.text.tags import tamed

MOST_LINKS = 3_000
MOST_TEXT = 2_000_000
"""Characters of a page that marks are looked for in."""

_SPACE = re.compile(r"\s+")
_NUL = "\x00"


@dataclass(frozen=True, slots=True)
class Link:
    """An anchor: its address made absolute, without fragment, and its text."""

    url: str
    text: str


class Page:
    """A body read as text and HTML; never raises on bad markup."""

    def __init__(self, url: str, body: bytes, content_type: str | None = None) -> None:
        """`url` is the page's own address, "" where it is not known: relative links are then left out."""
        self.url = url
        self.body = body
        self.content_type = content_type

    @cached_property
    def text(self) -> str:
        """The source, decoded by our own rules, at most 2,000,000 characters of it."""
        return decode(self.body, self.content_type).text[:MOST_TEXT]

    @cached_property
    def tree(self) -> HtmlElement | None:
        """Root element; None for an empty or unreadable page."""
        try:
            source = tamed(self.text).replace(_NUL, "").encode("utf-8", "surrogatepass")
            parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
            return lxml_html.document_fromstring(source, parser=parser)
        except (ValueError, lxml_html.etree.ParserError, lxml_html.etree.XMLSyntaxError):
            return None

    @cached_property
    def title(self) -> str:
        """Text of `<title>`, "" for none."""
        found = self.tree.xpath("string((//title)[1])") if self.tree is not None else ""
        return squeeze(str(found))

    @cached_property
    def metas(self) -> dict[str, str]:
        """Content of each meta tag by its name in lower case; the first of equal names."""
        found: dict[str, str] = {}
        for meta in self.tree.xpath("//meta[@name][@content]")[:200] if self.tree is not None else ():
            found.setdefault(str(meta.get("name")).strip().lower(), squeeze(str(meta.get("content"))))
        return found

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Anchors with a http(s) address, in document order, at most 3,000."""
        anchors = self.tree.xpath("//a[@href] | //area[@href]")[:MOST_LINKS] if self.tree is not None else ()
        base = self._base()
        return tuple(link for anchor in anchors if (link := _link(anchor, base)) is not None)

    @cached_property
    def printed(self) -> str:
        """The words of the page, scripts and styles left out, blanks squeezed."""
        if self.tree is None:
            return ""
        texts = self.tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")
        return squeeze(" ".join(map(str, texts)))

    def _base(self) -> str:
        found = self.tree.xpath("//base/@href") if self.tree is not None else []
        try:
            return urljoin(self.url, str(found[0])) if found else self.url
        except ValueError:
            return self.url


def squeeze(text: str) -> str:
    """Blanks of every kind as one space, none at the ends."""
    return _SPACE.sub(" ", text.replace("\u3000", " ").replace("\xa0", " ")).strip()


def _link(anchor: HtmlElement, base: str) -> Link | None:
    try:
        url = urldefrag(urljoin(base, anchor.get("href", "").strip()))[0]
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
    except ValueError:
        return None
    own = squeeze("".join(anchor.itertext()))
    title = squeeze(anchor.get("title") or "")
    return Link(url, title if len(title) > len(own.rstrip(".…")) else own)
