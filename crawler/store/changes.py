"""The feed of changes: what an address of a report showed before and shows now, newest first.

Only one address is compared with itself. That two addresses show different texts (twins, collections) is no change, nor
is what only a newer parser reads otherwise. A change that several addresses of a report made is told once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Engine, Row, and_, func, or_, select

from crawler.store import models as m
from crawler.store.contents import content
from crawler.store.coverage import named_agency, named_portal
from crawler.store.difference import Difference, difference

Kind = Literal["new", "changed", "back", "gone"]
"""`back`: an address shows again what it showed earlier. `gone`: it answers 404 or shows something else."""

KINDS: tuple[Kind, ...] = get_args(Kind)
_REASONS = ("new_content", "other_parser", "back_to_earlier")
_GONE = ("http_404", "http_410")
_AGO = re.compile(r"(\d{1,5})([dhw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the feed.

    Attributes:
        id: the same whenever the feed is made.
        at: UTC time at which the address was seen to show it.
        report_kind: `annual_report` or `work_summary`.
        portal_id: where the address was found.
        reason: that of the attempt.
        by_parser: a newer parser read the new bytes: the publisher may have changed nothing.
        difference: of changed and returned contents; None where nothing was kept to compare.
    """

    id: str
    kind: Kind
    at: datetime
    agency_id: str
    agency: str
    year: int
    report_kind: str
    portal_id: str
    url: str
    title: str
    reason: str
    by_parser: bool = False
    difference: Difference | None = None

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON values."""
        names = ("id", "kind", "agency_id", "agency", "year", "report_kind", "portal_id", "url", "title", "reason")
        told = self.difference.to_json() if self.difference is not None else None
        known = {name: getattr(self, name) for name in names}
        return known | {"at": self.at.isoformat(), "by_parser": self.by_parser, "difference": told}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for. `since` and `until` are UTC moments, the second one exclusive; None for all."""

    since: datetime | None = None
    until: datetime | None = None
    agency: str | None = None
    portal: str | None = None
    years: Collection[int] | None = None
    kinds: Collection[Kind] = KINDS
    parser: bool = False

    def holds(self, moment: datetime) -> bool:
        """Whether it lies in the time asked for."""
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


def in_order(since: datetime | None, until: datetime | None) -> None:
    """See that a time does not end before it begins.

    Raises:
        ValueError: it does.
    """
    if since is not None and until is not None and until <= since:
        raise ValueError(f"--until ({until:%Y-%m-%d}) lies before --since ({since:%Y-%m-%d})")


def moment(text: str, now: datetime, *, end: bool = False) -> datetime:
    """`2026-01-31`, `2026-01-31T12:00`, `7d`, `12h` or `2w` (ago) as a moment in UTC; with `end` a day is its end.

    Raises:
        ValueError: naming what it cannot read.
    """
    text = text.strip()
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        found = datetime.fromisoformat(text)
        if end and found.time() == time() and len(text) <= len("2026-01-31"):
            found += timedelta(days=1)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:40]!r} is no date: write 2026-01-31, or 7d for the last seven days") from error


def changes(engine: Engine, wanted: Wanted) -> Iterator[Change]:
    """The changes, newest first. Differences are made one at a time: a long feed needs no more memory than a short one.

    Changes that a newer parser made (`other_parser`) are left out unless `wanted.parser`.
    """
    with engine.connect() as connection:
        found = list(_stored(connection, wanted))
        if "gone" in wanted.kinds:
            found += _gone(connection, wanted)
        found.sort(key=lambda one: (one[0].at, one[0].id), reverse=True)
        for change, before, after in found:
            yield _with_difference(connection, change, before, after)


_Found = tuple[Change, int | None, int | None]
"""A change, and the versions before and after it."""


def _with_difference(connection: Connection, change: Change, before: int | None, after: int | None) -> Change:
    if before is None or after is None:
        return change
    old, new = content(connection, before), content(connection, after)
    if old is None or new is None:
        return change
    names = {name: getattr(change, name) for name in Change.__dataclass_fields__}
    return Change(**names | {"difference": difference(old, new)})


def _filtered(query: Any, wanted: Wanted, agency_year: tuple[Any, Any]) -> Any:
    agency_id, year = agency_year
    if wanted.agency:
        query = query.where(named_agency(wanted.agency))
    if wanted.portal:
        query = query.where(m.Attempt.portal_id.in_(select(m.Portal.id).where(named_portal(wanted.portal))))
    if wanted.years is not None:
        query = query.where(year.in_(wanted.years))
    return query.where(m.Agency.id == agency_id)


