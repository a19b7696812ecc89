"""What a registry row must be beyond the types of its fields. Pure: a row in, complaints out.

Rows are checked as they were written (plain TOML values), not as validated values: a row with one bad field must still
show its other faults, or a user would correct them one run at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from crawler.portals.quirks import FAMILIES, QUIRK_FAMILIES, SHAPES, Quirks

Complaint = tuple[tuple[str | int, ...], str]
"""Path of the field inside the row, and what is wrong."""

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
OLDEST_POSSIBLE = 2003
"""广州市政府信息公开规定, the first rule of this kind in China, came into force on 2003-01-01."""


class Row:
    """A row as written, with getters that give nothing where the value is not of the kind expected."""

    def __init__(self, table: Mapping[str, Any], known_agencies: Mapping[str, object], allow: frozenset[str]) -> None:
        self.table = table
        self.known_agencies = known_agencies
        self.allow = allow

    def text(self, key: str) -> str:
        """A string field; "" when absent or of another type."""
        value = self.table.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> list[tuple[int, str]]:
        """The strings of a list, with their places."""
        value = self.table.get(key)
        return [(at, one) for at, one in enumerate(value) if isinstance(one, str)] if isinstance(value, list) else []

    def tables(self, key: str) -> list[tuple[int, dict[str, Any]]]:
        """The tables of an array of tables, with their places."""
        value = self.table.get(key)
        return [(at, one) for at, one in enumerate(value) if isinstance(one, dict)] if isinstance(value, list) else []

    @cached_property
    def hosts(self) -> set[str]:
        """Hosts of the row; the base's host where none are written."""
        written = {host for _, host in self.texts("hosts")}
        return written or {host_of(self.text("base"))}

    @property
    def agency_ids(self) -> list[str]:
        """Ids of the agencies written in the row."""
        return [str(table["id"]) for _, table in self.tables("agencies") if "id" in table]


_PLAIN_URL = re.compile(r"https?://([a-z0-9.-]+)(?::\d+)?(?:[/?#]|$)")


def host_of(url: str) -> str:
    """Host name of a http(s) URL in lower case, without port; "" when it is no such URL."""
    if plain := _PLAIN_URL.match(url):
        return plain[1]  # nearly all: some thousand are read whenever the registry is loaded
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def complaints(row: Row) -> Iterator[Complaint]:
    """Everything that is wrong with a row besides the types of its fields."""
    for check in _CHECKS:
        yield from check(row)


def _family(row: Row) -> Iterator[Complaint]:
    family = row.text("family")
    if family and family not in FAMILIES:
        yield ("family",), f"unknown family {family!r}; known: {', '.join(FAMILIES)}"


def _shape(row: Row) -> Iterator[Complaint]:
    shape = row.text("shape")
    if shape and shape not in SHAPES:
        yield ("shape",), f"unknown shape {shape!r}; known: {', '.join(SHAPES)}"
    elif shape and row.text("family") in FAMILIES and row.text("family") not in SHAPES[shape]:
        yield ("shape",), f"{shape!r} is no shape of the family {row.text('family')}"


def _quirks(row: Row) -> Iterator[Complaint]:
    quirks = row.table.get("quirks", {})
    if not isinstance(quirks, dict):
        return
    yield from _by_model(Quirks, quirks, ("quirks",), "quirk")
    family = row.text("family")
    for word in quirks:
        if family in FAMILIES and family not in QUIRK_FAMILIES.get(word, FAMILIES):
            yield ("quirks", word), f"is not known to the family {family}"


def _hosts(row: Row) -> Iterator[Complaint]:
    for at, host in row.texts("hosts"):
        if not is_allowed(host, row.allow):
            yield ("hosts", at), _not_allowed(host)


def _base(row: Row) -> Iterator[Complaint]:
    base = row.text("base")
    if isinstance(row.table.get("base"), str):
        yield from _address(row, ("base",), base)
    host = row.text("id").partition("/")[0].partition(":")[0]
    if host and host_of(base) and host not in row.hosts:
        yield ("id",), f"begins with the host {host!r}, which is not among the row's hosts"


