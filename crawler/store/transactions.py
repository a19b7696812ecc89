"""What writing one record means: functions on an open connection. Whoever calls them begins and commits.

Each is idempotent: a record written twice, or replayed after an acknowledgement was lost, changes nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from crawler.items import Outcome
from crawler.reports.ends import CUT
from crawler.store.agenda import answered
from crawler.store.capture_records import CapturesRecord, CaptureValue
from crawler.store.identity import content_sha256, fingerprint
from crawler.store.records import (
    AgencyValue,
    AttemptRecord,
    AttemptValue,
    ColumnRecord,
    ListRecord,
    PageRecord,
    PageValue,
    PortalValue,
    Record,
    ReportRecord,
    RunEnd,
    RunRecord,
    SeenRecord,
)
from crawler.store.rows import child_columns, version_row
from crawler.store.seen import write_list, write_seen
from crawler.store.statements import Statements, for_dialect


@dataclass(frozen=True, slots=True)
class Facts:
    """What a transaction found out. `outcome` and `reason` are those of the report's attempt."""

    outcome: Outcome | None = None
    reason: str = ""
    report_new: bool = False
    version_new: bool = False


class Known:
    """Runs, portals and agencies that this process has committed: they need not be written again for each page."""

    def __init__(self) -> None:
        self._committed: set[object] = set()
        self._pending: set[object] = set()

    def first(self, thing: object) -> bool:
        """True when `thing` has not been written since the last `forget`."""
        if thing in self._committed or thing in self._pending:
            return False
        self._pending.add(thing)
        return True

    def commit(self) -> None:
        """The transaction came through."""
        self._committed |= self._pending
        self._pending.clear()

    def rollback(self) -> None:
        """The transaction did not come through."""
        self._pending.clear()

    def forget(self) -> None:
        """The connection broke: who knows which database answers next."""
        self._pending.clear()
        self._committed.clear()


def write(connection: Connection, record: Record, known: Known) -> Facts:
    """Write one record of any kind.

    Raises:
        sqlalchemy.exc.DBAPIError: what the database says. The transaction must then be rolled back.
    """
    return _Transaction(connection, for_dialect(connection.dialect), known).write(record)


