"""One agency through the years: what is carried over, what is in force, what was copied, what jumps.

Only reports of consecutive years are compared, and only cells that hold a number on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from crawler.reports.across.copied import same_words
from crawler.reports.across.model import CrossFinding, Filed, YearIdentity, rules
from crawler.reports.checks.ledger import HOLDS, plain
from crawler.reports.formats import parse_sum
from crawler.reports.model import Finding

_BAND = 5
"""XY-7: a value more than so many times larger or smaller than last year's is worth a look …"""
_SMALL = Decimal(20)
"""… and values below this count as this: 2 after 12 is no jump. Also the least number that is no chance (XY-6)."""
_DISTINCT = 3
"""XY-6: a table with so many different numbers is the same twice by copying, not by chance."""
_UNIT = 100
"""SEM-4: an amount so many times last year's, or last year's so many times it."""
_CASES, _MANY_CASES = 5, 5
"""XT-1: cases, at least so many, more than so many times the requests decided in two years."""


def series(reports: Sequence[Filed]) -> list[CrossFinding]:
    """All findings between consecutive years of one agency, by year, each on the later report."""
    ordered = sorted(reports, key=lambda one: one.year)
    found: list[CrossFinding] = []
    for before, after in pairwise(ordered):
        if after.year - before.year == 1:
            found += (CrossFinding(after.key, finding, (before.key,)) for finding in _pair(before, after))
    return found


def _pair(before: Filed, after: Filed) -> Iterator[Finding]:
    if not _other_scope(before, after):
        for identity in rules().identities:
            if before.format in identity.before and after.format in identity.after:
                yield from _identity(identity, before, after)
        yield from _jumps(before, after)
        yield from _amounts(before, after)
        yield from _cases(before, after)
    yield from _copied(before, after)
    yield from same_words(before, after)


def _other_scope(before: Filed, after: Filed) -> bool:
    """One year the office alone, the other the whole government: their numbers have nothing to do with each other."""
    return before.scope is not None and after.scope is not None and before.scope != after.scope


def renamed(before: Filed, after: Filed) -> bool:
    """Whether the two reports print names of which neither holds the other: a merger or another body is likely."""
    left, right = (_core(one.agency or "") for one in (before, after))
    return bool(left and right) and left not in right and right not in left


def _core(name: str) -> str:
    return re.sub(r"\s|人民政府|办公[室厅]$|委员会$|办事处$", "", name)


# ------------------------------------------------------------------ identities: XY-1 to XY-5


def _identity(identity: YearIdentity, before: Filed, after: Filed) -> Iterator[Finding]:
    for word in identity.each:
        left_terms, right_terms = identity.sides(word)
        left, right = _side(left_terms, before, after), _side(right_terms, before, after)
        if left is None or right is None or HOLDS[identity.op](left, right):
            continue
        soft = identity.severity == "hard" and renamed(before, after)
        name = f"; the report of {before.year} is named {before.agency}" if soft else ""
        right_text = _written(right_terms, before, after, right)
        message = f"{after.year}, {word}: {identity.says}: {plain(left)} against {right_text}{name}"
        cells = tuple(a for _, a in (*left_terms, *right_terms) if not a.startswith("prev."))
        severity = "soft" if soft else identity.severity
        yield Finding(identity.id, severity, message, plain(left), right_text, left - right, cells, word)


def _side(terms: tuple[tuple[int, str], ...], before: Filed, after: Filed) -> Decimal | None:
    total = Decimal(0)
    for sign, address in terms:
        number = _number(address, before, after)
        if number is None:
            return None
        total += sign * number
    return total


def _number(address: str, before: Filed, after: Filed) -> Decimal | None:
    if address.startswith("prev."):
        return before.numbers.get(address.removeprefix("prev."))
    return after.numbers.get(address)


def _written(terms: tuple[tuple[int, str], ...], before: Filed, after: Filed, total: Decimal) -> str:
    parts = [(sign, _number(address, before, after) or Decimal(0)) for sign, address in terms]
    text = plain(parts[0][1])
    for sign, number in parts[1:]:
        text += f" {'-' if sign < 0 else '+'} {plain(number)}"
    return text if len(parts) == 1 else f"{text} = {plain(total)}"


# ------------------------------------------------------------------ copied tables, jumps, units, cases


def _copied(before: Filed, after: Filed) -> Iterator[Finding]:
    """XY-6: a table of numbers that is the same two years running, cell by cell."""
    for vector in rules().vectors:
        own = vector.of(after)
        if not own or own != vector.of(before):
            continue
        values = {number for number in own.values() if number}
        if len(values) >= _DISTINCT or max(values, default=Decimal(0)) >= _SMALL:
            message = f"{vector.table} has the same {len(own)} numbers as in {before.year}: copied?"
            yield Finding("XY-6", "info", message, cells=tuple(own), where=vector.table)


def _jumps(before: Filed, after: Filed) -> Iterator[Finding]:
    """XY-7: another order of magnitude than the year before."""
    for quantity in rules().series:
        old, new = quantity.of(before), quantity.of(after)
        if old is None or new is None:
            continue
        small, large = sorted((old[0], new[0]))
        if large > _BAND * max(small, _SMALL):
            message = f"{quantity.id}: {plain(new[0])} in {after.year}, {plain(old[0])} in {before.year}"
            sides = (plain(new[0]), plain(old[0]), new[0] - old[0])
            yield Finding("XY-7", "info", message, *sides, new[1], quantity.id)


def _amounts(before: Filed, after: Filed) -> Iterator[Finding]:
    """SEM-4: 元 written under 万元 makes an amount ten thousand times another year's."""
    for address in rules().amounts:
        old, new = before.numbers.get(address), after.numbers.get(address)
        if not old or not new or old < 0 or new < 0:
            continue
        if new > _UNIT * old or old > _UNIT * new:
            message = f"{address}: {plain(new)} in {after.year}, {plain(old)} in {before.year}: 元 or 万元?"
            yield Finding("SEM-4", "soft", message, plain(new), plain(old), new - old, (address,), address)


def _cases(before: Filed, after: Filed) -> Iterator[Finding]:
    """XT-1: cases may come late, but not many times as many as there were decisions in two years."""
    terms, decided = parse_sum(rules().cases), parse_sum(rules().decided)
    cases, now, then = after.total(terms), after.total(decided), before.total(decided)
    if cases is None or now is None or then is None or cases < _MANY_CASES or cases <= _CASES * (now + then):
        return
    message = f"{plain(cases)} cases in {after.year}, {plain(now + then)} requests decided in two years"
    cells = tuple(address for _, address in (*terms, *decided))
    yield Finding("XT-1", "info", message, plain(cases), plain(now + then), cases - now - then, cells, "t4")
