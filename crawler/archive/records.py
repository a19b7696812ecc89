"""WARC records as values: headers by name, block as bytes, whole or refused. Takes WARC 1.0 and 1.1, gzip or plain."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from crawler.archive.members import MAX_RECORD, Member, is_gzip, member_at
from crawler.archive.model import Damaged, Foreign, Torn

_BASE32_LENGTHS = {"sha1": 32, "sha256": 56, "md5": 26}


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record. `length` is what it takes in the file (of plain records without the blank lines behind it)."""

    offset: int
    length: int
    headers: tuple[tuple[str, str], ...]
    block: bytes

    def get(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def type(self) -> str:
        """WARC-Type, lower case."""
        return (self.get("WARC-Type") or "").lower()

    @property
    def url(self) -> str:
        """WARC-Target-URI, without the angle brackets that some writers put around it."""
        return (self.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")

    @property
    def at(self) -> datetime | None:
        """WARC-Date in UTC, None where it is no date."""
        return parse_date(self.get("WARC-Date"))


def record_at(file: BinaryIO, offset: int, name: str) -> WarcRecord:
    """The record at an offset of an open file.

    Raises:
        Torn, Damaged, Foreign: see `crawler.archive.model`.
    """
    if is_gzip(file, offset):
        return parse_member(member_at(file, offset, name), name)
    return _plain_at(file, offset, name)


def records(path: Path, name: str, offset: int = 0) -> Iterator[WarcRecord]:
    """All records from an offset on. Raises as `record_at`, at the first that is not whole."""
    with path.open("rb") as file:
        packed, size = is_gzip(file), path.stat().st_size
        while offset < size:
            if packed:
                member = member_at(file, offset, name)
                offset += member.length
                if member.data:
                    yield parse_member(member, name)
                continue
            record = _plain_at(file, offset, name)
            yield record
            offset = _behind(file, offset + record.length)


def parse_member(member: Member, name: str) -> WarcRecord:
    """The record that a gzip member holds.

    Raises:
        Foreign: it holds no WARC record, or more than one. Damaged: its block is shorter or longer than promised.
    """
    stream = io.BytesIO(member.data)
    headers, length = _load(stream, name, member.offset)
    block = stream.read(length)
    if len(block) < length:
        raise Damaged(f"{name} at {member.offset}: the block has {len(block)} of {length} bytes")
    if rest := stream.read().strip(b"\r\n"):
        if rest.startswith(b"WARC/"):
            raise Foreign(f"{name}: several records share one gzip member; scrapy archive import takes such files")
        raise Damaged(f"{name} at {member.offset}: {len(rest)} bytes stand behind the block")
    return WarcRecord(member.offset, member.length, headers, block)


def _plain_at(file: BinaryIO, offset: int, name: str) -> WarcRecord:
    file.seek(offset)
    headers, length = _load(file, name, offset)
    if length > MAX_RECORD:
        raise Damaged(f"{name} at {offset}: a block of {length} bytes is more than {MAX_RECORD}")
    block = file.read(length)
    if len(block) < length:
        raise Torn(f"{name} at {offset}: the file ends within a record ({len(block)} of {length} bytes)")
    return WarcRecord(offset, file.tell() - offset, headers, block)


def _behind(file: BinaryIO, offset: int) -> int:
    """Where the next plain record begins: behind the blank lines."""
    file.seek(offset)
    blank = file.read(64)
    return offset + len(blank) - len(blank.lstrip(b"\r\n"))


def _load(stream: Any, name: str, offset: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """The headers of a record, and the length of its block."""
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    try:
        record = loader.parse_record_stream(stream, no_record_parse=True)
    except EOFError as error:
        raise Torn(f"{name} at {offset}: the file ends where a record should begin") from error
    except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError, IndexError) as error:
        raise Foreign(f"{name} at {offset}: no WARC record begins here") from error
    if record.format != "warc":
        raise Foreign(f"{name} is an ARC file, the format before WARC: convert it first (warcio recompress)")
    headers = tuple((str(key), str(value)) for key, value in record.rec_headers.headers)
    said = next((value for key, value in headers if key.lower() == "content-length"), "")
    if not said.strip().isdigit():
        raise Damaged(f"{name} at {offset}: Content-Length is {said!r}")
    return headers, int(said)


def parse_date(said: str | None) -> datetime | None:
    """A WARC-Date (ISO 8601, up to nanoseconds) in UTC; None for what is no date."""
    if not said:
        return None
    text = said.strip()
    head, dot, rest = text.partition(".")
    if dot:
        digits = rest.rstrip("Zz")
        text = f"{head}.{digits[:6].ljust(6, '0')}Z" if digits.isdigit() else text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def digest(data: bytes) -> str:
    """As WARC writers state it: `sha1:` and base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def agrees(data: bytes, said: str | None) -> bool | None:
    """Whether data has a digest (base32 or hex, sha1, sha256 or md5); None where there is none that we know."""
    if not said:
        return None
    kind, colon, value = said.strip().partition(":")
    kind = kind.lower().replace("-", "")
    if not colon or kind not in _BASE32_LENGTHS:
        return None
    made = hashlib.new(kind, data, usedforsecurity=False)
    if len(value) == 2 * made.digest_size:
        return made.hexdigest() == value.lower()
    return base64.b32encode(made.digest()).decode("ascii").rstrip("=") == value.upper().rstrip("=")
