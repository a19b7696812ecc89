"""Second: text to report."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.items import PageItem
from crawler.reports import parse, parse_text
from crawler.reports.files.carried import chosen
from crawler.reports.model import EncodingNote, Report
from crawler.text import repair


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
        if not isinstance(item, PageItem) or item.role != "report":
            return item
        if item.decoded is None:
            # A PDF or Word file is opened here; a picture, an empty body are named in a finding.
            item.report = parse(
                item.body,
                item.headers.get("content-type"),
                item.url,
                list_title=item.list_title,
                keep_script=self._keep_script,
                cut=item.cut,
            )
            return item
        item.report = parse_text(
            repair(item.decoded.text, keep_script=self._keep_script),
            encoding=EncodingNote.of(item.decoded),
            url=item.url,
            list_title=item.list_title,
            keep_script=self._keep_script,
            cut=item.cut,
        )
        if item.files:
            item.report = chosen(item.report, item.decoded.text, item.files, partial(self._of_file, item))
        return item

    def _of_file(self, item: PageItem, html: str, title: str) -> Report:
        """The reading of a file that the page carries."""
        repaired = repair(html, keep_script=self._keep_script)
        return parse_text(repaired, url=item.url, list_title=title or item.list_title, keep_script=self._keep_script)
