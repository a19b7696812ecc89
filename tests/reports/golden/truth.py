"""Figures for a form: every cell a number, all hard identities true, the same for the same seed on every machine."""

from __future__ import annotations

from random import Random

from crawler.reports import formats
from crawler.reports.formats import Format, Table

Truth = dict[str, str]
"""Address of a cell -> the text that is printed in it."""

FORMS = formats.load()


def truth(format_id: str, seed: int, largest: int = 900) -> Truth:
    """The cells of all tables of a form. Figures that are free differ from one another, so that a shift is seen."""
    random = Random(seed)
    form = FORMS[format_id]
    cells: dict[str, int] = {}
    pool = random.sample(range(1, largest + 1), largest)
    for table in form.tables:
        for address, _, col in table.slots():
            cells[address] = pool.pop() if pool else random.randint(1, largest)
            if col.signed and random.random() < 0.5:
                cells[address] *= -1
        _balance(table, cells)
    texts = {address: str(number) for address, number in cells.items()}
    for address in _amounts(form):
        texts[address] = f"{cells[address]}.{random.randint(1, 99):02d}"
    return texts


def sparse(format_id: str, seed: int) -> Truth:
    """The same with next to nothing in it, as most small offices have it."""
    random = Random(seed)
    cells: dict[str, int] = {}
    for table in FORMS[format_id].tables:
        cells |= {address: random.choice([0, 0, 0, 0, 0, 1, 3]) for address in table.addresses()}
        _balance(table, cells)
    return {address: str(number) for address, number in cells.items()}


def _amounts(form: Format) -> list[str]:
    return [a for table in form.tables for a, row, col in table.slots() if col.decimals or row.decimals]


def _balance(table: Table, cells: dict[str, int]) -> None:
    """Make the left side of every hard identity what its right side adds up to, rows and columns alike."""
    for _ in range(4):  # sums of sums: a total of a column that is itself a sum of rows
        for equation in table.equations:
            if equation.identity.severity != "hard":
                continue
            right = sum(sign * cells[address] for sign, _, address in equation.right)
            rest = sum(sign * cells[address] for sign, _, address in equation.left[1:])
            if right - rest < 0:  # more carried over than there was in all: none was
                for _, _, address in equation.left[1:]:
                    cells[address] = 0
                rest = 0
            cells[equation.left[0][2]] = right - rest
