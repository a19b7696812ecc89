"""Article bodies: the same report as Word pasted it, as UEditor wrote it, as text with bars, and worse."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from crawler.demo.reports import Block, FakeReport
from crawler.demo.tables import C, Rows

Style = Callable[[FakeReport], str]


def word(report: FakeReport) -> str:
    """Word's markup: `MsoNormal`, spans with fonts, conditional comments, `o:p`, cells that hold paragraphs."""
    out = ["<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->"]
    for block in report.blocks:
        if block.kind == "table":
            out.append(_word_table(block) if block.rows else _lost(block))
        elif block.kind == "heading":
            numeral, _, rest = block.text.partition("、")
            out.append(
                f'<p class="MsoNormal" style="text-indent:32.0pt"><b><span style="font-family:黑体">{numeral}</span>'
                f'<span lang="EN-US">、</span><span style="font-family:黑体">{escape(rest)}<o:p></o:p></span></b></p>'
            )
        else:
            align = ' align="right"' if block.kind == "sign" else ""
            out.append(
                f'<p class="MsoNormal"{align} style="text-indent:32.0pt;mso-char-indent-count:2.0">'
                f"{_runs(block.text)}<o:p></o:p></p>"
            )
    return "\n".join(out)


def _runs(text: str) -> str:
    """Text cut into spans wherever digits begin and end, as Word does for its two fonts."""
    out, start = [], 0
    for index in range(1, len(text) + 1):
        if index == len(text) or text[index].isascii() != text[start].isascii():
            part = escape(text[start:index])
            kind = (
                'lang="EN-US" style="font-family:Calibri"'
                if text[start].isascii()
                else 'style="font-family:仿宋_GB2312"'
            )
            out.append(f"<span {kind}>{part}</span>")
            start = index
    return "".join(out)


def _word_table(block: Block) -> str:
    rows = []
    for row in block.rows:
        cells = "".join(
            f'<td width="{60 * cell.cols}"{_spans(cell)} valign="center" style="border:solid windowtext 1.0pt">'
            f'<p class="MsoNormal" align="center"><span style="font-size:10.5pt">{_broken(cell.text)}</span>'
            "<o:p></o:p></p></td>"
            for cell in row
        )
        rows.append(f'<tr style="mso-yfti-irow:0;height:21.0pt">{cells}</tr>')
    return f'<table class="MsoNormalTable" border="1" cellspacing="0"><tbody>{"".join(rows)}</tbody></table>'


def _spans(cell: C) -> str:
    return (f' colspan="{cell.cols}"' if cell.cols > 1 else "") + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")


def _broken(text: str) -> str:
    """Short labels broken over lines in narrow columns (商业<br>企业), blanks as Word leaves them."""
    if not text:
        return "&nbsp;"
    if text in ("商业企业", "科研机构", "结果维持", "结果纠正", "其他结果", "尚未审结"):
        return f"{text[:2]}<br/>{text[2:]}"
    return escape(text)


def _lost(block: Block) -> str:
    """What stands where a table was: a picture, or nothing."""
    return '<p style="text-align:center"><img src="./W020240118372910.png" alt=""/></p>' if block.text == "img" else ""


def ueditor(report: FakeReport) -> str:
    """UEditor's markup: two-em indents, bold headings, tables with `firstRow` and a paragraph in every cell."""
    out = []
    for block in report.blocks:
        if block.kind == "table":
            out.append(_plain_table(block.rows, paragraphs=True) if block.rows else _lost(block))
        elif block.kind == "heading":
            out.append(f'<p style="text-indent: 2em;"><strong>{escape(block.text)}</strong></p>')
        elif block.kind == "sign":
            out.append(f'<p style="text-align: right;">{escape(block.text)}</p>')
        else:
            out.append(f'<p style="text-indent: 2em;">{escape(block.text)}</p>')
    return "".join(out)