@dataclass(frozen=True, slots=True)
class _Transaction:
    connection: Connection
    sql: Statements
    known: Known

    def write(self, record: Record) -> Facts:
        if isinstance(record, RunRecord):
            return self.run(record)
        self.run_stub(record.run_id, record.at)
        if isinstance(record, RunEnd):
            return self.run_end(record)
        if isinstance(record, ColumnRecord):
            return self.column(record)
        if isinstance(record, ReportRecord):
            return self.report(record)
        if isinstance(record, ListRecord | SeenRecord):
            return self.as_it_was(record)
        if isinstance(record, CapturesRecord):
            return self.archived(record)
        return self.attempt_or_page(record)

    # --- runs, portals, agencies -----------------------------------------------------------------------------------

    def run_stub(self, run_id: str, at: datetime) -> None:
        """A run whose own record is still in the spool must exist before anything can refer to it."""
        if self.known.first(("run", run_id)):
            self.sql.run_stub.execute(self.connection, {"id": run_id, "started_at": at})

    def run(self, record: RunRecord) -> Facts:
        self.sql.run.execute(
            self.connection,
            {
                "id": record.run_id,
                "spider": record.spider,
                "args": record.args,
                "versions": record.versions,
                "started_at": record.at,
            },
        )
        for portal, agencies in record.portals:
            self.portal(portal)
            for agency in agencies:
                self.agency(agency, portal)
        for aim in record.aims:
            self.sql.intent_planned.execute(self.connection, aim.model_dump() | {"planned_at": record.at})
        return Facts()

    def run_end(self, record: RunEnd) -> Facts:
        values = {"ended_at": record.at, "finish_reason": record.finish_reason, "stats": record.stats}
        self.sql.run_end.execute(self.connection, {"run_id": record.run_id, **values})
        for answer in record.answers:
            self.sql.intent_answered.execute(self.connection, answered(answer, record.run_id, record.at))
        return Facts()

    def portal(self, portal: PortalValue) -> None:
        if self.known.first(portal):
            self.sql.portal.execute(self.connection, portal.model_dump())

    def agency(self, agency: AgencyValue, portal: PortalValue) -> None:
        if self.known.first(agency):
            self.sql.agency.execute(self.connection, agency.model_dump())
        if self.known.first((portal.id, agency.id)):
            self.sql.portal_agency.execute(self.connection, {"portal_id": portal.id, "agency_id": agency.id})

    # --- columns, pages, attempts ------------------------------------------------------------------------------------

    def column(self, record: ColumnRecord) -> Facts:
        self.portal(record.portal)
        values = {"url": record.url, "title": record.title, "params": record.params, "clicks": record.clicks}
        seen = {"first_seen": record.at, "last_seen": record.at}
        self.sql.column.execute(self.connection, {"portal_id": record.portal.id, **values, **seen})
        return Facts()

    def as_it_was(self, record: ListRecord | SeenRecord) -> Facts:
        self.portal(record.portal)
        if isinstance(record, ListRecord):
            write_list(self.connection, record)
        else:
            write_seen(self.connection, record)
        return Facts()

    def archived(self, record: CapturesRecord) -> Facts:
        for capture in record.captures:
            self.capture(capture)
        for file in record.files:
            self.sql.archive_sealed.execute(self.connection, file.model_dump())
        return Facts()

    def capture(self, capture: CaptureValue) -> None:
        if self.known.first(("archive file", capture.file)):
            self.sql.archive_file.execute(
                self.connection, {"name": capture.file, "origin": "crawl", "started_at": capture.at}
            )
        self.sql.capture.execute(self.connection, capture.model_dump())

    def attempt_or_page(self, record: AttemptRecord | PageRecord) -> Facts:
        self.portal(record.portal)
        if record.agency is not None:
            self.agency(record.agency, record.portal)
        if isinstance(record, PageRecord):
            self.page(record.page, record)
        if record.attempt is None:
            return Facts()
        agency_id = record.agency.id if record.agency else None
        attempt = record.attempt
        key = fingerprint(
            record.run_id, record.portal.id, agency_id, attempt.year, attempt.outcome, attempt.reason, attempt.url
        )
        self.attempt(attempt, record, agency_id, key)
        return Facts(attempt.outcome, attempt.reason)

    def page(self, page: PageValue, record: PageRecord | ReportRecord) -> int:
        if record.capture is not None:
            self.capture(record.capture)
        values = page.model_dump() | {
            "attachments": list(page.attachments),
            "portal_id": record.portal.id,
            "first_seen": record.at,
            "last_seen": record.at,
            "last_run_id": record.run_id,
            "times_seen": 1,
        }
        return int(self.sql.page.execute(self.connection, values).scalar_one())

    def attempt(
        self, attempt: AttemptValue, record: AttemptRecord | PageRecord | ReportRecord, agency_id: str | None, key: str
    ) -> None:
        values = attempt.model_dump() | {
            "fingerprint": key,
            "run_id": record.run_id,
            "at": record.at,
            "portal_id": record.portal.id,
            "agency_id": agency_id,
        }
        self.sql.attempt.execute(self.connection, values)

    # --- reports -----------------------------------------------------------------------------------------------------

    def report(self, record: ReportRecord) -> Facts:
        """Page, report, version with all that hangs on it, and the attempt that says what was new."""
        self.portal(record.portal)
        self.agency(record.agency, record.portal)
        page_id = self.page(record.page, record)
        report_id, report_new = self.report_row(record)
        # A report that is new has no versions yet: nobody else sees it before this transaction ends.
        before = None if report_new else self.last_shown(report_id, record.page.url)
        if before is not None and _is_cut(record) and not self.is_same(record, report_id, before):
            # Half a page must not follow a whole one as its newest version.
            facts = Facts("partial", "cut", report_new, version_new=False)
            self.report_attempt(record, facts, before)
            return facts
        version_id, version_new = self.version(record, report_id, page_id, report_new=report_new)
        self.shown(version_id, page_id, record.at)
        facts = _judge(record, version_id, before, report_new=report_new, version_new=version_new)
        self.report_attempt(record, facts, before, version_id)
        return facts

    def report_row(self, record: ReportRecord) -> tuple[int, bool]:
        values = {
            "agency_id": record.agency.id,
            "year": record.year,
            "kind": record.report.kind,
            "agency_code": record.agency_code,
            "first_seen": record.at,
            "last_seen": record.at,
        }
        new = self.sql.report_new.execute(self.connection, values).scalar_one_or_none()
        if new is not None:
            return int(new), True
        return int(self.sql.report_seen.execute(self.connection, values).scalar_one()), False

    def last_shown(self, report_id: int, url: str) -> Row[Any] | None:
        return self.sql.version_last_shown.execute(self.connection, {"report_id": report_id, "url": url}).one_or_none()

    def version(self, record: ReportRecord, report_id: int, page_id: int, *, report_new: bool) -> tuple[int, bool]:
        """The version that this page shows. The same bytes are the same content, whatever a later parser reads."""
        sha256 = content_sha256(record.report)
        keys = {"report_id": report_id, "content_sha256": sha256}
        found = None if report_new else self.known_version(keys, page_id)
        if found is None:
            values = version_row(record) | keys | {"first_seen": record.at, "last_seen": record.at}
            new = self.sql.version_new.execute(self.connection, values).scalar_one_or_none()
            if new is not None:
                self.fill(record, int(new))
                return int(new), True
            # Another process wrote the same content since we looked, and has committed it: Postgres made us wait.
            found = self.sql.version_by_hash.execute(self.connection, keys).one()
        self.sql.version_seen.execute(self.connection, {"version_id": found.id, "at": record.at})
        same_reader = (found.parser, found.content_sha256) == (record.parser, sha256)
        if not same_reader or record.page.url < found.read_from:
            self.reread(record, found.id, sha256)
        return int(found.id), False

    def is_same(self, record: ReportRecord, report_id: int, before: Row[Any]) -> bool:
        """Whether a page shows the content that it showed last."""
        keys = {"report_id": report_id, "content_sha256": content_sha256(record.report)}
        found = self.sql.version_by_hash.execute(self.connection, keys).one_or_none()
        return found is not None and found.id == before.id

    def known_version(self, keys: dict[str, Any], page_id: int) -> Row[Any] | None:
        """The version with this content, else the one that this page showed last."""
        by_hash = self.sql.version_by_hash.execute(self.connection, keys).one_or_none()
        if by_hash is not None:
            return by_hash
        of_page = {"report_id": keys["report_id"], "page_id": page_id}
        return self.sql.version_of_page.execute(self.connection, of_page).one_or_none()

    def reread(self, record: ReportRecord, version_id: int, sha256: str) -> None:
        """Replace the reading of a version by this one."""
        values = version_row(record) | {"content_sha256": sha256}
        self.sql.version_reread.execute(self.connection, {"version_id": version_id, **values})
        for statement in self.sql.clear:
            statement.execute(self.connection, {"version_id": version_id})
        self.fill(record, version_id)

    def fill(self, record: ReportRecord, version_id: int) -> None:
        for name, columns in child_columns(record.report, version_id).items():
            self.sql.fill[name].execute_many(self.connection, columns)

    def shown(self, version_id: int, page_id: int, at: datetime) -> None:
        values = {"version_id": version_id, "page_id": page_id, "first_seen": at, "last_seen": at}
        self.sql.version_page.execute(self.connection, values)

    def report_attempt(
        self, record: ReportRecord, facts: Facts, before: Row[Any] | None, version_id: int | None = None
    ) -> None:
        if facts.outcome is None:
            return
        evidence: dict[str, Any] = {
            "kind": record.report.kind,
            "title": record.report.title,
            "format": record.report.format,
        }
        if before is not None and before.parser != record.parser:
            evidence["parser"] = [before.parser, record.parser]
        if version_id is not None and facts.outcome != "unchanged":
            # What the address showed before and shows now (`crawler.store.changes`): later nobody could tell.
            evidence["version"] = version_id
            evidence |= {"before": before.id} if before is not None else {"new_report": facts.report_new}
        attempt = AttemptValue(
            outcome=facts.outcome, reason=facts.reason, url=record.page.url, year=record.year, evidence=evidence
        )
        # Without the outcome: the first one in a run stands, a replay would only ever say `unchanged`.
        key = fingerprint(
            record.run_id, record.agency.id, record.year, record.report.kind, record.page.url, record.page.sha256
        )
        self.attempt(attempt, record, record.agency.id, key)


