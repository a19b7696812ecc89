"""Sheets as they stand in a page: HTML of several editors, text with marks between the cells, text without any."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from unicodedata import east_asian_width

from tests.reports.golden.sheets import Sheet
from tests.reports.gridlib import Spanned


def _inner(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _spans(down: int, right: int) -> str:
    return (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{right}"' if right > 1 else "")


def _rows(sheet: Sheet, cell: Callable[[Spanned], str]) -> str:
    return "\n".join("<tr>" + "".join(map(cell, line)) + "</tr>" for line in sheet)


def table(sheet: Sheet) -> str:
    """A plain table."""
    rows = _rows(sheet, lambda cell: f"<td{_spans(cell[1], cell[2])}>{_inner(cell[0])}</td>")
    return f'<table border="1">\n{rows}\n</table>'


def headed(sheet: Sheet) -> str:
    """A table with th, thead, tbody, caption and blanks as &nbsp;."""

    def cell(it: Spanned) -> str:
        tag = "td" if it[0].isdecimal() else "th"
        return f"<{tag}{_spans(it[1], it[2])}>{_inner(it[0]) or '&nbsp;'}</{tag}>"

    return f"<table><colgroup><col><col></colgroup><tbody>{_rows(sheet, cell)}</tbody></table>"


def word(sheet: Sheet) -> str:
    """Saved by Word: conditional comments, o:p, spans in spans, text broken over source lines."""

    def cell(it: Spanned) -> str:
        inner = _inner(it[0]).replace("政府", "政府\n  ") or "&nbsp;"
        lang = ' lang="EN-US"' if it[0].isascii() else ""
        return (
            f'<td{_spans(it[1], it[2])} style="border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt">'
            f'<p class="MsoNormal" align="center"><!--[if !supportLists]--><span{lang} '
            f'style="font-size:10.5pt;mso-bidi-font-family:宋体">{inner}<o:p></o:p></span><!--[endif]--></p></td>'
        )

    return (
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->"
        f'<table class="MsoNormalTable" cellspacing="0"><tbody>{_rows(sheet, cell)}'
        '<![if !supportMisalignedColumns]><tr height="0"><td width="66"></td><td width="60"></td></tr><![endif]>'
        "</tbody></table>"
    )


def nested(sheet: Sheet) -> str:
    """The table in the only cell of a layout table, that in a cell of another."""
    inner = f"<table><tr><td>\n{table(sheet)}\n</td></tr></table>"
    return f"<table width='100%'><tr><td width='20'>&nbsp;</td><td>{inner}</td><td></td></tr></table>"


def cell_tables(sheet: Sheet) -> str:
    """Every cell holds a table of one cell."""

    def cell(it: Spanned) -> str:
        return f"<td{_spans(it[1], it[2])}><table><tr><td>{_inner(it[0])}</td></tr></table></td>"

    return f"<table>{_rows(sheet, cell)}</table>"


def divs(sheet: Sheet) -> str:
    """A div a row, a span a cell, a tab between them."""
    lines = ["\t".join(f"<span>{escape(text)}</span>" for text, _, _ in line) for line in sheet]
    return "".join(f"<div>{line}</div>\n" for line in lines)


def div_cells(sheet: Sheet) -> str:
    """A div a cell in a div a row."""
    lines = ["".join(f'<div class="cell">{_inner(text)}</div>' for text, _, _ in line) for line in sheet]
    return "".join(f'<div class="row">{line}</div>\n' for line in lines)


def word_tabs(sheet: Sheet) -> str:
    """A paragraph a row; Word's tabs between the cells."""
    tab = '<span style="mso-tab-count:1">&nbsp;&nbsp;&nbsp; </span>'
    lines = [tab.join(f"<span lang=EN-US>{escape(text)}</span>" for text, _, _ in line if text) for line in sheet]
    return "".join(f'<p class="MsoNormal">{line}<o:p></o:p></p>\n' for line in lines)


