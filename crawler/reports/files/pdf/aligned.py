"""Tables without vertical lines, told by how their columns stand below one another.

A run of lines with several segments each is a table when its values stand in columns. Lines that hold only part of a
label belong to the row of values that they stand nearest to; horizontal rules, where each row has them, decide instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.reports.files.model import Table, TableCell
from crawler.reports.files.pdf import heads
from crawler.reports.files.pdf.lines import Line
from crawler.reports.files.pdf.objects import Box, Stroke
from crawler.reports.files.pdf.ruled import is_known
from crawler.reports.textgrids import is_value

_MOST_BETWEEN = 4
_LONG = 34
_TOP = re.compile(r"^[一二三四五六七八九十]{1,3}\s?[、.．]\s?\S")
_ROW = re.compile("本年新收|上年结转|办理结果|结转下年|继续办理|^三、本")


@dataclass(frozen=True, slots=True)
class Aligned:
    """A table that was found by alignment, and the box it stands in."""

    table: Table
    box: Box


@dataclass(slots=True)
class _Row:
    y: float
    cells: dict[int, list[tuple[float, str]]] = field(default_factory=dict)


def group(found: Sequence[Line], rules: Sequence[Stroke]) -> Iterator[Line | Aligned]:
    """Lines of a page, in order, with the tables among them."""
    at = 0
    while at < len(found):
        end = _end(found, at)
        made = _table(found[at:end], rules) if end - at >= 2 else None
        if made is None:
            yield found[at]
            at += 1
        else:
            yield made
            at = end


def _end(found: Sequence[Line], start: int) -> int:
    """Index behind a run of lines that begins with several segments or a short label and holds rows of values."""
    if len(found[start].segments) < 2:
        return start
    last = start
    for at in range(start + 1, len(found)):
        if at - last > _MOST_BETWEEN or not _may_belong(found[at]):
            break
        if found[at].box.y0 - found[at - 1].box.y1 > 3.5 * found[at].size:
            break
        if len(found[at].segments) >= 2:
            last = at
    return last + 1


def _may_belong(line: Line) -> bool:
    """A row, or a short line that may be part of one; a section's heading ends a table."""
    if len(line.segments) >= 2:
        return True
    return len(line.text) <= _LONG and not (_TOP.match(line.text) and not _ROW.search(line.text))


def _table(run: Sequence[Line], rules: Sequence[Stroke]) -> Aligned | None:
    """The run as a table; None when its values do not stand in columns."""
    rows_of_values = [line for line in run if sum(is_value(text) for text, _ in line.segments) >= 1]
    columns = _columns(rows_of_values)
    if not columns or (len(rows_of_values) < 2 and not (len(columns) >= 5 and len(run) > 2)):
        return None  # one row of values is a table only below its headings, as 行政复议 … 总计
    labels = _label_columns(run, columns[0][0])
    width = len(labels) + len(columns)
    first = next((n for n, line in enumerate(run) if sum(is_value(text) for text, _ in line.segments) >= 3), 0)
    header = _header(run[:first], columns, len(labels))
    rows = _rows(run[first if header else 0 :], columns, labels, rules)
    cells = header + tuple(tuple(_cell(row, n) for n in range(width)) for row in rows)
    boxes = [line.box for line in run]
    box = Box(min(b.x0 for b in boxes), boxes[0].y0, max(b.x1 for b in boxes), boxes[-1].y1)
    return Aligned(Table(cells), box)


def _header(
    found: Sequence[Line], columns: Sequence[tuple[float, float]], labels: int
) -> tuple[tuple[TableCell, ...], ...]:
    """Header rows above the first row of values, with the columns that each heading spans; () when there are none."""
    if len(columns) < 4 or not found:
        return ()
    out = []
    for group in heads.rows(found, columns):
        cells = [TableCell(colspan=labels)] if labels else []
        at = 0
        for head in group:
            cells += [TableCell() for _ in range(at, head.first)]
            cells.append(TableCell(head.text, colspan=head.last - head.first))
            at = head.last
        out.append((*cells, *(TableCell() for _ in range(at, len(columns)))))
    return tuple(out)


