"""What every reader of files yields: the parts of a document in reading order, and what went wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from crawler.reports.model import Finding

FileKind = Literal["pdf", "docx", "doc", "rtf", "xlsx", "xls", "mhtml", "page", "zip", "gz"]

MAX_BYTES = 48 * 1024 * 1024
"""Bytes of a file that is looked into; the largest report that was met, with scanned annexes, has 30 MB."""
MAX_INFLATED = 96 * 1024 * 1024
"""Bytes that all packed parts of one file may come to: embedded Chinese fonts have 10 to 20 MB each."""
MAX_CHARS = 2_000_000
"""Characters of one document; the longest reports have 100,000."""
MAX_PARTS = 20_000
"""Paragraphs and tables of one document."""


class Unreadable(Exception):
    """A file that cannot be read, with one word for programs and one sentence for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class TooMuch(Unreadable):
    """A file that asks for more work than any report: a bomb, or a book."""

    def __init__(self, message: str) -> None:
        super().__init__("too_large", message)


def unreadable(error: Exception, name: str) -> Unreadable:
    """What any error of a reader says of the file `name`: libraries raise whatever their own code meets in it."""
    if isinstance(error, Unreadable):
        return error
    kind = type(error).__name__
    if isinstance(error, RecursionError | MemoryError):
        return Unreadable("too_large", f"{name} nests deeper or grows larger than any report ({kind})")
    return Unreadable("damaged", f"{name} is damaged ({kind})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or heading (`level` 1…6, 0 for running text); line breaks inside it as `\\n`."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell: text (lines by `\\n`), rows and columns it covers, tables in it, a picture where it holds one."""

    text: str = ""
    rowspan: int = 1
    colspan: int = 1
    inner: tuple[Table, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of anchor cells, as an HTML table has them: a cell that spans stands once, in its first row."""

    rows: tuple[tuple[TableCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands where text or a table could: its name inside the file."""

    name: str


Part = Paragraph | Table | Picture


@dataclass(slots=True)
class Opened:
    """What a file holds.

    Attributes:
        kind: what the file is.
        parts: its text and tables in reading order; empty where `html` holds them.
        html: source of a page that was wrapped in the file (MHTML, a page in an archive).
        pages: pages or sheets, where the kind has such.
        findings: what a reader must know: pictures instead of text, pages left out …
        member: name of the file inside an archive that was read.
    """

    kind: FileKind
    parts: Sequence[Part] = ()
    html: str | None = None
    pages: int | None = None
    findings: list[Finding] = field(default_factory=list)
    member: str | None = None


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file that an article page links or shows in place of its report (a PDF, a Word file …), as it was fetched.

    `problem` says why there is no body: the reason word and sentence of a failed request. `cut` tells that its transfer
    ended early.
    """

    url: str
    name: str = ""
    body: bytes = b""
    problem: str = ""
    cut: bool = False
