"""The cheap test: can this text hold anything misread at all? One search over it; clean text ends here."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from crawler.text.mojibake.shown import gb_classes, latin_table
from crawler.text.mojibake.through_big5 import signs

_MARK = "?？\ufffd"


@cache
def _sign() -> re.Pattern[str]:
    """Characters of which clean text hardly ever has one behind the other, but misread text must have.

    UTF-8 read as GBK: pairs of bytes in the order that characters of three bytes give, or with a mark of loss. Read as
    8-bit text: a letter with an accent and another sign above ASCII. Big5 read as GBK or the reverse: two rare
    characters. All are found in one search for the first character.
    """
    first, second, inside, swallowed = map(re.escape, gb_classes())
    order_mark = f"(?<=锘)[{second}{inside}{swallowed}{_MARK}]"
    gbk = f"[{second}][{inside}€{_MARK}]|[{inside}][{first}]|[{_MARK}€][{first}€]|{order_mark}"
    latin = "\x80-\xff" + re.escape("".join(map(chr, latin_table()))) + _MARK
    big5 = re.escape(signs())
    return re.compile(
        f"[{first}\xa1-\xff{big5}](?:(?<=[{first}])(?:{gbk})|(?<=[\xa1-\xff])[{latin}]|(?<=[{big5}])[{big5}])"
    )


FEW, AROUND = 8, 150
"""Places that are looked at by themselves, and characters on both sides of each."""


def places(text: str) -> list[str] | None:
    """The surroundings of the places where a text may be misread; None if they are many, as in misread text."""
    found = [(match.start(), match.end()) for match in islice(_sign().finditer(text), FEW + 1)]
    if len(found) > FEW:
        return None
    return [text[max(0, start - AROUND) : end + AROUND] for start, end in found]


def may_hold(text: str) -> bool:
    """False for text that holds nothing misread; true for all misread text of a few characters and for some other."""
    return _sign().search(text) is not None
