"""The seconds that workers and those who watch them agree on."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from croniter import croniter  # type: ignore[import-untyped]
from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds.

    Attributes:
        heartbeat: between two signs of life.
        stalled: age of the last one at which a worker is believed dead and its jobs are given to others. It ends itself
            at half of that.
        poll: between two looks for work, where none was found.
        drain: what running portals are given to end when the worker is to stop; then they are stopped in order, and
            their jobs go back into the queue.
    """

    heartbeat: float = 10.0
    stalled: float = 60.0
    poll: float = 3.0
    drain: float = 600.0

    @classmethod
    def of(cls, settings: BaseSettings) -> Times:
        """As settings say (`CLUSTER_…`).

        Raises:
            ValueError: a heartbeat that would come too late to be believed; what is no number, or no schedule.
        """
        made = cls(**{one.name: _seconds(settings, f"CLUSTER_{one.name.upper()}", one.default) for one in fields(cls)})
        if (schedule := settings.get("CLUSTER_CRAWL_DUE")) and not croniter.is_valid(schedule):
            raise ValueError(f"CLUSTER_CRAWL_DUE={schedule!r} is no time as cron says it: 15 */6 * * *")
        if made.heartbeat <= 0 or made.poll <= 0 or made.stalled < 4 * made.heartbeat:
            raise ValueError(
                f"CLUSTER_STALLED={made.stalled:g} is too short for CLUSTER_HEARTBEAT={made.heartbeat:g}: a worker "
                "would be believed dead while it lives; make it at least four times as long"
            )
        return made


def _seconds(settings: BaseSettings, name: str, default: object) -> float:
    value = settings.get(name, default)
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not 0 <= found < math.inf:
        raise ValueError(f"{name}={value}: a number of seconds")
    return found
