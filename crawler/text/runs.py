"""Runs of characters and how often each was seen, in a few megabytes instead of two hundred.

A run of one to five characters is one whole number: its characters are digits, the first one the highest. Runs with one
beginning are therefore neighbours in a sorted array, and what is known of a context is read off its stretch of the next
array. A dictionary of strings holds the same and costs a crawl of many portals more memory than everything else in it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from typing import NamedTuple

LARGEST = 2**64


class Stretch(NamedTuple):
    """The runs that begin with one context and are longer by one character."""

    length: int
    """Characters of the context."""
    beginning: int
    """The context's number, one digit further to the left: what a follower's digit is added to."""
    first: int
    last: int
    """Places in the array of longer runs: from `first`, before `last`."""


class Runs:
    """Counts of runs of up to `order` characters; of a run that can be lengthened to the left, how many characters
    did so (what Kneser-Ney smoothing counts)."""

    def __init__(self, lines: list[str], order: int) -> None:
        """Count the runs of `lines`, each of which stands for itself.

        Raises:
            ValueError: the lines have so many different characters that a run would not fit into 64 bits.
        """
        self._digits = {char: digit for digit, char in enumerate(sorted(set().union(*lines)))}
        self._base = max(2, len(self._digits))
        if self._base**order > LARGEST:
            raise ValueError(f"{self._base} different characters: runs of {order} do not fit into 64 bits")
        self._keys: list[array[int]] = [array("Q") for _ in range(order + 1)]
        self._counts: list[array[int]] = [array("L") for _ in range(order + 1)]
        numbers = [[self._digits[char] for char in line] for line in lines]
        self._count(order, chain.from_iterable(self._longest(line, order) for line in numbers))
        for length in range(order - 1, 0, -1):
            highest = self._base**length
            shorter = [key % highest for key in self._keys[length + 1]]
            # nothing stands to the left of a line's beginning
            shorter += [self._number(line[:length]) for line in numbers if len(line) >= length]
            self._count(length, shorter)

    def _longest(self, digits: list[int], order: int) -> Iterator[int]:
        """The runs of `order` characters of a line: each is the one before without its first, and one more."""
        base, highest = self._base, self._base ** (order - 1)
        number = self._number(digits[: order - 1])
        for digit in digits[order - 1 :]:
            number = number % highest * base + digit
            yield number

    def _number(self, digits: list[int]) -> int:
        number = 0
        for digit in digits:
            number = number * self._base + digit
        return number

    def _count(self, length: int, numbers: Iterable[int]) -> None:
        seen = Counter(numbers)
        self._keys[length] = array("Q", sorted(seen))
        self._counts[length] = array("L", map(seen.__getitem__, self._keys[length]))

    def behind(self, context: str) -> Stretch | None:
        """What was seen behind `context` (shorter than the longest run); None if nothing was."""
        beginning = 0
        for char in context:
            digit = self._digits.get(char)
            if digit is None:
                return None
            beginning = (beginning + digit) * self._base
        keys = self._keys[len(context) + 1]
        first = bisect_left(keys, beginning)
        last = bisect_left(keys, beginning + self._base, first, min(len(keys), first + self._base))
        return Stretch(len(context), beginning, first, last) if first < last else None

    def counts(self, stretch: Stretch) -> array[int]:
        """The counts of all runs of a stretch."""
        return self._counts[stretch.length + 1][stretch.first : stretch.last]

    def followers(self, stretch: Stretch) -> Iterator[str]:
        """The characters of a stretch that stand behind its context."""
        chars = list(self._digits)
        return (chars[key % self._base] for key in self._keys[stretch.length + 1][stretch.first : stretch.last])

    def count(self, stretch: Stretch, char: str) -> int:
        """How often `char` was seen behind the context of a stretch."""
        digit = self._digits.get(char)
        if digit is None:
            return 0
        keys = self._keys[stretch.length + 1]
        place = bisect_left(keys, stretch.beginning + digit, stretch.first, stretch.last)
        if place < stretch.last and keys[place] == stretch.beginning + digit:
            return self._counts[stretch.length + 1][place]
        return 0


class SortedWords:
    """Words in their order, one string in memory; a sequence that `bisect` reads."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take `words`, sorted."""
        listed = list(words)
        self._ends = array("L", accumulate(map(len, listed), initial=0))
        self._text = "".join(listed)
        self._first: dict[str, tuple[int, int]] = {}
        place = 0
        while place < len(listed):
            first = listed[place][:1]
            end = bisect_left(listed, chr(ord(first) + 1), place)
            self._first[first] = (place, end)
            place = end

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        return self._text[self._ends[place] : self._ends[place + 1]]

    def beginning(self, beginning: str) -> tuple[int, int]:
        """Places of the words that begin so: from the first, before the last."""
        known = self._first.get(beginning[:1])
        if known is None or len(beginning) < 2:
            return known or (0, 0)
        first = bisect_left(self, beginning, *known)
        return first, bisect_left(self, beginning + "\U0010ffff", first, known[1])
