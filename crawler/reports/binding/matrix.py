"""Binder for labelled rows under one set of columns (收到和处理政府信息公开申请情况表)."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.reports.binding.collect import Draft
from crawler.reports.binding.columns import Header, default_header
from crawler.reports.binding.headers import matrix_header
from crawler.reports.binding.labels import Target
from crawler.reports.binding.rows import TALLEST_HEADER, Line, Tok
from crawler.reports.binding.tell import keep_unknown, tell_fuzzy, tell_merged, tell_misfit
from crawler.reports.binding.turned import TurnedMatrix
from crawler.reports.formats import Row, Table

_FEWEST_COLUMNS = 2
"""Labels of columns before another one that make a line of text a header."""


class MatrixBinder:
    """Reads lines of one `matrix` table into a draft.

    Rows may carry their group labels once with a rowspan, again in every row, as blanks, or not at all.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.draft = Draft()
        self._turned = TurnedMatrix(table, self.draft)
        self._header_lines: list[Line] = []
        self._header: Header | None = None
        self._in_data = False
        self._group: str | None = None
        self._grid = -1
        self._full_rows = 0
        self._sums: dict[str, str] = {}

    def announce(self) -> None:
        """The table's title was met: a new header may follow."""
        self._in_data = False
        self._header_lines = []
        self._turned.reset()

    def feed(self, line: Line) -> bool:
        """Read one line. True when it was used."""
        if self._turned.feed(line):
            return True
        if self._is_header(line):
            self._add_header(line)
            return True
        at, row = self._row(line)
        if row is None:
            return self._unlabelled(line, at)
        values = line.toks[at + 1 :]
        if not values:
            return True
        self._in_data, self._grid = True, line.grid
        self._bind(line, line.toks[at], row, values)
        return True

    def finish(self) -> bool:
        """Whether enough was recognised: a printed header, or two whole rows."""
        self._leave_out_sums()
        printed = self._header is not None and self._header.printed
        return bool(self.draft.cells) and (printed or self._full_rows >= 2 or self._turned.full_rows >= 2)

    def _leave_out_sums(self) -> None:
        """Keep values behind a group's label (（六）其他处理, a row of its own in another format) as local cells where
        some rows of the group lack theirs: they may be those of the first of these rows, whose label is lost. Where all
        of them lack, the table is of the format that has the row."""
        for row, group in self._sums.items():
            prefix = f"{self.table.id}.{row}."
            members = [member.id for member in self.table.value_rows if member.parent == group and member.id != row]
            read = {
                cell.address.split(".")[1]
                for cell in self.draft.cells
                if cell.kind != "missing" and "." in cell.address
            }
            if not read.isdisjoint(members) and not read.issuperset(members):
                self.draft.cells[:] = [
                    cell._replace(address="local") if cell.address.startswith(prefix) else cell
                    for cell in self.draft.cells
                ]
                message = f"{self.table.id}: values behind the label of a group, which lacks rows of its own"
                self.draft.note("unknown_label", "info", message, where=group)

    def _is_header(self, line: Line) -> bool:
        if line.has_values:
            return False
        table = self.table.id
        cols = sum(tok.has(table, "col", "colgroup") for tok in line.toks)
        only_rows = [tok for tok in line.toks if tok.has(table, "row", "group") and not tok.has(table, "col")]
        if only_rows:
            return False
        corner = any(tok.has(table, "corner") for tok in line.toks)
        return corner or cols >= 2 or (cols == 1 and not self._in_data)

    def _add_header(self, line: Line) -> None:
        if self._in_data:
            self._header_lines, self._in_data = [], False
        self._header_lines = [*self._header_lines[1 - TALLEST_HEADER :], line]
        self._header = None

    def _columns(self) -> Header:
        if self._header is None:
            lines = self._header_lines
            self._header = matrix_header(self.table, lines) if lines else default_header(self.table)
        return self._header

    def _row(self, line: Line) -> tuple[int, Row | None]:
        """Index of the cell after which the values start, and the row it names (None: only groups, or unknown)."""
        last, chosen = -1, None
        lead = line.toks[: line.lead]
        for at, tok in enumerate(lead):
            if tok.match is None:
                continue
            groups = tok.match.of(self.table.id, "group")
            rows = tok.match.of(self.table.id, "row")
            if rows and not line.spans and self._is_column(line, at):
                continue
            if rows and (not groups or self._ends_labels(line, at)):
                last, chosen = at, self._choose(rows)
                if chosen is not None and groups:
                    self._sums[chosen.id] = groups[0].id
            elif groups:
                last, chosen, self._group = at, None, groups[0].id
        return last, chosen

    def _ends_labels(self, line: Line, at: int) -> bool:
        """Whether values, not a further label, follow: （六）其他处理 is a group in one format and a row in another.

        Over several rows it is a group. A blank before the values is what the span of its label covers, or the label
        of a row that lost it: the preferred format decides.
        """
        tok, after = line.toks[at], line.toks[at + 1 :]
        if not after or tok.rowspan > 1 or any(tok.text and not tok.value for tok in after):
            return False
        role = next((t.role for t in tok.match.of(self.table.id, "row", "group")), "row") if tok.match else "row"
        return role == "row" or not after[0].blank or len(after) <= len(self.table.value_cols)

    def _is_column(self, line: Line, at: int) -> bool:
        """其他 names a column and a row: before a text that is no value, or behind labels of columns, it is one of a
        header's labels."""
        if not line.toks[at].has(self.table.id, "col"):
            return False
        before = sum(tok.has(self.table.id, "col") for tok in line.toks[:at])
        return before >= _FEWEST_COLUMNS or any(tok.text and not tok.value for tok in line.toks[at + 1 :])

    def _choose(self, targets: Sequence[Target]) -> Row | None:
        rows = [target.row for target in targets if target.row is not None]
        here = [row for row in rows if row.parent == self._group]
        return next(iter(here or rows), None)

    def _bind(self, line: Line, label: Tok, row: Row, values: Sequence[Tok]) -> None:
        if label.match and not label.match.exact:
            tell_fuzzy(self.draft, [label])
        header = self._columns()
        pairs = header.assign(values, line.usual) if header.leaves else None
        prefix = self.table.id
        if pairs is None or any(tok is None for _, tok in pairs):
            printed = [leaf.slot.col for leaf in header.leaves if leaf.slot.col]
            cols = printed if len(printed) == len(self.table.value_cols) else self.table.value_cols
            addresses = [f"{prefix}.{row.id}.{col.id}" for col in cols]
            tell_misfit(self.draft, label, values, len(self.table.value_cols), addresses)
            for address in addresses:
                self.draft.absent(address, label.text)
        else:
            self._full_rows += 1
        if pairs is not None and len(values) < len(pairs):
            tell_merged(self.draft, label, pairs)
        for leaf, tok in pairs or ():
            if tok is not None:
                self.draft.bind(prefix, row, leaf.slot, tok, line, self.table, label.text)

    def _unlabelled(self, line: Line, at: int) -> bool:
        """A row whose label no format knows, with as many values as there are columns: kept as local cells."""
        texts = [i for i in range(at + 1, line.lead) if line.toks[i].text]
        if line.grid != self._grid or not line.has_values or not texts:
            return False
        label, values = line.toks[texts[-1]], line.toks[texts[-1] + 1 :]
        pairs = self._columns().assign(values, line.usual)
        if pairs is None:
            return False
        keep_unknown(self.draft, self.table.id, label.text, pairs, line)
        return True
