"""Text of a page -> a Report. Pure: no network, no clock, no settings, no database.

The steps can be called one by one, as the pipelines do: `decode` and `repair` (crawler.text), `parse_text`,
`with_checks`; `parse` is all of them. Bad input gives a Report of kind `other` with a finding that names what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from crawler.reports import (
    agency,
    checks,
    contacts,
    dates,
    ends,
    files,
    formats,
    headings,
    kinds,
    metas,
    narrative,
    sections,
    sniff,
    tables,
    titles,
)
from crawler.reports import when as years
from crawler.reports.blocks import Block, grids, plain_text, texts
from crawler.reports.files import gz
from crawler.reports.files.model import Unreadable
from crawler.reports.model import EncodingNote, Finding, Kind, Report, Section, TableState
from crawler.reports.page import Page
from crawler.reports.page import read as read_page
from crawler.reports.sections import Outline
from crawler.reports.signs import is_form
from crawler.reports.tables import TableReading
from crawler.text import decode, repair
from crawler.text.model import Repaired


def parse(
    source: bytes | str,
    content_type: str | None = None,
    url: str | None = None,
    *,
    list_title: str = "",
    keep_script: bool = False,
    cut: bool = False,
    member: str = "",
) -> Report:
    """Read one page, text or file (PDF, Word, Excel, MHTML, zip, gzip): decode or open, repair, parse, check.

    Args:
        source: bytes as fetched, or text that is already decoded. What they are is told by the bytes.
        content_type: the Content-Type header, if there was one.
        url: address of the page; gives `dates["url"]` only, never the year.
        list_title: title of the list row that led here: the last resort for a page that prints none.
        keep_script: leave traditional script and wording as they are (originals of Hong Kong and Taiwan); the forms'
            labels are known in simplified script only, so tables of such a page stay unread.
        cut: the transfer ended before the whole body had come; the report says so (`transfer_cut`).
        member: name of the file to be read, where the source is an archive with several.

    Returns:
        A Report; one of kind `other` with a hard finding (`not_html`, `empty_body`, `unreadable`) when there is no page
        to read. Never raises for bad input.
    """
    if isinstance(source, bytes) and gz.is_gzip(source):
        try:
            source, short = gz.unpack(source)
        except Unreadable as error:
            return _of_file(files.unread("gz", error), url, list_title, keep_script)
        cut = cut or short
    lacking = (ends.transfer(),) if cut else ()
    held = files.read(source, list_title, member) if isinstance(source, bytes) else None
    if held is not None:
        return _of_file(replace(held, findings=(*lacking, *held.findings)), url, list_title, keep_script)
    refused = sniff.refuse(source, content_type)
    if refused:
        return Report(kind="other", kind_reason=refused.id, findings=(refused, *lacking), dates=_dates(None, url, None))
    note: EncodingNote | None = None
    text = source if isinstance(source, str) else ""
    if isinstance(source, bytes):
        decoded = decode(source, content_type)
        note = EncodingNote.of(decoded)
        text = decoded.text
    repaired = repair(text, keep_script=keep_script)
    report = parse_text(repaired, encoding=note, url=url, list_title=list_title, keep_script=keep_script, cut=cut)
    return with_checks(report)


def _of_file(held: files.FileText, url: str | None, list_title: str, keep_script: bool) -> Report:
    """The report that a file carries: its text is read like a page's, and what the file itself showed comes first."""
    if not held.source:
        return Report("other", held.findings[0].id, findings=held.findings, dates=_dates(None, url, None))
    lost = held.source.count("\ufffd")
    note = EncodingNote(None, held.kind, lossy=lost > 0, lost=lost, evidence=held.evidence())
    repaired = repair(held.source, keep_script=keep_script)
    report = parse_text(repaired, encoding=note, url=url, list_title=list_title, keep_script=keep_script)
    known = {"characters_lost"} if any(one.id == "file_unmapped" for one in held.findings) else set[str]()
    found = (*held.findings, *(one for one in report.findings if one.id not in known))
    return with_checks(replace(report, findings=found))


def with_checks(report: Report) -> Report:
    """The report with the findings of its checks added (arithmetic, prose against tables, what is missing)."""
    found = tuple(finding for finding in checks.check(report) if finding not in report.findings)
    return ends.unblamed(replace(report, findings=(*report.findings, *found))) if found else report


