"""The slowest pages: every golden page (all forms, all layouts), and pages made to hold a parser up.

Milliseconds of processor time for decode + repair + parse + check, the better of two runs, warm. Run with
`python -m benchmarks.worst`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from crawler.reports import parse
from tests.reports.golden.cases import CASES

LABEL = "1.属于国家秘密"


Pages = Iterator[tuple[str, str]]


def hostile() -> Iterator[tuple[str, bytes]]:
    """Pages of up to some megabytes that no agency writes: name and bytes."""
    for pages in (_tables(), _spans(), _tags(), _lines(), _texts(), _headings()):
        yield from ((name, page.encode()) for name, page in pages)


def _tables() -> Pages:
    wide = "<tr>" + f"<td>{LABEL}</td>" * 400 + "</tr>"
    close = "".join(f"<tr><td>属于国家机密事项之{n}</td><td>{n}</td></tr>" for n in range(4000))
    short = "".join(f"<tr><td>{LABEL}</td><td>{n}</td></tr>" for n in range(20_000))
    head = "<tr><td>申请人情况</td><td>自然人</td><td>商业企业</td></tr>"
    yield "400 labels a row, 50 rows", f"<table>{wide * 50}</table>"
    yield "4000 labels that are nearly one", f"<table><tr><td>申请人情况</td></tr>{close}</table>"
    yield (
        "60,000 columns, 3 rows",
        "<table><tr><td>申请人情况</td></tr>" + ("<tr>" + "<td>7</td>" * 60_000 + "</tr>") * 3,
    )
    yield "60,000 labels over 60,000 numbers", f"<table><tr>{f'<td>{LABEL}</td>' * 60_000}</tr>{'<td>7</td>' * 60_000}"
    yield "20,000 rows that are short", f"<table>{head}{short}</table>"
    yield "20,000 header rows", f"<table>{head * 20_000}</table>"
    yield "100,000 small tables", "<table><tr><td>申请人情况</td><td>7</td></tr></table>" * 100_000
    yield "40,000 tables of two rows", f"<table>{head}<tr><td>{LABEL}</td><td>7</td></tr></table>" * 40_000
    yield "a cell of 2 MB", f"<table>{head}<tr><td>{LABEL * 140_000}</td><td>7</td></tr></table>"
    yield "a cell of 100,000 lines", f"<table>{head}<tr><td>{'本机关收到<br>' * 100_000}</td><td>7</td></tr></table>"
    yield "numbers of 100,000 digits", f"<table><tr><td>{LABEL}</td>" + ("<td>" + "9" * 100_000 + "</td>") * 50


def _spans() -> Pages:
    spans = '<tr><td rowspan="9999" colspan="9999">行政复议</td><td>7</td></tr>'
    huge = "<tr><td colspan=65000 rowspan=65000>申请人情况</td><td>7</td></tr>"
    yield "2000 rows with absurd spans", f"<table>{spans * 2000}</table>"
    yield "colspan 65,000, rowspan 65,000", f"<table>{huge * 20_000}</table>"
    yield (
        "100 columns over 20,000 rows",
        f"<table><tr>{'<td rowspan=65000>x</td>' * 100}</tr>{'<tr><td>7</td></tr>' * 20_000}",
    )


def _tags() -> Pages:
    yield "tables 200 deep", "<table><tr><td>" * 200 + LABEL + "</td></tr></table>" * 200
    yield "tables 60 deep around 30,000 lines", "<table><tr><td>" * 60 + "<p>一、总体情况。</p>" * 30_000
    yield "100,000 nested tags", "<div>" * 100_000 + "一、总体情况" + "</div>" * 100_000
    yield "20,000 rows in one another", "<table><tr><td>申请人情况<tr>" * 20_000
    yield "known containers 200 deep", "<div id=zoom>" * 200 + "<p>一、总体情况。本机关收到申请。</p>" * 20_000
    yield "50,000 list items", "<ul>" + "<li>一、总体情况" * 50_000
    yield "100,000 images", "<p><img src=x.jpg></p>" * 100_000
    yield "200,000 line breaks", "收到<br>" * 200_000
    yield "20,000 titles", "".join(f"<p>柳溪县{n}局2023年政府信息公开工作年度报告</p>" for n in range(20_000))


def _lines() -> Pages:
    yield "20,000 lines, a cell each", "\n".join(["申请人情况", *[LABEL, "7"] * 10_000])
    yield "20,000 lines of bars", "\n".join([f"| {LABEL} | 7 |"] * 20_000)
    yield "20,000 lines of tabs", "\n".join([f"{LABEL}\t7\t8\t9"] * 20_000)
    yield "20,000 lines that may begin a table", "\n".join(["申请人情况"] * 20_000)
    yield "100,000 lines of a number", "\n".join(["申请人情况", "自然人", *["7"] * 100_000])
    yield "100,000 lines of a numeral", "一、\n" * 100_000


def _texts() -> Pages:
    yield "one line of 100,000 words", f"<p>申请人情况 {' 自然人 7' * 50_000}</p>"
    yield "one line of 5 MB, clauses", "本机关收到政府信息公开申请12件，" * 110_000
    yield "one line of 5 MB, sentences", "<html><p>" + "本机关收到政府信息公开申请12件。予以公开3件。" * 75_000
    yield "one line of 5 MB, numerals", "一、总体情况 （一）主动公开 " * 120_000
    yield "one line of 5 MB, cells", "一\t" * 1_250_000
    yield "one line of 5 MB, digits", "7" * 5_000_000


def _headings() -> Pages:
    yield "a section heading 5000 times", "<p>一、总体情况</p><p>七件。</p>" * 5000
    yield "1 MB of one heading", "<h2>一、总体情况</h2>" * 33_000
    yield "1 MB of headings, each another", "".join(f"<p>一、情况之{n}</p>" for n in range(30_000))
    yield "1 MB of sub-headings", "<p>（一）主动公开情况</p>" * 26_000


def milliseconds(page: bytes) -> float:
    """Processor time of one call, the better of two."""
    times = []
    for _ in range(2):
        start = time.process_time()
        parse(page)
        times.append(time.process_time() - start)
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
