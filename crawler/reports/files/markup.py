"""Parts of a document -> the HTML of a plain page, which the parser reads as it reads any other.

One way in for everything means that sections, binding and checks know nothing of files, and that repairs see the text
before anything is read from it. Each paragraph and each cell begins on a line of its own, so that places have lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from crawler.reports.files.model import MAX_CHARS, MAX_PARTS, Paragraph, Part, Picture, Table, TableCell

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_MAX_DEPTH = 4


def page(parts: Iterable[Part]) -> tuple[str, bool]:
    """The parts as HTML; True when there were more of them than any report has, and the rest was left out."""
    lines = ['<html><body><div class="article-content">']
    size = 0
    cut = False
    for count, part in enumerate(parts):
        written = list(_lines(part))
        size += sum(map(len, written))
        if size > MAX_CHARS * 4 or count >= MAX_PARTS:
            cut = True
            break
        lines += written
    lines.append("</div></body></html>")
    return "\n".join(lines), cut


def _lines(part: Part) -> Iterator[str]:
    if isinstance(part, Paragraph):
        text = part.text.strip()
        if "\t" in text:
            yield f"<pre>{html.escape(_CONTROL.sub('', text), quote=False)}</pre>"  # columns set with tabs
        elif text:
            tag = f"h{part.level}" if 1 <= part.level <= 6 else "p"
            yield f"<{tag}>{_escaped(text)}</{tag}>"
    elif isinstance(part, Picture):
        yield f'<img src="{html.escape(part.name)}">'
    else:
        yield from _table(part, 0)


def _table(table: Table, depth: int) -> Iterator[str]:
    yield "<table>"
    for row in table.rows:
        yield "<tr>"
        for cell in row:
            picture = f'<img src="{html.escape(cell.picture)}">' if cell.picture else ""
            yield f"<td{_spans(cell)}>{_escaped(cell.text)}{picture}" + ("" if cell.inner else "</td>")
            if cell.inner:
                for inner in cell.inner if depth < _MAX_DEPTH else ():
                    yield from _table(inner, depth + 1)
                yield "</td>"
        yield "</tr>"
    yield "</table>"


def _spans(cell: TableCell) -> str:
    across = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    return across + (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "")


def _escaped(text: str) -> str:
    """Text as HTML; characters that no HTML may hold are dropped, else the tree would end at them."""
    return html.escape(_CONTROL.sub("", text), quote=False).replace("\n", "<br>")
