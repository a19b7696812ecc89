"""A government's consolidated report against those of its own departments (SEM-5)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crawler.reports.across.model import CrossFinding, Filed, rules
from crawler.reports.checks.ledger import plain
from crawler.reports.model import Finding


def consolidated(government: Filed, departments: Sequence[Filed | None]) -> list[CrossFinding]:
    """SEM-5: a consolidated report cannot hold fewer requests than its departments' reports of that year together.

    Those that are there already prove it: a department whose report is not known could only add to their sum.

    Args:
        government: its report; one that does not say that it is consolidated is not tested.
        departments: the report of each department of that year, None for one that is not there.
    """
    if government.scope != "consolidated":
        return []
    there = [one for one in departments if one is not None and one.year == government.year]
    found = []
    for address in rules().consolidated:
        own = government.numbers.get(address)
        parts = [(one.key, part) for one in there if (part := one.numbers.get(address)) is not None]
        total = sum((part for _, part in parts), Decimal(0))
        if own is None or own >= total:
            continue
        message = f"{address}: {plain(own)} in the consolidated report, {plain(total)} in those of its"
        message += f" {len(parts)} departments that are known"
        finding = Finding("SEM-5", "soft", message, plain(own), plain(total), own - total, (address,), address)
        found.append(CrossFinding(government.key, finding, tuple(key for key, _ in parts)))
    return found
