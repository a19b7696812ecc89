"""Which column each value of a row belongs to, read from header rows that may or may not have sound spans.

With sound grid columns a leaf stands over its values. Without (spans lost, one cell per line) the reading order
decides: a band such as 法人或其他组织 stands for the leaves that follow in the next header row.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crawler.reports.binding.collect import Slot
from crawler.reports.binding.columns import Header, Leaf, default_header
from crawler.reports.binding.labels import Role, Target
from crawler.reports.binding.rows import Line, Tok
from crawler.reports.formats import Column, Row, Table


def in_rows(lines: Sequence[Line]) -> Sequence[Line]:
    """Header lines with rows that count on where each line is a table of its own."""
    if len({line.grid for line in lines}) < 2:
        return lines
    return [
        Line(tuple(tok._replace(row=at) for tok in line.toks), line.grid, line.spans) for at, line in enumerate(lines)
    ]


def matrix_header(table: Table, lines: Sequence[Line]) -> Header:
    """Columns of a matrix table from its header rows.

    A label that stands over two columns names the first of them. A column whose label no format knows is never taken
    for the one that the form has there: its values are kept as local cells.
    """
    lines = in_rows(lines)
    toks = [tok for line in lines for tok in line.toks]
    leaves = _leaves(table, lines)
    cols = {_grid_col(leaf) for leaf in leaves}
    sound = all(line.spans for line in lines) and len(cols) == len(leaves)
    sound = sound and (_bands_cover(table, toks, leaves) or _rectangular(lines))
    ordered = sorted(leaves, key=_grid_col) if sound else _expanded(table, toks, leaves)
    default = default_header(table)
    if not ordered:
        strange = _strange(table, toks, leaves) if table.kind == "list" and len(table.value_cols) > 1 else []
        spans = all(line.spans for line in lines)
        return Header((), True, extra=tuple(strange)) if strange and spans else default
    if not sound and not _bands_whole(table, toks, leaves):
        return Header(())
    ordered, doubled = _once(ordered)
    if len(doubled) > 1 and len(doubled) == len(ordered):
        return Header(())  # all columns stand twice (2022, 2023): nobody knows which of them are this year's
    ids = [leaf.slot.col.id for leaf in ordered if leaf.slot.col]
    in_form_order = not _out_of_order(ids, default)
    partial = len(ids) < len(default.leaves) and in_form_order
    strange = _strange(table, toks, leaves) + doubled
    if sound:
        otherwise = default.leaves if partial and not strange else ()
        return Header(tuple(ordered), True, otherwise=otherwise, extra=tuple(strange), end=_behind(toks))
    if doubled or (partial and strange):
        twice = {leaf.slot.col.id for leaf in doubled if leaf.slot.col}
        return Header(_in_place(default, [id_ for id_ in ids if id_ not in twice], strange) if partial else ())
    return Header(tuple(ordered), otherwise=default.leaves if partial else ())


def _behind(toks: Sequence[Tok]) -> int:
    """The grid column behind the last of these cells."""
    return max((tok.col + tok.colspan for tok in toks), default=0)


def _bands_cover(table: Table, toks: Sequence[Tok], leaves: Sequence[Leaf]) -> bool:
    """Whether each band (法人或其他组织) spans the columns of the labels below it.

    One that is too narrow pushes the last of them behind the column that follows the band: then grid columns lie.
    """
    ends: dict[int, int] = {}
    for tok in toks:
        ends[tok.row] = max(ends.get(tok.row, 0), tok.col + tok.colspan)
    for band in toks:
        found = _target(table, band, "colgroup")
        if found is None:
            continue
        for leaf in leaves:
            if leaf.tok is None or leaf.tok.row <= band.row or leaf.slot.col is None:
                continue
            apart = leaf.slot.col.group == found.id and not band.col <= leaf.tok.col < band.col + band.colspan
            if apart or leaf.tok.col >= ends[band.row]:
                return False
        if any(tok.text and tok.row > band.row and tok.col >= ends[band.row] for tok in toks):
            return False  # a label that no format knows was pushed out
    return True


def _bands_whole(table: Table, toks: Sequence[Tok], leaves: Sequence[Leaf]) -> bool:
    """Whether the labels of a band follow one another: else some of them changed places with others."""
    bands = {found.id for tok in toks if (found := _target(table, tok, "colgroup"))}
    groups = [leaf.slot.col.group if leaf.slot.col and leaf.slot.col.group in bands else None for leaf in leaves]
    changes = sum(1 for left, right in pairwise([None, *groups, None]) if left != right)
    return changes <= 2 * len(bands)


def _once(leaves: Sequence[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
    """The leaves, and those whose label stood before already: both are read, and what they contradict is dropped."""
    first: dict[str, Leaf] = {}
    doubled: list[Leaf] = []
    for leaf in leaves:
        name = leaf.slot.col.id if leaf.slot.col else ""
        if name in first:
            doubled.append(leaf)
        else:
            first[name] = leaf
    return list(first.values()), doubled


def _strange(table: Table, toks: Sequence[Tok], leaves: Sequence[Leaf]) -> list[Leaf]:
    """Header cells with readable text that is nothing this table has, and under which no known label stands."""
    known = [leaf.tok for leaf in leaves if leaf.tok]
    found: dict[int, Leaf] = {}
    for at, tok in enumerate(toks):
        if tok.has(table.id) or not any(map(str.isalpha, tok.text)):
            continue
        if tok.colspan == 1 or not any(
            tok.col <= below.col < tok.col + tok.colspan and below.row > tok.row for below in known
        ):
            found[at] = Leaf(Slot(None, tok.text), tok)
    return list(found.values())


def _in_place(default: Header, ids: Sequence[str], strange: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """The form's order with the columns that the header does not name kept apart under what it prints instead."""
    names = [leaf.slot.header for leaf in strange]
    out: list[Leaf] = []
    for leaf in default.leaves:
        known = leaf.slot.col is not None and leaf.slot.col.id in ids
        out.append(leaf if known else Leaf(Slot(None, names.pop(0) if len(names) > 1 else names[0])))
    return tuple(out)


