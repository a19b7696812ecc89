"""A PDF as parts of a document."""

from __future__ import annotations

from crawler.reports.files.model import Opened, Unreadable
from crawler.reports.files.pdf import objects, pages
from crawler.reports.model import Finding


def read(source: bytes) -> Opened:
    """The text and tables of a PDF.

    Raises:
        Unreadable: encrypted, damaged, empty, or more work than any report.
    """
    sheets = objects.read(source)
    if not sheets.pages:
        raise Unreadable("damaged", "the PDF has no page that could be read")
    opened = Opened("pdf", pages.parts(sheets.pages), pages=len(sheets.pages))
    opened.findings.extend(_findings(sheets))
    return opened


def _findings(sheets: objects.Sheets) -> list[Finding]:
    found = []
    glyphs = sum(len(one.glyphs) for one in sheets.pages)
    pictured = sum(1 for one in sheets.pages if one.pictures and len(one.glyphs) < 20)
    if not glyphs and pictured:
        message = f"the PDF holds pictures of {pictured} pages and no text: a scan, which is not read"
        found.append(Finding("only_pictures", "hard", message, left="a PDF"))
    elif pictured:
        message = f"{pictured} of {len(sheets.pages)} pages of the PDF are pictures without text, which are not read"
        found.append(Finding("pages_are_pictures", "soft", message, left="a PDF"))
    if sheets.cut or sheets.trouble:
        message = sheets.trouble or f"the PDF has more than {objects.MAX_PAGES} pages; only these were read"
        found.append(Finding("file_cut", "hard", message, left="a PDF"))
    if sheets.unmapped:
        message = f"{sheets.unmapped} characters of the PDF have no meaning in its fonts; they stand as \ufffd"
        found.append(Finding("file_unmapped", "hard" if sheets.unmapped > 5 else "soft", message, left="a PDF"))
    return found
