"""What a person sees while the country is crawled: a bar and the portals at work, or plain lines without a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler

from crawler.commands.terminal import plain
from crawler.items import AttemptItem, PageItem
from crawler.portals.model import Portal

SHOWN = 12
"""Portals listed while the crawl runs: those that moved last. More would not fit a small terminal."""


@dataclass(slots=True)
class Tally:
    """What became of one portal so far: requests answered, reports stored, look-alikes refused, troubles by reason."""

    portal: Portal
    answers: int = 0
    reports: set[tuple[str | None, int | None]] = field(default_factory=set)
    refused: int = 0
    troubles: dict[str, int] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """Troubles in words."""
        return ", ".join(self.troubles)


class Watch:
    """Follows crawlers by their signals and shows how far they are; a context manager around the crawl.

    Args:
        portals: rows that are crawled.
        total: number of reports that are there to be found.
        console: where to print.
        live: redraw in place; False prints a line a portal when its family is done.
    """

    def __init__(self, portals: Iterable[Portal], total: int, console: Console, *, live: bool) -> None:
        self.tallies = {portal.id: Tally(portal) for portal in portals}
        self.recent: list[str] = []
        self.console = console
        self.bar = Progress(
            TextColumn("reports"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
        )
        self.task = self.bar.add_task("", total=total, note="")
        self.live = Live(get_renderable=self.picture, console=console, refresh_per_second=8) if live else None

    def __enter__(self) -> Watch:
        if self.live is not None:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live is not None:
            self.live.stop()

    def follow(self, crawler: Crawler) -> None:
        """Listen to one crawler."""
        crawler.signals.connect(self._answered, signal=signals.response_received)
        crawler.signals.connect(self._stored, signal=signals.item_scraped)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    def picture(self) -> Group:
        """The bar and the portals that moved last."""
        found = len({key for tally in self.tallies.values() for key in tally.reports})
        answers = sum(tally.answers for tally in self.tallies.values())
        self.bar.update(self.task, completed=found, note=f"{answers} pages")
        table = Table("portal", "place", "pages", "reports", "refused", "", box=None, padding=(0, 2, 0, 0))
        for portal_id in self.recent[-SHOWN:][::-1]:
            table.add_row(*self._cells(self.tallies[portal_id]))
        return Group(self.bar, table)

    def _cells(self, tally: Tally) -> list[Any]:
        counts = (str(tally.answers), str(len(tally.reports)), str(tally.refused or ""))
        return [plain(tally.portal.id), plain(tally.portal.place), *counts, plain(tally.note, "magenta")]

    def _answered(self, request: Request, **_: object) -> None:
        visit = request.cb_kwargs.get("visit")
        tally = self.tallies.get(visit.portal.id) if visit is not None else None
        if tally is not None:
            tally.answers += 1
            self._moved(tally.portal.id)

    def _stored(self, item: object, **_: object) -> None:
        if not isinstance(item, PageItem | AttemptItem) or item.portal_id not in self.tallies:
            return
        tally = self.tallies[item.portal_id]
        if isinstance(item, PageItem):
            if (
                item.role == "report"
                and item.report is not None
                and item.report.kind in ("annual_report", "work_summary")
            ):
                tally.reports.add((item.report.agency, item.report.year))
        elif item.outcome == "refused" and item.reason.startswith("look_alike"):
            tally.refused += 1
        elif item.outcome in ("blocked", "unreachable", "unreadable", "refused"):
            tally.troubles[item.reason] = tally.troubles.get(item.reason, 0) + 1
        self._moved(item.portal_id)

    def _moved(self, portal_id: str) -> None:
        if not self.recent or self.recent[-1] != portal_id:
            if portal_id in self.recent:
                self.recent.remove(portal_id)
            self.recent.append(portal_id)

    def _closed(self, spider: Spider, **_: object) -> None:
        if self.live is not None:
            return
        for tally in self.tallies.values():
            if tally.portal.family == spider.name:
                line = f"{spider.name}: {tally.portal.id} ({tally.portal.name}): pages {tally.answers}, "
                line += f"reports {len(tally.reports)}, look-alikes refused {tally.refused}"
                self.console.print(plain(line + (f"; {tally.note}" if tally.note else "")), soft_wrap=True)
