"""Lattices with their text: tables of one page, and tables that run over several pages put together again.

Where a page ends inside a table, the table goes on without its header, or the header is printed once more, or a row
or a label that spans rows is cut in two (（四）无 / 法提供). Labels that a form knows decide what belongs together;
nothing is joined where both parts hold values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from crawler.reports import formats
from crawler.reports.binding.labels import fold, labels_of
from crawler.reports.files.model import Table, TableCell
from crawler.reports.files.pdf import lines
from crawler.reports.files.pdf.lattice import Area, Lattice, locate
from crawler.reports.files.pdf.lines import Run
from crawler.reports.files.pdf.objects import Box, Glyph
from crawler.reports.textgrids import is_value

_NEAR = 5.0
_MARK = ("0123456789", "一二三四五六七八九十", "(（")


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell: rows `top` to `bottom` and columns `left` to `right` (both ends exclusive), and its text."""

    top: int
    left: int
    bottom: int
    right: int
    text: str


@dataclass(slots=True)
class Ruled:
    """A table: places of its column edges, number of rows, cells, and the box on the page where it ends."""

    xs: list[float]
    rows: int
    pieces: list[Piece]
    box: Box
    pages: int = field(default=1)

    @property
    def lone(self) -> bool:
        """One column of boxes: a frame around text, unless it continues a table."""
        return len(self.xs) <= 2


