"""The statutory formats of the annual report, as data (YAML beside this file).

`shared.yaml` holds what several formats share; every other YAML file is one format. A further format is a further file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.reports.formats.model import (
    Block,
    Column,
    Equation,
    Format,
    Identity,
    NarrativeRule,
    Row,
    Section,
    Table,
    parse_sum,
)

__all__ = [
    "Block",
    "Column",
    "Equation",
    "Format",
    "FormatError",
    "Identity",
    "NarrativeRule",
    "Row",
    "Section",
    "Shared",
    "Table",
    "load",
    "parse_sum",
    "prescribed",
    "shared",
]

_SHARED = "shared.yaml"


class FormatError(ValueError):
    """One or more format files are not sound. The message lists every fault with its file and place."""


class Units(BaseModel):
    """Units that stand beside numbers: counters of things, and money with its worth in 元."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    counters: tuple[str, ...]
    money: dict[str, Annotated[str, Field(pattern=r"^\d+$")]]


class Shared(BaseModel):
    """What the formats share: column and row sets, null tokens, units, radicals, checks of the prose."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    column_sets: dict[str, tuple[Column, ...]]
    row_sets: dict[str, tuple[Row, ...]]
    null_tokens: dict[str, tuple[str, ...]]
    units: Units
    radicals: dict[str, str]
    narrative: tuple[NarrativeRule, ...]


@cache
def shared() -> Shared:
    """The shared pieces of the package. Raises FormatError."""
    return _read_shared(files(__package__) / _SHARED)


def load(directory: Path | None = None) -> dict[str, Format]:
    """All formats by id, in the order in which their markers are tried.

    `directory` adds further format files (`*.yaml`) to those of the package; a file with a known id replaces that
    format. Raises FormatError naming every fault of every file at once.
    """
    if directory is None:
        return dict(_package_formats())
    found = {**_package_formats(), **_read_formats(sorted(directory.glob("*.yaml")))}
    return _in_order(found)


def prescribed(format_id: str | None, year: int | None = None) -> tuple[Table, ...]:
    """The tables a report must carry: those of its format or, where none was recognised, of the fiscal year.

    Without either, and for years without a national form, nothing is prescribed.
    """
    known = load()
    if format_id is not None:
        return known[format_id].tables if format_id in known else ()
    for candidate in known.values():
        first, last = candidate.fiscal_years
        if candidate.national and year is not None and first <= year <= (last or year):
            return candidate.tables
    return ()


@cache
def _package_formats() -> Mapping[str, Format]:
    here = files(__package__)
    names = sorted(entry.name for entry in here.iterdir() if entry.name.endswith(".yaml") and entry.name != _SHARED)
    return _in_order(_read_formats([here / name for name in names]))


def _in_order(found: Mapping[str, Format]) -> dict[str, Format]:
    return {item.id: item for item in sorted(found.values(), key=lambda item: (item.detect_order, item.id))}


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it: the same values, eight times sooner."""


def _read_yaml(path: Traversable) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  both loaders are safe ones
    except yaml.YAMLError as error:
        raise FormatError(f"{path.name}: not YAML: {error}") from error


def _read_shared(path: Traversable) -> Shared:
    try:
        return Shared.model_validate(_read_yaml(path))
    except ValidationError as error:
        raise FormatError("\n".join(_faults(path.name, error))) from error


def _read_formats(paths: Sequence[Traversable]) -> dict[str, Format]:
    found: dict[str, Format] = {}
    faults: list[str] = []
    for path in paths:
        try:
            item = _build(_read_yaml(path))
        except ValidationError as error:
            faults.extend(_faults(path.name, error))
        except FormatError as error:
            faults.append(f"{path.name}: {error}" if path.name not in str(error) else str(error))
        else:
            if item.id in found:
                faults.append(f"{path.name}: the format {item.id} is defined in two files")
            found[item.id] = item
    if faults:
        raise FormatError("\n".join(faults))
    return found


def _faults(name: str, error: ValidationError) -> list[str]:
    return [f"{name}: {'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors()]


def _build(raw: Any) -> Format:
    """Put shared columns and rows where `cols_from` and `rows_from` name them, then validate."""
    if not isinstance(raw, dict):
        raise FormatError("a format file is a mapping")
    pieces = shared()
    tables = [_filled(table, pieces) for table in raw.get("tables") or [] if isinstance(table, dict)]
    return Format.model_validate({**raw, "tables": tables, "narrative": raw.get("narrative", pieces.narrative)})


def _filled(table: Mapping[str, Any], pieces: Shared) -> dict[str, Any]:
    filled = dict(table)
    names = [name for name in [filled.pop("cols_from", None)] if name is not None]
    sets = filled.pop("rows_from", [])
    unknown = [n for n in names if n not in pieces.column_sets] + [n for n in sets if n not in pieces.row_sets]
    if unknown:
        raise FormatError(f"table {table.get('id')}: unknown shared set: {', '.join(map(str, unknown))}")
    if names:
        filled["cols"] = pieces.column_sets[names[0]]
    if sets:
        filled["rows"] = [row for name in sets for row in pieces.row_sets[name]]
    return filled
