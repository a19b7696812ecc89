"""How probable a reading of some bytes is as a page of a Chinese agency: the sum over its characters.

Two encodings read the same bytes as different numbers of characters, so sums are compared, not means: three bytes that
are one frequent character in UTF-8 are one and a half rare ones in GBK, and cost accordingly.

What a character costs comes from the project's own prose where it stands there; else from the standards themselves:
GB 2312 and Big5 both sort their characters into a frequent and a rare level.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache
from importlib import resources
from itertools import accumulate
from operator import sub

from crawler.text.script import simplify_char

UNREADABLE = -18.0
"""Price of a byte that is no character, in nats (natural logarithm of a probability), as all weights here."""

LOST_BEFORE = -12.0
"""U+FFFD that the page itself contains."""

OWN = 0.7
"""Share of the project's prose in the probability of a character; the rest is left to all others."""

SCRIPT = math.log(0.5)
"""Price of a traditional form beside its simplified one."""

_ASCII = (
    ("\x00", -16.0),
    ("".join(map(chr, (*range(1, 9), 11, *range(14, 32), 127))), -14.0),
    ("abcdefghijklmnopqrstuvwxyz", -3.3),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", -4.6),
    ("0123456789", -3.5),
    (" \t\r\n<>/=\"'.;:-", -3.3),
)
_USUAL = re.compile(
    "[\u3000-\u3003\u3008-\u3011\u3014-\u3017\uff01-\uff5e\u2014\u2018\u2019\u201c\u201d\u2026\u2022\u2460-\u2473"
    "\u25a0-\u25cf\u2103\u33a1\u3007\u2013\u2160-\u216b]"
)
_CLASSES = (
    (re.compile("[\ud800-\udfff]"), UNREADABLE),
    (re.compile("\ufffd"), LOST_BEFORE),
    (re.compile("\u3000"), -3.4),
    (re.compile("[\u00a0\u00a9\u00ab\u00b7\u00bb]"), -5.5),
    (
        re.compile(
            "[\u00ae\u00b0\u00b1\u00d7\u00e9\u00e8\u00e0\u00e1\u00ed\u00ef\u00f3\u00fa\u00f1\u00fc\u00f6\u00e4\u00e7\u00ea]"
        ),
        -8.0,
    ),
    (_USUAL, -8.5),
    (re.compile("[\x80-\x9f]"), -16.0),
    (
        re.compile("[\u00a1-\u00ff\u0101\u0113\u011b\u012b\u014d\u016b\u01ce\u01d0\u01d2\u01d4\u01d6\u01d8\u01da]"),
        -10.5,
    ),
    (re.compile("[\u0100-\u02af\u02c6-\u02dd]"), -12.5),
    (re.compile("[\u0391-\u03ce\u0401-\u045f\u05d0-\u05ea\u0621-\u064a\u3041-\u30fe]"), -11.5),
    (re.compile("[\u2010-\u206f\u2100-\u27bf\u3200-\u33ff\uff00-\uff60\uffe0-\uffe6\ufe30-\ufe6b\ufeff]"), -11.0),
    (re.compile("[\u3105-\u3129]"), -12.5),
    (re.compile("[\uac00-\ud7a3]"), -14.0),
    (re.compile("[\ue000-\uf8ff]"), -15.5),
    (re.compile("[\uf900-\ufaff]"), -14.5),
    (re.compile("[\u3400-\u4dbf\U00020000-\U0003ffff]"), -16.0),
    (re.compile("[\U0001f000-\U0001faff]"), -13.0),
)
_HAN = re.compile("[\u4e00-\u9fff]")
_LEVELS = (("gb2312", 0xD8, -9.3, -11.8), ("big5", 0xC9, -10.3, -13.5))
"""Character set, first byte of its rare level, weight of a frequent and of a rare character."""

USUAL_HAN = -11.0
"""Mean weight of four neighbours that are frequent characters, or all but one."""

RARE_HAN = -15.0
"""A character of neither set."""

MOST = 120_000
"""Characters whose weight is remembered: all of Chinese; a hostile text must not fill the memory."""


@cache
def _own() -> dict[str, float]:
    """Logarithm of the frequency of each character in the project's headings, labels and prose."""
    room = resources.files("crawler.text")
    files = (room.joinpath("phrases.txt"), *room.joinpath("prose").iterdir())
    counts: Counter[str] = Counter()
    for file in files:
        if file.name.endswith(".txt"):
            lines = file.read_text(encoding="utf-8").splitlines()
            counts.update("".join(line for line in lines if not line.startswith("#")))
    total = sum(count for char, count in counts.items() if char > "\x7f")
    return {char: math.log(OWN * count / total) for char, count in counts.items() if char > "\x7f"}


def _weight(char: str) -> float:
    if char < "\x80":
        return next((weight for chars, weight in _ASCII if char in chars), -5.0)
    return max(_by_class(char), _own().get(char, UNREADABLE), _own().get(simplify_char(char), UNREADABLE) + SCRIPT)


def _by_class(char: str) -> float:
    if _HAN.match(char):
        return max(_by_level(char, *level) for level in _LEVELS)
    for known, weight in _CLASSES:
        if known.match(char):
            return weight
    return UNREADABLE if unicodedata.category(char) in ("Cn", "Cc") else -14.5


def _by_level(char: str, codec: str, rare: int, often: float, seldom: float) -> float:
    try:
        return often if char.encode(codec)[0] < rare else seldom
    except UnicodeEncodeError:
        return RARE_HAN


