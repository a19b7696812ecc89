"""Counting while a crawl runs, and adding up what its ledger knows at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from crawler.guards.model import Seen
from crawler.guards.shape import features, sample
from crawler.ledger import Ledger, PortalTally
from crawler.portals.model import Portal
from crawler.reports.model import Report

MOST_PAGES = 40
"""Pages of each kind whose shape is taken: a template shows in the first ones, and each costs a millisecond."""


@dataclass(slots=True)
class Gathered:
    """Counts of one portal while its crawl runs; see `Seen`."""

    answers: int = 0
    errors: int = 0
    pages: int = 0
    unreadable: int = 0
    empty: int = 0
    numberless: int = 0
    certificates: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, set[int]] = field(default_factory=lambda: {"list": set(), "report": set()})
    shaped: dict[str, int] = field(default_factory=lambda: {"list": 0, "report": 0})

    def note_report(self, report: Report | None) -> None:
        """Look whether a report has numbers; other pages are not counted."""
        if report is not None and report.kind == "annual_report":
            self.numberless += all(cell.value is None for cell in report.cells.values())

    def note_shape(self, kind: Literal["list", "report"], body: bytes) -> None:
        """Take the features of a page."""
        if self.shaped[kind] < MOST_PAGES:
            self.shaped[kind] += 1
            self.shapes[kind] |= features(body)


def seen_of(spider: Any, portal: Portal, gathered: Gathered) -> Seen:
    """What a crawl saw of a portal, from its spider's ledger and what was counted."""
    ledger: Ledger = spider.ledger
    tally = ledger[portal.id]
    standing = tally.reports | tally.known.keys()
    years = {year for _, year in standing | tally.stands}
    return Seen(
        whole=ledger.complete and ledger.years is None and not ledger.agency_ids,
        columns=tally.columns,
        rows=_rows(spider, tally),
        read=tally.read,
        standing=len(standing),
        newest=max(years, default=None),
        unlisted=len(tally.unlisted),
        answers=gathered.answers,
        errors=gathered.errors,
        pages=gathered.pages,
        unreadable=gathered.unreadable,
        empty=gathered.empty,
        numberless=gathered.numberless,
        lists=sample(gathered.shapes["list"]),
        articles=sample(gathered.shapes["report"]),
        certificates=dict(gathered.certificates),
    )


def _rows(spider: Any, tally: PortalTally) -> int | None:
    """Rows of all lists; None in a crawl that need not have read all of them."""
    lists = getattr(spider, "lists", None)
    return None if lists is not None and lists.enabled and tally.stands else tally.rows
