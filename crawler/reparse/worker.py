"""One page read anew: its bytes out of the archive, through the functions of a crawl's pipelines."""

from __future__ import annotations

import hashlib

from crawler import __version__
from crawler.archive.model import Archived, ArchiveError
from crawler.archive.reading import read as read_archived
from crawler.archive.stores import Where, opened
from crawler.items import PageItem
from crawler.portals.registry import Registry
from crawler.reading import read
from crawler.reparse.model import Bytes, Reread, StoredPage
from crawler.reports.files.model import CarriedFile
from crawler.store.intake import Intake
from crawler.store.records import AgencyValue, ReportRecord


class _Other(Exception):
    """The archive's bytes are not the page's."""


class Reader:
    """Reads pages.

    Args:
        archive: its folder or its store.
        registry: says whose a report is.
        keep_script: setting KEEP_SCRIPT.
    """

    def __init__(self, archive: Where, registry: Registry, *, keep_script: bool = False) -> None:
        self._archive = opened(archive)
        self._registry = registry
        self._keep_script = keep_script

    def reread(self, page: StoredPage) -> Reread:
        """What today's code makes of a page. Never raises for what the page or the archive hold."""
        if page.place.file is None or any(file.file is None for file in page.files):
            return Reread(page, trouble="no_archive")
        if page.portal_id not in self._registry:
            return Reread(page, trouble="no_portal", detail=page.portal_id)
        try:
            item = self._item(page)
        except _Other as error:
            return Reread(page, trouble="other_bytes", detail=str(error))
        except (ArchiveError, OSError) as error:
            return Reread(page, trouble="damaged", detail=str(error))
        try:
            read(item, keep_script=self._keep_script)
            taken = Intake(page.run_id, self._registry, __version__).page(item)
        except Exception as error:
            return Reread(page, trouble="failed", detail=f"{type(error).__name__}: {error}")
        record = taken.record
        return Reread(page, _same_agency(page, record, self._registry) if isinstance(record, ReportRecord) else record)

    def _item(self, page: StoredPage) -> PageItem:
        archived, body = self._bytes(page.place)
        return PageItem(
            portal_id=page.portal_id,
            url=page.place.url,
            status=page.status,
            headers=page.headers,
            body=body,
            fetched_at=page.at,
            column_url=page.column_url,
            list_title=page.list_title,
            list_date=page.list_date,
            agency_ids=self._agencies(page),
            attachments=page.attachments,
            files=tuple(self._file(file) for file in page.files),
            cut=bool(archived.truncated),
            via=page.via,
        )

    def _file(self, file: Bytes) -> CarriedFile:
        archived, body = self._bytes(file)
        return CarriedFile(file.url, file.name, body, cut=bool(archived.truncated))

    def _bytes(self, place: Bytes) -> tuple[Archived, bytes]:
        assert place.file is not None  # noqa: S101  asked by the caller
        assert place.offset is not None  # noqa: S101  both or none (pages)
        archived = read_archived(self._archive, place.file, place.offset)
        body = archived.body
        if hashlib.sha256(body).hexdigest() != place.sha256:
            raise _Other(f"{place.file} at {place.offset} holds other bytes than those of {place.url}")
        return archived, body

    def _agencies(self, page: StoredPage) -> tuple[str, ...]:
        """Who publishes in the page's column, as the registry has it."""
        portal = self._registry.portal(page.portal_id)
        column = next((one for one in portal.columns if one.url == page.column_url), None)
        return (column.agencies if column else ()) or tuple(one.id for one in portal.agencies)


def _same_agency(page: StoredPage, record: ReportRecord, registry: Registry) -> ReportRecord:
    """A report that prints the same name stays whose it is: what the crawl knew of its column is not kept."""
    known = page.known
    if known is None or known.agency_printed != record.report.agency:
        return record
    registered = registry.has_agency(known.agency_id)
    same = known.agency_id == record.agency.id
    if not registered and not same:
        return record
    agency = AgencyValue.of(registry.agency(known.agency_id)) if registered else record.agency
    code = registry.agency(known.agency_id).code_in(record.year) if registered else None
    by = known.resolved_by or record.agency_resolved_by
    return record.model_copy(update={"agency": agency, "agency_resolved_by": by, "agency_code": code})
