"""Bytes to text: a closed set of encodings, declarations as votes, the bytes as judge.

The order of the argument:

1. A body that is ASCII, or that is valid UTF-8 in more than a few characters, is UTF-8, whatever was declared (`gb2312`
   metas on UTF-8 pages are common, and many such pages are valid GBK too; the reverse cannot happen by chance).
2. Otherwise every encoding of the closed set reads the body; each reading is judged by how much of it is common Chinese
   and how much could not be read. Declarations decide near ties only.
3. `chardet` is asked only when the two best readings are close: its first call costs about 0.1 s.

What cannot be read becomes U+FFFD, character by character, and is counted; nothing else is touched.
"""

from __future__ import annotations

import re

import chardet

from crawler.text import declared, judge, mixed
from crawler.text.model import Decoded, Vote

VOTE_WEIGHT = {"bom": 0.5, "header": 0.04, "meta": 0.06, "xml": 0.05, "chardet": 0.05}
"""How much a voice adds to a plausibility (about -2 to 1). Metas are written with the page; headers are often a
server's default, so they weigh less."""

CLEAR = 0.15
"""Distance between the two best scores above which nobody else is asked."""

VALID_UTF8 = 0.5
"""Bonus of a reading as UTF-8 without any error: pairs of other encodings seldom pass its rules."""

CERTAIN = 40
"""Continuation bytes in an error-free UTF-8 body above which chance is ruled out."""

CHINESE = 0.8
"""Plausibility of a reading that nothing else can match."""

PROBE = 1 << 19
"""Bodies above this size are judged by two slices of half this size; the winner alone reads the whole."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page.

    Args:
        body: the bytes as received; any size, any content (time is linear in it).
        content_type: value of the HTTP `Content-Type` header, None if there was none.

    Returns:
        The text and how it was decided. A byte order mark is not part of the text. Never raises, whatever the bytes.
    """
    votes, printed = declared.votes(body, content_type)
    body = declared.without_bom(body)
    strict = _strict_utf8(body)
    if strict is not None and (body.isascii() or len(body) - len(strict) >= CERTAIN):
        return Decoded(strict, printed, "utf-8", 0, (*votes, Vote("bytes", "utf-8")), 1.0)
    scores = _scores(_probe(body), votes, valid_utf8=strict is not None)
    ranked = _rank(scores, votes)
    votes = (*votes, Vote("bytes", ranked[0][0]))
    if ranked[0][1] - ranked[1][1] < CLEAR:
        votes = (*votes, *_chardet(body))
        ranked = _rank(scores, votes)
    (codec, score), (other, other_score) = ranked[:2]
    text, lost = mixed.read(body, codec, chinese=score >= 0.2)
    return Decoded(text, printed, codec, lost, votes, round(score, 3), other, round(other_score, 3))


def _strict_utf8(body: bytes) -> str | None:
    """The body as UTF-8, None if it is not valid or holds NUL (which UTF-16 of plain ASCII would)."""
    if b"\0" in body:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _probe(body: bytes) -> bytes:
    """The bytes to judge by: all of them, or two slices that begin and end where no character can be cut in two."""
    if len(body) <= PROBE:
        return body
    middle = len(body) // 2
    slices = (body[: PROBE // 2], body[middle : middle + PROBE // 2])
    if b"\0" in slices[0]:  # UTF-16: keep pairs of bytes together
        return slices[0] + body[middle & ~1 :][: PROBE // 2]
    return b"\n".join(_whole_lines(part) for part in slices)


_BREAK = re.compile(rb"[\n<> ]")


def _whole_lines(part: bytes) -> bytes:
    """`part` from its first to its last blank, line end or tag bracket; all of it if it has none."""
    first = _BREAK.search(part)
    last = max(part.rfind(sign) for sign in (b"\n", b"<", b">", b" "))
    return part[first.start() : last] if first and last > first.start() else part


def _scores(probe: bytes, votes: tuple[Vote, ...], *, valid_utf8: bool) -> dict[str, float]:
    """Plausibility of each reading; UTF-16 is tried where NULs, a vote or the failure of all others suggests it."""
    scores = {codec: judge.plausibility(mixed.escaped(probe, codec)) for codec in ("utf-8", "gb18030")}
    if max(scores.values()) >= CHINESE and min(scores.values()) < 0.3 and not valid_utf8 and b"\0" not in probe:
        return scores  # no text is good Chinese in two encodings
    scores["big5hkscs"] = judge.plausibility(mixed.escaped(probe, "big5hkscs"))
    # Western text is looked for only where no reading is Chinese.
    scores["cp1252"] = judge.western(probe) if max(scores.values()) < 0.6 else 0.0
    if valid_utf8:
        scores["utf-8"] += VALID_UTF8
    voted = any(vote.encoding.startswith("utf-16") for vote in votes)
    if voted or b"\0" in probe or max(scores.values()) < 0.3:
        for codec in ("utf-16-le", "utf-16-be"):
            score = judge.plausibility(mixed.escaped(probe, codec))
            if score >= 0.3:  # any pair of bytes is some character: only real words count
                scores[codec] = score
    return scores


def _rank(scores: dict[str, float], votes: tuple[Vote, ...]) -> list[tuple[str, float]]:
    """(codec, score with the votes added), best first; equal scores keep the order of `declared.CODECS`."""
    total = dict(scores)
    for source, encoding in {(vote.source, vote.encoding) for vote in votes}:
        if encoding in total:
            total[encoding] += VOTE_WEIGHT.get(source, 0.0)
    order = sorted(total, key=lambda codec: (-total[codec], declared.CODECS.index(codec)))
    return [(codec, total[codec]) for codec in order]


def _chardet(body: bytes) -> tuple[Vote, ...]:
    """What chardet thinks, as one vote or none. It sees at most 32 KB, from where the first non-ASCII bytes stand."""
    first = re.search(rb"[\x80-\xff]", body)
    start = max(0, first.start() - 64) if first else 0
    label = chardet.detect(body[start : start + 32_768])["encoding"]
    return (Vote("chardet", declared.codec_of(label) or label),) if label else ()
