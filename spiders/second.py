"""The second path to a portal's reports: the search for portals of unknown software, where a family's own path failed.

A row of the registry may name the wrong column, a portal may have moved to other software, or a family's lists may have
changed. When nothing is left to do and a portal gave less than its row's floor, it is searched once from its home page
in the manner of `spiders.generic`. The run says so (`second_path`), so that an engineer looks at the row; what is found
carries `via = "generic"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import DontCloseSpider

from crawler.items import AttemptItem
from crawler.portals.model import Portal

if TYPE_CHECKING:
    from spiders.base import FamilySpider
    from spiders.generic import GenericSpider


class SecondPath:
    """Decides when a portal is searched in the other manner, and starts it. Once a portal and run."""

    def __init__(self, spider: FamilySpider) -> None:
        self.spider = spider
        self._gone: set[str] = set()
        self._guide: GenericSpider | None = None

    def idle(self) -> None:
        """Nothing is left to do: begin or go on with a search. Raises DontCloseSpider when there is more."""
        engine = self.spider.crawler.engine
        if engine is None or not self.spider.settings.getbool("SECOND_PATH"):
            return
        requests = [one for portal in self.spider.selection.portals for one in self.go_on(portal)]
        for request in requests:
            engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def go_on(self, portal: Portal) -> Iterator[Request]:
        """The next requests for a portal that still lacks reports."""
        if not self.lacks(portal):
            return
        if portal.id in self._gone:
            yield from self.guide.go_on(portal)
            return
        self._gone.add(portal.id)
        if self.guide is not self.spider:
            self.spider.ledger.owe(self._attempt(portal))
        found = [one for one in self.guide.search_home(portal) if isinstance(one, Request)]
        yield from found or self.guide.go_on(portal)

    def lacks(self, portal: Portal) -> bool:
        """True for a portal that gave nothing, or less than its floor, and did not refuse to answer."""
        ledger = self.spider.ledger
        tally = ledger[portal.id]
        if any(failure.outcome == "blocked" for failure in tally.failures):
            return False
        selection = self.spider.selection
        whole = not (selection.sample or selection.years or selection.agency_words)
        if ledger.broken([portal]):
            return True
        if not whole or tally.read >= portal.floor:
            return False
        lists = self.spider.lists
        return portal.id in self._gone or lists.searches.may_begin("second_path", portal.id, lists.years, lists.today)

    @property
    def guide(self) -> GenericSpider:
        """The spider whose manner of searching is used: one that reads for this spider, or this spider itself."""
        # These modules import the base of all spiders, which imports this one.
        from spiders.generic import GenericSpider
        from spiders.readers import lend

        if self._guide is None:
            own = self.spider
            self._guide = own if isinstance(own, GenericSpider) else lend(own, GenericSpider)
        return self._guide

    def _attempt(self, portal: Portal) -> AttemptItem:
        tally = self.spider.ledger[portal.id]
        detail = (
            f"the path of the family {portal.family} gave {tally.pages} pages of at least {portal.floor}; the portal "
            f"was searched as one of unknown software. Look at the row {portal.id} of the registry."
        )
        evidence: dict[str, object] = {"rows": tally.rows, "columns": tally.columns, "pages": tally.pages}
        return AttemptItem(portal.id, "partial", "second_path", detail, portal.base, evidence=evidence)
