"""Characters -> runs and lines of text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.reports.files.pdf.objects import Box, Glyph

_WIDE_GAP = 1.3
"""Gap, in character heights, that parts columns; justified lines stretch to about 0.5."""
_ASCII = re.compile(r"[!-~]")


@dataclass(slots=True)
class Run:
    """Characters that were drawn one behind the other without a gap."""

    glyphs: list[Glyph]

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def box(self) -> Box:
        """The rectangle around it."""
        return around(self.glyphs)


@dataclass(slots=True)
class Line:
    """One line of text: its segments (parted by wide gaps), each with its box."""

    segments: list[tuple[str, Box]] = field(default_factory=list)
    size: float = 0.0

    @property
    def box(self) -> Box:
        """The rectangle around it."""
        boxes = [box for _, box in self.segments]
        return Box(
            min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes)
        )

    @property
    def text(self) -> str:
        """Its text, segments parted by a blank."""
        return " ".join(text for text, _ in self.segments)


def around(glyphs: Sequence[Glyph]) -> Box:
    """The rectangle around characters."""
    return Box(
        min(g.x0 for g in glyphs), min(g.y0 for g in glyphs), max(g.x1 for g in glyphs), max(g.y1 for g in glyphs)
    )


def runs(glyphs: Iterable[Glyph]) -> Iterator[Run]:
    """Characters in drawing order as runs; blanks end a run and are no part of it."""
    current: list[Glyph] = []
    for glyph in glyphs:
        if glyph.text.isspace():
            if current:
                yield Run(current)
            current = []
            continue
        if current and not _goes_on(current[-1], glyph):
            yield Run(current)
            current = []
        current.append(glyph)
    if current:
        yield Run(current)


def _goes_on(left: Glyph, right: Glyph) -> bool:
    size = max(left.size, right.size, 1.0)
    level = abs((left.y0 + left.y1) - (right.y0 + right.y1)) < size
    return level and left.turn == right.turn == 0 and -0.2 * size < right.x0 - left.x1 < 0.25 * size


def lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Characters as lines from top to bottom, each read from left to right."""
    groups: list[list[Glyph]] = []
    middle = 0.0
    for glyph in sorted(glyphs, key=lambda g: g.y0 + g.y1):
        here = (glyph.y0 + glyph.y1) / 2
        if groups and here - middle <= 0.5 * max(groups[-1][-1].size, glyph.size, 1.0):
            groups[-1].append(glyph)
            middle += (here - middle) / len(groups[-1])
        else:
            groups.append([glyph])
            middle = here
    return [_line(group) for group in groups if not all(glyph.text.isspace() for glyph in group)]


def _line(glyphs: list[Glyph]) -> Line:
    """Characters of one line in segments. Blanks that the file draws only tell where a narrow gap is meant."""
    blanks = sorted(g.x0 for g in glyphs if g.text.isspace())
    ordered = _undoubled(sorted((g for g in glyphs if not g.text.isspace()), key=lambda g: g.x0))
    size = sorted(g.size for g in ordered)[len(ordered) // 2]
    line = Line(size=size)
    current = [ordered[0]]
    for left, right in pairwise(ordered):
        if right.x0 - left.x1 > _WIDE_GAP * size:
            line.segments.append((_text(current, size, blanks), around(current)))
            current = []
        current.append(right)
    line.segments.append((_text(current, size, blanks), around(current)))
    return line


def _undoubled(glyphs: list[Glyph]) -> list[Glyph]:
    """Characters without those drawn twice in nearly one place, which is how some programs make bold type."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        near = (one for one in kept[-3:] if one.text == glyph.text)
        if any(
            abs(one.x0 - glyph.x0) < 0.3 * (one.x1 - one.x0 + 0.1) and abs(one.y0 - glyph.y0) < 0.3 * one.size
            for one in near
        ):
            continue
        kept.append(glyph)
    return kept


def _text(glyphs: list[Glyph], size: float, blanks: Sequence[float]) -> str:
    """Characters of one segment with a blank where a gap stands between words or numbers.

    Letter-spaced digits are one number, so a narrow gap between them is only a blank where the file draws one.
    """
    parts = [glyphs[0].text]
    for left, right in pairwise(glyphs):
        gap = right.x0 - left.x1
        latin = _ASCII.match(left.text) is not None and _ASCII.match(right.text) is not None
        if gap > (0.35 if latin else 0.7) * size or (latin and gap > 0.1 * size and _between(blanks, left, right)):
            parts.append(" ")
        parts.append(right.text)
    return "".join(parts)


def _between(blanks: Sequence[float], left: Glyph, right: Glyph) -> bool:
    at = bisect_left(blanks, left.x0)
    return at < len(blanks) and blanks[at] < right.x0


def joined(left: str, right: str) -> str:
    """Two lines of one paragraph: Latin words keep their blank, all else was only broken by the line's end."""
    if left[-1:].isascii() and right[:1].isascii() and left[-1:].isalpha() and right[:1].isalpha():
        return f"{left} {right}"
    return left + right
