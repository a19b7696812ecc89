"""Runs of UTF-8 that were read as something else, found in a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from crawler.text import lexicon
from crawler.text.mojibake import evidence
from crawler.text.mojibake.model import Part, Passage, plain, read
from crawler.text.mojibake.shown import View, latin_table
from crawler.text.mojibake.utf8 import MARK, NARROW, Grammar, Hole, Unit, units

CONFIRMED = 4
"""Characters read without doubt from which on a text counts as damaged in this way: then less is proof elsewhere."""


@dataclass(frozen=True, slots=True)
class Search:
    """The search of one text.

    Attributes:
        view: the text and its bytes.
        grammar: how runs of UTF-8 look in them.
        misread: tells whether a reading is misread text itself.
    """

    view: View
    grammar: Grammar
    misread: Callable[[str], bool]

    @property
    def _structure(self) -> int:
        """Characters whose structure alone is proof: each takes three signs of 8-bit text, but two of them in GBK."""
        return 2 if self.grammar is NARROW else 4

    def passages(self) -> Iterator[Passage]:
        """What is UTF-8 read as something else, in reading order."""
        if self.grammar is NARROW and not self._worth():
            return
        every = list(_runs(self.view, self.grammar))
        runs = [run for run in every if not self._letters(run)]
        verdicts = [self._verdict(run) for run in runs]
        sure = [passage for passage in verdicts if passage]
        confirmed = sum(map(_strength, sure)) >= CONFIRMED
        together = not confirmed and self._together(every)
        if not confirmed and not together:
            yield from sure
            return
        heavy = together or self._heavy(sure)
        deep = any(passage.deeper for passage in sure)
        places = [passage.start for passage in sure]
        judged = {run.start: (run, verdict) for run, verdict in zip(runs, verdicts, strict=True)}
        for run in every:
            near = heavy or _near(run, places)
            if run.start not in judged:
                if near and self._letter_fits(run, heavy=heavy):  # of a pronunciation: hÃ© in 和(hÃ©)
                    yield replace(run, deeper=deep and self._also_deep(run))
                continue
            run, verdict = judged[run.start]
            if verdict:
                yield verdict
            elif deep and near and self._also_deep(run):
                yield replace(run, deeper=True)
            elif self._small_fits(run, heavy=heavy, near=near):
                yield run

    def _worth(self) -> bool:
        """Whether one run of 8-bit text is proof, or most of the text are runs: in GBK that was read so few are."""
        inside = 0
        for match in self.grammar.run.finditer(self.view.data):
            inside += match.end() - match.start()
            if self._parted(match.start(), match.end()):
                passage = _passage(self.view, self.grammar, match)
                if passage and self._verdict(passage):
                    return True
        return 2 * inside >= len(evidence.NOT_ASCII.findall(self.view.text))

    def _letters(self, run: Passage) -> bool:
        """Whether a run is a single character of two bytes, of which clean text in other codes is full."""
        first, last = run.start, run.end
        if self.view.starts is not None:
            first, last = self.view.starts[first], self.view.starts[last]
        return last - first < 3 and not _HAS_MARK.search(self.view.data[first:last])

    def _before(self, passage: Passage) -> str:
        return self.view.text[passage.start : passage.end]

    def _heavy(self, passages: list[Passage]) -> bool:
        """Whether most of the text that is not ASCII lies in these passages."""
        inside = sum(len(evidence.NOT_ASCII.findall(self._before(passage))) for passage in passages)
        return 2 * inside >= len(evidence.NOT_ASCII.findall(self.view.text))

    def _verdict(self, passage: Passage) -> Passage | None:
        """The passage if it is what was meant, marked if it is misread again; else None."""
        if self._order_mark(passage):
            return passage
        if self.grammar is NARROW and not self._alone(passage):
            return None
        text = read(passage.parts).replace("\ufffd", "")
        if self._marked(passage):
            return passage
        if len(text) >= FEW_DEEPER and self.misread(plain(passage.parts)):
            return Passage(passage.start, passage.end, passage.parts, deeper=True)
        better = evidence.utf8_is_better(self._before(passage), text, self._structure, self._around(passage))
        return passage if better else None

    def _around(self, passage: Passage) -> tuple[str, str] | None:
        """What stands on both sides; None if pairs of bytes vanished in the passage without a mark."""
        text = self.view.text
        if self.grammar is not NARROW and any(isinstance(part, Hole) and not part.marks for part in passage.parts):
            return None
        return text[max(0, passage.start - AROUND) : passage.start], text[passage.end : passage.end + AROUND]

    def _order_mark(self, passage: Passage) -> bool:
        """Whether the passage is a byte order mark alone, before the text or before markup."""
        first, *rest = passage.parts
        if isinstance(first, Hole):
            before_markup = self.view.text[passage.end : passage.end + 1] in ("<", "!")
            return first.order_mark and not rest and ("\ufffd" in first.marks or before_markup)
        if first.rstrip("\ufeff") or any(isinstance(part, Hole) or part >= "\x80" for part in rest):
            return False
        return self.grammar is NARROW or not passage.start or rest == ["<"]

    def _alone(self, passage: Passage) -> bool:
        """Whether no other bytes above ASCII stand beside it: in GBK read as 8-bit text some bytes look like UTF-8."""
        return self._parted(passage.start, passage.end) or passage.characters >= _LONG

    def _parted(self, start: int, end: int) -> bool:
        data = self.view.data
        beside = data[max(0, start - 1) : start] + data[end : end + 1]
        return end - start >= 3 * _LONG or not any("\x80" <= char <= "\xff" for char in beside)

    def _marked(self, passage: Passage) -> bool:
        """Whether characters of 8-bit text, whole or with each lost byte marked, follow one another."""
        if self.grammar is not NARROW:
            return False
        holes = [part for part in passage.parts if isinstance(part, Hole)]
        marked = [hole for hole in holes if hole.marks and hole.ways[0][0][0] in _CHINESE_FIRST]
        if "\ufffd" in read(passage.parts):
            return True
        few = FEW if all("?" not in hole.marks for hole in holes) else CONFIRMED
        return len(marked) > 0 and len(marked) + passage.characters >= few

    def _together(self, runs: list[Passage]) -> bool:
        """Whether runs that prove nothing each do so together: most of the text are such runs, all of them Chinese."""
        after = "".join(char for run in runs for char in read(run.parts) if char not in _PRONOUNCED)
        before = "".join(map(self._before, runs))
        if len(after) >= CONFIRMED and evidence.share_good(after) >= 0.9:
            return evidence.share_usual(before) <= 0.4 and self._heavy(runs)
        shown = [char for char in evidence.NOT_ASCII.findall(before) if char not in _MARKS]
        every = len(shown) == sum(char not in _MARKS for char in evidence.NOT_ASCII.findall(self.view.text))
        fine = not after or (evidence.is_chinese(after) and evidence.share_known(after) == 1.0)
        if not every or not fine or not 0 < len(shown) <= SHORT:
            return False
        if set(shown) <= _HALF_SIGNS:
            return True
        if self.grammar is NARROW:
            if sum(map(_strength, runs)) >= 3 and not after:
                return all(char >= "\xe3" for char in shown if not _is_second(char))
            return _is_no_typography(before) and (
                sum(map(_pieces, runs)) >= FEW
                or set(after) <= lexicon.signs()
                or (len(after) > 0 and not _LATIN.search(self.view.text))
            )
        return sum(map(_strength, runs)) >= 3 and evidence.share_written(before) <= 0.4

    def _also_deep(self, passage: Passage) -> bool:
        """Whether a short run is misread twice like others of its text: what it says is no Chinese yet."""
        text = read(passage.parts)
        if self.grammar is NARROW:
            return bool(text) and all("\x80" <= char <= "\xff" or ord(char) in latin_table() for char in text)
        if not text or not evidence.is_chinese(text.replace("€", "")):  # 前夕 would be two letters of no language
            return False
        if any(isinstance(part, Hole) and not part.marks for part in passage.parts):
            return False  # no software loses a byte without a trace: 扈江
        return evidence.share_usual(text) <= 0.5 and evidence.share_usual(self._before(passage)) <= 0.5

    def _ends_word(self, passage: Passage) -> bool:
        """Whether a Latin letter stands before it."""
        beside = self.view.text[max(0, passage.start - 1) : passage.start]
        return beside.isascii() and beside.isalpha()

    def _letter_fits(self, passage: Passage, *, heavy: bool) -> bool:
        """Whether a single character of two bytes, near others that were misread, was meant.

        In GBK most of these are common Chinese (息 is Ϣ): there only letters of a pronunciation count, in brackets, and
        signs between numbers (2.4脳1.2 is 2.4×1.2) where most of the text is misread.
        """
        if self.grammar is NARROW:
            return self._alone(passage) and (
                passage.characters > 0 or self._small_fits(passage, heavy=heavy, near=True)
            )
        char, text = read(passage.parts), self.view.text
        before, behind = text[max(0, passage.start - 8) : passage.start], text[passage.end : passage.end + 8]
        if heavy and char in _SIGNS:
            return (not before or before[-1].isascii()) and (not behind or behind[0].isascii())
        if not set(char) <= _PRONOUNCED:
            return False
        return _SYLLABLE_BEFORE.search(before) is not None and _SYLLABLE_BEHIND.match(behind) is not None

    def _small_fits(self, passage: Passage, *, heavy: bool, near: bool) -> bool:
        before, text = self._before(passage), read(passage.parts)
        holes = [part for part in passage.parts if isinstance(part, Hole)]
        unmarked = any(not hole.marks for hole in holes)
        if text and unmarked and self.grammar is not NARROW:
            # No software loses a byte without a trace; 扈江 is such a run by chance.
            return evidence.share_usual(before) <= 0.3 and evidence.share_usual(text) == 1.0
        if text:
            return evidence.fits_in(before, text, heavy=heavy, letters=self.grammar is NARROW)
        if self.grammar is NARROW:
            whole_left = not unmarked and all(len(hole.ways[0][0]) == 3 for hole in holes)
            if unmarked and self._ends_word(passage) and not _is_no_typography(before):
                return False  # café…
            return heavy or (near and whole_left)
        if unmarked:
            return False
        if evidence.share_usual(before) == 0.0:
            return True
        # 答复?不服 is no lost byte; U+FFFD always is one. 鏈 is common in traditional script alone.
        return near and (evidence.share_written(before) <= 0.5 or "\ufffd" in before)


_SIGNS = frozenset("×÷±°·²³µ§")
_PRONOUNCED = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿêɑɡ")
_SHOWN = "".join(sorted({char.encode("utf-8").decode("gbk") for char in _PRONOUNCED if len(char.encode("utf-8")) == 2}))
_SYLLABLE_BEFORE = re.compile(f"[(（\\s][A-Za-z{_SHOWN}]{{0,6}}$")
_SYLLABLE_BEHIND = re.compile(f"[A-Za-z{_SHOWN}]{{0,6}}[)）\\s]")
"""What stands around a letter of a pronunciation: qǐng in (qǐng) shows as q菒ng."""

SHORT = 40
"""Characters up to which a text is judged as a whole."""

_LATIN = re.compile("[A-Za-z]")
_MARKS = frozenset("?？\ufffd")
_HALF_SIGNS = frozenset("銆锛")
"""The first two bytes of a full stop or comma in UTF-8, as GBK: only misread text holds these two."""

_TYPOGRAPHY = frozenset("\xa0’”…–—»°·›´")
"""Bytes above 7F that may follow a letter with an accent in clean text: `été…`."""


def _is_no_typography(before: str) -> bool:
    """Whether 8-bit text has signs behind its letters that no language writes there."""
    return any(_is_second(char) and char not in _TYPOGRAPHY for char in before)


def _is_second(char: str) -> bool:
    """Whether 8-bit software shows so a byte that is not the first of a character in UTF-8."""
    return "\x80" <= char < "\xc0" or ord(char) in latin_table()


def _strength(passage: Passage) -> int:
    """Characters that were read, and lost ones of which so much is left that they were there for certain."""
    holes = [part for part in passage.parts if isinstance(part, Hole)]
    return passage.characters + sum(bool(hole.marks) and hole.tells for hole in holes)


def _pieces(passage: Passage) -> int:
    """The same, with lost characters of which two bytes are left without a mark."""
    return passage.characters + sum(isinstance(part, Hole) and part.tells for part in passage.parts)


AROUND = 4
"""Characters on both sides of a short run that tell whether it fits."""

NEAR = 30
"""Characters between a run and one that is read without doubt, so that a mark of loss is taken for one."""


def _near(run: Passage, places: list[int]) -> bool:
    at = bisect_left(places, run.start)
    return any(abs(place - run.start) <= NEAR for place in places[max(0, at - 1) : at + 1])


FEW, _LONG = 2, 8
"""Characters with marked bytes that are proof; characters that are proof whatever stands beside them."""

FEW_DEEPER = 3
"""Shortest reading that is looked at for misreading of its own."""

_CHINESE_FIRST = range(0xE3, 0xF0)


_HAS_MARK = re.compile(MARK)


def _runs(view: View, grammar: Grammar) -> Iterator[Passage]:
    """Runs of UTF-8, also of one character of two bytes."""
    for match in grammar.run.finditer(view.data):
        passage = _passage(view, grammar, match)
        if passage:
            yield passage


def _passage(view: View, grammar: Grammar, match: re.Match[str]) -> Passage | None:
    found = units(view.data, match.start(), match.end(), grammar, view.among)
    return _trimmed(view, found) if found else None


def _trimmed(view: View, found: list[Unit]) -> Passage | None:
    """The run cut back to whole characters of the text. An ASCII byte that the last one swallowed is given back."""
    first, last = 0, len(found)
    start = end = None
    while first < last and (start := view.place(found[first].start)) is None:
        first += 1
    tail = ""
    while last > first:
        stop = found[last - 1].end
        end, tail = view.place(stop), ""
        if end is None and view.data[stop] < "\x80":
            end, tail = view.place(stop + 1), view.data[stop]
        if end is not None:
            break
        last -= 1
    if start is None or end is None or last <= first:
        return None
    parts: list[Part] = [unit.what for unit in found[first:last]]
    if not any(isinstance(part, str) or part.tells for part in parts):
        return None
    return Passage(start, end, (*parts, tail) if tail else tuple(parts))
