"""Column types: the same value comes back from both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from crawler.store.engine import make_engine
from crawler.store.types import CleanText, Exact, UtcDateTime, json_type, plain, storable, storable_tree

THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("number", Exact),
    Column("moment", UtcDateTime),
    Column("words", CleanText),
    Column("tree", json_type()),
)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def connection(database: str, tmp_path: Path) -> Iterator[Connection]:
    (tmp_path / "data").mkdir()
    engine = make_engine(database)
    THINGS.metadata.create_all(engine)
    with engine.connect() as made:
        yield made


def there_and_back(connection: Connection, name: str, *values: Any) -> list[Any]:
    with connection.begin_nested():
        connection.execute(THINGS.delete())
        connection.execute(insert(THINGS), [{name: value} for value in values])
        return list(connection.execute(select(THINGS.c[name]).order_by(THINGS.c.id)).scalars())


@shared
@given(number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40))
def test_any_number_is_exact(connection: Connection, number: Decimal) -> None:
    assert there_and_back(connection, "number", number) == [number]


@shared
@given(numbers=st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=20))
def test_sums_are_made_in_sql(connection: Connection, numbers: list[Decimal]) -> None:
    there_and_back(connection, "number", *numbers)
    total = connection.execute(select(func.sum(THINGS.c.number))).scalar_one()
    assert abs(total - sum(numbers)) <= Decimal("0.001")


def test_sums_of_counts_are_exact(connection: Connection) -> None:
    there_and_back(connection, "number", Decimal(2**53), Decimal(1), Decimal(1))
    assert connection.execute(select(func.sum(THINGS.c.number))).scalar_one() == 2**53 + 2


def test_cents_do_not_drift(connection: Connection) -> None:
    there_and_back(connection, "number", *[Decimal("0.10")] * 3, Decimal("6021.70"))
    assert connection.execute(select(func.sum(THINGS.c.number))).scalar_one() == Decimal("6022")


def test_numbers_compare_in_sql(connection: Connection) -> None:
    there_and_back(connection, "number", Decimal(9), Decimal(10), Decimal("9.5"), None)
    query = select(THINGS.c.number).where(THINGS.c.number > Decimal(9)).order_by(THINGS.c.number)
    assert list(connection.execute(query).scalars()) == [Decimal("9.5"), Decimal(10)]


@pytest.mark.parametrize(
    "text",
    ["0", "-0", "0.00", "1E+3", "6021.70", "-7", "1276.5534", "12345678901234567.89", "9223372036854775807",
     "9223372036854775808", "-9223372036854775808", "18446744073709551616", "0.1", "1E-30", "123456789012345.6"],
)  # fmt: skip
def test_edges_of_what_sqlite_can_hold(connection: Connection, text: str) -> None:
    (back,) = there_and_back(connection, "number", Decimal(text))
    assert back == Decimal(text)
    assert back == 0 or str(back) == str(plain(Decimal(text)))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1E+5000", "1E-5000"])
def test_no_number_is_refused(connection: Connection, text: str) -> None:
    with pytest.raises(StatementError):
        there_and_back(connection, "number", Decimal(text))


def test_null_is_null(connection: Connection) -> None:
    for name in ("number", "moment", "words", "tree"):
        assert there_and_back(connection, name, None) == [None]
        assert connection.execute(select(func.count()).where(THINGS.c[name].is_(None))).scalar_one() == 1


@shared
@given(moment=st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2200, 1, 1)), hours=st.integers(-12, 14))
def test_moments_come_back_in_utc(connection: Connection, moment: datetime, hours: int) -> None:
    local = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    (back,) = there_and_back(connection, "moment", local)
    assert back == local
    assert back.tzinfo is UTC or back.utcoffset() == timedelta(0)


def test_moments_sort_by_time(connection: Connection) -> None:
    china = timezone(timedelta(hours=8))
    earlier, later = datetime(2026, 1, 1, 7, tzinfo=china), datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC)
    there_and_back(connection, "moment", later, earlier)
    assert list(connection.execute(select(THINGS.c.moment).order_by(THINGS.c.moment)).scalars()) == [earlier, later]


def test_time_without_a_zone_is_refused(connection: Connection) -> None:
    with pytest.raises(StatementError, match="which moment"):
        there_and_back(connection, "moment", datetime(2026, 1, 1))


any_text = st.text(st.characters(exclude_categories=()))


@shared
@given(words=any_text)
def test_any_text_can_be_stored(connection: Connection, words: str) -> None:
    (back,) = there_and_back(connection, "words", words)
    assert back == storable(words)
    assert len(back) == len(words)


trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e12, 1e12)
    | st.sampled_from([float("nan"), float("-inf")])
    | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@shared
@given(tree=st.dictionaries(any_text, trees, max_size=4))
def test_any_json_can_be_stored(connection: Connection, tree: dict[str, Any]) -> None:
    assert there_and_back(connection, "tree", tree) == [storable_tree(tree)]


def test_clean_text_is_left_as_it_is() -> None:
    words = "一、总体情况 𠮷"
    assert storable(words) is words


def test_sqlite_file_reads_well_by_hand(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'reports.db'}")
    THINGS.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(THINGS), {"tree": {"乙": "文", "甲": 1}})
        assert connection.exec_driver_sql("SELECT tree FROM things").scalar() == '{"乙": "文", "甲": 1}'
