"""PDF files of our own: a small writer (one font, its characters are their code points) and a typesetter for papers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.reports.files.papers import Paper, Text
from tests.reports.golden.sheets import Sheet
from tests.reports.gridlib import place

_MAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""
A4 = (595.0, 842.0)


def document(
    contents: Sequence[bytes], size: tuple[float, float] = A4, extra: Sequence[bytes] = (), page: str = ""
) -> bytes:
    """A PDF whose pages draw these contents. `page` is added to each page's dictionary, `extra` are further objects."""
    wide, high = size
    first = 7 + len(extra)
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)))
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [4 0 R]"
        b" /ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 /W [32 126 500] >>",
        b"<< /Type /FontDescriptor /FontName /Own /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800"
        b" /Descent -200 /CapHeight 700 /StemV 80 >>",
        stream(_MAP),
        *extra,
    ]
    for n, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents {first + 2 * n + 1} 0 R {page}"
            " /Resources << /Font << /F 3 0 R >> /XObject << /X 7 0 R >> >> >>".encode()
        )
        objects.append(stream(content))
    return assemble(objects)


def stream(data: bytes, entries: str = "", *, pack: bool = True) -> bytes:
    """A stream object."""
    body = zlib.compress(data) if pack else data
    packed = "/Filter /FlateDecode " if pack else ""
    return f"<< /Length {len(body)} {packed}{entries}>>\nstream\n".encode() + body + b"\nendstream"


