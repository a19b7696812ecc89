"""HTML source -> a tree that is safe to walk: no network, no entities from outside, any depth, bounded size.

lxml's HTML parser stops for good at a nesting depth of 256 and drops the rest of the page. Old portals reach that with
hundreds of unclosed `<font>` and `<span>`, so such a page is flattened (presentational tags first, then all but the
tags that carry structure) and read again; only a page that nests tables 250 deep loses its structure, never its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lxml.etree as etree

from crawler.reports import shown, veils
from crawler.text.tags import tamed

MAX_CHARS = 4_000_000
"""Longer sources are cut: a bound for time and memory, which the caller records as a finding. A report with all the
markup of a word processor is below 1 MB; pictures inside the page (data: addresses) are taken out before counting."""

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:]*)(?:\s[^<>]*)?/?>")
Element = etree._Element
"""An element of a page. Plain lxml elements: those of lxml.html cost three times as much to walk."""

SKIPPED = frozenset(
    ["script", "style", "noscript", "template", "select", "option", "button", "textarea", "svg", "head"]
)
"""Elements whose text is never a page's text."""

_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\ufeff]")
"""Blanks that `str.split` does not know."""
_HAN_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\r?\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.S | re.I)
_INLINE = frozenset(
    ("font", "span", "b", "i", "u", "s", "em", "strong", "small", "big", "o:p", "st1", "tt", "sub", "sup", "ins", "del")
)
_STRUCTURE = frozenset(
    (
        "html",
        "head",
        "body",
        "title",
        "meta",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "p",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "img",
        "li",
        "pre",
    )
)
_XML_HEAD = re.compile(r"^\s*<\?xml[^<>]{0,200}\?>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in (9, 10, 13))
_LOOKS_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|table|tr|td|br|span|meta|title|h[1-6]|ul|li|section|article)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed page. `flattened` tells that nesting was too deep for the parser; `cut` that the source was too long;
    `hidden` are its parts that a browser does not show (see `veils`)."""

    root: Element
    flattened: bool = False
    cut: bool = False
    hidden: tuple[veils.Veil, ...] = ()


_DATA_ADDRESS = re.compile(r"data:[\w.+/-]{1,60};base64,[A-Za-z0-9+/=]{200,}")


def bounded(source: str) -> tuple[str, bool]:
    """The source without pictures written into it, cut at `MAX_CHARS`; and whether it was cut."""
    if len(source) > 100_000 and ";base64," in source:
        source = _DATA_ADDRESS.sub("data:,", source)
    return tamed(source[:MAX_CHARS]), len(source) > MAX_CHARS


def looks_like_html(text: str) -> bool:
    """True when the text holds HTML markup rather than plain text that happens to use `<` and `>` as quotation
    marks."""
    return _LOOKS_HTML.search(text[:20_000]) is not None or len(_LOOKS_HTML.findall(text[20_000:400_000])) > 3


def squeeze(text: str) -> str:
    """The text with runs of blanks as one space and its ends stripped.

    A line break between two Chinese characters is only source formatting and goes: 政府\\n信息 is one word.
    """
    if text.isprintable():  # nearly every cell and line: no blank but the plain one
        return " ".join(text.split()) if "  " in text else text.strip()
    if "\n" in text:
        text = _HAN_BREAK.sub("", text)
    if _ZERO_WIDTH.search(text):
        text = _ZERO_WIDTH.sub(" ", text)
    return " ".join(text.split())


def parse(source: str) -> Tree | None:
    """The tree of an HTML source, or None when there is nothing in it. Never raises for bad markup."""
    kept, cut = bounded(source)
    head = _XML_HEAD.match(kept)
    text = _without_controls(kept[head.end() :] if head else kept)
    for step, flatten in enumerate(_FLATTENERS):
        root, hidden, deep = _read(flatten(text))
        if not deep:
            return None if root is None else Tree(root, flattened=step > 0, cut=cut, hidden=hidden)
    return None


def _without_controls(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")  # bytes are searched many times faster than a class of characters
    return text if len(data.translate(None, _CONTROL_BYTES)) == len(data) else _CONTROL.sub(" ", text)


def _read(text: str) -> tuple[Element | None, tuple[veils.Veil, ...], bool]:
    """Root, its hidden parts, and whether the parser gave up because of depth."""
    if not text.strip():
        return None, (), False
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False, no_network=True)
    try:
        root = etree.fromstring(text, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, (), _too_deep(parser)
    hidden: tuple[veils.Veil, ...] = ()
    if root is not None:
        for sibling in list(root.itersiblings()):
            root.append(sibling)  # what stands behind an early </html>, as included headers have it
        hidden = veils.find(root, text)  # before the style sheets go, which tell what is hidden
        shown.settle(root, text)
        etree.strip_elements(root, *SKIPPED - {"head"}, with_tail=False)
    return root, hidden, _too_deep(parser)


def _too_deep(parser: etree.HTMLParser) -> bool:
    return any("depth" in entry.message for entry in parser.error_log if entry.level_name == "FATAL")


def _is_inline(name: str) -> bool:
    return name in _INLINE or ":" in name


def _is_unneeded(name: str) -> bool:
    return name not in _STRUCTURE


def _drop(text: str, unwanted: Callable[[str], bool]) -> str:
    """The source without the tags that `unwanted(name)` names; block tags leave a line break, so that lines stay
    apart."""

    def replace(match: re.Match[str]) -> str:
        name = match.group(1).lower()
        if not unwanted(name):
            return match.group()
        return "" if _is_inline(name) else "<br>"

    return _TAG.sub(replace, _HIDDEN.sub(" ", text))


def _only_text(text: str) -> str:
    bare = _TAG.sub("\n", _HIDDEN.sub(" ", text)).replace("<", "&lt;")
    return f"<html><body><pre>{bare}</pre></body></html>"


_FLATTENERS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: _drop(text, _is_inline),
    lambda text: _drop(text, _is_unneeded),
    _only_text,
)


def elements(root: Element) -> Iterator[Element]:
    """Every element below and including `root`, in document order, without recursion; comments and the like left
    out."""
    for element in root.iter():
        if isinstance(element.tag, str):
            yield element


def line_of(element: Element) -> int:
    """Line of the source in which an element begins (1-based), 0 if the parser does not know."""
    line: Any = element.sourceline
    return line or 0


def text_of(element: Element) -> str:
    """All text below an element as it stands; what is never text (scripts, styles) was taken out when it was parsed."""
    return str(_STRING(element))


_STRING = etree.XPath("string()", smart_strings=False)
"""The same as joining `itertext`, without a Python string for each piece."""
