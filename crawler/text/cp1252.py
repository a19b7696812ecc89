"""Quotation marks and dashes that are bytes of Windows: `&#147;` and U+0093 are “.

The HTML standard (section 13.2.5.80, numeric character reference end state) reads the numbers 128 to 159 as
windows-1252, and so do browsers; parsers that do not leave an invisible control character.
"""

from __future__ import annotations

import re

from crawler.text import rare
from crawler.text.markup import on_source
from crawler.text.model import Repair
from crawler.text.record import Log

CHARACTERS = dict(
    zip(
        (0x80, *range(0x82, 0x8D), 0x8E, *range(0x91, 0x9D), 0x9E, 0x9F),
        "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ",
        strict=True,
    )
)
"""Code -> character, of the HTML standard's table. 81, 8D, 8F, 90 and 9D stand for nothing and stay."""

_NUMBER = re.compile(r"&(?=#)#(?:0{0,4}(?P<tens>1[2-5]\d)(?!\d)|[xX]0{0,4}(?P<hex>[89][0-9a-fA-F])(?![0-9a-fA-F]));?")
_LETTER = "\xa1-\xb6\xb8-\xff"
_CONTROL = re.compile(rf"(?<![{_LETTER}])[\x80\x82\x84\x85\x8b\x91-\x97\x99\x9b](?![{_LETTER}])")
"""Punctuation only, and not beside letters of Latin-1: those are bytes of a text that was misread as a whole."""

_MISREAD = re.compile("[\x81\x83\x86-\x8a\x8c-\x90\x98\x9a\x9c-\x9f]")
_MISREAD_NUMBERS = re.compile(r"&#(?:19[2-9]|2[0-4]\d);&#1[2-9]\d;")
"""Other controls, and UTF-8 written byte by byte as numbers (`&#230;&#148;&#191;`): no punctuation either."""


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Put the characters in place of the numbers and of the controls."""
    numbers = "&" in text and _NUMBER.search(text) is not None and not _MISREAD_NUMBERS.search(text)
    controls = rare.holds(text, rare.CONTROLS) and not _MISREAD.search(text)
    if not numbers and not controls:
        return text, None
    log = Log("entity_cp1252")

    def number(match: re.Match[str]) -> str:
        char = CHARACTERS.get(int(match["tens"] or 0) or int(match["hex"] or "0", 16))
        if char is None:
            return match[0]
        log.note(match[0], char)
        return char

    def control(match: re.Match[str]) -> str:
        log.note(match[0], CHARACTERS[ord(match[0])])
        return CHARACTERS[ord(match[0])]

    def clean(part: str) -> str:
        part = _NUMBER.sub(number, part) if numbers else part
        return _CONTROL.sub(control, part) if controls else part

    new = on_source(text, clean, html=html)
    return (new, log.repair()) if log.count else (text, None)
