"""The command that shows again what went wrong with a page."""

from __future__ import annotations

import shlex
from collections.abc import Mapping


def reproduce(url: str | None, settings: Mapping[str, object] | None = None) -> str:
    """The shell command that fetches a page as a crawl does and opens it: `scrapy shell 'https://…'`.

    Args:
        url: address of the page; "" is returned for what is no http address.
        settings: settings that differ from the project's (PORTALS_DIR …) and must be given again.
    """
    if not url or not url.lower().startswith(("http://", "https://")):
        return ""
    given = "".join(f" -s {name}={shlex.quote(str(value))}" for name, value in (settings or {}).items() if value)
    return f"scrapy shell {shlex.quote(url)}{given}"
