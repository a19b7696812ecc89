"""A process that writes reports until it is killed; prints the number of each report that was acknowledged.

Usage: python -m tests.store.crash_writer DATABASE_URL SPOOL_FOLDER FIRST_NUMBER
"""

from __future__ import annotations

import itertools
import sys

from crawler.store import Spool, Writer, open_store
from tests.store.examples import page, report, report_record


def main(url: str, spool: str, first: int) -> None:
    writer = Writer(open_store(url), Spool(spool), delays=(), probe_after=1e9)
    writer.start_now()
    for number in itertools.count(first):
        where = page(f"http://www.gz.gov.cn/{number}.html", f"{number:064d}")
        result = writer.write_now(report_record(f"run-{first}", 0, report(f"第{number}份报告。"), where, year=number))
        print(number, result.status, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
