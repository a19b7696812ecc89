"""Changzhou and its districts: a customised PHPCMS (portal-families §5).

The city's portal shows the disclosures of all bureaus: `/gi_class/<bureau>[_NN]` lists them 20 a page (`/2`, `/3`),
`/gi_news/<15 digits>` is one, and `downxxgk.php?fid=` prints it without its frame. Where the list's table is empty, the
page's script asks the same address for it (`?act=ajax`). Districts run the plain CMS: `/class/<8 letters>`,
`index.php?m=content&c=index&a=lists&catid=N`, `/html/<site>/<year>/<8 letters>_<MMDD>/<id>.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.net.failures import classify
from spiders.answers import OddAnswer, read_json
from spiders.base import FamilySpider, Row, Visit
from spiders.columns import is_column_name, on_portal
from spiders.documents import Document, Link
from spiders.portal import Yielded
from spiders.scripts import inline_scripts, unquote

ROWS_A_PAGE = 20
_LIST = re.compile(r"^/(?P<kind>gi_class|ns_class)/(?P<bureau>[a-z]+)(?:_(?P<class>\w+?))?(?:/(?P<page>\d{1,3}))?/?$")
_CLASS = re.compile(r"^/class/[A-Z]{8}(?:/(?P<page>\d{1,3}))?/?$")
_NEWS = re.compile(r"^/gi_news/(\d{10,20})/?$")
_AJAX_TEXT = re.compile(r"[\"'`][^\"'`\n]{0,200}act=ajax[^;\n]{0,600}")
_AJAX_OBJECT = re.compile(r"\{[^{}]{0,400}\bact[\"']?\s{0,3}:\s{0,3}[\"']ajax[\"'][^{}]{0,600}\}")
_PIECE = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")
_PAIR = re.compile(r"[\"']?(\w{1,20})[\"']?\s{0,3}:\s{0,3}(?:[\"']([^\"'\n]{0,80})[\"']|([\w.+ ]{1,40}))")
_PLAIN_AJAX = {"act": "ajax", "t": "1", "cache": "no"}


class ChangzhouSpider(FamilySpider):
    """Crawl portals of the family `changzhou`."""

    name = "changzhou"
    family = "changzhou"
    article_url = re.compile(
        r"^/(?:gi_news|ns_news)/\d{10,20}/?$|^/html/[\w-]+/\d{4}/[A-Z]{8}_\d{4}/\d+\.html$|/downxxgk\.php$"
    )

    def is_article(self, url: str) -> bool:
        """True for articles of the city, of the districts' CMS, and of 经开区 (`/content/suitable/show?…id=`)."""
        parts = urlsplit(url)
        return super().is_article(url) or (
            bool(re.search(r"(?:^|&)id=\d+", parts.query))
            and (parts.path.endswith("/content/suitable/show") or "a=show" in parts.query)
        )

    def key(self, url: str) -> str:
        """The print view is the same page as the article it prints."""
        parts = urlsplit(url)
        fid = dict(parse_qsl(parts.query)).get("fid", "") if parts.path.endswith("/downxxgk.php") else ""
        return super().key(urljoin(url, f"/gi_news/{fid}") if fid else url)

    def neighbourhood(self, url: str) -> str:
        """The column's eight letters; `gi_news` numbers say nothing of their list."""
        match = re.search(r"/html/[\w-]+/\d{4}/([A-Z]{8})_", url)
        return match[1] if match else url

    def is_sub_column(self, link: Link, document: Document, visit: Visit) -> bool:
        """Classes of the same bureau that name the column; in districts as in every family."""
        here, there = (_LIST.match(urlsplit(url).path) for url in (visit.column.url, link.url))
        if here is None:
            return super().is_sub_column(link, document, visit)
        return (
            there is not None
            and on_portal(link, self.hosts_of(visit.portal))
            and there["bureau"] == here["bureau"]
            and there["class"] not in {None, here["class"]}
            and is_column_name(link.text)
        )

    def is_readable(self, document: Document, visit: Visit) -> bool:
        """A bureau's whole list is readable when it has rows, though none of them may speak of reports."""
        return bool(self.rows(document, visit))

    def directory(self, column_url: str) -> str:
        """Classes do not lie below each other: what looks like a folder is the list itself."""
        return column_url.rstrip("/") + "/"

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """As in every family; a bureau's whole list (`gi_class/hbj`) is only read for clear titles.

        Where it names the class of the annual reports, that class is read in its place.
        """
        here = _LIST.match(urlsplit(visit.column.url).path)
        if here is None or here["class"]:
            yield from super().read_list(document, visit)
        else:
            classes = [*self.sub_columns(document, visit)]
            yield from classes
            inner = replace(visit, trusted=False)
            rows = self.rows(document, inner)
            fresh = yield from self.follow(rows, inner)
            if not classes and self.goes_on(rows, fresh, visit):
                yield from self.turn_page([*visit.ahead, *self.next_pages(document, visit)], visit)
        if not self.rows(document, visit) and visit.page == 1 and (here or "act=ajax" in document.text):
            yield self._ask_table(document.url, ajax_query(inline_scripts(document)), visit)

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """`/2`, `/3` after a full page; where 下一页 leads otherwise. A list that repeats itself ends the turning."""
        parts = urlsplit(document.url)
        match = _LIST.match(parts.path) or _CLASS.match(parts.path)
        linked = [*super().next_pages(document, visit)]
        if linked or len(self.rows(document, visit)) < ROWS_A_PAGE:
            return linked
        if match:
            path = parts.path.rstrip("/").removesuffix(f"/{match['page']}") + f"/{int(match['page'] or 1) + 1}"
            return [parts._replace(path=path, query="").geturl()]
        query = dict(parse_qsl(parts.query))
        if query.get("a") != "lists":
            return []
        page = int(query["page"]) if query.get("page", "").isdigit() else 1
        return [parts._replace(query=urlencode({**query, "page": str(page + 1)})).geturl()]

    # ------------------------------------------------------------------ the table by ajax

    def _ask_table(self, list_url: str, query: dict[str, str], visit: Visit) -> Yielded:
        url = urlsplit(list_url)._replace(query=urlencode({**query, "page": str(visit.page)})).geturl()
        headers = {"Referer": list_url, "X-Requested-With": "XMLHttpRequest"}
        return self.request(url, self.parse_table, visit, headers=headers, cb_kwargs={"query": query})

    def parse_table(self, response: Response, visit: Visit, query: dict[str, str]) -> Iterator[Yielded]:
        """A table that came as JSON: `{"status":10,"html":"<table>…"}`; the next one while it brings new rows."""
        yield self._item(response, visit, role="list")
        try:
            answer = read_json(response)
            html = answer.get("html") if isinstance(answer, dict) else None
            if not isinstance(html, str):
                raise OddAnswer("odd_api_answer", f"{response.url} answers JSON without a table: {str(answer)[:120]}")
        except OddAnswer as error:
            yield self.unreadable(error.reason, str(error), visit)
            return
        document = Document(response)
        rows = [Row(x.url, x.text, x.date) for x in document.links_in(html) if self.is_article(x.url)]
        here = _LIST.match(urlsplit(visit.column.url).path)
        fresh = yield from self.follow(
            rows, replace(visit, trusted=visit.trusted and bool(here is None or here["class"]))
        )
        if not rows and visit.page == 1 and not visit.depth:
            yield self.unreadable("empty_list", "page and ajax answer hold no row", visit)
        if fresh and len(rows) >= ROWS_A_PAGE:
            plain = urlsplit(response.url)._replace(query="").geturl()
            yield self._ask_table(plain, query, replace(visit, page=visit.page + 1))

    # ------------------------------------------------------------------ articles

    def on_failure(self, failure: Failure) -> Iterator[Yielded]:
        """An article that fails is asked for once more as its print view."""
        request = failure.request  # type: ignore[attr-defined]
        match = _NEWS.match(urlsplit(request.url).path)
        row = request.cb_kwargs.get("row")
        broken = isinstance(failure.value, HttpError) or classify(failure).outcome in {"unreachable", "unreadable"}
        if match and row is not None and broken:
            url = urljoin(request.url, f"/downxxgk.php?fid={match[1]}")
            yield self.request(url, self.parse_article, request.cb_kwargs["visit"], cb_kwargs={"row": row})
            return
        yield from super().on_failure(failure)


def ajax_query(script: str) -> dict[str, str]:
    """Parameters with which a list's script asks for its table; the least that is known to work where it shows none."""
    if match := _AJAX_OBJECT.search(script):
        pairs = {name: text for name, text, _ in _PAIR.findall(match[0])}
        return {**pairs, "act": "ajax"}
    if match := _AJAX_TEXT.search(script):
        joined = "".join(unquote(piece) for piece in _PIECE.findall(match[0]))
        found = dict(parse_qsl(joined.partition("?")[2] or joined.lstrip("&"), keep_blank_values=True))
        if found.get("act") == "ajax":
            return {name: value for name, value in found.items() if re.fullmatch(r"\w{1,20}", name)}
    return dict(_PLAIN_AJAX)
