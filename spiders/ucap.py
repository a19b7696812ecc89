"""Ucap 开普 (Heilongjiang, Hainan, Sichuan, Xinjiang, Huaihua, many ministries).

A column is a template in its folder, `/hlj/c108463/zfxxgk.shtml`, `/gjyzj/c100009/c100010/common_list.shtml`; the
folder alone mostly is no page. Its articles lie in it, `…/202401/<32 hex>.shtml`, in half a dozen other shapes too.
Pages follow as `common_list_2.shtml`; or a service gives the rows (`spiders.manuscripts`), whose records hold the
article's body and files as well: they stand in where the article's own page cannot be had. (portal-families §7)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.items import Outcome
from crawler.net.gates import Gated
from crawler.reports.body import looks_like_report
from crawler.reports.files.kinds import kind_of as is_file
from spiders import manuscripts
from spiders.answers import OddAnswer
from spiders.base import FamilySpider, Row, Visit
from spiders.documents import Document
from spiders.manuscripts import Answer, Manuscript, Service
from spiders.notices import NOTICE_PAGES
from spiders.paging import MAX_PAGES, Pager, read_pager
from spiders.portal import Yielded
from spiders.scripts import call_arguments, inline_scripts

TEMPLATES = ("list.shtml", "common_list.shtml")
"""What a folder is tried with that is no page: the two commonest names of a list's template."""


