"""Section headings that were lost in mid-report, told by the statutory table that stood under them.

A table of requests under 二、主动公开政府信息情况 cannot belong there: the form gives it a section of its own. Where
that section is printed nowhere and its place in the form's order is just here, it begins at its table at the latest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.reports import headings
from crawler.reports.pieces import Piece


def starts(pieces: Sequence[Piece], tops: Sequence[int], tables: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Where sections without a heading begin: index of a piece -> canonical section id.

    Args:
        pieces: the page.
        tops: indexes of the printed headings of the first level, ascending.
        tables: statutory tables by the number of the grid that carries them.
    """
    printed = {name for at in tops if (name := pieces[at].match.id)}
    found: dict[int, str] = {}
    if len(printed) < 2:
        return found
    for at, end in zip(tops, [*tops[1:], len(pieces)], strict=True):
        here = pieces[at].match.id
        behind = pieces[end].match.id if end < len(pieces) else None
        for place in range(at + 1, end):
            grid = pieces[place].grid
            owner = _owner(tables.get(grid, ())) if grid is not None else None
            if owner is None or owner in printed or not _between(here, owner, behind):
                continue
            if _named(pieces, at, place, owner) or _counts_on(pieces, place, end):
                continue
            found[_with_title(pieces, at, place, owner)] = here = owner
            printed.add(owner)
    return found


def _owner(tables: Sequence[str]) -> str | None:
    """The only section that the forms give all these tables; None when there is none."""
    owners = [name for name, held in headings.section_tables().items() if tables and held.issuperset(tables)]
    return owners[0] if len(owners) == 1 else None


def _between(here: str | None, owner: str, behind: str | None) -> bool:
    """Whether the form prints the owner's section behind the one we are in and before the one that follows.

    A section that no form knows may be the owner under another name; tables behind 其他需要报告的事项 are an annex.
    """
    return here is not None and headings.follows(here, owner) and (behind is None or headings.follows(owner, behind))


def _named(pieces: Sequence[Piece], at: int, place: int, owner: str) -> bool:
    """Whether the section, or the sub-section that the table stands in, speaks of the owner's matter.

    二、主动公开和依申请公开情况 holds both tables, and so may （三）依申请公开 in it.
    """
    above = [piece.text[:60] for piece in pieces[at:place] if piece.numeral and piece.title]
    return any(headings.speaks_of(owner, text) for text in (*above[-1:], pieces[at].text[:60]))


def _counts_on(pieces: Sequence[Piece], place: int, end: int) -> bool:
    """Whether sub-headings below the table count on: then the section above the table goes on too."""
    numbers = [piece.numeral.number for piece in pieces[place:end] if piece.numeral and piece.numeral.scheme == "paren"]
    return bool(numbers) and numbers[0] != 1


def _with_title(pieces: Sequence[Piece], at: int, place: int, owner: str) -> int:
    """The table's place, or that of the line above it that is its title."""
    before = pieces[place - 1]
    titled = place - 1 > at and before.kind == "text" and before.match.id == owner and not before.numeral
    return place - 1 if titled else place
