"""A sample of a portal, crawled as any other crawl is, into a database of its own that goes away afterwards."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, func, select

from crawler.detect.model import GENERIC
from crawler.portals.model import Column
from crawler.store import models as m
from crawler.store import open_store
from crawler.store.failures import portal_failures
from crawler.store.queries import remembered_columns

SAMPLE = 3
_FEWEST_SECTIONS = 3
"""Sections from which a page without a number that could be read is a report all the same (its tables are pictures)."""

_TAIL = 5
_MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Sampled:
    """One stored report: who, which year, what was read of it."""

    agency: str
    year: int
    kind: str
    title: str
    cells: int
    sections: int
    findings: dict[str, int]

    @property
    def read(self) -> bool:
        """Whether the page was read as a report: numbers, or at least its sections."""
        return self.cells > 0 or self.sections >= _FEWEST_SECTIONS


@dataclass(slots=True)
class Trial:
    """What a sample crawl gave.

    Attributes:
        code: exit code of the crawl (see `scrapy crawl`).
        reports: what was stored, newest year first.
        reasons: what went wrong, in words.
        columns: lists of reports that the crawl found by itself.
    """

    code: int
    reports: list[Sampled] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the crawl gave at least one page that is a report."""
        return any(one.read for one in self.reports)


@contextmanager
def sample(portal_id: str, family: str, rows: Path, settings: Sequence[str] = ()) -> Iterator[Trial]:
    """Crawl three reports of a portal in a process of its own and read what was stored.

    Args:
        portal_id, family: of the row, which stands in the folder `rows`.
        settings: further settings, `NAME=VALUE`, as `-s` takes them.
    """
    with tempfile.TemporaryDirectory(prefix="sample-") as name:
        folder = Path(name)
        own = {
            "PORTALS_DIR": rows,
            "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}",
            "SPOOL_DIR": folder / "spool",
            "LOG_LEVEL": "ERROR",
            "LOG_FILE": folder / "crawl.log",
            # The search for portals of unknown software finds reports under a wrong family too, and would prove it.
            "SECOND_PATH": family == GENERIC,
        }
        options = [*settings, *(f"{key}={value}" for key, value in own.items())]
        # A process of its own: the reactor of this one has run already, and the crawl is the very command users type.
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            family,
            "-a",
            f"portal={portal_id}",
            "-a",
            f"sample={SAMPLE}",
        ]
        command += [part for option in options for part in ("-s", option)]
        done = subprocess.run(  # noqa: S603  our own command, and settings that the user typed
            command, capture_output=True, text=True, encoding="utf-8", errors="backslashreplace", check=False
        )
        yield _outcome(done, folder / "reports.db", portal_id)


def _outcome(done: subprocess.CompletedProcess[str], database: Path, portal_id: str) -> Trial:
    trial = Trial(done.returncode)
    if database.is_file():
        engine = open_store(f"sqlite:///{database}", create=False)
        try:
            trial.reports = [*_reports(engine)]
            trial.reasons = [*dict.fromkeys(_reasons(engine, portal_id))][:_MOST_REASONS]
            found = remembered_columns(engine, portal_id)
            trial.columns = [Column(url=one.url, title=one.title, params=one.params) for one in found]
        finally:
            engine.dispose()
    if not trial.good and not trial.reasons:
        trial.reasons = (done.stderr.strip() or done.stdout.strip()).splitlines()[-_TAIL:]
    return trial


def _reports(engine: Engine) -> Iterator[Sampled]:
    version, report = m.Version, m.Report
    query = (
        select(version.id, m.Agency.name, report.year, report.kind, version.title)
        .join(report, version.report_id == report.id)
        .join(m.Agency, report.agency_id == m.Agency.id)
        .order_by(report.year.desc(), m.Agency.name)
    )
    with engine.connect() as connection:
        for number, agency, year, kind, title in connection.execute(query).all():
            cells = select(func.count()).where(m.Cell.version_id == number, m.Cell.value.is_not(None))
            sections = select(func.count()).where(m.Section.version_id == number)
            found = select(m.Finding.severity, func.count()).where(m.Finding.version_id == number)
            yield Sampled(
                agency,
                year,
                kind,
                title or "",
                connection.scalar(cells) or 0,
                connection.scalar(sections) or 0,
                {row[0]: row[1] for row in connection.execute(found.group_by(m.Finding.severity))},
            )


def _reasons(engine: Engine, portal_id: str) -> Iterator[str]:
    """Why nothing came of the portal: its failure as a whole, then what single pages and lists gave."""
    for one in portal_failures(engine):
        yield f"{one.outcome}: {one.reason}: {one.detail}"
    attempt = m.Attempt
    query = select(attempt.outcome, attempt.reason, attempt.detail).where(attempt.portal_id == portal_id)
    with engine.connect() as connection:
        for outcome, reason, detail in connection.execute(query.order_by(attempt.id)).all():
            if outcome not in ("found", "changed", "unchanged"):
                yield f"{outcome}: {reason}: {detail}"
