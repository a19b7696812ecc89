"""Excel sheets -> parts: XLSX through openpyxl, XLS through xlrd. Values as stored, never as a formula."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.reports.files.model import MAX_CHARS, Opened, Paragraph, Part, Table, TableCell, TooMuch, Unreadable
from crawler.reports.files.package import Package
from crawler.reports.files.pdf.ruled import is_known
from crawler.reports.model import Finding

_MOST_ROWS = 2_000
_MOST_COLUMNS = 100
_MOST_SHEETS = 30
_UNCOUNTED = re.compile(rb"<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:</c>|<v\s*/>|<v></v>)")
_BAND = re.compile(r"第?二十条|^[(（]?本列数据|勾稽")


@dataclass(slots=True)
class _Sheet:
    """A sheet: texts by row and column, and merged areas as top, left, bottom, right (ends exclusive)."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_xlsx(source: bytes, package: Package) -> Opened:
    """The sheets of an XLSX.

    Raises:
        Unreadable: damaged, encrypted, or more than any report.
    """
    uncounted = 0
    for name in package.names:  # unpacked once within bounds, before openpyxl does so without any
        data = package.read(name)
        if name.startswith("xl/worksheets/"):
            uncounted += len(_UNCOUNTED.findall(data))
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(source), data_only=True)
    found: list[_Sheet] = []
    for one in book.worksheets[:_MOST_SHEETS]:
        if one.sheet_state != "visible":
            continue
        sheet = _Sheet()
        for row, cells in enumerate(one.iter_rows(max_row=min(one.max_row, _MOST_ROWS), max_col=_bound(one))):
            for col, cell in enumerate(cells):
                if text := shown(cell.value):
                    sheet.texts[(row, col)] = text
        ranges = list(one.merged_cells.ranges)[:5_000]
        sheet.merged = [(r.min_row - 1, r.min_col - 1, r.max_row, r.max_col) for r in ranges]
        found.append(sheet)
    opened = _opened("xlsx", found)
    if uncounted:
        message = f"{uncounted} formulas of the sheets carry no result; their cells look empty and may not be"
        opened.findings.append(Finding("formulas_uncounted", "hard", message, left="an Excel file (xlsx)"))
    return opened


def _bound(sheet: object) -> int:
    return min(getattr(sheet, "max_column", 0) or 1, _MOST_COLUMNS)


def read_xls(source: bytes) -> Opened:
    """The sheets of an XLS.

    Raises:
        Unreadable: damaged or encrypted.
    """
    import xlrd

    try:
        # Without formatting_info no merged areas are told.
        book = xlrd.open_workbook(file_contents=source, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        reason = "encrypted" if "encrypt" in str(error).lower() else "damaged"
        raise Unreadable(reason, f"the Excel file cannot be read: {error}") from error
    found: list[_Sheet] = []
    for one in book.sheets()[:_MOST_SHEETS]:
        if one.visibility:
            continue
        sheet = _Sheet()
        for row in range(min(one.nrows, _MOST_ROWS)):
            for col in range(min(one.row_len(row), _MOST_COLUMNS)):
                if text := _xls_text(one.cell(row, col), book.datemode):
                    sheet.texts[(row, col)] = text
        sheet.merged = [(top, left, bottom, right) for top, bottom, left, right in one.merged_cells[:5_000]]
        found.append(sheet)
    return _opened("xls", found)


def _xls_text(cell: object, datemode: int) -> str:
    import xlrd

    kind, value = getattr(cell, "ctype", 0), getattr(cell, "value", "")
    if kind == xlrd.XL_CELL_DATE:
        return shown(xlrd.xldate_as_datetime(value, datemode))
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    return shown(bool(value) if kind == xlrd.XL_CELL_BOOLEAN else value)


def shown(value: object) -> str:
    """A stored value as text: whole numbers without a point, others with the digits that a sheet keeps (15)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value).strip()


# ------------------------------------------------------------------ parts


def _opened(kind: str, found: list[_Sheet]) -> Opened:
    if sum(len(text) for sheet in found for text in sheet.texts.values()) > MAX_CHARS:
        raise TooMuch("the sheets hold more text than any report")
    parts = [part for sheet in found for part in _parts(sheet)]
    return Opened("xls" if kind == "xls" else "xlsx", parts, pages=len(found))


def _parts(sheet: _Sheet) -> Iterator[Part]:
    """Blocks of rows as tables; rows that hold one text which is no label are paragraphs."""
    block: list[int] = []
    rows: dict[int, list[str]] = {}
    for (row, _), text in sheet.texts.items():
        rows.setdefault(row, []).append(text)
    for row in range(max(rows, default=-1) + 2):
        filled = rows.get(row, [])
        covered = any(top < row < bottom for top, _, bottom, _ in sheet.merged)
        if len(filled) == 1 and not covered and not _is_label(filled[0]):
            yield from _table(sheet, block)
            block = []
            yield Paragraph(filled[0])
        elif filled or covered:
            block.append(row)
        else:
            yield from _table(sheet, block)
            block = []
    yield from _table(sheet, block)


def _is_label(text: str) -> bool:
    """A band or label of a form that stands alone in its row, as 第二十条第（一）项 does."""
    return _BAND.search(text) is not None or is_known(text)


def _table(sheet: _Sheet, rows: list[int]) -> Iterable[Table]:
    """The rows as a table with the spans of merged areas."""
    if not rows:
        return []
    first, last = rows[0], rows[-1] + 1
    wide = max((col + 1 for row, col in sheet.texts if first <= row < last), default=1)
    anchors, covered = {}, set()
    for top, left, bottom, right in sheet.merged:
        if first <= top < last and left < wide:
            bottom, right = min(bottom, last), min(right, wide)
            anchors[(top, left)] = (bottom - top, right - left)
            covered |= {(r, c) for r in range(top, bottom) for c in range(left, right)} - {(top, left)}
    out = []
    for row in range(first, last):
        cells = [
            TableCell(sheet.texts.get((row, col), ""), *anchors.get((row, col), (1, 1)))
            for col in range(wide)
            if (row, col) not in covered
        ]
        out.append(tuple(cells))
    return [Table(tuple(out))]
