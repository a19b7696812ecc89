"""Totals of a coverage table: how much was found of what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crawler.store.coverage import CoverageRow


@dataclass(frozen=True, slots=True)
class Totals:
    """Agency-years by state."""

    states: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, rows: Iterable[CoverageRow]) -> Totals:
        """The totals of some rows."""
        return cls(Counter(row.state for row in rows))

    @property
    def found(self) -> int:
        """Agency-years whose report stands in the database."""
        return self.states["found"]

    @property
    def owed(self) -> int:
        """Agency-years whose report is due, or is there before it is due."""
        return sum(self.states.values()) - self.states["not_due"]

    @property
    def share(self) -> float:
        """Found of owed, 0 to 1; 0 where nothing is owed."""
        return self.found / self.owed if self.owed else 0.0

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"found": self.found, "owed": self.owed, "states": dict(self.states.most_common())}
