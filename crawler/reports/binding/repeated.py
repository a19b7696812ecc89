"""Cells that one table prints twice under the same label, with different values: neither is taken.

Which of two rows named 予以公开 is the one so named nobody knows. Where the identities of the form hold with exactly
one choice, that choice is offered as a reading beside the cells, which stay without a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from crawler.reports.checks.readings import sound
from crawler.reports.formats import Format, Table
from crawler.reports.model import Cell, Finding, OtherReading

_MOST_CHOICES = 64


def settle(form: Format | None, cells: dict[str, Cell], repeated: Mapping[str, Sequence[Cell]]) -> list[Finding]:
    """Take the values of repeated cells away, in place, and say so: one finding a row, with the only reading that adds
    up where there is one. `repeated` holds every reading of each address, in the order of the page."""
    for address, several in repeated.items():
        cells[address] = several[0]._replace(raw="", kind="missing", value=None, remark=None, place=None)
    rows: dict[str, list[str]] = {}
    for address in repeated:
        rows.setdefault(address.rpartition(".")[0], []).append(address)
    by_table: dict[str, list[str]] = {}
    for row in rows:
        by_table.setdefault(row.partition(".")[0], []).append(row)
    found: list[Finding] = []
    for name, own in by_table.items():
        table = form.table(name) if form is not None else None
        reading = _only(table, cells, [rows[row] for row in own], repeated) if table else None
        found += [_told(row, rows[row], repeated, reading) for row in own]
    return found


def _told(
    row: str, addresses: Sequence[str], repeated: Mapping[str, Sequence[Cell]], reading: OtherReading | None
) -> Finding:
    first = " | ".join(repeated[address][0].raw for address in addresses)
    again = " | ".join(repeated[address][1].raw for address in addresses)
    label = repeated[addresses[0]][0].label or row
    message = f"{label} ({row}) stands twice with different values, {first[:80]} and {again[:80]}: neither is taken"
    return Finding("cell_repeated", "soft", message, first, again, cells=tuple(addresses), where=row, reading=reading)


def _only(
    table: Table, cells: Mapping[str, Cell], rows: Sequence[Sequence[str]], repeated: Mapping[str, Sequence[Cell]]
) -> OtherReading | None:
    """The only choice among the printed rows with which every identity holds and each value of them is tested."""
    choices = [range(min(len(repeated[address]) for address in row)) for row in rows]
    count = 1
    for each in choices:
        count *= len(each)
    if count > _MOST_CHOICES:
        return None
    found: list[OtherReading] = []
    for choice in product(*choices):
        filled = {address: repeated[address][at] for row, at in zip(rows, choice, strict=True) for address in row}
        if sound(table, {**cells, **filled}, tuple(filled)):
            values = tuple((address, cell.value) for address, cell in filled.items() if cell.value is not None)
            found.append(OtherReading("row_repeated", values))
    return found[0] if len(found) == 1 else None
