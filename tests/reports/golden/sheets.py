"""The statutory tables as rows of cells, in the layouts in which publishers print them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.reports.formats import Block, Table
from tests.reports import forms
from tests.reports.golden.truth import FORMS, Truth
from tests.reports.gridlib import Spanned

Sheet = list[list[Spanned]]
ORDER = [*forms.KINDS, "total"]
BLOCKS = ["recon", "suit_direct", "suit_after"]
OUTCOMES = ["upheld", "corrected", "other", "pending", "total"]


def table_of(format_id: str, name: str) -> Table:
    """A table of a form."""
    table = FORMS[format_id].table(name)
    assert table is not None
    return table


def row(*texts: str) -> list[Spanned]:
    """Cells without spans."""
    return [(text, 1, 1) for text in texts]


# ------------------------------------------------------------------ t2


def t2(format_id: str, data: Truth) -> list[Sheet]:
    """One table, bands over the whole width; header and data rows widen different cells, as the real ones do."""
    return [[line for block in forms.t2_rows(FORMS[format_id], data) for line in block]]


def t2_sound(format_id: str, data: Truth) -> list[Sheet]:
    """One table whose data rows have the spans of their header rows."""
    blocks = table_of(format_id, "t2").blocks
    width = max(len(block.cols) for block in blocks)
    return [[line for block in blocks for line in _block(block, data, width)]]


def t2_blocks_apart(format_id: str, data: Truth) -> list[Sheet]:
    """A table for each band."""
    return [_block(block, data, len(block.cols)) for block in table_of(format_id, "t2").blocks]


def t2_without_bands(format_id: str, data: Truth) -> list[Sheet]:
    """One table; only the header rows tell the blocks apart."""
    return [[line for block in forms.t2_rows(FORMS[format_id], data, bands=False) for line in block]]


def t2_side_by_side(format_id: str, data: Truth) -> list[Sheet]:
    """Two blocks beside one another, and two more below."""
    blocks = list(table_of(format_id, "t2").blocks)
    sheet: Sheet = []
    for left, right in zip(blocks[0::2], [*blocks[1::2], None], strict=False):
        pair = [_block(block, data, len(block.cols)) for block in (left, right) if block is not None]
        widths = [sum(span for _, _, span in sheet_[0]) for sheet_ in pair]
        for at in range(max(map(len, pair))):
            line: list[Spanned] = []
            for part, width in zip(pair, widths, strict=True):
                line += part[at] if at < len(part) else row(*[""] * width)
            sheet.append(line)
    return [sheet]


def t2_label_columns(format_id: str, data: Truth) -> list[Sheet]:
    """The band as a first cell with a rowspan instead of a row."""
    sheet: Sheet = []
    for block in table_of(format_id, "t2").blocks:
        lines = _block(block, data, len(block.cols))[1:]
        sheet += [[(block.band, len(lines), 1), *lines[0]], *lines[1:]]
    return [sheet]


def _block(block: Block, data: Truth, width: int) -> Sheet:
    last = width - len(block.cols) + 1
    heads = [col.zh for col in block.cols]
    lines: Sheet = [[(block.band, 1, width + 1)]]
    lines.append([("信息内容", 1, 1), *row(*heads[:-1]), (heads[-1], 1, last)])
    for item in block.rows:
        texts = [data[f"t2.{block.id}.{item.id}.{col.id}"] for col in block.cols]
        lines.append([(item.zh, 1, 1), *row(*texts[:-1]), (texts[-1], 1, last)])
    return lines


# ------------------------------------------------------------------ t3


def t3(format_id: str, data: Truth) -> list[Sheet]:
    """As the form prints it."""
    return [forms.t3_rows(FORMS[format_id], data, ORDER)]


def t3_reordered(format_id: str, data: Truth) -> list[Sheet]:
    """总计 first, and the kinds of organisations in another order."""
    order = ["total", "natural", "research", "commercial", "legal_service", "social_welfare", "other_org"]
    return [forms.t3_rows(FORMS[format_id], data, order)]


def t3_transposed(format_id: str, data: Truth) -> list[Sheet]:
    """Applicants as rows: three header rows with the groups, one row for each kind of applicant."""
    table = table_of(format_id, "t3")
    parents = {item.id: item.parent for item in table.rows}
    names = {item.id: item.zh for item in table.rows}
    top: list[Spanned] = [("申请人", 3, 1)]
    middle: list[Spanned] = []
    low: list[Spanned] = []
    for item in table.rows:
        if item.level == 1:
            under = [other for other in table.value_rows if _under(parents, other.id, item.id)]
            top.append((item.zh, 1, len(under)) if under else (item.zh, 3, 1))
        elif item.level == 2:
            under = [other for other in table.value_rows if parents[other.id] == item.id]
            middle.append((item.zh, 1, len(under)) if under else (item.zh, 2, 1))
        else:
            low.append((names[item.id], 1, 1))
    sheet: Sheet = [top, middle, low]
    for col in table.value_cols:
        sheet.append(row(col.zh, *(data[f"t3.{item.id}.{col.id}"] for item in table.value_rows)))
    return [sheet]


def t3_two_label_columns(format_id: str, data: Truth) -> list[Sheet]:
    """A column for the group and one for the row, and no level above them."""
    table = table_of(format_id, "t3")
    names = {item.id: item.zh for item in table.rows}
    sheet: Sheet = [row("办理情况", "具体情形", *(col.zh for col in table.value_cols))]
    for item in table.value_rows:
        group = names.get(item.parent or "", "") if item.level == 3 else ""
        sheet.append(row(group, item.zh, *(data[f"t3.{item.id}.{col.id}"] for col in table.value_cols)))
    return [sheet]


def t3_full_width_groups(format_id: str, data: Truth) -> list[Sheet]:
    """Groups as rows of their own, labels in one column."""
    table = table_of(format_id, "t3")
    sheet: Sheet = [row("项目", *(col.zh for col in table.value_cols))]
    for item in table.rows:
        if item.kind == "group":
            sheet.append([(item.zh, 1, 8)])
        else:
            sheet.append(row(item.zh, *(data[f"t3.{item.id}.{col.id}"] for col in table.value_cols)))
    return [sheet]


def t3_flat(format_id: str, data: Truth) -> list[Sheet]:
    """One header row, one column of labels, groups left out."""
    table = table_of(format_id, "t3")
    rows = [row(item.zh, *(data[f"t3.{item.id}.{col.id}"] for col in table.value_cols)) for item in table.value_rows]
    return [[row("办理情况", *(col.zh for col in table.value_cols)), *rows]]


def sh_one_unknown_column(format_id: str, data: Truth) -> list[Sheet]:
    """One column of values under a name that the form does not have: it is none of the form's two."""
    sheet: Sheet = [row("代码", "指标名称", "计量单位", "上年同期")]
    for item in table_of(format_id, "sh").rows:
        sheet.append(row(item.code or "", item.zh, item.unit or "", data[f"sh.{item.id}.period"]))
    return [sheet]


