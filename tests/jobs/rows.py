"""Rows and states of agendas for the tests of this room."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from crawler.agenda import ALL_YEARS
from crawler.portals.model import Agency, Portal
from crawler.store.agenda import Agenda, Look

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BUREAU = Agency(id="110000-sthjj", name="某市生态环境局", type="department", level="prefecture", code="110000")
CITY = Agency(id="110000-zf", name="某市人民政府", type="government", level="prefecture", code="110000")


def portal(host: str = "sthjj.example.gov.cn", *agencies: Agency, **changes: object) -> Portal:
    """A row of family trs."""
    facts: dict[str, object] = {
        "id": host, "name": "某市", "place": "某市", "family": "trs", "base": f"http://{host}/", "hosts": (host,),
        "agencies": agencies or (BUREAU,), "evidence": "made for this test", "checked": date(2026, 1, 1),
    }  # fmt: skip
    return Portal.model_validate(facts | changes)


def look(outcome: str | None = "found", days: float = 1, failures: int = 0, **changes: object) -> Look:
    """A look so many days ago; `outcome` None for one that was planned and never came to its end."""
    at = NOW - timedelta(days=days)
    values: dict[str, object] = {"planned_at": at, "failures": failures}
    if outcome is not None:
        values |= {"attempted_at": at, "outcome": outcome, "reason": "gate_412" if outcome == "blocked" else ""}
    return Look(**(values | changes))  # type: ignore[arg-type]


def agenda(
    looks: dict[int, Look] | None = None,
    agencies: dict[tuple[str, int], Look] | None = None,
    reports: frozenset[tuple[str, int]] = frozenset(),
    news: datetime | None = None,
    host: str = "sthjj.example.gov.cn",
) -> Agenda:
    """What the database knows of one portal. `looks` by year, 0 (ALL_YEARS) for the whole."""
    assert ALL_YEARS == 0
    return Agenda(
        {host: looks} if looks else {},
        {(host, agency, year): one for (agency, year), one in (agencies or {}).items()},
        reports,
        {},
        {host: news} if news else {},
    )
