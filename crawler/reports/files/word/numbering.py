"""Automatic list numbers of DOCX, which stand in no text: 一、 （一） 1. made by Word and WPS as they show a list.

Rules: ECMA-376 part 1, 17.9 (numbering), 17.18.59 (number formats).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import lxml.etree as etree

from crawler.reports.files.package import attribute, child, local

_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_LEVELS = 9


@dataclass(slots=True)
class Level:
    """One level of a list: how its numbers look and where they start."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of one document with their running numbers."""

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def read(cls, root: etree._Element | None) -> Numbering:
        """From numbering.xml; without lists where there is none."""
        numbering = cls()
        if root is None:
            return numbering
        kinds = {attribute(one, "abstractNumId"): _levels(one) for one in root if local(one) == "abstractNum"}
        for one in root:
            if local(one) != "num":
                continue
            kind = attribute(child(one, "abstractNumId"), "val")
            levels = dict(kinds.get(kind, {}))
            own = _overrides(one, levels)
            # Lists of one kind count on together, unless one of them starts anew.
            counter = f"num {attribute(one, 'numId')}" if own else f"kind {kind}"
            numbering.lists[attribute(one, "numId") or ""] = (counter, levels)
        return numbering

    def mark(self, number_id: str, level: int) -> str:
        """The number that stands before the next paragraph of a list, "" for bullets and unknown lists."""
        counter, levels = self.lists.get(number_id, ("", {}))
        own = levels.get(level)
        if own is None or number_id == "0":
            return ""
        count = self._counts.get((counter, level), own.start - 1) + 1
        self._counts[(counter, level)] = count
        for deeper in range(level + 1, _MOST_LEVELS):
            self._counts.pop((counter, deeper), None)
        if own.form in ("bullet", "none"):
            return ""
        out = own.text
        for n in range(level + 1):
            shown = levels.get(n, own)
            value = self._counts.get((counter, n), shown.start)
            out = out.replace(f"%{n + 1}", number(value, "decimal" if own.legal else shown.form))
        return out


def _levels(kind: etree._Element) -> dict[int, Level]:
    return {_int(attribute(one, "ilvl")): _level(one) for one in kind if local(one) == "lvl"}


def _level(element: etree._Element) -> Level:
    legal = child(element, "isLgl")
    return Level(
        form=attribute(child(element, "numFmt"), "val") or "decimal",
        text=attribute(child(element, "lvlText"), "val") or "",
        start=_int(attribute(child(element, "start"), "val"), 1),
        legal=legal is not None and attribute(legal, "val") not in ("0", "false"),
    )


def _overrides(num: etree._Element, levels: dict[int, Level]) -> bool:
    """Apply what one list changes in its kind; True where it starts anew."""
    found = False
    for one in num:
        if local(one) != "lvlOverride":
            continue
        at = _int(attribute(one, "ilvl"))
        own = child(one, "lvl")
        if own is not None:
            levels[at] = _level(own)
        start = attribute(child(one, "startOverride"), "val")
        if start is not None:
            base = levels.get(at, Level())
            levels[at] = Level(base.form, base.text, _int(start, 1), base.legal)
            found = True
    return found


def _int(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.lstrip("-").isdecimal() and len(text) < 6 else default


def number(value: int, form: str) -> str:
    """A number in one of Word's number formats; decimal where the format is unknown."""
    make = _FORMS.get(form)
    return make(value) if make and 0 < value < 1000 else str(value)


def chinese(value: int) -> str:
    """1 to 999 in Chinese: 十, 二十一, 一百零三."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones else "")


def _roman(value: int) -> str:
    out = ""
    for size, letters in _ROMAN:
        while value >= size and len(out) < 20:
            out += letters
            value -= size
    return out


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if value <= 20 else str(value)


def _digit_wise(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


_FORMS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "chineseLegalSimplified": lambda value: chinese(value).translate(
        str.maketrans("一二三四五六七八九十百", "壹贰叁肆伍陆柒捌玖拾佰")
    ),
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": _digit_wise,
    "japaneseDigitalTenThousand": _digit_wise,
    "ideographTraditional": lambda value: _STEMS[(value - 1) % 10],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": lambda value: str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerLetter": _letters,
    "upperRoman": lambda value: _roman(value).upper(),
    "lowerRoman": _roman,
}
