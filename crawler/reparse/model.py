"""What is read anew, and what came of it. Plain values: they go from process to process."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from crawler.store.records import PageRecord, ReportRecord

Trouble = Literal["", "no_archive", "damaged", "other_bytes", "no_portal", "failed"]
"""Why a page was not read: nothing is archived of it, or the archive's bytes cannot be had; a spider made it out of
other answers (the archive holds no such bytes); its registry row is gone; the parser raised."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages: `since` and `until` (exclusive) are UTC moments at which a page was last seen. None for all."""

    since: datetime | None = None
    until: datetime | None = None
    family: str | None = None
    portal: str | None = None
    agency: str | None = None
    years: Collection[int] | None = None
    older_parser: str | None = None
    """The release whose readings need not be made anew."""
    archive_file: str | None = None
    """Pages whose bytes lie in this file of the archive."""

    def to_json(self) -> dict[str, Any]:
        """As JSON values: what is to be read anew may go through a queue."""
        moments = {name: value.isoformat() for name in ("since", "until") if (value := getattr(self, name))}
        years = None if self.years is None else sorted(self.years)
        return asdict(self) | {"since": None, "until": None, "years": years} | moments

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Wanted:
        """What `to_json` made."""
        moments = {name: datetime.fromisoformat(told[name]) for name in ("since", "until") if told.get(name)}
        return cls(**{**told, **moments})


@dataclass(frozen=True, slots=True)
class Bytes:
    """Where the bytes of a page lie, and their hash; `file` None where they are not archived."""

    url: str
    name: str
    sha256: str
    file: str | None
    offset: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """The version that a page stands behind, and whose it was taken to be."""

    version_id: int
    agency_id: str
    agency_printed: str | None
    resolved_by: str | None
    year: int
    kind: str


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of the database with the files that it carries. `said`: outcome and reason of its newest attempt, where
    no version came of it."""

    id: int
    portal_id: str
    status: int
    headers: dict[str, str]
    column_url: str | None
    list_title: str
    list_date: str | None
    attachments: tuple[str, ...]
    at: datetime
    run_id: str
    via: str
    place: Bytes
    files: tuple[Bytes, ...] = ()
    known: Known | None = None
    said: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reread:
    """What today's code makes of a page: its record, or the trouble that kept it from being read."""

    page: StoredPage
    record: ReportRecord | PageRecord | None = None
    trouble: Trouble = ""
    detail: str = ""
