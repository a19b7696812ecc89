"""What was tried for agency-years and portals, and what stands behind a report: read set-wise for pages of coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Engine, func, or_, select

from crawler.store import models as m
from crawler.store.failures import DOCTOR

MOST_ATTEMPTS = 6
"""Attempts of an agency-year that a page of coverage tells, the newest first."""

MOST_FINDINGS = 20

_MANY = 400
"""Ids that one query names; above that all rows are read, which is quicker and no database refuses it."""


def attempts(engine: Engine, agency_ids: Collection[str]) -> dict[tuple[str, int], list[Any]]:
    """(agency id, year) to its newest attempts, newest first."""
    own = m.Attempt
    rank = func.row_number().over(partition_by=(own.agency_id, own.year), order_by=(own.at.desc(), own.id.desc()))
    told = (
        select(
            own.agency_id, own.year, own.at, own.portal_id, own.outcome, own.reason, own.detail, own.url, own.evidence,
            rank.label("rank"),
        )
        .where(own.agency_id.is_not(None), own.year.is_not(None), *_few(own.agency_id, agency_ids))
        .subquery()
    )  # fmt: skip
    query = select(told).where(told.c.rank <= MOST_ATTEMPTS).order_by(told.c.rank)
    found: dict[tuple[str, int], list[Any]] = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(query):
            found[row.agency_id, row.year].append(row)
    return found


def findings(engine: Engine, agency_ids: Collection[str]) -> dict[tuple[str, int], list[Any]]:
    """(agency id, year) to the findings of the newest version of its annual report, hard ones first."""
    newest = (
        select(
            m.Version.id,
            m.Version.report_id,
            func.row_number()
            .over(partition_by=m.Version.report_id, order_by=(m.Version.last_seen.desc(), m.Version.id.desc()))
            .label("rank"),
        )
    ).subquery()
    query = (
        select(m.Report.agency_id, m.Report.year, m.Finding.code, m.Finding.severity, m.Finding.message, m.Report.kind)
        .join(newest, newest.c.report_id == m.Report.id)
        .join(m.Finding, m.Finding.version_id == newest.c.id)
        .where(newest.c.rank == 1, m.Finding.severity.in_(["hard", "soft"]), *_few(m.Report.agency_id, agency_ids))
        .order_by(m.Report.kind, m.Finding.severity, m.Finding.position)
    )
    found: dict[tuple[str, int], list[Any]] = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(query):
            known = found[row.agency_id, row.year]
            if len(known) < MOST_FINDINGS and (not known or known[0].kind == row.kind):
                known.append(row)
    return found


def runs_on(
    engine: Engine, portal_ids: Collection[str], agency_id: str | None = None, year: int | None = None, limit: int = 40
) -> list[Any]:
    """Attempts on these portals with their runs, newest run first: those of the portals as a whole, and those of the
    agency-year; of all agencies where none is named."""
    own = m.Attempt
    query = (
        select(
            own.at, own.portal_id, own.agency_id, own.year, own.outcome, own.reason, own.detail, own.url, own.evidence,
            m.Run.id.label("run_id"), m.Run.spider, m.Run.started_at, m.Run.ended_at, m.Run.finish_reason,
        )
        .join(m.Run, m.Run.id == own.run_id)
        .where(or_(m.Run.spider.is_(None), m.Run.spider != DOCTOR))
        .order_by(m.Run.started_at.desc(), m.Run.id, own.agency_id.is_(None), own.at.desc(), own.id.desc())
        .limit(limit)
    )  # fmt: skip
    whole = own.portal_id.in_(sorted(portal_ids)) & own.agency_id.is_(None) & (own.year.is_(None) | (own.year == year))
    if agency_id is not None:
        query = query.where(or_((own.agency_id == agency_id) & (own.year == year), whole))
    else:
        query = query.where(own.portal_id.in_(sorted(portal_ids)), own.agency_id.is_(None))
    with engine.connect() as connection:
        return list(connection.execute(query))


def reports_of(engine: Engine, portal_id: str) -> int:
    """How many reports stand that a portal showed."""
    shown = (
        select(m.Version.report_id)
        .join(m.VersionPage, m.VersionPage.version_id == m.Version.id)
        .join(m.Page, m.Page.id == m.VersionPage.page_id)
        .where(m.Page.portal_id == portal_id)
        .distinct()
    )
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(shown.subquery())) or 0


def pages_of(engine: Engine, agency_id: str, year: int) -> list[Any]:
    """The pages that showed a report, newest first: address, bytes, hash, where the archive holds them."""
    page = m.Page
    query = (
        _page_columns()
        .join(m.VersionPage, m.VersionPage.page_id == page.id)
        .join(m.Version, m.Version.id == m.VersionPage.version_id)
        .join(m.Report, m.Report.id == m.Version.report_id)
        .where(m.Report.agency_id == agency_id, m.Report.year == year)
        .distinct()
        .order_by(page.last_seen.desc(), page.url)
    )
    with engine.connect() as connection:
        return list(connection.execute(query))


def pages_at(engine: Engine, urls: Iterable[str]) -> list[Any]:
    """The contents of these addresses, newest first."""
    query = _page_columns().where(m.Page.url.in_(sorted(set(urls))[:_MANY])).order_by(m.Page.last_seen.desc())
    with engine.connect() as connection:
        return list(connection.execute(query))


def lists_of(engine: Engine, portal_ids: Collection[str]) -> list[Any]:
    """The lists of these portals as they were last seen."""
    own = m.ListState
    query = (
        select(own.portal_id, own.url, own.rows, own.seen_at, own.complete_at)
        .where(own.portal_id.in_(sorted(portal_ids)))
        .order_by(own.portal_id, own.url)
    )
    with engine.connect() as connection:
        return list(connection.execute(query))


def _page_columns() -> Any:
    page = m.Page
    return select(
        page.id, page.portal_id, page.url, page.role, page.status, page.size, page.sha256, page.content_type,
        page.archive_file, page.archive_offset, page.first_seen, page.last_seen, page.times_seen,
    )  # fmt: skip


def _few(column: Any, ids: Collection[str]) -> list[Any]:
    return [column.in_(sorted(ids))] if len(ids) <= _MANY else []
