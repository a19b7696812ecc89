"""Values that decoding and repair return."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Vote:
    """One voice in the choice of an encoding: who said it and what was said.

    `source` is one of `bom`, `header`, `meta`, `xml`, `bytes`, `chardet`; `encoding` is a Python codec name of the
    closed set, or the raw label when it is not a known one.
    """

    source: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a decoded text, `text[start:end]`, that was read in another encoding than the rest of its page."""

    encoding: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text read from bytes, and how that was decided.

    Attributes:
        text: the decoded document; every input byte is accounted for (undecodable ones as U+FFFD, counted in `lost`).
        declared: what the page said of itself: its strongest declaration (`header` before `meta`), None if nothing.
        chosen: codec used: `utf-8`, `gb18030`, `big5hkscs`, `utf-16-le`, `utf-16-be`, `cp1252`.
        lost: number of characters that could not be read.
        votes: every voice heard.
        score, runner_up, runner_up_score: how clear the choice was (higher is better; comparable within one decision).
        pieces: the parts of the text that stood in another encoding than `chosen`, in their order.
    """

    text: str
    declared: str | None
    chosen: str
    lost: int = 0
    votes: tuple[Vote, ...] = ()
    score: float = 0.0
    runner_up: str | None = None
    runner_up_score: float = 0.0
    pieces: tuple[Piece, ...] = ()

    def evidence(self) -> dict[str, Any]:
        """Why this encoding, as plain JSON values: `votes` [{source, encoding}], `score`, `runner_up` and its score.

        In a page of more than one encoding also `pieces` [{encoding, start, end}], the first hundred of them.
        """
        found: dict[str, Any] = {
            "votes": [{"source": vote.source, "encoding": vote.encoding} for vote in self.votes],
            "score": self.score,
            "runner_up": self.runner_up,
            "runner_up_score": self.runner_up_score if self.runner_up else None,
        }
        if self.pieces:
            found["pieces"] = [asdict(piece) for piece in self.pieces[:100]]
        return found

    @property
    def lossy(self) -> bool:
        """True when at least one character could not be read."""
        return self.lost > 0


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of damage that was mended.

    `sample` is (before, after), at most 40 characters each. `inferred` is True where the result was reconstructed
    (ranked among candidates) rather than read, with `score` = how far above the text that stood there. `lost` counts
    the characters of this damage that nothing can bring back; each stands as U+FFFD in the text.

    `passages` holds (before, after) of what was inferred, in reading order, whole and at most 200 of them, so that a
    reader can tell it from what was read.
    """

    kind: str
    count: int
    sample: tuple[str, str]
    inferred: bool = False
    score: float | None = None
    lost: int = 0
    passages: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The entry as plain JSON values."""
        return {
            "kind": self.kind,
            "count": self.count,
            "sample": list(self.sample),
            "inferred": self.inferred,
            "score": self.score,
            "lost": self.lost,
            "passages": [list(passage) for passage in self.passages],
        }


@dataclass(frozen=True, slots=True)
class Repaired:
    """Repaired text, the log of what was done, and the text as it was read.

    `text is raw` when nothing was done.
    """

    text: str
    repairs: tuple[Repair, ...]
    raw: str
