"""The sections of a report: which lines are headings, how they nest, what stands in each.

Reports number their parts in every way there is: 一、 / （一） / 1. / 第一部分 / not at all, twice the same, one
missing, all in one paragraph. The scheme that names most statutory sections is taken as the top level; a numbered
list inside prose never is, because its numbers start again or its lines are sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from crawler.reports import headings, lost
from crawler.reports.blocks import Block
from crawler.reports.headings import Numeral, Scheme
from crawler.reports.model import Carrier, Section
from crawler.reports.pieces import Piece, cut

_RANK: Mapping[Scheme, int] = {"part": 1, "cn": 1, "paren": 2, "arabic": 3, "aparen": 4, "none": 1}
_ANNEX = re.compile(
    r"(?:详?见|参见|请见|附)(?:本报告|文末|文后|以?下)?[“\"《]?(?:附件|附表|附录|下载|下图|下表|附后|表格)|附件\d?[:：]|附表\d?[:：]"
)
_SIGN_DATE = re.compile(r"^[（(]?(?:19|20|二)[\d○〇零一二三四五六七八九０-９O]{2,3}\s?年.{1,6}月.{1,4}日[)）]?$")


@dataclass(slots=True)
class Node:
    """A section while it is being built. `grids` are numbers of the tables that stand in it (not in its
    sub-sections)."""

    num: str
    id: str | None
    heading: str
    rank: int
    number: int = 0
    implied: bool = False
    lines: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    grids: list[int] = field(default_factory=list)
    images: int = 0
    links: int = 0

    @property
    def bare(self) -> bool:
        """True when nothing stands in it."""
        return not (self.lines or self.children or self.grids or self.images)

    def every_grid(self) -> list[int]:
        """Numbers of all tables in it, sub-sections included."""
        return [*self.grids, *(grid for child in self.children for grid in child.every_grid())]

    def every_line(self) -> list[str]:
        """All text of it, sub-sections included."""
        return [*self.lines, *(line for child in self.children for line in [child.heading, *child.every_line()])]

    def any_image(self) -> bool:
        """True when an image stands in it or in a sub-section."""
        return self.images > 0 or any(child.any_image() for child in self.children)


@dataclass(frozen=True, slots=True)
class Outline:
    """A page's sections with the text before the first of them."""

    nodes: tuple[Node, ...]
    preamble: tuple[str, ...]

    @property
    def statutory(self) -> frozenset[str]:
        """Canonical ids of the sections found."""
        return frozenset(node.id for node in self.nodes if node.id)


def outline(blocks: Sequence[Block], tables: Mapping[int, Sequence[str]] = MappingProxyType({})) -> Outline:
    """Read the sections of a block sequence (tables already grouped and numbered).

    `tables` says which statutory tables each grid number carries; with it, sections whose headings were lost above
    their tables are found.
    """
    pieces = cut(blocks)
    tops = _tops(pieces)
    implicit = lost.starts(pieces, tops, tables)
    nodes: list[Node] = []
    first = min(tops, default=len(pieces))
    for at, end in pairwise([*sorted({*tops, *implicit}), len(pieces)]):
        nodes.append(_node(pieces, at, end) if at not in implicit else _lost(pieces[at:end], implicit[at]))
    preamble = pieces[:first]
    implied = _implied(preamble, nodes)
    if implied:
        nodes.insert(0, implied)
    if nodes:
        _unsign(nodes[-1])
    lines = tuple(piece.text for piece in preamble if piece.kind == "text") if not implied else ()
    return Outline(tuple(nodes), lines)


# ------------------------------------------------------------------ which pieces are top headings


def _tops(pieces: Sequence[Piece]) -> list[int]:
    """Indexes of the pieces that are headings of the first level."""
    listed = _contents(pieces)
    found = _numbered_tops(pieces, _scheme(pieces), listed)
    return sorted([*found, *_unnumbered_tops(pieces, found, listed)])


def _strong(piece: Piece) -> bool:
    return piece.match.strength in ("exact", "close") and not piece.linked


def _scheme(pieces: Sequence[Piece]) -> Scheme:
    """The way in which top headings are numbered: the one that names most statutory sections, 一、 when in doubt."""
    named: dict[Scheme, set[str]] = {}
    for piece in pieces:
        if piece.numeral and piece.match.id and _strong(piece):
            named.setdefault(piece.numeral.scheme, set()).add(piece.match.id)
    counts = {scheme: len(ids) for scheme, ids in named.items()}
    if counts.get("cn", 0) >= 2 or not counts:
        return "cn"
    best = max(counts, key=lambda scheme: counts[scheme])
    return best if counts[best] >= (3 if best == "part" else 4) else "cn"


