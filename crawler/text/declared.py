"""What a page says about its own encoding: header, byte order mark, meta, XML declaration.

All of it is hearsay. A `gb2312` page may hold UTF-8 and a `utf-8` header may stand on GBK bytes (old JSP portals do
both), so these are votes for `crawler.text.decoding`, never decisions.
"""

from __future__ import annotations

import codecs
import re

from crawler.text.model import Vote

HEAD = 16_384
"""How many bytes are searched for a declaration. Browsers look at 1024; portals put long comments and styles first."""

CODECS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")
"""The closed set. ISO-2022-CN and HZ have left the web; Shift JIS and EUC-KR never stood on these portals."""

_LABELS = {
    **dict.fromkeys(("utf8", "utf", "unicode11utf8", "utf8mb4", "utf8bom", "unicode", "65001", "cp65001"), "utf-8"),
    **dict.fromkeys(
        ("gb2312", "gb231280", "gb", "gbk", "xgbk", "cp936", "936", "ms936", "windows936", "gb18030", "euccn", "xeuccn",
         "chinese", "csgb2312", "isoir58", "gb180302000", "gb180302005", "gb180302022", "hzgb2312"),
        "gb18030",
    ),
    **dict.fromkeys(
        ("big5", "big5hkscs", "big5tw", "cnbig5", "csbig5", "xxbig5", "cp950", "950", "ms950", "windows950"),
        "big5hkscs",
    ),
    **dict.fromkeys(("utf16", "utf16le", "ucs2", "iso10646ucs2", "csunicode"), "utf-16-le"),
    **dict.fromkeys(("utf16be", "unicodefffe"), "utf-16-be"),
    **dict.fromkeys(
        ("iso88591", "latin1", "latin", "l1", "cp1252", "windows1252", "ascii", "usascii", "ansi",
         "iso885915", "88591"),
        "cp1252",
    ),
}  # fmt: skip

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_META = re.compile(rb"<meta\b([^<>]{0,1000})", re.I)
_CHARSET = re.compile(rb"charset\s*=\s*(?:&quot;|[\"'\\\s])*+([A-Za-z0-9][\w.:-]{0,39})", re.I)
_XML = re.compile(rb"<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*[\"']?\s*([A-Za-z0-9][\w.:-]{0,39})", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"'\s]*([A-Za-z0-9][\w.:-]{0,39})", re.I)


def codec_of(label: str) -> str | None:
    """Codec of the closed set that a label means, None for a label that nobody knows.

    Case, blanks and punctuation do not matter: `GB_2312-80`, `x-gbk` and `UTF8` are all understood.
    """
    return _LABELS.get(re.sub(r"[^a-z0-9]", "", label.lower()))


def bom(body: bytes) -> str | None:
    """Codec that a byte order mark announces, None where there is none."""
    return next((codec for mark, codec in _BOMS if body.startswith(mark)), None)


def _labels(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """(source, label as printed) of every declaration, the strongest first."""
    found: list[tuple[str, str]] = []
    header = _HEADER.search(content_type or "")
    if header:
        found.append(("header", header[1]))
    # In UTF-16 every second byte of the declaration is NUL.
    head = body[:HEAD].replace(b"\0", b"")
    small = head.lower()
    at = small.find(b"<meta")
    while at >= 0:
        meta = _META.match(head, at)
        charset = _CHARSET.search(meta[1]) if meta else None
        if charset:
            found.append(("meta", charset[1].decode("ascii")))
        at = small.find(b"<meta", at + 5)
    xml = _XML.match(head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n"))
    if xml:
        found.append(("xml", xml[1].decode("ascii")))
    return found


def votes(body: bytes, content_type: str | None) -> tuple[tuple[Vote, ...], str | None]:
    """Votes of the page, and its strongest declaration as printed, in lower case (None if there is none).

    Each distinct (source, encoding) votes once. An unknown label is kept as it was printed: it is evidence too.
    """
    found = _labels(body, content_type)
    heard = [Vote(source, codec_of(label) or label) for source, label in found]
    mark = bom(body)
    if mark:
        heard.insert(0, Vote("bom", mark))
    return tuple(dict.fromkeys(heard)), found[0][1].lower() if found else None


def without_bom(body: bytes) -> bytes:
    """The body behind its byte order mark."""
    return next((body[len(mark) :] for mark, _ in _BOMS if body.startswith(mark)), body)
