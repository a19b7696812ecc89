"""From values to rows: values by column name, as the statements bind them. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.reports.jsonable import reading_to_json
from crawler.reports.model import Report, Section
from crawler.store.prepared import Columns
from crawler.store.records import ReportRecord
from crawler.store.worth import worth

Row = dict[str, Any]


def version_row(record: ReportRecord) -> Row:
    """The columns of `versions` that follow from the reading (all but report, hash and times)."""
    report = record.report
    note = report.encoding
    return {
        "parser": record.parser,
        "worth": worth(report),
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
        "repairs": [repair.to_json() for repair in report.repairs],
        "text": report.text,
        "source_text": report.source_text,
    }


def child_columns(report: Report, version_id: int) -> dict[str, Columns]:
    """The rows that hang on a version, column by column, by table name."""
    return {
        "sections": _sections(report, version_id),
        "cells": _cells(report, version_id),
        "narratives": _narratives(report, version_id),
        "findings": _findings(report, version_id),
    }


def _sections(report: Report, version_id: int) -> Columns:
    nested = list(_in_reading_order(report.sections))
    sections = [section for section, _ in nested]
    return {
        "version_id": [version_id] * len(sections),
        "position": range(len(sections)),
        "parent": [parent for _, parent in nested],
        "num": [section.num for section in sections],
        "section": [section.id for section in sections],
        "heading": [section.heading for section in sections],
        "text": [section.text for section in sections],
        "tables": [list(section.tables) for section in sections],
        "implied": [section.implied for section in sections],
        "carrier": [section.carrier for section in sections],
    }


def _in_reading_order(sections: tuple[Section, ...]) -> Iterator[tuple[Section, int | None]]:
    """Each section with the position of its parent; a stack, since nothing bounds the depth of what a page nests."""
    waiting: list[tuple[Section, int | None]] = [(section, None) for section in reversed(sections)]
    position = 0
    while waiting:
        section, parent = waiting.pop()
        yield section, parent
        waiting.extend((child, position) for child in reversed(section.subsections))
        position += 1


def _cells(report: Report, version_id: int) -> Columns:
    cells = report.cells.values()
    places = [cell.place for cell in cells]
    return {
        "version_id": [version_id] * len(cells),
        "address": list(report.cells),
        "raw": [cell.raw for cell in cells],
        "kind": [cell.kind for cell in cells],
        "value": [cell.value for cell in cells],
        "unit": [cell.unit for cell in cells],
        "remark": [cell.remark for cell in cells],
        "label": [cell.label for cell in cells],
        "place_table": [place and place.table for place in places],
        "place_row": [place and place.row for place in places],
        "place_col": [place and place.col for place in places],
    }


def _narratives(report: Report, version_id: int) -> Columns:
    figures = report.narrative.values()
    return {
        "version_id": [version_id] * len(figures),
        "quantity": list(report.narrative),
        "value": [figure.value for figure in figures],
        "unit": [figure.unit for figure in figures],
        "sentence": [figure.sentence for figure in figures],
        "section": [figure.section for figure in figures],
        "remark": [figure.remark for figure in figures],
    }


def _findings(report: Report, version_id: int) -> Columns:
    findings = report.findings
    return {
        "version_id": [version_id] * len(findings),
        "position": range(len(findings)),
        "code": [finding.id for finding in findings],
        "severity": [finding.severity for finding in findings],
        "message": [finding.message for finding in findings],
        "left_side": [finding.left for finding in findings],
        "right_side": [finding.right for finding in findings],
        "difference": [finding.difference for finding in findings],
        "place": [finding.where for finding in findings],
        "cells": [list(finding.cells) for finding in findings],
        "grid_agrees": [finding.grid_agrees for finding in findings],
        "reading": [reading_to_json(finding.reading) for finding in findings],
        "raws": [list(finding.raws) or None for finding in findings],
    }
