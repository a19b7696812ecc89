"""Characters written as entities, as characters: what stands in `&#25919;&#24220;` or `&Otilde;&thorn;&cedil;&reg;`.

In a page that is no damage, but it hides damage: traditional script, pronunciations, text misread as Latin-1 before it
was escaped (PHP's `htmlentities`). The pipeline looks at the spelled-out text too, and takes it where it finds more.
"""

from __future__ import annotations

import html as html_module
import re

from crawler.text.cp1252 import CHARACTERS
from crawler.text.markup import on_source
from crawler.text.model import Repair
from crawler.text.record import Log

FIRST_WIDE = 0x2E80
"""Radicals, ideographs, full-width signs and private characters begin here."""

_UNSEEN = frozenset((0xAD, *range(0x200B, 0x2010), 0x2060))
_NUMBER = r"&#(?:\d{3,7}+|[xX][0-9a-fA-F]{2,6}+)(?:;|(?![0-9A-Za-z]))"
_WINDOWS = (
    r"#(?:338|339|35[23]|376|38[12]|402|710|732|82[1-4]\d|8250|8364|8482)|"
    r"#[xX]0*(?:15[23]|16[01]|17[8dDeE]|192|2[cC]6|2[dD][cC]|20[1-3][0-9a-fA-F]|20[aA][cC]|2122)"
)
"""Characters of windows-1252's bytes 80–9F, written as their own numbers."""

_NAMES = r"[A-Z]{0,2}[a-z]{2,6}|[A-Z]{2,4}|frac\d\d|sup\d"
_BYTE = rf"&(?:#1[2-9]\d|#2[0-5]\d|#[xX][89a-fA-F][0-9a-fA-F]|{_WINDOWS}|{_NAMES});"
_BYTES = rf"(?:{_BYTE}[\x21-\x25\x27-\x3b\x3d\x3f-\x7e\x80-\u024f\u2013-\u2122]?){{3,}}"
"""Bytes of a misread text: entities of Latin-1 in a row, with at most one other character of one byte between them."""

_SPELLED = re.compile(f"(?P<bytes>{_BYTES})|(?P<row>(?:{_NUMBER}){{2,}})|{_NUMBER}")
_EACH = re.compile(_NUMBER)
_ONE = re.compile(_BYTE)
_LETTER_NAMES = "[A-Za-z]{1,2}(?:grave|acute|circ|tilde|uml|ring|cedil|slash|lig)|eth|ETH|thorn|THORN"
_LETTER = re.compile(rf"&(?:#(?:19[2-9]|2\d\d)|#[xX][c-fC-F].|{_LETTER_NAMES});")
_POSSIBLE = re.compile(rf"&(?:#(?:\d{{3,7}}|[xX][0-9a-fA-F]{{2,6}})|(?:{_LETTER_NAMES});)")
"""One of these must be among the bytes: blanks and quotation marks in a row are nothing but that."""


def _is_wide(entity: str) -> bool:
    digits = entity[2:].rstrip(";")
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return code >= FIRST_WIDE or code in _UNSEEN


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """`text` with entities of Chinese, private and invisible characters, and runs of entities of Latin-1, as
    characters; the same object if there are none."""
    if "&" not in text or not _POSSIBLE.search(text) or not _SPELLED.search(text):
        return text, None
    log = Log("entity")

    def character(match: re.Match[str]) -> str:
        char = html_module.unescape(match[0])
        if len(char) != 1 or char < "\x80" or "\ud800" <= char <= "\udfff" or char == "\ufffd":
            return match[0]
        log.note(match[0], char)
        return CHARACTERS.get(ord(char), char)

    def spell(match: re.Match[str]) -> str:
        if match["bytes"]:
            return _ONE.sub(character, match[0]) if _LETTER.search(match[0]) else match[0]
        # In a row of Chinese any sign may be part of a misread text: 信 read as GBK is 淇 and half of ℃.
        row = match["row"] or match[0]
        return _EACH.sub(character, row) if any(map(_is_wide, _EACH.findall(row))) else match[0]

    new = on_source(text, lambda part: _SPELLED.sub(spell, part), html=html)
    return (new, log.repair()) if log.count else (text, None)