def _under(parents: dict[str, str | None], name: str, group: str) -> bool:
    at = parents[name]
    while at is not None and at != group:
        at = parents[at]
    return at == group


# ------------------------------------------------------------------ t4


def t4(format_id: str, data: Truth) -> list[Sheet]:
    """As the form prints it."""
    return [forms.t4_rows(data, BLOCKS, OUTCOMES)]


def t4_by_block(format_id: str, data: Truth) -> list[Sheet]:
    """A row for each block."""
    return [forms.t4_by_block(data, OUTCOMES)]


def t4_outcomes_as_rows(format_id: str, data: Truth) -> list[Sheet]:
    """Outcomes as rows, the three blocks as columns."""
    table = table_of(format_id, "t4")
    sheet: Sheet = [
        [("审理结果", 2, 1), ("行政复议", 2, 1), ("行政诉讼", 1, 2)],
        row("未经复议直接起诉", "复议后起诉"),
    ]
    for col in table.value_cols:
        sheet.append(row(col.zh, *(data[f"t4.{block}.{col.id}"] for block in BLOCKS)))
    return [sheet]


def t4_one_pair_a_row(format_id: str, data: Truth) -> list[Sheet]:
    """A label and a number in each row, under the block's name."""
    table = table_of(format_id, "t4")
    sheet: Sheet = []
    for block in table.value_rows:
        cells = [row(col.zh, data[f"t4.{block.id}.{col.id}"]) for col in table.value_cols]
        first: Spanned = (block.zh, len(cells), 1)
        sheet += [[first, *cells[0]], *cells[1:]]
    return [sheet]


