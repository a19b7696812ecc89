"""The tables. One class a table, one row a thing of the vocabulary in ARCHITECTURE.md.

Ids of agencies and portals are those of the registry and of runs those that the run gave itself; everything else has a
number that means nothing outside this database. What identifies a row is its unique constraint.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crawler.store.base import Base as Base
from crawler.store.base import Id as Id
from crawler.store.crawl_models import ArchiveFile as ArchiveFile
from crawler.store.crawl_models import Capture as Capture
from crawler.store.crawl_models import Intent as Intent
from crawler.store.crawl_models import ListState as ListState


class Run(Base):
    """One run of a spider. `ended_at` is null while it runs and for ever if it was killed."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(primary_key=True)
    spider: Mapped[str | None]
    args: Mapped[dict[str, Any] | None]
    versions: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    finish_reason: Mapped[str | None]
    stats: Mapped[dict[str, Any] | None]


class Portal(Base):
    """A portal that was visited: what its registry row said when it was last written."""

    __tablename__ = "portals"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    place: Mapped[str]
    family: Mapped[str]
    base: Mapped[str]


class Agency(Base):
    """A body that reports. `registered` is false for one that only a page named."""

    __tablename__ = "agencies"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str | None]
    level: Mapped[str | None]
    sector: Mapped[str | None]
    code: Mapped[str | None]
    parent: Mapped[str | None]
    registered: Mapped[bool]


class PortalAgency(Base):
    """Which agencies publish on which portal: the denominator of the coverage table."""

    __tablename__ = "portal_agencies"
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"), primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)


