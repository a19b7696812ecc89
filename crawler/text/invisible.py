"""Characters that nobody sees, between Chinese characters or digits: zero-width blanks, byte order marks, soft hyphens.

They come from editors and copied pages; a label or a number that holds one is found by nobody. In Latin, Thai, Indic or
Arabic text and in emoji they have a meaning: there they stay.
"""

from __future__ import annotations

import re

from crawler.text import rare
from crawler.text.markup import on_text
from crawler.text.model import Repair
from crawler.text.record import Log

_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
_SEEN = (
    "0-9０-９\u2e80-\u2fd5\u3000-\u303f\u3105-\u312f\u3200-\u9fff\uf900-\ufaff\uff01-\uff5e\U00020000-\U0003ffff“”‘’…—·"
)
_CHINESE = "0-9０-９\u3400-\u9fff\U00020000-\U0003ffff"
_FOUND = re.compile(
    rf"(?<=[{_SEEN}])[{_UNSEEN}]++(?=[{_SEEN}])"  # inside
    rf"|(?<=[{_CHINESE}])[{_UNSEEN}]++(?=[()%])|(?<=[()])[{_UNSEEN}]++(?=[{_CHINESE}])"
    rf"|(?<=[0-9.,:%/-])[{_UNSEEN}]++(?=[0-9.,:%/-])"  # 1,247 and 3.2
    rf"|(?:\A|(?<=[\n\t\u3000\xa0 >]))[{_UNSEEN}]++(?=[{_CHINESE}])"  # at the beginning of a line, a cell or a word
    rf"|(?<=[{_CHINESE}])[{_UNSEEN}]++(?=[\n\r\t\u3000\xa0 <]|\Z)"
)


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Take them out; a byte order mark at the very beginning stays."""
    if not rare.holds(text, rare.UNSEEN):
        return text, None
    log = Log("zero_width")

    def drop(match: re.Match[str]) -> str:
        around = match.string[max(0, match.start() - 8) : match.start()], match.string[match.end() : match.end() + 8]
        log.note(around[0] + match[0] + around[1], around[0] + around[1], len(match[0]))
        return ""

    mark = text[:1] if text.startswith("\ufeff") else ""
    new = mark + on_text(text[len(mark) :], lambda part: _FOUND.sub(drop, part), html=html)
    return (new, log.repair()) if log.count else (text, None)
