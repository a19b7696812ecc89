"""Runs of text that were read one byte off: `?。ǘ┮郎暾埞_情况` is `　（二）依申請公開情況`.

How it happens: on the way through some GBK software the first byte of a two-byte character is lost and shows as `?`.
From there on the software pairs the second byte of each character with the first byte of the next, until the rows meet
again. Pairs that GBK does not define vanish on the way. The rows meet

* at a character whose second byte is ASCII (開 is E9 5F): that byte stays alone, here as `_`;
* at an ASCII character behind the run: from `@` on it becomes the second byte of a strange character; below (`&`, `<`,
  digits) the pair cannot be read and a second `?` swallows both, or the byte alone.

How it is undone: the standing characters are written as GBK bytes again and paired the other way
(`crawler.text.readings` searches every text that would have left them). The best reading is taken only if it is far
likelier than what stood there and clearly likelier than any other.

Traditional text shows so many of its bytes that this nearly always decides. Simplified text meets its rows again only
at the next ASCII character, and one pair in seven vanishes: there a run is left as it stands more often.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from crawler.text import endings, gbk, hidden, language, letters, lexicon, readings, script
from crawler.text.endings import MARKS
from crawler.text.local import Local
from crawler.text.markup import on_text
from crawler.text.model import Repair
from crawler.text.readings import Effort, Search, Spent, line_score

LONGEST = 200
"""Standing characters of a run. Traditional text meets its rows again after a few; plain GB2312 text may go on."""

EFFORT, EFFORT_PER_CHAR = 600_000, 20
"""Readings tried in one text, all runs together. When they are used up the rest of the text stays as it is."""

CHARS = 200_000
"""Characters of a text that add to its effort."""

PER_CHAR, AT_LEAST = 1.5, 9.0
"""Acceptance, in natural logarithms of probability: gain over what stood there, per character and in all."""

CLEARLY, KNOWN_CLEARLY, SIMPLIFIED_CLEARLY = 2.5, 1.0, 5.5
"""Acceptance: logarithm of the odds of the reading against all others together; the search misses more of them in
simplified text. A line whose wording is known as a whole needs less, in either script.

Measured on prose of this project that was kept out of the model (headings, labels and paragraphs of traditional text,
runs that begin at a blank): 1 % of the runs come back wrong then.
"""

WITHIN_CLEARLY = 4.0
"""The same of a run that begins with neither a blank nor a sign: a comma lost before a word leaves what the word's own
lost byte leaves."""

UNLIKELIEST = -15.0
"""Acceptance: log probability of the unlikeliest character. One rarer than that shows that the truth holds a character
that the search does not know, such as one of a village's name."""

PLAIN_GAIN, PLAIN_CLEARLY = 14.0, 5.0
"""The same where no strange character stands: only a Latin letter between Chinese characters."""

SIGN_CLEARLY = 3.0
"""The same for a swallowed sign that nothing behind it tells; else it is U+FFFD."""

LOOKED_AT = 3_000
"""Marks of one kind that are looked at in one text; no report asks so many questions."""

NEAR = 12
"""A run shows a strange character, or the second mark, within this many characters behind its mark."""

PASSAGES = 200
"""Runs that are told of one by one."""

TAIL = 6
"""Characters behind a run by which its end is judged."""

REST = 40
"""Characters behind a run by which a heading is known that it has damaged in part."""

DROPPED = 3.0
"""Price of a last byte that was dropped without a mark."""

_START = tuple(re.compile(f"{mark}(?=[^\x00-\x7f]|[!-/:;<>-@[-`{{-~])") for mark in (r"\?", "？", "\ufffd"))


@dataclass(frozen=True, slots=True)
class Run:
    """A mended run.

    Attributes:
        stood: what stood there, from the mark on.
        restored: what it reads.
        gain: how much likelier that is, per character that stood there, in natural logarithms.
        odds: logarithm of the odds against all other readings.
    """

    stood: str
    restored: str
    gain: float
    odds: float


@dataclass(frozen=True, slots=True)
class _End:
    """A reading up to its end: log probability, text, swallowed sign, and the place behind the run.

    `half` if the second byte of its last character is lost, with the sign or alone.
    """

    score: float
    text: str
    sign: str
    place: int
    half: bool = False


IN_VAIN = 30
"""Places searched without finding a single run, after which a text is damaged in some other way."""


