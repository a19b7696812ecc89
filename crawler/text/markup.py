"""Which parts of a source are text. Repairs work there only: tags, attributes, scripts, entities and addresses stay."""

from __future__ import annotations

import re
from collections.abc import Callable

_IS_HTML = re.compile(
    r"<(?:!doctype|/?(?:html|head|body|meta|title|script|style|link|div|p|span|br|table|tbody|tr|td|th|a|ul|li|font|b|"
    r"strong|em|h[1-6]|img|center|form|iframe|section|article)\b)[^<>]{0,2000}>",
    re.I,
)
_ADDRESS_PATTERN = r"(?:https?|ftp|file)://[!-;=?-~]*+"
_PROTECTED = re.compile(
    rf"""
      <!--.*?(?:-->|\Z)                                                  # a comment; an open one reaches to the end
    | <(?P<raw>script|style)\b[^<>]*+>.*?(?:</(?P=raw)\s*+>|\Z)
    | <[A-Za-z/!?](?:[^"'<>=]++|=\s*+(?:"[^"]{{0,4000}}+"|'[^']{{0,4000}}+')?+|["'])*+>  # a tag with its attributes
    | &(?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,30}});
    | {_ADDRESS_PATTERN}
    """,
    re.S | re.X | re.I,
)
_ADDRESS = re.compile(_ADDRESS_PATTERN, re.I)


def is_html(text: str) -> bool:
    """True for HTML source; angle brackets around a document's title (`<…公开条例>`) do not make plain text HTML."""
    return _IS_HTML.search(text) is not None


def on_text(text: str, change: Callable[[str], str], *, html: bool) -> str:
    """`text` with `change` applied to every stretch that is text.

    In HTML source that is what stands between tags, outside scripts and styles, without entities and addresses; in
    plain text everything but addresses.
    """
    if "<" not in text and "://" not in text:
        return change(text)
    pattern = _PROTECTED if html else _ADDRESS
    parts: list[str] = []
    start = 0
    for match in pattern.finditer(text):
        if match.start() > start:
            parts.append(change(text[start : match.start()]))
        parts.append(match[0])
        start = match.end()
    if start < len(text):
        parts.append(change(text[start:]))
    return "".join(parts)