class Column(Base):
    """A list (栏目) that a spider found by itself and remembers; `params` is what its family needs to read it again."""

    __tablename__ = "columns"
    __table_args__ = (UniqueConstraint("portal_id", "url"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    url: Mapped[str]
    title: Mapped[str]
    params: Mapped[dict[str, Any]]
    clicks: Mapped[int]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class Page(Base):
    """One content of one URL, byte for byte (`sha256`). `times_seen` counts the runs that saw it.

    `archive_file`, `archive_offset`: the record that holds these bytes; null where the archive was off.
    `via`: `generic` where only the search for portals of unknown software found the page.
    `encoding_evidence` says why this encoding was chosen: votes, score, runner-up.
    """

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("url", "sha256"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    url: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    status: Mapped[int]
    role: Mapped[str]
    content_type: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    encoding_declared: Mapped[str | None]
    encoding_chosen: Mapped[str | None]
    characters_lost: Mapped[int | None]
    encoding_evidence: Mapped[dict[str, Any] | None]
    column_url: Mapped[str | None]
    list_title: Mapped[str | None]
    list_date: Mapped[str | None]
    attachments: Mapped[list[Any]]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    last_run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    times_seen: Mapped[int]
    archive_file: Mapped[str | None]
    archive_offset: Mapped[int | None] = mapped_column(BigInteger)
    via: Mapped[str | None]


class Report(Base):
    """Agency × fiscal year × kind. Never the URL, never the hash: a report keeps its row however often it moves.

    `agency_code` is the agency's division code (GB/T 2260) that was valid in that year, null where nobody knows it.
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("agency_id", "year", "kind"), Index(None, "year"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int]
    kind: Mapped[str]
    agency_code: Mapped[str | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class Version(Base):
    """One content of a report, append-only. `content_sha256` is over its words and numbers, not over page chrome.

    `parser` is the release that read it: a later one that reads the same content better replaces the reading (sections,
    cells, narratives, findings), never the version. Of several pages that show the same content the reading is that of
    the first address in alphabetical order (`read_from`), whichever was fetched first. `tables` maps each table of the
    form to its state. `source_text` is the page as it was read, before repair; null where nothing was repaired.

    `worth` ranks the versions of one report (`crawler.store.worth`); the view `current_versions` names the best of
    those that are still shown.
    """

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("report_id", "content_sha256"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    content_sha256: Mapped[str]
    parser: Mapped[str]
    worth: Mapped[int] = mapped_column(server_default="0")
    read_from: Mapped[str]
    title: Mapped[str | None]
    format: Mapped[str | None]
    scope: Mapped[str | None]
    document_number: Mapped[str | None]
    kind_reason: Mapped[str]
    agency_printed: Mapped[str | None]
    agency_source: Mapped[str | None]
    agency_resolved_by: Mapped[str | None]
    year_source: Mapped[str | None]
    date_claimed: Mapped[str | None]
    date_url: Mapped[str | None]
    date_meta: Mapped[str | None]
    encoding_declared: Mapped[str | None]
    encoding_chosen: Mapped[str | None]
    encoding_lossy: Mapped[bool | None]
    characters_lost: Mapped[int | None]
    tables: Mapped[dict[str, Any]]
    repairs: Mapped[list[Any]]
    text: Mapped[str]
    source_text: Mapped[str | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class VersionPage(Base):
    """Which page showed which version, and when first and last."""

    __tablename__ = "version_pages"
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"), primary_key=True, index=True)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class Section(Base):
    """A section or sub-section. `position` counts in reading order from 0, `parent` is a position."""

    __tablename__ = "sections"
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent: Mapped[int | None]
    num: Mapped[str]
    section: Mapped[str | None]
    heading: Mapped[str]
    text: Mapped[str]
    tables: Mapped[list[Any]]
    implied: Mapped[bool]
    carrier: Mapped[str | None]


class Cell(Base):
    """One statutory number. `address` as in the format files, `value` null unless `kind` is number or zero."""

    __tablename__ = "cells"
    __table_args__ = (Index(None, "address"),)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    raw: Mapped[str]
    kind: Mapped[str]
    value: Mapped[Decimal | None]
    unit: Mapped[str | None]
    remark: Mapped[str | None]
    label: Mapped[str | None]
    place_table: Mapped[int | None]
    place_row: Mapped[int | None]
    place_col: Mapped[int | None]


class Narrative(Base):
    """A number that the prose states, with its sentence; `remark` is the word that makes it inexact (约, 余)."""

    __tablename__ = "narratives"
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    quantity: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Decimal]
    unit: Mapped[str | None]
    sentence: Mapped[str]
    section: Mapped[str | None]
    remark: Mapped[str | None]


class Finding(Base):
    """A check that did not pass: `left_side` - `right_side` = `difference`; `code` is the identity or a word.

    `grid_agrees` true: the cells stand where the form has them, the error is the publisher's. `reading`: the only other
    way to read the table under which all its identities hold, `{how, values}`. `raws`: a row that could not be bound.
    """

    __tablename__ = "findings"
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(index=True)
    severity: Mapped[str]
    message: Mapped[str]
    left_side: Mapped[str | None]
    right_side: Mapped[str | None]
    difference: Mapped[Decimal | None]
    place: Mapped[str | None]
    cells: Mapped[list[Any]]
    grid_agrees: Mapped[bool | None]
    reading: Mapped[dict[str, Any] | None]
    raws: Mapped[list[Any] | None]


class CrossFinding(Base):
    """A check over several reports that did not pass: years of one agency, a government and its departments.

    It stands at the report it speaks of (of two years the later one); `against` are the others, `[agency id, year]`.
    Made anew from the newest versions whenever the agency is checked.
    """

    __tablename__ = "cross_findings"
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(index=True)
    severity: Mapped[str]
    message: Mapped[str]
    left_side: Mapped[str | None]
    right_side: Mapped[str | None]
    difference: Mapped[Decimal | None]
    place: Mapped[str | None]
    cells: Mapped[list[Any]]
    against: Mapped[list[Any]]


class Attempt(Base):
    """What happened when a portal or an agency-year was looked for, with date and evidence. Append-only.

    `fingerprint` keeps a record that is written twice (after a lost acknowledgement, say) from standing twice.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "agency_id", "year", "at"), Index(None, "portal_id", "at"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True)
    at: Mapped[datetime]
    portal_id: Mapped[str] = mapped_column(ForeignKey("portals.id"))
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int | None]
    outcome: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[str]
    url: Mapped[str | None]
    evidence: Mapped[dict[str, Any]]
