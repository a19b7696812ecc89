"""Blocks cut into pieces at headings, also where several headings stand in one running paragraph.

A piece starts at most one heading. Which pieces are headings, and of which level, is decided in `sections`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from crawler.reports import headings
from crawler.reports.blocks import Block
from crawler.reports.headings import NO_MATCH, Match, Numeral

PieceKind = Literal["text", "grid", "image", "link"]
_LONE = re.compile(r"^(?:[一二三四五六七八九十]{1,3}\s?[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]、?)$")
_SUB = re.compile(r"[(（](?<=[\s。；;！!].)\s?([一二三四五六七八九十]{1,3})\s?[)）](?=\s?\S)")

_MOST_TEXT = 200_000
"""Characters of one paragraph in which sub-headings are looked for; a whole report has about 60,000."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a page.

    Attributes:
        kind: `text`, or a `grid` (number in `grid`), `image`, `link` (address in `text`).
        text: the whole text of the piece, numeral and title included.
        numeral: the numeral it starts with, if any.
        title: its heading's wording as printed, when it can be a heading; None for a sentence.
        rest: text behind the title.
        match: the statutory section that the title names.
        level: 1…6 when it stood in an h1…h6.
        linked: it is link text (navigation); never a heading.
    """

    kind: PieceKind
    text: str = ""
    numeral: Numeral | None = None
    title: str | None = None
    rest: str = ""
    match: Match = NO_MATCH
    level: int = 0
    linked: bool = False
    grid: int | None = None


def cut(blocks: Sequence[Block]) -> list[Piece]:
    """All pieces of a block sequence, in order."""
    pieces: list[Piece] = []
    for block in _whole(blocks):
        if block.grid is not None:
            pieces.append(Piece("grid", grid=block.grid.index))
        elif block.kind == "image":
            pieces.append(Piece("image", text=block.href))
        elif block.kind == "link":
            pieces.append(Piece("link", text=block.text or block.href))
        else:
            pieces.extend(_read(part, block) for part in _parts(block.text))
    return pieces


def _whole(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with a numeral that stands on a line of its own (一、 / 总体情况) put before the line it belongs
    to."""
    mark = ""
    for block in blocks:
        if block.kind not in ("text", "heading"):
            if mark:
                yield Block("text", mark)
            mark = ""
            yield block
        elif _LONE.match(block.text):
            if mark:
                yield Block("text", mark)
            mark = block.text
        else:
            if mark and len(block.text) <= 45 and "。" not in block.text:
                yield replace(block, text=mark + block.text)
            else:
                if mark:
                    yield Block("text", mark)
                yield block
            mark = ""
    if mark:
        yield Block("text", mark)


def _parts(text: str) -> Iterator[str]:
    """A paragraph cut before each top heading and each sub-heading that it runs over."""
    starts = [at for at, _, _ in headings.inline(text) if at > 0]
    for part in _cut_at(text, starts):
        yield from _cut_at(part, list(_sub_starts(part)))


def _cut_at(text: str, starts: list[int]) -> Iterator[str]:
    if not starts:
        if text := text.strip():
            yield text
        return
    edges = [0, *starts, len(text)]
    for left, right in pairwise(edges):
        part = text[left:right].strip()
        if part:
            yield part


def _sub_starts(text: str) -> Iterator[int]:
    """Places of （一） （二） … inside a paragraph, as long as they count on by one; a lone reference to （三） is
    none."""
    found = [(m.start(), m.group(1)) for m in _SUB.finditer(text, 0, _MOST_TEXT)]
    if not found:
        return
    own = headings.numeral(text)
    expected = own.number + 1 if own and own.scheme == "paren" else 1
    numbers = [headings.numeral(f"（{printed}）x") for _, printed in found]
    for (at, _), number in zip(found, numbers, strict=True):
        if number and number.number == expected and headings.split(text[at:][len(number.mark) :], limit=40):
            yield at
            expected += 1


def _read(text: str, block: Block) -> Piece:
    """One piece of text with its numeral, title and match, as far as it has them."""
    number = headings.numeral(text)
    if number is not None and len(text) < 60 and headings.TABLE_LABEL.search(text):
        number = None
    if number is None:
        bound = headings.match(text) if len(text) <= 45 and not block.linked else NO_MATCH
        named = bound.strength in ("exact", "close")
        return Piece("text", text, None, text.strip(" 。：:") if named else None, "", bound, block.level, block.linked)
    title, rest = _title(number)
    bound = headings.match(title) if title else NO_MATCH
    return Piece("text", text, number, title, rest, bound, block.level, block.linked)


def _title(number: Numeral) -> tuple[str | None, str]:
    """Title and text behind it of a numbered line."""
    known = headings.known_prefix(number.rest) if number.scheme in ("cn", "part") else None
    parts = headings.split(number.rest)
    if known:
        behind = number.rest[len(known) :]
        if not behind or behind[0].isspace() or parts is None or (parts[1] and parts[0] != known):
            return known, behind.lstrip(" 。：:")
    return parts if parts else (None, "")
