"""What two contents of one report do not have in common: numbers, sections, and what is said of the whole. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any, Literal

from crawler.reports.jsonable import number
from crawler.store.labels import label_of
from crawler.store.passages import Passage, passages

How = Literal["changed", "appeared", "vanished"]
FACTS = ("title", "format", "scope", "document_number", "agency_printed", "date_claimed")
"""What is said of a report as a whole (columns of `versions`), in the order in which it is told."""

_PAIRED = 0.6
"""Least likeness of two headings in the same place for the second to be the first, worded anew."""


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a cell (see `crawler.reports.model.Cell`); `label` is only shown and never compared."""

    raw: str
    kind: str
    value: Decimal | None = None
    unit: str | None = None
    remark: str | None = None
    label: str | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Raw text, kind and number."""
        return {"raw": self.raw, "kind": self.kind, "value": number(self.value), "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Part:
    """One section: `key` tells it from the others of its report, the keys of those that it stands in first."""

    key: tuple[str, ...]
    heading: str
    text: str
    tables: tuple[str, ...] = ()
    carrier: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One content of a report. `facts` by the names in `FACTS`, `parts` in reading order."""

    facts: Mapping[str, str | None] = field(default_factory=dict)
    cells: Mapping[str, Value] = field(default_factory=dict)
    parts: Sequence[Part] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell before and after; None where it is not there."""

    address: str
    label: str
    before: Value | None
    after: Value | None

    @property
    def how(self) -> How:
        """What became of it."""
        return _how(self.before, self.after)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        sides = {name: side and side.to_json() for name, side in (("before", self.before), ("after", self.after))}
        return {"address": self.address, "label": self.label, "how": self.how, **sides}


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section before and after. `heading_before` differs from `heading` where it was worded anew.

    `passages` are the sentences that changed, none for a section that appeared or vanished empty. `notes` tell tables
    that came or went, and a table that became a picture.
    """

    how: How
    heading: str
    heading_before: str
    passages: tuple[Passage, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "how": self.how,
            "heading": self.heading,
            "heading_before": self.heading_before,
            "passages": [{"before": one.before, "after": one.after} for one in self.passages],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class FactChange:
    """One of `FACTS` before and after."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two contents."""

    facts: tuple[FactChange, ...] = ()
    cells: tuple[CellChange, ...] = ()
    sections: tuple[SectionChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.facts or self.cells or self.sections)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        facts = [{"name": one.name, "before": one.before, "after": one.after} for one in self.facts]
        cells, sections = ([one.to_json() for one in changed] for changed in (self.cells, self.sections))
        return {"facts": facts, "cells": cells, "sections": sections}


def difference(before: Content, after: Content) -> Difference:
    """What has to be done to the one content to make it the other.

    Words that stand in no section count only where nothing else differs: they are mostly what the sections say again.
    """
    format_id = after.facts.get("format") or before.facts.get("format")
    pairs = ((name, before.facts.get(name), after.facts.get(name)) for name in FACTS)
    facts = tuple(FactChange(*one) for one in pairs if one[1] != one[2])
    cells = tuple(_cells(before.cells, after.cells, format_id))
    sections = tuple(_sections(before.parts, after.parts))
    if not cells and not sections and before.text != after.text:
        sections = (SectionChange("changed", "", "", passages(before.text, after.text)),)
    return Difference(facts, cells, sections)


def applied(cells: Mapping[str, Value], changes: Sequence[CellChange]) -> dict[str, Value]:
    """The cells after the changes: of the older content's, those of the newer one."""
    made = dict(cells)
    for change in changes:
        if change.after is None:
            made.pop(change.address, None)
        else:
            made[change.address] = change.after
    return made


def _how(before: object | None, after: object | None) -> How:
    if before is None:
        return "appeared"
    return "vanished" if after is None else "changed"


def _cells(before: Mapping[str, Value], after: Mapping[str, Value], format_id: str | None) -> Iterator[CellChange]:
    for address in dict.fromkeys([*after, *before]):
        old, new = before.get(address), after.get(address)
        if old != new:
            shown = new or old
            yield CellChange(address, label_of(format_id, address, shown.label if shown else None), old, new)


def _sections(before: Sequence[Part], after: Sequence[Part]) -> Iterator[SectionChange]:
    olds, news = _keyed(before), _keyed(after)
    same = {key: key for key in news if key in olds}
    same |= _reworded({key: part for key, part in olds.items() if key not in same}, news, same)
    for key, part in news.items():
        if key not in same:
            yield SectionChange("appeared", part.heading, "", passages("", part.text), _notes(None, part))
        elif (change := _section(olds[same[key]], part)) is not None:
            yield change
    kept = set(same.values())
    for key, part in olds.items():
        if key not in kept:
            yield SectionChange("vanished", part.heading, part.heading, passages(part.text, ""), _notes(part, None))


def _keyed(parts: Sequence[Part]) -> dict[tuple[tuple[str, ...], int], Part]:
    """By key and how often it came before: two sections of one name are told by their order."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = {}
    for part in parts:
        found[part.key, seen[part.key]] = part
        seen[part.key] += 1
    return found


_Key = tuple[tuple[str, ...], int]


def _reworded(left: Mapping[_Key, Part], news: Mapping[_Key, Part], same: Mapping[_Key, _Key]) -> dict[_Key, _Key]:
    """Sections whose heading was worded anew: the same text, else a like heading, under the same section."""
    found: dict[_Key, _Key] = {}
    free = dict(left)
    for key, part in news.items():
        if key in same:
            continue
        for other, old in free.items():
            beside = other[0][:-1] == key[0][:-1]
            if beside and ((part.text and part.text == old.text) or _like(part.heading, old.heading)):
                found[key] = other
                del free[other]
                break
    return found


def _like(one: str, other: str) -> bool:
    return SequenceMatcher(None, one[:80], other[:80]).ratio() >= _PAIRED


def _section(old: Part, new: Part) -> SectionChange | None:
    told = passages(old.text, new.text)
    notes = _notes(old, new)
    if not told and not notes and old.heading == new.heading:
        return None
    return SectionChange("changed", new.heading, old.heading, told, notes)


def _notes(old: Part | None, new: Part | None) -> tuple[str, ...]:
    had, has = (set(part.tables) if part else set() for part in (old, new))
    notes = [f"table {name} appeared" for name in sorted(has - had)]
    notes += [f"table {name} vanished" for name in sorted(had - has)]
    carriers = [part.carrier if part else None for part in (old, new)]
    if old and new and carriers[0] != carriers[1]:
        notes.append(f"its table is in {carriers[1] or 'the text'}, it was in {carriers[0] or 'the text'}")
    return tuple(notes)


def trimmed(before: str, after: str, around: int = 12) -> tuple[str, str]:
    """Both sides of a passage, cut to what differs with `around` characters on both sides of it."""
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    rest = min(len(before), len(after)) - head
    pairs = zip(reversed(before[head:]), reversed(after[head:]), strict=False)
    tail = min(rest, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)))
    first = max(0, head - around)
    return _cut(before, first, len(before) - tail + around), _cut(after, first, len(after) - tail + around)


def _cut(text: str, first: int, end: int) -> str:
    shown = text[first:end]
    return f"{'…' if first and shown else ''}{shown}{'…' if end < len(text) and shown else ''}"
