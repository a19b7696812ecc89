"""Header rows of tables without lines: which columns of values each heading stands over.

A heading over one column is centred on it, one over several is centred on all of them together. Of all ways to give
the columns to the headings of a row, in order and without overlap, the one is taken under which they are centred best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from crawler.reports.files.pdf.lines import Line
from crawler.reports.files.pdf.objects import Box

_LEFT_OUT = 0.5
"""What a column without a heading costs, in points off the centre: less than any wrong place."""
_MOST = 24


@dataclass(slots=True)
class Head:
    """One heading: its text, where it stands, and the columns it was given (first, behind the last)."""

    text: str
    box: Box
    first: int = 0
    last: int = 0


def rows(found: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[list[Head]]:
    """The headings of header lines in rows from top to bottom, each with its columns; [] when they cannot be told."""
    heads = [head for line in found for head in _heads(line, columns)]
    groups: list[list[Head]] = []
    size = max((line.size for line in found), default=1.0)
    for head in sorted(_stacked(heads, size), key=lambda one: one.box.y0 + one.box.y1):
        here = (head.box.y0 + head.box.y1) / 2
        if groups and here - (groups[-1][0].box.y0 + groups[-1][0].box.y1) / 2 < 0.5 * size:
            groups[-1].append(head)
        else:
            groups.append([head])
    for group in groups:
        group.sort(key=lambda one: one.box.x0)
        if len(group) > len(columns) or not _given(group, columns):
            return []
    return groups


def _heads(line: Line, columns: Sequence[tuple[float, float]]) -> list[Head]:
    """Headings of one line over the columns; neighbours that touch are taken apart where each is centred on its own."""
    out: list[Head] = []
    for text, box in line.segments:
        if box.x1 > columns[0][0] - line.size * 2:
            out.extend(_apart(text, box, columns, line.size))
    return out


def _apart(text: str, box: Box, columns: Sequence[tuple[float, float]], size: float) -> list[Head]:
    walls = [(a[1] + b[0]) / 2 for a, b in pairwise(columns)]
    middles = [(left + right) / 2 for left, right in columns]
    pieces: list[Head] = []
    start = 0
    step = (box.x1 - box.x0) / max(len(text), 1)
    inner = [wall for wall in walls if box.x0 + size < wall < box.x1 - size]
    for end in [*(round((wall - box.x0) / step) for wall in inner), len(text)]:
        if end > start:
            part = Box(box.x0 + start * step, box.y0, box.x0 + end * step, box.y1)
            pieces.append(Head(text[start:end], part))
        start = end
    own = (min(abs(middle - (p.box.x0 + p.box.x1) / 2) for middle in middles) for p in pieces)
    return pieces if len(pieces) > 1 and all(off < 0.45 * size for off in own) else [Head(text, box)]


def _stacked(heads: Sequence[Head], size: float) -> list[Head]:
    """Headings whose lines stand below one another put together: 社会公益 / 组织."""
    out: list[Head] = []
    for head in sorted(heads, key=lambda one: one.box.y0):
        above = next((one for one in reversed(out) if _is_rest(one.box, head.box, size)), None)
        if above is None:
            out.append(Head(head.text, head.box))
            continue
        a, b = above.box, head.box
        above.text += head.text
        above.box = Box(min(a.x0, b.x0), a.y0, max(a.x1, b.x1), b.y1)
    return out


def _is_rest(above: Box, below: Box, size: float) -> bool:
    centred = abs((above.x0 + above.x1) - (below.x0 + below.x1)) < size
    return centred and 0 < below.y0 - above.y0 < 4.5 * size and below.y0 - above.y1 < 0.6 * size


def _given(group: Sequence[Head], columns: Sequence[tuple[float, float]]) -> bool:
    """Give each heading of a row its columns."""
    count, total = len(group), len(columns)
    if count > _MOST or total > _MOST:
        return False
    middle = [(head.box.x0 + head.box.x1) / 2 for head in group]
    edges = [columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1]]

    @cache
    def best(n: int, at: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if n == count:
            return (total - at) * _LEFT_OUT, ()
        found: tuple[float, tuple[tuple[int, int], ...]] = (1e9, ())
        for first in range(at, total - (count - n) + 1):
            for last in range(first + 1, total - (count - n - 1) + 1):
                off = abs((columns[first][0] + columns[last - 1][1]) / 2 - middle[n])
                off = min(off, abs((edges[first] + edges[last]) / 2 - middle[n]))
                cost, rest = best(n + 1, last)
                found = min(found, (off + (first - at) * _LEFT_OUT + cost, ((first, last), *rest)))
        return found

    cost, spans = best(0, 0)
    for head, (first, last) in zip(group, spans, strict=False):
        head.first, head.last = first, last
    return cost < 1e8