def _columns(row: Row) -> Iterator[Complaint]:
    seen: set[str] = set()
    params = FAMILIES.get(row.text("family"))
    for at, column in row.tables("columns"):
        url = column.get("url")
        if isinstance(url, str):
            yield from _address(row, ("columns", at, "url"), url)
            if url in seen:
                yield ("columns", at, "url"), f"{url} stands in an earlier column of this row"
            seen.add(url)
        if params and isinstance(column.get("params"), dict):
            yield from _by_model(
                params, column["params"], ("columns", at, "params"), f"parameter of {row.text('family')}"
            )
        for place, agency in enumerate(column.get("agencies", ()) if isinstance(column.get("agencies"), list) else ()):
            if agency not in row.agency_ids:
                yield ("columns", at, "agencies", place), f"{agency!r} is not among the agencies of this row"


def _samples(row: Row) -> Iterator[Complaint]:
    for at, url in row.texts("sample_urls"):
        yield from _address(row, ("sample_urls", at), url)


def _agencies(row: Row) -> Iterator[Complaint]:
    if row.table.get("agencies") == []:
        yield ("agencies",), "is empty: name at least one agency that publishes here"
    seen: set[str] = set()
    for at, table in row.tables("agencies"):
        agency = table.get("id")
        if isinstance(agency, str) and agency in seen:
            yield ("agencies", at, "id"), f"{agency!r} stands in this row twice"
        seen.add(str(agency))


def _numbers(row: Row) -> Iterator[Complaint]:
    oldest, floor = row.table.get("oldest_year"), row.table.get("floor")
    if isinstance(oldest, int) and not OLDEST_POSSIBLE <= oldest <= 2100:
        yield ("oldest_year",), f"{oldest} cannot be: the first reports are of {OLDEST_POSSIBLE}"
    if isinstance(floor, int) and floor < 0:
        yield ("floor",), f"{floor} is negative"


def _words(row: Row) -> Iterator[Complaint]:
    for key in ("name", "place", "evidence"):
        if isinstance(row.table.get(key), str) and not row.text(key).strip():
            yield (key,), "is blank"


_CHECKS: tuple[Callable[[Row], Iterator[Complaint]], ...] = (
    _family, _shape, _quirks, _hosts, _base, _columns, _samples, _agencies, _numbers, _words,
)  # fmt: skip


def is_allowed(host: str, allow: frozenset[str]) -> bool:
    """Whether a host may stand in the registry: a name under gov.cn, or one that the allow-list names."""
    return host in allow or (host.endswith(".gov.cn") and bool(_HOST.fullmatch(host)) and len(host) <= 253)


def _not_allowed(host: str) -> str:
    return f"{host!r} is neither a lower-case host under gov.cn nor in an [[allow]] table"


def _address(row: Row, path: tuple[str | int, ...], url: str) -> Iterator[Complaint]:
    host = host_of(url)
    quirks = row.table.get("quirks")
    if not host:
        yield path, f"{url!r} is not a http or https address"
    elif not row.table.get("hosts") and path == ("base",):
        if not is_allowed(host, row.allow):
            yield path, _not_allowed(host)
    elif host not in row.hosts:
        yield path, f"the host {host!r} is not among the row's hosts ({', '.join(sorted(row.hosts)) or 'none'})"
    if isinstance(quirks, dict) and quirks.get("http_only") and url.startswith("https:"):
        yield path, f"{url} is https, but the row says http_only"


def _by_model(
    model: type[BaseModel], values: dict[str, Any], path: tuple[str | int, ...], noun: str
) -> Iterator[Complaint]:
    try:
        model.model_validate(values)
    except ValidationError as error:
        for fault in error.errors():
            if fault["type"] == "extra_forbidden":
                known = ", ".join(model.model_fields) or "none"
                yield (*path, *fault["loc"]), f"unknown {noun}; known: {known}"
            else:
                yield (*path, *fault["loc"]), f"{fault['msg']} (got {fault['input']!r})"
