"""A job is one portal, crawled once; its result is what a person wants to know of it afterwards."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

State = Literal["done", "silent", "marked", "unfinished", "crashed"]
"""`done`: read to its end. `silent`: to its end, and not one page came. `marked`: a guard found something wrong.
`unfinished`: stopped before its end (by hand, by a guard, for want of a database). `crashed`: the crawl raised."""


@dataclass(frozen=True, slots=True)
class Job:
    """One portal to be crawled.

    Attributes:
        portal_id, name, family: of the registry row.
        hosts: exact host names; two jobs that share one never run at the same time.
        years: fiscal years to look for; None for all that the portal shows.
        reports: agency-years of the registry that are looked for, as far as they can be told beforehand.
        requests: how many requests it will about take. A guess from the registry and from what is known of the portal.
        delay: seconds between two requests to it.
        why: why it is to be done, in a few words.
    """

    portal_id: str
    name: str
    family: str
    hosts: tuple[str, ...]
    years: tuple[int, ...] | None = None
    reports: int = 0
    requests: int = 1
    delay: float = 0.0
    why: str = ""

    @property
    def seconds(self) -> float:
        """How long it will about take at the polite rate."""
        return self.requests * self.delay

    def to_json(self) -> dict[str, Any]:
        """The job as JSON values."""
        return asdict(self) | {"seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job.

    Attributes:
        reason: Scrapy's finish reason, or the error's type.
        new, changed, unchanged: reports stored for the first time, with another content, as they were.
        guards: named reasons that guards gave.
        line: one sentence for a person.
    """

    job: Job
    state: State
    reason: str
    requests: int = 0
    pages: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    seconds: float = 0.0
    guards: tuple[str, ...] = ()
    line: str = ""

    def to_json(self) -> dict[str, Any]:
        """The result as JSON values."""
        return {"portal": self.job.portal_id, **{k: v for k, v in asdict(self).items() if k != "job"}}


@dataclass(slots=True)
class Tally:
    """The results of many jobs together."""

    results: list[JobResult] = field(default_factory=list)
    not_begun: int = 0

    def count(self, *states: State) -> int:
        """How many ended so."""
        return sum(one.state in states for one in self.results)

    def total(self, what: Literal["requests", "pages", "new", "changed", "unchanged"]) -> int:
        """A count of all jobs together."""
        return sum(getattr(one, what) for one in self.results)
