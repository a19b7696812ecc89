"""Prepared statements store what SQLAlchemy's own execution stores."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, bindparam, insert, literal, select
from sqlalchemy.exc import IntegrityError

from crawler.reports.model import Report
from crawler.store.engine import make_engine
from crawler.store.identity import content_sha256
from crawler.store.prepared import Prepared
from crawler.store.types import CleanText, Exact, UtcDateTime, json_type, storable_or_none, storable_texts

THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("number", Exact),
    Column("moment", UtcDateTime),
    Column("words", CleanText),
    Column("tree", json_type()),
)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"id": 1, "number": Decimal("602.70"), "moment": NOON, "words": "坏\x00字\ud83d", "tree": {"乙": ["\ud800"]}},
    {"id": 2, "number": Decimal(215), "moment": None, "words": None, "tree": []},
    {"id": 3, "number": None, "moment": NOON, "words": "", "tree": None},
    {"id": 4, "number": Decimal("12345678901234567.89"), "moment": NOON, "words": "100%(s) ?", "tree": {"%s": "?"}},
]


@pytest.fixture
def connection(database: str, tmp_path: Path) -> Iterator[Connection]:
    (tmp_path / "data").mkdir()
    engine = make_engine(database)
    THINGS.metadata.create_all(engine)
    with engine.connect() as made:
        yield made


def stored(connection: Connection) -> list[tuple[Any, ...]]:
    """The rows as the driver gives them, and away with them."""
    rows = connection.exec_driver_sql("SELECT * FROM things ORDER BY id").all()
    connection.execute(THINGS.delete())
    return [tuple(row) for row in rows]


def test_one_row_and_many_rows_are_stored_alike(connection: Connection) -> None:
    connection.execute(insert(THINGS), ROWS)
    expected = stored(connection)
    assert len(expected) == len(ROWS)
    statement = Prepared(insert(THINGS).inline(), connection.dialect)
    for row in ROWS:
        statement.execute(connection, row)
    assert stored(connection) == expected
    statement.execute_many(connection, {name: [row[name] for row in ROWS] for name in ROWS[0]})
    assert stored(connection) == expected


def test_no_rows_are_nothing(connection: Connection) -> None:
    Prepared(insert(THINGS).inline(), connection.dialect).execute_many(connection, {"id": range(0), "words": []})
    assert stored(connection) == []


def test_columns_of_different_lengths_are_an_error(connection: Connection) -> None:
    with pytest.raises(ValueError, match="zip"):
        Prepared(insert(THINGS), connection.dialect).execute_many(connection, {"id": [1, 2], "words": ["a"]})


def test_other_columns_are_another_text(connection: Connection) -> None:
    statement = Prepared(insert(THINGS).inline(), connection.dialect)
    statement.execute(connection, {"id": 1, "words": "甲"})
    statement.execute(connection, {"number": Decimal(2), "id": 2})
    assert [(row[0], row[1], row[3]) for row in stored(connection)] == [(1, None, "甲"), (2, 2, None)]


def test_constants_and_repeated_parameters(connection: Connection) -> None:
    connection.execute(insert(THINGS), ROWS)
    wanted = bindparam("wanted", type_=THINGS.c.id.type)
    query = (
        select(THINGS.c.id, literal("常数", CleanText()).label("word"), wanted.label("asked"))
        .where(THINGS.c.id >= wanted)
        .order_by(THINGS.c.id)
        .limit(1)
    )
    row = Prepared(query, connection.dialect).execute(connection, {"wanted": 2}).one()
    assert tuple(row) == (2, "常数", 2)


def test_errors_are_sqlalchemys(connection: Connection) -> None:
    statement = Prepared(insert(THINGS), connection.dialect)
    with pytest.raises(ValueError, match="not a number"):
        statement.execute(connection, {"id": 1, "number": Decimal("NaN")})
    with pytest.raises(IntegrityError):
        statement.execute_many(connection, {"id": [1, 1]})


texts = st.none() | st.text(st.characters(exclude_categories=()), max_size=20)


@given(texts=st.lists(texts, max_size=8))
def test_texts_are_mended_as_each_alone(texts: list[str | None]) -> None:
    assert list(storable_texts(texts)) == [storable_or_none(text) for text in texts]


marks = st.sampled_from(
    "，（２０）　\u200b\u0301\u0308e가ᄀ\u1161\uac00\uff76\uff9e\u3099\uf900㈠½\ud800\x00\u4e00\u9fff年报"
)


@given(words=st.text(marks | st.characters(exclude_categories=()), min_size=1))
def test_content_is_the_hash_of_the_whole_text_without_widths_and_blanks(words: str) -> None:
    """Taking a text apart for speed must give the hash that taking it whole gave: it is in everybody's database."""
    whole = re.sub(r"[\s\u200b\u200c\u200d\u2060\ufeff]+", "", unicodedata.normalize("NFKC", words + "。"))
    expected = hashlib.sha256(json.dumps([whole, []]).encode("ascii")).hexdigest()
    assert content_sha256(Report(kind="other", text=words + "。")) == expected
