"""Bytes to text: a closed set of encodings, declarations as votes, the bytes as judge.

The order of the argument:

1. A body that is ASCII is UTF-8.
2. Every encoding of the closed set reads a sample from all over the body. The reading which is the most probable text
   (`judge`) wins; declarations decide near ties only, for a `gb2312` meta on a UTF-8 page is as common as a right one.
3. A near tie of short texts is decided by the language model, which knows what follows what; what is still open after
   that, by `chardet` as one more voice. Both are dear, and seldom asked.
4. Where no reading is usual Chinese (a list of rare characters), a declaration that makes no error is believed.
5. The winner reads the whole body; what does not fit is read piece by piece (`mixed`).

What cannot be read becomes U+FFFD, character by character, and is counted; nothing else is touched.
"""

from __future__ import annotations

import re

import chardet

from crawler.text import declared, mixed, ranking
from crawler.text.model import Decoded, Vote

OPEN = 3.0
"""Distance below which `chardet` is asked."""

TEXT, FEW_NULS = 0.6, 10
"""Score below which a body is no text, and NULs above which it is none in an encoding of single bytes; nobody looks for
pieces in such a body."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page.

    Args:
        body: the bytes as received; any size, any content (time is linear in it).
        content_type: value of the HTTP `Content-Type` header, None if there was none.

    Returns:
        The text and how it was decided. A byte order mark is not part of the text. Never raises, whatever the bytes.
        Scores are between 0 (nothing can be read) and about 1, see `ranking.score`.
    """
    votes, printed = declared.votes(body, content_type)
    body = declared.without_bom(body)
    if body.isascii() and not _maybe_pairs(body, votes):
        return Decoded(body.decode("ascii"), printed, "utf-8", 0, (*votes, Vote("bytes", "utf-8")), 1.0)
    valid = mixed.strict(body, "utf-8")
    probe, ranked, usual = ranking.ranked(body, votes, valid)
    votes = (*votes, Vote("bytes", ranked[0][0]))
    if ranked[0][1] - ranked[1][1] < OPEN:
        heard = _chardet(body)
        votes = (*votes, *heard)
        ranked = ranking.voted(dict(ranked), heard)
    (codec, best), (other, second) = ranked[:2]
    score = ranking.score(best, probe)
    chinese = usual and score >= TEXT and (b"\0" not in body or body.count(0) <= FEW_NULS)
    text, lost, pieces = mixed.read(body, codec, valid if codec == "utf-8" else None, chinese=chinese)
    return Decoded(text, printed, codec, lost, votes, score, other, ranking.score(second, probe), pieces)


_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


def _maybe_pairs(body: bytes, votes: tuple[Vote, ...]) -> bool:
    """Whether an ASCII body may be UTF-16: it holds NUL, is short and holds control characters, or says so."""
    if b"\0" in body or ranking.says_utf16(votes):
        return True
    return len(body) <= ranking.SAMPLE and _CONTROL.search(body) is not None


def _chardet(body: bytes) -> tuple[Vote, ...]:
    """What chardet thinks, as one vote or none. It sees at most 32 KB, from where the first non-ASCII bytes stand."""
    first = re.search(rb"[\x80-\xff]", body)
    start = max(0, first.start() - 64) if first else 0
    label = chardet.detect(body[start : start + 32_768])["encoding"]
    return (Vote("chardet", declared.codec_of(label) or label),) if label else ()
