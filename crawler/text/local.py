"""The language model as one page speaks: its names and phrases count more than those of all other reports."""

from __future__ import annotations

import math
import re
from collections import Counter

from crawler.text.language import ORDER, Model, folded

STRENGTH, DISCOUNT = 20.0, 0.7
"""How much a page must have seen of a context to be believed against the model, and what is taken from each count.

Tuned on real reports that are not kept here, each line judged by the other lines of its report.
"""

CHARS = 12_000
"""Characters of the page that are counted, from its beginning."""

NOBODY: frozenset[str] = frozenset()

_OTHER = re.compile(r"[^\u3000-\u303f\u3400-\u9fff\uff00-\uffef0-9().,;:%?\n]+")


class Local:
    """A model adapted to one page. Characters and contexts are `folded`; contexts have less than `ORDER` characters."""

    def __init__(self, model: Model, page: str) -> None:
        """Count `page`: text or HTML source, of which the Chinese counts."""
        self._model = model
        self.known: dict[str, float] = {}
        self._rows: dict[str, tuple[list[tuple[str, float, float]], float]] = {}
        self._seen: dict[str, int] = {}
        self._totals: dict[str, int] = {}
        self._kinds: dict[str, int] = {}
        followers: dict[str, set[str]] = {}
        page = "\n" + folded(_OTHER.sub("\n", page[: 20 * CHARS])[:CHARS]) + "\n"
        for length in range(2, ORDER + 1):
            runs = Counter([page[i : i + length] for i in range(len(page) - length + 1)])
            self._seen.update(runs)
            for run, count in runs.items():
                before = run[:-1]
                self._totals[before] = self._totals.get(before, 0) + count
                self._kinds[before] = self._kinds.get(before, 0) + 1
                if length == 2:
                    followers.setdefault(before, set()).add(run[1])
        self._followers = {char: frozenset(found) for char, found in followers.items()}

    def after(self, context: str, char: str) -> float:
        """Natural logarithm of the probability of `char` behind `context`; always finite."""
        key = context + char
        known = self.known.get(key)
        if known is None:
            if len(self.known) > 300_000:  # a hostile text must not fill the memory
                self.known.clear()
                self._rows.clear()
            known = self.known[key] = self._after(context, char)
        return known

    def _after(self, context: str, char: str) -> float:
        score = self._model.after(context, char)
        row = self._rows.get(context)
        if row is None:
            row = self._rows[context] = self._levels(context)
        levels, unseen = row
        if not levels or char not in self._followers.get(context[-1], NOBODY):
            return score + unseen
        chance = math.exp(score)
        for before, total, left in levels:
            chance = (max(self._seen.get(before + char, 0) - DISCOUNT, 0.0) + left * chance) / total
        return math.log(chance)

    def _levels(self, context: str) -> tuple[list[tuple[str, float, float]], float]:
        """What the page knows of a context: (run, total, what is left) of its ends, the shortest first; and the
        logarithm of what all of them leave to a character that was never seen behind."""
        levels: list[tuple[str, float, float]] = []
        unseen = 0.0
        for start in range(len(context) - 1, -1, -1):
            before = context[start:]
            total = self._totals.get(before)
            if total is None:
                break
            left = DISCOUNT * self._kinds[before] + STRENGTH
            levels.append((before, total + STRENGTH, left))
            unseen += math.log(left / (total + STRENGTH))
        return levels, unseen

    def followers(self, char: str) -> frozenset[str]:
        """Characters that stand behind `char` on this page."""
        return self._followers.get(char, NOBODY)
