"""Versions of the database as contents that can be compared (`crawler.store.difference`)."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select

from crawler.store import models as m
from crawler.store.difference import FACTS, Content, Part, Value

_NUMERAL = re.compile(r"^[（(]?[一二三四五六七八九十百\d]+[）)、.．]+\s*")


def content(connection: Connection, version_id: int) -> Content | None:
    """The content of a version; None where there is no such version."""
    version = m.Version
    columns = [getattr(version, name) for name in FACTS]
    row = connection.execute(select(version.text, *columns).where(version.id == version_id)).one_or_none()
    if row is None:
        return None
    facts = dict(zip(FACTS, row[1:], strict=True))
    return Content(facts, _cells(connection, version_id), _parts(connection, version_id), row[0])


def _cells(connection: Connection, version_id: int) -> dict[str, Value]:
    cell = m.Cell
    query = (
        select(cell.address, cell.raw, cell.kind, cell.value, cell.unit, cell.remark, cell.label)
        .where(cell.version_id == version_id)
        .order_by(cell.place_table, cell.place_row, cell.place_col, cell.address)
    )
    return {row[0]: Value(*row[1:]) for row in connection.execute(query)}


def _parts(connection: Connection, version_id: int) -> tuple[Part, ...]:
    """Sections in reading order. Their numerals are no part of their keys: one section more moves all behind it."""
    section = m.Section
    query = (
        select(
            section.position,
            section.parent,
            section.section,
            section.heading,
            section.text,
            section.tables,
            section.carrier,
        )
        .where(section.version_id == version_id)
        .order_by(section.position)
    )
    keys: dict[int | None, tuple[str, ...]] = {None: ()}
    parts = []
    for row in connection.execute(query):
        keys[row.position] = (*keys.get(row.parent, ()), row.section or _NUMERAL.sub("", row.heading).strip())
        parts.append(Part(keys[row.position], row.heading, row.text, tuple(row.tables), row.carrier))
    return tuple(parts)
