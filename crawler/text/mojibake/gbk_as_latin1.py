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
_FOUR_LOST = "\ufffd[0-9][\x81-\xfe][0-9]"
_RUN = re.compile(f"{_PAIR}(?:{_PAIR}|{_FOUR_LOST}|[\x81-\xfe]\ufffd|\ufffd[@-~\x80-\xfe])*+")
_UNIT = re.compile(f"(?P<whole>{_PAIR}++)|(?P<hole>{_FOUR_LOST}|..)", re.S)
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
    found: list[tuple[Passage, bool]] = []
    trust = 0
    for passage in _runs(as_latin1(text)):
        good = _annotates(text, passage) or _judged(text, passage, trusting=trust >= TRUSTED)
        trust += passage.characters if good else 0
        found.append((passage, good))
    sure = [passage for passage, good in found if good]
    read_surely = sum(passage.characters for passage in sure)
    if read_surely < CONFIRMED and _together(text, [passage for passage, _ in found]):
        yield from (passage for passage, _ in found)
        return
    heavy = 2 * sum(passage.end - passage.start for passage in sure) >= len(evidence.NOT_ASCII.findall(text))
    for passage, good in found:
        if good:
            yield passage
        elif misread(plain(passage.parts)):
            yield Passage(passage.start, passage.end, passage.parts, deeper=True)
        elif read_surely >= CONFIRMED and _fits(text, passage, heavy=heavy):
            yield passage


def _annotates(text: str, passage: Passage) -> bool:
    """Whether a passage is the letter of a pronunciation in brackets, which no clean text writes so: (w¨¨i) is wèi."""
    if not _PRONOUNCED.issuperset(read(passage.parts)):
        return False
    before, behind = text[max(0, passage.start - 8) : passage.start], text[passage.end : passage.end + 8]
    return _OPENED.search(before) is not None and _CLOSED.match(behind) is not None


_OPENED, _CLOSED = re.compile(r"\([a-z]{0,5}$"), re.compile(r"[a-z]{0,5}\)")

SHORT = 40
"""Characters of 8-bit text up to which a text is judged as a whole."""

LEAST = -11.0
"""Least log probability per character of what such a text says."""


def _together(text: str, passages: list[Passage]) -> bool:
    """Whether pairs that prove nothing each do so together: all that is not ASCII are such pairs, all of them Chinese.

    Words of European languages have single letters, and pairs within words."""
    after = "".join(char for passage in passages for char in read(passage.parts) if char not in _PRONOUNCED)
    before = "".join(text[passage.start : passage.end] for passage in passages)
    shown = evidence.NOT_ASCII.findall(text)
    if _SENTENCE_END.fullmatch(text):
        return True
    if len(set(after)) < TOGETHER or len(shown) > SHORT or len(shown) != len(evidence.NOT_ASCII.findall(before)):
        return False
    if not _LETTER.search(before) or "\ufffd" in text or _simplified(after) != after:
        return False
    if evidence.share_known(after) < 1.0 or evidence.share_good(after) < 0.6:
        return False
    if sum(len(read(passage.parts)) for passage in passages if _is_no_word(text, passage)) < 2:
        return False
    return evidence.likelihood(after) >= LEAST


_SENTENCE_END = re.compile("[\x00-\x7f]*[0-9A-Za-z%)](?:¡£|£¬|£»)\\s*")
"""Numbers or an address, and a full stop or comma behind them."""

TOGETHER = 3
"""Different characters that such a text must have."""


def _simplified(text: str) -> str:
    """The text in simplified script, character by character."""
    return "".join(map(simplify_char, text))


def _is_no_word(text: str, passage: Passage) -> bool:
    """Whether a passage cannot be letters of a word: signs are among them, or no letter stands beside them."""
    if any(not _LETTER.match(char) for char in text[passage.start : passage.end]):
        return True
    beside = text[max(0, passage.start - 1) : passage.start] + text[passage.end : passage.end + 1]
    return not any(char.isalpha() for char in beside)


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
    if (before[0], beside[-1:]) in (("“", "”"), ("‘", "’")):
        return False  # “×”
    in_word = any(char.isascii() and char.isalpha() for char in beside)
    if heavy and in_word and before[-1].islower() and beside.isupper() and len(beside) < 3:
        in_word = text[max(0, passage.start - 1) : passage.start].isalpha()  # 闽ICP is ÃöICP, and that no word
    if len(before) == 2 and (in_word or before[1] < "\x80"):
        # A letter with an accent and the one behind it: Müller is M黮ler.
        return evidence.share_usual(after) == 1.0 and simplify_char(after) == after
    return evidence.fits_in(before, after, heavy=heavy)


TRUSTED = 60
"""Characters read without doubt from which on the model is not asked about each run of common Chinese."""


def _judged(text: str, passage: Passage, *, trusting: bool) -> bool:
    before, after = text[passage.start : passage.end], read(passage.parts)
    letters = 4 * len(_LETTER.findall(before)) >= len(before)
    if trusting and letters and len(set(after)) >= TOGETHER and evidence.share_good(after) == 1.0:
        return True
    if len(set(before)) < (3 if letters else 4) or len(set(after)) < FEW:
        return False  # `ÖÖÖÖ` and leader dots
    return evidence.pairs_are_better(after, letters=letters)


KIND = Kind("gbk_as_latin1", "gbk_twice", _find)
