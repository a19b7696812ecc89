"""First: bytes to text, with the reason for the encoding."""

from __future__ import annotations

from typing import Any

from crawler.items import PageItem
from crawler.reading import decoded


class DecodePipeline:
    """Set `item.decoded` on report pages; lists, refusals and files (PDF, Word …) stay undecoded."""

    async def process_item(self, item: Any) -> Any:
        """Decode the body of a candidate report."""
        if isinstance(item, PageItem) and item.role == "report":
            item.decoded = decoded(item)
        return item
