"""A stored reading beside today's, and putting the new one in its place. Functions on an open connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from crawler.store import models as m
from crawler.store.identity import content_sha256, fingerprint
from crawler.store.records import AttemptValue, PageRecord, ReportRecord
from crawler.store.rows import child_columns, version_row
from crawler.store.statements import CHILDREN, for_dialect, table
from crawler.store.transactions import Known, _is_cut, _Transaction
from crawler.store.types import storable_tree

_CHILDREN = {one.__tablename__: one for one in CHILDREN}
Rows = dict[str, list[tuple[Any, ...]]]
_ENCODING = ("encoding_declared", "encoding_chosen", "characters_lost", "encoding_evidence")


def stored_reading(connection: Connection, version_id: int, like: Mapping[str, Any]) -> dict[str, Any] | None:
    """The columns of a version that `like` names; None where there is no such version."""
    version = table(m.Version)
    query = select(*(version.c[name] for name in like)).where(version.c.id == version_id)
    found = connection.execute(query).one_or_none()
    return dict(found._mapping) if found is not None else None


def differing(connection: Connection, record: ReportRecord, version_id: int) -> list[str]:
    """What of a version today's reading has otherwise: columns of `versions` and names of the tables that hang on it.

    The parser's release is none of it: what it reads as before needs not be written again.
    """
    fresh = version_row(record) | {"content_sha256": content_sha256(record.report)}
    fresh.pop("parser")
    stored = stored_reading(connection, version_id, fresh)
    if stored is None:
        return ["version"]
    found = [name for name, value in fresh.items() if _plain(value) != _plain(stored[name])]
    for name, columns in child_columns(record.report, version_id).items():
        child = table(_CHILDREN[name])
        rows = connection.execute(select(*(child.c[key] for key in columns)).where(child.c.version_id == version_id))
        if _sorted(rows) != _sorted(zip(*columns.values(), strict=True)):
            found.append(name)
    return found


def _sorted(rows: Any) -> list[str]:
    return sorted(repr([_plain(value) for value in row]) for row in rows)


def _plain(value: Any) -> Any:
    """One form for what a database gives back in another: lists of JSON, text that it cannot hold, 6021.70."""
    if isinstance(value, dict | list | tuple):
        return json.dumps(storable_tree(json.loads(json.dumps(value, default=str))), sort_keys=True)
    if isinstance(value, str):
        return storable_tree(value)
    return value.normalize() if hasattr(value, "normalize") else value


def put(connection: Connection, record: ReportRecord | PageRecord, page_id: int, version_id: int | None) -> None:
    """Write today's reading of a page; writing it again changes nothing more. The caller begins and commits.

    A version keeps its row, whatever report it is found to be of. One that turns out to have the content of another is
    joined with it. A page that is no report any more keeps its version, and an attempt says so.
    """
    writing = _Transaction(connection, for_dialect(connection.dialect), Known())
    if version_id is None:
        writing.write(record)
    elif isinstance(record, ReportRecord):
        _replace(writing, record, version_id)
    else:
        _refuse(writing, record)
    values = {name: getattr(record.page, name) for name in _ENCODING}
    connection.execute(update(table(m.Page)).where(table(m.Page).c.id == page_id).values(**values))


def _refuse(writing: _Transaction, record: PageRecord) -> None:
    writing.portal(record.portal)
    if record.agency is not None:
        writing.agency(record.agency, record.portal)
    if record.attempt is None:
        return
    agency_id = record.agency.id if record.agency else None
    key = refusal_key(record)
    said = record.attempt.model_copy(update={"evidence": record.attempt.evidence | {"reparse": True}})
    writing.attempt(AttemptValue.model_validate(said.model_dump()), record, agency_id, key)


def refusal_key(record: PageRecord) -> str:
    """The fingerprint of the attempt that says that a page with a version is no report to today's parser."""
    said = record.attempt
    outcome = (said.outcome, said.reason) if said else ()
    return fingerprint("reparse", record.page.url, record.page.sha256, *outcome)


def is_cut(record: ReportRecord) -> bool:
    """Whether the end of the page is surely lacking."""
    return _is_cut(record)


def is_noted(connection: Connection, key: str) -> bool:
    """Whether there is an attempt with this fingerprint."""
    return connection.execute(select(m.Attempt.id).where(m.Attempt.fingerprint == key)).first() is not None


def _replace(writing: _Transaction, record: ReportRecord, version_id: int) -> None:
    connection, version = writing.connection, table(m.Version)
    known = connection.execute(select(version).where(version.c.id == version_id)).one_or_none()
    if known is None:
        return  # joined with another one meanwhile
    writing.portal(record.portal)
    writing.agency(record.agency, record.portal)
    for at in (known.first_seen, known.last_seen):
        report_id, _ = writing.report_row(record.model_copy(update={"at": at}))
    sha256 = content_sha256(record.report)
    keys = {"report_id": report_id, "content_sha256": sha256}
    other = writing.sql.version_by_hash.execute(connection, keys).one_or_none()
    if other is not None and other.id != version_id:
        _join(writing, version_id, other.id, known)
        if record.page.url < other.read_from:
            writing.reread(record, other.id, sha256)
    else:
        connection.execute(update(version).where(version.c.id == version_id).values(report_id=report_id))
        writing.reread(record, version_id, sha256)
    if known.report_id != report_id:
        _drop_empty(connection, known.report_id)


def _join(writing: _Transaction, one: int, other: int, known: Any) -> None:
    """All that showed the one version shows the other."""
    connection, shown = writing.connection, table(m.VersionPage)
    for row in connection.execute(select(shown).where(shown.c.version_id == one)).all():
        for at in (row.first_seen, row.last_seen):
            writing.shown(other, row.page_id, at)
    for at in (known.first_seen, known.last_seen):
        writing.sql.version_seen.execute(connection, {"version_id": other, "at": at})
    for child in (*(table(one) for one in CHILDREN), shown):
        connection.execute(delete(child).where(child.c.version_id == one))
    connection.execute(delete(table(m.Version)).where(table(m.Version).c.id == one))


def _drop_empty(connection: Connection, report_id: int) -> None:
    """A report under which nothing stands any more was one by mistake only."""
    version, finding, report = table(m.Version), table(m.CrossFinding), table(m.Report)
    if connection.scalar(select(func.count()).select_from(version).where(version.c.report_id == report_id)):
        return
    connection.execute(delete(finding).where(finding.c.report_id == report_id))
    connection.execute(delete(report).where(report.c.id == report_id))
