"""Is a reading better than what stands there? Measured on the characters, not believed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from crawler.text import language, lexicon
from crawler.text.mojibake.candidates import known
from crawler.text.script import simplify_char

NOT_ASCII = re.compile("[^\x00-\x7f]")
_CHINESE = re.compile("[\u2010-\u203b\u3000-\u3011\u3400-\u9fff\uff01-\uff5e\U00020000-\U0003ffff]")

FEW, LIKELY = 2, -9.5
"""Shortest run that is read without others like it, and the least log probability per character it must have."""

FEW_SCORED = 16
"""Characters that the model is asked about."""

GAIN = 11.0
"""How much likelier a reading of two characters or more must be than what stands there, in natural logarithms.

Of jieba's words, in both scripts, the worst reaches 2; of 144 misread pieces of headings the least reaches 15."""

LOOK = 200
"""Characters of a run that are looked at."""


_ASIDE = "×÷±°·℃㎡㎥％＋－＝～／．＠＆①②③④⑤⑥⑦⑧⑨⑩"


@cache
def good() -> frozenset[str]:
    """What a right reading may hold: common Chinese and its signs, and what other damages put into it (full-width
    digits and letters, radicals)."""
    wide = {chr(code) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    found = {chr(code) for code in range(0x2E80, 0x2FD6)}  # radicals
    return lexicon.common() | lexicon.signs() | wide | found | frozenset(_ASIDE)


def _chars(text: str) -> list[str]:
    return [char for char in NOT_ASCII.findall(text[:LOOK]) if char != "\ufffd"]


def share_usual(text: str) -> float:
    """Share of common Chinese and its usual signs among the characters that are not ASCII; U+FFFD does not count."""
    chars = _chars(text)
    usual, signs = lexicon.common(), lexicon.signs()
    return sum(char in usual or char in signs for char in chars) / len(chars) if chars else 0.0


def share_written(text: str) -> float:
    """The same of simplified script: 鏈, which many misread texts hold, is common in traditional text alone."""
    chars = _chars(text)
    usual, signs = lexicon.common(), lexicon.signs()
    return sum((c in usual and simplify_char(c) == c) or c in signs for c in chars) / len(chars) if chars else 0.0


def share_good(text: str) -> float:
    """The same of a reading: what other damages have left in it is good, too."""
    chars = _chars(text)
    fine = good()
    return sum(char in fine for char in chars) / len(chars) if chars else 0.0


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
    shown = _plain(text[:FEW_SCORED])
    return language.model().score(shown) / len(shown) if shown else -20.0


def gain(before: str, after: str, around: tuple[str, str] = ("", "")) -> float:
    """How much likelier `after` is than `before` as Chinese of this field, in natural logarithms.

    Args:
        before, after: both readings.
        around: what stands on both sides of them, a few characters.
    """
    left, right = around
    model = language.model()
    return model.score(left + _plain(after) + right) - model.score(left + before + right)


_COMPATIBLE = re.compile("[\u2e80-\u2fd5\uff10-\uff5a]")


def _plain(text: str) -> str:
    """Full-width digits and letters and radicals as the characters that they stand for, which the model knows."""
    return _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def utf8_is_better(before: str, after: str, structure: int, around: tuple[str, str] | None) -> bool:
    """Whether `after`, a run of characters that `before` is when read as UTF-8, is what was meant.

    Args:
        before, after: both readings.
        structure: characters from which on the structure of UTF-8 alone is proof: clean text holds such a run once in
            a billion.
        around: what stands on both sides; None if the model is not to be asked.
    """
    new, old = share_good(after), share_usual(before)
    if len(after) >= structure:
        return (new >= 0.5 and new > old) or (share_known(after) >= 0.75 and share_known(after) > old)
    if len(after) < FEW:
        return False
    if new == 1.0 and old <= 0.4 and likelihood(after) >= LIKELY:
        return True
    return around is not None and is_chinese(after) and gain(before, after, around) >= GAIN


def fits_in(before: str, after: str, *, heavy: bool, letters: bool = True) -> bool:
    """The same for a run too short to be proof, in a text that has such damage.

    Args:
        before, after: both readings.
        heavy: the text is full of such damage.
        letters: `before` is 8-bit text. Chinese that stands there may be clean and be UTF-8 by chance (牟平 is ĲÆ½), so
            it only gives way to Chinese.
    """
    new, old = share_good(after), share_usual(before)
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
    new = share_good(after)
    if letters and len(after) >= 16 and new >= 0.95:
        return True
    if letters and len(after) >= 4 and share_known(after) == 1.0 and likelihood(after) >= -10.5:
        return True
    if len(after) < FEW or new < 0.7:
        return False
    least = -9.0 if 4 <= len(after) < 8 else -8.5
    return (len(after) >= 4 or new == 1.0) and likelihood(after) >= (least if letters else -6.5)
