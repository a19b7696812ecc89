"""What `scrapy detect` prints: the family with its reasons, what stands on the page, and the row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from crawler.commands.looking import Look
from crawler.commands.terminal import plain
from crawler.detect import Detection
from crawler.detect.page import NOWHERE
from crawler.detect.proposal import Proposal
from crawler.detect.publisher import Publisher
from crawler.reports.titles import judge

ROWS_SHOWN = 10
REASONS_SHOWN = 6
_LABEL = 11


def show(look: Look, who: Publisher, registered: list[str], console: Console) -> None:
    """Print a look at a portal for people."""
    for label, text in _lines(look, who, registered):
        shown = text if look.url else text.replace(NOWHERE, "./")
        console.print(plain(f"{label:<{_LABEL}} {shown}"), soft_wrap=True)


def show_row(proposal: Proposal, console: Console) -> None:
    """Print the row, so that it can be copied."""
    console.print()
    console.print(plain(proposal.to_toml().rstrip("\n")), soft_wrap=True)


def _lines(look: Look, who: Publisher, registered: list[str]) -> Iterator[tuple[str, str]]:
    found = look.detection
    yield (
        "page",
        (look.url or "(address not known)") + (" (its host; its own address is not known)" if look.host_alone else ""),
    )
    yield "family", _family(found)
    for at, reason in enumerate(found.reasons[:REASONS_SHOWN]):
        yield ("" if at else "because"), f"{reason.says}: {reason.seen} ({reason.source})"
    if other := found.runner_up:
        shape = f" ({other.shape})" if other.shape else ""
        yield "runner-up", f"{other.family}{shape} {other.confidence:.2f}: {other.reasons[0].says}"
    yield "publisher", _publisher(who)
    for row in registered:
        yield "registered", row
    yield from _list(look)


def _family(found: Detection) -> str:
    shape = f" ({found.shape})" if found.shape else ""
    if found.family == "generic" and not found.reasons:
        return "generic: nothing here tells the software"
    doubt = "" if found.sure else ", not sure"
    return f"{found.family}{shape}, confidence {found.confidence:.2f}{doubt}"


def _publisher(who: Publisher) -> str:
    if who.agency is None:
        return f"{who.name}: its place is not told" if who.name else "no page prints a name"
    known = "registered as" if who.registered else "new, proposed as"
    return f"{who.agency.name} ({known} {who.agency.id}; {', '.join(who.said_by)})"


def _list(look: Look) -> Iterator[tuple[str, str]]:
    if look.column is not None and not (look.host_alone and look.column.url == look.url):
        yield "column", " ".join(filter(None, (look.column.title, look.column.url)))
    read = look.read
    if read is None:
        return
    if read.own:
        yield "report", "the page itself is a report"
    if read.rows or read.reports:
        yield "rows", f"{max(len(read.rows), len(read.reports))}, {len(read.reports)} of them would be opened"
    for row in read.reports[:ROWS_SHOWN]:
        yield "", "  ".join(filter(None, (row.date or "no date   ", row.title, row.url)))
    if len(read.reports) > ROWS_SHOWN:
        yield "", f"and {len(read.reports) - ROWS_SHOWN} more"
    yield from _ways(read)


def _ways(read: Any) -> Iterator[tuple[str, str]]:
    if read.pages:
        yield "paging", f"{len(read.pages)} more: {', '.join(read.pages[:3])}"
    if read.sub_columns:
        named = ", ".join(f"{one.title} {one.url}" for one in read.sub_columns[:3])
        yield "below", f"{len(read.sub_columns)} lists: {named}"
    if read.asks and not read.reports:
        yield "goes on", f"{read.asks[0].method} {read.asks[0].url}"
    for reason, detail in read.notes[:3]:
        yield "note", f"{reason}: {detail}"


def as_json(look: Look, who: Publisher, proposal: Proposal, registered: list[str]) -> dict[str, Any]:
    """The same for programs."""
    read = look.read
    return {
        **look.detection.to_json(),
        "url": look.url,
        "requests": look.asked,
        "publisher": {
            "name": who.name,
            "agency": who.agency.model_dump(mode="json") if who.agency else None,
            "registered": who.registered,
            "said_by": list(who.said_by),
        },
        "registered": registered,
        "column": look.column.model_dump(mode="json") if look.column else None,
        "rows": [_row(row) for row in read.reports] if read else [],
        "paging": read.pages if read else [],
        "sub_columns": [{"title": one.title, "url": one.url} for one in read.sub_columns] if read else [],
        "notes": [{"reason": reason, "detail": detail} for reason, detail in read.notes] if read else [],
        "is_report": bool(read and read.own),
        "row": proposal.to_toml(),
        "lacks": list(proposal.lacks),
    }


def _row(row: Any) -> dict[str, Any]:
    reading = judge(row.title)
    return {"title": row.title, "date": row.date, "url": row.url, "year": reading.year, "agency": reading.agency}
