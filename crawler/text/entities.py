"""Entities that survived as text: `&nbsp;` in plain text is a blank. In HTML source an entity is no damage."""

from __future__ import annotations

import html as html_module
import re

from crawler.text.model import Repair
from crawler.text.record import Log

_LEFT_OVER = re.compile(
    r"&(?:nbsp|ensp|emsp|thinsp|ldquo|rdquo|lsquo|rsquo|middot|hellip|mdash|ndash|times|bull|#160|#xa0|#12288);", re.I
)
"""Without lt, gt, amp and quot: putting those back could make new markup or new entities."""


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Replace entities in plain text by their characters, blanks by plain blanks."""
    if html or "&" not in text:
        return text, None
    log = Log("entity")

    def character(match: re.Match[str]) -> str:
        char = html_module.unescape(match[0].lower()).replace("\xa0", " ")
        log.note(match[0], char)
        return char

    text = _LEFT_OVER.sub(character, text)
    return text, log.repair()
