"""Tables printed in two columns, or blocks beside one another: taken apart into rows below one another."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.reports.binding.labels import Role
from crawler.reports.binding.rows import Line

_STARTS: tuple[Role, ...] = ("row", "group", "band")


def apart(lines: list[Line]) -> list[Line]:
    """The rows with everything left of a boundary before everything right of it; the same list for ordinary tables.

    A boundary is the grid column of a row's label that stands behind values in one line. It holds for the lines around
    it that have a cell just there (headers, bands), or nothing beyond it.
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
        edges = bounds[here]
        first = here
        while first > at and not lines[first - 1].has_values and _crosses(lines[first - 1], edges):
            first -= 1
        last = here + 1
        while last < len(lines) and _belongs(lines[last], bounds[last], edges):
            last += 1
        out += lines[at:first]
        for left, right in zip((0, *edges), (*edges, None), strict=True):
            out += [part for line in lines[first:last] if (part := _between(line, left, right)) is not None]
        at = last
    return out + lines[at:]


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
        return set(bounds) <= set(edges)
    there = [tok for tok in line.toks if tok.col == edges[0]]
    return line.has_values and bool(there) and not there[0].value


def _between(line: Line, left: int, right: int | None) -> Line | None:
    toks = tuple(tok for tok in line.toks if tok.col >= left and (right is None or tok.col < right))
    return Line(toks, line.grid, line.spans) if any(not tok.blank for tok in toks) else None
