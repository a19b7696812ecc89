"""What the doctor found, for people: a table on a terminal, a line a row elsewhere, and the mended rows below."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from crawler.commands.terminal import plain, safe
from crawler.doctor.model import FAILING, STATES, Health, State

_STYLES: dict[State, str] = {
    "works": "green", "stale": "yellow", "unsure": "cyan", "blocked": "magenta", "broken": "red",
}  # fmt: skip


_FEW = 3
"""So many portals may well be down at once."""


class Lines:
    """A line a row, as soon as it is known: what was seen before a kill is not lost. `out` None prints nothing."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    def tell(self, health: Health) -> None:
        """Print the row's line."""
        if self._out is not None:
            self._out.write(f"{health.state:<8}{safe(health.portal_id)}  {safe(told(health))}\n")
            self._out.flush()


class Picture(Lines):
    """A bar while the rows are looked at, and the table at the end."""

    def __init__(self, rows: int, console: Console) -> None:
        super().__init__(None)
        self._console = console
        self._told: list[Health] = []
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("rows looked at", total=rows)

    @classmethod
    def fitting(cls, rows: int) -> Lines:
        """A picture on a terminal, lines elsewhere."""
        console = Console(highlight=False, markup=False, emoji=False)
        return cls(rows, console) if console.is_terminal else Lines(sys.stdout)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Take the bar away and print the table of what was seen so far."""
        self._progress.stop()
        if self._told:
            self._console.print(_table(self._told))

    def tell(self, health: Health) -> None:
        """Move the bar on."""
        self._told.append(health)
        self._progress.update(self._task, advance=1)


def told(health: Health) -> str:
    """What is said of a row in one line."""
    parts = [health.detail if health.reason == "ok" else f"{health.reason}: {health.detail}"]
    if health.tls:
        parts.append(f"TLS: {health.tls}")
    if health.detected and health.detected != health.family:
        parts.append(f"the pages look like {health.detected}, the row says {health.family}")
    if health.remedy:
        parts.append(f"{'mend' if health.state in FAILING else 'better'}: {health.remedy}")
    return "; ".join(parts).replace("\n", " ")


def conclusion(found: Sequence[Health], rows: int, out: TextIO = sys.stdout) -> None:
    """The mended rows, and how many rows are how."""
    mended = [health for health in found if health.proposal and health.state in FAILING]
    better = [health for health in found if health.proposal and health.state not in FAILING]
    if mended:
        out.write(f"\nMended rows ({len(mended)}), for a file of PORTALS_DIR or in place of the old ones:\n\n")
        out.write("\n".join(safe(health.proposal) for health in mended) + "\n")
    if better:
        out.write(f"{len(better)} rows that work could say more (see `better` above): --json has them whole.\n")
    counts = Counter(health.state for health in found)
    words = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    requests = sum(health.requests for health in found)
    out.write(f"{len(found)} of {rows} rows looked at with {requests} requests: {words or 'nothing known yet'}.\n")
    if len(found) > _FEW and all(health.outcome == "unreachable" for health in found):
        out.write("Not one portal answered: look at this machine's own way to the network first.\n")
    if len(found) < rows:
        out.write("It did not run to its end.\n")


def _table(found: Sequence[Health]) -> Table:
    table = Table("portal", "state", "reports", "newest", "what was seen", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for health in sorted(found, key=lambda one: (-STATES.index(one.state), one.portal_id)):
        table.add_row(
            plain(f"{health.portal_id} ({health.name})"),
            plain(health.state, _STYLES[health.state]),
            str(health.reports or ""),
            str(health.newest or ""),
            plain(told(health)),
        )
    return table
