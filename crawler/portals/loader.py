"""Registry files into rows, validated as a whole: every fault of every file at once, with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.portals.checks import Row, complaints, host_of
from crawler.portals.errors import Problem, RegistryError
from crawler.portals.model import Agency, Portal
from crawler.portals.toml_lines import LineIndex

SHIPPED = Path(__file__).resolve().parent / "data"
"""The rows that are installed with the crawler."""


class Allowed(BaseModel):
    """A host outside gov.cn that may be requested, and why (`[[allow]]` in any registry file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    host: str = Field(pattern=r"^[a-z0-9.-]+$")
    reason: str = Field(min_length=10)


@dataclass(slots=True)
class _File:
    path: Path
    own: bool
    tree: dict[str, Any]
    lines: LineIndex


@dataclass(slots=True)
class _Raw:
    """One `[[portal]]` table as written."""

    file: _File
    index: int
    table: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.table.get("id", ""))


@dataclass(slots=True)
class _Loading:
    """The state of one load: what was read so far and what was wrong with it."""

    problems: list[Problem] = field(default_factory=list)
    unreadable: bool = False
    agencies: dict[str, Agency] = field(default_factory=dict)
    first_at: dict[tuple[str, bool], tuple[Agency, str]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)

    def add(self, file: _File, path: tuple[str | int, ...], message: str, portal: str = "", skip: int = 0) -> None:
        words = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path[skip:]).lstrip(".")
        self.problems.append(Problem(str(file.path), file.lines.line(path), portal, words, message))


def read(directory: Path | None, *, shipped: bool, allow: Iterable[str] = ()) -> tuple[list[Portal], dict[str, Agency]]:
    """Read and validate the installed rows and those of an own folder.

    An own row takes the place of an installed row with the same id, and an agency written out in an own row takes the
    place of the installed one. Raises `RegistryError` with every fault there is.
    """
    state = _Loading()
    files = list(_files(state, directory, shipped=shipped))
    rows = [row for file in files for row in _rows(state, file)]
    allowed = frozenset(allow) | {host for file in files for host in _allowed(state, file)}
    for row in rows:
        _declare_agencies(state, row)
    portals: dict[str, tuple[_Raw, Portal | None]] = {}
    for row in rows:
        portal = _portal(state, row, allowed)
        _place(state, portals, row, portal)
    if state.problems:
        raise RegistryError(state.problems)
    return [portal for _, portal in portals.values() if portal is not None], state.agencies


def _files(state: _Loading, directory: Path | None, *, shipped: bool) -> Iterator[_File]:
    folders = ([(SHIPPED, False)] if shipped else []) + ([(directory, True)] if directory is not None else [])
    for folder, own in folders:
        paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        if not paths:
            what = "holds no *.toml file" if folder.is_dir() else "is not a folder"
            state.problems.append(Problem(str(folder), 0, "", "", f"{what} (setting PORTALS_DIR)"))
        for path in paths:
            file = _parse(state, path, own)
            if file is not None:
                yield file


def _parse(state: _Loading, path: Path, own: bool) -> _File | None:
    line = 0
    try:
        body = path.read_bytes()
        text = body.decode("utf-8").replace("\r\n", "\n")
        return _File(path, own, tomllib.loads(text), LineIndex(text))
    except UnicodeDecodeError as error:
        line, message = body.count(b"\n", 0, error.start) + 1, f"byte {error.start} is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        message = f"not TOML: {error}"
        found = re.search(r"at line (\d+)", message)
        line = int(found[1]) if found else text.count("\n") + 1
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    state.unreadable = True
    state.problems.append(Problem(str(path), line, "", "", message))
    return None


