"""The database after a crawl of the country against what its portals published: every cell, every finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crawler.demo.truth import Expected
from crawler.store import models as m

IDENTITIES = ("T2-", "T3-", "T4-", "NV-", "S14-", "SH-")
"""Beginnings of the codes of sums that are checked; other findings (a missing table, a missing heading) are remarks."""

Key = tuple[str, int, str]


@dataclass(slots=True)
class Stored:
    """One report as the database holds it: its versions' count, and the newest version's contents."""

    versions: int
    format: str | None
    tables: dict[str, str]
    sections: int
    cells: dict[str, Decimal | None] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    narrative: dict[str, Decimal] = field(default_factory=dict)
    findings: set[tuple[str, str]] = field(default_factory=set)


def stored(engine: Engine) -> dict[Key, Stored]:
    """All reports of a database by agency name, year and kind."""
    with Session(engine) as session:
        rows = session.execute(
            select(m.Agency, m.Report.year, m.Report.kind, m.Version)
            .join(m.Report, m.Report.agency_id == m.Agency.id)
            .join(m.Version, m.Version.report_id == m.Report.id)
            .order_by(m.Version.last_seen, m.Version.id)
        ).all()
        newest: dict[Key, m.Version] = {}
        count: dict[Key, int] = {}
        for agency, year, kind, version in rows:
            # An agency that no registry row lists has only the name that stands in its report.
            key = (agency.name if agency.registered else version.agency_printed or agency.name, year, kind)
            newest[key] = version
            count[key] = count.get(key, 0) + 1
        return {key: _read(session, version, count[key]) for key, version in newest.items()}


def _read(session: Session, version: m.Version, versions: int) -> Stored:
    top = select(m.Section.position).where(m.Section.version_id == version.id, m.Section.parent.is_(None))
    sections = sum(1 for _ in session.scalars(top.where(m.Section.heading != "")))
    found = Stored(versions, version.format, dict(version.tables), sections)
    for cell in session.scalars(select(m.Cell).where(m.Cell.version_id == version.id)):
        found.cells[cell.address] = cell.value
        if cell.remark:
            found.remarks[cell.address] = cell.remark
    for figure in session.scalars(select(m.Narrative).where(m.Narrative.version_id == version.id)):
        found.narrative[figure.quantity] = figure.value
    for finding in session.scalars(select(m.Finding).where(m.Finding.version_id == version.id)):
        found.findings.add((finding.code, finding.place or ""))
    return found


def differences(engine: Engine, expected: Sequence[Expected]) -> list[str]:
    """What differs between the database and the truth, one sentence each; empty when nothing does."""
    have = stored(engine)
    wanted = {(report.agency, report.year, report.kind): report for report in expected}
    lines = [f"missing: {_name(key)}" for key in wanted if key not in have]
    lines += [f"not published: {_name(key)}" for key in have if key not in wanted]
    for key, report in wanted.items():
        if key in have:
            lines += [f"{_name(key)}: {line}" for line in _compare(report, have[key])]
    return lines


def _name(key: Key) -> str:
    return f"{key[0]} {key[1]} {key[2]}"


def _compare(report: Expected, found: Stored) -> Iterator[str]:
    truth = report.report
    if found.versions != 1:
        yield f"{found.versions} versions"
    if truth.form != found.format:
        yield f"form {truth.form} read as {found.format}"
    yield from _values(truth.cells, found.cells)
    for table, state in truth.missing.items():
        if found.tables.get(table) != state:
            yield f"table {table} is {state}, read as {found.tables.get(table)}"
    for quantity, value in truth.narrative.items():
        if found.narrative.get(quantity) != value:
            yield f"prose says {quantity}={value}, read as {found.narrative.get(quantity)}"
    wrong, said = set(truth.findings), {pair for pair in found.findings if pair[0].startswith(IDENTITIES)}
    yield from (f"sum {code} {where} is wrong and was not reported" for code, where in _missing(wrong, said))
    yield from (f"sum {code} {where} was reported and is right" for code, where in _missing(said, wrong))


def _missing(left: Iterable[tuple[str, str]], right: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of `left` that `right` lacks; "" on either side stands for any place."""
    return sorted(
        (code, where)
        for code, where in left
        if not any(code == other and (where == place or "" in (where, place)) for other, place in right)
    )


def _values(truth: Mapping[str, Decimal | None], found: dict[str, Decimal | None]) -> Iterator[str]:
    for address, value in truth.items():
        if address not in found:
            yield f"{address} was not read"
        elif found[address] != value:
            yield f"{address} is {value}, read as {found[address]}"
    for address in found:
        if address not in truth:
            yield f"{address} was read and is not there"
