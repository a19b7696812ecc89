"""Logical rows out of text with one cell per line: labels, perhaps broken over lines, and the values between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.reports.binding.labels import LONGEST, LabelIndex, Match, Role, plain
from crawler.reports.binding.rows import LONGEST_GRID, Line, Tok, value_like
from crawler.reports.grids import Grid, GridCell

_LONGEST_JOIN = 4
_MARKS = frozenset("、.．,，)）")
_NUMBER = re.compile(r"[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})")
_GLUED = re.compile(r"(.*[^\W\d_a-zA-Z][)）”]?)(\d[\d,]*(?:\.\d+)?)")
_STARTS: tuple[Role, ...] = ("row", "group", "band", "title", "end")


def is_stream(grid: Grid) -> bool:
    """Whether the grid holds one cell per line, whatever it was made of."""
    if grid.kind == "lines":
        return True
    return len(grid.rows) >= 8 and all(len(row) <= 1 for row in grid.rows[:LONGEST_GRID])


def stream_lines(grid: Grid, index: LabelIndex) -> Iterator[Line]:
    """Logical rows of such a grid: every label starts one, values belong to the label before them."""
    current: list[Tok] = []
    table: str | None = None
    for tok in _joined(list(_pieces(grid, index)), index):
        table = _table(tok, table)
        if current and _breaks(current, tok, table):
            yield Line(tuple(current), grid.index, spans=False)
            current = []
        current.append(tok)
    if current:
        yield Line(tuple(current), grid.index, spans=False)


def _pieces(grid: Grid, index: LabelIndex) -> Iterator[Tok]:
    """Cells in reading order; a line that carries several values (or a label and values) is taken apart."""
    for row in grid.rows[:LONGEST_GRID]:
        for cell in row[:1]:
            if not cell.text and not cell.image:
                continue
            words = cell.text.split() if len(cell.text) <= 4 * LONGEST else [cell.text]
            tail = 0
            while tail < len(words) and value_like(words[-1 - tail]):
                tail += 1
            if tail >= 3 or (tail and tail < len(words) and len(words) > 2):
                head = " ".join(words[: len(words) - tail])
                for at, word in enumerate([head, *words[len(words) - tail :]]):
                    if word:
                        yield Tok(word, cell.row, cell.col + at, line=cell.line)
            elif (glued := _GLUED.fullmatch(cell.text)) and not value_like(cell.text):
                yield from _unglued(cell, glued[1], glued[2], index)
            else:
                yield Tok(cell.text, cell.row, cell.col, image=cell.image, line=cell.line)


def _unglued(cell: GridCell, label: str, number: str, index: LabelIndex) -> Iterator[Tok]:
    """A label and the number that stands right behind it (行政许可38); a text that is none stays whole."""
    if index.find_exact(cell.text) is None and index.find_exact(label) is not None:
        yield Tok(label, cell.row, cell.col, line=cell.line)
        yield Tok(number, cell.row, cell.col, line=cell.line)
    else:
        yield Tok(cell.text, cell.row, cell.col, image=cell.image, line=cell.line)


def _joined(toks: Sequence[Tok], index: LabelIndex) -> Iterator[Tok]:
    """Labels put together again (本年新 / 公开数量), the longest known one first; other texts as they are."""
    at = 0
    while at < len(toks):
        length, match = _longest(toks, at, index)
        tok = toks[at]
        if match is None:
            match = index.find(tok.text)
        text = "".join(t.text for t in toks[at : at + length])
        value = tok.image or (match is None and value_like(tok.text))
        yield Tok(text, tok.row, tok.col, image=tok.image, line=tok.line, value=value, match=match)
        at += length


def _longest(toks: Sequence[Tok], at: int, index: LabelIndex) -> tuple[int, Match | None]:
    if toks[at].image or len(toks[at].text) > LONGEST:
        return 1, None
    torn = value_like(toks[at].text)
    if torn and not (at + 1 < len(toks) and _torn_off(toks[at].text, toks[at + 1].text)):
        return 1, None
    length = 1
    texts = [toks[at].text]
    best: tuple[int, Match | None] = (1, None)
    while length < _LONGEST_JOIN and at + length < len(toks):
        following = toks[at + length]
        if following.image or value_like(following.text) or len(following.text) + sum(map(len, texts)) > LONGEST:
            break
        texts.append(following.text)
        length += 1
        found = index.find_exact("".join(texts))
        if found and (not torn or _numbered(found, texts[0])):
            best = (length, found)
    return best


def _torn_off(text: str, following: str) -> bool:
    """Whether a line may be the number of the label below it (2 / .重复申请): no label starts with the mark behind its
    number."""
    return following[:1] in _MARKS and _NUMBER.fullmatch(text) is not None


def _numbered(match: Match, number: str) -> bool:
    """Whether the form prints the label with this number; a value above a label that lost its number stays a value."""
    form = re.compile(rf"\W?{re.escape(plain(number))}\W")
    return any(target.row is not None and form.match(plain(target.row.zh)) for target in match.targets)


def _table(tok: Tok, current: str | None) -> str | None:
    """The table in which we are: changed by a label that only one table has."""
    if tok.match is None:
        return current
    tables = {target.table for target in tok.match.targets if target.role != "end"}
    if len(tables) == 1:
        return tables.pop()
    return current


def _breaks(current: Sequence[Tok], tok: Tok, table: str | None) -> bool:
    """Whether a token begins a new logical row."""
    last = current[-1]
    if tok.value:
        # The values of a table without row labels stand right behind its header. One such label alone is that of a row
        # in a table that was turned round.
        above = current[:-1] if _also_column(last, table) and not _only_column(last, table) else current
        return _headed(above, table)
    if last.value:
        return True
    if tok.match is None or _only_column(tok, table) or (_also_column(tok, table) and _headed(current, table)):
        return False
    return any(target.role in _STARTS and target.table in (table, "") for target in tok.match.targets)


def _headed(toks: Sequence[Tok], table: str | None) -> bool:
    """Whether the last two tokens are labels of columns only: 其他 behind them is a column, not a row."""
    return len(toks) > 1 and _only_column(toks[-1], table) and _only_column(toks[-2], table)


def _also_column(tok: Tok, table: str | None) -> bool:
    return tok.match is not None and table is not None and bool(tok.match.of(table, "col"))


def _only_column(tok: Tok, table: str | None) -> bool:
    if tok.match is None or table is None:
        return False
    roles = {target.role for target in tok.match.of(table)}
    return "col" in roles and not roles & {"row", "group"}