def _rows(state: _Loading, file: _File) -> Iterator[_Raw]:
    for key in file.tree:
        if key not in {"portal", "allow"}:
            state.add(file, (key,), f"unknown key {key!r}: a file holds [[portal]] and [[allow]] tables")
    rows = file.tree.get("portal", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        state.add(file, ("portal",), "write each row under [[portal]]")
        return
    for index, table in enumerate(rows):
        yield _Raw(file, index, table)


def _allowed(state: _Loading, file: _File) -> Iterator[str]:
    tables = file.tree.get("allow", [])
    if not isinstance(tables, list):
        state.add(file, ("allow",), "write each host under [[allow]]")
        return
    for index, table in enumerate(tables):
        try:
            yield Allowed.model_validate(table).host
        except ValidationError as error:
            _add_faults(state, file, ("allow", index), error)


def _declare_agencies(state: _Loading, row: _Raw) -> None:
    """Note every agency that a row writes out; one that is written out twice must say the same both times."""
    for at, table in _tables(row.table, "agencies"):
        state.named |= {str(table.get("id"))} if set(table) != {"id"} else set()
        if set(table) == {"id"}:
            continue
        path = ("portal", row.index, "agencies", at)
        try:
            agency = Agency.model_validate(table)
        except ValidationError as error:
            _add_faults(state, row.file, path, error, row.id, skip=2)
            continue
        where = f"{row.file.path}:{row.file.lines.line(path)}"
        earlier, there = state.first_at.setdefault((agency.id, row.file.own), (agency, where))
        if earlier != agency:
            differ = [name for name in Agency.model_fields if getattr(earlier, name) != getattr(agency, name)]
            message = f"{agency.id!r} is told differently ({', '.join(differ)}) at {there}"
            state.add(row.file, path, f"{message}; write only its id here", row.id, skip=2)
        if row.file.own or agency.id not in state.agencies:
            state.agencies[agency.id] = agency


def _portal(state: _Loading, row: _Raw, allowed: frozenset[str]) -> Portal | None:
    path = ("portal", row.index)
    for where, message in complaints(Row(row.table, state.agencies, allowed)):
        state.add(row.file, (*path, *where), message, row.id, skip=2)
    table = dict(row.table)
    written = table.get("agencies")
    if isinstance(written, list) and len(_tables(table, "agencies")) == len(written):
        table["agencies"] = list(_resolved_agencies(state, row))
    if not table.get("hosts"):
        table["hosts"] = [host_of(str(table.get("base", "")))]
    try:
        return Portal.model_validate(table)
    except ValidationError as error:
        _add_faults(state, row.file, path, error, row.id, skip=2)
        return None


def _resolved_agencies(state: _Loading, row: _Raw) -> Iterator[Agency]:
    """The row's agencies in full; those that were refused already are left out, they have had their say."""
    for at, table in _tables(row.table, "agencies"):
        agency_id = str(table.get("id"))
        if agency_id in state.agencies:
            yield state.agencies[agency_id]
        elif agency_id not in state.named and not state.unreadable:
            # Where a file could not be read, the agency may well stand in it: complaining would mislead.
            message = f"no row tells of the agency {agency_id!r}: write it out here"
            state.add(row.file, ("portal", row.index, "agencies", at, "id"), message, row.id, skip=2)


def _place(state: _Loading, portals: dict[str, tuple[_Raw, Portal | None]], row: _Raw, portal: Portal | None) -> None:
    earlier = portals.get(row.id)
    if row.id and earlier is not None and earlier[0].file.own == row.file.own:
        other = earlier[0]
        there = f"{other.file.path}:{other.file.lines.line(('portal', other.index))}"
        state.add(row.file, ("portal", row.index, "id"), f"the id stands already at {there}", row.id, skip=2)
        return
    portals[row.id or f"{row.file.path}#{row.index}"] = (row, portal)


def _tables(table: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    value = table.get(key)
    return [(at, one) for at, one in enumerate(value) if isinstance(one, dict)] if isinstance(value, list) else []


def _add_faults(
    state: _Loading,
    file: _File,
    path: tuple[str | int, ...],
    error: ValidationError,
    portal: str = "",
    skip: int = 0,
) -> None:
    for fault in error.errors():
        if fault["type"] == "missing":
            message = "is missing"
        elif fault["type"] == "extra_forbidden":
            message = "unknown key"
        else:
            message = f"{fault['msg']} (got {fault['input']!r})"
        state.add(file, (*path, *fault["loc"]), message, portal, skip)
