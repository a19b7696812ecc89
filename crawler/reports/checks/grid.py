"""Whether the cells of an identity that fails stand where the form has them: then the error is the publisher's.

What can be told from the places of the cells alone: the rows that the identity speaks of run through the columns in
the same order as the other rows of their table, no two cells come from one place, no row or cell of the table was left
unread or met twice. Labels are not judged here: cells are bound by them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from crawler.reports.formats import Format, Table
from crawler.reports.model import Cell, Finding, Place, Report

_DOUBTS = frozenset({"short_row", "long_row", "cell_repeated", "table_too_large"})
"""Findings of the binder after which a table's cells may not be all that it says."""


def judged(form: Format, report: Report, found: Iterable[Finding]) -> list[Finding]:
    """The failing identities with `grid_agrees`."""
    failing = list(found)
    if not failing:
        return []
    tables = {table.id: table for table in form.tables}
    orders = {id_: _orders(table, report.cells) for id_, table in tables.items() if _speaks(failing, id_)}
    return [replace(one, grid_agrees=_agrees(one, report, orders[one.cells[0].split(".")[0]])) for one in failing]


def _speaks(found: Iterable[Finding], table: str) -> bool:
    return any(one.cells[0].startswith(f"{table}.") for one in found)


Orders = Mapping[str, tuple[str, ...]]
"""For each row (address without its column) the ids of its columns in the order of their places."""


def _orders(table: Table, cells: Mapping[str, Cell]) -> Orders:
    found: dict[str, list[tuple[Place, str]]] = defaultdict(list)
    for address in table.addresses():
        cell = cells.get(address)
        if cell is not None and cell.place is not None:
            row, _, col = address.rpartition(".")
            found[row].append((cell.place, col))
    return {row: tuple(col for _, col in sorted(placed)) for row, placed in found.items()}


def _agrees(finding: Finding, report: Report, orders: Orders) -> bool | None:
    spoken = [report.cells[address] for address in finding.cells if address in report.cells]
    places = [cell.place for cell in spoken if cell.place is not None]
    if len(places) < len(spoken):
        return None
    if len(set(places)) < len(places) or _doubted(finding, report, {place.table for place in places}):
        return False
    rows = dict.fromkeys(address.rpartition(".")[0] for address in finding.cells)
    return _alike([orders[row] for row in rows if row in orders], list(orders.values()))


def _alike(own: Sequence[tuple[str, ...]], every: Sequence[tuple[str, ...]]) -> bool:
    """Whether these rows have their columns in the order that most rows with the same columns have."""
    counts = Counter(every)
    most: dict[frozenset[str], int] = {}
    for order, count in counts.items():
        most[frozenset(order)] = max(most.get(frozenset(order), 0), count)
    return all(counts[order] == most[frozenset(order)] for order in own)


def _doubted(finding: Finding, report: Report, grids: set[int]) -> bool:
    """Whether a part of the same table was not read, or read twice."""
    table = finding.cells[0].split(".")[0]
    if any(one.id in _DOUBTS and any(a.startswith(f"{table}.") for a in one.cells) for one in report.findings):
        return True
    local = (cell for address, cell in report.cells.items() if address.startswith("local."))
    return any(cell.value and cell.place is not None and cell.place.table in grids for cell in local)
