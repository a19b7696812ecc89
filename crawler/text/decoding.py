"""Bytes to text: a closed set of encodings, declarations as votes, the bytes as judge.

The order of the argument:

1. A body that is ASCII is UTF-8.
2. Every encoding of the closed set reads a sample from all over the body. The reading which is the most probable text
   (`judge`) wins; declarations decide near ties only, for a `gb2312` meta on a UTF-8 page is as common as a right one.
3. A near tie of short texts is decided by the language model, which knows what follows what; what is still open after
   that, by `chardet` as one more voice. Both are dear, and seldom asked.
4. The winner reads the whole body; what does not fit is read piece by piece (`mixed`).

What cannot be read becomes U+FFFD, character by character, and is counted; nothing else is touched.
"""

from __future__ import annotations

import re
from functools import partial

import chardet

from crawler.text import declared, judge, language, mixed, sampling
from crawler.text.model import Decoded, Vote

VOTE_WEIGHT = {"bom": 15.0, "header": 1.5, "meta": 2.5, "xml": 2.0, "chardet": 1.0}
"""How much a voice adds to the logarithm of a reading's probability: a meta makes it 12 times as likely, about what one
character may cost more or less. Metas are written with the page; headers are often a server's default."""

PRIOR = {"utf-8": 1.0, "gb18030": 0.0, "big5hkscs": -3.0, "utf-16-le": -6.0, "utf-16-be": -8.0, "cp1252": -4.0}
"""What is known before the page is seen."""

PAIR_CODECS = {"utf-16-le", "utf-16-be"}

HAN, HAN_ALONE = 15.0, 6
"""Gain of UTF-16 that is nothing but usual Chinese characters, so many at least: other bytes are so by no chance."""

WEST = "cp1252"
"""The encoding of pages without Chinese."""

VALID = 3.0
"""Gain of UTF-8 that holds no error: other encodings seldom pass its rules by chance, but short western words of UTF-8
pass for single characters of GBK."""

BRIEF, SAMPLE, LONG = 120, 900, 16_384
"""Bytes that are judged at first; if the case is not clear then; if it is still close."""

PLACES = 3
"""Places that the first of these are taken from; five times as many for the others."""

CERTAIN = 40
"""Continuation bytes of an error-free UTF-8 body above which only GB18030 is tried beside it."""

CLEAR = 60.0
"""Distance between the two best readings, in nats, from which on no more bytes are judged."""

SIZES = ((BRIEF, PLACES), (SAMPLE, 5 * PLACES), (LONG, 5 * PLACES))

EIGHT_BIT = ("utf-8", "gb18030", "big5hkscs", "cp1252")
"""What a long body without NUL can be in."""

CLOSE = 12.0
"""Distance between the two best readings, in nats, below which the language model is asked."""

OPEN = 3.0
"""Distance below which `chardet` is asked."""

TEXT, FEW_NULS = 0.6, 10
"""Score below which a body is no text, and NULs above which it is none in an encoding of single bytes; nobody looks for
pieces in such a body."""

PAIRS = 0.66
"""Score below which a body that does not claim to be UTF-16 is not: nearly any two bytes are some character there."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page.

    Args:
        body: the bytes as received; any size, any content (time is linear in it).
        content_type: value of the HTTP `Content-Type` header, None if there was none.

    Returns:
        The text and how it was decided. A byte order mark is not part of the text. Never raises, whatever the bytes.
        Scores are between 0 (nothing can be read) and about 1, see `_score`.
    """
    votes, printed = declared.votes(body, content_type)
    body = declared.without_bom(body)
    if body.isascii() and not _maybe_pairs(body, votes):
        return Decoded(body.decode("ascii"), printed, "utf-8", 0, (*votes, Vote("bytes", "utf-8")), 1.0)
    valid = mixed.strict(body, "utf-8")
    probe, ranked = _ranked(body, votes, valid)
    ranked = _no_chance_pairs(probe, ranked, votes)
    votes = (*votes, Vote("bytes", ranked[0][0]))
    if ranked[0][1] - ranked[1][1] < OPEN:
        heard = _chardet(body)
        votes = (*votes, *heard)
        ranked = _voted(dict(ranked), heard)
    (codec, best), (other, second) = ranked[:2]
    score = _score(best, probe)
    chinese = score >= TEXT and (b"\0" not in body or body.count(0) <= FEW_NULS)
    text, lost, pieces = mixed.read(body, codec, valid if codec == "utf-8" else None, chinese=chinese)
    return Decoded(text, printed, codec, lost, votes, score, other, _score(second, probe), pieces)


def _score(total: float, probe: bytes) -> float:
    """A logarithm of a probability as a number that does not depend on the length: 0 if each byte is unreadable, more
    the more probable each byte is; votes may lift it above 1 where there are very few bytes."""
    return round(1 - total / (judge.UNREADABLE * max(1, len(probe))), 3)


_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


def _maybe_pairs(body: bytes, votes: tuple[Vote, ...]) -> bool:
    """Whether an ASCII body may be UTF-16: it holds NUL, is short and holds control characters, or says so."""
    if b"\0" in body or _says_utf16(votes):
        return True
    return len(body) <= SAMPLE and _CONTROL.search(body) is not None


