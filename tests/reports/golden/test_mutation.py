"""A golden page with one cell or one label changed: the arithmetic names the cell, and no value changes its label."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest

from crawler.reports import parse
from tests.reports.golden.cases import CASES, Case
from tests.reports.golden.mutants import mutants, numbered, wrong

PROVEN = ("t3.", "t4.")
SUMS = [case for case in CASES if not case.annex and any(a.startswith(PROVEN) for a in case.wanted)]
LABELS = [case for case in CASES if not case.change and not case.annex and case.writing == "plain"]


def unnoticed(case: Case, addresses: list[str]) -> list[str]:
    """Cells that can be raised by one without a hard finding that names them."""
    found = []
    for address in addresses:
        numbers = case.numbers
        raised = case.written({**numbers, address: str(int(numbers[address]) + 1)})
        report = parse(case.build(raised))
        if not any(f.severity == "hard" and address in f.cells for f in report.findings):
            found.append(address)
    return found


def cells(case: Case) -> list[str]:
    return [a for a in case.wanted if a.startswith(PROVEN) and a not in case.change]


@pytest.mark.parametrize("case", SUMS[::2], ids=lambda case: case.name)
def test_a_raised_cell_is_named(case: Case) -> None:
    assert unnoticed(case, Random(case.seed).sample(cells(case), 1)) == []


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("case", SUMS, ids=lambda case: case.name)
def test_every_raised_cell_is_named(case: Case) -> None:
    assert unnoticed(case, cells(case)) == []


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
