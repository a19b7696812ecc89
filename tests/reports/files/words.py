"""Word, RTF and Excel files of our own from papers: DOCX through python-docx, DOC and RTF byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile

import docx
import openpyxl
import xlwt

from tests.reports.files.papers import Paper, Text
from tests.reports.golden.sheets import Sheet
from tests.reports.gridlib import place

# ------------------------------------------------------------------ docx


def docx_file(made: Paper) -> bytes:
    """A paper as a DOCX, written as Word writes it: gridSpan and vMerge."""
    body = [_paragraph(item.text) if isinstance(item, Text) else _table(item) for item in made]
    return raw_docx("".join(body))


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _table(sheet: Sheet) -> str:
    rows = []
    for row in _continued(sheet):
        cells = []
        for text, left, right, begins, goes_on in row:
            span = f'<w:gridSpan w:val="{right - left}"/>' if right - left > 1 else ""
            merged = '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>" if goes_on else ""
            cells.append(f"<w:tc><w:tcPr>{span}{merged}</w:tcPr>{_paragraph(text)}</w:tc>")
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def docx_by_library(made: Paper) -> bytes:
    """A paper as python-docx writes it, which knows nothing of ours."""
    document = docx.Document()
    for item in made:
        if isinstance(item, Text):
            document.add_paragraph(item.text)
            continue
        grid = place(item)
        count = max(cell.col + cell.colspan for row in grid.rows for cell in row)
        table = document.add_table(rows=len(grid.rows), cols=count)
        for cell in (cell for row in grid.rows for cell in row):
            first = table.cell(cell.row, cell.col)
            last = table.cell(cell.row + cell.rowspan - 1, cell.col + cell.colspan - 1)
            (first.merge(last) if last is not first else first).text = cell.text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'


def raw_docx(body: str, namespace: str = W, **parts: str) -> bytes:
    """A DOCX from the XML of its body; further parts by name (`numbering`, `styles`, `footnotes`)."""
    more = 'xmlns:mc="m" xmlns:wps="s" xmlns:v="v" xmlns:wp="wp" xmlns:a="a" xmlns:r="r"'
    members = {"word/document.xml": f"<w:document {namespace} {more}><w:body>{body}</w:body></w:document>"}
    members |= {f"word/{name}.xml": f"<w:{name} {namespace}>{xml}</w:{name}>" for name, xml in parts.items()}
    return zipped({name: text.encode() for name, text in members.items()})


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


# ------------------------------------------------------------------ rtf


def rtf_file(made: Paper, *, unicode: bool = False) -> bytes:
    """A paper as RTF: GBK bytes as WPS writes them, or Unicode escapes as Word does."""
    out = [r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\froman Times;}}\uc1", "\n"]
    for item in made:
        if isinstance(item, Text):
            out.append(rf"\pard\f0 {_rtf(item.text, unicode)}\par" + "\n")
            continue
        out += [_rtf_row(row, unicode) for row in _continued(item)]
        out.append("\\pard\n")
    return ("".join(out) + "}").encode("ascii")


def _continued(sheet: Sheet) -> list[list[tuple[str, int, int, bool, bool]]]:
    """Rows in which a cell that spans rows comes again: text, left, right, begins a span, continues one."""
    grid = place(sheet)
    rows: list[list[tuple[str, int, int, bool, bool]]] = [[] for _ in grid.rows]
    for cell in (cell for row in grid.rows for cell in row):
        for down in range(cell.rowspan):
            text = cell.text if down == 0 else ""
            ends = (cell.col, cell.col + cell.colspan)
            rows[cell.row + down].append((text, *ends, down == 0 and cell.rowspan > 1, down > 0))
    return [sorted(row, key=lambda cell: cell[1]) for row in rows]


def _rtf_row(row: list[tuple[str, int, int, bool, bool]], unicode: bool) -> str:
    flags = {(True, False): r"\clvmgf", (False, True): r"\clvmrg"}
    cells = "".join(rf"{flags.get((begins, goes_on), '')}\cellx{900 * right}" for _, _, right, begins, goes_on in row)
    texts = "".join(rf"\pard\intbl {_rtf(text, unicode)}\cell" for text, *_ in row)
    return rf"\trowd{cells}{texts}\row" + "\n"


def _rtf(text: str, unicode: bool) -> str:
    if unicode:
        return "".join(
            char if char.isascii() else rf"\u{ord(char) - (65536 if ord(char) > 32767 else 0)}?" for char in text
        )
    return "".join(char if char.isascii() else "".join(rf"\'{b:02x}" for b in char.encode("gb18030")) for char in text)


# ------------------------------------------------------------------ doc


def doc_file(made: Paper) -> bytes:
    """A paper as a Word 97 document: one Unicode piece, paragraphs with their properties, row definitions."""
    paragraphs: list[tuple[str, bytes]] = []
    for item in made:
        if isinstance(item, Text):
            paragraphs.append((item.text + "\r", b""))
            continue
        for row in _continued(item):
            paragraphs += [(text + "\x07", _IN_TABLE) for text, *_ in row]
            edges = [row[0][1] * 900, *(right * 900 for _, _, right, _, _ in row)]
            flags = [0x20 | 0x40 if begins else 0x20 if goes_on else 0 for *_, begins, goes_on in row]
            definition = struct.pack(f"<B{len(edges)}h", len(row), *edges)
            definition += b"".join(struct.pack("<H", flag) + bytes(18) for flag in flags)
            sprm = struct.pack("<HH", 0xD608, len(definition) + 1) + definition
            paragraphs.append(("\x07", _IN_TABLE + struct.pack("<HB", 0x2417, 1) + sprm))
    return _word_binary(paragraphs)


_IN_TABLE = struct.pack("<HB", 0x2416, 1)
_TEXT_AT = 0x800


def _word_binary(paragraphs: list[tuple[str, bytes]], *, flags: int = 0x0200) -> bytes:
    text = "".join(one for one, _ in paragraphs)
    raw = text.encode("utf-16-le")
    after = (_TEXT_AT + len(raw) + 511) // 512 * 512
    data = bytearray(2048)
    pages: list[bytes] = []
    runs: list[tuple[int, int, bytes]] = []
    at = _TEXT_AT
    for one, sprms in paragraphs:
        end = at + 2 * len(one)
        if len(sprms) > 400:  # too large for a page: the properties lie in the data stream
            sprms, where = struct.pack("<HI", 0x646B, len(data)), sprms
            data += struct.pack("<H", len(where)) + where
            sprms = _IN_TABLE + struct.pack("<HB", 0x2417, 1) + sprms
        runs.append((at, end, sprms))
        at = end
    edges: list[int] = []
    while runs:
        size, taken = 0, 0
        while taken < len(runs) and taken < 25 and size + len(runs[taken][2]) + 24 < 480:
            size += len(runs[taken][2]) + 24
            taken += 1
        pages.append(_formatted(runs[:taken]))
        edges.append(runs[0][0])
        last, runs = runs[taken - 1][1], runs[taken:]
    plc = struct.pack(f"<{len(edges) + 1}I", *edges, last)
    plc += struct.pack(f"<{len(pages)}I", *(after // 512 + n for n in range(len(pages))))
    pieces = struct.pack("<IIHIH", 0, len(text), 0, _TEXT_AT, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    head = bytearray(_TEXT_AT)
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<I", head, 0x4C, len(text))
    struct.pack_into("<II", head, 0x102, 0, len(plc))
    struct.pack_into("<II", head, 0x1A2, len(plc), len(clx))
    main = (bytes(head) + raw).ljust(after, b"\0") + b"".join(pages)
    return ole({"WordDocument": main, "1Table": plc + clx, "Data": bytes(data)})


def _formatted(runs: list[tuple[int, int, bytes]]) -> bytes:
    """One page of formatted disk with the properties of some paragraphs."""
    page = bytearray(512)
    struct.pack_into(f"<{len(runs) + 1}I", page, 0, *(start for start, _, _ in runs), runs[-1][1])
    free = 510
    for n, (_, _, sprms) in enumerate(runs):
        if sprms:
            body = b"\0\0" + sprms
            packed = (b"\0" + bytes([len(body) // 2]) if len(body) % 2 == 0 else bytes([(len(body) + 1) // 2])) + body
            free = (free - len(packed)) // 2 * 2
            page[free : free + len(packed)] = packed
            page[4 * (len(runs) + 1) + 13 * n] = free // 2
    page[511] = len(runs)
    return bytes(page)


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file (version 3) of a few streams, each in sectors of its own."""
    sectors: list[bytes] = []
    fat: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for n, (name, body) in enumerate(sorted(streams.items(), key=lambda one: (len(one[0]), one[0].upper())), start=1):
        body = body.ljust(4096, b"\0")
        start = len(sectors)
        sectors += [body[at : at + 512].ljust(512, b"\0") for at in range(0, len(body), 512)]
        fat += [*range(start + 1, len(sectors)), 0xFFFFFFFE]
        entries.append(_entry(name, 2, start, len(body), right=n + 1 if n < len(streams) else -1))
    while len(entries) % 4:
        entries.append(bytes(128))
    directory = len(sectors)
    listed = b"".join(entries)
    sectors += [listed[at : at + 512] for at in range(0, len(listed), 512)]
    fat += [*range(directory + 1, len(sectors)), 0xFFFFFFFE]
    count = (len(fat) + 129) // 128 + 1
    first = len(sectors)
    fat += [0xFFFFFFFD] * count
    fat += [0xFFFFFFFF] * (count * 128 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, count, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *(first + n if n < count else 0xFFFFFFFF for n in range(109)))
    return head + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int, start: int, size: int, child: int = -1, right: int = -1) -> bytes:
    label = name.encode("utf-16-le")
    links = struct.pack("<iii", -1, right, child)
    return (
        label.ljust(64, b"\0")
        + struct.pack("<HBB", len(label) + 2, kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


# ------------------------------------------------------------------ excel


def _written(made: Paper, write, merge) -> None:
    row = 0
    for item in made:
        if isinstance(item, Text):
            write(row, 0, item.text)
            row += 1
            continue
        row += 1
        grid = place(item)
        for cell in (cell for line in grid.rows for cell in line):
            top, left = row + cell.row, cell.col
            value: object = cell.text
            if cell.text.lstrip("-").isdecimal():
                value = int(cell.text)
            elif cell.text.replace(".", "").isdecimal():
                value = float(cell.text)
            if cell.rowspan * cell.colspan > 1:
                merge(top, left, top + cell.rowspan - 1, left + cell.colspan - 1, value)
            else:
                write(top, left, value)
        row += len(grid.rows) + 1


def xlsx_file(made: Paper) -> bytes:
    """A paper as one Excel sheet."""
    book = openpyxl.Workbook()
    sheet = book.active

    def write(row: int, col: int, value: object) -> None:
        sheet.cell(row + 1, col + 1, value)

    def merge(top: int, left: int, bottom: int, right: int, value: object) -> None:
        write(top, left, value)
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)

    _written(made, write, merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls_file(made: Paper) -> bytes:
    """A paper as one sheet of old Excel."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("年报")
    _written(
        made, sheet.write, lambda top, left, bottom, right, value: sheet.write_merge(top, bottom, left, right, value)
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
