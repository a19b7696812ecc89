"""`scrapy backfill --years 2008-2024`: everything that portals published in these years, as far as it is not there."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import get_args

from scrapy.exceptions import UsageError
from sqlalchemy import Engine

from crawler import clock
from crawler.commands.many import EXIT_CODES, EXIT_UNFINISHED, ManyPortals, exit_code
from crawler.commands.manyview import spoken
from crawler.commands.terminal import dump, safe
from crawler.coverage.panel import Wanted, panel
from crawler.items import Outcome
from crawler.jobs.model import Tally
from crawler.jobs.plan import Plan, backfill
from crawler.jobs.run import pace
from crawler.portals.model import Portal
from crawler.store.agenda import read_agenda
from crawler.store.coverage import CoverageRow, facts
from crawler.years import parse_years

_FEW = 12
"""Portals of a plan, and gaps at its end, that are named one by one."""


class Command(ManyPortals):
    """See `crawler.commands.many.EXIT_CODES`."""

    name = "backfill"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Fetch all reports of some years from many portals at once; goes on where it was stopped"

    def long_desc(self) -> str:
        """What it does, and how it ends."""
        return (
            "Plans from the registry and from what the database knows, shows the plan and its cost, and crawls the "
            "portals side by side, each as slowly as ever. It can be stopped or killed at any moment and run again: "
            f"what was looked for to its end is not looked for again, unless --retry asks for it. {EXIT_CODES}"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside those of all commands for many portals."""
        super().add_options(parser)
        parser.add_argument("--years", metavar="YEARS", help="fiscal years: 2008-2024, or 2019,2021-2023")
        parser.add_argument(
            "--retry",
            metavar="OUTCOMES",
            help="look again for what ended as missing,blocked,unreadable,refused,partial (unreachable always is)",
        )

    def go(self, rows: list[Portal], opts: argparse.Namespace) -> int:
        """Plan, and crawl."""
        years, retry = _years(opts.years), _retry(opts.retry)
        engine = self.database()
        plan = backfill(
            rows,
            years,
            read_agenda(engine),
            clock.now(self.config),
            families=self.families,
            retry=retry,
            delay=pace(self.config),
        )
        plan.jobs = plan.jobs[: opts.limit]
        if not opts.json:
            sys.stdout.write(safe("\n".join(_told(plan, opts.concurrency))) + "\n")
        if opts.dry_run or not plan.jobs:
            if opts.json:
                sys.stdout.write(dump({"plan": [job.to_json() for job in plan.jobs], "results": []}) + "\n")
            return 0
        if opts.enqueue:
            return self.enqueue(plan.jobs, engine, opts, urgent=False)
        if not self.asks_now():
            self.say(f"outside of NIGHT_HOURS={self.config['NIGHT_HOURS']}: nothing is asked now", EXIT_UNFINISHED)
            return EXIT_UNFINISHED
        tally = self.crawl(plan.jobs, opts, engine)
        gaps = _gaps(engine, rows, years, clock.now(self.config))
        if opts.json:
            results = [one.to_json() for one in tally.results]
            found = {"plan": [job.to_json() for job in plan.jobs], "results": results}
            sys.stdout.write(dump(found | {"missing": [row.to_json() for row in gaps]}) + "\n")
        else:
            sys.stdout.write(safe("\n".join(_ending(tally, gaps, opts.years, self.config.get("LOG_FILE")))) + "\n")
        return exit_code(tally, planned=len(plan.jobs))


def _years(text: str | None) -> frozenset[int]:
    if not text:
        raise UsageError("--years is needed: --years 2008-2024")
    try:
        return parse_years(text, newest=datetime.now(UTC).year)
    except ValueError as error:
        raise UsageError(f"--years: {error}") from error


def _retry(text: str | None) -> frozenset[str]:
    words = frozenset(word.strip() for word in (text or "").split(",") if word.strip())
    if unknown := sorted(words - set(get_args(Outcome))):
        raise UsageError(f"--retry {unknown[0]}: there is no such outcome; there are {', '.join(get_args(Outcome))}")
    return words


def _told(plan: Plan, concurrency: int) -> Iterable[str]:
    """The plan for a person."""
    reports = sum(job.reports for job in plan.jobs)
    if plan.jobs:
        yield (
            f"Plan: {len(plan.jobs)} portals, about {plan.requests} requests for about {reports} reports; "
            f"{spoken(plan.seconds(concurrency))} at the polite rate, {concurrency} portals at a time."
        )
    if plan.standing:
        yield f"{plan.standing} reports of these years stand in the database already."
    if plan.left_alone:
        words = ", ".join(f"{number} {outcome}" for outcome, number in plan.left_alone.most_common())
        yield f"Looked for before and not asked again: {words} (--retry {','.join(sorted(plan.left_alone))})."
    if plan.without_spider:
        yield f"{len(plan.without_spider)} portals are of families that no spider reads yet (scrapy portals)."
    for job in plan.jobs[:_FEW]:
        years = f"{job.years[0]}-{job.years[-1]}" if job.years else "all years"
        yield f"  {job.portal_id} ({job.name}), {years}: about {job.requests} requests, {spoken(job.seconds)}"
    if len(plan.jobs) > _FEW:
        yield f"  ... and {len(plan.jobs) - _FEW} more"
    if not plan.jobs:
        yield "Nothing is left to do."


def _gaps(engine: Engine, rows: Sequence[Portal], years: Collection[int], now: datetime) -> list[CoverageRow]:
    """Agency-years of these portals that do not stand, with their reasons; also of portals that were never begun."""
    wanted = {agency.id for portal in rows for agency in portal.agencies}
    owed = panel(rows, facts(engine), Wanted(years=frozenset(years)), now.date()).rows
    return [row for row in owed if row.agency_id in wanted and row.state not in ("found", "not_due")]


def _ending(tally: Tally, gaps: list[CoverageRow], years: str, log: str | None) -> Iterable[str]:
    """What came of it, and what is still missing and why."""
    yield (
        f"{len(tally.results)} portals: {tally.count('done')} read to their end, {tally.count('silent')} silent, "
        f"{tally.count('marked')} marked by a guard, {tally.count('unfinished')} stopped, "
        f"{tally.count('crashed')} crashed{f', {tally.not_begun} not begun' if tally.not_begun else ''}."
    )
    yield (
        f"{tally.total('new')} new reports, {tally.total('changed')} changed, {tally.total('unchanged')} unchanged; "
        f"{tally.total('requests')} requests."
    )
    if not gaps:
        yield "Nothing is missing."
    else:
        yield f"{len(gaps)} agency-years are still missing:"
        for (state, reason), number in Counter((row.state, row.reason) for row in gaps).most_common():
            example = next(row for row in gaps if (row.state, row.reason) == (state, reason))
            yield f"  {number} {state} {f'({reason})' if reason else ''}: {example.agency} {example.year}, for one"
        yield f"scrapy coverage --years {years} has them all; scrapy why AGENCY YEAR tells one."
    if tally.not_begun or tally.count("unfinished"):
        yield "Stopped before the end: the same command goes on from here."
    if log:
        yield f"The log: {log}"
