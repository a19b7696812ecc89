"""`scrapy db current|upgrade|path|load|verify`: the database's tables, where it lies, and what waits for it on disk."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import store
from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.store.consistency import Check, check_database
from crawler.store.engine import parse_url, sqlite_file
from crawler.store.errors import NoDatabase

ACTIONS = ("current", "upgrade", "path", "load", "verify")


class Command(ScrapyCommand):
    """Exit codes: 0 done; 1 the database cannot be used, has no tables or old ones (`current`), records still wait
    (`load`), or something is not as it must be (`verify`); 2 wrong arguments.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "|".join(ACTIONS)

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "The database: its tables' state, bringing them up, where it lies"

    def long_desc(self) -> str:
        """What each action does."""
        return (
            "current: which revision the tables have and whether this release needs another. upgrade: bring them up"
            " (make a copy first). path: where the data lies. load: load the records that were kept on disk while the"
            " database was away. verify: whether the tables hold what they promise each other (for the archive:"
            " scrapy archive verify)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one object")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked and print what came of it."""
        args = positional(args)
        if len(args) != 1 or args[0] not in ACTIONS:
            raise UsageError(f"say what to do: scrapy db {self.syntax()}")
        open_output()
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        url = store.database_url(self.settings.get("DATABASE_URL"))
        spool = Path(self.settings.get("SPOOL_DIR") or "data/spool")
        try:
            answer, sentence = getattr(self, f"_{args[0]}")(url, spool)
        except store.StoreError as error:
            sys.stderr.write(f"scrapy db {args[0]}: {safe(error)}\n")
            self.exitcode = 1
            return
        sys.stdout.write((dump(answer) if opts.json else safe(sentence)) + "\n")

    def _current(self, url: str, spool: Path) -> tuple[dict[str, Any], str]:
        schema = store.current(url)
        answer = {"current": schema.current, "head": schema.head, "up_to_date": schema.up_to_date}
        if schema.up_to_date:
            return answer, f"revision {schema.current}: up to date"
        self.exitcode = 1
        if schema.current is None:
            return answer, "there are no tables yet: a first crawl makes them, or now: scrapy db upgrade"
        return answer, f"revision {schema.current}, this release needs {schema.head}. Next: scrapy db upgrade"

    def _upgrade(self, url: str, spool: Path) -> tuple[dict[str, Any], str]:
        before, after = store.upgrade(url)
        answer = {"before": before.current, "current": after.current}
        if before.up_to_date:
            return answer, f"revision {after.current}: was up to date already"
        return answer, f"brought from {before.current or 'nothing'} to revision {after.current}"

    def _path(self, url: str, spool: Path) -> tuple[dict[str, Any], str]:
        parsed = parse_url(url)
        file = sqlite_file(parsed)
        shown = str(file.resolve()) if file else parsed.set(drivername="postgresql").render_as_string()
        waiting = store.Spool(spool).waiting()
        try:
            revision = store.current(url).current
            state = f"revision {revision}" if revision else "no tables yet: a first crawl makes them"
        except NoDatabase:
            state = "not made yet: a first crawl makes it"
        except store.StoreError as error:
            state = str(error).splitlines()[0]
            self.exitcode = 1
        answer = {"database": shown, "state": state, "spool": str(spool.resolve()), "waiting": waiting}
        lines = (f"database  {shown}  ({state})", f"spool     {spool.resolve()}  ({waiting} records waiting)")
        return answer, "\n".join(lines)

    def _load(self, url: str, spool: Path) -> tuple[dict[str, Any], str]:
        try:
            # Made here, a database whose address is mistyped would swallow the records: nobody would look there.
            engine = store.open_store(url, create=False)
        except NoDatabase as error:
            raise NoDatabase(f"{error}.\nIs it the right one? Then make it first: scrapy db upgrade") from error
        writer = store.Writer(engine, store.Spool(spool))
        loaded = writer.start_now()
        writer.close_now()
        answer = {"stored": loaded.stored, "rejected": loaded.rejected, "left": loaded.left}
        self.exitcode = 1 if loaded.left else 0
        rejected = f", {loaded.rejected} refused (see {spool / 'rejected'})" if loaded.rejected else ""
        left = f", {loaded.left} still wait" if loaded.left else ""
        following = ". Next: scrapy check" if writer.agencies else ""
        return answer, f"{loaded.stored} records loaded{rejected}{left}{following}"

    def _verify(self, url: str, spool: Path) -> tuple[dict[str, Any], str]:
        checks = check_database(store.open_store(url, create=False))
        faults = [check for check in checks if check.found and check.fault]
        self.exitcode = 1 if faults else 0
        lines = [_told(check) for check in checks if check.found]
        waiting = store.Spool(spool).waiting()
        if waiting:
            lines.append(f"{waiting} records wait in {spool}: the next crawl loads them, or now: scrapy db load")
        lines.append(f"{len(checks)} checks, {len(faults)} faults" if faults else f"{len(checks)} checks, all sound")
        return {"checks": [check.to_json() for check in checks], "waiting": waiting}, "\n".join(lines)


def _told(check: Check) -> str:
    """One broken promise, with examples."""
    kind = "FAULT" if check.fault else "left by a killed run"
    return f"{kind}: {check.name}: {check.found} rows ({check.promise}); for one: {'; '.join(check.examples[:3])}"
