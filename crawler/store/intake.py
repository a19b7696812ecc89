"""From what a spider yields to what the writer takes. Pure but for the run's id and registry, which it is made with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from crawler.agenda import Aim
from crawler.items import AttemptItem, ColumnItem, ListItem, PageItem, SeenItem
from crawler.portals.agencies import Resolution, resolve
from crawler.portals.model import Portal
from crawler.portals.registry import Registry
from crawler.reports.checks import BY_AGENCY, of_agency
from crawler.reports.ends import CUT
from crawler.reports.model import Report
from crawler.reports.titles import judge
from crawler.store.capture_records import CaptureValue
from crawler.store.records import (
    AgencyValue,
    AimValue,
    AttemptRecord,
    AttemptValue,
    ColumnRecord,
    ListRecord,
    PageRecord,
    PageValue,
    PortalValue,
    ReportRecord,
    RunRecord,
    SeenRecord,
    jsonable,
)

REPORT_KINDS = frozenset({"annual_report", "work_summary"})
"""Kinds that are stored as reports; every other kind is a look-alike that is refused."""

_NOT_A_PAGE = ("not_html", "empty_body", "unreadable")
"""Findings of the parser that say that there was no page to read."""

Note = Literal["page", "report", "refused", "unreadable", "out_of_range"]
"""What a page was taken for."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A page's record, what the page was taken for, and the agency-year that it speaks of, if that is known."""

    record: PageRecord | ReportRecord
    note: Note
    agency_id: str | None = None
    year: int | None = None


