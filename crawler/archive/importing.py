"""Taking in what others archived: each answer of a known portal goes through the same pipelines as a crawl's.

The answers are archived anew with their own dates, so that everything that reads the archive reads them too; the file's
origin is `import`, its note names where they came from. Pages that are no reports are kept as pages and judged no
further: nobody looked for them. Done again, nothing is written twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.archive import recorder
from crawler.archive.earlier import is_captured
from crawler.archive.foreign import Foreign, Trouble, answers
from crawler.archive.model import Unwritable
from crawler.archive.records import digest
from crawler.archive.unpacking import unpack
from crawler.items import PageItem
from crawler.portals import registry as registry_module
from crawler.portals.model import Column, Portal
from crawler.reading import read
from crawler.reports.model import Report
from crawler.store.intake import REPORT_KINDS

SETTINGS: dict[str, Any] = {
    # Nothing is asked for, so nothing of what a crawl has around its requests is needed.
    "EXTENSIONS": {},
    "SPIDER_MIDDLEWARES": {},
    "DOWNLOADER_MIDDLEWARES": {},
    # Pages come read: whether they are reports had to be known before.
    "ITEM_PIPELINES": {"pipelines.store.StorePipeline": 400},
    "INCREMENTAL": False,
    "ARCHIVE_ENABLED": True,
}
"""Settings of a run that imports, over the project's."""


AHEAD = 256
"""Answers after which the reading waits until they are safe: where that takes an upload, pages pile up meanwhile."""


LEAST_SECTIONS, LEAST_TEXT = 2, 800
"""What a page without a statutory table must have to be a report: headings of its sections, or so many characters."""


def _says_enough(report: Report) -> bool:
    """Whether a page is a report by its own words alone. A crawl knows the row that led to it; here a list of reports,
    whose title and years are theirs, would pass for one."""
    if report.kind not in REPORT_KINDS or report.year is None:
        return False
    sections = sum(section.id is not None and bool(section.text.strip()) for section in report.sections)
    prose = sum(len(section.text) for section in report.sections)
    return bool(report.cells) or (sections >= LEAST_SECTIONS and prose >= LEAST_TEXT)


class _Where:
    """What a request of a crawl carries as its visit; the recorder asks it for the portal."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.column = Column(url=portal.base)


class ImportSpider(Spider):
    """Yields what it finds in files; asks for nothing.

    Args:
        files: WARC or WACZ files.
        portal: id of the portal that all answers belong to; None to tell it by the host.

    Attributes:
        counts: `answers`, `reports`, `pages`, `known` (imported before), and why others were passed over.
        troubles: what could not be used, in sentences; hosts without a row by number of answers.
    """

    name = "import"

    def __init__(self, files: Iterable[Path], portal: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.files = [*files]
        self.only = portal
        self.counts: Counter[str] = Counter()
        self.troubles: list[str] = []
        self.failed = False
        self.strangers: Counter[str] = Counter()

    async def start(self) -> AsyncIterator[Any]:
        """Pages, one after the other."""
        self.registry = registry_module.shared(self.settings.get("PORTALS_DIR"))
        book = recorder.of(self.crawler)
        if book is None:
            return  # the pipeline has said why there is no archive
        book.shelf.origin, book.shelf.note = "import", f"from {', '.join(path.name for path in self.files)}"
        for path in self.files:
            for found in answers(path):
                if isinstance(found, Trouble):
                    self._told(found)
                    continue
                self.counts["answers"] += 1
                if (portal := self._portal(found.url)) is None:
                    self.strangers[urlsplit(found.url).hostname or ""] += 1
                    continue
                try:
                    item = await self._item(found, portal, book)
                    if self.counts["answers"] % AHEAD == 0:
                        await book.durable()
                except Unwritable as error:
                    self.troubles.append(str(error))
                    self.failed = True
                    return
                if item is not None:
                    yield item

    def _told(self, trouble: Trouble) -> None:
        self.counts[trouble.reason] += 1
        self.failed |= trouble.fatal
        if trouble.fatal or self.counts[trouble.reason] <= 3:
            self.troubles.append(trouble.detail)

    def _portal(self, url: str) -> Portal | None:
        """The row that an address belongs to: of several on one host the one whose base it begins with."""
        if self.only is not None:
            return self.registry.portal(self.only)
        host = urlsplit(url).hostname or ""
        rows = [row for row in self.registry if host in row.hosts]
        plain = url.partition("://")[2]
        return max(rows, key=lambda row: _common(plain, row.base.partition("://")[2]), default=None)

    async def _item(self, found: Foreign, portal: Portal, book: recorder.Recorder) -> PageItem | None:
        """The answer, archived; as a page where it may be one."""
        said = digest(found.payload)
        if await book.asked(lambda engine: is_captured(engine, found.url, found.at, said)):
            self.counts["known"] += 1
            return None
        headers = Headers()
        for name, value in found.headers:
            headers.appendlist(name, value)
        request = Request(found.url, cb_kwargs={"visit": _Where(portal)}, dont_filter=True)
        kind = responsetypes.from_args(headers=headers, url=found.url, body=found.payload)
        response = kind(found.url, status=found.status, headers=headers, body=found.payload, request=request)
        capture = await book.record(request, response, found.at)
        item = self._page(found, portal, response)
        if item is None:
            return None
        item.capture = capture
        self.counts["reports" if item.role == "report" else "pages"] += 1
        return item

    def _page(self, found: Foreign, portal: Portal, response: Response) -> PageItem | None:
        """A page that was answered with 200; what it is, its own words say: nobody knows the list that led to it."""
        if found.status != 200:
            self.counts[f"status_{found.status}"] += 1
            return None
        try:
            body = unpack(found.url, response.headers, found.payload)
        except ValueError as error:
            self._told(Trouble("packed", f"{found.where}: {found.url}: {error}"))
            return None
        names = ("content-type", "etag", "last-modified")
        plain = {name: value.decode("latin-1") for name in names if (value := response.headers.get(name))}
        item = PageItem(portal.id, found.url, 200, plain, body, found.at, "report")
        item.agency_ids = tuple(agency.id for agency in portal.agencies)
        read(item)
        if item.report is None or not _says_enough(item.report):
            item.role, item.report = "list", None
        return item


def _common(first: str, second: str) -> int:
    """How many characters two addresses have in common at their beginning."""
    return next(
        (n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
