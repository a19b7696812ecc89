"""Where a run that was read one byte off ends, and what its end swallowed."""

from __future__ import annotations

import re
from typing import NamedTuple

MARKS = "?？\ufffd"
"""What shows for a byte that could not be read."""

UNKNOWN = "\ufffd"
"""Stands for a sign that was swallowed and that nothing tells."""


class Sign(NamedTuple):
    """An ASCII sign that a run's last byte may have swallowed.

    `shown` is what is written, `seen` what the model should think stands there ("" for nothing), `price` what the guess
    costs; `told` if the text behind tells the sign for certain, so that nothing behind it need be looked at.
    """

    shown: str
    seen: str
    price: float = 0.0
    told: bool = False


_AFTER_AMPERSAND = re.compile(
    r"(?:nbsp|ensp|emsp|ldquo|rdquo|lsquo|rsquo|lt|gt|amp|quot|middot|mdash|hellip|#\d{2,5});"
)
_BLANKS = ("nbsp;", "ensp;", "emsp;")
_AFTER_BRACKET = re.compile(
    r"/?(?:p|br|div|span|td|tr|th|table|tbody|strong|b|font|a|li|ul|h[1-6]|em|u|o:p)(?:\s[^<>]{0,300})?/?>", re.I
)
_AFTER_PAREN = re.compile("[a-zɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,7}[)）]")
_YEAR = re.compile(r"0[0-3]\d年")

_LINE = re.compile("\u3000\u3000|[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、")
"""A paragraph's or a heading's beginning."""

_NEW_LINE = Sign("\n", "\n")
_GUESSES = tuple(
    Sign(UNKNOWN, seen, price) for seen, price in (("\n", 1.0), ("0", 0.5), ("（", 2.0), ("，", 3.0), ("", 6.0))
)


def telling(text: str, at: int) -> bool:
    """True if the text at `at`, behind a mark, shows that the mark swallowed the beginning of an entity or a tag."""
    return bool(_AFTER_AMPERSAND.match(text, at) or _AFTER_BRACKET.match(text, at))


def swallowed(text: str, at: int) -> tuple[Sign, ...]:
    """What the mark before `text[at]` may have swallowed together with a run's last byte."""
    entity = _AFTER_AMPERSAND.match(text, at)
    if entity:
        return (Sign("&", "\u3000" if entity[0] in _BLANKS else "", told=True),)
    if _AFTER_BRACKET.match(text, at):
        return (Sign("<", "\n", told=True),)
    if _AFTER_PAREN.match(text, at):
        return (Sign("(", "", told=True),)
    if _YEAR.match(text, at):
        return (Sign("2", "0", told=True),)
    if text[at : at + 1] in ("\n", "\r", "<", "&", ""):
        return (Sign("", "\n", told=True),)
    return (_NEW_LINE, *_GUESSES[1:]) if _LINE.match(text, at) else _GUESSES
