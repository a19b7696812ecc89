"""A past crawl run again offline: `scrapy crawl FAMILY -a portal=… -s REPLAY=True`, into another database.

Every middleware, the spider and all pipelines run; only the network is replaced. Settings:

    REPLAY: True turns it on.
    REPLAY_DATABASE_URL: the database whose captures are replayed; by default DATABASE_URL, the one that is written.
    ARCHIVE_DIR: where the files lie, a folder or a store.
    ARCHIVE_AT: a moment (ISO 8601); of each request the newest answer at or before it is given. Default: the newest.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy.utils.request import fingerprint
from sqlalchemy import Engine

from crawler import store
from crawler.archive.index import answer_to
from crawler.archive.model import Archived, NotInArchive, Place
from crawler.archive.reading import read
from crawler.archive.stores import archive_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

HANDLER = "crawler.archive.replay.ReplayHandler"
FLAG = "archived"
"""Flag of a response that came out of the archive."""


class Replay:
    """Scrapy addon: where `REPLAY` is on, the archive answers in place of the network, without delay."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Scrapy's hook, before anything is built."""
        if not settings.getbool("REPLAY"):
            return
        changed = {
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), HANDLER),
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "CRAWL_DELAY_CAP": 0,
            "RETRY_ENABLED": False,
            # What is in the archive is there already, and a list that is known would be asked for by its validators.
            "ARCHIVE_ENABLED": False,
            "INCREMENTAL": False,
        }
        # Above a spider's own settings: a row that says `render` would start a browser.
        settings.setdict(changed, priority="cmdline")


class ReplayHandler(BaseDownloadHandler):
    """Download handler that answers from the archive, by request fingerprint, POST included."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._archive = archive_of(settings)
        said = settings.get("ARCHIVE_AT")
        self._at = _moment(str(said)) if said else None
        self._engine = _engine_of(crawler)

    async def download_request(self, request: Request) -> Response:
        """The archived answer.

        Raises:
            NotInArchive: there is none. ArchiveError: there is one that cannot be read.
        """
        key = fingerprint(request).hex()
        place = await asyncio.to_thread(answer_to, self._engine, key, self._at)
        if place is None:
            when = f" at or before {self._at:%Y-%m-%d %H:%M:%S}" if self._at else ""
            raise NotInArchive(f"not archived: {request.method} {request.url}{when}")
        archived = await self._read(place)
        request.meta["download_latency"] = 0.0
        return _response(archived, request)

    async def _read(self, place: Place) -> Archived:
        return await asyncio.to_thread(read, self._archive, *place)

    async def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


_ENGINES: WeakKeyDictionary[Crawler, Engine] = WeakKeyDictionary()


def _engine_of(crawler: Crawler) -> Engine:
    """One engine for the handlers of http and https."""
    if crawler not in _ENGINES:
        settings = crawler.settings
        url = settings.get("REPLAY_DATABASE_URL") or settings.get("DATABASE_URL")
        _ENGINES[crawler] = store.open_store(store.database_url(url), create=False)
    return _ENGINES[crawler]


def _response(archived: Archived, request: Request) -> Response:
    """As it came over the wire. A 304 to a request that set no condition is the answer that it spoke of."""
    asked = any(name in request.headers for name in ("If-None-Match", "If-Modified-Since"))
    whole = archived.not_modified and not asked
    headers: Headers = archived.scrapy_headers(payload=whole)
    status = 200 if whole else archived.status
    body = b"" if archived.not_modified and asked else archived.payload
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    return kind(url=request.url, status=status, headers=headers, body=body, request=request, flags=[FLAG])


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
