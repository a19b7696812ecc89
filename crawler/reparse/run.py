"""Two steps: read everything anew and tell what differs, keeping it in a file; then write it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

from sqlalchemy import Engine

from crawler.reparse.compare import Compared, compared
from crawler.reparse.model import Reread
from crawler.store.crossing import recheck
from crawler.store.engine import IMMEDIATE
from crawler.store.records import PageRecord, ReportRecord, from_json, to_line
from crawler.store.rereading import put


@dataclass(slots=True)
class Totals:
    """What a reading of all pages came to: pages by verdict and by trouble, cells by address, findings by code."""

    verdicts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    @property
    def to_write(self) -> int:
        """Pages whose reading is to be written."""
        return self.verdicts.total() - self.verdicts["same"] - self.verdicts["not_read"]

    @property
    def damaged(self) -> int:
        """Pages that could not be read although they should have been."""
        return self.troubles["damaged"] + self.troubles["failed"]

    def add(self, one: Compared) -> None:
        """Count a page."""
        self.verdicts[one.verdict] += 1
        if one.reread.trouble:
            self.troubles[one.reread.trouble] += 1
        self.addresses.update(cell.address for cell in one.difference.cells)
        for code, _, more in one.findings:
            self.findings[code] += more


def compare_all(engine: Engine, read: Iterable[Reread], kept: IO[str], tell: Callable[[Compared], None]) -> Totals:
    """Put each page's new reading beside the stored one, tell what differs, keep what is to be written in `kept`."""
    totals = Totals()
    for one in read:
        # A connection a page: readers that stay in a transaction keep SQLite's log from being emptied.
        with engine.connect() as connection:
            found = compared(connection, one)
        totals.add(found)
        if found.verdict != "same":
            tell(found)
        if found.writes and one.record is not None:
            version = one.page.known.version_id if one.page.known else None
            kept.write(json.dumps([one.page.id, version, to_line(one.record)], ensure_ascii=False) + "\n")
    return totals


def write_all(engine: Engine, kept: Iterable[str]) -> int:
    """Write what was kept, a transaction a page, then compare the agencies' reports anew. Returns how many.

    Raises:
        sqlalchemy.exc.DBAPIError: what the database says; pages before that one are written.
    """
    agencies: set[str] = set()
    count = 0
    for line in kept:
        page_id, version_id, record_line = json.loads(line)
        record = from_json(json.loads(record_line))
        if not isinstance(record, ReportRecord | PageRecord):
            raise TypeError(f"{type(record).__name__} is no page")
        with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
            put(connection, record, page_id, version_id)
        if record.agency is not None:
            agencies.add(record.agency.id)
        count += 1
    recheck(engine, sorted(agencies))
    return count
