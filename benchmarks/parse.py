"""Milliseconds a page for decode + repair + parse + check, against `lxml.html.fromstring` of the same page.

Over the report pages of the fake country (every layout and every damage), by kind of page, warm. Run with
`python benchmarks/parse.py`.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable

import lxml.html

from crawler.demo.country import country
from crawler.demo.portal import FakeRequest
from crawler.reports import parse


def pages() -> dict[str, list[tuple[bytes, str | None]]]:
    """Report pages by portal: body and Content-Type."""
    land = country()
    found: dict[str, list[tuple[bytes, str | None]]] = defaultdict(list)
    for expected in land.truth():
        answer = land.respond(FakeRequest("GET", expected.url))
        if answer.status == 200:
            found[expected.portal_id].append((answer.body, answer.header("Content-Type")))
    return found


def milliseconds(work: Callable[[], object]) -> float:
    """Time of one call, the better of two."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    """Print the table."""
    found = pages()
    for group in found.values():
        parse(*group[0])  # loads dictionaries and tables
    ours: list[float] = []
    theirs: list[float] = []
    print(f"{'portal':40} {'pages':>5} {'kB':>6} {'parse ms':>9} {'lxml ms':>8} {'ratio':>6}")
    for portal, group in sorted(found.items()):
        mine = [milliseconds(lambda page=page: parse(*page)) for page in group]
        bare = [milliseconds(lambda page=page: lxml.html.fromstring(page[0])) for page in group]
        ours += mine
        theirs += bare
        size = statistics.mean(len(body) for body, _ in group) / 1000
        print(
            f"{portal:40} {len(group):5} {size:6.1f} {statistics.median(mine):9.1f} {statistics.median(bare):8.2f}"
            f" {statistics.median(mine) / statistics.median(bare):6.1f}"
        )
    print(
        f"all: {len(ours)} pages, median {statistics.median(ours):.1f} ms against {statistics.median(theirs):.2f} ms"
        f" (ratio {statistics.median(ours) / statistics.median(theirs):.1f}), slowest {max(ours):.1f} ms"
    )


if __name__ == "__main__":
    main()
