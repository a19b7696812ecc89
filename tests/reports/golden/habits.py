"""What publishers and their editors do to a table: sheets in, sheets out. None of them changes a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from tests.reports import forms
from tests.reports.golden.sheets import Sheet, row, widths
from tests.reports.gridlib import Spanned, place

_NUMBER = re.compile(r"[+-]?[\d.,]+")
_TALLEST = 40


def bare(sheet: Sheet) -> list[Sheet]:
    """Spans lost, nothing in place of what they covered."""
    return [[row(*texts) for texts in forms.bare(sheet)]]


def padded(sheet: Sheet) -> list[Sheet]:
    """Spans lost, blanks where they covered (a spreadsheet pasted as a table)."""
    return [[row(*texts) for texts in forms.padded(sheet)]]


def repeated(sheet: Sheet) -> list[Sheet]:
    """Spans lost, the text in every row and once a row."""
    return [[row(*texts) for texts in forms.repeated(sheet)]]


def without_rowspans(sheet: Sheet) -> list[Sheet]:
    """Rowspans lost, colspans kept, blanks where a rowspan covered."""
    grid = place(sheet)
    out: Sheet = [[] for _ in grid.rows]
    covers = {(c.row + down, c.col): c.colspan for r in grid.rows for c in r for down in range(1, c.rowspan)}
    for at, line in enumerate(grid.rows):
        cells = [(c.col, (c.text, 1, c.colspan)) for c in line]
        cells += [(col, ("", 1, span)) for (r, col), span in covers.items() if r == at]
        out[at] = [cell for _, cell in sorted(cells)]
    return [out]


def _column(sheet: Sheet, before: int) -> Sheet:
    """The sheet with an empty grid column."""
    grid = place(sheet)
    out: Sheet = []
    crossed: set[int] = set()
    for line in grid.rows:
        cells: list[Spanned] = []
        done = False
        for cell in line:
            if cell.col >= before and not done and cell.row not in crossed:
                cells.append(("", 1, 1))
                done = True
            inside = cell.col < before < cell.col + cell.colspan
            if inside:
                crossed.update(range(cell.row, cell.row + cell.rowspan))
                done = True
            cells.append((cell.text, cell.rowspan, cell.colspan + inside))
        if not done and line and line[0].row not in crossed:
            cells.append(("", 1, 1))
        out.append(cells)
    return out


def blank_column_inside(sheet: Sheet) -> list[Sheet]:
    """An empty column in the middle of the values."""
    return [_column(sheet, widths(sheet) - 2)]


def blank_column_last(sheet: Sheet) -> list[Sheet]:
    """An empty column at the right."""
    return [[[*line, ("", 1, 1)] for line in sheet]]


def blank_column_first(sheet: Sheet) -> list[Sheet]:
    """An empty column at the left."""
    return [[[("", 1, 1), *line] for line in sheet]]


def blank_rows(sheet: Sheet) -> list[Sheet]:
    """An empty row after every fourth row that no cell spans out of."""
    grid = place(sheet)
    out: Sheet = []
    reach = 0
    for at, (line, cells) in enumerate(zip(sheet, grid.rows, strict=True)):
        reach = max([reach, *(cell.row + cell.rowspan for cell in cells)])
        out.append(line)
        if reach <= at + 1 and at % 4 == 3:
            out.append([("", 1, 1)] * widths(sheet))
    return [out]


def _labels(sheet: Sheet, change: Callable[[str], str]) -> list[Sheet]:
    return [
        [
            [(text if _NUMBER.fullmatch(text) else change(text), down, right) for text, down, right in line]
            for line in sheet
        ]
    ]


def spaced(sheet: Sheet) -> list[Sheet]:
    """Short labels set apart with blanks (总 计), as typewriters did."""
    return _labels(sheet, lambda text: " ".join(text) if len(text) <= 4 else text)


def broken_labels(sheet: Sheet) -> list[Sheet]:
    """A line break in every label of four characters and more (商业<br>企业)."""
    return _labels(
        sheet, lambda text: f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}" if len(text) >= 4 else text
    )


def numbered_with_comma(sheet: Sheet) -> list[Sheet]:
    """1、 for 1."""
    return _labels(sheet, lambda text: re.sub(r"^(\d)\.", r"\1、", text))


def numbered_in_brackets(sheet: Sheet) -> list[Sheet]:
    """（1） for 1."""
    return _labels(sheet, lambda text: re.sub(r"^(\d)\.", r"（\1）", text))


def half_width(sheet: Sheet) -> list[Sheet]:
    """ASCII marks instead of full-width ones."""
    return _labels(sheet, lambda text: text.translate(str.maketrans("（），：“”", '(),:""')))


def unnumbered(sheet: Sheet) -> list[Sheet]:
    """No numbers before the labels."""
    return _labels(
        sheet, lambda text: re.sub(r"^(?:[（(][一二三四五六七八九]+[）)]|[一二三四五六七八九]、|\d[.、])", "", text)
    )


def cut_in_two(sheet: Sheet) -> list[Sheet]:
    """Two tables, as a page break leaves them: the second one has no header."""
    at = len(sheet) // 2 + 1
    return [_clipped(sheet[:at]), sheet[at:]]


def cut_in_three(sheet: Sheet) -> list[Sheet]:
    """Three tables; only the first has a header."""
    edges = [0, len(sheet) // 3 + 1, 2 * len(sheet) // 3 + 1, len(sheet)]
    return [_clipped(sheet[a:b]) for a, b in pairwise(edges)]


def cut_with_header(sheet: Sheet) -> list[Sheet]:
    """Two tables; the header of three rows stands again over the second."""
    at = len(sheet) // 2 + 1
    return [_clipped(sheet[:at]), [*sheet[:3], *sheet[at:]]]


def cut_in_label(sheet: Sheet) -> list[Sheet]:
    """A page break inside a row: half of its label and its numbers above, the other half of the label below."""
    return _cut_row(sheet, values_above=True)


def cut_in_label_below(sheet: Sheet) -> list[Sheet]:
    """A page break inside a row: half of its label above, the other half with the numbers below."""
    return _cut_row(sheet, values_above=False)


def torn_label(sheet: Sheet) -> list[Sheet]:
    """The same inside one table: a row that holds the rest of a label and nothing else."""
    first, second = _cut_row(sheet, values_above=True)
    return [[*first, *second]]


def torn_label_below(sheet: Sheet) -> list[Sheet]:
    """Half a label alone in a row; the rest of it with the numbers in the next."""
    first, second = _cut_row(sheet, values_above=False)
    return [[*first, *second]]


def torn_group(sheet: Sheet) -> list[Sheet]:
    """（四）无 / 法提供: a group's label cut by a page break, without spans."""
    flat = padded(sheet)[0]
    at = next(n for n, line in enumerate(flat) if any("无法提供" in text for text, _, _ in line))
    above: list[Spanned] = [("（四）无" if "无法提供" in text else text, 1, 1) for text, _, _ in flat[at]]
    below: list[Spanned] = [("法提供" if "无法提供" in text else "", 1, 1) for text, _, _ in flat[at]]
    return [[*flat[:at], above], [below, *flat[at + 1 :]]]


