"""One report on several addresses: which content is current, and where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, text

from crawler.reports.model import Finding, Report
from crawler.store import Spool, Writer, migrate, open_store
from crawler.store.worth import worth
from tests.store.examples import page, report, report_record

OWN = "http://sthjj.gz.gov.cn/nb/post_1.html"
COLLECTION = "http://www.gz.gov.cn/nb/hj/2023.html"


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def writer(engine: Engine, tmp_path: Path) -> Writer:
    return Writer(engine, Spool(tmp_path / "spool"), delays=())


def pictures() -> Report:
    """The same report with its tables as pictures."""
    return report("本局全年收到申请215件。下表为图片。", cells={}, tables={"t3": "image"}, findings=())


def current(engine: Engine) -> list[tuple[str, int]]:
    """Address that each report's current version was read from, and the number of its addresses."""
    query = """
        SELECT v.read_from, (SELECT count(DISTINCT p.url) FROM versions x
            JOIN version_pages vp ON vp.version_id = x.id JOIN pages p ON p.id = vp.page_id
            WHERE x.report_id = c.report_id)
        FROM current_versions c JOIN versions v ON v.id = c.version_id
    """
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(text(query))]


@pytest.mark.parametrize("first", ["tables", "pictures"])
def test_tables_go_before_pictures_whichever_came_last(engine: Engine, writer: Writer, first: str) -> None:
    records = [
        report_record(where=page(OWN, "a" * 64)),
        report_record(what=pictures(), where=page(COLLECTION, "b" * 64)),
    ]
    for minutes, record in enumerate(records if first == "tables" else reversed(records)):
        writer.write_now(record.model_copy(update={"at": record.at.replace(minute=minutes)}))
    assert current(engine) == [(OWN, 2)]


def test_what_the_publisher_replaced_is_not_current_even_if_it_was_better(engine: Engine, writer: Writer) -> None:
    writer.write_now(report_record(where=page(OWN, "a" * 64)))
    writer.write_now(report_record(minutes=5, what=pictures(), where=page(OWN, "b" * 64)))
    with engine.connect() as connection:
        query = "SELECT v.worth FROM current_versions c JOIN versions v ON v.id = c.version_id"
        assert connection.scalar(text(query)) == worth(pictures())
    assert worth(pictures()) < worth(report())


@pytest.mark.parametrize("order", [(OWN, COLLECTION), (COLLECTION, OWN)])
def test_among_equals_the_first_address_decides_and_not_the_order(
    engine: Engine, writer: Writer, order: tuple[str, str]
) -> None:
    for number, url in enumerate(order):
        words = f"本局全年收到申请215件。{url[7:12]}"
        writer.write_now(report_record(minutes=number, what=report(words), where=page(url, str(number) * 64)))
    assert current(engine) == [(OWN, 2)]


@pytest.mark.parametrize("change", ["date", "day"])
def test_a_correction_on_another_address(engine: Engine, writer: Writer, change: str) -> None:
    writer.write_now(report_record(where=page(COLLECTION, "a" * 64)))
    dates: Any = {"claimed": "2024-02-20"} if change == "date" else report().dates
    again = report("更正：本局全年收到申请216件。", dates=dates)
    later = OWN.replace("sthjj", "www.z")
    minutes = 1 if change == "date" else 60 * 24
    writer.write_now(report_record(minutes=minutes, what=again, where=page(later, "b" * 64)))
    assert current(engine) == [(later, 2)]


def test_worth() -> None:
    whole = report()
    hard = Finding("T3-B", "hard", "总计不等于各项之和")
    # Three statutory cells say something (a blank and the publisher's own row do not), one hard finding, two sections.
    assert worth(whole) == 10 * (3 - 1) + 2
    assert worth(report(findings=(*whole.findings, hard))) == worth(whole) - 10
    assert worth(Report(kind="other", kind_reason="")) == 0
    assert worth(report(sections=whole.sections * 20, findings=())) == 30 + 9


def test_worth_of_what_was_stored_before_is_reckoned_by_the_database(engine: Engine, writer: Writer) -> None:
    writer.write_now(report_record())
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "0004")
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), "head")
    with engine.connect() as connection:
        found: Any = connection.scalar(text("SELECT worth FROM versions"))
    # The database counts sub-sections too.
    assert found == 10 * (3 - 1) + 4