def assemble(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """Objects as a file with its cross references."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{at:010d} 00000 n \n".encode() for at in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def show(text: str, x: float, y: float, size: float, matrix: str = "1 0 0 1") -> str:
    """Drawing instructions for one text; y from the bottom."""
    code = "".join(f"{ord(char):04X}" for char in text)
    return f"BT /F {size} Tf {matrix} {x:.2f} {y:.2f} Tm <{code}> Tj ET\n"


# ------------------------------------------------------------------ setting


@dataclass(frozen=True)
class Look:
    """How a paper is set.

    `rules`: `lines`, `bars` (thin filled rectangles), `boxes` (a rectangle a cell), `open` (no side borders), `none`.
    `split`: rows break over pages inside. `header`: header rows of the third table come again on each page.
    `turned`: 0 upright, 1 the page says /Rotate 90, 2 the text itself runs upwards.
    """

    rules: str = "lines"
    split: bool = False
    header: bool = False
    running: str = ""
    numbers: bool = True
    size: float = 10.5
    small: float = 8.0
    bottom: float = 70.0
    turned: int = 0
    swap: tuple[tuple[str, str], ...] = ()
    page: tuple[float, float] = A4
    frame: bool = False
    watermark: str = ""
    bold_twice: bool = False
    centred: bool = False


@dataclass
class Setter:
    """Sets a paper on pages, from the top."""

    look: Look
    pages: list[list[str]] = field(default_factory=list)
    y: float = 0.0

    def write(self, made: Paper) -> bytes:
        self.new_page()
        for item in made:
            if isinstance(item, Text):
                self.text(item)
            else:
                self.table(item)
        contents = [self.around("".join(page), n).encode() for n, page in enumerate(self.pages)]
        wide, high = self.look.page
        if self.look.turned == 1:
            contents = [f"q 0 1 -1 0 {high:.0f} 0 cm\n".encode() + one + b"Q" for one in contents]
            return document(contents, (high, wide), page="/Rotate 90")
        if self.look.turned == 2:
            contents = [f"q 0 1 -1 0 {high:.0f} 0 cm\n".encode() + one + b"Q" for one in contents]
            return document(contents, (high, wide))
        return document(contents, self.look.page)

    def around(self, content: str, number: int) -> str:
        wide, high = self.look.page
        if self.look.numbers:
            content += show(f"— {number + 1} —", wide / 2 - 15, 35, 9)
        if self.look.running:
            content += show(self.look.running, 90, high - 40, 9)
        if self.look.watermark:
            content += show(self.look.watermark, 150, 300, 40, "0.7 0.7 -0.7 0.7")
        if self.look.frame:
            content += f"50 45 {wide - 100:.1f} {high - 95:.1f} re S\n"
        return content

    def new_page(self) -> None:
        self.pages.append([])
        self.y = self.look.page[1] - 72

    def draw(self, piece: str) -> None:
        self.pages[-1].append(piece)

    def put(self, text: str, x: float, y: float, size: float) -> None:
        for plain, other in self.look.swap:
            text = text.replace(plain, other)
        self.draw(show(text, x, y, size))
        if self.look.bold_twice:
            self.draw(show(text, x + 0.3, y, size))

    def text(self, item: Text) -> None:
        size = self.look.size * (1.6 if item.kind == "title" else 1)
        wide = self.look.page[0]
        left, right = 80.0, wide - 80
        indent = 2 * size if item.kind in ("prose", "heading") else 0
        for n, line in enumerate(wrap(item.text, size, right - left, indent)):
            if self.y - size * 1.7 < self.look.bottom:
                self.new_page()
            self.y -= size * 1.7
            long = width(line, size)
            x = {"title": (left + right - long) / 2, "sign": right - long - 2 * size}.get(item.kind, left)
            self.put(line, x + (indent if n == 0 else 0), self.y, size)
        self.y -= 4

    # ---------------------------------------------------------------- tables

    def table(self, sheet: Sheet) -> None:
        grid = place(sheet)
        count = max(cell.col + cell.colspan for row in grid.rows for cell in row)
        left, whole = 70.0, self.look.page[0] - 140
        edges = [left + whole * share for share in shares(grid.rows, count)]
        size = self.look.small
        lines = {
            (cell.row, cell.col): wrap(cell.text, size, edges[cell.col + cell.colspan] - edges[cell.col] - 4, 0)
            for row in grid.rows
            for cell in row
        }
        heights = self.heights(grid.rows, lines)
        fresh = {place: list(held) for place, held in lines.items()}
        plain = [not any(c.text.lstrip("-").replace(".", "").isdigit() for c in row) for row in grid.rows]
        header = next((n for n, is_header in enumerate(plain) if not is_header), len(plain))
        self.y -= 6
        at = 0
        while at < len(heights):
            again = header if self.look.header and at >= header and len(heights) > header + 3 else 0
            at = self.rows(grid.rows, lines, fresh, heights, edges, at, again)
        self.y -= 8

    def heights(self, rows: Sequence[Sequence[object]], lines: dict[tuple[int, int], list[str]]) -> list[float]:
        size = self.look.small
        heights = [
            max((len(lines[(c.row, c.col)]) for c in row if c.rowspan == 1), default=1) * size * 1.35 + 6
            for row in rows
        ]
        for row in rows:
            for cell in row:
                lack = (
                    len(lines[(cell.row, cell.col)]) * size * 1.35
                    + 6
                    - sum(heights[cell.row : cell.row + cell.rowspan])
                )
                if lack > 0:
                    heights[cell.row + cell.rowspan - 1] += lack
        return heights

    def rows(self, rows, lines, fresh, heights, edges, start: int, header: int) -> int:
        """Set rows from `start` as far as the page goes; the index of the next row."""
        room = self.y - self.look.bottom
        shown = list(range(header)) if header else []
        room -= sum(heights[n] for n in shown)
        end = start
        while end < len(heights) and heights[end] <= room:
            room -= heights[end]
            end += 1
        cut = self.look.split and end < len(heights) and room > 14 and heights[end] > 20
        if end == start and not cut:
            self.new_page()
            return start
        if shown:
            self.band(rows, {place: list(held) for place, held in fresh.items()}, heights, edges, 0, header)
        fits = max(1, int((room - 4) / (self.look.small * 1.35))) if cut else 0
        self.band(rows, lines, heights, edges, start, end, fits)
        if cut:
            self.new_page()
            self.band(rows, lines, heights, edges, end, end + 1)
            return end + 1
        if end < len(heights):
            self.new_page()
        return end

    def band(self, rows, lines, heights, edges, start: int, end: int, fits: int = 0) -> None:
        """Rows `start` to `end`; a cell that began above shows what is left of its text, as Word does.

        `fits`: so many lines of the next row stand below, before the page ends inside that row.
        """
        pitch = self.look.small * 1.35
        tops = [self.y]
        for n in range(start, end):
            tops.append(tops[-1] - heights[n])
        if fits:
            tops.append(tops[-1] - fits * pitch - 6)
            end += 1
        for cell in (cell for row in rows for cell in row):
            first, last = max(cell.row, start), min(cell.row + cell.rowspan, end)
            if first >= last:
                continue
            top, bottom = tops[first - start], tops[last - start]
            self.box(edges[cell.col], edges[cell.col + cell.colspan], top, bottom)
            held = lines[(cell.row, cell.col)]
            goes_on = last < cell.row + cell.rowspan or (fits and last == end)
            room = max(1, int((top - bottom - 2) / pitch)) if goes_on else len(held)
            self.cell(held[:room], edges[cell.col], edges[cell.col + cell.colspan], top, bottom)
            lines[(cell.row, cell.col)] = held[room:]
        self.y = tops[-1]

    def cell(self, held: Sequence[str], left: float, right: float, top: float, bottom: float) -> None:
        size = self.look.small
        y = (top + bottom) / 2 + len(held) * size * 1.35 / 2 - size
        for line in held:
            spare = right - left - width(line, size)
            number = line.lstrip("-").replace(".", "").isdigit()
            centred = number or (self.look.centred and held[0][0] not in "（一二三四123456789规行")
            self.put(line, left + (spare / 2 if centred else 2), y, size)
            y -= size * 1.35

    def box(self, left: float, right: float, top: float, bottom: float) -> None:
        kind = self.look.rules
        wide, high = right - left, top - bottom
        if kind == "boxes":
            self.draw(f"0.5 w {left:.1f} {bottom:.1f} {wide:.1f} {high:.1f} re S\n")
        elif kind == "bars":
            for x, y, w, h in (
                (left, top, wide, 0.5),
                (left, bottom, wide, 0.5),
                (left, bottom, 0.5, high),
                (right, bottom, 0.5, high),
            ):
                self.draw(f"{x:.1f} {y:.1f} {w:.1f} {h:.1f} re f\n")
        elif kind in ("lines", "open"):
            sides = [(left, top, right, top), (left, bottom, right, bottom)]
            wall = self.look.page[0] - 70
            if kind == "lines" or left > 75:
                sides.append((left, bottom, left, top))
            if kind == "lines" or right < wall - 5:
                sides.append((right, bottom, right, top))
            self.draw("".join(f"{a:.1f} {b:.1f} m {c:.1f} {d:.1f} l S\n" for a, b, c, d in sides))


def width(text: str, size: float) -> float:
    """Length of a text in points."""
    return sum(size * (0.5 if ord(char) < 127 else 1) for char in text)


def wrap(text: str, size: float, room: float, indent: float) -> list[str]:
    """A text in lines; punctuation does not begin one."""
    out, current, left = [], "", room - indent
    for char in text:
        wide = width(char, size)
        if current and wide > left and char not in "，。、；）":
            out.append(current)
            current, left = "", room
        current += char
        left -= wide
    return [*out, current] if current else out


def shares(rows: Sequence[Sequence[object]], count: int) -> list[float]:
    """Column edges as shares of the whole: label columns wider than those of values."""
    weight = [1.0] * count
    for col in range(count):
        texts = [c.text for row in rows for c in row if c.col == col and c.colspan == 1]
        if texts and sum(t.lstrip("-").replace(".", "").isdigit() for t in texts) * 3 < len(texts):
            weight[col] = 2.2 if col else 1.2
    if count <= 5:
        weight = [1.6] + [1.0] * (count - 1)
    total = sum(weight)
    return [sum(weight[:n]) / total for n in range(count + 1)]


def pdf(made: Paper, **look: object) -> bytes:
    """A paper as a PDF."""
    return Setter(replace(Look(), **look)).write(made)


def scan() -> bytes:
    """A PDF of three pages, each a picture."""
    image = stream(
        bytes(300), "/Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceRGB "
    )
    return document([b"q 595 0 0 842 0 0 cm /X Do Q"] * 3, extra=[image])
