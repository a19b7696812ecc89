"""The pipeline of repairs: each knows one kind of damage, tests for it cheaply, and logs what it did."""

from __future__ import annotations

from typing import Protocol

from crawler.text import entities, mainland, pinyin, radicals, shift
from crawler.text.markup import is_html
from crawler.text.model import Repair, Repaired


class Repairer(Protocol):
    """One kind of repair: text in, text (the same object if nothing was wrong) and log entry out."""

    def __call__(self, text: str, *, html: bool) -> tuple[str, Repair | None]:
        """Repair `text`; `html` tells whether it is HTML source."""


REPAIRERS: tuple[Repairer, ...] = (shift.repair, pinyin.repair, entities.repair, radicals.repair)
"""In this order: runs read one byte off must still be what the damage left; annotations go before script is judged.

Script and wording follow after all of these."""


def repair(text: str, *, keep_script: bool = False) -> Repaired:
    """Undo what mirrors, converters and broken software did to a Chinese text.

    Args:
        text: HTML source or plain text. Tags, attributes, scripts, entities and addresses in it are never touched.
        keep_script: leave traditional script and wording as they are.

    Returns:
        The repaired text with one log entry for each kind of damage; the very same object if there was none.
    """
    html = is_html(text)
    repairs: list[Repair] = []
    current = text
    for repairer in REPAIRERS:
        current, entry = repairer(current, html=html)
        if entry:
            repairs.append(entry)
    if not keep_script:
        current, entries = mainland.convert(current, html=html)
        repairs += entries
    return Repaired(current if repairs else text, tuple(repairs), text)
