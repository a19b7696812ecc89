"""The last step of decoding: unreadable bytes, and passages that are in another encoding than their page.

Portals paste pieces of one encoding into pages of another (a UTF-8 include in a GBK page, a GBK value of a database in
a UTF-8 template). A clean page is told by cheap tests on all of its bytes; in any other, each run of characters is
judged by itself, and those that look wrong are read anew, in whichever encodings make the best Chinese of them.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from crawler.text import judge, lattice, sampling
from crawler.text.model import Piece

_WORD = rb"[\x80-\xff][^\x00-\x2f\x3a-\x3f]*+"
"""From a byte above ASCII to the next byte that is never the later one of a character."""

_RUN = re.compile(_WORD + rb"(?:[ -;=?-\x7f\t]{1,20}+" + _WORD + rb"){0,60}+")
"""Words that stand close together in one line and one text of a page: they help each other to be read."""

_ESCAPED = re.compile("[\ud800-\udfff]")
_ESCAPED_CHAR = re.compile(
    "[\udcc2-\udcdf][\udc80-\udcbf]?|[\udce0-\udcef][\udc80-\udcbf]{0,2}|[\udcf0-\udcf4][\udc80-\udcbf]{0,3}"
    "|[\ud800-\udfff]"
)
"""The escaped bytes of one destroyed UTF-8 character: a first byte with what is left of its rest."""

LONGEST = 8_000
"""Longest run that is read character by character in several encodings, in bytes."""

EFFORT = 100_000
"""Bytes of a page that are read so: about half a second. The rest of a page so broken is only counted."""

LOOKS_WRONG, TOGETHER = -10.2, 6
"""Mean weight of so many neighbours (see `judge`) below which a run is read a second time: rare characters come singly
in Chinese, wrong ones together."""

NEAR = 200
"""Characters of ASCII between two passages in the same foreign encoding that make one piece of them."""

LOOKS_RIGHT = -9.8
"""Mean weight from which on a run without any error is taken as a whole in another encoding than its page's."""

_KINDS = bytes(ord("c" if 0x80 <= i <= 0xBF else "L" if 0xE3 <= i <= 0xE9 or i == 0xEF else "h") for i in range(256))
_TWO_OF_UTF8 = re.compile(rb"LccLcc")
"""Two Chinese characters of UTF-8 by kind of byte: L begins one, c continues it, h is neither."""

_SHORT_LEADS = bytes(range(0xC4, 0xD8))
"""First bytes of two-byte characters in UTF-8 that are neither Latin-1 nor usual signs: a few Chinese words of GBK
(the bytes of which pass for such pairs) in a UTF-8 page."""

_TWO_SCRIPTS = re.compile(
    rb"[\xc3-\xcb].(?=[\xce-\xdf])|[\xce\xcf].(?=[\xc3-\xcb\xd0-\xdf])|[\xd0-\xd3].(?=[\xc3-\xcb\xce\xcf\xd4-\xdf])"
    rb"|[\xd4\xd5].(?=[\xc3-\xcb\xce-\xd3\xd7-\xdf])|\xd7.(?=[\xc3-\xcb\xce-\xd5\xd8-\xdf])|[\xd8-\xdf].(?=[\xc3-\xd5])",
    re.DOTALL,
)
"""Neighbours of two scripts in UTF-8: Latin, Greek, Cyrillic, Armenian, Hebrew or Arabic letters do not stand in one
word with each other, Chinese words of GBK that pass for two-byte characters look like nothing else."""

_BIG5_AS_BROWSERS = str.maketrans("\u223c\u00a5\u00a2\u00a3", "\uff5e\uffe5\uffe0\uffe1")
"""Python's table of Big5 has other forms of these signs than Windows and the WHATWG Encoding standard."""

_ETEN_NUMBER = re.compile(
    "(?<![\u3041-\u30ff])[\u30ed-\u30f6](?![\u3041-\u30ff])|(?<![\u0401-\u0451])[\u0401\u0410-\u0418](?![\u0401-\u0451])"
)
_ETEN_NUMBERS = str.maketrans(
    "\u30ed\u30ee\u30ef\u30f0\u30f1\u30f2\u30f3\u30f4\u30f5\u30f6\u0410\u0411\u0412\u0413\u0414\u0415\u0401\u0416\u0417\u0418",
    "\u2460\u2461\u2462\u2463\u2464\u2465\u2466\u2467\u2468\u2469\u2474\u2475\u2476\u2477\u2478\u2479\u247a\u247b\u247c\u247d",
)
"""Circled and bracketed numbers (C7E9-C7FC) of plain Big5 stand where Hong Kong's set has kana and Cyrillic letters."""


