"""Workers as processes that can be killed: everything is imported once, each worker is a fork.

`Fleet` is the handle that a test holds; `python -m tests.cluster.fleet` is the process that forks. It reads one JSON
object a line and answers each: `{"start": {...}}` with the worker's process number, `{"end": number}` with its exit
code (waiting for it), `{"ended": number}` with that or null (not waiting).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import REPO


class Yard:
    """The process that forks."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.cluster.fleet"]
        self._process = subprocess.Popen(command, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what: dict[str, Any]) -> Any:
        """Its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process; its workers are killed."""
        self._process.communicate()


NO_QUEUE, CUT_OFF = 1, 6
"""Exit codes of a worker that is to be begun again."""


class Fleet:
    """Workers over one database and the same fake portals."""

    def __init__(self, yard: Yard, folder: Path, database: str, rows: Path, proxy: str, **changes: Any) -> None:
        self._yard = yard
        self.folder = folder
        self._pids: list[int] = []
        self._common = {"folder": str(folder), "database": database, "rows": str(rows), "proxy": proxy}
        self._changes = changes
        self._number = 0

    def start(self, machine: str = "m1", concurrency: int = 4, **changes: Any) -> int:
        """Begin a worker on a machine (a folder of its own); returns its process number."""
        self._number += 1
        asked = self._common | {
            "machine": machine, "concurrency": concurrency, "who": f"worker-{self._number}",
            "changes": self._changes | changes,
        }  # fmt: skip
        self._pids.append(int(self._yard.ask({"start": asked})))
        return self._pids[-1]

    def supervise(self, workers: dict[str, int], concurrency: int = 4) -> None:
        """Begin workers again that were cut off from the queue, or could not open it, as a supervisor does.

        `workers` by machine.
        """
        for machine, pid in workers.items():
            code = self.ended(pid)
            if code is not None:
                assert code in (NO_QUEUE, CUT_OFF), (code, self.log(machine)[-3000:])
                workers[machine] = self.start(machine, concurrency)

    def ended(self, pid: int) -> int | None:
        """The exit code of a worker that has ended; None while it runs."""
        code = self._yard.ask({"ended": pid})
        return None if code is None else int(code)

    def end(self, pid: int, number: int = signal.SIGTERM) -> int:
        """Send a worker a signal and wait for its end; returns its exit code."""
        os.kill(pid, number)
        return int(self._yard.ask({"end": pid}))

    def log(self, machine: str = "m1") -> str:
        """What the workers of a machine logged."""
        return (self.folder / machine / "worker.log").read_text(encoding="utf-8")

    def close(self) -> None:
        """Kill what still runs."""
        for pid in self._pids:
            if self.ended(pid) is None:
                self.end(pid, signal.SIGKILL)


def main() -> None:
    """Answer what is asked until the input ends."""
    _warm()
    running: set[int] = set()
    codes: dict[int, int] = {}
    for line in sys.stdin:
        ((what, value),) = json.loads(line).items()
        if what == "start":
            child = os.fork()
            if not child:
                _work(value)  # does not return
            running.add(child)
            answer: int | None = child
        else:
            if value in running:
                ended, status = os.waitpid(value, 0 if what == "end" else os.WNOHANG)
                running -= {ended}
                if ended:
                    codes[ended] = os.waitstatus_to_exitcode(status)
            answer = codes.get(value)
        print(json.dumps(answer), flush=True)
    for child in running:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _warm() -> None:
    from tests.main_job import forge

    forge._warm()
    import crawler.cluster.worker
    import crawler.commands.worker
    import crawler.demo.served

    assert crawler.cluster.worker
    assert crawler.commands.worker
    assert crawler.demo.served


def _work(asked: dict[str, Any]) -> None:
    import traceback

    from sqlalchemy.exc import DBAPIError

    from crawler.store import StoreError

    code = 70
    os.dup2(2, 1)  # what a worker prints is no answer
    try:
        _run(asked)
        code = 0
    except (StoreError, DBAPIError, OSError):  # as the command does
        traceback.print_exc()
        code = NO_QUEUE
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _run(asked: dict[str, Any]) -> None:
    from scrapy.crawler import AsyncCrawlerProcess

    from crawler.cluster.worker import ClusterWorker
    from crawler.commands.worker import leave_at_once
    from crawler.jobs.loop import run_in
    from crawler.store import open_store

    os.setsid()
    folder = Path(asked["folder"], asked["machine"])
    folder.mkdir(parents=True, exist_ok=True)
    chosen = settings(folder, asked["database"], asked["rows"], asked["proxy"], asked["who"], **asked["changes"])
    process = AsyncCrawlerProcess(chosen)
    worker = ClusterWorker(
        open_store(asked["database"]), asked["database"], chosen, process,
        concurrency=asked["concurrency"], queues=["crawl", "reparse"],
    )  # fmt: skip
    run_in(process, worker.run, worker.stop, leave_at_once)


def settings(folder: Path, database: str, rows: str, proxy: str, who: str, **changes: Any) -> Any:
    """Settings of a worker: those of tests, and times that are short."""
    from crawler.demo.served import ServedDownloadHandler
    from tests.jobs.test_run import settings as plain

    own = {
        "DATABASE_URL": database, "PORTALS_DIR": rows, "DEMO_PROXY": proxy, "USER_AGENT": who, "LOG_LEVEL": "INFO",
        "LOG_FILE": str(folder / "worker.log"), "ARCHIVE_DIR": str(folder.parent / "archive"),
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), ServedDownloadHandler), "RETRY_TIMES": 2,
        "CLUSTER_HEARTBEAT": 0.5, "CLUSTER_STALLED": 8, "CLUSTER_POLL": 0.3, "CLUSTER_RETRY_SECONDS": 0.5,
        "CLUSTER_DRAIN": 30, "CLUSTER_CRAWL_DUE": "", "CLOSESPIDER_TIMEOUT": 300,
    }  # fmt: skip
    return plain(folder, None, **(own | changes))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
