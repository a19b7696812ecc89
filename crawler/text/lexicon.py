"""What Chinese of this field looks like: frequent characters, and a small model of character pairs.

Both are built from `phrases.txt`, on first use. They answer two questions that no codec can answer: does this text look
like Chinese at all (`common`, used to choose between encodings), and which of two readings of damaged bytes is the
likelier one (`Model`, used to rank candidates).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from crawler.text.script import simplify_char, traditional_forms


@dataclass(frozen=True, slots=True)
class Model:
    """Character pairs and single characters of the field, simplified script.

    `pair(a, b)` and `single(c)` are natural logarithms of probabilities, always finite. A pair that was never seen
    falls back to the single character, at a price; a character that was never seen gets `unseen`.
    """

    singles: dict[str, float]
    pairs: dict[str, float]
    unseen: float

    def single(self, char: str) -> float:
        """Log probability of one character, whatever stands before it."""
        return self.singles.get(simplify_char(char), self.unseen)

    def pair(self, before: str, char: str) -> float:
        """Log probability of `char` after `before`."""
        before, char = simplify_char(before), simplify_char(char)
        seen = self.pairs.get(before + char)
        return self.singles.get(char, self.unseen) + BACKOFF if seen is None else seen


BACKOFF = math.log(0.25)
"""Price of a pair that the phrases do not hold: a quarter of the probability is left for such pairs."""


def _lines() -> list[str]:
    """Lines of the phrase list, comments and blank lines left out."""
    text = resources.files("crawler.text").joinpath("phrases.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def model() -> Model:
    """The model of the phrase list, built once."""
    singles: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    befores: Counter[str] = Counter()
    for line in _lines():
        if line.startswith("*"):
            singles.update(line[2:])
            continue
        padded = f"\n\u3000{line}\n"
        singles.update(padded)
        befores.update(padded[:-1])
        pairs.update(map("".join, pairwise(padded)))
    total = sum(singles.values())
    single_logs = {char: math.log(count / total) for char, count in singles.items()}
    pair_logs = {
        pair: math.log(0.75 * count / befores[pair[0]] + 0.25 * singles[pair[1]] / total)
        for pair, count in pairs.items()
    }
    return Model(single_logs, pair_logs, unseen=math.log(0.05 / total))


@cache
def common() -> frozenset[str]:
    """Chinese characters that make up nearly all running text, both scripts, without punctuation."""
    simplified = {char for line in _lines() for char in line if "\u4e00" <= char <= "\u9fff"}
    return frozenset(simplified.union(*(traditional_forms(char) for char in simplified)))
