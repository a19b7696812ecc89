"""UTF-8 in bytes some of which were lost: runs of it, and what is left of each character.

The grammar is that of RFC 3629. A character lost bytes where a mark of loss stands among them, or where they end before
their number is full. What stood there is a `Hole`: its known bytes, in the ways in which they can belong together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.text.mojibake.shown import VANISHED

Bytes = tuple[int | None, ...]
"""The bytes of one character in UTF-8, None where one is lost."""

MARK = f"[?\ufffd{VANISHED}]"
_C = "[\x80-\xbf]"
_WHOLE = f"(?:[\xe0-\xef]{_C}{{2}}|[\xc2-\xdf]{_C}|[\xf0-\xf4]{_C}{{3}})"
_WIDE = re.compile(
    f"(?P<whole>{_WHOLE}++)"
    f"|(?P<first>[\xe0-\xef]{_C}?)(?P<gap>{MARK}{{0,3}}+)(?P<rest>(?:(?<={MARK}){_C}{{0,2}}+)?)"
    f"|(?P<short>[\xc2-\xdf]){MARK}"
    f"|(?P<orphan_gap>{MARK}{{1,3}}+)(?P<orphan>{_C}{{1,2}}+)"
)
"""Of pairs: one mark stands for one byte or two."""

_NARROW = re.compile(
    f"(?P<whole>{_WHOLE}++)|(?P<marked>[\xe0-\xef](?:{_C}|[?\ufffd]){{2}}|[\xf0-\xf4](?:{_C}|[?\ufffd]){{3}})|(?P<first>[\xe0-\xef]{_C}?)(?!{_C})"
    "|(?P<two>[\xc2-\xdf][?\ufffd])"
)
"""Of single bytes: one mark is one byte, but a byte can vanish without any."""


@dataclass(frozen=True, slots=True)
class Hole:
    """One or two characters of which bytes are lost.

    Attributes:
        ways: the ways to read what is left, each the bytes of one or two characters; the likelier first.
        marks: the marks of loss that stand there.
        strict: the lost byte and `after` must be no pair of GBK, or the decoder would have shown them as one.
        only_80: the decoder shows undefined pairs as private characters; only 80 is lost.
        after: the known byte behind the lost one, None if there is none or it is unknown.
        among: bytes that can be lost, None if all can.
    """

    ways: tuple[tuple[Bytes, ...], ...]
    marks: str = ""
    strict: bool = False
    only_80: bool = False
    after: int | None = None
    among: frozenset[int] | None = None

    @property
    def open_end(self) -> bool:
        """Whether the last byte is lost and marked, and with it perhaps the ASCII character behind."""
        return self.among is None and bool(self.marks) and len(self.ways) == 1 and self.ways[0][-1][-1] is None

    @property
    def middle(self) -> bool:
        """Whether the second byte of three is lost."""
        return bool(self.marks) and self.ways[0][0][1] is None and None not in self.ways[0][0][::2]

    @property
    def order_mark(self) -> bool:
        """Whether it is what is left of U+FEFF: no other character of these pages begins with EF BB."""
        return self.ways[0][0] == (0xEF, 0xBB, None)

    @property
    def tells(self) -> bool:
        """Whether enough is left to know that characters were there: two bytes, or the first and a mark for each other
        one. One byte alone is a letter of some other language."""
        first = self.ways[0][0]
        known = sum(byte is not None for byte in first)
        return known > 1 or (self.among is not None and known + len(self.marks) == len(first))

    @property
    def bytes_lost(self) -> int:
        """How many bytes are lost, as the likeliest way has it."""
        return sum(byte is None for char in self.ways[0] for byte in char)

    @property
    def characters(self) -> int:
        """How many characters are lost, as the likeliest way has it."""
        return len(self.ways[0])


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a run, at `start` to `end` of the bytes: text that can be read, or a hole."""

    start: int
    end: int
    what: str | Hole


@dataclass(frozen=True, slots=True)
class Grammar:
    """How runs of UTF-8 look in what one kind of wrong decoder shows."""

    unit: re.Pattern[str]
    run: re.Pattern[str]


def _grammar(unit: re.Pattern[str]) -> Grammar:
    bare = re.sub(r"\(\?P<\w+>", "(?:", unit.pattern)
    return Grammar(unit, re.compile(f"(?:{bare})++"))


WIDE, NARROW = _grammar(_WIDE), _grammar(_NARROW)


def units(data: str, start: int, end: int, grammar: Grammar, among: frozenset[int] | None = None) -> list[Unit] | None:
    """The parts of the run `data[start:end]`; None if it is no UTF-8 after all (surrogates, overlong forms).

    `among` are the bytes that a decoder of single bytes loses.
    """
    found: list[Unit] = []
    while start < end:
        match = grammar.unit.match(data, start, end)
        if match is None or match.end() == start:
            return None
        what: str | Hole
        if match["whole"]:
            try:
                what = match["whole"].encode("latin-1").decode("utf-8")
            except UnicodeDecodeError:
                return None
        else:
            if grammar is NARROW:
                what = _narrow_hole(match["marked"] or match["two"] or match["first"], among)
            else:
                what = _wide_hole(match, data)
        found.append(Unit(start, match.end(), what))
        start = match.end()
    return found


def _known(part: str | None) -> tuple[int, ...]:
    return tuple(map(ord, part or ""))


@lru_cache(maxsize=4096)
def _narrow_hole(left: str, among: frozenset[int] | None) -> Hole:
    """What is left of a character: its bytes with a mark for each lost one, or its first one or two bytes."""
    marks = "".join(char for char in left if char in "?\ufffd")
    if marks:
        way: Bytes = tuple(ord(char) if char not in marks else None for char in left)
        return Hole(((way,),), marks, among=among)
    first, *rest = _known(left)
    ways = (((first, None, *rest),), ((first, *rest, None),)) if rest else (((first, None, None),),)
    return Hole(ways, among=among)


def _wide_hole(match: re.Match[str], data: str) -> Hole:
    if match["short"]:
        return Hole((((ord(match["short"]), None),),), match[0][1:])
    first = _known(match["first"])
    rest = _known(match["rest"] or match["orphan"])
    gap = match["gap"] or match["orphan_gap"] or ""
    behind = data[match.end() : match.end() + 1]
    after = rest[0] if rest else ord(behind) if behind and ord(behind) < 0x100 else None
    left: Bytes = first + (None,) * (3 - len(first))
    right: Bytes = (None,) * (3 - len(rest)) + rest
    if not first:
        ways: tuple[tuple[Bytes, ...], ...] = ((right,),)
    elif not rest:
        ways = ((left,),)
    elif len(first) + len(rest) == 2:  # one byte in the middle: 80 alone is no character to strict decoders
        ways = (((*first, None, *rest),), (left, right))
    else:
        ways = ((left, right),)
    return Hole(ways, gap.replace(VANISHED, ""), gap.startswith(("?", "\ufffd")), after=after)