def parse_text(
    source: Repaired | str,
    *,
    encoding: EncodingNote | None = None,
    url: str | None = None,
    list_title: str = "",
    keep_script: bool = False,
    cut: bool = False,
) -> Report:
    """Read a decoded page (HTML or plain text) without checking it: repaired, or as text that needs no repair.

    `list_title` is the title of the list row that led here: the last resort for a page that prints none. `keep_script`
    holds for an article that only a script of the page carries: it is repaired here. `cut` as for `parse`.
    """
    repaired = Repaired(source, (), source) if isinstance(source, str) else source
    page = read_page(repaired.text, keep_script, list_title)
    repairs = (*repaired.repairs, *page.repairs)
    titled = _title(page, list_title)
    reading = tables.bind(grids(page.body.blocks))
    shape = sections.outline(page.body.blocks, reading.places)
    lines = tuple(texts(page.body.blocks))
    kind, reason = kinds.decide(titled.reading, _evidence(page, shape, reading))
    # Of another page only the title is believed: its text may name any agency and any year.
    speaks = kind != "other"
    who = agency.who(titled.reading, page.facts if speaks else metas.PageFacts(), lines if speaks else ())
    signed = agency.signature_date(lines)
    when = years.of(titled.reading)
    if speaks:
        published = (page.facts.published, page.facts.meta_date)
        when = years.when(titled.reading, lines, _captions(page.body.blocks), signed, published)
    frozen = sections.freeze(shape.nodes, reading.places)
    body_text = plain_text(page.body.blocks)
    counted = kind == "annual_report"
    scope = agency.scope(who.name, shape.preamble or lines[:2]) if counted else None
    return Report(
        kind=kind,
        kind_reason=reason,
        agency=who.name,
        agency_source=who.source,
        year=when.year,
        year_source=when.source,
        title=titled.text,
        format=_format(reading, kind, when.year),
        scope=scope,
        document_number=titles.document_number(titled.text or "") or page.facts.document_number,
        dates=_dates(page.facts.published or signed, url, page.facts.meta_date),
        encoding=encoding,
        repairs=repairs,
        sections=frozen,
        tables=_states(reading, kind, when.year, frozen, page.body.blocks),
        cells=dict(reading.cells) if counted else {},
        narrative=narrative.figures(frozen, shape.preamble, when.year, scope)
        if kind in ("annual_report", "work_summary")
        else {},
        findings=(
            *((ends.transfer(),) if cut else ()),
            *_lost(encoding),
            *(one for one in page.findings if not cut or one.id not in ends.CUT),
            *when.findings,
            *(reading.findings if counted else ()),
            *(agency.disagreement(titled.reading.agency, lines) if counted else ()),
            *_absent(kind, who, when),
        ),
        text=body_text,
        source_text=repaired.raw if repairs else None,
        contacts=contacts.read(lines) if kind in ("annual_report", "work_summary") else {},
    )


# ------------------------------------------------------------------ title


@dataclass(frozen=True, slots=True)
class _Titled:
    text: str | None
    reading: titles.TitleReading


def _title(page: Page, list_title: str) -> _Titled:
    """The page's title: what names this article beats what a window or a list shows; a look-alike's name beats all."""
    own = list(page.facts.titles)
    head = _head_titles(page.body.blocks)
    window = list(page.facts.page_titles)
    judged = [(text, titles.judge(text)) for text in (*own, *head, *window, list_title) if text]
    for text, reading in judged[: len(own[:3])]:
        if reading.reason not in ("no_report_words", "empty") and reading.kind not in ("annual_report",):
            return _Titled(titles.printed(text), reading)
    reports = [(text, reading) for text, reading in judged if reading.kind == "annual_report"]
    if reports:
        best = max(reports, key=lambda item: (item[1].year is not None) * 2 + (item[1].agency is not None) * 1)
        return _Titled(titles.printed(best[0]), best[1])
    named = next((item for item in judged if item[1].reason not in ("no_report_words", "empty")), None)
    chosen = named or next(iter(judged), None)
    if chosen is None:
        return _Titled(None, titles.judge(""))
    return _Titled(titles.printed(chosen[0]), chosen[1])


def _head_titles(blocks: Sequence[Block]) -> list[str]:
    """Short lines before the first heading or table that may be the title, two-line titles joined."""
    head: list[str] = []
    for block in blocks[:8]:
        if block.kind not in ("text", "heading") or len(block.text) > 90 or headings.numeral(block.text):
            break
        if titles.is_title_line(block.text):
            head.append(block.text)
    joined = [left + right for left, right in pairwise(head) if not _tells(left)]
    # 清河县水务局 / 2023年政府信息公开 / 工作年度报告: set in three lines, none of which says all
    joined += ["".join(head[at : at + 3]) for at in range(len(head) - 2) if not any(map(_tells, head[at : at + 2]))]
    telling = [line for line in (*joined, *head) if _tells(line)]
    return telling if len({titles.judge(line).year for line in telling}) < 3 else []


