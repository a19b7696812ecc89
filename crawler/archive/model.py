"""What the archive speaks of: captures (where an answer lies), answers (what it was), and what can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers

from crawler.archive.unpacking import unpack

Kind = Literal["response", "revisit"]
Place = tuple[str, int]
"""Name of an archive file, and offset of a record in it."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One archived answer: a row of `captures`.

    Attributes:
        file: name of the sealed file; while it is written it carries `.open` behind it.
        offset, length: of the record in the file, in bytes.
        kind: `response`, or `revisit` for an answer whose payload an earlier record holds.
        request_key: Scrapy's request fingerprint in hex (40 characters).
        at: UTC time of the answer.
        mime: from its Content-Type, lower case, without parameters.
        payload_digest: `sha1:` and base32, of the payload as it came over the wire.
        refers_to: of a revisit, the record that holds the payload.
    """

    file: str
    offset: int
    length: int
    kind: Kind
    request_key: str
    method: str
    url: str
    at: datetime
    status: int | None = None
    mime: str | None = None
    payload_digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    refers_to: Place | None = None
    portal_id: str | None = None
    run_id: str | None = None

    @property
    def payload_at(self) -> Place:
        """The record that holds the payload: this one, or the one that it refers to."""
        return self.refers_to or (self.file, self.offset)

    @property
    def end(self) -> int:
        """Offset behind the record."""
        return self.offset + self.length


@dataclass(frozen=True)
class Archived:
    """An answer as the archive holds it.

    Attributes:
        url, at: of the request and the answer (WARC-Target-URI, WARC-Date in UTC).
        kind: that of the record asked for; a revisit has its own status line and headers and an earlier payload.
        status: of the payload's record: a 304 is told by `kind` and `not_modified`.
        headers: names and values in their order, as bytes.
        payload: the body as it came over the wire (transfer encoding undone, content encoding not).
        place: the record that was asked for; `payload_at`: the one that holds the payload.
        not_modified: True for the record of a 304.
        truncated: the word of WARC-Truncated, "" where the record is whole.
        payload_headers: of a 304 the headers that came with the payload, which tell how it is packed.
    """

    url: str
    at: datetime
    kind: Kind
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    payload: bytes
    place: Place
    payload_at: Place
    payload_digest: str | None = None
    not_modified: bool = False
    truncated: str = ""
    record_id: str = ""
    payload_headers: tuple[tuple[bytes, bytes], ...] | None = None

    @cached_property
    def body(self) -> bytes:
        """The body with its content encoding undone, as a spider sees it.

        Raises:
            Damaged: it cannot be undone.
        """
        try:
            return unpack(self.url, self.scrapy_headers(payload=True), self.payload)
        except ValueError as error:
            file, offset = self.payload_at
            raise Damaged(f"{file} at {offset}: {error}") from error

    def values(self, name: bytes) -> list[bytes]:
        """The values of a header; `name` in lower case."""
        return [value for key, value in self.headers if key.lower() == name]

    def header(self, name: str) -> str | None:
        """A header's last value as text (latin-1), None where there is none."""
        found = self.values(name.lower().encode("latin-1"))
        return found[-1].decode("latin-1") if found else None

    def scrapy_headers(self, *, payload: bool = False) -> Headers:
        """The headers as Scrapy has them; with `payload` those that came with the payload."""
        made = Headers()
        for name, value in (self.payload_headers or self.headers) if payload else self.headers:
            made.appendlist(name, value)
        return made

    def lines(self) -> Iterator[str]:
        """The headers as lines for a person."""
        for name, value in self.headers:
            yield f"{name.decode('latin-1')}: {value.decode('latin-1')}"


class ArchiveError(Exception):
    """Something is wrong with the archive; the message names the file and says what to do next where that is known."""


class Unwritable(ArchiveError):
    """The folder or its disk takes no more records."""


class Unreachable(Unwritable):
    """The store does not answer, or not as it should; the message names it. It may be worth another try."""


class Refused(Unreachable):
    """The store denies it, or has no such bucket: another try would be in vain."""


class NotArchived(ArchiveError):
    """There is no such record."""


class FileMissing(NotArchived):
    """There is no such file in the folder."""


class Damaged(ArchiveError):
    """A record that is not what was written: torn, changed, or not followed by what it promises."""


class Torn(Damaged):
    """The file ends before the record does."""


class Foreign(ArchiveError):
    """Bytes that are no WARC record, or a record that holds no answer."""


class NotInArchive(IgnoreRequest):
    """A request of a replayed crawl that was never made, or not yet: nobody knows its answer."""
