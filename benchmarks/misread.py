"""What software shows when it reads bytes in an encoding that is not theirs, byte by byte and with its losses told.

The decoders follow the WHATWG Encoding standard (browsers) where nothing else is said: 0x80 is the euro sign in GBK,
GBK's user-defined areas are private-use characters, 81 8D 8F 90 9D are control characters in windows-1252.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import NamedTuple


class Piece(NamedTuple):
    """`text` is what is shown for the bytes `start` to `end`; `lost` if it does not tell them any more."""

    text: str
    start: int
    end: int
    lost: bool


_USER_AREAS = (
    *((0xAA + (i // 94), 0xA1 + i % 94, 0xE000 + i) for i in range(6 * 94)),
    *((0xF8 + (i // 94), 0xA1 + i % 94, 0xE234 + i) for i in range(7 * 94)),
    *((0xA1 + (i // 96), 0x40 + i % 96 + (i % 96 >= 0x3F), 0xE4C6 + i) for i in range(7 * 96)),
)
"""(first byte, second byte, code point) of GBK's three areas for users' own characters."""

_USER = {(lead, second): chr(code) for lead, second, code in _USER_AREAS}


def gbk_pair(lead: int, second: int) -> str | None:
    """The character of a pair of bytes as browsers read GBK, None if the pair is not one."""
    if not (0x81 <= lead <= 0xFE and 0x40 <= second <= 0xFE and second != 0x7F):
        return None
    if (lead, second) in _USER:
        return _USER[lead, second]
    try:
        return bytes((lead, second)).decode("gb18030")
    except UnicodeDecodeError:
        return None


def _four(data: bytes, at: int) -> str | None:
    four = data[at : at + 4]
    if len(four) < 4 or not (0x30 <= four[1] <= 0x39 and four[2] >= 0x81 and 0x30 <= four[3] <= 0x39):
        return None
    try:
        return four.decode("gb18030")
    except UnicodeDecodeError:
        return None


def as_gbk(data: bytes, mark: str = "\ufffd", *, swallow: bool = False, euro: bool = True) -> Iterator[Piece]:
    """Bytes read as GB18030.

    Args:
        data: any bytes.
        mark: shown for a byte that is not half of a pair.
        swallow: the ASCII byte behind such a byte goes with it, as in old Windows software.
        euro: 0x80 is shown as the euro sign, as browsers do; else it is lost.
    """
    at = 0
    while at < len(data):
        byte = data[at]
        if byte < 0x80:
            yield Piece(chr(byte), at, at + 1, lost=False)
            at += 1
            continue
        if byte == 0x80 and euro:
            yield Piece("€", at, at + 1, lost=False)
            at += 1
            continue
        second = data[at + 1] if at + 1 < len(data) else 0
        pair, four = gbk_pair(byte, second), _four(data, at)
        length = 2 if pair else 4 if four else 2 if swallow and 0 < second < 0x80 else 1
        yield Piece(pair or four or mark, at, at + length, lost=not (pair or four))
        at += length


def as_cp1252(data: bytes, hole: str | None = None) -> Iterator[Piece]:
    """Bytes read as windows-1252; its five unassigned bytes are shown as `hole`, as control characters if None."""
    for at, byte in enumerate(data):
        try:
            yield Piece(bytes((byte,)).decode("cp1252"), at, at + 1, lost=False)
        except UnicodeDecodeError:
            yield Piece(chr(byte) if hole is None else hole, at, at + 1, lost=hole is not None)


def as_latin1(data: bytes, control: str | None = None) -> Iterator[Piece]:
    """Bytes read as ISO 8859-1; control characters above 0x7F are shown as `control`, as themselves if None."""
    for at, byte in enumerate(data):
        lost = control is not None and 0x80 <= byte < 0xA0
        yield Piece(control if lost and control is not None else chr(byte), at, at + 1, lost)


def as_big5(data: bytes) -> str | None:
    """Bytes read as Big5, None if some of them are not."""
    try:
        return data.decode("big5hkscs")
    except UnicodeDecodeError:
        return None


def shown(pieces: list[Piece]) -> str:
    """What stands there."""
    return "".join(piece.text for piece in pieces)


def lost_characters(text: str, encoding: str, pieces: list[Piece]) -> tuple[int, ...]:
    """Indices in `text` of the characters that lost at least one byte."""
    encoder = codecs.getincrementalencoder(encoding)()
    owner: list[int] = []
    for index, char in enumerate(text):
        owner += [index] * len(encoder.encode(char))
    return tuple(sorted({owner[at] for piece in pieces if piece.lost for at in range(piece.start, piece.end)}))
