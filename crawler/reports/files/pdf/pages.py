"""Pages -> paragraphs and tables in reading order, page by page put together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler.reports.files.model import Paragraph, Part, Picture
from crawler.reports.files.pdf import aligned, lattice, lines, ruled
from crawler.reports.files.pdf.lines import Line
from crawler.reports.files.pdf.objects import Box, Glyph, Sheet
from crawler.reports.files.pdf.ruled import Ruled

_PAGE_NUMBER = re.compile(
    r"^[\s\-－—–―·•.第]*(?:\d{1,3}|[ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹivxIVX]{1,5})[\s\-－—–―·•.页]*(?:[/／共,，\s]*\d{1,3}[\s页]*)?[\s\-－—–―]*$"
)
_EDGE = 0.115
"""Share of a page's height that headers and footers stand in, above and below."""
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}\s?[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}\s?[.．、](?!\d))"
)
_ENDS = re.compile(r"[。！!？?；;：:]$")


Item = Line | Ruled | aligned.Aligned | Picture


@dataclass(slots=True)
class Read:
    """One page in reading order: lines, tables and pictures, each with its upper edge."""

    sheet: Sheet
    items: list[Item] = field(default_factory=list)


def parts(sheets: Sequence[Sheet]) -> list[Part]:
    """All pages as paragraphs, tables and pictures."""
    pages = [_page(sheet) for sheet in sheets]
    _drop_edges(pages)
    _place_text_tables(pages)
    return _assembled(pages)


# ------------------------------------------------------------------ one page


def _page(sheet: Sheet) -> Read:
    found = list(lines.runs(_on_page(sheet)))
    tables: list[Ruled] = []
    # The smallest first: a frame around the page would else take the text of the tables inside it.
    for one in sorted(lattice.find(sheet.across, sheet.down), key=lambda one: _size(one.box)):
        filled, rest = ruled.fill(one, found)
        if _is_table(filled, sheet):
            tables.append(filled)
            found = rest
    loose = lines.lines(glyph for run in found for glyph in run.glyphs)
    items: list[Line | Ruled] = [*loose, *tables]
    marked: list[tuple[float, Item]] = [(one.box.y0, one) for one in items]
    marked += [(box.y0, Picture(f"page-{sheet.number + 1}-{n}")) for n, box in _large(sheet, tables)]
    read = Read(sheet)
    read.items = [item for _, item in sorted(marked, key=lambda pair: pair[0])]
    return read


def _on_page(sheet: Sheet) -> Iterator[Glyph]:
    """Characters that the page shows; what lies beside it is cropped by every viewer."""
    for glyph in sheet.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        if -2 <= x <= sheet.width + 2 and -2 <= y <= sheet.height + 2:
            yield glyph


def _is_table(found: Ruled, sheet: Sheet) -> bool:
    """A table has two columns with text at least. One box may only be the rest of a table, cut by the page's end."""
    filled = [piece for piece in found.pieces if piece.text]
    if not filled:
        return False
    if len(filled) >= 2 and not found.lone:
        return True
    short = all(len(piece.text) <= 60 and piece.text.count("\n") <= 2 for piece in filled)
    edge = found.box.y0 < 0.2 * sheet.height or found.box.y1 > 0.8 * sheet.height
    return short and edge and len(filled) <= 3 and (found.rows <= 3)


