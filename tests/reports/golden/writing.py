"""Ways of writing a number in a cell."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_CN = "零一二三四五六七八九"


def _thousands(text: str) -> str:
    return f"{int(text):,}" if text.lstrip("-").isdecimal() else text


def chinese(text: str) -> str:
    """A whole number below 10,000 in Chinese numerals."""
    if not text.isdecimal() or len(text) > 4:
        return text
    if text == "0":
        return "零"
    out, gap = "", False
    for at, digit in enumerate(text):
        place = len(text) - at - 1
        if digit == "0":
            gap = True
            continue
        out += ("零" if gap and out else "") + _CN[int(digit)] + ("", "十", "百", "千")[place]
        gap = False
    return out.removeprefix("一") if out.startswith("一十") else out


def _signed(text: str) -> str:
    if text.startswith("-"):
        return f"减{text[1:]}"
    return text


WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "full_width": lambda text: text.translate(_FULL),
    "thousands": _thousands,
    "chinese": chinese,
    "counted": lambda text: f"{text}件" if text.isdecimal() else text,
    "padded": lambda text: f"\u3000{text}\u00a0",
    "words": _signed,
    "blank_zeros": lambda text: "" if text == "0" else text,
}


def value_of(text: str) -> Decimal:
    """The number that a figure is."""
    return Decimal(text)
