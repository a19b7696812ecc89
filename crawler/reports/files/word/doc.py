"""DOC -> parts: the text of Word 97–2003 and WPS files by its piece table, tables by their row definitions.

Rules: [MS-DOC], sections 2.4.1 (retrieving text), 2.4.3 (table cells and rows), 2.6.2 and 2.6.3 (properties), 2.9.
Automatic list numbers, text boxes and tracked deletions of this old format are not told apart.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crawler.reports.files.model import MAX_CHARS, MAX_PARTS, Opened, Paragraph, Part, TooMuch, Unreadable
from crawler.reports.files.word.grid import Row, RowCell, table

STREAMS = ("worddocument", "0table", "1table", "data")
_IDENT = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_AT_TEXT, _AT_PAPX, _AT_CLX = 0x4C, 0x102, 0x1A2
_COMPRESSED = 0x40000000
_IN_TABLE, _ROW_END, _TABLE, _HUGE, _HUGE_OLD = 0x2416, 0x2417, 0xD608, 0x646B, 0x6646
_SIZES = (1, 1, 2, 4, 2, 2, -1, 3)
_ENDS = re.compile("[\r\x07\x0c\x0e]")
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*\x14?|\x15")
_SPECIAL = {0x0B: "\n", 0x1E: "-", 0x1F: None, 0x01: None, 0x02: None, 0x03: None, 0x05: None, 0x08: None}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text: its first character, where it lies in the file, bytes a character."""

    start: int
    offset: int
    width: int


@dataclass(slots=True)
class _Properties:
    """What the file says of one paragraph."""

    in_table: bool = False
    row_end: bool = False
    edges: tuple[int, ...] = ()
    flags: tuple[int, ...] = ()


