"""What travels with a spider's requests: a list's row, and where the crawl stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scrapy import Request

from crawler.portals.model import Column, Portal


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: where it leads, what it is called, the date beside it, the agency if the list names it.

    `files` are attachments that the list itself names (JSON lists do); `request` replaces a plain GET of `url`.
    """

    url: str
    title: str
    date: str | None = None
    agency: str | None = None
    request: Request | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """Where the crawl stands when it reads a list page. Travels with the request.

    Attributes:
        trusted: True in a column meant for annual reports: there, rows with unclear titles are opened too; elsewhere
            (通知公告, home pages) only rows whose title says what they are.
        page, ahead, misses: number of this page of its list, pages still to be turned, pages in a row that failed.
        depth: how many sub-columns down from the column.
        clicks: clicks from the home page, when the column was searched for (`found`).
        root: the list to which the page belongs, by the fingerprint of the request for its first page.
        aside: True in the search for reports outside their column; it proves nothing about the column.
    """

    portal: Portal
    column: Column
    trusted: bool = True
    page: int = 1
    depth: int = 0
    clicks: int = 0
    found: bool = False
    aside: bool = False
    ahead: tuple[str, ...] = ()
    misses: int = 0
    root: str = ""
    params: dict[str, Any] = field(default_factory=dict)
