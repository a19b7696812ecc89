"""One trial: a damage (or a pair) done to headings, prose, parts of pages and pages, and what readers make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from random import Random

from benchmarks import damage, others, partly, texts
from benchmarks.damage import Damaged
from benchmarks.measure import Reader, Score, measure

Names = str | tuple[str, str]

UNITS = ("heading", "prose", "part", "page")
"""A heading, label or clause of ten characters or more; a paragraph; a page of which one text is damaged; all of it."""

POOL = 8
"""So many times as many texts are at hand as are wanted: some damages happen to few texts only."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Number of texts of each unit, and bytes of a page."""

    heading: int
    prose: int
    part: int
    page: int
    page_bytes: int = 20_000

    def of(self, unit: str) -> int:
        """Number of texts of one unit."""
        return int(getattr(self, unit))


FULL = Sizes(700, 300, 30, 4, 30_000)
QUICK = Sizes(60, 30, 4, 1)
SLOW = 4
"""Runs read one byte off are searched for, not computed: this many times fewer texts are tried."""


FEW_IN_A_PAGE = 5
"""Pages hold only one of some damages: so many times as many are tried."""


@cache
def pool(unit: str, kind: str, count: int, page_bytes: int) -> tuple[str, ...]:
    """Clean texts of one unit and kind (`chinese`, `western`, `formal`: headings and labels only as they are written in
    reports); the written ones first, then variations of them."""
    rng = Random(f"pool/{unit}/{kind}")
    if unit in ("part", "page"):
        return tuple(_western_page(rng) if kind == "western" else texts.page(rng, page_bytes) for _ in range(count))
    if kind == "western":
        return texts.lines("western")
    if unit == "heading":
        written = [*texts.formal_texts()] if kind == "formal" else [*texts.short_texts(), *texts.clauses()]
        rng.shuffle(written)
        more = [texts.varied(rng.choice(written), rng) for _ in range(count * POOL)]
        return tuple(dict.fromkeys([*written, *more]))
    return tuple(dict.fromkeys([*texts.lines("paragraphs"), *(_prose(rng) for _ in range(count * POOL))]))


def _prose(rng: Random) -> str:
    return "".join(texts.varied(rng.choice(texts.sentences()), rng) for _ in range(rng.randint(1, 3)))


def kind(names: Names) -> str:
    """Which texts a damage is done to."""
    if "cp1252_" in str(names) and gives_bytes(names):
        return "western"
    return "formal" if "shift" in str(names) else "chinese"


def _western_page(rng: Random) -> str:
    rows = "\n".join(f"<p>{rng.choice(texts.lines('western'))}</p>" for _ in range(40))
    head = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Résumé</title></head>'
    return f"{head}<body>\n{rows}\n</body></html>\n"


def _entry(names: Names) -> damage.Damage | None:
    return damage.REGISTRY.get(names if isinstance(names, str) else names[1])


def gives_bytes(names: Names) -> bool:
    """True if what arrives are bytes."""
    entry = _entry(names)
    return entry is None or entry.gives_bytes


def _happens(names: Names, unit: str) -> bool:
    """False where the damage cannot happen or is none (an entity in a page)."""
    if names in partly.MIXED:
        return unit == "page"
    first = damage.REGISTRY[names if isinstance(names, str) else names[0]]
    page = unit in ("part", "page")
    if first.where != "any" and (first.where == "html") != page:
        return False
    if unit == "part":  # one paragraph in another script is a quotation, and stays
        whole = first.gives_bytes or first.group == "shift" or first.kind in ("traditional", "wording")
        return isinstance(names, str) and not whole
    return True


def _damaged(names: Names, unit: str, text: str) -> Damaged | None:
    if isinstance(names, tuple):
        return damage.apply_pair(*names, text)
    if names in partly.MIXED:
        return partly.mixed(text, *partly.MIXED[names])
    if unit == "part":
        return partly.in_part(names, text)
    # A full stop at the end loses its last byte in GBK: without it there are paragraphs that lose nothing.
    return damage.apply(names, text) or damage.apply(names, text.removesuffix("。"))


def _count(names: Names, unit: str, sizes: Sizes) -> int:
    if unit == "page" and (names in partly.MIXED or kind(names) == "formal"):
        return sizes.page * FEW_IN_A_PAGE
    return max(1, sizes.of(unit) // (SLOW if kind(names) == "formal" else 1))


def cases(names: Names, unit: str, sizes: Sizes) -> list[Damaged]:
    """Damaged texts of one unit, as many as `sizes` says or as there are."""
    if not _happens(names, unit):
        return []
    count = _count(names, unit, sizes)
    clean = pool(unit, kind(names), max(count, sizes.of(unit)), sizes.page_bytes)
    found = (_damaged(names, unit, text) for text in clean)
    return list(islice((each for each in found if each is not None), count))


def readers(names: Names) -> dict[str, Reader]:
    """The other libraries that say they undo such damage."""
    if isinstance(names, tuple):
        return others.OF_PAIRS if gives_bytes(names) else others.OF_TEXT
    return others.OF_BYTES if gives_bytes(names) else others.OF_TEXT


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one damage: our score by unit, and the other libraries' scores on the same texts."""

    names: Names
    units: dict[str, Score]
    others: dict[str, Score]


SAMPLE = 4
"""Other libraries see every fourth text (some of them are slow); each fourth page too."""


def trial(names: Names, sizes: Sizes) -> Trial:
    """Do one damage to all units and read it with everything."""
    units: dict[str, Score] = {}
    seen: list[Damaged] = []
    for unit in UNITS:
        done = cases(names, unit, sizes)
        if done:
            measure(done[:1])  # tables are loaded at their first use
            units[unit] = measure(done)
            seen += done[::SAMPLE]
    return Trial(names, units, {name: _measured(seen, reader) for name, reader in readers(names).items()})


def _measured(seen: Sequence[Damaged], reader: Reader) -> Score:
    return measure(seen, reader, keep=0)


def total(scores: Iterable[Score]) -> Score:
    """Scores of several units together."""
    whole = Score()
    for score in scores:
        whole.add(score)
    return whole


def everything() -> list[Names]:
    """All damages, mixed pages, and pairs."""
    return [*damage.REGISTRY, *partly.MIXED, *damage.PAIRS]
