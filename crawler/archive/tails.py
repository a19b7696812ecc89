"""Sealing a file that a process left behind: its torn tail is cut off, it gets its index and its name.

A page is only committed after the record that holds it was forced to the disk, so nothing rests on what is cut.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.archive import cdxj
from crawler.archive.blocks import BadMessage, split_response
from crawler.archive.members import OPEN, member_at
from crawler.archive.model import ArchiveError, Capture, Kind
from crawler.archive.reading import REFERS_TO_FILE, REFERS_TO_OFFSET
from crawler.archive.records import WarcRecord, parse_member

logger = logging.getLogger(__name__)

_BLOCK = 1024 * 1024
_MEMBER = re.compile(rb"\x1f\x8b\x08\x00")
REQUEST_KEY = "X-Crawler-Request-Key"
METHOD = "X-Crawler-Method"
"""Of our responses: what the record answers, so that a file alone says what its rows in the database say."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that is finished: the columns of `archive_files`."""

    name: str
    started_at: datetime
    closed_at: datetime
    records: int
    size: int
    sha256: str
    note: str | None = None
    origin: str = "crawl"


def abandoned(folder: Path) -> Iterator[Path]:
    """Files that end in `.open`, whoever writes them."""
    yield from sorted(folder.glob(f"*{OPEN}"))


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Try to hold the lock of an open file: False while the process that writes it lives."""
    lock = lock_of(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield path.exists()
    finally:
        let_go(lock)


def lock_of(path: Path) -> FileLock:
    """The lock of an open file. It ends with the process that holds it."""
    return FileLock(path.with_name(path.name + ".lock"), thread_local=False)


def let_go(lock: FileLock) -> None:
    """Release a lock and tidy its file away: the names of archive files never come again."""
    Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def seal_abandoned(folder: Path) -> list[Sealed]:
    """Seal every file that no living process writes. A file that cannot be sealed stays, and the log says why."""
    done: list[Sealed] = []
    for path in abandoned(folder):
        with held(path) as free:
            if not free:
                continue
            try:
                sealed = mend(path)
            except (OSError, ArchiveError) as error:
                logger.error("%s cannot be sealed: %s", path, error)
                continue
        if sealed is not None:
            done.append(sealed)
            logger.warning("%s was left by a process that died; sealed as %s (%s)", path.name, sealed.name, sealed.note)
    return done


def mend(path: Path) -> Sealed | None:
    """Cut off the torn tail of an open file, write its index, give it its name. None for a file without a record.

    The caller holds its lock.
    """
    name = path.name.removesuffix(OPEN)
    found = scan(path, name)
    size = path.stat().st_size
    if found.end < size and not found.damaged:
        with path.open("r+b") as file:
            file.truncate(found.end)
            os.fsync(file.fileno())
    if not found.records:
        path.unlink()
        return None
    end = size if found.damaged else found.end
    note = f"damaged at {found.end}" if found.damaged else f"cut {size - end} torn bytes" if end < size else "whole"
    started = found.started or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    sealed = Sealed(name, started, datetime.now(UTC), found.records, end, sha256_of(path), note)
    finish(path, name, map(cdxj.line, found.captures))
    return sealed


def sealed_before(path: Path) -> Sealed:
    """What a sealed file says of itself, for a database that was never told: its writer died between the two."""
    found = scan(path, path.name)
    started = found.started or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Sealed(path.name, started, datetime.now(UTC), found.records, path.stat().st_size, sha256_of(path), "whole")


def finish(path: Path, name: str, lines: Iterator[str] | list[str]) -> None:
    """The index beside the file, then the file's name: who sees the name finds both."""
    beside = path.with_name(name + cdxj.SUFFIX)
    beside.write_bytes(cdxj.index(lines))
    path.rename(path.with_name(name))
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name safe too; Windows knows no such thing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Of a whole file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(slots=True)
class Scan:
    """What a look through a file found: up to `end` all is whole. `damaged`: whole records follow what is not."""

    end: int
    records: int
    captures: list[Capture]
    started: datetime | None = None
    damaged: bool = False


def scan(path: Path, name: str) -> Scan:
    """Look through a file of gzip members to the first that is not whole."""
    found, size = Scan(0, 0, []), path.stat().st_size
    with path.open("rb") as file:
        while found.end < size:
            try:
                member = member_at(file, found.end, name)
                one = parse_member(member, name)
            except ArchiveError:
                found.damaged = _more_behind(path, found.end + 1, name)
                break
            found.records += 1
            found.end += member.length
            found.started = found.started or one.at
            if (capture := capture_of(one, name)) is not None:
                found.captures.append(capture)
    return found


def _more_behind(path: Path, start: int, name: str) -> bool:
    """True when a whole record stands somewhere behind `start`: then the damage is no torn tail, and nothing is cut."""
    with path.open("rb") as file:
        file.seek(start)
        rest = file.read()
        for hit in _MEMBER.finditer(rest):
            try:
                parse_member(member_at(file, start + hit.start(), name), name)
            except ArchiveError:
                continue
            return True
    return False


def capture_of(record: WarcRecord, name: str) -> Capture | None:
    """The capture that a record of an answer is; None for other records, and for answers without address or date."""
    if record.type not in {"response", "revisit"} or record.at is None or not record.url:
        return None
    try:
        status, fields, _ = split_response(record.block) if record.block else (None, (), b"")
    except BadMessage:
        return None
    said = {key.lower(): value.decode("latin-1") for key, value in fields}
    file, offset = record.get(REFERS_TO_FILE), record.get(REFERS_TO_OFFSET)
    kind: Kind = "revisit" if record.type == "revisit" else "response"
    return Capture(
        file=name,
        offset=record.offset,
        length=record.length,
        kind=kind,
        request_key=record.get(REQUEST_KEY) or "",
        method=record.get(METHOD) or "GET",
        url=record.url,
        at=record.at,
        status=status,
        mime=mime_of(said.get(b"content-type")),
        payload_digest=record.get("WARC-Payload-Digest"),
        etag=said.get(b"etag"),
        last_modified=said.get(b"last-modified"),
        refers_to=(file, int(offset)) if file and offset and offset.isdigit() else None,
    )


def mime_of(content_type: str | None) -> str | None:
    """A Content-Type without its parameters, lower case."""
    return (content_type.partition(";")[0].strip().lower() or None) if content_type else None
