"""ASCII characters that went with an odd byte: `鏀垮簻鍏?/p>` has lost the `<` of `</p>`.

Only markup tells what was there: the `<` of a tag, the `&` of an entity, the quotation mark that ends an attribute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.text import lexicon
from crawler.text.mojibake.model import Passage, plain
from crawler.text.mojibake.utf8 import Hole

_TAG = re.compile(
    r"!doctype\s|\?xml\s|html\s{0,4}>|head\s{0,4}>|/[A-Za-z][A-Za-z0-9]{0,14}\s{0,4}>|!--|"
    r"(?:br|hr|p|b|i|u|a|div|span|td|th|tr|table|tbody|font|img|strong|em|li|ul|ol|input|script|option|h[1-6])\s{0,4}/?>|"
    r"(?:p|a|div|span|td|th|tr|table|font|img|input|script|option|li|ul|br|h[1-6])\s+[A-Za-z-]{2,20}\s?=\s?[\"']",
    re.I,
)
_ENTITY = re.compile(r"(?:nbsp|ldquo|rdquo|lt|gt|amp|quot|mdash|middot|hellip|emsp|ensp|#\d{2,5});")
_YEAR = re.compile(r"0[012][0-9](?![0-9.,])")
"""The rest of a year; no number begins so."""

_END_OF_VALUE = re.compile(r"\s{0,4}/?>|\s{1,4}[A-Za-z][A-Za-z-]{1,20}\s?=\s?[\"']")
_OPEN_VALUE = re.compile(r"""<[A-Za-z][^<>]{0,400}?=\s?(["'])[^<>"']{0,2000}$""")

BACK = 2_500
"""Characters before a mark that are looked at for the tag around it."""


def may_be_cut(behind: str) -> bool:
    """The cheap test of `ascii_before`: whether the text behind a mark can be what a swallowed character leaves."""
    return any(pattern.match(behind) for pattern in (_TAG, _ENTITY, _YEAR, _END_OF_VALUE))


def ascii_before(before: str, behind: str, *, html: bool) -> str:
    """The ASCII character that stood between these two texts, "" if the markup does not show one.

    Args:
        before: the repaired text up to the lost byte.
        behind: the text behind the mark of loss.
        html: whether it is HTML source; else there are no tags, but entities.
    """
    if _ENTITY.match(behind):
        return "&"
    if _YEAR.match(behind):
        return "2"
    if not html:
        return ""
    if (around := _open_value(before)) is not None:
        return around if _END_OF_VALUE.match(behind) else ""
    return "<" if _TAG.match(behind) else ""


def _open_value(before: str) -> str | None:
    """The quotation mark of the attribute value that is open at the end of `before`."""
    near = before[-BACK:]
    tag = near.rfind("<")
    if tag < 0 or near.find(">", tag) >= 0:
        return None
    open_value = None
    for char in near[tag:]:
        if open_value is None and char in "\"'":
            open_value = char
        elif char == open_value:
            open_value = None
    return open_value


_USERS = re.compile("[\ue000-\ue765]")
"""GBK's user-defined areas: a decoder that shows them loses no pair of bytes but those with an ASCII character."""


_WHOLE = re.compile(r"<|\s{0,2}(?:19|20)[0-9]{2}(?![0-9])")
"""What stands behind a mark that swallowed nothing: a tag, a year."""


_REST = re.compile(r"[.:,]\d|%")
"""The rest of a number."""


@dataclass(frozen=True, slots=True)
class Losses:
    """How a decoder lost bytes.

    Attributes:
        strict: it may have lost pairs that GBK leaves undefined, too.
        only_80: it shows such pairs as private characters, but loses 80: no other byte can have been lost before one
            above ASCII.
        swallowing: an ASCII character behind an odd byte went with it.
        unclear: nothing tells whether it did: the text is too short.
    """

    strict: bool
    only_80: bool
    swallowing: bool
    unclear: bool = False


def _ends_in_80(hole: Hole) -> bool:
    """Whether the character is a usual one if its last byte is 80, which some decoders lose."""
    data = bytes(byte if byte is not None else 0x80 for byte in hole.ways[0][-1])
    try:
        char = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return char in lexicon.common() or char in lexicon.signs()


def losses_of(text: str, passages: list[Passage], *, html: bool, below: bool) -> Losses:
    """How the decoder that misread these passages lost bytes, judged by what stands behind its marks.

    Args:
        text: the text, misread.
        passages: its misread passages.
        html: whether it is HTML source.
        below: bytes were lost when it was misread once more, where other pairs are undefined.
    """
    # Software that swallows shows `?`; U+FFFD is the mark of later decoders, which do not, but for markup that tells.
    users = _USERS.search(text) is not None
    middle = sum(isinstance(part, Hole) and part.middle for passage in passages for part in passage.parts)
    euro = "€" in text and not middle  # Windows, which swallows, shows 80 so; but A2 E3 is shown so, too
    for_it = against = unclear = inside = 0
    lost_80 = middle
    for passage in passages:
        for index, part in enumerate(passage.parts):
            if not isinstance(part, Hole) or not part.open_end:
                continue
            if index + 1 < len(passage.parts):
                inside += part.marks == "?"
                for_it += users and part.marks == "?" and (euro or not _ends_in_80(part))
                lost_80 += users and not euro and _ends_in_80(part)
                continue
            behind = text[passage.end : passage.end + 80]
            before = text[max(0, passage.start - BACK) : passage.start] + plain(passage.parts)
            cut = may_be_cut(behind) and ascii_before(before, behind, html=html)
            if cut or _REST.match(behind) or (users and part.marks == "?" and behind[:1] >= "@"):
                for_it += 1
            elif _WHOLE.match(behind):
                against += 1
            else:
                unclear += part.marks == "?" and behind[:1].isdigit()
    told = against + middle
    if not euro:
        against += lost_80
    likely = for_it > 0 or (unclear > 0 and not against and (users or euro))
    swallowing = likely and 10 * for_it >= against
    doubtful = 0 < inside < CLEAR and not swallowing and not told
    return Losses(not below and not (users and euro), users and lost_80 > 1, swallowing, doubtful)


CLEAR = 3
"""Marks amid misread text that tell of how bytes were lost, if nothing else does."""