def t4_two_tables(format_id: str, data: Truth) -> list[Sheet]:
    """A table for reconsiderations, a table for lawsuits."""
    table = table_of(format_id, "t4")
    heads = [col.zh for col in table.value_cols]
    values = {block: [data[f"t4.{block}.{col.id}"] for col in table.value_cols] for block in BLOCKS}
    first: Sheet = [[("行政复议", 1, 5)], row(*heads), row(*values["recon"])]
    second: Sheet = [
        [("行政诉讼", 1, 10)],
        [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        row(*heads, *heads),
        row(*values["suit_direct"], *values["suit_after"]),
    ]
    return [first, second]


# ------------------------------------------------------------------ lists


def _dash(text: str) -> str:
    return text or "——"


def s14(format_id: str, data: Truth) -> list[Sheet]:
    """Indicator, unit, number; headings with dashes."""
    sheet: Sheet = [row("统计指标", "单位", "统计数")]
    for item in table_of(format_id, "s14").rows:
        value = data[f"s14.{item.id}.n"] if item.kind == "value" else "——"
        sheet.append(row(item.zh, _dash(item.unit or ""), value))
    return [sheet]


def s14_numbered(format_id: str, data: Truth) -> list[Sheet]:
    """A running number before each row, headings over the whole width."""
    sheet: Sheet = [row("序号", "指标名称", "计量单位", "数量")]
    for at, item in enumerate(table_of(format_id, "s14").rows, start=1):
        if item.kind == "value":
            sheet.append(row(str(at), item.zh, item.unit or "", data[f"s14.{item.id}.n"]))
        else:
            sheet.append([(item.zh, 1, 4)])
    return [sheet]


def s14_unit_in_label(format_id: str, data: Truth) -> list[Sheet]:
    """Two columns; the unit stands behind the label."""
    sheet: Sheet = [row("统计指标", "统计数")]
    for item in table_of(format_id, "s14").rows:
        unit = f"（单位：{item.unit}）" if item.unit else ""
        sheet.append(row(item.zh + unit, data[f"s14.{item.id}.n"] if item.kind == "value" else ""))
    return [sheet]


def s14_colon(format_id: str, data: Truth) -> list[Sheet]:
    """No header, no units: labels and numbers."""
    rows = table_of(format_id, "s14").rows
    return [[row(item.zh, *([data[f"s14.{item.id}.n"]] if item.kind == "value" else [])) for item in rows]]


def s14_two_columns(format_id: str, data: Truth) -> list[Sheet]:
    """The list in two halves beside one another."""
    lines = s14(format_id, data)[0]
    body = lines[1:]
    half = (len(body) + 1) // 2
    sheet: Sheet = [[*lines[0], *lines[0]]]
    for at in range(half):
        right = body[half + at] if half + at < len(body) else row("", "", "")
        sheet.append([*body[at], *right])
    return [sheet]


def s14_with_last_year(format_id: str, data: Truth) -> list[Sheet]:
    """A second column of values, last year's, which the form does not have."""
    sheet: Sheet = [row("统计指标", "单位", "统计数", "上年统计数")]
    for at, item in enumerate(table_of(format_id, "s14").rows):
        if item.kind == "value":
            sheet.append(row(item.zh, item.unit or "", data[f"s14.{item.id}.n"], str(5000 + at)))
        else:
            sheet.append(row(item.zh, "——", "——", "——"))
    return [sheet]


def s14_bare_labels(format_id: str, data: Truth) -> list[Sheet]:
    """No numbering, parts in a first column with a rowspan."""
    items = table_of(format_id, "s14").rows
    sheet: Sheet = [row("类别", "统计指标", "单位", "统计数")]
    tops = [at for at, item in enumerate(items) if item.level == 1]
    for start, end in zip(tops, [*tops[1:], len(items)], strict=True):
        part = items[start:end]
        lines = [
            row(_bare(item.zh), _dash(item.unit or ""), data[f"s14.{item.id}.n"] if item.kind == "value" else "——")
            for item in (part if part[0].kind == "value" else part[1:])
        ]
        sheet += [[(_bare(part[0].zh), len(lines), 1), *lines[0]], *lines[1:]]
    return [sheet]


def _bare(label: str) -> str:
    for mark in ("、", "）", "."):
        head, found, rest = label.partition(mark)
        if found and len(head) <= 3:
            return rest
    return label


def sh(format_id: str, data: Truth) -> list[Sheet]:
    """Code, indicator, unit, this period, year to date."""
    sheet: Sheet = [row("代码", "指标名称", "计量单位", "本期实际", "本年累计")]
    for item in table_of(format_id, "sh").rows:
        sheet.append(
            row(item.code or "", item.zh, item.unit or "", data[f"sh.{item.id}.period"], data[f"sh.{item.id}.ytd"])
        )
    return [sheet]


def sh_label_first(format_id: str, data: Truth) -> list[Sheet]:
    """Indicator, code, unit, values; children indented."""
    sheet: Sheet = [row("指标名称", "代码", "计量单位", "本期实际", "本年累计")]
    for item in table_of(format_id, "sh").rows:
        indent = "　　" if item.parent else ""
        values = (data[f"sh.{item.id}.period"], data[f"sh.{item.id}.ytd"])
        sheet.append(row(indent + item.zh, item.code or "", item.unit or "", *values))
    return [sheet]


def sh_without_codes(format_id: str, data: Truth) -> list[Sheet]:
    """Indicator, unit and values; two rows in between that no form has."""
    sheet: Sheet = [row("指标名称", "计量单位", "本期实际", "本年累计")]
    for item in table_of(format_id, "sh").rows:
        sheet.append(row(item.zh, item.unit or "", data[f"sh.{item.id}.period"], data[f"sh.{item.id}.ytd"]))
    return [sheet]


Layout = Callable[[str, Truth], list[Sheet]]
LAYOUTS: dict[str, Layout] = {
    made.__name__: made
    for made in (
        t2, t2_sound, t2_blocks_apart, t2_without_bands, t2_side_by_side, t2_label_columns,
        t3, t3_flat, t3_reordered, t3_transposed, t3_two_label_columns, t3_full_width_groups,
        t4, t4_by_block, t4_outcomes_as_rows, t4_one_pair_a_row, t4_two_tables,
        s14, s14_numbered, s14_unit_in_label, s14_colon, s14_two_columns, s14_with_last_year, s14_bare_labels,
        sh, sh_label_first, sh_without_codes, sh_one_unknown_column,
    )
}  # fmt: skip


def widths(sheet: Sequence[Sequence[Spanned]]) -> int:
    """Grid columns of a sheet."""
    return max((sum(span for _, _, span in line) for line in sheet), default=0)
