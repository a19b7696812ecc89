"""The identities of a form, evaluated over the cells of a report.

A blank, a 无 and a / count as 0 in an identity, and only inside a table that has numbers at all. An identity that needs
a cell which is missing, damaged, not counted or text is not tested: it neither holds nor fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crawler.reports.formats import Column, Equation, Format, Row, Table
from crawler.reports.model import Cell, Finding

AS_ZERO = frozenset({"empty", "none_word", "not_applicable"})
NUMERIC = frozenset({"number", "zero"})
_ZERO = Decimal(0)

HOLDS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "==": lambda left, right: left == right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}

Terms = Sequence[tuple[int, str, str]]
"""Signed terms: sign, id, address."""


def identities(form: Format, cells: Mapping[str, Cell]) -> list[Finding]:
    """The identities of a format that do not hold among these cells."""
    return failing(form, ledgers(form, cells))


def failing(form: Format, books: Mapping[str, Ledger | None]) -> list[Finding]:
    """The identities of a format that do not hold in the ledgers of its tables."""
    found: list[Finding] = []
    for table in form.tables:
        ledger = books[table.id]
        if ledger is not None:
            found.extend(finding for equation in table.equations if (finding := _test(ledger, equation)) is not None)
    return found


def ledgers(form: Format, cells: Mapping[str, Cell]) -> dict[str, Ledger | None]:
    """The ledger of each table of a format."""
    return {table.id: Ledger.of(table, cells) for table in form.tables}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The cells of one table that are numbers for arithmetic, and their printed names."""

    numbers: Mapping[str, Decimal]
    names: Mapping[str, str]

    @classmethod
    def of(cls, table: Table, cells: Mapping[str, Cell]) -> Ledger | None:
        """None for a table that has no number at all: its blanks say nothing."""
        own = {address: cell for address in table.addresses() if (cell := cells.get(address)) is not None}
        kinds = {cell.kind for cell in own.values()}
        if kinds.isdisjoint(NUMERIC):
            return None
        unkept = set(_unkept(table, own)) if table.kind == "matrix" and "empty" in kinds else ()
        return cls(
            {a: n for a, cell in own.items() if a not in unkept and (n := number_of(cell)) is not None}, table.names
        )

    def total(self, terms: Terms) -> Decimal | None:
        """Sum of signed terms; None when any of them cannot be a number."""
        numbers, total = self.numbers, _ZERO
        for sign, _, address in terms:
            number = numbers.get(address)
            if number is None:
                return None
            total = total + number if sign > 0 else total - number
        return total


def number_of(cell: Cell) -> Decimal | None:
    """What a cell counts as in an identity: its number, 0 for nothing said, None where it cannot be known."""
    if cell.kind in NUMERIC:
        return cell.value
    return _ZERO if cell.kind in AS_ZERO else None


def value_of(cells: Mapping[str, Cell], address: str) -> Decimal | None:
    """The number that a cell itself holds; None for blanks and for a cell that is not there."""
    cell = cells.get(address)
    return cell.value if cell is not None else None


def plain(number: Decimal) -> str:
    """A number as one writes it: no exponent, no trailing zeros."""
    return f"{number.normalize():f}" if number else "0"


def _test(ledger: Ledger, equation: Equation) -> Finding | None:
    identity = equation.identity
    left, right = ledger.total(equation.left), ledger.total(equation.right)
    if left is None or right is None or HOLDS[identity.op](left, right):
        return None
    left_text = _sum_text(ledger, equation.left, left)
    right_text = _sum_text(ledger, equation.right, right)
    label = _bare(ledger.names.get(equation.where, equation.where))
    labels = " + ".join(_bare(ledger.names.get(name, name)) for _, name, _ in equation.left)
    others = [_bare(ledger.names.get(name, name)) for _, name, _ in equation.right]
    rest = " + ".join(others) if len(others) <= 7 else f"{others[0]} + … + {others[-1]}"
    return Finding(
        identity.id,
        identity.severity,
        f"{label}: {labels} {identity.op} {rest} does not hold: {left_text} against {right_text}",
        left_text,
        right_text,
        left - right,
        tuple(address for _, _, address in (*equation.left, *equation.right)),
        equation.where,
    )


def _sum_text(ledger: Ledger, terms: Terms, total: Decimal) -> str:
    """`52 + 0 = 52`; of a long sum only the terms that are not zero; of a single one the number alone."""
    numbers = [(sign, ledger.numbers.get(address) or Decimal(0)) for sign, _, address in terms]
    if len(numbers) > 3:
        numbers = [(sign, number) for sign, number in numbers if number] or numbers[:1]
    text = plain(numbers[0][0] * numbers[0][1])
    for sign, number in numbers[1:]:
        text += f" {'-' if sign < 0 else '+'} {plain(number)}"
    return text if len(numbers) == 1 else f"{text} = {plain(total)}"


def _bare(label: str) -> str:
    """A row's label without its bracketed explanation."""
    return label.split("（区分", 1)[0]


def _unkept(table: Table, cells: Mapping[str, Cell]) -> Iterator[str]:
    """Blank totals of a publisher who does not fill in totals.

    Some agencies leave the 总计 column of all detail rows blank and fill it only in the head rows. Read as 0 these
    blanks would break every row of a correct table; they are taken as not kept where blanks are more than half of what
    could be there. A single forgotten total among filled ones is still read as 0 and found.
    """
    for col in table.value_cols:
        if col.computed:
            for head in (True, False):
                rows = [row for row in table.value_rows if _is_head(row) is head]
                yield from _habit([f"{table.id}.{row.id}" for row in rows], col, table.value_cols, cells)


def _is_head(row: Row) -> bool:
    return row.level == 1 or row.computed


def _habit(rows: Sequence[str], col: Column, cols: Sequence[Column], cells: Mapping[str, Cell]) -> Iterator[str]:
    said = [
        prefix for prefix in rows if any(cells[a].kind in NUMERIC for c in cols if (a := f"{prefix}.{c.id}") in cells)
    ]
    blank = [
        prefix for prefix in said if (cell := cells.get(f"{prefix}.{col.id}")) is not None and cell.kind == "empty"
    ]
    if blank and len(blank) * 2 > len(said):
        for prefix in rows:
            cell = cells.get(f"{prefix}.{col.id}")
            if cell is not None and cell.kind == "empty":
                yield f"{prefix}.{col.id}"
