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
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import accumulate
from pathlib import Path

from crawler.text.script import simplify_char

ORDER = 5
"""Characters of the longest run that is counted."""

DISCOUNTS = (0.0, 0.75, 1.1, 1.4)
"""Taken from the count of a run seen never, once, twice, more often. Tuned on real reports that are not kept here."""

FIELD = 0.3
"""Weight of the prose's single characters against general Chinese, below all longer runs."""

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


class Model:
    """The model. Build it with `model()`, which does so once."""

    def __init__(self, lines: Iterable[str], words: Iterable[tuple[str, int]]) -> None:
        """Count `lines` (each a paragraph, heading or label) and `words` (with their frequency)."""
        self.words = Words(words)
        self._seen = _counted(lines)
        self._contexts, self._behind = _contexts(self._seen)
        self._alone = max(1, self._contexts.get("", (0, 0.0))[0])
        self._known: dict[str, float] = {}
        self._rows: dict[str, tuple[list[tuple[str, int, float]], float]] = {}
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
            if len(self._known) > 300_000:  # a hostile text must not fill the memory
                self._known.clear()
            known = self._known[key] = math.log(self._chance(key[:-1], char))
        return known

    def _chance(self, context: str, char: str) -> float:
        chance = FIELD * self._seen.get(char, 0) / self._alone + (1 - FIELD) * self._lowest(context, char)
        row = self._rows.get(context)
        if row is None:
            if len(self._rows) > 100_000:
                self._rows.clear()
            row = self._rows[context] = self._levels(context)
        levels, unseen = row
        if not levels or char not in self._behind[levels[0][0]]:
            return chance * unseen
        seen = self._seen
        for before, total, loose in levels:
            count = seen.get(before + char, 0)
            chance = (count - DISCOUNTS[count if count < 3 else 3] + loose * chance) / total
        return chance

    def _levels(self, context: str) -> tuple[list[tuple[str, int, float]], float]:
        """What the prose knows of a context: (run, total, what is left) of its ends, the shortest first; and what all
        of them leave to a character that was never seen behind."""
        levels: list[tuple[str, int, float]] = []
        unseen = 1.0
        for start in range(len(context) - 1, -1, -1):
            before = context[start:]
            known = self._contexts.get(before)
            if known is None:
                break
            total, loose = known
            levels.append((before, total, loose))
            unseen *= loose / total
        return levels, unseen

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
            found = frozenset(self._behind.get(char, "")).union(*self.words.inside(char))
            self._followers[char] = found
        return found

    @property
    def alphabet(self) -> frozenset[str]:
        """Characters of the prose, and those that the dictionary knows as words and that are not rare."""
        return frozenset(run for run in self._seen if len(run) == 1).union(self.words.letters())

    def alone(self, char: str) -> float:
        """Natural logarithm of the probability of `char` (folded) wherever it may stand."""
        return self.after("", char)


def _contexts(seen: dict[str, int]) -> tuple[dict[str, tuple[int, float]], dict[str, str]]:
    """What follows each run: how often anything does, and what the discounts leave over; and which characters stand
    behind a single one.

    Nearly all runs share a few values, and the keys are those of `seen`: half a million objects less in memory.
    """
    pool: dict[tuple[int, float], tuple[int, float]] = {}
    own = {run: run for run in seen if len(run) < ORDER}
    found: dict[str, tuple[int, float]] = {}
    behind: dict[str, str] = {}
    for run, count in seen.items():
        before = run[:-1]
        before = own.get(before, before)
        total, loose = found.get(before, (0, 0.0))
        value = (total + count, loose + DISCOUNTS[count if count < 3 else 3])
        found[before] = pool.setdefault(value, value)
        if len(run) == 2:
            behind[before] = behind.get(before, "") + run[1]
    return found, behind


def _counted(lines: Iterable[str]) -> dict[str, int]:
    """Runs of characters and their counts; of a run that can be lengthened to the left, how many characters did so."""
    padded = ["\n" + folded(line) + "\n" for line in lines]
    padded += ["\n" + line[found.end() :] for line in padded if (found := ENUMERATED.match(line))]
    longest: Counter[str] = Counter()
    for line in padded:
        longest.update([line[i : i + ORDER] for i in range(len(line) - ORDER + 1)])
    counts: dict[str, int] = dict(longest)
    level: Iterable[str] = longest
    for length in range(ORDER - 1, 0, -1):
        shorter: dict[str, int] = Counter([run[1:] for run in level])
        for line in padded:  # nothing stands to the left of a line's beginning
            if len(line) >= length:
                shorter[line[:length]] = shorter.get(line[:length], 0) + 1
        counts.update(shorter)
        level = shorter
    return counts


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
        self._words = [word for word, _ in pairs]
        self._sums = [0, *accumulate(count for _, count in pairs)]
        self._total = max(1, self._sums[-1])
        self._known: dict[str, tuple[float, float]] = {}
        self._following: dict[str, dict[str, float]] = {}
        self._rows: dict[str, tuple[list[tuple[float, dict[str, float]]], float, float]] = {}

    def share(self, beginning: str) -> tuple[float, float]:
        """Probability that a word begins so, and that it is just this."""
        known = self._known.get(beginning)
        if known is None:
            if len(self._known) > 200_000:
                self._known.clear()
            first = bisect_left(self._words, beginning)
            last = bisect_left(self._words, beginning + "\U0010ffff", first)
            sums = self._sums
            same = sums[first + 1] - sums[first] if first < last and self._words[first] == beginning else 0
            known = self._known[beginning] = (sums[last] - sums[first]) / self._total, same / self._total
        return known

    def inside(self, char: str) -> Iterator[str]:
        """Characters that stand second in the words that begin with `char`, but for rare ones."""
        first = bisect_left(self._words, char)
        last = bisect_left(self._words, char + "\U0010ffff", first)
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
            word for i, word in enumerate(self._words) if len(word) == 1 and self._sums[i + 1] - self._sums[i] > least
        )

    def chance(self, context: str, char: str) -> float:
        """Probability of `char` behind `context`: the last word may have begun anywhere in it, or ended with it."""
        first = self.share(char)[0]
        if not context:
            return first
        row = self._rows.get(context)
        if row is None:
            if len(self._rows) > 50_000:
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
            if len(self._following) > 50_000:
                self._following.clear()
            found = self._following[beginning] = {}
            place, size = bisect_left(self._words, beginning), len(beginning)
            for at in range(place, len(self._words)):
                word = self._words[at]
                if not word.startswith(beginning):
                    break
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
    """The model, built on first use (a third of a second); only damaged or doubtful pages need it."""
    return Model(prose(), words())
