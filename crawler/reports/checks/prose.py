"""What the prose states against what the tables say, and what the last section owes.

The prose often speaks of the whole government where the table speaks of one office: a mismatch shows both numbers and
corrects neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from crawler.reports import formats
from crawler.reports.checks.ledger import Ledger, plain, value_of
from crawler.reports.formats import Format, NarrativeRule
from crawler.reports.model import Figure, Finding, Report, Section

_FEES = re.compile(r"费")
_NOTHING = re.compile(r"[一-龥]{0,4}(?:无|没有|暂无)(?:其他)?(?:需要?报告的?)?(?:其他)?(?:事项)?[。.]?")


def against_tables(form: Format, report: Report, ledgers: Mapping[str, Ledger | None]) -> Iterator[Finding]:
    """NV rules: each figure of the prose against the sums of cells that it may mean; XT-2."""
    if report.narrative:
        for rule in form.narrative:
            yield from _narrative(rule, report, ledgers)
    if form.id == report.format:
        yield from _xt_2(form, report)


def _narrative(rule: NarrativeRule, report: Report, ledgers: Mapping[str, Ledger | None]) -> Iterator[Finding]:
    figures = [report.narrative[quantity] for quantity in rule.quantity if quantity in report.narrative]
    if not figures:
        return
    figures = figures if rule.together else figures[:1]
    if any(figure.remark for figure in figures):
        return  # 30余件 is no number to be met exactly
    sums = [(terms, _across(ledgers, terms)) for terms in rule.sums]
    known = [(terms, total) for terms, total in sums if total is not None]
    if not known or sums[0][1] is None:
        return
    unit = _unit(report, known[0][0])
    said = sum((_in_unit(figure, unit) for figure in figures), Decimal(0))
    if any(said == total or (rule.op == "<=" and said < total) for _, total in known):
        return
    right = " or ".join(dict.fromkeys(plain(total) for _, total in known))
    told = " + ".join(plain(_in_unit(figure, unit)) for figure in figures)
    left = told if len(figures) == 1 else f"{told} = {plain(said)}"
    sentence = figures[0].sentence.strip()[:60]
    message = f"the text says {left} ({sentence}), the table {'at most ' if rule.op == '<=' else ''}{right}"
    cells = tuple(dict.fromkeys(name for terms, _ in known for _, name in terms))
    where = figures[0].quantity if len(figures) == 1 else rule.quantity[0].split(".")[0]
    yield Finding(rule.id, rule.severity, message, left, right, said - known[0][1], cells, where)


def _unit(report: Report, terms: Sequence[tuple[int, str]]) -> str | None:
    cell = report.cells.get(terms[0][1])
    return cell.unit if cell is not None else None


def _in_unit(figure: Figure, unit: str | None) -> Decimal:
    """The figure in the unit of the cells, where both are money."""
    money = formats.shared().units.money
    if figure.unit == unit or figure.unit not in money or unit not in money:
        return figure.value
    return figure.value * Decimal(money[figure.unit]) / Decimal(money[unit])


def _across(ledgers: Mapping[str, Ledger | None], terms: Sequence[tuple[int, str]]) -> Decimal | None:
    total = Decimal(0)
    for sign, address in terms:
        ledger = ledgers.get(address.split(".", 1)[0])
        number = ledger.numbers.get(address) if ledger is not None else None
        if number is None:
            return None
        total += sign * number
    return total


# ------------------------------------------------------------------ what the last section owes


def _xt_2(form: Format, report: Report) -> Iterator[Finding]:
    """Fees must be reported in the section of other matters, even if there are none (国办公开办函〔2021〕30号)."""
    owing = next((section for section in form.sections if section.must_report), None)
    found = [section for section in report.sections if owing and section.id == owing.id and not section.carrier]
    if owing is None or not found:
        return
    said = "\n".join(text for section in found for text in _texts(section)).strip()
    unpaid = value_of(report.cells, "t3.other_fee_unpaid.total")
    if unpaid and not any(_FEES.search(text) for section in report.sections for text in _texts(section)):
        message = f"{plain(unpaid)} requests ended because a fee was not paid, and no section speaks of fees"
        cells = ("t3.other_fee_unpaid.total",)
        yield Finding("XT-2", "soft", message, plain(unpaid), "", unpaid, cells, owing.id)
    figure = report.narrative.get("fees")
    if figure is not None and figure.value and _NOTHING.fullmatch(re.sub(r"\s", "", said)):
        message = f"the text states fees ({figure.sentence.strip()[:60]}), the section of other matters says {said!r}"
        yield Finding("XT-2", "soft", message, f"{plain(figure.value)} {figure.unit}", said[:60], where=owing.id)


def _texts(section: Section) -> Iterator[str]:
    """Texts of a section and all below it; a stack, since nothing bounds how deep a page nests."""
    waiting = [section]
    while waiting:
        one = waiting.pop()
        yield one.text
        waiting += one.subsections
