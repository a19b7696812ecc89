"""Rows that a page break tore in two (（四）无 / 法提供): put together again before anyone reads their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.reports.binding.labels import LONGEST, LabelIndex
from crawler.reports.binding.rows import Line, Tok


def rejoin(parts: Sequence[list[Line]], index: LabelIndex) -> None:
    """Join torn rows in place. `parts` are the rows of each grid; a row may go on in the next grid.

    One half holds nothing but its piece of the label, the numbers stand beside the other piece (or nowhere: a group's
    label). They are one row only where both pieces together are a label and are not two labels by themselves.
    """
    before: tuple[list[Line], int] | None = None
    for lines in parts:
        at = 0
        while at < len(lines):
            whole = _whole(before[0][before[1]], lines[at], index) if before else None
            if whole is None or before is None:
                before = (lines, at)
                at += 1
                continue
            before[0][before[1]] = whole
            del lines[at]


def _whole(above: Line, below: Line, index: LabelIndex) -> Line | None:
    if above.has_values and below.has_values:
        return None  # nearly every pair of rows
    first, second = _piece(above), _piece(below)
    if first is None or second is None or len(first.text) + len(second.text) > LONGEST:
        return None
    match = index.find_exact(first.text + second.text)
    if match is None or (index.find_exact(first.text) and index.find_exact(second.text)):
        return None
    bearer, own = (below, second) if below.has_values else (above, first)
    label = own._replace(text=first.text + second.text, match=match, value=False)
    return Line(tuple(label if tok is own else tok for tok in bearer.toks), bearer.grid, bearer.spans, bearer.usual)


def _piece(line: Line) -> Tok | None:
    """The label of a row with numbers, or the only filled cell of one without."""
    if line.has_values:
        return next((tok for tok in reversed(line.toks[: line.lead]) if tok.text), None)
    filled: Iterator[Tok] = (tok for tok in line.toks if not tok.blank)
    only = next(filled, None)
    return only if only is not None and next(filled, None) is None and not only.image else None
