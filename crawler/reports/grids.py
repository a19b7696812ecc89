"""Grids: tables of a page as they stand there, before anyone knows what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class GridCell(NamedTuple):
    """One anchor cell of a table (a named tuple: pages have hundreds, and a frozen dataclass takes thrice as long).

    Attributes:
        text: cell text, blanks collapsed, ends stripped; "" if empty.
        row, col: anchor in the span-expanded grid (0-based).
        rowspan, colspan: clipped to sane sizes.
        header: the cell is a `th`.
        image: the cell holds only an image; `text` is then what the image says in words (its alt text), if anything.
        line: line of the source where it begins (1-based), 0 if unknown.
    """

    text: str
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    image: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """One table in document order.

    Attributes:
        rows: rows of ANCHOR cells in source order (a spanned cell stands once, in its first row).
        index: number of the table in the document.
        kind: `html`, `pipe` (`|`-rows), `tabs`, `lines` (one cell per line: each row holds ONE cell) or `pre`.
        caption: heading or text line standing right before it.
    """

    rows: tuple[tuple[GridCell, ...], ...]
    index: int = 0
    kind: str = "html"
    caption: str = ""
