"""The bytes that an encoding is judged by: stretches that are not ASCII, from all over the body.

All encodings of the closed set but UTF-16 agree on ASCII, so markup and scripts tell nothing. A stretch begins and ends
where no character of any of them can be cut in two.
"""

from __future__ import annotations

import re

CHUNK = 2_048
"""The body is looked over in steps of so many bytes; a step that is all ASCII is passed over at memory speed."""

WHOLE = 6
"""A stretch without a break is cut after a multiple of so many bytes above ASCII: whole characters of two bytes and of
three."""

LONGEST = 24
"""Bytes that a stretch is made longer by in search of a break."""

BREAK = re.compile(rb"[\x00-\x2f\x3a-\x3f]")
"""Bytes that are never the later byte of a character of GB 18030 (0x30-0x39, 0x40-0xFE), Big5 or UTF-8."""

_HIGH = re.compile(rb"[\x80-\xff]")


def chunks(body: bytes) -> list[int]:
    """Offsets of the chunks that are not all ASCII."""
    return [at for at in range(0, len(body), CHUNK) if not body[at : at + CHUNK].isascii()]


def sample(body: bytes, size: int, places: int) -> bytes:
    """About `size` bytes from up to `places` chunks to judge `body` by; all of it if it is not longer.

    Stretches are parted by line ends.
    """
    if len(body) <= size:
        return body
    chosen = _places(body, places)
    stretches: list[bytes] = []
    for at in chosen:
        stretches += _stretches(body, at, size // len(chosen))
    return b"\n".join(stretches) or body[:size]


def _places(body: bytes, places: int) -> list[int]:
    """Offsets of up to `places` chunks that are not all ASCII: the first from each of so many parts of the body on."""
    found: list[int] = []
    at = 0
    for number in range(places):
        at = max(at, number * len(body) // places)
        while at < len(body) and body[at : at + CHUNK].isascii():
            at += CHUNK
        if at >= len(body):
            break
        found.append(at)
        at += CHUNK
    return found


def _stretches(body: bytes, at: int, quota: int) -> list[bytes]:
    """Stretches from the chunk at `at` on, `quota` bytes of them or a little more."""
    found: list[bytes] = []
    begin, end = at, min(at + CHUNK + CHUNK // 2, len(body))
    while quota > 0 and at < end:
        if at:
            stop = BREAK.search(body, at, end)
            if not stop and (at > begin or body[at] >= 0x80):
                break
            at = stop.start() if stop else at
        high = _HIGH.search(body, at, end)
        if not high:
            break
        start = _word_start(body, at, high.start())
        at = high.start() + max(WHOLE, quota // WHOLE * WHOLE)
        stop = BREAK.search(body, high.start(), at + LONGEST)
        at = stop.start() if stop else min(at, len(body))
        found.append(body[start:at])
        quota -= at - start
    return found


def _word_start(body: bytes, low: int, at: int) -> int:
    """Where the ASCII word ends that stands right before `at`, not below `low`: another reading may swallow it."""
    start = at
    while start > low and at - start < 8 and not BREAK.match(body, start - 1):
        start -= 1
    return start


def windows(body: bytes, size: int) -> bytes:
    """`size` bytes of `body` in four pieces that begin at even offsets, for readings in pairs of bytes."""
    if len(body) <= size:
        return body
    part = size // 4 & ~1
    return b"".join(body[(i * (len(body) - part) // 3) & ~1 :][:part] for i in range(4))
