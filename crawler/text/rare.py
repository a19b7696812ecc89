"""One look at a text for all the characters that only damage puts there: radicals, private use, full-width digits, …

Classes of characters are searched in `str` at a tenth of the speed of a first byte in UTF-8. The look is taken once for
all repairs of the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SCANS = (
    re.compile(rb"\xef(?:[\x80-\xab]|[\xb8\xb9]|\xbb(?=\xbf)|\xbc(?=[\x90-\x99]))"),
    re.compile(rb"\xe2(?:[\xba-\xbf]|\x80(?=[\x8b-\x8f])|\x81(?=\xa0))"),
    re.compile(rb"\xc2[\x80-\x9f\xad]"),
)
_PRIVATE = re.compile(rb"\xee[\x80-\xbf]")
_PLANE_2 = re.compile(rb"\xf0\xaf")

PRIVATE = frozenset((*(bytes((0xEE, second)) for second in range(0x80, 0xC0)), b"\xef\x81", b"\xef\x82", b"\xef\x83"))
"""U+E000 to U+EFFF, and U+F040 to U+F0FF."""

IDEOGRAPHS = frozenset((*(bytes((0xEF, second)) for second in range(0xA4, 0xAC)), b"\xf0\xaf"))
"""U+F900 to U+FAFF, and the compatibility ideographs of plane 2."""

FORMS = frozenset((b"\xef\xb8", b"\xef\xb9"))
"""Vertical and small forms, U+FE00 to U+FE7F."""

DIGITS = frozenset((b"\xef\xbc",))
"""Full-width digits."""

RADICALS = frozenset(bytes((0xE2, second)) for second in range(0xBA, 0xC0))
"""U+2E80 to U+2FFF."""

UNSEEN = frozenset((b"\xe2\x80", b"\xe2\x81", b"\xef\xbb", b"\xc2\xad"))
"""U+200B to U+200F, U+2060, U+FEFF, U+00AD."""

CONTROLS = frozenset(bytes((0xC2, second)) for second in range(0x80, 0xA0))
"""C1 controls, U+0080 to U+009F."""

_NOTHING: frozenset[bytes] = frozenset()


@dataclass(slots=True)
class _Last:
    """The text looked at last and what was found, replaced in one assignment so that threads do not mix them up."""

    seen: tuple[str, frozenset[bytes]] = ("", _NOTHING)


_last = _Last()

LONGEST_KEPT = 2_000_000
"""Characters of the last text that is remembered; longer ones are looked at anew each time."""


def holds(text: str, what: frozenset[bytes]) -> bool:
    """Whether `text` may hold characters of one of the groups of this module (`what`)."""
    if text.isascii():
        return False
    last, found = _last.seen
    if last is not text:
        found = _leads(text.encode("utf-8", "surrogatepass"))
        if len(text) <= LONGEST_KEPT:
            _last.seen = (text, found)
    return not found.isdisjoint(what)


def _leads(data: bytes) -> frozenset[bytes]:
    """First two bytes of every rare character."""
    found: set[bytes] = set()
    for scan in _SCANS:
        found.update(scan.findall(data))
    if b"\xee" in data:
        found.update(_PRIVATE.findall(data))
    if b"\xf0" in data:
        found.update(_PLANE_2.findall(data))
    return frozenset(found) if found else _NOTHING
