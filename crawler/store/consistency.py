"""Is the database whole? What the tables promise each other beyond what their keys enforce.

Nothing here is mended: a crawl that was killed may leave intents that nobody answered and runs without an end, which
the next one takes up; everything else that is found is a fault.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, and_, exists, func, or_, select, text

from crawler.store import models as m


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. `fault` false: what a killed run leaves behind; `found` counts the rows that break it."""

    name: str
    promise: str
    found: int
    fault: bool
    examples: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The check as JSON values."""
        return asdict(self) | {"examples": list(self.examples)}


_SHOWN = 5


def check_database(engine: Engine) -> list[Check]:
    """Check every promise. Raises `sqlalchemy.exc.DBAPIError` when the database cannot be read."""
    checks = [(name, promise, query, True) for name, promise, query in _faults()]
    checks += [(name, promise, query, False) for name, promise, query in _unfinished()]
    with engine.connect() as connection:
        found = [_file(connection)] if engine.dialect.name == "sqlite" else []
        for name, promise, query, fault in checks:
            number = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            rows = connection.execute(query.limit(_SHOWN)) if number else ()
            shown = tuple(" ".join(map(str, row)) for row in rows)
            found.append(Check(name, promise, number, fault, shown))
    return found


def _file(connection: Any) -> Check:
    """SQLite's own check of its pages and indexes."""
    said = [row[0] for row in connection.execute(text("PRAGMA quick_check(5)"))]
    wrong = tuple(said) if said != ["ok"] else ()
    return Check("file", "SQLite finds its own file sound", len(wrong), True, wrong)


def _faults() -> list[tuple[str, str, Any]]:
    report, version, shown, page = m.Report, m.Version, m.VersionPage, m.Page
    attempt = m.Attempt
    stored = attempt.outcome.in_(["found", "changed"])
    return [
        (
            "report_without_version",
            "every report has a content",
            select(report.agency_id, report.year, report.kind).where(
                ~exists().where(version.report_id == report.id), ~_cut_only()
            ),
        ),
        (
            "version_without_page",
            "every content was shown by a page",
            select(version.id, version.read_from).where(~exists().where(shown.version_id == version.id)),
        ),
        (
            "version_read_elsewhere",
            "a content is read from a page that showed it",
            select(version.id, version.read_from).where(
                ~exists().where(
                    and_(shown.version_id == version.id, page.id == shown.page_id, page.url == version.read_from)
                )
            ),
        ),
        (
            "attempt_without_report",
            "what an attempt calls found or changed stands",
            select(attempt.agency_id, attempt.year, attempt.outcome, attempt.url).where(
                stored,
                attempt.agency_id.is_not(None),
                ~exists().where(and_(report.agency_id == attempt.agency_id, report.year == attempt.year)),
            ),
        ),
        (
            "page_half_archived",
            "a page's place in the archive has both a file and an offset, and the file is known",
            select(page.url, page.archive_file).where(
                or_(
                    page.archive_file.is_(None) != page.archive_offset.is_(None),
                    and_(page.archive_file.is_not(None), ~exists().where(m.ArchiveFile.name == page.archive_file)),
                )
            ),
        ),
        (
            "capture_missing",
            "the record in which a page's bytes lie is among the captures",
            select(page.url, page.archive_file, page.archive_offset).where(
                page.archive_file.is_not(None),
                ~exists().where(and_(m.Capture.file == page.archive_file, m.Capture.offset == page.archive_offset)),
            ),
        ),
        (
            "answer_without_run",
            "what answered an intent is a run that came to its end",
            select(m.Intent.portal_id, m.Intent.year, m.Intent.run_id).where(
                m.Intent.run_id.is_not(None),
                ~exists().where(and_(m.Run.id == m.Intent.run_id, m.Run.ended_at.is_not(None))),
            ),
        ),
    ]


def _cut_only() -> Any:
    """A report of which only half a page was ever seen has an attempt and no content."""
    attempt = m.Attempt
    return exists().where(
        and_(attempt.agency_id == m.Report.agency_id, attempt.year == m.Report.year, attempt.outcome == "partial")
    )


def _answered() -> Any:
    """What a killed run stored before it could say so; the next run does not look for it again."""
    intent, report = m.Intent, m.Report
    own = and_(report.year == intent.year, report.agency_id == intent.agency_id)
    publishes = exists().where(
        m.PortalAgency.portal_id == intent.portal_id, m.PortalAgency.agency_id == report.agency_id
    )
    return exists().where(or_(own, and_(intent.agency_id == "", report.year == intent.year, publishes)))


def _unfinished() -> list[tuple[str, str, Any]]:
    return [
        (
            "run_without_end",
            "every run came to its end",
            select(m.Run.id, m.Run.spider, m.Run.started_at).where(m.Run.ended_at.is_(None)),
        ),
        (
            "intent_unanswered",
            "every intent was answered, or its report is there",
            select(m.Intent.portal_id, m.Intent.agency_id, m.Intent.year).where(
                m.Intent.attempted_at.is_(None), ~_answered()
            ),
        ),
        (
            "archive_file_open",
            "every archive file is sealed",
            select(m.ArchiveFile.name).where(m.ArchiveFile.closed_at.is_(None)),
        ),
    ]
