"""Fiscal years: what a user may write, and when a report of a year is due.

Due dates (Regulation on the Disclosure of Government Information 2019, arts. 49-50; before 2019 art. 31): departments
publish by 31 January, governments by 31 March of the following year; until fiscal year 2018 everybody by 31 March.
"""

from __future__ import annotations

import re
from datetime import date

FIRST_YEAR = 2008
"""The first fiscal year anybody reported: the regulation came into force on 2008-05-01."""

_PART = re.compile(r"^\s*(\d{4})\s*(?:[-–~至到]\s*(\d{4}))?\s*$")


def parse_years(text: str, *, newest: int = 2100) -> frozenset[int]:
    """Read `2023`, `2019-2023` or `2008,2019-2021` (also with full-width signs or 至).

    `newest` is the last year that can be asked for: a report may appear at the end of its own year, never before.

    Raises:
        ValueError: naming the part that is no year, or a range that runs backwards or leaves 2008 to `newest`.
    """
    years: set[int] = set()
    for part in re.split(r"[,，、;；]", str(text)):
        match = _PART.match(part)
        if match is None:
            raise ValueError(f"{part!r} is not a year or a range of years (write 2023 or 2019-2023)")
        first, last = int(match[1]), int(match[2] or match[1])
        if not FIRST_YEAR <= first <= last <= newest:
            raise ValueError(f"{part!r}: reports exist from {FIRST_YEAR} to {newest}, and a range runs upwards")
        years.update(range(first, last + 1))
    return frozenset(years)


def due_date(fiscal_year: int, *, government: bool) -> date:
    """The last day on which the report of `fiscal_year` is in time, for a government or for a department."""
    if fiscal_year <= 2018 or government:
        return date(fiscal_year + 1, 3, 31)
    return date(fiscal_year + 1, 1, 31)


def newest_due(today: date) -> int:
    """The newest fiscal year whose reports may be expected: the one before `today`'s."""
    return today.year - 1
