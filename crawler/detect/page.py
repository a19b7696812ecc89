"""A page as the detector sees it: its source, title, meta tags and the addresses that it links. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html as lxml_html
from lxml.html import HtmlElement

from crawler.text import decode
from crawler.text.tags import tamed

MOST_LINKS = 3_000
MOST_QUOTED = 500
LONGEST_ADDRESS = 500
LONGEST_TITLE = 300
NOWHERE = "http://localhost/"
"""What relative addresses are relative to on a page whose own address is not known."""

MOST_TEXT = 2_000_000
"""Characters of a page that marks are looked for in."""

_QUOTED = re.compile(r"[\"']((?:https?:|\.{0,2}/)?[^\"'<>\s\\{}()+]{3,300}?\.(?:s?html?|jhtml|jsp))[\"'?#]")
_HOST = re.compile(r"(?:https?://)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[/:,;\s]|$)", re.IGNORECASE)
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
        """`url` is the page's own address, "" where it is not known: relative links are then below `NOWHERE`."""
        self.url = url or NOWHERE
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
        return squeeze(str(found)[:LONGEST_TITLE])

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
        base = self.base
        return tuple(link for anchor in anchors if (link := _link(anchor, base)) is not None)

    @cached_property
    def quoted(self) -> tuple[str, ...]:
        """Addresses of pages in the strings of scripts and JSON, made absolute, each once, at most 500."""
        found: dict[str, None] = {}
        for match in islice(_QUOTED.finditer(self.text.replace("\\/", "/")), MOST_LINKS):
            if (url := _absolute(match[1], self.base)) is not None:
                found.setdefault(url)
        return tuple(found)[:MOST_QUOTED]

    @cached_property
    def told_address(self) -> str:
        """The address that the page tells for itself by its canonical link or the meta tag Url; "" for none."""
        if self.tree is None:
            return ""
        links = [str(one) for one in self.tree.xpath("//link[@rel='canonical']/@href")]
        for told in (*links, self.metas.get("url", "")):
            if told.startswith(("http://", "https://")) and (url := _absolute(told, "")) is not None:
                return url
        return ""

    @cached_property
    def told_host(self) -> str:
        """The home page of the host in the meta tag SiteDomain, the first of several; "" for none."""
        domain = _HOST.match(self.metas.get("sitedomain", ""))
        return f"http://{domain[1].lower()}/" if domain else ""

    @cached_property
    def printed(self) -> str:
        """The words of the page, scripts and styles left out, blanks squeezed."""
        if self.tree is None:
            return ""
        texts = self.tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")
        return squeeze(" ".join(map(str, texts)))

    @cached_property
    def base(self) -> str:
        """What relative addresses are relative to: `<base href>` where there is one, else the page's own address."""
        found = self.tree.xpath("//base/@href") if self.tree is not None else []
        try:
            return urljoin(self.url, str(found[0])) if found else self.url
        except ValueError:
            return self.url


def squeeze(text: str) -> str:
    """Blanks of every kind as one space, none at the ends."""
    return _SPACE.sub(" ", text.replace("\u3000", " ").replace("\xa0", " ")).strip()


def _absolute(href: str, base: str) -> str | None:
    """An address made absolute, without fragment; None for what is no http(s) address, or a very long one."""
    if len(href) > LONGEST_ADDRESS:
        return None
    try:
        url = urldefrag(urljoin(base, href.strip()))[0]
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def _link(anchor: HtmlElement, base: str) -> Link | None:
    url = _absolute(anchor.get("href", ""), base)
    if url is None:
        return None
    own = squeeze("".join(anchor.itertext()))
    title = squeeze(anchor.get("title") or "")
    return Link(url, title if len(title) > len(own.rstrip(".…")) else own)
