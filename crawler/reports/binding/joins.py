"""Numbers that a narrow cell broke in two (`12 34`): put together only where the arithmetic of the form proves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from crawler.reports.checks import identities
from crawler.reports.formats import Format
from crawler.reports.model import Cell, Finding

_BROKEN = re.compile(r"\d{1,9}(?: \d{1,9}){1,2}")
_MOST = 60


def join_broken(form: Format, cells: Mapping[str, Cell]) -> tuple[dict[str, Cell], tuple[Finding, ...]]:
    """The cells that become numbers when their digits are joined, and a finding for each.

    A cell is joined when every identity that speaks of it then holds and at least one really tests it (would fail were
    the number another). `form` is the format of the cells. Without proof a broken number stays text.
    """
    tried = {a: _joined(cell) for a, cell in cells.items() if cell.kind == "text" and _BROKEN.fullmatch(cell.raw)}
    if not tried or len(tried) > _MOST:
        return {}, ()
    failing = _spoken_of(form, {**cells, **tried})
    kept = {address: cell for address, cell in tried.items() if address not in failing}
    together = {**cells, **kept}
    proven = {a: cell for a, cell in kept.items() if a in _spoken_of(form, {**together, a: _raised(cell)})}
    if _spoken_of(form, {**cells, **proven}) & proven.keys():
        return {}, ()
    return proven, tuple(
        Finding(
            "number_joined",
            "soft",
            f"{address}: {cell.raw!r} is broken; read as {cell.value}, with which the identities hold",
            cell.raw,
            str(cell.value),
            cells=(address,),
            where=address,
        )
        for address, cell in proven.items()
    )


def _joined(cell: Cell) -> Cell:
    value = Decimal("".join(cell.raw.split()))
    return cell._replace(kind="number" if value else "zero", value=value)


def _raised(cell: Cell) -> Cell:
    return cell._replace(kind="number", value=(cell.value or Decimal(0)) + 1)


def _spoken_of(form: Format, cells: Mapping[str, Cell]) -> set[str]:
    """Addresses of the cells that a failing hard identity speaks of."""
    return {a for finding in identities(form, cells) if finding.severity == "hard" for a in finding.cells}
