"""Damage to characters: script, pronunciations, entities, radicals, private use, full-width digits.

Each function takes (text, random numbers) and returns (damaged, clean), None where it has nothing to do. `clean` is
mostly the text itself; where a damage needs something to happen to (a blank, a bullet), that is put before it first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random

import opencc
from pypinyin import Style, pinyin

Change = Callable[[str, Random], tuple[str, str] | None]

_HANZI = re.compile("[\u4e00-\u9fff]")

# --- script and wording ------------------------------------------------------------------------------------------


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def converted(name: str, text: str) -> str:
    """`text` through one of OpenCC's conversions."""
    return str(_converter(name).convert(text))


def _script(name: str) -> Change:
    return lambda text, rng: (converted(name, text), text)


def _mixed(text: str, rng: Random) -> tuple[str, str] | None:
    """A mirror that converted some clauses and left others."""
    clauses = re.split("(?<=[，。；：])", text)
    if len(clauses) < 3:
        return None
    kept = rng.randrange(len(clauses))
    return "".join(clause if i == kept else converted("s2t", clause) for i, clause in enumerate(clauses)), text


def _words_only(text: str, rng: Random) -> tuple[str, str] | None:
    """Simplified script with the wording of Taiwan, as converters leave it that go there and back by characters."""
    return converted("t2s", converted("s2twp", text)), text


# --- pronunciations ----------------------------------------------------------------------------------------------


def _readings(text: str, style: Style) -> list[str | None]:
    """The reading of each character of `text`, None for what is not Chinese."""
    found: list[str | None] = []
    for run in re.findall("[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+", text):
        if _HANZI.match(run):
            found += [item[0] for item in pinyin(run, style=style)]
        else:
            found += [None] * len(run)
    return found


def _pinyin(
    share: float, form: str = "{0}({1})", style: Style = Style.TONE, *, script_g: bool = False, stays: str = "{0}"
) -> Change:
    """Pronunciations behind a share of the characters (of three at least); `stays` is what is left without them."""

    def change(text: str, rng: Random) -> tuple[str, str] | None:
        readings = _readings(text, style)
        places = [i for i, reading in enumerate(readings) if reading and not _HANZI.match(reading)]
        if len(places) < 3:
            return None
        chosen = set(rng.sample(places, max(3, round(share * len(places)))))
        damaged, clean = [], []
        for index, char in enumerate(text):
            reading = (readings[index] or "").replace("g", "ɡ" if script_g else "g")
            damaged.append(form.format(char, reading) if index in chosen else char)
            clean.append(stays.format(char) if index in chosen else char)
        return "".join(damaged), "".join(clean)

    return change


# --- entities ----------------------------------------------------------------------------------------------------

_NAMED = {
    " ": "nbsp", "“": "ldquo", "”": "rdquo", "‘": "lsquo", "’": "rsquo", "·": "middot", "…": "hellip", "—": "mdash",
    "×": "times", "•": "bull", "–": "ndash",
}  # fmt: skip
_CP1252 = {"“": 147, "”": 148, "‘": 145, "’": 146, "…": 133, "—": 151, "–": 150, "•": 149, "€": 128, "™": 153}


def _with(text: str, signs: object, opening: str) -> str:
    """`text`, with `opening` before it if it holds none of `signs`."""
    return text if any(sign in text for sign in signs) else opening + text  # type: ignore[attr-defined]


def _entity(ampersand: str) -> Change:
    def change(text: str, rng: Random) -> tuple[str, str] | None:
        clean = _with(text, _NAMED, "    ")
        return "".join(f"{ampersand}{_NAMED[char]};" if char in _NAMED else char for char in clean), clean

    return change


def _entity_cp1252(form: str) -> Change:
    def change(text: str, rng: Random) -> tuple[str, str] | None:
        clean = text if any(sign in text for sign in _CP1252) else f"“{text}”"
        return "".join(_one_cp1252(char, form) for char in clean), clean

    return change


def _one_cp1252(char: str, form: str) -> str:
    if char not in _CP1252:
        return char
    return chr(_CP1252[char]) if form == "control" else form.format(_CP1252[char])


def _numeric(form: str, share: float = 1.0) -> Change:
    """Chinese written as numbers of characters."""

    def change(text: str, rng: Random) -> tuple[str, str] | None:
        if len(_HANZI.findall(text)) < 4:
            return None
        return "".join(form.format(ord(c)) if c > "\x7f" and rng.random() < share else c for c in text), text

    return change


# --- other characters that look the same --------------------------------------------------------------------------

_SUPPLEMENT = dict(
    zip(
        "门长民见页车风飞马鱼鸟黄齐龙贝角西母青食骨麦齿龟虎",
        "⻔⻓⺠⻅⻚⻋⻛⻜⻢⻥⻦⻩⻬⻰⻉⻆⻄⺟⻘⻝⻣⻨⻮⻳⻁",
        strict=True,
    )
)
"""Characters and the radicals (CJK Radicals Supplement) that PDF writers put for them."""


@cache
def _kangxi() -> dict[str, str]:
    return {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)}


@cache
def _compatible() -> dict[str, str]:
    """Characters and their compatibility ideographs (U+F900 to U+FAD9)."""
    found: dict[str, str] = {}
    for code in range(0xF900, 0xFADA):
        plain = unicodedata.normalize("NFC", chr(code))
        if plain != chr(code):
            found.setdefault(plain, chr(code))
    return found


