"""A model of the field's Chinese: how likely a character is behind the four before it.

Two sources. Prose, headings and labels written for this project (`phrases.txt`, `prose/*.txt`) give runs of one to
five characters, each run of characters discounted and the rest left to the shorter one (interpolated Kneser-Ney
smoothing with three discounts: Chen and Goodman, "An empirical study of smoothing techniques for language modeling",
1998). Below them stands general Chinese: the words of jieba's dictionary with their frequencies, one after the other by
chance, where the words begin being unknown (`Words`).

All characters are `folded` first, so one model serves both scripts and normalised copies.
"""

from __future__ import annotations

import importlib.util
import math
import re
from array import array
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import accumulate
from pathlib import Path

from crawler.text.runs import Runs, SortedWords, Stretch
from crawler.text.script import simplify_char

ORDER = 5
"""Characters of the longest run that is counted."""

DISCOUNTS = (0.0, 0.75, 1.1, 1.4)
"""Taken from the count of a run seen never, once, twice, more often. Tuned on real reports that are not kept here."""

FIELD = 0.3
"""Weight of the prose's single characters against general Chinese, below all longer runs."""

MOST_KEPT = 50_000
"""Results of one kind that are remembered; enough for many pages of one kind, and a bound for long crawls."""

NUMBER = "0"
"""All ASCII digits are one character to the model."""

ENUMERATED = re.compile("\n?（[一二三四五六七八九十0]{1,3}）|\n[一二三四五六七八九十0]{1,3}、")
"""The number of a heading, folded, at the beginning of a line."""

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


Level = tuple[Stretch, int, float]
"""Runs behind one end of a context, how often anything follows it, and what the discounts leave over."""


class Model:
    """The model. Build it with `model()`, which does so once."""

    def __init__(self, lines: Iterable[str], words: Iterable[tuple[str, int]]) -> None:
        """Count `lines` (each a paragraph, heading or label) and `words` (with their frequency)."""
        self.words = Words(words)
        self._runs = Runs(_padded(lines), ORDER)
        single = self._runs.behind("")
        self._single = single
        self._alone = max(1, sum(self._runs.counts(single)) if single else 0)
        self._known: dict[str, float] = {}
        self._rows: dict[str, tuple[list[Level], float]] = {}
        self._ends: dict[str, Level | None] = {}
        self._followers: dict[str, frozenset[str]] = {}

    def after(self, context: str, char: str) -> float:
        """Natural logarithm of the probability of `char` behind `context` (both folded); always finite.

        Args:
            context: what stands before; its last four characters count. Begin a text with `"\\n"`.
            char: one character.
        """
        key = context[1 - ORDER :] + char
        known = self._known.get(key)
        if known is None:
            if len(self._known) > MOST_KEPT:  # a hostile text must not fill the memory
                self._known.clear()
            known = self._known[key] = math.log(self._chance(key[:-1], char))
        return known

    def _chance(self, context: str, char: str) -> float:
        seen = self._runs.count(self._single, char) if self._single else 0
        chance = FIELD * seen / self._alone + (1 - FIELD) * self._lowest(context, char)
        row = self._rows.get(context)
        if row is None:
            if len(self._rows) > MOST_KEPT:
                self._rows.clear()
            row = self._rows[context] = self._levels(context)
        levels, unseen = row
        for number, (stretch, total, loose) in enumerate(levels):
            count = self._runs.count(stretch, char)
            if not count and not number:
                return chance * unseen
            chance = (count - DISCOUNTS[count if count < 3 else 3] + loose * chance) / total
        return chance

    def _levels(self, context: str) -> tuple[list[Level], float]:
        """What the prose knows of a context: of each of its ends, the shortest first, the runs behind it, how often
        anything follows, and what the discounts leave over; and what all of them leave to a character never seen."""
        levels: list[Level] = []
        unseen = 1.0
        for start in range(len(context) - 1, -1, -1):
            level = self._level(context[start:])
            if level is None:
                break
            levels.append(level)
            unseen *= level[2] / level[1]
        return levels, unseen

    def _level(self, context: str) -> Level | None:
        if context in self._ends:
            return self._ends[context]
        if len(self._ends) > MOST_KEPT:
            self._ends.clear()
        level = None
        stretch = self._runs.behind(context)
        if stretch:
            counts = self._runs.counts(stretch)
            level = stretch, sum(counts), sum([DISCOUNTS[count if count < 3 else 3] for count in counts])
        self._ends[context] = level
        return level

    def _lowest(self, context: str, char: str) -> float:
        """Probability without any run of the prose: general Chinese, and a share for every other sign."""
        if "\u3400" <= char <= "\u9fff":
            return 0.9 * self.words.chance(_han_tail(context), char) + RARE
        if char.isascii() and char.isalpha():
            return LETTER_AGAIN if context[-1:].isascii() and context[-1:].isalpha() else LETTER
        return _SIGNS.get(char, ASCII_SIGN if char.isascii() else RARE)

    def score(self, text: str) -> float:
        """Natural logarithm of the probability of `text` as a line; divide by its length to compare lengths."""
        line = "\n" + folded(text)
        return self.scored(line, 1)

    def scored(self, line: str, start: int) -> float:
        """Natural logarithm of the probability of `line[start:]` behind what stands before it (folded)."""
        return sum([self.after(line[max(0, i + 1 - ORDER) : i], line[i]) for i in range(start, len(line))])

    def followers(self, char: str) -> frozenset[str]:
        """Characters that stand behind `char` (folded) in the project's prose or inside a dictionary word."""
        found = self._followers.get(char)
        if found is None:
            stretch = self._runs.behind(char)
            found = frozenset(self._runs.followers(stretch) if stretch else ()).union(self.words.inside(char))
            self._followers[char] = found
        return found

    @property
    def alphabet(self) -> frozenset[str]:
        """Characters of the prose, and those that the dictionary knows as words and that are not rare."""
        return frozenset(self._runs.followers(self._single) if self._single else ()).union(self.words.letters())

    def alone(self, char: str) -> float:
        """Natural logarithm of the probability of `char` (folded) wherever it may stand."""
        return self.after("", char)


