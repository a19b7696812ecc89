"""Lost bytes guessed from the text around: a model of the field's Chinese ranks the characters that fit.

A guess is taken only where it is far likelier than all others; what it says is inferred, not read, and is marked so in
the log. All else stays U+FFFD.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from itertools import product
from typing import NamedTuple

from crawler.text import language
from crawler.text.mojibake.candidates import fitting
from crawler.text.mojibake.model import Part
from crawler.text.mojibake.shown import undefined
from crawler.text.mojibake.utf8 import Bytes, Hole
from crawler.text.script import simplify_char

SURE, PER_BYTE = 4.5, 3.5
"""Log odds of a guess against all others together: less than one in a thousand is wrong; more for each
further byte that is lost, as the model believes too much in what it has seen."""

PLAUSIBLE = -9.0
"""Least log probability, per character, of the best reading of a stretch."""

PER_HOLE, FEW = 2.0, 2
"""The same for each other hole beside it; holes from which on each is looked at by itself, too."""

DENSE = ((0.33, 16), (0.5, 3))
"""Shares of lost characters from which on nothing is guessed, if it are so many: the model would join guesses to
guesses."""

ENDING = 2.0
"""Odds that a sign needs besides where text follows it: 。 and 、 both may."""

TRIES = 6_000
"""Holes that are guessed in one text; the rest stays U+FFFD."""

LOOK = 3
"""Characters before and behind a stretch that the model looks at."""

WIDTH, BEHIND = 6, 10.0
"""Readings that are kept after each hole; none whose log probability is so much below the best."""

MANY = 1_200
"""Pairs of a reading and a candidate that are looked at for one hole."""

FIRST, ALWAYS = 12, 5
"""Candidates that are looked at closely because they can follow what stands before; because they are frequent."""

LONGEST = 12
"""Parts of a stretch that is guessed at once."""

_HAN = re.compile("[\u4e00-\u9fff]")
_UNREAD = -16.0
"""Price of a character that nothing fits."""


class _Reading(NamedTuple):
    """A reading of a stretch so far: its log probability, its text as the model spells it, what fills the holes."""

    score: float
    folded: str
    chosen: tuple[str, ...]


@dataclass(slots=True)
class Restorer:
    """Guesses the holes of one text; remembers what it guessed, as reports repeat their words.

    Attributes:
        traditional, simplified: the text is in this script, as far as it can be read; neither is known of some.
        dense: too much of the text is lost to guess any of it.
        left: how many holes are still guessed.
    """

    traditional: bool = False
    simplified: bool = False
    dense: bool = False
    left: int = TRIES
    _known: dict[tuple[str, tuple[Part, ...], str, bool], tuple[str | None, ...]] = field(default_factory=dict)

    def guess(self, before: str, stretch: tuple[Part, ...], behind: str) -> tuple[str | None, ...]:
        """What stood in each hole of a stretch, None where the text around does not tell.

        Args:
            before, behind: the text around it; `LOOK` characters of each count.
            stretch: holes, and texts shorter than `LOOK` between them.
        """
        if self.dense:
            return (None,) * sum(isinstance(part, Hole) for part in stretch)
        key = (before[-LOOK:], stretch, behind[:LOOK], self.simplified)
        if key not in self._known:
            holes = sum(isinstance(part, Hole) for part in stretch)
            self.left -= holes
            guesses = _guess(*key) if self.left >= 0 else (None,) * holes
            self._known[key] = self._in_script(stretch, guesses)
        return self._known[key]

    def look_at(self, text: str) -> None:
        """Note how much of a text is lost, and in which script it is: both spellings of a character may fit its bytes,
        and the model knows one."""
        han = _HAN.findall(text)
        lost = text.count("\ufffd")
        self.dense = any(lost >= many and lost > share * (lost + len(han)) for share, many in DENSE)
        other = sum(simplify_char(char) != char for char in han)
        self.traditional = 10 * other > len(han)
        self.simplified = len(han) > 1 and 50 * other < len(han)

    def _in_script(self, stretch: tuple[Part, ...], guesses: tuple[str | None, ...]) -> tuple[str | None, ...]:
        if not self.traditional:
            return guesses
        holes = [part for part in stretch if isinstance(part, Hole)]
        return tuple(
            guess and next((text for text, folded in _options(hole) if folded == language.folded(guess) != text), guess)
            for hole, guess in zip(holes, guesses, strict=True)
        )


def stretch_of(parts: list[Part]) -> tuple[Part, ...]:
    """The parts from the first on, a hole, that are guessed together: up to a text long enough to part them."""
    end = 1
    while end < min(len(parts), LONGEST) and not (isinstance(part := parts[end], str) and len(part) >= LOOK):
        end += 1
    while isinstance(parts[end - 1], str):
        end -= 1
    return tuple(parts[:end])


@lru_cache(maxsize=50_000)  # pages of one portal repeat their words
def _guess(before: str, stretch: tuple[Part, ...], behind: str, simplified: bool) -> tuple[str | None, ...]:
    start = language.folded(before) if before else "\n"
    readings = [_Reading(0.0, start, ())]
    for part in stretch:
        if isinstance(part, str):
            folded = language.folded(part)
            readings = [_longer(reading, folded) for reading in readings]
        else:
            readings = _widened(readings, _options(part, simplified))
    folded = language.folded(behind)
    readings = [_longer(reading, folded) for reading in readings]
    best = max(readings, key=lambda reading: reading.score)
    if best.score < PLAUSIBLE * (len(best.folded) - len(start)):
        return (None,) * len(best.chosen)
    return _sure(readings, best, stretch, behind, simplified)


def _sure(
    readings: list[_Reading], best: _Reading, stretch: tuple[Part, ...], behind: str, simplified: bool
) -> tuple[str | None, ...]:
    """The fillings of the best reading that no others are nearly as likely as."""
    holes = [part for part in stretch if isinstance(part, Hole)]
    found: list[str | None] = []
    at = len(best.folded) - len(behind) - sum(len(part) for part in stretch if isinstance(part, str))
    at -= sum(map(len, best.chosen))
    place = 0
    for part in stretch:
        if isinstance(part, str):
            at += len(part)
            continue
        odds = SURE + PER_BYTE * (part.bytes_lost - 1) + PER_HOLE * (min(len(holes), 4) - 1)
        if best.folded[at] in "。、，；" and best.folded[at + 1 : at + 2] != "\n":
            odds += ENDING
        guess = _clear(readings, place, odds)
        if guess is not None and len(holes) > FEW and not _holds(best.folded, at, _options(part, simplified), odds):
            guess = None
        found.append(guess)
        at += len(best.chosen[place])
        place += 1
    return tuple(found)


def _holds(line: str, at: int, every: tuple[tuple[str, str], ...], odds: float) -> bool:
    """Whether no other character at `line[at]` is nearly as likely; of many holes few readings of all are left."""
    if all(folded != line[at] for _, folded in every):
        return False
    options = {every[option][1] for option in _likeliest(line[max(0, at - LOOK) : at], every)}
    options = {option for option in options if len(option) == 1} | {line[at]}
    after = language.model().after
    scores = []
    for option in options:
        new = line[max(0, at - LOOK) : at] + option + line[at + 1 : at + 1 + LOOK]
        start = min(at, LOOK)
        score = sum(after(new[max(0, i - LOOK) : i], new[i]) for i in range(start, len(new)))
        scores.append((score, option == line[at]))
    mine = next(score for score, same in scores if same)
    others = sum(math.exp(score - mine) for score, same in scores if not same)
    return others == 0.0 or -math.log(others) >= odds


def _widened(readings: list[_Reading], options: tuple[tuple[str, str], ...]) -> list[_Reading]:
    """The best of all readings, each with every filling of the next hole; of equals the first filling."""
    after = language.model().after
    found: list[tuple[float, int, int]] = []
    kept = readings[: max(1, MANY // max(1, len(options)))]
    for number, reading in enumerate(kept):
        score, context = reading.score, reading.folded[-LOOK:]
        for option in _likeliest(context, options):
            folded = options[option][1]
            gained = score + after(context, folded[0])
            if len(folded) > 1:
                gained += after(context[1:] + folded[0], folded[1])
            found.append((gained, -number, -option))
    best = nlargest(WIDTH, found)
    return [
        _Reading(score, kept[-number].folded + options[-option][1], (*kept[-number].chosen, options[-option][0]))
        for score, number, option in best
        if score > best[0][0] - BEHIND
    ]


def _likeliest(context: str, options: tuple[tuple[str, str], ...]) -> Iterable[int]:
    """The options worth a closer look: those that are known to follow the character before them, and frequent ones."""
    if len(options) <= FIRST:
        return range(len(options))
    behind = _followers(context[-1:])
    following = [option for option, (_, folded) in enumerate(options) if option >= ALWAYS and folded[0] in behind]
    return (*range(ALWAYS), *following[:FIRST])


@lru_cache(maxsize=10_000)
def _followers(char: str) -> frozenset[str]:
    return language.model().followers(char)


def _longer(reading: _Reading, folded: str) -> _Reading:
    after = language.model().after
    score, line = reading.score, reading.folded + folded
    for at in range(len(reading.folded), len(line)):
        score += _UNREAD if line[at] == "\ufffd" else after(line[at - LOOK if at > LOOK else 0 : at], line[at])
    return _Reading(score, line, reading.chosen)


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


@lru_cache(maxsize=20_000)
def _options(hole: Hole, simplified: bool = False) -> tuple[tuple[str, str], ...]:
    """What can have stood there, and how the model spells it.

    What the decoder would not have lost is left out, unless nothing else is left; so is, in a `simplified` text, what
    only traditional text has. U+FFFD where nothing fits.
    """
    found: list[str] = []
    for way in hole.ways:
        choices = [fitting(char, hole.among) for char in way]
        if len(way) == 2:
            choices = [chars[:12] for chars in choices]
        found += ["".join(chars) for chars in product(*choices)]
    allowed = [text for text in found if _lost(text, hole)] or found or ["\ufffd"]
    pairs = tuple((text, language.folded(text)) for text in allowed)
    written = tuple(pair for pair in pairs if all(simplify_char(char) == char for char in pair[0]))
    return written if simplified and written else pairs


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
    after = flat[at + 1] if at + 1 < len(flat) else hole.after
    if data[at] == 0x80 or after is None or after < 0x40:
        return True
    if hole.only_80:
        return False
    pair_lost = at > 0 and flat[at - 1] is None and (data[at - 1], data[at]) in undefined()
    return pair_lost or (data[at], after) in undefined()
