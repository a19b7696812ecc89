"""Second: text to report."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.items import PageItem
from crawler.reading import parsed


class ParsePipeline:
    """Set `item.report` on report pages: repaired and read, not yet checked.

    `keep_script` (setting KEEP_SCRIPT) leaves traditional script as it is.
    """

    def __init__(self, keep_script: bool = False) -> None:
        self._keep_script = keep_script

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler.settings.getbool("KEEP_SCRIPT"))

    async def process_item(self, item: Any) -> Any:
        """Repair and read a candidate report; a page that cannot be read gets a report that says why."""
        if isinstance(item, PageItem) and item.role == "report":
            item.report = parsed(item, keep_script=self._keep_script)
        return item
