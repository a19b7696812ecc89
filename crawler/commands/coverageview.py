"""The coverage table for people: agencies down, years across, one sign a cell, and below it why cells are empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.commands.terminal import plain
from crawler.coverage.counting import Totals
from crawler.coverage.panel import Panel, provinces
from crawler.reproduce import reproduce
from crawler.store.coverage import CoverageRow
from crawler.store.failures import PortalFailure

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
    "unknown": ("□", "dim", "nobody looked yet"),
}
_MOST_REASONS = 12
_MOST_AGENCIES = 60
"""More agencies than these are shown by province: nobody reads a table of a thousand lines."""
_MOST_PORTALS = 40
_NAME = 22
"""Columns that a name needs at least."""


def show(rows: Sequence[CoverageRow], console: Console, failures: Sequence[PortalFailure] = ()) -> None:
    """Print the table, its legend, the reasons of empty cells, most frequent first, and the portals that failed."""
    if rows:
        console.print(_table(rows, console.width))
        # No caption: that would be broken at the width of a table that may be narrow.
        console.print(Text(total(rows)))
        console.print(_legend(rows))
        _reasons(rows, console)
    elif failures:
        console.print("No agency-year was found or looked for yet.")
    else:
        console.print("No agency was looked for yet: run a crawl first (scrapy list shows the families).")
    _portals(failures, console)


def _portals(failures: Sequence[PortalFailure], console: Console) -> None:
    """The portals that failed."""
    if failures:
        console.print(_failures(failures[:_MOST_PORTALS]))
    if len(failures) > _MOST_PORTALS:
        console.print(f"{len(failures) - _MOST_PORTALS} more portals: narrow them down with --portal")


def show_panel(panel: Panel, console: Console, failures: Sequence[PortalFailure] = ()) -> None:
    """Print a panel: its agencies where they are few, else its provinces; then as `show`."""
    if len(panel.bodies) <= _MOST_AGENCIES:
        show(panel.rows, console, failures)
        return
    console.print(_provinces(panel))
    console.print(Text(total(panel.rows)))
    _reasons(panel.rows, console)
    _portals(failures, console)
    console.print(
        "Agency by agency: --province, --sector, --level, --agency ...; all of it: --html FILE or --csv FILE; one "
        "gap: scrapy why AGENCY YEAR"
    )


def _provinces(panel: Panel) -> Table:
    """Provinces down, years across: found of owed, in per cent (● all of it)."""
    table = Table("", "", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for year in panel.years:
        table.add_column(f"{year % 100:02d}", justify="right", no_wrap=True)
    table.add_column("found / owed", justify="right", no_wrap=True)
    number = Counter(body.province for body in panel.bodies)
    for place, by_year in provinces(panel).items():
        found, owed = (sum(getattr(one, what) for one in by_year.values()) for what in ("found", "owed"))
        cells = [_share(by_year[year]) if year in by_year else Text("") for year in panel.years]
        table.add_row(plain(place), str(number[place]), *cells, f"{found} / {owed}")
    return table


def _share(totals: Totals) -> Text:
    """Found of owed in per cent, rounded down: only what is whole is 100."""
    if not totals.owed:
        return Text("·", style="dim")
    percent = totals.found * 100 // totals.owed
    style = "green" if percent == 100 else "yellow" if totals.found else "dim"
    return Text("●" if percent == 100 else str(percent) if totals.found else "-", style=style)


def _sign(row: CoverageRow) -> str:
    return "summary" if row.state == "found" and row.kind == "work_summary" else row.state


def _table(rows: Sequence[CoverageRow], width: int) -> Table:
    years = sorted({row.year for row in rows})
    # Many years leave a narrow terminal no room for names: then the frame goes, and the century.
    tight = _NAME + 7 * len(years) > width
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0)) if tight else Table(show_lines=False)
    table.add_column("agency", overflow="fold", min_width=_NAME if tight else None)
    for year in years:
        table.add_column(f"{year % 100:02d}" if tight else str(year), justify="center", no_wrap=True)
    by_agency: dict[tuple[str, str], dict[int, CoverageRow]] = {}
    for row in rows:
        by_agency.setdefault((row.agency_id, row.agency), {})[row.year] = row
    for (_, name), cells in by_agency.items():
        table.add_row(plain(name), *(_cell(cells[year]) if year in cells else Text("") for year in years))
    return table


def _cell(row: CoverageRow) -> Text:
    sign, style, _ = _SIGNS[_sign(row)]
    cell = Text(sign, style=style)
    if row.findings:
        cell.append(f" {row.findings}", style="bold red" if row.hard else "yellow")
    return cell


def total(rows: Sequence[CoverageRow]) -> str:
    """Found of all that is owed, in a line; what is not due yet is counted beside it.

    Where nobody says what is owed (rows without a due date) an agency-year that nobody looked for is not held against
    anybody.
    """
    states = Counter(row.state for row in rows)
    aside = sum(row.state == "unknown" and row.due is None for row in rows)
    expected = len(rows) - aside - states["not_due"]
    findings = sum(row.findings for row in rows)
    parts = [f"{states['found']} of {expected} agency-years found", f"{findings} finding{'' if findings == 1 else 's'}"]
    parts += [f"{states['not_due']} not due yet"] if states["not_due"] else []
    parts += [f"{states['unknown']} that nobody looked for"] if states["unknown"] else []
    return ", ".join(parts)


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
    _whole(table)
    for (state, reason), number in counts.most_common(_MOST_REASONS):
        example = next(row for row in empty if (row.state, row.reason) == (state, reason))
        again = reproduce(example.url)
        where = f"{example.agency} {example.year}: {example.detail}" + (f" ({again})" if again else "")
        table.add_row(plain(state, _SIGNS[state][1]), plain(reason), str(number), plain(where))
    console.print(table)
    if len(counts) > _MOST_REASONS:
        console.print(f"{len(counts) - _MOST_REASONS} more reasons: scrapy coverage --json")


def _failures(failures: Sequence[PortalFailure]) -> Table:
    title = "portals that failed, or gave less than expected, in their newest run"
    table = Table("portal", "outcome", "reason", "detail", title=title, title_justify="left")
    _whole(table)
    for one in failures:
        where = f"{one.portal_id} ({one.portal})" if one.portal != one.portal_id else one.portal_id
        style = _SIGNS[one.outcome][1] if one.outcome in _SIGNS else ""
        told = one.detail + (f" ({one.url})" if one.url and one.url not in one.detail else "")
        table.add_row(plain(where), plain(one.outcome, style), plain(one.reason), plain(f"{one.at:%Y-%m-%d}: {told}"))
    return table


def _whole(table: Table) -> None:
    """Break long words: with an ellipsis, as rich prints them, an address or a reason would be of no use."""
    for column in table.columns:
        column.overflow = "fold"
