"""A short run of bytes in more than one encoding: the cheapest way through it, character by character.

Each position of the run may be read in each of three encodings; characters cost what `judge` says, a change of encoding
costs `SWITCH` or more, a byte that is no character `judge.UNREADABLE`. The cheapest path (Viterbi) is the reading.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

from crawler.text import judge

CODECS = ("utf-8", "gb18030", "big5hkscs")
"""Encodings that are mixed within pages."""

SWITCH = -11.0
"""Price of a change of encoding: about what one rare character costs more than a frequent one, and then some."""

VALID_SWITCH = -20.0
"""The same where the bytes make no error as they are: a name of rare characters must not be taken for a piece."""

EURO = -13.0
"""0x80 in a GBK page is the euro sign, as in Windows and in the WHATWG Encoding standard."""

MOST = 60_000
"""Characters that are remembered for each encoding."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters read in one encoding; `lost` of them stand as U+FFFD because they could not be read."""

    codec: str
    text: str
    lost: int


@dataclass(frozen=True, slots=True)
class _Step:
    """One character: how many bytes it takes, what it costs, whether it could not be read."""

    char: str
    width: int
    price: float
    lost: bool


class _Reader(dict[bytes, _Step]):
    """Steps of one encoding, by their bytes."""

    def __init__(self, codec: str) -> None:
        super().__init__()
        self.codec = codec

    def __missing__(self, data: bytes) -> _Step:
        if len(self) > MOST:
            self.clear()
        step = self[data] = self._read(data)
        return step

    def _read(self, data: bytes) -> _Step:
        try:
            char = data.decode(self.codec)
        except UnicodeDecodeError as error:
            if self.codec == "gb18030" and data[0] == 0x80:
                return _Step("\u20ac", 1, EURO, lost=False)
            if self.codec == "big5hkscs" and (char := _windows(data)):
                return _Step(char, len(data), judge.likelihood(char), lost=False)
            # UTF-8 tells how far a broken character reaches; in the others a bad byte stands alone.
            width = error.end - error.start if self.codec == "utf-8" else 1
            return _Step("\ufffd", width, judge.UNREADABLE, lost=True)
        return _Step(char, len(data), judge.likelihood(char), lost=False)

    def at(self, data: bytes, place: int) -> _Step:
        """The step from `place` on."""
        return self[data[place : place + self._width(data, place)]]

    def _width(self, data: bytes, place: int) -> int:
        lead = data[place]
        if lead < 0x80:
            return 1
        if self.codec == "utf-8":
            return 1 if lead < 0xC2 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        behind = data[place + 1 : place + 2]
        return 4 if self.codec == "gb18030" and behind and 0x30 <= behind[0] <= 0x39 else 2


def _windows(data: bytes) -> str:
    """The character of Big5 as Windows has it (the euro sign, some kana); nothing if there is none."""
    try:
        return data.decode("cp950")
    except UnicodeDecodeError:
        return ""


_readers = {codec: _Reader(codec) for codec in CODECS}


def read(data: bytes, codec: str, last: str | None = None, *, switch: float = SWITCH) -> list[Run]:
    """Read `data`, which stands in a page that is in `codec`; every byte is part of exactly one run.

    `last` is the encoding of a piece that ends right before `data`, if one does: it goes on at no price. A change
    costs `switch`.
    Time is linear in the length, about 5 microseconds a byte: for short runs that look wrong.
    """
    codecs = (codec, *(other for other in CODECS if other != codec))
    readers = [_readers[name] for name in codecs]
    paths = _Paths(len(data), [0.0 if name in (codec, last) else -math.inf for name in codecs], switch)
    for place in range(len(data)):
        if not paths.enter(place):
            continue
        for number, reader in enumerate(readers):
            step = reader.at(data, place)
            paths.offer(place, number, step)
            if data[place] >= 0x80 and not step.lost:
                # Where half a character was cut off, what follows is read rightly only one byte later.
                paths.offer(place, number, _SKIPPED)
    steps = [(codecs[number], step) for number, step in paths.best()]
    return [_run(name, [step for _, step in group]) for name, group in groupby(steps, key=lambda pair: pair[0])]


_SKIPPED = _Step("\ufffd", 1, judge.UNREADABLE, lost=True)


def _run(codec: str, steps: list[_Step]) -> Run:
    return Run(codec, "".join(step.char for step in steps), sum(step.lost for step in steps))


class _Paths:
    """The best way to each position in each encoding."""

    def __init__(self, length: int, starts: list[float], switch: float) -> None:
        self._switch = switch
        self._total = [[start] + [-math.inf] * length for start in starts]
        self._back: list[list[tuple[int, int, _Step] | None]] = [[None] * (length + 1) for _ in starts]
        self._here: list[tuple[float, int]] = []

    def enter(self, place: int) -> bool:
        """Stand at `place`, with a change of encoding where that is cheaper; False if no character ends there."""
        column = [row[place] for row in self._total]
        high = max(column)
        if high == -math.inf:
            return False
        best = column.index(high)
        changed = high + self._switch
        self._here = [(total, number) if total >= changed else (changed, best) for number, total in enumerate(column)]
        return True

    def offer(self, place: int, number: int, step: _Step) -> None:
        """Go on from `place` by `step` in the encoding `number`, if that is the best way to where it ends."""
        total, before = self._here[number]
        total += step.price
        end = place + step.width
        if total > self._total[number][end]:
            self._total[number][end] = total
            self._back[number][end] = (place, before, step)

    def best(self) -> list[tuple[int, _Step]]:
        """(encoding, step) along the best way through all of it."""
        place = len(self._total[0]) - 1
        column = [row[place] for row in self._total]
        number = column.index(max(column))
        steps: list[tuple[int, _Step]] = []
        while place and (back := self._back[number][place]):
            place, before, step = back
            steps.append((number, step))
            number = before
        return steps[::-1]
