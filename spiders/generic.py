"""Portals whose software is not known, and the second path of all families.

From the home page the likeliest link is followed first (`spiders.ways`), a bounded number of pages, until a column of
annual reports is found. Its list is read by the reader of the family that its page looks like (`spiders.readers`);
where none does, by shape: rows whose titles speak of a report, and rows with addresses like theirs.

What is handed on is never a guess: a row says in its title that it is a report, or the page behind it does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler.portals.registry import Registry
from crawler.reports.titles import judge
from spiders.attachments import attached
from spiders.base import MAX_DEPTH
from spiders.columns import is_unclear
from spiders.documents import Document
from spiders.listed import Listed, read_answer
from spiders.outlines import is_loose_article, outline, plain_address
from spiders.portal import Yielded
from spiders.readers import family_of_address, family_of_page
from spiders.search import SearchingSpider
from spiders.selection import Selection
from spiders.visits import Row, Visit
from spiders.ways import is_page

MAX_BARREN = 2
"""Pages of a list in a row without a row that may be a report, after which it is not turned any further."""


class GenericSpider(SearchingSpider):
    """Crawl portals of the family `generic`."""

    name = "generic"
    family = "generic"
    via = "generic"
    page_names = ("{stem}_{m}.{kind}", "{stem}_{n}.{kind}", "{n}.{kind}")
    record_names = ()

    def prepare(self, selection: Selection, registry: Registry) -> None:
        """See `FamilySpider.prepare`."""
        super().prepare(selection, registry)
        self._barren: dict[str, int] = defaultdict(int)

    # ------------------------------------------------------------------ addresses

    def is_article(self, url: str) -> bool:
        """True for an address with an article's shape in any family, or such as articles have elsewhere."""
        return any(spider.is_article(url) for spider in self.readers().values()) or is_loose_article(url)

    def canonical(self, url: str) -> str:
        """The address without what tells visits apart, not pages (session numbers, time stamps)."""
        return plain_address(url)

    def neighbourhood(self, url: str) -> str:
        """What the addresses of one list's articles have in common: all but numbers and ids."""
        return outline(url)

    # ------------------------------------------------------------------ columns

    def start_column(self, visit: Visit) -> Iterator[Yielded]:
        """Open a column: in the manner of a family where its address says of which, else by its page."""
        family = family_of_address(visit.column.url)
        if family is not None:
            yield from self.readers()[family.family].start_column(visit)
        else:
            yield from super().start_column(visit)

    def parse_column(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A column's page, by the reader of the family it looks like; by shape where none does."""
        document = Document(response)
        family = "" if document.problem else family_of_page(document, self.readers().values())
        if visit.page == 1 and not visit.params.get("by_shape") and family:
            yield from self.readers()[family].parse_column(response, visit)
        else:
            yield from super().parse_column(response, replace(visit, params={**visit.params, "by_shape": True}))

    def rows(self, document: Document, visit: Visit) -> list[Row]:
        """Rows by their titles, and by addresses like theirs."""
        clear = self.clear_rows(document, visit)
        outlines = {outline(row.url) for row in clear}
        alike = [Row(self.canonical(x.url), x.text, x.date) for x in document.links if outline(x.url) in outlines]
        named = [row for row in super().rows(document, visit) if judge(row.title).reason != "bare_title"]
        found = [*named, *clear, *alike]
        return [row for row in {row.url: row for row in reversed(found)}.values() if row.title][::-1]

    def read_records(self, response: Response, visit: Visit) -> Listed:
        """As in every family; where no record has an address like an article's, whatever address a page may have."""
        found = super().read_records(response, visit)
        return found if found.rows else read_answer(response, visit.column.url, _may_be_page)

    def goes_on(self, rows: list[Row], fresh: int, visit: Visit) -> bool:
        """Not after several pages in a row without anything that may be a report: such a list has no end."""
        may_be = any(not is_unclear(judge(row.title)) for row in rows)
        key = visit.column.url
        self._barren[key] = 0 if may_be else self._barren[key] + 1
        return super().goes_on(rows, fresh, visit) and self._barren[key] <= MAX_BARREN

    # ------------------------------------------------------------------ articles

    def parse_article(self, response: Response, visit: Visit, row: Row) -> Iterator[Yielded]:
        """A page whose row did not say that it is a report is handed on only where it says so itself."""
        document, unclear = Document(response), self._is_unclear(row)
        if document.problem or self.is_own_report(document) or (attached(document) and not unclear):
            yield from super().parse_article(response, visit, row)
        elif visit.depth < MAX_DEPTH and len(self.clear_rows(document, visit)) > (not unclear):
            column = visit.column.model_copy(update={"url": response.url, "title": row.title})
            inner = replace(visit, column=column, depth=visit.depth + 1, page=1, ahead=(), found=False, trusted=True)
            self.ledger[visit.portal.id].followed -= 1
            yield from self.parse_column(response, inner)
        elif unclear and not self._is_titled(document):
            yield self._refusal(row, visit, "look_alike:no_report_in_page")
        else:
            yield from super().parse_article(response, visit, row)

    @staticmethod
    def _is_unclear(row: Row) -> bool:
        reading = judge(row.title)
        return is_unclear(reading) or reading.reason == "bare_title"

    @staticmethod
    def _is_titled(document: Document) -> bool:
        """True for a page whose own title says that it is a report, and which links the files that hold it."""
        titles = document.tree.xpath("//title | //h1 | //h2") if document.tree is not None else []
        return bool(attached(document)) and any(
            judge("".join(one.itertext())).kind == "annual_report" for one in titles[:6]
        )


def _may_be_page(url: str) -> bool:
    """True for an address that may be an article's: no folder, and no index of one."""
    return is_page(url) and not re.search(r"/(?:index\.\w+|list\.\w+)?$", urlsplit(url).path)
