"""Payloads that the archive holds already: an answer that brings one again is a revisit, a few hundred bytes long."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, select

from crawler.archive.model import Capture, Place, Unreachable
from crawler.archive.stores import Store
from crawler.store import models as m

REMEMBERED = 10_000
"""Captures of this process that are known without asking the database."""

T = TypeVar("T")
Ask = Callable[[Callable[[Engine], T]], Awaitable[T]]
"""How the database is asked: `crawler.store.Writer.run`."""


@dataclass(frozen=True, slots=True)
class Held:
    """A payload that the archive holds: where, and what it answered."""

    place: Place
    digest: str
    url: str
    at: datetime


class Earlier:
    """What the crawls of this process archived last, by request.

    Args:
        store: the archive; a payload in a file that is no longer there counts as none.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: OrderedDict[tuple[str, str], Held] = OrderedDict()
        self._latest: OrderedDict[str, str] = OrderedDict()
        self._there: dict[str, bool] = {}

    def add(self, capture: Capture) -> None:
        """Remember a capture."""
        if capture.payload_digest is None:
            return
        key = (capture.request_key, capture.payload_digest)
        if capture.kind == "response":
            self._held[key] = Held((capture.file, capture.offset), capture.payload_digest, capture.url, capture.at)
            _trim(self._held)
        if capture.status in (200, 304):
            self._latest[capture.request_key] = capture.payload_digest
            _trim(self._latest)

    def same(self, request_key: str, digest: str) -> Held | None:
        """The record with this payload, as far as this process knows."""
        return self._held.get((request_key, digest))

    def newest(self, request_key: str) -> Held | None:
        """The payload that the request had last, as far as this process knows."""
        digest = self._latest.get(request_key)
        return self._held.get((request_key, digest)) if digest is not None else None

    async def is_there(self, held: Held) -> bool:
        """Whether the file of a record is still in the archive: a revisit of nothing would lose the payload."""
        name = held.place[0]
        if name not in self._there:
            try:
                self._there[name] = await asyncio.to_thread(self._store.exists, name)
            except Unreachable:
                return False  # written once more, then
        return self._there[name]


def _trim(known: OrderedDict[Any, Any]) -> None:
    if len(known) > REMEMBERED:
        known.popitem(last=False)


def any_captures(engine: Engine) -> bool:
    """False for a database without captures: it need not be asked for each answer."""
    with engine.connect() as connection:
        return connection.execute(select(m.Capture.id).limit(1)).first() is not None


def same_payload(engine: Engine, request_key: str, digest: str) -> Held | None:
    """The newest record that answered a request with this payload."""
    wanted = (
        select(m.Capture.file, m.Capture.offset, m.Capture.url, m.Capture.at)
        .where(m.Capture.request_key == request_key, m.Capture.kind == "response", m.Capture.payload_digest == digest)
        .order_by(m.Capture.at.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        row = connection.execute(wanted).one_or_none()
    return None if row is None else Held((row.file, row.offset), digest, row.url, row.at)


def newest_payload(engine: Engine, request_key: str) -> Held | None:
    """The record of the payload that a request had last: what its 304 speaks of."""
    wanted = (
        select(m.Capture.payload_digest)
        .where(
            m.Capture.request_key == request_key,
            m.Capture.status.in_((200, 304)),
            m.Capture.payload_digest.is_not(None),
        )
        .order_by(m.Capture.at.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        digest = connection.scalar(wanted)
    return None if digest is None else same_payload(engine, request_key, digest)


def not_closed(engine: Engine) -> list[str]:
    """Names of files that the database believes to be open."""
    with engine.connect() as connection:
        return list(connection.scalars(select(m.ArchiveFile.name).where(m.ArchiveFile.closed_at.is_(None))))


def is_captured(engine: Engine, url: str, at: datetime, digest: str) -> bool:
    """Whether this very answer is among the captures already."""
    capture = m.Capture
    wanted = select(capture.id).where(capture.url == url, capture.at == at, capture.payload_digest == digest).limit(1)
    with engine.connect() as connection:
        return connection.execute(wanted).first() is not None
