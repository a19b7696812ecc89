"""A process that makes crawls to be killed: everything is imported once, each crawl is a fork of it.

A crawl begun from nothing takes seconds before its first request; a fork is at work at once, so that kills fall all
over its life. `Forge` is the handle that a test holds; `python -m tests.main_job.forge` is the process itself. It reads
one JSON object a line (`folder`, `database`, `portals`, `latency`, `settings` that differ, `after`: seconds until
SIGKILL, or null) and answers each with one (`killed`, `code`, `states`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.conftest import REPO

LONGEST = 180


class Forge:
    """The process, and what is asked of it."""

    def __init__(self, *modules: str) -> None:
        """`modules`: what is imported beside what every crawl needs."""
        command = [sys.executable, "-m", "tests.main_job.forge", *modules]
        self._process = subprocess.Popen(command, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def crawl(self, folder: Path, portals: Sequence[str], **more: Any) -> dict[str, Any]:
        """Crawl portals of the fake country, all in one process; with `after`, kill it -9 so many seconds later."""
        return self.begin(folder, portals, **more)()

    def begin(
        self,
        folder: Path,
        portals: Sequence[str],
        *,
        database: str | None = None,
        latency: float = 0.0,
        after: float | None = None,
        settings: dict[str, Any] | None = None,
    ) -> Callable[[], dict[str, Any]]:
        """The same without waiting; what is returned waits."""
        folder.mkdir(exist_ok=True)
        asked = {
            "folder": str(folder), "portals": list(portals), "latency": latency, "after": after,
            "database": database or f"sqlite:///{folder / 'reports.db'}", "settings": settings or {},
        }  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._told

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=LONGEST)


def main() -> None:
    """Answer what is asked until the input ends."""
    _warm()
    for name in sys.argv[1:]:
        import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            _crawl(asked, writing)  # does not return
        os.close(writing)
        print(json.dumps(_watch(child, reading, asked["after"])), flush=True)


def _warm() -> None:
    """Import and build all that a crawl needs; nothing that has threads, files or an event loop."""
    import scrapy.crawler

    import pipelines.check
    import pipelines.decode
    import pipelines.parse
    import pipelines.store
    import spiders.gkmlpt
    import spiders.trs
    from crawler.demo.country import country
    from crawler.jobs import run
    from crawler.portals import registry
    from crawler.text.language import model
    from tests.main_job.run import OWN_ROWS

    country()
    model()
    registry.shared(OWN_ROWS).find("gz.gov.cn")
    assert all((pipelines, scrapy, spiders, run))


def _crawl(asked: dict[str, Any], answer: int) -> None:
    from scrapy.crawler import AsyncCrawlerProcess

    from crawler.demo.country import country
    from crawler.jobs.loop import run_in
    from crawler.jobs.run import Jobs
    from tests.jobs.test_run import job, settings

    os.setsid()
    changes = {
        "DATABASE_URL": asked["database"], "DEMO_LATENCY": asked["latency"], "LOG_LEVEL": "ERROR",
        "LOG_FILE": f"{asked['folder']}/crawl.log", **asked["settings"],
    }  # fmt: skip
    process = AsyncCrawlerProcess(settings(Path(asked["folder"]), country(), **changes))
    running = Jobs(process, 20)
    jobs = [job(portal) for portal in asked["portals"]]
    tally = run_in(process, lambda: running.run(jobs), running.stop)
    os.write(answer, json.dumps({one.job.portal_id: one.state for one in tally.results}).encode())
    os._exit(0)


def _watch(child: int, reading: int, after: float | None) -> dict[str, Any]:
    """Wait for the child's end, or bring it about."""
    end = time.monotonic() + (LONGEST if after is None else after)
    code = None
    while code is None and time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if ended else None
        time.sleep(0.001 if after is not None else 0.01)
    killed = code is None
    if killed:
        os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    return {"killed": killed, "code": code, "states": json.loads(said) if said else {}}


if __name__ == "__main__":
    main()
