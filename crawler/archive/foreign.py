"""Archives that others made: browser captures, Common Crawl, institutional archives. Read with warcio, as they come.

WARC 1.0 and 1.1, gzip or plain, and WACZ (a zip with WARC files in it). ARC files, which came before, are refused. What
cannot be used is named, with the place where it stands; a file that breaks off is read as far as it goes.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

_BROKEN = (
    ArchiveLoadFailed, EOFError, zlib.error, zipfile.BadZipFile, ValueError, OSError, KeyError, IndexError, TypeError,
    AttributeError,
)  # fmt: skip
"""What warcio and zipfile raise over bytes that are no archive, or the end of one that is cut; the last two because
warcio takes headers for granted that noise does not have."""

MAX_PAYLOAD = 64 * 1024 * 1024
"""Bytes of an answer; no portal has larger pages, and a bomb must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """One answer out of another's archive.

    Attributes:
        headers: as they stand, without a transfer encoding, which is undone.
        payload: the body as it came, content encoding not undone.
        where: file (and member) and number of the record, for messages.
    """

    url: str
    at: datetime
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    payload: bytes
    method: str
    where: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What cannot be used: why, in a stable word and in a sentence. `fatal`: the rest of the file is not read."""

    reason: str
    detail: str
    fatal: bool = False


def answers(path: Path) -> Iterator[Foreign | Trouble]:
    """The answers in a file, and what of it cannot be used. Reads one record at a time; never raises for bad bytes."""
    try:
        if zipfile.is_zipfile(path):
            yield from _of_wacz(path)
        else:
            with path.open("rb") as stream:
                yield from _of_warc(stream, path.name)
    except OSError as error:
        yield Trouble("unreadable", f"{path}: {error.strerror or error}", fatal=True)


def _of_wacz(path: Path) -> Iterator[Foreign | Trouble]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            names = [name for name in archive.namelist() if name.lower().endswith((".warc", ".warc.gz"))]
        except _BROKEN as error:
            yield Trouble("damaged", f"{path.name}: {error}", fatal=True)
            return
        if not names:
            yield Trouble("no_warc", f"{path.name} is a zip file without a WARC file in it", fatal=True)
        for name in names:
            try:
                stream = stack.enter_context(archive.open(name))
            except _BROKEN as error:
                yield Trouble("damaged", f"{path.name}, {name}: {error}", fatal=True)
                continue
            yield from _of_warc(stream, f"{path.name}, {name}")


def _of_warc(stream: IO[bytes], name: str) -> Iterator[Foreign | Trouble]:
    count = 0
    try:
        for record in ArchiveIterator(stream):
            if record.format == "arc":
                yield Trouble("arc", f"{name} is an ARC file: make a WARC of it (warcio recompress)", fatal=True)
                return
            count += 1
            # By number: asking the iterator for a record's place reads the record to its end.
            if (found := _answer(record, f"{name}, record {count}")) is not None:
                yield found
    except _BROKEN as error:
        yield Trouble("damaged", f"{name}: behind record {count}: {error}", fatal=True)
        return
    if not count:
        yield Trouble("no_warc", f"{name} holds no WARC record", fatal=True)


def _answer(record: ArcWarcRecord, where: str) -> Foreign | Trouble | None:
    """An answer by HTTP; None for records that are none."""
    if record.rec_headers is None:
        return None
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if record.rec_type == "revisit":
        return Trouble("revisit", f"{where}: {url} is told to be as before, its payload stands elsewhere")
    if record.rec_type != "response" or record.http_headers is None or not url.startswith(("http://", "https://")):
        return None
    if not url.isprintable() or " " in url:
        return Trouble("bad_address", f"{where}: {ascii(url)[:200]} is no address")
    code = record.http_headers.get_statuscode() or ""
    at = _moment(record.rec_headers.get_header("WARC-Date"))
    if not code.isdecimal() or at is None:
        return Trouble("no_status", f"{where}: {url} has no status or no date that can be read")
    raw = record.raw_stream.read(MAX_PAYLOAD + 1)
    if len(raw) > MAX_PAYLOAD:
        return Trouble("too_large", f"{where}: {url} is larger than {MAX_PAYLOAD} bytes")
    if getattr(record.raw_stream, "limit", 0) > 0:
        # Half an answer under the whole one's address and date would be believed.
        return Trouble("cut", f"{where}: {url} breaks off: the file ends before it does", fatal=True)
    fields = [(name, value) for name, value in record.http_headers.headers]
    if "chunked" in (record.http_headers.get_header("Transfer-Encoding") or "").lower():
        raw = ChunkedDataReader(BytesIO(raw)).read(MAX_PAYLOAD)
    kept = tuple((_raw(name), _raw(value)) for name, value in fields if name.lower() != "transfer-encoding")
    return Foreign(url, at, int(code), kept, raw, "GET", where)


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _raw(text: str) -> bytes:
    return text.encode("latin-1") if text.isascii() else text.encode("utf-8", "backslashreplace")
