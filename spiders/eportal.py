"""eportal: bureaus and districts of Beijing, Wuhai, the customs, the central bank (portal-families §8.3).

Lists are `…/zfxxgknb13/index.html` or, where all names are numbers, `…/1115787/index.html`; an article lies directly
below its list, `…/1115787/2203861/index.html`. Its address alone does not tell it from a column: only what lies below
the list that is read is one of its rows, and a row that was opened for its year may be a list. Pages follow as
`?currentPage=2`, `/eportal/ui?pageId=…&currentPage=2` or `…/11040/index2.html`; their addresses stand in `tagname` or
in a call more often than in `href`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.reports.titles import judge
from spiders.columns import is_column_name, is_unclear, may_be_sub_column, may_be_untitled_report, on_portal
from spiders.documents import Document, Link
from spiders.portal import Yielded
from spiders.shaped import ShapedSpider
from spiders.visits import Row, Visit

_ARTICLE = re.compile(r"/(\d{5,10})/(?:index\.html?)?$")
_KEYED = re.compile(r"(?:^|&)articleKey=\d{3,}")
_LONGEST_COLUMN_NAME = 14


class EportalSpider(ShapedSpider):
    """Crawl portals of the family `eportal`."""

    name = "eportal"
    family = "eportal"
    article_url = _ARTICLE
    page_names = ("?currentPage={n}",)
    record_names = ("{id}/index.html",)

    def is_article(self, url: str) -> bool:
        """Static (`…/2203861/index.html`), or made for a key (`/eportal/ui?pageId=…&articleKey=2203861`)."""
        return super().is_article(url) or bool(_KEYED.search(urlsplit(url).query))

    def neighbourhood(self, url: str) -> str:
        """The list's folder: an article has a folder of its own."""
        return _ARTICLE.sub("/", url)

    def rows(self, document: Document, visit: Visit) -> list[Row]:
        """What lies below the list; elsewhere only rows with a year and the words of a report."""
        below = self._below(visit)
        rows = super().rows(document, visit)
        return [
            row for row in rows if row.url.startswith(below) or not self.is_article(row.url) or _is_clear(row.title)
        ]

    def follow_row(self, row: Row, visit: Visit, *, plausible: bool = True) -> Iterator[Yielded]:
        """As in every family; on a home page `政府信息公开年报` is a column, whatever its address looks like."""
        if visit.trusted or not self.is_article(row.url) or _is_clear(row.title):
            yield from super().follow_row(row, visit, plausible=plausible)

    def is_column_link(self, link: Link, visit: Visit) -> bool:
        """As in every family; a column's address may look like an article's, its name has no year."""
        own = on_portal(link, self.hosts_of(visit.portal))
        return own and is_column_name(link.text) and not (self.is_article(link.url) and _is_clear(link.text))

    def is_sub_column(self, link: Link, document: Document, visit: Visit) -> bool:
        """A short name directly below the list that is no report's (街道乡镇): its address looks like an article's."""
        if not self.is_article(link.url):
            return super().is_sub_column(link, document, visit)
        return (
            len(link.text) <= _LONGEST_COLUMN_NAME
            and on_portal(link, self.hosts_of(visit.portal))
            and self.key(link.url) != self.key(visit.column.url)
            and is_unclear(judge(link.text))
            and not may_be_untitled_report(link.text)
            and may_be_sub_column(link, self._below(visit), self.selection.years, top=False)
        )

    def is_list(self, document: Document, visit: Visit) -> bool:
        """True when a page shows articles or lists below itself, whatever they are called."""
        below = self._below(visit)
        return any(link.url.startswith(below) and self.is_article(link.url) for link in document.links)

    def _below(self, visit: Visit) -> str:
        return self.directory(visit.column.url)


def _is_clear(title: str) -> bool:
    """True for a title that names a report and its year."""
    reading = judge(title)
    return reading.kind == "annual_report" and reading.year is not None
