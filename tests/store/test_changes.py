"""The feed of changes, read from both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from crawler.reports.model import Report
from crawler.store import Spool, Writer, open_store
from crawler.store.changes import Change, Wanted, changes, moment
from crawler.store.records import AttemptValue
from tests.store.examples import NOON, attempt_record, page, page_record, report, report_record

OWN = "http://sthjj.gz.gov.cn/nb/post_1.html"
COLLECTION = "http://www.gz.gov.cn/nb/hj/2023.html"


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def show(engine: Engine, tmp_path: Path) -> Callable[..., Any]:
    """Write what an address shows in the run of a minute."""
    writer = Writer(engine, Spool(tmp_path / "spool"), delays=())

    def write(minutes: int, what: Report, url: str = OWN, **more: Any) -> Any:
        text = f"{what.text}{sorted(cell.raw for cell in what.cells.values())}"
        where = page(url, f"{abs(hash(text)):064x}"[:64])
        return writer.write_now(report_record(f"run-{minutes}", minutes, what, where, **more))

    write.writer = writer  # type: ignore[attr-defined]
    return write


def with_natural(number: int, **more: Any) -> Report:
    made = report(**more)
    cell = made.cells["t3.new.natural"]._replace(raw=str(number), value=Decimal(number))
    return replace(made, cells=made.cells | {"t3.new.natural": cell})


def feed(engine: Engine, **wanted: Any) -> list[Change]:
    return list(changes(engine, Wanted(**wanted)))


def shape(found: list[Change]) -> list[tuple[str, str]]:
    return [(one.kind, one.url) for one in found]


def test_new_changed_and_back(engine: Engine, show: Callable[..., Any]) -> None:
    for minute, number in enumerate([215, 216, 216, 215]):
        show(minute, with_natural(number))
    found = feed(engine)
    assert [(one.kind, one.at) for one in found] == [
        ("back", NOON + timedelta(minutes=3)),
        ("changed", NOON + timedelta(minutes=1)),
        ("new", NOON),
    ]
    told = [one.difference.cells for one in found if one.difference]
    sides = [(c.address, c.before.raw, c.after.raw) for (c,) in told if c.before and c.after]
    assert sides == [("t3.new.natural", "216", "215"), ("t3.new.natural", "215", "216")]
    assert all(one.difference and not one.difference.sections and not one.difference.facts for one in found[:2])
    assert len({one.id for one in found}) == 3
    assert found == feed(engine)


def test_a_record_written_twice_is_one_change(engine: Engine, show: Callable[..., Any]) -> None:
    for minute, number in ((0, 215), (1, 216), (1, 216), (0, 215)):
        show(minute, with_natural(number))
    assert [one.kind for one in feed(engine)] == ["changed", "new"]


def test_twins_with_different_texts_are_no_change(engine: Engine, show: Callable[..., Any]) -> None:
    pictures = report("本局收到申请若干件。下表为图片。", cells={}, findings=())
    for minute in range(0, 6, 2):
        show(minute, with_natural(215))
        show(minute + 1, pictures, COLLECTION)
    assert shape(feed(engine)) == [("new", OWN)]


def test_a_change_that_a_twin_follows_is_told_once(engine: Engine, show: Callable[..., Any]) -> None:
    for minute, (url, number) in enumerate([(OWN, 215), (COLLECTION, 215), (OWN, 216), (COLLECTION, 216)]):
        show(minute, with_natural(number), url)
    assert shape(feed(engine)) == [("changed", OWN), ("new", OWN)]
    # The same on the way back: both addresses showed it before.
    show(4, with_natural(215))
    assert shape(feed(engine))[0] == ("back", OWN)


def test_what_a_newer_parser_reads_is_left_out(engine: Engine, show: Callable[..., Any]) -> None:
    show(0, with_natural(215))
    show(1, with_natural(216), parser="9.9.9")
    assert [one.kind for one in feed(engine)] == ["new"]
    found = feed(engine, parser=True)
    assert [(one.kind, one.by_parser) for one in found] == [("changed", True), ("new", False)]


def test_an_address_that_is_gone(engine: Engine, show: Callable[..., Any]) -> None:
    show(0, with_natural(215))
    show(0, with_natural(215), COLLECTION)
    gone = AttemptValue(outcome="missing", reason="http_404", url=OWN)
    for minute in (5, 6):
        show.writer.write_now(attempt_record(run_id=f"g{minute}", minutes=minute, agency=None, attempt=gone))  # type: ignore[attr-defined]
    found = feed(engine, kinds=["gone"])
    assert [(one.url, one.at, one.year, one.reason) for one in found] == [
        (OWN, NOON + timedelta(minutes=5), 2023, "http_404")
    ]
    show(7, with_natural(215))
    assert not feed(engine, kinds=["gone"])


@pytest.mark.parametrize(("same_bytes", "told"), [(False, ["gone"]), (True, [])])
def test_an_address_that_shows_a_look_alike(
    engine: Engine, show: Callable[..., Any], same_bytes: bool, told: list[str]
) -> None:
    show(0, with_natural(215))
    attempt = AttemptValue(outcome="refused", reason="look_alike:notice", url=OWN, year=2023)
    with engine.connect() as connection:
        sha256 = str(connection.exec_driver_sql("SELECT sha256 FROM pages").scalar_one())
    where = page(OWN, sha256 if same_bytes else "c" * 64)
    show.writer.write_now(page_record(run_id="r9", minutes=9, page=where, attempt=attempt))  # type: ignore[attr-defined]
    assert [one.kind for one in feed(engine, kinds=["gone"])] == told


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 2),
        ({"since": NOON + timedelta(minutes=1)}, 1),
        ({"until": NOON + timedelta(minutes=1)}, 1),
        ({"agency": "生态环境"}, 2),
        ({"agency": "财政"}, 0),
        ({"portal": "gz.gov"}, 2),
        ({"portal": "zj.gov"}, 0),
        ({"years": {2023}}, 2),
        ({"years": {2022}}, 0),
        ({"kinds": ["new"]}, 1),
    ],
)
def test_filters(engine: Engine, show: Callable[..., Any], wanted: dict[str, Any], count: int) -> None:
    show(0, with_natural(215))
    show(1, with_natural(216))
    assert len(feed(engine, **wanted)) == count


@pytest.mark.parametrize(
    ("text", "end", "means"),
    [
        ("7d", False, datetime(2026, 11, 15, 12, tzinfo=UTC)),
        ("12h", False, datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-01-31", False, datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31", True, datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-01-31T08:00+08:00", True, datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_moments(text: str, end: bool, means: datetime) -> None:
    assert moment(text, NOON, end=end) == means


@pytest.mark.parametrize("text", ["", "7", "7y", "2026-13-01", "yesterday", "0001-01-01T00:00+23:00"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        moment(text, NOON)
