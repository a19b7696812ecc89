"""What the writer is given: values that hold all that one transaction needs and that survive a detour over the disk.

A record speaks of its run, portal and agency by value, not by reference, so records can be written in any order: one
that waited in the spool while the database was away finds its place however late it comes.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from crawler.agenda import Aim, Answer
from crawler.items import AttemptItem, ColumnItem, ListItem, Outcome, PageItem, PageRole, SeenItem
from crawler.portals.model import Agency, Portal
from crawler.reports.model import Report
from crawler.store.capture_records import CapturesRecord, CaptureValue
from crawler.store.types import storable, storable_tree


def _mend(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_mend)]
"""Text from outside: pydantic refuses lone surrogates (a list API that cuts a title in two sends them)."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PortalValue(_Value):
    """The columns of `portals`."""

    id: Text
    name: Text
    place: Text
    family: Text
    base: Text

    @classmethod
    def of(cls, portal: Portal) -> PortalValue:
        """From a registry row."""
        return cls(id=portal.id, name=portal.name, place=portal.place, family=portal.family, base=portal.base)

    @classmethod
    def unknown(cls, portal_id: str) -> PortalValue:
        """A portal of which nothing but its id is known (its registry row is gone)."""
        return cls(id=portal_id, name=portal_id, place="", family="", base="")


class AgencyValue(_Value):
    """The columns of `agencies`."""

    id: Text
    name: Text
    type: Text | None = None
    level: Text | None = None
    sector: Text | None = None
    code: Text | None = None
    parent: Text | None = None
    registered: bool = False

    @classmethod
    def of(cls, agency: Agency) -> AgencyValue:
        """From a registry row."""
        return cls(
            id=agency.id,
            name=agency.name,
            type=agency.type,
            level=agency.level,
            sector=agency.sector,
            code=agency.code,
            parent=agency.parent,
            registered=True,
        )


class PageValue(_Value):
    """The columns of `pages` that come from the response and from decoding it."""

    url: Text
    sha256: Text
    size: int
    status: int
    role: PageRole
    content_type: Text | None = None
    etag: Text | None = None
    last_modified: Text | None = None
    encoding_declared: Text | None = None
    encoding_chosen: Text | None = None
    characters_lost: int | None = None
    encoding_evidence: dict[str, Any] | None = None
    column_url: Text | None = None
    list_title: Text | None = None
    list_date: Text | None = None
    attachments: tuple[Text, ...] = ()
    via: Text | None = None
    archive_file: Text | None = None
    archive_offset: int | None = None

    @classmethod
    def of(cls, item: PageItem) -> PageValue:
        """From what a spider yielded; the hash is taken of the bytes as they came."""
        decoded = item.decoded
        return cls(
            url=item.url,
            sha256=hashlib.sha256(item.body).hexdigest(),
            size=len(item.body),
            status=item.status,
            role=item.role,
            content_type=item.headers.get("content-type"),
            etag=item.headers.get("etag"),
            last_modified=item.headers.get("last-modified"),
            encoding_declared=decoded.declared if decoded else None,
            encoding_chosen=decoded.chosen if decoded else None,
            characters_lost=decoded.lost if decoded else None,
            encoding_evidence=decoded.evidence() if decoded else None,
            column_url=item.column_url,
            list_title=item.list_title or None,
            list_date=item.list_date,
            attachments=item.attachments,
            via=item.via or None,
            **_archived(item),
        )


def _archived(item: PageItem) -> dict[str, Any]:
    if item.capture is None:
        return {}
    return dict(zip(("archive_file", "archive_offset"), item.capture.payload_at, strict=True))


class AttemptValue(_Value):
    """The columns of `attempts` that say what happened."""

    outcome: Outcome
    reason: Text
    detail: Text = ""
    url: Text | None = None
    year: int | None = None
    evidence: dict[str, Any] = {}


class _Record(_Value):
    run_id: str
    at: AwareDatetime


class AimValue(_Value):
    """The columns of `intents` that say what is looked for (see `crawler.agenda`)."""

    portal_id: Text
    column_url: Text = ""
    agency_id: Text = ""
    year: int = 0

    @classmethod
    def of(cls, aim: Aim) -> AimValue:
        """From a run's agenda."""
        return cls(portal_id=aim.portal_id, column_url=aim.column_url, agency_id=aim.agency_id, year=aim.year)


class AnswerValue(_Value):
    """The columns of `intents` that say what became of it; `next_at`: not before."""

    aim: AimValue
    outcome: Outcome
    reason: Text = ""
    next_at: AwareDatetime | None = None

    @classmethod
    def of(cls, answer: Answer) -> AnswerValue:
        """From a run's agenda."""
        return cls(
            aim=AimValue.of(answer.aim), outcome=answer.outcome, reason=answer.reason, next_at=answer.retry_after
        )


class RunRecord(_Record):
    """A run begins: which spider, with which arguments, in which versions, for which portals and agencies, and what it
    intends to look for."""

    type: Literal["run"] = "run"
    spider: Text
    args: dict[str, Any] = {}
    versions: dict[str, str] = {}
    portals: tuple[tuple[PortalValue, tuple[AgencyValue, ...]], ...] = ()
    aims: tuple[AimValue, ...] = ()


