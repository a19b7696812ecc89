"""Golden pages with one label changed, and what a reading of such a page may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.reports.binding.labels import LabelIndex, Match, labels_of
from crawler.reports.model import Report
from tests.reports.golden.cases import Case
from tests.reports.golden.sheets import Sheet
from tests.reports.golden.truth import FORMS, Truth
from tests.reports.gridlib import Spanned

KINDS = ("drop", "double", "swap", "rename")
STRANGE = "涉外渔船核验批次"
"""A label that no form has and that is like none."""


@dataclass(frozen=True)
class Spot:
    """A label in the sheets of a table: its place and the row or column that it names."""

    sheet: int
    line: int
    cell: int
    text: str
    role: str
    block: str
    id: str
    sole: bool

    @property
    def prefix(self) -> str:
        """What stands before the row's or the column's id in an address."""
        return f"{self.block}." if self.block else ""


@dataclass(frozen=True)
class Mutant:
    """One change: `kind` at `spot` of a table; `other` is the second label of a swap or the one that is doubled."""

    case: Case
    table: str
    kind: str
    spot: Spot
    other: Spot | None = None

    def __str__(self) -> str:
        behind = f" with {self.other.text}" if self.other else ""
        return f"{self.case.name}: {self.kind} {self.spot.role} {self.spot.text}{behind}"

    def relabelled(self, sheets: list[Sheet]) -> list[Sheet]:
        """The sheets with the change."""
        new = [[list(line) for line in sheet] for sheet in sheets]
        if self.kind == "drop":
            _write(new, self.spot, "")
        elif self.kind == "rename":
            _write(new, self.spot, STRANGE)
        elif self.other is not None:
            _write(new, self.spot, self.other.text)
            if self.kind == "swap":
                _write(new, self.other, self.spot.text)
        return new

    def page(self, data: Truth) -> bytes:
        """The changed page."""
        return self.case.build(data, {self.table: self.relabelled})


def _write(sheets: list[Sheet], spot: Spot, text: str) -> None:
    _, down, right = sheets[spot.sheet][spot.line][spot.cell]
    sheets[spot.sheet][spot.line][spot.cell] = (text, down, right)


def numbered(case: Case) -> Truth:
    """Figures of which no two are alike, so that a value under a wrong label is seen."""
    addresses = [a for table in FORMS[case.format].tables for a in table.addresses()]
    return {address: str(1001 + at) for at, address in enumerate(addresses)}


def spots(case: Case, table: str, data: Truth) -> list[Spot]:
    """The labels of rows and columns in a table's sheets."""
    turned = case.tables[table][0] in ("t3_transposed", "t4_outcomes_as_rows", "t4_one_pair_a_row")
    index = LabelIndex(labels_of((FORMS[case.format],)))
    found: list[tuple[int, int, int, str, str, str, str]] = []
    for s, sheet in enumerate(case.sheets(data)[table]):
        for r, line in enumerate(sheet):
            for c, (text, _, _) in enumerate(line):
                match = index.find_exact(text) if text else None
                named = _named(match, table, line[c:], turned) if match else None
                if named:
                    found.append((s, r, c, text, *named))
    names = [item[4:] for item in found]
    return [Spot(*item, sole=names.count(item[4:]) == 1) for item in found]


def _named(match: Match, table: str, rest: list[Spanned], turned: bool) -> tuple[str, str, str] | None:
    """Role, block and id of the row or column that a cell names: a label before numbers names a row of the form, or
    a column of it where the table is turned round."""
    rows, cols = match.of(table, "row"), match.of(table, "col")
    valued = any(text.isdecimal() for text, _, _ in rest) != turned
    for targets, fits in ((rows, valued), (cols, not valued), (rows, True), (cols, True)):
        if fits and len({t.key for t in targets}) == 1:
            target = targets[0]
            if target.col is not None and target.col.kind != "value":
                return None  # 统计指标, 单位: over labels and units
            block = f"{table}.{target.block}" if target.block else table
            return target.role, block, target.id
    return None


def mutants(case: Case) -> Iterator[Mutant]:
    """Every label dropped, renamed, written over by its neighbour, and swapped with it."""
    data = numbered(case)
    for table in case.tables:
        if table in case.images:
            continue
        own = spots(case, table, data)
        for spot in own:
            yield Mutant(case, table, "drop", spot)
            yield Mutant(case, table, "rename", spot)
            same = [o for o in own if (o.role, o.block) == (spot.role, spot.block) and o.id != spot.id]
            following = [o for o in same if (o.sheet, o.line, o.cell) > (spot.sheet, spot.line, spot.cell)]
            for other in (following or same)[:1]:
                yield Mutant(case, table, "double", spot, other)
                yield Mutant(case, table, "swap", spot, other)


def wrong(mutant: Mutant, report: Report, data: Truth) -> list[str]:
    """Values under a label that is not theirs, and numbers that came from nowhere."""
    read = {a: c.raw for a, c in report.cells.items() if c.kind != "missing" and not a.startswith("local.")}
    allowed = _allowed(mutant, data)
    found = [f"{a}: {raw}" for a, raw in read.items() if raw not in allowed.get(a, {data.get(a)})]
    numbers = set(data.values()) | set(mutant.case.kept)
    found += [
        f"{a}: {c.raw} from nowhere" for a, c in report.cells.items() if c.value is not None and c.raw not in numbers
    ]
    unchanged = all(read.get(a) == data[a] for a in mutant.case.wanted if a in data and a not in mutant.case.change)
    if unchanged and not report.findings and mutant.spot.sole:
        found.append("nothing was noticed")
    return found


def _allowed(mutant: Mutant, data: Truth) -> Mapping[str, set[str]]:
    """What may stand in the cells of the changed labels; every other cell holds its own figure or none.

    Not told apart: labels that stand several times, and the only column of a list, which needs no name.
    """
    spot, other = mutant.spot, mutant.other
    only = len(FORMS[mutant.case.format].tables[0].value_cols) == 1 and spot.role == "col" and mutant.table == "s14"
    strict = spot.sole and (other is None or other.sole) and not only
    own, theirs = _cells(spot, data), _cells(other, data) if other else {}
    found: dict[str, set[str]] = {}
    for key, address in own.items():
        partner = {data[theirs[key]]} if key in theirs else set()
        if mutant.kind == "drop" or not strict:
            found[address] = {data[address], *partner}
        elif mutant.kind == "swap":
            found[address] = partner
        else:
            found[address] = set()
    if mutant.table == "s14" and spot.role == "row":
        found |= _alike(data)
    for key, address in theirs.items():
        partner = {data[own[key]]} if key in own else set()
        found[address] = {data[address], *partner}
        if strict:
            found[address] = partner if mutant.kind == "swap" else set()  # twice the same label: neither is taken
    return found


def _alike(data: Truth) -> dict[str, set[str]]:
    """被依法纠错数 and 其他情形数 stand under 四 and under 五: a changed label of a part moves them with it."""
    pairs = [{data[f"s14.d{n}.n"], data[f"s14.e{n}.n"]} for n in (2, 3)]
    return {f"s14.{part}{n}.n": pair for n, pair in zip((2, 3), pairs, strict=True) for part in "de"}


def _cells(spot: Spot, data: Truth) -> dict[str, str]:
    """The addresses of a row's or column's cells, by what else their addresses name."""
    found: dict[str, str] = {}
    for address in data:
        if address.startswith(spot.prefix):
            row, _, col = address.removeprefix(spot.prefix).partition(".")
            if spot.role == "row" and row == spot.id:
                found[col] = address
            elif spot.role == "col" and col == spot.id:
                found[row] = address
    return found
