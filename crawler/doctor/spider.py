"""The spider that visits the rows: no flow of its own, the guests ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.spiderloader import get_spider_loader

from crawler.doctor.books import Books
from crawler.doctor.guest import Guest, HomePage, Purse, Visitor
from crawler.doctor.judge import as_seen, due, is_of_another_family, judged, remedies, untried
from crawler.doctor.model import Health, Looked, Remedy
from crawler.doctor.rows import to_toml
from crawler.net.rows import row_settings
from crawler.portals.model import Portal

logger = logging.getLogger(__name__)

AT_ONCE = 48
"""Rows looked at side by side. Politeness is a matter of hosts, not of rows: each host has its own slow queue."""


class DoctorSpider(Spider):
    """Looks at rows of the registry, many at once, each with a few requests one after the other.

    Args:
        rows: the rows.
        books: where attempts are written; None for nowhere.
        tell: called with each row's health as soon as it is known.
    """

    name = "doctor"
    custom_settings = {  # noqa: RUF012 - Scrapy's attribute
        "ITEM_PIPELINES": {},
        "RETRY_TIMES": 1,
        "DOWNLOAD_TIMEOUT": 30,
        # Each row says itself what went wrong.
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
    }

    def __init__(
        self, rows: Sequence[Portal], books: Books | None, tell: Callable[[Health], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.rows = tuple(rows)
        self.books = books
        self.tell = tell
        self.allowed_hosts = frozenset(host for row in rows for host in row.hosts)
        self.today = _today()
        self.told: list[Health] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> DoctorSpider:
        """Scrapy's constructor: paces and a browser as the rows ask for them, old TLS for all, as a diagnosis."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        asked = row_settings(spider.rows, crawler.settings)
        asked["LEGACY_TLS_HOSTS"] = sorted(spider.allowed_hosts)
        crawler.settings.setdict(asked, priority="spider")
        crawler.signals.connect(spider.end, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Look at all rows; yields nothing."""
        if self.books is not None:
            await self.books.open(len(self.rows))
        self._loader = get_spider_loader(self.settings)
        waiting = iter(self.rows)
        await asyncio.gather(*(self._work(waiting) for _ in range(min(AT_ONCE, len(self.rows)))))
        done: tuple[Any, ...] = ()
        for one in done:
            yield one

    async def end(self, reason: str) -> None:
        """Scrapy's signal: end the run in the ledger."""
        if self.books is not None:
            stats = self.crawler.stats.get_stats() if self.crawler.stats else {}
            await self.books.close(reason, dict(stats))

    async def _work(self, waiting: Any) -> None:
        for portal in waiting:
            health = await self.examine(portal)
            self.told.append(health)
            if self.books is not None:
                await self.books.write(health)
            self.tell(health)

    async def examine(self, portal: Portal) -> Health:
        """One row: as it stands, then changed where a change may mend it and requests are left."""
        purse = Purse()
        visitor = self._visitor(portal, purse)
        seen = await visitor.look(until=lambda so_far: is_of_another_family(portal, so_far))
        remedy, tried = as_seen(portal, seen), True
        if not seen.reports:
            remedy, tried = await self._mend(portal, seen, purse)
        if not (seen.reports or tried):
            # The other family's spider read nothing either: the row's own goes on with what is left.
            seen = await visitor.look()
            if seen.reports:
                remedy, tried = as_seen(portal, seen), True
        health = judged(portal, seen, purse.spent, self.today)
        return self._with(health, remedy, purse, tried=tried)

    async def _mend(self, portal: Portal, seen: Looked, purse: Purse) -> tuple[Remedy | None, bool]:
        """A remedy, and whether it was tried and lists reports.

        One that answers, or whose way was not gone to its end, goes before one that could not be tried at all.
        """
        answered: Remedy | None = None
        for remedy in remedies(portal, seen):
            if not purse.left:
                return answered or remedy, False
            again = await self._visitor(remedy.row, purse).look()
            if again.reports:
                more = as_seen(remedy.row, again)
                why = f"{remedy.why}; {more.why}" if more else remedy.why
                return Remedy(more.row if more else remedy.row, why), True
            promising = again.unfinished or (again.pages and remedy.row.family == portal.family)
            if promising and answered is None:
                answered = Remedy(remedy.row, f"{remedy.why}; no report was seen yet")
        return answered or untried(portal, seen), False

    def _visitor(self, portal: Portal, purse: Purse) -> Visitor:
        return Visitor(self.crawler, self._guest(portal), portal, purse, due(portal, self.today))

    def _guest(self, portal: Portal) -> Guest:
        if portal.family not in self._loader.list():
            return HomePage()
        guest: Guest = self._loader.load(portal.family).reader(self.crawler, portal)  # type: ignore[attr-defined]
        return guest

    def _with(self, health: Health, remedy: Remedy | None, purse: Purse, *, tried: bool) -> Health:
        changes: dict[str, Any] = {"requests": purse.spent}
        if remedy is not None:
            toml = to_toml(remedy, self.today, tried=tried)
            changes |= {"remedy": remedy.why, "proposal": toml, "tried": tried}
            if tried and health.state == "unsure":
                # Another row lists reports at once: this one is not just slow to lead there.
                told = {"state": "broken", "outcome": "unreadable", "reason": "wrong_row", "detail": remedy.why}
                changes |= told
        return replace(health, **changes)


def _today() -> date:
    return datetime.now(UTC).date()
