"""Milliseconds a page for decode + repair + parse + check, beside `lxml.html.fromstring` alone and beside trafilatura
(the text) with pandas.read_html (the tables), which give neither sections nor bound cells, on the same pages.

Over the report pages of the fake country (every layout and every damage), by kind of page, warm, in processor time;
then pages of 100 kB, and the memory over 10,000 pages. Run with `python -m benchmarks.parse`.
"""

from __future__ import annotations

import io
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, cast

import lxml.html
import pandas
import trafilatura

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
    """Processor time of one call, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def others(body: bytes) -> None:
    """The text by trafilatura, the tables by pandas; a page without tables is no error."""
    text = trafilatura.load_html(body)
    trafilatura.extract(text, include_tables=True)
    if b"<table" in body.lower():
        try:
            pandas.read_html(cast("Any", io.BytesIO(body)), flavor="lxml")  # its stubs know text only
        except ValueError:
            return


FILLERS = {
    "scripts": "var menu = [1, 2, 3]; // links\n",
    "menus": '<li><a href="/zwgk/xxgkzn/index.html" target="_blank">政府信息公开指南</a></li>\n',
    "Word": '<p class="MsoNormal" style="text-indent:21pt"><span style="font-size:16pt">\xa0<o:p></o:p></span></p>\n',
}


def large(body: bytes, kind: str) -> bytes:
    """A page of 100 kB: the same page with scripts, menus or what a word processor leaves behind in front of it."""
    piece = FILLERS[kind].encode()
    filler = piece * ((100_000 - len(body)) // len(piece))
    filler = b"<script>" + filler + b"</script>" if kind == "scripts" else b"<div>" + filler + b"</div>"
    tag = b"<body" if kind == "scripts" else b"<p"
    return body.replace(tag, filler + tag, 1)


def line(name: str, group: list[tuple[bytes, str | None]]) -> tuple[list[float], list[float], list[float]]:
    """Measure a group and print its row."""
    mine = [milliseconds(lambda page=page: parse(*page)) for page in group]  # type: ignore[misc]
    bare = [milliseconds(lambda page=page: lxml.html.fromstring(page[0])) for page in group]  # type: ignore[misc]
    them = [milliseconds(lambda page=page: others(page[0])) for page in group]  # type: ignore[misc]
    size = statistics.mean(len(body) for body, _ in group) / 1000
    ours, lxml_alone, theirs = map(statistics.median, (mine, bare, them))
    print(
        f"{name:40} {len(group):5} {size:6.1f} {ours:9.1f} {lxml_alone:8.2f} {ours / lxml_alone:6.1f} {theirs:9.1f}"
        f" {theirs / ours:6.1f}"
    )
    return mine, bare, them


def memory(found: dict[str, list[tuple[bytes, str | None]]], count: int = 10_000) -> None:
    """Peak memory after each fourth of `count` pages: flat when nothing is kept of a page."""
    every = [page for group in found.values() for page in group]
    peaks = []
    for number in range(count):
        parse(*every[number % len(every)])
        if (number + 1) % (count // 4) == 0:
            peaks.append(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(f"peak memory after each {count // 4} pages: {', '.join(peaks)}")


def main() -> None:
    """Print the table."""
    found = pages()
    for group in found.values():
        parse(*group[0])  # loads dictionaries and tables
    print(
        f"{'portal':40} {'pages':>5} {'kB':>6} {'parse ms':>9} {'lxml ms':>8} {'ratio':>6} {'others':>9} {'ratio':>6}"
    )
    sums: tuple[list[float], list[float], list[float]] = ([], [], [])
    for portal, group in sorted(found.items()):
        for total, part in zip(sums, line(portal, group), strict=True):
            total += part
    ours, bare, them = map(statistics.median, sums)
    print(
        f"all: {len(sums[0])} pages, median {ours:.1f} ms against {bare:.2f} ms (ratio {ours / bare:.1f})"
        f" and {them:.1f} ms (ratio {them / ours:.1f}), slowest {max(sums[0]):.1f} ms"
    )
    body, header = max((page for group in found.values() for page in group), key=lambda page: len(page[0]))
    for kind in FILLERS:
        line(f"one page of 100 kB, much of it {kind}", [(large(body, kind), header)])
    memory(found)


if __name__ == "__main__":
    main()
