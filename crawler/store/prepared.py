"""Statements that SQLAlchemy compiles once, executed afterwards with plain tuples.

`Connection.execute` looks a statement up, sets up its context and calls a converter through several layers for every
value: for the two thousand values of a report that takes five times as long as the database itself. Here text, order
of parameters and converters are worked out at the first execution. Errors are still SQLAlchemy's, and the converters
are those of the column types, so what is stored is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.types import TypeEngine

from crawler.store.types import CleanText, storable_or_none, storable_texts

Convert = Callable[[Any], Any]
Columns = Mapping[str, Sequence[Any]]
"""Values of many rows by column name; all of one length."""


class Prepared:
    """One statement in one dialect. Which columns it binds follows from the values that it is first executed with.

    Used by any thread: who finds nothing compiled compiles, twice at worst.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        self._statement = statement
        self._dialect = dialect
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute once. Rows come back as the driver gives them: only numbers and texts may be asked for.

        Raises:
            sqlalchemy.exc.DBAPIError: what the database says.
            ValueError: a value that its column type refuses.
        """
        compiled = self._for(values)
        return connection.exec_driver_sql(compiled.text, compiled.row(values))

    def execute_many(self, connection: Connection, columns: Columns) -> None:
        """Execute once a row; nothing for no rows.

        Raises:
            sqlalchemy.exc.DBAPIError, ValueError: as `execute`.
        """
        compiled = self._for(columns)
        if rows := compiled.rows(columns):
            connection.exec_driver_sql(compiled.text, rows)

    def _for(self, names: Iterable[str]) -> _Compiled:
        key = tuple(names)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _compile(self._statement, self._dialect, key)
        return found


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One place in the text. A `name` that is None is a constant of the statement itself, already converted."""

    name: str | None
    constant: Any
    type: TypeEngine[Any]
    convert: Convert | None

    def one(self, values: Mapping[str, Any]) -> Any:
        if self.name is None:
            return self.constant
        value = values[self.name]
        return value if self.convert is None else self.convert(value)

    def column(self, columns: Columns, length: int) -> Sequence[Any]:
        if self.name is None:
            return [self.constant] * length
        values = columns[self.name]
        if isinstance(self.type, CleanText):
            return storable_texts(values)
        return values if self.convert is None else list(map(self.convert, values))


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    parameters: tuple[_Parameter, ...]

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([parameter.one(values) for parameter in self.parameters])

    def rows(self, columns: Columns) -> list[tuple[Any, ...]]:
        length = len(next(iter(columns.values())))
        return list(zip(*(one.column(columns, length) for one in self.parameters), strict=True))


def _compile(statement: ClauseElement, dialect: Dialect, names: tuple[str, ...]) -> _Compiled:
    compiled = statement.compile(
        dialect=_positional(dialect), column_keys=list(names), compile_kwargs={"render_postcompile": True}
    )
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        raise TypeError(f"{statement} has no positional parameters")
    parameters = tuple(_parameter(compiled, place, dialect, names) for place in compiled.positiontup)
    return _Compiled(str(compiled), parameters)


def _positional(dialect: Dialect) -> Dialect:
    """The dialect, or its twin that numbers parameters by their place: Postgres's own names them."""
    if dialect.positional:
        return dialect
    make: Callable[..., Dialect] = type(dialect)
    return make(paramstyle="format")


def _parameter(compiled: SQLCompiler, place: str, dialect: Dialect, names: tuple[str, ...]) -> _Parameter:
    kind = compiled.binds[place].type
    convert = _converter(kind, dialect)
    if place in names:
        return _Parameter(place, None, kind, convert)
    constant = compiled.params[place]
    return _Parameter(None, constant if convert is None else convert(constant), kind, convert)


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, CleanText):
        return storable_or_none
    return kind.dialect_impl(dialect).bind_processor(dialect)