def glued(sheet: Sheet) -> str:
    """A paragraph a row; no blank between the label and the first number."""
    out = []
    for line in sheet:
        texts = [text for text, _, _ in line if text]
        numbers = [text for text in texts if text.isdecimal()]
        labels = [text for text in texts if not text.isdecimal()]
        joined = " ".join(labels) + " ".join(numbers) if numbers else " ".join(labels)
        out.append(f"<p>{escape(joined)}</p>\n")
    return "".join(out)


def unclosed(sheet: Sheet) -> str:
    """A table whose cells and rows are never closed."""
    rows = "\n".join(
        "<TR>" + "".join(f"<TD{_spans(down, right)}>{_inner(text)}" for text, down, right in line) for line in sheet
    )
    return f"<TABLE BORDER=1>{rows}</TABLE>"


def paragraphs(sheet: Sheet) -> str:
    """A paragraph a cell."""
    return "".join(f"<p>{escape(text)}</p>\n" for line in sheet for text, _, _ in line if text)


def breaks(sheet: Sheet) -> str:
    """A line a cell, all in one paragraph."""
    return "<p>" + "<br/>\n".join(escape(text) for line in sheet for text, _, _ in line if text) + "</p>"


def one_paragraph(sheet: Sheet) -> str:
    """Everything in one line."""
    return "<p>" + " ".join(escape(text) for line in sheet for text, _, _ in line if text) + "</p>"


def row_paragraphs(sheet: Sheet) -> str:
    """A paragraph a row, one blank between the cells."""
    return "".join("<p>" + " ".join(escape(t) for t, _, _ in line if t) + "</p>\n" for line in sheet)


def pre_pipes(sheet: Sheet) -> str:
    """|-rows in a pre."""
    return f"<pre>\n{pipes(sheet)}\n</pre>"


def pre_spaces(sheet: Sheet) -> str:
    """Columns aligned with blanks in a pre."""
    return f"<pre>\n{spaces(sheet)}\n</pre>"


def pre_tabs(sheet: Sheet) -> str:
    """Tabs in a pre."""
    return f"<pre>\n{tabs(sheet)}\n</pre>"


def image(sheet: Sheet) -> str:
    """A picture of the table."""
    return '<p align="center"><img src="/upload/2023/W020240115.png" width="640" height="480"></p>'


# ------------------------------------------------------------------ text


def pipes(sheet: Sheet) -> str:
    """|-rows."""
    return "\n".join("| " + " | ".join(text for text, _, _ in line) + " |" for line in sheet)


def tabs(sheet: Sheet) -> str:
    """Tab-separated rows."""
    return "\n".join("\t".join(text for text, _, _ in line) for line in sheet)


def spaces(sheet: Sheet) -> str:
    """Columns aligned with blanks, at least two between cells."""
    texts = [[text for text, _, _ in line] for line in sheet]
    count = max(map(len, texts))
    sizes = [max((_width(line[n]) for line in texts if n < len(line)), default=0) for n in range(count)]
    sizes = [min(size, 24) for size in sizes]
    return "\n".join(
        "  ".join(text + " " * max(0, sizes[n] - _width(text)) for n, text in enumerate(line)).rstrip()
        for line in texts
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def lines(sheet: Sheet) -> str:
    """One cell per line."""
    return "\n".join(text for line in sheet for text, _, _ in line if text)


CARRIERS: dict[str, Callable[[Sheet], str]] = {
    made.__name__: made
    for made in (
        table, headed, word, nested, cell_tables, divs, div_cells, word_tabs, glued, unclosed, paragraphs, breaks,
        one_paragraph, row_paragraphs, pre_pipes, pre_spaces, pre_tabs, image, pipes, tabs, spaces, lines,
    )
}  # fmt: skip
TEXT = frozenset({"pipes", "tabs", "spaces", "lines"})
"""Carriers of pages that are plain text."""
