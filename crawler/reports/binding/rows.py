"""Logical rows: the cells of a grid with what each of them is, a value, a blank or a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from crawler.reports.binding.labels import LabelIndex, Match, Role
from crawler.reports.formats import shared
from crawler.reports.grids import Grid, GridCell
from crawler.reports.numbers import LONGEST, read_cell

WIDEST = 200
"""No statutory row has more cells; what stands beyond is not read (and said so)."""
LONGEST_GRID = 5000
"""No statutory table has more rows, nor one page's tables together; what stands beyond is not read (and said so)."""

TALLEST_HEADER = 12
"""No header has more rows; of more (a page made to hold us up) only the last are looked at."""

_VALUE_KINDS = frozenset({"number", "zero", "none_word", "not_applicable", "not_counted", "damaged"})


@lru_cache(maxsize=65536)
def value_like(text: str) -> bool:
    """Whether a text is what stands in a value cell: a number or a word for none. A blank is not."""
    return bool(text) and len(text) <= LONGEST and read_cell(text, signed=True).kind in _VALUE_KINDS


class Tok(NamedTuple):
    """One cell of a logical row: what the grid's cell has, then what it is.

    `value`: it holds a value (or a picture); `match`: what label it is. `anchor` is the grid column of the cell that
    this one is a part of (a cell over several columns, taken apart).
    """

    text: str
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    image: bool = False
    line: int = 0
    value: bool = False
    match: Match | None = None
    anchor: int | None = None

    @property
    def blank(self) -> bool:
        """Nothing stands here."""
        return not self.text and not self.image

    def has(self, table: str, *roles: Role) -> bool:
        """Whether the cell can be a label of `table` with one of the roles."""
        return self.match is not None and bool(self.match.of(table, *roles))


@dataclass(slots=True)
class Line:
    """One logical row. `spans` tells that grid columns are meaningful (not for text that was one cell per line).

    `usual` is the grid column behind the last cell of most rows of its grid, 0 if unknown. `lead` is the number of
    cells before the first value, `has_values` whether there is one.
    """

    toks: tuple[Tok, ...]
    grid: int
    spans: bool = True
    usual: int = 0
    lead: int = field(init=False)
    has_values: bool = field(init=False)

    def __post_init__(self) -> None:
        lead = 0
        for tok in self.toks:
            if tok.value:
                break
            lead += 1
        self.lead, self.has_values = lead, lead < len(self.toks)

    def tables(self) -> Iterator[str]:
        """For every labelled cell the tables it may belong to, each once."""
        for tok in self.toks:
            if tok.match is not None:
                yield from tok.match.tables


_NAMED = re.compile(r"[^图\d.]*[一-鿿]{3}[^图\d.]*")
"""What a picture says that it shows, where that is a label: no file name, and not 截图."""
_NUMBER = (True, None, None)
"""What a `Tok` has beyond its cell where that holds a plain number."""


def tok_of(cell: GridCell, index: LabelIndex) -> Tok:
    """The cell with its nature: labels first, for 规章 is no number but 一 might be one."""
    text = cell.text
    if text.isdecimal() and text.isascii() and len(text) <= LONGEST:  # most cells: no label, and a number
        return Tok._make(cell + _NUMBER)
    match = index.find(text)
    if cell.image:
        shown = match is None and not _NAMED.fullmatch(text)
        return Tok._make((*cell._replace(image=shown), shown, match, None))
    value = match is None and value_like(text)
    return Tok._make((*cell, value, match, None))


def lines_of(grid: Grid, index: LabelIndex) -> Iterator[Line]:
    """The logical rows of a grid whose rows are rows (html, pipe, tabs). What is beyond the bounds is left."""
    usual = _usual_end(grid)
    below: dict[int, Tok] = {}
    for row in grid.rows[:LONGEST_GRID]:
        toks = tuple([tok_of(cell, index) for cell in row[:WIDEST]])
        if below:
            toks = _filled(toks, below)
        if any(tok.rowspan > 1 for tok in toks):
            _hang(toks, below)
        if toks:
            yield Line(toks, grid.index, usual=usual)


