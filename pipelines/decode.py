"""First: bytes to text, with the reason for the encoding."""

from __future__ import annotations

from typing import Any

from crawler.items import PageItem
from crawler.reports.files.kinds import kind_of
from crawler.reports.sniff import refuse
from crawler.text import decode


class DecodePipeline:
    """Set `item.decoded` on report pages; lists, refusals and files (PDF, Word …) stay undecoded."""

    async def process_item(self, item: Any) -> Any:
        """Decode the body of a candidate report."""
        if isinstance(item, PageItem) and item.role == "report":
            content_type = item.headers.get("content-type")
            if kind_of(item.body) is None and refuse(item.body, content_type) is None:
                item.decoded = decode(item.body, content_type)
        return item
