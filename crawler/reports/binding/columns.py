"""The columns of values of a table, and which cell of a row belongs to which of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.reports.binding.collect import Slot
from crawler.reports.binding.rows import Tok, fit, spread
from crawler.reports.formats import Row, Table


@dataclass(frozen=True, slots=True)
class Leaf:
    """One column of values: its row where the header names it (flat tables), its column, its printed cell."""

    slot: Slot
    tok: Tok | None = None
    row: Row | None = None


@dataclass(frozen=True)
class Header:
    """The leaves in the order of the values. `sound`: their grid columns are distinct, so cells are matched by column.

    `printed` False: nothing was printed (or not enough), the order is the form's own. `otherwise`: the form's whole
    order, for rows that have a value for every column although the header (part of it unreadable) names fewer. `extra`:
    columns that no format knows; they are used only where a value stands under them. `end`: the grid column behind the
    header's last cell; 0: behind its last leaf.
    """

    leaves: tuple[Leaf, ...]
    sound: bool = False
    printed: bool = True
    otherwise: tuple[Leaf, ...] = ()
    extra: tuple[Leaf, ...] = ()
    end: int = 0

    @cached_property
    def _by_col(self) -> dict[int, Leaf]:
        return {leaf.tok.col: leaf for leaf in self.leaves if leaf.tok is not None}

    @cached_property
    def _cols(self) -> list[int] | None:
        cols = [leaf.tok.col for leaf in self.leaves if leaf.tok is not None]
        return cols if self.sound and cols and len(cols) == len(self.leaves) else None

    @cached_property
    def _extra(self) -> dict[int, Leaf]:
        return {leaf.tok.col: leaf for leaf in self.extra if leaf.tok is not None and leaf.tok.col not in self._by_col}

    @cached_property
    def first_col(self) -> int | None:
        """The grid column of the first value; None where grid columns say nothing."""
        return min(self._by_col, default=None) if self.sound else None

    def _shifted(self, values: Sequence[Tok]) -> bool:
        """Whether a row has a cell for each leaf, all of them as many columns off: the span of a group's label is
        wrong, and order is right."""
        shift = {tok.col - col for tok, col in zip(values, self._cols or (), strict=False)}
        return len(values) == len(self.leaves) and len(shift) == 1

    @cached_property
    def _end(self) -> int:
        return self.end or max((leaf.tok.col + leaf.tok.colspan for leaf in self.leaves if leaf.tok), default=0)

    def _whole(self, values: Sequence[Tok], usual: int) -> bool:
        """Whether the cells of a row fill the columns that the header has, so that none of them is lacking.

        Of a row that ends before the header (and not where the other rows of its table end) or begins behind the first
        leaf nobody knows which cell is lacking: those behind it stand under their neighbours' labels. One that goes on
        behind the header is whole where what is too much is blank and the last leaf has its value.
        """
        if self._cols is None or not values or all(tok.blank for tok in values):
            return True
        if self.extra:
            usual = 0  # header rows that end before a column of remarks are no measure of the rows below
        end, last = values[-1].col + values[-1].colspan, self._cols[-1]
        if values[0].col > self._cols[0] or end <= last or (end < self._end and end != usual):
            return False
        return end in (self._end, usual) or (
            not self.extra and any(tok.col == last and not tok.blank for tok in values)
        )

    def assign(self, values: Sequence[Tok], usual: int = 0) -> tuple[tuple[Leaf, Tok | None], ...] | None:
        """Pair leaves with the cells of one row; None when the row does not fit.

        A row with fewer cells is paired by grid column, where every one of its cells stands under a leaf and they fill
        the row; the leaves without a cell get None. Nothing is ever shifted. `usual` is the grid column behind the last
        cell of most rows of the table, 0 if unknown.
        """
        whole = not self.sound or self._whole(values, usual)
        if self._cols is not None and len(values) == len(self._cols) and [tok.col for tok in values] == self._cols:
            return tuple(zip(self.leaves, values, strict=True)) if whole else None  # nearly every row
        if len(values) < len(self.leaves) and any(tok.colspan > 1 for tok in values):
            values = spread(values)
        if self.otherwise and len(values) == len(self.otherwise):
            return tuple(zip(self.otherwise, values, strict=True))
        if self.sound:
            known, extra = self._by_col, self._extra
            under = {tok.col: tok for tok in values if tok.col in known}
            if self._shifted(values):
                return tuple(zip(self.leaves, values, strict=True))
            by_column = (under or extra) and all(tok.col in known or tok.blank or tok.col in extra for tok in values)
            if by_column and not whole:
                return None
            if by_column:
                pairs = [(leaf, under.get(col)) for col, leaf in known.items()]
                return (*pairs, *((extra[t.col], t) for t in values if t.col in extra and not t.blank))
        for leaves in (self.otherwise, self.leaves):
            fitted = fit(values, len(leaves)) if leaves else None
            if fitted is not None:
                return tuple(zip(leaves, fitted, strict=True))
        return None


_defaults: dict[int, tuple[Table, Header]] = {}
_MOST_DEFAULTS = 64


def default_header(table: Table) -> Header:
    """The form's own order of columns: for flat tables row after row. Made once for each table."""
    known = _defaults.get(id(table))
    if known is None:
        if len(_defaults) >= _MOST_DEFAULTS:
            _defaults.clear()
        rows = table.value_rows if table.kind == "flat" else (None,)
        leaves = tuple(Leaf(Slot(col), None, row) for row in rows for col in table.value_cols)
        known = table, Header(leaves, printed=False)  # the table is kept too: an id is only its own while it lives
        _defaults[id(table)] = known
    return known[1]
