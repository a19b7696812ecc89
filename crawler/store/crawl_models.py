"""The tables by which the crawler knows what to do next, and where the bytes lie. Re-exported by `store.models`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crawler.store.base import Base, Id


class Intent(Base):
    """What is to be looked for, and what became of it last: the crawler's agenda.

    Three kinds of rows, told by which parts are filled ('' and 0 stand for none): a portal as a whole in a fiscal year
    (`year`), a column of a portal (`column_url`), an agency's report of a year on a portal (`agency_id`, `year`).

    `planned_at`: when it was first wanted. `attempted_at`, `run_id`, `outcome`, `reason`: the last look that came to
    its end. `failures` counts looks in a row that failed, `succeeded_at` is the last that did not. `next_at`:
    not before.
    """

    __tablename__ = "intents"
    __table_args__ = (
        UniqueConstraint("portal_id", "column_url", "agency_id", "year"),
        Index(None, "agency_id", "year"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    column_url: Mapped[str] = mapped_column(server_default="")
    agency_id: Mapped[str] = mapped_column(server_default="")
    year: Mapped[int] = mapped_column(server_default="0")
    planned_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    run_id: Mapped[str | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    succeeded_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]


class ListState(Base):
    """A list's first page as it was last seen, and when the list was last read to its end.

    `complete_at`: all its pages were read without a failure and every wanted row behind it stands in the database, for
    the fiscal years in `years` (null: all). A list that was only begun has none.
    """

    __tablename__ = "lists"
    __table_args__ = (UniqueConstraint("portal_id", "request_key"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    request_key: Mapped[str]
    url: Mapped[str]
    column_url: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    sha256: Mapped[str | None]
    rows: Mapped[int | None]
    years: Mapped[list[Any] | None]
    seen_at: Mapped[datetime]
    complete_at: Mapped[datetime | None]
    run_id: Mapped[str | None]


class ArchiveFile(Base):
    """A WARC file. `origin`: `crawl` or `import`; `closed_at`, `records`, `size`, `sha256` once it is sealed."""

    __tablename__ = "archive_files"
    name: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    records: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    note: Mapped[str | None]


class Capture(Base):
    """One archived answer: where its record lies (`file`, `offset`, `length` in bytes) and what it answered.

    `request_key` is Scrapy's request fingerprint in hex: equal for requests that ask for the same, POST included.
    `kind` is the record's: `response`, or `revisit` for an answer whose payload an earlier record holds.
    """

    __tablename__ = "captures"
    __table_args__ = (UniqueConstraint("file", "offset"), Index(None, "request_key", "at"), Index(None, "url", "at"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    file: Mapped[str] = mapped_column(ForeignKey("archive_files.name"))
    offset: Mapped[int] = mapped_column(BigInteger)
    length: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    request_key: Mapped[str]
    method: Mapped[str]
    url: Mapped[str]
    at: Mapped[datetime]
    status: Mapped[int | None]
    mime: Mapped[str | None]
    payload_digest: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    portal_id: Mapped[str | None]
    run_id: Mapped[str | None]
