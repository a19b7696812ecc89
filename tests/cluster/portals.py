"""Fake portals in a process of their own that note who asks which host, and when.

`python -m tests.cluster.portals NUMBER FOLDER` writes registry rows to FOLDER/rows and a line to FOLDER/asked.log for
each request (host, user agent, moments of its begin and end), prints its address, and serves until its input ends.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from crawler.demo.country import Country
from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.demo.scale import scaled
from crawler.demo.server import Server
from tests.conftest import REPO


class Asked(NamedTuple):
    """One request as the portal saw it."""

    host: str
    who: str
    begun: float
    ended: float


class Portals:
    """A running server of fake portals."""

    def __init__(self, proxy: str, folder: Path) -> None:
        self.proxy = proxy
        self.folder = folder
        self.rows = folder / "rows"

    def asked(self) -> list[Asked]:
        """All requests so far."""
        found = []
        for line in (self.folder / "asked.log").read_text().splitlines():
            host, who, begun, ended = line.split("\t")
            found.append(Asked(host, who, float(begun), float(ended)))
        return found


@contextmanager
def served(number: int, folder: Path) -> Iterator[Portals]:
    """So many fake portals for the length of a `with` block."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.cluster.portals", str(number), str(folder)]
    with subprocess.Popen(command, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            proxy = process.stdout.readline().strip()
            assert proxy.startswith("http://127.0.0.1:")
            yield Portals(proxy, folder)
        finally:
            process.communicate()


def two_at_once(asked: list[Asked]) -> list[tuple[Asked, Asked]]:
    """Requests of two workers to one host whose crawls overlap: the first asks again after the second has begun."""
    found = []
    hosts: dict[str, list[Asked]] = {}
    for one in sorted(asked, key=lambda one: one.begun):
        hosts.setdefault(one.host, []).append(one)
    for requests in hosts.values():
        for place, one in enumerate(requests[1:], 1):
            before = requests[place - 1]
            if before.who != one.who and (
                before.ended > one.begun or any(later.who == before.who for later in requests[place:])
            ):
                found.append((before, one))
    return found


class Noted:
    """A country that notes who asks."""

    def __init__(self, land: Country, log: Path) -> None:
        self.hosts, self.trouble = land.hosts, land.trouble
        self._respond = land.respond
        self._lock, self._log = threading.Lock(), log.open("a", encoding="utf-8")

    def respond(self, request: FakeRequest) -> FakeResponse:
        """The country's answer, a moment later: two requests at once are then seen."""
        begun = time.monotonic()
        time.sleep(0.02)
        answer = self._respond(request)
        who = request.headers.get("user-agent", "")
        with self._lock:
            self._log.write(f"{request.host}\t{who}\t{begun:.4f}\t{time.monotonic():.4f}\n")
            self._log.flush()
        return answer


def main() -> None:
    """Serve until the input ends."""
    number, folder = int(sys.argv[1]), Path(sys.argv[2])
    land = scaled(number, folder / "rows")
    for built in land.built:
        for site in built.sites:
            site.schemes = frozenset({"http", "https"})
    server = Server(Noted(land, folder / "asked.log"))  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.proxy, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
