"""How fast a host is asked: never faster than settings, registry row and robots.txt say, and slower when it refuses.

Scrapy's AutoThrottle knows one least delay for all hosts: it would speed a host whose row or robots.txt asks for more
down to that of the settings. Here each host has a *floor* of its own, which only rises in the course of a run.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

SLOWEST = 60.0
"""Seconds: a host that refuses is asked no slower than this; it is left instead (`crawler.net.throttled`)."""


class Pace(AutoThrottle):
    """Extension: Scrapy's AutoThrottle with a floor for each host.

    Settings:
        DOWNLOAD_DELAY: the floor of all hosts. 0 is for fake portals: nothing is throttled then.
        DOWNLOAD_SLOTS: `delay` of a host raises its floor (`crawler.net.rows` fills it from the registry).
        DOWNLOAD_DELAY_JITTER: waiting times vary, upwards only: between the floor and (1 + j) / (1 - j) times as much.
        AUTOTHROTTLE_ENABLED, AUTOTHROTTLE_TARGET_CONCURRENCY, AUTOTHROTTLE_MAX_DELAY: as Scrapy's. The maximum bounds
            what a slow host adds by itself, never a floor.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.least = settings.getfloat("DOWNLOAD_DELAY")
        self._jitter = min(settings.getfloat("DOWNLOAD_DELAY_JITTER"), 0.9)
        self._most = settings.getfloat("AUTOTHROTTLE_MAX_DELAY")
        self._rows: dict[str, dict[str, Any]] = {}
        self._raised: dict[str, float] = {}
        self.mindelay = self.maxdelay = self.least
        if self.least > 0 and settings.getbool("AUTOTHROTTLE_ENABLED"):
            super().__init__(crawler)
        else:
            crawler.signals.connect(self._spider_opened, signal=signals.spider_opened)

    def floor(self, host: str) -> float:
        """Seconds that lie at least between two requests to a host."""
        row = float(self._rows.get(host, {}).get("delay", 0))
        return max(self.least, row, self._raised.get(host, 0.0))

    def raise_floor(self, host: str, seconds: float) -> None:
        """Ask a host no faster than this for the rest of the run; a lower value changes nothing."""
        if seconds <= self.floor(host):
            return
        self._raised[host] = seconds
        downloader = self._downloader
        if downloader is None:
            return
        aimed = self._aimed(seconds)
        # Scrapy forgets a slot that was idle for a minute, and would make the next one from these.
        downloader.per_slot_settings[host] = {**downloader.per_slot_settings.get(host, {}), "delay": aimed}
        if (slot := downloader.slots.get(host)) is not None:
            slot.delay = max(slot.delay, aimed)

    def slow_down(self, host: str) -> float:
        """Halve the speed of a host that refuses, down to one request in `SLOWEST` seconds; returns its new floor."""
        self.raise_floor(host, min(2 * self.floor(host), SLOWEST))
        return self.floor(host)

    def hold(self, host: str, seconds: float) -> None:
        """Send a host nothing for so many seconds. Nobody sleeps: its queue waits by a timer, all others go on."""
        downloader = self._downloader
        slot = downloader.slots.get(host) if downloader is not None else None
        if slot is not None:
            # The queue counts the delay from here on; a timer that is set already looks again when it fires.
            slot.delay = max(slot.delay, 0.001)  # a queue without a delay never looks at the clock
            slot.lastseen = max(slot.lastseen, monotonic() + max(seconds, 0.0))

    def drop(self, host: str, error: Callable[[], Exception], scheme: str = "") -> int:
        """Fail the requests that wait in a host's queue (those of one scheme only, if it is given): it was closed after
        they had passed the middlewares.

        Returns how many there were.
        """
        downloader = self._downloader
        slot = downloader.slots.get(host) if downloader is not None else None
        if slot is None:
            return 0
        waiting = [one for one in slot.queue if not scheme or urlparse_cached(one[0]).scheme == scheme]
        for one in waiting:
            slot.queue.remove(one)
        for _, result in waiting:
            result.errback(Failure(error()))  # type: ignore[no-untyped-call]
        return len(waiting)

    @property
    def _downloader(self) -> Any:
        engine = self.crawler.engine
        return engine.downloader if engine is not None else None

    def _aimed(self, floor: float) -> float:
        """The middle around which the waiting time varies, so that it never falls below the floor."""
        return floor / (1 - self._jitter)

    def _spider_opened(self, spider: Spider) -> None:
        downloader = self._downloader
        self._rows = {host: dict(given) for host, given in downloader.per_slot_settings.items()}
        slots = {**downloader.per_slot_settings}
        for host, given in self._rows.items():
            slots[host] = {**given, "delay": self._aimed(self.floor(host)), "concurrency": 1}
        downloader.per_slot_settings = slots
        downloader._delay = self._aimed(self.least)
        for host, slot in downloader.slots.items():
            # Requests that were ready before the spider was: their slots were made without all this.
            slot.delay = max(slot.delay, self._aimed(self.floor(host)))

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        """As Scrapy's, between this host's own floor and the maximum."""
        host = request.meta.get("download_slot") or ""
        self.mindelay = self._aimed(self.floor(host))
        self.maxdelay = max(self._most, self.mindelay)
        super()._response_downloaded(response, request, spider)


def pace_of(crawler: Crawler) -> Pace | None:
    """The pace of a crawl; None where the extension is switched off, or the crawl has not begun."""
    if crawler.extensions is None:
        return None
    found = crawler.get_extension(Pace)
    return found if isinstance(found, Pace) else None
