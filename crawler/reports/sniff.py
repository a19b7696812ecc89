"""What was served where a page was promised: a PDF, an archive, an image, nothing."""

from __future__ import annotations

import re

from crawler.reports.model import Finding

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office file (docx, xlsx, ofd)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (doc, xls, wps)"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"{\\rtf", "an RTF file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)
_TYPES = ("application/pdf", "application/zip", "application/msword", "image/", "audio/", "video/", "application/vnd.")


def what_is(source: bytes) -> str | None:
    """What a file is by its first bytes, in words; None when it may be text."""
    head = source[:1024].lstrip(b"\xef\xbb\xbf\r\n\t \x00")
    for magic, name in _MAGIC:
        if head.startswith(magic) or source.startswith(magic):
            return name
    if re.match(rb"[{\[]\s*[{\[\"]", head):
        return "JSON, an answer for a program"
    if source[:1024].find(b"%PDF-") >= 0 and b"<" not in source[:64]:
        return "a PDF"
    return "a WebP image" if source[:4] == b"RIFF" and source[8:12] == b"WEBP" else None


def refuse(source: bytes | str, content_type: str | None) -> Finding | None:
    """A hard finding when the source is no page and no text: `empty_body`, or `not_html` with what it is; else None.

    The bytes decide; a header that promises a PDF above a page of HTML is only a wrong header.
    """
    if isinstance(source, str):
        return None if source.strip() else _empty()
    if not source.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        return _empty()
    name = what_is(source)
    if name is None and _binary(source):
        declared = (content_type or "").split(";")[0].strip().lower()
        known = declared if declared.startswith(_TYPES) else ""
        name = f"binary data{f' ({known})' if known else ''}"
    if name is None:
        return None
    return Finding("not_html", "hard", f"the body is {name}, not a page", left=name, right="HTML or text")


def _empty() -> Finding:
    return Finding("empty_body", "hard", "the body is empty")


_ODD = bytes(byte for byte in range(32) if byte not in (9, 10, 12, 13, 27))


def _binary(source: bytes) -> bool:
    """Many control bytes that no text encoding of these pages uses (UTF-16 has zero bytes in a regular pattern)."""
    sample = source[:4096]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    zeros = sample.count(0)
    if zeros and (sample[1::2].count(0) == zeros or sample[0::2].count(0) == zeros) and zeros * 10 > len(sample):
        return False
    odd = len(sample) - len(sample.translate(None, _ODD))
    return odd * 20 > len(sample)
