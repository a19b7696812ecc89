"""What a crawl of the fake country must find, and what it must say of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crawler.demo.entries import Entry
from crawler.demo.portal import Site
from crawler.demo.reports import FakeReport
from crawler.items import Outcome


@dataclass(frozen=True, slots=True)
class Expected:
    """One report that a full crawl must store.

    `portal_id` is the registry id of the portal it stands on, `url` its canonical address there, `also` further
    addresses (twins, on this portal or another) that must not become a second report.
    """

    portal_id: str
    agency_id: str
    url: str
    report: FakeReport
    also: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it one report however often it is posted: agency, year and kind."""
        return self.agency_id, self.year, self.kind

    @property
    def agency(self) -> str:
        """Full name of the body that reports."""
        return self.report.agency

    @property
    def year(self) -> int:
        """Fiscal year."""
        return self.report.year

    @property
    def kind(self) -> str:
        """`annual_report` or `work_summary`."""
        return self.report.kind


@dataclass(frozen=True, slots=True)
class Absence:
    """Something that a full crawl must not find, and the outcome it must record instead.

    `reason` is the stable word of the attempt where the country can know it (`gate_412`, `look_alike:…`), else "".
    """

    portal_id: str
    outcome: Outcome
    reason: str = ""
    agency_id: str | None = None
    year: int | None = None
    url: str | None = None
    title: str = ""


@dataclass(slots=True)
class Built:
    """One portal of the country: its sites and the truth about them.

    `behind_script` are (agency id, URL, entry) of reports that only a browser can find.
    """

    portal_id: str
    sites: list[Site] = field(default_factory=list)
    reports: list[Expected] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    behind_script: list[tuple[str, str, Entry]] = field(default_factory=list)

    def expect(self, agency_id: str, url: str, report: FakeReport, *also: str) -> None:
        """Note a report that stands at `url`."""
        self.reports.append(Expected(self.portal_id, agency_id, url, report, also))

    def expect_entries(self, agency_id: str, found: Iterable[tuple[str, Entry]]) -> None:
        """Note every report among (URL, entry) pairs; entries that are none are passed over."""
        for url, entry in found:
            if entry.report is not None:
                self.expect(agency_id, url, entry.report)

    def lacks(self, agency_id: str, year: int) -> None:
        """Note a year for which the agency has published nothing here."""
        self.absences.append(Absence(self.portal_id, "missing", agency_id=agency_id, year=year))

    def refuse(self, titles: Sequence[str], *, reason: str = "", url: str | None = None) -> None:
        """Note look-alikes that must be refused by their titles."""
        self.absences += [Absence(self.portal_id, "refused", reason, url=url, title=title) for title in titles]
