"""What is wrong with a crawl of a portal: told from what it saw, what earlier crawls saw, and its row. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from statistics import median

from crawler.guards.model import Seen, Verdict
from crawler.guards.shape import familiar
from crawler.portals.model import Portal
from crawler.years import newest_due

LEAST_LOST = 3
"""Reports or rows that must be lost before a drop means anything: small portals vary."""

SEASON = range(2, 7)
"""February to June: reports are due on 31 January or 31 March, and late ones appear until early summer."""

OLD = 2
"""Years by which the newest report lags behind the newest year due, that a portal in season is told for."""

MANY_ANSWERS, HALF = 10, 0.5
MANY_PAGES, THIRD = 3, 0.3
OTHER_SHAPE = 0.5
"""Share of known features below which pages have another template."""


def judge(portal: Portal, now: Seen, past: Sequence[Seen], today: date) -> list[Verdict]:
    """Every guard that speaks, worst first.

    Args:
        portal: the registry row.
        now: what this crawl saw; it came to its end.
        past: what earlier crawls that came to their end saw, newest first; may be empty.
        today: the day of the crawl.
    """
    found = [one for guard in _GUARDS for one in guard(portal, now, past)]
    found += _stale(portal, now, today)
    worse = bool(found) or _reads_worse(now, past)
    return [*found, *(_template(portal, now, past) if worse else ())]


def other_shape(now: Seen, past: Sequence[Seen]) -> dict[str, float]:
    """Kinds of pages that have another template than in all earlier crawls, with the share of what is familiar."""
    shares = {
        "lists": familiar(now.lists, [one.lists for one in past]),
        "articles": familiar(now.articles, [one.articles for one in past]),
    }
    return {kind: round(share, 2) for kind, share in shares.items() if share is not None and share < OTHER_SHAPE}


def certificate_trouble(now: Seen) -> dict[str, str]:
    """Hosts whose certificate is not in order, with what is wrong."""
    return {host: wrong for host, wrong in now.certificates.items() if wrong}


def _zero(portal: Portal, now: Seen, past: Sequence[Seen]) -> Iterator[Verdict]:
    before = max((max(one.standing, one.read) for one in past if one.whole), default=0)
    if now.whole and now.read == 0 and before:
        detail = f"not one page came; earlier crawls saw {before}. Next: {_doctor(portal)}"
        yield Verdict("zero", detail, {"before": before, "columns": now.columns, "rows": now.rows})


def _below_floor(portal: Portal, now: Seen, _past: Sequence[Seen]) -> Iterator[Verdict]:
    if now.whole and now.read and now.standing < portal.floor:
        detail = f"{now.standing} reports, the registry row expects at least {portal.floor}. Next: {_doctor(portal)}"
        yield Verdict("below_floor", detail, {"standing": now.standing, "floor": portal.floor})


def _drop(portal: Portal, now: Seen, past: Sequence[Seen]) -> Iterator[Verdict]:
    usual = median([one.standing for one in past if one.whole] or [0])
    if now.whole and now.read and now.standing * 2 < usual and usual - now.standing >= LEAST_LOST:
        detail = f"{now.standing} reports; earlier crawls met {usual:g}. Next: {_doctor(portal)}"
        yield Verdict("drop", detail, {"standing": now.standing, "usual": usual})


def _list_shrank(portal: Portal, now: Seen, past: Sequence[Seen]) -> Iterator[Verdict]:
    rows = [one.rows for one in past if one.whole and one.rows is not None]
    usual = median(rows or [0])
    if now.unlisted >= LEAST_LOST and now.unlisted >= now.standing:
        detail = f"{now.unlisted} reports have left the lists, {now.standing} are still in them"
    elif now.whole and now.read and now.rows is not None and now.rows * 2 < usual and usual - now.rows >= LEAST_LOST:
        detail = f"the lists have {now.rows} rows; earlier crawls met {usual:g}"
    else:
        return
    evidence: dict[str, object] = {"rows": now.rows, "usual": usual, "unlisted": now.unlisted}
    yield Verdict("list_shrank", f"{detail}. Look at {portal.base}; next: {_doctor(portal)}", evidence)


def _errors(portal: Portal, now: Seen, past: Sequence[Seen]) -> Iterator[Verdict]:
    share = _share(now.errors, now.answers)
    if now.answers >= MANY_ANSWERS and share >= HALF and share >= 2 * _usual(past, "errors", "answers"):
        detail = f"{now.errors} of {now.answers} answers were errors (4xx, 5xx). Next: {_doctor(portal)}"
        yield Verdict("errors", detail, {"errors": now.errors, "answers": now.answers})


def _unreadable(portal: Portal, now: Seen, past: Sequence[Seen]) -> Iterator[Verdict]:
    before = sum(one.pages for one in past)
    bad, usual = _bad(now), _share(sum(_bad(one) for one in past), before)
    if now.pages >= MANY_PAGES and _share(bad, now.pages) >= max(THIRD, 2 * usual):
        detail = f"{bad} of {now.pages} pages could not be read. Next: scrapy coverage --portal {portal.id}"
        yield Verdict("unreadable", detail, _pages(now))
        return
    usual = _share(sum(one.numberless for one in past), before)
    # Without earlier crawls nobody knows whether these reports ever had numbers: old ones are prose.
    if min(now.pages, before) >= MANY_PAGES and _share(now.numberless, now.pages) >= max(THIRD, 2 * usual):
        detail = f"{now.numberless} of {now.pages} reports came without a number; earlier ones had them"
        yield Verdict("unreadable", f"{detail}. Next: scrapy coverage --portal {portal.id}", _pages(now))


def _bad(one: Seen) -> int:
    return one.unreadable + one.empty


def _pages(now: Seen) -> dict[str, object]:
    return {name: getattr(now, name) for name in ("pages", "unreadable", "empty", "numberless")}


def _certificate(portal: Portal, now: Seen, past: Sequence[Seen]) -> Iterator[Verdict]:
    for host, wrong in certificate_trouble(now).items():
        before = next((one.certificates[host] for one in past if host in one.certificates), None)
        if before is not None and before != wrong:
            was = f"it was {before}" if before else "it was in order"
            detail = f"the certificate of {host} is not in order any more: {wrong} ({was}). Next: {_doctor(portal)}"
            yield Verdict("certificate", detail, {"host": host, "now": wrong, "before": before})


def _stale(portal: Portal, now: Seen, today: date) -> Iterator[Verdict]:
    due = newest_due(today)
    if now.whole and today.month in SEASON and now.newest is not None and now.newest <= due - OLD:
        detail = f"the newest report is of {now.newest}, that of {due} is due. Look at {portal.base}: {_doctor(portal)}"
        yield Verdict("stale", detail, {"newest": now.newest, "due": due})


def _template(portal: Portal, now: Seen, past: Sequence[Seen]) -> Iterator[Verdict]:
    if changed := other_shape(now, past):
        kinds = " and ".join(f"{kind} ({share:.0%} of it known)" for kind, share in changed.items())
        detail = f"another template: {kinds}; reading got worse with it. Next: scrapy detect {portal.base}"
        yield Verdict("template", detail, {"familiar": changed})


def _reads_worse(now: Seen, past: Sequence[Seen]) -> bool:
    """Fewer reports than last time, or a larger share of pages without anything in them."""
    last = next((one for one in past if one.whole), None)
    fewer = last is not None and now.whole and now.standing < last.standing
    bad = _share(_bad(now), now.pages) > _share(sum(map(_bad, past)), sum(one.pages for one in past))
    return fewer or bad


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _usual(past: Sequence[Seen], part: str, whole: str) -> float:
    return median([_share(getattr(one, part), getattr(one, whole)) for one in past] or [0.0])


def _doctor(portal: Portal) -> str:
    return f"scrapy doctor {portal.id}"


_GUARDS: tuple[Callable[[Portal, Seen, Sequence[Seen]], Iterator[Verdict]], ...] = (
    _zero, _drop, _below_floor, _list_shrank, _errors, _unreadable, _certificate,
)  # fmt: skip
