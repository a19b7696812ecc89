"""Readings of a run that was read one byte off: a beam search over every character that the bytes allow.

A reading is a text; its score is its probability in the language model (natural logarithm), for the bytes that stand
follow from a text with certainty. Of the run's pairs those that GBK leaves undefined have vanished, anywhere and
without a trace: 主动公开工作 leaves what 主动工作 leaves. So between any two characters that stand, up to `MOST` may
have vanished in a row, and every reading competes with those that hide more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from crawler.text import gbk, language
from crawler.text.language import folded
from crawler.text.letters import Alphabet, Behind, Letter
from crawler.text.local import Local

BEAM, GAPS = 12, 8
"""Readings kept after each character that stands, and after each that vanished."""

WIDE = 16
"""Readings kept besides after each that vanished: they go on with what is known to follow their last character."""

FIRST = 60
"""Readings kept after the first character of a run, of which one byte at most is known."""

MARGIN = 8.0
"""Readings so much less likely than the best one are given up, in natural logarithms."""

MOST = 6
"""Pairs in a row that may have vanished. 动公开政府信 leaves five in a row in simplified text; seven hardly ever do."""

BLANK, BLANK_WITHIN = 1.5, 8.0
"""Price of an ideographic space at the beginning or behind a full stop, and of one elsewhere."""

HAN_LOST = 4.0
"""Price of a lost byte that began no sign: nearly always it is a blank's, at the beginning of a line above all."""


class Reading(NamedTuple):
    """A reading of the run so far.

    `score` is its log probability, `context` its last four characters as the model spells them, `leads` are the
    possible first bytes of the character that is being read (none behind the end of the run).
    """

    score: float
    context: str
    text: str
    leads: frozenset[int]


class Spent(Exception):
    """The effort of a text is used up."""


@dataclass(slots=True)
class Effort:
    """What may still be tried in one text, in readings."""

    left: int

    def take(self, count: int) -> None:
        """Use some of it. Raises Spent when there is not so much."""
        self.left -= count
        if self.left < 0:
            raise Spent


_STOPS_AND_SIGNS = tuple(Letter(char, char, *gbk.CODES[char], 0.0) for char in "。，、；：？！）》”")
"""Signs that may stand where the last byte of a run is lost."""


class Row(dict[str, float]):
    """Log probabilities of the characters behind one context, reckoned when they are asked for."""

    __slots__ = ("context", "model")

    def __init__(self, model: Local, context: str) -> None:
        """Nothing is known yet."""
        super().__init__()
        self.model, self.context = model, context

    def __missing__(self, char: str) -> float:
        """Reckon it."""
        found = self[char] = scored(self.model, self.context, char)
        return found


@dataclass(slots=True)
class Search:
    """Readings of one run, taken through its standing characters one by one.

    Attributes:
        letters: the characters of the text's script.
        model: the language model, as the page speaks.
        effort: shared by the runs of a text.
        beam: readings so far, the likeliest first.
        near: what stands behind which character, on this page and elsewhere.
    """

    letters: Alphabet
    model: Local
    effort: Effort
    beam: list[Reading] = field(default_factory=list)
    near: dict[str, Behind] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    _usual_too: bool = True

    def begin(self, before: str) -> None:
        """Start behind the text `before`: the lost byte began a blank, another sign, or another character."""
        context = context_of(before)
        self.beam = [
            Reading(0.0, context, "", gbk.SIGN_LEADS),
            Reading(-HAN_LOST * (2 if context == "\n" else 1), context, "", gbk.LEADS - gbk.SIGN_LEADS),
        ]

    def standing(self, lead: int, second: int) -> None:
        """Read on: the next pair that stands closes the open character with `lead` and opens one with `second`."""
        self.beam = self._closed(lambda reading: self._closing(reading, lead), gbk.one(second))

    def closed_by(self, second: int) -> list[Reading]:
        """The readings if the run ends with a character whose second byte is `second`."""
        return self._closed(lambda reading: self._closing(reading, second), gbk.NONE)

    def closed(self) -> list[Reading]:
        """The readings if the run ends with a character whose second byte is lost."""
        return self._closed(self._lost_second, gbk.NONE)

    def _closed(self, letters: Callable[[Reading], Sequence[Letter]], leads: frozenset[int]) -> list[Reading]:
        """The beam with its open characters closed, nothing or up to `MOST` pairs having vanished before."""
        self.effort.take(1)
        level = self.beam
        first = not level[0].text
        found: list[Step] = []
        floor = self._steps(level, letters, -math.inf, found)
        full = FIRST if first else GAPS
        for _ in range(MOST):
            steps: list[Step] = []
            self._steps(level[:full], self._vanishing, floor, steps, rising=False)
            self._usual_too = False
            self._steps(level[full:], self._vanishing, floor, steps, rising=False)
            self._usual_too = True
            level = _best(steps, None, full + WIDE)
            if not level:
                break
            floor = self._steps(level[:full], letters, floor, found)
            self._usual_too = False
            floor = self._steps(level[full:], letters, floor, found)
            self._usual_too = True
        return _best([step for step in found if step[0] > floor], leads, FIRST if first else BEAM)

    def _steps(
        self,
        level: list[Reading],
        letters: Callable[[Reading], Sequence[Letter]],
        floor: float,
        found: list[Step],
        *,
        rising: bool = True,
    ) -> float:
        """Collect what each reading becomes with each of its letters, if it is likelier than `floor`.

        Returns the floor, which rises with the best reading found (unless not `rising`).
        """
        effort, rows = self.effort, self.rows
        for reading in level:
            score = reading.score
            if score <= floor:
                continue
            row = rows.get(reading.context)
            if row is None:
                row = rows[reading.context] = Row(self.model, reading.context)
            choice = letters(reading)
            effort.left -= len(choice)
            for letter in choice:
                total = score + row[letter.folded] - letter.price
                if total > floor:
                    found.append((total, reading, letter))
                    if rising and total - MARGIN > floor:
                        floor = total - MARGIN
        return floor

    def _closing(self, reading: Reading, second: int) -> Sequence[Letter]:
        """Characters that end in `second` and begin with one of the reading's open leads."""
        leads = reading.leads
        if len(leads) == 1:
            (lead,) = leads
            letter = self.letters.direct(lead, second)
            return (letter,) if letter else ()
        return self.letters.ending(
            leads, second, self._behind(reading), first=not reading.text, usual_too=self._usual_too
        )

    def _vanishing(self, reading: Reading) -> Sequence[Letter]:
        """Characters that may stand open and whose second byte went with a vanished pair."""
        return self.letters.hiding(
            reading.leads, self._behind(reading), first=not reading.text, usual_too=self._usual_too
        )

    def _lost_second(self, reading: Reading) -> Sequence[Letter]:
        leads = reading.leads
        if len(leads) == 1:
            (lead,) = leads
            return self.letters.by_lead.get(lead, ())
        behind = self._behind(reading).by_lead
        return (*(x for x in _STOPS_AND_SIGNS if x.lead in leads), *(x for lead in leads for x in behind.get(lead, ())))

    def _behind(self, reading: Reading) -> Behind:
        last = reading.context[-1]
        found = self.near.get(last)
        if found is None:
            found = self.near[last] = self.letters.behind(last, self.model.followers(last))
        return found


