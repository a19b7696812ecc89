"""Prose that was copied from the year before, told by the runs of characters that two texts share (shingling)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from crawler.reports.across.model import Filed
from crawler.reports.model import Finding

_RUN = 8
"""Characters of a run: shorter ones are common to all reports."""
_SHORTEST = 200
"""Characters that a section must have: below that set phrases make up all of it."""
_ALIKE = 0.85
"""Share of common runs (Jaccard) from which a section counts as copied."""
_LONGEST = 60_000
_SET_PHRASES = frozenset({"other", "fees", "review", "requests", "complaints"})
"""Sections whose words are those of the form: the same each year without being copied."""


def same_words(before: Filed, after: Filed) -> Iterator[Finding]:
    """XY-6 for prose: sections that say in the same words, numbers apart, what they said the year before."""
    for section, text in after.prose.items():
        old = before.prose.get(section)
        if old is None or section in _SET_PHRASES:
            continue
        share = likeness(old, text)
        if share >= _ALIKE:
            percent = f"{int(share * 100)} %"
            message = f"{section}: {percent} of the words are those of {before.year}, numbers apart"
            yield Finding("XY-6", "info", message, percent, where=section)


def likeness(left: str, right: str) -> float:
    """Share of common runs of two texts, 0 to 1, numbers and marks apart; 0 where one of them is short."""
    one, two = folded(left), folded(right)
    short, long = sorted((len(one), len(two)))
    # Two texts of which one is much longer cannot share so many runs.
    if short < _SHORTEST or short < _ALIKE * 0.8 * long:
        return 0.0
    if one == two:
        return 1.0
    first, second = _runs(one), _runs(two)
    return min(len(first & second) / len(first | second), 0.999)


def folded(text: str) -> str:
    """Letters and ideographs alone; each number is one 0."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST])
    return re.sub(r"\d+", "0", re.sub(r"[\W_]+", "", plain))


def _runs(text: str) -> set[str]:
    return {text[at : at + _RUN] for at in range(len(text) - _RUN + 1)}
