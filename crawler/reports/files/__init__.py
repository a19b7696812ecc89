"""Files that carry reports (PDF, Word, WPS, RTF, Excel, MHTML, zip) -> the source of a plain page.

Beijing's districts and many others publish reports only as files. `read` opens one by its content and gives its text
and tables as HTML, which the parser reads as it reads any page: sections, binding and checks are the same for all.
Libraries are loaded when the first file of their kind is met. Nothing here raises for bad input, and every bound is a
count of work: pages, objects, bytes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from crawler.reports.files import kinds, markup, several
from crawler.reports.files.model import MAX_BYTES, FileKind, Opened, Unreadable, unreadable
from crawler.reports.model import Finding

_NAMES: dict[FileKind, str] = {
    "pdf": "a PDF",
    "docx": "a Word file (docx)",
    "doc": "an old Word or WPS file (doc, wps)",
    "rtf": "an RTF file",
    "xlsx": "an Excel file (xlsx)",
    "xls": "an old Excel file (xls)",
    "mhtml": "a page saved as MHTML",
    "page": "a page",
    "zip": "a zip archive",
    "gz": "gzip data",
}
for _library in ("pdfminer", "openpyxl"):
    logging.getLogger(_library).setLevel(logging.ERROR)  # they warn of every oddity of a file, once a character


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file says.

    Attributes:
        kind: what it is.
        source: its text and tables as HTML; "" where nothing could be read.
        findings: what a reader must know; `unreadable` (hard) where `source` is empty.
        pages: pages or sheets, where the kind has such.
        member: name of the file in an archive that was read.
    """

    kind: FileKind
    source: str = ""
    findings: tuple[Finding, ...] = ()
    pages: int | None = None
    member: str | None = None

    def evidence(self) -> dict[str, Any]:
        """What is kept about the file, as plain JSON values."""
        name = _NAMES[self.kind] + (" in a zip archive" if self.member else "")
        told = {"file": name, "pages": self.pages, "member": self.member}
        return {name: value for name, value in told.items() if value is not None}


def read(source: bytes, title: str = "", member: str = "") -> FileText | None:
    """Open a file by its content; None when it is no file of a kind that may carry a report. Never raises.

    `title` is what led to the file: it decides which of several reports in one file is read. `member` names the file of
    an archive that is to be read.
    """
    kind = kinds.kind_of(source)
    if kind is None:
        return None
    try:
        if len(source) > MAX_BYTES:
            raise Unreadable("too_large", f"the file has {len(source)} bytes; no report has more than {MAX_BYTES}")
        held = _written(_open(source, kind, title, member), title)
        if held.source and (cut := _cut(source, kind)):
            return replace(held, findings=(Finding("page_ends_early", "soft", str(cut), left="a PDF"), *held.findings))
        return held
    except Exception as error:
        return unread(kind, _cut(source, kind) or unreadable(error, _NAMES[kind]))


def _open(source: bytes, kind: FileKind, title: str = "", member: str = "") -> Opened:
    """The reader of a kind; imported here, because a crawl of pages needs none of them."""
    if kind == "pdf":
        from crawler.reports.files.pdf import reader

        return reader.read(source)
    if kind == "zip":
        from crawler.reports.files import archive

        return archive.read(source, _open, title, member)
    if kind == "doc":
        from crawler.reports.files import ole

        return ole.read(source)
    if kind == "rtf":
        from crawler.reports.files.word import rtf

        return rtf.read(source)
    from crawler.reports.files import mhtml

    return mhtml.read(source)


def _written(opened: Opened, title: str) -> FileText:
    """What was opened as HTML; a file without anything in it is unreadable."""
    cut = False
    source = opened.html or ""
    findings = list(opened.findings)
    if opened.html is None:
        parts, several_found = several.pick(opened.parts, title)
        findings += [several_found] if several_found else []
        source, cut = markup.page(parts)
    if cut:
        message = "the file is longer than any report; only its beginning was read"
        findings.append(Finding("file_cut", "hard", message, left=_NAMES[opened.kind]))
    if opened.html is None and not opened.parts:
        findings.append(_unreadable(opened.kind, "empty", f"{_NAMES[opened.kind]} without any text"))
        source = ""
    return FileText(opened.kind, source, tuple(findings), opened.pages, opened.member)


def _cut(source: bytes, kind: FileKind) -> Unreadable | None:
    """Why a PDF is not whole: it lacks the mark at its end (ISO 32000-1, 7.5.5), as one does whose transfer was cut."""
    if kind != "pdf" or len(source) > MAX_BYTES or b"%%EOF" in source[-4096:] or b"/Encrypt" in source:
        return None
    return Unreadable("cut", "the PDF ends before its end mark: a transfer that was cut, or damage")


def unread(kind: FileKind, error: Unreadable) -> FileText:
    """A file of which nothing can be read, with the reason."""
    return FileText(kind, "", (_unreadable(kind, error.reason, str(error)),))


def _unreadable(kind: FileKind, reason: str, message: str) -> Finding:
    return Finding("unreadable", "hard", message, left=_NAMES[kind], right="text", where=reason)


__all__ = ["FileText", "read", "unread"]
