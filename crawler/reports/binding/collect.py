"""Gathers bound cells and findings; the first of two different readings of one cell stands, and the other is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from crawler.reports.binding.labels import plain
from crawler.reports.binding.rows import Line, Tok
from crawler.reports.formats import Column, Row, Table
from crawler.reports.model import Cell, CellKind, Finding, Place, Severity
from crawler.reports.numbers import LONGEST, read_cell, unit_in

MOST_LOCAL = 500
"""More unknown cells than this are not kept: the table is not a statutory one."""
_MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value belongs: address prefix with the row, the column, and the unit its printed header names.

    `col` None is a column that no format knows; `header` is its printed text.
    """

    col: Column | None
    header: str = ""

    @property
    def name(self) -> str:
        """The column's printed name, or the form's where none is printed."""
        return self.header or (self.col.zh if self.col else "")


@dataclass
class Draft:
    """Cells and findings read from one table, kept apart until enough of it was recognised."""

    cells: list[Cell] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def note(
        self,
        id: str,
        severity: Severity,
        message: str,
        *,
        cells: Sequence[str] = (),
        where: str | None = None,
        left: str | None = None,
        right: str | None = None,
    ) -> None:
        """Add a finding."""
        self.findings.append(Finding(id, severity, message, left, right, None, tuple(cells), where))

    def bind(self, prefix: str, row: Row, slot: Slot, tok: Tok, line: Line, table: Table, label: str) -> None:
        """Read one value into `<prefix>.<row>.<col>`; a column that no format knows becomes a local cell."""
        if slot.col is None:
            message = f"{table.id}: no format knows the column {slot.name!r}"
            self.note("unknown_column", "info", message, where=slot.name)
            self.local(f"{label} / {slot.name}", tok, line)
            return
        col = slot.col
        unit = col.unit or row.unit or _printed_unit(slot.header) or table.unit
        address, signed = f"{prefix}.{row.id}.{col.id}", col.signed or row.signed
        self.cells.append(_cell(address, tok, line, unit, signed, label, slot.header))

    def absent(self, address: str, label: str) -> None:
        """Record a cell that the form prescribes and the row does not carry."""
        self.cells.append(Cell(address, "", "missing", label=label))

    def local(self, label: str, tok: Tok, line: Line) -> None:
        """Keep a value that no format knows, under its printed label."""
        self.cells.append(_cell("local", tok, line, None, True, label, ""))


@lru_cache(maxsize=4096)
def _printed_unit(header: str) -> str | None:
    return unit_in(plain(header)) if header else None


_Said = tuple[str, CellKind, Decimal | None, str | None, str | None]
"""What a text says as a value: as printed, kind, value, unit, remark."""


def _cell(address: str, tok: Tok, line: Line, unit: str | None, signed: bool, label: str, header: str) -> Cell:
    place = Place(line.grid, tok.row, tok.col if tok.anchor is None else tok.anchor, tok.line)
    if tok.image:
        return Cell(address, tok.text, "image", unit=unit, label=label, place=place)
    read = _said if len(tok.text) <= LONGEST else _said.__wrapped__  # long texts are not worth remembering
    return Cell(address, *read(tok.text, unit, signed, header), label, place)


@lru_cache(maxsize=16384)
def _said(text: str, unit: str | None, signed: bool, header: str) -> _Said:
    """A text read as a value of a column with this unit (None: not known) under this header."""
    found = read_cell(text, unit, signed)
    printed = _printed_unit(header)
    if printed and printed != unit and found.value is not None and found.unit == unit and not found.converted:
        # the header says 元 where the form says 万元: a bare number is in the header's unit
        found = replace(read_cell(f"{found.value}{printed}", unit, signed), raw=found.raw, remark=found.remark)
    return found.raw, found.kind, found.value, found.unit, found.remark


@dataclass(frozen=True, slots=True)
class Other:
    """A table that stands a second time with other figures: of another agency, year or scope.

    `grid` is where it begins, `cells` the addresses that differ there.
    """

    grid: int
    cells: tuple[str, ...]


_FEWEST_REPEATED = 8
_FEWEST_OTHER = 4


def other_report(drafts: Sequence[Draft]) -> Other | None:
    """Where the tables of a second report begin in the page; None for the tables of one report.

    They begin with the first grid that prints cells again which an earlier grid has, several of them with other values.
    """
    found = [other for draft in drafts for other in _others(draft)]
    return min(found, key=lambda other: other.grid, default=None)


