"""What the rows of a run ask of the download: own pace, old TLS, a browser. Set before Scrapy's engine is built."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy.settings import BaseSettings

from crawler.net.render import HANDLER
from crawler.portals.model import Portal


def row_settings(portals: Iterable[Portal], settings: BaseSettings) -> dict[str, Any]:
    """Settings that a crawl of these portals needs beside `settings`, by name.

    Hosts whose row says `delay` get a slot of their own pace, never faster than the settings'; hosts whose row says
    `tls = "legacy"` may be asked by old rules; a browser is made ready only where a row says `render`.
    """
    slots = dict(settings.getdict("DOWNLOAD_SLOTS"))
    legacy = set(settings.getlist("LEGACY_TLS_HOSTS"))
    changed: dict[str, Any] = {}
    pace = settings.getfloat("DOWNLOAD_DELAY")
    for portal in portals:
        delay = float(portal.quirks.get("delay") or 0)
        if delay > pace > 0:
            slots.update({host: {"delay": delay, "concurrency": 1} for host in portal.hosts})
        if portal.quirks.get("tls") == "legacy":
            legacy.update(portal.hosts)
        if portal.quirks.get("render"):
            changed["DOWNLOAD_HANDLERS"] = {"http": HANDLER, "https": HANDLER}
    return changed | {"DOWNLOAD_SLOTS": slots, "LEGACY_TLS_HOSTS": sorted(legacy)}
