"""How `scrapy cluster` shows a cluster: lines, and on a terminal the same as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group
from rich.table import Table

from crawler.cluster.view import LATELY_MINUTES, Snapshot
from crawler.commands.manyview import spoken
from crawler.commands.terminal import plain

_FEW = 20


def head(now: Snapshot) -> Iterator[str]:
    """Workers, queue, results and time left, in a few sentences."""
    if not now.workers and not now.queues:
        yield (
            "The queue is empty, and no worker serves it: scrapy backfill --years 2008-2024 --enqueue fills it, scrapy "
            "worker serves it."
        )
        return
    slots = sum(row["concurrency"] for row in now.living)
    dead = len(now.workers) - len(now.living)
    yield (
        f"{counted(len(now.living), 'worker')} with {counted(slots, 'place')}"
        f"{f', and {dead} without a sign of life' if dead else ''}; {counted(len(now.running), 'running job')} "
        f"({now.requests_a_minute:.0f} requests a minute), {now.waiting} waiting."
    )
    for queue in sorted({row["queue"] for row in now.queues}):
        of = [row for row in now.queues if row["queue"] == queue]
        later = sum(row["later"] for row in of if row["status"] == "todo")
        counts = ", ".join(f"{row['number']} {row['status']}" for row in of)
        paused = " PAUSED: scrapy cluster resume." if queue in now.paused else ""
        yield f"  {queue}: {counts}{f' ({later} for a later try)' if later else ''}.{paused}"
    if now.ended:
        states = ", ".join(f"{row['number']} {row['state']}" for row in now.ended)
        lately = sum(row["lately"] for row in now.ended)
        new, changed = (sum(row[what] for row in now.ended) for what in ("new", "changed"))
        yield f"Ended: {states}; {new} new reports, {changed} changed. {lately} in the last {LATELY_MINUTES} minutes."
    if now.waiting or now.running:
        left = now.seconds_left
        yield (
            "No worker takes them: scrapy worker." if left is None else f"About {spoken(left)} left at the polite rate."
        )


def counted(number: int, what: str) -> str:
    """`1 worker`, `2 workers`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def told(now: Snapshot) -> Iterator[str]:
    """The whole snapshot as plain lines."""
    yield from head(now)
    for row in now.workers:
        yield f"worker {' '.join(_worker(row))}"
    for row in now.running[:_FEW]:
        yield f"runs   {' '.join(_running(row))}"
    if len(now.running) > _FEW:
        yield f"       ... and {len(now.running) - _FEW} more: scrapy cluster --json"
    for row in now.failures[:_FEW]:
        yield f"{'failed' if row['status'] == 'failed' else 'again '} {' '.join(_failure(row))}"
    if len(now.failures) > _FEW:
        yield f"       ... and {len(now.failures) - _FEW} more: scrapy cluster --json"


def picture(now: Snapshot, height: int) -> Group:
    """The same for a terminal of so many lines."""
    room = max(3, height - len(now.workers) - 14)
    parts: list[Any] = [plain(sentence, "bold" if place == 0 else "") for place, sentence in enumerate(head(now))]
    parts.append(_table(("worker", "does", "", ""), [_worker(row) for row in now.workers], ""))
    shown = max(3, room * 2 // 3)
    parts.append(_table(("runs", "on", "requests", "found"), [_running(row) for row in now.running[:shown]], "dim"))
    failures = [_failure(row) for row in now.failures[: max(2, room - shown)]]
    parts.append(_table(("did not end", "state", "next", "why"), failures, "yellow"))
    more = len(now.running) - shown
    if more > 0:
        parts.append(plain(f"... and {more} more run", "dim"))
    return Group(*parts)


def _table(names: tuple[str, ...], rows: list[tuple[str, ...]], style: str) -> Any:
    if not rows:
        return plain("")
    table = Table(box=None, pad_edge=False, header_style="dim", show_header=True)
    for name in names:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*(plain(value, style) for value in row))
    return table


def _worker(row: dict[str, Any]) -> tuple[str, ...]:
    doing = f"{row['running']} of {row['concurrency']} places on {row['queues']}"
    sign = f"last sign {row['silent']:.0f} s ago{', believed dead' if row['dead'] else ''}"
    return row["name"], doing, counted(row["requests"], "request"), f"{sign}{', ends' if row['draining'] else ''}"


def _running(row: dict[str, Any]) -> tuple[str, ...]:
    rate = 60 * row["requests"] / max(row["age"], 1)
    tried = f", try {row['attempts'] + 1}" if row["attempts"] else ""
    return (
        row["what"],
        f"on {row['worker']} for {spoken(row['age'])}{tried}",
        f"{row['requests']} of about {row['planned']} requests ({rate:.0f}/min)",
        f"{row['new']} new, {row['changed']} changed",
    )


def _failure(row: dict[str, Any]) -> tuple[str, ...]:
    after = f"tried again after {row['next_at']}" if row["status"] == "todo" else "given up: scrapy cluster retry"
    return row["what"], f"{row['state']} ({row['reason']}), {counted(row['failures'], 'time')}", after, row["line"]
