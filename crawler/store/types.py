"""Column types that hold the same values on SQLite and on Postgres."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: Postgres refuses the first, UTF-8 has no bytes for the second."""

_INT64 = 2**63
_SAFE_DIGITS = 18
"""So many digits fit into 64 bits."""

_MARK = "d"
"""Ends the text of a number that neither an integer nor a double of SQLite can hold exactly."""


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates replaced by U+FFFD, the sign for a lost character; else the same object."""
    return text if _is_storable(text) else _UNSTORABLE.sub("\ufffd", text)


def storable_or_none(text: str | None) -> str | None:
    """`storable` for a column that may be null."""
    return None if text is None else storable(text)


def storable_texts(texts: Sequence[str | None]) -> Sequence[str | None]:
    """`storable_or_none` of each; the same object when nothing is to be mended, which one look at all of them tells."""
    if _is_storable("".join(filter(None, texts))):
        return texts
    return [storable_or_none(text) for text in texts]


def _is_storable(text: str) -> bool:
    # Encoding is several times faster than a regular expression over the thousands of characters of a report.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def storable_tree(value: Any) -> Any:
    """`storable` applied to every string in a JSON-able value, keys included. JSON has no NaN: it becomes text."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): storable_tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_tree(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


class CleanText(TypeDecorator[str]):
    """Text that every database takes: see `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        return storable_or_none(value)


class _Verbatim(Numeric[Any]):
    """NUMERIC that binds and gives back what sqlite3 takes and gives."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Nothing: `Exact` has made an int, a float or text of it."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Nothing."""


class Exact(TypeDecorator[Decimal]):
    """Decimal numbers, exact on both databases, summed and compared in SQL on both.

    Postgres has NUMERIC. SQLite only has 64-bit integers and doubles, so a value becomes an integer where it is one, a
    double where fifteen digits hold it (a double gives fifteen digits back unharmed), and else, which no form asks
    for, text that keeps every digit, still counts in `sum()` by its leading digits, but sorts after all numbers.
    Trailing zeros are dropped, so that both databases give back the same value; the printed form is in `cells.raw`.

    Raises:
        ValueError: for NaN and infinities (StatementError on execution).
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """NUMERIC, on SQLite without SQLAlchemy's own conversion to doubles."""
        if dialect.name == "sqlite":
            return _Verbatim()
        return dialect.type_descriptor(Numeric(asdecimal=True))

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        """The value as the database keeps it."""
        if value is None:
            return None
        if isinstance(value, Decimal) and value.is_finite() and 0 <= value.adjusted() < _SAFE_DIGITS:
            # Nearly every cell is a small count.
            count = int(value)
            if count == value:
                return count
        number = plain(Decimal(value))
        return _for_sqlite(number) if dialect.name == "sqlite" else number

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The value as a Decimal without trailing zeros."""
        if value is None:
            return None
        if isinstance(value, float):
            return plain(Decimal(format(value, ".15g")))
        if isinstance(value, str):
            return plain(Decimal(value.removesuffix(_MARK)))
        return plain(Decimal(value))


def plain(number: Decimal) -> Decimal:
    """`number` without trailing zeros and without an exponent, digit for digit (no context, no rounding).

    Raises:
        ValueError: for NaN, infinities, and numbers of more than a thousand places.
    """
    if not number.is_finite():
        raise ValueError(f"{number} is not a number that can be stored")
    _, digits, exponent = number.as_tuple()
    if abs(int(exponent)) + len(digits) > 1000:
        raise ValueError(f"a number of {len(digits)} digits with exponent {exponent} is not a statutory number")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal(0) if text in {"-0", "0"} else Decimal(text)


def _for_sqlite(number: Decimal) -> int | float | str:
    if number == number.to_integral_value() and -_INT64 <= number < _INT64:
        return int(number)
    double = float(number)
    if Decimal(format(double, ".15g")) == number:
        return double
    return format(number, "f") + _MARK


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, timezone-aware, always given back in UTC. SQLite stores it as naive UTC text, which sorts by time.

    Raises:
        ValueError: for a naive time, whose moment nobody knows (StatementError on execution).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no timezone: which moment is meant?")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_type() -> JSON:
    """A JSON column: JSONB on Postgres, text on SQLite; an absent value is SQL NULL, not the JSON word `null`."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
