"""Readings of a shifted run that hide characters: between two that stand, others may have vanished without a trace.

主动公开工作 read one byte off leaves what 主动工作 leaves, because GBK defines none of the pairs that 公开 became. A
reading is certain only where no such insertion would be nearly as likely as the reading itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from crawler.text import gbk, lexicon

MOST = 4
"""Characters of an insertion; five pairs in a row hardly ever vanish."""

NEARLY = 7.0
"""An insertion this much less likely than the reading, in natural logarithms, still makes it a guess."""

EFFORT = 100_000
"""Pairs looked at for one text; where they do not suffice nothing is certain."""


class Spent(Exception):
    """The effort of a text is used up."""


@dataclass(slots=True)
class Effort:
    """What is left to be looked at in one text."""

    left: int = EFFORT

    def take(self, count: int) -> None:
        """Use some of it. Raises Spent when there is not so much."""
        self.left -= count
        if self.left < 0:
            raise Spent


def certain(
    before: str, restored: str, behind: str, *, swallowed: bool, model: lexicon.Model, effort: Effort | None = None
) -> bool:
    """Whether nothing plausible can have vanished from a reading.

    Args:
        before: the character before the run's mark; its place is where the run may have begun earlier.
        restored: the reading.
        behind: what the model should think stands behind it.
        swallowed: the run ends in a second mark, so the last character's second byte is inferred.
        model: the field's character pairs.
        effort: shared by the readings of one text.
    """
    try:
        return _Check(model, effort or Effort()).certain(before, restored, behind, swallowed)
    except Spent:
        return False


@dataclass(frozen=True, slots=True)
class _Check:
    model: lexicon.Model
    effort: Effort

    def certain(self, before: str, restored: str, behind: str, swallowed: bool) -> bool:
        places: list[tuple[str, str | None, str]] = [(lexicon.folded(before), None, restored[0])]
        places += [(lexicon.folded(x), x, y) for x, y in pairwise(restored)]
        if any(self._inserted(left, char, right) for left, char, right in places if gbk.encode(right)):
            return False
        return not swallowed or not self._goes_on(restored, lexicon.folded(behind))

    def _inserted(self, left: str, char: str | None, right: str) -> bool:
        """Whether characters that leave no trace fit between two of the reading; `char` None is the run's mark."""
        code, end = gbk.encode(char) if char else None, gbk.encode(right)
        if end is None or (char is not None and (code is None or not _vanishes(code[1], end[0]))):
            return False
        floor = self.model.pair(left, lexicon.folded(right)) - NEARLY
        return any(
            _vanishes(second, end[0]) and score + self.model.pair(last, lexicon.folded(right)) > floor
            for last, second, score in self._chains(left, code[1] if code else None, floor)
        )

    def _goes_on(self, restored: str, behind: str) -> bool:
        """Whether the run may have gone on behind the reading's last Chinese character up to the second mark."""
        chars = [char for char in restored if gbk.encode(char)]
        if len(chars) < 2:
            return True
        before, last = lexicon.folded(chars[-2]), chars[-1]
        code = gbk.encode(last)
        floor = self.model.pair(before, lexicon.folded(last)) + self.model.pair(lexicon.folded(last), behind) - NEARLY
        return any(
            self.model.pair(before, lexicon.folded(other)) + score + self.model.pair(end, behind) > floor
            for other in gbk.last_chars(gbk.one(code[0] if code else 0))
            for second in [(gbk.encode(other) or (0, 0))[1]]
            for end, _, score in self._chains(lexicon.folded(other), second, floor)
        )

    def _chains(self, left: str, lead: int | None, floor: float) -> Iterator[tuple[str, int, float]]:
        """(last character, its second byte, log probability) of likely sequences that vanish behind `left`."""
        open_: list[tuple[str, int | None, float, int]] = [(left, lead, 0.0, 0)]
        while open_:
            last, byte, score, length = open_.pop()
            followers = self.model.followers(last)
            self.effort.take(len(followers))
            for follower in followers:
                gained = score + self.model.pair(last, follower)
                if gained <= floor:
                    continue
                for _, first, second in gbk.spellings(follower):
                    if second >= 0x80 and (byte is None or _vanishes(byte, first)):
                        yield follower, second, gained
                        if length + 1 < MOST:
                            open_.append((follower, second, gained, length + 1))


def _vanishes(lead: int, second: int) -> bool:
    return second in gbk.VANISHED.get(lead, gbk.NONE)
