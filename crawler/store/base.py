"""What all tables share: their mother class, names of constraints, types of columns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

from crawler.store.types import CleanText, Exact, UtcDateTime, json_type

Id = BigInteger().with_variant(Integer, "sqlite")
"""Row numbers: SQLite numbers rows by itself only in a column declared exactly INTEGER."""


class Base(DeclarativeBase):
    """Mother of all tables. Constraints have names, so that migrations can speak of them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy when the class is made
        str: CleanText,
        datetime: UtcDateTime,
        Decimal: Exact,
        bool: Boolean,
        dict[str, Any]: json_type(),
        list[Any]: json_type(),
    }
