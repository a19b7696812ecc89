"""A report as plain JSON values: the object that `scrapy inspect --json` prints, and a stable shape for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crawler.reports.model import Cell, EncodingNote, Figure, Finding, OtherReading, Report, Section


def report_to_json(report: Report) -> dict[str, Any]:
    """The whole report as JSON values.

    Keys: `agency`, `agency_source`, `year`, `year_source`, `kind`, `kind_reason`, `format`, `title`, `scope`,
    `document_number`, `dates`, `contacts`, `encoding` {declared, chosen, lossy, lost, votes [{source, encoding}],
    score, runner_up, runner_up_score} or null (text that was never bytes), `repairs` [{kind, count,
    sample: [before, after], inferred, score, lost, passages [[before, after]]}], `sections` [{num, id, heading, text,
    subsections, tables, implied, carrier}], `tables` {id: state}, `cells` {address: {raw, value, kind, unit, remark,
    label, place}}, `narrative` {quantity: {value, unit, sentence, section,
    remark}}, `findings` [{id, severity, left, right,
    difference, cells, where, message, grid_agrees, reading {how, values {address: number}} or null, raws}].
    Numbers are JSON numbers: integers where exact.
    """
    return {
        "agency": report.agency,
        "agency_source": report.agency_source,
        "year": report.year,
        "year_source": report.year_source,
        "kind": report.kind,
        "kind_reason": report.kind_reason,
        "format": report.format,
        "title": report.title,
        "scope": report.scope,
        "document_number": report.document_number,
        "dates": dict(report.dates),
        "contacts": dict(report.contacts),
        "encoding": _encoding(report.encoding),
        "repairs": [repair.to_json() for repair in report.repairs],
        "sections": [_section(section) for section in report.sections],
        "tables": dict(report.tables),
        "cells": {address: _cell(cell) for address, cell in report.cells.items()},
        "narrative": {name: _figure(figure) for name, figure in report.narrative.items()},
        "findings": [_finding(finding) for finding in report.findings],
    }


def number(value: Decimal | None) -> int | float | None:
    """A Decimal as a JSON number: an integer when it has no fraction."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _encoding(note: EncodingNote | None) -> dict[str, Any] | None:
    if note is None:
        return None
    return {"declared": note.declared, "chosen": note.chosen, "lossy": note.lossy, "lost": note.lost} | note.evidence


def _section(section: Section) -> dict[str, Any]:
    return {
        "num": section.num,
        "id": section.id,
        "heading": section.heading,
        "text": section.text,
        "subsections": [_section(child) for child in section.subsections],
        "tables": list(section.tables),
        "implied": section.implied,
        "carrier": section.carrier,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    place = cell.place
    return {
        "raw": cell.raw,
        "value": number(cell.value),
        "kind": cell.kind,
        "unit": cell.unit,
        "remark": cell.remark,
        "label": cell.label,
        "place": None
        if place is None
        else {"table": place.table, "row": place.row, "col": place.col, "line": place.line},
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": number(figure.value),
        "unit": figure.unit,
        "sentence": figure.sentence,
        "section": figure.section,
        "remark": figure.remark,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "left": finding.left,
        "right": finding.right,
        "difference": number(finding.difference),
        "cells": list(finding.cells),
        "where": finding.where,
        "message": finding.message,
        "grid_agrees": finding.grid_agrees,
        "reading": reading_to_json(finding.reading),
        "raws": list(finding.raws),
    }


def reading_to_json(reading: OtherReading | None) -> dict[str, Any] | None:
    """How the cells may be read instead: `{how, values {address: number}}`."""
    if reading is None:
        return None
    return {"how": reading.how, "values": {address: number(value) for address, value in reading.values}}