class Intake:
    """Makes the records of one run.

    Args:
        run_id: id of the run.
        registry: resolves portals and agencies.
        parser: release that reads the pages.
    """

    def __init__(self, run_id: str, registry: Registry, parser: str) -> None:
        self._run_id = run_id
        self._registry = registry
        self._parser = parser
        # A run meets few portals and agencies, each of them on every page.
        self._portals: dict[str, PortalValue] = {}
        self._agencies: dict[str, AgencyValue] = {}

    def run(
        self,
        spider: str,
        args: dict[str, object],
        versions: dict[str, str],
        portals: Sequence[Portal],
        at: datetime,
        intended: Iterable[Aim] = (),
    ) -> RunRecord:
        """The run's first record: its portals with their agencies, and what it intends to look for."""
        rows = tuple((PortalValue.of(row), tuple(map(AgencyValue.of, row.agencies))) for row in portals)
        return RunRecord(
            run_id=self._run_id,
            at=at,
            spider=spider,
            args=jsonable(args),
            versions=versions,
            portals=rows,
            aims=tuple(map(AimValue.of, intended)),
        )

    def attempt(self, item: AttemptItem, at: datetime) -> AttemptRecord:
        """What a spider or its ledger says of something that was looked for."""
        agency = self._agency(item.agency_id) if item.agency_id else None
        return AttemptRecord.of(item, run_id=self._run_id, at=at, portal=self._portal(item.portal_id), agency=agency)

    def column(self, item: ColumnItem, at: datetime) -> ColumnRecord:
        """A column to remember."""
        return ColumnRecord.of(item, run_id=self._run_id, at=at, portal=self._portal(item.portal_id))

    def seen(self, item: SeenItem) -> SeenRecord:
        """A known page that is as it was."""
        return SeenRecord.of(item, run_id=self._run_id, portal=self._portal(item.portal_id))

    def listed(self, item: ListItem) -> ListRecord:
        """A list as this run saw it."""
        return ListRecord.of(item, run_id=self._run_id, portal=self._portal(item.portal_id))

    def page(self, item: PageItem) -> Taken:
        """A page: as a report, or as a page with the attempt that says why it is none."""
        report = item.report
        if item.role != "report":
            return Taken(self._page(item), "page")
        if report is None:
            return self._unreadable(item, "not_parsed", "the page was not handed to the parser")
        if unread := next((found for found in report.findings if found.id in _NOT_A_PAGE), None):
            return self._unreadable(item, f"{unread.id}:{unread.where}" if unread.where else unread.id, unread.message)
        scan = next((found for found in report.findings if found.id == "only_pictures"), None)
        if scan and report.kind not in REPORT_KINDS:
            return self._unreadable(item, scan.id, scan.message)
        if item.years is not None and report.year is not None and report.year not in item.years:
            return Taken(self._page(item), "out_of_range", year=report.year)
        lacking = next((found for found in report.findings if found.id in CUT and found.severity == "hard"), None)
        if lacking and report.kind not in REPORT_KINDS:
            return self._unreadable(item, "cut", lacking.message)  # what makes it a report may stand behind the cut
        if report.kind not in REPORT_KINDS:
            return self._refused(item, report)
        if report.year is None:
            return self._unreadable(item, "no_year", f"no fiscal year in title or text of {report.title!r}")
        return self._report(item, report, report.year)

    def _report(self, item: PageItem, report: Report, year: int) -> Taken:
        found = self._resolve(item, report.agency)
        agency = self._value(found)
        report = _for_agency(report, agency)
        code = self._registry.agency(found.agency_id).code_in(year) if found.registered else None
        record = ReportRecord(
            run_id=self._run_id,
            at=_aware(item.fetched_at),
            portal=self._portal(item.portal_id),
            page=PageValue.of(item),
            agency=agency,
            agency_resolved_by=found.how,
            agency_code=code,
            year=year,
            parser=self._parser,
            report=report,
            capture=CaptureValue.of(item.capture) if item.capture else None,
        )
        return Taken(record, "report", agency.id, year)

    def _refused(self, item: PageItem, report: Report) -> Taken:
        """A look-alike. Only a name that it prints itself makes it an agency's: a notice speaks of many."""
        agency = self._value(self._resolve(item, report.agency)) if report.agency else None
        attempt = AttemptValue(
            outcome="refused",
            reason=f"look_alike:{report.kind}",
            detail=f"{report.title or item.list_title or 'a page without a title'}: {report.kind_reason}",
            url=item.url,
            year=report.year,
            evidence={"title": report.title, "list_title": item.list_title},
        )
        return Taken(self._page(item, agency, attempt), "refused", agency.id if agency else None, report.year)

    def _unreadable(self, item: PageItem, reason: str, detail: str) -> Taken:
        """A page without a report to be read. Whose it would have been is only known from its row in the list."""
        row = judge(item.list_title)
        year = row.year
        agency = self._value(self._resolve(item, row.agency)) if row.agency or len(item.agency_ids) == 1 else None
        if item.years is not None and year is not None and year not in item.years:
            return Taken(self._page(item), "out_of_range", year=year)
        attempt = AttemptValue(
            outcome="unreadable",
            reason=reason,
            detail=detail,
            url=item.url,
            year=year,
            evidence={
                "list_title": item.list_title,
                "content_type": item.headers.get("content-type"),
                "size": len(item.body),
                "attachments": list(item.attachments),
            },
        )
        return Taken(self._page(item, agency, attempt), "unreadable", agency.id if agency else None, year)

    def _page(
        self, item: PageItem, agency: AgencyValue | None = None, attempt: AttemptValue | None = None
    ) -> PageRecord:
        return PageRecord(
            run_id=self._run_id,
            at=_aware(item.fetched_at),
            portal=self._portal(item.portal_id),
            page=PageValue.of(item),
            agency=agency,
            attempt=attempt,
            capture=CaptureValue.of(item.capture) if item.capture else None,
        )

    def _portal(self, portal_id: str) -> PortalValue:
        if portal_id not in self._registry:
            return PortalValue.unknown(portal_id)
        value = self._portals.get(portal_id)
        if value is None:
            value = self._portals[portal_id] = PortalValue.of(self._registry.portal(portal_id))
        return value

    def _agency(self, agency_id: str) -> AgencyValue:
        if not self._registry.has_agency(agency_id):
            return AgencyValue(id=agency_id, name=agency_id)
        value = self._agencies.get(agency_id)
        if value is None:
            value = self._agencies[agency_id] = AgencyValue.of(self._registry.agency(agency_id))
        return value

    def _resolve(self, item: PageItem, printed: str | None) -> Resolution:
        return resolve(printed, self._registry.portal(item.portal_id), item.agency_ids, self._registry)

    def _value(self, found: Resolution) -> AgencyValue:
        if found.registered:
            return self._agency(found.agency_id)
        return AgencyValue(id=found.agency_id, name=found.name)


def owed(attempts: Iterable[AttemptItem], spoken: frozenset[tuple[str | None, int | None]]) -> list[AttemptItem]:
    """The ledger's closing attempts without those that call an agency-year missing whose page was there, unreadable."""
    return [one for one in attempts if one.outcome != "missing" or (one.agency_id, one.year) not in spoken]


def _for_agency(report: Report, agency: AgencyValue) -> Report:
    """The report with the findings that need to know who wrote it: only here is its agency looked up."""
    if agency.level is None:
        return report  # the parser has judged by the printed name, and nobody knows more
    told = of_agency(report, agency.level, agency.type)
    findings = (*(one for one in report.findings if one.id not in BY_AGENCY), *told)
    return report if findings == report.findings else replace(report, findings=findings)


def _aware(moment: datetime) -> datetime:
    """Items carry UTC; one whose author forgot to say so still does."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
