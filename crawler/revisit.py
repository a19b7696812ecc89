"""When something known is to be looked at again. Pure functions of dates; whoever asks brings today's.

A report hardly ever changes once it stands, and most changes come soon after it was published. A page is therefore
visited at growing distances from the day on which it was last seen to change, and oftener while reports of its year are
still being published.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

STEPS = (7, 30, 90, 180, 365)
"""Days after a page's last change on which it is visited; after the last of them once a year."""

IN_SEASON = 7
"""Days between visits while reports of the page's fiscal year are still due."""

AFTER_FAILURES = (1, 3, 7, 30, 90)
"""Days until a row that leads nowhere (404, another host) is tried again, after one failure, after two …"""

READ_WHOLE = 30
"""Days for which it is believed that a list whose beginning shows nothing new holds nothing new at its end."""
READ_WHOLE_IN_SEASON = 7

LIST_OF_PAST_YEAR = (14, 30, 90)
"""Days between questions to a list of one past fiscal year: last year's, the year's before, an older one's."""

SEARCH_AGAIN = 30
"""Days between searches beside the columns (notices, the second path) that came to their end."""
SEARCH_AGAIN_IN_SEASON = 7

BELIEVE_NOT_MODIFIED = 365
"""Days for which a server is believed that says 304: then the page is asked for without conditions."""


def in_season(today: date) -> bool:
    """True from January to March: reports of the year before appear (Regulation of 2019, arts. 49-50)."""
    return today.month <= 3


def next_visit(changed: date, fetched: date, years: Collection[int] = ()) -> date:
    """The day from which a known page may be asked for again.

    Args:
        changed: when its present content was first seen.
        fetched: when it was asked for last, whatever came of it.
        years: the fiscal years of the reports in it; none for a page without a report.
    """
    age = (fetched - changed).days
    step = next((step for step in STEPS if step > age), None)
    due = fetched + timedelta(STEPS[-1]) if step is None else changed + timedelta(step)
    sooner = fetched + timedelta(IN_SEASON)
    if years and sooner <= date(max(years) + 1, 3, 31):
        return min(due, sooner)
    return due


def next_try(failed: date, times: int) -> date:
    """The day from which a row is tried again that failed `times` times in a row, last on `failed`."""
    return failed + timedelta(AFTER_FAILURES[min(max(times, 1), len(AFTER_FAILURES)) - 1])


def reads_whole(complete: date, today: date) -> bool:
    """True when a list that was read to its end on `complete` is to be read to its end again."""
    return today >= complete + timedelta(READ_WHOLE_IN_SEASON if in_season(today) else READ_WHOLE)


def asks_past_year(year: int, seen: date, today: date) -> bool:
    """True when the list of a fiscal year that was read to its end and last seen on `seen` is to be asked again.

    The list of the year whose reports appear now (the calendar year before today's), or of the running one, always is.
    """
    behind = today.year - 1 - year
    return behind < 1 or today >= seen + timedelta(LIST_OF_PAST_YEAR[min(behind, len(LIST_OF_PAST_YEAR)) - 1])


def searches_again(searched: date, today: date) -> bool:
    """True when a search beside the columns that came to its end on `searched` is to be made again."""
    return today >= searched + timedelta(SEARCH_AGAIN_IN_SEASON if in_season(today) else SEARCH_AGAIN)
