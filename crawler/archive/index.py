"""Finding answers: the table `captures` by request and by address, as of a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from crawler.archive.model import Place
from crawler.store import models as m

_SHOWN: tuple[Any, ...] = (
    m.Capture.file,
    m.Capture.offset,
    m.Capture.url,
    m.Capture.at,
    m.Capture.status,
    m.Capture.kind,
)


def answer_to(engine: Engine, request_key: str, at: datetime | None = None) -> Place | None:
    """The newest answer to a request, at or before a moment; None where it was never asked, or only later."""
    with engine.connect() as connection:
        row = connection.execute(_until(select(*_SHOWN).where(m.Capture.request_key == request_key), at)).first()
    return None if row is None else (row.file, row.offset)


def captures_of(engine: Engine, url: str, at: datetime | None = None) -> list[Row[Any]]:
    """All answers to an address, newest first: file, offset, url, at, status, kind."""
    with engine.connect() as connection:
        return list(connection.execute(_until(select(*_SHOWN).where(m.Capture.url == url), at)))


def files(engine: Engine) -> list[Row[Any]]:
    """All archive files, oldest first, each with its number of captures."""
    count = func.count(m.Capture.id).label("captures")
    table = m.ArchiveFile.__table__
    query = select(*table.columns, count).outerjoin(m.Capture, m.Capture.file == m.ArchiveFile.name)
    with engine.connect() as connection:
        return list(connection.execute(query.group_by(*table.columns).order_by(m.ArchiveFile.started_at)))


def _until(query: Select[Any], at: datetime | None) -> Select[Any]:
    if at is not None:
        query = query.where(m.Capture.at <= at)
    return query.order_by(m.Capture.at.desc(), m.Capture.id.desc())
