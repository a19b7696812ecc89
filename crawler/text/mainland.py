"""Traditional script and Taiwan or Hong Kong wording back to mainland simplified.

Whether a text is traditional is counted, over the whole text, on characters that only one of the two scripts uses: a
name such as 於 or 喆 in a simplified page proves nothing and stays. A text of both scripts is decided line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import opencc

from crawler.text import wording
from crawler.text.markup import is_html, on_text
from crawler.text.model import Repair
from crawler.text.record import Log, first_difference
from crawler.text.script import tables

_FREQUENT = "國務開關報與資會發為這個來時對請辦機構數據網單業電話計統門們實現訊區"
"""A traditional text of any length has at least one of these; looking for them costs next to nothing."""

SURE = 4
"""A text with this many times more traditional than simplified characters is traditional in all its parts."""

SOME = 0.1
"""Share of traditional among the telling characters above which a text may be mixed; else they are names, quotes."""

_SURROGATES = re.compile("([\ud800-\udfff]+)")
_PARTS = re.compile("([^\r\n<>]+)")


def to_mainland(text: str) -> str:
    """`text` in mainland simplified script and wording; the same object if it is not traditional."""
    return convert(text, html=is_html(text))[0]


def convert(text: str, *, html: bool) -> tuple[str, list[Repair]]:
    """Convert a text that is in traditional script, with a log entry for script and one for wording."""
    traditional, simplified = _telling(text)
    if not traditional or traditional <= SOME * (traditional + simplified):
        return text, []
    logs = Log("traditional"), Log("wording")
    chosen = wording.rules_for(text)
    whole = traditional >= SURE * simplified

    def change(part: str) -> str:
        if not whole and _simplified_part(part):
            return part
        return _script(_words(part, chosen, logs[1]), logs[0])

    def clean(part: str) -> str:
        return change(part) if whole else _PARTS.sub(lambda match: change(match[0]), part)

    text = on_text(text, clean, html=html)
    return text, [repair for log in logs if (repair := log.repair())]


def _telling(text: str) -> tuple[int, int]:
    """Number of characters that only traditional, and that only simplified script uses."""
    if not any(char in text for char in _FREQUENT) and len(text) > 200:
        return 0, 0
    counts = Counter(text)
    traditional, simplified = tables().traditional_only, tables().simplified_only
    return (
        sum(count for char, count in counts.items() if char in traditional),
        sum(count for char, count in counts.items() if char in simplified),
    )


def _simplified_part(part: str) -> bool:
    """True for a line of a mixed text that gives no reason to convert it."""
    traditional, simplified = _telling(part)
    return traditional <= simplified


def _words(part: str, rules: tuple[wording.Rule, ...], log: Log) -> str:
    for rule in rules:
        new, count = rule.found.subn(rule.mainland, part)
        if count:
            log.note(*first_difference(part, new), count)
            part = new
    return part


@cache
def _converter() -> opencc.OpenCC:
    """Taiwan standard first: only that table reads 本著 as 本着 while 著名 stays."""
    return opencc.OpenCC("tw2s")


def _script(part: str, log: Log) -> str:
    # OpenCC refuses lone surrogates, which texts from broken JSON hold.
    pieces = _SURROGATES.split(part)
    new = "".join(piece if index % 2 else _converter().convert(piece) for index, piece in enumerate(pieces))
    if new != part:
        log.note(*first_difference(part, new), sum(a != b for a, b in zip(part, new, strict=False)))
    return new