@dataclass(slots=True)
class _Page:
    """A page in parts: its text so far, what was lost, what stood in other encodings."""

    codec: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    lost: int = 0
    pieces: list[Piece] = field(default_factory=list)
    open: bool = False
    effort: int = EFFORT

    def add(self, text: str, codec: str) -> None:
        """Append text that was read in `codec`."""
        start, end = self.length, self.length + len(text)
        if codec != self.codec:
            if self.goes_on(codec):
                start = self.pieces.pop().start
            self.pieces.append(Piece(codec, start, end))
            self.open = True
        elif len(text) > NEAR or not text.isascii():
            self.open = False
        self.parts.append(text)
        self.length = end

    def goes_on(self, codec: str) -> bool:
        """Whether only a little ASCII stands behind the last piece, and it was in `codec`."""
        return self.open and self.pieces[-1].encoding == codec


def read(
    body: bytes, codec: str, valid: str | None = None, *, chinese: bool = True
) -> tuple[str, int, tuple[Piece, ...]]:
    """Decode `body`, run by run where needed.

    Args:
        body: the bytes behind the byte order mark.
        codec: the encoding of the page.
        valid: all of `body` in `codec`, where that is known already and UTF-8.
        chinese: False (the body is no text at all) spares the search for pieces.

    Returns:
        The text, the number of characters that could not be read (each stands as U+FFFD), and the pieces of the text
        that were read in another encoding. A U+FFFD which the page itself contains is not counted: nothing was lost
        here.
    """
    if not chinese or codec not in lattice.CODECS:
        text, lost = _plain(body, codec)
        return text, lost, ()
    clean = _clean_gb(body) if codec == "gb18030" else _clean_utf8(body, valid)
    if clean is not None:
        return clean, 0, ()
    return _by_runs(body, codec)


def _by_runs(body: bytes, codec: str) -> tuple[str, int, tuple[Piece, ...]]:
    page = _Page(codec)
    at = 0
    for run in _RUN.finditer(body):
        page.add(body[at : run.start()].decode("ascii"), codec)
        _add_run(page, run[0])
        at = run.end()
    page.add(body[at:].decode("ascii"), codec)
    return "".join(page.parts), page.lost, tuple(page.pieces)


def escaped(body: bytes, codec: str) -> str:
    """`body` decoded with every unreadable byte as a lone surrogate (U+DC80–U+DCFF, U+D800–U+DFFF for UTF-16)."""
    if not codec.startswith("utf-16"):
        return body.decode(codec, "surrogateescape")
    even = len(body) & ~1
    return body[:even].decode(codec, "surrogatepass") + ("\udcff" if even < len(body) else "")


def _plain(body: bytes, codec: str) -> tuple[str, int]:
    """All of `body` in one encoding."""
    text = escaped(body, codec)
    return _ESCAPED_CHAR.subn("\ufffd", text) if codec == "utf-8" else _ESCAPED.subn("\ufffd", text)


def _clean_utf8(body: bytes, text: str | None) -> str | None:
    """`text`, which is `body` as UTF-8, if no GBK can have passed for that; else None."""
    if text is None:
        return None
    found = any(lead in body for lead in _SHORT_LEADS)  # quick, and no on nearly all pages; pinyin has them too
    return None if found and _TWO_SCRIPTS.search(body) else text


def strict(body: bytes, codec: str) -> str | None:
    """`body` in `codec`, None if it is not valid."""
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None


def _clean_gb(body: bytes) -> str | None:
    """The text of a body that is GB18030 throughout, as far as cheap tests can tell; else None.

    Long stretches of ASCII go past the slow codec.
    """
    parts: list[str] = []
    at = 0
    for start, end in _spans(body):
        text = _clean_span(body[start:end])
        if text is None:
            return None
        parts += (body[at:start].decode("ascii"), text)
        at = end
    parts.append(body[at:].decode("ascii"))
    return "".join([part for part in parts if part])  # one part alone is not copied