@dataclass(slots=True)
class _Page:
    """One text's searches (one for each script that it may be in), what was mended, and how often in vain."""

    searches: tuple[Search, ...]
    runs: list[Run] = field(default_factory=list)
    in_vain: int = 0


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Restore runs that were read one byte off. Bounded: at most `EFFORT` readings are tried."""
    if not any(mark in text for mark in MARKS) or not any(_suspect(text, start + 1) for start in _starts(text)):
        return text, None
    written = script.of(text)
    scripts = (False, True) if written == "unknown" else (written == "traditional",)
    effort = Effort(EFFORT + EFFORT_PER_CHAR * min(len(text), CHARS))
    model = Local(language.model(), text)
    page = _Page(tuple(Search(letters.alphabet(traditional), model, effort) for traditional in scripts))
    text = on_text(text, lambda part: _mend(part, page), html=html)
    if not page.runs:
        return text, None
    first = page.runs[0]
    return text, Repair(
        "byte_shift",
        len(page.runs),
        (first.stood[:40], first.restored[:40]),
        inferred=True,
        score=round(min(run.gain for run in page.runs), 2),
        lost=sum(run.restored.count(endings.UNKNOWN) for run in page.runs),
        passages=tuple((run.stood, run.restored) for run in page.runs[:PASSAGES]),
    )


def _starts(text: str) -> list[int]:
    """Places of the first marks that may begin a run."""
    return sorted(match.start() for pattern in _START for match in islice(pattern.finditer(text), LOOKED_AT))


def _suspect(text: str, at: int) -> bool:
    """True unless the characters behind a mark are what clean text has behind a question mark."""
    near = text[at : at + NEAR]
    return (
        _strange(near)
        or bool(_SPLIT.match(near))
        or any(char in MARKS and endings.telling(text, at + i + 1) for i, char in enumerate(near))
    )


_SPLIT = re.compile(r"[^\x00-\x7f]{0,4}[@-~](?=[\u3400-\u9fff])")
"""A single Latin letter or sign between Chinese characters soon behind a mark: half of a character, perhaps."""


def _strange(stood: str) -> bool:
    """True if a character stands there that running text does not have."""
    common, signs = lexicon.common(), lexicon.signs()
    return any(char > "\x7f" and char not in common and char not in signs for char in stood)


def _mend(part: str, page: _Page) -> str:
    pieces: list[str] = []
    done = 0
    for start in _starts(part):
        if start < done or not _suspect(part, start + 1):
            continue
        if page.in_vain >= IN_VAIN and not page.runs:
            break
        try:
            found = [
                run for search in page.searches if (run := find(part, start, search)) and _of_one_script(run, page)
            ]
        except Spent:
            break
        if not found:
            page.in_vain += 1
            continue
        run = max(found, key=lambda run: run.gain * len(run.stood))
        page.runs.append(run)
        pieces += (part[done:start], run.restored)
        done = start + len(run.stood)
    return "".join((*pieces, part[done:])) if done else part


def _of_one_script(run: Run, page: _Page) -> bool:
    """Where the text does not tell its script, a run that mixes both is a run of the other one read wrongly."""
    tables = script.tables()
    chars = set(run.restored)
    return len(page.searches) == 1 or not (chars & tables.simplified_only and chars & tables.traditional_only)


def find(text: str, start: int, search: Search) -> Run | None:
    """The run that begins with the mark at `start`, None if nothing there was read one byte off, or nothing is sure."""
    ends = _ends(text, start, search)
    return _accepted(text, start, ends, search) if ends else None


def _ends(text: str, start: int, search: Search) -> list[_End]:
    """Every reading of the run, as far as the rows can have met."""
    search.begin(text[:start])
    ends: list[_End] = []
    stop = min(start + LONGEST, len(text))
    for at in range(start + 1, stop + 1):
        effort = search.effort
        effort.take(1)
        if at == len(text):
            return ends + [_End(x.score - DROPPED, x.text, "", at) for x in search.closed()]
        if at == stop:
            return ends
        ends += _ended(text, at, search)
        code = None if "@" <= text[at] <= "~" else gbk.wide_code(text[at])
        if code is None or code[1] < 0x80 or (ends and ends[0].place + TAIL < at):
            return ends
        search.standing(*code)
        if not search.beam:
            return ends
    return ends


def _ended(text: str, at: int, search: Search) -> list[_End]:
    """The readings if the rows meet at `text[at]`, none if they do not."""
    char = text[at]
    if "@" <= char <= "~":
        return [_End(x.score, x.text, "", at + 1) for x in search.closed_by(ord(char))]
    if char in MARKS:
        return [
            _End(
                x.score - sign.price + (readings.scored(search.model, x.context, sign.seen) if sign.seen else 0.0),
                x.text,
                sign.shown,
                at + 1,
                half=True,
            )
            for x in search.closed()
            for sign in endings.swallowed(text, at + 1)
        ]
    if char < "\x80":
        return [_End(x.score - DROPPED, x.text, "", at) for x in search.closed()]
    code = gbk.encode(char)
    if code and code[1] < 0x80:
        return [_End(x.score, x.text + chr(code[1]), "", at + 1) for x in search.closed_by(code[0])]
    return []


def _accepted(text: str, start: int, ends: list[_End], search: Search) -> Run | None:
    """The best of the readings if it is far better than what stands there and clearly better than all others."""
    best, odds = _ranked(text, start, ends, search.model)
    stood = text[start : best[1].place]
    behind = _behind(text, max(end.place for end in ends))
    gain = best[0] - line_score(language.model(), text[max(0, start - 8) : start], text[start:behind])
    sure = _strange(stood) or endings.telling(text, best[1].place)
    if not sure and not _SPLIT.match(text, start + 1):
        return None
    run = Run(stood, best[1].text + best[1].sign, gain / len(stood), odds)
    if (
        readings.unlikeliest(search.model, text[max(0, start - 8) : start], best[1].text.rstrip(endings.UNKNOWN))
        < UNLIKELIEST
    ):
        return None
    rest = "" if best[1].sign else re.split("[\n<&]", text[best[1].place : best[1].place + REST], maxsplit=1)[0]
    return run if _enough(run, best[1].text + rest, search.letters.traditional, sure) else None


def _enough(run: Run, line: str, traditional: bool, sure: bool) -> bool:
    """Whether a reading is likely enough, and clearly the only one; `line` is it with the rest of its line."""
    gain = run.gain * len(run.stood)
    if gain < (AT_LEAST if sure else PLAIN_GAIN) or run.gain < PER_CHAR:
        return False
    return run.odds >= _needed(line, traditional, sure)


_NUMBERED = re.compile("\u3000*(?:（[一二三四五六七八九十0]{1,3}）|[一二三四五六七八九十0]{1,3}、)|\u3000+")
"""What stands before the wording of a heading or label."""


def _needed(line: str, traditional: bool, sure: bool) -> float:
    """Odds that a reading needs; a line whose wording is known as a whole is no guess."""
    if not sure:
        return PLAIN_CLEARLY
    line = language.folded(line)
    found = _NUMBERED.match(line)
    if found and _known(line[found.end() :]):
        return KNOWN_CLEARLY
    if not traditional:
        return SIMPLIFIED_CLEARLY
    return CLEARLY if line[:1] in lexicon.signs() else WITHIN_CLEARLY


def _known(line: str) -> bool:
    """Whether the wording of a line (folded, without number) is known as a whole; its last character may be lost."""
    wording = re.split("[。\u3000]|[^\u3400-\u9fff]*$", line, maxsplit=1)[0]
    half = line[len(wording) :].startswith(endings.UNKNOWN)
    return wording in (lexicon.beginnings() if half else lexicon.phrases())


def _ranked(text: str, start: int, ends: list[_End], model: Local) -> tuple[tuple[float, _End], float]:
    """The best ending with its score, and the logarithm of its odds against all that read differently.

    A last character of which only one byte stands may be unsure: ， and （ before 57件 leave the same. It is U+FFFD
    then, as a sign is that nothing tells, and the rest stands.
    """
    behind = _behind(text, max(end.place for end in ends))
    before = text[max(0, start - 8) : start]
    whole = sorted(
        ((end.score + line_score(model, before + end.text + end.sign, text[end.place : behind]), end) for end in ends),
        key=lambda pair: pair[0],
        reverse=True,
    )
    top, best = whole[0]
    chances = [math.exp(max(score - top, -50.0)) for score, _ in whole]
    known = {end.text for _, end in whole}
    missed = [gain for gain, read in _variants(before, best.text, model) if read not in known]
    against = sum(chances) + sum(math.exp(min(gain, 50.0)) for gain in missed)
    ends = [end for _, end in whole]
    odds = _odds(sum(x for x, end in zip(chances, ends, strict=True) if _alike(end, best)), against)
    if best.half and odds < CLEARLY and len(best.text) > 1:
        for_it = sum(x for x, end in zip(chances, ends, strict=True) if _alike(end, best, but_last=True))
        sign = best.sign and endings.UNKNOWN if best.sign not in "&<(2" else best.sign
        return (top, replace(best, text=best.text[:-1] + endings.UNKNOWN, sign=sign)), _odds(for_it, against)
    signs = [score for score, end in whole if readings.same(end.text, best.text) and end.sign != best.sign]
    if signs and top - max(signs) < SIGN_CLEARLY:
        best = _End(best.score, best.text, endings.UNKNOWN, best.place)
    return (top, best), odds


def _odds(for_it: float, of_all: float) -> float:
    """Logarithm of the odds of what has the chance `for_it` against the rest `of_all`."""
    return math.log(for_it) - math.log(max(of_all - for_it, 0.0) + 1e-15)


def _alike(end: _End, best: _End, *, but_last: bool = False) -> bool:
    """Whether two readings say the same, or the same but for a last character of which only one byte stands."""
    if end.place != best.place:
        return False
    return readings.same(end.text[:-1], best.text[:-1]) and end.half if but_last else readings.same(end.text, best.text)


def _variants(before: str, read: str, model: Local) -> Iterator[tuple[float, str]]:
    """Readings that differ from `read` by one sign or numeral and leave the same, with what they gain."""
    for place, sign, less in hidden.variants(read):
        context = (before + read[:place])[-8:]
        behind = read[place : place + TAIL]
        gain = line_score(model, context, sign + behind[less:]) - line_score(model, context, behind)
        yield gain, read[:place] + sign + read[place + less :]
    for place, other in hidden.numbers(read):
        context, behind = (before + read[:place])[-8:], read[place + 1 : place + TAIL]
        gain = line_score(model, context, other + behind) - line_score(model, context, read[place] + behind)
        yield gain, read[:place] + other + read[place + 1 :]


def _behind(text: str, place: int) -> int:
    """Where the text ends by which an end at `place` is judged: the line's end, or some characters behind."""
    line = text.find("\n", place, place + TAIL)
    return line + 1 if line >= 0 else min(len(text), place + TAIL)
