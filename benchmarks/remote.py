"""What it costs that the archive is an object store: pages per second, and how long a page waits until it is stored.

    python -m benchmarks.remote [--portals 20] [--at-once 20] [--delay 0] [--seconds 10 1]

The full job over many fake portals (see `benchmarks.many`), with its archive in a folder, then in an S3 server on
loopback (moto's, a process of its own), with uploads so many seconds after the first page waits for one
(ARCHIVE_UPLOAD_SECONDS).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.many import _run, _told, server


def _serve(told: Any) -> None:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    class Quiet(MotoRequestHandler):
        def log_request(self, *args: Any) -> None:
            """Nothing."""

    app = DomainDispatcherApplication(create_backend_app)
    listening = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    told.put(f"http://127.0.0.1:{listening.server_address[1]}")
    listening.serve_forever()


@contextmanager
def store() -> Iterator[str]:
    """Address of a running S3 server."""
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    process = context.Process(target=_serve, args=(told,), daemon=True)
    process.start()
    try:
        yield told.get(timeout=120)
    finally:
        process.terminate()
        process.join()


def _bucket(endpoint: str, name: str) -> dict[str, Any]:
    """Make a bucket; the settings of a crawl that archives there."""
    urlopen(Request(f"{endpoint}/{name}", method="PUT")).close()  # noqa: S310  our own server
    options = {"endpoint_url": endpoint, "key": "k", "secret": "s", "client_kwargs": {"region_name": "us-east-1"}}
    return {"ARCHIVE_DIR": f"s3://{name}/archive", "ARCHIVE_STORAGE_OPTIONS": json.dumps(options)}


def _line(name: str, one: dict[str, Any]) -> str:
    waits = one["waits"] or [0.0]
    worst = waits[int(len(waits) * 0.95)] if len(waits) > 1 else waits[0]
    said = f"a page waits {statistics.median(waits):.2f} s (median), {worst:.2f} s (95 %)"
    return f"{_told(name, one)}; {said}; {one['reports']} reports, {one['states']}"


def compare(options: argparse.Namespace) -> None:
    """Measure a folder, then the store at each pace, and print."""
    print(f"{options.portals} portals, {options.at_once} at once, {options.delay:g} s between requests to one host")
    with tempfile.TemporaryDirectory() as folder, store() as endpoint:
        rows = Path(folder, "rows")
        with server(options.portals, rows) as proxy:
            job = {
                "proxy": proxy, "rows": str(rows), "portals": options.portals, "delay": options.delay, "kind": "full",
                "addresses": str(Path(folder, "addresses.json")), "at_once": options.at_once,
            }  # fmt: skip
            for number, seconds in enumerate([None, *options.seconds]):
                own = Path(folder, f"data{number}")
                own.mkdir()
                chosen = {} if seconds is None else _bucket(endpoint, f"bench-{os.getpid()}-{number}")
                chosen |= {} if seconds is None else {"ARCHIVE_UPLOAD_SECONDS": seconds}
                found = _run(job | {"folder": str(own), "settings": chosen})
                print(_line("folder" if seconds is None else f"{seconds:g} s", found))


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portals", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--seconds", type=float, nargs="+", default=[10, 1])
    compare(parser.parse_args())


if __name__ == "__main__":
    main()
