"""The story of one agency-year, or of a portal: what is owed, what was tried, which step failed, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from crawler.coverage.advice import next_commands
from crawler.coverage.panel import Body, Wanted, panel
from crawler.portals.model import Portal
from crawler.reproduce import reproduce
from crawler.store.coverage import CoverageRow, Facts, http_status
from crawler.store.history import findings, lists_of, pages_at, pages_of, reports_of, runs_on

_STEPS = {
    "never_tried": "not begun: no run has looked",
    "no_column": "list: no column of annual reports was found",
    "empty_list": "list: the column holds no row that could be read",
    "no_row_wanted": "row: the lists were read, and no row is a report that was asked for",
    "not_listed": "row: the lists were read, and no row names this report",
    "guard_night_hours": "not begun: it was not one of the hours in which portals are asked (NIGHT_HOURS)",
    "no_longer_listed": "row: it was listed, and has left its list",
}
_NO_TROUBLE = frozenset({"found", "unchanged", "changed", "not_due", "refused", "missing"})
"""Outcomes of attempts on a portal that say nothing against it while reports of it stand: look-alikes are refused on
every portal."""

_STEPS_BY_STATE = {
    "not_due": "none: it is not due yet",
    "blocked": "fetch: the portal lets nobody in",
    "unreachable": "fetch: the portal, or the page, did not answer",
    "refused": "row: what was listed is no annual report, or leads to a foreign host",
    "unreadable": "reading: a page is there and could not be read",
    "partial": "reading: a page was read and nothing could be taken from it, or it does not say whose it is",
    "missing": "row: nothing was found",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What `scrapy why` prints. `row` is None for a portal; `attempts`, `pages`, `lists` and `findings` are rows of
    `crawler.store.history`, the newest first."""

    portals: Sequence[Portal]
    body: Body | None = None
    row: CoverageRow | None = None
    attempts: Sequence[Any] = ()
    pages: Sequence[Any] = ()
    lists: Sequence[Any] = ()
    findings: Sequence[Any] = ()
    commands: Sequence[str] = field(default_factory=list)
    reports: int | None = None
    """Of a portal: reports that stand in the database."""

    @property
    def step(self) -> str:
        """The step that failed, in a sentence."""
        row = self.row
        if row is None:
            return self._of_portal()
        return step(row.state, row.reason, row.findings)

    def _of_portal(self) -> str:
        newest = self.attempts[0].run_id if self.attempts else None
        telling = [one for one in self.attempts if one.run_id == newest and one.outcome not in _NO_TROUBLE]
        if telling:
            return step(telling[0].outcome, telling[0].reason, 0)
        if self.reports:
            return "none: reports stand"
        if newest is None:
            return "none: nothing was recorded against the portal as a whole"
        return step(self.attempts[0].outcome, self.attempts[0].reason, 0)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        body, row = self.body, self.row
        return {
            "agency": {"id": body.id, "name": body.name, "registered": body.registered} if body else None,
            "owed": row.to_json() if row else None,
            "step": self.step,
            "reports": self.reports,
            "portals": [portal.model_dump(mode="json", exclude={"agencies"}) for portal in self.portals],
            "attempts": [_plain(one) for one in self.attempts],
            "pages": [_plain(one) for one in self.pages],
            "lists": [_plain(one) for one in self.lists],
            "findings": [_plain(one) for one in self.findings],
            "next": list(self.commands),
        }


def step(state: str, reason: str, findings: int) -> str:
    """The step that failed, by what became of it."""
    if state == "found":
        return "check: the report is there, and checks did not pass" if findings else "none: the report is there"
    if reason.startswith("guard_"):
        return _STEPS.get(reason) or f"guard: the crawl was marked or closed ({reason.removeprefix('guard_')})"
    return _STEPS.get(reason) or _STEPS_BY_STATE.get(state, state)


def of_agency(
    engine: Engine, portals: Sequence[Portal], facts: Facts, body: Body, year: int, today: date
) -> Story | None:
    """The story of an agency-year; None where nobody owes it and nothing is known of it."""
    rows = panel(portals, facts, Wanted(agency=body.id, years=frozenset({year})), today).rows
    if not rows:
        return None
    ids = {one for one, _, _ in body.portals}
    tried = runs_on(engine, ids, body.id, year)
    pages = pages_of(engine, body.id, year) or pages_at(engine, [one.url for one in tried if one.url])
    row = rows[0]
    shown = [(one, family) for one, _, family in body.portals]
    tips = next_commands(row.state, row.reason, year, body.id, shown, row.url, row.findings)
    told = findings(engine, {body.id}).get((body.id, year), [])
    own = [portal for portal in portals if portal.id in ids]
    return Story(own, body, row, tried, pages, lists_of(engine, ids), told, tips)


def of_portal(engine: Engine, portal: Portal) -> Story:
    """The story of a portal as a whole."""
    tried = runs_on(engine, {portal.id})
    lists = lists_of(engine, {portal.id})
    pages = pages_at(engine, [*(one.url for one in tried if one.url), *(one.url for one in lists)])
    tips = [f"scrapy doctor {portal.id}", f"scrapy crawl {portal.family} -a portal={portal.id} -a sample=3"]
    tips += [again for again in (reproduce(one.url) for one in tried[:1]) if again]
    standing = reports_of(engine, portal.id)
    return Story([portal], attempts=tried, pages=pages, lists=lists, commands=tips, reports=standing)


def _plain(row: Any) -> dict[str, Any]:
    values = {name: value for name, value in row._mapping.items() if name != "evidence"}
    if "evidence" in row._mapping:
        values["status"] = http_status(row.evidence, row.reason)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
