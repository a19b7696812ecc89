"""How far many crawls are: a live picture on a terminal, plain lines elsewhere."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from crawler.commands.terminal import plain, safe
from crawler.jobs.model import Job, JobResult
from crawler.jobs.run import Jobs, counts_so_far

STATUS_SECONDS = 60.0
"""How often a line says how far it is, where there is no terminal."""

_SHOWN = 8
_WORD = {"done": "green", "silent": "red", "marked": "yellow", "unfinished": "yellow", "crashed": "red"}


class Board:
    """Lines: one a portal as it ends, one a minute with rate and time left. `quiet` prints nothing."""

    def __init__(self, jobs: Sequence[Job], running: Jobs, *, quiet: bool = False) -> None:
        self.jobs = jobs
        self.running = running
        self.quiet = quiet
        self.begun = time.monotonic()
        self._weight = sum(job.requests for job in jobs) or 1
        self._done_weight = 0

    @classmethod
    def fitting(cls, jobs: Sequence[Job], running: Jobs, *, quiet: bool) -> Board:
        """A picture on a terminal, lines elsewhere."""
        console = Console(highlight=False, markup=False, emoji=False)
        return Picture(jobs, running, console) if console.is_terminal and not quiet else cls(jobs, running, quiet=quiet)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    async def tick(self) -> None:
        """Say how far it is, again and again until cancelled."""
        while True:
            await asyncio.sleep(STATUS_SECONDS)
            self.say(self.status())

    def tell(self, result: JobResult) -> None:
        """A portal has ended."""
        self._done_weight += result.job.requests
        self.say(f"[{len(self.running.tally.results)}/{len(self.jobs)}] {line(result)}")

    def say(self, sentence: str) -> None:
        """A line for the person who watches."""
        if not self.quiet:
            sys.stdout.write(safe(sentence) + "\n")
            sys.stdout.flush()

    def status(self) -> str:
        """How far it is, in one line."""
        tally, seconds = self.running.tally, max(time.monotonic() - self.begun, 0.001)
        requests, new, changed = (self.running.so_far(what) for what in ("requests", "new", "changed"))
        return (
            f"{len(tally.results)} of {len(self.jobs)} portals, {len(self.running.running)} at work; "
            f"{requests} requests ({requests / seconds:.1f}/s), {new} new reports, "
            f"{changed} changed; about {spoken(self.left(seconds))} left"
        )

    def left(self, seconds: float) -> float | None:
        """Seconds to the end, by what the work done so far took; None before anything is known."""
        under_way = 0
        sizes = {job.portal_id: job.requests for job in self.jobs}
        for portal_id, crawler in self.running.running.items():
            under_way += min(counts_so_far(crawler)["requests"], sizes.get(portal_id, 0))
        done = self._done_weight + under_way
        return seconds * (self._weight - done) / done if done else None


class Picture(Board):
    """A bar, the rates, and the portals at work, drawn in place; portals with trouble scroll by above."""

    def __init__(self, jobs: Sequence[Job], running: Jobs, console: Console) -> None:
        super().__init__(jobs, running)
        self._console = console
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console)
        self._task = self._bar.add_task("portals", total=len(jobs))
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Leave the last picture standing."""
        self._live.update(self._bar, refresh=True)
        self._live.stop()

    async def tick(self) -> None:
        """Draw, twice a second."""
        while True:
            self._draw()
            await asyncio.sleep(0.5)

    def tell(self, result: JobResult) -> None:
        """Move the bar on; only what went wrong, or brought something, is worth a line of its own."""
        self._done_weight += result.job.requests
        self._bar.update(self._task, advance=1)
        if result.state != "done" or result.new or result.changed:
            self._console.print(plain(line(result), _WORD[result.state] if result.state != "done" else ""))
        self._draw()

    def say(self, sentence: str) -> None:
        """A line above the picture."""
        self._console.print(plain(sentence))

    def _draw(self) -> None:
        working = list(self.running.running)
        more = f" and {len(working) - _SHOWN} more" if len(working) > _SHOWN else ""
        lines = [plain(self.status(), "bold"), plain("  ".join(working[:_SHOWN]) + more, "dim")]
        self._live.update(Group(self._bar, *lines) if working else Group(self._bar, Text("")), refresh=True)


def line(result: JobResult) -> str:
    """One line about a portal that has ended."""
    found = f"{result.new} new, {result.changed} changed, {result.unchanged} unchanged"
    head = f"{result.state:<10} {result.job.portal_id}: {found}; {result.requests} requests in {spoken(result.seconds)}"
    if result.state == "done":
        return head
    guards = f" [{', '.join(result.guards)}]" if result.guards else ""
    return f"{head}; {result.reason}{guards}. {result.line}"


def spoken(seconds: float | None) -> str:
    """A length of time as a person says it: `45 s`, `12 min`, `3 h 20 min`, `4 days 2 h`."""
    if seconds is None:
        return "an unknown time"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} days {hours % 24} h"
