"""Big5 read as GBK, and GBK read as Big5: 羆砰薄猵 is 總體情況, 珨軞极ロ錶 is 一总体情况.

Both codes share their first bytes and most of their second bytes, so that most text can be read either way without any
error. Only the characters tell: what comes of the wrong code is rare characters, kana and private characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from crawler.text import lexicon
from crawler.text.mojibake import evidence
from crawler.text.mojibake.candidates import frequency
from crawler.text.mojibake.model import Kind, Passage, read
from crawler.text.mojibake.runs import CONFIRMED
from crawler.text.mojibake.shown import gb_bytes

_RUN = re.compile("[\u00a4-\uffef]+")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff\ue000-\uf8ff]")
_EASTERN = re.compile("[\u3040-\u312f\u4e00-\u9fff\ue000-\uf8ff]")
"""What stands there must be ideographs, kana, or bopomofo: Müller and ㎡ are no Chinese."""

_SHORTEST = 4
"""Characters of a run that can prove something."""

SHORT = 40
"""Characters of a run up to which the model is asked which of both readings is Chinese."""

LIKELY = -7.0
"""Least log probability per character of Chinese that was meant."""

_SELDOM = 1_000
"""Frequency in jieba's dictionary up to which a character is a rare one."""


def _as_gbk(run: str) -> str | None:
    """The run as Big5, None if its bytes are not."""
    try:
        return gb_bytes(run).decode("big5hkscs")
    except UnicodeError:
        return None


def _as_big5(run: str) -> str | None:
    """The run as GB 18030, None if its bytes are not."""
    try:
        return run.encode("big5hkscs").decode("gb18030")
    except UnicodeError:
        return None


@cache
def signs() -> str:
    """Rare characters that common ones show as in the other code, for a class of a regular expression."""
    common, counts = lexicon.common(), frequency()
    found: set[str] = set()
    for char in common | lexicon.signs() - {"\ufffd"}:
        for wrong, right in (("big5hkscs", "gb18030"), ("gb18030", "big5hkscs")):
            try:
                found.update(char.encode(wrong).decode(right))
            except UnicodeError:
                continue
    # One character above U+FFFF would make searches for the class fifty times slower.
    rare = (char for char in found - common - lexicon.signs() if "\x7f" < char <= "\uffff" and counts[char] < _SELDOM)
    return "".join(sorted(rare))


@cache
def _strange() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(signs())}]")


def _finder(other: Callable[[str], str | None]) -> Callable[[str, Callable[[str], bool]], Iterator[Passage]]:
    def find(text: str, _: Callable[[str], bool]) -> Iterator[Passage]:
        strange = _strange()
        found: list[tuple[Passage, bool]] = []
        for match in _RUN.finditer(text):
            after = other(match[0]) if strange.search(match[0]) else None
            if after is not None:
                found.append((Passage(match.start(), match.end(), (after,)), _is_better(match[0], after)))
        sure = sum(passage.characters for passage, good in found if good)
        heavy = sure >= CONFIRMED and 2 * sure >= len(evidence.NOT_ASCII.findall(text))
        if heavy:  # then runs without a rare character may be misread, too: 号 is 腹
            places = {passage.start for passage, good in found if good}
            found = [(run, run.start in places or _fits(text, run)) for run in _all(text, other)]
        for passage, good in found:
            before, after = text[passage.start : passage.end], read(passage.parts)
            common = evidence.share_usual(after) == 1.0 > 2 * evidence.share_written(before)
            if good or (sure >= CONFIRMED and common and _EASTERN.search(before)):
                yield passage

    return find


FITTING = 6.0
"""How much likelier such a run must be where it stands, in natural logarithms."""


def _fits(text: str, run: Passage) -> bool:
    """Whether a run of a text that is misread elsewhere is Chinese in the other code, and likelier so."""
    before, after = text[run.start : run.end], read(run.parts)
    if not _IDEOGRAPH.search(before) or len(after) > SHORT or not evidence.is_chinese(after):
        return False
    around = text[max(0, run.start - 4) : run.start], text[run.end : run.end + 4]
    return evidence.gain(before, after, around) >= FITTING


def _all(text: str, other: Callable[[str], str | None]) -> Iterator[Passage]:
    """All runs, as they are in the other code."""
    for match in _RUN.finditer(text):
        after = other(match[0])
        if after is not None:
            yield Passage(match.start(), match.end(), (after,))


def _is_better(before: str, after: str) -> bool:
    # Letters of one alphabet and rows of signs have a reading, too: `ииии` would be 我我我我.
    if len(set(before)) < 2 or 2 * len(_IDEOGRAPH.findall(before)) < len(before):
        return False
    if 1 < len(after) <= SHORT and evidence.is_chinese(after) and evidence.likelihood(after) >= LIKELY:
        return evidence.gain(before, after) >= evidence.GAIN  # rare characters in a row are worse than any others
    if len(set(before)) < _SHORTEST:
        return False
    if len(after) < _SHORTEST or evidence.share_usual(after) < 0.85 or evidence.share_usual(before) > 0.5:
        return False
    return evidence.likelihood(after) >= LIKELY


BIG5_AS_GBK = Kind("big5_as_gbk", "big5_as_gbk", _finder(_as_gbk))
GBK_AS_BIG5 = Kind("gbk_as_big5", "gbk_as_big5", _finder(_as_big5))
