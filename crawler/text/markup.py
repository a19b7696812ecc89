"""Which parts of a source are text. Repairs work there only: tags, scripts, entities and addresses stay.

Attributes that people read (`title`, `alt`, …) are text as well; those that machines read (`href`, `class`, `id`,
`style`, `on…`) are markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Change = Callable[[str], str]

_IS_HTML = re.compile(
    r"<(?:!doctype|/?(?:html|head|body|meta|title|script|style|link|div|p|span|br|table|tbody|thead|tfoot|tr|td|th|"
    r"caption|a|ul|ol|li|dl|dt|dd|font|b|strong|em|h[1-6]|hr|img|center|form|input|iframe|section|article|pre|"
    r"ruby|rb|rt|rp)\b)[^<>]{0,2000}>",
    re.I,
)
_ADDRESS_PATTERN = r"(?:https?|ftp|file)://(?:[!-%'-;=?-~]++|&(?!(?:amp;)*#))*+"
_ADDRESS = re.compile(_ADDRESS_PATTERN, re.I)

_ENTITY = r"&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_REST_OF_TAG = r"""(?:[^"'<>=]++|=\s*+(?:"[^"]{0,4000}+"|'[^']{0,4000}+')?+|["'])*+>"""
_INLINE_NAMES = r"(?:span|font|b|i|u|em|strong|a|sup|sub|small|big|label|o:p|ruby|rb|rt|rp|rtc)"

INLINE_TAG = rf"</?{_INLINE_NAMES}\b{_REST_OF_TAG}"
"""Pattern of a tag that does not part the text before it from the text behind it."""


def _protected(*more: str, inline: bool) -> re.Pattern[str]:
    """What is no text. With `inline` such tags are passed over as a part of the text."""
    passed_over = rf"(?!/?{_INLINE_NAMES}\b)" if inline else ""
    parts = (
        r"<!--.*?(?:-->|\Z)",  # a comment; an open one reaches to the end
        r"<(?P<raw>script|style)\b[^<>]*+>.*?(?:</(?P=raw)\s*+>|\Z)",
        rf"(?P<tag><{passed_over}[A-Za-z/!?]{_REST_OF_TAG})",
        *more,
        _ADDRESS_PATTERN,
    )
    return re.compile("|".join(parts), re.S | re.I)


_FOR_TEXT = _protected(_ENTITY, inline=False)
_FOR_SOURCE = _protected(inline=False)
_FOR_RUNS = _protected(inline=True)
_IN_VALUE = re.compile(rf"{_ENTITY}|{_ADDRESS_PATTERN}", re.I)

_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])([^\s"'<>/=]{1,60}+)(\s*+=\s*+)("[^"]{0,4000}+"|'[^']{0,4000}+'|[^\s"'<>=`]++)"""
)
_READ = frozenset({"title", "alt", "placeholder", "summary", "label", "aria-label"})
_BUTTON = re.compile(r"<(?:input|button)\b(?![^>]*\btype\s*=\s*[\"']?(?:hidden|checkbox|radio|file|image))", re.I)
_PATH = re.compile(r"\s*(?:\.{0,2}/|javascript:|data:)", re.I)
"""A value that is a path or a call (`javascript:…`), not a sentence."""

_NOT_BARE = re.compile(r"[\s\"'<>=`]")


def is_html(text: str) -> bool:
    """True for HTML source; angle brackets around a document's title (`<…公开条例>`) do not make plain text HTML."""
    return _IS_HTML.search(text) is not None


def on_text(text: str, change: Change, *, html: bool) -> str:
    """`text` with `change` applied to every stretch that is text; the same object if that changes nothing.

    In HTML source that is what stands between tags, outside scripts and styles, without entities and addresses, and
    the values of attributes that people read: `title`, `alt`, `placeholder`, `summary`, `label`, `aria-label`, the
    `content` of `meta`, the `value` of buttons and text fields. In plain text it is everything but addresses.
    """
    return _apply(text, change, _FOR_TEXT if html else _ADDRESS, _IN_VALUE)


def on_source(text: str, change: Change, *, html: bool) -> str:
    """As `on_text`, with entities left in the stretches."""
    return _apply(text, change, _FOR_SOURCE if html else _ADDRESS, _ADDRESS)


def on_runs(text: str, change: Change, *, html: bool) -> str:
    """As `on_source`, with inline tags (`INLINE_TAG`) left in the stretches too, and without attributes."""
    return _apply(text, change, _FOR_RUNS if html else _ADDRESS, None)


def _apply(text: str, change: Change, protected: re.Pattern[str], in_value: re.Pattern[str] | None) -> str:
    if "<" not in text and "://" not in text and (protected is _ADDRESS or "&" not in text):
        return change(text)
    parts: list[str] = []
    start = 0
    for match in protected.finditer(text):
        if match.start() > start:
            parts.append(change(text[start : match.start()]))
        kept = match[0]
        if in_value and (not kept.isascii() or "&" in kept) and kept[0] == "<" and match["tag"]:
            kept = _tag(kept, change, in_value)
        parts.append(kept)
        start = match.end()
    if start < len(text):
        parts.append(change(text[start:]))
    new = "".join(parts)
    return text if new == text else new


def _tag(tag: str, change: Change, protected: re.Pattern[str]) -> str:
    """The tag with `change` applied to the values that people read."""

    def attribute(match: re.Match[str]) -> str:
        name, equals, value = match.groups()
        if (value.isascii() and "&" not in value) or not _is_read(name.lower(), tag):
            return match[0]
        quote = value[0] if value[0] in "\"'" else ""
        return name + equals + _value(value, quote, change, protected)

    return _ATTRIBUTE.sub(attribute, tag)


def _is_read(name: str, tag: str) -> bool:
    if name == "content":
        return tag[1:5].lower() == "meta"
    return name in _READ or (name == "value" and _BUTTON.match(tag) is not None)


def _value(value: str, quote: str, change: Change, protected: re.Pattern[str]) -> str:
    """The value, quotes included, after the change; a quote that the change made is escaped: it ends nothing."""
    inner = value[1:-1] if quote else value
    if _PATH.match(inner):
        return value
    new = _apply_value(inner, change, protected)
    if quote:
        return quote + new.replace(quote, f"&#{ord(quote)};") + quote
    return value if not new or _NOT_BARE.search(new) else new


def _apply_value(inner: str, change: Change, protected: re.Pattern[str]) -> str:
    parts: list[str] = []
    start = 0
    for match in protected.finditer(inner):
        if match.start() > start:
            parts.append(change(inner[start : match.start()]))
        parts.append(match[0])
        start = match.end()
    if start < len(inner):
        parts.append(change(inner[start:]))
    return "".join(parts)
