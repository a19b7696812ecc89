"""Tables that were written as text: `|`-rows, rows with tabs (or columns aligned with blanks), one cell per line, one
row per line with single blanks, and everything in one long line.

Page extractors and mirrors flatten statutory tables in these ways. `regroup` finds the runs in a block sequence and
puts a grid where each run stood; whatever is not such a run stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.reports.blocks import Block, number_grids
from crawler.reports.grids import Grid, GridCell

_NOISE = re.compile(r"\|{40,}")
_RULER = re.compile(r"^[\s|:+=\-—─]*$")
_LONG = 120
_CELL = 80
_BETWEEN = 3
_LONGEST_LINE = 60_000
_SENTENCE = re.compile(r"[。！!]|；.{12}")
_ONE_NUMBER = re.compile(
    r"^(?:[+\-－−增减]?\s?\d[\d,，.]*|[０-９]+)\s?(?:元|万元|件|项|条|个|次|人次?|篇|份|宗)?\s?(?:[(（][^()（）]{1,12}[)）])?$"
)
_NULL = re.compile(r"^(?:/|／|\\|-{1,2}|－|—{1,2}|无|零|未统计|无统计|不涉及|不适用|暂无|没有)$")
_UNIT = re.compile(r"^(?:条|件|次|个|人|篇|人次|万元|元|——|—|项|份|宗)$")
_START = re.compile(
    r"^(?:第二十条\s?第?\s?[(（][一五六八九]+[)）]\s?项|信息内容|申请人情况|行政复议|统计指标|指标名称|指\s?标|"
    r"自然人|商业企业|[(（]?本列数据的勾稽关系.*|一\s?、\s?本年新收.{0,14}申请数?量?)$"
)
_START_CHARS = frozenset("第信申行统指自商（(本一")
_COLUMN = re.compile(r"自然人|商业企业|科研机构|社会公益组织|法律服务机构|结果维持|结果纠正|尚未审结|本期实际|本年累计")
_FORM_LABEL = re.compile(
    r"本年新收|上年结转|办理结果|结转下年度|第二十条第|信息内容|自然人|商业|本年制发|本年新制作|处理决定数量|结果维持|统计指标|"
    r"尚未审结|主动公开政府信息数|申请办结数|主动公开信息数|申请总数"
)
_GLUED = re.compile(r"[\u4e00-\u9fff][)）]?\d[\d,]*(?:\.\d+)?$")
_FIRST_ROW = re.compile(r"^(?:[(（]一[)）]|1\s?[.．、])\S")
_T3_LABEL = re.compile(r"本年(?:度)?新收|上年(?:度)?结转|本年度?办理结果|结转下(?:年度|一年)|继续办理")
_TOP = re.compile(r"^[一二三四五六七八九十]{1,3}\s?[、.．,，]\s?\S.{1,44}$")


def regroup(blocks: Sequence[Block]) -> list[Block]:
    """The block sequence with text tables as grids, all grids numbered in document order."""
    out = _tab_tables(_runs(_colon_tables(blocks), _is_pipe, _pipe_grid))
    return number_grids(_line_tables(out))


def _runs(
    blocks: Sequence[Block], member: Callable[[Block], bool], build: Callable[[list[Block]], list[Block]]
) -> list[Block]:
    """Each maximal run of member blocks replaced by what `build` makes of it."""
    out: list[Block] = []
    run: list[Block] = []
    for block in blocks:
        if member(block):
            run.append(block)
            continue
        if run:
            out.extend(build(run))
            run = []
        out.append(block)
    return out + (build(run) if run else [])


# ------------------------------------------------------------------ |-rows


def _is_pipe(block: Block) -> bool:
    return block.kind == "text" and "|" in block.text


def _pipe_grid(run: list[Block]) -> list[Block]:
    out: list[Block] = []
    table: list[tuple[int, list[str]]] = []
    for line, row in _pipe_rows(run):
        prose = _lone_prose(row)
        if prose is None:
            table.append((line, row))
            continue
        out.extend(_table_or_lines(table, "pipe"))
        out.append(Block("text", prose, line=line))
        table = []
    return out + _table_or_lines(table, "pipe")


def _pipe_rows(run: list[Block]) -> list[tuple[int, list[str]]]:
    """Cells of each row with its line; a row that was broken inside a cell is joined again, rulers and rows of nothing
    are dropped."""
    joined: list[tuple[int, str]] = []
    framed = sum(1 for block in run if block.text.startswith("|")) * 2 > len(run)
    for block in run:
        line = _NOISE.sub("|", block.text).strip()
        if _RULER.match(line) and not re.search(r"\|\s?[-—]\s?\|", line):
            continue
        if framed and joined and not line.startswith("|") and not joined[-1][1].endswith("|"):
            joined[-1] = (joined[-1][0], f"{joined[-1][1]} {line}")
        else:
            joined.append((block.line, line))
    return [(number, _cells(line)) for number, line in joined]


def _cells(line: str) -> list[str]:
    """Cells between the pipes; one pipe at each end is a frame, not an empty cell."""
    line = line.removeprefix("|")
    line = line.removesuffix("|")
    return [cell.strip() for cell in line.split("|")]


def _lone_prose(row: list[str]) -> str | None:
    """The text of a row with one filled cell that is prose or a section heading, not a label."""
    filled = [cell for cell in row if cell]
    if len(filled) != 1:
        return None
    text = filled[0]
    if len(text) > _LONG or _SENTENCE.search(text):
        return text
    return text if _TOP.match(text) and not _T3_LABEL.search(text) else None


def _table_or_lines(rows: list[tuple[int, list[str]]], kind: str) -> list[Block]:
    """The rows as a grid when they form a table, else as text lines."""
    if len(rows) >= 2 and _is_table([row for _, row in rows]):
        return [Block("grid", grid=_grid(rows, kind))]
    return [Block("text", " | ".join(cell for cell in row if cell), line=line) for line, row in rows if any(row)]


def _is_table(rows: list[list[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    numbers = sum(1 for cell in cells if is_value(cell))
    labelled = sum(1 for cell in cells if len(cell) < _CELL and _FORM_LABEL.search(cell))
    wide = sum(1 for row in rows if len(row) > 1)
    return wide >= 1 and (labelled >= 2 or (numbers >= 2 and wide >= 2))


def _grid(rows: Sequence[tuple[int, Sequence[str]]], kind: str) -> Grid:
    """Rows, each with its line in the source, as a grid."""
    return Grid(
        rows=tuple(
            tuple(GridCell(text, r, c, line=line) for c, text in enumerate(row)) for r, (line, row) in enumerate(rows)
        ),
        kind=kind,
    )


# ------------------------------------------------------------------ label: number


_COLON = re.compile(r"^(?P<label>(?:其中[：:])?[^：:。]{2,80})[：:]\s*(?P<value>[^：:。]{0,24})$")
_LISTED = re.compile(
    r"主动公开(?:政府)?信息数|申请办结数|收到(?:政府信息公开)?申请|信函申请数|行政复议数|行政诉讼数|申请总数|举报数"
)
_FEWEST_LINES = 6
_FEWEST_LISTED = 3


def _colon_cells(block: Block) -> tuple[str, str] | None:
    """Label and value of a line like 主动公开政府信息数：12条; the value may be blank."""
    found = _COLON.match(block.text) if block.kind == "text" and len(block.text) <= _LONG else None
    if found is None or (found["value"] and not is_value(found["value"].strip())):
        return None
    return found["label"].strip(), found["value"].strip()


def _part(blocks: Sequence[Block], at: int) -> bool:
    """Whether a line without a number names a part of the list: a label, or a heading right above the next line."""
    following = _colon_cells(blocks[at + 1]) if at + 1 < len(blocks) else None
    return _lone_label(blocks[at]) or (following is not None and _TOP.match(blocks[at].text) is not None)


def _colon_tables(blocks: Sequence[Block]) -> list[Block]:
    """Runs of such lines that hold a list of indicators as grids; headings of its parts may stand between them.

    Single figures of another table (新收政府信息公开申请数量：12件) stay prose: nobody knows for which applicants.
    """
    out: list[Block] = []
    at = 0
    while at < len(blocks):
        if _colon_cells(blocks[at]) is None:
            out.append(blocks[at])
            at += 1
            continue
        end = last = at
        while end < len(blocks) and end - last <= _BETWEEN and (_colon_cells(blocks[end]) or _part(blocks, end)):
            last = end if _colon_cells(blocks[end]) else last
            end += 1
        run = blocks[at : last + 1]
        rows = [(block.line, list(_colon_cells(block) or (block.text,))) for block in run]
        valued = sum(1 for _, cells in rows if len(cells) > 1 and cells[1])
        listed = sum(1 for _, cells in rows if len(cells) > 1 and _LISTED.search(cells[0]))
        table = valued >= _FEWEST_LINES and listed >= _FEWEST_LISTED
        out.extend([Block("grid", grid=_grid(rows, "tabs"))] if table else run)
        at = last + 1
    return out


# ------------------------------------------------------------------ tabs


def _tabbed(block: Block) -> bool:
    return block.kind == "text" and "\t" in block.text and not _SENTENCE.search(block.text)


def _tab_tables(blocks: Sequence[Block]) -> list[Block]:
    """Runs of tabbed lines as grids; a band or label without a tab that stands inside a run belongs to it."""
    out: list[Block] = []
    at = 0
    while at < len(blocks):
        if not _tabbed(blocks[at]):
            out.append(_untabbed(blocks[at]))
            at += 1
            continue
        end = last = at
        while end < len(blocks) and end - last <= _BETWEEN and (_tabbed(blocks[end]) or _lone_label(blocks[end])):
            last = end if _tabbed(blocks[end]) else last
            end += 1
        run = blocks[at : last + 1]
        rows = [(block.line, block.text.split("\t")) for block in run]
        table = len(rows) >= 2 and _is_table([row for _, row in rows])
        out.extend([Block("grid", grid=_grid(rows, "tabs"))] if table else map(_untabbed, run))
        at = last + 1
    return out


def _lone_label(block: Block) -> bool:
    if block.kind != "text" or len(block.text) > _CELL or _SENTENCE.search(block.text):
        return False
    return not _TOP.match(block.text) or _T3_LABEL.search(block.text) is not None


def _untabbed(block: Block) -> Block:
    return replace(block, text=" ".join(block.text.split())) if "\t" in block.text else block


# ------------------------------------------------------------------ one cell per line


def is_value(text: str) -> bool:
    """True for what stands in a value cell: a number (with unit or remark) or a word or mark for none."""
    return _ONE_NUMBER.match(text) is not None or _NULL.match(text) is not None


def _line_tables(blocks: Sequence[Block]) -> list[Block]:
    """Runs of lines that hold cells as grids of one cell per row; lines of many words are taken apart before."""
    out: list[Block] = []
    ends = _Ends(blocks)
    at = refused = 0
    while at < len(blocks):
        block = blocks[at]
        if block.kind == "text" and at >= refused and _starts(blocks, at):
            end = refused = ends.behind(at)  # what begins later and ends there too holds no more values
            run = [(part.line, [cell]) for part in blocks[at:end] for cell in _words(part.text)]
            if sum(1 for _, cells in run if _valued(cells[0])) >= 2 and len(run) >= 4:
                out.append(Block("grid", grid=_grid(run, "lines")))
                at = end
                continue
        out.extend(_running(block) if block.kind == "text" and len(block.text) > _CELL else (block,))
        at += 1
    return out


def _starts(blocks: Sequence[Block], at: int) -> bool:
    """Whether a table begins here: with a line, its first word, or a label broken over two lines."""
    text = blocks[at].text
    if len(text) > _LONG:
        return False
    if _START.match(text) or (" " in text and _START.match(text.split(" ", 1)[0]) is not None):
        return True
    if " " in text and len(_COLUMN.findall(text)) >= 3:
        return True
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if following is None or following.kind != "text" or len(text) + len(following.text) > _CELL:
        return False
    return text[:1] in _START_CHARS and _START.match(text + following.text) is not None


def _valued(text: str) -> bool:
    """A value, or a label with a number right behind it (行政许可38)."""
    return is_value(text) or (len(text) <= _LONG and _GLUED.search(text) is not None)


def _words(text: str) -> list[str]:
    return text.split() if " " in text and not is_value(text) else [text]


def _running(block: Block) -> list[Block]:
    """A long line in which a table's labels and numbers follow one another, taken apart; any other line as it is."""
    if len(block.text) > _LONGEST_LINE or len(_FORM_LABEL.findall(block.text)) < 3:
        return [block]
    words = [Block("text", word) for word in block.text.split()]
    if sum(1 for word in words if is_value(word.text)) < 4:
        return [block]
    out: list[Block] = []
    ends = _Ends(words)
    at = refused = 0
    prose: list[str] = []
    while at < len(words):
        end = at
        if at >= refused and _starts(words, at):
            end = refused = ends.behind(at)
        run = [(block.line, [word.text]) for word in words[at:end]]
        if sum(1 for _, cells in run if is_value(cells[0])) >= 2 and len(run) >= 4:
            out.extend([replace(block, text=" ".join(prose))] if prose else [])
            out.append(Block("grid", grid=_grid(run, "lines")))
            at, prose = end, []
        else:
            prose.append(words[at].text)
            at += 1
    return out + ([replace(block, text=" ".join(prose))] if prose else [])


