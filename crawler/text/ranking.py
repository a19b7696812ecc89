"""How probable each reading of a body is, and what votes, length and language make of that.

A few bytes are judged at first, more where they do not settle it; what is still close is put to the language model.
"""

from __future__ import annotations

from functools import partial

from crawler.text import declared, judge, language, lattice, mixed, sampling
from crawler.text.model import Vote

Ranking = list[tuple[str, float]]
"""(codec, logarithm of the probability of its reading, votes added), best first."""

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

PAIRS = 0.66
"""Score below which a body that does not claim to be UTF-16 is not: nearly any two bytes are some character there."""


def score(total: float, probe: bytes) -> float:
    """A logarithm of a probability as a number that does not depend on the length: 0 if each byte is unreadable, more
    the more probable each byte is; votes may lift it above 1 where there are very few bytes."""
    return round(1 - total / (judge.UNREADABLE * max(1, len(probe))), 3)


def _judged(body: bytes, votes: tuple[Vote, ...], valid: str | None) -> tuple[bytes, Ranking]:
    """The bytes that were judged and (codec, total) of each reading, best first; `valid`: the body as UTF-8."""
    takes: tuple[partial[bytes], ...] = tuple(partial(sampling.windows, size=size) for size in (SAMPLE, LONG))
    codecs: tuple[str, ...] = declared.CODECS
    if b"\0" not in body and not says_utf16(votes):
        takes = tuple(partial(sampling.sample, size=size, places=places) for size, places in SIZES)
        sure = valid is not None and len(body) - len(valid) >= CERTAIN
        codecs = ("utf-8", "gb18030") if sure else declared.CODECS if len(body) <= SAMPLE else EIGHT_BIT
    probe: bytes | None = None
    for take in takes:
        before, probe = probe, take(body)
        if probe != before:
            ranked = voted(_totals(probe, codecs), votes)
        if ranked[0][1] - ranked[1][1] >= CLEAR:
            return probe, ranked
        codecs = declared.CODECS
    return probe or b"", _by_language(probe or b"", ranked) if ranked[0][1] - ranked[1][1] < CLOSE else ranked


def _no_chance_pairs(probe: bytes, ranked: Ranking, votes: tuple[Vote, ...]) -> Ranking:
    """The ranking with UTF-16 behind all others if it is neither declared nor good text: bytes that are no text."""
    if ranked[0][0] not in PAIR_CODECS or score(ranked[0][1], probe) >= PAIRS or says_utf16(votes):
        return ranked
    low = min(total for _, total in ranked)
    others = [(codec, total) for codec, total in ranked if codec not in PAIR_CODECS]
    return [*others, *((codec, low) for codec, _ in ranked if codec in PAIR_CODECS)]


def says_utf16(votes: tuple[Vote, ...]) -> bool:
    """Whether the page declares UTF-16 of either byte order."""
    return any(vote.encoding in PAIR_CODECS for vote in votes)


def _totals(probe: bytes, codecs: tuple[str, ...]) -> dict[str, float]:
    """Logarithm of the probability of each reading of `probe`."""
    texts = {codec: mixed.escaped(probe, codec) for codec in codecs if codec != WEST}
    totals = {codec: PRIOR[codec] + judge.likelihood(text) for codec, text in texts.items()}
    if WEST in codecs and judge.maybe_western(probe):
        totals[WEST] = PRIOR[WEST] + judge.western(probe)
    if mixed.strict(probe, "utf-8") is not None:
        totals["utf-8"] += VALID + judge.utf8_words(probe)
    for codec in texts.keys() & PAIR_CODECS:
        if len(texts[codec]) >= HAN_ALONE and judge.usual_han(texts[codec]):
            totals[codec] += HAN
    return totals


def voted(totals: dict[str, float], votes: tuple[Vote, ...]) -> Ranking:
    """(codec, total with the votes added), best first; equal ones keep the order of `declared.CODECS`."""
    total = dict(totals)
    for source, encoding in {(vote.source, vote.encoding) for vote in votes}:
        if encoding in total:
            total[encoding] += VOTE_WEIGHT.get(source, 0.0)
    order = sorted(total, key=lambda codec: (-total[codec], declared.CODECS.index(codec)))
    return [(codec, total[codec]) for codec in order]


CHINESE, FLUKE = -10.1, 3
"""Mean weight of the characters of usual Chinese; below it declarations are believed, unless the body is UTF-8 with
more than so many continuation bytes: pairs of GBK seldom pass for that."""

DECLARED = 4.0
"""How far ahead a reading is put that is believed because it was declared."""

MODEL_LENGTH = 400
"""Characters that the language model is asked about."""

FEW = 2
"""Chinese characters that both readings must hold for the model to have a view: of signs it knows nothing."""


def _by_language(probe: bytes, ranked: Ranking) -> Ranking:
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


def ranked(body: bytes, votes: tuple[Vote, ...], valid: str | None) -> tuple[bytes, Ranking, bool]:
    """The bytes that were judged, the ranking by which the reading of `body` is chosen, and whether it is usual text.

    Args:
        body: the bytes behind the byte order mark; not all ASCII, unless they may be UTF-16.
        votes: what the page says of itself.
        valid: `body` as UTF-8, None if it is not valid.
    """
    probe, ranking = _judged(body, votes, valid)
    ranking = _no_chance_pairs(probe, ranking, votes)
    winner = ranking[0][0]
    if (
        winner == "utf-8"
        and valid is not None
        and (len(body) - len(valid) > FLUKE or max(valid, default="") <= "\u00ff")
    ):
        return probe, ranking, True
    if winner != WEST and judge.mean(mixed.escaped(probe, winner)) >= CHINESE:
        return probe, ranking, True
    believed = _as_declared(body, votes, ranking)
    return probe, believed or ranking, believed is None


def _as_declared(body: bytes, votes: tuple[Vote, ...], ranking: Ranking) -> Ranking | None:
    """The ranking of a text that is usual Chinese in no encoding: a declaration is believed if it makes no error.

    None if there is no such declaration. What looks western may only be UTF-16 instead: two letters make a character of
    GBK or Big5 by chance, not all of a text one of UTF-16.
    """
    possible = PAIR_CODECS if ranking[0][0] == WEST else PAIR_CODECS.union(lattice.CODECS)
    for vote in votes:
        text = mixed.strict(body, vote.encoding) if vote.encoding in possible else None
        if text is not None and judge.all_chinese(text):
            others = [entry for entry in ranking if entry[0] != vote.encoding]
            return [(vote.encoding, ranking[0][1] + DECLARED), *others]
    return None