def _stored(connection: Connection, wanted: Wanted) -> Iterator[_Found]:
    """New reports and other contents, oldest first, from the attempts that were written with them."""
    attempt = m.Attempt
    query = (
        select(
            attempt.fingerprint, attempt.at, attempt.outcome, attempt.reason, attempt.portal_id, attempt.url,
            attempt.year, attempt.evidence, m.Agency.id, m.Agency.name,
        )
        .where(
            or_(
                and_(attempt.outcome == "changed", attempt.reason.in_(_REASONS)),
                attempt.outcome.in_(["found", "partial"]),
            )
        )
        .order_by(attempt.at, attempt.id)
    )  # fmt: skip
    told: dict[tuple[int, int], str] = {}
    for row in connection.execute(_filtered(query, wanted, (attempt.agency_id, attempt.year))):
        evidence = row.evidence
        before, after = evidence.get("before"), evidence.get("version")
        kind = _kind(connection, row, after)
        if kind is None:
            continue
        if kind == "changed" and before and after and told.setdefault((before, after), row.url) != row.url:
            continue  # another address of the report followed
        by_parser = row.reason == "other_parser"
        if kind in wanted.kinds and wanted.holds(row.at) and (wanted.parser or not by_parser):
            yield _change(row, kind, by_parser=by_parser), before, after


def _kind(connection: Connection, row: Row[Any], after: int | None) -> Kind | None:
    """What an attempt tells; None for what is no change (another text elsewhere, a cut page of a known report)."""
    if row.outcome != "changed":
        return "new" if row.reason == "new_report" or row.evidence.get("new_report") else None
    if row.reason != "back_to_earlier":
        return "changed"
    if after is None:
        return "back"
    shown, page = m.VersionPage, m.Page
    earlier = (
        select(shown.version_id)
        .join(page, page.id == shown.page_id)
        .where(shown.version_id == after, page.url == row.url, shown.first_seen < row.at)
    )
    # Else the address never showed it: another address of the report had it first.
    return "back" if connection.execute(earlier.limit(1)).first() else "changed"


def _change(row: Row[Any], kind: Kind, *, by_parser: bool) -> Change:
    evidence = row.evidence
    return Change(
        id=row.fingerprint,
        kind=kind,
        at=row.at,
        agency_id=row.id,
        agency=row.name,
        year=row.year,
        report_kind=str(evidence.get("kind") or ""),
        portal_id=row.portal_id,
        url=row.url or "",
        title=str(evidence.get("title") or ""),
        reason=row.reason,
        by_parser=by_parser,
    )


def _gone(connection: Connection, wanted: Wanted) -> Iterator[_Found]:
    """Reports whose address answers 404 or shows a look-alike since it showed them last, each address once."""
    attempt, report = m.Attempt, m.Report
    last = (
        select(
            m.Version.report_id,
            m.Page.url,
            func.max(m.VersionPage.last_seen).label("last_seen"),
        )
        .join(m.VersionPage, m.VersionPage.version_id == m.Version.id)
        .join(m.Page, m.Page.id == m.VersionPage.page_id)
        .group_by(m.Version.report_id, m.Page.url)
        .subquery()
    )
    other = or_(attempt.reason.in_(_GONE), and_(attempt.outcome == "refused", attempt.reason.startswith("look_alike:")))
    query = (
        select(
            attempt.fingerprint, attempt.at, attempt.reason, attempt.portal_id, attempt.url, report.id.label("report"),
            report.year, report.kind, m.Agency.id, m.Agency.name, last.c.last_seen,
        )
        .join(last, and_(last.c.url == attempt.url, last.c.last_seen < attempt.at))
        .join(report, report.id == last.c.report_id)
        .where(other)
        .order_by(attempt.at, attempt.id)
    )  # fmt: skip
    seen: set[tuple[int, str]] = set()
    for row in connection.execute(_filtered(query, wanted, (report.agency_id, report.year))).all():
        if (row.report, row.url) in seen or not _other_bytes(connection, row):
            continue
        seen.add((row.report, row.url))
        if wanted.holds(row.at):
            yield _gone_change(row), None, None


def _gone_change(row: Row[Any]) -> Change:
    return Change(
        id=f"{row.fingerprint}-{row.report}",
        kind="gone",
        at=row.at,
        agency_id=row.id,
        agency=row.name,
        year=row.year,
        report_kind=row.kind,
        portal_id=row.portal_id,
        url=row.url,
        title="",
        reason=row.reason,
    )


def _other_bytes(connection: Connection, row: Row[Any]) -> bool:
    """Whether the publisher put something else there; the same bytes, refused by a newer parser, are no change."""
    if row.reason in _GONE:
        return True
    page, shown, version = m.Page, m.VersionPage, m.Version
    newest = select(page.id).where(page.url == row.url).order_by(page.last_seen.desc(), page.id.desc()).limit(1)
    of_report = (
        select(shown.page_id)
        .join(version, version.id == shown.version_id)
        .where(version.report_id == row.report, shown.page_id == newest.scalar_subquery())
    )
    return connection.execute(of_report.limit(1)).first() is None
