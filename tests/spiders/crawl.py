"""Real crawls of fake portals, in process and without a socket: real settings, real middlewares, real host names.

`crawl` runs one spider to its end and returns what it yielded, asked and said:

    def respond(request: FakeRequest) -> FakeResponse | None: ...
    result = crawl("gkmlpt", respond, rows=[row("a.gz.gov.cn", "gkmlpt")], portal="a.gz.gov.cn", year=2023)
    assert [page.url for page in result.pages] == [...]

The portal is any function from request to response (`pages({...})` makes one from a table of addresses), or a
`crawler.demo.country.Country`. A crawl in which the spider raised fails at once, unless `check=False`.

One asyncio reactor serves all crawls of a process (a Twisted reactor cannot be started twice). It is pumped from the
calling thread for as long as a crawl lasts: a failure has a plain stack, each xdist worker has a reactor of its own.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import shutil
import tempfile
import threading
import traceback
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor, is_reactor_installed
from twisted.python.failure import Failure

from crawler.demo.portal import FakeRequest, FakeResponse, data, not_found, page
from crawler.items import AttemptItem, ColumnItem, PageItem

Respond = Callable[[FakeRequest], FakeResponse | None]
"""A fake portal. None is a 404; an exception (`scrapy.exceptions.DownloadTimeoutError` …) is what the network did."""

LONGEST_CRAWL = 60
"""Seconds after which a crawl counts as hung: far more than any crawl of a fake portal takes."""


class FunctionHandler(BaseDownloadHandler):
    """Download handler that asks the function in the setting `FAKE_RESPOND` in place of the network."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.respond: Respond = crawler.settings["FAKE_RESPOND"].function

    async def download_request(self, request: Request) -> Response:
        names = {
            key.decode().lower(): values[-1].decode("latin-1") for key, values in request.headers.items() if values
        }
        asked = FakeRequest(request.method, request.url, names, request.body)
        await asyncio.sleep(0)  # the network never answers in the same breath
        answer = self.respond(asked) or not_found(asked)
        headers = Headers()
        for name, value in answer.headers:
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.body)
        return kind(request.url, status=answer.status, headers=headers, body=answer.body)


@dataclass(slots=True)
class Crawl:
    """All that came of one crawl.

    `items` in the order in which they came out of the pipelines, `asked` every request that reached the network
    (robots.txt included), `errors` what the spider or a pipeline raised, `logs` records from INFO up.
    """

    items: list[Any] = field(default_factory=list)
    asked: list[FakeRequest] = field(default_factory=list)
    stats: dict[str, Any] = field(default_factory=dict)
    logs: list[logging.LogRecord] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    spider: Any = None

    @property
    def urls(self) -> list[str]:
        """Addresses asked, in order, robots.txt left out."""
        return [request.url for request in self.asked if request.path != "/robots.txt"]

    @property
    def pages(self) -> list[PageItem]:
        """Candidate reports."""
        return self._pages("report")

    @property
    def lists(self) -> list[PageItem]:
        """List pages kept as evidence."""
        return self._pages("list")

    @property
    def refusals(self) -> list[PageItem]:
        """Gates kept as evidence."""
        return self._pages("refusal")

    @property
    def attempts(self) -> list[AttemptItem]:
        """What was tried in vain, and why."""
        return [item for item in self.items if isinstance(item, AttemptItem)]

    @property
    def columns(self) -> list[ColumnItem]:
        """Columns that the spider found by itself."""
        return [item for item in self.items if isinstance(item, ColumnItem)]

    @property
    def found(self) -> list[str]:
        """Addresses of the candidate reports, sorted."""
        return sorted(one.url for one in self.pages)

    @property
    def reasons(self) -> list[str]:
        """Reasons of the attempts, sorted."""
        return sorted(attempt.reason for attempt in self.attempts)

    @property
    def text(self) -> str:
        """The log as one text."""
        return "\n".join(record.getMessage() for record in self.logs)

    def _pages(self, role: str) -> list[PageItem]:
        return [item for item in self.items if isinstance(item, PageItem) and item.role == role]


def crawl(
    spider: str | type[Spider],
    fake: Any,
    /,
    *,
    rows: Sequence[Mapping[str, Any]] = (),
    settings: Mapping[str, Any] | None = None,
    pipelines: bool = False,
    check: bool = True,
    **arguments: Any,
) -> Crawl:
    """Run the spider named `spider` against a fake portal and return what came of it.

    Args:
        spider: a spider's name, or its class.
        fake: the portal, see `Respond`; or a country of `crawler.demo.country`.
        rows: own registry rows (see `row`), laid over the installed ones.
        settings: settings that differ from `crawler.settings`.
        pipelines: True to run the real item pipelines; otherwise items come as the spider yielded them.
        check: False to let errors of spider and pipelines pass into `Crawl.errors`.
        arguments: spider arguments (`portal`, `agency`, `year`, `years`, `sample`).
    """
    result = Crawl()
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:
        changed = _settings(Path(folder), rows, pipelines=pipelines)
        changed["FAKE_RESPOND"] = _Function(_recorded(fake, result.asked))
        changed.update(settings or {})
        given = {key: str(value) for key, value in arguments.items() if value is not None}
        pump(_run(spider, changed, given, result))
    if check and result.errors:
        raise AssertionError("\n".join(result.errors))
    return result


def pages(table: Mapping[str, Any]) -> Respond:
    """A fake portal from addresses (scheme left out at will) to answers.

    Answers: a `FakeResponse`, a function from `FakeRequest`, an exception to raise, str (HTML), bytes (HTML as it
    stands), dict or list (JSON). A query that is not in the table falls back to the address without it.
    """

    def respond(request: FakeRequest) -> FakeResponse | None:
        plain = request.url.split("://", 1)[1]
        for key in (request.url, plain, plain.partition("?")[0]):
            if key in table:
                return _answer(table[key], request)
        return None

    return respond


