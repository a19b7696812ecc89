"""Division codes of GB/T 2260 (行政区划代码): which were valid when, and which followed them.

The table is `divisions.tsv`; where it comes from stands at its head. It is not read when the registry is loaded: only
the linter, the tests and tools for writing rows need it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NATION = "100000"
"""The code under which bodies of the state stand; GB/T 2260 itself begins below it."""

_TABLE = Path(__file__).resolve().parent / "divisions.tsv"
_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Division:
    """One name under one code.

    Attributes:
        code: six digits; provinces end in `0000`, prefectures in `00`.
        name: 广州市, 海珠区 … without the divisions above.
        since: first calendar year at whose end the name stood under the code; None: before 1980.
        until: last such year; None: it does today.
        successor: code of the division that followed; its own code where only the name changed; "" where none is known.
    """

    code: str
    name: str
    since: int | None
    until: int | None
    successor: str = ""

    def covers(self, year: int) -> bool:
        """Whether the name stood under the code at the end of a year."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


@cache
def divisions() -> dict[str, tuple[Division, ...]]:
    """All codes that were valid at some time since 2003, each with its names from the oldest to the newest."""
    found: dict[str, list[Division]] = defaultdict(list)
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, name, since, until, successor = line.split("\t")
            found[code].append(Division(code, name, _year(since), _year(until), successor))
    return {code: tuple(names) for code, names in found.items()}


def _year(text: str) -> int | None:
    return int(text) if text else None


def division(code: str, year: int | None = None) -> Division | None:
    """What a code means at the end of a year (None: today); None when it was not valid then."""
    names = divisions().get(code, ())
    if year is None:
        return next((one for one in names if one.until is None), None)
    return next((one for one in names if one.covers(year)), None)


def current_code(code: str) -> str | None:
    """The code that is valid today for the place that a code meant; None when none is known to have followed."""
    for _ in range(_LONGEST_CHAIN):
        if division(code) is not None:
            return code
        names = divisions().get(code, ())
        following = names[-1].successor if names else ""
        if not following or following == code:
            return None
        code = following
    return None


def superiors(code: str) -> tuple[str, ...]:
    """Codes of the divisions around one, the province first: 440105 -> 440000, 440100."""
    around = (f"{code[:2]}0000", f"{code[:4]}00")
    return tuple(one for one in around if one != code and division(one) is not None)


def full_name(code: str) -> str:
    """The names of a place from the province down: 440105 -> 广东省广州市海珠区; "" for a code that is not valid."""
    here = division(code)
    if here is None:
        return ""
    above = [found.name for one in superiors(code) if (found := division(one)) is not None]
    return "".join([*above, here.name])
