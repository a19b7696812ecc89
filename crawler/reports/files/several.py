"""One file with several reports: a bureau's and its branches', or three years in one volume.

Read as one page they would mix, and their tables contradict each other. Of several, the one that was asked for is read,
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
    starts = _starts(parts)
    if len(starts) < 2:
        return parts, None
    asked = judge(wanted)
    scores = [
        (one.reading.year == asked.year is not None) + 2 * (one.reading.agency == asked.agency is not None)
        for one in starts
    ]
    n = scores.index(max(scores))
    begin = starts[n].at if n else 0
    end = starts[n + 1].at if n + 1 < len(starts) else len(parts)
    names = "; ".join(one.title for one in starts[:12])
    message = f"the file holds {len(starts)} reports ({names}); {starts[n].title} was read"
    return parts[begin:end], Finding("several_reports", "hard", message, left=str(len(starts)), right="1")


def _starts(parts: Sequence[Part]) -> list[_Start]:
    """Titles behind which the sections of a report follow, each report once."""
    titles = [found for at in range(len(parts)) if (found := _title(parts, at)) is not None]
    kept: list[_Start] = []
    for n, one in enumerate(titles):
        end = titles[n + 1].at if n + 1 < len(titles) else len(parts)
        headings = sum(1 for part in parts[one.at : end] if isinstance(part, Paragraph) and _TOP.match(part.text))
        if headings >= _LEAST_HEADINGS and one.key not in {other.key for other in kept}:
            kept.append(one)
    return kept


def _title(parts: Sequence[Part], at: int) -> _Start | None:
    """The title that stands at a part, with the agency from the line above where it is set in two lines."""
    part = parts[at]
    if not isinstance(part, Paragraph) or not 8 <= len(part.text) <= _LONGEST_TITLE or "报告" not in part.text:
        return None
    reading = judge(part.text)
    if reading.kind != "annual_report" or reading.year is None or "。" in part.text:
        return None
    above = parts[at - 1] if at else None
    if reading.agency is None and isinstance(above, Paragraph) and 3 <= len(above.text) <= 40:
        both = judge(above.text + part.text)
        if both.kind == "annual_report" and both.agency is not None:
            return _Start(at - 1, above.text + part.text, both)
    return _Start(at, part.text, reading)
