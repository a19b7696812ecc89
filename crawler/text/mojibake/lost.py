"""Text that nothing can bring back: U+FFFD, 锟斤拷, 烫烫烫.

锟斤拷 is two U+FFFD as UTF-8, read as GBK: GBK text was read as UTF-8 before, and each of its bytes became U+FFFD. What
stands between them survived by chance and is right; a character with a byte of U+FFFD in it is junk and is marked.

A text that speaks of “锟斤拷” keeps it.

烫烫烫 and 屯屯屯 are memory that nobody had written to (CC, CD): no text, so they stay as they are and are counted.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.text.model import Repair
from crawler.text.mojibake.shown import as_gbk
from crawler.text.record import SHOWN

SIGNS = ("\ufffd", "烫烫烫", "屯屯屯")
"""What stands where text was lost for good, whatever is done."""

_LOST = re.compile("\ufffd+|烫{3,}|屯{3,}")
_REPLACED = re.compile("\xef\xbf(?:\xbd|(?=[?\ufffd]|$))")
_SIGN = "锟斤拷"
_QUOTED = re.compile("[“‘「『《【]锟斤拷[”’」』》】]")
_ANY = re.compile("[锟斤拷]*(?:锟|拷)[锟斤拷]*")
AROUND = 10
"""Characters before a place that are shown with it."""


def marked(text: str) -> tuple[str, Repair | None]:
    """The text with U+FFFD for each character that is made of 锟斤拷, and the entry that tells of them."""
    if _SIGN not in text or _speaks_of_it(text):
        return text, None
    view = as_gbk(text)
    found = {view.holder(at) for match in _REPLACED.finditer(view.data) for at in range(match.start(), match.end())}
    chars = list(text)
    for index in found:
        chars[index] = "\ufffd"
    after = "".join(chars)
    at = max(0, min(found) - AROUND)
    sample = text[at : at + SHOWN], after[at : at + SHOWN]
    lost = sum(text[index] != "\ufffd" for index in found)
    return after, Repair("lost", text.count(_SIGN), sample, lost=lost)


def _speaks_of_it(text: str) -> bool:
    """Whether a text speaks of 锟斤拷: it stands in Chinese quotation marks, which real losses swallow, and never with
    more of it."""
    return _QUOTED.search(text) is not None and all(match[0] == _SIGN for match in _ANY.finditer(text))


def told(text: str, repairs: list[Repair]) -> list[Repair]:
    """The log of a repaired text with an entry for what still cannot be read in it, if no other entry tells of that.

    It is the last step of all repairs: other marks of loss than these may still be mended by them.

    Args:
        text: the repaired text.
        repairs: the entries of all repairs, whose `lost` count characters that stand as U+FFFD.
    """
    if not any(sign in text for sign in SIGNS):
        return repairs
    runs = list(_LOST.finditer(text))
    missing = sum(len(run[0]) for run in runs) - sum(repair.lost for repair in repairs)
    if missing <= 0:
        return repairs
    at = max(0, runs[0].start() - AROUND)
    entry = Repair("lost", len(runs), (text[at : at + SHOWN],) * 2, lost=missing)
    same = [repair for repair in repairs if repair.kind == "lost"]
    if same:
        entry = replace(same[0], count=same[0].count + entry.count, lost=same[0].lost + missing)
    return [*(repair for repair in repairs if repair.kind != "lost"), entry]
