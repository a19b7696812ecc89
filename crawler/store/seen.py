"""What is written of things that are as they were: a page that did not change, a list with nothing new.

Functions on an open connection, as in `crawler.store.transactions`: each is idempotent.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crawler.store.identity import fingerprint
from crawler.store.models import Attempt, ListState, Page, Report, Version, VersionPage
from crawler.store.records import ListRecord, SeenRecord
from crawler.store.statements import table


def write_seen(connection: Connection, record: SeenRecord) -> None:
    """Note that a page was asked for and is as it was, and an attempt `unchanged` for each report in it.

    Where its bytes came (`same_bytes`) its version was seen too; a 304 is only the server's word.
    """
    own = table(Page)
    page = connection.execute(select(own.c.id).where(own.c.url == record.url, own.c.sha256 == record.sha256)).scalar()
    if page is None:
        return  # the database was exchanged meanwhile: the next crawl fetches the page as an unknown one
    fresh = record.at >= own.c.last_seen
    given = {
        "column_url": record.column_url,
        "list_title": record.list_title,
        "list_date": record.list_date,
        "etag": record.etag,
        "last_modified": record.last_modified,
    }
    values: dict[str, Any] = {name: case((fresh, value), else_=own.c[name]) for name, value in given.items() if value}
    values["times_seen"] = own.c.times_seen + case((own.c.last_run_id == record.run_id, 0), else_=1)
    values |= {"last_seen": case((fresh, record.at), else_=own.c.last_seen), "last_run_id": record.run_id}
    # A list that is itself a report is stored as a list first.
    connection.execute(update(own).where(own.c.id == page).values(**values, role="report"))
    if record.reason == "same_bytes":
        _versions_seen(connection, page, record)
    for agency_id, year in record.reports:
        _unchanged(connection, record, agency_id, year)


def _versions_seen(connection: Connection, page: int, record: SeenRecord) -> None:
    shown, version, report = table(VersionPage), table(Version), table(Report)
    latest = select(func.max(shown.c.last_seen)).where(shown.c.page_id == page).scalar_subquery()
    versions = list(
        connection.execute(select(shown.c.version_id).where(shown.c.page_id == page, shown.c.last_seen == latest))
        .scalars()
        .all()
    )
    reports = select(version.c.report_id).where(version.c.id.in_(versions))
    for of, chosen in (
        (shown, shown.c.version_id.in_(versions) & (shown.c.page_id == page)),
        (version, version.c.id.in_(versions)),
        (report, report.c.id.in_(reports)),
    ):
        connection.execute(update(of).where(chosen, of.c.last_seen < record.at).values(last_seen=record.at))


def _unchanged(connection: Connection, record: SeenRecord, agency_id: str, year: int) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {
        "fingerprint": fingerprint(record.run_id, agency_id, year, "seen", record.url, record.sha256),
        "run_id": record.run_id,
        "at": record.at,
        "portal_id": record.portal.id,
        "agency_id": agency_id,
        "year": year,
        "outcome": "unchanged",
        "reason": record.reason,
        "detail": "",
        "url": record.url,
        "evidence": {"title": record.list_title},
    }
    statement = insert(table(Attempt)).values(**values)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["fingerprint"]))


def write_list(connection: Connection, record: ListRecord) -> None:
    """Write how a list was seen; one that came later out of the spool never overwrites a newer one."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    own = table(ListState)
    values = {
        "url": record.url,
        "column_url": record.column_url,
        "etag": record.etag,
        "last_modified": record.last_modified,
        "sha256": record.sha256,
        "rows": record.rows,
        "years": None if record.years is None else list(record.years),
        "seen_at": record.at,
        "complete_at": record.complete_at,
        "run_id": record.run_id,
    }
    statement = insert(own).values(portal_id=record.portal.id, request_key=record.request_key, **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["portal_id", "request_key"],
            set_={name: statement.excluded[name] for name in values},
            where=own.c.seen_at <= statement.excluded.seen_at,
        )
    )