@dataclass(slots=True)
class _Open:
    """The table that is being read: its rows, and the cells and lines of the row that is not ended yet."""

    rows: list[Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def read(streams: Mapping[str, bytes]) -> Opened:
    """The text and tables of a Word file from its streams (names in lower case).

    Raises:
        Unreadable: encrypted, older than Word 97, or damaged.
    """
    main = streams["worddocument"]
    try:
        ident, flags = _short(main, 0), _short(main, 0x0A)
        if ident != _IDENT:
            raise Unreadable("unknown_kind", "a Word file older than Word 97, which is not read")
        if flags & _ENCRYPTED:
            raise Unreadable("encrypted", "the Word file is encrypted; its text needs a password")
        side = streams.get("1table" if flags & _SECOND_TABLE else "0table", b"")
        pieces, text = _text(main, side)
        papx = _paragraph_properties(main, side, streams.get("data", b""))
    except (struct.error, IndexError) as error:
        raise Unreadable("damaged", f"the Word file is damaged ({error})") from error
    return Opened("doc", list(_parts(text, pieces, papx)))


def _short(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", data, at)[0])


def _long(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])


# ------------------------------------------------------------------ text


def _text(main: bytes, side: bytes) -> tuple[list[_Piece], str]:
    """The main text (footnotes, headers and boxes lie behind it) and the pieces it was put together from."""
    length = _long(main, _AT_TEXT)
    if length > MAX_CHARS:
        raise TooMuch("the Word file has more text than any report")
    clx = side[_long(main, _AT_CLX) :][: _long(main, _AT_CLX + 4)]
    at = 0
    while clx[at : at + 1] == b"\x01":  # property modifications, which pieces may refer to
        at += 3 + _short(clx, at + 1)
    if clx[at : at + 1] != b"\x02":
        raise Unreadable("damaged", "the Word file has no piece table")
    plc = clx[at + 5 : at + 5 + _long(clx, at + 1)]
    count = max(0, (len(plc) - 4) // 12)
    pieces, out, total = [], [], 0
    for n in range(count):
        start, end = _long(plc, 4 * n), min(_long(plc, 4 * n + 4), length)
        where = _long(plc, 4 * (count + 1) + 8 * n + 2)
        if start != total or end <= start:
            break
        narrow = bool(where & _COMPRESSED)
        offset = (where & ~_COMPRESSED) // 2 if narrow else where
        raw = main[offset : offset + (end - start) * (1 if narrow else 2)]
        found = raw.decode("cp1252" if narrow else "utf-16-le", "surrogateescape" if narrow else "surrogatepass")
        pieces.append(_Piece(start, offset, 1 if narrow else 2))
        out.append(found.ljust(end - start))
        total = end
    return pieces, "".join(out)


def _offset(pieces: list[_Piece], at: int) -> int:
    """Where a character lies in the file."""
    piece = pieces[bisect_right(pieces, at, key=lambda one: one.start) - 1]
    return piece.offset + (at - piece.start) * piece.width


# ------------------------------------------------------------------ properties


@dataclass(slots=True)
class _Papx:
    """Properties of paragraphs by where their text lies."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    found: list[_Properties] = field(default_factory=list)

    def at(self, offset: int) -> _Properties:
        n = bisect_right(self.starts, offset) - 1
        return self.found[n] if n >= 0 and offset < self.ends[n] else _Properties()


def _paragraph_properties(main: bytes, side: bytes, data: bytes) -> _Papx:
    plc = side[_long(main, _AT_PAPX) :][: _long(main, _AT_PAPX + 4)]
    count = max(0, (len(plc) - 4) // 8)
    runs: list[tuple[int, int, _Properties]] = []
    for n in range(count):
        page = (_long(plc, 4 * (count + 1) + 4 * n) & 0x3FFFFF) * 512
        block = main[page : page + 512]
        if len(block) == 512:
            runs.extend(_block(block, data))
        if len(runs) > MAX_PARTS * 4:
            raise TooMuch("the Word file has more paragraphs than any report")
    runs.sort(key=lambda run: run[0])
    return _Papx([run[0] for run in runs], [run[1] for run in runs], [run[2] for run in runs])


def _block(block: bytes, data: bytes) -> Iterator[tuple[int, int, _Properties]]:
    """Runs of one page of formatted disk (512 bytes): from, to, properties."""
    count = block[511]
    for n in range(count):
        start, end = _long(block, 4 * n), _long(block, 4 * n + 4)
        at = block[4 * (count + 1) + 13 * n] * 2
        found = _Properties()
        if at:
            size = block[at] * 2 - 1
            body = at + 1
            if block[at] == 0:
                size, body = block[at + 1] * 2, at + 2
            _apply(block[body + 2 : body + size], found, data, 0)
        yield start, end, found


def _apply(sprms: bytes, found: _Properties, data: bytes, depth: int) -> None:
    """Read property modifiers; those of wide tables lie in the data stream."""
    at = 0
    while at + 2 < len(sprms):
        code = _short(sprms, at)
        size = _SIZES[code >> 13]
        body = at + 2
        if code == _TABLE:
            size = _short(sprms, body) + 1
            _edges(sprms[body + 2 : body + size], found)
        elif size < 0:
            size = sprms[body] + 1
        elif code == _IN_TABLE:
            found.in_table = sprms[body] == 1
        elif code == _ROW_END:
            found.row_end = sprms[body] == 1
        elif code in (_HUGE, _HUGE_OLD) and depth == 0:
            where = _long(sprms, body) if body + 4 <= len(sprms) else len(data)
            if where + 2 <= len(data):
                _apply(data[where + 2 : where + 2 + _short(data, where)], found, data, 1)
        at = body + size


def _edges(definition: bytes, found: _Properties) -> None:
    """Cells of a row: their edges, in twips, and flags (merged with the left, with the one above)."""
    count = definition[0] if definition else 0
    if len(definition) < 1 + 2 * (count + 1):
        return
    found.edges = struct.unpack_from(f"<{count + 1}h", definition, 1)
    flags = []
    for n in range(count):
        at = 1 + 2 * (count + 1) + 20 * n
        flags.append(_short(definition, at) if at + 2 <= len(definition) else 0)
    found.flags = tuple(flags)


# ------------------------------------------------------------------ parts


def _parts(text: str, pieces: list[_Piece], papx: _Papx) -> Iterator[Part]:
    """Paragraphs and tables; a cell ends with U+0007, and so does a row, which only its properties tell."""
    open_table = _Open()
    at = 0
    for end in _ENDS.finditer(text):
        line = _plain(text[at : end.start()])
        known = papx.at(_offset(pieces, end.start()))
        at = end.end()
        if end[0] == "\x07" or known.in_table or known.row_end:
            _take(open_table, line, end[0], known)
            continue
        if open_table.rows:
            yield table(open_table.rows)
            open_table = _Open()
        if line.strip():
            yield Paragraph(line)
    if open_table.rows:
        yield table(open_table.rows)
    rest = _plain(text[at:])
    if rest.strip():
        yield Paragraph(rest)


def _take(open_table: _Open, line: str, end: str, known: _Properties) -> None:
    if known.row_end:
        open_table.rows.append(_row(open_table.cells, known))
        open_table.cells, open_table.lines = [], []
        return
    open_table.lines.append(line)
    if end == "\x07":
        open_table.cells.append("\n".join(one for one in open_table.lines if one.strip()))
        open_table.lines = []


def _row(texts: list[str], known: _Properties) -> Row:
    edges = known.edges if len(known.edges) == len(texts) + 1 else tuple(range(0, 1000 * (len(texts) + 1), 1000))
    flags = known.flags if len(known.flags) == len(texts) else (0,) * len(texts)
    cells: list[RowCell] = []
    for n, (text, flag) in enumerate(zip(texts, flags, strict=True)):
        if flag & 0x02 and cells:  # merged with the cell on its left
            cells[-1].right = edges[n + 1]
            cells[-1].text = cells[-1].text or text
            continue
        cells.append(RowCell(text, edges[n], edges[n + 1], below=bool(flag & 0x20 and not flag & 0x40)))
    return Row(cells, exact=len(known.edges) == len(texts) + 1)


def _plain(text: str) -> str:
    """Text without field codes and anchors of pictures and notes."""
    for _ in range(8):
        shorter = _FIELD_CODE.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text.translate(_SPECIAL).replace("\x14", "")