class RunEnd(_Record):
    """A run ends; `answers` only where it came to its end."""

    type: Literal["run_end"] = "run_end"
    finish_reason: Text
    stats: dict[str, Any] = {}
    answers: tuple[AnswerValue, ...] = ()


class PageRecord(_Record):
    """A page that is not stored as a report, with the attempt that says why, if anybody asked for it."""

    type: Literal["page"] = "page"
    portal: PortalValue
    page: PageValue
    agency: AgencyValue | None = None
    attempt: AttemptValue | None = None
    capture: CaptureValue | None = None


class ReportRecord(_Record):
    """A page that holds a report. Its attempt (found, unchanged, changed, partial) follows from what is stored already.

    `agency_resolved_by` says how the printed name led to the agency, `agency_code` which division code it had in that
    year, `parser` which release read the page.
    """

    type: Literal["report"] = "report"
    portal: PortalValue
    page: PageValue
    agency: AgencyValue
    agency_resolved_by: Text
    agency_code: Text | None = None
    year: int
    parser: Text
    report: Report
    capture: CaptureValue | None = None


class AttemptRecord(_Record):
    """What happened when something was looked for and no page came of it."""

    type: Literal["attempt"] = "attempt"
    portal: PortalValue
    agency: AgencyValue | None = None
    attempt: AttemptValue

    @classmethod
    def of(
        cls, item: AttemptItem, *, run_id: str, at: datetime, portal: PortalValue, agency: AgencyValue | None
    ) -> AttemptRecord:
        """From what a spider yielded."""
        attempt = AttemptValue(
            outcome=item.outcome,
            reason=item.reason,
            detail=item.detail,
            url=item.url,
            year=item.year,
            evidence=jsonable(item.evidence),
        )
        return cls(run_id=run_id, at=at, portal=portal, agency=agency, attempt=attempt)


class ColumnRecord(_Record):
    """A column that a spider found by itself."""

    type: Literal["column"] = "column"
    portal: PortalValue
    url: Text
    title: Text
    params: dict[str, Any] = {}
    clicks: int = 0

    @classmethod
    def of(cls, item: ColumnItem, *, run_id: str, at: datetime, portal: PortalValue) -> ColumnRecord:
        """From what a spider yielded."""
        return cls(
            run_id=run_id,
            at=at,
            portal=portal,
            url=item.url,
            title=item.title,
            params=jsonable(item.params),
            clicks=item.clicks,
        )


class SeenRecord(_Record):
    """A known page that is as it was. `reports`: its agency-years, each of which gets an attempt `unchanged`."""

    type: Literal["seen"] = "seen"
    portal: PortalValue
    url: Text
    sha256: Text
    reason: Text
    column_url: Text | None = None
    list_title: Text | None = None
    list_date: Text | None = None
    etag: Text | None = None
    last_modified: Text | None = None
    reports: tuple[tuple[Text, int], ...] = ()

    @classmethod
    def of(cls, item: SeenItem, *, run_id: str, portal: PortalValue) -> SeenRecord:
        """From what a spider yielded."""
        return cls(
            run_id=run_id,
            at=item.seen_at,
            portal=portal,
            url=item.url,
            sha256=item.sha256,
            reason=item.reason,
            column_url=item.column_url,
            list_title=item.list_title or None,
            list_date=item.list_date,
            etag=item.headers.get("etag"),
            last_modified=item.headers.get("last-modified"),
            reports=item.reports,
        )


class ListRecord(_Record):
    """A list as a run that came to its end saw it."""

    type: Literal["list"] = "list"
    portal: PortalValue
    request_key: Text
    url: Text
    column_url: Text | None = None
    etag: Text | None = None
    last_modified: Text | None = None
    sha256: Text | None = None
    rows: int = 0
    years: tuple[int, ...] | None = None
    complete_at: AwareDatetime | None = None

    @classmethod
    def of(cls, item: ListItem, *, run_id: str, portal: PortalValue) -> ListRecord:
        """From what the spider's readings of lists came to."""
        return cls(
            run_id=run_id,
            at=item.seen_at,
            portal=portal,
            request_key=item.request_key,
            url=item.url,
            column_url=item.column_url,
            etag=item.etag,
            last_modified=item.last_modified,
            sha256=item.sha256,
            rows=item.rows,
            years=item.years,
            complete_at=item.complete_at,
        )


Record = (
    RunRecord
    | RunEnd
    | PageRecord
    | ReportRecord
    | AttemptRecord
    | ColumnRecord
    | SeenRecord
    | ListRecord
    | CapturesRecord
)

_RECORD: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="type")])


def to_line(record: Record) -> str:
    """The record as one line of JSON."""
    return json.dumps(storable_tree(record.model_dump(mode="json")), ensure_ascii=False)


def from_json(value: object) -> Record:
    """The record that `to_line` wrote, from its decoded JSON.

    Raises:
        pydantic.ValidationError: when it is no record.
    """
    return _RECORD.validate_python(value, strict=False)


def jsonable(values: dict[str, Any]) -> dict[str, Any]:
    """`values` as JSON takes them; what JSON does not know (dates, sets, exceptions) as its text."""
    made: dict[str, Any] = storable_tree(json.loads(json.dumps(values, default=str)))
    return made
