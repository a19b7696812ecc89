"""Shown characters back to the bytes they were read from: the tables of the decoders that read them wrongly.

Bytes are handled as a string whose characters U+0080–U+00FF are the bytes of that number; a character that the wrong
decoder cannot have shown for any byte (a mark of loss, a character of another kind) stands in it as itself, moved above
U+F0000 where it would look like a byte. So one search can see bytes and marks of loss alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

VANISHED = "\ufdd0"
"""Stands where a pair of bytes must have been that left nothing behind (a noncharacter: no text holds it)."""

_APART = 0xF0000
"""Added to a character below U+0100 that is no byte."""

_CONT = range(0x80, 0xC0)
_FIRST = range(0xC2, 0xF0)
"""UTF-8 (RFC 3629): bytes behind the first of a character; first bytes of characters of two and three bytes."""


@dataclass(frozen=True, slots=True)
class View:
    """A text and the bytes it was read from.

    Attributes:
        text: the text that stands there.
        data: its bytes, as the module describes; may hold more marks than the text.
        starts: where in `data` each character of `text` begins, and at last the length; None where each is one long.
        among: bytes that this decoder loses; None if it depends on the byte behind.
    """

    text: str
    data: str
    starts: list[int] | None = None
    among: frozenset[int] | None = None

    def holder(self, at: int) -> int:
        """Index in `text` of the character that `data[at]` belongs to."""
        return at if self.starts is None else bisect_right(self.starts, at) - 1

    def place(self, at: int) -> int | None:
        """Index in `text` of the character that begins at `data[at]`; None in the midst of one."""
        if self.starts is None:
            return at
        index = bisect_left(self.starts, at)
        return index if self.starts[index] == at else None


Reader = Callable[[str], View]


def user_areas() -> Iterator[tuple[int, int, int]]:
    """(first byte, second byte, code point) of GBK's user-defined areas, which Windows shows as U+E000 on."""
    for number in range(6 * 94):
        yield 0xAA + number // 94, 0xA1 + number % 94, 0xE000 + number
    for number in range(7 * 94):
        yield 0xF8 + number // 94, 0xA1 + number % 94, 0xE234 + number
    for number in range(7 * 96):
        second = 0x40 + number % 96
        yield 0xA1 + number // 96, second + (second > 0x7E), 0xE4C6 + number


def _pairs() -> Iterator[tuple[int, int, str]]:
    """(first byte, second byte, character) of GBK as its decoders disagree on it: most usual reading first."""
    for codec in ("gb18030", "gbk"):
        for lead in range(0x81, 0xFF):
            for second in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
                try:
                    yield lead, second, bytes((lead, second)).decode(codec)
                except UnicodeDecodeError:
                    continue
    for lead, second, code in user_areas():
        yield lead, second, chr(code)
    yield 0xA8, 0xBC, "\u1e3f"  # private use in older tables


@cache
def undefined() -> frozenset[tuple[int, int]]:
    """Pairs of bytes above ASCII that GBK leaves undefined: strict decoders lose them."""
    found = set()
    for lead in range(0x81, 0xFF):
        for second in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            try:
                bytes((lead, second)).decode("gbk")
            except UnicodeDecodeError:
                found.add((lead, second))
    return frozenset(found)


@cache
def _gb_table() -> dict[int, str]:
    table = {code: chr(_APART + code) for code in range(0x80, 0x100)}
    known: dict[int, str] = {}
    for lead, second, char in _pairs():
        known.setdefault(ord(char), chr(lead) + chr(second))
    # 0x80 alone is the euro sign to browsers and Windows, a control character to some tables.
    return table | known | {0x20AC: "\x80", 0x80: "\x80"}


@cache
def _gb_chars() -> dict[str, str]:
    """The same by characters, which is faster than by numbers where a list of the pieces is wanted."""
    return {chr(code): pair for code, pair in _gb_table().items()}


def gb_bytes(text: str) -> bytes:
    """The bytes that are shown as `text` in GBK; UnicodeEncodeError if there are none for some character."""
    return text.translate(_gb_table()).encode("latin-1")