def flat_header(table: Table, lines: Sequence[Line]) -> Header:
    """Columns of a flat table from its header rows: each leaf with the row (block) it stands under."""
    lines = in_rows(lines)
    toks = [tok for line in lines for tok in line.toks]
    leaves = _leaves(table, lines)
    blocks = [(tok, row) for tok in toks if (row := _row(table, tok)) is not None]
    spans = all(line.spans for line in lines)
    cols = [leaf.tok.col for leaf in leaves if leaf.tok]
    strange = _strange(table, toks, leaves)
    if leaves and blocks and spans and len(set(cols)) == len(cols):
        found = [_under(leaf, blocks) for leaf in sorted(leaves, key=_grid_col)]
        if all(leaf.row for leaf in found) and _distinct(found):
            extra = tuple(_under(leaf, blocks) for leaf in strange)
            return Header(tuple(found), sound=True, extra=extra, end=_behind(toks))
    if strange and len(leaves) < len(default_header(table).leaves) and (blocks or len(leaves) > 1):
        return _by_runs(table, toks, leaves, [row for _, row in blocks], strict=True)
    return _by_runs(table, toks, leaves, [row for _, row in blocks])


def _leaves(table: Table, lines: Sequence[Line]) -> list[Leaf]:
    """Every cell that names a column; where lost rowspans left labels repeated under themselves, each once."""
    toks = [tok for line in lines for tok in line.toks]
    leaves = [Leaf(Slot(col, tok.text), tok) for tok in toks if (col := _column(table, tok)) is not None]
    lowest = {(_grid_col(leaf), leaf.slot.col.id if leaf.slot.col else ""): leaf for leaf in leaves}
    whole = len(default_header(table).leaves)
    each_once = len(leaves) > whole == len(lowest) == len({col for col, _ in lowest})
    if each_once or (len(leaves) > len(lowest) and _rectangular(lines)):
        return sorted(lowest.values(), key=_grid_col)
    return leaves


def _rectangular(lines: Sequence[Line]) -> bool:
    """Whether the header rows end in one grid column: their columns mean something although spans were lost."""
    ends = {max(tok.col + tok.colspan for tok in line.toks) for line in lines if line.toks}
    return len(ends) == 1 and all(line.spans for line in lines)


def _grid_col(leaf: Leaf) -> int:
    return leaf.tok.col if leaf.tok else 0


def _distinct(leaves: Sequence[Leaf]) -> bool:
    keys = [(leaf.row.id if leaf.row else "", leaf.slot.col.id if leaf.slot.col else "") for leaf in leaves]
    return len(set(keys)) == len(keys)


def _target(table: Table, tok: Tok, role: Role) -> Target | None:
    if tok.match is None:
        return None
    found = tok.match.of(table.id, role)
    return found[0] if found else None


def _column(table: Table, tok: Tok) -> Column | None:
    found = _target(table, tok, "col")
    return found.col if found and found.col and found.col.kind == "value" else None


def _row(table: Table, tok: Tok) -> Row | None:
    found = _target(table, tok, "row")
    return found.row if found else None


def _out_of_order(ids: Sequence[str], default: Header) -> bool:
    """Whether the leaves that could be read contradict the form's own order."""
    order = [leaf.slot.col.id for leaf in default.leaves if leaf.slot.col]
    places = [order.index(id_) for id_ in dict.fromkeys(ids)]
    return places != sorted(places)


