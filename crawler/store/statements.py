"""The statements that write, built once a dialect: each is then compiled once and only binds values afterwards.

The same code serves both databases: SQLite took over Postgres's ON CONFLICT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Executable,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from crawler.store import models as m
from crawler.store.prepared import Prepared

Assignments = Callable[[Table, Any], dict[str, Any]]
CHILDREN: tuple[type[m.Base], ...] = (m.Section, m.Cell, m.Narrative, m.Finding)
"""What hangs on a version and is replaced when a later parser reads it again."""


def table(model: type[m.Base]) -> Table:
    """The Core table of a model."""
    found = model.__table__
    assert isinstance(found, Table)  # noqa: S101 - for the type checker: no model maps a join
    return found


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements of the writer. `*_new` insert unless there, and return the id only of a row that is new."""

    run_stub: Prepared
    run: Prepared
    run_end: Prepared
    portal: Prepared
    agency: Prepared
    portal_agency: Prepared
    column: Prepared
    intent_planned: Prepared
    intent_answered: Prepared
    page: Prepared
    archive_file: Prepared
    archive_sealed: Prepared
    capture: Prepared
    report_new: Prepared
    report_seen: Prepared
    version_new: Prepared
    version_seen: Prepared
    version_reread: Prepared
    version_page: Prepared
    attempt: Prepared
    version_by_hash: Prepared
    version_of_page: Prepared
    version_last_shown: Prepared
    clear: tuple[Prepared, ...]
    fill: dict[str, Prepared]


@lru_cache(maxsize=8)
def for_dialect(dialect: Dialect) -> Statements:
    """The statements for an engine's dialect, SQLite's or Postgres's."""
    on = _Upserts(postgresql.insert if dialect.name == "postgresql" else sqlite.insert)

    def ready(statement: Any) -> Prepared:
        return Prepared(statement, dialect)

    return Statements(
        run_stub=ready(on.nothing(m.Run, "id")),
        run=ready(on.update(m.Run, ["id"], _overwrite("spider", "args", "versions", "started_at"))),
        run_end=ready(_update_run()),
        portal=ready(on.update(m.Portal, ["id"], _overwrite("name", "place", "family", "base"), where=_known_portal)),
        agency=ready(on.update(m.Agency, ["id"], _overwrite(*_AGENCY), where=_registered_first)),
        portal_agency=ready(on.nothing(m.PortalAgency, "portal_id", "agency_id")),
        column=ready(on.update(m.Column, ["portal_id", "url"], _seen("title", "params", "clicks"))),
        intent_planned=ready(on.nothing(m.Intent, *_INTENT)),
        intent_answered=ready(on.update(m.Intent, _INTENT, _answered, where=_not_older)),
        page=ready(on.update(m.Page, ["url", "sha256"], _page_seen).returning(table(m.Page).c.id)),
        archive_file=ready(on.nothing(m.ArchiveFile, "name")),
        archive_sealed=ready(on.update(m.ArchiveFile, ["name"], _overwrite(*_SEALED))),
        capture=ready(on.nothing(m.Capture, "file", "offset")),
        report_new=ready(on.nothing(m.Report, "agency_id", "year", "kind").returning(table(m.Report).c.id)),
        report_seen=ready(
            on.update(m.Report, ["agency_id", "year", "kind"], _seen("agency_code")).returning(table(m.Report).c.id)
        ),
        version_new=ready(on.nothing(m.Version, "report_id", "content_sha256").returning(table(m.Version).c.id)),
        version_seen=ready(_version_seen()),
        version_reread=ready(update(m.Version).where(table(m.Version).c.id == bindparam("version_id"))),
        version_page=ready(on.update(m.VersionPage, ["version_id", "page_id"], _seen())),
        attempt=ready(on.nothing(m.Attempt, "fingerprint")),
        version_by_hash=ready(_version_by_hash()),
        version_of_page=ready(_version_of_page()),
        version_last_shown=ready(_version_last_shown()),
        clear=tuple(ready(delete(table(c)).where(table(c).c.version_id == bindparam("version_id"))) for c in CHILDREN),
        fill={c.__tablename__: ready(insert(table(c)).inline()) for c in CHILDREN},
    )


_INTENT = ("portal_id", "column_url", "agency_id", "year")
_AGENCY = ("name", "type", "level", "sector", "code", "parent", "registered")
_VALIDATORS = ("status", "role", "content_type", "etag", "last_modified")
_SEALED = ("origin", "started_at", "closed_at", "records", "size", "sha256", "note")
_CONTEXT = ("column_url", "list_title", "list_date")


