"""`scrapy why AGENCY YEAR`: one screen on one agency-year; `scrapy why PORTAL`: on one portal."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine

from crawler.commands.terminal import dump, open_output, positional, safe
from crawler.coverage.panel import Body, NothingMatches, Wanted, panel
from crawler.coverage.story import Story, of_agency, of_portal
from crawler.portals import registry
from crawler.portals.model import Portal
from crawler.reproduce import reproduce
from crawler.store import StoreError, database_url, open_to_read
from crawler.store.coverage import Facts, facts

EXIT_FAILED = 1
EXIT_USAGE = 2
_YEAR = re.compile(r"(?:20)\d{2}")
_MOST = 8


class Command(ScrapyCommand):
    """Exit codes: 0 told; 1 the database or the registry cannot be read; 2 wrong arguments, or a name that means nobody
    or several."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's attribute

    def syntax(self) -> str:
        """One line of usage."""
        return "AGENCY YEAR | PORTAL [options]"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Why a report is not there: what is owed, what was tried, which step failed, what to do next"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Tell the story, and set the exit code."""
        words = positional(args)
        if not 1 <= len(words) <= 2 or (len(words) == 2 and not _YEAR.fullmatch(words[1])):
            raise UsageError(
                "name an agency and one fiscal year from 2008 on, or a portal: scrapy why 广州市财政局 2023"
            )
        open_output()
        assert self.settings is not None  # noqa: S101  set by Scrapy before run() is called
        try:
            known = registry.shared(self.settings.get("PORTALS_DIR"))
            engine = open_to_read(database_url(self.settings.get("DATABASE_URL")))
        except (StoreError, registry.RegistryError, OSError) as error:
            self._fail(str(error), EXIT_FAILED)
            return
        try:
            story = story_of(engine, known, words)
        except (NothingMatches, registry.UnknownPortal) as error:
            self._fail(str(error.args[0] if error.args else error), EXIT_USAGE)
        else:
            own = self.settings.get("PORTALS_DIR")
            sys.stdout.write(dump(story.to_json()) if opts.json else safe("\n".join(told(story, own))))
            sys.stdout.write("\n")
        finally:
            engine.dispose()

    def _fail(self, message: str, code: int) -> None:
        sys.stderr.write(f"scrapy why: {safe(message)}\n")
        self.exitcode = code


def story_of(engine: Engine, known: registry.Registry, words: Sequence[str]) -> Story:
    """The story of an agency and a year, or of a portal. Raises NothingMatches, UnknownPortal."""
    if len(words) == 1:
        found = known.find(words[0])
        if len(found) > 1 and found[0].id != words[0]:
            raise NothingMatches(f"{words[0]!r} means {len(found)} portals: {_few([one.id for one in found])}")
        return of_portal(engine, found[0])
    read, year = facts(engine), int(words[1])
    body = _body(known, read, words[0])
    story = of_agency(engine, list(known), read, body, year, datetime.now(UTC).date())
    if story is None:
        raise NothingMatches(f"{body.name} ({body.id}) owes no report for {year}, and nothing is known of one")
    return story


def _body(known: registry.Registry, read: Facts, text: str) -> Body:
    """The one agency that a word means: by name or part of it, else as `-a agency=` reads it."""
    today = datetime.now(UTC).date()
    try:
        found = panel(known, read, Wanted(agency=text, years=frozenset({today.year - 1})), today).bodies
    except NothingMatches:
        try:
            ids = {one.id for one in known.find_agencies(text)}
        except registry.UnknownAgency:
            ids = set()
        every = panel(known, read, Wanted(years=frozenset({today.year - 1})), today).bodies if ids else []
        found = [body for body in every if body.id in ids]
        if not found:
            # A host or another word that names a portal means the agency whose portal it is.
            ids = {one.id for portal in _portals(known, text) for one in portal.agencies}
            every = panel(known, read, Wanted(years=frozenset({today.year - 1})), today).bodies if ids else []
            found = [body for body in every if body.id in ids]
        if not found:
            raise
    exact = [body for body in found if text in (body.id, *body.names)]
    if len(exact or found) > 1:
        names = [f"{body.name} ({body.id})" for body in exact or found]
        raise NothingMatches(f"{text!r} means {len(names)} agencies: {_few(names)}")
    return (exact or found)[0]


def _portals(known: registry.Registry, text: str) -> list[Portal]:
    try:
        return known.find(text)
    except registry.UnknownPortal:
        return []


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return "; ".join(names[:_MOST]) + more


def told(story: Story, portals_dir: str | None = None) -> Iterator[str]:
    """The story for a person. `portals_dir`: setting PORTALS_DIR, where commands must be given it again."""
    row, body = story.row, story.body
    if row is not None and body is not None:
        yield f"{body.name} ({body.id}), fiscal year {row.year}: {row.state}"
        yield f"  owed: due by {row.due}" if row.due else "  owed: by nobody that the registry knows"
    else:
        yield f"{story.portals[0].name} ({story.portals[0].id})"
    if story.reports is not None:
        yield f"  {story.reports} reports of it stand in the database"
    yield f"  step that failed: {story.step}"
    if row is not None and row.detail:
        yield f"  {row.reason}: {row.detail}"
    yield "Published on"
    for portal in story.portals:
        yield f"  {portal.id} ({portal.name}), family {portal.family}: {portal.base}"
        yield from (f"    column {column.url} {column.title}".rstrip() for column in portal.columns[:_MOST])
    if not story.portals:
        yield "  no portal of the registry"
    yield from _lists(story)
    yield from _tried(story)
    yield from _pages(story)
    if story.findings:
        yield "Findings"
        yield from (f"  {one.severity} {one.code}: {one.message}" for one in story.findings)
    if story.commands:
        yield "Next"
        given = f" -s PORTALS_DIR={shlex.quote(portals_dir)}" if portals_dir else ""
        yield from (f"  {command}{given}" for command in story.commands[:_MOST])


def _lists(story: Story) -> Iterator[str]:
    if story.lists:
        yield "Lists as last seen"
    for one in story.lists[:_MOST]:
        complete = f"read to its end {one.complete_at:%Y-%m-%d}" if one.complete_at else "never read to its end"
        yield f"  {one.url}: {'?' if one.rows is None else one.rows} rows on {one.seen_at:%Y-%m-%d}, {complete}"


def _tried(story: Story) -> Iterator[str]:
    yield "Tried" if story.attempts else "Tried: never"
    for run_id, group in groupby(story.attempts, key=lambda one: one.run_id):
        rows = list(group)
        ended = rows[0].finish_reason or "killed, or still running"
        yield f"  {rows[0].started_at:%Y-%m-%d %H:%M} {rows[0].spider or '?'}, {ended} (run {run_id})"
        for one in rows[:_MOST]:
            what = "this report" if one.agency_id else f"portal {one.portal_id}"
            yield f"    {what}: {one.outcome} ({one.reason}). {one.detail}"
            if again := reproduce(one.url):
                yield f"      {again}"


def _pages(story: Story) -> Iterator[str]:
    if story.pages:
        yield "Bytes that were seen"
    for one in story.pages[:_MOST]:
        where = f", archive {one.archive_file} at {one.archive_offset}" if one.archive_file else ", not archived"
        yield f"  {one.last_seen:%Y-%m-%d} {one.role} {one.status} {one.url}"
        yield f"    {one.size} bytes, sha256 {one.sha256[:16]}…{where}"