def _expanded(table: Table, toks: Sequence[Tok], leaves: Sequence[Leaf]) -> list[Leaf]:
    """Leaves in reading order, those of a band moved to where the band stands."""
    bands = {found.id for tok in toks if (found := _target(table, tok, "colgroup"))}
    by_band: dict[str, list[Leaf]] = {band: [] for band in bands}
    for leaf in leaves:
        if leaf.slot.col and leaf.slot.col.group in bands:
            by_band[leaf.slot.col.group].append(leaf)
    ordered: list[Leaf] = []
    own = {id(leaf.tok): leaf for leaf in leaves}
    for tok in toks:
        band = _target(table, tok, "colgroup")
        if band:
            ordered += by_band.pop(band.id, [])
        elif (own_leaf := own.get(id(tok))) and own_leaf.slot.col and own_leaf.slot.col.group not in bands:
            ordered.append(own_leaf)
    return ordered


def _under(leaf: Leaf, blocks: Sequence[tuple[Tok, Row]]) -> Leaf:
    """The leaf with the block whose cell spans its column (the lowest one when several do)."""
    at = leaf.tok
    covering = [row for tok, row in blocks if at and tok.col <= at.col < tok.col + tok.colspan and tok.row < at.row]
    return Leaf(leaf.slot, leaf.tok, covering[-1] if covering else None)


def block_order(table: Table, toks: Sequence[Tok]) -> list[Row]:
    """The blocks that header cells name, in the order of their values; none where the header contradicts itself."""
    if not _bands_agree(table, toks):
        return []
    return _block_order(table, toks, [row for tok in toks if (row := _row(table, tok)) is not None])


def _by_runs(
    table: Table, toks: Sequence[Tok], leaves: Sequence[Leaf], blocks: Sequence[Row], *, strict: bool = False
) -> Header:
    """Leaves cut into runs where a label comes again; each run belongs to one block.

    `strict`: a label is there that the form does not have, so the form's own order is never taken instead.
    """
    default = default_header(table)
    runs: list[list[Leaf]] = []
    for leaf in leaves:
        seen = {other.slot.col.id for other in runs[-1] if other.slot.col} if runs else set()
        if not runs or (leaf.slot.col and leaf.slot.col.id in seen):
            runs.append([])
        runs[-1].append(leaf)
    order = _block_order(table, toks, blocks)
    if not runs:
        return Header((), printed=False) if not blocks else default
    if not blocks and len(runs) == 1:
        return Header(tuple(runs[0]))  # a layout of one row a block: the row's own label names the block
    if not _bands_agree(table, toks):
        return Header(())
    if len(runs) != len(order) or any(len(run) != len(runs[0]) for run in runs):
        in_form_order = [row.id for row in order] == [row.id for row in table.value_rows]
        lost = len(leaves) < len(default.leaves) and not strict
        return default if in_form_order and lost else Header(())
    return Header(tuple(_zip_runs(toks, runs, order)))


def _bands_agree(table: Table, toks: Sequence[Tok]) -> bool:
    """Whether the labels in the line of a band (行政复议 beside 行政诉讼) are blocks without a band: else they changed
    places."""
    lines = {tok.row for tok in toks if _target(table, tok, "rowgroup") is not None}
    beside = [row for tok in toks if tok.row in lines and (row := _row(table, tok)) is not None]
    return all(row.group is None for row in beside) or len(beside) == len(table.value_rows)


def _block_order(table: Table, toks: Sequence[Tok], blocks: Sequence[Row]) -> list[Row]:
    """Blocks in the order of their values: a band (行政诉讼) stands for the blocks under it."""
    ordered: list[Row] = []
    rest = list(dict.fromkeys(blocks))
    for tok in toks:
        row, band = _row(table, tok), _target(table, tok, "rowgroup")
        members = [row] if row else [r for r in rest if band and r.group == band.id]
        for member in members:
            if member in rest:
                rest.remove(member)
                ordered.append(member)
    return ordered


def _zip_runs(toks: Sequence[Tok], runs: Sequence[list[Leaf]], order: Sequence[Row]) -> list[Leaf]:
    """Give each run its block.

    In a header of three rows the leaves of a block without a band stand one row above the others, so their run is read
    first wherever their values stand.
    """
    printed = {id(leaf.tok): at for at, run in enumerate(runs) for leaf in run}
    banded = any(row.group for row in order)
    upper = [row for row in order if not row.group]
    reading = [*upper, *(row for row in order if row.group)] if banded else list(order)
    cols = [_grid_col(leaf) for run in runs for leaf in run]
    if not _upper_first(toks, printed, reading) or cols == sorted(set(cols)):
        reading = list(order)
    by_block = {row.id: run for row, run in zip(reading, runs, strict=True)}
    return [Leaf(leaf.slot, leaf.tok, row) for row in order for leaf in by_block[row.id]]


def _upper_first(toks: Sequence[Tok], printed: dict[int, int], reading: Sequence[Row]) -> bool:
    """Whether a block's label stands after leaves began: then the header has three rows."""
    first_leaf = next((at for at, tok in enumerate(toks) if id(tok) in printed), len(toks))
    names = {row.id for row in reading if row.group}
    later = toks[first_leaf:]
    return any(t.role == "row" and t.id in names for tok in later if tok.match for t in tok.match.targets)
