"""A statutory format as a value: sections, tables, rows, columns, units and identities, read from YAML.

A new format is a new YAML file and nothing else. Four kinds of table are known to the binder:

* `blocks`: stacked blocks, each with its own columns and rows (主动公开政府信息情况表);
* `matrix`: labelled rows under one set of columns (收到和处理政府信息公开申请情况表);
* `flat`: blocks side by side, one row of values under a header of several lines (行政复议、行政诉讼情况表);
* `list`: label, unit and one or more values a line (政府信息公开情况统计表 of 2014 and the local forms before it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from crawler.reports.model import Severity

_ID = r"^[a-z][a-z0-9_]*$"
Id = Annotated[str, Field(pattern=_ID)]
_TERM = re.compile(r"\s*([+-])?\s*([a-z][a-z0-9_.]*)")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


@lru_cache(maxsize=1024)
def parse_sum(expression: str) -> tuple[tuple[int, str], ...]:
    """Read `a + b - c` into signed terms: `((1, "a"), (1, "b"), (-1, "c"))`. Raises ValueError for anything else."""
    terms: list[tuple[int, str]] = []
    at = 0
    while at < len(expression.rstrip()):
        found = _TERM.match(expression, at)
        if not found or (terms and not found[1]):
            raise ValueError(f"not a sum of ids: {expression!r} (at character {at})")
        terms.append((-1 if found[1] == "-" else 1, found[2]))
        at = found.end()
    if not terms:
        raise ValueError("an empty sum")
    return tuple(terms)


class Column(_Row):
    """One column. `kind` is `label` or `unit` for the columns of a list that hold no values; `group` its header band.

    `unit` is the unit of the values, `signed` allows negative ones, `decimals` fractions, `computed` marks a total.
    """

    id: Id
    abbr: str | None = None
    kind: Literal["value", "label", "unit"] = "value"
    zh: str
    en: str
    group: str | None = None
    unit: str | None = None
    signed: bool = False
    decimals: bool = False
    computed: bool = False
    aliases: tuple[str, ...] = ()
    note: str | None = None


class Row(_Row):
    """One row. A `group` or `heading` holds no values; `parent` is the row it belongs under, `level` its depth from 1.

    `unit`, `signed` and `decimals` speak of the row's values where rows differ (list tables); columns speak first.
    """

    id: Id
    abbr: str | None = None
    level: int = 1
    parent: str | None = None
    kind: Literal["value", "group", "heading"] = "value"
    num: str | None = None
    code: str | None = None
    zh: str
    en: str
    group: str | None = None
    unit: str | None = None
    signed: bool = False
    decimals: bool = False
    computed: bool = False
    law: str | None = None
    aliases: tuple[str, ...] = ()
    note: str | None = None
    conf: Literal["A", "B", "R"] = "A"


class Identity(_Row):
    """An equation between cells of one table.

    `kind` `col`: the ids are rows, evaluated once for each column of `cols`; `row`: the ids are columns, once for each
    row of `rows`; `block_row`: the same within `block`. `severity` hard: the form itself demands it.
    """

    id: str
    kind: Literal["col", "row", "block_row"]
    severity: Severity
    block: str | None = None
    cols: Literal["all"] | tuple[str, ...] = "all"
    rows: Literal["all"] | tuple[str, ...] = "all"
    lhs: str
    op: Literal["==", "<=", ">="]
    rhs: str
    basis: str | None = None
    note: str | None = None

    @cached_property
    def left(self) -> tuple[tuple[int, str], ...]:
        """Signed terms of the left side."""
        return parse_sum(self.lhs)

    @cached_property
    def right(self) -> tuple[tuple[int, str], ...]:
        """Signed terms of the right side."""
        return parse_sum(self.rhs)


class Equation(NamedTuple):
    """An identity at one place: `where` is the column or row, the terms are (sign, id, address)."""

    identity: Identity
    where: str
    left: tuple[tuple[int, str, str], ...]
    right: tuple[tuple[int, str, str], ...]


class Block(_Row):
    """One block of a `blocks` table: its band (第二十条第（一）项), columns and rows."""

    id: Id
    band: str
    en: str | None = None
    cols: tuple[Column, ...]
    rows: tuple[Row, ...]


class Table(_Row):
    """One statutory table. Addresses of its cells: `<table>[.<block>].<row>.<col>`."""

    id: Id
    kind: Literal["blocks", "matrix", "flat", "list"]
    zh: str
    en: str | None = None
    aliases: tuple[str, ...] = ()
    unit: str | None = None
    corner_note: str | None = None
    header_words: tuple[str, ...] = ()
    header_fields: tuple[str, ...] = ()
    footer_fields: tuple[str, ...] = ()
    cols: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    blocks: tuple[Block, ...] = ()
    identities: tuple[Identity, ...] = ()
    note: str | None = None

    # Formats are few, immutable and asked for each cell of each page: what follows from them is worked out once.

    @cached_property
    def value_cols(self) -> tuple[Column, ...]:
        """Columns that hold values."""
        return tuple(col for col in self.cols if col.kind == "value")

    @cached_property
    def value_rows(self) -> tuple[Row, ...]:
        """Rows that hold values (groups and headings left out)."""
        return tuple(row for row in self.rows if row.kind == "value")

    def parts(self) -> Iterator[tuple[str, tuple[Row, ...], tuple[Column, ...]]]:
        """Address prefix, value rows and value columns of the table, or of each of its blocks."""
        if self.kind == "blocks":
            for block in self.blocks:
                yield f"{self.id}.{block.id}", block.rows, block.cols
        else:
            yield self.id, self.value_rows, self.value_cols

    def slots(self) -> tuple[tuple[str, Row, Column], ...]:
        """Every cell the form prescribes: address, row, column."""
        return self._slots

    @cached_property
    def _slots(self) -> tuple[tuple[str, Row, Column], ...]:
        return tuple(
            (f"{prefix}.{row.id}.{col.id}", row, col)
            for prefix, rows, cols in self.parts()
            for row in rows
            for col in cols
        )

    def addresses(self) -> tuple[str, ...]:
        """Addresses of every cell the form prescribes, in print order."""
        return self._addresses

    @cached_property
    def _addresses(self) -> tuple[str, ...]:
        return tuple(address for address, _, _ in self._slots)

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """Every identity for every column or row it speaks of."""
        return tuple(equation for identity in self.identities for equation in _equations(self, identity))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Printed names of rows and columns by id."""
        names = {row.id: row.zh for row in self.rows} | {col.id: col.zh for col in self.cols}
        for block in self.blocks:
            names |= {row.id: row.zh for row in block.rows} | {col.id: col.zh for col in block.cols}
        return names

    @model_validator(mode="after")
    def _sound(self) -> Table:
        problems = [f"table {self.id}: {problem}" for problem in _table_problems(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self


class Section(_Row):
    """A prescribed section: canonical id, printed numeral and heading, other wordings seen, tables that stand in it."""

    id: Id
    num: str | None = None
    zh: str
    en: str
    tables: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    optional: bool = False
    must_report: str | None = None


class NarrativeRule(_Row):
    """A figure of the prose (`quantity`: ids under which it may be filed) and the sums of cells that it may equal.

    With `together` the figures of all these quantities are added up, those that the prose does not state left out, and
    the sum is at most (`op` `<=`) what the cells say: the prose often names only some of several ways.
    """

    id: str
    severity: Severity
    quantity: tuple[str, ...]
    equals: tuple[str, ...]
    op: Literal["==", "<="] = "=="
    together: bool = False

    @cached_property
    def sums(self) -> tuple[tuple[tuple[int, str], ...], ...]:
        """The alternatives as signed terms."""
        return tuple(parse_sum(text) for text in self.equals)


class Format(_Row):
    """One statutory format. `markers` are phrases of its tables that no other format has: they decide, never the year.

    `fiscal_years` is (first, last), last None while in force. `national` False: no table is prescribed nationwide.
    `documents` are the numbers of the notices that prescribe it (国办公开办函〔2021〕30号), as reports cite them.
    """

    id: Id
    fiscal_years: tuple[int, int | None]
    basis: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    national: bool = True
    confidence: Literal["A", "B", "R"] = "A"
    detect_order: int
    markers: tuple[str, ...]
    note: str | None = None
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    narrative: tuple[NarrativeRule, ...] = ()

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Addresses of every cell of all its tables."""
        return frozenset(address for table in self.tables for address in table.addresses())

    def table(self, table_id: str) -> Table | None:
        """The table with this id, None when the format has none."""
        return next((table for table in self.tables if table.id == table_id), None)

    @model_validator(mode="after")
    def _sound(self) -> Format:
        known = [table.id for table in self.tables]
        problems = [f"table {name} is defined twice" for name in _repeated(known)]
        problems += [f"section {name} is defined twice" for name in _repeated([s.id for s in self.sections])]
        problems += [
            f"section {section.id} names the unknown table {table}"
            for section in self.sections
            for table in section.tables
            if table not in known
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _equations(table: Table, identity: Identity) -> Iterator[Equation]:
    if identity.kind == "col":
        for col in table.value_cols:
            if identity.cols == "all" or col.id in identity.cols:
                yield _equation(identity, col.id, f"{table.id}.", f".{col.id}")
        return
    blocks = [block for block in table.blocks if block.id == identity.block]
    rows = blocks[0].rows if blocks else table.value_rows
    prefix = f"{table.id}.{identity.block}" if blocks else table.id
    for row in rows:
        if identity.rows == "all" or row.id in identity.rows:
            yield _equation(identity, row.id, f"{prefix}.{row.id}.", "")


def _equation(identity: Identity, where: str, before: str, behind: str) -> Equation:
    left, right = (
        tuple((sign, name, f"{before}{name}{behind}") for sign, name in terms)
        for terms in (identity.left, identity.right)
    )
    return Equation(identity, where, left, right)


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _table_problems(table: Table) -> Iterator[str]:
    if (table.kind == "blocks") != bool(table.blocks):
        yield "a table of kind blocks has blocks, any other kind has rows and columns"
    for prefix, rows, cols in table.parts():
        if not rows or not cols:
            yield f"{prefix} has no rows or no columns"
        for name in _repeated([row.id for row in rows]) + _repeated([col.id for col in cols]):
            yield f"{prefix}: the id {name} stands twice"
    ids = {row.id for row in table.rows}
    for row in table.rows:
        if row.parent and row.parent not in ids:
            yield f"row {row.id} has the unknown parent {row.parent}"
    for identity in table.identities:
        yield from _identity_problems(table, identity)


def _identity_problems(table: Table, identity: Identity) -> Iterator[str]:
    blocks: Mapping[str, Block] = {block.id: block for block in table.blocks}
    if identity.kind == "block_row":
        block = blocks.get(identity.block or "")
        known = {col.id for col in block.cols} if block else set()
    else:
        known = {part.id for part in (table.value_rows if identity.kind == "col" else table.value_cols)}
    try:
        terms = identity.left + identity.right
    except ValueError as error:
        yield f"identity {identity.id}: {error}"
        return
    unknown = sorted({name for _, name in terms} - known)
    if unknown:
        yield f"identity {identity.id} names unknown cells: {', '.join(unknown)}"
