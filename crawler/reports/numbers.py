"""What stands in one cell: a number, or which of the things that are not a number.

A blank, a `0`, a `/`, a `无`, `未统计`, a picture and a sentence are different things and stay different: the value is
None unless the cell holds a number. Nothing is guessed: a range (`1-2`), a number that is only about so (`约30`,
`30余件`) or digits cut apart (`12 34`) stay text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from crawler.reports.formats import shared
from crawler.reports.model import CellKind

LONGEST = 120
"""Longest text read as a number: a longer one is a sentence, and patterns never run over it."""
_DIGITS = 18
"""More digits than this cannot be a count or an amount; they are damage (cells run together)."""

_MINUS = str.maketrans(dict.fromkeys("−–—﹣", "-"))
_RISE = "增加|新增|增|上升|升|↑|▲|减少|取消|减|下降|降|↓|▼|▽"
"""Words and signs of a change. △ is none: in statements of account it marks a fall, elsewhere a rise."""
_FALL = frozenset(["减少", "取消", "减", "下降", "降", "↓", "▼", "▽"])
_NOTE = re.compile(r"(?<=[\d件条个项)）])\s?([①-⑳¹²³※]{1,3})$")
"""A footnote's sign behind a number; NFKC would make 31 of 3①."""
_CIRCLED = re.compile(r"[①-⑳⑴-⒛⓪-⓿❶-➓²³¹⁰-₉]")
_SIGNS = frozenset(_RISE.split("|"))
_CN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2} | {
    c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", start=1)
}  # fmt: skip
_CN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
_CN_NUMBER = re.compile(rf"[{''.join(_CN_DIGITS)}{''.join(_CN_UNITS)}万亿]{{1,20}}")
_LOST = re.compile(r"[?�□]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell holds. `value` is None unless `kind` is `number` or `zero`; `unit` is the unit of `value`.

    `converted` marks a value that stood in another money unit than the column's (`251000元` under 万元); `remark` is
    what stood beside the number (`办结数`); `negative` a number below zero where none can be (`kind` is `damaged`).
    """

    raw: str
    kind: CellKind
    value: Decimal | None = None
    unit: str | None = None
    remark: str | None = None
    converted: bool = False
    negative: bool = False


def read_cell(raw: str, unit: str | None = None, signed: bool = False) -> Reading:
    """Read one cell of a column whose values have `unit` and, when `signed`, may be negative. Never raises.

    `590(办结数)` is 590 with a remark, `3①` is 3 with ①; `1.2万` is 12,000 (but `12万` in a column of money 12 万元);
    `13,612`, full-width digits and Chinese numerals are numbers; `251000元` in a
    万元 column is 25.1 万元; `增10` and `减3` are +10 and -3 in signed columns; a negative elsewhere is damage.
    """
    text = raw.strip()
    if len(text) > LONGEST:
        return Reading(text, "text")
    return _read(text, unit, signed)


@lru_cache(maxsize=65536)
def _read(text: str, unit: str | None, signed: bool) -> Reading:
    note = _NOTE.search(text)
    if note is not None:
        bare = _read(text[: note.start()], unit, signed)
        remark = f"{bare.remark} {note[1]}" if bare.remark else note[1]
        return replace(bare, raw=text, remark=remark) if bare.value is not None else Reading(text, "text")
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    null = _null_kind(text, plain)
    if null is not None:
        return Reading(text, null, Decimal(0) if null == "zero" else None, unit if null == "zero" else None)
    found = _number_pattern().fullmatch(plain)
    if found is None or _CIRCLED.search(text):
        return Reading(text, "damaged" if _lost_digits(plain) else "text")
    return _number(text, found, unit, signed)


def _number(text: str, found: re.Match[str], unit: str | None, signed: bool) -> Reading:
    remark = (found["remark"] or "").strip() or None
    behind = found["mark"] or (remark if signed and remark in _SIGNS else None)
    if (found["change"] or found["mark"]) and not signed:
        return Reading(text, "text")
    if found["change"] and behind and found["change"] != behind:
        return Reading(text, "text")  # ↑3↓
    change, sign = found["change"] or behind, found["sign"] or ""
    magnitude = _magnitude(found)
    if magnitude is None:
        return Reading(text, "damaged")
    value = -magnitude if (sign == "-") != (change in _FALL) and magnitude else magnitude
    if value < 0 and not signed:
        return Reading(text, "damaged", remark=remark, negative=True)
    printed = found["unit"]
    if found["scale"]:
        # 12万 in a column of money is 12 万元; 1.2万 in a column of counts is 12,000
        printed = f"{found['scale']}元" if printed is None and unit in shared().units.money else printed
        value = value if printed in shared().units.money else value * _SCALES[found["scale"]]
    money = shared().units.money
    if unit in money and printed is None and (found["cn"] or "")[-1:] in _SCALES:
        printed = f"{found['cn'][-1]}元"  # 十二万 in a column of money is 12 万元, not 120,000
        value /= _SCALES[found["cn"][-1]]
    if printed in money and unit is not None and unit not in money:
        return Reading(text, "text")  # an amount of money is no count
    scaled, in_unit = to_unit(value, printed, unit)
    kind: CellKind = "number" if scaled else "zero"
    return Reading(text, kind, scaled, in_unit, remark, printed != in_unit and scaled != value)


def _magnitude(found: re.Match[str]) -> Decimal | None:
    if found["cn"]:
        return chinese_number(found["cn"])
    digits = re.sub(r"[,\s]", "", found["digits"])
    if sum(map(str.isdigit, digits)) > _DIGITS:
        return None
    return Decimal(digits)


def to_unit(value: Decimal, printed: str | None, wanted: str | None) -> tuple[Decimal, str | None]:
    """`value` in the column's unit where both are money; otherwise as printed. Returns (value, its unit)."""
    money = shared().units.money
    if printed is None or printed == wanted:
        return value, wanted
    if printed in money and wanted in money:
        return value * Decimal(money[printed]) / Decimal(money[wanted]), wanted
    return value, printed


def chinese_number(text: str) -> Decimal | None:
    """Read Chinese numerals: 十二 is 12, 一百零三 is 103, 两千 is 2000, 二〇二一 is 2021. None for what is none."""
    if not text or not _CN_NUMBER.fullmatch(text):
        return None
    if all(char in _CN_DIGITS for char in text):
        return Decimal("".join(str(_CN_DIGITS[char]) for char in text))
    total = section = 0
    digit: int | None = None
    for char in text:
        if char in _CN_DIGITS:
            if digit:
                return None  # 二三百 is no number: two digits before one unit
            digit = _CN_DIGITS[char]
        elif char in _CN_UNITS:
            section += (1 if digit is None else digit) * _CN_UNITS[char]
            digit = None
        else:
            part = section + (digit or 0)
            total = total + part * 10_000 if char == "万" else (total + part) * 100_000_000
            section, digit = 0, None
    return Decimal(total + section + (digit or 0))


def unit_in(header: str) -> str | None:
    """The unit that a column header prints: `采购总金额（万元）`, `收费金额(单位:万元)`. None if it says none."""
    if len(header) > LONGEST:
        return None
    found = _header_unit().search(unicodedata.normalize("NFKC", header))
    return found[1] if found else None


@lru_cache(maxsize=1)
def _null_tokens() -> dict[str, CellKind]:
    kinds: tuple[CellKind, ...] = ("zero", "empty", "none_word", "not_applicable", "not_counted")
    return {token: kind for kind in kinds for token in shared().null_tokens.get(kind, ())}


def _null_kind(text: str, plain: str) -> CellKind | None:
    tokens = _null_tokens()
    for candidate in (text, plain, re.sub(r"[。.;,]+$", "", plain)):
        if candidate in tokens:
            return tokens[candidate]
    return None


def _lost_digits(plain: str) -> bool:
    """A short cell of digits and marks that stand for lost characters: `1?`, `�2`."""
    return bool(_LOST.search(plain)) and len(plain) <= 12 and not re.search(r"[^\W\d_]", _LOST.sub("", plain))


def _unit_names() -> str:
    units = shared().units
    names = sorted([*units.counters, *units.money], key=len, reverse=True)
    return "|".join(map(re.escape, names))


@lru_cache(maxsize=1)
def _number_pattern() -> re.Pattern[str]:
    number = r"(?P<digits>\d{1,3}(?:\s?,\s?\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    return re.compile(
        rf"(?:(?P<change>{_RISE})|共计?)?\s?(?P<sign>[+-])?\s?"
        rf"(?:{number}|(?P<cn>{_CN_NUMBER.pattern}))\s?(?P<scale>[万亿](?!元))?"
        rf"\s?(?P<unit>{_unit_names()})?\s?(?:[(\[](?P<remark>[^()\[\]]*)[)\]])?(?P<mark>[↑↓▲▼▽])?[。;]?"
    )


@lru_cache(maxsize=1)
def _header_unit() -> re.Pattern[str]:
    return re.compile(rf"\(\s*(?:计量)?(?:单位)?\s*[::]?\s*({_unit_names()})\s*\)")
