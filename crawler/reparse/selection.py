"""The pages to be read anew, a few at a time: memory does not grow with the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, exists, func, or_, select

from crawler.reparse.model import Bytes, Known, StoredPage, Wanted
from crawler.store import models as m
from crawler.store.coverage import named_agency, named_portal

AT_ONCE = 200


def stored_pages(engine: Engine, wanted: Wanted) -> Iterator[StoredPage]:
    """Pages by number: of each version the one that its reading was taken from, and all that became no version.

    A page whose version is read from another address (a twin) is left out: its reading is not kept.
    """
    last = 0
    while True:
        with engine.connect() as connection:
            query = _pages(wanted).where(m.Page.id > last).order_by(m.Page.id).limit(AT_ONCE)
            rows = connection.execute(query).all()
            if not rows:
                return
            found = _filled(connection, rows)
        yield from found
        last = rows[-1].id


def files_of(engine: Engine, wanted: Wanted) -> list[str]:
    """Files of the archive in which the bytes of these pages lie, in their order."""
    pages = _pages(wanted).subquery()
    query = select(pages.c.archive_file).where(pages.c.archive_file.is_not(None)).distinct().order_by("archive_file")
    with engine.connect() as connection:
        return list(connection.scalars(query))


def _pages(wanted: Wanted) -> Any:
    page = m.Page
    query = select(page.__table__).where(page.role == "report")
    if wanted.since is not None:
        query = query.where(page.last_seen >= wanted.since)
    if wanted.until is not None:
        query = query.where(page.last_seen < wanted.until)
    if wanted.family:
        query = query.where(page.portal_id.in_(select(m.Portal.id).where(m.Portal.family == wanted.family)))
    if wanted.portal:
        query = query.where(page.portal_id.in_(select(m.Portal.id).where(named_portal(wanted.portal))))
    if wanted.agency or wanted.years is not None:
        query = query.where(or_(_of_report(wanted), _of_attempt(wanted)))
    if wanted.archive_file:
        query = query.where(page.archive_file == wanted.archive_file)
    if wanted.older_parser:
        newer = _shows().where(m.Version.parser == wanted.older_parser)
        query = query.where(~exists(newer.correlate(m.Page)))
    return query


def _shows() -> Any:
    return (
        select(m.VersionPage.page_id)
        .join(m.Version, m.Version.id == m.VersionPage.version_id)
        .where(m.VersionPage.page_id == m.Page.id)
    )


def _of_report(wanted: Wanted) -> Any:
    query = _shows().join(m.Report, m.Report.id == m.Version.report_id)
    if wanted.agency:
        query = query.where(m.Report.agency_id.in_(select(m.Agency.id).where(named_agency(wanted.agency))))
    if wanted.years is not None:
        query = query.where(m.Report.year.in_(wanted.years))
    return exists(query.correlate(m.Page))


def _of_attempt(wanted: Wanted) -> Any:
    query = select(m.Attempt.id).where(m.Attempt.url == m.Page.url, m.Attempt.portal_id == m.Page.portal_id)
    if wanted.agency:
        query = query.where(m.Attempt.agency_id.in_(select(m.Agency.id).where(named_agency(wanted.agency))))
    if wanted.years is not None:
        query = query.where(m.Attempt.year.in_(wanted.years))
    return exists(query.correlate(m.Page))


def _filled(connection: Connection, rows: Sequence[Row[Any]]) -> list[StoredPage]:
    ids = [row.id for row in rows]
    shown, readers = _versions(connection, ids)
    files = _files(connection, [row.url for row in rows])
    found = []
    for row in rows:
        known = shown.get(row.id)
        if known is not None and readers.get(known.version_id) != row.id:
            continue
        said = None if known is not None else _said(connection, row)
        found.append(_page(row, known, said, _carried(files.get(row.url, {}), row)))
    return found


def _versions(connection: Connection, ids: Sequence[int]) -> tuple[dict[int, Known], dict[int, int]]:
    """Page to the version that it showed last; version to the page from which it is read."""
    shown, version, report, page = m.VersionPage, m.Version, m.Report, m.Page
    query = (
        select(
            shown.page_id, version.id, report.agency_id, version.agency_printed, version.agency_resolved_by,
            report.year, report.kind,
        )
        .join(version, version.id == shown.version_id)
        .join(report, report.id == version.report_id)
        .where(shown.page_id.in_(ids))
        .order_by(shown.last_seen, version.id)
    )  # fmt: skip
    known = {row[0]: Known(*row[1:]) for row in connection.execute(query)}
    reading = (
        select(version.id, func.min(page.id))
        .join(shown, shown.version_id == version.id)
        .join(page, and_(page.id == shown.page_id, page.url == version.read_from))
        .where(version.id.in_({one.version_id for one in known.values()}))
        .group_by(version.id)
    )
    return known, {row[0]: row[1] for row in connection.execute(reading)}


def _said(connection: Connection, row: Row[Any]) -> tuple[str, str] | None:
    attempt = m.Attempt
    query = (
        select(attempt.outcome, attempt.reason)
        .where(attempt.url == row.url, attempt.portal_id == row.portal_id)
        .order_by(attempt.at.desc(), attempt.id.desc())
        .limit(1)
    )
    found = connection.execute(query).first()
    return (found[0], found[1]) if found else None


def _files(connection: Connection, urls: Sequence[str]) -> dict[str, dict[str, list[Row[Any]]]]:
    """Page's address to file's address to its contents, oldest first."""
    page = m.Page
    query = select(page.__table__).where(page.role == "file", page.column_url.in_(urls)).order_by(page.last_seen)
    found: dict[str, dict[str, list[Row[Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(query):
        found[row.column_url][row.url].append(row)
    return found


def _carried(files: dict[str, list[Row[Any]]], page: Row[Any]) -> tuple[Bytes, ...]:
    """Of each file the content that stood there when the page was last seen, in the order of the page's links."""
    order = {url: place for place, url in enumerate(page.attachments)}
    chosen = []
    for url in sorted(files, key=lambda url: (order.get(url, len(order)), url)):
        contents = [one for one in files[url] if one.first_seen <= page.last_seen] or files[url][:1]
        chosen.append(_bytes(contents[-1]))
    return tuple(chosen)


def _bytes(row: Row[Any]) -> Bytes:
    return Bytes(row.url, row.list_title or "", row.sha256, row.archive_file, row.archive_offset)


def _page(row: Row[Any], known: Known | None, said: tuple[str, str] | None, files: tuple[Bytes, ...]) -> StoredPage:
    named = {"content-type": row.content_type, "etag": row.etag, "last-modified": row.last_modified}
    return StoredPage(
        id=row.id,
        portal_id=row.portal_id,
        status=row.status,
        headers={name: value for name, value in named.items() if value is not None},
        column_url=row.column_url,
        list_title=row.list_title or "",
        list_date=row.list_date,
        attachments=tuple(row.attachments),
        at=row.last_seen,
        run_id=row.last_run_id,
        via=row.via or "",
        place=_bytes(row),
        files=files,
        known=known,
        said=said,
    )
