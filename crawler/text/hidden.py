"""Readings that hide a sign: between two characters of a run a comma may have vanished without a trace, or none.

`，不斷` and `不斷` leave the same bytes once the first one is lost, for GBK defines none of the pairs that the comma
became. The search gives up what it thinks unlikely early on, so the best reading is compared again with every text that
differs from it by one such sign.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.text import gbk

SIGNS = "，。、；：“”）"
"""Signs that may be put in or left out."""


def variants(restored: str) -> Iterator[tuple[int, str, int]]:
    """(place, sign or "", characters to leave out there) of each change that leaves the same standing characters.

    The first character's own first byte is lost, so a sign may stand before it as well.
    """
    codes = [gbk.encode(char) for char in restored]
    for place, code in enumerate(codes):
        if code is None:
            continue
        before = codes[place - 1] if place else None
        if place and before is None:
            continue
        if before is None or _vanishes(before[1], code[0]):
            yield from ((place, sign, 0) for sign in SIGNS if _fits(before, sign, code))
        behind = codes[place + 1] if place + 1 < len(codes) else None
        free = before is None or (behind and _vanishes(before[1], code[0]) and _vanishes(before[1], behind[0]))
        if free and behind and restored[place] in SIGNS and _vanishes(code[1], behind[0]):
            yield place, "", 1


NUMERALS = "一二三四五六七八九十"
"""Any of them may stand where one of them stands: what is likely says little of numbers."""

NUMBERS = 12
"""Numerals of a run that are looked at, from its beginning."""


def numbers(restored: str) -> Iterator[tuple[int, str]]:
    """(place, other numeral) of each numeral that may be another one: the same characters stand then."""
    codes = [gbk.encode(char) for char in restored]
    places = [place for place, char in enumerate(restored) if char in NUMERALS][:NUMBERS]
    for place in places:
        before = codes[place - 1] if place else None
        behind = codes[place + 1] if place + 1 < len(codes) else None
        if (place and before is None) or behind is None:
            continue
        for other in NUMERALS:
            if other != restored[place] and _alike(before, codes[place], gbk.CODES[other], behind):
                yield place, other


def _alike(
    before: tuple[int, int] | None, here: tuple[int, int] | None, other: tuple[int, int], behind: tuple[int, int]
) -> bool:
    """Whether two characters between the same neighbours leave the same; None before them is the run's mark."""
    if here is None:
        return False
    lead = before is None or here[0] == other[0] or all(_vanishes(before[1], code[0]) for code in (here, other))
    return lead and (here[1] == other[1] or all(_vanishes(code[1], behind[0]) for code in (here, other)))


def _fits(before: tuple[int, int] | None, sign: str, behind: tuple[int, int]) -> bool:
    """Whether `sign` would vanish between two characters; None before it is the run's mark."""
    code = gbk.encode(sign)
    return bool(code and (before is None or _vanishes(before[1], code[0])) and _vanishes(code[1], behind[0]))


def _vanishes(lead: int, second: int) -> bool:
    return second in gbk.VANISHED.get(lead, gbk.NONE)