def _cut_row(sheet: Sheet, *, values_above: bool) -> list[Sheet]:
    at = next(n for n in range(len(sheet) // 2, len(sheet)) if _own_label(sheet[n]) is not None)
    line = sheet[at]
    which = _own_label(line)
    assert which is not None
    text = line[which][0]
    cut = max(len(text) // 2, 1)
    above: list[Spanned] = []
    below: list[Spanned] = []
    for n, (cell, down, right) in enumerate(line):
        value = n > which
        above.append((text[:cut] if n == which else cell if not value or values_above else "", min(down, 1), right))
        below.append((text[cut:] if n == which else cell if value and not values_above else "", 1, right))
    rest = below[: len(below)]
    tail: Sheet = [rest, *sheet[at + 1 :]]
    return [[*_clipped(sheet[:at]), above], tail]


def _own_label(line: list[Spanned]) -> int | None:
    """The label of a row without group cells, long enough to be cut."""
    texts = [text for text, _, _ in line]
    labels = [n for n, text in enumerate(texts) if not _NUMBER.fullmatch(text)]
    return 0 if labels == [0] and len(texts[0]) >= 6 and len(texts) > 1 else None


def _clipped(sheet: Sheet) -> Sheet:
    """Rowspans that end where the table ends."""
    return [[(text, min(down, len(sheet) - n), right) for text, down, right in line] for n, line in enumerate(sheet)]


def merged_zeros(sheet: Sheet) -> list[Sheet]:
    """A row of nothing but zeros as one cell over all its columns."""
    out: Sheet = []
    for line in sheet:
        texts = [text for text, _, _ in line]
        zeros = len(texts) - len([*texts])
        while zeros < len(texts) and texts[-1 - zeros] == "0":
            zeros += 1
        out.append([*line[: len(line) - zeros], ("0", 1, zeros)] if zeros == 7 else line)
    return [out]


def no_corner(sheet: Sheet) -> list[Sheet]:
    """The corner cell empty."""
    return [[[("" if "勾稽关系" in text else text, down, right) for text, down, right in line] for line in sheet]]


def titled_row(sheet: Sheet) -> list[Sheet]:
    """A first row over the whole width that names the unit."""
    return [[[("单位：件", 1, widths(sheet))], *sheet]]


def local_rows(sheet: Sheet) -> list[Sheet]:
    """Two rows that no form has, before the last row and after it."""
    label, *rest = sheet[-1]
    extra: Sheet = []
    for name, number in (("其中：转办至镇街的件数", "8801"), ("涉企平台访问统计", "8802")):
        cells = [(number if _NUMBER.fullmatch(text) else text, 1, right) for text, _, right in rest]
        extra.append([(name, 1, label[2]), *cells])
    return [[*sheet, *extra]]


def a_table_a_row(sheet: Sheet) -> list[Sheet]:
    """Every row a table of its own, spans lost (editors that were fed row after row)."""
    return [[line] for line in bare(sheet)[0]]


def header_apart(sheet: Sheet) -> list[Sheet]:
    """The header is one table, the numbers another."""
    at = next(n for n, line in enumerate(sheet) if any(_NUMBER.fullmatch(text) for text, _, _ in line))
    return [_clipped(sheet[:at]), sheet[at:]]


def without_colspans(sheet: Sheet) -> list[Sheet]:
    """Colspans lost, rowspans kept."""
    return [[[(text, down, 1) for text, down, _ in line] for line in sheet]]


def _bands(sheet: Sheet, by: int) -> list[Sheet]:
    return [
        [[(t, d, r + by if t in ("法人或其他组织", "行政复议") and r > 1 else r) for t, d, r in line] for line in sheet]
    ]


def band_too_narrow(sheet: Sheet) -> list[Sheet]:
    """A band that spans a column less than it has."""
    return _bands(sheet, -1)


def band_too_wide(sheet: Sheet) -> list[Sheet]:
    """A band that spans a column more than it has."""
    return _bands(sheet, 1)


def wide_values(sheet: Sheet) -> list[Sheet]:
    """Every cell over two grid columns."""
    return [[[(text, down, 2 * right) for text, down, right in line] for line in sheet]]


def upright_labels(sheet: Sheet) -> list[Sheet]:
    """Narrow cells: a character a line."""
    return _labels(sheet, "\n".join)


def footnotes(sheet: Sheet) -> list[Sheet]:
    """Marks of footnotes behind labels."""
    return _labels(sheet, lambda text: f"{text}①" if len(text) % 2 else f"{text}*")


def _taller(sheet: Sheet, by: int) -> list[Sheet]:
    return [[[(t, d + by if "本年度办理结果" in t else d, r) for t, d, r in line] for line in sheet]]


def group_too_tall(sheet: Sheet) -> list[Sheet]:
    """A group's label that spans a row more than it has: the row below is pushed to the right."""
    return _taller(sheet, 1)


def group_too_short(sheet: Sheet) -> list[Sheet]:
    """A group's label that spans two rows less than it has (the form of 2019 filled in by the rules of 2021)."""
    return _taller(sheet, -2)


def columns_apart(sheet: Sheet) -> list[Sheet]:
    """Too wide for the page: the labels with the first three columns of values, and again with the others."""
    flat = [[text for text, _, _ in line] for line in sheet]
    return [[row(line[0], *line[1:4]) for line in flat], [row(line[0], *line[4:]) for line in flat]]


HABITS: dict[str, Callable[[Sheet], list[Sheet]]] = {
    made.__name__: made
    for made in (
        bare, padded, repeated, without_rowspans, blank_column_inside, blank_column_last, blank_column_first,
        blank_rows, spaced, broken_labels, numbered_with_comma, numbered_in_brackets, half_width, unnumbered,
        cut_in_two, cut_in_three, cut_with_header, cut_in_label, cut_in_label_below, torn_label, torn_label_below,
        torn_group, a_table_a_row, header_apart, without_colspans, band_too_narrow, band_too_wide, wide_values,
        group_too_tall, group_too_short, columns_apart, upright_labels, footnotes, merged_zeros, no_corner,
        titled_row, local_rows,
    )
}  # fmt: skip
