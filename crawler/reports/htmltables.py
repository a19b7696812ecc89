"""HTML tables -> grids: spans expanded and clipped, layout tables told apart from data tables.

Agencies put whole articles into one-cell tables, whole reports into one table (section headings and long paragraphs as
full-width rows between the rows of statutory tables), and tables into cells. `split` takes all of these apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from crawler.reports.grids import Grid, GridCell
from crawler.reports.tree import SKIPPED, Element, line_of, squeeze, text_of

MAX_COLS = 100
"""Columns of one table: T4, the widest statutory table, has 15; `colspan=100000` is a page's mistake or malice."""
MAX_ROWS = 2000
"""Rows of one table; the longest statutory form has about 80."""
_LONG = 120
_CELL_CHARS = 20_000
_SENTENCE = re.compile(r"[。；;！!]")
_TOP_HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}\s?[、.．]\s?\S{2,40}$")


@dataclass(slots=True)
class _Row:
    cells: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def split(table: Element) -> Iterator[Grid | Element]:
    """What a `<table>` consists of, in order: grids, and cells that hold text to be walked like any other part of a
    page.

    The table element itself comes back, alone, when all of it is layout.
    """
    nested = next(table.iterdescendants("table"), None) is not None
    rows = _rows(table, roughly=nested)
    filled = [text for row in rows for text in row.texts if text]
    if not rows or len(filled) <= 1 or (nested and not _has_form(rows)):
        yield table
        return
    if nested:
        rows = _rows(table)
    pending: list[_Row] = []
    for row in rows:
        prose = _prose_cell(row)
        if prose is None:
            pending.append(row)
            continue
        yield from _grid(pending)
        pending = []
        yield prose
    yield from _grid(pending)


def _grid(rows: list[_Row]) -> Iterator[Grid | Element]:
    """The rows as one grid, or their cells when nothing there is tabular."""
    filled = [row for row in rows if any(row.texts) or any(_has_image(cell) for cell in row.cells)]
    if not filled:
        return
    if all(len(row.cells) <= 1 for row in filled) and len(filled) < 3:
        yield from (cell for row in filled for cell in row.cells)
        return
    yield Grid(rows=_place(rows[:MAX_ROWS]))


_FORM_WORDS = ("第二十条第", "信息内容", "申请人情况", "本列数据的勾稽关系", "结果维持", "统计指标", "本年新收")


def _has_form(rows: list[_Row]) -> bool:
    """True when the table's own rows (not those of a table inside it) form a statutory table: several short marked
    cells."""
    marked = sum(1 for row in rows for text in row.texts if len(text) < _LONG and any(w in text for w in _FORM_WORDS))
    return marked >= 2


def _prose_cell(row: _Row) -> Element | None:
    """The only filled cell of a row when it holds prose or a section heading instead of a label or a number."""
    filled = [n for n, text in enumerate(row.texts) if text]
    if len(filled) != 1:
        return None
    text = row.texts[filled[0]]
    if (len(text) > _LONG and _SENTENCE.search(text)) or (len(row.cells) == 1 and _TOP_HEADING.match(text)):
        return row.cells[filled[0]]
    return None


def _rows(table: Element, *, roughly: bool = False) -> list[_Row]:
    """The table's own rows with their cells and texts.

    `roughly`: long texts may lack their line breaks, which a table that only lays out others need not be read for.
    """
    rows: list[_Row] = []
    for node in _own(table):
        if node.tag == "tr":
            rows.append(_Row())
            continue
        if not rows:
            rows.append(_Row())
        row = rows[-1]
        if len(row.cells) > MAX_COLS:
            continue
        row.cells.append(node)
        rough = squeeze(text_of(node)[:_CELL_CHARS]) if roughly else ""
        row.texts.append(rough if rough and len(rough) - rough.count(" ") >= _LONG else _text(node))
    return [row for row in rows if row.cells]


_ROWS = frozenset(("tr", "tbody", "thead", "tfoot", "table"))


def _in_cell(node: Element, table: Element) -> bool:
    """Whether an element stands in a cell of the table."""
    for parent in node.iterancestors():
        if parent is table:
            return False
        if parent.tag in ("td", "th"):
            return True
    return False