class UcapSpider(FamilySpider):
    """Portals of Ucap. A column is its template's address, or its folder."""

    name = "ucap"
    family = "ucap"
    article_url = manuscripts.ARTICLE

    # ------------------------------------------------------------------ addresses

    def canonical(self, url: str) -> str:
        """An article's address without a query."""
        return url.partition("?")[0] if self.is_article(url) else url

    def key(self, url: str) -> str:
        """An article has one hexadecimal id under all its addresses, in several columns and on several hosts."""
        found = manuscripts.ARTICLE.search(urlsplit(url).path)
        hexadecimal = (found[1] or found[2]) if found else None
        return hexadecimal.lower() if hexadecimal else super().key(url)

    def neighbourhood(self, url: str) -> str:
        """The column's folder: an article's address without its day and id."""
        return manuscripts.ARTICLE.sub("", url.partition("?")[0])

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """`createPageHTML("box", pages, current, "common_list", "shtml", records)`: the second page is `…_2`."""
        pager = read_pager(document)
        for arguments in call_arguments(inline_scripts(document), r"create_?Page(?:HTML|s)?"):
            counts = [one for one in arguments if isinstance(one, int)]
            words = [one.lstrip(".") for one in arguments if isinstance(one, str)]
            if counts and len(words) > 2 and words[0] == arguments[0]:
                pager = Pager(counts[0], words[1], words[2], 2)
        return [*(pager.urls(document.url) if pager else []), *super().next_pages(document, visit)]

    # ------------------------------------------------------------------ columns

    def _after_failed_list(self, outcome: Outcome, visit: Visit) -> Iterator[Yielded]:
        """A folder is no page on most sites: its template is tried under its commonest names first."""
        url, tried = visit.column.url, int(visit.params.get("template", 0))
        if outcome != "missing" or visit.page > 1 or not visit.trusted or not (tried or url.endswith("/")):
            yield from super()._after_failed_list(outcome, visit)
        elif tried < len(TEMPLATES):
            column = visit.column.model_copy(update={"url": urljoin(url, TEMPLATES[tried])})
            yield from self.start_column(replace(visit, column=column, params={"template": tried + 1}))
        elif manuscripts.code_of(url):
            yield from self.open_service(Service(""), visit)
        else:
            yield from super()._after_failed_list(outcome, visit)

    def read_list(self, document: Document, visit: Visit) -> Iterator[Yielded]:
        """A column's page, and the rows that its scripts would ask for."""
        asked = False
        for one in super().read_list(document, visit):
            asked |= isinstance(one, Request)
            yield one
        if visit.page > 1 or self.enough(visit):
            return
        service = manuscripts.service_in(document, self.hosts_of(visit.portal))
        hollow = not (self.is_readable(document, visit) or self.is_own_report(document) or (asked and visit.depth))
        if service is None and hollow and visit.trusted and not document.moved_to:
            service = Service(manuscripts.channel_in(document))
        if service is not None:
            yield from self.open_service(service, visit)

    def open_service(self, service: Service, visit: Visit) -> Iterator[Yielded]:
        """First request to a list service; where the page does not say its channel, the channel is asked for."""
        if service.channel:
            known = tuple(path for path in service.paths if f"no {path}" not in self._seen[visit.portal.id])
            service = replace(service, paths=known or service.paths[-1:])
            if self.first_time(visit, service.question(visit.column.url, 1)[0]):
                yield self.ask_records(service, visit)
        elif code := manuscripts.code_of(visit.column.url):
            url = urljoin(visit.column.url, f"/getChannelList?channelCode={code}")
            if self.first_time(visit, url):
                told = {"service": service}
                yield self.request(url, self.parse_channel, visit, errback=self.no_records, cb_kwargs=told)

    def parse_channel(self, response: Response, visit: Visit, service: Service) -> Iterator[Yielded]:
        """The answer that tells a column's channel."""
        try:
            channel = manuscripts.channel_of(response)
        except OddAnswer as error:
            yield from self.no_way(error.reason, str(error), visit)
            return
        yield from self.open_service(replace(service, channel=channel), visit)

    # ------------------------------------------------------------------ records

    def ask_records(self, service: Service, visit: Visit) -> Request:
        """One request for a page of records."""
        url, body = service.question(visit.column.url, visit.page)
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": visit.column.url}
        if body:
            headers["Content-Type"] = "application/json;charset=UTF-8"
        method, asked = "POST" if body else "GET", {"service": service}
        return self.request(
            url, self.parse_records, visit, errback=self.no_records, method=method, body=body, headers=headers,
            cb_kwargs=asked, meta={"dont_retry": service.guessed},
        )  # fmt: skip

    def parse_records(self, response: Response, visit: Visit, service: Service) -> Iterator[Yielded]:
        """A page of records, and what follows it."""
        item = self._item(response, visit, role="list")
        item.url = f"{response.url}#page={visit.page}" if service.post else response.url
        yield item
        try:
            rows, answer = self.read_records(response, service, visit)
        except OddAnswer as error:
            if service.guessed:
                yield self.ask_records(service.other(), visit)
            else:
                yield from self.no_way(error.reason, str(error), visit)
            return
        if service.markup and not rows:
            return
        fresh = yield from self.follow(rows, visit)
        if not rows and visit.page == 1:
            yield from self.no_way("empty_list", f"neither the page nor {response.url} lists anything", visit)
            return
        yield from self.next_records(service.after(answer), answer, fresh, visit)

    def next_records(self, service: Service, answer: Answer, fresh: int, visit: Visit) -> Iterator[Yielded]:
        """The next page, while the last one was new and full or more is promised; what is missing is said."""
        if self.enough(visit) or not service.goes_on(answer):
            return
        if not (fresh or visit.page == 1):
            if (answer.total or 0) > (read := service.read - answer.rows):
                detail = f"{answer.total} records are promised and {read} were shown"
                yield self.unreadable("short_list", detail, visit, "partial")
        elif visit.page < (MAX_PAGES if visit.trusted else NOTICE_PAGES):
            yield self.ask_records(service, replace(visit, page=visit.page + 1))
        elif visit.trusted:
            yield self.unreadable("page_limit", f"the list has more than {MAX_PAGES} pages", visit, "partial")

    def read_records(self, response: Response, service: Service, visit: Visit) -> tuple[list[Row], Answer]:
        """Rows of an answer: records of JSON, or links of a piece of HTML. Raises `OddAnswer`."""
        document = Document(response)
        if manuscripts.is_markup(document):
            rows = self.rows(document, visit)
            if rows or service.markup:
                return rows, Answer(rows=len(rows), markup=True)
            raise OddAnswer("html_for_json", f"{response.url} answers a page without a row where records were promised")
        answer = manuscripts.read_answer(response)
        return [self.record_row(one, response.url, visit) for one in answer.manuscripts], answer

    def record_row(self, one: Manuscript, answer_url: str, visit: Visit) -> Row:
        """A record as a row whose request knows what the record holds.

        One without an address on this portal is its only file, or else stands in the answer itself.
        """
        files, held = tuple(url for url, _ in one.files), one.page
        url = self.canonical(one.url)
        if held and urlsplit(url).hostname not in self.hosts_of(visit.portal):
            url = files[0] if files and not one.body else f"{answer_url}#{one.number}"
        row = Row(url, one.title, one.date, one.agency, files=files)
        if not held:
            return row
        asked = {"row": row, "held": held}
        meta = {"in_list": url.startswith(f"{answer_url}#")}
        request = self.request(
            url, self.parse_manuscript, visit, errback=self.no_manuscript, cb_kwargs=asked, meta=meta, dont_filter=True
        )
        return replace(row, request=request)

    def follow_row(self, row: Row, visit: Visit, *, plausible: bool = True) -> Iterator[Yielded]:
        """As in every family; a record without a page of its own is handed on as it stands in the list."""
        for one in super().follow_row(row, visit, plausible=plausible):
            if isinstance(one, Request) and one.meta.get("in_list"):
                yield from self.parse_article(manuscripts.as_page(row.url, one.cb_kwargs["held"]), visit, row)
            else:
                yield one

    def parse_manuscript(self, response: Response, visit: Visit, row: Row, held: bytes) -> Iterator[Yielded]:
        """The page behind a record; the record itself where another page stands there (an index, after bursts)."""
        document = Document(response)
        named = "".join(row.title.split()) in "".join(document.text.split())
        own = looks_like_report(document.text) or (named and not looks_like_report(held.decode()))
        lost = not is_file(response.body) and (document.problem or not own)
        yield from self.parse_article(manuscripts.as_page(row.url, held) if lost else response, visit, row)

    def no_manuscript(self, failure: Failure) -> Iterator[Yielded]:
        """A page that cannot be had: the record stands in for it. A gate is recorded all the same."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, Gated):
            yield from self.on_failure(failure)
        visit, row, held = (request.cb_kwargs[name] for name in ("visit", "row", "held"))
        yield from self.parse_article(manuscripts.as_page(request.url, held), visit, row)

    # ------------------------------------------------------------------ failures

    def no_records(self, failure: Failure) -> Iterator[Yielded]:
        """The service does not answer here: another path is tried, else the failure is recorded."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit, service = request.cb_kwargs["visit"], request.cb_kwargs["service"]
        refused = isinstance(failure.value, Gated) and failure.value.reason.startswith("refused_")
        gone = isinstance(failure.value, HttpError) or (refused and service.guessed)
        if gone and service.guessed and service.channel:
            self._seen[visit.portal.id].add(f"no {service.paths[0]}")
            yield self.ask_records(service.other(), visit)
        elif gone and not service.read:
            yield from self.no_way("list_needs_javascript", f"no list service answers here ({request.url})", visit)
        else:
            yield from self.on_failure(failure)

    def no_way(self, reason: str, detail: str, visit: Visit) -> Iterator[Yielded]:
        """Neither page nor service lists anything: said, and the column searched for from home."""
        yield self.unreadable(reason, detail, visit, "partial" if visit.page > 1 else "unreadable")
        if visit.page == 1 and not visit.depth and visit.trusted:
            yield from self.search_home(visit.portal)
