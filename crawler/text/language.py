"""A model of the field's Chinese: how likely a character is behind the three before it.

Two sources. Prose, headings and labels written for this project (`phrases.txt`, `prose/*.txt`) give runs of one to
four characters; jieba's dictionary gives what general Chinese looks like, as words that follow one another by chance.
The longer run is trusted as far as it was seen (Witten-Bell), the shorter one takes the rest.

All characters are `folded` first, so one model serves both scripts and normalised copies.
"""

from __future__ import annotations

import importlib.util
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from crawler.text.script import simplify_char

ORDER = 4
"""Characters of the longest run that is counted."""

UNKNOWN = 1e-7
"""Probability of a character that neither source holds (there are some 20,000 of them)."""

NUMBER = "0"
"""All ASCII digits are one character to the model."""

_WIDE = str.maketrans(",;:?!()<> \xa0123456789", "，；：？！（）《》\u3000\u3000000000000")


_FOLDED: dict[int, str] = {}


def folded(text: str) -> str:
    """One spelling for what means the same: simplified script, full-width signs, `0` for every digit.

    The result has the length of `text`.
    """
    table = _FOLDED
    try:
        return "".join([table[ord(char)] for char in text])
    except KeyError:
        for char in set(text):
            table[ord(char)] = simplify_char(char.translate(_WIDE))
        return "".join([table[ord(char)] for char in text])


@dataclass(frozen=True, slots=True)
class _Run:
    """What follows one run of characters: how often anything did, how many different characters did."""

    total: int
    kinds: int


class Model:
    """The model. Build it with `model()`, which does so once."""

    def __init__(self, lines: Iterable[str], words: Iterable[tuple[str, int]]) -> None:
        """Count `lines` (each a paragraph, heading or label) and `words` (with their frequency)."""
        self._seen: Counter[str] = Counter()
        self._after: dict[str, _Run] = {}
        self._general = _General(words)
        self._known: dict[tuple[str, str], float] = {}
        followers: dict[str, set[str]] = {}
        for line in lines:
            padded = "\n" + folded(line) + "\n"
            for length in range(1, ORDER + 1):
                self._seen.update(padded[i : i + length] for i in range(len(padded) - length + 1))
        totals: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for run, count in self._seen.items():
            totals[run[:-1]] += count
            kinds[run[:-1]] += 1
            if len(run) == 2:
                followers.setdefault(run[0], set()).add(run[1])
        self._after = {run: _Run(total, kinds[run]) for run, total in totals.items()}
        self._followers = {char: frozenset(found) for char, found in followers.items()}

    def after(self, context: str, char: str) -> float:
        """Natural logarithm of the probability of `char` behind `context` (both folded); always finite.

        Args:
            context: what stands before; its last three characters count. Begin a text with `"\\n"`.
            char: one character.
        """
        context = context[1 - ORDER :]
        key = (context, char)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = math.log(self._chance(context, char))
            if len(self._known) > 400_000:  # a hostile text must not fill the memory
                self._known.clear()
        return known

    def _chance(self, context: str, char: str) -> float:
        chance = self._general.chance(context, char)
        for start in range(len(context), -1, -1):
            run = self._after.get(context[start:])
            if run is None:
                break
            seen = self._seen.get(context[start:] + char, 0)
            chance = (seen + run.kinds * chance) / (run.total + run.kinds)
        return chance

    def score(self, text: str) -> float:
        """Natural logarithm of the probability of `text` as a line; divide by its length to compare lengths."""
        line = "\n" + folded(text)
        return sum(self.after(line[max(0, i + 1 - ORDER) : i], line[i]) for i in range(1, len(line)))

    def followers(self, char: str) -> frozenset[str]:
        """Characters that stand behind `char` (folded) in the project's prose or inside a dictionary word."""
        return self._followers.get(char, frozenset()) | self._general.followers(char)


class _General:
    """General Chinese: words of a dictionary, one after the other by chance."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        self._alone: Counter[str] = Counter()
        self._first: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()
        self._triples: Counter[str] = Counter()
        for word, count in words:
            if len(word) > 8:
                continue
            count += 1
            self._first[word[0]] += count
            for i, char in enumerate(word):
                self._alone[char] += count
                if i:
                    self._pairs[word[i - 1 : i + 1]] += count
                if i > 1:
                    self._triples[word[i - 2 : i + 1]] += count
        self._total = max(1, self._alone.total())
        self._starts = max(1, self._first.total())
        self._going_on: Counter[str] = Counter()
        behind: dict[str, set[str]] = {}
        for pair, count in self._pairs.items():
            self._going_on[pair[0]] += count
            if count > COMMON_PAIR:
                behind.setdefault(pair[0], set()).add(pair[1])
        for triple, count in self._triples.items():
            self._going_on[triple[:2]] += count
        self._behind = {char: frozenset(found) for char, found in behind.items()}

    def followers(self, char: str) -> frozenset[str]:
        return self._behind.get(char, frozenset())

    def chance(self, context: str, char: str) -> float:
        """Probability of `char` behind the last two characters of `context`."""
        start = 0.97 * self._first.get(char, 0) / self._starts + 0.02 * self._alone.get(char, 0) / self._total + UNKNOWN
        before = context[-1:]
        inside = self._going_on.get(before, 0)
        if not inside:
            return start
        # A character goes on as often as words held it inside, of all the times it stood anywhere.
        going_on = inside / (self._alone[before] + 1)
        chance = going_on * self._pairs.get(before + char, 0) / inside + (1 - min(going_on, 0.98)) * start
        triples = self._going_on.get(context[-2:], 0) if len(context) > 1 else 0
        if triples:
            share = triples / (self._pairs.get(context[-2:], 0) + 1)
            share = min(share, 0.95)
            return share * self._triples.get(context[-2:] + char, 0) / triples + (1 - share) * chance
        return chance


COMMON_PAIR = 20
"""Frequency in the dictionary from which on a pair of characters is worth trying."""


def prose() -> Iterator[str]:
    """The project's own lines: headings, labels and phrases, then paragraphs; comments left out."""
    room = resources.files("crawler.text")
    for file in (room.joinpath("phrases.txt"), *sorted(room.joinpath("prose").iterdir(), key=lambda file: file.name)):
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line or line.startswith(("#", "*")):
                continue
            if " " in line and file.name == "phrases.txt":
                yield from line.split(" ")  # a list of words
            else:
                yield line


def words() -> Iterator[tuple[str, int]]:
    """jieba's dictionary: word and frequency. The package itself, which prepares much more, is not imported."""
    found = importlib.util.find_spec("jieba")
    folders = found.submodule_search_locations if found else None
    if not folders:
        raise ModuleNotFoundError("jieba is not installed: its dictionary is needed to repair damaged text")
    text = Path(folders[0], "dict.txt").read_text(encoding="utf-8")
    for match in _WORD.finditer(text):
        yield match[1], int(match[2])


_WORD = re.compile(r"^([\u3400-\u9fff]+) (\d+) ", re.M)


@cache
def model() -> Model:
    """The model, built on first use (about a second); only damaged or doubtful pages need it."""
    return Model(prose(), words())
