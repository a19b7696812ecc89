"""A report printed for a person: what was decided, what was mended, sections, tables as tables, findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import Levenshtein
from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from crawler.commands.terminal import plain, safe
from crawler.reports import formats
from crawler.reports.model import Cell, Finding, Report, Section
from crawler.text.changes import changes

_FIRST_WORDS = 48
_COMPARED = 4_000
"""Characters of a passage that is compared sign by sign."""
_MOST_HEADINGS = 200
"""A report has some twenty headings, a long one eighty."""
_MOST_VALUES = 8
_CHECKED = ("annual_report", "work_summary")
"""Kinds whose numbers are checked."""
_SEVERITY = {"hard": "bold red", "soft": "yellow", "info": "cyan"}
_KINDS = {
    "annual_report": "annual report 政府信息公开工作年度报告",
    "work_summary": "work summary 政务公开工作总结",
    "website_form": "website form 政府网站工作年度报表",
    "rule_of_law": "rule-of-law report 法治政府建设年度报告",
    "interpretation": "interpretation 解读",
    "notice": "notice 通知",
    "other": "something else",
}
_STATES = {
    "present": "green",
    "partial": "yellow",
    "missing": "red",
    "image": "magenta",
    "attachment": "magenta",
}


def show(report: Report, source: str, console: Console, *, nature: str = "") -> None:
    """Print a report. `source` is the file or address it came from, `nature` what bytes are that were not decoded."""
    for part in parts(report, source, nature):
        console.print(part)


def parts(report: Report, source: str, nature: str = "") -> Iterator[RenderableType]:
    """The printed parts in order; parts without content are left out, except that a missing table says so."""
    yield _header(report, source, nature)
    if report.repairs:
        yield _repairs(report)
    if report.sections:
        yield _outline(report.sections)
    yield from _tables(report)
    if report.narrative:
        yield _narrative(report)
    yield _findings(report)


def _header(report: Report, source: str, nature: str) -> Panel:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, value in _facts(report, nature):
        rows.add_row(name, value)
    return Panel(rows, title=plain(source), title_align="left", border_style="blue")


def _facts(report: Report, nature: str) -> Iterator[tuple[str, Text]]:
    kind = Text(_KINDS.get(report.kind, report.kind), style="bold")
    kind.append(f"  ({safe(report.kind_reason)})", style="dim")
    yield "kind", kind
    yield "title", plain(report.title or "-")
    yield "agency", _sourced(report.agency, report.agency_source)
    yield "year", _sourced(report.year, report.year_source)
    yield "format", plain(report.format or "-")
    for name, value in (("scope", report.scope), ("document", report.document_number)):
        if value:
            yield name, plain(value)
    told = ", ".join(f"{name} {value}" for name, value in report.dates.items() if value)
    if told:
        yield "dates", plain(told)
    yield "encoding", _encoding(report, nature)


def _sourced(value: object, source: str | None) -> Text:
    if value is None:
        return Text("not found", style="yellow")
    text = plain(value)
    return text.append(f"  (from {safe(source)})", style="dim") if source else text


def _encoding(report: Report, nature: str) -> Text:
    note = report.encoding
    if note is None:
        return plain(nature or "text, no bytes to decode")
    if file := note.evidence.get("file"):
        pages, member = note.evidence.get("pages"), note.evidence.get("member")
        return plain(f"{file}" + (f", {pages} pages" if pages else "") + (f", member {member}" if member else ""))
    text = plain(f"declared {note.declared or 'nothing'}, chosen {note.chosen}")
    if runner_up := note.evidence.get("runner_up"):
        told = f"  (score {note.evidence['score']}, next {runner_up} {note.evidence['runner_up_score']})"
        text.append(told, style="dim")
    if pieces := note.evidence.get("pieces"):
        told = ", ".join(sorted({piece["encoding"] for piece in pieces}))
        text.append(f", {len(pieces)} passage{'s' if len(pieces) > 1 else ''} in {told}", style="yellow")
    if note.lossy:
        text.append(f", {note.lost} characters lost", style="bold red")
    return text


def _repairs(report: Report) -> Table:
    table = Table(title="Repairs", title_justify="left", box=box.SIMPLE_HEAD)
    for name in ("kind", "count", "before", "after"):
        table.add_column(name, justify="right" if name == "count" else "left", overflow="fold")
    for repair in report.repairs:
        kind = plain(repair.kind)
        if repair.inferred:
            score = "" if repair.score is None else f", score {repair.score}"
            kind.append(f" (reconstructed{score})", style="magenta")
        if repair.lost:
            kind.append(f" ({repair.lost} characters lost)", style="bold red")
        table.add_row(kind, str(repair.count), *(plain(" ".join(side.split())) for side in repair.sample))
    return table


def changed(before: str, after: str) -> Table:
    """Each passage that was repaired, as it was read and as it is now with what stands around it, the difference set
    off; and where it begins: characters of the source, from 0."""
    table = Table(title="What was repaired", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("at", justify="right", style="dim")
    for name in ("as read", "repaired"):
        table.add_column(name, overflow="fold", ratio=1)
    for change in changes(before, after):
        sides = (f"{change.left}{side}{change.right}".strip() for side in (change.before, change.after))
        table.add_row(str(change.start), *_set_off(*(side.replace("\n", " ") for side in sides)))
    return table


def _set_off(before: str, after: str) -> tuple[Text, Text]:
    left, right = plain(before), plain(after)
    if max(len(before), len(after)) <= _COMPARED:
        for operation in Levenshtein.opcodes(before, after):
            if operation.tag != "equal":
                left.stylize("red", operation.src_start, operation.src_end)
                right.stylize("green", operation.dest_start, operation.dest_end)
    return left, right


def _outline(sections: Sequence[Section]) -> Tree:
    """The headings in reading order; of thousands (a page of rubbish, or a whole gazette) only the first ones."""
    tree = Tree(Text("Sections", style="italic"), guide_style="dim")
    count = 0
    waiting = [(tree, section) for section in reversed(sections)]
    while waiting:
        above, section = waiting.pop()
        count += 1
        branch = above.add(_heading(section)) if count <= _MOST_HEADINGS else above
        waiting += [(branch, child) for child in reversed(section.subsections)]
    if count > _MOST_HEADINGS:
        tree.add(Text(f"… and {count - _MOST_HEADINGS} more headings: --json has them all", style="yellow"))
    return tree


def _heading(section: Section) -> Text:
    label = plain(section.heading or "(heading missing)", style="bold" if section.id else "")
    marks = [section.id or "", *section.tables, "implied" if section.implied else "", section.carrier or ""]
    told = " ".join(safe(mark) for mark in marks if mark)
    if told:
        label.append(f"  [{told}]", style="cyan")
    words = " ".join(section.text.split())
    if words:
        label.append(f"\n{safe(words[:_FIRST_WORDS])}{'…' if len(words) > _FIRST_WORDS else ''}", style="dim")
    return label


# ------------------------------------------------------------------ tables


def _tables(report: Report) -> Iterator[RenderableType]:
    known = formats.load().get(report.format or "")
    for table_id, state in report.tables.items():
        form = known.table(table_id) if known else None
        title = Text(f"\n{table_id} {form.zh if form else ''}  ")
        title.append(state, style=_STATES.get(state, ""))
        yield title
        if form is None or not any(address.startswith(f"{table_id}.") for address in report.cells):
            continue
        for prefix, rows, cols in form.parts():
            yield _matrix(report.cells, prefix, rows, cols)
    local = [cell for address, cell in report.cells.items() if address.startswith("local.")]
    if local:
        yield _local(local)


def _matrix(
    cells: Mapping[str, Cell], prefix: str, rows: Sequence[formats.Row], cols: Sequence[formats.Column]
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("", no_wrap=True, overflow="ellipsis", min_width=20, max_width=46 if len(cols) < 7 else 30)
    for col in cols:
        table.add_column(plain(col.zh), justify="right", overflow="fold", min_width=4, max_width=14)
    for row in rows:
        table.add_row(plain(row.zh), *(_value(cells.get(f"{prefix}.{row.id}.{col.id}")) for col in cols))
    return table


def _value(cell: Cell | None) -> Text:
    """A cell as printed on the page; what is no number says what it is."""
    if cell is None or cell.kind == "missing":
        return Text("missing", style="red")
    if cell.kind == "empty":
        return Text("(empty)", style="dim")
    if cell.kind == "image":
        return Text("(image)", style="magenta")
    return plain(cell.raw, style="" if cell.kind in ("number", "zero") else "yellow")


def _local(cells: Sequence[Cell]) -> Group:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("label", overflow="fold")
    table.add_column("cell", justify="right")
    for cell in cells:
        table.add_row(plain(cell.label or ""), plain(cell.raw))
    return Group(Text("\nRows that no format knows"), table)


# ------------------------------------------------------------------ narrative and findings


def _narrative(report: Report) -> Table:
    table = Table(title="What the prose states", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("quantity", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("sentence", overflow="fold", style="dim")
    for name, figure in report.narrative.items():
        table.add_row(plain(name), plain(f"{figure.value} {figure.unit or ''}".strip()), plain(figure.sentence[:100]))
    return table


def _findings(report: Report) -> RenderableType:
    if not report.findings and report.kind not in _CHECKED:
        return Text("\nNot checked: not a report.", style="yellow")
    if not report.findings:
        return Text("\nNo findings: every check that could be made holds.", style="green")
    table = Table(title="Findings", title_justify="left", box=box.SIMPLE_HEAD)
    for name in ("severity", "id", "left", "right", "message"):
        table.add_column(name, overflow="fold")
    order = {"hard": 0, "soft": 1, "info": 2}
    for finding in sorted(report.findings, key=lambda item: order.get(item.severity, 3)):
        where = f"{finding.id} {finding.where}" if finding.where else finding.id
        table.add_row(
            Text(finding.severity, style=_SEVERITY.get(finding.severity, "")),
            plain(where),
            plain(finding.left or ""),
            plain(finding.right or ""),
            _told(finding),
        )
    return table


def _told(finding: Finding) -> Text:
    """The message, whose error it is, and how else the table may be read."""
    text = plain(finding.message)
    if finding.grid_agrees and finding.reading is None:
        text.append("\nthe cells stand where the form has them: the publisher's error", style="dim")
    elif finding.grid_agrees is False:
        text.append("\nthe cells do not all stand where the form has them", style="dim")
    if finding.reading is not None:
        values = ", ".join(f"{address} {value}" for address, value in finding.reading.values[:_MOST_VALUES])
        left = len(finding.reading.values) - _MOST_VALUES
        more = f" and {left} more" if left > 0 else ""
        text.append(f"\nall would hold with ({finding.reading.how}): {safe(values)}{more}", style="cyan")
    return text
