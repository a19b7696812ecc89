"""Pronunciations in brackets: 根據(jù)… is 根據….

Mirror sites insert the reading of a character behind it to look original. An annotation is damage when the bracket
follows a Chinese character directly and holds one of *its* readings; 政策(policy), 颗粒物(PM) and 办公室(OA) stay.
A text with one or two annotations of rare or ambiguous characters (涪(fú)陵) teaches a reading: those stay too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from crawler.text import lexicon
from crawler.text.markup import on_text
from crawler.text.model import Repair
from crawler.text.record import Log
from crawler.text.script import simplify_char, traditional_forms

_LETTERS = "a-zɡüāáǎăàēéěĕèêīíǐĭìōóǒŏòūúǔŭùǖǘǚǜńňǹḿ\u0300\u0301\u0304\u0306\u0308\u030c"
_BRACKET = rf"[(（][ ]?(?P<reading>[{_LETTERS}]{{1,12}})[1-5]?[ ]?[)）]"
_ANNOTATION = re.compile(rf"(?P<char>[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[ ]?{_BRACKET}")
_ASCII_BRACKET = re.compile(rf"\([ ]?[{_LETTERS}]{{1,12}}[1-5]?[ ]?[)）]")
_WIDE_BRACKET = re.compile(rf"（[ ]?[{_LETTERS}]{{1,12}}[1-5]?[ ]?[)）]")

FEW = 2
"""Up to this many annotations may be the author's own."""


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Remove pronunciations in brackets."""
    if not (_ASCII_BRACKET.search(text) or _WIDE_BRACKET.search(text)):
        return text, None
    found = [match for match in _ANNOTATION.finditer(text) if is_reading(match["char"], match["reading"])]
    if not found or (len(found) <= FEW and all(_teaches(match["char"], match["reading"]) for match in found)):
        return text, None
    log = Log("pinyin")

    def drop(match: re.Match[str]) -> str:
        if not is_reading(match["char"], match["reading"]):
            return match[0]
        log.note(match[0], match["char"])
        return match["char"]

    def clean(part: str) -> str:
        while True:  # 现(xiàn)(xiàn): once more for brackets that now follow their character
            before = log.count
            part = _ANNOTATION.sub(drop, part)
            if log.count == before:
                return part

    text = on_text(text, clean, html=html)
    return text, log.repair()


@lru_cache(maxsize=16_384)
def is_reading(char: str, reading: str) -> bool:
    """True if `reading` (with or without tones, ü as u or v, ɡ for g) is one of the character's pronunciations."""
    return _bare(reading) in _readings(char)


def _teaches(char: str, reading: str) -> bool:
    """True where an author might explain the reading: an uncommon character, or not its usual reading."""
    simple = simplify_char(char)
    return simple not in lexicon.common() or _bare(reading) != _bare(_listed(simple).split(",")[0])


def _bare(reading: str) -> str:
    """A reading without tones, in plain letters: lǜ, lü, lv and lu are all `lu`."""
    plain = unicodedata.normalize("NFD", reading.replace("ɡ", "g").replace("v", "u"))
    return "".join(letter for letter in plain if "a" <= letter <= "z")


def _listed(char: str) -> str:
    # Loading pypinyin takes a fifth of a second and is needed for annotated pages only.
    from pypinyin.constants import PINYIN_DICT

    return str(PINYIN_DICT.get(ord(char), ""))


@cache
def _readings(char: str) -> frozenset[str]:
    """Bare readings of a character in either script."""
    simple = simplify_char(char)
    forms = {char, simple, *traditional_forms(simple)}
    return frozenset(_bare(reading) for form in forms for reading in _listed(form).split(",") if reading)