class _Ends:
    """Where tables end that begin in a block sequence, which is gone through once however many begin in it."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._stop = 0
        self._end = 0

    def behind(self, start: int) -> int:
        """Index behind the last line of a table that starts at `start`: behind the last value before a section
        heading, prose or another block."""
        if start >= self._stop:
            self._stop = self._end = self._first_stop(start + 1)
            while self._end > start + 1 and not _valued(self._blocks[self._end - 1].text.rsplit(" ", 1)[-1]):
                self._end -= 1
        return max(start + 1, self._end)

    def _first_stop(self, at: int) -> int:
        blocks = self._blocks
        while at < len(blocks) and not _stops(blocks, at):
            at += 1
        return at


def _stops(blocks: Sequence[Block], at: int) -> bool:
    """Whether no table goes on at this line."""
    block = blocks[at]
    if block.kind != "text" or len(block.text) > _LONG or _SENTENCE.search(block.text):
        return True
    if len(block.text) > _CELL and not _holds_row(block.text):
        return True
    return _TOP.match(block.text) is not None and not _is_row_label(blocks, at)


def _holds_row(text: str) -> bool:
    """A long line is a row when it is one label of the form, or ends with numbers."""
    return _FORM_LABEL.search(text) is not None or all(map(is_value, text.split()[-2:]))


def _is_row_label(blocks: Sequence[Block], at: int) -> bool:
    """A line like 四、行政复议数量 is a row label of the 2014 form, not a heading, when a unit or a number follows
    it, in the line or below; the four numbered rows of the requests table are labels, also broken over two lines."""
    following = blocks[at + 1].text if at + 1 < len(blocks) and blocks[at + 1].kind == "text" else ""
    text = blocks[at].text
    if (
        _T3_LABEL.search(text)
        or _GLUED.search(text)
        or (len(following) <= _CELL and _T3_LABEL.search(text + following))
    ):
        return True
    words = [*text.split()[1:], *following.split()]
    if _FIRST_ROW.match(following) and _valued(words[-1]) and not _SENTENCE.search(following):
        return True
    return bool(words) and (_UNIT.match(words[0]) is not None or is_value(words[0]))
