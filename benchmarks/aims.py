"""What the repairs are meant to reach, by damage: for the benchmark's table and the tests of what is promised."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks import damage
from benchmarks.measure import Score

CLEAN_MB_S, DAMAGED_MB_S = 50.0, 1.0
"""Megabytes per second: of clean text through `repair`, of damaged text."""

DECODE_OF_PARSE = 1 / 3
"""Decoding a page of 100 kB costs less than this share of `lxml.html.fromstring` on its text."""

CLEAN_PARAGRAPHS = 100_000
"""Clean paragraphs of which none may be changed."""


class Aim(NamedTuple):
    """`exact`: share of texts given back as they were; `characters`: share of right characters; `wrong`: share of texts
    that may be changed into something wrong, None if nothing is said about it."""

    exact: float | None = None
    characters: float | None = None
    wrong: float | None = None

    def met(self, score: Score) -> bool:
        """True if a score reaches everything this aim says."""
        return (
            (self.exact is None or score.share >= self.exact)
            and (self.characters is None or 1 - score.error_rate >= self.characters)
            and (self.wrong is None or score.wrong_share <= self.wrong)
        )

    def __str__(self) -> str:
        said = (("exact ≥", self.exact), ("characters ≥", self.characters), ("wrong ≤", self.wrong))
        return ", ".join(f"{what} {100 * value:.4g} %" for what, value in said if value is not None)


EXACT = Aim(exact=0.999)
EVERY = Aim(exact=1.0)
NONE = Aim()
PRONUNCIATIONS = Aim(characters=0.999)
SCRIPT = Aim(characters=0.995)
HEADINGS = Aim(exact=0.98, wrong=0.01)
PROSE = Aim(exact=0.90, wrong=0.01)

_BESIDE = ("big5_as_gbk", "gbk_as_big5")
"""Shown without an aim: a page in Big5 comes as bytes, and is told then."""

_CHARACTERS = {"pinyin": PRONUNCIATIONS, "ruby": PRONUNCIATIONS, "traditional": SCRIPT, "wording": SCRIPT}


def of(names: str | tuple[str, str], unit: str) -> Aim:
    """What is aimed at for a damage or a pair, in one unit of text (`heading`, `prose`, `part`, `page`).

    A pair cannot do better than its weaker half: the aim is the lower one.
    """
    if isinstance(names, tuple):
        halves = [of(name, unit) for name in names]
        return min(halves, key=_strictness)
    entry = damage.REGISTRY.get(names)
    if entry is None:
        return EXACT
    if entry.kind in _BESIDE:
        return NONE
    if entry.group == "shift":
        return HEADINGS if unit == "heading" else PROSE
    if entry.kind in _CHARACTERS:
        return _CHARACTERS[entry.kind]
    return EXACT if entry.lossless else EVERY


def _strictness(aim: Aim) -> float:
    return aim.exact or aim.characters or 1.0
