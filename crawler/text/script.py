"""Traditional and simplified script, character by character (OpenCC's tables).

Character tables only: whole texts are converted in `crawler.text.mainland`.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Literal, NamedTuple

import opencc

FIRST, LAST = 0x3400, 0x9FFF
"""CJK Unified Ideographs with extension A: the characters whose script is told apart."""


Script = Literal["simplified", "traditional", "unknown"]

ENOUGH, CLEARLY = 4, 3
"""A text is in a script that shows in at least so many of its characters, and so many times as often as the other."""

LOOKED_AT = 100_000
"""Characters of a text that are looked at to tell its script."""


class Tables(NamedTuple):
    """Characters by script.

    `simple_of`: traditional character -> its simplified form, only where they differ.
    `traditional_only`: characters that simplified text does not use. `simplified_only`: the reverse.
    `forms`: simplified character -> every traditional character that maps to it.
    """

    simple_of: dict[str, str]
    traditional_only: frozenset[str]
    simplified_only: frozenset[str]
    forms: dict[str, tuple[str, ...]]


@cache
def tables() -> Tables:
    """The tables, read off OpenCC once (a few milliseconds)."""
    chars = [chr(code) for code in range(FIRST, LAST + 1)]
    # One character a line: OpenCC's phrase tables cannot reach over the line ends.
    simple = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    # Both: OpenCC's own standard writes 喫 羣 牀 for 吃 群 床, which traditional texts hardly ever do.
    own = opencc.OpenCC("s2t").convert("\n".join(chars)).split("\n")
    taiwan = opencc.OpenCC("s2tw").convert("\n".join(chars)).split("\n")
    # What the newest tables simplify to characters beyond U+FFFF is written as it is: 暐, 諲.
    simple_of = {char: other for char, other in zip(chars, simple, strict=True) if other != char and other <= "\uffff"}
    forms: dict[str, list[str]] = {}
    for char, other in simple_of.items():
        forms.setdefault(other, []).append(char)
    simplified_only = frozenset(
        char for char, *others in zip(chars, own, taiwan, strict=True) if char not in others and char not in simple_of
    ) - frozenset(AMBIGUOUS)
    traditional_only = frozenset(simple_of) - frozenset(AMBIGUOUS)
    return Tables(simple_of, traditional_only, simplified_only, {key: tuple(value) for key, value in forms.items()})


AMBIGUOUS = (
    "于斗丑淀朴占夸凶厘"
    "乾於著藉瞭覆徵夥餘鍾麼後里只台面系制表采准了干松谷后余么云冬划发吁咸回困姜岳布并征志曲朱杰板沈御岩郁游辟檐痹伙涂范"
)
"""Characters that prove nothing: they stand in clean texts of both scripts (於 in names, 里, 后, 台, 制 …)."""


def of(text: str) -> Script:
    """The script a text is written in, as far as its characters tell: those that only one script uses."""
    known = tables()
    counts = Counter(text[:LOOKED_AT])
    simplified = sum(count for char, count in counts.items() if char in known.simplified_only)
    traditional = sum(count for char, count in counts.items() if char in known.traditional_only)
    if max(simplified, traditional) >= ENOUGH and simplified >= CLEARLY * traditional:
        return "simplified"
    if max(simplified, traditional) >= ENOUGH and traditional >= CLEARLY * simplified:
        return "traditional"
    return "unknown"


def simplify_char(char: str) -> str:
    """Simplified form of one character; anything else comes back as it is."""
    return tables().simple_of.get(char, char)


def traditional_forms(char: str) -> tuple[str, ...]:
    """Every traditional character that is simplified to `char` (often none)."""
    return tables().forms.get(char, ())
