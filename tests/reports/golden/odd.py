"""More of what stands in the tables of real portals: columns, rows and cells beside the form's own, hidden cells,
pictures of labels, form fields. Sheets in, sheets out, or a sheet as it stands in a page; no number is changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from tests.reports.golden.sheets import Sheet, row, widths
from tests.reports.gridlib import Spanned, place

_NUMBER = re.compile(r"[+-]?[\d.,]+")


def _valued(line: list[Spanned]) -> bool:
    return any(_NUMBER.fullmatch(text) for text, _, _ in line)


def _data_from(sheet: Sheet) -> int:
    """Index of the first row with numbers."""
    return next(n for n, line in enumerate(sheet) if _valued(line))


def _whole_rows(sheet: Sheet) -> list[int]:
    """Rows with numbers above which no cell reaches down into them or out of them."""
    reach, found = 0, []
    for at, cells in enumerate(place(sheet).rows):
        if reach <= at and _valued(sheet[at]) and all(cell.rowspan == 1 for cell in cells):
            found.append(at)
        reach = max([reach, *(cell.row + cell.rowspan for cell in cells)])
    return found


# ------------------------------------------------------------------ columns and rows that the form does not have


def serial_column(sheet: Sheet) -> list[Sheet]:
    """序号 before everything, a running number before each row."""
    at = _data_from(sheet)
    head: Sheet = [[("序号", at, 1), *sheet[0]], *sheet[1:at]] if at else []
    return [[*head, *([(str(n), 1, 1), *line] for n, line in enumerate(sheet[at:], start=1))]]


def unit_column(sheet: Sheet) -> list[Sheet]:
    """计量单位 between the labels and the numbers."""
    at = _data_from(sheet)
    out: Sheet = []
    for n, line in enumerate(sheet):
        first = next((i for i, (text, _, _) in enumerate(line) if _NUMBER.fullmatch(text)), None)
        if n == 0:
            out.append([line[0], ("计量单位", at, 1), *line[1:]])
        else:
            out.append([*line[:first], ("件", 1, 1), *line[first:]] if first is not None else line)
    return [out]


def remarks_column(sheet: Sheet) -> list[Sheet]:
    """备注 behind everything, mostly blank, in some rows a few words."""
    at = _data_from(sheet)
    words = ("", "", "含上年结转", "", "见说明")
    return [
        [
            [*line, ("备注", at, 1)] if n == 0 else [*line, (words[n % 5], 1, 1)] if n >= at else line
            for n, line in enumerate(sheet)
        ]
    ]


def share_column(sheet: Sheet) -> list[Sheet]:
    """A column of shares (占比) behind everything."""
    at = _data_from(sheet)
    return [
        [
            [*line, ("占比", at, 1)] if n == 0 else [*line, (f"{n}.5%", 1, 1)] if n >= at else line
            for n, line in enumerate(sheet)
        ]
    ]


def numbered_columns(sheet: Sheet) -> list[Sheet]:
    """The numbers of the columns in a row under the header (甲 1 2 3 …), as forms of statistics have them."""
    at = _data_from(sheet)
    grid = place(sheet).rows[at]
    first = next(cell for cell in grid if _NUMBER.fullmatch(cell.text))
    count = sum(1 for cell in grid if _NUMBER.fullmatch(cell.text))
    label: list[Spanned] = [("栏次", 1, first.col)] if first.col else []
    return [[*sheet[:at], [*label, *row(*map(str, range(1, count + 1)))], *sheet[at:]]]


def header_again(sheet: Sheet) -> list[Sheet]:
    """The header stands again in the middle of the table."""
    at = _data_from(sheet)
    rows = [n for n in _whole_rows(sheet) if n > len(sheet) // 2]
    return [[*sheet[: rows[0]], *sheet[:at], *sheet[rows[0] :]]] if rows else [sheet]


def page_header(sheet: Sheet) -> list[Sheet]:
    """A page's title and unit, and the header again, in the middle of the table."""
    at = _data_from(sheet)
    rows = [n for n in _whole_rows(sheet) if n > len(sheet) // 2]
    wide = widths(sheet)
    title: Sheet = [[("收到和处理政府信息公开申请情况（续表）", 1, wide)], [("单位：件", 1, wide)]]
    return [[*sheet[: rows[0]], *title, *sheet[:at], *sheet[rows[0] :]]]


def signed_below(sheet: Sheet) -> list[Sheet]:
    """A last row with who filled the table in."""
    words = "填表人：王小明　审核人：李大为　联系电话：0000-1234567　填表日期：2024年1月15日"
    return [[*sheet, [(words, 1, widths(sheet))]]]


def noted_below(sheet: Sheet) -> list[Sheet]:
    """Notes over the whole width, one of them with numbers."""
    wide = widths(sheet)
    return [[*sheet, [("注：", 1, wide)], [("1.本表统计期为2023年1月1日至12月31日；2.共12个单位", 1, wide)]]]


def total_row_first(sheet: Sheet) -> list[Sheet]:
    """The sum of the results stands on top of them."""
    flat = [[text for text, _, _ in line] for line in sheet]
    at = next(n for n, line in enumerate(flat) if "总计" in line[0] and n > 2)
    first = next(n for n, line in enumerate(flat) if "予以公开" in line[0])
    order = [*flat[:first], flat[at], *(line for n, line in enumerate(flat) if n >= first and n != at)]
    return [[row(*line) for line in order]]


def merged_down(sheet: Sheet) -> list[Sheet]:
    """Zeros below one another are one cell."""
    return _merged(sheet, {"0"}, 40)


def merged_blanks_down(sheet: Sheet) -> list[Sheet]:
    """Blanks below one another, behind the first number of their row, are one cell."""
    return _merged(sheet, {""}, 3)


def _merged(sheet: Sheet, which: set[str], most: int) -> list[Sheet]:
    grid = place(sheet)
    cells = {(c.row, c.col): c for line in grid.rows for c in line}
    labels = {c.row: max((d.col for d in grid.rows[c.row] if d.text and not _NUMBER.fullmatch(d.text)), default=99)
              for c in cells.values()}  # fmt: skip
    gone: set[tuple[int, int]] = set()
    tall: dict[tuple[int, int], int] = {}
    for (r, c), cell in sorted(cells.items()):
        if cell.text not in which or (r, c) in gone or c <= labels[r]:
            continue
        down = 1
        while down < most and (below := cells.get((r + down, c))) and below.text in which and c > labels[r + down]:
            gone.add((r + down, c))
            down += 1
        tall[r, c] = down
    return [
        [
            [(c.text, tall.get((c.row, c.col), c.rowspan), c.colspan) for c in line if (c.row, c.col) not in gone]
            for line in grid.rows
        ]
    ]


def spans_beyond(sheet: Sheet) -> list[Sheet]:
    """Word's spans on nothing: the last cells reach out of the table."""
    out = [list(line) for line in sheet]
    for line in out:
        text, down, right = line[-1]
        line[-1] = (text, down, right + 2)
    out[-1] = [(text, down + 3, right) for text, down, right in out[-1]]
    return [out]


def empty_columns(sheet: Sheet) -> list[Sheet]:
    """Grid columns in which no cell begins, as Word leaves them where borders do not meet: odd cells are wider."""
    doubled: list[list[Spanned]] = []
    for line in sheet:
        doubled.append([(text, down, right * 3) for text, down, right in line])
    return [doubled]


def agency_column(sheet: Sheet) -> list[Sheet]:
    """The agency's name in a first cell over all rows."""
    return [[[("柳溪县农业农村局", len(sheet), 1), *sheet[0]], *sheet[1:]]]


def halves(sheet: Sheet) -> list[Sheet]:
    """The rows in two halves beside one another under two headers, spans lost."""
    flat = [[text for text, _, _ in line] for line in sheet]
    head, body = flat[0], flat[1:]
    half = (len(body) + 1) // 2
    out: Sheet = [row(*head, *head)]
    for at in range(half):
        right = body[half + at] if half + at < len(body) else [""] * len(head)
        out.append(row(*body[at], *right))
    return [out]


def labels_again(sheet: Sheet) -> list[Sheet]:
    """The labels stand once more behind the numbers."""
    flat = [[text for text, _, _ in line] for line in sheet]
    return [[row(*line, line[0]) for line in flat]]


HABITS: dict[str, Callable[[Sheet], list[Sheet]]] = {
    made.__name__: made
    for made in (
        serial_column, unit_column, remarks_column, share_column, numbered_columns, header_again, page_header,
        signed_below, noted_below, total_row_first, merged_down, merged_blanks_down, spans_beyond, empty_columns,
        agency_column, halves, labels_again,
    )
}  # fmt: skip


# ------------------------------------------------------------------ cells as they stand in a page


def _table(sheet: Sheet, cell: Callable[[Spanned], str], head: str = "") -> str:
    rows = "\n".join("<tr>" + "".join(map(cell, line)) + "</tr>" for line in sheet)
    return f'<table border="1">{head}\n{rows}\n</table>'


def _td(it: Spanned, inner: str, more: str = "") -> str:
    return f'<td rowspan="{it[1]}" colspan="{it[2]}"{more}>{inner}</td>'


def hidden_cells(sheet: Sheet) -> str:
    """Cells and rows that no browser shows."""
    lines = []
    for line in sheet:
        cells = "".join(_td(it, escape(it[0])) for it in line)
        lines.append(f'<tr>{cells}<td style="display: none">4711</td><td hidden>4712</td></tr>')
    hidden = '<tr style="display:none;"><td colspan="3">（一）予以公开</td>' + "<td>4713</td>" * 7 + "</tr>"
    return f'<table border="1">{"".join(lines[:3])}{hidden}{"".join(lines[3:])}</table>'


def hidden_first(sheet: Sheet) -> str:
    """A hidden cell with a record's number before every row."""
    lines = [
        f'<tr><td style="DISPLAY:none">{4700 + n}</td>{"".join(_td(it, escape(it[0])) for it in line)}</tr>'
        for n, line in enumerate(sheet)
    ]
    return f'<table border="1">{"".join(lines)}</table>'


def inputs(sheet: Sheet) -> str:
    """A form that was saved: the numbers are values of its fields."""

    def cell(it: Spanned) -> str:
        if not _NUMBER.fullmatch(it[0]):
            return _td(it, escape(it[0]))
        return _td(it, f'<input type="text" readonly name="v" value="{it[0]}" size="4">')

    return _table(sheet, cell)


def selects(sheet: Sheet) -> str:
    """The same with lists of which one entry is selected, text areas, and hidden fields that say nothing."""

    def cell(it: Spanned) -> str:
        if not _NUMBER.fullmatch(it[0]):
            return _td(it, escape(it[0]))
        if len(it[0]) % 2:
            return _td(it, f'<input type="hidden" value="4711"><textarea rows="1">{it[0]}</textarea>')
        return _td(it, f"<select><option>4712</option><option selected>{it[0]}</option></select>")

    return _table(sheet, cell)


def pictured_labels(sheet: Sheet) -> str:
    """The labels are pictures that say in words what they show."""

    def cell(it: Spanned) -> str:
        if _NUMBER.fullmatch(it[0]) or not it[0]:
            return _td(it, it[0])
        return _td(it, f'<img src="/upload/t{len(it[0])}.png" alt="{escape(it[0])}">')

    return _table(sheet, cell)


def captioned(sheet: Sheet) -> str:
    """The table's name in a caption."""
    return _table(sheet, lambda it: _td(it, escape(it[0])), "<caption>2023年度情况表（单位：件）</caption>")


def footed(sheet: Sheet) -> str:
    """thead, then tfoot with the last row, then tbody, as HTML 4 wants it."""
    at = _data_from(sheet)

    def rows(part: Sheet) -> str:
        return "".join("<tr>" + "".join(_td(it, escape(it[0])) for it in line) + "</tr>" for line in part)

    return (
        f"<table><thead>{rows(sheet[:at])}</thead><tfoot>{rows(sheet[-1:])}</tfoot>"
        f"<tbody>{rows(sheet[at:-1])}</tbody></table>"
    )


def rows_of_tables(sheet: Sheet) -> str:
    """A one-row table in the only cell of each row."""
    lines = [
        f"<tr><td><table><tr>{''.join(_td(it, escape(it[0])) for it in line)}</tr></table></td></tr>" for line in sheet
    ]
    return f"<table>{''.join(lines)}</table>"


def excel(sheet: Sheet) -> str:
    """Saved by Excel: x:num, empty rows, heights, a column list, deleted text."""

    def cell(it: Spanned) -> str:
        number = f' x:num="{it[0]}"' if _NUMBER.fullmatch(it[0]) else ""
        return _td(
            it, f'<font class="font5">{escape(it[0])}</font><span style="mso-spacerun:yes">&nbsp;</span>', number
        )

    return '<table x:str border=0 cellpadding=0><col width=72 span=9 style="mso-width-source:userset">' + _table(
        sheet, cell
    ).removeprefix('<table border="1">')


def revised(sheet: Sheet) -> str:
    """Word's tracked changes: what was deleted is still there, struck out."""

    def cell(it: Spanned) -> str:
        if not _NUMBER.fullmatch(it[0]):
            return _td(it, escape(it[0]))
        return _td(it, f'<del cite="mailto:a" datetime="2024-01-08">4711</del><ins>{it[0]}</ins>')

    return _table(sheet, cell)


def colon_lines(sheet: Sheet) -> str:
    """A line for each row of a list: the label, a colon, the number."""
    return "".join(f"<p>{escape('：'.join(text for text, _, _ in line if text))}</p>\n" for line in sheet)


CARRIERS: dict[str, Callable[[Sheet], str]] = {
    made.__name__: made
    for made in (
        hidden_cells, hidden_first, inputs, selects, pictured_labels, captioned, footed, rows_of_tables, excel, revised,
        colon_lines,
    )
}  # fmt: skip