def _numbered_tops(pieces: Sequence[Piece], scheme: Scheme, listed: frozenset[int]) -> list[int]:
    found: list[int] = []
    last, current, seen = 0, "", set[str]()
    for at, piece in enumerate(pieces):
        number = piece.numeral
        if not number or number.scheme != scheme or piece.title is None or piece.linked or at in listed:
            continue
        if not _is_top(piece, number.number, last, current, seen):
            continue
        found.append(at)
        last, current = number.number, piece.match.id or ""
        seen.add(current)
    return found


def _is_top(piece: Piece, number: int, last: int, current: str, seen: set[str]) -> bool:
    """A strong match counts whatever its number, unless it repeats a section inside that section (一、存在的问题
    under 五、)."""
    counts_on = last < number <= last + 2
    if _strong(piece):
        return counts_on or piece.match.id not in seen or (number == last and piece.match.id != current)
    whole = not piece.rest and len(piece.title or "") <= 40
    return counts_on and (whole or len(piece.title or "") <= 24)


def _contents(pieces: Sequence[Piece]) -> frozenset[int]:
    """Indexes of a table of contents: three or more bare headings in a row that nearly all come again further down."""
    found: set[int] = set()
    titles = [headings.bare(piece.title) if piece.title and not piece.rest else "" for piece in pieces]
    last = {title: at for at, title in enumerate(titles) if title}
    start = 0
    while start < len(pieces):
        end = start
        while end < len(pieces) and titles[end]:
            end += 1
        again = sum(1 for at in range(start, end) if last[titles[at]] >= end)
        if end - start >= 3 and again * 5 >= (end - start) * 4:
            found.update(range(start, end))
        start = end + 1
    return frozenset(found)


def _unnumbered_tops(pieces: Sequence[Piece], tops: list[int], listed: frozenset[int]) -> list[int]:
    """Headings without a numeral: any known wording when next to nothing is numbered, else only what the standard
    prints."""
    seen = {pieces[at].match.id for at in tops}
    lax = len(tops) < 2
    chosen: dict[str, int] = {}
    for at, piece in enumerate(pieces):
        name = piece.match.id
        if at in listed or piece.numeral or piece.title is None or name is None or name in seen or not _strong(piece):
            continue
        wording = headings.bare(piece.title)
        if not (wording in headings.prescribed_wordings() or piece.level or (lax and piece.match.strength == "exact")):
            continue
        best = chosen.get(name)
        if best is None or len(wording) > len(headings.bare(pieces[best].title or "")):
            chosen[name] = at
    if lax and len(chosen) + len(tops) < 3:
        return []
    return list(chosen.values())


# ------------------------------------------------------------------ what stands in a section


def _node(pieces: Sequence[Piece], at: int, end: int) -> Node:
    head = pieces[at]
    number = head.numeral
    mark = number.mark if number else ""
    node = Node(mark, head.match.id, mark + (head.title or ""), rank=1, number=number.number if number else 0)
    if head.rest:
        node.lines.append(head.rest)
    _fill(node, pieces[at + 1 : end], number.scheme if number else "none")
    return node


def _fill(node: Node, pieces: Sequence[Piece], top: Scheme) -> None:
    """Put pieces under a section, opening sub-sections at sub-headings."""
    subs = _sub_headings(pieces, top)
    stack = [node]
    for at, piece in enumerate(pieces):
        if at in subs and piece.numeral:
            rank = _rank(piece.numeral.scheme, top)
            while stack[-1].rank >= rank and len(stack) > 1:
                stack.pop()
            child = Node(piece.numeral.mark, None, piece.numeral.mark + (piece.title or ""), rank, piece.numeral.number)
            text = piece.rest if piece.title else piece.numeral.rest
            if text:
                child.lines.append(text)
            stack[-1].children.append(child)
            stack.append(child)
        else:
            _put(stack[-1], piece)


def _rank(scheme: Scheme, top: Scheme) -> int:
    """Depth of a numbering scheme under a top level of another scheme; 一、 inside a 第一部分 or （一） report is
    level 2."""
    return 2 if scheme == "cn" or top == "paren" else max(2, _RANK[scheme])


def _put(node: Node, piece: Piece) -> None:
    if piece.grid is not None:
        node.grids.append(piece.grid)
    elif piece.kind == "image":
        node.images += 1
    elif piece.kind == "link":
        node.links += 1
    elif piece.text:
        node.lines.append(piece.text)


