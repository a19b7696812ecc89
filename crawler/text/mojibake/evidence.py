"""Is a reading better than what stands there? Measured on the characters, not believed."""

from __future__ import annotations

import re

from crawler.text import language, lexicon
from crawler.text.mojibake.candidates import known

NOT_ASCII = re.compile("[^\x00-\x7f]")
_CHINESE = re.compile("[\u2010-\u203b\u3000-\u3011\u3400-\u9fff\uff01-\uff5e\U00020000-\U0003ffff]")

FEW, LIKELY = 2, -9.5
"""Shortest run that is read without others like it, and the least log probability per character it must have."""

FEW_SCORED = 16
"""Characters that the model is asked about."""

LOOK = 200
"""Characters of a run that are looked at."""


def _chars(text: str) -> list[str]:
    return [char for char in NOT_ASCII.findall(text[:LOOK]) if char != "\ufffd"]


def share_usual(text: str) -> float:
    """Share of common Chinese and its usual signs among the characters that are not ASCII; U+FFFD does not count."""
    chars = _chars(text)
    usual, signs = lexicon.common(), lexicon.signs()
    return sum(char in usual or char in signs for char in chars) / len(chars) if chars else 0.0


def share_known(text: str) -> float:
    """Share of characters that Chinese is written with at all, rare names among them."""
    chars = _chars(text)
    known_chars = known()
    return sum(char in known_chars for char in chars) / len(chars) if chars else 0.0


def is_chinese(text: str) -> bool:
    """Whether all characters that are not ASCII are Chinese or signs of it, however rare."""
    return all(map(_CHINESE.match, _chars(text)))


def likelihood(text: str) -> float:
    """Log probability per character of a short text as Chinese of this field; -20 for an empty one."""
    shown = text[:FEW_SCORED]
    return language.model().score(shown) / len(shown) if shown else -20.0


def utf8_is_better(before: str, after: str, structure: int) -> bool:
    """Whether `after`, a run of characters that `before` is when read as UTF-8, is what was meant.

    Args:
        before, after: both readings.
        structure: characters from which on the structure of UTF-8 alone is proof: clean text holds such a run once in
            a billion.
    """
    new, old = share_usual(after), share_usual(before)
    if len(after) >= structure:
        return (new >= 0.5 and new > old) or (share_known(after) >= 0.75 and share_known(after) > old)
    return len(after) >= FEW and new == 1.0 and old <= 0.4 and likelihood(after) >= LIKELY


def fits_in(before: str, after: str, *, heavy: bool, letters: bool = True) -> bool:
    """The same for a run too short to be proof, in a text that has such damage.

    Args:
        before, after: both readings.
        heavy: the text is full of such damage.
        letters: `before` is 8-bit text. Chinese that stands there may be clean and be UTF-8 by chance (牟平 is ĲÆ½), so
            it only gives way to Chinese.
    """
    new, old = share_usual(after), share_usual(before)
    if heavy and not letters:
        return new == 1.0 or (old < 1.0 and is_chinese(after))
    if heavy:
        return old < 1.0 or new == 1.0
    return old <= 0.5 and (new == 1.0 or (len(after) > 1 and is_chinese(after)))


def pairs_are_better(after: str, *, letters: bool) -> bool:
    """Whether `after`, pairs of bytes read as GBK, is what was meant; almost any pair is some character.

    Args:
        after: the new reading.
        letters: letters with accents stand there, not only signs, which may be meant as they are.
    """
    new = share_usual(after)
    if letters and len(after) >= 16 and new >= 0.95:
        return True
    if letters and len(after) >= 4 and share_known(after) == 1.0 and likelihood(after) >= -10.5:
        return True
    if len(after) < FEW or new < 0.7:
        return False
    least = -9.0 if 4 <= len(after) < 8 else -8.5
    return (len(after) >= 4 or new == 1.0) and likelihood(after) >= (least if letters else -6.5)
