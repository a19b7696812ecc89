"""What one crawl puts on the shelf: each answer with its request and what the crawler knew of it.

The pipeline that stores opens a crawl's recorder (`begin`); a crawl without one, the doctor's say, archives nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.request import fingerprint
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler.archive.blocks import request_head, response_head
from crawler.archive.earlier import Ask, Held, any_captures, newest_payload, same_payload
from crawler.archive.model import Capture, Kind
from crawler.archive.reading import IDENTICAL, NOT_MODIFIED, REFERS_TO_FILE, REFERS_TO_OFFSET
from crawler.archive.records import digest
from crawler.archive.shelf import Shelf
from crawler.archive.tails import METHOD, REQUEST_KEY, mime_of
from crawler.archive.writing import (
    FIELDS,
    HTTP_REQUEST,
    HTTP_RESPONSE,
    Header,
    Made,
    as_json,
    record,
    stamp,
    warc_fields,
)
from crawler.store.writer import DatabaseGone

T = TypeVar("T")

logger = logging.getLogger(__name__)

NO_ARCHIVE = "no_archive"
"""Finish reason of a crawl whose archive could not be written."""

LARGE = 64 * 1024
"""Bytes from which an answer is packed in a thread: it would hold up all other crawls of the process."""

_WORTH_A_REVISIT = 512
"""Bytes below which a payload is written again: a revisit would not be shorter."""

_RECORDERS: WeakKeyDictionary[Crawler, Recorder] = WeakKeyDictionary()


class Recorder:
    """The archive of one crawl.

    Args:
        shelf: the process's.
        run_id: of the run.
        family: the spider's.
        ask: how the database is asked for earlier captures; None for no database.
        portals: ids of portals by host.
    """

    def __init__(
        self, shelf: Shelf, run_id: str, family: str, ask: Ask[Any] | None = None, portals: dict[str, str] | None = None
    ) -> None:
        self.shelf = shelf
        self.pending: dict[tuple[str, int], Capture] = {}
        """Captures that the database does not know yet, by file and offset, oldest first."""
        self.closing: asyncio.Task[None] | None = None
        self._run_id = run_id
        self._family = family
        self._ask = ask
        self._portals = portals or {}

    async def start(self) -> None:
        """See whether the database knows captures at all; where it does not, it need not be asked for each answer."""
        if self._ask is not None and await self.asked(any_captures) is False:
            self._ask = None

    async def record(self, request: Request, response: Response, at: datetime | None = None) -> Capture:
        """Put an answer on the shelf.

        Raises:
            Unwritable: it cannot be written.
        """
        moment = at or datetime.now(UTC)
        key = fingerprint(request).hex()
        said = digest(response.body)
        held = await self._held(key, said, response)
        answer = _Answer(request, response, moment, key, said, held, self._about(request, response))
        group = answer.records() if len(response.body) < LARGE else await asyncio.to_thread(answer.records)
        file, offset = self.shelf.append(group)
        capture = answer.capture(file, offset, len(group[0].data), self._portal(request), self._run_id)
        self.shelf.enter(capture)
        self.pending[file, offset] = capture
        return capture

    async def durable(self) -> None:
        """Return when all that was recorded so far is on the disk, or complete in the store.

        Raises:
            Unwritable: it cannot be forced there.
        """
        if self.pending:
            newest = next(reversed(self.pending.values()))
            await self.shelf.durable(newest.file, newest.end)

    def known(self, captures: Iterable[Capture]) -> None:
        """The database knows these captures now: later answers may refer to them."""
        for capture in captures:
            self.pending.pop((capture.file, capture.offset), None)
            self.shelf.earlier.add(capture)

    async def _held(self, key: str, said: str, response: Response) -> Held | None:
        """An earlier record with this payload; for a 304, the one that the server speaks of."""
        earlier = self.shelf.earlier
        if response.status == 304:
            held = earlier.newest(key)
            held = held or await self.asked(lambda engine: newest_payload(engine, key))
        elif len(response.body) < _WORTH_A_REVISIT:
            return None
        else:
            held = earlier.same(key, said)
            held = held or await self.asked(lambda engine: same_payload(engine, key, said))
        return held if held is not None and await earlier.is_there(held) else None

    async def asked(self, question: Callable[[Engine], T]) -> T | None:
        """The database's answer; None where it is away: the payload is then written once more."""
        if self._ask is None:
            return None
        try:
            found: T = await self._ask(question)
        except (DBAPIError, DatabaseGone) as error:
            logger.debug("the database does not say what is archived: %s", error)
            return None
        return found

    def _about(self, request: Request, response: Response) -> list[Header]:
        """The metadata record: who asked, and what is not to be seen from the bytes."""
        about = [("run", self._run_id), ("family", self._family)]
        if portal := self._portal(request):
            about.append(("portal", portal))
        if response.flags:
            about.append(("flags", as_json([str(flag) for flag in response.flags])))
        if isinstance(waited := request.meta.get("download_latency"), float):
            about.append(("fetchTimeMs", str(round(waited * 1000))))
        if request.meta.get("playwright"):
            about.append(("fetchedBy", "browser: the payload is the page as its scripts left it, not as it was sent"))
        return about

    def _portal(self, request: Request) -> str | None:
        visit = request.cb_kwargs.get("visit")
        if visit is not None:
            return str(visit.portal.id)
        return self._portals.get(urlsplit(request.url).hostname or "")


