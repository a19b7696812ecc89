"""Arithmetic and sense: what the cells of a report say against each other, and against its prose.

The printed forms prove themselves: in the tables of requests (t3) and of reconsiderations and lawsuits (t4) raising
any one cell by one breaks an identity. Identities are data of the format (`formats/*.yaml`); here they are evaluated.

A blank, a 无 and a / count as 0 in an identity, and only inside a table that has numbers at all. An identity that needs
a cell which is missing, damaged, not counted or text is not tested: it neither holds nor fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from crawler.reports import formats
from crawler.reports.formats import Column, Equation, Format, Row, Table
from crawler.reports.model import Cell, Finding, Report, TableState

__all__ = ["check", "identities"]

_AS_ZERO = frozenset({"empty", "none_word", "not_applicable"})
_NUMERIC = frozenset({"number", "zero"})
_SUSPICIOUS = 20
"""Below this two equal counts are no sign of anything (SEM-3)."""

_HOLDS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "==": lambda left, right: left == right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}
_RULE_MAKERS = frozenset({"national", "province", "prefecture"})
"""Levels whose governments may make 规章 (立法法): above county."""

Terms = Sequence[tuple[int, str, str]]
"""Signed terms: sign, id, address."""


def check(report: Report, *, agency_level: str | None = None, agency_type: str | None = None) -> tuple[Finding, ...]:
    """All findings of one report, hard ones first. Pure; never raises on what a report may hold.

    `agency_level` and `agency_type` (registry words: `county`, `township`; `government`, `department` …) are needed for
    SEM-2 only; without them that rule is not tested.
    """
    known = formats.load()
    form = known.get(report.format or "")
    found = [*_missing_tables(report, form)]
    if form is None:
        form = _fallback(known, report.cells)
    if form is not None:
        found += identities(form, report.cells)
        found += _semantic(form, report.cells, agency_level, agency_type)
        found += _narrative(form, report)
    order = {"hard": 0, "soft": 1, "info": 2}
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: order[finding.severity]))


def identities(form: Format, cells: Mapping[str, Cell]) -> list[Finding]:
    """The identities of a format that do not hold among these cells."""
    found: list[Finding] = []
    for table in form.tables:
        ledger = _Ledger.of(table, cells)
        if ledger is None:
            continue
        found.extend(finding for equation in table.equations if (finding := _test(ledger, equation)) is not None)
    return found


# ------------------------------------------------------------------ identities


@dataclass(frozen=True, slots=True)
class _Ledger:
    """The cells of one table that are numbers for arithmetic, and their printed names."""

    numbers: Mapping[str, Decimal]
    names: Mapping[str, str]

    @classmethod
    def of(cls, table: Table, cells: Mapping[str, Cell]) -> _Ledger | None:
        """None for a table that has no number at all: its blanks say nothing."""
        own = {address: cells[address] for address in table.addresses() if address in cells}
        if not any(cell.kind in _NUMERIC for cell in own.values()):
            return None
        unkept = set(_unkept(table, own))
        return cls(
            {a: n for a, cell in own.items() if a not in unkept and (n := _number(cell)) is not None}, table.names
        )

    def total(self, terms: Terms) -> Decimal | None:
        """Sum of signed terms; None when any of them cannot be a number."""
        total = Decimal(0)
        for sign, _, address in terms:
            number = self.numbers.get(address)
            if number is None:
                return None
            total += sign * number
        return total


def _number(cell: Cell) -> Decimal | None:
    if cell.kind in _NUMERIC:
        return cell.value
    return Decimal(0) if cell.kind in _AS_ZERO else None


def _test(ledger: _Ledger, equation: Equation) -> Finding | None:
    identity = equation.identity
    left, right = ledger.total(equation.left), ledger.total(equation.right)
    if left is None or right is None or _HOLDS[identity.op](left, right):
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


def _sum_text(ledger: _Ledger, terms: Terms, total: Decimal) -> str:
    """`52 + 0 = 52`; of a long sum only the terms that are not zero; of a single one the number alone."""
    numbers = [(sign, ledger.numbers.get(address) or Decimal(0)) for sign, _, address in terms]
    if len(numbers) > 3:
        numbers = [(sign, number) for sign, number in numbers if number] or numbers[:1]
    text = _plain(numbers[0][0] * numbers[0][1])
    for sign, number in numbers[1:]:
        text += f" {'-' if sign < 0 else '+'} {_plain(number)}"
    return text if len(numbers) == 1 else f"{text} = {_plain(total)}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def _bare(label: str) -> str:
    """A row's label without its bracketed explanation."""
    return label.split("（区分", 1)[0]


