"""What Chinese of this field looks like: frequent characters, and a small model of character pairs.

Both are built on first use, from `phrases.txt` and, for the model, from the words that pypinyin's dictionary lists.
They answer two questions that no codec can answer: does this text look like Chinese at all (`common`, used to choose
between encodings), and which of two readings of damaged bytes is the likelier one (`Model`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from crawler.text.script import simplify_char, traditional_forms

FIELD, WORDS, ALONE = 0.6, 0.2, 0.2
"""Weights of the three voices of the model: pairs in this field's phrases, pairs in a dictionary's words, single
characters."""

UNKNOWN = 18_000
"""Characters that no phrase holds: they share `OUTSIDE` of all probability."""

OUTSIDE = 0.02

_NUMBER = re.compile(r"^(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,2}\.)")
_WIDE = str.maketrans(",;:?!()<> \xa0", "，；：？！（）《》\u3000\u3000")


_STOPS, _AFTER_STOPS = frozenset("。，、；：？！（《“\u3000\n"), frozenset("。，、；：？！）》”")
"""A sign of the second set is frequent, but never stands right behind one of the first; nor does a line end just
anywhere."""


@dataclass(frozen=True, slots=True)
class Model:
    """Character pairs and single characters of the field. Characters are given as `folded` spells them."""

    singles: dict[str, float]
    pairs: dict[str, float]
    unseen: float
    _followers: dict[str, tuple[str, ...]]

    def pair(self, before: str, char: str) -> float:
        """Natural logarithm of the probability of `char` after `before`; always finite.

        A pair that was never seen falls back to the single character, at a price.
        """
        seen = self.pairs.get(before + char)
        if seen is not None:
            return seen
        if char == "\n" or (before in _STOPS and char in _AFTER_STOPS):
            return self.unseen
        return self.singles.get(char, self.unseen)

    def followers(self, char: str) -> tuple[str, ...]:
        """Characters that were seen after `char`."""
        return self._followers.get(char, ())


@lru_cache(maxsize=65_536)
def folded(char: str) -> str:
    """One spelling for what means the same: simplified script, full-width signs (normalised copies have `(`)."""
    return simplify_char(char.translate(_WIDE))


def _lines() -> list[str]:
    """Lines of the phrase list, comments and blank lines left out."""
    text = resources.files("crawler.text").joinpath("phrases.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _dictionary() -> Counter[str]:
    """Pairs of neighbours in the words of two and three characters that pypinyin knows."""
    # Loading pypinyin takes a fifth of a second; only damaged pages come here.
    from pypinyin.constants import PHRASES_DICT

    return Counter(pair for word in PHRASES_DICT if len(word) < 4 for pair in map("".join, pairwise(word)))


@cache
def model() -> Model:
    """The model, built once."""
    singles: Counter[str] = Counter()
    pairs: Counter[str] = Counter({"\u3000\u3000": 50})  # paragraphs begin with two
    for line in _lines():
        if line.startswith("*"):
            singles.update(line[2:])
            continue
        words = line.split(" ") if " " in line else [line]
        for word in words:
            # Neighbours of a word in a list of words are unknown; a phrase begins and ends a line.
            padded = word if len(words) > 1 else f"\n\u3000{word}\n"
            singles.update(padded)
            pairs.update(map("".join, pairwise(padded)))
        if line.endswith("。"):  # blanks behind a paragraph
            pairs.update(("。\u3000", "\u3000\n"))
    return _mixed(singles, pairs, _dictionary())


def _mixed(singles: Counter[str], pairs: Counter[str], words: Counter[str]) -> Model:
    total = singles.total()
    alone = {char: (1 - OUTSIDE) * count / total for char, count in singles.items()}
    nothing = OUTSIDE / UNKNOWN
    chances: Counter[str] = Counter()
    for weight, counts in ((FIELD, pairs), (WORDS, words)):
        befores: Counter[str] = Counter()
        for pair, count in counts.items():
            befores[pair[0]] += count
        for pair, count in counts.items():
            chances[pair] += weight * count / befores[pair[0]]  # type: ignore[assignment]
    followers: dict[str, list[str]] = {}
    for pair in chances:
        followers.setdefault(pair[0], []).append(pair[1])
    return Model(
        {char: math.log(ALONE * chance) for char, chance in alone.items()},
        {pair: math.log(chance + ALONE * alone.get(pair[1], nothing)) for pair, chance in chances.items()},
        math.log(ALONE * nothing),
        {char: tuple(behind) for char, behind in followers.items()},
    )


@cache
def common() -> frozenset[str]:
    """Chinese characters that make up nearly all running text, both scripts, without punctuation."""
    simplified = {char for line in _lines() for char in line if "\u4e00" <= char <= "\u9fff"}
    return frozenset(simplified.union(*(traditional_forms(char) for char in simplified)))


@cache
def phrases() -> frozenset[str]:
    """Whole phrases of the field, simplified, without their numbers and signs: headings and labels of the forms."""
    bare = (_NUMBER.sub("", line).rstrip("。") for line in _lines() if not line.startswith("*") and " " not in line)
    return frozenset(phrase for phrase in bare if len(phrase) >= 4)


@cache
def signs() -> frozenset[str]:
    """Punctuation that the field uses, full-width, with the ideographic space."""
    return frozenset("\u3000，。、；：？！（）《》〈〉“”‘’〔〕【】—…·％\ufffd")