class _Answer:
    """One answer on its way into records."""

    def __init__(
        self,
        request: Request,
        response: Response,
        at: datetime,
        key: str,
        digest: str,
        held: Held | None,
        about: list[Header],
    ) -> None:
        self.request = request
        self.response = response
        self.at = at
        self.key = key
        self.digest = held.digest if held is not None else digest
        self.held = held
        self.about = about

    def records(self) -> list[Made]:
        """Response or revisit, request, metadata."""
        first = self._first()
        near = [("WARC-Concurrent-To", first.record_id), ("WARC-Target-URI", self.response.url)]
        asked = urlsplit(self.request.url)
        target = (asked.path or "/") + (f"?{asked.query}" if asked.query else "")
        fields = _fields(self.request.headers)
        head = request_head(self.request.method, target, asked.netloc.rpartition("@")[2], fields)
        return [
            first,
            record("request", self.at, HTTP_REQUEST, [head, self.request.body], near),
            record("metadata", self.at, FIELDS, [warc_fields(self.about)], near),
        ]

    def capture(self, file: str, offset: int, length: int, portal: str | None, run_id: str) -> Capture:
        """Where it lies."""
        headers = self.response.headers
        kind: Kind = "revisit" if self.held is not None else "response"
        return Capture(
            file=file,
            offset=offset,
            length=length,
            kind=kind,
            request_key=self.key,
            method=self.request.method,
            url=self.response.url,
            at=self.at,
            status=self.response.status,
            mime=mime_of(_text(headers.get("Content-Type"))),
            payload_digest=self.digest,
            etag=_text(headers.get("ETag")),
            last_modified=_text(headers.get("Last-Modified")),
            refers_to=self.held.place if self.held is not None else None,
            portal_id=portal,
            run_id=run_id,
        )

    def _first(self) -> Made:
        response = self.response
        head = response_head(response.status, _as_received(_fields(response.headers)))
        named = [
            ("WARC-Target-URI", response.url),
            ("WARC-Payload-Digest", self.digest),
            (REQUEST_KEY, self.key),
            (METHOD, self.request.method),
        ]
        if self.held is None:
            return record("response", self.at, HTTP_RESPONSE, [head, response.body], named)
        named += [
            ("WARC-Profile", NOT_MODIFIED if response.status == 304 else IDENTICAL),
            ("WARC-Refers-To-Target-URI", self.held.url),
            ("WARC-Refers-To-Date", stamp(self.held.at)),
            (REFERS_TO_FILE, self.held.place[0]),
            (REFERS_TO_OFFSET, str(self.held.place[1])),
        ]
        return record("revisit", self.at, HTTP_RESPONSE, [head], named)


def _fields(headers: Any) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in headers.items() for value in values]


def _as_received(fields: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Without the transfer encoding as such: it is undone, and a reader would undo it once more."""
    return [
        (b"X-Crawler-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name, value)
        for name, value in fields
    ]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def begin(crawler: Crawler, recorder: Recorder) -> None:
    """From now on the crawl's answers are archived by this recorder."""
    _RECORDERS[crawler] = recorder


def of(crawler: Crawler) -> Recorder | None:
    """The crawl's recorder, None where nothing is archived."""
    return _RECORDERS.get(crawler)


def end(crawler: Crawler) -> None:
    """Archive nothing more of this crawl."""
    _RECORDERS.pop(crawler, None)


def stop(crawler: Crawler) -> None:
    """Close the spider of a crawl that cannot be archived, once."""
    recorder, engine = of(crawler), crawler.engine
    if recorder is None or engine is None or recorder.closing is not None or engine.spider is None:
        return
    recorder.closing = asyncio.get_running_loop().create_task(_close(engine))


async def _close(engine: Any) -> None:
    try:
        await engine.close_spider_async(reason=NO_ARCHIVE)
    except RuntimeError:
        logger.debug("the spider was being closed already")
