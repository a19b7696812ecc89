"""Families that differ only in what their addresses look like: the shapes are data, the reading is shared.

A family of this kind says what an article's path looks like (`article_url`) and how the pages of a list are called
where nothing links to them (`page_names`). Pages are found, in this order: by the numbers and 下一页 that a list links,
in whatever attribute; by a number of pages that it prints or scripts; and where the list is empty, or has more pages
than anything leads to, by what its script asks for (`spiders.serviced`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.net.failures import classify
from crawler.portals.registry import Registry
from crawler.reports.titles import judge
from spiders.base import MAX_DEPTH
from spiders.columns import is_unclear
from spiders.documents import Document
from spiders.numbers import following_pages, numbered_links
from spiders.paging import MAX_PAGES, read_pager
from spiders.portal import Yielded
from spiders.scripts import inline_scripts
from spiders.selection import Selection
from spiders.serviced import ServicedSpider
from spiders.visits import Row, Visit


class ShapedSpider(ServicedSpider):
    """Base of families whose shapes are data.

    Class attributes: `article_url`; `page_names`, addresses of page n relative to the list, likeliest first, with `{n}`
    for n, `{m}` for n - 1, `{stem}` and `{kind}` for the list's own file name and ending; `record_names`, addresses
    relative to the list of a record in JSON that has no address but a number or a uuid, with `{id}`.

    Where pages may count from 0 or from 1, the name with `{m}` stands first: a list that counts from 1 has a twin of
    its first page there, or nothing, and no page is missed.
    """

    page_names: ClassVar[tuple[str, ...]] = ()

    def prepare(self, selection: Selection, registry: Registry) -> None:
        """See `FamilySpider.prepare`."""
        super().prepare(selection, registry)
        self._totals: dict[str, int] = {}
        self._counted_from_one: set[str] = set()
        self._guessed: set[str] = set()

    # ------------------------------------------------------------------ addresses

    def key(self, url: str) -> str:
        """A folder and its index page are one page, and so is the first page of a list by its number."""
        plain = re.sub(r"[?&](?:currentPage|pageNo|pageNum|pageIndex|page)=1$", "", super().key(url))
        return re.sub(r"/(?:index\.(?:s?html?|jhtml))?$", "", plain)

    # ------------------------------------------------------------------ pages of a list

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """The list's pages as linked, as counted in the manner of the links, else as the family calls them."""
        linked = numbered_links(document, self.is_article)
        following = [*super().next_pages(document, visit), *following_pages(document, self.is_article)]
        total = min(max(self.total(document), *linked, 1), MAX_PAGES + 1)
        self._totals[visit.column.url] = max(total, self._totals.get(visit.column.url, 0))
        own = self._name_of(document.url, visit)
        names = _learned(linked) or ([own] if own else [])
        if not names and not following:
            names = self._called(document)
            if names and "{m}" in names[0] and names[0] in self.page_names:
                self._guessed.add(visit.column.url)
        counted = [_address(visit.column.url, names[0], n) for n in range(2, total + 1)] if names else []
        return [*(linked[n] for n in sorted(linked) if n > 1), *counted, *following]

    def _called(self, document: Document) -> list[str]:
        """How the pages may be called: as a script's call says where it does, else as in the family."""
        pager = read_pager(document)
        if pager and pager.second and re.search(r"create_?Page", inline_scripts(document)):
            return [f"{pager.stem}_{{{'n' if pager.second == 2 else 'm'}}}.{pager.kind}"]
        return [*self.page_names][:1]

    def _name_of(self, url: str, visit: Visit) -> str:
        """The name of the family after which a list's page is called; "" for its first page and for other names."""
        if visit.page == 1:
            return ""
        found = (
            name for name in self.page_names for n in (2, visit.page) if _address(visit.column.url, name, n) == url
        )
        name = next(found, "")
        return name.replace("{m}", "{n}") if visit.column.url in self._counted_from_one else name

    def goes_on(self, rows: list[Row], fresh: int, visit: Visit) -> bool:
        """Also after a second page that repeats the first: where pages count from 1, `index_1` is its twin."""
        if visit.page == 2 and rows and not fresh and visit.column.url in self._guessed:
            self._counted_from_one.add(visit.column.url)
            return True
        return super().goes_on(rows, fresh, visit)

    def on_failure(self, failure: Failure) -> Iterator[Yielded]:
        """The second page is not where the family's first name for it points: its other names are tried."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        other = self._other_name(request.url, visit) if visit.page == 2 and "row" not in request.cb_kwargs else ""
        if other and classify(failure).outcome == "missing":
            total = self._totals.get(visit.column.url, 0)
            urls = [_address(visit.column.url, other, n) for n in range(2, total + 1)]
            if "{m}" in other:
                self._guessed.add(visit.column.url)
            yield from self.turn_page(urls, replace(visit, page=1, ahead=()))
            return
        yield from super().on_failure(failure)

    def _other_name(self, url: str, visit: Visit) -> str:
        tried = [*(_address(visit.column.url, name, 2) == url for name in self.page_names)]
        at = tried.index(True) + 1 if True in tried else len(tried)
        return self.page_names[at] if at < len(self.page_names) else ""

    # ------------------------------------------------------------------ rows that lead to lists

    def parse_article(self, response: Response, visit: Visit, row: Row) -> Iterator[Yielded]:
        """The page behind a row; one that was opened for its year alone (`2023年`) may be a list itself."""
        if visit.trusted and visit.depth < MAX_DEPTH and is_unclear(judge(row.title)):
            document = Document(response)
            column = visit.column.model_copy(update={"url": response.url, "title": row.title})
            inner = replace(visit, column=column, depth=visit.depth + 1, page=1, found=False, ahead=())
            if not document.problem and not self.is_own_report(document) and self.is_list(document, inner):
                self.ledger[visit.portal.id].followed -= 1
                yield from self.parse_column(response, inner)
                return
        yield from super().parse_article(response, visit, row)

    def is_list(self, document: Document, visit: Visit) -> bool:
        """True when a page shows rows below itself that name reports."""
        below = self.directory(visit.column.url)
        return any(
            row.url.startswith(below) and judge(row.title).kind == "annual_report" for row in self.rows(document, visit)
        )


def _address(list_url: str, name: str, number: int) -> str:
    stem, _, kind = urlsplit(list_url).path.rpartition("/")[2].partition(".")
    return urljoin(list_url, name.format(n=number, m=number - 1, stem=stem or "index", kind=kind or "html"))


def _learned(linked: dict[int, str]) -> list[str]:
    """How further pages are called, by one that is linked: `…_3.html` for 3 counts from 1, `…_2.html` from 0."""
    for number, url in linked.items():
        for match in [*re.finditer(r"\d{1,3}", url)][::-1]:
            for mark, value in (("{n}", number), ("{m}", number - 1)):
                if match[0] == str(value) and number > 1:
                    plain = url.replace("{", "%7B").replace("}", "%7D")
                    return [plain[: match.start()] + mark + plain[match.end() :]] if plain == url else []
    return []
