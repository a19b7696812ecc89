"""A real S3 server on loopback (moto's), which can be told to refuse, and to go away and come back."""

from __future__ import annotations

import json
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from crawler.archive.remote import RemoteStore

Fault = Callable[[str, str], int | None]
"""From method and path to the status of a refusal; None lets the request through."""


class _Handler(MotoRequestHandler):
    def log_request(self, *args: Any) -> None:
        """A line a request would bury a failure."""


def _free_port() -> int:
    """Below those that connections are given: one that asks a server that is away would else become its port."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


class S3:
    """The server; each test has a bucket of its own."""

    def __init__(self) -> None:
        self.fault: Fault = lambda method, path: None
        self.asked: list[tuple[str, str]] = []
        self._backend = DomainDispatcherApplication(create_backend_app)
        self._port = _free_port()
        self.start()
        named = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
        self.client = boto3.client("s3", endpoint_url=self.url, **named)

    def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = make_server("127.0.0.1", self._port, self._app, True, request_handler=_Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more: connections are refused. What was stored stays."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def options(self) -> dict[str, Any]:
        """Of fsspec; the client does not try again by itself, so that what tries is what is tested."""
        return {
            "endpoint_url": self.url, "key": "k", "secret": "s", "client_kwargs": {"region_name": "us-east-1"},
            "config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": 1}, "connect_timeout": 2},
        }  # fmt: skip

    def bucket(self) -> Bucket:
        """A new one."""
        return Bucket(self, f"b-{uuid.uuid4().hex[:12]}")

    def _app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.asked.append((method, path))
        status = self.fault(method, path)
        if status is None:
            return self._backend(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response(f"{status} Refused", [("Content-Type", "application/xml")])
        code = {403: "AccessDenied", 503: "ServiceUnavailable"}.get(status, "InternalError")
        return [f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>told to</Message></Error>".encode()]


class Bucket:
    """A bucket as seen from outside the crawler."""

    def __init__(self, server: S3, name: str) -> None:
        self.server, self.name = server, name
        self.url = f"s3://{name}/archive"
        self.client = server.client
        self.client.create_bucket(Bucket=name)

    def names(self) -> list[str]:
        """Of the objects, without the probe."""
        found = self.client.list_objects_v2(Bucket=self.name).get("Contents", [])
        return sorted(
            one["Key"].removeprefix("archive/") for one in found if not one["Key"].rpartition("/")[2].startswith(".")
        )

    def warcs(self) -> list[str]:
        return [name for name in self.names() if name.endswith(".warc.gz")]

    def get(self, name: str) -> bytes:
        return self.client.get_object(Bucket=self.name, Key=f"archive/{name}")["Body"].read()

    def put(self, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=f"archive/{name}", Body=data)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=f"archive/{name}")

    def store(self, folder: Path) -> RemoteStore:
        """The archive in it, as a machine has it whose data lies in `folder`."""
        return RemoteStore(self.url, self.server.options, folder / "archive-staging")

    def settings(self, folder: Path, **changes: Any) -> dict[str, Any]:
        """Of a crawl on such a machine."""
        return {
            "ARCHIVE_DIR": self.url, "ARCHIVE_STORAGE_OPTIONS": json.dumps(self.server.options),
            "ARCHIVE_STAGING_DIR": str(folder / "archive-staging"), "ARCHIVE_UPLOAD_SECONDS": 0.1,
            "ARCHIVE_RETRY_SECONDS": 20, **changes,
        }  # fmt: skip


def staged(folder: Path) -> list[str]:
    """What waits on a machine, locks left out."""
    return sorted(
        path.name for path in (folder / "archive-staging").rglob("*") if path.is_file() and path.suffix != ".lock"
    )


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    server = S3()
    yield server
    server.stop()


@pytest.fixture
def bucket(s3: S3) -> Iterator[Bucket]:
    yield s3.bucket()
    s3.fault = lambda method, path: None