def _is_entry(block: Block) -> bool:
    """A line that is the title of a report, as lists of reports are made of."""
    if block.kind not in ("text", "heading") or not 8 <= len(block.text) <= 90 or "公开" not in block.text:
        return False
    reading = titles.judge(block.text)
    return reading.kind == "annual_report" and (reading.year is not None or reading.agency is not None)


def _listed(blocks: Sequence[Block]) -> int:
    """Number of such lines, at most as many as make a list."""
    found: set[str] = set()
    for block in blocks:
        if _is_entry(block):
            found.add(block.text)
            if len(found) >= kinds.FEWEST_LISTED:
                break
    return len(found)


def _tells(line: str) -> bool:
    return titles.judge(line).reason not in ("no_report_words", "empty")


# ------------------------------------------------------------------ evidence, tables, findings


def _evidence(page: Page, shape: Outline, reading: TableReading) -> kinds.Evidence:
    blocks = page.body.blocks
    values = sum(1 for cell in reading.cells.values() if cell.kind in ("number", "zero"))
    return kinds.Evidence(
        sections=len(shape.statutory),
        headings=len(shape.nodes),
        forms=sum(1 for grid in grids(blocks) if is_form(grid)),
        numbers=values,
        listed=_listed(blocks),
        carrier=any(block.kind in ("image", "link") for block in blocks),
        text="\n".join(texts(blocks)),
    )


def _format(reading: TableReading, kind: Kind, year: int | None) -> str | None:
    """The format that the tables show; where no table tells, the one in force in the fiscal year."""
    if kind != "annual_report":
        return None
    return reading.format or in_force(year)


def in_force(year: int | None) -> str | None:
    """Id of the national format of a fiscal year, None for years without one."""
    if year is None:
        return None
    for fmt in formats.load().values():
        first, last = fmt.fiscal_years
        if fmt.national and first <= year <= (last or year):
            return fmt.id
    return None


def _states(
    reading: TableReading, kind: Kind, year: int | None, found: Sequence[Section], blocks: Sequence[Block]
) -> dict[str, TableState]:
    """State of each prescribed table; a table that stands only as an image or in an annex says so, it is never zero."""
    if kind != "annual_report":
        return {}
    states: dict[str, TableState] = dict(reading.states)
    for table in formats.prescribed(reading.format, year):
        states.setdefault(table.id, "missing")
    carriers = {section.id: section.carrier for section in found if section.carrier}
    lone = None if found else _lone_carrier(blocks)
    for table_id, state in states.items():
        if state != "missing":
            continue
        for section_id, held in headings.section_tables().items():
            if table_id in held and section_id in carriers:
                states[table_id] = carriers[section_id] or state
        if lone and states[table_id] == "missing":
            states[table_id] = lone
    return states


def _lone_carrier(blocks: Sequence[Block]) -> TableState | None:
    """`attachment` or `image` when the body is next to nothing but a linked file or pictures: a scanned report."""
    if grids(blocks) or len("".join(texts(blocks))) >= 400:
        return None
    kinds_found = {block.kind for block in blocks}
    return "attachment" if "link" in kinds_found else "image" if "image" in kinds_found else None


def _captions(blocks: Sequence[Block]) -> list[str]:
    """What stands above and in the first row of each table."""
    told: list[str] = []
    for grid in grids(blocks)[:40]:
        told += [grid.caption, *(cell.text for row in grid.rows[:1] for cell in row[:2])]
    return [text for text in told if text]


def _lost(note: EncodingNote | None) -> tuple[Finding, ...]:
    """Characters that could not be read: a reader of numbers must know that some may be lacking."""
    if note is None or not note.lost:
        return ()
    message = f"{note.lost} characters of the source could not be read; they stand as \ufffd"
    return (Finding("characters_lost", "soft" if note.lost <= 5 else "hard", message, left=str(note.lost)),)


def _absent(kind: Kind, who: agency.Who, when: years.When) -> tuple[Finding, ...]:
    """What a report must say of itself and does not."""
    if kind not in ("annual_report", "work_summary"):
        return ()
    found = []
    if who.name is None:
        found.append(Finding("agency_unknown", "soft", "neither title, text, signature nor metadata names the agency"))
    if when.year is None:
        found.append(Finding("year_unknown", "hard", "neither the title nor the text states the fiscal year"))
    return tuple(found)


def _dates(claimed: str | None, url: str | None, meta: str | None) -> dict[str, str | None]:
    return {
        "claimed": dates.iso_date(claimed) if claimed else None,
        "url": dates.url_date(url),
        "meta": dates.iso_date(meta) if meta else None,
    }
