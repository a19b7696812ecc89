"""A government's consolidated report against those of its own departments (SEM-5)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crawler.reports.across.model import CrossFinding, Filed, rules
from crawler.reports.checks.ledger import plain
from crawler.reports.model import Finding


def consolidated(government: Filed, departments: Sequence[Filed | None]) -> list[CrossFinding]:
    """SEM-5: a consolidated report cannot hold fewer requests than its departments' reports of that year together.

    Args:
        government: its report; one that does not say that it is consolidated is not tested.
        departments: the report of each department of that year, None for one that is not there: then nothing can be
            said, nor where one of them lacks the number.
    """
    if government.scope != "consolidated" or not departments:
        return []
    there = [one for one in departments if one is not None]
    if len(there) < len(departments) or any(one.year != government.year for one in there):
        return []
    found = []
    for address in rules().consolidated:
        own, parts = government.numbers.get(address), [one.numbers.get(address) for one in there]
        known = [part for part in parts if part is not None]
        total = sum(known, Decimal(0))
        if own is None or len(known) < len(parts) or own >= total:
            continue
        message = f"{address}: {plain(own)} in the consolidated report, {plain(total)} in those of its"
        message += f" {len(there)} departments together"
        finding = Finding("SEM-5", "soft", message, plain(own), plain(total), own - total, (address,), address)
        found.append(CrossFinding(government.key, finding, tuple(one.key for one in there)))
    return found
