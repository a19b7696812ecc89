"""Third: does the report agree with itself?"""

from __future__ import annotations

from typing import Any

from crawler.items import PageItem
from crawler.reports import with_checks


class CheckPipeline:
    """Add the findings of the form's identities and of the prose against the tables.

    What depends on whose report it is, is judged by the printed name here and again where the registry is asked for the
    agency (`crawler.store.intake`); what needs several reports comes at the end of the run (`pipelines.store`).
    """

    async def process_item(self, item: Any) -> Any:
        """Check a report that was read."""
        if isinstance(item, PageItem) and item.report is not None:
            item.report = with_checks(item.report)
        return item
