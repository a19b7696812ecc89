"""Which characters fit the bytes that are left of one."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache

from crawler.text import language, lexicon
from crawler.text.mojibake.utf8 import Bytes

MOST = 400
"""Characters that are offered for one place; no rarer ones are tried."""

SELDOM = 3
"""Frequency in jieba's dictionary from which on a character is one that a report may hold."""


@cache
def frequency() -> Counter[str]:
    """How often each character stands in the words of jieba's dictionary."""
    counts: Counter[str] = Counter()
    for word, count in language.words():
        for char in word:
            counts[char] += count
    return counts


@cache
def known() -> frozenset[str]:
    """Characters that Chinese text is written with: those of jieba's dictionary, common ones in both scripts, signs."""
    return frozenset(frequency()) | lexicon.common() | lexicon.signs()


def _others() -> frozenset[str]:
    """Signs, letters and digits that stand in reports now and then: without them the one left would seem sure."""
    codes = (*range(0x2010, 0x2027), *range(0x2160, 0x2180), *range(0x2460, 0x24A0), *range(0x3000, 0x3020))
    return frozenset(map(chr, (*codes, 0x2030, 0x203B, 0x2103, 0x33A1, *range(0xFF01, 0xFF5F))))


@cache
def _index() -> dict[Bytes, tuple[str, ...]]:
    """Characters by every choice of their known bytes in UTF-8, the frequent ones first."""
    counts = frequency()
    pool = {char for char, count in counts.items() if count >= SELDOM} | lexicon.common() | lexicon.signs() | _others()
    found: dict[Bytes, list[str]] = {}
    usual = lexicon.common() | lexicon.signs()
    for char in sorted(pool - {"\ufffd"}, key=lambda char: (char not in usual, -counts[char], char)):
        data = char.encode("utf-8")
        if len(data) != 3:
            continue
        for mask in range(1, 7):
            found.setdefault(tuple(byte if mask >> i & 1 else None for i, byte in enumerate(data)), []).append(char)
    return {key: tuple(chars) for key, chars in found.items()}


@lru_cache(maxsize=65_536)
def fitting(known_bytes: Bytes, among: frozenset[int] | None = None) -> tuple[str, ...]:
    """Characters whose bytes are these where they are known, the frequent ones first; at most `MOST`.

    Nothing is offered where no byte is known.

    Args:
        known_bytes: the bytes of one character, None where one is lost.
        among: bytes that can be lost; None for any.
    """
    chars = _index().get(known_bytes, ())
    if among is not None:
        lost = [i for i, byte in enumerate(known_bytes) if byte is None]
        chars = tuple(char for char in chars if all(char.encode("utf-8")[i] in among for i in lost))
    return chars[:MOST]
