"""One page or file with several reports: a bureau's and its branches', or three years in one volume.

Read as one they would mix, and their tables contradict each other. Of several, the one that was asked for is read,
else the first, and a finding names them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reports.files.model import Paragraph, Part
from crawler.reports.model import Finding
from crawler.reports.titles import TitleReading, judge

_TOP = re.compile(r"^[一二三四五六]\s?[、.．]\s?\S{2,40}$")
_LONGEST_TITLE = 60
_LEAST_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a report begins: its first part, its title, what the title says."""

    at: int
    title: str
    reading: TitleReading

    @property
    def key(self) -> tuple[str | None, int | None]:
        """Whose report of which year it is."""
        return self.reading.agency, self.reading.year


def pick(parts: Sequence[Part], wanted: str) -> tuple[Sequence[Part], Finding | None]:
    """The parts of one report, and a finding where the file holds several. `wanted` is the title that led here."""
    found = apart([part.text if isinstance(part, Paragraph) else None for part in parts], (wanted,), "the file")
    return (parts, None) if found is None else (parts[found[0]], found[1])


def apart(lines: Sequence[str | None], wanted: Sequence[str], what: str) -> tuple[slice, Finding] | None:
    """Which lines are the report that was asked for, where there are several; None for one report or none.

    Args:
        lines: text of each paragraph, None for a table or picture.
        wanted: titles that say which report is meant, the most telling first.
        what: what holds them, for the finding.
    """
    starts = _starts(lines)
    if len(starts) < 2:
        return None
    told = (judge(title) for title in wanted if title)
    asked = next((one for one in told if one.year is not None or one.agency is not None), judge(""))
    scores = [_likeness(one.reading, asked) for one in starts]
    n = scores.index(max(scores))
    begin = starts[n].at if n else 0
    end = starts[n + 1].at if n + 1 < len(starts) else len(lines)
    names = "; ".join(one.title for one in starts[:12])
    message = f"{what} holds {len(starts)} reports ({names}); {starts[n].title} was read"
    return slice(begin, end), Finding("several_reports", "hard", message, left=str(len(starts)), right="1")


def _likeness(one: TitleReading, asked: TitleReading) -> int:
    return (one.year == asked.year is not None) + 2 * (one.agency == asked.agency is not None)


def _starts(lines: Sequence[str | None]) -> list[_Start]:
    """Titles behind which the sections of a report follow, each report once."""
    titles = [found for at in range(len(lines)) if (found := _title(lines, at)) is not None]
    kept: list[_Start] = []
    for n, one in enumerate(titles):
        end = titles[n + 1].at if n + 1 < len(titles) else len(lines)
        headings = sum(1 for line in lines[one.at : end] if line is not None and _TOP.match(line))
        if headings >= _LEAST_HEADINGS and one.key not in {other.key for other in kept}:
            kept.append(one)
    return kept


def _title(lines: Sequence[str | None], at: int) -> _Start | None:
    """The title that stands in a line, with the agency from the line above where it is set in two lines."""
    line = lines[at]
    if line is None or not 8 <= len(line) <= _LONGEST_TITLE or "报告" not in line:
        return None
    reading = judge(line)
    if reading.kind != "annual_report" or reading.year is None or "。" in line:
        return None
    above = lines[at - 1] if at else None
    if reading.agency is None and above is not None and 3 <= len(above) <= 40:
        both = judge(above + line)
        if both.kind == "annual_report" and both.agency is not None:
            return _Start(at - 1, above + line, both)
    return _Start(at, line, reading)
