"""Which sentences of a text were changed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
_MOST_PAIRS = 1_000_000
"""Pairs of sentences that are compared; difflib's work grows with them, and a page may hold anything."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that stood here before and those that stand here now; "" for none."""

    before: str
    after: str


def sentences(text: str) -> list[str]:
    """The text in pieces that end with 。！？； or a line break; joined they are the text."""
    return _SENTENCE.findall(text)


def passages(before: str, after: str) -> tuple[Passage, ...]:
    """The runs of sentences that differ, in order. What stands at both ends alike is left out first."""
    if before == after:
        return ()
    olds, news = sentences(before), sentences(after)
    head = _alike(olds, news)
    olds, news = olds[head:], news[head:]
    tail = _alike(olds[::-1], news[::-1])
    olds, news = olds[: len(olds) - tail], news[: len(news) - tail]
    if len(olds) * len(news) > _MOST_PAIRS:
        return (Passage("".join(olds), "".join(news)),)
    steps = SequenceMatcher(None, olds, news).get_opcodes()
    return tuple(Passage("".join(olds[a:b]), "".join(news[c:d])) for tag, a, b, c, d in steps if tag != "equal")


def _alike(one: list[str], other: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
