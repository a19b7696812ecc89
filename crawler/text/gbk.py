"""GBK byte by byte: which characters given bytes can form, and which pairs old software drops."""

from __future__ import annotations

from functools import cache

from crawler.text import lexicon
from crawler.text.script import traditional_forms

LEADS = frozenset(range(0x81, 0xFF))
"""First bytes of two-byte characters."""

SECONDS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
"""Second bytes of two-byte characters."""

NONE: frozenset[int] = frozenset()


def _build() -> tuple[dict[tuple[int, int], str], dict[int, frozenset[int]]]:
    table: dict[tuple[int, int], str] = {}
    vanished: dict[int, set[int]] = {}
    for lead in LEADS:
        for second in SECONDS:
            try:
                table[lead, second] = bytes((lead, second)).decode("gbk")
            except UnicodeDecodeError:
                vanished.setdefault(lead, set()).add(second)
    return table, {lead: frozenset(seconds) for lead, seconds in vanished.items()}


_TABLE, VANISHED = _build()
"""VANISHED: first byte -> second bytes of the pairs that GBK leaves undefined (user-defined areas and holes)."""

_CODES = {char: code for code, char in _TABLE.items()}


@cache
def one(byte: int) -> frozenset[int]:
    """The set that holds this byte alone."""
    return frozenset((byte,))


def encode(char: str) -> tuple[int, int] | None:
    """The two bytes of a character, None if GBK has none for it."""
    return _CODES.get(char)


def wide_code(char: str) -> tuple[int, int] | None:
    """The two high bytes that show as `char`, None if there are none.

    Normalised copies (NFKC) have `!` where `！` stood, so an ASCII sign is taken for its full-width form.
    """
    wide = "\u3000" if char == " " else chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char
    code = _CODES.get(wide)
    return code if code and code[1] >= 0x80 else None


@cache
def _known() -> tuple[dict[int, dict[int, str]], dict[int, dict[int, str]]]:
    """Characters of the model by second byte and first byte, and by first byte and second byte."""
    by_second: dict[int, dict[int, str]] = {}
    by_lead: dict[int, dict[int, str]] = {}
    for char in lexicon.common() | lexicon.signs():
        code = _CODES.get(char)
        if code:
            by_second.setdefault(code[1], {})[code[0]] = char
            by_lead.setdefault(code[0], {})[code[1]] = char
    return by_second, by_lead


@cache
def chars(leads: frozenset[int], second: int) -> tuple[str, ...]:
    """Characters that end in `second` and begin with one of `leads`.

    A single lead forms whatever character it forms; of many leads only those that form characters of the model count.
    """
    if len(leads) == 1:
        (lead,) = leads
        char = _TABLE.get((lead, second))
        return (char,) if char else ()
    return tuple(char for lead, char in _known()[0].get(second, {}).items() if lead in leads)


@cache
def before_gap(lead: int) -> tuple[tuple[str, int], ...]:
    """(character, its second byte) of the model's characters that begin with `lead` and whose second byte may have been
    the first of a vanished pair."""
    return tuple((char, second) for second, char in _known()[1].get(lead, {}).items() if second in VANISHED)


@cache
def spellings(char: str) -> tuple[tuple[str, int, int], ...]:
    """(character, first byte, second byte) of a simplified character and of its traditional forms."""
    return tuple((form, *_CODES[form]) for form in (char, *traditional_forms(char)) if form in _CODES)


@cache
def last_chars(leads: frozenset[int]) -> tuple[str, ...]:
    """Characters of the model that begin with one of `leads` and whose second byte is unknown.

    Where the lead is not known either, anything could stand there: only the likeliest, a full stop, is offered.
    """
    if len(leads) == 1:
        (lead,) = leads
        return tuple(_known()[1].get(lead, {}).values())
    return ("。",) if _CODES["。"][0] in leads else ()
