"""The doctor over fake portals, in process: real settings, real middlewares, real family spiders."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.doctor import DoctorSpider, Health
from crawler.doctor.books import Books
from crawler.portals import registry
from crawler.portals.model import Portal
from tests.spiders.crawl import Crawl, _Function, _listening, _log_into, _recorded, _settings, _tables, pump


def look(
    fake: Any, rows: Iterable[Mapping[str, Any]], *, settings: Mapping[str, Any] | None = None, book: str | None = None
) -> tuple[list[Health], Crawl]:
    """What the doctor says of rows (as `tests.spiders.crawl.row` makes them), and what was asked for it."""
    given = [*rows]
    with tempfile.TemporaryDirectory() as folder:
        own = loaded("\n".join(_tables(given)))
        return examine(fake, [own.portal(str(one["id"])) for one in given], Path(folder), settings, book)


def examine(
    fake: Any, rows: Iterable[Portal], folder: Path, settings: Mapping[str, Any] | None = None, book: str | None = None
) -> tuple[list[Health], Crawl]:
    """As `look`, for rows of a registry that is loaded already."""
    result = Crawl()
    changed = _settings(folder, (), pipelines=False)
    changed["FAKE_RESPOND"] = _Function(_recorded(fake, result.asked))
    changed |= dict(settings or {})
    told: list[Health] = []
    if book is not None:
        changed["DATABASE_URL"] = book
    books = Books(changed, registry.load(shipped=False)) if book is not None else None
    pump(_visit(changed, {"rows": [*rows], "books": books, "tell": told.append}, result))
    assert not result.errors, result.errors
    assert result.stats["finish_reason"] == "finished"
    return told, result


async def _visit(changed: Mapping[str, Any], arguments: Mapping[str, Any], result: Crawl) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(dict(changed), priority="cmdline")
    crawler = AsyncCrawlerRunner(settings).create_crawler(DoctorSpider)
    with _listening(crawler, result), _log_into(result.logs):
        await AsyncCrawlerRunner(settings).crawl(crawler, **arguments)
    result.stats = crawler.stats.get_stats()


def loaded(toml: str) -> registry.Registry:
    """A registry of these rows alone."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "own.toml").write_text(toml, encoding="utf-8")
        return registry.load(folder, shipped=False)