@cache
def gb_class(leads: range, seconds: range) -> str:
    """The characters that pairs of these bytes are shown as, for a class of a regular expression."""
    return "".join(
        sorted(
            chr(code)
            for code, pair in _gb_table().items()
            if len(pair) == 2 and ord(pair[0]) in leads and ord(pair[1]) in seconds
        )
    )


@cache
def gb_classes() -> tuple[str, str, str, str]:
    """Classes of pairs in UTF-8 read as GBK: first and second byte of a character; third and first; second and third;
    third and the ASCII character behind. In running text they come in this order: 1 2 3 1 2 3."""
    return (
        gb_class(range(0xE2, 0xF0), _CONT),
        gb_class(_CONT, _FIRST),
        gb_class(_CONT, _CONT),
        gb_class(_CONT, range(0x40, 0x7F)),
    )


@cache
def _gb_fixes() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    first, _, inside, _ = gb_classes()
    return (
        re.compile(f"(?<=[{first}])？"),
        re.compile(f"(?<=[{first}])(?=[{inside}])"),
        re.compile(
            "(?<=[\xe3-\xef][\x80-\xbf])\x80(?=\x80|[\x81-\xbf?\ufffd](?:[\x80-\xbf](?![\x80-\xbf])|[?\ufffd]))"
        ),
    )


def as_gbk(text: str) -> View:
    """The bytes that were read as GBK, cp936 or GB18030.

    A full-width question mark behind the first two bytes of a character is a mark of loss (normalised copies); two
    bytes more of a character where its third must stand show that a pair vanished.
    """
    mark, gap, euros = _gb_fixes()
    text_marked = mark.sub("\ufffd", text)
    get = _gb_chars().get
    pieces = [get(char, char) for char in text_marked]
    for match in gap.finditer(text_marked):
        pieces[match.end()] = VANISHED + pieces[match.end()]
    data = "".join(pieces)
    if "€" in text_marked and euros.search(data):
        data, pieces = _euros(data, pieces, euros)
    return View(text, data, [0, *accumulate(map(len, pieces))])


def _euros(data: str, pieces: list[str], euros: re.Pattern[str]) -> tuple[str, list[str]]:
    """Read a euro sign as the pair A2 E3, which is one too, where the bytes around it lack just that: the end of one
    character and the beginning of the next, `。` or ㄧ."""
    places = {at: index for index, at in enumerate(accumulate(map(len, pieces), initial=0))}
    for match in euros.finditer(data):
        index = places.get(match.start())
        if index is not None:
            pieces[index] = "\xa2\xe3"
    return "".join(pieces), pieces


_HOLES = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""Bytes that windows-1252 leaves unassigned; browsers show them as control characters."""


@cache
def latin_table() -> dict[int, int]:
    """windows-1252's characters of the bytes 80–9F; all others are shown as the character of their number."""
    return {ord(bytes((byte,)).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in _HOLES}


_BLANK_INSIDE = re.compile("[\xe3-\xef] [\x80-\xbf](?![\x80-\xbf])")
_BLANK = re.compile(
    "(?<=[\xe3-\xef]) (?=[\x80-\xbf](?![\x80-\xbf]))|(?<=[\xe3-\xef][\x80-\xbf]) (?=[\xe3-\xef][\x80-\xbf])"
)


def as_latin1(text: str) -> View:
    """The bytes that were read as ISO 8859-1 or windows-1252.

    A0 is a no-break blank, which copies turn into a plain one: a blank amid the bytes of a character tells of that.
    """
    data = text.translate(latin_table())
    if "\xa0" not in text and _BLANK_INSIDE.search(data):
        data = _BLANK.sub("\xa0", data)
    # Of the control characters ISO 8859-1 software loses all, windows-1252 only those that it leaves unassigned.
    windows = any(chr(code) in text for code in latin_table() if code != 0x2026)
    return View(text, data, among=_HOLES if windows else frozenset(range(0x80, 0xA0)))