def _sub_headings(pieces: Sequence[Piece], top: Scheme) -> frozenset[int]:
    """Indexes of sub-headings: （一） that count on; 1. only where every sibling reads as a heading with text
    behind it."""
    found: set[int] = set()
    group: list[int] = []
    last = 0
    for at, piece in enumerate(pieces):
        number = piece.numeral
        if number is None or number.scheme in ("part", "none") or piece.linked:
            continue
        if number.scheme in ("paren", "cn"):
            found.update(_lists(pieces, group, at))
            group = []
            if _is_sub(piece, number, last, top):
                found.add(at)
                last = number.number
        elif number.scheme != top:
            if group and _restarts(number, pieces[group[-1]].numeral):
                found.update(_lists(pieces, group, at))
                group = []
            group.append(at)
    found.update(_lists(pieces, group, len(pieces)))
    return frozenset(found)


def _is_sub(piece: Piece, number: Numeral, last: int, top: Scheme) -> bool:
    """A （一） that starts or counts on; a 一、 (also inside a 一、 report) only as a short line of its own."""
    if number.number != 1 and number.number != last + 1 and not (piece.title and number.number > last):
        return False
    if number.scheme == "cn":
        return piece.title is not None and not piece.rest and len(piece.title) <= 30
    return number.scheme != top


def _restarts(number: Numeral, before: Numeral | None) -> bool:
    return before is not None and number.scheme == before.scheme and number.number <= before.number


def _lists(pieces: Sequence[Piece], group: list[int], end: int) -> list[int]:
    """The group's members when it is a run of headings; nothing when it is a list of sentences or of bare items."""
    if not group or any(pieces[at].title is None for at in group):
        return []
    filled = 0
    for n, at in enumerate(group):
        stop = group[n + 1] if n + 1 < len(group) else end
        filled += bool(pieces[at].rest) or stop > at + 1
    return list(group) if filled * 2 > len(group) or filled == len(group) else []


# ------------------------------------------------------------------ missing first heading, signature


def _lost(pieces: Sequence[Piece], section: str) -> Node:
    """A section whose heading was lost."""
    node = Node("", section, "", rank=1, implied=True)
    _fill(node, pieces, "cn")
    return node


def _implied(preamble: Sequence[Piece], nodes: Sequence[Node]) -> Node | None:
    """Section one whose heading is missing: the text before 二、主动公开政府信息情况, when no overview stands
    anywhere."""
    ids = [node.id for node in nodes]
    if "overview" in ids or len({name for name in ids if name}) < 2 or nodes[0].number == 1:
        return None
    if sum(len(piece.text) for piece in preamble if piece.kind == "text" and piece.level == 0) < 60:
        return None
    node = _lost(preamble, "overview")
    return node if node.children or len(node.lines) > 1 or len("".join(node.lines)) > 200 else None


def _unsign(node: Node) -> None:
    """Take the signature (name, date) off the end of the last section: it belongs to the report, not to that
    section."""
    while node.children:
        node = node.children[-1]
    lines = node.lines
    if len(lines) >= 2 and _SIGN_DATE.match(lines[-1]):
        lines.pop()
        if len(lines) >= 2 and len(lines[-1]) <= 40 and not re.search(r"[。；，,：:]", lines[-1]):
            lines.pop()


# ------------------------------------------------------------------ frozen result


def freeze(nodes: Sequence[Node], tables: Mapping[int, Sequence[str]]) -> tuple[Section, ...]:
    """The sections as values. `tables` says which statutory tables each grid number carries."""
    return tuple(_freeze(node, tables) for node in nodes)


def _freeze(node: Node, tables: Mapping[int, Sequence[str]]) -> Section:
    held = [name for grid in node.every_grid() for name in tables.get(grid, ())]
    return Section(
        num=node.num,
        id=node.id,
        heading=node.heading,
        text="\n".join(node.lines),
        subsections=freeze(node.children, tables),
        tables=tuple(dict.fromkeys(held)),
        implied=node.implied,
        carrier=carrier(node),
    )


def carrier(node: Node) -> Carrier | None:
    """`image` or `attachment` when a section without a table holds an image or only refers to an annex, else None."""
    if node.every_grid() or not node.id:
        return None
    if node.any_image():
        return "image"
    text = "".join(node.every_line())
    refers = len(text) <= 80 and (_ANNEX.search(text) or node.links)
    return "attachment" if refers else None
