"""Entities that survived as text: `&nbsp;` in plain text is a blank. In HTML source an entity is no damage.

`nbsp;` whose ampersand was lost, and `&nbsp；` whose semicolon was widened, are damage in both.
"""

from __future__ import annotations

import html as html_module
import re
from functools import lru_cache
from html.entities import html5

from crawler.text.markup import on_source
from crawler.text.model import Repair
from crawler.text.record import Log

_LEFT_OVER = re.compile(
    r"&(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,30}|\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6});|(?P<open>nbsp)(?![A-Za-z0-9=;；])"
    r"|(?P<number>\#(?:\d{3,7}|[xX][0-9A-Fa-f]{2,6}))(?![0-9A-Za-z;]))"
)
"""The last: a number whose semicolon is missing."""

_WIDE_END = re.compile("[&＆]nbsp；|＆nbsp;")
_BROKEN = re.compile("nbsp(?:；|;(?<!&nbsp;))")
_HEADLESS = re.compile(
    r"(?P<before>[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”…>\n]|\A)[ ]?(?P<blanks>(?:nbsp;[ ]?)++)"
    r"(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”\d<\n]|\Z)"
)
"""`nbsp;` between Chinese: nothing else that is written so could stand there."""

_EXPLAINS = re.compile(
    r"&(?:amp;)*lt;[/!]?[a-z]|转义|轉義|html\s?(?:实体|實體|标签|標籤|代码|代碼|源码|编码)|"
    r"(?:字符|字元)(?:实体|實體)|html\s?entit",
    re.I,
)
_CODE = re.compile("<(?:code|xmp)[ >]", re.I)
_CHINESE = re.compile("[\u3400-\u9fff]")

_MARKUP = frozenset("<>&;#")
"""Never made from an entity: they could be markup or the parts of a new entity."""

_BLANKS = {"\xa0": " "}


def explains(text: str, *, html: bool) -> bool:
    """True for a text about HTML, where entities stand for themselves; what scripts hold is no text."""
    if html and _CODE.search(text):
        return True
    if not _EXPLAINS.search(text):
        return False
    found = False

    def look(part: str) -> str:
        nonlocal found
        found = found or _EXPLAINS.search(part) is not None
        return part

    on_source(text, look, html=html)
    return found


@lru_cache(maxsize=4096)
def meaning(name: str, *, html: bool) -> str | None:
    """What an entity (`ldquo`, `#160`, `#x653f`) ought to be in the source: the character, in HTML the entity of blanks
    and quotes. None for names that do not exist, for markup, and for characters of controls."""
    char = html_module.unescape(f"&{name};") if name.startswith("#") else _named(name)
    if char is None or len(char) != 1 or char in _MARKUP or char < " " or "\x7f" <= char < "\xa0":
        return None
    if "\ud800" <= char <= "\udfff" or char == "\ufffd":
        return None
    if html and (char in "\"'\xa0"):
        return {'"': "&quot;", "'": "&#39;", "\xa0": "&nbsp;"}[char]
    return _BLANKS.get(char, char)


def _named(name: str) -> str | None:
    return html5.get(f"{name};") or html5.get(f"{name.lower()};")


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Replace entities in plain text by their characters, blanks by plain blanks; in both, mend broken `nbsp`."""
    if not _may_apply(text, html=html):
        return text, None
    log = Log("entity")
    quoted = any(sign in text for sign in "\"'")

    def character(match: re.Match[str]) -> str:
        new = meaning(match["name"] or match["open"] or match["number"], html=False)
        if new is None or (quoted and new in "\"'") or (match["number"] and "!" <= new <= "~"):
            return match[0]
        log.note(match[0], new)
        return new

    def clean(part: str) -> str:
        part = _broken(part, log, "&nbsp;" if html else " ")
        return part if html else _LEFT_OVER.sub(character, part)

    new = on_source(text, clean, html=html)
    return (new, log.repair()) if log.count else (text, None)


def _may_apply(text: str, *, html: bool) -> bool:
    if "&" in text and not html:
        return True
    return _BROKEN.search(text) is not None and not explains(text, html=html)


def _broken(part: str, log: Log, blank: str) -> str:
    """`nbsp` with a lost ampersand or a wide semicolon, as a blank."""
    if "nbsp" not in part:
        return part

    def wide(match: re.Match[str]) -> str:
        log.note(match[0], blank)
        return blank

    def headless(match: re.Match[str]) -> str:
        count = match["blanks"].count("nbsp;")
        log.note(match[0], match["before"] + blank * count, count)
        return match["before"] + blank * count

    part = _WIDE_END.sub(wide, part)
    return _HEADLESS.sub(headless, part) if _CHINESE.search(part) else part
