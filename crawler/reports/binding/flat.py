"""Binder for blocks side by side over one row of values (行政复议、行政诉讼情况表), or one row a block."""

from __future__ import annotations

from crawler.reports.binding.collect import Draft, Slot
from crawler.reports.binding.columns import Header, Leaf, default_header
from crawler.reports.binding.headers import block_order, flat_header, in_rows, matrix_header
from crawler.reports.binding.labels import plain
from crawler.reports.binding.rows import TALLEST_HEADER, Line, Tok
from crawler.reports.binding.tell import tell_fuzzy, tell_misfit
from crawler.reports.binding.turned import column_of, turned_flat
from crawler.reports.formats import Row, Table
from crawler.reports.model import Cell

_SUMS = ("合计", "总计")


class FlatBinder:
    """Reads lines of one `flat` table into a draft."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.draft = Draft()
        self._lines: list[Line] = []
        self._header: Header | None = None
        self._announced = False
        self._bound = False
        self._block: Row | None = None
        self._upright = False
        self._named: list[tuple[str, list[Cell]]] = []

    def announce(self) -> None:
        """The table's title was met: a row of the right width may follow even without a header."""
        self._announced = True
        self._lines, self._bound, self._header, self._block = [], False, None, None
        self._upright = False

    def feed(self, line: Line) -> bool:
        """Read one line. True when it was used."""
        labelled = any(tok.has(self.table.id, "col", "row", "rowgroup") for tok in line.toks)
        if not line.has_values and self._upright and self._blank_pair(line):
            return True
        if not line.has_values:
            return self._add_header(line) if labelled else self._blank_row(line)
        if self._turned(line):
            return True
        at, row = self._own_label(line)
        values = line.toks[at + 1 :]
        header = self._row_header(row) if row is not None else self._columns()
        if not header.leaves:
            return False
        start = len(self.draft.cells)
        used = self._bind(line, line.toks[at] if at >= 0 else None, header, values)
        if used and row is None and at >= 0:
            self._named.append((line.toks[at].text, self.draft.cells[start:]))
        return used

    def finish(self) -> bool:
        """Whether enough was recognised: only rows that fit a header are ever bound."""
        self._choose_row()
        return bool(self.draft.cells)

    def _choose_row(self) -> None:
        """Of rows that agencies name, one under another, the sum is the report's; without one nobody knows whose it
        is, and none is bound."""
        named, self._named = self._named, []
        told = {(cell.address, cell.kind, cell.value) for _, cells in named for cell in cells}
        if len(named) < 2 or len(told) == len({address for address, _, _ in told}):
            return
        sums = [cells for text, cells in named if plain(text).endswith(_SUMS)]
        left_out = [cell for _, cells in named for cell in cells if len(sums) != 1 or cells is not sums[0]]
        gone = set(map(id, left_out))
        self.draft.cells[:] = [cell for cell in self.draft.cells if id(cell) not in gone]
        if len(sums) != 1:
            addresses = tuple(dict.fromkeys(cell.address for cell in left_out if cell.address != "local"))
            names = ", ".join(text[:20] for text, _ in named[:6])
            message = f"{self.table.id}: {len(named)} rows of values ({names}), and nothing tells which is the report's"
            self.draft.note("rows_unclear", "soft", message, cells=addresses, where=self.table.id)
            for address in addresses:
                self.draft.absent(address, self.table.zh)

    def _add_header(self, line: Line) -> bool:
        if self._bound:
            self._lines, self._bound = [], False
        self._lines = [*self._lines[1 - TALLEST_HEADER :], line]
        self._header = None
        fuzzy = [tok for tok in line.toks if tok.has(self.table.id) and tok.match and not tok.match.exact]
        tell_fuzzy(self.draft, fuzzy)
        return True

    def _columns(self) -> Header:
        if self._header is None:
            self._header = flat_header(self.table, self._lines)
            if not self._header.leaves and not self._lines and self._announced:
                self._header = default_header(self.table)
        return self._header

    def _own_label(self, line: Line) -> tuple[int, Row | None]:
        """Index of the last label cell before the values, and the block that it names."""
        last, row = -1, None
        for at, tok in enumerate(line.toks[: line.lead]):
            if tok.text and not tok.value:
                last = at
                named = tok.match.of(self.table.id, "row") if tok.match else ()
                row = named[0].row if named else row
        return last, row

    def _row_header(self, row: Row) -> Header:
        """The columns of a row that its own label gives to a block."""
        columns = self._columns()
        known = {leaf.slot.col.id: leaf for leaf in columns.leaves if leaf.slot.col and leaf.row in (None, row)}
        if len(known) == len(self.table.value_cols):
            return Header(tuple(Leaf(leaf.slot, leaf.tok, row) for leaf in known.values()), columns.sound)
        if any(tok.has(self.table.id, "col") for line in self._lines for tok in line.toks):
            found = matrix_header(self.table, self._lines)
            own, extra = ([Leaf(f.slot, f.tok, row) for f in some] for some in (found.leaves, found.extra))
            return Header(tuple(own), found.sound, extra=tuple(extra))
        leaves = [Leaf(leaf.slot, None, row) for leaf in default_header(self.table).leaves if leaf.row == row]
        return Header(tuple(leaves), printed=False)

    def _turned(self, line: Line) -> bool:
        """A row that an outcome names (结果维持), its values those of the blocks: the table was turned round."""
        found = column_of(self.table, line)
        toks = [tok for header in in_rows(self._lines) for tok in header.toks]
        if found is None or sum(tok.has(self.table.id, "col") for tok in toks) > 1:
            return False
        at, col = found
        rows = [t.row for tok in line.toks[:at] if tok.match for t in tok.match.of(self.table.id, "row")]
        if rows and not line.spans and len(line.toks) - at > 2:
            self._add_header(Line(line.toks[:at], line.grid, spans=False))
            toks, rows = [tok for header in in_rows(self._lines) for tok in header.toks], []
        self._block = rows[0] if rows else self._block
        by_block = turned_flat(self.table, toks, block_order(self.table, toks), self._block, line.toks[at + 1 :])
        if by_block is None:
            return False
        self._upright = True
        for row in self.table.value_rows:
            if row.id in by_block:
                slot = Slot(col, line.toks[at].text)
                self.draft.bind(self.table.id, row, slot, by_block[row.id], line, self.table, row.zh)
        return True

    def _blank_pair(self, line: Line) -> bool:
        """A row of a table that was turned round, its value blank or lacking: it is no header of the rows below."""
        if sum(tok.has(self.table.id, "col") for tok in line.toks) != 1 or column_of(self.table, line) is None:
            return False
        self._turned(line)
        return True

    def _blank_row(self, line: Line) -> bool:
        """A row of nothing but blanks right under a whole header: the table was left empty, which is not `missing`."""
        header = self._columns() if self._lines and not self._bound else Header(())
        blank = all(tok.blank for tok in line.toks)
        if not blank or not header.leaves or header.leaves[0].row is None or len(line.toks) < len(header.leaves):
            return False
        return self._bind(line, None, header, line.toks)

    def _bind(self, line: Line, label: Tok | None, header: Header, values: tuple[Tok, ...]) -> bool:
        pairs = header.assign(values, line.usual) if all(leaf.row for leaf in header.leaves) else None
        addresses = [self._address(leaf) for leaf in header.leaves if leaf.row and leaf.slot.col]
        if not addresses or (pairs is None and self._bound):
            return False
        if pairs is None or any(tok is None for _, tok in pairs):
            if pairs is None and len(values) * 2 < len(header.leaves):
                return False
            name = label or Tok(self.table.zh, 0, 0)
            tell_misfit(self.draft, name, values, len(header.leaves), addresses)
            for address in addresses:
                self.draft.absent(address, name.text)
        self._bound = True
        for leaf, tok in pairs or ():
            if tok is not None and leaf.row is not None:
                self.draft.bind(self.table.id, leaf.row, leaf.slot, tok, line, self.table, _label(leaf))
        return True

    def _address(self, leaf: Leaf) -> str:
        row, col = leaf.row, leaf.slot.col
        return f"{self.table.id}.{row.id if row else ''}.{col.id if col else ''}"


def _label(leaf: Leaf) -> str:
    return f"{leaf.row.zh if leaf.row else ''} {leaf.slot.name}".strip()
