"""Archived answers as records of the writer: what one crawl's archive has that the database must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from crawler.store.types import storable

if TYPE_CHECKING:
    from crawler.archive.model import Capture
    from crawler.archive.tails import Sealed


def _mend(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


_Text = Annotated[str, BeforeValidator(_mend)]


class CaptureValue(BaseModel):
    """The columns of `captures`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: _Text
    offset: int
    length: int
    kind: _Text
    request_key: _Text
    method: _Text
    url: _Text
    at: AwareDatetime
    status: int | None = None
    mime: _Text | None = None
    payload_digest: _Text | None = None
    etag: _Text | None = None
    last_modified: _Text | None = None
    portal_id: _Text | None = None
    run_id: _Text | None = None

    @classmethod
    def of(cls, capture: Capture) -> CaptureValue:
        """From what the archive wrote."""
        return cls(**{name: getattr(capture, name) for name in cls.model_fields})


class ArchiveFileValue(BaseModel):
    """The columns of `archive_files` for a file that is sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: _Text
    origin: _Text = "crawl"
    started_at: AwareDatetime
    closed_at: AwareDatetime
    records: int
    size: int
    sha256: _Text
    note: _Text | None = None

    @classmethod
    def of(cls, sealed: Sealed) -> ArchiveFileValue:
        """From what the archive sealed."""
        return cls(**{name: getattr(sealed, name) for name in cls.model_fields})


class CapturesRecord(BaseModel):
    """Captures that no page carries with it (lists, refusals, robots.txt, redirects), and files that were sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: Literal["captures"] = "captures"
    run_id: str
    at: AwareDatetime
    captures: tuple[CaptureValue, ...] = ()
    files: tuple[ArchiveFileValue, ...] = ()
