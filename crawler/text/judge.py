"""How plausible a reading of some bytes is as a page of a Chinese agency."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from crawler.text import lexicon

NOT_ASCII = re.compile("[^\x01-\x7f]")
"""What the judge looks at. NUL counts: 8-bit readings of UTF-16 are full of it."""

SAMPLE = 16_000
"""Characters looked at, half from the start of the text and half from its middle: enough, and the same for any size."""

ENOUGH = 300
"""If the sample holds fewer characters than this that are not ASCII, the whole text is looked at."""

_USUAL = re.compile(
    "[\u3001-\u3011\u3014-\u3017\u3000\uff01-\uff5e\u2014\u2018\u2019\u201c\u201d\u2026\u2022\u2460-\u2473\u25a0-\u25cf"
    "\u2103\u33a1\u00a0-\u00ff\u2002-\u200b\u3007\u2013\u2160-\u216b\ufeff]"
)
_LOST = re.compile("[\ud800-\udfff\ufffd]")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
COMMON, USUAL, RARE, STRANGE, UNREADABLE = 1.0, 0.6, -0.1, -0.5, -2.0
"""Weight of a character: common Chinese, usual sign, rare Chinese, anything else, not readable at all."""


def _counts(text: str) -> Counter[str]:
    """How often each character that is not ASCII stands in the sample."""
    middle = len(text) // 2
    counts = Counter(text if len(text) <= SAMPLE else text[: SAMPLE // 2] + text[middle : middle + SAMPLE // 2])
    if len(text) > SAMPLE and sum(count for char, count in counts.items() if not _is_ascii(char)) < ENOUGH:
        counts = Counter(NOT_ASCII.findall(text))  # long scripts in front of a short article
    for char in [char for char in counts if _is_ascii(char)]:
        del counts[char]
    return counts


def _is_ascii(char: str) -> bool:
    return "\0" < char < "\x80"


@lru_cache(maxsize=65_536)
def _weight(char: str) -> float:
    if char in lexicon.common():
        return COMMON
    if _LOST.match(char):
        return UNREADABLE
    if _USUAL.match(char):
        return USUAL
    return RARE if _HAN.match(char) else STRANGE


def plausibility(text: str) -> float:
    """Mean weight of the characters that are not ASCII: near 1 for Chinese, near 0 or below for a wrong reading.

    A text without any such character scores 0.5: nothing speaks for it or against it.
    """
    counts = _counts(text)
    total = counts.total()
    return sum(_weight(char) * count for char, count in counts.items()) / total if total else 0.5


_LATIN_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")


def western(body: bytes) -> float:
    """Plausibility of `body` as cp1252, where letters above ASCII stand alone; in Chinese they come in pairs."""
    head = body[: 4 * SAMPLE]
    high = len(_HIGH.findall(head))
    alone = len(_LATIN_ALONE.findall(head))
    return (0.7 * alone - 1.0 * (high - alone)) / high if high else 0.5
