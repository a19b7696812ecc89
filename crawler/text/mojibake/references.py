"""Bytes of misread text that were written as references: `æ&#129;¯` is 息, `æ&nbsp;¡` is 校.

Software escapes what it cannot write: the controls, which windows-1252 lacks, and the no-break blank. The other bytes
of the same character stand beside them as letters and signs.
"""

from __future__ import annotations

import re

from crawler.text.mojibake.shown import latin_table

_REFERENCE = r"&(?:#(?:1[2-8]\d|19[01])|#[xX][89abAB][0-9a-fA-F]|nbsp);"
_SECOND = "[\x80-\xbf" + re.escape("".join(map(chr, latin_table()))) + "]"
_BYTE = f"(?:{_SECOND}|{_REFERENCE})"
_SPLIT = re.compile(f"[\xe0-\xef](?:{_REFERENCE}{_BYTE}|{_SECOND}{_REFERENCE})")
"""A character of three bytes in UTF-8 of which at least one is a reference."""

_ONE = re.compile(_REFERENCE)


def spelled(text: str) -> str:
    """The text with these references as characters; the same object if there are none."""
    if "&" not in text or not _SPLIT.search(text):
        return text
    return _SPLIT.sub(lambda match: _ONE.sub(_char, match[0]), text)


def _char(match: re.Match[str]) -> str:
    name = match[0][1:-1]
    if name == "nbsp":
        return "\xa0"
    number = name[1:]
    return chr(int(number[1:], 16) if number[0] in "xX" else int(number))