@dataclass(frozen=True, slots=True)
class _Upserts:
    # Inline: on Postgres SQLAlchemy would ask back the number of every new row, which nobody reads.
    insert: Callable[[Table], Any]

    def nothing(self, model: type[m.Base], *key: str) -> Any:
        return self.insert(table(model)).inline().on_conflict_do_nothing(index_elements=list(key))

    def update(
        self,
        model: type[m.Base],
        key: Sequence[str],
        assignments: Assignments,
        where: Callable[[Table, Any], ColumnElement[bool]] | None = None,
    ) -> Any:
        target = table(model)
        statement = self.insert(target).inline()
        return statement.on_conflict_do_update(
            index_elements=list(key),
            set_=assignments(target, statement.excluded),
            where=None if where is None else where(target, statement.excluded),
        )


def _overwrite(*names: str) -> Assignments:
    return lambda _, new: {name: new[name] for name in names}


def _span(old: Table, new: Any) -> dict[str, Any]:
    """First and last seen, right also when records come out of order (from the spool)."""
    return {
        "first_seen": case((new.first_seen < old.c.first_seen, new.first_seen), else_=old.c.first_seen),
        "last_seen": case((new.last_seen > old.c.last_seen, new.last_seen), else_=old.c.last_seen),
    }


def _seen(*names: str) -> Assignments:
    return lambda old, new: _span(old, new) | {name: new[name] for name in names}


def _page_seen(old: Table, new: Any) -> dict[str, Any]:
    # A page met twice in one run, or written twice, was still seen by one run.
    once_more = case((old.c.last_run_id == new.last_run_id, 0), else_=1)
    kept = {name: case((new[name].is_not(None), new[name]), else_=old.c[name]) for name in _CONTEXT}
    fresh = {name: new[name] for name in _VALIDATORS}
    # The first record that holds these bytes stands, as long as there is one: both columns are null, or neither.
    place = {name: func.coalesce(old.c[name], new[name]) for name in ("archive_file", "archive_offset")}
    times = {"times_seen": old.c.times_seen + once_more, "last_run_id": new.last_run_id}
    return _span(old, new) | fresh | kept | place | times


def _answered(old: Table, new: Any) -> dict[str, Any]:
    fresh = {name: new[name] for name in ("attempted_at", "run_id", "outcome", "reason", "next_at")}
    return fresh | {
        # The same answer written twice (after a lost acknowledgement) is one failure, not two.
        "failures": case(
            (new.failures == 0, 0), (old.c.run_id == new.run_id, old.c.failures), else_=old.c.failures + 1
        ),
        "succeeded_at": case((new.succeeded_at.is_not(None), new.succeeded_at), else_=old.c.succeeded_at),
    }


def _not_older(old: Table, new: Any) -> ColumnElement[bool]:
    """An answer that waited in the spool does not replace a later one."""
    return or_(old.c.attempted_at.is_(None), new.attempted_at >= old.c.attempted_at)


def _registered_first(old: Table, new: Any) -> ColumnElement[bool]:
    """What a page calls an agency never overwrites what the registry says of it."""
    return or_(new.registered, not_(old.c.registered))


def _known_portal(_: Table, new: Any) -> ColumnElement[bool]:
    """A portal whose registry row is gone keeps what was known of it."""
    result: ColumnElement[bool] = new.family != ""
    return result


def _update_run() -> Executable:
    run = table(m.Run)
    return update(run).where(run.c.id == bindparam("run_id"))


def _version_seen() -> Executable:
    version = table(m.Version)
    new = bindparam("at", type_=version.c.last_seen.type)
    return (
        update(version)
        .where(version.c.id == bindparam("version_id"))
        .values(
            first_seen=case((new < version.c.first_seen, new), else_=version.c.first_seen),
            last_seen=case((new > version.c.last_seen, new), else_=version.c.last_seen),
        )
    )


def _version_by_hash() -> Executable:
    version = table(m.Version)
    return select(version.c.id, version.c.parser, version.c.content_sha256, version.c.read_from).where(
        version.c.report_id == bindparam("report_id"), version.c.content_sha256 == bindparam("content_sha256")
    )


def _version_of_page() -> Executable:
    version, shown = table(m.Version), table(m.VersionPage)
    return (
        select(version.c.id, version.c.parser, version.c.content_sha256, version.c.read_from)
        .join(shown, shown.c.version_id == version.c.id)
        .where(version.c.report_id == bindparam("report_id"), shown.c.page_id == bindparam("page_id"))
        .order_by(shown.c.last_seen.desc(), version.c.id.desc())
        .limit(1)
    )


def _version_last_shown() -> Executable:
    """The version of a report that a URL showed last."""
    version, shown, page = table(m.Version), table(m.VersionPage), table(m.Page)
    return (
        select(version.c.id, version.c.parser)
        .join(shown, shown.c.version_id == version.c.id)
        .join(page, page.c.id == shown.c.page_id)
        .where(and_(version.c.report_id == bindparam("report_id"), page.c.url == bindparam("url")))
        .order_by(shown.c.last_seen.desc(), version.c.id.desc())
        .limit(1)
    )
