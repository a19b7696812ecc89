"""GBK byte by byte: which characters given bytes can form, and which pairs old software drops.

Sources: GBK 1.0 (GB 18030-2022, two-byte part); code page 936 reads the byte 80 as the euro sign.
"""

from __future__ import annotations

from functools import cache

NONE: frozenset[int] = frozenset()

LEADS = frozenset(range(0x81, 0xFF))
"""First bytes of two-byte characters."""

SIGN_LEADS = frozenset((0xA1, 0xA3))
"""First bytes of punctuation, and of the ideographic space."""

SECONDS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
"""Second bytes of two-byte characters."""


def _build() -> tuple[dict[tuple[int, int], str], dict[int, frozenset[int]]]:
    table: dict[tuple[int, int], str] = {}
    vanished: dict[int, set[int]] = {0x80: set(SECONDS)}
    for lead in LEADS:
        for second in SECONDS:
            try:
                table[lead, second] = bytes((lead, second)).decode("gbk")
            except UnicodeDecodeError:
                vanished.setdefault(lead, set()).add(second)
    return table, {lead: frozenset(seconds) for lead, seconds in vanished.items()}


_TABLE, VANISHED = _build()
"""VANISHED: first byte -> second bytes of the pairs that GBK leaves undefined: user-defined areas (AAA1-AFFE,
F8A1-FEFE, A140-A7A0) and holes, and all that begin with 80, which begins no pair."""

CODES = {char: code for code, char in _TABLE.items()}


@cache
def one(byte: int) -> frozenset[int]:
    """The set that holds this byte alone."""
    return frozenset((byte,))


def encode(char: str) -> tuple[int, int] | None:
    """The two bytes of a character, None if GBK has none for it."""
    return CODES.get(char)


def char(lead: int, second: int) -> str | None:
    """The character of two bytes, None if GBK defines none."""
    return _TABLE.get((lead, second))


def wide_code(char: str) -> tuple[int, int] | None:
    """The two bytes that show as `char`, None if there are none with two high bytes or an ASCII letter behind.

    Normalised copies (NFKC) have `!` where `！` stood, so an ASCII sign is taken for its full-width form. Readers by GB
    18030 show user-defined pairs as private-use characters.
    """
    code = CODES.get(char)
    if code or "\u4e00" <= char <= "\u9fff":
        return code
    if "!" <= char <= "~":
        return CODES.get(chr(ord(char) + 0xFEE0))
    if char == " ":
        return CODES["\u3000"]
    if "\ue000" <= char <= "\ue765":
        lead, second = char.encode("gb18030")
        return lead, second
    return None
