"""A golden page with one cell or one label changed: the arithmetic names the cell, and no value changes its label."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest

from crawler.reports import parse
from tests.reports.golden.cases import CASES, Case
from tests.reports.golden.mutants import mutants, numbered, wrong
from tests.reports.golden.truth import FORMS

PROVEN = ("t3.", "t4.")
SUMS = [case for case in CASES if not case.annex and any(a.startswith(PROVEN) for a in case.wanted)]
LABELS = [case for case in CASES if not case.change and not case.annex and case.writing == "plain"]


def unnoticed(case: Case, addresses: list[str]) -> list[str]:
    """Which of these cells can all be raised by one without a hard finding that names them."""
    numbers = case.numbers
    raised = numbers | {address: str(int(numbers[address]) + 1) for address in addresses}
    report = parse(case.build(case.written(raised)))
    named = {address for finding in report.findings if finding.severity == "hard" for address in finding.cells}
    return [address for address in addresses if address not in named]


def cells(case: Case) -> list[str]:
    return [a for a in case.wanted if a.startswith(PROVEN) and a not in case.change]


def apart(addresses: list[str]) -> list[list[str]]:
    """The cells in groups of which no two share a row or a column: an identity that one breaks names no other."""
    groups: list[list[str]] = []
    taken: list[set[str]] = []
    for address in addresses:
        table, row, col = address.split(".")
        own = {f"{table}.{row}", f"{table} {col}"}
        at = next((at for at, used in enumerate(taken) if used.isdisjoint(own)), len(groups))
        if at == len(groups):
            groups.append([])
            taken.append(set())
        groups[at].append(address)
        taken[at] |= own
    return groups


@pytest.mark.parametrize("case", SUMS, ids=lambda case: case.name)
def test_a_raised_cell_is_named(case: Case) -> None:
    assert unnoticed(case, Random(case.seed).sample(cells(case), 1)) == []


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("case", SUMS, ids=lambda case: case.name)
def test_every_raised_cell_is_named(case: Case) -> None:
    assert [address for group in apart(cells(case)) for address in unnoticed(case, group)] == []


def test_the_cells_that_sums_prove_are_those_of_both_forms_that_have_sums() -> None:
    """The forms before 2019 print totals of some rows only; theirs are tried below as far as a hard identity speaks."""
    assert {case.format for case in SUMS} == {
        name for name, form in FORMS.items() if any(t.id in ("t3", "t4") for t in form.tables)
    }
    assert {case.format for case in LABELS} == set(FORMS)


def proven(format_id: str) -> set[str]:
    """Cells of the older forms that a hard identity names."""
    return {
        address
        for table in FORMS[format_id].tables
        for equation in table.equations
        if equation.identity.severity == "hard" and equation.identity.op == "=="
        for _, _, address in (*equation.left, *equation.right)
    }


OLDER = [case for case in LABELS if case.format in ("stat2014", "local_pre2014") and case.numbers]


@pytest.mark.parametrize("case", OLDER, ids=lambda case: case.name)
def test_a_raised_cell_of_an_older_form_is_named(case: Case) -> None:
    known = [a for a in case.wanted if a in proven(case.format) and case.numbers[a].isdecimal()]
    if known:
        assert unnoticed(case, Random(case.seed).sample(known, 1)) == []


def misled(case: Case, start: int, step: int) -> list[str]:
    """Mutants of a case after which a value stands under a label that is not its own."""
    data = numbered(case)
    found = []
    for mutant in islice(mutants(case), start, None, step):
        problems = wrong(mutant, parse(mutant.page(data)), data)
        found += [f"{mutant}: {problems}"] if problems else []
    return found


@pytest.mark.parametrize("case", LABELS, ids=lambda case: case.name)
def test_a_changed_label_misleads_nobody(case: Case) -> None:
    assert misled(case, case.seed % 127, 127) == []


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("case", LABELS, ids=lambda case: case.name)
def test_no_changed_label_misleads_anybody(case: Case) -> None:
    assert misled(case, 0, 1) == []
