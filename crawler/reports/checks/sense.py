"""Sense: what no sum tells. Counts are whole, rules are made by few, money has one unit, years follow each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from crawler.reports import formats
from crawler.reports.checks.ledger import plain, value_of
from crawler.reports.formats import Format
from crawler.reports.model import Cell, Finding, Report

_SUSPICIOUS = 20
"""Below this two equal counts are no sign of anything (SEM-3)."""
_RULE_MAKERS = frozenset({"national", "province", "prefecture"})
"""Levels whose governments may make 规章 (立法法 2023, articles 91 and 93): above county."""
_MAKES_NONE = re.compile(r".*(?:[乡镇县](?:人民政府)?|街道(?:办事处)?|(?<!办公)厅|(?<!总)局)(?:办公室)?")
_MINISTRY = re.compile(r"国家|中国|中央")
_LONGEST_NAME = 100
_LONGEST_NUMBER = 20
"""A longer text in a cell that no form knows is a remark, and its digits are no lost number."""
_DIGIT = re.compile(
    r"\d|[零一二三四五六七八九十百千两]+\s?[余多]?(?:件|条|项|个|万|元|宗|起|次)|[约近][零一二三四五六七八九十百千两]"
)
_HEAD = 6000
"""Characters at the beginning of a report in which the document that it follows is cited."""


def of_cells(form: Format, cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """SEM-1, SEM-3 and SEM-4, and numbers that cannot be read: what cells say by themselves."""
    yield from _unreadable(form, cells)
    for table in form.tables:
        for address, row, col in table.slots():
            cell = cells.get(address)
            if cell is not None and cell.kind != "zero" and (cell.value is not None or cell.kind == "damaged"):
                yield from _sem_1(address, cell, col.signed or row.signed, col.decimals or row.decimals)
                yield from _sem_4(address, cell)
    yield from _sem_3(form, cells)


def of_report(form: Format, report: Report) -> Iterator[Finding]:
    """SEM-4, SEM-6 and SEM-7 as far as they need more than the cells."""
    yield from _fees_in_yuan(report)
    yield from _sem_6(form, report)
    yield from _sem_7(report)


def of_agency(report: Report, level: str | None, kind: str | None) -> tuple[Finding, ...]:
    """SEM-2: 规章 are made by ministries, provinces and cities with districts; anyone else took the wrong row.

    `level` and `kind` are registry words (`county`; `government`, `department` …). For an agency that no registry knows
    the printed name decides where it can only be one that makes none (镇, 街道, 县, 局, 厅); 市 may be either.
    """
    if level is None:
        name = (report.agency or "").strip()
        if len(name) > _LONGEST_NAME or not _MAKES_NONE.fullmatch(name) or _MINISTRY.match(name):
            return ()
    elif level == "national" or (level in _RULE_MAKERS and kind in (None, "government", "office")):
        return ()
    who = f"an agency of level {level}" if level else str(report.agency)
    return tuple(_sem_2(report.cells, who))


def _unreadable(form: Format, cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """Digits that are no number (许可911 备案30, 约45, 5-6): a national form prescribes a number there, so the report
    lacks one (hard); in cells that are the publisher's own, or of a local form, it is only told (soft)."""
    for address, cell in cells.items():
        if cell.kind != "text" or not _DIGIT.search(cell.raw):
            continue
        owed = form.national and address in form.addresses
        if not owed and (address.startswith("local.") and len(cell.raw) > _LONGEST_NUMBER):
            continue  # a remark beside the table
        message = f"{address}: {cell.raw[:60]!r} holds digits and is no number"
        yield Finding(
            "number_unreadable", "hard" if owed else "soft", message, cell.raw, cells=(address,), where=address
        )


def _sem_1(address: str, cell: Cell, signed: bool, decimals: bool) -> Iterator[Finding]:
    """All counts are whole numbers, none below zero (columns of changes and of money apart)."""
    if cell.kind == "damaged":
        negative = cell.raw.lstrip().startswith(("-", "－", "−", "–", "—"))
        message = f"{address}: {cell.raw!r} cannot stand here"
        if negative and not signed:
            yield Finding("SEM-1", "hard", message, cell.raw, cells=(address,), where=address)
        else:
            yield Finding("cell_damaged", "soft", message, cell.raw, cells=(address,), where=address)
    elif cell.value is not None and not decimals and cell.value != cell.value.to_integral_value():
        message = f"{address}: {cell.raw!r} is not a whole number"
        yield Finding("SEM-1", "hard", message, cell.raw, cells=(address,), where=address)


