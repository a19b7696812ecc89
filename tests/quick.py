"""Commands run as forks of one process that has imported everything: the same result in a tenth of the time.

`run` takes what `subprocess.run` takes of a `python -m scrapy …`. What a fork cannot show (what a command imports,
signals, terminals, pipes that close) is tested with processes of their own. `python -m tests.quick` is the process that
forks; it reads one JSON object a line (`words`, `cwd`, `env`, `files`: paths of stdin, stdout and stderr, `timeout`)
and answers each with the exit code, or null after the timeout.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import REPO

START = [sys.executable, "-m", "scrapy"]


def run(
    command: Sequence[str],
    *,
    cwd: Path = REPO,
    env: Mapping[str, str] | None = None,
    input: str = "",
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; raises TimeoutExpired."""
    assert list(command[:3]) == START, command
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name, one) for one in ("stdin", "stdout", "stderr")]
        files[0].write_text(input, encoding="utf-8")
        code = _press().ask({
            "words": list(command[3:]), "cwd": str(cwd), "env": dict(os.environ if env is None else env),
            "files": [str(one) for one in files], "timeout": timeout,
        })  # fmt: skip
        errors = "replace" if code is None else "strict"  # a command that is stopped may stop amid a sign
        out, err = (one.read_text(encoding="utf-8", errors=errors) for one in files[1:])
    if code is None:
        raise subprocess.TimeoutExpired(list(command), timeout, out, err)
    return subprocess.CompletedProcess(list(command), code, out, err)


class _Press:
    def __init__(self) -> None:
        start = [sys.executable, "-m", "tests.quick"]
        self._process = subprocess.Popen(start, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self._process.communicate)

    def ask(self, what: dict[str, Any]) -> int | None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        answer: int | None = json.loads(self._process.stdout.readline())
        return answer


@cache
def _press() -> _Press:
    return _Press()


def main() -> None:
    """Answer what is asked until the input ends."""
    _warm()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _work(asked)  # does not return
        print(json.dumps(_wait(child, asked["timeout"])), flush=True)


def _warm() -> None:
    """Import and build what commands need; nothing that has threads, files or an event loop."""
    from importlib import import_module
    from pkgutil import iter_modules

    import crawler.commands
    from crawler.portals import registry
    from tests.main_job import forge

    forge._warm()
    registry.shared()
    for one in iter_modules(crawler.commands.__path__):
        if one.name not in ("worker", "cluster", "clusterview"):
            import_module(f"crawler.commands.{one.name}")


def _wait(child: int, timeout: float) -> int | None:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _work(asked: dict[str, Any]) -> None:
    code = 1
    try:
        code = _scrapy(asked)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _scrapy(asked: dict[str, Any]) -> int:
    from scrapy.cmdline import execute

    for number, name in enumerate(asked["files"]):
        opened = os.open(name, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.path[0] = asked["cwd"]
    sys.argv = ["scrapy", *asked["words"]]
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        os.fdopen(2, "wb", closefd=False), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    execute(sys.argv)
    return 0


if __name__ == "__main__":
    main()
