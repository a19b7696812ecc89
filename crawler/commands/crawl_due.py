"""`scrapy crawl-due`: the scheduled crawl. A timer runs it, every hour or every day; it does what is due by then."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from crawler import clock
from crawler.commands.many import EXIT_CODES, ManyPortals, exit_code
from crawler.commands.manyview import line, spoken
from crawler.commands.terminal import dump, safe
from crawler.jobs.model import Job, Tally
from crawler.jobs.notify import beat, check_channels, notify
from crawler.jobs.run import NIGHT, pace
from crawler.jobs.schedule import due, due_jobs
from crawler.portals.model import Portal
from crawler.store.agenda import Agenda, read_agenda

_FEW = 20


class Command(ManyPortals):
    """See `crawler.commands.many.EXIT_CODES`."""

    name = "crawl-due"

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Crawl what is due now: daily in season, weekly or monthly otherwise, failures after growing waits"

    def long_desc(self) -> str:
        """What it does, and how it ends."""
        return (
            "For a timer (see deploy/): looks at each portal as often as something may be new on it. Portals that lack "
            "the report of last year are looked at every day from January to March, every week until June, then every "
            "month; the others every week while something new came lately, else every month. Known pages are asked for "
            f"again at growing intervals, so that changes are noticed. {EXIT_CODES} Webhook, mail and heartbeat are "
            "settings: CRAWL_DUE_WEBHOOK, CRAWL_DUE_MAIL, CRAWL_DUE_NOTIFY, HEARTBEAT_FILE, HEARTBEAT_URL."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Own options beside those of all commands for many portals."""
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="every portal that the options leave, due or not")

    def go(self, rows: list[Portal], opts: argparse.Namespace) -> int:
        """Find what is due, crawl it, tell."""
        engine, now = self.database(), clock.now(self.config)
        agenda = read_agenda(engine)
        delay = pace(self.config)
        jobs = due_jobs(rows, agenda, now, families=self.families, delay=delay, everything=opts.all)[: opts.limit]
        if opts.dry_run:
            self._show(jobs, rows, agenda, now, as_json=opts.json)
            return 0
        check_channels(self.config)
        if opts.enqueue:
            return self.enqueue(jobs, engine, opts, urgent=True)
        if not self.asks_now():
            return self._rest(jobs, now, as_json=opts.json)
        tally = self.crawl(jobs, opts, engine) if jobs else Tally()
        code = exit_code(tally, planned=len(jobs))
        summary = _summary(tally, len(jobs), code, now)
        text = "\n".join(_ending(tally, summary, self.config.get("LOG_FILE")))
        untold = notify(self.config, summary, text)
        # A run that was stopped leaves no sign: the dead-man check is to notice it.
        untold += beat(self.config, summary) if not tally.not_begun else []
        summary["not_told"] = untold
        sys.stdout.write(dump(summary) + "\n" if opts.json else safe(text) + "\n")
        for sentence in untold:
            sys.stderr.write(f"scrapy crawl-due: {safe(sentence)}\n")
        return code

    def _rest(self, jobs: list[Job], now: datetime, *, as_json: bool) -> int:
        """By day, where portals are asked by night alone: nothing is done, and the dead-man check hears of it."""
        summary = _summary(Tally(), 0, 0, now) | {
            "headline": f"outside of NIGHT_HOURS={self.config['NIGHT_HOURS']}: {len(jobs)} portals stay due"
        }
        summary["not_told"] = beat(self.config, summary)
        sys.stdout.write(dump(summary) + "\n" if as_json else f"{summary['headline']}.\n")
        return 0

    def _show(self, jobs: list[Job], rows: list[Portal], agenda: Agenda, now: datetime, *, as_json: bool) -> None:
        if as_json:
            sys.stdout.write(dump({"due": [job.to_json() for job in jobs]}) + "\n")
            return
        requests = sum(job.requests for job in jobs)
        sys.stdout.write(f"{len(jobs)} of {len(rows)} portals are due, about {requests} requests.\n")
        for job in jobs[:_FEW]:
            sys.stdout.write(safe(f"  {job.portal_id} ({job.name}): {job.why}; about {job.requests} requests\n"))
        if len(jobs) > _FEW:
            sys.stdout.write(f"  ... and {len(jobs) - _FEW} more\n")
        waiting = [due(row, agenda, now) for row in rows if row.family in self.families]
        if later := [one for one in waiting if one.at > now]:
            soonest = min(later, key=lambda one: one.at)
            sys.stdout.write(f"The next one is due in {spoken((soonest.at - now).total_seconds())} ({soonest.why}).\n")


def _summary(tally: Tally, planned: int, code: int, began: datetime) -> dict[str, Any]:
    """The run as JSON values."""
    new, changed = tally.total("new"), tally.total("changed")
    trouble = sum(one.state != "done" and one.reason != NIGHT for one in tally.results)
    headline = f"{new} new, {changed} changed, {trouble} of {planned} portals in trouble"
    return {
        "headline": headline,
        "exit_code": code,
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "portals": planned,
        "not_begun": tally.not_begun,
        "requests": tally.total("requests"),
        "new": new,
        "changed": changed,
        "unchanged": tally.total("unchanged"),
        "results": [one.to_json() for one in tally.results],
    }


def _ending(tally: Tally, summary: dict[str, Any], log: str | None) -> Iterable[str]:
    """The run for a person."""
    if not summary["portals"]:
        yield "Nothing is due."
        return
    yield f"{summary['headline']}; {summary['requests']} requests."
    troubled = [one for one in tally.results if one.state != "done"]
    for one in troubled[:_FEW]:
        yield f"  {line(one)}"
    if len(troubled) > _FEW:
        yield f"  ... and {len(troubled) - _FEW} more: scrapy coverage"
    if summary["not_begun"]:
        yield f"{summary['not_begun']} portals were not begun: they stay due."
    if log:
        yield f"The log: {log}"
