"""Which column each value of a row belongs to, read from header rows that may or may not have sound spans.

With sound grid columns a leaf stands over its values. Without (spans lost, one cell per line) the reading order
decides: a band such as 法人或其他组织 stands for the leaves that follow in the next header row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.reports.binding.collect import Slot
from crawler.reports.binding.labels import Target
from crawler.reports.binding.rows import Line, Tok, fit, spread
from crawler.reports.formats import Column, Row, Table


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
    order, for rows that have a value for every column although the header (part of it unreadable) names fewer.
    """

    leaves: tuple[Leaf, ...]
    sound: bool = False
    printed: bool = True
    otherwise: tuple[Leaf, ...] = ()

    @cached_property
    def _by_col(self) -> dict[int, Leaf]:
        return {leaf.tok.col: leaf for leaf in self.leaves if leaf.tok is not None}

    @cached_property
    def first_col(self) -> int | None:
        """The grid column of the first value; None where grid columns say nothing."""
        return min(self._by_col, default=None) if self.sound else None

    def assign(self, values: Sequence[Tok]) -> tuple[tuple[Leaf, Tok | None], ...] | None:
        """Pair leaves with the cells of one row; None when the row does not fit.

        A row with fewer cells is paired by grid column, where every one of its cells stands under a leaf; the leaves
        without a cell get None. Nothing is ever shifted.
        """
        if len(values) < len(self.leaves) and any(tok.colspan > 1 for tok in values):
            values = spread(values)
        if self.sound:
            by_col = self._by_col
            under = {tok.col: tok for tok in values if tok.col in by_col}
            if all(tok.col in by_col or tok.blank for tok in values) and under:
                return tuple((leaf, under.get(col)) for col, leaf in by_col.items())
        for leaves in (self.otherwise, self.leaves):
            fitted = fit(values, len(leaves)) if leaves else None
            if fitted is not None:
                return tuple(zip(leaves, fitted, strict=True))
        return None


def default_header(table: Table) -> Header:
    """The form's own order of columns: for flat tables row after row."""
    if table.kind == "flat":
        pairs = [(row, col) for row in table.value_rows for col in table.value_cols]
        return Header(tuple(Leaf(Slot(col), None, row) for row, col in pairs), printed=False)
    return Header(tuple(Leaf(Slot(col)) for col in table.value_cols), printed=False)


def matrix_header(table: Table, lines: Sequence[Line]) -> Header:
    """Columns of a matrix table from its header rows."""
    toks = [tok for line in lines for tok in line.toks]
    leaves = _leaves(table, lines)
    cols = {_grid_col(leaf) for leaf in leaves}
    sound = all(line.spans for line in lines) and len(cols) == len(leaves)
    ordered = sorted(leaves, key=_grid_col) if sound else _expanded(table, toks, leaves)
    ids = [leaf.slot.col.id for leaf in ordered if leaf.slot.col]
    default = default_header(table)
    in_form_order = not _out_of_order(ids, default)
    if not ids or len(set(ids)) != len(ids):
        return default if in_form_order else Header(())
    partial = len(ids) < len(default.leaves) and in_form_order
    if sound and not partial:
        ordered = sorted([*leaves, *_unknown_columns(toks, leaves)], key=_grid_col)
    return Header(tuple(ordered), sound, otherwise=default.leaves if partial else ())


def _unknown_columns(toks: Sequence[Tok], leaves: Sequence[Leaf]) -> list[Leaf]:
    """Header cells right of the first column that no format knows and under which no known one stands."""
    known = {_grid_col(leaf) for leaf in leaves}
    found: dict[int, Leaf] = {}
    for tok in toks:
        covers = any(tok.col <= col < tok.col + tok.colspan for col in known)
        if tok.text and tok.match is None and not covers and tok.col > min(known):
            found[tok.col] = Leaf(Slot(None, tok.text), tok)
    return list(found.values())


def flat_header(table: Table, lines: Sequence[Line]) -> Header:
    """Columns of a flat table from its header rows: each leaf with the row (block) it stands under."""
    toks = [tok for line in lines for tok in line.toks]
    leaves = _leaves(table, lines)
    blocks = [(tok, row) for tok in toks if (row := _row(table, tok)) is not None]
    spans = all(line.spans for line in lines)
    cols = [leaf.tok.col for leaf in leaves if leaf.tok]
    if leaves and blocks and spans and len(set(cols)) == len(cols):
        found = [_under(leaf, blocks) for leaf in sorted(leaves, key=_grid_col)]
        if all(leaf.row for leaf in found) and _distinct(found):
            return Header(tuple(found), sound=True)
    return _by_runs(table, toks, leaves, [row for _, row in blocks])


def _leaves(table: Table, lines: Sequence[Line]) -> list[Leaf]:
    """Every cell that names a column; where lost rowspans left labels repeated under themselves, each once."""
    toks = [tok for line in lines for tok in line.toks]
    leaves = [Leaf(Slot(col, tok.text), tok) for tok in toks if (col := _column(table, tok)) is not None]
    lowest = {(_grid_col(leaf), leaf.slot.col.id if leaf.slot.col else ""): leaf for leaf in leaves}
    whole = len(default_header(table).leaves)
    if len(leaves) > whole == len(lowest) == len({col for col, _ in lowest}):
        return list(lowest.values())
    return leaves


def _grid_col(leaf: Leaf) -> int:
    return leaf.tok.col if leaf.tok else 0


