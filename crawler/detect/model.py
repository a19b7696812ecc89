"""What a detection says: reasons, candidates, the verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

GENERIC = "generic"
"""The family of portals whose software is not known."""

SURE = 0.75
"""Confidence from which the verdict is one; below it, the family is at best likely."""

LIKELY = 0.5
"""Confidence from which a family is named at all; below it the answer is `generic`."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a family.

    Attributes:
        family, shape: what it speaks for.
        weight: how far it alone goes, from 0 to 1.
        says: the mark in words.
        source: where the fact comes from (portal-families, with its mark).
        seen: the piece of address or page in which it was seen, cut to 120 characters.
    """

    family: str
    shape: str | None
    weight: float
    says: str
    source: str
    seen: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family that something speaks for. `score` counts its own reasons, `confidence` also what speaks for others."""

    family: str
    shape: str | None
    score: float
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """The family of a portal, as far as an address and a page tell.

    Attributes:
        url: the address that was looked at; "" where none is known.
        family: a word of the registry; `generic` where the software is not known.
        shape: how its addresses look, where the family has several shapes.
        confidence: from 0 to 1; from `SURE` on the verdict is one.
        candidates: every family that something speaks for, the likeliest first.
        gate: the gate that stands in place of the page (a word of `net.gates`), None for a page.
    """

    url: str
    family: str
    shape: str | None
    confidence: float
    candidates: tuple[Candidate, ...] = ()
    gate: str | None = None

    @property
    def sure(self) -> bool:
        """Whether the family may be taken as it is."""
        return self.confidence >= SURE

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What speaks for the verdict, the strongest first; empty where nothing was recognised."""
        own = (one for one in self.candidates if one.family == self.family)
        return next((one.reasons for one in own), ())

    @property
    def runner_up(self) -> Candidate | None:
        """The likeliest of the other families."""
        return next((one for one in self.candidates if one.family != self.family), None)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "candidates": [asdict(one) for one in self.candidates], "sure": self.sure}
