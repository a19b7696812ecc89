"""Counts of runs of characters, packed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.runs import Runs, SortedWords

ORDER = 4
LINES = st.lists(st.text("政府信息。\n", max_size=12), max_size=6)


def plain_counts(lines: list[str]) -> dict[str, int]:
    """The same by the definition: the longest runs are counted, shorter ones by what stands to their left."""
    longest = Counter(line[i : i + ORDER] for line in lines for i in range(len(line) - ORDER + 1))
    counts: dict[str, int] = dict(longest)
    level = set(longest)
    for length in range(ORDER - 1, 0, -1):
        shorter = Counter(run[1:] for run in level) + Counter(line[:length] for line in lines if len(line) >= length)
        counts |= shorter
        level = set(shorter)
    return counts


@given(LINES)
def test_packed_counts_are_the_plain_ones(lines: list[str]) -> None:
    runs, plain = Runs(lines, ORDER), plain_counts(lines)
    contexts = {""} | {run[:-1] for run in plain} | {"请", "政请"}
    for context in contexts:
        behind = {run[-1]: count for run, count in plain.items() if run[:-1] == context}
        stretch = runs.behind(context)
        if stretch is None:
            assert not behind
            continue
        assert set(runs.followers(stretch)) == set(behind)
        assert sum(runs.counts(stretch)) == sum(behind.values())
        assert {char: runs.count(stretch, char) for char in "政府信息。\n请"} == {
            char: behind.get(char, 0) for char in "政府信息。\n请"
        }


def test_too_many_characters_are_refused_rather_than_confused() -> None:
    line = "".join(chr(0x4E00 + i) for i in range(8000))
    with pytest.raises(ValueError, match="8000 different characters"):
        Runs([line], 5)


@given(st.lists(st.text("政府信", min_size=1, max_size=4), unique=True), st.text("政府信息", max_size=3))
def test_words_with_one_beginning_are_neighbours(words: list[str], beginning: str) -> None:
    words.sort()
    held = SortedWords(words)
    assert [held[i] for i in range(len(held))] == words
    if beginning:
        first, last = held.beginning(beginning)
        assert words[first:last] == [word for word in words if word.startswith(beginning)]
