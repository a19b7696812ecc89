"""Consistent statutory tables with any figures, rendered as grids in the layouts that publishers use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from crawler.reports import formats
from crawler.reports.formats import Format, Table
from crawler.reports.grids import Grid
from tests.reports.gridlib import Spanned, lines, place, plain_rows

Figures = dict[str, str]
KINDS = ("natural", "commercial", "research", "social_welfare", "legal_service", "other_org")
NESTED = {"recon": None, "suit_direct": "行政诉讼", "suit_after": "行政诉讼"}


def results(form: Format) -> list[str]:
    """Ids of the rows that add up to 总计."""
    table = form.table("t3")
    assert table is not None
    rest = {"new", "carried_over", "decided_total", "carried_forward"}
    return [row.id for row in table.value_rows if row.id not in rest]


@st.composite
def figures(draw: st.DrawFn, form: Format, largest: int = 99999) -> Figures:
    """Texts of all cells of t2, t3 and t4 such that every identity holds."""
    cells: dict[str, int] = {}
    count = st.integers(0, largest)
    random = draw(st.randoms(use_true_random=False))
    for kind in KINDS:
        for row in results(form):
            cells[f"t3.{row}.{kind}"] = random.choice([0, random.randint(0, 9), random.randint(0, largest)])
        done = sum(cells[f"t3.{row}.{kind}"] for row in results(form))
        out = draw(count)
        carried = draw(st.integers(0, done + out))
        cells |= {f"t3.decided_total.{kind}": done, f"t3.carried_forward.{kind}": out}
        cells |= {f"t3.carried_over.{kind}": carried, f"t3.new.{kind}": done + out - carried}
    for row in [*results(form), "new", "carried_over", "decided_total", "carried_forward"]:
        cells[f"t3.{row}.total"] = sum(cells[f"t3.{row}.{kind}"] for kind in KINDS)
    for block in NESTED:
        parts = {col: draw(count) for col in ("upheld", "corrected", "other", "pending")}
        cells |= {f"t4.{block}.{col}": value for col, value in parts.items()}
        cells[f"t4.{block}.total"] = sum(parts.values())
    t2 = form.table("t2")
    assert t2 is not None
    for address in t2.addresses():
        cells[address] = random.randint(0, largest)
    for row in ("rules", "normative"):
        if f"t2.p1.{row}.public_total" in cells:
            made, published = cells[f"t2.p1.{row}.made"], cells[f"t2.p1.{row}.published"]
            cells[f"t2.p1.{row}.public_total"] += max(made, published)
    for block in ("p5.licence", "p5.other_service", "p6.penalty", "p6.coercion"):
        # decisions that equal the items are reported as suspicious; keep them apart
        if f"t2.{block}.items_prev" in cells:
            cells[f"t2.{block}.decisions"] = sum(cells[f"t2.{block}.{c}"] for c in ("items_prev", "items_delta")) + 1
    return {address: str(value) for address, value in cells.items()}


# ------------------------------------------------------------------ t2


def t2_rows(form: Format, data: Figures, bands: bool = True, spans: bool = True) -> list[list[list[Spanned]]]:
    """Rows of each block of t2: band, header, data."""
    table = form.table("t2")
    assert table is not None
    width = max(len(block.cols) for block in table.blocks)
    blocks = []
    for block in table.blocks:
        last = width - len(block.cols) + 1 if spans else 1
        rows: list[list[Spanned]] = [[(block.band, 1, width + 1 if spans else 1)]] if bands else []
        heads = [col.zh for col in block.cols]
        rows.append([("信息内容", 1, 1), *((text, 1, 1) for text in heads[:-1]), (heads[-1], 1, last)])
        for row in block.rows:
            texts = [data[f"t2.{block.id}.{row.id}.{col.id}"] for col in block.cols]
            # data rows widen their first cell, header rows their last: real pages disagree like this
            rows.append([(row.zh, 1, 1), (texts[0], 1, last), *((text, 1, 1) for text in texts[1:])])
        blocks.append(rows)
    return blocks


# ------------------------------------------------------------------ t3


def t3_header(order: Sequence[str]) -> list[list[Spanned]]:
    """Three header rows with sound spans; `order` places the five kinds of organisations as one band."""
    table = formats.load()["fmt2021"].table("t3")
    assert table is not None
    names = {col.id: col.zh for col in table.cols}
    corner = table.corner_note or ""
    top: list[Spanned] = [(corner, 3, 3), ("申请人情况", 1, 7)]
    middle: list[Spanned] = []
    low: list[Spanned] = []
    for name in order:
        if name in ("natural", "total"):
            middle.append((names[name], 2, 1))
        else:
            if not low:
                middle.append(("法人或其他组织", 1, 5))
            low.append((names[name], 1, 1))
    return [top, middle, low]


def t3_rows(form: Format, data: Figures, order: Sequence[str]) -> list[list[Spanned]]:
    """Header and data rows of t3 as the official form prints them."""
    table = form.table("t3")
    assert table is not None
    rows = t3_header(order)
    held: list[Spanned] = []
    for row in table.rows:
        if row.kind == "group":
            size = sum(_under(table, other.id, row.id) for other in table.value_rows)
            held.append((row.zh, size, 1))
            continue
        label: Spanned = (row.zh, 1, {1: 3, 2: 2, 3: 1}[row.level])
        rows.append([*held, label, *((data[f"t3.{row.id}.{col}"], 1, 1) for col in order)])
        held = []
    return rows


def _under(table: Table, row: str, group: str) -> bool:
    parents = {r.id: r.parent for r in table.rows}
    at = parents[row]
    while at is not None and at != group:
        at = parents[at]
    return at == group


# ------------------------------------------------------------------ t4


def t4_rows(data: Figures, order: Sequence[str], outcomes: Sequence[str]) -> list[list[Spanned]]:
    """Three header rows and one data row. `order` of the blocks keeps the two lawsuits together."""
    table = formats.load()["fmt2021"].table("t4")
    assert table is not None
    names = {col.id: col.zh for col in table.cols}
    labels = {row.id: row.zh for row in table.rows}
    top: list[Spanned] = []
    middle: list[Spanned] = []
    low: list[Spanned] = []
    for block in order:
        if block == "recon":
            top.append((labels[block], 1, 5))
            middle += [(names[col], 2, 1) for col in outcomes]
        else:
            if ("行政诉讼", 1, 10) not in top:
                top.append(("行政诉讼", 1, 10))
            middle.append((labels[block], 1, 5))
            low += [(names[col], 1, 1) for col in outcomes]
    values: list[Spanned] = [(data[f"t4.{block}.{col}"], 1, 1) for block in order for col in outcomes]
    return [top, middle, low, values]


def t4_by_block(data: Figures, outcomes: Sequence[str]) -> list[list[Spanned]]:
    """A layout with one row a block."""
    table = formats.load()["fmt2021"].table("t4")
    assert table is not None
    names = {col.id: col.zh for col in table.cols}
    rows: list[list[Spanned]] = [[("类别", 1, 2), *((names[col], 1, 1) for col in outcomes)]]
    rows.append([("行政复议", 1, 2), *((data[f"t4.recon.{col}"], 1, 1) for col in outcomes)])
    for at, block in enumerate(("suit_direct", "suit_after")):
        label = next(row.zh for row in table.rows if row.id == block)
        first: list[Spanned] = [("行政诉讼", 2, 1)] if at == 0 else []
        rows.append([*first, (label, 1, 1), *((data[f"t4.{block}.{col}"], 1, 1) for col in outcomes)])
    return rows


# ------------------------------------------------------------------ renderings


def bare(rows: Sequence[Sequence[Spanned]]) -> list[list[str]]:
    """The rows without their spans, nothing in place of what they covered (a `|`-table)."""
    return [[text for text, _, _ in row] for row in rows]


def padded(rows: Sequence[Sequence[Spanned]]) -> list[list[str]]:
    """The rows without spans, with blanks where spans covered (a spreadsheet pasted as a table)."""
    grid = place(rows)
    width = max(cell.col + cell.colspan for row in grid.rows for cell in row)
    full = [["" for _ in range(width)] for _ in grid.rows]
    for row in grid.rows:
        for cell in row:
            full[cell.row][cell.col] = cell.text
    return full


def repeated(rows: Sequence[Sequence[Spanned]]) -> list[list[str]]:
    """The rows without spans, group labels repeated in every row they cover."""
    grid = place(rows)
    width = max(cell.col + cell.colspan for row in grid.rows for cell in row)
    full = [["" for _ in range(width)] for _ in grid.rows]
    for row in grid.rows:
        for cell in row:
            for down in range(cell.rowspan):
                full[cell.row + down][cell.col] = cell.text
    return full


def as_lines(rows: Sequence[Sequence[Spanned]]) -> list[str]:
    """One cell per line."""
    return [text for row in rows for text, _, _ in row if text]


def broken(texts: Sequence[str], at: Mapping[int, int]) -> list[str]:
    """Labels broken over two lines: line number -> place of the break."""
    out: list[str] = []
    for number, text in enumerate(texts):
        cut = at.get(number, 0)
        out += [text[:cut], text[cut:]] if 0 < cut < len(text) and not text.isdigit() else [text]
    return out


def render(
    layout: str, form: Format, data: Figures, order: Sequence[str], blocks: Sequence[str], out: Sequence[str]
) -> list[Grid]:
    """The three tables of a report in one of the layouts."""
    t2, t3, t4 = t2_rows(form, data, spans=layout == "spans"), t3_rows(form, data, order), t4_rows(data, blocks, out)
    joined = [row for block in t2 for row in block]
    if layout == "spans":
        return [place(joined, 0), place(t3, 1), place(t4, 2)]
    if layout == "split_t2":
        return [*(place(block, at) for at, block in enumerate(t2)), place(t3, 8), place(t4, 9)]
    if layout == "no_bands":
        unbanded = [row for block in t2_rows(form, data, bands=False) for row in block]
        return [place(unbanded, 0), place(t3, 1), place(t4, 2)]
    if layout == "merged":
        return [place([*joined, *t3, *t4], 0)]
    if layout == "page_break":
        cut = len(t3) // 2
        rest = place(t3, 1).rows[cut:]
        return [place(joined, 0), Grid(place(t3, 1).rows[:cut], 1), Grid(rest, 2), place(t4, 3)]
    if layout == "by_block":
        return [place(joined, 0), place(t3, 1), place(t4_by_block(data, out), 2)]
    if layout == "pipe":
        return [plain_rows(bare(rows), at) for at, rows in enumerate((joined, t3, t4))]
    if layout == "pipe_merged":
        return [plain_rows(bare([*joined, *t3, *t4]))]
    if layout == "padded":
        return [plain_rows(padded(rows), at, "html") for at, rows in enumerate((joined, t3, t4))]
    if layout == "repeated":
        return [plain_rows(rows, at, "html") for at, rows in enumerate((bare(joined), repeated(t3), repeated(t4)))]
    if layout == "lines":
        return [lines(as_lines([*joined, *t3, *t4]))]
    if layout == "lines_apart":
        return [lines(as_lines(rows), at) for at, rows in enumerate((joined, t3, t4))]
    raise ValueError(layout)


LAYOUTS = (
    "spans", "split_t2", "no_bands", "merged", "page_break", "by_block", "pipe", "pipe_merged", "padded", "repeated",
    "lines", "lines_apart",
)  # fmt: skip
