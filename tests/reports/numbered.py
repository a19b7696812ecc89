"""Forms in which every cell is another number, and what a reading of them must give back."""

from __future__ import annotations

from crawler.reports import formats
from crawler.reports.formats import Format
from crawler.reports.tables import TableReading
from tests.reports import forms
from tests.reports.gridlib import Spanned

FORMS = formats.load()
F19, F21 = FORMS["fmt2019"], FORMS["fmt2021"]
ORDER = [*forms.KINDS, "total"]
BLOCKS = ["recon", "suit_direct", "suit_after"]
OUTCOMES = ["upheld", "corrected", "other", "pending", "total"]


def numbered(form: Format) -> dict[str, str]:
    """Every cell another number, so that a shifted value is seen."""
    return {address: str(n) for n, address in enumerate((a for t in form.tables for a in t.addresses()), start=1)}


def t3(form: Format, order: list[str] | None = None) -> list[list[Spanned]]:
    return forms.t3_rows(form, numbered(form), order or ORDER)


def t2(form: Format) -> list[list[Spanned]]:
    return [row for block in forms.t2_rows(form, numbered(form)) for row in block]


def t4(form: Format) -> list[list[Spanned]]:
    return forms.t4_rows(numbered(form), BLOCKS, OUTCOMES)


def raws(reading: TableReading, prefix: str = "") -> dict[str, str]:
    return {a: c.raw for a, c in reading.cells.items() if a.startswith(prefix) and c.kind != "missing"}


def wanted(form: Format, prefix: str) -> dict[str, str]:
    return {address: raw for address, raw in numbered(form).items() if address.startswith(prefix)}


def ids(reading: TableReading) -> set[str]:
    return {finding.id for finding in reading.findings}


def relabel(rows: list[list[Spanned]], old: str, new: str) -> list[list[Spanned]]:
    assert any(old in text for row in rows for text, _, _ in row)
    return [[(text.replace(old, new), down, right) for text, down, right in row] for row in rows]
