"""What other libraries make of the same damage: ftfy for text, chardet, charset-normalizer and Scrapy for bytes.

Each gets what it asks for: the detectors see the bytes, Scrapy the bytes and the header. Bytes that a detector's answer
cannot decode are replaced, as callers of these libraries do.
"""

from __future__ import annotations

import logging

import chardet
import charset_normalizer
import ftfy
from scrapy.http import HtmlResponse

from benchmarks.damage import Damaged
from benchmarks.measure import Reader

_MOJIBAKE = ftfy.TextFixerConfig(
    unescape_html=True,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
)
"""ftfy with all that repairs encodings and entities, without what restyles good text."""


def ftfy_default(done: Damaged) -> str:
    """`ftfy.fix_text` as it comes; of bytes, what Scrapy reads first."""
    return ftfy.fix_text(_text(done))


def ftfy_mojibake(done: Damaged) -> str:
    """`ftfy.fix_text` with its options for mojibake only."""
    return ftfy.fix_text(_text(done), _MOJIBAKE)


def _text(done: Damaged) -> str:
    return done.value if isinstance(done.value, str) else scrapy(done)


def scrapy(done: Damaged) -> str:
    """The text of Scrapy's response."""
    headers = {"Content-Type": done.content_type} if done.content_type else {}
    return HtmlResponse("http://www.example.com/", body=_body(done), headers=headers).text


def by_chardet(done: Damaged) -> str:
    """Decoded as chardet says."""
    return _decoded(_body(done), chardet.detect(_body(done))["encoding"])


def by_charset_normalizer(done: Damaged) -> str:
    """Decoded as charset-normalizer says."""
    best = charset_normalizer.from_bytes(_body(done)).best()
    return _decoded(_body(done), best.encoding if best else None)


def _body(done: Damaged) -> bytes:
    return done.value if isinstance(done.value, bytes) else done.value.encode("utf-8")


def _decoded(body: bytes, encoding: str | None) -> str:
    try:
        return body.decode(encoding or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


OF_TEXT: dict[str, Reader] = {"ftfy": ftfy_default, "ftfy mojibake": ftfy_mojibake}
OF_BYTES: dict[str, Reader] = {"chardet": by_chardet, "charset-normalizer": by_charset_normalizer, "Scrapy": scrapy}
OF_PAIRS: dict[str, Reader] = {"Scrapy, ftfy": ftfy_mojibake}

logging.getLogger("charset_normalizer").setLevel(logging.ERROR)
