"""Archived pages read anew: pages a second by number of processes, as ratio to one.

    python -m benchmarks.reparse [--pages 400] [--jobs 1 2 4]

Crawls a few portals of the fake country into a folder, then reads their pages again and again out of the archive. The
start of the processes counts, as it does in `scrapy reparse`. Ratios mean something, absolute figures differ.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

import crawler.demo
from crawler.demo.country import country
from crawler.jobs.loop import run_in
from crawler.jobs.plan import job_for
from crawler.jobs.run import Jobs
from crawler.portals import registry
from crawler.reparse.model import StoredPage, Wanted
from crawler.reparse.pool import Setup, reread
from crawler.reparse.selection import stored_pages
from crawler.store import open_store
from crawler.store.agenda import Agenda

PORTALS = ("sthjj.gz.gov.cn", "sthjt.hunan.gov.cn", "sthjj.xuchang.gov.cn")
ROWS = str(Path(crawler.demo.__file__).parent / "portals")
HANDLER = "crawler.demo.handler.CountryDownloadHandler"


def _settings(folder: Path) -> Settings:
    made = Settings()
    made.setmodule("crawler.settings", priority="project")
    own = {
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}", "SPOOL_DIR": str(folder / "spool"),
        "ARCHIVE_DIR": str(folder / "archive"), "DATA_DIR": str(folder), "PORTALS_DIR": ROWS, "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER}, "DEMO_COUNTRY": country(), "CRAWL_DELAY_CAP": 0,
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    made.setdict(own, priority="cmdline")
    return made


def crawled(folder: Path) -> list[StoredPage]:
    """The pages of a crawl into `folder`."""
    process = AsyncCrawlerProcess(_settings(folder))
    running = Jobs(process, len(PORTALS))
    nothing = Agenda({}, {}, frozenset(), {}, {})
    jobs = [job_for(registry.shared(ROWS).portal(one), None, nothing, delay=0) for one in PORTALS]
    run_in(process, lambda: running.run(jobs), running.stop)
    engine = open_store(f"sqlite:///{folder / 'reports.db'}")
    try:
        return list(stored_pages(engine, Wanted()))
    finally:
        engine.dispose()


def main() -> None:
    """Measure each number of processes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = crawled(Path(folder))
        setup = Setup(Path(folder) / "archive", ROWS)
        first = None
        print(
            f"{len(pages)} pages of {len(PORTALS)} portals, read {options.pages} times in all; {os.cpu_count()} cores"
        )
        for jobs in options.jobs:
            begun = time.perf_counter()
            read = sum(one.record is not None for one in reread(islice(cycle(pages), options.pages), setup, jobs))
            rate = options.pages / (time.perf_counter() - begun)
            first = first or rate
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{jobs} processes: {rate:.0f} pages/s, ratio {rate / first:.2f}; {read} read; {peak} MB here")


if __name__ == "__main__":
    main()