def _mapped(table: Callable[[], dict[str, str]], opening: str = "") -> Change:
    """Every character that the table has, replaced."""

    def change(text: str, rng: Random) -> tuple[str, str] | None:
        names = table()
        clean = text if not opening or any(char in names for char in text) else opening + text
        return "".join(names.get(char, char) for char in clean), clean

    return change


_USER_AREA = dict(zip("㑳㑇㖞㘚㘎㥮㤘㧏㧟㭎㱮㳠䁖䅟䌷䏝䓖䜣䜩䝼䞍䥽䦃䲟䲠䲡䲢䴓䴔䴕䴖䴗䴘䴙䶮",
    "\ue81a\ue81b\ue81f\ue820\ue821\ue824\ue825\ue827\ue828\ue82d\ue82e\ue82f\ue834\ue835\ue837\ue83f\ue840\ue844\ue845"
    "\ue846\ue847\ue84b\ue84d\ue857\ue858\ue859\ue85b\ue85c\ue85d\ue85e\ue85f\ue860\ue861\ue862\ue863",
    strict=True))  # fmt: skip
"""Characters that GBK software kept in its user area (FE50 to FEA0) before Unicode had them."""

_SYMBOLS = {"　": "\ue5e5", "●": "\uf06c", "■": "\uf06e", "❖": "\uf076", "▪": "\uf0a7", "•": "\uf0b7"}
"""The blank that GBK writes as A3A0, and bullets of the Wingdings and Symbol fonts."""


def _private(text: str, rng: Random) -> tuple[str, str] | None:
    """One sort of bullet or the blank before the text; rare characters in it as user-area characters."""
    opening = rng.choice(("　　", "● ", "■ ", "❖ ", "▪ ", "• "))
    table = _USER_AREA | _SYMBOLS
    return "".join(table.get(char, char) for char in opening + text), opening + text


_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def _fullwidth(text: str, rng: Random) -> tuple[str, str] | None:
    """Digits, and the points between them, in full width."""
    wide = _DIGITS.sub(lambda match: "".join(chr(ord(char) + 0xFEE0) for char in match[0]), text)
    return (wide, text) if wide != text else None


_RUBY = "<ruby>{0}<rp>(</rp><rt>{1}</rt><rp>)</rp></ruby>"

CHANGES: dict[str, tuple[str, str, Change]] = {
    "traditional": ("traditional", "any", _script("s2t")),
    "taiwan": ("traditional", "any", _script("s2tw")),
    "taiwan_words": ("wording", "any", _script("s2twp")),
    "hongkong": ("traditional", "any", _script("s2hk")),
    "script_mixed": ("traditional", "any", _mixed),
    "words_only": ("wording", "any", _words_only),
    "pinyin": ("pinyin", "any", _pinyin(0.3)),
    "pinyin_all": ("pinyin", "any", _pinyin(1.0)),
    "pinyin_some": ("pinyin", "any", _pinyin(0.1)),
    "pinyin_plain": ("pinyin", "any", _pinyin(0.3, style=Style.NORMAL)),
    "pinyin_digits": ("pinyin", "any", _pinyin(0.3, style=Style.TONE3)),
    "pinyin_script_g": ("pinyin", "any", _pinyin(0.3, script_g=True)),
    "pinyin_wide": ("pinyin", "any", _pinyin(0.3, "{0}（{1}）")),
    "pinyin_spaced": ("pinyin", "any", _pinyin(0.3, "{0} ( {1} )")),
    "pinyin_tags": ("pinyin", "html", _pinyin(0.3, "<span>{0}</span>({1})", stays="<span>{0}</span>")),
    "ruby": ("ruby", "html", _pinyin(0.3, _RUBY)),
    "entity": ("entity", "plain", _entity("&")),
    "entity_twice": ("entity_twice", "plain", _entity("&amp;")),
    "entity_twice_page": ("entity_twice", "html", _entity("&amp;")),
    "entity_numeric": ("entity", "plain", _numeric("&#{0};")),
    "entity_numeric_hex": ("entity", "plain", _numeric("&#x{0:X};")),
    "entity_numeric_some": ("entity", "plain", _numeric("&#{0};", 0.3)),
    "entity_numeric_twice": ("entity_twice", "any", _numeric("&amp;#{0};")),
    "entity_cp1252": ("entity_cp1252", "any", _entity_cp1252("&#{0};")),
    "entity_cp1252_hex": ("entity_cp1252", "any", _entity_cp1252("&#x{0:x};")),
    "control_cp1252": ("entity_cp1252", "any", _entity_cp1252("control")),
    "radicals": ("radicals", "any", _mapped(lambda: _kangxi() | _SUPPLEMENT)),
    "compatibility": ("compatibility", "any", _mapped(_compatible)),
    "private_use": ("private_use", "any", _private),
    "fullwidth": ("fullwidth", "any", _fullwidth),
}  # fmt: skip
"""Name -> (kind of the repair, where it is a damage, the function)."""

_TAGS = re.compile(r"(<(script|style|title)\b.*?</\2>|<[^<>]*>)", re.S | re.I)


def in_page(change: Change, page: str, rng: Random) -> tuple[str, str] | None:
    """The change done to every text of an HTML page, (damaged page, clean page); tags and scripts stay."""
    damaged, clean = [], []
    place = 0
    for match in (*_TAGS.finditer(page), None):
        text = page[place : match.start() if match else len(page)]
        both = (change(text, rng) if text.strip() else None) or (text, text)
        damaged.append(both[0])
        clean.append(both[1])
        if match:
            damaged.append(match[0])
            clean.append(match[0])
            place = match.end()
    return ("".join(damaged), "".join(clean)) if damaged != clean else None
