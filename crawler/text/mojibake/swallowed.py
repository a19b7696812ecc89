"""ASCII characters that went with an odd byte: `鏀垮簻鍏?/p>` has lost the `<` of `</p>`.

Only markup tells what was there: the `<` of a tag, the `&` of an entity, the quotation mark that ends an attribute.
"""

from __future__ import annotations

import re

_TAG = re.compile(
    r"/[A-Za-z][A-Za-z0-9]{0,14}\s{0,4}>|!--|"
    r"(?:br|hr|p|b|i|u|a|div|span|td|th|tr|table|tbody|font|img|strong|em|li|ul|ol|input|script|option|h[1-6])\s{0,4}/?>|"
    r"(?:p|a|div|span|td|th|tr|table|font|img|input|script|option|li|ul|br|h[1-6])\s+[A-Za-z-]{2,20}\s?=\s?[\"']"
)
_ENTITY = re.compile(r"(?:nbsp|ldquo|rdquo|lt|gt|amp|quot|mdash|middot|hellip|emsp|ensp|#\d{2,5});")
_END_OF_VALUE = re.compile(r"\s{0,4}/?>|\s{1,4}[A-Za-z][A-Za-z-]{1,20}\s?=\s?[\"']")
_OPEN_VALUE = re.compile(r"""<[A-Za-z][^<>]{0,400}?=\s?(["'])[^<>"']{0,2000}$""")

BACK = 2_500
"""Characters before a mark that are looked at for the tag around it."""


def ascii_before(before: str, behind: str, *, html: bool) -> str:
    """The ASCII character that stood between these two texts, "" if the markup does not show one.

    Args:
        before: the repaired text up to the lost byte.
        behind: the text behind the mark of loss.
        html: whether it is HTML source; else there are no tags, but entities.
    """
    if _ENTITY.match(behind):
        return "&"
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
