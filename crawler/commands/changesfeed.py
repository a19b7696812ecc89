"""The feed of changes in words, as CSV and as Atom (RFC 4287). Pure but for the stream that they write to."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from crawler.store.changes import Change
from crawler.store.difference import CellChange, SectionChange, Value, trimmed

TAG = "tag:annual-report-crawler.invalid,2026:"
"""Begin of the entries' ids (RFC 4151). `.invalid` belongs to nobody: an entry has one id wherever it is published."""

COLUMNS = (
    "at", "kind", "agency_id", "agency", "year", "report_kind", "portal_id", "url", "by_parser",
    "what", "how", "address", "label", "before", "after", "before_value", "after_value",
)  # fmt: skip
"""Columns of the CSV: one row a cell, passage or fact that changed, one (`what` = report) where none did."""

_WORDS = {
    "new": "new report",
    "changed": "changed",
    "back": "shows an earlier content again",
    "gone": "no longer at its address",
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOST = "\ufffd"
_MOST_IN_HEAD = 3
_Row = tuple[object, ...]


def headline(change: Change) -> str:
    """`广州市生态环境局 2023: 1 cell changed: t3.new.natural 12 -> 13 (…)`, fit to be read aloud."""
    return f"{change.agency} {change.year}: {_summary(change)}"


def _summary(change: Change) -> str:
    told = change.difference
    if told is None:
        return f"{_WORDS[change.kind]} ({change.reason})" if change.kind == "gone" else _WORDS[change.kind]
    parts = [_WORDS["back"]] if change.kind == "back" else []
    if told.cells:
        shown = ", ".join(map(cell_words, told.cells[:_MOST_IN_HEAD]))
        parts.append(f"{_cells(told.cells)}: {shown}{' …' if len(told.cells) > _MOST_IN_HEAD else ''}")
    if told.sections:
        parts.append(f"{_counted(len(told.sections), 'section')} changed")
    if told.facts:
        parts.append(f"{', '.join(one.name for one in told.facts)} changed")
    words = "; ".join(parts) or "changed in nothing that is compared"
    return f"{words} (read by a newer parser)" if change.by_parser else words


def _cells(cells: tuple[CellChange, ...]) -> str:
    hows = [one.how for one in cells]
    counts = [(how, hows.count(how)) for how in ("changed", "appeared", "vanished") if how in hows]
    first, *rest = counts
    return ", ".join([f"{_counted(first[1], 'cell')} {first[0]}", *(f"{count} {how}" for how, count in rest)])


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def cell_words(change: CellChange) -> str:
    """`t3.new.natural 12 -> 13 (一、本年新收政府信息公开申请数量 自然人)`; a blank cell is told as such."""
    sides = f"{_side(change.before)} -> {_side(change.after)}"
    return f"{change.address} {sides} ({change.label})" if change.label else f"{change.address} {sides}"


def _side(value: Value | None) -> str:
    if value is None:
        return "not there"
    return value.raw or "blank"


def lines(change: Change) -> Iterator[str]:
    """All that changed, a line each; long passages are cut to what differs."""
    told = change.difference
    if told is None:
        return
    for fact in told.facts:
        yield f"{fact.name}: {fact.before or 'none'} -> {fact.after or 'none'}"
    yield from map(cell_words, told.cells)
    for section in told.sections:
        yield from _section_lines(section)


def _section_lines(section: SectionChange) -> Iterator[str]:
    name = section.heading or "text"
    if section.how != "changed":
        yield f"{name}: section {section.how}"
    elif section.heading != section.heading_before:
        yield f"{section.heading_before} -> {section.heading}"
    for note in section.notes:
        yield f"{name}: {note}"
    for passage in section.passages if section.how == "changed" else ():
        before, after = (" ".join(side.split()) for side in trimmed(passage.before, passage.after))
        yield f"{name}: 「{before}」 -> 「{after}」"


def write_csv(changes: Iterable[Change], stream: TextIO) -> int:
    """Write the feed as CSV; returns the number of changes."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for change in changes:
        count += 1
        head = (
            change.at.isoformat(), change.kind, change.agency_id, change.agency, change.year, change.report_kind,
            change.portal_id, change.url, str(change.by_parser).lower(),
        )  # fmt: skip
        for row in _rows(change):
            writer.writerow([_mended(value) for value in (*head, *row)])
    return count


def _rows(change: Change) -> Iterator[_Row]:
    told = change.difference
    if not told:
        yield "report", "", "", change.title, "", "", "", ""
        return
    for fact in told.facts:
        yield "fact", "changed", fact.name, "", fact.before, fact.after, "", ""
    for cell in told.cells:
        sides = (cell.before, cell.after)
        raws, values = [one and one.raw for one in sides], [one and one.value for one in sides]
        yield "cell", cell.how, cell.address, cell.label, *raws, *values
    for section in told.sections:
        notes = "; ".join(section.notes)
        if not section.passages:
            yield "section", section.how, notes, section.heading, section.heading_before, section.heading, "", ""
        for passage in section.passages:
            yield "section", section.how, notes, section.heading, passage.before, passage.after, "", ""


def _mended(value: object) -> object:
    """What a spreadsheet would run as a formula gets an apostrophe; numbers and a lone sign stay as they are."""
    if isinstance(value, str) and re.match(r"[=@\t\r]|[+-][^\d.]", value):
        return f"'{value}"
    return "" if value is None else value


def write_atom(changes: Iterable[Change], stream: TextIO, now: datetime) -> int:
    """Write the feed as Atom, newest entry first; returns the number of entries. `now`: `updated` of an empty feed."""
    stream.write(
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n'
    )
    stream.write(
        _element("id", f"{TAG}changes") + _element("title", "Changes of annual reports 政府信息公开工作年度报告")
    )
    count = 0
    for change in changes:
        if not count:
            stream.write(_feed_head(change.at))
        stream.write(f"<entry>\n{''.join(_entry(change))}</entry>\n")
        count += 1
    if not count:
        stream.write(_feed_head(now))
    stream.write("</feed>\n")
    return count


def _feed_head(updated: datetime) -> str:
    author = "<author><name>annual-report-crawler</name></author>\n"
    return _element("updated", updated.isoformat()) + author


def _entry(change: Change) -> Iterator[str]:
    yield _element("id", f"{TAG}change/{change.id}")
    yield _element("title", headline(change))
    yield _element("updated", change.at.isoformat())
    yield f"<category term={_attribute(change.kind)}/>\n"
    yield f'<link rel="alternate" href={_attribute(change.url)}/>\n'
    yield _element("content", "\n".join([change.title or headline(change), *lines(change)]))


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_NOT_XML.sub(_LOST, text))}</{name}>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub(_LOST, text))
