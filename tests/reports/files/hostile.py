"""Files made to hurt: bombs, endless references, numbers that a reader would count to."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from tests.reports.files import pdfs, words

LINE = pdfs.show("政府信息公开工作年度报告", 100, 700, 12).encode()


def inflated_page() -> bytes:
    """A page whose drawing instructions unpack to 24 MB of blanks."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(24)) + packer.flush()
    body = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return _with_contents(body)


def twice_inflated() -> bytes:
    """The same packed twice: a kilobyte on the wire."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(bytes(1 << 20)) for _ in range(24)) + packer.flush()
    twice = zlib.compress(once, 9)
    body = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(twice), twice)
    return _with_contents(body)


def lzw_page() -> bytes:
    """LZW data that grows a hundredfold."""
    packed = _lzw(20_000)
    body = b"<< /Length %d /Filter /LZWDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return _with_contents(body)


def _lzw(codes: int) -> bytes:
    """Codes that each stand for one character more than the last."""
    bits = "100000000" + "000100000"
    number, size = 258, 9
    for _ in range(codes):
        bits += f"{min(number, 4093):0{size}b}"
        number += 1
        size = 10 if number == 511 else 11 if number == 1023 else 12 if number >= 2047 else size
    return int(bits.ljust((len(bits) + 7) // 8 * 8, "0"), 2).to_bytes((len(bits) + 7) // 8, "big")


def many_pages() -> bytes:
    """Two thousand pages."""
    return pdfs.document([LINE] * 2_000)


def page_tree_in_a_circle() -> bytes:
    """Pages whose kids are their parents."""
    return pdfs.assemble([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 9 >>",
                          b"<< /Type /Pages /Kids [2 0 R 3 0 R 3 0 R] /Count 9 >>"])  # fmt: skip


def deep_page_tree() -> bytes:
    """Pages three thousand levels down."""
    nodes = [f"<< /Type /Pages /Kids [{n + 3} 0 R] /Count 1 >>".encode() for n in range(3000)]
    return pdfs.assemble([b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, b"<< /Type /Page /MediaBox [0 0 9 9] >>"])


def form_draws_itself() -> bytes:
    """A form that draws itself."""
    entries = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >> "
    return pdfs.document([b"/X Do\n" + LINE], extra=[pdfs.stream(b"/X Do /X Do", entries)])


def forms_that_multiply() -> bytes:
    """Twelve forms, each of which draws the next one ten times: a million million drawings."""
    extra = []
    for n in range(12):
        inner = f"/Resources << /XObject << /X {8 + n} 0 R >> /Font << /F 3 0 R >> >> "
        entries = f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] {inner}"
        extra.append(pdfs.stream(b"/X Do " * 10 if n < 11 else LINE, entries))
    return pdfs.document([b"/X Do"], extra=extra)


def endless_widths() -> bytes:
    """A font whose widths run from 0 to four thousand million."""
    return pdfs.document([LINE]).replace(b"/W [32 126 500]", b"/W [0 4000000000 5]")


def endless_map() -> bytes:
    """A character map with a range of four thousand million."""
    made = pdfs.stream(
        pdfs._MAP.replace(b"<FFFF> <0000>\nend", b"<FFFFFFFF> <0000>\nend").replace(
            b"<0000> <FFFF> <0000>", b"<00000000> <FFFFFFFF> <0000>"
        )
    )
    return pdfs.document([LINE]).replace(pdfs.stream(pdfs._MAP), made)


def endless_xref() -> bytes:
    """Cross references that promise 2**62 objects."""
    entries = b"/Type /XRef /Size 9 /W [1 1 1] /Index [0 4611686018427387904] /Root 9 0 R /Length 3"
    return b"%PDF-1.5\n1 0 obj\n<< " + entries + b" >>\nstream\nabc\nendstream\nendobj\nstartxref\n9\n%%EOF"


def xref_in_a_circle() -> bytes:
    """Cross references whose predecessor they are themselves."""
    made = pdfs.document([LINE])
    at = made.rindex(b"startxref\n") + 10
    start = int(made[at:].split(b"\n")[0])
    return made.replace(b"trailer << ", b"trailer << /Prev %d " % start)


def reference_to_itself() -> bytes:
    """An object that is a reference to itself."""
    return pdfs.assemble([b"<< /Type /Catalog /Pages 2 0 R >>", b"2 0 R"])


def many_strokes() -> bytes:
    """Twenty thousand ruling lines."""
    return pdfs.document([b"".join(b"%d 10 m %d 800 l S " % (n % 500, n % 500) for n in range(20_000)) + LINE])


def fine_grid() -> bytes:
    """A grid of 390 by 390 lines."""
    lines = b"".join(
        b"%.1f 10 m %.1f 800 l S 10 %.1f m 590 %.1f l S " % (10 + n * 1.4, 10 + n * 1.4, 10 + n * 2, 10 + n * 2)
        for n in range(399)
    )
    return pdfs.document([lines + LINE])


def long_text() -> bytes:
    """A page with a hundred thousand characters in one place."""
    return pdfs.document([b"BT /F 9 Tf 1 0 0 1 9 9 Tm <" + b"4E00" * 100_000 + b"> Tj ET"])


def strange_numbers() -> bytes:
    """Places beyond all pages, and none at all."""
    text = pdfs.show("报告", 1e30, -1e30, 12) + pdfs.show("报告", 100, 100, 0) + "1e400 0 0 1 0 0 cm " + LINE.decode()
    return pdfs.document([text.encode() + b"99999999999999999999999 0 m 5 5 l S nan 3 m 4 4 l S"])


def encrypted() -> bytes:
    """A PDF that asks for a password."""
    key = b"<" + b"41" * 32 + b">"
    made = pdfs.document([LINE], extra=[b"<< /Filter /Standard /V 1 /R 2 /P -4 /O " + key + b" /U " + key + b" >>"])
    return made.replace(b"trailer << ", b"trailer << /ID [<00><00>] /Encrypt 7 0 R ")


def _with_contents(stream: bytes) -> bytes:
    made = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>", stream]  # fmt: skip
    return pdfs.assemble(made)


# ------------------------------------------------------------------ zip, Word, Excel


def zip_bomb() -> bytes:
    """A Word file whose document unpacks to 24 MB."""
    return words.zipped({"word/document.xml": b"<w:document>" + b" " * 24_000_000})


def xlsx_bomb() -> bytes:
    """An Excel file whose sheet unpacks to 24 MB."""
    return words.zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<row/>" * 4_000_000})


def laughs() -> bytes:
    """Entities that grow to a thousand million characters."""
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return _declared(f'<!ENTITY a0 "ha">{names}', "&a9;")


def outside() -> bytes:
    """An entity that reads a file of the machine."""
    return _declared('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;年报")


def _declared(entities: str, text: str) -> bytes:
    """A Word document with a DTD of its own."""
    body = f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"
    source = f"<!DOCTYPE d [{entities}]><w:document {words.W}>{body}</w:document>"
    return words.zipped({"word/document.xml": source.encode()})


def deep_tables() -> bytes:
    """Tables in tables, two thousand deep."""
    body = "<w:tbl><w:tr><w:tc>" * 2000 + "<w:p><w:r><w:t>1</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 2000
    return words.raw_docx(body)


def wide_table() -> bytes:
    """A cell over a thousand million columns."""
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>'
    return words.raw_docx(f"<w:tbl><w:tr>{cell * 50}</w:tr></w:tbl>")


def many_members() -> bytes:
    """Ten thousand members."""
    return words.zipped({f"word/{n}.xml": b"" for n in range(10_000)})


def far_cell() -> bytes:
    """A sheet with one cell at its far corner."""
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def deep_rtf() -> bytes:
    """Groups in groups, a hundred thousand deep."""
    return b"{\\rtf1" + b"{" * 100_000 + b"1" + b"}" * 100_001


def archive_in_archive() -> bytes:
    """Archives in archives."""
    inner = words.zipped({"年报.zip": b"PK\x03\x04"})
    for _ in range(20):
        inner = words.zipped({"年报.zip": inner})
    return inner


def ole_in_a_circle() -> bytes:
    """An OLE file whose directory is a circle of sectors."""
    made = bytearray(words.ole({"WordDocument": bytes(5000), "1Table": bytes(5000)}))
    at = len(made) - 512
    for n in range(128):
        made[at + 4 * n : at + 4 * n + 4] = (n + 1 if n < 20 else 0).to_bytes(4, "little")
    return bytes(made)


FILES: tuple[Callable[[], bytes], ...] = (
    inflated_page, twice_inflated, lzw_page, many_pages, page_tree_in_a_circle, deep_page_tree, form_draws_itself,
    forms_that_multiply, endless_widths, endless_map, endless_xref, xref_in_a_circle, reference_to_itself, many_strokes,
    fine_grid, long_text, strange_numbers, encrypted, zip_bomb, xlsx_bomb, laughs, outside, deep_tables, wide_table,
    many_members, far_cell, deep_rtf, archive_in_archive, ole_in_a_circle,
)  # fmt: skip
