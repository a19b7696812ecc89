"""A page as a sequence of blocks in document order: paragraphs, headings, tables (grids), images, attachment links.

Two ways in: `from_html` for a tree (or a part of one), `from_text` for plain text. Both end in the same second pass
(`textgrids.regroup`) that finds tables written as text. Nothing here knows what a statutory table means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import lxml.etree as etree

from crawler.reports import htmltables
from crawler.reports.grids import Grid
from crawler.reports.tree import SKIPPED, Element, line_of, squeeze

BlockKind = Literal["text", "heading", "grid", "image", "link"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page.

    Attributes:
        kind: `text` a paragraph or line, `heading` an h1…h6, `grid` a table, `image`, `link` to a file (attachment).
        text: its text, blanks collapsed (alt text of an image, link text of a link, "" for a grid).
        grid: the table of a `grid` block.
        level: 1…6 for an h1…h6, else 0.
        href: address of an image or a linked file, as written in the page.
        linked: the whole text is link text (navigation, related articles).
        line: line of the source where it begins (1-based), 0 if unknown.
    """

    kind: BlockKind
    text: str = ""
    grid: Grid | None = None
    level: int = 0
    href: str = ""
    linked: bool = False
    line: int = 0


_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_BLOCK_TAGS = frozenset(
    (
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "td",
        "th",
        "tr",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "aside",
        "main",
        "form",
        "fieldset",
        "blockquote",
        "pre",
        "hr",
        "address",
        "figure",
        "figcaption",
        "caption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "body",
        "html",
        "iframe",
        "ucapcontent",
        "ucaptitle",
        "publishtime",
    )
)
_SKIPPED = SKIPPED | {etree.Comment, etree.ProcessingInstruction, etree.Entity}
_SPECIAL = _BLOCK_TAGS | _SKIPPED | {"a", "img", "embed", "object"}
"""Tags that are more than a piece of a line."""
_FILE = re.compile(
    r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|rar|zip|7z|pptx?)(?:$|[?#&])|/downfile\.jsp|download\.jsp|downloadattach", re.I
)
_ICON = re.compile(
    r"icon|logo|/images?/(?:share|print|close|top|qr)|filetype|weixin|weibo|qrcode|ewm|blank\.|space", re.I
)
_SMALL = re.compile(r"^\s*\d{1,2}(?:px)?\s*$")


MAX_BLOCKS = 8_000
"""Lines and tables of one body that are read; the longest reports have about 2,000."""
MAX_TABLES = 2_000
"""Tables among them; a report has three or four, one written in tables throughout some dozen."""
_LONGEST_LINE = 100_000
"""Characters of a line that may be a row of a table; the longest row with all of a form's cells has some hundred."""


def from_html(element: Element) -> list[Block]:
    """The blocks below one element of a page, in document order; reading ends where there are `too_many`."""
    return _Walk().run(element)


def too_many(blocks: Sequence[Block]) -> bool:
    """Whether there are more lines or tables than are read of one body."""
    return len(blocks) > MAX_BLOCKS or sum(1 for block in blocks if block.grid is not None) > MAX_TABLES


def from_text(text: str) -> list[Block]:
    """One text block for each line that is not blank; tables written as text are found by `textgrids.regroup`.

    Reading ends behind `MAX_BLOCKS`.
    """
    lines = enumerate(map(squeeze_line, text.splitlines()), start=1)
    return list(islice((Block("text", line, line=number) for number, line in lines if line), MAX_BLOCKS + 1))


_GAP = re.compile(r"(?<=\S)(?:[ \u00a0]{2,}|[ \u00a0]*\u3000[ \u00a0]*\u3000[ \u00a0\u3000]*)(?=\S)")


def squeeze_line(line: str) -> str:
    """A line of plain text with blanks collapsed; tabs stay, because they separate cells.

    Two and more blanks inside a line align columns: they become a tab. What is no table loses its tabs again in
    `textgrids.regroup`.
    """
    bare = line.strip()
    if len(bare) > _LONGEST_LINE:
        return squeeze(line)
    if "  " in bare or "\u3000" in bare or "\u00a0" in bare:
        line = _GAP.sub("\t", line)
    elif "\t" not in bare:
        return squeeze(line)
    return "\t".join(squeeze(cell) for cell in line.strip("\r\n ").split("\t")).rstrip("\t ")


def number_grids(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each grid numbered in document order and given the line before it as caption."""
    out: list[Block] = []
    before, index = "", 0
    for block in blocks:
        if block.grid is None:
            before = block.text or before
            out.append(block)
            continue
        grid = replace(block.grid, index=index, caption=block.grid.caption or before[:120])
        out.append(replace(block, grid=grid))
        index, before = index + 1, ""
    return out


def grids(blocks: Sequence[Block]) -> list[Grid]:
    """All tables of a block sequence, in document order."""
    return [block.grid for block in blocks if block.grid is not None]


def plain_text(blocks: Sequence[Block]) -> str:
    """The blocks as plain text, one line each; a table's rows as `|`-rows."""
    lines: list[str] = []
    for block in blocks:
        if block.grid is not None:
            lines.extend(" | ".join(cell.text for cell in row) for row in block.grid.rows)
        elif block.kind in ("text", "heading") and block.text:
            lines.append(block.text)
    return "\n".join(lines)


class _Walk:
    """One pass over a tree: text gathers in a line that each block-level tag closes."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._line: list[str] = []
        self._linked = 0
        self._links = 0
        self._level = 0
        self._source = 0
        self._tables = 0

    def run(self, element: Element) -> list[Block]:
        walker = etree.iterwalk(element, events=("start", "end"))
        for event, node in walker:
            special = node.tag in _SPECIAL
            if event == "end":
                if special:
                    self._end(node.tag)
                text = node.tail if node is not element else None
            elif special and self._full():
                break
            elif special and not self._start(node):
                walker.skip_subtree()
                continue
            else:
                text = node.text if node.tag != "table" else None
            if text and (self._line or not text.isspace()):
                self._add(text)
        self._flush()
        return self.blocks

    def _full(self) -> bool:
        return len(self.blocks) > MAX_BLOCKS or self._tables > MAX_TABLES

    def _start(self, node: Element) -> bool:
        """Take in the start of an element that is more than a piece of a line; False when what is below it must not be
        walked."""
        tag = node.tag
        if tag in _SKIPPED:
            return False
        if tag in _BLOCK_TAGS:
            self._flush()
            self._source = line_of(node)
        if tag == "table":
            return self._table(node)
        if tag == "pre":
            self._pre(node)
            return False
        self._level = _HEADINGS.get(tag, self._level)
        self._media(node, tag)
        if tag == "a":
            self._links += 1
        return True

    def _end(self, tag: str) -> None:
        if tag in _BLOCK_TAGS:
            self._flush()
        if tag in _HEADINGS:
            self._level = 0
        if tag == "a":
            self._links -= 1

    def _add(self, text: str) -> None:
        self._line.append(text)
        if self._links > 0:
            self._linked += len(squeeze(text))

    def _flush(self) -> None:
        if not self._line:
            return
        text = squeeze("".join(self._line))
        if text:
            kind: BlockKind = "heading" if self._level else "text"
            linked = self._linked * 10 >= len(text) * 9
            self.blocks.append(Block(kind, text, level=self._level, linked=linked, line=self._source))
        self._line, self._linked = [], 0

    def _table(self, node: Element) -> bool:
        """Emit a data table; False when nothing of it is left to walk."""
        for part in htmltables.split(node):
            if isinstance(part, Grid):
                self.blocks.append(Block("grid", grid=part))
                self._tables += 1
            elif part is node:
                return True
            else:
                self._flush()
                self.blocks.extend(_Walk().run(part))
        return False

    def _pre(self, node: Element) -> None:
        for number, line in enumerate(htmltables.raw_text(node).splitlines(), start=line_of(node)):
            if squeeze(line):
                self.blocks.append(Block("text", squeeze_line(line), line=number))

    def _media(self, node: Element, tag: str) -> None:
        if tag == "img":
            source = node.get("src") or node.get("orisrc") or node.get("data-src") or ""
            if source and not _is_icon(node, source):
                self._flush()
                self.blocks.append(Block("image", squeeze(node.get("alt") or ""), href=source.strip()[:2000]))
        elif tag in ("iframe", "embed", "object"):
            source = node.get("src") or node.get("data") or ""
            if _FILE.search(source):
                self.blocks.append(Block("link", "", href=source.strip()[:2000]))
        elif tag == "a":
            href = node.get("href") or ""
            if _FILE.search(href):
                text = squeeze(htmltables.raw_text(node)) or squeeze(node.get("title") or "")
                self.blocks.append(Block("link", text, href=href.strip()[:2000]))


def _is_icon(node: Element, source: str) -> bool:
    if any(_SMALL.match(node.get(side) or "") for side in ("width", "height")):
        return True
    return _ICON.search(source) is not None


def texts(blocks: Sequence[Block]) -> Iterator[str]:
    """Text of all paragraphs and headings, tables left out."""
    return (block.text for block in blocks if block.kind in ("text", "heading") and block.text)
