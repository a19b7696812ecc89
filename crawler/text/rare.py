"""One look at a text for all the characters that only damage puts there: radicals, private use, full-width digits, …

Classes of characters are searched in `str` at a tenth of the speed of a first byte in UTF-8. The bytes are made once
for all repairs of the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LEADS = (
    re.compile(rb"\xef(?:[\x80-\xab]|[\xb8\xbc][\x90-\xbf]|\xb9|\xbb\xbf)"),
    re.compile(rb"\xe2(?:[\xba-\xbf]|\x80[\x8b-\x8f]|\x81\xa0)"),
    re.compile(rb"\xc2[\x80-\x9f\xad]"),
)
"""First bytes of U+F000 to U+FAFF, vertical and small forms, full-width digits and letters (some), byte order marks;
of radicals and zero-width characters; of C1 controls and the soft hyphen."""

_SINGLE = (b"\xee", b"\xf0\xaf")
"""U+E000 to U+EFFF, and the compatibility ideographs of plane 2."""

LONGEST_KEPT = 2_000_000
"""Characters of the last text that is remembered; longer ones are looked at anew each time."""


@dataclass(slots=True)
class _Last:
    """The text looked at last and its bytes, replaced in one assignment so that threads do not mix them up."""

    seen: tuple[str, bytes] = ("", b"")


_last = _Last()


def seen(text: str, found: re.Pattern[bytes]) -> bool:
    """Whether `found` matches in the UTF-8 bytes of `text`.

    `found` must only match what the leads of this module match: of a text without any of those the bytes are not kept.
    """
    if text.isascii():
        return False
    last, data = _last.seen
    if last is not text:
        data = _bytes(text)
        if len(text) <= LONGEST_KEPT:
            _last.seen = (text, data)
    return found.search(data) is not None


def _bytes(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return data if any(lead in data for lead in _SINGLE) or any(lead.search(data) for lead in _LEADS) else b""
