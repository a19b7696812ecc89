"""Fourth: into the database, and the run's own story with it."""

from __future__ import annotations

import logging
import platform
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler import __version__
from crawler.agenda import Aim, aims, answers
from crawler.archive.model import ArchiveError
from crawler.archive.recorder import NO_ARCHIVE
from crawler.archive.session import Session
from crawler.clock import now
from crawler.guards.watch import Guards
from crawler.items import AttemptItem, ColumnItem, PageItem, SeenItem
from crawler.ledger import Ledger
from crawler.portals import registry as registry_module
from crawler.portals.model import Portal
from crawler.store import NOT_COMPARED, Loaded, Rechecked, StoreError, Writer, WriteResult, database_url, recheck
from crawler.store.intake import Intake, Taken, owed
from crawler.store.memory import recall
from crawler.store.records import AnswerValue, Record, RunEnd, jsonable
from crawler.store.shared import give_back, lend
from crawler.store.writer import DatabaseGone

logger = logging.getLogger(__name__)


class StorePipeline:
    """Writes pages, reports, attempts and columns; begins and ends the run's row; counts what happened in the stats.

    Settings: `DATABASE_URL`, `SPOOL_DIR`. A database that cannot be used closes the spider (reason `no_database`)
    before anything is fetched; one that goes away later costs nothing (see `crawler.store.Writer`). An archive that
    cannot be written closes it too (`no_archive`), whenever that happens, and nothing more of the run is written.

    Stats: `store/pages`, `store/reports`, `store/reports_new`, `store/versions_new`, `store/found`, `store/changed`,
    `store/unchanged`, `store/partial`, `store/refused`, `store/unreadable`, `store/attempts`, `store/columns`,
    `store/spooled`, `store/rejected`, `store/loaded` (from the spool), `store/not_archived`, `pages/out_of_range`;
    `check/agencies` and `check/findings` of the comparison of reports with each other at the end, `check/not_compared`
    where the database was away then: such a run ends as `not_compared`, and the next one compares.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.run_id = uuid.uuid4().hex
        self._writer: Writer | None = None
        self._intake: Intake | None = None
        self._archive: Session | None = None
        self._spoken: set[tuple[str | None, int | None]] = set()
        self._agencies: set[str | None] = set()
        self._columns: list[ColumnItem] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Scrapy's constructor. The run ends at the signal, which comes after the last item and knows the reason."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.spider_closed, signal=signals.spider_closed)
        return pipeline

    async def open_spider(self) -> None:
        """Open the database, load what waits in the spool, write the run's first record.

        Raises:
            CloseSpider: the database or the spool folder cannot be used; the log says why and what to do.
        """
        settings, spider = self._crawler.settings, self._spider
        try:
            url, spool = database_url(settings.get("DATABASE_URL")), settings.get("SPOOL_DIR") or "data/spool"
            writer, loaded = await lend(url, spool)
            self._count_loaded(loaded)
        except StoreError as error:
            logger.error("%s", error)
            raise CloseSpider("no_database") from error
        self._writer = writer
        registry = getattr(spider, "registry", None) or registry_module.shared(settings.get("PORTALS_DIR"))
        self._intake = Intake(self.run_id, registry, __version__)
        selection = getattr(spider, "selection", None)
        portals = selection.portals if selection is not None else ()
        about = (spider.name, _arguments(spider), _versions(), portals, self._now())
        await self._write(self._intake.run(*about, _intended(spider)))
        await self._recall(portals)
        try:
            hosts = {host: one.id for one in portals for host in registry.allowed_hosts([one])}
            self._archive = await Session.open(self._crawler, writer, self._write, self.run_id, url, hosts)
        except ArchiveError as error:
            logger.error("%s", error)
            self._intake = None
            raise CloseSpider(NO_ARCHIVE) from error
        if self._guards is not None:
            await self._guards.recall(writer)

    async def _recall(self, portals: Sequence[Portal]) -> None:
        """Tell the spider what the database knows of its portals; where that cannot be read, everything is fetched."""
        lists, writer = getattr(self._spider, "lists", None), self._writer
        if lists is None or writer is None or not lists.enabled:
            return
        try:
            for portal in portals:
                lists.recall(portal.id, await writer.run(partial(recall, portal_id=portal.id, now=self._now())))
        except (DBAPIError, DatabaseGone) as error:
            logger.warning("what is known cannot be read (%s): everything is fetched", error)

    async def process_item(self, item: Any) -> Any:
        """Write one item; other kinds of items pass."""
        if self._intake is None:
            return item  # the spider is being closed: there is no database, or no archive
        if self._archive is not None and not await self._archive.ready(page=isinstance(item, PageItem)):
            self._count("not_archived")
            return item
        if isinstance(item, PageItem):
            await self._page(self._intake.page(item), item.asked_url)
            if self._archive is not None:
                self._archive.written(item.capture)
        elif isinstance(item, SeenItem):
            self._settle(await self._write(self._intake.seen(item)), item.asked_url)
            self._count("seen")
        elif isinstance(item, AttemptItem):
            await self._attempt(item)
        elif isinstance(item, ColumnItem):
            self._columns.append(item)
        return item

    async def spider_closed(self, spider: Any, reason: str) -> None:
        """Write what the ledger still owes, end the run's row, close the database."""
        if self._writer is None:
            return
        try:
            answered: tuple[AnswerValue, ...] = ()
            # A run that was stopped has not looked everywhere: what it did not find is not missing.
            if reason == "finished" and hasattr(spider, "ledger"):
                if hasattr(spider, "lists"):
                    spider.lists.close()
                answered = await self._conclude(spider.ledger, spider.selection.portals)
            for item in self._guards.conclude(reason) if self._guards is not None else ():
                await self._attempt(item)
            if not await self._between_reports():
                # Nothing is promised of what a later run is to do: it looks again, finds all there, and compares it.
                answered, reason = (), NOT_COMPARED if reason == "finished" else reason
            await self._close_archive()
            if reason == "finished":
                await self._remember_columns()
                await self._lists()
            stats = jsonable(dict(self._stats.get_stats()))
            end = RunEnd(run_id=self.run_id, at=self._now(), finish_reason=reason, stats=stats, answers=answered)
            await self._write(end)
        finally:
            await self._close_archive()
            self._count_loaded(await give_back(self._writer))

    async def _close_archive(self) -> None:
        archive, self._archive = self._archive, None
        if archive is not None:
            await archive.close()

    async def _conclude(self, ledger: Ledger, portals: Sequence[Portal]) -> tuple[AnswerValue, ...]:
        """Write the attempts that the ledger owes; returns what the run answers to its aims, nothing for a sample."""
        closing = list(ledger.closing_attempts(portals))
        spoken = frozenset(self._spoken)
        for item in owed(closing, spoken):
            await self._attempt(item)
        return (
            tuple(AnswerValue.of(one) for one in answers(ledger, portals, closing, spoken)) if ledger.complete else ()
        )

    async def _between_reports(self) -> bool:
        """Compare the reports of every agency of which this run stored one with each other; False where the database
        stays away.

        Also of those that did not change: a run that was killed may have stored them and not come to this.
        """
        writer = self._writer
        if writer is None:
            return True
        lists = getattr(self._spider, "lists", None)
        earlier = lists.unchecked() if lists is not None else set()

        def compare(engine: Engine) -> Rechecked:
            own = writer.take_unchecked(self._agencies)
            try:
                return recheck(engine, own | earlier)
            except BaseException:
                writer.leave_unchecked(own)
                raise

        try:
            done = await writer.insist(compare)
        except (DBAPIError, DatabaseGone) as error:
            why = " ".join(str(getattr(error, "orig", None) or error).split())
            logger.warning("reports were not compared with each other (%s); the next run does, or scrapy check", why)
            self._stats.set_value("check/not_compared", 1)
            return False
        if done.agencies:
            self._stats.set_value("check/agencies", done.agencies)
            self._stats.set_value("check/findings", done.findings)
        return True

    async def _page(self, taken: Taken, asked_url: str) -> None:
        result = await self._write(taken.record)
        self._settle(result, asked_url)
        self._count("pages")
        if self._guards is not None:
            self._guards.note_page(taken.record.portal.id, taken.note, result.outcome)
        if taken.note == "out_of_range":
            self._stats.inc_value("pages/out_of_range")
        elif taken.note == "report":
            self._count_report(result)
            self._agencies.add(taken.agency_id)
            ledger = getattr(self._spider, "ledger", None)
            if ledger is not None and result.status != "rejected":
                ledger.stored(taken.record.portal.id, taken.agency_id, taken.year)
        elif taken.note != "page":
            self._count(taken.note)
        if taken.note == "unreadable":
            self._spoken.add((taken.agency_id, taken.year))

    def _settle(self, result: WriteResult, asked_url: str) -> None:
        """What the row with this address leads to stands in the database now."""
        lists = getattr(self._spider, "lists", None)
        if lists is not None and asked_url and result.status == "stored":
            lists.settle(asked_url)

    async def _remember_columns(self) -> None:
        """At the end only: the next run reads what is remembered and searches no more. One that was killed may have
        found a column before it had asked for what its search showed beside it.
        """
        if self._intake is None:
            return
        for item in self._columns:
            await self._write(self._intake.column(item, self._now()))
            self._count("columns")

    async def _lists(self) -> None:
        """Last of all, so that what they promise is true: the lists that this run settled."""
        lists = getattr(self._spider, "lists", None)
        if lists is None or self._intake is None or self._stats.get_value("store/spooled"):
            return
        for item in lists.settled():
            await self._write(self._intake.listed(item))
            self._count("lists")

    async def _attempt(self, item: AttemptItem) -> None:
        if self._intake is not None:
            await self._write(self._intake.attempt(item, self._now()))
            self._count("attempts")

    async def _write(self, record: Record) -> WriteResult:
        if self._writer is None:
            raise RuntimeError("the store pipeline was not opened")
        result = await self._writer.write(record)
        if result.status != "stored":
            self._count(result.status)
        return result

    def _count_report(self, result: WriteResult) -> None:
        self._count("reports")
        if result.outcome is not None:
            self._count(result.outcome)
        if result.report_new:
            self._count("reports_new")
        if result.version_new:
            self._count("versions_new")

    def _count_loaded(self, loaded: Loaded) -> None:
        if loaded.stored:
            self._stats.inc_value("store/loaded", loaded.stored)
        if loaded.rejected:
            self._stats.inc_value("store/rejected", loaded.rejected)

    def _count(self, what: str) -> None:
        self._stats.inc_value(f"store/{what}")

    def _now(self) -> datetime:
        return now(self._crawler.settings)

    @property
    def _guards(self) -> Guards | None:
        """The guards of this crawl; None where the extension is switched off."""
        found = self._crawler.get_extension(Guards) if self._crawler.extensions is not None else None
        return found if isinstance(found, Guards) else None

    @property
    def _stats(self) -> Any:
        return self._crawler.stats

    @property
    def _spider(self) -> Any:
        return self._crawler.spider


def _arguments(spider: Any) -> dict[str, object]:
    """What the run was asked for, as the spider understood it."""
    selection = getattr(spider, "selection", None)
    if selection is None:
        return {}
    return {
        "portals": [portal.id for portal in selection.portals],
        "agencies": list(selection.agency_words),
        "years": sorted(selection.years) if selection.years is not None else None,
        "sample": selection.sample,
    }


def _intended(spider: Any) -> Iterable[Aim]:
    """The run's aims; a sample has none, it looks nowhere to the end."""
    ledger: Ledger | None = getattr(spider, "ledger", None)
    if ledger is None or not ledger.complete:
        return ()
    return aims(spider.selection.portals, ledger.years, ledger.agency_ids, ledger.today)


@cache
def _versions() -> dict[str, str]:
    """What ran: the releases on which the outcome depends."""
    packages = ("scrapy", "lxml", "chardet", "opencc", "sqlalchemy")
    return {"annual-report-crawler": __version__, "python": platform.python_version()} | {
        package: version(package) for package in packages
    }
