"""Runs of text that were read one byte off: `?。ǘ┮郎暾埞_情况` is `　（二）依申請公開情況`.

How it happens: on the way through some GBK software the first byte of a two-byte character is lost and shows as `?`.
From there on the software pairs the second byte of each character with the first byte of the next, until the rows meet
again. Pairs that GBK does not define vanish on the way. The rows meet

* at a character whose second byte is ASCII (開 is E9 5F): that byte stays alone, here as `_`;
* at an ASCII character behind the run: from `@` on it becomes the second byte of a strange character; below (`&`, `<`,
  digits) the pair cannot be read and a second `?` swallows both.

How it is undone: the standing characters are written as GBK bytes again and paired the other way. Where a pair may have
vanished, every character that could stand there is tried; a model of the field's character pairs ranks the readings.
The best is taken only if it scores far above what stood there and clearly above the second best.

Traditional text shows so many of its bytes that this decides. Simplified text does not: its runs are long, one pair in
seven vanishes, and 主动工作 fits the bytes that 主动公开工作 left as well as that does. There a reading must be far
above the second best, and nothing may have vanished from it unseen (`crawler.text.hidden`); signs, and headings whose
wording is known as a whole, need no such proof. Nearly all running text stays as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from crawler.text import gbk, hidden, lexicon, script
from crawler.text.markup import on_text
from crawler.text.model import Repair
from crawler.text.script import Script

LONGEST = 150
"""Standing characters of a run. Traditional text meets its rows again after a few; plain GB2312 text may go on."""

STEPS = 4_000
"""Characters searched in one text, all runs together. When they are used up the rest of the text stays as it is."""

OPENING = 5
"""What the opening of a run costs, in steps: the first characters have the most readings."""

BEAM, WIDE, DOUBLE = 24, 12, 12
"""Readings kept after each character; for how many of them one vanished pair is tried, for how many two in a row."""

PER_CHAR, AT_LEAST, CLEARLY = 1.5, 9.0, 2.0
"""Acceptance, in natural logarithms of probability: gain per character, gain in all, lead over the second best."""

SURELY = 5.0
"""Lead over the second best that a reading in simplified script needs."""

TELLING = 7.0
"""Gain where the text behind tells what was swallowed: `nbsp;` without its `&` is damage for certain."""

MARKS = 3_000
"""Marks of one kind that are looked at in one text; no report asks so many questions."""

RARE_LOSS = 4.0
"""Price of a lost byte that did not begin a blank or a sign (lead A1 of GBK)."""

ANYTHING = 100
"""Open first bytes from which on no vanished pair is tried behind them: anything could stand there."""

NEAR = 12
"""A run shows a strange character, or the second mark, within this many characters behind its mark."""

_START = tuple(re.compile(f"{mark}(?=[^\x00-\x7f]|!)") for mark in (r"\?", "？", "\ufffd"))
_MARKS = "?？\ufffd"
_HAN = re.compile("[\u3400-\u9fff]")


class Reading(NamedTuple):
    """A reading of the run so far.

    `score` is its log probability, `last` its last character as the model spells it, `leads` are the possible first
    bytes of the character that is being read (one if it is known, none behind the end of the run).
    """

    score: float
    text: str
    last: str
    leads: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """A mended run: `stood` reads `restored`; `gain` is the lead per character over what stood there, `lead` that over
    the second best reading."""

    stood: str
    restored: str
    gain: float
    lead: float


@dataclass(slots=True)
class _Search:
    """One text's search: what was mended, and how much effort is left."""

    model: lexicon.Model
    steps: int
    script: Script
    effort: hidden.Effort = field(default_factory=hidden.Effort)
    runs: list[Run] = field(default_factory=list)


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Restore runs that were read one byte off. Bounded: at most `STEPS` characters are searched."""
    if not any(mark in text for mark in _MARKS) or not any(_suspect(text, start + 1) for start in _starts(text)):
        return text, None
    search = _Search(lexicon.model(), STEPS, script.of(text))
    text = on_text(text, lambda part: _mend(part, search), html=html)
    if not search.runs:
        return text, None
    first = search.runs[0]
    score = round(min(run.gain for run in search.runs), 2)
    sample = first.stood[:40], first.restored[:40]
    return text, Repair("byte_shift", len(search.runs), sample, inferred=True, score=score)


def _starts(text: str) -> list[int]:
    """Places of the first marks that may begin a run."""
    return sorted(match.start() for pattern in _START for match in islice(pattern.finditer(text), MARKS))


def _suspect(text: str, at: int) -> bool:
    """True unless the characters behind a mark are what clean text has behind a question mark."""
    near = text[at : at + NEAR]
    return _strange(near) or any(char in _MARKS and _telling(text, at + i + 1) for i, char in enumerate(near))


def _strange(stood: str) -> bool:
    """True if a character stands there that running text does not have."""
    common, signs = lexicon.common(), lexicon.signs()
    return any(char > "\x7f" and char not in common and char not in signs for char in stood)


def _telling(text: str, at: int) -> bool:
    """True if the text behind a second mark shows that the mark swallowed the beginning of an entity or a tag."""
    return bool(_AFTER_AMPERSAND.match(text, at) or _AFTER_BRACKET.match(text, at))


def _mend(part: str, search: _Search) -> str:
    pieces: list[str] = []
    done = 0
    for start in _starts(part):
        if start < done or search.steps <= 0 or not _suspect(part, start + 1):
            continue
        run = _run(part, start, search)
        if run is None or not _proven(run, part, start, search):
            continue
        search.runs.append(run)
        pieces += (part[done:start], run.restored)
        done = start + len(run.stood)
    return "".join((*pieces, part[done:])) if done else part


def _run(text: str, start: int, search: _Search) -> Run | None:
    """The run that begins with the mark at `start`, None if nothing there was read one byte off."""
    before = lexicon.folded(text[start - 1]) if start else "\n"
    search.steps -= OPENING
    # What is lost is nearly always half of a blank or a sign; a Chinese character must be much the better reading.
    beam = [Reading(0.0, "", before, gbk.one(0xA1)), Reading(-RARE_LOSS, "", before, gbk.LEADS - gbk.one(0xA1))]
    for at in range(start + 1, min(start + LONGEST, len(text))):
        search.steps -= 1
        beam = _with_gaps(beam, search.model)
        ended = _ended(beam, text, at, search.model)
        if ended is not None:
            return _accepted(text, start, at + 1, ended, search.model)
        code = gbk.wide_code(text[at])
        if code is None:
            return None
        beam = _best(_paired(beam, code[0], gbk.one(code[1]), search.model), BEAM)
        if not beam:
            return None
    return None


def _best(readings: Iterable[Reading], count: int) -> list[Reading]:
    """The likeliest readings. Of those that go on alike two are kept: the second shows how sure the first is."""
    kept: dict[tuple[str, frozenset[int]], int] = {}
    best: list[Reading] = []
    for reading in sorted(readings, reverse=True, key=_score):
        key = (reading.last, reading.leads)
        kept[key] = kept.get(key, 0) + 1
        if kept[key] <= 2:
            best.append(reading)
            if len(best) == count:
                break
    return best


def _score(reading: Reading) -> float:
    return reading.score


def _extended(reading: Reading, char: str, leads: frozenset[int], model: lexicon.Model) -> Reading:
    last = lexicon.folded(char)
    return Reading(reading.score + model.pair(reading.last, last), reading.text + char, last, leads)


def _paired(beam: list[Reading], second: int, leads: frozenset[int], model: lexicon.Model) -> Iterator[Reading]:
    """Every reading, its open character closed by the byte `second`; `leads` opens the next."""
    for reading in beam:
        for char in gbk.chars(reading.leads, second):
            yield _extended(reading, char, leads, model)


def _with_gaps(beam: list[Reading], model: lexicon.Model) -> list[Reading]:
    """The beam, and what it becomes if one pair, or two in a row, vanished here."""
    single = _best(
        (
            _extended(reading, char, gbk.VANISHED[second], model)
            for reading in beam[:WIDE]
            if len(reading.leads) < ANYTHING
            for lead in reading.leads
            for char, second in gbk.before_gap(lead)
        ),
        BEAM,
    )
    # Two unknown characters in a row need a word of the model to be found at all.
    double = [
        _extended(reading, char, gbk.VANISHED[second], model)
        for reading in single[:DOUBLE]
        for follower in model.followers(reading.last)
        for char, lead, second in gbk.spellings(follower)
        if lead in reading.leads and second in gbk.VANISHED
    ]
    return [*beam, *single, *_best(double, WIDE)]


def _ended(beam: list[Reading], text: str, at: int, model: lexicon.Model) -> list[Reading] | None:
    """The readings if the rows meet at `text[at]`, None if they do not."""
    char = text[at]
    if "@" <= char <= "~":
        return list(_paired(beam, ord(char), gbk.NONE, model))
    if char in _MARKS:
        return _swallowing(beam, text, at, model)
    code = gbk.encode(char)
    if code and code[1] < 0x80:
        closed = _paired(beam, code[0], gbk.NONE, model)
        return [Reading(score, text + chr(code[1]), chr(code[1]), leads) for score, text, _, leads in closed]
    return None


_AFTER_AMPERSAND = re.compile(r"(?:nbsp|ensp|emsp|ldquo|rdquo|lt|gt|amp|quot|middot|#\d{2,5});")
_AFTER_BRACKET = re.compile(
    r"/?(?:p|br|div|span|td|tr|th|table|tbody|strong|b|font|a|li|ul|h[1-6]|em|u|o:p)(?:\s[^<>]{0,300})?/?>", re.I
)
_AFTER_PAREN = re.compile("[a-zɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,7}[)）]")
_YEAR = re.compile(r"0[0-3]\d年")


def _swallowing(beam: list[Reading], text: str, at: int, model: lexicon.Model) -> list[Reading]:
    """Readings whose last character lost its second byte, and the sign behind it, to the mark at `text[at]`."""
    sign, gain, behind = _swallowed(text, at + 1)
    return [
        Reading(
            score + model.pair(last, end) + model.pair(end, behind) + gain,
            read + char + sign,
            behind,
            gbk.NONE,
        )
        for score, read, last, leads in beam
        for char in gbk.last_chars(leads)
        for end in (lexicon.folded(char),)
    ]


def _swallowed(text: str, at: int) -> tuple[str, float, str]:
    """The ASCII sign that a second mark swallowed, as the text behind it tells, with the gain that makes, and what the
    model should think stands there. The mark itself stays where nothing tells."""
    if _AFTER_AMPERSAND.match(text, at):
        return "&", TELLING, "\u3000"
    if _AFTER_BRACKET.match(text, at):
        return "<", TELLING, "\n"
    if _AFTER_PAREN.match(text, at):
        return "(", 0.0, "（"
    if _YEAR.match(text, at):
        return "2", 0.0, "2"
    if text[at : at + 1] in ("\n", "\r", "<", "&", ""):
        return "", 0.0, "\n"
    return "?", 0.0, "\n"


_HEADING = re.compile(
    r"[\s\u3000]*(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、)(?P<wording>.*)", re.S
)


def _proven(run: Run, text: str, start: int, search: _Search) -> bool:
    """False where the bytes cannot tell what stood there, as is the rule in simplified text (see above)."""
    if search.script == "traditional" or not _HAN.search(run.restored):
        return True
    if search.script == "unknown" and not script.tables().traditional_only.isdisjoint(run.restored):
        return True
    found = _HEADING.match(run.restored)
    if found and _wording(found["wording"]) in lexicon.phrases():
        return True
    if run.lead < SURELY:
        return False
    before, end = text[start - 1] if start else "\n", start + len(run.stood)
    behind, swallowed = text[end : end + 1] or "\n", run.stood[-1] in _MARKS
    return hidden.certain(before, run.restored, behind, swallowed=swallowed, model=search.model, effort=search.effort)


def _wording(text: str) -> str:
    """A heading's wording without the stop, the blanks and the sign that its run went on to."""
    return re.split("[。\u3000]|[^\u3400-\u9fff]*$", text, maxsplit=1)[0]


def _accepted(text: str, start: int, end: int, ended: list[Reading], model: lexicon.Model) -> Run | None:
    """The best of the readings if it is far better than what stands there and clearly better than any other."""
    behind = lexicon.folded(text[end : end + 1] or "\n")
    ranked = sorted(
        ((reading.score + model.pair(reading.last, behind), reading.text) for reading in ended), reverse=True
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEARLY):
        return None
    lead = ranked[0][0] - ranked[1][0] if len(ranked) > 1 else SURELY
    score, restored = ranked[0]
    stood = text[start:end]
    if not (_strange(stood) or _telling(text, end)):
        return None
    chars = [lexicon.folded(char) for char in (text[start - 1] if start else "\n") + stood]
    gain = score - sum(map(model.pair, chars, [*chars[1:], behind]))
    if gain < AT_LEAST or gain < PER_CHAR * len(stood):
        return None
    return Run(stood, restored, gain / len(stood), lead)
