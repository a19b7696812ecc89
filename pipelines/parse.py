"""Second: text to report."""

from __future__ import annotations

from typing import Any

from crawler.items import PageItem
from crawler.reports import parse, parse_text
from crawler.reports.model import EncodingNote
from crawler.text import repair


class ParsePipeline:
    """Set `item.report` on report pages: repaired and read, not yet checked."""

    async def process_item(self, item: Any) -> Any:
        """Repair and read a candidate report; a page that cannot be read gets a report that says why."""
        if not isinstance(item, PageItem) or item.role != "report":
            return item
        if item.decoded is None:
            # A PDF, an archive, an empty body: parse() names it in a finding.
            item.report = parse(item.body, item.headers.get("content-type"), item.url)
            return item
        decoded = item.decoded
        repaired = repair(decoded.text)
        item.report = parse_text(
            repaired.text,
            encoding=EncodingNote(decoded.declared, decoded.chosen, decoded.lossy, decoded.lost),
            repairs=repaired.repairs,
            url=item.url,
            list_title=item.list_title,
        )
        return item
