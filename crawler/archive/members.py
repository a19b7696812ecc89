"""Raw records of an archive file: gzip members that are checked to their last byte, or plain records."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.archive.model import Damaged, FileMissing, Foreign, Torn

OPEN = ".open"
"""Behind the name of a file that is still written, or that a killed process left."""

MAX_RECORD = 256 * 1024 * 1024
"""Bytes that a record may unpack to: far beyond DOWNLOAD_MAXSIZE, far below the memory."""

_GZIP = b"\x1f\x8b"
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """The bytes of a record as they are unpacked, and where it lies."""

    offset: int
    length: int
    data: bytes


def path_of(folder: Path, name: str) -> Path:
    """The file `name` in the archive's folder, sealed or still open.

    Raises:
        FileMissing: there is none, or the name leaves the folder.
    """
    if not name or Path(name).name != name:
        raise FileMissing(f"{name!r} is no name of a file in {folder}")
    for path in (folder / name, folder / (name + OPEN)):
        if path.is_file():
            return path
    raise FileMissing(f"{folder / name} is not there; put the file back, or set ARCHIVE_DIR to where it lies")


def member_at(file: BinaryIO, offset: int, name: str) -> Member:
    """The gzip member at an offset.

    Raises:
        Torn: the file ends before the member does. Damaged: its check sum or its bytes are wrong. Foreign: no member
        begins there.
    """
    file.seek(offset)
    engine, made, read = zlib.decompressobj(zlib.MAX_WBITS | 16), bytearray(), 0
    while not engine.eof:
        block = file.read(_BLOCK)
        if not read and block[:2] != _GZIP[: len(block)]:
            raise Foreign(f"{name} at {offset}: no gzip record begins here")
        if not block:
            raise Torn(f"{name} at {offset}: the file ends within a record")
        read += len(block)
        try:
            made += engine.decompress(block, MAX_RECORD + 1 - len(made))
        except zlib.error as error:
            raise Damaged(f"{name} at {offset}: the record is not what was written ({error})") from error
        if len(made) > MAX_RECORD:
            raise Damaged(f"{name} at {offset}: the record unpacks to more than {MAX_RECORD} bytes")
    return Member(offset, read - len(engine.unused_data), bytes(made))


def members(file: BinaryIO, name: str, offset: int = 0) -> Iterator[Member]:
    """All gzip members from an offset on. Raises as `member_at`, at the first that is not whole."""
    size = file.seek(0, 2)
    while offset < size:
        member = member_at(file, offset, name)
        yield member
        offset += member.length


def is_gzip(file: BinaryIO, offset: int = 0) -> bool:
    """True where a gzip member begins."""
    file.seek(offset)
    return file.read(2) == _GZIP
