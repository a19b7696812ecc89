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
    gbk = f"[{second}][{inside}€{_MARK}]|[{inside}][{first}]|[{_MARK}€][{first}€0-9]|(?<=[銆锛])[{_MARK}]|{order_mark}"
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


@cache
def _gbk_sign() -> re.Pattern[str]:
    """The part of it that UTF-8 read as GBK has."""
    first, second, inside, swallowed = map(re.escape, gb_classes())
    order_mark = f"(?<=锘)[{second}{inside}{swallowed}{_MARK}]"
    return re.compile(
        f"[{first}](?:[{second}][{inside}€{_MARK}]|[{inside}][{first}]|[{_MARK}€][{first}€0-9]|(?<=[銆锛])[{_MARK}]|{order_mark})"
    )


@cache
def _latin_sign() -> re.Pattern[str]:
    """The part of it that text read as 8-bit text has."""
    return re.compile("[\xa1-\xff][\x80-\xff" + re.escape("".join(map(chr, latin_table()))) + _MARK + "]")


@cache
def _big5_sign() -> re.Pattern[str]:
    """The part of it that text has that was read as Big5 or was Big5."""
    return re.compile(f"[{re.escape(signs())}]{{2}}")


def may_be_gbk(text: str) -> bool:
    """Whether UTF-8 read as GBK can be in a text: spares it a search that costs a hundred times more."""
    return _gbk_sign().search(text) is not None


def may_be_latin(text: str) -> bool:
    """The same of UTF-8 or GBK read as 8-bit text."""
    return _latin_sign().search(text) is not None


def may_be_big5(text: str) -> bool:
    """The same of Big5 read as GBK and the reverse."""
    return _big5_sign().search(text) is not None


_ASCII = bytes(set(range(0x80)) - {ord("?")})


def _mostly_ascii(text: str) -> bool:
    sample = text[::61]
    return len(text) > 2_000 and len(sample.encode("utf-8", "surrogatepass")) < 1.2 * len(sample)


def may_hold(text: str) -> bool:
    """False for text that holds nothing misread; true for all misread text of a few characters and for some other."""
    if _mostly_ascii(text):  # without its ASCII such a page is searched four times faster; no neighbours get lost
        rest = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
        if not _sign().search(rest):
            return False
    return _sign().search(text) is not None
