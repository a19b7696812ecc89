"""Which label of which form a piece of text is: folding, exact lookup, and a bounded tolerant one.

Labels are compared after folding: NFKC, radicals and traditional characters mapped, numbering and punctuation dropped.
What is not exact (a few wrong, lost or cut characters) is told apart, so that it can be shown as a finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Literal

import opencc
from rapidfuzz.distance import Levenshtein

from crawler.reports.formats import Block, Column, Format, Row, Table, shared
from crawler.text.language import words

Role = Literal["row", "group", "col", "colgroup", "rowgroup", "band", "corner", "title", "end"]

LONGEST = 120
"""No statutory label is longer; a longer text is prose and is not looked up."""
_STRICT = frozenset({"title", "end", "corner"})
_NUMBERING = re.compile(
    r"^(?:[(\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[)\]][、.,]?|[、.,:])|\d{1,2}(?=[^\W\d_]))"
)
_BRACKETS = re.compile(r"[(\[<【][^()\[\]<>【】]*[)\]>】]")
_FOOTNOTE = re.compile(r"(?<=\w)\s?(?:[①-⑳*＊※¹²³]{1,3}|\[\d{1,2}\])$")
_DROPPED = re.compile(r"[^\w?]|_")
_LOST = str.maketrans({"�": "?", "□": "?", "*": "?"})
_FUZZY_BUDGET = 2000
_SHORT = 6
"""Labels with fewer characters are near to many words; see `LabelIndex._one_wrong`."""
_CACHE = 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """What a label stands for: a row, a column, a band … of one table of one format."""

    role: Role
    format: str
    table: str
    id: str = ""
    block: str | None = None
    row: Row | None = None
    col: Column | None = None

    @property
    def key(self) -> tuple[str, str, str | None, str]:
        """The same thing in two formats has one key."""
        return self.role, self.table, self.block, self.id


@dataclass(frozen=True)
class Match:
    """The targets that a text may be, the preferred format's first. `exact` is False where it was only close.

    A match of a known label is made once and serves every document, so it remembers what it was asked.
    """

    targets: tuple[Target, ...]
    exact: bool = True
    label: str = ""
    _asked: dict[tuple[str, tuple[Role, ...]], tuple[Target, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def of(self, table: str, *roles: Role) -> tuple[Target, ...]:
        """The targets in one table, of the given roles (all when none is given)."""
        key = (table, roles)
        found = self._asked.get(key)
        if found is None:
            found = tuple(t for t in self.targets if t.table == table and (not roles or t.role in roles))
            self._asked[key] = found
        return found

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables it may belong to, each once."""
        return tuple(dict.fromkeys(target.table for target in self.targets if target.role != "end"))


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, one to one: cheap, and enough for labels."""
    chars = [chr(code) for code in range(0x4E00, 0xA000)]
    converted = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    table = {ord(a): b for a, b in zip(chars, converted, strict=True) if a != b and len(b) == 1}
    return table | {ord(a): b for a, b in shared().radicals.items()}


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """NFKC, radicals and traditional characters mapped, all blanks removed; punctuation and numbering kept."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_simplified()).translate(_LOST).split())


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The comparable core of a label: without blanks, numbering, punctuation and a leading 其中."""
    bare = plain(_FOOTNOTE.sub("", text))
    for _ in range(2):  # `三、（一）` and the like carry two numberings
        bare = _NUMBERING.sub("", bare, count=1)
    bare = _DROPPED.sub("", bare)
    return bare.removeprefix("其中").replace("其它", "其他") or bare


@lru_cache(maxsize=16384)
def bracketless(text: str) -> str:
    """`fold` of the text without its bracketed remarks: `采购总金额（万元）` folds to 采购总金额."""
    return fold(_BRACKETS.sub("", plain(text)))


Labels = Mapping[str, Match]
"""Folded labels of a set of formats with what each may stand for, the preferred format's meanings first."""

_built: dict[tuple[int, ...], tuple[tuple[Format, ...], Labels]] = {}
_MOST_BUILT = 16