def fill(lattice: Lattice, found: Iterable[Run]) -> tuple[Ruled, list[Run]]:
    """The lattice with the runs of text that stand in it, and the runs that do not."""
    owner = {
        (r, c): area
        for area in lattice.areas
        for r in range(area.top, area.bottom)
        for c in range(area.left, area.right)
    }
    inside: dict[Area, list[Glyph]] = {}
    outside: list[Run] = []
    for run in found:
        for part in _parts(run, lattice, owner):
            box = part.box
            place = locate(lattice, (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
            area = owner.get(place) if place else None
            if area is None:
                outside.append(part)
            else:
                inside.setdefault(area, []).extend(part.glyphs)
    pieces = [
        Piece(one.top, one.left, one.bottom, one.right, _cell_text(inside.get(one, []), one.box))
        for one in lattice.areas
    ]
    return _tight(Ruled(list(lattice.xs), len(lattice.ys) - 1, pieces, lattice.box)), outside


def _parts(run: Run, lattice: Lattice, owner: dict[tuple[int, int], Area]) -> list[Run]:
    """A run as it is, or cut at the borders of cells: text may be drawn on over a border, a number never is.

    A number that is wider than its column spills over both borders; cut there, it would become two numbers.
    """
    if len(run.glyphs) == 1 or is_value(run.text):
        return [run]
    parts: list[Run] = []
    last: Area | None = None
    for glyph in run.glyphs:
        place = locate(lattice, (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2)
        area = owner.get(place) if place else None
        if parts and area is last:
            parts[-1].glyphs.append(glyph)
        else:
            parts.append(Run([glyph]))
        last = area
    return parts


def _cell_text(glyphs: Sequence[Glyph], box: Box) -> str:
    """Text of one cell; a number broken because its column is narrow is whole again."""
    if not glyphs:
        return ""
    found = lines.lines(glyphs)
    if sum(1 if glyph.turn == 1 else -1 for glyph in glyphs) > 0:
        found.reverse()  # turned text that runs upwards
    out = found[0].text
    for above, below in pairwise(found):
        full = above.box.x1 - box.x0 + 0.9 * above.size > box.x1 - box.x0 - (above.box.x0 - box.x0)
        broken = out[-1:].isdigit() and below.text[:1].isdigit() and full and is_value(below.text)
        out += below.text if broken else f"\n{below.text}"
    return out


def _tight(table: Ruled) -> Ruled:
    """The table without rows in which no cell begins: a stray line, which would shift all spans."""
    starts = sorted({piece.top for piece in table.pieces})
    number = {start: n for n, start in enumerate(starts)}

    def row(at: int) -> int:
        return number[at] if at in number else sum(1 for start in starts if start < at)

    table.pieces = [replace(piece, top=row(piece.top), bottom=row(piece.bottom)) for piece in table.pieces]
    table.rows = len(starts)
    return table


# ------------------------------------------------------------------ over pages


def continues(above: Ruled, below: Ruled) -> bool:
    """True when the second table may be the first one's continuation: it stands between the same side borders."""
    return abs(above.xs[0] - below.xs[0]) <= _NEAR and abs(above.xs[-1] - below.xs[-1]) <= _NEAR


def join(above: Ruled, below: Ruled) -> Ruled:
    """The two parts of a table that a page break cut, as one."""
    xs = _merged(above.xs, below.xs)
    first = _placed(above, xs, 0)
    second = _placed(_without_header(above, below), xs, above.rows)
    first, second = _mended(first, second, above.rows)
    rows = max((piece.bottom for piece in (*first, *second)), default=0)
    return _tight(Ruled(xs, rows, [*first, *second], below.box, above.pages + 1))


def _merged(left: Sequence[float], right: Sequence[float]) -> list[float]:
    xs = list(left)
    xs += [x for x in right if all(abs(x - other) > _NEAR for other in left)]
    return sorted(xs)


def _placed(table: Ruled, xs: Sequence[float], down: int) -> list[Piece]:
    """The cells with columns of other edges, moved down."""
    at = [min(range(len(xs)), key=lambda n: abs(xs[n] - x)) for x in table.xs]
    return [Piece(one.top + down, at[one.left], one.bottom + down, at[one.right], one.text) for one in table.pieces]


def _without_header(above: Ruled, below: Ruled) -> Ruled:
    """The lower part without header rows that its page prints once more."""
    same = 0
    while same < min(above.rows, below.rows) and _row(above, same) == _row(below, same) and any(_row(above, same)):
        same += 1
    # A header ends where no cell reaches on; rows of values that happen to be equal are no header.
    while same and (_cuts(below, same) or any(is_value(text) for n in range(same) for text in _row(below, n))):
        same -= 1
    if not same:
        return below
    kept = [replace(one, top=one.top - same, bottom=one.bottom - same) for one in below.pieces if one.top >= same]
    return Ruled(below.xs, below.rows - same, kept, below.box)


def _row(table: Ruled, number: int) -> list[str]:
    return ["".join(one.text.split()) for one in sorted(table.pieces, key=lambda p: p.left) if one.top == number]


def _cuts(table: Ruled, row: int) -> bool:
    return any(one.top < row < one.bottom for one in table.pieces)


def _mended(first: list[Piece], second: list[Piece], seam: int) -> tuple[list[Piece], list[Piece]]:
    """Cells of the two parts with what the page break cut put together."""
    upper = {(one.left, one.right): one for one in first if one.bottom == seam}
    lower = [one for one in second if one.top == seam]
    pairs = [(upper[(one.left, one.right)], one) for one in lower if (one.left, one.right) in upper]
    if len(pairs) == len(lower) == len(upper) and _is_one_row(pairs):
        return _one_row(first, second, pairs)
    for above, below in pairs:
        if _is_one_label(above, below, lower):
            whole = replace(above, bottom=below.bottom, text=_glued(above.text, below.text))
            first = [whole if one is above else one for one in first]
            second = [one for one in second if one is not below]
    return first, second


def _one_row(
    first: list[Piece], second: list[Piece], pairs: Sequence[tuple[Piece, Piece]]
) -> tuple[list[Piece], list[Piece]]:
    whole = {
        id(above): replace(above, bottom=max(below.bottom - 1, above.bottom), text=_glued(above.text, below.text))
        for above, below in pairs
    }
    gone = {id(below) for _, below in pairs}
    moved = [replace(one, top=one.top - 1, bottom=one.bottom - 1) for one in second if id(one) not in gone]
    return [whole.get(id(one), one) for one in first], moved


def _is_one_row(pairs: Sequence[tuple[Piece, Piece]]) -> bool:
    """True when the last row above and the first below are halves of one row."""
    labels = [(a, b) for a, b in pairs if not (is_value(a.text) or is_value(b.text)) and (a.text or b.text)]
    if any(a.text and b.text for a, b in pairs if is_value(a.text) or is_value(b.text)):
        return False
    if not any(b.text for _, b in pairs):
        return all(a.text for a, _ in labels) and bool(labels)
    if not labels:
        return False
    above, below = labels[-1]
    if not above.text:
        return False  # a label that begins below is a row of its own
    if not below.text:
        return not any(is_value(a.text) for a, _ in pairs)
    if is_known(below.text) and not is_known(_glued(above.text, below.text)):
        return False
    return is_known(_glued(above.text, below.text)) or (
        not is_marked(below.text) and (is_marked(above.text) or not is_known(above.text))
    )


def _is_one_label(above: Piece, below: Piece, lower: Sequence[Piece]) -> bool:
    """True for a label that spans rows and is cut: its rest stands below, left of the label of the next row."""
    if not above.text or not below.text or is_value(above.text) or is_value(below.text):
        return False
    right = [one for one in lower if one.left >= below.right and one.text and not is_value(one.text)]
    if is_known(_glued(above.text, below.text)):
        return not is_known(below.text)
    return bool(right) and not is_marked(below.text) and not is_known(below.text)


def _glued(above: str, below: str) -> str:
    return f"{above}\n{below}" if above and below else above or below


def is_known(text: str) -> bool:
    """True for the wording of a statutory form."""
    return bool(text) and fold("".join(text.split())) in labels_of(tuple(formats.load().values()))


def is_marked(text: str) -> bool:
    """True for a label that begins with its number: 1. （一） 三、"""
    bare = text.lstrip()[:5]
    if bare[:1] in _MARK[2]:
        return bare[1:2] in _MARK[1]
    digits = bare.lstrip(_MARK[0] + _MARK[1])
    return digits != bare and digits[:1] in ".．、，,"


# ------------------------------------------------------------------ result


def _widened(pieces: Sequence[Piece]) -> list[Piece]:
    """The cells with a label drawn over the blank box beside it, where a single row is all that it names.

    The form of 2019 prints （六）其他处理 over two columns; many draw both boxes all the same. A label of several rows
    spans them or has blank boxes below it; with another label right below, the blank box is no lost label.
    """
    at = {(one.top, one.left): one for one in pieces}
    out: dict[Piece, Piece | None] = {}
    for one in pieces:
        beside, below = at.get((one.top, one.right)), at.get((one.bottom, one.left))
        if beside is None or below is None or beside.text or one.bottom - one.top > 1 or beside.bottom != one.bottom:
            continue
        label = any(p.left == beside.left and p.text and not is_value(p.text) for p in pieces)
        if label and is_marked(one.text) and is_marked(below.text) and is_known(one.text):
            out[one], out[beside] = replace(one, right=beside.right), None
    return [kept for one in pieces if (kept := out.get(one, one)) is not None]


def table(ruled: Ruled) -> Table:
    """The table as rows of anchor cells."""
    rows: list[list[Piece]] = [[] for _ in range(ruled.rows)]
    for piece in _widened(ruled.pieces):
        rows[piece.top].append(piece)
    return Table(
        tuple(
            tuple(
                TableCell(one.text, one.bottom - one.top, one.right - one.left)
                for one in sorted(row, key=lambda piece: piece.left)
            )
            for row in rows
        )
    )
