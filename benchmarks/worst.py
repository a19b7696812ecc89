"""The slowest pages: every golden page (all forms, all layouts), and pages made to hold a parser up.

Milliseconds for decode + repair + parse + check, the better of two runs, warm. Run with `python -m benchmarks.worst`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from crawler.reports import parse
from tests.reports.golden.cases import CASES

LABEL = "1.属于国家秘密"


def hostile() -> Iterator[tuple[str, bytes]]:
    """Pages of hundreds of kilobytes that no agency writes."""
    wide = "<tr>" + f"<td>{LABEL}</td>" * 400 + "</tr>"
    spans = '<tr><td rowspan="9999" colspan="9999">行政复议</td><td>7</td></tr>'
    close = "".join(f"<tr><td>属于国家机密事项之{n}</td><td>{n}</td></tr>" for n in range(4000))
    yield "400 labels a row, 50 rows", f"<table>{wide * 50}</table>".encode()
    yield "2000 rows with absurd spans", f"<table>{spans * 2000}</table>".encode()
    yield "4000 labels that are nearly one", f"<table><tr><td>申请人情况</td></tr>{close}</table>".encode()
    yield "tables 200 deep", ("<table><tr><td>" * 200 + LABEL + "</td></tr></table>" * 200).encode()
    yield "one line of 100,000 words", f"<p>申请人情况 {' 自然人 7' * 50_000}</p>".encode()
    yield "20,000 lines, a cell each", "\n".join(["申请人情况", *[LABEL, "7"] * 10_000]).encode()
    yield "20,000 lines of bars", "\n".join([f"| {LABEL} | 7 |"] * 20_000).encode()
    yield "a section heading 5000 times", "<p>一、总体情况</p><p>七件。</p>".encode() * 5000


def milliseconds(page: bytes) -> float:
    """Time of one call, the better of two."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        parse(page)
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    """Print the five slowest golden pages and every hostile one."""
    golden = sorted(
        ((milliseconds(page), case.name, len(page)) for case in CASES for page in [case.build()]), reverse=True
    )
    print(f"{len(golden)} golden pages; the slowest:")
    for taken, name, size in golden[:5]:
        print(f"  {name:40} {size / 1000:7.1f} kB {taken:9.1f} ms")
    print("pages made to hold a parser up:")
    for name, page in hostile():
        print(f"  {name:40} {len(page) / 1000:7.1f} kB {milliseconds(page):9.1f} ms", flush=True)


if __name__ == "__main__":
    main()
