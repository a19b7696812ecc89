"""Compatibility forms: 樂 (U+F914) for 樂, and the vertical and small forms of punctuation, ﹐ for ，.

Squares, circled and bracketed numbers (㎡ ㈠ ① ㏄), half-width katakana and the like mean something else than what
NFKC makes of them, and stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from crawler.text import rare
from crawler.text.markup import on_text
from crawler.text.model import Repair
from crawler.text.record import Log, first_difference

_IDEOGRAPH = "\uf900-\ufa0d\ufa10\ufa12\ufa15-\ufa1e\ufa20\ufa22\ufa25\ufa26\ufa2a-\ufad9\U0002f800-\U0002fa1d"
"""CJK compatibility ideographs, without the twelve of their block that are ordinary characters (﨎, 﨏, 﨑 …)."""

_STOPS = dict(zip("︐︑︒︓︔︕︖︰﹐﹑﹔﹕﹖﹗", "，、。：；！？：，、；：？！", strict=True))
_PAIRS = dict(
    zip(
        "︗︘︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈﹙﹚﹛﹜﹝﹞",
        "〖〗（）｛｝〔〕【】《》〈〉「」『』［］（）｛｝〔〕",
        strict=True,
    )
)
_IN_NUMBERS = dict(zip("﹐﹒﹣﹢﹪", ",.-+%", strict=True))
_TEXT = r"\u3400-\u9fff\uf900-\ufad9A-Za-z0-9０-９"
_CLOSING = "）》」』】〕”’〉〗﹂﹄︶︸︺︼︾﹀﹈﹚﹜﹞﹪%％"

_IDEOGRAPHS = re.compile(f"[{_IDEOGRAPH}]")
_NUMBERS = re.compile(r"(?<=\d)(?:[﹒﹐](?=\d)|﹪)|[﹣﹢](?=\d)")
_STOP = re.compile(f"(?<=[{_TEXT}{_CLOSING}])[{''.join(_STOPS)}]")
"""A stop ends something. Alone, or in a face made of signs, it is left."""

_MIDDLE_DOT = re.compile(r"(?<=[\u3400-\u9fff])﹒(?=[\u3400-\u9fff])")
_BRACKETED = tuple(
    (re.compile(f"{opening}([^{opening}{closing}\n]{{1,400}}+){closing}"), _PAIRS[opening], _PAIRS[closing])
    for opening, closing in zip("".join(_PAIRS)[::2], "".join(_PAIRS)[1::2], strict=True)
)
_WORDS = re.compile(f"[{_TEXT}]")
"""Brackets in pairs around words, not (︶︿︶)."""

_GROUPS = rare.IDEOGRAPHS | rare.FORMS
_FORM = re.compile("[\ufe10-\ufe19\ufe30-\ufe6b]")


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Put the ordinary characters back."""
    if not rare.holds(text, _GROUPS):
        return text, None
    log = Log("compatibility")

    def clean(part: str) -> str:
        new = _ordinary(part)
        if new != part:
            log.note(*first_difference(part, new), sum(a != b for a, b in zip(part, new, strict=True)))
        return new

    new = on_text(text, clean, html=html)
    return (new, log.repair()) if log.count else (text, None)


def _ordinary(part: str) -> str:
    """The text in ordinary characters, one for one."""
    part = _IDEOGRAPHS.sub(lambda match: unicodedata.normalize("NFC", match[0]), part)
    if not _FORM.search(part):
        return part
    part = _NUMBERS.sub(lambda match: _IN_NUMBERS[match[0]], part)
    part = _MIDDLE_DOT.sub("·", part)
    for bracketed, opening, closing in _BRACKETED:
        part = bracketed.sub(partial(_around_words, opening, closing), part)
    return _STOP.sub(lambda match: _STOPS[match[0]], part)


def _around_words(opening: str, closing: str, match: re.Match[str]) -> str:
    return opening + match[1] + closing if _WORDS.search(match[1]) else match[0]
