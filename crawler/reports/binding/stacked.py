"""Binder for tables of stacked blocks (主动公开政府信息情况表): bands, header rows, data rows, in one table or several.

Cells are matched by order after the label: header colspans of real pages disagree with those of the data rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.reports.binding.collect import Draft, Slot
from crawler.reports.binding.columns import Header, Leaf
from crawler.reports.binding.labels import Target
from crawler.reports.binding.rows import WIDEST, Line, Tok, unit_like
from crawler.reports.binding.tell import keep_unknown, tell_fuzzy, tell_misfit
from crawler.reports.formats import Block, Row, Table


class BlocksBinder:
    """Reads lines of one `blocks` table into a draft."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.draft = Draft()
        self._header: list[Tok] = []
        self._headers: dict[tuple[str, str, int], Header] = {}
        self._spans = True
        self._end = 0
        self._block: str | None = None
        self._open = False
        self._grid = -1

    def announce(self) -> None:
        """The table's title was met: what follows is this table."""
        self._open = True

    def feed(self, line: Line) -> bool:
        """Read one line. True when it was used."""
        bands = [t for tok in line.toks if tok.match for t in tok.match.of(self.table.id, "band")]
        if bands:
            self._block, self._header, self._open = bands[0].id, [], True
            self._headers.clear()
        headers = [at for at, tok in enumerate(line.toks) if tok.has(self.table.id, "col")] or self._behind_corner(line)
        if not line.has_values and (headers or self._strange_header(line, bool(bands))):
            self._set_header(line, headers[0] if headers else 1)
            return True
        row = self._row(line)
        if row is not None and self._open:
            self._grid = line.grid
            return self._data(line, *row)
        if bands:
            return True
        return self._unknown(line)

    def _strange_header(self, line: Line, banded: bool) -> bool:
        """A line of labels right under a band, none of which a format knows: it still names the columns."""
        filled = [tok for tok in line.toks if not tok.blank]
        known = any(tok.has(self.table.id) for tok in filled if not tok.has(self.table.id, "corner"))
        return self._block is not None and not self._header and not banded and len(filled) == 2 and not known

    def _behind_corner(self, line: Line) -> list[int]:
        """Labels that no format knows in the line of 信息内容, which stands over the labels and so begins a header."""
        corner = next((at for at, tok in enumerate(line.toks) if tok.has(self.table.id, "corner")), len(line.toks))
        return [at for at, tok in enumerate(line.toks) if at > corner and tok.text and tok.match is None]

    def finish(self) -> bool:
        """Whether enough was recognised to call it this table."""
        return bool(self.draft.cells)

    def _set_header(self, line: Line, first: int) -> None:
        start = first
        if line.spans:  # the cell over the labels is no column; what stands behind it is, known or not
            start = min(next((at for at, tok in enumerate(line.toks) if not tok.blank), first) + 1, first)
        cells = line.toks[start : start + WIDEST]
        self._header = [tok for tok in cells if not tok.blank and not tok.has(self.table.id, "band", "corner")]
        self._spans, self._open = line.spans, True
        self._end = line.toks[-1].col + line.toks[-1].colspan
        self._headers.clear()
        if any(tok.match and not tok.match.exact for tok in self._header):
            tell_fuzzy(self.draft, [tok for tok in self._header if tok.match and not tok.match.exact])

    def _row(self, line: Line) -> tuple[int, Target] | None:
        for at in range(line.lead - 1, -1, -1):
            match = line.toks[at].match
            found = match.of(self.table.id, "row") if match else ()
            if found:
                here = [target for target in found if target.block == self._block]
                return at, (here or list(found))[0]
        return None

    def _slots(self, block: Block, row_format: str, count: int) -> Header:
        """Columns of a data row: those of the header row above, or the form's own when none fits."""
        key = (block.id, row_format, count)
        if key not in self._headers:
            self._headers[key] = self._read_slots(block, row_format, count)
        return self._headers[key]

    def _read_slots(self, block: Block, row_format: str, count: int) -> Header:
        cols = {col.id: col for col in block.cols}
        leaves = []
        for tok in self._header:
            targets = tok.match.of(self.table.id, "col") if tok.match else ()
            best = sorted(targets, key=lambda t: (t.block != block.id, t.format != row_format))
            known = best[0].col if best and (best[0].block == block.id or best[0].id in cols) else None
            leaves.append(Leaf(Slot(cols.get(known.id, known) if known else None, tok.text), tok))
        if leaves:
            ids = [leaf.tok.col for leaf in leaves if leaf.tok]
            return Header(tuple(leaves), sound=False, printed=self._spans and len(set(ids)) == len(ids))
        if count != len(block.cols):
            return Header(())
        return Header(tuple(Leaf(Slot(col)) for col in block.cols), printed=False)

    def _data(self, line: Line, at: int, target: Target) -> bool:
        block = next((b for b in self.table.blocks if b.id == target.block), None)
        if block is None or target.row is None:
            return self._foreign(line, at)
        label, values = line.toks[at], line.toks[at + 1 :]
        self._block = block.id
        header = self._slots(block, target.format, len(values))
        values = self._between(line, label, values, len(header.leaves))
        first = values[0] if values else None
        if first and first.text and not first.value and len(values) > len(header.leaves) > 0:
            return self._local(line, f"{label.text} {first.text}", values[1:], header.leaves)
        if not values:
            return False
        if label.match and not label.match.exact:
            tell_fuzzy(self.draft, [label])
        self._bind(line, f"{self.table.id}.{block.id}", target.row, label, values, header)
        return True

    def _between(self, line: Line, label: Tok, values: tuple[Tok, ...], wanted: int) -> tuple[Tok, ...]:
        """The values without a unit before them and remarks behind them, where the header has no columns for these."""
        if len(values) > wanted > 0 and unit_like(values[0].text):
            values = values[1:]
        while len(values) > wanted > 0 and values[-1].text and not values[-1].value:
            self.draft.local(f"{label.text} / 备注", values[-1], line)
            values = values[:-1]
        return values

    def _bind(self, line: Line, prefix: str, row: Row, label: Tok, values: tuple[Tok, ...], header: Header) -> None:
        pairs = header.assign(values) if header.leaves else None
        if pairs is None and len(values) < len(header.leaves) and header.printed:
            pairs = Header(header.leaves, sound=True, end=self._end).assign(values, line.usual)
        if pairs is None or any(tok is None for _, tok in pairs):
            addresses = [f"{prefix}.{row.id}.{leaf.slot.col.id}" for leaf in header.leaves if leaf.slot.col]
            tell_misfit(self.draft, label, values, len(header.leaves), addresses)
            for address in addresses:
                self.draft.absent(address, label.text)
        elif not header.printed and not self._header:
            self.draft.note("header_missing", "info", f"{label.text}: no header row; the form's order was taken")
        for leaf, tok in pairs or ():
            if tok is not None:
                self.draft.bind(prefix, row, leaf.slot, tok, line, self.table, label.text)

    def _foreign(self, line: Line, at: int) -> bool:
        """A row that another format prescribes in this table: kept as local cells."""
        values = line.toks[at + 1 :]
        leaves = tuple(Leaf(Slot(None, tok.text), tok) for tok in self._header)
        return self._local(line, line.toks[at].text, values, leaves)

    def _unknown(self, line: Line) -> bool:
        """A labelled row that no format knows, under a header that was read: kept as local cells."""
        texts = [at for at in range(line.lead) if line.toks[at].text]
        if line.grid != self._grid or not line.has_values or not texts or not self._header:
            return False
        at = texts[-1]
        block = next((b for b in self.table.blocks if b.id == self._block), None)
        leaves = self._slots(block, "", 0).leaves if block else ()
        return self._local(line, line.toks[at].text, line.toks[at + 1 :], leaves)

    def _local(self, line: Line, label: str, values: Sequence[Tok], leaves: Sequence[Leaf]) -> bool:
        pairs = Header(tuple(leaves)).assign(values) if leaves else None
        if pairs is None:
            return False
        keep_unknown(self.draft, self.table.id, label, pairs, line)
        return True