class _Weights(dict[str, float]):
    """Weight of each character, worked out when it is first met."""

    def __missing__(self, char: str) -> float:
        if len(self) > MOST:
            self.clear()
        value = self[char] = _weight(char)
        return value


_weights = _Weights()
weight = _weights.__getitem__
"""Logarithm of the probability of one character (a lone surrogate is an unreadable byte)."""


def likelihood(text: str) -> float:
    """Logarithm of the probability of `text`: the sum over its characters, 0 for an empty one, never above it."""
    return sum(map(weight, text))


NOT_ASCII = re.compile("[^\x01-\x7f]+")


def han(text: str) -> int:
    """Number of Chinese characters (of the basic block) in `text`."""
    return len(_HAN.findall(text))


def mean(text: str) -> float:
    """Mean weight of the characters of `text` that are not ASCII; 0 if there are none."""
    return worst(text, len(text) + 1)


def all_chinese(text: str) -> bool:
    """Whether all that is not ASCII in `text` are Chinese characters and usual signs, and there are any."""
    rest = "".join(NOT_ASCII.findall(text))
    return bool(rest) and len(rest) == han(rest) + len(_USUAL.findall(rest))


def usual_han(text: str) -> bool:
    """Whether `text` is nothing but Chinese characters, hardly any of them rare."""
    return han(text) == len(text) and worst(text, 4) >= USUAL_HAN


def worst(text: str, together: int) -> float:
    """Lowest mean weight of `together` neighbours among the characters of `text` that are not ASCII; 0 without any."""
    weights = list(map(weight, "".join(NOT_ASCII.findall(text))))
    if len(weights) <= together:
        return sum(weights) / len(weights) if weights else 0.0
    sums = [0.0, *accumulate(weights)]
    return float(min(map(sub, sums[together:], sums)) / together)


WORD = 6.0
"""Gain for each letter of a word in one script of two-byte letters, in UTF-8: by itself such a letter may be any
character of GBK, a word of them is one by no chance."""

_WORDS = re.compile(
    rb"(?:[\xce\xcf].){2,}|(?:[\xd0-\xd3].){2,}|(?:[\xd4-\xd6].){2,}|(?:[\xd6\xd7].){2,}|(?:[\xd8-\xdb].){2,}"
    rb"|(?<=[A-Za-z])[\xc3-\xc7].|[\xc3-\xc7].(?=[A-Za-z])",
    re.DOTALL,
)


def utf8_words(body: bytes) -> float:
    """What speaks for a valid UTF-8 body as a western language or words in Greek, Cyrillic, Hebrew or Arabic."""
    return WORD * sum(map(len, _WORDS.findall(body))) / 2


_LETTERS = (
    {"\u00a0": -3.5}
    | dict.fromkeys("\u00e9\u00e8\u00e0\u00e1\u00ed\u00f3\u00fa\u00f1\u00fc\u00f6\u00e4\u00e7\u00ea\u00e3", -5.5)
    | (
        dict.fromkeys(
            "\u00df\u00c9\u00e2\u00f4\u00ee\u00fb\u00eb\u00ef\u00f8\u00e5\u00e6\u00f5\u2019\u00a9\u00ae\u00b0", -6.5
        )
        | dict.fromkeys("\u201c\u201d\u2013\u2014\u2022\u00b7\u00ab\u00bb\u2026\u2018\u20ac\u00a3\u2122", -7.0)
    )
)
_OTHER_LETTER = -8.5
"""Letters and signs of western text as cp1252 has them; all others cost this."""

ASCII = bytes(range(128))

TWO_HIGH = -4.0
"""Price of a byte above ASCII right behind another: usual in Chinese, unusual in western text."""

_PAIR = re.compile(rb"[\x80-\xff](?=[\x80-\xff])")

IN_WORD = 6.0
"""Gain for a byte above ASCII that stands alone where a letter would: inside or at the end of a word of ASCII letters,
or as the capital at its beginning. No Chinese character stands so by itself, except in words such as `T\u6064`."""

_IN_WORD = re.compile(
    rb"(?<=[A-Za-z])[\xc0-\xff](?=[A-Za-z<\s.,;:!?'\")&-]|\Z)|(?<![\x40-\xff])[\xc0-\xde\xe0-\xff](?=[A-Za-z][A-Za-z])"
)

CAPITAL = -5.0
"""Price of a capital right behind a small letter: what UTF-16 looks like as cp1252."""

_CAPITAL = re.compile(rb"[a-z\xdf-\xff][A-Z\xc0-\xde]")

_WESTERN = ((TWO_HIGH, _PAIR), (IN_WORD, _IN_WORD), (CAPITAL, _CAPITAL))


class _WesternWeights(dict[str, float]):
    """The same for western text: letters with accents and typographer's signs are usual, all else is not."""

    def __missing__(self, char: str) -> float:
        plain = char < "\x80" or "\ud800" <= char <= "\udfff"
        value = self[char] = weight(char) if plain else _LETTERS.get(char, _OTHER_LETTER)
        return value


_western_weight = _WesternWeights().__getitem__


def maybe_western(body: bytes) -> bool:
    """Whether bytes above ASCII mostly stand alone, as they do in western text and hardly ever in Chinese."""
    return len(_PAIR.findall(body)) * 2 <= len(body.translate(None, ASCII))


def western(body: bytes) -> float:
    """Logarithm of the probability of `body` as cp1252 text of a western language."""
    total = sum(map(_western_weight, body.decode("cp1252", "surrogateescape")))
    for price, pattern in _WESTERN:
        total += price * len(pattern.findall(body))
    return total
