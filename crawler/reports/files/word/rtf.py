"""RTF -> parts: text, tables by their cell edges, code pages and Unicode escapes.

Rules: Rich Text Format Specification 1.9.1. Groups that hold no text of the document (fonts, styles, pictures, headers)
are passed over, text that is marked as deleted or hidden too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from crawler.reports.files.model import MAX_CHARS, MAX_PARTS, Opened, Paragraph, Part, TooMuch
from crawler.reports.files.word.grid import Row, RowCell, table

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_PASSED = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerf headerl headerr footer footerf footerl footerr "
    b"listtable listoverridetable rsidtbl generator xmlnstbl themedata colorschememapping latentstyles datastore "
    b"fldinst shppict nonshppict mmathPr ftnsep ftnsepc aftnsep aftnsepc pntext filetbl revtbl".split()
)
_TEXT: dict[bytes, str] = {
    b"tab": "\t", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"emspace": "\u3000", b"enspace": " ",
}  # fmt: skip
_CHARSETS = {134: "gb18030", 136: "big5hkscs", 128: "cp932", 0: "cp1252"}
_MOST_GROUPS = 2_000
_MOST_TOKENS = 4_000_000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group."""

    passed: bool = False
    gone: bool = False
    in_table: bool = False
    skip: int = 1
    encoding: str = "cp1252"


@dataclass(slots=True)
class _Reader:
    parts: list[Part] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    encoding: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    edges: list[tuple[int, bool, bool]] = field(default_factory=list)
    merge: tuple[bool, bool] = (False, False)
    pending: int = 0
    size: int = 0


def read(source: bytes) -> Opened:
    """The text and tables of an RTF file.

    Raises:
        TooMuch: it nests deeper or is longer than any report.
    """
    reader = _Reader()
    state = _State()
    stack: list[_State] = []
    fresh = False  # a group that begins with \* or a known word is passed over whole
    for count, token in enumerate(_TOKEN.finditer(source)):
        if count > _MOST_TOKENS or len(stack) > _MOST_GROUPS or reader.size > MAX_CHARS:
            raise TooMuch("the RTF file is longer or nests deeper than any report")
        word, number, code, sign, brace, plain = token.groups()
        if brace == b"{":
            _flush(reader)
            stack.append(state)
            fresh = True
            continue
        if brace == b"}":
            _flush(reader)
            state = stack.pop() if stack else state
            continue
        if word:
            state = _word(reader, state, word, int(number) if number else None, fresh)
        elif sign == b"*" and fresh:
            state = replace(state, passed=True)
        elif not (state.passed or state.gone):
            _characters(reader, code, sign, plain)
        fresh = fresh and sign == b"*"
    _end_paragraph(reader, in_table=False)
    _end_table(reader)
    return Opened("rtf", reader.parts)


def _characters(reader: _Reader, code: bytes | None, sign: bytes | None, plain: bytes | None) -> None:
    if code:
        if reader.pending:
            reader.pending -= 1
        else:
            reader.raw.append(int(code, 16))
    elif sign:
        _flush(reader)
        reader.text.append({b"~": "\u00a0", b"_": "-"}.get(sign, sign.decode("latin-1") if sign in b"\\{}" else ""))
    elif plain:
        skipped = min(reader.pending, len(plain))
        reader.pending -= skipped
        reader.raw.extend(plain[skipped:])
        reader.size += len(plain)