def _padded(lines: Iterable[str]) -> list[str]:
    """Lines with their ends, folded; a numbered heading also without its number."""
    padded = ["\n" + folded(line) + "\n" for line in lines]
    return padded + ["\n" + line[found.end() :] for line in padded if (found := ENUMERATED.match(line))]


RARE = 3e-7
"""Probability of a Chinese character that neither source holds (there are some 20,000 of them), and of other signs."""

LETTER, LETTER_AGAIN = 2e-5, 0.01
"""The same of a Latin letter, and of one behind another."""

ASCII_SIGN = 1e-4
_SIGNS = (
    dict.fromkeys("，。、0\n（）\u3000", 5e-3)
    | dict.fromkeys("“”《》；：？！", 1e-4)
    | dict.fromkeys("〔〕—…·％【】", 1e-5)
)


def _han_tail(context: str) -> str:
    """The Chinese characters at the end of `context`, at most three: words do not reach over signs."""
    start = len(context)
    while start and len(context) - start < 3 and "\u3400" <= context[start - 1] <= "\u9fff":
        start -= 1
    return context[start:]


class Words:
    """General Chinese: words that follow one another by chance.

    The words are sorted, so that those with one beginning are neighbours: nothing is counted before it is asked for.
    """

    UNLISTED = 1e-8
    """Probability of a word of one character that the dictionary does not have."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        """Take `words` with their frequencies, in any order."""
        pairs = sorted(words)
        self._words = SortedWords(word for word, _ in pairs)
        self._sums = array("Q", [0, *accumulate(count for _, count in pairs)])
        self._total = max(1, self._sums[-1])
        self._known: dict[str, tuple[float, float]] = {}
        self._following: dict[str, dict[str, float]] = {}
        self._rows: dict[str, tuple[list[tuple[float, dict[str, float]]], float, float]] = {}

    def share(self, beginning: str) -> tuple[float, float]:
        """Probability that a word begins so, and that it is just this."""
        known = self._known.get(beginning)
        if known is None:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            first, last = self._words.beginning(beginning)
            sums = self._sums
            same = sums[first + 1] - sums[first] if first < last and self._words[first] == beginning else 0
            known = self._known[beginning] = (sums[last] - sums[first]) / self._total, same / self._total
        return known

    def inside(self, char: str) -> Iterator[str]:
        """Characters that stand second in the words that begin with `char`, but for rare ones."""
        first, last = self._words.beginning(char)
        counts: dict[str, int] = {}
        for place in range(first, last):
            second = self._words[place][1:2]
            if second:
                counts[second] = counts.get(second, 0) + self._sums[place + 1] - self._sums[place]
        least = self._total / 1_500_000
        return (second for second, count in counts.items() if count > least)

    def letters(self) -> Iterator[str]:
        """Words of one character that are not rare."""
        least = self._total / 300_000
        return (
            self._words[i]
            for i in range(len(self._words))
            if len(self._words[i]) == 1 and self._sums[i + 1] - self._sums[i] > least
        )

    def chance(self, context: str, char: str) -> float:
        """Probability of `char` behind `context`: the last word may have begun anywhere in it, or ended with it."""
        first = self.share(char)[0]
        if not context:
            return first
        row = self._rows.get(context)
        if row is None:
            if len(self._rows) > MOST_KEPT:
                self._rows.clear()
            row = self._rows[context] = self._row(context)
        begun, ended, inside = row
        going_on = sum([chance * following.get(char, 0.0) for chance, following in begun])
        return (going_on + ended * first) / inside

    def _row(self, context: str) -> tuple[list[tuple[float, dict[str, float]]], float, float]:
        """Words that may have begun in `context`: (chance, what follows in them); the chance that none is open; all."""
        begun = [1.0] + [0.0] * len(context)  # probability that a word begins at each place
        inside = 0.0
        opened: list[tuple[float, dict[str, float]]] = []
        for start in range(len(context)):
            if not begun[start]:
                continue
            begun[start + 1] += begun[start] * self.UNLISTED
            for end in range(start + 1, len(context) + 1):
                some, just = self.share(context[start:end])
                if not some:
                    break
                begun[end] += begun[start] * just
                if end == len(context):
                    inside += begun[start] * some
                    opened.append((begun[start], self.following(context[start:])))
        inside += begun[-2] * self.UNLISTED
        return opened, begun[-1], inside

    def following(self, beginning: str) -> dict[str, float]:
        """Characters that follow `beginning` in words, with the probability of the words that begin so."""
        found = self._following.get(beginning)
        if found is None:
            if len(self._following) > MOST_KEPT:
                self._following.clear()
            found = self._following[beginning] = {}
            size = len(beginning)
            for at in range(*self._words.beginning(beginning)):
                word = self._words[at]
                if len(word) > size:
                    count = self._sums[at + 1] - self._sums[at]
                    found[word[size]] = found.get(word[size], 0.0) + count / self._total
        return found


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
    """jieba's dictionary: words of one to eight characters and their frequencies, and what its places may be called.

    The rarest words (below `RAREST`) are left out, but for places: a report's title names its town or county, however
    small. The package itself, which prepares much more, is not imported.
    """
    found = importlib.util.find_spec("jieba")
    folders = found.submodule_search_locations if found else None
    if not folders:
        raise ModuleNotFoundError("jieba is not installed: its dictionary is needed to repair damaged text")
    text = Path(folders[0], "dict.txt").read_text(encoding="utf-8")
    listed = {word: int(count) for word, count in _WORD.findall(text)}
    places = dict.fromkeys(_named(_PLACE.findall(text)), RAREST)
    yield from (places | listed).items()


RAREST = 4
"""Least frequency of a word, and the one that a place's name is given where the dictionary has none."""

_WORD = re.compile(r"^([\u3400-\u9fff]{1,8}) ([4-9]|\d{2,}) ", re.M)
_PLACE = re.compile(r"^([\u3400-\u9fff]{2,5}) \d+ ns$", re.M)

DIVISIONS = ("县", "市", "区", "镇", "乡", "村", "街道")
"""What places of the dictionary are: it has 綦江县 but not 綦江镇 or 綦江区, and names change with the years."""


def _named(places: Iterable[str]) -> Iterator[str]:
    """Places as they stand, and with each kind of division behind their bare names."""
    for place in places:
        yield place
        bare = place[:-1] if len(place) > 2 and place[-1] in DIVISIONS else place
        if len(bare) < 5:
            yield from (bare + division for division in DIVISIONS)


@cache
def model() -> Model:
    """The model, built on first use (a second); only damaged or doubtful pages need it."""
    return Model(prose(), words())