def _others(draft: Draft) -> Iterator[Other]:
    """Grids of one table that print its cells again, mostly these; half of what they say (zeros say nothing) is new.

    A grid most of whose cells no other has is a part of the table, one of whose labels is wrong.
    """
    if len({cell.place.table for cell in draft.cells if cell.place is not None}) < 2:
        return  # nearly every draft: one grid holds the table
    seen: dict[str, Cell] = {}
    again: dict[int, list[tuple[Cell, Cell]]] = {}
    whole: Counter[int] = Counter()
    for cell in draft.cells:
        if cell.place is not None and cell.address != "local":
            whole[cell.place.table] += 1
            known = seen.setdefault(cell.address, cell)
            if known.place is not None and known.place.table < cell.place.table:
                again.setdefault(cell.place.table, []).append((known, cell))
    for grid, pairs in again.items():
        differing = [cell.address for known, cell in pairs if (known.kind, known.value) != (cell.kind, cell.value)]
        telling = sum(1 for known, cell in pairs if known.value or cell.value)
        mostly = len(pairs) >= whole[grid] / 2
        if mostly and len(pairs) >= _FEWEST_REPEATED and len(differing) >= max(_FEWEST_OTHER, telling / 2):
            yield Other(grid, tuple(differing))


def _parts(draft: Draft) -> frozenset[int]:
    """Grids that go on with the table of a draft: they hold cells that no grid before them has, or stand beside such
    ones where each row is a table of its own. Any other grid only prints again what stood before: a summary, another
    year."""
    seen: dict[str, int] = {}
    parts: set[int] = set()
    again: set[int] = set()
    for cell in draft.cells:
        if cell.place is None or cell.address == "local" or cell.kind == "missing":
            continue
        grid = cell.place.table
        (parts if seen.setdefault(cell.address, grid) == grid else again).add(grid)
    beside = (
        {grid for grid in again if not parts.isdisjoint(range(grid - 2, grid + 3))}
        if len(parts) >= _FEWEST_OTHER
        else set()
    )
    return frozenset(parts | beside)


@dataclass
class Collector:
    """All accepted cells and findings of one document.

    `other`: a second report in it, whose cells are left out. `repeated`: cells that one table prints several times
    with different values, all of them in order (see `crawler.reports.binding.repeated`).
    """

    cells: dict[str, Cell] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    other: Other | None = None
    repeated: dict[str, list[Cell]] = field(default_factory=dict)
    _locals: int = 0

    def __post_init__(self) -> None:
        if self.other is not None:
            table = self.other.cells[0].split(".", 1)[0]
            message = f"{table} stands again with other figures (table {self.other.grid}); the first one is kept"
            where = str(self.other.grid)
            self.findings.append(Finding("table_repeated", "soft", message, cells=self.other.cells, where=where))

    def take(self, draft: Draft) -> None:
        """Accept a draft. Of a cell that another table prints again the first stands, and the other is told."""
        self.findings.extend(draft.findings)
        parts = _parts(draft)
        for cell in draft.cells:
            if self.other is not None and cell.place is not None and cell.place.table >= self.other.grid:
                continue
            if cell.address == "local":
                self._local(cell)
            else:
                self._take(cell, parts)

    def _local(self, cell: Cell) -> None:
        self._locals += 1
        if self._locals > MOST_LOCAL:
            if self._locals == MOST_LOCAL + 1:
                self.findings.append(Finding("too_many_local_cells", "soft", f"more than {MOST_LOCAL} unknown cells"))
            return
        address = f"local.{self._locals}"
        self.cells[address] = cell._replace(address=address)

    def _take(self, cell: Cell, parts: frozenset[int]) -> None:
        known = self.cells.get(cell.address)
        if known is None or (known.kind == "missing" and cell.kind != "missing"):
            self.cells[cell.address] = cell
        elif cell.kind == "missing" or (known.kind, known.value) == (cell.kind, cell.value):
            return
        elif known.place and cell.place and (cell.place.table in parts or cell.place.table == known.place.table):
            if known.value or cell.value:  # 0 and a blank contradict each other in nothing
                self.repeated.setdefault(cell.address, [known]).append(cell)
        else:
            message = (
                f"{cell.address} stands in two tables with different values: {known.raw!r} is kept, {cell.raw!r} is not"
            )
            sides = (known.raw, cell.raw)
            self.findings.append(Finding("cell_repeated", "soft", message, *sides, cells=(cell.address,)))

    def finished(self) -> tuple[Finding, ...]:
        """The findings, each once, at most 200 of them."""
        unique = list(dict.fromkeys(self.findings))
        if len(unique) > _MOST_FINDINGS:
            rest = len(unique) - _MOST_FINDINGS
            unique[_MOST_FINDINGS:] = [Finding("more_findings", "info", f"{rest} further findings are not listed")]
        return tuple(unique)
