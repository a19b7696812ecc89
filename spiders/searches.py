"""Searches beside the columns (among the notices, by the second path): made again only after some time.

What is missing once is mostly missing for ever, and a search costs ten requests and more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from crawler.items import ListItem
from crawler.revisit import searches_again
from crawler.store.memory import Memory


class Searches:
    """The searches of one crawl; `memories` is what the database knows of each portal."""

    def __init__(self) -> None:
        self.memories: dict[str, Memory] = {}
        self._begun: dict[str, set[str]] = defaultdict(set)

    def may_begin(self, kind: str, portal_id: str, years: frozenset[int] | None, today: date) -> bool:
        """True when a search may begin: the last one of its kind for these years is some time ago."""
        memory = self.memories.get(portal_id)
        known = memory.lists.get(_key(kind)) if memory is not None else None
        if known is not None and known.covers(years) and not searches_again(known.seen_at.date(), today):
            return False
        self._begun[portal_id].add(kind)
        return True

    def settled(self, years: frozenset[int] | None, now: datetime) -> Iterator[ListItem]:
        """The searches that this crawl has made, as lists without an address, once it has come to its end."""
        told = None if years is None else tuple(sorted(years))
        for portal_id, kinds in self._begun.items():
            for kind in sorted(kinds) if portal_id in self.memories else ():
                yield ListItem(portal_id, _key(kind), _key(kind), None, None, None, None, 0, told, now, now)


def _key(kind: str) -> str:
    return f"search:{kind}"
