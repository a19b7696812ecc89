"""The extension that watches a crawl: gathers what it saw, judges it at the end, and closes it when it hangs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.httpobj import urlparse_cached
from sqlalchemy.exc import DBAPIError

from crawler.clock import now
from crawler.guards.gather import Gathered, seen_of
from crawler.guards.history import earlier
from crawler.guards.hours import Hours
from crawler.guards.judge import certificate_trouble, judge, other_shape
from crawler.guards.model import STAT, Seen, Verdict
from crawler.items import AttemptItem, PageItem
from crawler.portals.model import Portal
from crawler.store.writer import DatabaseGone, Writer

logger = logging.getLogger(__name__)


class Guards:
    """Extension. What it says is in the stats `guards/<name>` (ids of the portals), in attempts and in `said`.

    Settings:
        NO_PROGRESS_MINUTES: a crawl in which for so long no request ended and no item came out is closed
            (`guard_no_progress`). Longer than the longest wait for a host.
        LONGEST_CRAWL_HOURS: a crawl that takes longer is closed (`guard_longest_crawl`).
        NIGHT_HOURS: `22:00-06:00` (Asia/Shanghai): a crawl outside of these hours asks nothing, and one that runs into
            their end is closed (`guard_night_hours`). Run again in the next night, it goes on. "" for the whole day.

    A crawl that is closed so ends in order: what it has is stored, its finish reason names the guard.
    """

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = time.monotonic) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.said: list[str] = []
        self._clock = clock
        self._patience = settings.getfloat("NO_PROGRESS_MINUTES", 15.0) * 60
        self._longest = settings.getfloat("LONGEST_CRAWL_HOURS", 24.0) * 3600
        self._hours = Hours.read(settings["NIGHT_HOURS"]) if settings.get("NIGHT_HOURS") else None
        self._begun = self._moved = clock()
        self._closed: Verdict | None = None
        self._gathered: dict[str, Gathered] = defaultdict(Gathered)
        self._past: dict[str, list[Seen]] = {}
        self._loop = create_looping_call(self._tick)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guards:
        """Scrapy's constructor. Raises ValueError for hours that are none."""
        guards = cls(crawler)
        connect = crawler.signals.connect
        connect(guards._opened, signal=signals.spider_opened)
        connect(guards._answered, signal=signals.response_downloaded)
        connect(guards._item, signal=signals.item_scraped)
        for signal in (signals.request_left_downloader, signals.item_dropped, signals.item_error):
            connect(guards._progress, signal=signal)
        connect(guards._stopped, signal=signals.spider_closed)
        return guards

    # ------------------------------------------------------------------ what the store pipeline asks for

    async def recall(self, writer: Writer) -> None:
        """Read what earlier crawls saw; a database that cannot be read costs the comparison, not the crawl."""
        moment = now(self.crawler.settings)
        try:
            for portal in self._portals:
                self._past[portal.id] = await writer.run(partial(earlier, portal_id=portal.id, now=moment))
        except (DBAPIError, DatabaseGone) as error:
            logger.warning("earlier crawls cannot be read (%s): this one is compared with none", error)

    def note_page(self, portal_id: str, note: str, outcome: str | None) -> None:
        """What a candidate page was taken for (`crawler.store.intake.Note`), and what became of its report."""
        gathered = self._gathered[portal_id]
        gathered.pages += note != "page"
        gathered.unreadable += note == "unreadable"
        gathered.empty += outcome == "partial"

    def conclude(self, reason: str) -> list[AttemptItem]:
        """Judge the crawl that ends for `reason`: sets the stats, returns the attempts to be written."""
        if self._closed is not None and reason == self._closed.reason:
            closed = self._closed
            return [self._tell(portal, closed) for portal in self._portals] or [*self._tell_nobody(closed)]
        if reason != "finished":
            return []
        return [attempt for portal in self._portals for attempt in self._judge(portal)]

    def _judge(self, portal: Portal) -> Iterable[AttemptItem]:
        seen = seen_of(self.crawler.spider, portal, self._gathered[portal.id])
        past = self._past.get(portal.id, [])
        if self.crawler.stats:
            self.crawler.stats.set_value(STAT + portal.id, seen.to_json())
        # A sample proves nothing but that a portal answers, and of that its ledger speaks.
        complete = self.crawler.spider.ledger.complete  # type: ignore[union-attr]
        verdicts = judge(portal, seen, past, now(self.crawler.settings).date()) if complete else []
        for verdict in verdicts:
            attempt = self._tell(portal, verdict)
            # The ledger has an attempt of its own for it, which coverage knows.
            if verdict.name != "below_floor":
                yield attempt
        names = {verdict.name for verdict in verdicts}
        if (changed := other_shape(seen, past)) and "template" not in names:
            logger.info("%s: another template (%s), and its reports are read as before", portal.id, changed)
        if (wrong := certificate_trouble(seen)) and "certificate" not in names:
            said = ", ".join(f"{host}: {words}" for host, words in wrong.items())
            detail = f"a certificate is not in order ({said}); the pages were read all the same"
            yield AttemptItem(portal.id, "partial", "certificate", detail, portal.base, evidence={**wrong})

    def _tell(self, portal: Portal, verdict: Verdict) -> AttemptItem:
        self.said.append(f"{portal.id}: {verdict.reason}: {verdict.detail}")
        logger.warning("%s", self.said[-1])
        stats = self.crawler.stats
        if stats:
            told = stats.get_value(f"guards/{verdict.name}", [])
            stats.set_value(f"guards/{verdict.name}", [*told, portal.id])
        return AttemptItem(
            portal.id, "partial", verdict.reason, verdict.detail, portal.base, evidence=dict(verdict.evidence)
        )

    def _tell_nobody(self, verdict: Verdict) -> Iterable[AttemptItem]:
        """A crawl without portals (`scrapy shell` and the like) has no attempts, but its stats say why it ended."""
        if self.crawler.stats:
            self.crawler.stats.set_value(f"guards/{verdict.name}", [])
        return ()

    # ------------------------------------------------------------------ gathering

    def _answered(self, response: Response, request: Request) -> None:
        portal = _portal_of(request)
        if portal is None:
            return
        gathered = self._gathered[portal]
        gathered.answers += 1
        gathered.errors += response.status >= 400
        url = urlparse_cached(request)
        if url.scheme == "https" and url.hostname:
            marked = (flag.removeprefix("certificate: ") for flag in response.flags if flag.startswith("certificate: "))
            gathered.certificates[url.hostname] = next(marked, "")

    def _item(self, item: Any) -> None:
        self._progress()
        if isinstance(item, PageItem) and item.role in {"list", "report"} and not item.via:
            self._gathered[item.portal_id].note_shape(item.role, item.body)
        if isinstance(item, PageItem) and item.role == "report":
            self._gathered[item.portal_id].note_report(item.report)

    # ------------------------------------------------------------------ the clock

    def _opened(self) -> None:
        """Start the clock. Raises CloseSpider outside of the night hours."""
        self._begun = self._moved = self._clock()
        if self._hours is not None and self._hours.left(now(self.crawler.settings)) is None:
            self._closed = _outside(self._hours)
            raise CloseSpider(self._closed.reason)
        shortest = min(self._patience, self._longest)
        if self._hours is not None or shortest > 0:
            self._loop.start(max(min(shortest / 4, 30.0), 0.02), now=False)

    def _progress(self) -> None:
        self._moved = self._clock()

    def _stopped(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def _tick(self) -> None:
        if self._closed is not None:
            return
        moment = self._clock()
        if self._hours is not None and self._hours.left(now(self.crawler.settings)) is None:
            self._close(_outside(self._hours))
        elif 0 < self._patience < moment - self._moved:
            minutes = self._patience / 60
            detail = f"for {minutes:.3g} minutes no request ended and no item came out. Run it again; it goes on"
            self._close(Verdict("no_progress", detail, {"minutes": minutes}))
        elif 0 < self._longest < moment - self._begun:
            hours = self._longest / 3600
            detail = f"it took longer than {hours:.3g} hours (LONGEST_CRAWL_HOURS). Run it again; it goes on"
            self._close(Verdict("longest_crawl", detail, {"hours": hours}))

    def _close(self, verdict: Verdict) -> None:
        self._closed = verdict
        logger.warning("%s: %s", verdict.reason, verdict.detail)
        engine = self.crawler.engine
        if engine is not None:
            # Scrapy heeds CloseSpider in a spider and in some signals only; from a clock it must be asked like this.
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=verdict.reason))

    @property
    def _portals(self) -> tuple[Portal, ...]:
        spider = self.crawler.spider
        selection = getattr(spider, "selection", None)
        return tuple(selection.portals) if selection is not None and hasattr(spider, "ledger") else ()


def _outside(hours: Hours) -> Verdict:
    said = f"{hours.start:%H:%M}-{hours.end:%H:%M}"
    detail = f"outside of NIGHT_HOURS ({said}, Asia/Shanghai) no portal is asked. Run it again within them; it goes on"
    return Verdict("night_hours", detail, {"hours": said})


def _portal_of(request: Request) -> str | None:
    visit = request.cb_kwargs.get("visit")
    portal = getattr(visit, "portal", None)
    return portal.id if isinstance(portal, Portal) else None
