"""What is seen of a portal, and what is said of its row."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from crawler.items import AttemptItem, Outcome
from crawler.portals.model import Column, Portal

State = Literal["works", "stale", "unsure", "blocked", "broken"]
STATES: tuple[State, ...] = get_args(State)
"""From the best to the worst.

`works`: reports are listed where the row says. `stale`: they are, but the newest is older than one that is due.
`unsure`: the few requests did not lead to a list; a crawl goes further. `blocked`: a gate or robots.txt. `broken`: a
crawl of this row as it stands finds nothing.
"""

FAILING: frozenset[State] = frozenset({"blocked", "broken"})
"""States with which the command's exit code is not 0."""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page that was fetched: what the detector needs of it."""

    url: str
    body: bytes
    content_type: str | None
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenReport:
    """A row of a list that a crawl would open, or a column page that is a report itself (`title` is then its own).

    `year` None: the title does not say. `column`: its list. `found`: it was searched for, the row does not name it.
    """

    url: str
    title: str
    year: int | None
    column: Column
    found: bool = False


@dataclass(slots=True)
class Looked:
    """What the spider of a row's family made of the portal.

    Attributes:
        reports: reports in lists that are meant for them.
        lists: list pages that were read.
        rows: lines of lists, look-alikes among them; `unclear` of them say neither that they are reports nor a year.
        troubles: attempts that failed, in their order; an absence counts as one, a look-alike does not.
        pages: pages that came.
        moved: addresses on foreign hosts to which the portal redirected; they were not asked.
        tls: what was odd about the connection: flags of the download handler.
        unfinished: requests were left when no more could be made.
    """

    reports: list[SeenReport] = field(default_factory=list)
    lists: int = 0
    rows: int = 0
    unclear: int = 0
    troubles: list[AttemptItem] = field(default_factory=list)
    pages: list[SeenPage] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    tls: set[str] = field(default_factory=set)
    unfinished: bool = False

    @property
    def newest(self) -> int | None:
        """The newest year that a title names."""
        return max((report.year for report in self.reports if report.year is not None), default=None)

    @property
    def trouble(self) -> AttemptItem | None:
        """The trouble that says most: a closed door, then a dead line, then the first thing that could not be read."""
        weight: dict[Outcome, int] = {"blocked": 0, "unreachable": 1, "refused": 2, "missing": 2, "unreadable": 2}
        told = (one for one in self.troubles if one.outcome in weight)
        return min(told, key=lambda one: weight[one.outcome], default=None)


@dataclass(frozen=True, slots=True)
class Health:
    """What is said of one row.

    Attributes:
        outcome, reason, detail, url: as of an attempt; `reason` is `ok` where nothing is to be said.
        reports: rows of its list that are reports; `newest` is the newest year among them.
        family: word of the row; `detected` the family that the pages speak for, "" where they say nothing for sure.
        tls: what is odd about the connection, "" for nothing.
        requests: how many were made, robots.txt apart.
        remedy: what is wrong with the row, in a sentence; "" where nothing is.
        proposal: the mended row as TOML; "" where none is known. `tried`: it was tried, and lists reports.
    """

    portal_id: str
    name: str
    state: State
    outcome: Outcome
    reason: str
    detail: str
    url: str
    family: str
    detected: str = ""
    reports: int = 0
    newest: int | None = None
    tls: str = ""
    requests: int = 0
    remedy: str = ""
    proposal: str = ""
    tried: bool = False

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def attempt(self) -> AttemptItem:
        """For the ledger: an attempt of no agency and no year, whose reason says who made it."""
        left_out = {"portal_id", "outcome", "reason", "detail", "url", "name"}
        evidence = {
            key: value for key, value in asdict(self).items() if key not in left_out and value not in ("", None)
        }
        reason = f"doctor:{self.reason}"
        return AttemptItem(self.portal_id, self.outcome, reason, self.detail, self.url, evidence=evidence)


@dataclass(frozen=True, slots=True)
class Remedy:
    """A changed row that may be what the portal needs now: to be tried where requests are left. `why` in a sentence."""

    row: Portal
    why: str