def _is_cut(record: ReportRecord) -> bool:
    """Whether the end of the page is surely lacking: it is asked for again, and proves nothing about what it lacks."""
    return any(one.id in CUT and one.severity == "hard" for one in record.report.findings)


def _judge(
    record: ReportRecord, version_id: int, before: Row[Any] | None, *, report_new: bool, version_new: bool
) -> Facts:
    """What the report's attempt says. `before` is the version that the same URL showed last, if any."""
    if _is_cut(record):
        return Facts("partial", "cut", report_new, version_new)
    changed = before is not None and before.id != version_id
    if changed and before is not None:
        # Other words from another parser over other bytes: the publisher may have changed nothing but the frame.
        reason = "new_content" if before.parser == record.parser else "other_parser"
        return Facts("changed", reason if version_new else "back_to_earlier", report_new, version_new)
    if before is not None:
        return Facts("unchanged", "same_content", report_new, version_new)
    if not version_new:
        return Facts("unchanged", "twin", report_new, version_new)
    if not record.report.sections and not record.report.cells:
        return Facts("partial", "nothing_readable", report_new, version_new)
    if record.agency_resolved_by == "unknown":
        return Facts("partial", "agency_unknown", report_new, version_new)
    return Facts("found", "new_report" if report_new else "other_text_elsewhere", report_new, version_new)
