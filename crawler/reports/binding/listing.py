"""Binder for lists of label, unit and value (政府信息公开情况统计表 of 2014, local forms before it)."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.reports.binding.collect import Draft
from crawler.reports.binding.columns import Header, Leaf, default_header
from crawler.reports.binding.headers import matrix_header
from crawler.reports.binding.labels import Target, plain
from crawler.reports.binding.rows import Line, Tok, unit_like
from crawler.reports.binding.tell import keep_unknown, tell_fuzzy, tell_misfit
from crawler.reports.formats import Row, Table

_FEWEST = 5
_NO_UNIT = frozenset({"—", "——", "-", "--", "/", "", "一"})


class ListBinder:
    """Reads lines of one `list` table into a draft.

    The same label may stand in several parts (被依法纠错数 under 四 and 五): a label is read inside the current part.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.draft = Draft()
        self._rows = {row.id: (at, row) for at, row in enumerate(table.rows)}
        self._last: Row | None = None
        self._header: Header = default_header(table)
        self._known = 0
        self._grid = -1
        self._number = 0
        self._coded = False
        self._label_cols: set[int] = set()

    def announce(self) -> None:
        """The table's title was met."""
        self._last = None
        self._number, self._coded = 0, False

    def feed(self, line: Line) -> bool:
        """Read one line. True when it was used."""
        used = self._read(line)
        self._count(line)
        return used

    def _read(self, line: Line) -> bool:
        cols = sum(tok.has(self.table.id, "col") for tok in line.toks)
        at, row = self._row(line)
        if row is None:
            if cols >= 2 or (cols == 1 and not line.has_values and len(line.toks) > 1):
                self._header = matrix_header(self.table, [line])
                self._coded = line.has_values and self._next_number(line)  # the first row's number, behind the header
                known = [tok for tok in line.toks if tok.match and tok.match.of(self.table.id, "col")]
                self._label_cols = {tok.col for tok in known if not _over_values(tok, self.table)}
                return True
            return self._unknown(line)
        self._last, self._grid = row, line.grid
        if row.kind == "value":
            self._bind(line, at, row)
        return True

    def finish(self) -> bool:
        """Whether enough rows were recognised to call it this table."""
        return self._known >= _FEWEST

    def _row(self, line: Line) -> tuple[int, Row | None]:
        """Index of the row's label and the row; a label before it names the part that it stands in."""
        last, row = -1, None
        for at, tok in enumerate(line.toks[:5]):
            found = tok.match.of(self.table.id, "row", "group") if tok.match else ()
            if found:
                last, row = at, self._in_part(found)
                self._last = row
            elif row is not None and tok.value:
                break
        return last, row

    def _in_part(self, found: Sequence[Target]) -> Row | None:
        """The row that continues from where we are: inside the current part first, else the next one in print order."""
        rows = [target.row for target in found if target.row is not None and target.row.id in self._rows]
        ancestors = set(self._line_of(self._last))
        inside = [row for row in rows if row.parent in ancestors]
        at = self._rows[self._last.id][0] if self._last else -1
        later = [row for row in inside or rows if self._rows[row.id][0] > at]
        return next(iter(later or inside or rows), None)

    def _line_of(self, row: Row | None) -> Sequence[str]:
        names: list[str] = []
        while row is not None:
            names.append(row.id)
            row = self._rows[row.parent][1] if row.parent else None
        return names

    def _values(self, line: Line, at: int, row: Row | None = None) -> Sequence[Tok]:
        """The cells after the label, without those of the unit and of the row's code."""
        rest = line.toks[at + 1 :]
        first = self._header.first_col if line.spans else None
        if first is not None and any(tok.col == first for tok in rest):
            return [tok for tok in rest if tok.col >= first or not self._aside(tok, row)]
        wanted = len(self.table.value_cols) if self._header.leaves else 1
        while len(rest) > wanted and (self._unit_cell(rest[0]) or _is_code(rest[0], row)):
            rest = rest[1:]
        if rest and _is_unit(rest[0]):  # also where a value is lacking
            rest = rest[1:]
        if rest and self._next_number(line) and (self._coded or len(rest) == wanted + 1):
            self._coded = True  # from here on also behind a row that lacks a value
            return rest[:-1]
        return rest

    def _aside(self, tok: Tok, row: Row | None) -> bool:
        """Whether a cell before the values is a unit, the row's code, or stands in a column for such."""
        return self._unit_cell(tok) or _is_code(tok, row) or tok.col in self._label_cols

    def _next_number(self, line: Line) -> bool:
        """Whether the last cell of a line is the running number of the next row (one cell per line: it stands behind
        this row's values). Such numbers count on by one from the header's."""
        last = line.toks[-1].text
        return not line.spans and last.isdecimal() and int(last) == self._number + 1

    def _count(self, line: Line) -> None:
        """Remember the running number that a line ends with."""
        last = line.toks[-1].text if line.toks else ""
        if not line.spans and last.isdecimal() and len(last) <= 3 and int(last) == self._number + 1:
            self._number = int(last)
            self._coded = self._coded or (len(line.toks) == 1 and self._number == 1)  # alone between header and row

    def _unit_cell(self, tok: Tok) -> bool:
        return plain(tok.text) in _NO_UNIT or _is_unit(tok)

    def _bind(self, line: Line, at: int, row: Row) -> None:
        label, values = line.toks[at], self._values(line, at, row)
        if label.match and not label.match.exact:
            tell_fuzzy(self.draft, [label])
        header = self._header if self._header.leaves or self._header.extra else default_header(self.table)
        pairs = header.assign(values, line.usual) if values else None
        if pairs is None or any(tok is None for _, tok in pairs):
            addresses = [f"{self.table.id}.{row.id}.{col.id}" for col in self.table.value_cols]
            tell_misfit(self.draft, label, values, len(addresses), addresses)
            for address in addresses:
                self.draft.absent(address, label.text)
        self._known += 1
        for leaf, tok in pairs or ():
            if tok is not None:
                self.draft.bind(self.table.id, row, leaf.slot, tok, line, self.table, label.text)

    def _unknown(self, line: Line) -> bool:
        texts = [at for at, tok in enumerate(line.toks[:3]) if tok.text and not tok.value and not self._unit_cell(tok)]
        if line.grid != self._grid or not texts or not line.has_values:
            return False
        label, values = line.toks[texts[-1]], self._values(line, texts[-1])
        pairs = Header(tuple(Leaf(leaf.slot) for leaf in self._header.leaves)).assign(values)
        if pairs is None:
            return False
        keep_unknown(self.draft, self.table.id, label.text, pairs, line)
        return True


def _is_unit(tok: Tok) -> bool:
    return unit_like(plain(tok.text))


def _is_code(tok: Tok, row: Row | None) -> bool:
    """Whether a cell holds the code that the form gives the row (01, 02 …)."""
    return row is not None and row.code is not None and tok.text == row.code


def _over_values(tok: Tok, table: Table) -> bool:
    found = tok.match.of(table.id, "col") if tok.match else ()
    return any(target.col is not None and target.col.kind == "value" for target in found)
