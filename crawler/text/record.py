"""The log entry of one kind of repair, collected while it works."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.text.model import Repair

SHOWN = 40
"""Characters of a sample."""


@dataclass(slots=True)
class Log:
    """Counts the repairs of one kind and keeps the first as the sample."""

    kind: str
    count: int = 0
    sample: tuple[str, str] = ("", "")

    def note(self, before: str, after: str, count: int = 1) -> None:
        """Record `count` repairs, of which `before` -> `after` is an example."""
        if not self.count:
            self.sample = (before[:SHOWN], after[:SHOWN])
        self.count += count

    def repair(self) -> Repair | None:
        """The finished entry, None if nothing was repaired."""
        return Repair(self.kind, self.count, self.sample) if self.count else None


def first_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts around the place where they begin to differ."""
    at = next((i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    start = max(0, at - 10)
    return before[start : start + SHOWN].strip(), after[start : start + SHOWN].strip()
