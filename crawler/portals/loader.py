"""Registry files into rows, validated as a whole: every fault of every file at once, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import rtoml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.portals.checks import Row, complaints, host_of
from crawler.portals.errors import Problem, RegistryError
from crawler.portals.model import Agency, LeftOut, Portal
from crawler.portals.toml_lines import LineIndex

_Kind = TypeVar("_Kind", bound=BaseModel)
TABLES = ("portal", "agency", "allow", "left_out")
SHIPPED = Path(__file__).resolve().parent / "data"
"""The rows that are installed with the crawler."""


class Allowed(BaseModel):
    """A host outside gov.cn that may be requested, and why (`[[allow]]` in any registry file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    host: str = Field(pattern=r"^[a-z0-9.-]+$")
    reason: str = Field(min_length=10)


class Rows(NamedTuple):
    """What the files say: rows in their order, agencies by id, hosts without a row by name."""

    portals: list[Portal]
    agencies: dict[str, Agency]
    left_out: dict[str, LeftOut]


@dataclass
class _File:
    path: Path
    own: bool
    tree: dict[str, Any]
    text: str

    @cached_property
    def lines(self) -> LineIndex:
        """Built on the first complaint: it takes longer than reading the file."""
        return LineIndex(self.text)

    def at(self, path: tuple[str | int, ...]) -> str:
        """`file:line` of a table or key."""
        return f"{self.path}:{self.lines.line(path)}"


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
    first_at: dict[tuple[str, bool], tuple[Agency, _File, tuple[str | int, ...]]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)

    def add(self, file: _File, path: tuple[str | int, ...], message: str, portal: str = "", skip: int = 0) -> None:
        words = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path[skip:]).lstrip(".")
        self.problems.append(Problem(str(file.path), file.lines.line(path), portal, words, message))


def read(directory: Path | None, *, shipped: bool, allow: Iterable[str] = ()) -> Rows:
    """Read and validate the installed rows and those of an own folder.

    An own row takes the place of an installed row with the same id, and an agency written out in an own row takes the
    place of the installed one. Raises `RegistryError` with every fault there is.
    """
    state = _Loading()
    files = list(_files(state, directory, shipped=shipped))
    rows = [row for file in files for row in _rows(state, file)]
    allowed = frozenset(allow) | {host for file in files for host in _allowed(state, file)}
    for file in files:
        _declare_alone(state, file)
    for row in rows:
        _declare_agencies(state, row)
    left_out = {one.host: one for file in files for one in _left_out(state, file)}
    portals: dict[str, tuple[_Raw, Portal | None]] = {}
    for row in rows:
        portal = _portal(state, row, allowed)
        _place(state, portals, row, portal)
    if state.problems:
        raise RegistryError(state.problems)
    return Rows([portal for _, portal in portals.values() if portal is not None], state.agencies, left_out)


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
        return _File(path, own, rtoml.loads(text), text)
    except UnicodeDecodeError as error:
        line, message = body.count(b"\n", 0, error.start) + 1, f"byte {error.start} is not UTF-8"
    except rtoml.TomlParsingError as error:
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
        if key not in TABLES:
            known = ", ".join(f"[[{one}]]" for one in TABLES)
            state.add(file, (key,), f"unknown key {key!r}: a file holds {known} tables")
    rows = file.tree.get("portal", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        state.add(file, ("portal",), "write each row under [[portal]]")
        return
    for index, table in enumerate(rows):
        yield _Raw(file, index, table)


def _allowed(state: _Loading, file: _File) -> Iterator[str]:
    for found in _of_kind(state, file, "allow", Allowed):
        yield found.host


def _left_out(state: _Loading, file: _File) -> Iterator[LeftOut]:
    yield from _of_kind(state, file, "left_out", LeftOut)


def _of_kind(state: _Loading, file: _File, word: str, kind: type[_Kind]) -> Iterator[_Kind]:
    """The tables `[[word]]` of a file as values; the faulty ones are complained of and left out."""
    tables = file.tree.get(word, [])
    if not isinstance(tables, list):
        state.add(file, (word,), f"write each under [[{word}]]")
        return
    for index, table in enumerate(tables):
        try:
            yield kind.model_validate(table)
        except ValidationError as error:
            _add_faults(state, file, (word, index), error)


def _declare_alone(state: _Loading, file: _File) -> None:
    """Note the agencies that no row of the file publishes: superiors, and bodies that others took over."""
    tables = file.tree.get("agency", [])
    if not isinstance(tables, list):
        state.add(file, ("agency",), "write each under [[agency]]")
        return
    for index, table in enumerate(tables):
        _declare(state, file, ("agency", index), table)


def _declare_agencies(state: _Loading, row: _Raw) -> None:
    """Note every agency that a row writes out."""
    for at, table in _tables(row.table, "agencies"):
        if set(table) != {"id"}:
            _declare(state, row.file, ("portal", row.index, "agencies", at), table, row.id)


def _declare(state: _Loading, file: _File, path: tuple[str | int, ...], table: Any, portal: str = "") -> None:
    """Note one agency that is written out; one that is written out twice must say the same both times."""
    skip = 2 if portal or path[0] == "portal" else 0
    if isinstance(table, dict):
        state.named.add(str(table.get("id")))
    try:
        agency = Agency.model_validate(table)
    except ValidationError as error:
        _add_faults(state, file, path, error, portal, skip=skip)
        return
    earlier, there, where = state.first_at.setdefault((agency.id, file.own), (agency, file, path))
    if earlier is not agency and earlier != agency:
        differ = [name for name in Agency.model_fields if getattr(earlier, name) != getattr(agency, name)]
        message = f"{agency.id!r} is told differently ({', '.join(differ)}) at {there.at(where)}"
        state.add(file, path, f"{message}; write only its id here", portal, skip=skip)
    if file.own or agency.id not in state.agencies:
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
        there = other.file.at(("portal", other.index))
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
