"""The next command to try for an agency-year, by what became of it (law 9). Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from crawler.reproduce import reproduce

_LOOK_AT_PORTAL = frozenset({"missing", "unreachable", "refused"})
_READ_PAGE = frozenset({"unreadable", "partial", "refused"})


def next_commands(
    state: str,
    reason: str,
    year: int,
    agency_id: str,
    portals: Sequence[tuple[str, str]],
    url: str | None,
    findings: int = 0,
) -> list[str]:
    """Commands worth trying, the likeliest first; none for a report that is not due.

    Args:
        state, reason: as coverage tells them.
        portals: (id, family) of the portals on which the agency publishes.
        url: the address that the newest attempt speaks of, or the report's.
        findings: of the report that stands there.
    """
    crawls = [f"scrapy crawl {family} -a portal={shlex.quote(one)} -a years={year}" for one, family in portals]
    doctors = [f"scrapy doctor {shlex.quote(one)}" for one, _ in portals]
    shell = reproduce(url)
    quoted = shlex.quote(url or "")
    page = [f"scrapy inspect {quoted}", shell] if shell else []
    if state == "not_due":
        return []
    if state == "found":
        return [*page, f"scrapy check --agency {shlex.quote(agency_id)}"] if findings else page
    if state == "unknown":
        return crawls
    found = [*page] if state in _READ_PAGE else []
    found += doctors if state in _LOOK_AT_PORTAL else []
    found += page[1:] if state in {"blocked", "unreachable", "missing"} else []
    found += [f"scrapy detect {quoted}"] if reason in {"no_column", "empty_list"} and shell else []
    return list(dict.fromkeys([*found, *crawls]))
