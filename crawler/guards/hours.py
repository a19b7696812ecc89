"""Night hours: `22:00-06:00` in China's time, which has known no summer time since 1991."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–~]\s*(\d{1,2}):(\d{2})\s*")


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of each day, in China's time, in which portals are asked; `end` may lie after midnight."""

    start: time
    end: time

    @classmethod
    def read(cls, text: str) -> Hours:
        """`22:00-06:00`. Raises ValueError, naming the setting, for anything else."""
        match = _HOURS.fullmatch(text)
        try:
            parts = [int(part) for part in match.groups()] if match else []
            hours = cls(time(parts[0], parts[1]), time(parts[2], parts[3]))
        except (IndexError, ValueError):
            hours = None
        if hours is None or hours.start == hours.end:
            raise ValueError(f"NIGHT_HOURS={text!r}: write two times of day, such as 22:00-06:00 (Asia/Shanghai)")
        return hours

    def left(self, moment: datetime) -> timedelta | None:
        """Time until the hours end; None outside of them."""
        here = moment.astimezone(CHINA)
        for day in (-1, 0):
            begun = datetime.combine(here.date() + timedelta(days=day), self.start, CHINA)
            length = (datetime.combine(begun.date(), self.end, CHINA) - begun) % timedelta(days=1)
            if begun <= here < begun + length:
                return begun + length - here
        return None
