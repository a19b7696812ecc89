"""Tables to statutory cells: which format a report uses, and what stands in each cell of its tables.

The format is known by phrases that only its tables have, never by the year. Cells are bound by label (row, column,
group, band), in whatever layout they stand: spans sound, wrong or lost, tables cut in two or grown together, `|`-rows,
one cell per line. What cannot be bound without guessing stays out and becomes a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from crawler.reports import formats as format_data
from crawler.reports.binding.beside import apart
from crawler.reports.binding.collect import Collector, Draft, other_report
from crawler.reports.binding.flat import FlatBinder
from crawler.reports.binding.joins import join_broken
from crawler.reports.binding.labels import LabelIndex, labels_of, plain
from crawler.reports.binding.listing import ListBinder
from crawler.reports.binding.matrix import MatrixBinder
from crawler.reports.binding.repeated import settle
from crawler.reports.binding.rows import LONGEST_GRID, WIDEST, Line, lines_of, numbers_columns
from crawler.reports.binding.stacked import BlocksBinder
from crawler.reports.binding.stream import is_stream, stream_lines
from crawler.reports.binding.tell import tell_fuzzy
from crawler.reports.binding.torn import rejoin
from crawler.reports.formats import Format, Table
from crawler.reports.grids import Grid
from crawler.reports.model import Cell, Finding, TableState

__all__ = ["TableReading", "bind", "detect"]

_MOST_TEXT = 2_000_000
_MOST_LINES = 10_000
"""Rows of all tables of a page that are read; the longest statutory form has about 80."""


class Binder(Protocol):
    """What every kind of table offers to the router."""

    draft: Draft

    def announce(self) -> None:
        """The table's title was met."""

    def feed(self, line: Line) -> bool:
        """Read one line; True when it was used."""

    def finish(self) -> bool:
        """Whether enough was recognised to accept the draft."""


_BINDERS: Mapping[str, type[BlocksBinder] | type[MatrixBinder] | type[FlatBinder] | type[ListBinder]] = {
    "blocks": BlocksBinder,
    "matrix": MatrixBinder,
    "flat": FlatBinder,
    "list": ListBinder,
}


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the tables of one document say.

    Attributes:
        format: id of the recognised format; None when no table tells (a 复议诉讼 table alone is alike in two formats).
        cells: bound cells by address, `local.<n>` for rows that no format knows.
        states: each table the format prescribes; empty when the format is unknown and nothing was bound.
        findings: labels that were unknown or only close, rows that do not fit, cells met twice.
        places: table ids found in each grid, by the grid's index.
    """

    format: str | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    states: dict[str, TableState] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    places: dict[int, tuple[str, ...]] = field(default_factory=dict)


def bind(grids: Sequence[Grid], formats: Mapping[str, Format] | None = None) -> TableReading:
    """Bind the cells of a document's tables. Never raises on what a page may hold; time grows linearly with its cells.

    `formats` are the formats to know (those of the package by default).
    """
    known = formats if formats is not None else format_data.load()
    detected = detect(grids, known)
    candidates = _candidates(known, detected)
    index = LabelIndex(labels_of(candidates))
    router = _Router(candidates, index)
    router.read(grids)
    drafts = [binder.draft for binder in router.accepted()]
    collector = Collector(other=other_report(drafts))
    collector.findings.extend(_too_large(grids))
    for draft in drafts:
        collector.take(draft)
    chosen = detected or _by_cells(candidates, collector.cells)
    form = chosen or _first_with(candidates, collector.cells)
    collector.findings.extend(settle(form, collector.cells, collector.repeated))
    if form is not None:
        joined, told = join_broken(form, collector.cells)
        collector.cells.update(joined)
        collector.findings.extend(told)
    states = _states(form, collector.cells, router.images)
    collector.findings.extend(_gaps(chosen, collector.cells, states))
    return TableReading(
        chosen.id if chosen else None, collector.cells, states, collector.finished(), router.places(collector.cells)
    )


def detect(grids: Iterable[Grid], formats: Mapping[str, Format]) -> Format | None:
    """The first format one of whose markers stands in the text of the tables; None when none does."""
    printed = _text(grids)
    text = ""
    for item in formats.values():
        if any(marker in printed for marker in item.markers):
            return item  # as nearly every page has it: no need to fold all its text
        text = text or plain.__wrapped__(printed)
        if any(plain(marker) in text for marker in item.markers):
            return item
    return None


def _text(grids: Iterable[Grid]) -> str:
    """The text of all cells in one string, so that a marker broken over cells or lines is found."""
    pieces: list[str] = []
    size = 0
    for grid in grids:
        for row in grid.rows:
            for cell in row:
                pieces.append(cell.text)
                size += len(cell.text)
            if size > _MOST_TEXT:
                break
    return "".join(pieces)


def _candidates(known: Mapping[str, Format], detected: Format | None) -> tuple[Format, ...]:
    """The detected format, then others that have tables of the same ids; without one, the national forms in order."""
    if detected is None:
        first = next((item for item in known.values() if item.national), None)
        return _candidates(known, first) if first else tuple(known.values())
    ids = {table.id for table in detected.tables}
    others = [item for item in known.values() if item is not detected and ids & {table.id for table in item.tables}]
    return (detected, *others)


class _Router:
    """Sends each line to the binder of its table."""

    def __init__(self, candidates: Sequence[Format], index: LabelIndex) -> None:
        self.index = index
        tables: dict[str, Table] = {}
        for item in candidates:
            for table in item.tables:
                tables.setdefault(table.id, table)
        self.binders: dict[str, Binder] = {table.id: _BINDERS[table.kind](table) for table in tables.values()}
        self.current: str | None = None
        self.images: set[str] = set()

    def read(self, grids: Sequence[Grid]) -> None:
        """Read every grid in document order."""
        left = _MOST_LINES
        parts: list[list[Line]] = []
        for grid in grids:
            parts.append(list(islice(self._lines(grid), left)))
            left -= len(parts[-1])
        rejoin([lines for grid, lines in zip(grids, parts, strict=True) if not is_stream(grid)], self.index)
        for grid, lines in zip(grids, parts, strict=True):
            self._caption(grid)
            for line in apart(lines):
                self._route(line)

    def accepted(self) -> Iterator[Binder]:
        """Binders that recognised enough."""
        return (binder for binder in self.binders.values() if binder.finish())

    def places(self, cells: Mapping[str, Cell]) -> dict[int, tuple[str, ...]]:
        """Table ids by grid, from where accepted cells stand."""
        pairs = {(cell.place.table, cell.address.partition(".")[0]): None for cell in cells.values() if cell.place}
        found: dict[int, list[str]] = {}
        for grid, table in pairs:
            if table != "local":
                found.setdefault(grid, []).append(table)
        return {grid: tuple(ids) for grid, ids in sorted(found.items())}

    def _lines(self, grid: Grid) -> Iterator[Line]:
        return stream_lines(grid, self.index) if is_stream(grid) else lines_of(grid, self.index)

    def _caption(self, grid: Grid) -> None:
        match = self.index.find(grid.caption) if grid.caption else None
        titled = next((t.table for t in match.targets if t.role == "title"), None) if match else None
        if titled is None:
            return
        self.current = titled
        self.binders[titled].announce()
        cells = [cell for row in grid.rows for cell in row[:WIDEST]]
        if cells and any(cell.image for cell in cells) and not any(cell.text for cell in cells if not cell.image):
            self.images.add(titled)

    def _route(self, line: Line) -> None:
        if self._title(line) or numbers_columns(line):
            return
        votes: dict[str, int] = {}
        for table in line.tables():
            if table in self.binders:
                votes[table] = votes.get(table, 0) + 1
        best = max(votes.values(), default=0)
        leading = [table for table, count in votes.items() if count == best]
        chosen = self.current if not leading or self.current in leading else leading[0]
        if chosen is not None and self.binders[chosen].feed(line):
            near = [tok for tok in line.toks if tok.match is not None and not tok.match.exact and tok.has(chosen)]
            tell_fuzzy(self.binders[chosen].draft, near)
            self.current = chosen if leading else self.current

    def _title(self, line: Line) -> bool:
        """A line that is a title switches the table, one that is another section's heading ends it."""
        if line.has_values:
            return False
        labelled = [tok for tok in line.toks if tok.match is not None]
        if len(labelled) != 1 or labelled[0].match is None:
            return False
        targets = labelled[0].match.targets
        titled = [target.table for target in targets if target.role == "title"]
        if titled:
            self.current = titled[0]
            self.binders[titled[0]].announce()
        elif targets[0].role == "end":
            self.current = None
        return bool(titled) or targets[0].role == "end"


