"""Text that nothing can bring back: U+FFFD, 锟斤拷, 烫烫烫.

锟斤拷 is two U+FFFD as UTF-8, read as GBK: GBK text was read as UTF-8 before, and each of its bytes became U+FFFD. What
stands between them survived by chance and is right; a character with a byte of U+FFFD in it is junk and is marked.

烫烫烫 and 屯屯屯 are memory that nobody had written to (CC, CD): no text, so they stay as they are and are counted.
"""

from __future__ import annotations

import re

from crawler.text.model import Repair
from crawler.text.mojibake.shown import as_gbk
from crawler.text.record import SHOWN

_LOST = re.compile("\ufffd+|烫{3,}|屯{3,}")
_REPLACED = re.compile("\xef\xbf(?:\xbd|(?=[?\ufffd]|$))")
_SIGN = "锟斤拷"
AROUND = 10
"""Characters before a place that are shown with it."""


def marked(text: str) -> str:
    """The text with U+FFFD for each character that is made of 锟斤拷; the same object if there is none."""
    if _SIGN not in text:
        return text
    view = as_gbk(text)
    chars = list(text)
    for match in _REPLACED.finditer(view.data):
        for at in range(match.start(), match.end()):
            chars[view.holder(at)] = "\ufffd"
    return "".join(chars)


def tell(text: str, told: int, raw: str) -> Repair | None:
    """What cannot be read in a text; None if all can, or if other entries told of all of it.

    Args:
        text: the repaired text.
        told: characters that other entries count as lost.
        raw: the text as it was, for the sample.
    """
    runs = list(_LOST.finditer(text))
    lost = sum(len(run[0]) for run in runs) - told
    if lost <= 0:
        return None
    at = max(0, runs[0].start() - AROUND)
    after = text[at : at + SHOWN]
    same = len(raw) == len(text)
    return Repair("lost", len(runs), (raw[at : at + SHOWN] if same else after, after), lost=lost)
