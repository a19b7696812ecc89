"""From values to rows: dictionaries by column name, as the statements bind them. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.reports.model import Report, Section
from crawler.store.records import ReportRecord

Row = dict[str, Any]


def version_row(record: ReportRecord) -> Row:
    """The columns of `versions` that follow from the reading (all but report, hash and times)."""
    report = record.report
    note = report.encoding
    return {
        "parser": record.parser,
        "read_from": record.page.url,
        "title": report.title,
        "format": report.format,
        "scope": report.scope,
        "document_number": report.document_number,
        "kind_reason": report.kind_reason,
        "agency_printed": report.agency,
        "agency_source": report.agency_source,
        "agency_resolved_by": record.agency_resolved_by,
        "year_source": report.year_source,
        "date_claimed": report.dates.get("claimed"),
        "date_url": report.dates.get("url"),
        "date_meta": report.dates.get("meta"),
        "encoding_declared": note.declared if note else None,
        "encoding_chosen": note.chosen if note else None,
        "encoding_lossy": note.lossy if note else None,
        "characters_lost": note.lost if note else None,
        "tables": dict(report.tables),
        "repairs": [_repair(repair) for repair in report.repairs],
        "text": report.text,
    }


def child_rows(report: Report, version_id: int) -> dict[str, list[Row]]:
    """The rows that hang on a version, by table name."""
    return {
        "sections": _sections(report, version_id),
        "cells": _cells(report, version_id),
        "narratives": _narratives(report, version_id),
        "findings": _findings(report, version_id),
    }


def _repair(repair: Any) -> Row:
    return {
        "kind": repair.kind,
        "count": repair.count,
        "sample": list(repair.sample),
        "inferred": repair.inferred,
        "score": repair.score,
    }


def _sections(report: Report, version_id: int) -> list[Row]:
    return [
        {
            "version_id": version_id,
            "position": position,
            "parent": parent,
            "num": section.num,
            "section": section.id,
            "heading": section.heading,
            "text": section.text,
            "tables": list(section.tables),
            "implied": section.implied,
            "carrier": section.carrier,
        }
        for position, (section, parent) in enumerate(_in_reading_order(report.sections))
    ]


def _in_reading_order(sections: tuple[Section, ...]) -> Iterator[tuple[Section, int | None]]:
    """Each section with the position of its parent; a stack, since nothing bounds the depth of what a page nests."""
    waiting: list[tuple[Section, int | None]] = [(section, None) for section in reversed(sections)]
    position = 0
    while waiting:
        section, parent = waiting.pop()
        yield section, parent
        waiting.extend((child, position) for child in reversed(section.subsections))
        position += 1


def _cells(report: Report, version_id: int) -> list[Row]:
    return [
        {
            "version_id": version_id,
            "address": address,
            "raw": cell.raw,
            "kind": cell.kind,
            "value": cell.value,
            "unit": cell.unit,
            "remark": cell.remark,
            "label": cell.label,
            "place_table": cell.place.table if cell.place else None,
            "place_row": cell.place.row if cell.place else None,
            "place_col": cell.place.col if cell.place else None,
        }
        for address, cell in report.cells.items()
    ]


def _narratives(report: Report, version_id: int) -> list[Row]:
    return [
        {
            "version_id": version_id,
            "quantity": quantity,
            "value": figure.value,
            "unit": figure.unit,
            "sentence": figure.sentence,
            "section": figure.section,
        }
        for quantity, figure in report.narrative.items()
    ]


def _findings(report: Report, version_id: int) -> list[Row]:
    return [
        {
            "version_id": version_id,
            "position": position,
            "code": finding.id,
            "severity": finding.severity,
            "message": finding.message,
            "left_side": finding.left,
            "right_side": finding.right,
            "difference": finding.difference,
            "place": finding.where,
            "cells": list(finding.cells),
        }
        for position, finding in enumerate(report.findings)
    ]
