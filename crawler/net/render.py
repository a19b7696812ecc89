"""Pages that exist only after their scripts ran: which requests go through a browser, and what it need not load.

About 25 times dearer than a plain request (benchmarks), so only lists of registry rows with the quirk `render` use it.
"""

from __future__ import annotations

from typing import Any

HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
"""Set as http and https download handler by spiders with a portal to render, and by no others: it starts a driver."""

_DECORATION = frozenset({"image", "stylesheet", "font", "media"})


def is_decoration(request: Any) -> bool:
    """True for browser sub-requests that cannot change a list: images, style sheets, fonts, media."""
    return request.resource_type in _DECORATION


def render_meta() -> dict[str, Any]:
    """Request meta that sends a request through the browser and waits until the page's own requests have ended."""
    return {"playwright": True, "playwright_page_goto_kwargs": {"wait_until": "networkidle"}}
