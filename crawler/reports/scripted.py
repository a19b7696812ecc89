"""An article that stands only in a page's script: `window._CONFIG = {… DETAIL: {"content": "\\u003Cp\\u003E…"} …}`.

Pages of the gkmlpt platform (Guangdong) carry their article twice, as markup and as a value of a script, and some only
the second way. The script is read as text, string by string; nothing of it is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.reports.dates import iso_date

_OPEN = re.compile(r"[\"']?\bDETAIL\b[\"']?\s*[:=]\s*(?=\{)")
_TOKEN = re.compile(
    r"""(?P<string>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|`[^`\\]*(?:\\.[^`\\]*)*`)"""
    r"|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<mark>[:,])|(?P<word>[\w.$+\-]+)|(?P<end></script|[\"'`])",
    re.S | re.I,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.S)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_CHINA = timedelta(hours=8)
_MOST_OBJECTS = 20


@dataclass(frozen=True, slots=True)
class Article:
    """What a script says of its page's article: its HTML, its title, publisher, 文号 and date of publication (ISO)."""

    content: str
    title: str | None = None
    publisher: str | None = None
    document_number: str | None = None
    published: str | None = None


def article(source: str) -> Article | None:
    """The article in the scripts of an HTML source, None when there is none. Any quotes, bare keys."""
    if "DETAIL" not in source:
        return None
    for found, _ in zip(_OPEN.finditer(source), range(_MOST_OBJECTS), strict=False):
        values = dict(_values(source, found.end()))
        if values.get("content", "").strip():
            return Article(
                values["content"],
                _text(values, "title"),
                _text(values, "publisher", "source"),
                _text(values, "document_number"),
                _day(values, "display_publish_time", "first_publish_time", "publish_time", "pub_time", "date"),
            )
    return None


def _values(source: str, at: int) -> Iterator[tuple[str, str]]:
    """Keys and values of the object that begins at `at`: those of its own level that are strings or whole
    numbers."""
    depth = 0
    key, last, expecting = "", "", False
    for token in _TOKEN.finditer(source, at):
        kind = token.lastgroup
        if kind == "end":  # the script ends, or a string that is never closed begins
            return
        if kind in ("open", "close"):
            depth += 1 if kind == "open" else -1
            expecting = False
            if depth == 0:
                return
        elif depth == 1 and kind == "mark":
            expecting = token.group() == ":"
            key = last
        elif depth == 1:
            last = unescaped(token.group()[1:-1]) if kind == "string" else token.group()
            if expecting and (kind == "string" or last.isdigit()):
                yield key, last
            expecting = False


def unescaped(text: str) -> str:
    """The text that the inside of a JavaScript or JSON string stands for."""
    if "\\" not in text:
        return text
    read = _ESCAPE.sub(_meaning, text)
    joined = _SURROGATES.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), read)
    return _LONE.sub("\ufffd", joined)


def _meaning(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2) or found.group(3)
    if code is None:
        return _PLAIN.get(found.group(4), found.group(4))
    value = int(code, 16)
    return chr(value) if value <= 0x10FFFF else "\ufffd"


def _text(values: dict[str, str], *names: str) -> str | None:
    return next((text for name in names if (text := values.get(name, "").strip())), None)


def _day(values: dict[str, str], *names: str) -> str | None:
    """The first of the values that is a date: printed, or in seconds (or milliseconds) since 1970, by China's clock."""
    for name in names:
        text = values.get(name, "").strip()
        if re.fullmatch(r"\d{9,10}|\d{12,13}", text, re.ASCII):
            moment = datetime.fromtimestamp(int(text[:-3] if len(text) > 10 else text), UTC)
            return (moment + _CHINA).date().isoformat()
        if day := iso_date(text):
            return day
    return None