FOUR_BYTES = "crawler.four_bytes"
"""Name of the error handler by which Python's GBK, a third quicker than its GB18030, reads characters of four bytes."""


def _four_bytes(error: UnicodeError) -> tuple[str, int]:
    """The character of four bytes that GBK does not know; the error is raised again where there is none."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data = error.object[error.start : error.start + 4]
    char = strict(data, "gb18030") if len(data) == 4 and data[1] < 0x40 else None
    if char is None:
        raise error
    return char, error.start + 4


codecs.register_error(FOUR_BYTES, _four_bytes)


def _clean_span(data: bytes) -> str | None:
    # Python's GBK, unlike its GB18030, has no private-use characters; Big5 that is read as GBK is full of them.
    try:
        text = data.decode("gbk", FOUR_BYTES)
    except UnicodeDecodeError:
        return None
    return None if _TWO_OF_UTF8.search(data.translate(_KINDS, judge.ASCII)) else text


def _spans(body: bytes) -> list[tuple[int, int]]:
    """Where the body is not ASCII, in whole chunks and such that no character is cut in two."""
    found: list[tuple[int, int]] = []
    for at in sampling.chunks(body):
        end = at + sampling.CHUNK
        end += body[end - 1 : end] >= b"\x80"
        if found and found[-1][1] >= at:
            found[-1] = (found[-1][0], end)
        else:
            found.append((at, end))
    return found


def _add_run(page: _Page, run: bytes) -> None:
    """Append one run, read again where it looks wrong."""
    text = escaped(run, page.codec)
    broken = _ESCAPED.search(text) is not None
    if not broken and _looks_right(run, text, page.codec):
        page.add(_finished(text, page.codec), page.codec)
        return
    if broken and page.codec == "big5hkscs":
        windows = strict(run, "cp950")  # which has the euro sign
        if windows and judge.worst(windows.replace("\u20ac", ""), TOGETHER) >= LOOKS_WRONG:
            page.add(_finished(windows, page.codec), page.codec)
            return
    switch = lattice.SWITCH if broken or page.codec == "utf-8" else lattice.VALID_SWITCH
    other = _whole(page, run, text, switch)
    if other:
        page.add(_finished(strict(run, other) or "", other), other)
    elif len(run) <= LONGEST and page.effort >= len(run):
        page.effort -= len(run)
        last = page.pieces[-1].encoding if page.open else page.codec
        _add_runs(page, lattice.read(run, page.codec, last, switch=switch), text if not broken else None)
    else:
        text, lost = _plain(run, page.codec)
        page.lost += lost
        page.add(_finished(text, page.codec), page.codec)


def _looks_right(run: bytes, text: str, codec: str) -> bool:
    """Whether nothing in `text`, which is `run` without an error, calls for another reading."""
    if codec == "utf-8":
        return not _TWO_SCRIPTS.search(run)
    return judge.worst(text, TOGETHER) >= LOOKS_WRONG


def _add_runs(page: _Page, runs: list[lattice.Run], valid: str | None) -> None:
    """Append what the lattice read; a run that is valid as it stands (`valid`) is never given up for a loss."""
    if valid is not None and any(run.lost for run in runs):
        page.add(_finished(valid, page.codec), page.codec)
        return
    for run in runs:
        page.lost += run.lost
        page.add(_finished(run.text, run.codec), run.codec)


def _whole(page: _Page, run: bytes, text: str, switch: float) -> str | None:
    """The encoding in which all of `run` is good Chinese, far better than `text`, its reading in the page's."""
    here = judge.likelihood(text)
    for other in lattice.CODECS:
        new = strict(run, other) if other != page.codec else None
        price = 0.0 if page.goes_on(other) else switch
        if new and judge.worst(new, TOGETHER) >= LOOKS_RIGHT and judge.likelihood(new) + price > here:
            return other
    return None


def _finished(text: str, codec: str) -> str:
    """Text of one run with the signs that Big5's dialects spell differently."""
    if codec != "big5hkscs" or text.isascii():
        return text
    text = text.translate(_BIG5_AS_BROWSERS)
    return _ETEN_NUMBER.sub(lambda sign: sign[0].translate(_ETEN_NUMBERS), text)
