"""What one crawl saw of one portal, and what a guard says of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

STAT = "seen/"
"""Stats key, followed by the portal's id, under which a run keeps what it saw (`runs.stats`)."""


@dataclass(slots=True)
class Seen:
    """A portal as one crawl saw it.

    Attributes:
        whole: everything was asked for: no sample, not only some years or agencies.
        columns, read: lists opened; candidate pages that were fetched, or are known and still listed.
        rows: rows of all lists; None where not all of them were read because nothing new was to be expected.
        standing: reports that this crawl stored or met as known.
        newest: newest fiscal year of a report that stands in the database; None without one.
        unlisted: reports whose row has left its list.
        answers, errors: answers of the portal's hosts, and those of them with a status from 400 up.
        pages, unreadable, empty, numberless: candidate pages that were fetched, those that could not be read, reports
            of which nothing could be read, and reports without one statutory number (before 2014 most have none).
        lists, articles: samples of the features of the list and article pages (`crawler.guards.shape`).
        certificates: https host to what is wrong with its certificate, "" for one in order.
    """

    whole: bool = True
    columns: int = 0
    rows: int | None = 0
    read: int = 0
    standing: int = 0
    newest: int | None = None
    unlisted: int = 0
    answers: int = 0
    errors: int = 0
    pages: int = 0
    unreadable: int = 0
    empty: int = 0
    numberless: int = 0
    lists: str = ""
    articles: str = ""
    certificates: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As JSON values; what says nothing is left out."""
        default = asdict(Seen())
        return {name: value for name, value in asdict(self).items() if value != default[name]}

    @classmethod
    def from_json(cls, value: object) -> Seen | None:
        """What `to_json` made; None for what is something else (another release may have written it)."""
        if not isinstance(value, dict):
            return None
        default = cls()
        kept: dict[str, Any] = {}
        for name, found in value.items():
            usual = getattr(default, name, None) if name in cls.__dataclass_fields__ else None
            wanted = (int, type(None)) if name in {"rows", "newest"} else (type(usual),)
            if name in cls.__dataclass_fields__ and isinstance(found, wanted):
                kept[name] = found
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard says.

    Attributes:
        name: stable word; the attempt's reason is `guard_<name>`.
        detail: one sentence for a person, with the next command.
        evidence: small JSON-able facts.
    """

    name: str
    detail: str
    evidence: dict[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Reason of the attempt, or of the crawl's end."""
        return f"guard_{self.name}"
