"""What makes a text or a part of a page a report: headings of its sections, and tables of the statutory forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import cast

import lxml.etree as etree

from crawler.reports import headings, tree
from crawler.reports.blocks import Block
from crawler.reports.grids import Grid
from crawler.reports.tree import Element

FORM_WORDS = ("第二十条第", "本年新收", "结转下年度", "结果维持", "统计指标", "申请人情况", "本年制发件数")


def named_sections(blocks: Sequence[Block]) -> frozenset[str]:
    """Canonical ids of the sections that headings of the page name, by their number or a prescribed wording."""
    named: set[str] = set()
    for block in blocks:
        if block.kind in ("text", "heading") and not block.linked:
            named.update(sections_of(block.text))
    return frozenset(named)


def sections_of(text: str) -> frozenset[str]:
    """Canonical ids of the sections that a line names, or that a paragraph runs over."""
    return _sections_of_line(text) if len(text) <= 60 else _sections_within(text)


@lru_cache(maxsize=4096)
def _sections_of_line(text: str) -> frozenset[str]:
    number = headings.numeral(text)
    bound = headings.match(text)
    fixed = number is not None and number.scheme in ("cn", "part") and bound.strength in ("exact", "close")
    if bound.id and (fixed or headings.bare(text) in headings.prescribed_wordings()):
        return frozenset((bound.id,))
    return _sections_within(text)


def _sections_within(text: str) -> frozenset[str]:
    found = (headings.match(title).id for _, _, title in headings.inline(text))
    return frozenset(name for name in found if name)


def is_form(grid: Grid) -> bool:
    """True when a table carries at least two marks of a statutory form."""
    cells = (cell.text.replace(" ", "") for row in grid.rows for cell in row)
    marks = {word for text in cells if len(text) < 80 for word in FORM_WORDS if word in text}
    return len(marks) >= 2 or (len(marks) == 1 and len(grid.rows) >= 3)


@dataclass(frozen=True, slots=True)
class Signs:
    """What makes a part of a page a report: canonical ids of the sections that its lines name, the words of statutory
    forms that its tables print, and the elements that hold both."""

    sections: frozenset[str]
    forms: frozenset[str]
    anchors: tuple[Element, ...]

    @property
    def count(self) -> int:
        """Different sections, and one for tables."""
        return len(self.sections) + bool(self.forms)


def signs(root: Element) -> Signs:
    """The section headings and statutory tables below an element; link text names other pages and never counts."""
    anchors: list[Element] = []
    named: set[str] = set()
    forms: set[str] = set()
    left = _MOST_LINES
    walker = etree.iterwalk(root, events=("start",), tag=(*_LINE_TAGS, "table", "a"))
    for _, element in islice(walker, MOST_ELEMENTS):
        if element.tag == "a":
            walker.skip_subtree()
        elif element.tag == "table":
            left -= 1
            if words := _form_words(element):
                anchors.append(element)
                forms |= words
                walker.skip_subtree()
        elif _may_name(element):
            ids = sections_of(_own_line(element))
            if ids and not _in_link(element):
                named |= ids
                anchors.append(element)
            left -= 1
        if left == 0:
            break
    return Signs(frozenset(named), frozenset(forms), tuple(anchors))


_LINE_TAGS = frozenset(
    [
        "p",
        "div",
        "td",
        "th",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "span",
        "strong",
        "b",
        "font",
        "section",
        "pre",
        "center",
        "dt",
        "dd",
    ]
)


_MOST_LINES = 5_000
"""Tables, and lines that begin as headings do, that are looked at; no report has a tenth of them."""
MOST_ELEMENTS = 60_000
"""Elements of a page that are looked at; the longest report as a word processor writes it has some 20,000."""


def _may_name(element: Element) -> bool:
    """Whether the own line of an element may be a heading; most elements are passed over by their first character."""
    own = (element.text or "").lstrip()
    if not own and not len(element):
        return False
    return len(own) > 60 or (own[:1] or _first_inside(element)) in _first_characters()


def _first_inside(element: Element) -> str:
    """The first character of the text in the children of an element."""
    node = element
    while len(node):
        node = node[0]
        if text := (node.text or "").lstrip():
            return text[0]
    pieces = cast(Iterator[str], islice(element.itertext(), 6))
    return next((text.lstrip()[0] for text in pieces if text.strip()), "")


@cache
def _first_characters() -> frozenset[str]:
    return frozenset("一二三四五六七八九十第") | {wording[0] for wording in headings.prescribed_wordings()}


def _own_line(element: Element) -> str:
    """The line an element holds itself: short text of a leaf-like element, or its own running text."""
    own = (element.text or "").strip()
    if len(own) > 60:
        return tree.squeeze(own[:20_000])
    parts = [element.text or ""]
    size = len(parts[0])
    for at, child in enumerate(element.iterdescendants()):
        if at > 40 or size > 4000 or child.tag in ("p", "div", "table", "br", "tr", "td", "ul", "li"):
            break
        if isinstance(child.tag, str) and child.tag not in tree.SKIPPED:
            parts.append(child.text or "")
        parts.append(child.tail or "")
        size += len(parts[-1])
    return tree.squeeze("".join(parts))


def _in_link(element: Element) -> bool:
    """True when the line of an element is link text: a menu that lists the sections of a page below it."""
    if next(element.iter("a"), None) is not None and (element.tag == "li" or len(element) <= 3):
        return True
    return any(parent.tag == "a" for _, parent in zip(range(6), element.iterancestors(), strict=False))


def _form_words(table: Element) -> set[str]:
    """Words of a statutory form in a table that is one, none in a layout table around others."""
    if next(table.iterdescendants("table"), None) is not None:
        return set()
    text = "".join(tree.text_of(table)[:6000].split())
    words = {word for word in FORM_WORDS if word in text}
    return words if len(words) >= 2 or "第二十条第" in words else set()
