"""The second path to a report: outside its column, among the notices (portal-families §0.2 e).

When everything else has been read and an agency-year that was asked for is still not followed, the notice columns
(通知公告 …) that the home page names are read: three pages each, only rows whose titles say what they are. Once a
portal, about ten requests, and never for a sample.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response

from crawler.portals.model import Agency, Column, Portal
from crawler.reports.titles import TitleReading
from crawler.years import newest_due
from spiders.columns import is_notice_column, on_portal
from spiders.documents import Document, Link
from spiders.visits import Row, Visit

if TYPE_CHECKING:
    from spiders.base import FamilySpider

MAX_NOTICE_COLUMNS = 3
NOTICE_PAGES = 3


class NoticeSearch:
    """Remembers which agency-years were followed, and searches the notices for the others when the spider is idle."""

    def __init__(self, spider: FamilySpider, crawler: Crawler) -> None:
        self.spider = spider
        self.crawler = crawler
        self.done = False
        self._followed: dict[str, list[tuple[str | None, int | None, tuple[str, ...]]]] = defaultdict(list)
        self._columns: dict[str, dict[str, Link]] = defaultdict(dict)

    def note(self, visit: Visit, row: Row, reading: TitleReading) -> None:
        """A row was followed: its agency and year need not be searched for."""
        self._followed[visit.portal.id].append((row.agency or reading.agency, reading.year, visit.column.agencies))

    def see(self, document: Document, visit: Visit) -> None:
        """Keep the notice columns that a home page names, so that it need not be asked for again."""
        hosts = self.spider.hosts_of(visit.portal)
        for link in document.links:
            if is_notice_column(link.text) and on_portal(link, hosts) and not self.spider.is_article(link.url):
                self._columns[visit.portal.id].setdefault(link.url, link)

    def idle(self) -> None:
        """Nothing is left to do: ask for more, once. Raises DontCloseSpider when there is more."""
        if self.done or self.spider.selection.sample:
            return
        self.done = True
        lacking = [portal for portal in self.spider.selection.portals if self.lacks(portal)]
        lists = self.spider.lists
        searched = [one for one in lacking if lists.searches.may_begin("notices", one.id, lists.years, lists.today)]
        requests = [one for portal in searched for one in self.start(portal)]
        for request in requests:
            if self.crawler.engine:
                self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def start(self, portal: Portal) -> Iterator[Request]:
        """First requests of the search on one portal: the notice columns if they are known, else the home page."""
        visit = Visit(portal, Column(url=portal.base), trusted=False, aside=True)
        if self._columns[portal.id]:
            yield from self._open(visit)
        else:
            yield self.spider.request(portal.base, self.parse_home, visit, dont_filter=True)

    def parse_home(self, response: Response, visit: Visit) -> Iterator[Request]:
        """The home page, read for its notice columns alone."""
        self.see(Document(response), visit)
        yield from self._open(visit)

    def _open(self, visit: Visit) -> Iterator[Request]:
        for link in [*self._columns[visit.portal.id].values()][:MAX_NOTICE_COLUMNS]:
            if self.spider.first_time(visit, link.url):
                inner = replace(visit, column=Column(url=link.url, title=link.text), clicks=1)
                yield self.spider.request(link.url, self.spider.parse_column, inner, is_list=True)

    def lacks(self, portal: Portal) -> bool:
        """True when an agency-year asked for on an open portal was neither followed nor stored."""
        tally = self.spider.ledger[portal.id]
        if any(failure.outcome == "blocked" for failure in tally.failures):
            return False
        wanted = self.spider.selection.agencies.get(portal.id, portal.agencies)
        years = self.spider.selection.years or range(portal.oldest_year, newest_due(self.spider.ledger.today) + 1)
        return any(
            (agency.id, year) not in tally.reports | tally.stands and not self._was_followed(portal, agency, year)
            for agency in wanted
            for year in years
        )

    def _was_followed(self, portal: Portal, agency: Agency, year: int) -> bool:
        names = agency.names
        alone = len(portal.agencies) == 1
        for printed, printed_year, owners in self._followed[portal.id]:
            if printed_year != year:
                continue
            if alone or owners == (agency.id,):
                return True
            if printed and any(printed in name or name in printed for name in names):
                return True
        return False
