"""The last step of decoding: unreadable bytes, and passages that are in another encoding than their page.

Portals paste pieces of one encoding into pages of another (a UTF-8 include in a GBK page). A passage is read in another
encoding only when that reading has no error and is plausible Chinese; else its bad bytes become U+FFFD one by one.
"""

from __future__ import annotations

import re
from functools import partial

from crawler.text import judge

_ESCAPED = re.compile("[\ud800-\udfff]")
_ESCAPED_CHAR = re.compile(
    "[\udcc2-\udcdf][\udc80-\udcbf]?|[\udce0-\udcef][\udc80-\udcbf]{0,2}|[\udcf0-\udcf4][\udc80-\udcbf]{0,3}"
    "|[\ud800-\udfff]"
)
"""The escaped bytes of one destroyed UTF-8 character: a first byte with what is left of its rest."""

_PASSAGE = re.compile("[^\x00-\x3f]+")
"""Characters below 0x40 (blanks, `<`, `>`, quotes, digits) are never the second byte of a GBK or Big5 pair."""

_UTF8_ISLAND = re.compile(
    rb"[\xe3-\xe9\xef](?<![\x80-\xff].)[\x80-\xbf][\x80-\xbf]"
    rb"(?:[\xe3-\xe9][\x80-\xbf][\x80-\xbf]|\xef[\xbc-\xbd][\x80-\xbf])++(?![\x80-\xff])"
)
"""A whole run of high bytes that is UTF-8 Chinese. The byte before it may end a pair of GBK: that pair is complete."""

LONGEST = 4_000
"""Longest passage that is read a second time, in characters."""

TRIES = 2_000
"""Passages of a page that are read a second time; the rest of a page so broken is only counted."""

GOOD, BETTER = 0.6, 0.5
"""A passage is re-read only if the new reading scores at least `GOOD`, and `BETTER` above the old one."""


def read(body: bytes, codec: str, *, chinese: bool = True) -> tuple[str, int]:
    """Decode `body`, passage by passage where needed; `chinese=False` (the body is no text at all) spares that work.

    Returns:
        The text and the number of characters that could not be read (each stands as U+FFFD). A U+FFFD which the page
        itself contains is not counted: nothing was lost here.
    """
    if not chinese or codec not in ("utf-8", "gb18030", "big5hkscs"):
        text, lost = _ESCAPED.subn("\ufffd", escaped(body, codec))
        return text, lost
    if codec == "gb18030":
        return _read_gb(body)
    return _settle(escaped(body, codec), codec)


def escaped(body: bytes, codec: str) -> str:
    """`body` decoded with every unreadable byte as a lone surrogate (U+DC80–U+DCFF, U+D800–U+DFFF for UTF-16)."""
    if not codec.startswith("utf-16"):
        return body.decode(codec, "surrogateescape")
    even = len(body) & ~1
    return body[:even].decode(codec, "surrogatepass") + ("\udcff" if even < len(body) else "")


def _read_gb(body: bytes) -> tuple[str, int]:
    """GB18030 with UTF-8 islands: those rarely make an error in GB18030, so they are looked for in the bytes."""
    parts: list[str] = []
    lost = 0
    start = 0
    for island in _UTF8_ISLAND.finditer(body):
        text = island[0].decode("utf-8", "surrogateescape")
        old = island[0].decode("gb18030", "surrogateescape")
        if _ESCAPED.search(text) or not _better(text, old):
            continue
        before, missing = _settle(body[start : island.start()].decode("gb18030", "surrogateescape"), "gb18030")
        parts += (before, text)
        lost += missing
        start = island.end()
    rest, missing = _settle(body[start:].decode("gb18030", "surrogateescape"), "gb18030")
    return "".join((*parts, rest)), lost + missing


def _better(new: str, old: str) -> bool:
    score = judge.plausibility(new)
    return score >= GOOD and score >= judge.plausibility(old) + BETTER


def _settle(raw: str, codec: str) -> tuple[str, int]:
    """Replace what could not be read in a decoded text whose bad bytes are lone surrogates."""
    if not _ESCAPED.search(raw):
        return raw, 0
    lost = tried = 0

    def passage(codec: str, match: re.Match[str]) -> str:
        nonlocal lost, tried
        text = match[0]
        if not _ESCAPED.search(text):
            return text
        tried += 1
        other = _reread(text, codec) if tried <= TRIES else None
        if other is not None:
            return other
        text, missing = _ESCAPED_CHAR.subn("\ufffd", text) if codec == "utf-8" else _ESCAPED.subn("\ufffd", text)
        lost += missing
        return text

    return _PASSAGE.sub(partial(passage, codec), raw), lost


def _reread(text: str, codec: str) -> str | None:
    """The passage in another encoding, None if no other reading is clearly Chinese."""
    if len(text) > LONGEST:
        return None
    data = text.encode(codec, "surrogateescape")
    for other in ("utf-8", "gb18030", "big5hkscs"):
        try:
            new = data.decode(other)
        except UnicodeDecodeError:
            continue
        if other != codec and len(judge.NOT_ASCII.findall(new)) > 1 and _better(new, text):
            return new
    return None