def _word(reader: _Reader, state: _State, word: bytes, number: int | None, fresh: bool) -> _State:
    """One control word: what it changes in the group, and what it does to the text."""
    if fresh and word in _PASSED:
        state = replace(state, passed=True)
    if word == b"fcharset" or (word == b"f" and state.passed):
        _font(reader, word, number or 0)
    if word in (b"deleted", b"v"):
        return replace(state, gone=number != 0)
    if word == b"plain":
        return replace(state, gone=False)
    if state.passed or state.gone:
        return state
    if word == b"u" and number is not None:
        _flush(reader)
        reader.text.append(chr(number % 0x10000))
        reader.pending = state.skip
        reader.size += 1
        return state
    reader.pending = 0
    if word == b"uc":
        return replace(state, skip=max(0, min(number or 0, 8)))
    if word == b"ansicpg":
        reader.encoding = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8"}.get(number or 0, "cp1252")
    if word in (b"pard", b"intbl"):
        return replace(state, in_table=word == b"intbl")
    if word == b"f":
        _flush(reader)
        reader.font = number or 0
    elif word in _TEXT:
        _flush(reader)
        reader.text.append(_TEXT[word])
    else:
        _structure(reader, state, word, number or 0)
    return state


def _font(reader: _Reader, word: bytes, number: int) -> None:
    """Character sets of fonts, from the font table."""
    if word == b"f":
        reader.font = number
    elif number in _CHARSETS and len(reader.fonts) < 2000:
        reader.fonts[reader.font] = _CHARSETS[number]


def _structure(reader: _Reader, state: _State, word: bytes, number: int) -> None:
    """Ends of paragraphs, cells and rows, and the definition of a row."""
    if word in (b"par", b"sect", b"page"):
        _end_paragraph(reader, in_table=state.in_table)
    elif word in (b"cell", b"nestcell"):
        _flush(reader)
        reader.lines.append("".join(reader.text))
        reader.text = []
        reader.cells.append("\n".join(line for line in reader.lines if line.strip()))
        reader.lines = []
    elif word == b"trowd":
        reader.edges, reader.merge = [], (False, False)
    elif word in (b"clmrg", b"clvmrg"):
        reader.merge = (reader.merge[0] or word == b"clmrg", reader.merge[1] or word == b"clvmrg")
    elif word == b"cellx":
        reader.edges.append((number, *reader.merge))
        reader.merge = (False, False)
    elif word == b"row":
        _end_row(reader)


def _flush(reader: _Reader) -> None:
    """Bytes gathered so far as text, in the character set of their font or of the file."""
    if reader.raw:
        encoding = reader.fonts.get(reader.font, reader.encoding)
        if encoding == "cp1252":
            encoding = reader.encoding
        reader.text.append("".join(_decoded(bytes(reader.raw), encoding)))
        reader.raw.clear()


def _decoded(raw: bytes, encoding: str) -> Iterator[str]:
    """Text of bytes; one that has no meaning becomes U+FFFD, which is counted and shown."""
    at = 0
    while at < len(raw):
        try:
            yield raw[at:].decode(encoding)
            return
        except UnicodeDecodeError as error:
            yield raw[at : at + error.start].decode(encoding) + "\ufffd"
            at += max(error.end, error.start + 1)


def _end_paragraph(reader: _Reader, *, in_table: bool) -> None:
    _flush(reader)
    text = "".join(reader.text)
    reader.text = []
    if in_table:
        reader.lines.append(text)
        return
    _end_table(reader)
    if text.strip():
        reader.parts.append(Paragraph(_whole(text)))
    if len(reader.parts) > MAX_PARTS:
        raise TooMuch("the RTF file has more paragraphs than any report")


def _end_row(reader: _Reader) -> None:
    texts, edges = reader.cells, reader.edges
    reader.cells = []
    exact = len(edges) == len(texts)
    if not exact:
        edges = [(1000 * (n + 1), False, False) for n in range(len(texts))]
    cells: list[RowCell] = []
    left = 0 if not exact or not edges else min(0, edges[0][0] - 1)
    for text, (right, merged, below) in zip(texts, edges, strict=True):
        if merged and cells:
            cells[-1].right = right
        else:
            cells.append(RowCell(_whole(text), left, right, below=below))
        left = right
    if cells:
        reader.rows.append(Row(cells, exact))


def _end_table(reader: _Reader) -> None:
    if reader.rows:
        reader.parts.append(table(reader.rows))
        reader.rows = []


def _whole(text: str) -> str:
    """Characters beyond U+FFFF, which RTF writes as two halves, put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass") if text else text