def _unkept(table: Table, cells: Mapping[str, Cell]) -> Iterator[str]:
    """Blank totals of a publisher who does not fill in totals.

    Some agencies leave the 总计 column of all detail rows blank and fill it only in the head rows. Read as 0 these
    blanks would break every row of a correct table; they are taken as not kept where blanks are more than half of what
    could be there. A single forgotten total among filled ones is still read as 0 and found.
    """
    if table.kind != "matrix" or not any(cell.kind == "empty" for cell in cells.values()):
        return
    for col in table.value_cols:
        if col.computed:
            for head in (True, False):
                rows = [row for row in table.value_rows if _is_head(row) is head]
                yield from _habit([f"{table.id}.{row.id}" for row in rows], col, table.value_cols, cells)


def _is_head(row: Row) -> bool:
    return row.level == 1 or row.computed


def _habit(rows: Sequence[str], col: Column, cols: Sequence[Column], cells: Mapping[str, Cell]) -> Iterator[str]:
    said = [
        prefix for prefix in rows if any(cells[a].kind in _NUMERIC for c in cols if (a := f"{prefix}.{c.id}") in cells)
    ]
    blank = [
        prefix for prefix in said if (cell := cells.get(f"{prefix}.{col.id}")) is not None and cell.kind == "empty"
    ]
    if blank and len(blank) * 2 > len(said):
        for prefix in rows:
            cell = cells.get(f"{prefix}.{col.id}")
            if cell is not None and cell.kind == "empty":
                yield f"{prefix}.{col.id}"


# ------------------------------------------------------------------ sense


def _semantic(form: Format, cells: Mapping[str, Cell], level: str | None, kind: str | None) -> Iterator[Finding]:
    for table in form.tables:
        for address, row, col in table.slots():
            cell = cells.get(address)
            if cell is not None and (cell.value is not None or cell.kind == "damaged"):
                yield from _sem_1(address, cell, col.signed or row.signed, col.decimals or row.decimals)
    yield from _sem_2(cells, level, kind)
    yield from _sem_3(form, cells)


def _sem_1(address: str, cell: Cell, signed: bool, decimals: bool) -> Iterator[Finding]:
    """All counts are whole numbers, none below zero (columns of changes and of money apart)."""
    if cell.kind == "damaged":
        negative = cell.raw.lstrip().startswith(("-", "－", "−", "–", "—"))
        id_: Literal["SEM-1", "cell_damaged"] = "SEM-1" if negative and not signed else "cell_damaged"
        severity: Literal["hard", "soft"] = "hard" if id_ == "SEM-1" else "soft"
        message = f"{address}: {cell.raw!r} cannot stand here"
        yield Finding(id_, severity, message, cell.raw, cells=(address,), where=address)
    elif cell.value is not None and not decimals and cell.value != cell.value.to_integral_value():
        message = f"{address}: {cell.raw!r} is not a whole number"
        yield Finding("SEM-1", "hard", message, cell.raw, cells=(address,), where=address)


def _sem_2(cells: Mapping[str, Cell], level: str | None, kind: str | None) -> Iterator[Finding]:
    """规章 are made by ministries, provinces and cities with districts; anyone else has taken the wrong row."""
    if level is None:
        return
    may = level == "national" or (level in _RULE_MAKERS and kind in (None, "government", "office"))
    if may:
        return
    for column in ("made", "valid", "published", "public_total"):
        address = f"t2.p1.rules.{column}"
        cell = cells.get(address)
        if cell is not None and cell.value is not None and cell.value > 0:
            message = f"规章 {cell.raw} at an agency of level {level}: 规范性文件 in the wrong row?"
            yield Finding("SEM-2", "soft", message, cell.raw, "0", cell.value, (address,), "rules")


