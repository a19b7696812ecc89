"""Findings between stored reports, on both databases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select

from crawler.reports.model import Cell, Finding, OtherReading, Report
from crawler.store import Rechecked, Spool, Writer, cross_findings, dump, open_store, recheck
from crawler.store import models as m
from crawler.store.crossing import agencies_named
from crawler.store.records import AgencyValue
from tests.store.examples import AGENCY, page, report, report_record

GOVERNMENT = AgencyValue(
    id="440100-zf", name="广州市人民政府", type="government", level="prefecture", code="440100", registered=True
)
OTHER = AGENCY.model_copy(update={"id": "440100-czj", "name": "广州市财政局"})


def read(year: int, numbers: dict[str, int | str], **more: Any) -> Report:
    cells = {}
    for address, number in numbers.items():
        blank = number == ""
        value = None if blank else Decimal(number)
        kind = "empty" if blank else "number" if value else "zero"
        cells[address] = Cell(address, str(number), kind, value)  # type: ignore[arg-type]
    made = report(cells=cells, year=year, findings=(), narrative={}, sections=(), text=f"{year}{more}{numbers}")
    return replace(made, **more)


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def write(engine: Engine, tmp_path: Any) -> Any:
    writer = Writer(engine, Spool(tmp_path / "spool"))
    seen = 0

    def one(year: int, numbers: dict[str, int | str], agency: AgencyValue = AGENCY, **more: Any) -> None:
        nonlocal seen
        seen += 1
        by = more.pop("resolved_by", "registry")
        where = page(f"http://www.gz.gov.cn/{agency.id}/{year}/{seen}.html", f"{seen:064}")
        result = writer.write_now(
            report_record(
                what=read(year, numbers, **more), where=where, year=year, agency=agency, minutes=seen * DAY,
                agency_resolved_by=by,
            )
        )  # fmt: skip
        assert result.status == "stored"

    return one


DAY = 24 * 60
OVER, FORWARD = "t3.carried_over.total", "t3.carried_forward.total"


def shown(engine: Engine, **filters: Any) -> list[tuple[str, int, str, str, str | None, str | None]]:
    rows = cross_findings(engine, **filters)
    return [(row.agency_id, row.year, row.code, row.severity, row.left, row.right) for row in rows]


def test_a_broken_chain_is_stored_at_the_later_report(engine: Engine, write: Any) -> None:
    write(2022, {FORWARD: 5})
    write(2023, {OVER: 4, FORWARD: 2})
    write(2024, {OVER: 2})
    assert recheck(engine) == Rechecked(1, 3, 1)
    (row,) = cross_findings(engine)
    assert (row.agency_id, row.agency, row.year, row.code, row.place) == (AGENCY.id, AGENCY.name, 2023, "XY-1", "total")
    assert (row.severity, row.left, row.right, row.difference) == ("hard", "4", "5", -1)
    assert (row.cells, row.against) == ((OVER,), ((AGENCY.id, 2022),))
    assert row.to_json()["against"] == [[AGENCY.id, 2022]]


def test_checking_again_changes_nothing(engine: Engine, write: Any) -> None:
    write(2022, {FORWARD: 5})
    write(2023, {OVER: 4})
    recheck(engine)
    before = dump(engine)
    assert before["cross_findings"]
    assert recheck(engine) == Rechecked(1, 2, 1)
    assert recheck(engine, [AGENCY.id, "nobody"]) == Rechecked(1, 2, 1)
    assert dump(engine) == before


def test_a_newer_version_takes_its_finding_away(engine: Engine, write: Any) -> None:
    write(2022, {FORWARD: 5})
    write(2023, {OVER: 4})
    recheck(engine)
    assert len(shown(engine)) == 1
    write(2023, {OVER: 5})
    recheck(engine, [])
    assert len(shown(engine)) == 1  # nobody was asked for
    recheck(engine, [AGENCY.id])
    assert shown(engine) == []


def test_blanks_gaps_and_unknown_agencies_are_silent(engine: Engine, write: Any) -> None:
    write(2019, {FORWARD: 5})
    write(2021, {OVER: 4, FORWARD: 7})  # two years later
    write(2022, {OVER: ""})
    unknown = AGENCY.model_copy(update={"id": "440100-xabc", "name": "unknown agency of www.gz.gov.cn"})
    write(2022, {FORWARD: 5}, unknown, resolved_by="unknown")
    write(2023, {OVER: 9}, unknown, resolved_by="unknown")
    write(2023, {OVER: 3}, kind="work_summary")
    assert recheck(engine).findings == 0
    assert shown(engine) == []


def test_copied_words_are_found_with_those_of_sub_sections(engine: Engine, write: Any) -> None:
    from tests.reports.across.test_copied import PROBLEMS

    first = report().sections[0]
    whole = replace(
        first,
        id="problems",
        text=PROBLEMS[:100],
        subsections=(replace(first, id=None, text=PROBLEMS[100:], subsections=()),),
    )
    write(2022, {}, sections=(whole,))
    write(2023, {}, sections=(replace(whole, text=PROBLEMS, subsections=()),))
    recheck(engine)
    assert shown(engine) == [(AGENCY.id, 2023, "XY-6", "info", "100 %", None)]


def test_a_government_and_its_departments(engine: Engine, write: Any) -> None:
    write(2023, {"t3.new.total": 6})
    write(2023, {"t3.new.total": 5}, OTHER)
    write(2023, {"t3.new.total": 10}, GOVERNMENT, scope="consolidated")
    # The government is checked with its department, though only that was asked for.
    assert recheck(engine, [OTHER.id]) == Rechecked(2, 2, 1)
    assert shown(engine) == [(GOVERNMENT.id, 2023, "SEM-5", "soft", "10", "11")]
    assert shown(engine, agency=OTHER.id) == []
    absent = AGENCY.model_copy(update={"id": "440100-jtj", "name": "广州市交通局"})
    write(2022, {"t3.new.total": 1}, absent)  # registered below it, without a report of 2023
    recheck(engine)
    assert shown(engine) == [(GOVERNMENT.id, 2023, "SEM-5", "soft", "10", "11")]  # it could only add to the sum


def test_filters(engine: Engine, write: Any) -> None:
    for agency in (AGENCY, OTHER):
        write(2021, {FORWARD: 3, "t3.new.total": 900}, agency)
        write(2022, {OVER: 3, FORWARD: 5, "t3.new.total": 9}, agency)
        write(2023, {OVER: 4, "t3.new.total": 9}, agency)
    recheck(engine)
    assert [row[:4] for row in shown(engine, agency="财政")] == [
        (OTHER.id, 2022, "XY-7", "info"), (OTHER.id, 2023, "XY-1", "hard")
    ]  # fmt: skip
    assert [row[1] for row in shown(engine, agency="财政", years=[2022])] == [2022]
    assert {row[2] for row in shown(engine, severities=["hard"])} == {"XY-1"}
    assert len(shown(engine, portal="www.gz")) == 4
    assert shown(engine, portal="elsewhere") == []
    assert agencies_named(engine, agency="财政") == [OTHER.id]
    assert agencies_named(engine, portal="www.gz.gov.cn") == [OTHER.id, AGENCY.id]


def test_checks_at_the_same_time(engine: Engine, write: Any) -> None:
    write(2022, {FORWARD: 5})
    write(2023, {OVER: 4})
    gate, wrong = Barrier(4), list[BaseException]()

    def check() -> None:
        gate.wait()
        try:
            recheck(engine)
        except BaseException as error:
            wrong.append(error)

    threads = [Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(shown(engine)) == 1


def test_what_a_failing_identity_says_of_itself_is_stored(engine: Engine, tmp_path: Any) -> None:
    reading = OtherReading("row_shifted", (("t3.new.natural", Decimal(3)), ("t3.new.total", Decimal("2.5"))))
    told = (
        Finding("T3-A", "hard", "x", cells=("t3.new.natural",), grid_agrees=True, reading=reading),
        Finding("short_row", "soft", "y", raws=("5", "", "0\x00")),
    )
    writer = Writer(engine, Spool(tmp_path / "spool"))
    record = report_record(what=report(findings=told))
    assert writer.write_now(type(record).model_validate_json(record.model_dump_json())).status == "stored"
    finding = m.Finding
    with engine.connect() as connection:
        rows = connection.execute(
            select(finding.grid_agrees, finding.reading, finding.raws).order_by(finding.position)
        ).all()
    assert [tuple(row) for row in rows] == [
        (True, {"how": "row_shifted", "values": {"t3.new.natural": 3, "t3.new.total": 2.5}}, None),
        (None, None, ["5", "", "0�"]),
    ]
