"""Where two states of a text differ: what a repair changed, passage by passage, for people to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

PIECES = 40_000
"""Pieces that are compared; the rest of a text larger than any report is left out."""

_PIECE = re.compile(r"<[^<>\n]{0,200}>|[^<>\n]+|[<>\n]")


@dataclass(frozen=True, slots=True)
class Change:
    """One passage, before and after, with the line (from 1) of the text before in which it begins."""

    line: int
    before: str
    after: str


def changes(before: str, after: str) -> Iterator[Change]:
    """The passages (text between two tags or line ends) in which `after` differs from `before`, in reading order."""
    if before == after:
        return
    old, new = _PIECE.findall(before)[:PIECES], _PIECE.findall(after)[:PIECES]
    line = 1
    counted = 0
    for operation in Levenshtein.opcodes(old, new):
        if operation.tag == "equal":
            continue
        line += sum(piece.count("\n") for piece in old[counted : operation.src_start])
        counted = operation.src_start
        left = "".join(old[operation.src_start : operation.src_end])
        yield Change(line, left, "".join(new[operation.dest_start : operation.dest_end]))