def labels_of(formats: tuple[Format, ...]) -> Labels:
    """Every label of these formats; the first format is preferred. Kept for the next document with the same formats."""
    key = tuple(map(id, formats))
    if key not in _built:
        exact: dict[str, list[Target]] = {}
        for item in formats:
            for text, target in _labels(item):
                # Without its brackets a band (第二十条第（一）项) names any of them.
                bare = bracketless(text) if target.role != "band" else ""
                for label in dict.fromkeys((fold(text), bare)):  # a set has another order in each run
                    if not label:
                        continue
                    bucket = exact.setdefault(label, [])
                    if all(target.key != other.key for other in bucket):
                        bucket.append(target)
        if len(_built) >= _MOST_BUILT:
            _built.clear()
        matches = {label: Match(tuple(targets), True, label) for label, targets in exact.items()}
        _built[key] = (formats, matches)  # the formats are kept too: an id is only theirs while they live
    return _built[key][1]


@dataclass
class LabelIndex:
    """Looks labels up for one document: what was looked up is remembered, and tolerant tries are limited."""

    exact: Labels
    _seen: dict[str, Match | None] = field(default_factory=dict)
    _seen_exact: dict[str, Match | None] = field(default_factory=dict)
    _fuzzy_left: int = _FUZZY_BUDGET

    def find(self, text: str) -> Match | None:
        """The match for a text, tolerant; None when it is no label. Long texts and endless misses are not tried."""
        if not text or len(text) > LONGEST:
            return None
        if text in self._seen:
            return self._seen[text]
        found = self.find_exact(text) or self._close(text)
        if len(self._seen) < _CACHE:
            self._seen[text] = found
        return found

    def find_exact(self, text: str) -> Match | None:
        """The match for a text that is a known label after folding; None otherwise."""
        if len(text) > LONGEST:
            return None
        if text not in self._seen_exact:
            found = self._lookup(text)
            if len(self._seen_exact) >= _CACHE:
                return found
            self._seen_exact[text] = found
        return self._seen_exact[text]

    def _lookup(self, text: str) -> Match | None:
        if text.isdecimal():
            return None  # most cells by far, and no label is only a number
        key = fold(text)
        return self.exact.get(key) or self._bare(text, key) or self.exact.get(key.lstrip("一二三四五六七八九十"))

    def _bare(self, text: str, key: str) -> Match | None:
        """The label without what stands in brackets, where that does not say another one: the brackets of
        第二十条（六）项 hold its number, and 免予公开范围4（国家秘密） is nearly 免予公开范围1（国家秘密）."""
        found = self.exact.get(bracketless(text))
        if found is None or found.targets[0].role == "band":
            return None
        nearly = self._misspelt(key)
        return None if nearly and not self._same([found.label, *nearly]) else found

    def _close(self, text: str) -> Match | None:
        """The one label that a text is nearly, with its bracketed remarks or without: cut short, gone on, or with a few
        wrong characters."""
        found, bare = self._near(fold(text)), bracketless(text)
        if found is not None or bare == fold(text) or self._misspelt(fold(text)):
            return found
        found = self._near(bare)
        return found if found is not None and found.targets[0].role != "band" else None

    def _near(self, key: str) -> Match | None:
        if len(key) < 3 or self._fuzzy_left <= 0 or not any("一" <= char <= "鿿" for char in key):
            return None
        self._fuzzy_left -= 1
        cut, misspelt = self._cut(key), self._misspelt(key)
        if cut and misspelt and not self._same([*cut, *misspelt]):
            return None  # 免予公开范围2（国家秘密）: the number says one label and the words another
        for labels in (cut, misspelt, self._one_wrong(key), self._lacking(key)):
            if labels and self._same(labels):
                return Match(self.exact[labels[0]].targets, False, labels[0])
        return None

    def _same(self, labels: Sequence[str]) -> bool:
        """Whether these labels all stand for the same, and for something that need not be printed exactly."""
        targets = [target for label in labels for target in self.exact[label].targets if target.role not in _STRICT]
        return bool(targets) and {t.key for t in targets} == {t.key for t in self.exact[labels[0]].targets}

    def _cut(self, key: str) -> list[str]:
        """Labels that go on where this text stops, or stop where it goes on; the longest first."""
        found = [
            label
            for label in self.exact
            if (label.startswith(key) or key.startswith(label))
            and min(len(label), len(key)) >= 6
            and max(len(label), len(key)) <= 2 * min(len(label), len(key))
        ]
        return sorted(found, key=len, reverse=True)

    def _one_wrong(self, key: str) -> list[str]:
        """Short labels with one other character (不予公天), where that makes no word: 行政处分 is not 行政处罚, nor
        工业企业 商业企业. A text that is as near to a second label (不以公开) is none."""
        if not 3 <= len(key) < _SHORT or "?" in key:
            return []
        close = [label for label in self.exact if Levenshtein.distance(label, key, score_cutoff=1) <= 1]
        found = [label for label in close if len(label) == len(key)]
        if (
            not found
            or found != close
            or any(_makes_word(key, at) for label in found if (at := _differing(label, key)) is not None)
        ):
            return []
        return found

    def _lacking(self, key: str) -> list[str]:
        """Labels that lost up to three characters in one place, as 其他法律行政止公开 did (法规禁)."""
        if len(key) < 8 or "?" in key:
            return []
        return [
            label
            for label in self.exact
            if 0 < (gap := len(label) - len(key)) <= 3
            and any(label[:at] == key[:at] and label[at + gap :] == key[at:] for at in range(4, len(key) - 2))
        ]

    def _misspelt(self, key: str) -> list[str]:
        """The nearest labels within the allowed number of wrong characters; lost characters (`?`) are allowed for."""
        lost = key.count("?")
        if lost * 3 > len(key):
            return []
        limit = (0 if len(key) < _SHORT else 1 if len(key) < 10 else 2 if len(key) < 16 else len(key) // 6) + lost
        near: list[tuple[int, str]] = []
        for label in self.exact:
            if limit and abs(len(label) - len(key)) <= limit:
                distance = Levenshtein.distance(label, key, score_cutoff=limit)
                if distance <= limit:
                    near.append((distance, label))
        best = min(near, default=(0, ""))[0]
        return [label for distance, label in near if distance == best]


def _differing(left: str, right: str) -> int | None:
    """The only place where two texts of one length differ; None where there are more, or none."""
    places = [at for at, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    return places[0] if len(places) == 1 else None


@cache
def _short_words() -> frozenset[str]:
    """General Chinese words of two to four characters. Read once, when the first short label is nearly one."""
    return frozenset(word for word, _ in words() if 2 <= len(word) <= 4)


def _makes_word(text: str, at: int) -> bool:
    """Whether the character at this place is part of a word: then it may be meant."""
    known = _short_words()
    pieces = (text[a:b] for a in range(at + 1) for b in range(max(at + 1, a + 2), len(text) + 1))
    return any(piece in known for piece in pieces)


def _labels(item: Format) -> Iterator[tuple[str, Target]]:
    for table in item.tables:
        yield from _table_labels(item, table)
    for section in item.sections:
        for text in (section.zh, *section.variants):
            if section.tables:
                yield from ((text, Target("title", item.id, table)) for table in section.tables)
            else:
                yield text, Target("end", item.id, "", section.id)


def _table_labels(item: Format, table: Table) -> Iterator[tuple[str, Target]]:
    for text in (table.zh, *table.aliases):
        yield text, Target("title", item.id, table.id)
    for text in (*table.header_words, *filter(None, [table.corner_note])):
        yield text, Target("corner", item.id, table.id)
    for block in table.blocks:
        yield from _block_labels(item, table, block)
    yield from _part_labels(item, table.id, None, table.rows, table.cols)


def _block_labels(item: Format, table: Table, block: Block) -> Iterator[tuple[str, Target]]:
    band = Target("band", item.id, table.id, block.id, block.id)
    yield block.band, band
    yield block.band.replace("条第", "条", 1), band  # 第二十条（一）项: the second 第 is often missing
    yield block.band.replace("第", "", 1), band
    yield from _part_labels(item, table.id, block.id, block.rows, block.cols)


def _part_labels(
    item: Format, table: str, block: str | None, rows: Iterable[Row], cols: Iterable[Column]
) -> Iterator[tuple[str, Target]]:
    for row in rows:
        role: Role = "row" if row.kind == "value" else "group"
        for text in (row.zh, *row.aliases):
            yield text, Target(role, item.id, table, row.id, block, row=row)
        if row.group:
            yield row.group, Target("rowgroup", item.id, table, row.group)
    for col in cols:
        for text in (col.zh, *col.aliases):
            yield text, Target("col", item.id, table, col.id, block, col=col)
        if col.group:
            yield col.group, Target("colgroup", item.id, table, col.group)