def _distinct(leaves: Sequence[Leaf]) -> bool:
    keys = [(leaf.row.id if leaf.row else "", leaf.slot.col.id if leaf.slot.col else "") for leaf in leaves]
    return len(set(keys)) == len(keys)


def _target(table: Table, tok: Tok, role: str) -> Target | None:
    if tok.match is None:
        return None
    return next((t for t in tok.match.targets if t.table == table.id and t.role == role), None)


def _column(table: Table, tok: Tok) -> Column | None:
    found = _target(table, tok, "col")
    return found.col if found and found.col and found.col.kind == "value" else None


def _row(table: Table, tok: Tok) -> Row | None:
    found = _target(table, tok, "row")
    return found.row if found else None


def _out_of_order(ids: Sequence[str], default: Header) -> bool:
    """Whether the leaves that could be read contradict the form's own order."""
    order = [leaf.slot.col.id for leaf in default.leaves if leaf.slot.col]
    places = [order.index(id_) for id_ in dict.fromkeys(ids)]
    return places != sorted(places)


def _expanded(table: Table, toks: Sequence[Tok], leaves: Sequence[Leaf]) -> list[Leaf]:
    """Leaves in reading order, those of a band moved to where the band stands."""
    bands = {found.id for tok in toks if (found := _target(table, tok, "colgroup"))}
    by_band: dict[str, list[Leaf]] = {band: [] for band in bands}
    for leaf in leaves:
        if leaf.slot.col and leaf.slot.col.group in bands:
            by_band[leaf.slot.col.group].append(leaf)
    ordered: list[Leaf] = []
    own = {id(leaf.tok): leaf for leaf in leaves}
    for tok in toks:
        band = _target(table, tok, "colgroup")
        if band:
            ordered += by_band.pop(band.id, [])
        elif (own_leaf := own.get(id(tok))) and own_leaf.slot.col and own_leaf.slot.col.group not in bands:
            ordered.append(own_leaf)
    return ordered


def _under(leaf: Leaf, blocks: Sequence[tuple[Tok, Row]]) -> Leaf:
    """The leaf with the block whose cell spans its column (the lowest one when several do)."""
    at = leaf.tok
    covering = [row for tok, row in blocks if at and tok.col <= at.col < tok.col + tok.colspan and tok.row < at.row]
    return Leaf(leaf.slot, leaf.tok, covering[-1] if covering else None)


def block_order(table: Table, toks: Sequence[Tok]) -> list[Row]:
    """The blocks that header cells name, in the order of their values."""
    return _block_order(table, toks, [row for tok in toks if (row := _row(table, tok)) is not None])


def _by_runs(table: Table, toks: Sequence[Tok], leaves: Sequence[Leaf], blocks: Sequence[Row]) -> Header:
    """Leaves cut into runs where a label comes again; each run belongs to one block."""
    default = default_header(table)
    runs: list[list[Leaf]] = []
    for leaf in leaves:
        seen = {other.slot.col.id for other in runs[-1] if other.slot.col} if runs else set()
        if not runs or (leaf.slot.col and leaf.slot.col.id in seen):
            runs.append([])
        runs[-1].append(leaf)
    order = _block_order(table, toks, blocks)
    if not runs:
        return Header((), printed=False) if not blocks else default
    if not blocks and len(runs) == 1:
        return Header(tuple(runs[0]))  # a layout of one row a block: the row's own label names the block
    if len(runs) != len(order) or any(len(run) != len(runs[0]) for run in runs):
        in_form_order = [row.id for row in order] == [row.id for row in table.value_rows]
        return default if in_form_order else Header(())
    return Header(tuple(_zip_runs(toks, runs, order)))


def _block_order(table: Table, toks: Sequence[Tok], blocks: Sequence[Row]) -> list[Row]:
    """Blocks in the order of their values: a band (行政诉讼) stands for the blocks under it."""
    ordered: list[Row] = []
    rest = list(dict.fromkeys(blocks))
    for tok in toks:
        row, band = _row(table, tok), _target(table, tok, "rowgroup")
        members = [row] if row else [r for r in rest if band and r.group == band.id]
        for member in members:
            if member in rest:
                rest.remove(member)
                ordered.append(member)
    return ordered


def _zip_runs(toks: Sequence[Tok], runs: Sequence[list[Leaf]], order: Sequence[Row]) -> list[Leaf]:
    """Give each run its block.

    In a header of three rows the leaves of a block without a band stand one row above the others, so their run is read
    first wherever their values stand.
    """
    printed = {id(leaf.tok): at for at, run in enumerate(runs) for leaf in run}
    banded = any(row.group for row in order)
    upper = [row for row in order if not row.group]
    reading = [*upper, *(row for row in order if row.group)] if banded else list(order)
    if not _upper_first(toks, printed, reading):
        reading = list(order)
    by_block = {row.id: run for row, run in zip(reading, runs, strict=True)}
    return [Leaf(leaf.slot, leaf.tok, row) for row in order for leaf in by_block[row.id]]


def _upper_first(toks: Sequence[Tok], printed: dict[int, int], reading: Sequence[Row]) -> bool:
    """Whether a block's label stands after leaves began: then the header has three rows."""
    first_leaf = next((at for at, tok in enumerate(toks) if id(tok) in printed), len(toks))
    names = {row.id for row in reading if row.group}
    later = toks[first_leaf:]
    return any(t.role == "row" and t.id in names for tok in later if tok.match for t in tok.match.targets)
