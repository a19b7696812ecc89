"""From a list's rows to pages: which may be a report that was asked for, which is a look-alike, which says nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator

from crawler.items import AttemptItem, ColumnItem
from crawler.portals.registry import Registry
from crawler.reports.titles import TitleReading, judge
from spiders.columns import is_faint, is_unclear, may_be_untitled_report
from spiders.notices import NoticeSearch
from spiders.portal import PortalSpider, Yielded
from spiders.selection import Selection
from spiders.visits import Row, Visit

MAX_UNCLEAR_ROWS = 60


class RowSpider(PortalSpider):
    """The part of `FamilySpider` that judges rows by their titles and hands on the pages behind them."""

    notices: NoticeSearch

    def prepare(self, selection: Selection, registry: Registry) -> None:
        """Set what a run needs to know; called once, before the first request."""
        super().prepare(selection, registry)
        self._unclear: dict[str, int] = defaultdict(int)
        self._found_columns: set[tuple[str, str]] = set()

    def neighbourhood(self, url: str) -> str:
        """What the addresses of one list's articles have in common; by default their folder."""
        return url.rsplit("/", 1)[0]

    def remember(self, visit: Visit) -> Iterator[ColumnItem]:
        """The column of this visit, once, to be found without a search the next time."""
        known = (visit.portal.id, visit.column.url)
        if known not in self._found_columns:
            self._found_columns.add(known)
            yield ColumnItem(visit.portal.id, visit.column.url, visit.column.title, dict(visit.params), visit.clicks)

    def follow(self, rows: Iterable[Row], visit: Visit) -> Generator[Yielded, None, int]:
        """Requests for rows that may be wanted reports; refusals for look-alikes. Returns how many rows were new."""
        rows, fresh = list(rows), 0
        self.lists.note_rows(rows, visit)
        clear = {self.neighbourhood(row.url) for row in rows if judge(row.title).kind == "annual_report"}
        if visit.found and visit.trusted and any(self._is_plausible(row, clear) for row in rows):
            yield from self.remember(visit)
        for row in rows:
            self.ledger[visit.portal.id].rows += not visit.aside
            given = self._take(row, visit, plausible=self._is_plausible(row, clear))
            fresh += given is not None
            yield from given or ()
        return fresh

    def _take(self, row: Row, visit: Visit, *, plausible: bool) -> list[Yielded] | None:
        """What a row gives; None for one that was met before.

        A row that gave nothing outside the column (`2023年度` on a home page) is not used up: in its column it may.
        """
        seen, key = self._seen[visit.portal.id], self.key(row.url)
        mark = key if visit.trusted else f"{key} from outside"
        if key in seen or mark in seen:
            self.lists.note_again(self, row, visit)
            return None
        given = [*self.follow_row(row, visit, plausible=plausible)]
        seen |= {mark, key} if given else {mark}
        return given

    def _is_plausible(self, row: Row, clear: set[str]) -> bool:
        """True for a row that may be a report: its title names a year or a body, or is faint and stands by clear ones.

        Without this, the news in a column page's margins would be opened one by one.
        """
        return may_be_untitled_report(row.title) or (is_faint(row.title) and self.neighbourhood(row.url) in clear)

    def follow_row(self, row: Row, visit: Visit, *, plausible: bool = True) -> Iterator[Yielded]:
        """One row: a request, a refusal, or nothing when it was not asked for."""
        reading = judge(row.title)
        unclear = is_unclear(reading)
        if unclear and not (plausible and visit.trusted and self._may_open_unclear(visit)):
            return
        if not unclear and reading.kind not in {"annual_report", "work_summary"}:
            if visit.trusted or "信息公开" in row.title:
                yield self._refusal(row, visit, f"look_alike:{reading.reason or reading.kind}")
            return
        if reading.kind == "work_summary" and not visit.trusted:
            return
        if self._is_wanted(row, reading, visit):
            self.notices.note(visit, row, reading)
            self.ledger[visit.portal.id].followed += 1
            yield row.request or self.request(row.url, self.parse_article, visit, cb_kwargs={"row": row})

    def _is_wanted(self, row: Row, reading: TitleReading, visit: Visit) -> bool:
        years = self.selection.years
        if years is not None and reading.year is not None and reading.year not in years:
            return False
        # The title first: a list may name the office that posted the row, and the title the body that reports.
        if not self.selection.wants(visit.portal, reading.agency or row.agency):
            return False
        return not self.enough(visit)

    def enough(self, visit: Visit) -> bool:
        """True when a sample was asked for and this portal has given it: neither rows nor lists are asked for then."""
        return bool(self.selection.sample) and self.ledger[visit.portal.id].followed >= self.selection.sample

    def _may_open_unclear(self, visit: Visit) -> bool:
        """Rows that do not say what they are (`2023年度`, a bureau's name) are opened, up to a limit a portal."""
        self._unclear[visit.portal.id] += 1
        return self._unclear[visit.portal.id] <= MAX_UNCLEAR_ROWS

    def _refusal(self, row: Row, visit: Visit, reason: str) -> AttemptItem:
        detail = f"{row.title[:80]!r} in {visit.column.title or visit.column.url} is no annual report"
        return AttemptItem(
            visit.portal.id, "refused", reason, detail, row.url, evidence={"title": row.title[:200], "date": row.date}
        )