def _sem_3(form: Format, cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """Decisions are not items: the same number in both columns is suspicious."""
    table = form.table("t2")
    for block in table.blocks if table else ():
        for row in block.rows:
            prefix = f"t2.{block.id}.{row.id}"
            decisions, before, delta = (
                _value(cells, f"{prefix}.{c}") for c in ("decisions", "items_prev", "items_delta")
            )
            if decisions is None or before is None or decisions < _SUSPICIOUS:
                continue
            if decisions in (before, before + (delta or 0)):
                message = f"{row.zh}: {_plain(decisions)} decisions, the same number as its items"
                addresses = (f"{prefix}.decisions", f"{prefix}.items_prev", f"{prefix}.items_delta")
                yield Finding(
                    "SEM-3", "soft", message, _plain(decisions), _plain(decisions), Decimal(0), addresses, row.id
                )


def _value(cells: Mapping[str, Cell], address: str) -> Decimal | None:
    cell = cells.get(address)
    return cell.value if cell is not None else None


# ------------------------------------------------------------------ prose against tables


def _narrative(form: Format, report: Report) -> Iterator[Finding]:
    if not report.narrative:
        return
    ledgers = {table.id: _Ledger.of(table, report.cells) for table in form.tables}
    for rule in form.narrative:
        figure = next((report.narrative[q] for q in rule.quantity if q in report.narrative), None)
        if figure is None:
            continue
        sums = [(terms, _across(ledgers, terms)) for terms in rule.sums]
        known = [(terms, total) for terms, total in sums if total is not None]
        if not known or sums[0][1] is None or any(total == figure.value for _, total in known):
            continue
        right = " or ".join(dict.fromkeys(_plain(total) for _, total in known))
        message = f"the text says {_plain(figure.value)} ({figure.sentence.strip()[:60]}), the table {right}"
        cells = tuple(dict.fromkeys(name for terms, _ in known for _, name in terms))
        yield Finding(
            rule.id,
            rule.severity,
            message,
            _plain(figure.value),
            right,
            figure.value - known[0][1],
            cells,
            figure.quantity,
        )


def _across(ledgers: Mapping[str, _Ledger | None], terms: Sequence[tuple[int, str]]) -> Decimal | None:
    total = Decimal(0)
    for sign, address in terms:
        ledger = ledgers.get(address.split(".", 1)[0])
        number = ledger.numbers.get(address) if ledger is not None else None
        if number is None:
            return None
        total += sign * number
    return total


# ------------------------------------------------------------------ tables that are not there


_STATE_FINDINGS: Mapping[TableState, tuple[str, str]] = {
    "missing": ("table_missing", "is not on the page"),
    "image": ("table_image", "is a picture"),
    "attachment": ("table_attachment", "is only in an attached file"),
}


def _missing_tables(report: Report, form: Format | None) -> Iterator[Finding]:
    if report.kind != "annual_report":
        return
    for table in form.tables if form is not None else formats.prescribed(None, report.year):
        if form is not None and not form.national:
            continue
        read = any(address in report.cells for address in table.addresses())
        state = report.tables.get(table.id, "present" if read else "missing")
        if state in _STATE_FINDINGS:
            id_, words = _STATE_FINDINGS[state]
            yield Finding(id_, "soft", f"{table.zh} ({table.id}) {words}", where=table.id)


def _fallback(known: Mapping[str, Format], cells: Mapping[str, Cell]) -> Format | None:
    """Without a format: the first one that has the cells there are; identities that need others are not tested."""
    own = {address for address in cells if not address.startswith("local.")}
    if not own:
        return None
    return next((form for form in known.values() if own <= form.addresses), None)
