"""Entities that were escaped twice or more: `&amp;nbsp;` shows as `&nbsp;` on the page, and is meant as a blank.

A page that explains HTML is escaped twice on purpose: where escaped tags, code or talk of escaping stand, nothing is
touched, and `&amp;lt;`, `&amp;gt;` and the like are never undone, so that no markup can come out of text.
"""

from __future__ import annotations

import re

from crawler.text.entities import explains, meaning
from crawler.text.markup import on_source
from crawler.text.model import Repair
from crawler.text.record import Log

_ESCAPED = r"(?:amp|\#0{0,4}38|\#[xX]0{0,4}26);"
_TWICE = re.compile(
    rf"&(?:{_ESCAPED})++(?:(?P<name>[A-Za-z][A-Za-z0-9]{{1,30}}|\#\d{{1,7}}|\#[xX][0-9A-Fa-f]{{1,6}});"
    rf"|(?P<open>nbsp)(?![A-Za-z0-9=]))"
)
_LEAD = re.compile(rf"&{_ESCAPED}")
_ESCAPED_ONCE = re.compile(r"&(?:lt|gt);", re.I)


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Undo entities that were escaped more than once: to the character, in HTML source to a proper entity for blanks
    and quotes."""
    if "&" not in text or not _LEAD.search(text) or not _TWICE.search(text):
        return text, None
    if explains(text, html=html) or (not html and _ESCAPED_ONCE.search(text)):
        return text, None
    log = Log("entity_twice")

    def once(match: re.Match[str]) -> str:
        new = meaning(match["name"] or match["open"], html=html)
        if new is None:
            return match[0]
        log.note(match[0], new)
        return new

    new = on_source(text, lambda part: _TWICE.sub(once, part), html=html)
    return (new, log.repair()) if log.count else (text, None)
