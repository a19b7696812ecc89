"""The cheap test: can this text hold anything misread at all? One search over it; clean text ends here."""

from __future__ import annotations

import re
from functools import cache

from crawler.text.mojibake.shown import gb_classes, latin_table


@cache
def _pair() -> re.Pattern[str]:
    """Two characters of which clean Chinese text hardly ever has one behind the other, but misread text must have.

    UTF-8 read as GBK: the first two bytes of a character, then its third with the next one's first. As 8-bit text: a
    letter with an accent and another sign above ASCII.
    """
    first, second, inside, swallowed = gb_classes()
    latin = "\x80-\xff" + re.escape("".join(map(chr, latin_table())))
    behind = re.escape(second + inside + swallowed) + latin + "?？\ufffd"
    return re.compile(f"[{re.escape(first)}\xa1-\xff][{behind}]")


def may_hold(text: str) -> bool:
    """False for text that holds nothing misread; true for all misread text of a few characters and for some other."""
    return _pair().search(text) is not None