Step = tuple[float, Reading, Letter]
"""A reading and the letter that follows it, with the score of both; readings are made of the best steps only."""


def scored(model: Local | language.Model, context: str, char: str) -> float:
    """Log probability of `char` behind `context`. Blanks begin a text anew."""
    if char == "\u3000":
        return -BLANK if context[-1] in "\n。！？；" or context.endswith("部分") else -BLANK_WITHIN
    odd = int(char in _NOT_BEHIND_STOPS and context[-1] in _STOPS) + 2 * (context[-1] == "\n" and char in _NEVER_FIRST)
    odd += char == context[-1] and char in _NEVER_FIRST
    return model.after(context, char) - ODD * odd


def moved(context: str, char: str) -> str:
    """The context behind `char`. Behind the number of a heading its wording begins as a line does."""
    if char == "\u3000":
        return "\n"
    context += char
    if char in "）、" and language.ENUMERATED.fullmatch(context):
        return "\n"
    return context[1 - language.ORDER :]


def line_score(model: Local | language.Model, before: str, behind: str) -> float:
    """Log probability of `behind` as text behind `before`."""
    context, total = context_of(before), 0.0
    for char in folded(behind):
        total += scored(model, context, char)
        context = moved(context, char)
    return total


def unlikeliest(model: Local | language.Model, before: str, read: str) -> float:
    """Log probability of the unlikeliest character of `read` behind `before`; 0 if there is none."""
    context, least = context_of(before), 0.0
    for char in folded(read):
        least = min(least, scored(model, context, char))
        context = moved(context, char)
    return least


_STOPS, _NOT_BEHIND_STOPS = frozenset("，、（《“\u3000"), frozenset("\n。，、；：？！）》”")
"""A line does not end behind a sign of the first set, nor do these signs follow one another."""

_NEVER_FIRST = frozenset("。，、；：？！）》”")
"""Signs that no line begins with."""

ODD = 4.0
"""Price where they do."""


def context_of(before: str) -> str:
    """What the model is to see of the text before a run."""
    line = folded(before[-12:]).rstrip("\u3000\r\t")
    line = language.ENUMERATED.sub("", "\n" + line[line.rfind("\n") + 1 :]).removeprefix("\n")
    return ("\n" + line)[1 - language.ORDER :]


def _best(steps: list[Step], leads: frozenset[int] | None, count: int) -> list[Reading]:
    """Readings of the likeliest steps. Of those that go on alike two are kept: the second shows how sure the first is.

    `leads` open the next character; None where it vanished.
    """
    steps.sort(key=_score, reverse=True)
    kept: dict[tuple[str, int], int] = {}
    best: list[Reading] = []
    for score, reading, letter in steps:
        context = moved(reading.context, letter.folded)
        key = (context, letter.second if leads is None else 0)
        same_ = kept[key] = kept.get(key, 0) + 1
        if same_ <= 2:
            opened = gbk.VANISHED[letter.second] if leads is None else leads
            best.append(Reading(score, context, reading.text + letter.char, opened))
            if len(best) == count:
                break
    return best


def _score(step: Step) -> float:
    return step[0]


@lru_cache(maxsize=4096)
def same(first: str, second: str) -> bool:
    """Whether two readings differ in the form of their characters only."""
    return folded(first) == folded(second)