def _ranked(body: bytes, votes: tuple[Vote, ...], valid: str | None) -> tuple[bytes, list[tuple[str, float]]]:
    """The bytes that were judged and (codec, total) of each reading, best first; `valid`: the body as UTF-8."""
    takes: tuple[partial[bytes], ...] = tuple(partial(sampling.windows, size=size) for size in (SAMPLE, LONG))
    codecs: tuple[str, ...] = declared.CODECS
    if b"\0" not in body and not _says_utf16(votes):
        takes = tuple(partial(sampling.sample, size=size, places=places) for size, places in SIZES)
        sure = valid is not None and len(body) - len(valid) >= CERTAIN
        codecs = ("utf-8", "gb18030") if sure else declared.CODECS if len(body) <= SAMPLE else EIGHT_BIT
    probe: bytes | None = None
    for take in takes:
        before, probe = probe, take(body)
        if probe != before:
            ranked = _voted(_totals(probe, codecs), votes)
        if ranked[0][1] - ranked[1][1] >= CLEAR:
            return probe, ranked
        codecs = declared.CODECS
    return probe or b"", _by_language(probe or b"", ranked) if ranked[0][1] - ranked[1][1] < CLOSE else ranked


def _no_chance_pairs(probe: bytes, ranked: list[tuple[str, float]], votes: tuple[Vote, ...]) -> list[tuple[str, float]]:
    """The ranking with UTF-16 behind all others if it is neither declared nor good text: bytes that are no text."""
    if ranked[0][0] not in PAIR_CODECS or _score(ranked[0][1], probe) >= PAIRS or _says_utf16(votes):
        return ranked
    low = min(total for _, total in ranked)
    others = [(codec, total) for codec, total in ranked if codec not in PAIR_CODECS]
    return [*others, *((codec, low) for codec, _ in ranked if codec in PAIR_CODECS)]


def _says_utf16(votes: tuple[Vote, ...]) -> bool:
    return any(vote.encoding in PAIR_CODECS for vote in votes)


def _totals(probe: bytes, codecs: tuple[str, ...]) -> dict[str, float]:
    """Logarithm of the probability of each reading of `probe`."""
    texts = {codec: mixed.escaped(probe, codec) for codec in codecs if codec != WEST}
    totals = {codec: PRIOR[codec] + judge.likelihood(text) for codec, text in texts.items()}
    if WEST in codecs and judge.maybe_western(probe):
        totals[WEST] = PRIOR[WEST] + judge.western(probe)
    if mixed.strict(probe, "utf-8") is not None:
        totals["utf-8"] += VALID
    for codec in texts.keys() & PAIR_CODECS:
        if len(texts[codec]) >= HAN_ALONE and judge.usual_han(texts[codec]):
            totals[codec] += HAN
    return totals


def _voted(totals: dict[str, float], votes: tuple[Vote, ...]) -> list[tuple[str, float]]:
    """(codec, total with the votes added), best first; equal ones keep the order of `declared.CODECS`."""
    total = dict(totals)
    for source, encoding in {(vote.source, vote.encoding) for vote in votes}:
        if encoding in total:
            total[encoding] += VOTE_WEIGHT.get(source, 0.0)
    order = sorted(total, key=lambda codec: (-total[codec], declared.CODECS.index(codec)))
    return [(codec, total[codec]) for codec in order]


MODEL_LENGTH = 400
"""Characters that the language model is asked about."""

FEW = 2
"""Chinese characters that both readings must hold for the model to have a view: of signs it knows nothing."""


def _by_language(probe: bytes, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The ranking with the two best readings told apart by the language model, if both may be Chinese."""
    (first, high), (second, low), *rest = ranked
    texts = [mixed.escaped(probe, codec)[:MODEL_LENGTH] for codec in (first, second)]
    if WEST in (first, second) or min(map(judge.han, texts)) < FEW:
        return ranked
    gains = [_gain(text) for text in texts]
    # The model's sums are not comparable with those of the others, which it has not seen: only the distance changes.
    ahead = high + gains[0] - low - gains[1]
    pair = [(first, high), (second, high - ahead)] if ahead >= 0 else [(second, high), (first, high + ahead)]
    return sorted([*pair, *rest], key=lambda entry: -entry[1])


def _gain(text: str) -> float:
    """How much more probable the language model finds the parts of `text` that are not ASCII than `judge` does."""
    parts = judge.NOT_ASCII.findall(text)
    return sum(language.model().score(part) - judge.likelihood(part) for part in parts)


def _chardet(body: bytes) -> tuple[Vote, ...]:
    """What chardet thinks, as one vote or none. It sees at most 32 KB, from where the first non-ASCII bytes stand."""
    first = re.search(rb"[\x80-\xff]", body)
    start = max(0, first.start() - 64) if first else 0
    label = chardet.detect(body[start : start + 32_768])["encoding"]
    return (Vote("chardet", declared.codec_of(label) or label),) if label else ()