def _own(table: Element) -> Iterator[Element]:
    """Rows and cells of a table, without what stands in its cells."""
    if next(table.iterdescendants("table"), None) is None:
        for node in table.iter("tr", "td", "th"):
            parent = node.getparent()
            if parent is None or parent.tag in _ROWS or not _in_cell(node, table):
                yield node
        return
    walker = etree.iterwalk(table, events=("start",), tag=("tr", "td", "th", "table"))
    for _, node in walker:
        if node is table:
            continue
        if node.tag != "tr":
            walker.skip_subtree()
        if node.tag != "table":
            yield node


def _text(node: Element) -> str:
    alone = _only_text(node)
    return squeeze((raw_text(node) if alone is None else alone)[:_CELL_CHARS])


def _place(rows: list[_Row]) -> tuple[tuple[GridCell, ...], ...]:
    """Anchor cells with their places in the span-expanded grid."""
    busy: dict[int, int] = {}  # column -> rows that a cell above still covers
    placed: list[tuple[GridCell, ...]] = []
    for number, row in enumerate(rows):
        cells: list[GridCell] = []
        taken: dict[int, int] = {}
        col = 0
        for node, text in zip(row.cells, row.texts, strict=True):
            while col in busy:
                col += 1
            if col >= MAX_COLS:
                break
            colspan, rowspan = _spans(node, MAX_COLS - col, len(rows) - number)
            image = not text and len(node) > 0 and _has_image(node)
            text = _alt(node) if image else text
            header = node.tag == "th"
            cells.append(GridCell(text, number, col, rowspan, colspan, header, image, line_of(node)))
            if rowspan > 1 or busy:  # a row without spans above or below it, the most frequent, keeps no account
                taken.update((at, rowspan) for at in range(col, col + colspan))
            col += colspan
        busy = {at: left - 1 for at, left in (busy | taken).items() if left > 1} if busy or taken else busy
        placed.append(tuple(cells))
    return tuple(placed)


_LONGEST_ALT = 120


def _alt(node: Element) -> str:
    """What the pictures of a cell say in words: labels may be pictures. Names of files say nothing."""
    said = squeeze("".join(image.get("alt") or "" for image in node.iter("img"))[: _LONGEST_ALT + 1])
    return said if len(said) <= _LONGEST_ALT and not said.isascii() else ""


def _has_image(node: Element) -> bool:
    return next(node.iter("img"), None) is not None


def _spans(node: Element, columns: int, rows: int) -> tuple[int, int]:
    """Columns and rows that a cell covers, at most so many.

    `rowspan=0` means to the end of the table (HTML standard), never beyond it.
    """
    wide, high = node.get("colspan"), node.get("rowspan")
    colspan = 1 if wide is None else min(_span(wide), columns)
    if high is None:
        return colspan, 1
    to_the_end = "0" in high and not high.strip().strip("0")
    return colspan, max(1, rows) if to_the_end else min(_span(high), max(1, rows))


_LEADING = re.compile(r"\s*\+?(\d{1,9})")


def _span(written: str) -> int:
    """A span attribute as browsers read it: leading digits, at least 1."""
    found = _LEADING.match(written)
    return max(1, int(found.group(1))) if found else 1


def _only_text(node: Element) -> str | None:
    """The only text in a cell whose elements wrap one another (`<td><p><span>12</span><o:p/></p></td>`), else None."""
    while inside := len(node):
        if node.text and node.text.strip():
            return None
        inner: Element | None = None
        for child in node if inside > 1 else (node[0],):
            if child.tail and child.tail.strip():
                return None
            if len(child) or (child.text and child.text.strip()):
                if inner is not None or child.tag in SKIPPED:
                    return None
                inner = child
        if inner is None:
            return ""
        node = inner
    return node.text or ""


def raw_text(node: Element) -> str:
    """Text below an element; `<br>` and block ends leave a line break.

    `squeeze` joins Chinese over it (商业<br>企业 is one label) and keeps it as a blank between digits, which must not
    grow together unseen (12<br>34).
    """
    parts: list[str] = []
    _gather(node, parts)
    return "".join(parts)


_BREAKING = frozenset(("p", "div", "li", "tr", "td", "th"))


def _gather(node: Element, parts: list[str]) -> None:
    """Pieces of text below an element. The parser bounds the depth of a tree at 256, far below Python's own bound."""
    tag = node.tag
    if isinstance(tag, str) and tag not in SKIPPED:
        if node.text:
            parts.append(node.text)
        if tag == "br":
            parts.append("\n ")
        for inner in node:
            _gather(inner, parts)
            if inner.tail:
                parts.append(inner.tail)
    if tag in _BREAKING:
        parts.append("\n ")
