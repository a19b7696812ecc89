"""Small means of making grids for tests: from HTML (spans expanded), from `|`-rows, from one cell per line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import html

from crawler.reports.grids import Grid, GridCell

Spanned = tuple[str, int, int]
"""text, rowspan, colspan"""


def place(rows: Iterable[Sequence[Spanned]], index: int = 0, kind: str = "html", caption: str = "") -> Grid:
    """Anchor cells with the grid columns that spans above push them to."""
    taken: set[tuple[int, int]] = set()
    placed: list[tuple[GridCell, ...]] = []
    for r, row in enumerate(rows):
        cells: list[GridCell] = []
        c = 0
        for text, rowspan, colspan in row:
            while (r, c) in taken:
                c += 1
            cells.append(GridCell(text, r, c, rowspan, colspan))
            if rowspan > 1:
                taken.update((r + down, c + right) for down in range(1, rowspan) for right in range(colspan))
            c += colspan
        placed.append(tuple(cells))
    return Grid(tuple(placed), index, kind, caption)


def plain_rows(rows: Iterable[Sequence[str]], index: int = 0, kind: str = "pipe") -> Grid:
    """Rows without spans."""
    return place(([(text, 1, 1) for text in row] for row in rows), index, kind)


def lines(texts: Iterable[str], index: int = 0) -> Grid:
    """One cell per line."""
    return plain_rows([[text] for text in texts], index, "lines")


def from_html(source: str) -> list[Grid]:
    """Every table of a document, innermost tables only."""
    grids: list[Grid] = []
    for table in html.fromstring(source).iter("table"):
        if not any(True for _ in table.iterdescendants("table")):
            rows = [
                [
                    (
                        " ".join("".join(map(str, td.itertext())).split()),
                        int(td.get("rowspan") or 1),
                        int(td.get("colspan") or 1),
                    )
                    for td in tr
                    if td.tag in ("td", "th")
                ]
                for tr in table.iter("tr")
            ]
            grids.append(place(rows, len(grids)))
    return grids


def as_html(rows: Iterable[Sequence[Spanned]]) -> str:
    """Rows as an HTML table."""
    cells = ("".join(f'<td rowspan="{r}" colspan="{c}">{text}</td>' for text, r, c in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
