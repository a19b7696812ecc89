"""`scrapy portals add URL`: detect a portal, try it, and only then write its row into the user's own folder."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.commands import detectview
from crawler.commands.detect import check_row_options, row_for, rows_of_host, unusable, whose
from crawler.commands.looking import address_in, look_at, today
from crawler.commands.terminal import plain
from crawler.commands.trial import SAMPLE, Sampled, Trial, sample
from crawler.detect.model import GENERIC, Detection
from crawler.detect.proposal import Proposal, propose
from crawler.detect.publisher import Publisher
from crawler.portals import own, registry
from crawler.portals.lint import lint
from crawler.portals.loader import SHIPPED
from crawler.portals.quirks import FAMILIES

EXIT_REFUSED = 1
EXIT_USAGE = 2
WIDTH = 132
"""Columns where there is no terminal to ask."""

_ID = re.compile(r"[a-z0-9][a-z0-9.:/_-]*")


class Refused(Exception):
    """Why no row is written: a sentence, and the exit code."""

    def __init__(self, message: str, code: int = EXIT_REFUSED) -> None:
        super().__init__(message)
        self.code = code


def add(words: Sequence[str], opts: argparse.Namespace, settings: Settings) -> None:
    """Add the portal at an address to the folder of own rows. Raises `Refused`; then nothing is left behind."""
    url = _address(words)
    check_row_options(opts)
    folder = _folder(settings)
    known = own.load_own(folder)
    _not_there_yet(url, opts, known)
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=WIDTH)
    look = look_at(url, settings)
    if look.error:
        raise Refused(look.error)
    who = whose(look, known, opts)
    proposal = row_for(look, who, opts)
    detectview.show(look, who, [], console)
    if opts.family and look.detection.sure and opts.family != look.detection.family:
        # A sample cannot disprove it: many families read the first page of each other's lists, and miss the rest.
        console.print(f"note        you say {opts.family}; the page says {look.detection.family}")
    if proposal.lacks:
        raise Refused("the row lacks " + "; ".join(proposal.lacks), EXIT_USAGE)
    _not_there_yet(look.url, opts, known, proposal.id)
    proposal = _tried(proposal, folder, opts, settings, console)
    _write(proposal, folder, opts, console)


def _address(words: Sequence[str]) -> str:
    if len(words) != 1:
        raise Refused("name one address: scrapy portals add https://... -s PORTALS_DIR=my-portals", EXIT_USAGE)
    url = address_in(words[0])
    if url is None or (problem := unusable(url)):
        raise Refused(problem if url else f"{words[0]} is no address", EXIT_USAGE)
    return url


def _folder(settings: Settings) -> Path:
    """The user's folder. The installed rows are not the place for rows of one's own."""
    given = settings.get("PORTALS_DIR")
    if not given:
        raise Refused(
            "name the folder of your own rows, which is made if need be: -s PORTALS_DIR=my-portals", EXIT_USAGE
        )
    folder = Path(given)
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is no folder (setting PORTALS_DIR)", EXIT_USAGE)
    if folder.resolve() == SHIPPED:
        raise Refused(f"{folder} holds the installed rows; name a folder of your own (setting PORTALS_DIR)", EXIT_USAGE)
    return folder


def _not_there_yet(url: str, opts: argparse.Namespace, known: registry.Registry, row_id: str = "") -> None:
    """Refuse what the registry holds already, before and after the portal was asked."""
    if opts.family and opts.family not in FAMILIES:
        raise Refused(f"--family {opts.family}: there is no such family; there are {', '.join(FAMILIES)}", EXIT_USAGE)
    host = urlsplit(url).hostname or ""
    if opts.id and not (_ID.fullmatch(opts.id) and re.match(rf"{re.escape(host)}(?:[/:]|$)", opts.id)):
        raise Refused(f"--id {opts.id}: an id is the host, and a path in lower case: {host}/name", EXIT_USAGE)
    bare = propose(Detection(url, GENERIC, None, 0.0), Publisher(None, ""), today=today(), portal_id=opts.id or "")
    for one in filter(None, (bare.id, row_id)):
        if one in known:
            row = known.portal(one)
            there = f"{one} has a row already: {row.name}, family {row.family}"
            raise Refused(f"{there}. Nothing was written (another corner of the host: --id {one}/name)", EXIT_USAGE)
    beside = rows_of_host(url, known)
    if beside and not opts.id:
        said = "; ".join(beside[:3])
        raise Refused(f"the registry knows this host: {said}. Name the new row: --id {bare.id}/name", EXIT_USAGE)


# ---------------------------------------------------------------------- the trial


def _tried(
    proposal: Proposal, folder: Path, opts: argparse.Namespace, settings: Settings, console: Console
) -> Proposal:
    """Crawl a sample; returns the row with what the crawl found out. Raises `Refused` where it gave no report."""
    family = str(proposal.table["family"])
    if family not in get_spider_loader(settings).list():
        raise Refused(f"no spider reads the family {family}; if you know better, name it: --family WORD")
    with own.staged(folder, proposal.to_toml()) as rows:
        _judge(rows, proposal.id, console)
        console.print(f"\ncrawling a sample of {SAMPLE} reports with the spider {family}, as slowly as any crawl ...")
        with sample(proposal.id, family, rows, opts.set) as trial:
            _show(trial, console)
            if not trial.good:
                why = "".join(f"\n  {one}" for one in trial.reasons)
                raise Refused(f"{proposal.id} gave no report, and gets no row.{why}{_advice(family)}")
            return _better(proposal, trial, folder)


def _judge(rows: Path, row_id: str, console: Console) -> None:
    """Load the folder with the new row, and say what the linter wonders at."""
    known = registry.load(rows)
    mine = {f"portal {row_id}", *(f"agency {one.id}" for one in known.portal(row_id).agencies)}
    for remark in lint(known):
        if remark.subject in mine:
            console.print(plain(f"lint: {remark}"), soft_wrap=True)


def _advice(family: str) -> str:
    return "" if family == GENERIC else "\nTry the address of the list of reports itself, or --family generic."


def _show(trial: Trial, console: Console) -> None:
    if not trial.reports:
        return
    table = Table("year", "agency", "cells", "findings", "title", box=None, pad_edge=False)
    for one in trial.reports:
        cells = (str(one.year), one.agency, str(one.cells), _findings(one), one.title)
        table.add_row(*(plain(cell) for cell in cells))
    console.print(table)


def _findings(report: Sampled) -> str:
    return ", ".join(f"{count} {word}" for word, count in sorted(report.findings.items())) or "none"


def _better(proposal: Proposal, trial: Trial, folder: Path) -> Proposal:
    """The row with the columns that the crawl found, where it named none, and the oldest year that was seen."""
    years = [one.year for one in trial.reports]
    table = {**proposal.table, "oldest_year": min([*years, proposal.table["oldest_year"]])}
    for columns in _ways_to_write(trial) if "columns" not in table else ():
        tried = replace(proposal, table={**table, "columns": columns})
        with suppress(registry.RegistryError), own.staged(folder, tried.to_toml()) as rows:
            registry.load(rows)
            return tried
    return replace(proposal, table=table)


def _ways_to_write(trial: Trial) -> Iterator[list[dict[str, Any]]]:
    """The columns with what the spider knows of them, then without: not all of that may stand in a row."""
    for fields in (("url", "title", "params"), ("url", "title")):
        columns = [{key: value for key in fields if (value := getattr(one, key))} for one in trial.columns]
        if columns:
            yield columns


# ---------------------------------------------------------------------- writing


def _write(proposal: Proposal, folder: Path, opts: argparse.Namespace, console: Console) -> None:
    detectview.show_row(proposal, console)
    if not opts.yes and not _agreed(folder):
        raise Refused("not added (with --yes nobody is asked)")
    try:
        path = own.append(folder, proposal.to_toml(), portal_id=proposal.id)
    except FileExistsError as error:
        raise Refused(f"{error}. Nothing was written", EXIT_USAGE) from None
    except OSError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror or error}") from None
    family = proposal.table["family"]
    console.print(plain(f"\nadded {proposal.id} to {path}. All of it:"), soft_wrap=True)
    console.print(plain(f"  scrapy crawl {family} -a portal={proposal.id} -s PORTALS_DIR={folder}"), soft_wrap=True)


def _agreed(folder: Path) -> bool:
    sys.stdout.write(f"\nWrite this row into {folder / own.ADDED}? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes", "是"}
