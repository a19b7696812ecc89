"""The coverage table for people: agencies down, years across, one sign a cell, and below it why cells are empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.commands.terminal import plain
from crawler.store.coverage import CoverageRow

_SIGNS: dict[str, tuple[str, str, str]] = {
    "found": ("●", "green", "found (a number: so many findings)"),
    "summary": ("◐", "cyan", "a work summary instead of the report"),
    "partial": ("◔", "yellow", "found, but nothing in it could be read, or its agency is unknown"),
    "missing": ("○", "red", "missing"),
    "not_due": ("·", "dim", "not due yet"),
    "blocked": ("✕", "magenta", "blocked by the portal"),
    "unreachable": ("⊘", "red", "portal unreachable"),
    "unreadable": ("?", "yellow", "there, but unreadable"),
    "refused": ("–", "yellow", "only look-alikes, or a list on a foreign host"),
    "unknown": (" ", "dim", "nobody looked yet"),
}
_MOST_REASONS = 12


def show(rows: Sequence[CoverageRow], console: Console) -> None:
    """Print the table, its legend, and the reasons of empty cells, most frequent first."""
    if not rows:
        console.print("No agency was looked for yet: run a crawl first (scrapy list shows the families).")
        return
    console.print(_table(rows))
    console.print(_legend(rows))
    _reasons(rows, console)


def _sign(row: CoverageRow) -> str:
    return "summary" if row.state == "found" and row.kind == "work_summary" else row.state


def _table(rows: Sequence[CoverageRow]) -> Table:
    years = sorted({row.year for row in rows})
    table = Table("agency", caption=_total(rows), caption_justify="left", show_lines=False)
    table.columns[0].overflow = "fold"
    for year in years:
        table.add_column(str(year), justify="center", no_wrap=True)
    by_agency: dict[tuple[str, str], dict[int, CoverageRow]] = {}
    for row in rows:
        by_agency.setdefault((row.agency_id, row.agency), {})[row.year] = row
    for (_, name), cells in by_agency.items():
        table.add_row(plain(name), *(_cell(cells[year]) for year in years))
    return table


def _cell(row: CoverageRow) -> Text:
    sign, style, _ = _SIGNS[_sign(row)]
    cell = Text(sign, style=style)
    if row.findings:
        cell.append(f" {row.findings}", style="bold red" if row.hard else "yellow")
    return cell


def _total(rows: Sequence[CoverageRow]) -> Text:
    found = sum(row.state == "found" for row in rows)
    findings = sum(row.findings for row in rows)
    return Text(f"{found} of {len(rows)} agency-years found, {findings} findings")


def _legend(rows: Sequence[CoverageRow]) -> Text:
    legend = Text()
    met = {_sign(row) for row in rows}
    for state, (sign, style, meaning) in _SIGNS.items():
        if state in met and sign.strip():
            legend.append(f"{sign} ", style=style)
            legend.append(f"{meaning}   ")
    return legend


def _reasons(rows: Sequence[CoverageRow], console: Console) -> None:
    """Why cells are empty: a line a reason, with how often and one example in full."""
    empty = [row for row in rows if row.reason]
    counts = Counter((row.state, row.reason) for row in empty)
    if not counts:
        return
    table = Table("state", "reason", "times", "for example", title="why", title_justify="left")
    for (state, reason), number in counts.most_common(_MOST_REASONS):
        example = next(row for row in empty if (row.state, row.reason) == (state, reason))
        where = f"{example.agency} {example.year}: {example.detail}" + (f" ({example.url})" if example.url else "")
        table.add_row(plain(state, _SIGNS[state][1]), plain(reason), str(number), plain(where))
    console.print(table)
    if len(counts) > _MOST_REASONS:
        console.print(f"{len(counts) - _MOST_REASONS} more reasons: scrapy coverage --json")
