"""What others read from the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, Table, case, column, select
from sqlalchemy import table as named

from crawler.store import models as m
from crawler.store.engine import database_url
from crawler.store.errors import NoDatabase
from crawler.store.migrate import open_store
from crawler.store.statements import table

CURRENT = named("current_versions", column("report_id"), column("version_id"))
"""The view: of each report the version that is worth most among those that an address still shows."""


@dataclass(frozen=True, slots=True)
class RememberedColumn:
    """A column that an earlier run found: `params` as the family's spider gave them, `clicks` from the home page."""

    portal_id: str
    url: str
    title: str
    params: dict[str, Any]
    clicks: int
    last_seen: datetime


def remembered_columns(database: Engine | str | None, portal_id: str) -> list[RememberedColumn]:
    """The columns that spiders found by themselves on a portal, last seen first.

    Args:
        database: an opened store, or its URL (None for the default); nothing is remembered where there is none yet.
        portal_id: registry id.

    Raises:
        StoreError: given a URL, when the database is there and cannot be used (see `open_store`).
    """
    if isinstance(database, Engine):
        return _remembered(database, portal_id)
    try:
        engine = open_store(database_url(database), create=False)
    except NoDatabase:
        return []
    try:
        return _remembered(engine, portal_id)
    finally:
        engine.dispose()


def _remembered(engine: Engine, portal_id: str) -> list[RememberedColumn]:
    own = m.Column
    query = (
        select(own.portal_id, own.url, own.title, own.params, own.clicks, own.last_seen)
        .where(own.portal_id == portal_id)
        .order_by(own.last_seen.desc(), own.url)
    )
    with engine.connect() as connection:
        return [RememberedColumn(*row) for row in connection.execute(query)]


def dump(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows by natural keys, sorted, without row numbers and times: equal for databases that hold the same.

    Left out with the times is what tells one run from another: the runs themselves, who saw a page how often, and of
    the attempts those that say that nothing is new (`unchanged`), as well as their evidence. A crawl that was killed
    and started again therefore dumps like one that was not disturbed.
    """
    with engine.connect() as connection:
        rows = {
            name: [tuple(map(_plain, row)) for row in connection.execute(query())] for name, query in _DUMPS.items()
        }
    return {name: sorted(set(found), key=repr) for name, found in rows.items()}


def _plain(value: Any) -> Any:
    """JSON as text with sorted keys: JSONB and JSON text give it back in different orders."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else value


_HIDDEN = {
    "agencies": (),
    "portals": (),
    "portal_agencies": (),
    "columns": ("id", "first_seen", "last_seen"),
    "pages": (
        "id",
        "first_seen",
        "last_seen",
        "last_run_id",
        "times_seen",
        "archive_file",
        "archive_offset",
    ),
    "reports": ("id", "agency_id", "first_seen", "last_seen"),
    "versions": ("id", "report_id", "first_seen", "last_seen"),
    "version_pages": ("version_id", "page_id", "first_seen", "last_seen"),
    "sections": ("version_id",),
    "cells": ("version_id",),
    "narratives": ("version_id",),
    "findings": ("version_id",),
    "cross_findings": ("report_id",),
    "attempts": ("id", "fingerprint", "run_id", "at", "url", "detail", "evidence"),
}


def _shown(of: Table) -> list[Any]:
    return [column for column in of.columns if column.name not in _HIDDEN[of.name]]


def _key_of_report() -> list[Any]:
    report = table(m.Report)
    return [report.c.agency_id, report.c.year, report.c.kind]


def _all(model: type[m.Base]) -> Callable[[], Select[Any]]:
    return lambda: select(*_shown(table(model)))


def _attempts() -> Select[Any]:
    attempt = table(m.Attempt)
    # Which of two pages with the same report is the found one and which the twin depends on which came first.
    url = case((attempt.c.outcome.in_(["found", "changed", "partial"]), None), else_=attempt.c.url)
    return select(*_shown(attempt), url).where(attempt.c.outcome != "unchanged")


def _reports() -> Select[Any]:
    return select(*_key_of_report(), table(m.Report).c.agency_code)


def _versions() -> Select[Any]:
    version, report = table(m.Version), table(m.Report)
    return select(*_key_of_report(), *_shown(version)).join_from(version, report, version.c.report_id == report.c.id)


def _of_version(model: type[m.Base], extra: Iterable[Any] = ()) -> Select[Any]:
    child, version, report = table(model), table(m.Version), table(m.Report)
    return (
        select(*_key_of_report(), version.c.content_sha256, *extra, *_shown(child))
        .join_from(child, version, child.c.version_id == version.c.id)
        .join(report, version.c.report_id == report.c.id)
    )


def _children(model: type[m.Base]) -> Callable[[], Select[Any]]:
    return lambda: _of_version(model)


def _cross_findings() -> Select[Any]:
    finding, report = table(m.CrossFinding), table(m.Report)
    return select(*_key_of_report(), *_shown(finding)).join_from(finding, report, finding.c.report_id == report.c.id)


def _version_pages() -> Select[Any]:
    page = table(m.Page)
    return _of_version(m.VersionPage, (page.c.url, page.c.sha256)).join(
        page, page.c.id == table(m.VersionPage).c.page_id
    )


_DUMPS: dict[str, Callable[[], Select[Any]]] = {
    "agencies": _all(m.Agency),
    "portals": _all(m.Portal),
    "portal_agencies": _all(m.PortalAgency),
    "columns": _all(m.Column),
    "pages": _all(m.Page),
    "reports": _reports,
    "versions": _versions,
    "version_pages": _version_pages,
    "sections": _children(m.Section),
    "cells": _children(m.Cell),
    "narratives": _children(m.Narrative),
    "findings": _children(m.Finding),
    "cross_findings": _cross_findings,
    "attempts": _attempts,
}
