"""Tables printed the other way round: what the form has as columns stands as rows, and the rows as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.reports.binding.collect import Draft, Slot
from crawler.reports.binding.columns import Header, Leaf
from crawler.reports.binding.labels import Target
from crawler.reports.binding.rows import TALLEST_HEADER, Line, Tok
from crawler.reports.binding.tell import tell_misfit
from crawler.reports.formats import Column, Row, Table

_FEWEST = 3
"""Row labels beside one another that make a header of a turned table; an ordinary row has two at most."""


def column_of(table: Table, line: Line) -> tuple[int, Column] | None:
    """The last cell before the values that names a column of values, with its index."""
    for at in range(line.lead - 1, -1, -1):
        match = line.toks[at].match
        found = match.of(table.id, "col") if match else ()
        if found and found[0].col is not None and found[0].col.kind == "value":
            return at, found[0].col
        if line.toks[at].text:
            return None
    return None


class TurnedMatrix:
    """Reads a `matrix` table with applicants as rows into the draft of its binder."""

    def __init__(self, table: Table, draft: Draft) -> None:
        self.table = table
        self.draft = draft
        self.full_rows = 0
        self._lines: list[Line] = []
        self._header: Header | None = None

    def reset(self) -> None:
        """Another table follows."""
        self._lines, self._header = [], None

    def feed(self, line: Line) -> bool:
        """Read one line. True when it was a header of row labels, or a row under one."""
        if not line.has_values:
            named = [tok for tok in line.toks if tok.has(self.table.id, "row", "group")]
            if sum(1 for tok in named if not tok.has(self.table.id, "col")) < _FEWEST:  # 其他 and 总计 are both
                return False
            self._lines = [*self._lines[1 - TALLEST_HEADER :], line]
            self._header = None
            return True
        found = column_of(self.table, line) if self._lines else None
        if found is None:
            return False
        return self._bind(line, *found)

    def _bind(self, line: Line, at: int, col: Column) -> bool:
        header = self._columns()
        label, values = line.toks[at], line.toks[at + 1 :]
        pairs = header.assign(values, line.usual) if header.leaves else None
        if pairs is None or any(tok is None for _, tok in pairs):
            addresses = [f"{self.table.id}.{leaf.row.id}.{col.id}" for leaf in header.leaves if leaf.row]
            tell_misfit(self.draft, label, values, len(header.leaves), addresses)
            for address in addresses:
                self.draft.absent(address, label.text)
        else:
            self.full_rows += 1
        for leaf, tok in pairs or ():
            if tok is not None and leaf.row is not None:
                printed = leaf.tok.text if leaf.tok else leaf.row.zh
                self.draft.bind(self.table.id, leaf.row, Slot(col, label.text), tok, line, self.table, printed)
        return True

    def _columns(self) -> Header:
        if self._header is None:
            self._header = self._read_header()
        return self._header

    def _read_header(self) -> Header:
        """The rows in the order of their values: by grid column where spans are sound, else in the form's order."""
        leaves = self._leaves()
        cols = [leaf.tok.col for leaf in leaves if leaf.tok]
        ids = [leaf.row.id for leaf in leaves if leaf.row]
        if len(set(ids)) != len(ids):
            return Header(())
        if len(set(cols)) == len(cols) and all(line.spans for line in self._lines):
            return Header(tuple(sorted(leaves, key=lambda leaf: leaf.tok.col if leaf.tok else 0)), sound=True)
        form = [row.id for row in self.table.value_rows]
        if set(ids) != set(form) or not self._in_form_order(form):
            return Header(())
        by_id = {leaf.row.id: leaf for leaf in leaves if leaf.row}
        return Header(tuple(by_id[name] for name in form))

    def _leaves(self) -> list[Leaf]:
        found: list[tuple[Tok, Row, bool]] = []
        for line in self._lines:
            for tok in line.toks:
                rows = tok.match.of(self.table.id, "row") if tok.match else ()
                own = [target.row for target in rows if target.row in self.table.value_rows]
                if own and own[0] is not None:
                    found.append((tok, own[0], tok.has(self.table.id, "group") and tok.colspan > 1))
        return [Leaf(Slot(None), tok, row) for tok, row, group in found if not group]

    def _in_form_order(self, form: Sequence[str]) -> bool:
        for line in self._lines:
            places = [form.index(row.id) for tok in line.toks for row in _rows(tok, self.table) if row.id in form]
            if places != sorted(places):
                return False
        return True


def _rows(tok: Tok, table: Table) -> list[Row]:
    targets: tuple[Target, ...] = tok.match.of(table.id, "row") if tok.match else ()
    return [target.row for target in targets[:1] if target.row is not None]


def turned_flat(
    table: Table, header: Sequence[Tok], order: Sequence[Row], named: Row | None, values: Sequence[Tok]
) -> Mapping[str, Tok] | None:
    """The value of each block (row id) in a row that an outcome names: outcomes as rows, blocks as columns.

    `header` are the cells of the header lines, `order` the blocks in reading order, `named` the block that the row
    itself names (then it has one value). None when the row does not fit.
    """
    filled = [tok for tok in values if not tok.blank] or list(values)
    if named is not None and len(filled) == 1:
        return {named.id: filled[0]}
    if not order or named is not None:
        return None
    places = {tok.col: row for tok in header for row in _rows(tok, table)}
    if len(places) == len(order) and all(tok.col in places or tok.blank for tok in values):
        if values[-1].col + values[-1].colspan <= max(places):
            return None  # a cell is lacking, and nothing tells which
        return {places[tok.col].id: tok for tok in values if tok.col in places}
    if len(filled) == len(order):
        return {row.id: tok for row, tok in zip(order, filled, strict=True)}
    return None
