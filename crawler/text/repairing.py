"""The pipeline of repairs: each knows one kind of damage, tests for it cheaply, and logs what it did."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from crawler.text import (
    compatibility,
    cp1252,
    entities,
    invisible,
    mainland,
    mojibake,
    pinyin,
    private,
    radicals,
    ruby,
    shift,
    spelling,
    twice,
    width,
)
from crawler.text.markup import is_html
from crawler.text.model import Repair, Repaired
from crawler.text.mojibake.kinds import KINDS


class Repairer(Protocol):
    """One kind of repair: text in, text (the same object if nothing was wrong) and log entry out."""

    def __call__(self, text: str, *, html: bool) -> tuple[str, Repair | None]:
        """Repair `text`; `html` tells whether it is HTML source."""


REPAIRERS: tuple[Repairer, ...] = (
    twice.repair,
    entities.repair,
    cp1252.repair,
    ruby.repair,
    pinyin.repair,
    private.repair,
    radicals.repair,
    compatibility.repair,
    invisible.repair,
    width.repair,
)
"""In this order: annotations may be written with entities; private characters may be radicals or vertical forms.

Text in a wrong encoding and runs read one byte off go before them, where what the damage left must still stand. Script
and wording follow, which are judged over the whole text."""

ROUNDS = 4
"""What one repair gives back may be what another looks for, `&#49;` the digit before a soft hyphen: they are gone
through again while they find something, but not more often than this."""


def repair(text: str, *, keep_script: bool = False) -> Repaired:
    """Undo what mirrors, converters and broken software did to a Chinese text.

    Args:
        text: HTML source or plain text. Tags, scripts, addresses and what machines read of attributes are never
            touched; entities only where they are damage themselves or hide it.
        keep_script: leave traditional script and wording as they are.

    Returns:
        The repaired text with one log entry for each kind of damage; the very same object if there was none.
    """
    html = is_html(text)
    result = _run(text, html=html, keep_script=keep_script)
    spelled, entry = spelling.repair(text, html=html)
    if entry is None:
        return result
    other = _run(spelled, html=html, keep_script=keep_script)
    if (_undone(other), _mended(other)) <= (_undone(result), _mended(result)):
        return result
    return Repaired(other.text, _with(entry, other.repairs), text)


def _run(text: str, *, html: bool, keep_script: bool) -> Repaired:
    """All repairs in their order."""
    current, repairs = mojibake.undo(text, html=html)  # first: nothing can be told of text in a wrong encoding
    current, entry = _shifted(current, html=html, lossy=any(entry.lost for entry in repairs))
    current, entries = _settled(current)
    repairs += ([entry] if entry else []) + entries
    if not keep_script:
        current, entries = mainland.convert(current, html=is_html(current))
        repairs += entries
    return Repaired(current if repairs else text, tuple(mojibake.told(current, repairs)), text)


_SAMPLE, _MANY = 20_000, 200
"""Characters of a text that are looked at, and U+FFFD in them from which on it is full of them: a run begins with one,
and no text has so many runs."""

_HIDDEN = "\ufdd1"
"""Stands for U+FFFD while runs are looked for (a noncharacter: no text holds it)."""


def _shifted(text: str, *, html: bool, lossy: bool) -> tuple[str, Repair | None]:
    """The text with its runs read one byte off; in one whose misread characters are lost (`lossy`), or that is full of
    U+FFFD, that begins no run: the search for it would cost ten times as much as all else."""
    if not (lossy or text.count("\ufffd", 0, _SAMPLE) > _MANY) or _HIDDEN in text:
        return shift.repair(text, html=html)
    hidden = text.replace("\ufffd", _HIDDEN)
    new, entry = shift.repair(hidden, html=html)
    return (new.replace(_HIDDEN, "\ufffd"), _shown(entry)) if entry else (text, None)


def _shown(entry: Repair) -> Repair:
    """The entry as it is without hidden marks."""

    def pair(texts: tuple[str, str]) -> tuple[str, str]:
        before, after = texts
        return before.replace(_HIDDEN, "\ufffd"), after.replace(_HIDDEN, "\ufffd")

    return replace(entry, sample=pair(entry.sample), passages=tuple(map(pair, entry.passages)))


def _settled(text: str) -> tuple[str, list[Repair]]:
    """The text after all `REPAIRERS`, when they find nothing more; one entry for each kind."""
    log: dict[str, Repair] = {}
    for _ in range(ROUNDS):
        before, html = text, is_html(text)
        for repairer in REPAIRERS:
            text, entry = repairer(text, html=html)
            if entry:
                known = log.get(entry.kind)
                log[entry.kind] = replace(known, count=known.count + entry.count) if known else entry
        if text == before:
            break
    return text, list(log.values())


def _undone(result: Repaired) -> int:
    """How many kinds of misreading were undone: what else is repaired in text that is still misread is no gain."""
    kinds = {name for kind in KINDS for name in (kind.name, kind.twice)}
    return sum(entry.kind in kinds for entry in result.repairs)


def _mended(result: Repaired) -> int:
    """What was repaired, apart from entities."""
    return sum(entry.count for entry in result.repairs if not entry.kind.startswith("entity"))


def _with(entry: Repair, repairs: tuple[Repair, ...]) -> tuple[Repair, ...]:
    """The log with an entry before it, added to the one of its kind if there is one."""
    same = sum(other.count for other in repairs if other.kind == entry.kind)
    others = tuple(other for other in repairs if other.kind != entry.kind)
    return replace(entry, count=entry.count + same), *others