def _plain_table(rows: Rows, *, paragraphs: bool) -> str:
    inner = '<p style="text-indent: 0em;">{}</p>' if paragraphs else "{}"
    lines = []
    for index, row in enumerate(rows):
        first = ' class="firstRow"' if index == 0 and paragraphs else ""
        cells = "".join(f"<td{_spans(cell)}>{inner.format(escape(cell.text))}</td>" for cell in row)
        lines.append(f"<tr{first}>{cells}</tr>")
    return f'<table border="1" cellspacing="0"><tbody>{"".join(lines)}</tbody></table>'


def nested(report: FakeReport) -> str:
    """The whole body in a layout table, each statutory table nested in a cell of it; text set with `<br>`."""
    rows = []
    for block in report.blocks:
        if block.kind == "table":
            inner = _plain_table(block.rows, paragraphs=False) if block.rows else _lost(block)
        else:
            mark = "<b>{}</b>" if block.kind in ("heading", "sub") else "{}"
            inner = "&emsp;&emsp;" + mark.format(escape(block.text)) + "<br>"
        rows.append(f"<tr><td>{inner}</td></tr>")
    return f'<table width="100%" border="0"><tr><td><table width="96%">{"".join(rows)}</table></td></tr></table>'


def without_spans(report: FakeReport) -> str:
    """Tables three and four without spans: every row has as many cells as the grid, the spanned places are blank."""
    out = []
    for block in report.blocks:
        if block.kind == "table" and block.text == "t2" and block.rows:
            out.append(_plain_table(block.rows, paragraphs=False))
        elif block.kind == "table" and block.rows:
            lines = "".join(
                "<tr>" + "".join(f"<td>{escape(text) or '&nbsp;'}</td>" for text in row) + "</tr>"
                for row in expanded(block.rows)
            )
            out.append(f"<table>{lines}</table>")
        else:
            out.append(_lost(block) if block.kind == "table" else f"<div>　　{escape(block.text)}</div>")
    return "".join(out)


def expanded(rows: Rows) -> list[list[str]]:
    """Anchor cells laid on their grid; a spanned place other than the anchor's is blank."""
    grid: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in grid:
                x += 1
            for dy in range(cell.rows):
                for dx in range(cell.cols):
                    grid[y + dy, x + dx] = cell.text if dy == dx == 0 else ""
            x += cell.cols
    width = max(x for _, x in grid) + 1
    return [[grid.get((y, x), "") for x in range(width)] for y in range(len(rows))]


def pipes(report: FakeReport) -> str:
    """Tables as rows of text with bars, all else as bare lines: a page saved as text and posted again."""
    lines: list[str] = []
    for block in report.blocks:
        if block.kind == "table":
            for row in block.rows:
                lines += ["", "   | " + " | ".join(cell.text for cell in row) + " |"]
            lines.append("")
        else:
            lines.append(block.text)
    return "<div>" + "<br/>\n".join(escape(line) for line in lines) + "</div>"


def lines(report: FakeReport) -> str:
    """Each cell of the tables on a line of its own, labels broken where the column was narrow."""
    out: list[str] = []
    for block in report.blocks:
        if block.kind != "table":
            out.append(f"<p>{escape(block.text)}</p>")
            continue
        for row in block.rows:
            for cell in row:
                out += [f"<p>{escape(piece)}</p>" for piece in _narrow(cell.text)]
    return "\n".join(out)


def _narrow(text: str) -> list[str]:
    cuts = {
        "本年新公开数量": 3,
        "对外公开总数量": 4,
        "商业企业": 2,
        "科研机构": 2,
        "社会公益组织": 3,
        "法律服务机构": 3,
    }
    cut = cuts.get(text)
    return [text[:cut], text[cut:]] if cut else [text]


def one_paragraph(report: FakeReport) -> str:
    """All text in one cell and one paragraph, headings between blanks; after a lost table the line simply ends."""
    text = ""
    for block in report.blocks:
        text += "<br/>\n" if block.kind == "table" else escape(block.text) + " "
    return f"<p>{text}</p>"


STYLES: dict[str, Style] = {
    "word": word,
    "ueditor": ueditor,
    "nested": nested,
    "without_spans": without_spans,
    "pipes": pipes,
    "lines": lines,
    "one_paragraph": one_paragraph,
}
