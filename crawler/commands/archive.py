"""`scrapy archive list|verify|path URL|import FILE`: the files in which every answer lies, byte for byte."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from sqlalchemy import Engine

from crawler import store
from crawler.archive import index
from crawler.archive.importing import SETTINGS, ImportSpider
from crawler.archive.model import ArchiveError
from crawler.archive.stores import Store, archive_of
from crawler.archive.verify import Trouble, Verdict, verify
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.portals import registry
from crawler.store.errors import NoDatabase

SHOWN = 20
"""Troubles of one kind that are printed; `--json` has all."""


class Command(ScrapyCommand):
    """Exit codes: 0 done, all is sound; 1 something is wrong with the archive, or the URL is not in it; 2 wrong
    arguments.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "list | verify | path URL | import FILE ..."

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "The archive: its files, whether they hold what was promised, where an address lies"

    def long_desc(self) -> str:
        """What each action does."""
        return (
            "list: the WARC files. verify: read all of them, check every digest, and whether every row of the database"
            " finds its record; files that a killed crawl left are sealed first. path URL: where the answers to an"
            " address lie, newest first. import FILE ...: take in what others archived (WARC, WACZ): browser captures,"
            " Common Crawl, institutional archives. Each answer of a known portal is archived with its own date and"
            " read as in a crawl; hosts that no row names are told. The way in for portals that refuse crawlers."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one object")
        parser.add_argument("--portal", metavar="ID", help="import: the portal that all answers belong to")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked and print what came of it."""
        args = positional(args)
        wanted = {"list": 1, "verify": 1, "path": 2}
        importing = args[:1] == ["import"] and len(args) > 1
        if not importing and (not args or wanted.get(args[0]) != len(args)):
            raise UsageError(f"say what to do: scrapy archive {self.syntax()}")
        open_output()
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        if importing:
            self._import(self.settings, [Path(name) for name in args[1:]], opts)
            return
        try:
            archive = archive_of(self.settings)
            engine = self._engine(self.settings.get("DATABASE_URL"))
            answer, lines = getattr(self, f"_{args[0]}")(archive, engine, *args[1:])
        except (store.StoreError, ArchiveError, OSError) as error:
            sys.stderr.write(f"scrapy archive {args[0]}: {safe(error)}\n")
            self.exitcode = 1
            return
        sys.stdout.write(dump(answer) + "\n" if opts.json else "".join(f"{safe(line)}\n" for line in lines))

    def _import(self, settings: Settings, files: list[Path], opts: argparse.Namespace) -> None:
        if absent := [str(path) for path in files if not path.is_file()]:
            raise UsageError(f"{absent[0]}: no such file")
        try:
            portal = registry.shared(settings.get("PORTALS_DIR")).find(opts.portal)[0].id if opts.portal else None
        except (registry.RegistryError, registry.UnknownPortal) as error:
            raise UsageError(str(error.args[0] if error.args else error)) from error
        changed = settings.copy()
        changed.setdict(SETTINGS, priority="cmdline")
        process = AsyncCrawlerProcess(changed)
        crawler = process.create_crawler(ImportSpider)
        process.crawl(crawler, files=files, portal=portal)
        process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        spider, reason = crawler.spider, stats.get("finish_reason", "no start")
        self.exitcode = 1
        if reason != "finished" or not isinstance(spider, ImportSpider):
            sys.stderr.write(f"scrapy archive import: it did not come to its end ({reason}); see the log\n")
        else:
            self.exitcode = int(spider.failed)
            _imported(spider, stats, as_json=opts.json)

    def _engine(self, url: str | None) -> Engine | None:
        """The database; None where there is none yet."""
        try:
            return store.open_store(store.database_url(url), create=False)
        except NoDatabase:
            return None

    def _list(self, archive: Store, engine: Engine | None) -> tuple[Any, list[str]]:
        rows = index.files(engine) if engine is not None else []
        answer = [
            {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row._mapping.items()}
            for row in rows
        ]
        lines = [
            f"{row.name}  {row.origin}  {row.started_at:%Y-%m-%d %H:%M}  {row.captures} answers  "
            + (f"{row.size / 1e6:.1f} MB" if row.size is not None else "not sealed")
            for row in rows
        ]
        return {"folder": str(archive), "files": answer}, [*lines, f"{len(rows)} files in {archive}"]

    def _verify(self, archive: Store, engine: Engine | None) -> tuple[Any, list[str]]:
        if engine is None and not archive.names():
            raise ArchiveError(f"there is no archive at {archive}, and no database that knows of one: see ARCHIVE_DIR")
        verdict = verify(archive, engine)
        self.exitcode = 0 if verdict.sound else 1
        return verdict.to_json(), _told(verdict, archive)

    def _path(self, archive: Store, engine: Engine | None, url: str) -> tuple[Any, list[str]]:
        rows = index.captures_of(engine, url) if engine is not None else []
        self.exitcode = 0 if rows else 1
        answer = [row._asdict() | {"at": row.at.isoformat()} for row in rows]
        lines = [
            f"{row.at:%Y-%m-%d %H:%M:%S}  {row.status}  {row.kind}  {archive.where(row.file)}  {row.offset}"
            for row in rows
        ]
        return answer, lines or [f"{url} is not in the archive; addresses are compared letter by letter"]


def _imported(spider: ImportSpider, stats: dict[str, Any], *, as_json: bool) -> None:
    """What came of an import."""
    new, versions = stats.get("store/reports_new", 0), stats.get("store/versions_new", 0)
    answer = {
        "counts": dict(spider.counts), "new_reports": new, "new_versions": versions, "troubles": spider.troubles,
        "unknown_hosts": dict(spider.strangers.most_common()),
    }  # fmt: skip
    if as_json:
        sys.stdout.write(dump(answer) + "\n")
        return
    counts = spider.counts
    lines = [
        f"{counts['answers']} answers: {counts['reports']} reports, {counts['pages']} other pages, "
        f"{counts['known']} known already; {new} new reports, {versions} new versions"
    ]
    if spider.strangers:
        named = ", ".join(f"{host} ({number})" for host, number in spider.strangers.most_common(SHOWN))
        lines.append(f"no row of the registry names {named}: scrapy portals add, or --portal ID")
    lines += spider.troubles
    sys.stdout.write("".join(f"{safe(line)}\n" for line in lines))


def _told(verdict: Verdict, archive: Store) -> list[str]:
    lines = [f"sealed {name}, which a killed crawl had left" for name in verdict.sealed]
    lines += [f"{name} is being written: looked at as far as it goes" for name in verdict.writing]
    by_kind: dict[str, list[Trouble]] = {}
    for one in verdict.troubles:
        by_kind.setdefault(one.what, []).append(one)
    for troubles in by_kind.values():
        lines += [_line(one) for one in troubles[:SHOWN]]
        if len(troubles) > SHOWN:
            lines.append(f"… and {len(troubles) - SHOWN} more of this kind (--json)")
    faults = sum(one.fault for one in verdict.troubles)
    state = f"{faults} faults" if faults else "all sound"
    size = f"{verdict.files} files, {verdict.records} records, {verdict.bytes / 1e6:.1f} MB"
    return [*lines, f"{archive}: {size}, {verdict.captures} captures in the database: {state}"]


def _line(one: Trouble) -> str:
    kind = "FAULT" if one.fault else "note"
    place = f" at {one.offset}" if one.offset is not None else ""
    return f"{kind}: {one.file}{place}: {one.what}: {one.detail}"