def _size(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _large(sheet: Sheet, tables: Iterable[Ruled]) -> list[tuple[int, Box]]:
    """Pictures that may hold a table or a page; stamps, logos and seals are smaller or stand on text."""
    boxes = [one for one in sheet.pictures if one.x1 - one.x0 > 0.35 * sheet.width and one.y1 - one.y0 > 60]
    taken = list(tables)
    return [
        (n, box)
        for n, box in enumerate(boxes[:20], start=1)
        if not any(table.box.y0 < box.y1 and box.y0 < table.box.y1 for table in taken)
    ]


# ------------------------------------------------------------------ headers, footers, page numbers


def _drop_edges(pages: Sequence[Read]) -> None:
    """Take page numbers, running headers and footers off the pages."""
    seen = Counter(_key(line) for page in pages for line in {_key(one): one for one in _edge_lines(page)}.values())
    often = max(2, (len(pages) + 1) // 2)
    for page in pages:
        drop = [
            line
            for line in _edge_lines(page)
            if _PAGE_NUMBER.match(line.text) or (len(pages) > 2 and seen[_key(line)] >= often)
        ]
        page.items = [item for item in page.items if not any(item is line for line in drop)]


def _edge_lines(page: Read) -> list[Line]:
    high = page.sheet.height
    return [
        one
        for one in page.items
        if isinstance(one, Line) and (one.box.y1 < _EDGE * high or one.box.y0 > (1 - _EDGE) * high)
    ]


def _key(line: Line) -> str:
    """A line without its numbers and with its place, so that equal headers of several pages are one."""
    return f"{re.sub(r'[0-9]+', '#', line.text)}@{round(line.box.y0 / 12)}"


# ------------------------------------------------------------------ tables without lines


def _place_text_tables(pages: Sequence[Read]) -> None:
    for page in pages:
        page.items = list(_with_aligned(page))


def _with_aligned(page: Read) -> Iterator[Item]:
    pending: list[Line] = []
    for item in (*page.items, None):
        if isinstance(item, Line):
            pending.append(item)
            continue
        yield from aligned.group(pending, page.sheet.across)
        pending = []
        if item is not None:
            yield item


# ------------------------------------------------------------------ putting pages together


@dataclass(slots=True)
class _Margins:
    """Where running text begins and ends on the pages."""

    left: float
    right: float


def _margins(pages: Sequence[Read]) -> _Margins:
    """From the lines of prose: the right edge that most long lines reach, the left edge where most begin."""
    boxes = [one.box for page in pages for one in page.items if isinstance(one, Line)]
    widest = max((box.x1 - box.x0 for box in boxes), default=0.0)
    long = [box for box in boxes if box.x1 - box.x0 > 0.7 * widest]
    if not long:
        return _Margins(0.0, 1e9)
    rights = sorted(box.x1 for box in long)
    left = Counter(round(box.x0 / 3) for box in long).most_common()
    most = left[0][1]
    return _Margins(min(at for at, n in left if n * 3 >= most) * 3.0, rights[(len(rights) * 2) // 3])


class _Assembly:
    """Gathers the items of all pages; paragraphs and tables stay open until something else begins."""

    def __init__(self, margins: _Margins) -> None:
        self.parts: list[Part] = []
        self._margins = margins
        self._text = ""
        self._last: Line | None = None
        self._table: Ruled | None = None

    def take(self, item: Item, *, top: bool) -> None:
        """The next item; `top` for the first of its page."""
        if isinstance(item, Line):
            self._line(item)
        elif isinstance(item, Ruled):
            self._ruled(item, top=top)
        else:
            self.close()
            self.parts.append(item if isinstance(item, Picture) else item.table)

    def close(self) -> None:
        """End what is open."""
        if self._text:
            self.parts.append(Paragraph(self._text))
        self._text, self._last = "", None
        if self._table is not None:
            self._emit(self._table)
        self._table = None

    def _line(self, line: Line) -> None:
        if self._table is None and self._last and self._text and _goes_on(self._last, line, self._text, self._margins):
            self._text = lines.joined(self._text, line.text)
        else:
            self.close()
            self._text = line.text
        self._last = line

    def _ruled(self, item: Ruled, *, top: bool) -> None:
        if self._table is not None and top and ruled.continues(self._table, item):
            self._table = ruled.join(self._table, item)
            return
        self.close()
        self._table = item

    def _emit(self, table: Ruled) -> None:
        if not table.lone:
            self.parts.append(ruled.table(table))
            return
        for piece in sorted(table.pieces, key=lambda one: one.top):
            self.parts.extend(Paragraph(line) for line in piece.text.split("\n") if line)


def _assembled(pages: Sequence[Read]) -> list[Part]:
    assembly = _Assembly(_margins(pages))
    for page in pages:
        for n, item in enumerate(page.items):
            assembly.take(item, top=n == 0)
    assembly.close()
    return assembly.parts


def _goes_on(above: Line, below: Line, text: str, margins: _Margins) -> bool:
    """True when a line is the rest of the paragraph that the line above it began."""
    size = max(above.size, below.size)
    if abs(above.size - below.size) > 0.15 * size:
        return False
    full = above.box.x1 >= margins.right - 2.1 * size
    indented = below.box.x0 >= margins.left + 1.2 * size
    if not full or indented:
        return False
    return not (_ENDS.search(text) and _NUMBERED.match(below.text))