def _by_cells(candidates: Sequence[Format], cells: Mapping[str, Cell]) -> Format | None:
    """The only format that has all the bound cells; None when several have them, or none."""
    bound = {address for address in cells if not address.startswith("local.")}
    fitting = [item for item in candidates if bound and bound <= item.addresses]
    return fitting[0] if len(fitting) == 1 else None


def _first_with(candidates: Sequence[Format], cells: Mapping[str, Cell]) -> Format | None:
    bound = {address for address in cells if not address.startswith("local.")}
    return next((item for item in candidates if bound & item.addresses), None)


def _states(chosen: Format | None, cells: Mapping[str, Cell], images: set[str]) -> dict[str, TableState]:
    states: dict[str, TableState] = {}
    for table in chosen.tables if chosen else ():
        wanted = table.addresses()
        read = sum(address in cells and cells[address].kind != "missing" for address in wanted)
        if read:
            states[table.id] = "present" if read == len(wanted) else "partial"
        else:
            states[table.id] = "image" if table.id in images else "missing"
    return states


def _gaps(chosen: Format | None, cells: Mapping[str, Cell], states: Mapping[str, TableState]) -> Iterator[Finding]:
    """Prescribed rows that a table lacks, and cells that another format prescribes in it."""
    if chosen is None:
        return
    for table in chosen.tables:
        if states.get(table.id) == "partial":
            absent = [address for address in table.addresses() if address not in cells]
            if absent:
                rows = list(dict.fromkeys(address.rsplit(".", 1)[0] for address in absent))
                message = f"{table.id} lacks {len(absent)} prescribed cells: {', '.join(rows[:8])}"
                yield Finding("cells_missing", "soft", message, cells=tuple(absent), where=table.id)
    own = chosen.addresses
    foreign = [address for address in cells if not address.startswith("local.") and address not in own]
    if foreign:
        message = f"{len(foreign)} cells belong to another format than {chosen.id}: {', '.join(foreign[:8])}"
        yield Finding("other_format", "info", message, cells=tuple(foreign))


def _too_large(grids: Sequence[Grid]) -> Iterator[Finding]:
    rows = sum(len(grid.rows) for grid in grids)
    if rows > _MOST_LINES:
        message = f"the tables have {rows} rows together, more than any form; the first {_MOST_LINES} were read"
        yield Finding("table_too_large", "soft", message)
    for grid in grids:
        if len(grid.rows) > LONGEST_GRID or any(len(row) > WIDEST for row in grid.rows):
            message = f"table {grid.index} is larger than any statutory one; {LONGEST_GRID} rows of {WIDEST} were read"
            yield Finding("table_too_large", "soft", message, where=str(grid.index))
