"""Pages that exist only after their scripts ran: which requests go through a browser, and what it need not load.

About 25 times dearer than a plain request (benchmarks), so only lists of registry rows with the quirk `render` use it.
The browser itself is `crawler.net.browser`.
"""

from __future__ import annotations

import sys
from typing import Any

HANDLER = "crawler.net.browser.BrowserDownloadHandler"
"""Set as http and https download handler by spiders with a portal to render, and by no others: it starts a driver."""

_DECORATION = frozenset({"image", "stylesheet", "font", "media"})


class NoBrowser(Exception):
    """There is no browser that could be started; the message says how to get one."""

    def __init__(self, said: str) -> None:
        first = next((line.strip(" ║╔╗╚╝═") for line in said.splitlines() if line.strip(" ║╔╗╚╝═")), "it said nothing")
        super().__init__(
            f"no browser could be started ({first[:200]}). Install one: `apt-get install chromium` (Debian), or "
            f"`{sys.executable} -m playwright install --with-deps chromium`; or set CHROMIUM to the path of one"
        )


def is_decoration(request: Any) -> bool:
    """True for browser sub-requests that cannot change a list: images, style sheets, fonts, media."""
    return request.resource_type in _DECORATION


def render_meta() -> dict[str, Any]:
    """Request meta that sends a request through the browser.

    The document itself is waited for here; that the page's own requests have ended is waited for by the handler, and
    not for ever: many portals have a counter that never answers from abroad, or ask for news every second.
    """
    return {
        "playwright": True,
        "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
        # What fails for a browser fails slowly: one more try, not two.
        "max_retry_times": 1,
    }
