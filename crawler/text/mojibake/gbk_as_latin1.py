"""GBK or GB18030 read as ISO 8859-1 or windows-1252: Õþ¸® is 政府.

Almost any two bytes above ASCII are a character of GBK, so nothing but the characters themselves is proof: a run is
read so only if it then is Chinese of this field, and it must be letters with accents that stand there (leader dots
are bytes, too: `····` would be 贩贩).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crawler.text.mojibake import evidence
from crawler.text.mojibake.model import Kind, Part, Passage, plain, read
from crawler.text.mojibake.runs import CONFIRMED
from crawler.text.mojibake.shown import View, as_latin1
from crawler.text.mojibake.utf8 import Hole
from crawler.text.script import simplify_char

_FOUR = "[\x81-\xfe][0-9][\x81-\xfe][0-9]"
_PAIR = f"(?:[\x81-\xfe][@-~\x80-\xfe]|{_FOUR})"
_RUN = re.compile(f"{_PAIR}(?:{_PAIR}|[\x81-\xfe]\ufffd|\ufffd[@-~\x80-\xfe])*+")
_UNIT = re.compile(f"(?P<whole>{_PAIR}++)|(?P<hole>..)", re.S)
_LETTER = re.compile("[\xc0-\xd6\xd8-\xf6\xf8-\xff]")

FEW = 2
"""Different characters that a run must have."""

LOST: Hole = Hole((((None, None, None),),), "\ufffd")
"""A character that lost a byte. Nothing is guessed: few characters have such bytes, and they are rare ones."""


def _parts(data: str) -> tuple[Part, ...] | None:
    """What the bytes say; None if they are not GB18030."""
    parts: list[Part] = []
    for match in _UNIT.finditer(data):
        if match["hole"]:
            parts.append(LOST)
            continue
        try:
            parts.append(match["whole"].encode("latin-1").decode("gb18030"))
        except UnicodeDecodeError:
            return None
    return tuple(parts)


def _runs(view: View) -> Iterator[Passage]:
    for match in _RUN.finditer(view.data):
        parts = _parts(match[0])
        if parts:
            yield Passage(match.start(), match.end(), parts)


def _find(text: str, misread: Callable[[str], bool]) -> Iterator[Passage]:
    found = [(passage, _judged(text, passage)) for passage in _runs(as_latin1(text))]
    sure = [passage for passage, good in found if good]
    read_surely = sum(passage.characters for passage in sure)
    heavy = 2 * sum(passage.end - passage.start for passage in sure) >= len(evidence.NOT_ASCII.findall(text))
    for passage, good in found:
        if good:
            yield passage
        elif misread(plain(passage.parts)):
            yield Passage(passage.start, passage.end, passage.parts, deeper=True)
        elif read_surely >= CONFIRMED and _fits(text, passage, heavy=heavy):
            yield passage


_SIGNS = frozenset("×÷±°·")
"""They stand in clean text; as bytes they are 作 and 北."""


_PRONOUNCED = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüɡ")
"""Letters of a pronunciation, which GBK has too: h¨¦ in 和(h¨¦)."""


def _fits(text: str, passage: Passage, *, heavy: bool) -> bool:
    before, after = text[passage.start : passage.end], read(passage.parts)
    beside = text[max(0, passage.start - 1) : passage.start] + text[passage.end : passage.end + 1]
    if _SIGNS.issuperset(before):
        return heavy and all(char in "()<>\n" for char in beside)
    if _PRONOUNCED.issuperset(after):
        return heavy
    in_word = any(char.isascii() and char.isalpha() for char in beside)
    if len(before) == 2 and (in_word or before[1] < "\x80"):
        # A letter with an accent and the one behind it: Müller is M黮ler.
        return evidence.share_usual(after) == 1.0 and simplify_char(after) == after
    return evidence.fits_in(before, after, heavy=heavy)


def _judged(text: str, passage: Passage) -> bool:
    before, after = text[passage.start : passage.end], read(passage.parts)
    letters = 4 * len(_LETTER.findall(before)) >= len(before)
    if len(set(before)) < (3 if letters else 4) or len(set(after)) < FEW:
        return False  # `ÖÖÖÖ` and leader dots
    return evidence.pairs_are_better(after, letters=letters)


KIND = Kind("gbk_as_latin1", "gbk_twice", _find)
