"""Tables printed in two columns, or blocks beside one another: taken apart into rows below one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from crawler.reports.binding.labels import Role
from crawler.reports.binding.rows import Line

_STARTS: tuple[Role, ...] = ("row", "group", "band")
_HEADS: tuple[Role, ...] = ("band", "corner")


def apart(lines: list[Line]) -> list[Line]:
    """The rows with everything left of a boundary before everything right of it; the same list for ordinary tables.

    A boundary is the grid column of a row's label that stands behind values in one line. It holds for the lines around
    it that have a cell just there (headers, bands), or nothing beyond it. Where a line has its label elsewhere than
    the header has, cells of the line are lost: its parts are put where they belong, and are short.
    """
    bounds = [_bounds(line) for line in lines]
    if not any(bounds):
        return lines
    out: list[Line] = []
    at = 0
    while at < len(lines):
        here = next((n for n in range(at, len(lines)) if bounds[n]), None)
        if here is None:
            break
        edges = _edges(lines[at:here], bounds[here:])
        first = here
        while first > at and not lines[first - 1].has_values and _crosses(lines[first - 1], edges):
            first -= 1
        last = here + 1
        while last < len(lines) and _belongs(lines[last], bounds[last], edges):
            last += 1
        out += lines[at:first]
        end = max(_end(line) for line in lines[first:last])
        parts = [_parts(lines[n], bounds[n], edges, end) for n in range(first, last)]
        for side in range(len(edges) + 1):
            out += [part[side] for part in parts if any(not tok.blank for tok in part[side].toks)]
        at = last
    return out + lines[at:]


def _edges(above: Sequence[Line], bounds: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The boundaries of the blocks that begin with the first of these lines: where its header has them, else where most
    lines that follow have theirs."""
    own = bounds[0]
    for line in reversed(above):
        if line.has_values:
            break
        starts = [tok.col for tok in line.toks if tok.match and any(t.role in _HEADS for t in tok.match.targets)]
        if len(starts) == len(own) + 1:
            return tuple(starts[1:])
    run = list(takewhile(lambda one: len(one) == len(own), bounds))
    most = Counter(run).most_common(1)[0]
    return most[0] if most[1] * 2 > len(run) else own


def _end(line: Line) -> int:
    """The grid column behind the last cell."""
    return max((tok.col + tok.colspan for tok in line.toks), default=0)


def _parts(line: Line, bounds: Sequence[int], edges: Sequence[int], end: int) -> list[Line]:
    """The parts of a line between its boundaries, each in the grid columns of its block.

    A line without labels of its own at the boundaries that ends before the others lacks a cell, nobody knows where: its
    first part loses its last cell, so that it is short and not shifted.
    """
    own = tuple(bounds) if len(bounds) == len(edges) else tuple(edges)
    lacking = end - _end(line) if line.has_values and not bounds else 0
    parts = []
    for side, (left, right) in enumerate(zip((0, *own), (*own, None), strict=True)):
        toks = [tok for tok in line.toks if tok.col >= left and (right is None or tok.col < right)]
        by = edges[side - 1] - left if side else 0
        if by:  # the anchor keeps where the cell really stands
            toks = [
                tok._replace(col=tok.col + by, anchor=tok.col if tok.anchor is None else tok.anchor) for tok in toks
            ]
        if lacking > 0 and not side:
            toks = toks[:-lacking]
        parts.append(Line(tuple(toks), line.grid, line.spans))
    return parts


def _bounds(line: Line) -> tuple[int, ...]:
    """Grid columns of the labels behind values."""
    found: list[int] = []
    valued = False
    for tok in line.toks[line.lead :]:
        if tok.match is None:
            valued = valued or tok.value
        elif valued and any(target.role in _STARTS for target in tok.match.targets):
            found.append(tok.col)
            valued = False
    return tuple(found) if line.spans else ()


def _crosses(line: Line, edges: Sequence[int]) -> bool:
    cols = {tok.col for tok in line.toks if tok.text}
    return any(edge in cols for edge in edges)


def _belongs(line: Line, bounds: Sequence[int], edges: Sequence[int]) -> bool:
    """Whether a line below has the same boundaries: by its labels, or by a cell just there that is no value."""
    if bounds:
        return len(bounds) == len(edges) or set(bounds) <= set(edges)
    there = [tok for tok in line.toks if tok.col == edges[0]]
    return line.has_values and bool(there) and not there[0].value
