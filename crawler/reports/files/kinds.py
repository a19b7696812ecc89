"""What a file is, by its content. Names and headers lie: a page saved as `.doc` is a page."""

from __future__ import annotations

import re

from crawler.reports.files.model import FileKind

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MHTML = re.compile(rb"^\s*(?:[\w-]{1,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,20}?MIME-Version:\s*1\.0", re.I)
_MULTIPART = re.compile(rb"^content-type:\s*(?:multipart/related|text/html)", re.I | re.M)


def kind_of(source: bytes) -> FileKind | None:
    """The kind of file, None for what is no file that may carry a report (a page, a picture, a program).

    An OLE file is `doc` and a zip is `zip` here; what is inside decides when it is opened.
    """
    if source.startswith(_OLE):
        return "doc"
    if source.startswith((_ZIP, b"PK\x05\x06")):
        return "zip"
    # After the archives: a PDF is often put into one as it is, so that its first bytes stand near the archive's.
    head = source[:1024].lstrip(b"\xef\xbb\xbf\r\n\t \x00")
    if head.startswith(b"%PDF-") or (b"%PDF-" in source[:1024] and b"<" not in source[:64]):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    return "mhtml" if is_mhtml(source) else None


def is_mhtml(source: bytes) -> bool:
    """True for a page with its pictures in one MIME message (RFC 2557), which Word and browsers save."""
    head = source[:4096]
    return b"IME-" in head.upper() and _MHTML.match(head) is not None and _MULTIPART.search(head) is not None
