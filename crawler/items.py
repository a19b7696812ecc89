"""What a spider yields: pages, attempts, found columns, and what is as it was.

Spiders speak only of requests and bytes. What a page *says* is found out by the pipelines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from crawler.reports.files.model import CarriedFile
from crawler.reports.model import Report
from crawler.text.model import Decoded

if TYPE_CHECKING:
    from crawler.archive.model import Capture

Outcome = Literal[
    "found", "unchanged", "changed", "missing", "not_due", "blocked", "unreachable", "unreadable", "refused", "partial"
]
"""What became of a portal or an agency-year that was looked for (DESIGN: *attempt*)."""

PageRole = Literal["report", "list", "refusal", "file"]


@dataclass(slots=True)
class PageItem:
    """One fetched response that may be a report, byte for byte, with what its list row said about it.

    Attributes:
        portal_id: registry id of the portal it was found on.
        url: address it was fetched from (after redirects), without `?jump=true` and the like.
        status: HTTP status.
        headers: the few response headers that matter later, lower-case names: `content-type`, `etag`, `last-modified`.
        body: the bytes as received after transfer and content decoding. Never re-encoded.
        fetched_at: UTC time of the response.
        role: `report` for a candidate report page, `file` for a file that such a page carries (its page is
            `column_url`).
        column_url: the list it was found in; None when it was found otherwise.
        list_title: title printed in the list row (already decoded by the spider's own list reading); "" when unknown.
        list_date: date printed in the list row, ISO `YYYY-MM-DD`; None when there is none.
        agency_ids: registry ids of the agencies that publish in this column (one for a bureau's own column).
        years: fiscal years the user asked for; None for all. The year is only known after parsing.
        attachments: absolute URLs of files the page links as the report's carrier.
        files: those of them that were fetched, because the page itself does not hold the tables.
        cut: the transfer ended before the whole body had come.
        asked_url: the address that the list's row named; "" where no row led here.
        via: `generic` where the search for portals of unknown software found it, "" where a family's own path did.
        capture: where the archive holds this answer; None where the archive is off.
        decoded, report: filled by the pipelines.
    """

    portal_id: str
    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: datetime
    role: PageRole = "report"
    column_url: str | None = None
    list_title: str = ""
    list_date: str | None = None
    agency_ids: tuple[str, ...] = ()
    years: frozenset[int] | None = None
    attachments: tuple[str, ...] = ()
    files: tuple[CarriedFile, ...] = ()
    cut: bool = False
    asked_url: str = ""
    via: str = ""
    capture: Capture | None = None
    decoded: Decoded | None = None
    report: Report | None = None


@dataclass(slots=True)
class AttemptItem:
    """What happened when a portal, a column or an agency-year was looked for, with the evidence.

    Attributes:
        outcome: see `Outcome`.
        reason: a short stable word for programs, e.g. `gate_412`, `timeout`, `look_alike:website_form`, `empty_list`.
        detail: one sentence for a person: the culprit, the value, what to try next.
        url: where it happened.
        evidence: small JSON-able facts (status, size, title …).
    """

    portal_id: str
    outcome: Outcome
    reason: str
    detail: str = ""
    url: str | None = None
    agency_id: str | None = None
    year: int | None = None
    evidence: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class ColumnItem:
    """A column that a spider found by itself (from the home page, by anchor text) and that should be remembered.

    `params` holds what the family needs to read it again (column id, SID …) as JSON-able values.
    """

    portal_id: str
    url: str
    title: str
    params: dict[str, object] = field(default_factory=dict)
    clicks: int = 0


@dataclass(slots=True)
class SeenItem:
    """A known page that was asked for and is as it was: nothing is parsed, and no version is written.

    Attributes:
        url, sha256: the page and its content, as they stand in `pages`.
        reason: `not_modified` (the server said so, 304) or `same_bytes`.
        seen_at: UTC time of the answer.
        column_url, list_title, list_date: of the row that led to it.
        headers: `etag`, `last-modified` of the answer, where it has them.
        reports: (agency id, fiscal year) of the reports that it shows.
        asked_url: the address that the row named.
    """

    portal_id: str
    url: str
    sha256: str
    reason: Literal["not_modified", "same_bytes"]
    seen_at: datetime
    column_url: str | None = None
    list_title: str = ""
    list_date: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    reports: tuple[tuple[str, int], ...] = ()
    asked_url: str = ""


@dataclass(slots=True)
class ListItem:
    """A list as a run that came to its end saw it: the columns of `lists` (see `crawler.store.models.ListState`).

    `request_key` is the fingerprint of the request for its first page, `years` None for all.
    """

    portal_id: str
    request_key: str
    url: str
    column_url: str | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    rows: int
    years: tuple[int, ...] | None
    seen_at: datetime
    complete_at: datetime | None
