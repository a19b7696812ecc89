"""Addresses of portals whose software is not known: what an article's looks like, and what two of one list share."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

_SESSION = re.compile(
    r"^(?:(?:jsession|phpsess|aspsession|cf|session|s)_?id\w*|token|_t?|t|ts|time(?:stamp)?|rand(?:om)?|r|v|nonce|"
    r"spm|from|utm_\w+|jump|share\w*)$",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";jsessionid=[^/?#]*|/\(S\([^/()]{5,60}\)\)", re.IGNORECASE)
_VOLATILE = re.compile(r"\d{6,}|0?\.\d{4,}|[0-9A-Za-z_-]{12,}")
_LAST = re.compile(r"/(?P<name>[^/]*?)\.(?:s?html?|jhtml|jspx?|aspx?|php)$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"^(?:(?:content|detail|article|news|info|show|view|xxgk|doc|art|post|c|n|i|t|a|show|xxgk-show|Content)[-_]?)?"
    r"(?:\d{1,8}[-_]){0,3}\d{3,20}$|^[0-9a-f]{16,40}$|^[\w-]*[-_]show[-_]\d+$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    re.IGNORECASE,
)
_LIST_FOLDER = re.compile(r"/(?:list|lists|column|columns|channel|class|category|node|col|lm)/[^/]*$", re.IGNORECASE)
_PLAIN = re.compile(
    r"/(?:show|detail|details|content|contents|article|articles|archives|view|read|news|info|description)/(?:\w+/)?"
    r"(?:\d{2,20}|[0-9a-f]{16,40})/?$",
    re.IGNORECASE,
)
_READS = re.compile(r"content|detail|show|view|article|info|news|read|doc|desc", re.IGNORECASE)
_LISTS = re.compile(r"list|column|channel|category|index", re.IGNORECASE)
_ID = re.compile(r"^(?:\w{0,12}_?id|aid|nid|bh|xh|guid|uuid|no|num|code|key)$", re.IGNORECASE)
_ID_VALUE = re.compile(r"^(?:\d{1,20}|[0-9a-fA-F-]{16,40})$")
_NUMBER = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,40}|\d+")


def plain_address(url: str) -> str:
    """An address without session numbers and time stamps, which make one page a new one at each visit."""
    parts = urlsplit(url)
    path = _PATH_SESSION.sub("", parts.path)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if not (_SESSION.match(key) and _is_volatile(key, value))]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    return parts._replace(path=path, query=query).geturl()


def _is_volatile(key: str, value: str) -> bool:
    if key.lower() == "sid" and value.isdigit():
        return False  # the number of a site
    return bool(_VOLATILE.fullmatch(value)) or key.lower().startswith(("utm_", "jsession", "phpsess", "spm", "share"))


def is_loose_article(url: str) -> bool:
    """True for an address that articles have on many systems: it ends in a number or an id, and speaks of no list."""
    parts = urlsplit(url)
    last = _LAST.search(parts.path)
    if last and _NUMBERED.match(last["name"]) and not _LIST_FOLDER.search(parts.path):
        return True
    if _PLAIN.search(parts.path):
        return True
    script = parts.path.rpartition("/")[2]
    named = _READS.search(parts.path) and not _LISTS.search(script)
    return bool(named) and any(_ID.match(k) and _ID_VALUE.match(v) for k, v in parse_qsl(parts.query))


def outline(url: str) -> str:
    """What the addresses of one list's articles have in common: host and path, numbers and ids taken out."""
    parts = urlsplit(url)
    keys = "&".join(sorted({key for key, _ in parse_qsl(parts.query)}))
    return f"{parts.netloc}{_NUMBER.sub('#', parts.path)}?{keys}"