def _columns(rows: Sequence[Line]) -> list[tuple[float, float]]:
    """Left and right edges of the columns of values."""
    spans: list[tuple[float, float]] = []
    for box in sorted(box for line in rows for text, box in line.segments if is_value(text)):
        if spans and box.x0 < spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], box.x1))
        else:
            spans.append((box.x0, box.x1))
    return spans


def _label_columns(run: Sequence[Line], values: float) -> list[float]:
    """Where the labels left of the values begin, one number for each column of labels."""
    starts = sorted(box.x0 for line in run for _, box in line.segments if box.x0 < values - 1)
    size = max(line.size for line in run)
    kept: list[float] = []
    for start in starts:
        if not kept or start - kept[-1] > 2.2 * size:
            kept.append(start)
    return kept


def _rows(
    run: Sequence[Line], columns: Sequence[tuple[float, float]], labels: Sequence[float], rules: Sequence[Stroke]
) -> list[_Row]:
    anchors = [line for line in run if _is_anchor(line, columns)]
    edges = _edges(run, anchors, rules)
    rows: dict[float, _Row] = {}
    for line in run:
        y = _home(line, anchors, edges)
        row = rows.setdefault(y, _Row(y))
        for text, box in line.segments:
            row.cells.setdefault(_place(box, columns, labels), []).append((line.box.y0, text))
    return [rows[y] for y in sorted(rows)]


def _is_anchor(line: Line, columns: Sequence[tuple[float, float]]) -> bool:
    """A line that makes a row of its own: it holds values, or headings above several columns."""
    return any(is_value(text) for text, _ in line.segments) or len(line.segments) > max(2, len(columns) // 2)


def _edges(run: Sequence[Line], anchors: Sequence[Line], rules: Sequence[Stroke]) -> list[float]:
    """Places of horizontal rules between the rows, where nearly every row has one."""
    boxes = [line.box for line in run]
    wide = max(b.x1 for b in boxes) - min(b.x0 for b in boxes)
    inside = sorted(r.at for r in rules if r.end - r.start > 0.5 * wide and boxes[0].y0 - 20 < r.at < boxes[-1].y1 + 20)
    bands = [at for at, following in pairwise([*inside, 1e9]) if following - at > 3]
    return bands if len(bands) >= 0.7 * len(anchors) + 1 else []


def _home(line: Line, anchors: Sequence[Line], edges: Sequence[float]) -> float:
    """The row that a line belongs to, as a number that grows downwards."""
    middle = (line.box.y0 + line.box.y1) / 2
    if edges:
        return max((edge for edge in edges if edge < middle), default=edges[0] - 1)
    nearest = min(anchors, key=lambda one: abs(one.box.y0 + one.box.y1 - 2 * middle), default=line)
    centre = (nearest.box.y0 + nearest.box.y1) / 2
    # The rest of a label stands anywhere beside its row; what is a label by itself only right beside it.
    whole = line in anchors or all(is_known(text) for text, _ in line.segments)
    reach = (1.1 if whole else 3.3) * max(line.size, nearest.size)
    return centre if abs(centre - middle) <= reach else middle


def _place(box: Box, columns: Sequence[tuple[float, float]], labels: Sequence[float]) -> int:
    """Column of a segment: of a label by where it begins, of a value or heading by what it stands above."""
    if box.x0 < columns[0][0] - 1 and (box.x0 + box.x1) / 2 < columns[0][0]:
        return max(sum(1 for start in labels if start <= box.x0 + 1) - 1, 0)
    middle = (box.x0 + box.x1) / 2
    nearest = min(range(len(columns)), key=lambda n: abs((columns[n][0] + columns[n][1]) / 2 - middle))
    return len(labels) + nearest


def _cell(row: _Row, number: int) -> TableCell:
    return TableCell("\n".join(text for _, text in sorted(row.cells.get(number, ()))))