def _sem_2(cells: Mapping[str, Cell], who: str) -> Iterator[Finding]:
    # Not of what is open to the public: a department may publish the rules that its government made for it.
    for column in ("made", "valid"):
        address = f"t2.p1.rules.{column}"
        cell = cells.get(address)
        if cell is not None and cell.value is not None and cell.value > 0:
            message = f"规章 {cell.raw} at {who}: 规范性文件 in the wrong row?"
            yield Finding("SEM-2", "soft", message, cell.raw, "0", cell.value, (address,), "rules")


def _sem_3(form: Format, cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """Decisions are not items: the same number in both columns is suspicious."""
    table = form.table("t2")
    for block in table.blocks if table else ():
        for row in block.rows:
            prefix = f"t2.{block.id}.{row.id}"
            decisions, before, delta = (
                value_of(cells, f"{prefix}.{c}") for c in ("decisions", "items_prev", "items_delta")
            )
            if decisions is None or before is None or decisions < _SUSPICIOUS:
                continue
            if decisions in (before, before + (delta or 0)):
                message = f"{row.zh}: {plain(decisions)} decisions, the same number as its items"
                addresses = (f"{prefix}.decisions", f"{prefix}.items_prev", f"{prefix}.items_delta")
                yield Finding(
                    "SEM-3", "soft", message, plain(decisions), plain(decisions), Decimal(0), addresses, row.id
                )


def _sem_4(address: str, cell: Cell) -> Iterator[Finding]:
    """元 in a cell whose column is in 万元: the value is converted, the raw text kept, and the reader told."""
    if cell.unit != "万元" or not cell.value or not re.search(r"(?<![万亿])元", cell.raw):
        return
    message = f"{address}: {cell.raw!r} is in 元 where the column is in 万元; it counts as {plain(cell.value)} 万元"
    yield Finding("SEM-4", "soft", message, cell.raw, f"{plain(cell.value)} 万元", cells=(address,), where=address)


def _fees_in_yuan(report: Report) -> Iterator[Finding]:
    """A bare number under 万元 that the prose has in 元: ten thousand times too much."""
    figure, money = report.narrative.get("fees"), formats.shared().units.money
    if figure is None or not figure.value or figure.unit not in money:
        return
    for address in ("t2.p8.fees.amount", "s14.g.n"):
        cell = report.cells.get(address)
        if cell is None or cell.unit != "万元" or not cell.value or "元" in cell.raw:
            continue
        if cell.value == figure.value and figure.unit == "元":
            message = f"{address}: {cell.raw} 万元 in the table, {plain(figure.value)} 元 in the text"
            sides = (f"{cell.raw} 万元", f"{plain(figure.value)} 元")
            yield Finding("SEM-4", "soft", message, *sides, cells=(address,), where=address)


def _sem_6(form: Format, report: Report) -> Iterator[Finding]:
    """The layout decides the format; a year or a cited document that belongs to another one is worth telling."""
    own = form.addresses
    if report.kind != "annual_report" or report.format != form.id or not any(a in own for a in report.cells):
        return
    first, last = form.fiscal_years
    if report.year is not None and not first <= report.year <= (last or report.year):
        message = f"the tables are those of {form.id} ({first}-{last or ''}), the fiscal year is {report.year}"
        yield Finding("SEM-6", "info", message, form.id, str(report.year), where="year")
    cited = [other for other in formats.load().values() if _cites(other.documents, report.text[:_HEAD])]
    if cited and form not in cited:
        message = f"the tables are those of {form.id}, the text cites {cited[0].documents[0]} ({cited[0].id})"
        yield Finding("SEM-6", "info", message, form.id, cited[0].id, where="document")


def _cites(documents: tuple[str, ...], text: str) -> bool:
    return any(_citation(document).search(text) for document in documents)


@lru_cache(maxsize=64)
def _citation(document: str) -> re.Pattern[str]:
    """`国办公开办函〔2021〕30号` with any brackets or none, and blanks: pages lose and exchange them."""
    parts = re.findall(r"\d+|[^\d〔〕\[\]()（）【】\s]+", document)
    return re.compile(r"[\s〔〕\[\]()（）【】﹝﹞第]{0,4}".join(map(re.escape, parts)))


def _sem_7(report: Report) -> Iterator[Finding]:
    """A report that is dated before its fiscal year was nearly over speaks of another year.

    Titles that disagree with the stated period are found where both are read (`reports/agency.py`).
    """
    dated = report.dates.get("claimed") or ""
    if report.kind == "annual_report" and report.year is not None and dated and dated < f"{report.year}-12":
        message = f"the report of {report.year} is dated {dated}, before that year was over"
        yield Finding("SEM-7", "soft", message, str(report.year), dated, where="date")
