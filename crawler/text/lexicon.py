"""Characters and phrases that this field uses, read from `phrases.txt` on first use.

They answer what no codec can: does this text look like Chinese at all. Which of two readings is the likelier one is for
`crawler.text.language` to say.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from crawler.text.script import traditional_forms

_NUMBER = re.compile(r"^(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,2}\.)")


def _lines() -> list[str]:
    """Lines of the phrase list, comments and blank lines left out."""
    text = resources.files("crawler.text").joinpath("phrases.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def common() -> frozenset[str]:
    """Chinese characters that make up nearly all running text, both scripts, without punctuation."""
    simplified = {char for line in _lines() for char in line if "\u4e00" <= char <= "\u9fff"}
    return frozenset(simplified.union(*(traditional_forms(char) for char in simplified)))


@cache
def phrases() -> frozenset[str]:
    """Whole phrases of the field, simplified, without their numbers and signs: headings and labels of the forms."""
    room = resources.files("crawler.text").joinpath("prose")
    lines = [line for line in _lines() if not line.startswith("*") and " " not in line]
    for file in sorted(room.iterdir(), key=lambda file: file.name):
        if file.name.startswith(("headings", "labels")):
            lines += [line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    bare = (_NUMBER.sub("", line).rstrip("。") for line in lines)
    return frozenset(phrase for phrase in bare if len(phrase) >= 4)


@cache
def beginnings() -> frozenset[str]:
    """The same phrases without their last character, and as they are: of a run's last character half is often lost."""
    return phrases() | {phrase[:-1] for phrase in phrases() if len(phrase) >= 4}


@cache
def signs() -> frozenset[str]:
    """Punctuation that the field uses, full-width, with the ideographic space."""
    return frozenset("\u3000，。、；：？！（）《》〈〉“”‘’〔〕【】—…·％\ufffd")
