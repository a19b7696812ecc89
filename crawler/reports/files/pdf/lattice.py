"""Ruling lines of a page -> lattices: tables as rectangles of cells, with the rows and columns that each cell covers.

Two neighbours are one cell where no line stands between them over most of their common side, so spans are found and
not guessed. Frames around text and single boxes are no tables.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.reports.files.pdf.objects import Box, Stroke

_NEAR = 3.0
"""Points within which lines are one: double borders, borders drawn cell by cell."""
_GAP = 6.0
"""Gap that dashes and borders drawn piece by piece leave; also how far a line may stop short of another."""
_MOST_LINES = 400
_MOST_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class Area:
    """One cell of a lattice: rows `top` to `bottom` (exclusive), columns `left` to `right` (exclusive), and its box."""

    top: int
    left: int
    bottom: int
    right: int
    box: Box


@dataclass(frozen=True, slots=True)
class Lattice:
    """One ruled table: places of its vertical and horizontal lines, and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    areas: tuple[Area, ...]

    @property
    def box(self) -> Box:
        """The whole table."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def find(across: Sequence[Stroke], down: Sequence[Stroke]) -> list[Lattice]:
    """The lattices of a page, from top to bottom."""
    rows, columns = _joined(across), _joined(down)
    if len(rows) > _MOST_LINES or len(columns) > _MOST_LINES:
        return []
    found = (_lattice(*part) for part in _components(rows, columns))
    return sorted((one for one in found if one is not None), key=lambda one: one.box.y0)


def _joined(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Strokes that lie on one line and touch, as one stroke each."""
    out: list[Stroke] = []
    for place in _clusters(strokes):
        at = sum(one.at for one in place) / len(place)
        start, end = place[0].start, place[0].end
        for one in sorted(place, key=lambda one: one.start):
            if one.start > end + _GAP:
                out.append(Stroke(at, start, end))
                start, end = one.start, one.end
            start, end = min(start, one.start), max(end, one.end)
        out.append(Stroke(at, start, end))
    return [one for one in out if one.end - one.start > _GAP]


def _clusters(strokes: Iterable[Stroke]) -> list[list[Stroke]]:
    """Strokes grouped by where they lie across their direction, each group sorted by its beginning."""
    groups: list[list[Stroke]] = []
    for one in sorted(strokes):
        if groups and one.at - groups[-1][0].at <= _NEAR:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [sorted(group, key=lambda one: one.start) for group in groups]


def _components(rows: list[Stroke], columns: list[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Lines that cross or meet one another, one group for each table."""
    parent = list(range(len(rows) + len(columns)))
    root = _finder(parent)
    for r, row in enumerate(rows):
        for c, column in enumerate(columns, start=len(rows)):
            meets = column.start - _GAP <= row.at <= column.end + _GAP and row.start - _GAP <= column.at
            if meets and column.at <= row.end + _GAP:
                parent[root(r)] = root(c)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for n in range(len(parent)):
        group = groups.setdefault(root(n), ([], []))
        if n < len(rows):
            group[0].append(rows[n])
        else:
            group[1].append(columns[n - len(rows)])
    return list(groups.values())


def _finder(parent: list[int]) -> Callable[[int], int]:
    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    return root


def _lattice(rows: list[Stroke], columns: list[Stroke]) -> Lattice | None:
    """The lattice of one group of lines; None for what encloses nothing."""
    if len(rows) < 2 or not columns:
        return None
    xs = _places([one.at for one in columns], [edge for one in rows for edge in (one.start, one.end)])
    ys = _places([one.at for one in rows], [edge for one in columns for edge in (one.start, one.end)])
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > _MOST_CELLS:
        return None
    areas = _areas(xs, ys, rows, columns)
    return Lattice(tuple(xs), tuple(ys), tuple(areas))


def _places(lines: list[float], ends: list[float]) -> list[float]:
    """Where lines stand, and an edge where others reach far beyond the outermost: tables open at their sides."""
    places = sorted(lines)
    kept = [places[0]]
    for place in places[1:]:
        if place - kept[-1] > _NEAR:
            kept.append(place)
    low, high = min(ends), max(ends)
    if kept[0] - low > 2 * _GAP:
        kept.insert(0, low)
    if high - kept[-1] > 2 * _GAP:
        kept.append(high)
    return kept


def _areas(xs: list[float], ys: list[float], rows: list[Stroke], columns: list[Stroke]) -> list[Area]:
    """Cells: the smallest rectangles, joined where no line parts them."""
    wide, high = len(xs) - 1, len(ys) - 1
    parent = list(range(wide * high))
    root = _finder(parent)
    upright = [[one for one in columns if abs(one.at - x) <= _NEAR] for x in xs]
    level = [[one for one in rows if abs(one.at - y) <= _NEAR] for y in ys]
    for r, (top, bottom) in enumerate(pairwise(ys)):
        for c, (left, right) in enumerate(pairwise(xs)):
            if c + 1 < wide and not _parted(upright[c + 1], top, bottom):
                parent[root(r * wide + c + 1)] = root(r * wide + c)
            if r + 1 < high and not _parted(level[r + 1], left, right):
                parent[root((r + 1) * wide + c)] = root(r * wide + c)
    groups: dict[int, list[tuple[int, int]]] = {}
    for n in range(wide * high):
        groups.setdefault(root(n), []).append(divmod(n, wide))
    areas = [area for group in groups.values() for area in _rectangles(group, xs, ys)]
    return sorted(areas, key=lambda area: (area.top, area.left))


def _parted(lines: Iterable[Stroke], start: float, end: float) -> bool:
    """True when lines cover most of a side."""
    covered = sum(max(0.0, min(one.end, end) - max(one.start, start)) for one in lines)
    return covered * 2 > end - start


def _rectangles(group: list[tuple[int, int]], xs: list[float], ys: list[float]) -> Iterable[Area]:
    """A group of joined small cells as one rectangle, or row by row where it is none: a line between is missing."""
    top, bottom = min(r for r, _ in group), max(r for r, _ in group) + 1
    left, right = min(c for _, c in group), max(c for _, c in group) + 1
    if len(group) == (bottom - top) * (right - left):
        yield Area(top, left, bottom, right, Box(xs[left], ys[top], xs[right], ys[bottom]))
        return
    for r in range(top, bottom):
        inside = sorted(c for row, c in group if row == r)
        start = 0
        for n in range(1, len(inside) + 1):
            if n == len(inside) or inside[n] != inside[n - 1] + 1:
                first, last = inside[start], inside[n - 1] + 1
                yield Area(r, first, r + 1, last, Box(xs[first], ys[r], xs[last], ys[r + 1]))
                start = n


def locate(lattice: Lattice, x: float, y: float) -> tuple[int, int] | None:
    """Row and column of the small rectangle at a point, None outside the table."""
    box = lattice.box
    if not (box.x0 - _NEAR <= x <= box.x1 + _NEAR and box.y0 - _NEAR <= y <= box.y1 + _NEAR):
        return None
    col = min(max(bisect_right(lattice.xs, x) - 1, 0), len(lattice.xs) - 2)
    row = min(max(bisect_left(lattice.ys, y) - 1, 0), len(lattice.ys) - 2)
    return row, col
