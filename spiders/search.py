"""The search of a whole portal for its annual reports, from the home page on; the likeliest link first, and bounded.

One page is opened at a time: what it shows may change what is best. A column that is found is opened at once, and the
search goes on for a few steps more; where all columns found give nothing, it goes on as if there were none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.items import AttemptItem
from crawler.net.failures import classify
from crawler.portals.model import Column, Portal
from crawler.portals.registry import Registry
from crawler.reports.names import is_body
from crawler.reports.titles import judge
from spiders.base import FamilySpider
from spiders.documents import Document, Link
from spiders.hanweb import HanwebSpider
from spiders.outlines import outline, plain_address
from spiders.portal import Yielded
from spiders.readers import FAMILIES, family_of_address, family_of_page, lend
from spiders.selection import Selection
from spiders.shaped import ShapedSpider
from spiders.visits import Row, Visit
from spiders.ways import COLUMN, MAX_CLICKS, Frontier, Way, names_itself, score_of, ways_in
from spiders.xxgk import MODULE

MAX_COLUMNS = 40
"""Columns that are opened on one portal."""
ARTICLES_OF_HOME = 2
"""Articles of the home page that are opened for the menus beside them, when nothing else is left."""


class SearchingSpider(ShapedSpider):
    """The part of `GenericSpider` that finds columns."""

    def prepare(self, selection: Selection, registry: Registry) -> None:
        """See `FamilySpider.prepare`."""
        super().prepare(selection, registry)
        self._frontiers: dict[str, Frontier] = defaultdict(Frontier)
        self._readers: dict[str, FamilySpider] = {}
        self._homes: dict[str, Response] = {}
        self._asked_family: set[str] = set()

    def readers(self) -> dict[str, FamilySpider]:
        """One reader of each family, by its word."""
        if not self._readers:
            self._readers = {family.family: lend(self, family) for family in FAMILIES}
            for reader in self._readers.values():
                reader._seen = self._seen
                reader._searched = {portal.id for portal in self.selection.portals}
        return self._readers

    def clear_rows(self, document: Document, visit: Visit) -> list[Row]:
        """Links of a page whose titles say that they are reports, of a year or of somebody."""
        hosts = self.hosts_of(visit.portal)
        links = [link for link in document.links if urlsplit(link.url).hostname in hosts and self._names_report(link)]
        return [Row(self.canonical(link.url), link.text, link.date) for link in links]

    # ------------------------------------------------------------------ the way to the column

    def search_home(self, portal: Portal) -> Iterator[Yielded]:
        """The entry page; then, where it cannot be had, pages of the portal that the row knows."""
        if portal.id in self._searched:
            return
        self._searched.add(portal.id)
        frontier = self._frontiers[portal.id]
        for url in portal.sample_urls:
            frontier.add(Link(url, ""), 12, 1)
        yield from self._step(Way((0, 0), portal.base, "", 0), portal)

    def go_on(self, portal: Portal) -> Iterator[Request]:
        """More of a search that came to nothing: the ways that were left, then what the home page's family knows."""
        self._frontiers[portal.id].resume()
        steps = [one for one in self.walk(portal) if isinstance(one, Request)]
        home = self._homes.get(portal.id)
        if not steps and home is not None and portal.id not in self._asked_family:
            self._asked_family.add(portal.id)
            reader = self.readers().get(family_of_page(Document(home), self.readers().values()))
            if reader is not None:
                visit = Visit(portal, Column(url=portal.base), trusted=False, found=True, clicks=MAX_CLICKS)
                reader._searched.discard(portal.id)
                found = [*reader.parse_home(home, visit)] or [*reader.search_home(portal)]
                steps = [one for one in found if isinstance(one, Request)]
        yield from steps

    def walk(self, portal: Portal) -> Iterator[Yielded]:
        """The best step that is left; one at a time, so that what a page shows may change what is best."""
        frontier = self._frontiers[portal.id]
        visit = Visit(portal, Column(url=portal.base), trusted=False, found=True)
        while not self.enough(visit) and (way := frontier.take()):
            steps = [*self._step(way, portal)] if self._is_fresh(visit, way.url) else []
            yield from steps
            if steps:
                return
            frontier.steps -= 1

    def _is_fresh(self, visit: Visit, url: str) -> bool:
        """As `first_time`; an address that a family opens in its own manner is left for its reader to mark as met."""
        return self.first_time(visit, f"{url} for its family" if family_of_address(url) else url)

    def _step(self, way: Way, portal: Portal) -> Iterator[Yielded]:
        column = Column(url=way.url, title=way.text)
        visit = Visit(portal, column, trusted=False, found=True, clicks=way.clicks)
        if family_of_address(way.url):
            yield from self.start_column(replace(visit, trusted=True))
        else:
            yield self.request(way.url, self.parse_way, visit, errback=self.no_way)

    def no_way(self, failure: Failure) -> Iterator[Yielded]:
        """A page on the way that cannot be had: recorded, as the cause of gaps only for the home page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        if not visit.clicks:
            yield from self.on_failure(failure)
            self._try_other_scheme(visit)
        else:
            note = classify(failure)
            yield AttemptItem(visit.portal.id, note.outcome, note.reason, note.detail, request.url)
        if classify(failure).outcome != "blocked":
            yield from self.walk(visit.portal)

    def _try_other_scheme(self, visit: Visit) -> None:
        """A home page that is not had by http may be had by https, and the other way round: the next step asks."""
        parts = urlsplit(visit.portal.base)
        other = parts._replace(scheme="http" if parts.scheme == "https" else "https").geturl()
        self._seen[visit.portal.id].discard(self.key(other))
        self._frontiers[visit.portal.id].add(Link(other, ""), COLUMN, 1)

    def parse_way(self, response: Response, visit: Visit) -> Iterator[Yielded]:
        """A page on the way: a report, a list of reports, the columns that it names, the next step."""
        document, portal = Document(response), visit.portal
        self.first_time(visit, response.url)
        if not visit.clicks:
            self._homes[portal.id] = response
        if not document.problem:
            self.notices.see(document, visit)
            opened = [*self._read_way(response, document, visit)]
            yield from opened
            self._note_ways(document, visit)
        yield from self.walk(portal)

    def _read_way(self, response: Response, document: Document, visit: Visit) -> Iterator[Yielded]:
        if visit.clicks and self._is_column(document, visit):
            self._frontiers[visit.portal.id].columns += 1
            yield from self.parse_column(response, replace(visit, trusted=True))
            return
        yield from self.follow(self.clear_rows(document, visit), visit)
        for link, score in ways_in(document):
            named = score >= COLUMN and self.is_column_link(link, visit)
            if named or self._is_front_page(link, visit):
                yield from self._open(link, visit)
        module = self.readers()["hanweb"]
        if MODULE in document.text and isinstance(module, HanwebSpider):
            areas = [*module.harvest(document, visit)]
            self._frontiers[visit.portal.id].columns += len(areas)
            yield from areas

    def _is_front_page(self, link: Link, visit: Visit) -> bool:
        """True for the page of a body, where the family's addresses alone tell that it holds the body's reports."""
        own = urlsplit(link.url).hostname in self.hosts_of(visit.portal) and family_of_address(link.url) is not None
        return own and is_body(link.text) and self.selection.wants(visit.portal, link.text)

    def _is_column(self, document: Document, visit: Visit) -> bool:
        """True for a page that is a report, calls itself a column of reports, or lists several of them."""
        if self.is_own_report(document) or names_itself(document):
            return True
        outlines = [outline(row.url) for row in self.clear_rows(document, visit)]
        return any(outlines.count(one) > 2 for one in outlines)

    def _open(self, link: Link, visit: Visit) -> Iterator[Yielded]:
        frontier = self._frontiers[visit.portal.id]
        if frontier.columns < MAX_COLUMNS and self._is_fresh(visit, link.url):
            frontier.columns += 1
            column = Column(url=link.url, title=link.text)
            yield from self.start_column(replace(visit, column=column, trusted=True, clicks=visit.clicks + 1))

    def _note_ways(self, document: Document, visit: Visit) -> None:
        hosts, frontier = self.hosts_of(visit.portal), self._frontiers[visit.portal.id]
        wanted = self.selection.agencies.get(visit.portal.id, visit.portal.agencies)
        bodies = [name for agency in wanted for name in agency.names] if visit.clicks else []
        if not visit.clicks:
            # The line above an article (首页 > 政务公开 > 年报) names the columns that a home page may hide.
            own = [link for link in document.links if link.text and urlsplit(link.url).hostname in hosts]
            for link in [link for link in own if self.is_article(link.url)][:ARTICLES_OF_HOME]:
                frontier.add(link, 10, 1)
        for link, score in ways_in(document, bodies):
            if score < COLUMN and urlsplit(link.url).hostname in hosts and not self._names_report(link):
                frontier.add(Link(plain_address(link.url), link.text), score, visit.clicks + 1)

    def is_column_link(self, link: Link, visit: Visit) -> bool:
        """True for an anchor on the portal that names a column, and no single article."""
        own = urlsplit(link.url).hostname in self.hosts_of(visit.portal)
        return own and score_of(link) >= COLUMN and not (self._names_report(link) and self.is_article(link.url))

    @staticmethod
    def _names_report(link: Link) -> bool:
        reading = judge(link.text)
        return reading.kind == "annual_report" and reading.year is not None