def row(host: str, family: str, **fields: Any) -> dict[str, Any]:
    """A registry row for a fake portal at `host` (one agency of its own unless `agencies` are given)."""
    agency = {
        "id": "440100-fake",
        "name": "广州市样例局",
        "type": "department",
        "level": "prefecture",
        "code": "440100",
    }
    return {
        "id": host, "name": "广州市样例局", "place": "广州市", "family": family, "base": f"http://{host}/",
        "agencies": [agency], "evidence": "a fake portal", "checked": date(2026, 11, 1), **fields,
    }  # fmt: skip


def pump(work: Coroutine[Any, Any, None], timeout: float = LONGEST_CRAWL) -> None:
    """Run the process's reactor until `work` is done. Raises TimeoutError when it does not end."""
    _loop().run_until_complete(asyncio.wait_for(work, 2 * timeout))


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    if not is_reactor_installed():
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    # Idle threads of the pool would otherwise keep the process alive after the last test.
    reactor.getThreadPool().threadFactory = partial(threading.Thread, daemon=True)
    reactor.startRunning(installSignalHandlers=False)
    return reactor._asyncioEventloop


async def _run(
    spider: str | type[Spider], changed: Mapping[str, Any], arguments: Mapping[str, str], result: Crawl
) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    # Above what a spider sets for itself (a browser for rows that say `render`): nothing may reach the network.
    settings.setdict(dict(changed), priority="cmdline")
    if not isinstance(spider, str):
        settings.set("SPIDER_MODULES", [], priority="cmdline")  # a class needs no look into the other spiders
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(spider)
    with _listening(crawler, result), _log_into(result.logs):
        await runner.crawl(crawler, **arguments)
    result.stats = crawler.stats.get_stats()
    if result.stats.get("finish_reason") == "closespider_timeout":
        result.errors.append(f"the crawl did not end within {LONGEST_CRAWL} seconds; last asked: {result.urls[-3:]}")
    result.spider = crawler.spider


@contextmanager
def _listening(crawler: Crawler, result: Crawl) -> Iterator[None]:
    def keep_item(item: Any) -> None:
        result.items.append(item)

    def keep_error(failure: Failure, response: Any) -> None:
        where = getattr(response, "url", "at the start")
        result.errors.append(f"{where}: {''.join(traceback.format_exception(failure.value, limit=-4))}")

    told = {signals.item_scraped: keep_item, signals.spider_error: keep_error, signals.item_error: keep_error}
    for signal, listener in told.items():
        crawler.signals.connect(listener, signal=signal)
    try:
        yield
    finally:
        # The table of listeners is the process's: what stays in it keeps the whole crawl in memory.
        for signal, listener in told.items():
            crawler.signals.disconnect(listener, signal=signal)


@contextmanager
def _log_into(records: list[logging.LogRecord]) -> Iterator[None]:
    handler = logging.Handler(logging.INFO)
    handler.emit = records.append  # type: ignore[method-assign]
    for name in ("scrapy.crawler", "scrapy.middleware", "scrapy.addons", "scrapy.statscollectors"):
        logging.getLogger(name).setLevel(logging.WARNING)  # what every crawl says alike would bury a failure
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


class _Function:
    """A setting that Scrapy copies by reference: settings are deep-copied, and a portal must not be."""

    def __init__(self, function: Respond) -> None:
        self.function = function

    def __deepcopy__(self, memo: dict[int, Any]) -> _Function:
        return self


def _recorded(portal: Any, asked: list[FakeRequest]) -> Respond:
    speaks = getattr(portal, "speaks", None)
    respond = getattr(portal, "respond", portal)

    def recorded(request: FakeRequest) -> FakeResponse | None:
        asked.append(request)
        if speaks is not None and not speaks(request.url):
            raise DownloadConnectionRefusedError(f"nobody listens at {request.url}")
        return respond(request)

    return recorded


def _answer(found: Any, request: FakeRequest) -> FakeResponse | None:
    if isinstance(found, BaseException):
        raise found
    if isinstance(found, str):
        return page(found)
    if isinstance(found, bytes):
        return FakeResponse(200, (("Content-Type", "text/html"),), found)
    if isinstance(found, dict | list):
        return data(found)
    return found if isinstance(found, FakeResponse) else found(request)


def _settings(folder: Path, rows: Sequence[Mapping[str, Any]], *, pipelines: bool) -> dict[str, Any]:
    handlers = dict.fromkeys(("http", "https"), FunctionHandler)
    changed = {
        "DOWNLOAD_HANDLERS": handlers,
        "DOWNLOAD_DELAY": 0,
        "CRAWL_DELAY_CAP": 0,
        # A crawl without an end is stopped in order, so that the crawls after it in this process are sound.
        "CLOSESPIDER_TIMEOUT": LONGEST_CRAWL,
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}",
        "SPOOL_DIR": str(folder / "spool"),
    }
    if not pipelines:
        changed["ITEM_PIPELINES"] = {}
    if rows:
        changed["PORTALS_DIR"] = _registry("\n".join(_tables(rows)))
    return changed


@lru_cache(maxsize=8)
def _registry(rows: str) -> str:
    """A folder with these rows. Tests with the same rows share it: the installed ones are checked once for all."""
    folder = tempfile.mkdtemp(prefix="portals-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Path(folder, "rows.toml").write_text(rows, encoding="utf-8")
    return folder


def _tables(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in rows:
        yield "[[portal]]"
        yield from (f"{key} = {_toml(value)}" for key, value in one.items())


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
