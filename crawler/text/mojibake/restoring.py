"""Lost bytes guessed from the text around: a model of the field's Chinese ranks the characters that fit.

A guess is taken only where it is far likelier than all others; what it says is inferred, not read, and is marked so in
the log. All else stays U+FFFD.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from crawler.text import language
from crawler.text.mojibake.candidates import fitting
from crawler.text.mojibake.model import Part
from crawler.text.mojibake.shown import undefined
from crawler.text.mojibake.utf8 import Bytes, Hole

SURE, PER_BYTE = 4.5, 1.5
"""Log odds of a guess against all others together: about one in a hundred is wrong; more for each further byte that is
lost, as the model believes too much in what it has seen."""

PLAUSIBLE = -9.0
"""Least log probability, per character, of the best reading of a stretch."""

TRIES = 6_000
"""Holes that are guessed in one text; the rest stays U+FFFD."""

LOOK = 3
"""Characters before and behind a stretch that the model looks at."""

WIDTH = 12
"""Readings that are kept after each hole."""

MANY = 3_000
"""Pairs of a reading and a candidate that are looked at for one hole."""

LONGEST = 12
"""Parts of a stretch that is guessed at once."""

_UNREAD = -16.0
"""Price of a character that nothing fits."""


class _Reading(NamedTuple):
    """A reading of a stretch so far: its log probability, its text as the model spells it, what fills the holes."""

    score: float
    folded: str
    chosen: tuple[str, ...]


@dataclass(slots=True)
class Restorer:
    """Guesses the holes of one text; remembers what it guessed, as reports repeat their words."""

    left: int = TRIES
    _known: dict[tuple[str, tuple[Part, ...], str], tuple[str | None, ...]] = field(default_factory=dict)

    def guess(self, before: str, stretch: tuple[Part, ...], behind: str) -> tuple[str | None, ...]:
        """What stood in each hole of a stretch, None where the text around does not tell.

        Args:
            before, behind: the text around it; `LOOK` characters of each count.
            stretch: holes, and texts shorter than `LOOK` between them.
        """
        key = (before[-LOOK:], stretch, behind[:LOOK])
        if key not in self._known:
            holes = sum(isinstance(part, Hole) for part in stretch)
            self.left -= holes
            self._known[key] = _guess(*key) if self.left >= 0 else (None,) * holes
        return self._known[key]


def stretch_of(parts: list[Part]) -> tuple[Part, ...]:
    """The parts from the first on, a hole, that are guessed together: up to a text long enough to part them."""
    end = 1
    while end < min(len(parts), LONGEST) and not (isinstance(part := parts[end], str) and len(part) >= LOOK):
        end += 1
    while isinstance(parts[end - 1], str):
        end -= 1
    return tuple(parts[:end])


def _guess(before: str, stretch: tuple[Part, ...], behind: str) -> tuple[str | None, ...]:
    start = language.folded(before) if before else "\n"
    readings = [_Reading(0.0, start, ())]
    for part in stretch:
        if isinstance(part, str):
            readings = [_longer(reading, part, chosen=False) for reading in readings]
        else:
            texts = _texts(part)
            kept = readings[: max(1, MANY // max(1, len(texts)))]
            readings = [_longer(reading, text, chosen=True) for reading, text in product(kept, texts or ["\ufffd"])]
            readings = sorted(readings, key=lambda reading: -reading.score)[:WIDTH]
    readings = [_longer(reading, behind, chosen=False) for reading in readings]
    best = max(readings, key=lambda reading: reading.score)
    if best.score < PLAUSIBLE * (len(best.folded) - len(start)):
        return (None,) * len(best.chosen)
    holes = [part for part in stretch if isinstance(part, Hole)]
    return tuple(_clear(readings, place, SURE + PER_BYTE * (hole.bytes_lost - 1)) for place, hole in enumerate(holes))


def _longer(reading: _Reading, text: str, *, chosen: bool) -> _Reading:
    after = language.model().after
    score, folded = reading.score, reading.folded
    for char in language.folded(text):
        score += _UNREAD if char == "\ufffd" else after(folded[-LOOK:], char)
        folded += char
    return _Reading(score, folded, (*reading.chosen, text) if chosen else reading.chosen)


def _clear(readings: list[_Reading], place: int, odds: float) -> str | None:
    """What fills a hole in the best reading, None if other fillings are nearly as likely."""
    best = max(readings, key=lambda reading: reading.score)
    mine = language.folded(best.chosen[place])
    same = others = 0.0
    for reading in readings:
        share = math.exp(reading.score - best.score)
        if language.folded(reading.chosen[place]) == mine:
            same += share
        else:
            others += share
    sure = others == 0.0 or math.log(same / others) >= odds
    return best.chosen[place] if sure and "\ufffd" not in best.chosen[place] else None


def _texts(hole: Hole) -> list[str]:
    """What can have stood there; what the decoder would not have lost is left out, unless nothing else is left."""
    found: list[str] = []
    for way in hole.ways:
        choices = [fitting(char, hole.among) for char in way]
        if len(way) == 2:
            choices = [chars[:12] for chars in choices]
        found += ["".join(chars) for chars in product(*choices)]
    allowed = [text for text in found if _lost(text, hole)]
    return allowed or found


def _lost(text: str, hole: Hole) -> bool:
    """Whether a GBK decoder that met these characters would have lost the bytes that are missing."""
    if not hole.strict:
        return True
    way = next((way for way in hole.ways if len(way) == len(text)), None)
    if way is None:
        return False
    data = text.encode("utf-8")
    flat: Bytes = tuple(byte for char in way for byte in char)
    if len(data) != len(flat):
        return False
    at = max(i for i, byte in enumerate(flat) if byte is None)
    if at and flat[at - 1] is None and (data[at - 1], data[at]) in undefined():
        return True
    after = flat[at + 1] if at + 1 < len(flat) else hole.after
    return data[at] == 0x80 or after is None or after < 0x40 or (data[at], after) in undefined()
