"""Another reading of a table that does not add up, where there is exactly one.

A table that a page or its author has damaged in one place can often be read in only one way in which every identity
of the form holds: a row stands one place too far left, a total stands under 其他, `12` and a blank were `1` and `2`.
Such a reading is offered on the findings. Cells are never changed, and of two readings that would do none is offered.

Tried is one change at a time, of these kinds (`OtherReading.how`):

* `row_shifted`: a blank or 0 of a row moved to another place, what lies between moving up by one
* `rows_shifted`: the same with a whole row of blanks and zeros among the rows, or a line of a list
* `total_moved`: the total of a row exchanged with a blank or 0 of that row
* `digits_joined`: `1 2` read as 12
* `digits_split`: `12` (or `1 2`) before a blank read as 1 and 2
* `cell_lacking`, `cell_extra`: a row with one cell too few or one (blank, or its neighbour's) too many, which could
  not be bound at all
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from crawler.reports.checks.ledger import AS_ZERO, NUMERIC, Ledger, number_of
from crawler.reports.formats import Equation, Format, Table
from crawler.reports.model import Cell, Finding, OtherReading, ReadingHow
from crawler.reports.numbers import read_cell

_BROKEN = re.compile(r"\d{1,9}(?:\s+\d{1,9}){1,2}")
_PAIR = re.compile(r"\d{1,9}\s+\d{1,9}")
_WHOLE = re.compile(r"[1-9]\d{1,8}")
_ZERO = Decimal(0)

Changes = dict[str, Decimal]
Candidate = tuple[ReadingHow, Changes]


def offered(form: Format, cells: Mapping[str, Cell], found: Iterable[Finding]) -> list[Finding]:
    """The failing identities, those of a table with exactly one other sound reading with that `reading`."""
    failing = list(found)
    readings = {
        table.id: _only(table, cells)
        for table in form.tables
        if any(one.severity == "hard" and one.cells[0].startswith(f"{table.id}.") for one in failing)
    }
    return [
        replace(one, reading=readings.get(one.cells[0].split(".")[0])) if one.severity == "hard" else one
        for one in failing
    ]


def of_rows(form: Format, cells: Mapping[str, Cell], found: Iterable[Finding]) -> list[Finding]:
    """For each row that could not be bound, for want of a cell or for one too many, the only reading that adds up."""
    made = []
    for one in found:
        if one.id not in ("short_row", "long_row") or abs(len(one.raws) - len(one.cells)) != 1:
            continue
        table = form.table(one.cells[0].split(".")[0]) if one.cells else None
        reading = _row_reading(table, cells, one) if table else None
        if reading is not None:
            message = f"{one.where}: read with {'one cell more' if reading.how == 'cell_lacking' else 'one cell less'}"
            message += f", every identity of {one.cells[0].split('.')[0]} holds"
            addresses = tuple(address for address, _ in reading.values)
            made.append(Finding("row_readable", "info", message, cells=addresses, where=one.where, reading=reading))
    return made


# ------------------------------------------------------------------ one change in cells that are bound


class _Balance:
    """The hard equations of one table over its numbers, and which of them fail."""

    def __init__(self, table: Table, numbers: Mapping[str, Decimal]) -> None:
        self.numbers = numbers
        self.equations = [one for one in table.equations if one.identity.severity == "hard"]
        self.speaking: dict[str, set[int]] = defaultdict(set)
        for index, equation in enumerate(self.equations):
            for _, _, address in (*equation.left, *equation.right):
                self.speaking[address].add(index)
        self.failing = {i for i, equation in enumerate(self.equations) if self.holds(equation, {}) is False}

    def holds(self, equation: Equation, changes: Mapping[str, Decimal]) -> bool | None:
        """None when a cell of it is no number."""
        sides = []
        for terms in (equation.left, equation.right):
            total = _ZERO
            for sign, _, address in terms:
                number = changes.get(address, self.numbers.get(address))
                if number is None:
                    return None
                total += sign * number
            sides.append(total)
        return sides[0] == sides[1]

    def solved_by(self, changes: Mapping[str, Decimal]) -> bool:
        """Whether all equations hold after the changes, each changed cell being tested by one at least."""
        touched: set[int] = set()
        for address in changes:
            speaking = self.speaking.get(address)
            if not speaking:
                return False
            touched |= speaking
        if not touched >= self.failing:
            return False
        return all(self.holds(self.equations[index], changes) is True for index in touched)


def _only(table: Table, cells: Mapping[str, Cell]) -> OtherReading | None:
    ledger = Ledger.of(table, cells)
    if ledger is None:
        return None
    balance = _Balance(table, ledger.numbers)
    found: dict[frozenset[tuple[str, Decimal]], OtherReading] = {}
    for how, changes in _candidates(table, cells, ledger.numbers):
        if changes and balance.solved_by(changes):
            found.setdefault(frozenset(changes.items()), OtherReading(how, tuple(changes.items())))
            if len(found) > 1:
                return None  # of two readings nobody knows which is meant
    return next(iter(found.values()), None)


def _candidates(table: Table, cells: Mapping[str, Cell], numbers: Mapping[str, Decimal]) -> Iterator[Candidate]:
    rows = _rows(table)
    for row in rows:
        yield from _digits(row, cells)
        if table.kind != "list" and all(address in numbers for address in row):
            yield from (("row_shifted", changes) for changes in _moved([[address] for address in row], numbers))
    if table.kind == "matrix":
        yield from _totals(table, numbers)
        kept = [row for row in rows if all(address in numbers for address in row)]
        yield from (("rows_shifted", changes) for changes in _moved(kept, numbers))
    elif table.kind == "list":
        for column in zip(*rows, strict=True):
            kept = [[address] for address in column if address in numbers]
            yield from (("rows_shifted", changes) for changes in _moved(kept, numbers))


def _rows(table: Table) -> list[list[str]]:
    """Addresses that stand in one printed row."""
    rows = [[f"{prefix}.{row.id}.{col.id}" for col in cols] for prefix, every, cols in table.parts() for row in every]
    return [[address for row in rows for address in row]] if table.kind == "flat" else rows


def _moved(groups: Sequence[Sequence[str]], numbers: Mapping[str, Decimal]) -> Iterator[Changes]:
    """Each way to move one group of zeros to another place, the groups between moving by one. Groups are alike long."""
    values = [[numbers[address] for address in group] for group in groups]
    for start, moved in enumerate(values):
        if any(moved):
            continue
        for end in range(len(values)):
            if end == start:
                continue
            order = [*values[:start], *values[start + 1 :]]
            order.insert(end, moved)
            low, high = min(start, end), max(start, end) + 1
            yield {
                address: new
                for group, old_row, new_row in zip(groups[low:high], values[low:high], order[low:high], strict=True)
                for address, old, new in zip(group, old_row, new_row, strict=True)
                if old != new
            }


def _totals(table: Table, numbers: Mapping[str, Decimal]) -> Iterator[Candidate]:
    computed = [col.id for col in table.value_cols if col.computed]
    for row in table.value_rows:
        for total in (f"{table.id}.{row.id}.{col}" for col in computed):
            for other in (f"{table.id}.{row.id}.{col.id}" for col in table.value_cols if not col.computed):
                left, right = numbers.get(total), numbers.get(other)
                if left is not None and right is not None and left != right and not (left and right):
                    yield "total_moved", {total: right, other: left}


def _digits(row: Sequence[str], cells: Mapping[str, Cell]) -> Iterator[Candidate]:
    """Digits that a blank cut apart, and digits of two cells that ran together into one."""
    for address, after in zip(row, [*row[1:], None], strict=True):
        cell = cells.get(address)
        if cell is None:
            continue
        if cell.kind == "text" and _BROKEN.fullmatch(cell.raw):
            yield "digits_joined", {address: Decimal("".join(cell.raw.split()))}
        behind = cells.get(after) if after else None
        if after is None or behind is None or behind.kind not in ("empty", "missing"):
            continue
        if cell.kind == "text" and _PAIR.fullmatch(cell.raw):
            left, right = cell.raw.split()
            yield "digits_split", {address: Decimal(left), after: Decimal(right)}
        elif cell.kind == "number" and _WHOLE.fullmatch(cell.raw):
            for cut in range(1, len(cell.raw)):
                if cell.raw[cut] != "0" or cut == len(cell.raw) - 1:
                    yield "digits_split", {address: Decimal(cell.raw[:cut]), after: Decimal(cell.raw[cut:])}


# ------------------------------------------------------------------ rows that could not be bound


def _row_reading(table: Table, cells: Mapping[str, Cell], row: Finding) -> OtherReading | None:
    found: dict[tuple[Decimal, ...], OtherReading] = {}
    for how, raws in _fitted(row.raws, len(row.cells)):
        read = [read_cell(raw) for raw in raws]
        if not all(one.kind in NUMERIC or one.kind in AS_ZERO for one in read):
            return None
        filled = {
            address: Cell(address, one.raw, one.kind, one.value) for address, one in zip(row.cells, read, strict=True)
        }
        values = tuple(number_of(cell) or _ZERO for cell in filled.values())
        if values not in found and sound(table, {**cells, **filled}, row.cells):
            found[values] = OtherReading(how, tuple(zip(filled, values, strict=True)))
    return next(iter(found.values())) if len(found) == 1 else None


def _fitted(raws: Sequence[str], wanted: int) -> Iterator[tuple[ReadingHow, list[str]]]:
    """The row with one blank more at each place, or with each blank or doubled cell of it left out."""
    if len(raws) < wanted:
        yield from (("cell_lacking", [*raws[:at], "", *raws[at:]]) for at in range(wanted))
    else:
        for at, raw in enumerate(raws):
            if read_cell(raw).kind == "empty" or raw in raws[at + 1 : at + 2]:
                yield "cell_extra", [*raws[:at], *raws[at + 1 :]]


def sound(table: Table, cells: Mapping[str, Cell], tested: Sequence[str]) -> bool:
    """Whether no hard identity fails, and each of these cells that is not 0 is tested by one."""
    ledger = Ledger.of(table, cells)
    if ledger is None:
        return False
    balance = _Balance(table, ledger.numbers)
    if balance.failing:
        return False
    testing = [balance.holds(one, {}) is True for one in balance.equations]
    return all(
        any(testing[index] for index in balance.speaking.get(address, ())) and address in ledger.numbers
        for address in tested
        if number_of(cells[address])
    )