def _filled(toks: tuple[Tok, ...], below: dict[int, Tok]) -> tuple[Tok, ...]:
    """The row with the cells that reach down into it from above."""
    own = {col for tok in toks for col in range(tok.col, tok.col + tok.colspan)}
    hanging = [tok for col, tok in below.items() if col not in own] if toks else []
    for col, tok in list(below.items()):
        if tok.rowspan > 2:
            below[col] = tok._replace(rowspan=tok.rowspan - 1)
        else:
            del below[col]
    hanging = [tok._replace(rowspan=1, colspan=1, col=tok.col, anchor=tok.anchor) for tok in hanging]
    return tuple(sorted((*toks, *hanging), key=lambda tok: tok.col)) if hanging else toks


def _hang(toks: Sequence[Tok], below: dict[int, Tok]) -> None:
    """Remember the cells behind a row's label that say nothing but none, and reach down: they say it of every row."""
    label = max((at for at, tok in enumerate(toks) if tok.text and not tok.value), default=-1)
    for tok in toks[label + 1 :] if label >= 0 else ():
        if tok.rowspan > 1 and not tok.image and read_cell(tok.text).kind in _SAID_ONCE:
            for at in range(min(tok.colspan, WIDEST)):
                below[tok.col + at] = tok._replace(col=tok.col + at, anchor=tok.col)


_FEWEST_USUAL = 3


def _usual_end(grid: Grid) -> int:
    """The grid column behind the last cell of most rows; of the widest where two are as frequent. 0 of few rows, which
    may be those of a header."""
    ends: dict[int, int] = {}
    for row in grid.rows[:LONGEST_GRID]:
        if row:
            end = row[-1].col + row[-1].colspan
            ends[end] = ends.get(end, 0) + 1
    usual = max(ends, key=lambda end: (ends[end], end), default=0)
    return usual if ends.get(usual, 0) >= _FEWEST_USUAL else 0


_FEWEST_NUMBERED = 4
_COLUMN_NAMES = frozenset(("栏次", "列次", "栏目", "序号", "甲", "乙", "丙"))


def numbers_columns(line: Line) -> bool:
    """Whether a row under a header numbers its columns (栏次 1 2 3 …), as forms of statistics do.

    Without a name it has four numbers at least, and no form's row of values: a total is more than what is before it.
    """
    texts = [tok.text for tok in line.toks if tok.text]
    names = [text for text in texts if text in _COLUMN_NAMES]
    numbers = [text.strip("()（）") for text in texts[len(names) :]]
    if len(numbers) < (1 if names else _FEWEST_NUMBERED) or texts[: len(names)] != names:
        return False
    return numbers == [str(at) for at in range(1, len(numbers) + 1)]


def unit_like(text: str) -> bool:
    """Whether a text is a unit (件, 万元) and nothing else."""
    units = shared().units
    return text in units.counters or text in units.money


_SAID_ONCE = frozenset({"zero", "empty", "none_word", "not_applicable", "not_counted"})


def spread(values: Sequence[Tok]) -> list[Tok]:
    """The cells with one that lies over several columns once for each of them.

    Only a blank, a 0 or a word for none says the same of every column it covers. A number is said of all of them
    together: it is left out, and its columns stay without a value.
    """
    out: list[Tok] = []
    for tok in values:
        if tok.colspan == 1:
            out.append(tok)
        elif not tok.image and read_cell(tok.text).kind in _SAID_ONCE:
            out += [tok._replace(col=tok.col + at, colspan=1, anchor=tok.col) for at in range(min(tok.colspan, WIDEST))]
    return out


def fit(values: Sequence[Tok], wanted: int) -> tuple[Tok, ...] | None:
    """Exactly `wanted` cells, surplus blanks at one end left off; None when it cannot be told which are surplus."""
    surplus = len(values) - wanted
    if surplus < 0:
        return None
    filled = [tok for tok in values if not tok.blank]
    if surplus == 0 or not filled:
        return tuple(values[:wanted])
    if len(filled) == wanted:
        return tuple(filled)  # as many values as columns: the blanks are columns that no header names
    before = next(at for at, tok in enumerate(values) if not tok.blank)
    after = next(at for at, tok in enumerate(reversed(values)) if not tok.blank)
    if before + after < surplus or (before and after and before + after > surplus):
        return None
    drop = min(before, surplus) if before + after == surplus else (surplus if before else 0)
    return tuple(values[drop : drop + wanted])
