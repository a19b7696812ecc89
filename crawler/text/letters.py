"""Characters that given bytes allow, in text of one script, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from crawler.text import gbk, language, lexicon, script
from crawler.text.language import folded

LIKELY = 6
"""Most frequent characters that are tried wherever a byte allows them, whatever stands before."""

OPEN = 24
"""The same of a character whose second byte vanished with the pair behind it."""

FORM, FOREIGN = 2.0, 7.0
"""Price of a traditional character in a form that is not the usual one, and of a character of the other script."""


class Letter(NamedTuple):
    """A character that may be read: as it stands, as the model spells it, its bytes, and the price of its form."""

    char: str
    folded: str
    lead: int
    second: int
    price: float


def _likelier(letter: Letter) -> float:
    return letter.price - language.model().alone(letter.folded)


class Alphabet:
    """Characters that may be read in text of one script, by their bytes."""

    def __init__(self, traditional: bool) -> None:
        """`traditional` text uses all of GBK, simplified text (GB 2312) the rows whose bytes are both high."""
        self.traditional = traditional
        self.vanishing = frozenset(gbk.VANISHED)
        known = {folded(char) for char in lexicon.common()} | set(language.model().alphabet)
        letters = sorted((x for char in known for x in self.spellings(char)), key=_likelier)
        self.by_second: dict[int, list[Letter]] = {}
        self.by_lead: dict[int, list[Letter]] = {}
        self.gap_by_lead: dict[int, list[Letter]] = {}
        self.gaps: list[Letter] = []
        for letter in letters:
            self.by_second.setdefault(letter.second, []).append(letter)
            self.by_lead.setdefault(letter.lead, []).append(letter)
            if letter.second in gbk.VANISHED:
                self.gap_by_lead.setdefault(letter.lead, []).append(letter)
                self.gaps.append(letter)
        self._behind: dict[str, Behind] = {}
        self._direct: dict[tuple[int, int], Letter | None] = {}
        self._spelled: dict[str, tuple[Letter, ...]] = {}
        self._usual: dict[tuple[frozenset[int], int, bool], tuple[Letter, ...]] = {}

    def spellings(self, simple: str) -> Iterator[Letter]:
        """Ways to write a character that the model spells `simple`."""
        forms = script.traditional_forms(simple)
        for i, char in enumerate((*forms, simple) if self.traditional else (simple,)):
            code = gbk.encode(char)
            if code and (self.traditional or (code[0] > 0xA0 and code[1] > 0xA0)):
                yield Letter(char, simple, *code, max(FORM * (i > 0), self._price(char)))

    def direct(self, lead: int, second: int) -> Letter | None:
        """The character of two bytes, whatever it is."""
        key = (lead, second)
        if key not in self._direct:
            char = gbk.char(lead, second)
            self._direct[key] = Letter(char, folded(char), lead, second, self._price(char)) if char else None
        return self._direct[key]

    def _price(self, char: str) -> float:
        tables = script.tables()
        odd = tables.simplified_only if self.traditional else tables.traditional_only
        return FOREIGN * (char in odd)

    def behind(self, last: str, here: frozenset[str]) -> Behind:
        """Characters seen behind `last`, anywhere or `here` on the page."""
        found = self._behind.get(last)
        if found is None:
            found = self._behind[last] = Behind()
            for simple in language.model().followers(last):
                found.add(simple, self.spelled(simple))
        if here <= found.chars:
            return found
        mine = Behind()
        for simple in found.chars | here:
            mine.add(simple, self.spelled(simple))
        return mine

    def spelled(self, simple: str) -> tuple[Letter, ...]:
        """`spellings`, remembered."""
        found = self._spelled.get(simple)
        if found is None:
            found = self._spelled[simple] = tuple(self.spellings(simple))
        return found

    def ending(
        self, leads: frozenset[int], second: int, behind: Behind, *, first: bool, usual_too: bool
    ) -> Sequence[Letter]:
        """Likely characters of one second byte and several first bytes; of a run's `first` character more are."""
        if not usual_too:
            return [x for x in behind.by_second.get(second, ()) if x.lead in leads]
        key = (leads, second, first)
        usual = self._usual.get(key)
        if usual is None:
            some = (x for x in self.by_second.get(second, ()) if x.lead in leads)
            usual = self._usual[key] = tuple(islice(some, 60 if first else LIKELY))
        return (*usual, *(x for x in behind.by_second.get(second, ()) if x.lead in leads and x not in usual))

    def hiding(self, leads: frozenset[int], behind: Behind, *, first: bool, usual_too: bool) -> Sequence[Letter]:
        """Likely characters of several first bytes whose second byte may have begun a vanished pair."""
        if not usual_too:
            return [x for x in behind.gaps if x.lead in leads]
        key = (leads, -1, first)
        usual = self._usual.get(key)
        if usual is None:
            (lead, *others) = leads
            some = self.gap_by_lead.get(lead, ()) if not others else (x for x in self.gaps if x.lead in leads)
            usual = self._usual[key] = tuple(islice(some, 100 if first else OPEN))
        return (*usual, *(x for x in behind.gaps if x.lead in leads and x not in usual))


class Behind:
    """Characters seen behind another: by second byte, by first byte, and those that may begin a vanished pair."""

    __slots__ = ("by_lead", "by_second", "chars", "gaps")

    def __init__(self) -> None:
        """Nothing yet."""
        self.chars: set[str] = set()
        self.by_second: dict[int, list[Letter]] = {}
        self.by_lead: dict[int, list[Letter]] = {}
        self.gaps: list[Letter] = []

    def add(self, simple: str, letters: Iterable[Letter]) -> None:
        """Take a character in, with its spellings."""
        self.chars.add(simple)
        for letter in letters:
            self.by_second.setdefault(letter.second, []).append(letter)
            self.by_lead.setdefault(letter.lead, []).append(letter)
            if letter.second in gbk.VANISHED:
                self.gaps.append(letter)


@cache
def alphabet(traditional: bool) -> Alphabet:
    """The alphabet of one script, built once (some milliseconds)."""
    return Alphabet(traditional)
