"""Where two states of a text differ: what a repair changed, passage by passage, for people to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein, Postfix, Prefix

PIECES = 40_000
"""Pieces that are compared; the rest of a text larger than any report is left out."""

AROUND = 20
"""Characters of the text before and behind a change that are shown with it."""

_PIECE = re.compile(r"<[^<>\n]{0,200}>|[^<>\n。！？；]+[。！？；]?|[<>\n。！？；]")


@dataclass(frozen=True, slots=True)
class Change:
    """One passage, before and after, from its first to its last character that differs.

    `start`: characters of the text before that stand in front of it (many pages are one line: a line tells nothing).
    `left`, `right`: what stands around it in the text before, at most `AROUND` characters each.
    """

    start: int
    before: str
    after: str
    left: str = ""
    right: str = ""


def changes(before: str, after: str) -> Iterator[Change]:
    """The passages (sentences, and text between two tags or line ends) in which `after` differs, in reading order."""
    if before == after:
        return
    old, new = _PIECE.findall(before)[:PIECES], _PIECE.findall(after)[:PIECES]
    start = counted = 0
    for operation in Levenshtein.opcodes(old, new):
        if operation.tag == "equal":
            continue
        start += sum(map(len, old[counted : operation.src_start]))
        counted = operation.src_start
        left = "".join(old[operation.src_start : operation.src_end])
        yield _narrowed(before, start, left, "".join(new[operation.dest_start : operation.dest_end]))


def _narrowed(text: str, start: int, old: str, new: str) -> Change:
    """The change without what both sides begin and end with."""
    same = int(Prefix.similarity(old, new))
    old, new, start = old[same:], new[same:], start + same
    same = int(Postfix.similarity(old, new))
    old, new = old[: len(old) - same], new[: len(new) - same]
    end = start + len(old)
    return Change(start, old, new, text[max(0, start - AROUND) : start], text[end : end + AROUND])
