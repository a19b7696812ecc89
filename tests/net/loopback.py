"""Real servers on 127.0.0.1, and a spider that asks them through the whole chain of our settings."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.net.failures import FailureNote, classify
from crawler.net.handler import PortalDownloadHandler
from tests.spiders.crawl import Crawl, crawl

PAGE = "<html><meta charset=utf-8><body>政府信息公开年报</body></html>".encode()


@dataclass
class Answer:
    """What a server answers: headers as they stand, nothing added but the length."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("Content-Type", "text/html")])
    body: bytes = PAGE
    length: bool = True


Respond = Callable[[str, dict[str, str]], Answer]
"""From path and request headers (lower-case names) to an answer."""


@contextmanager
def served(
    respond: Respond | None = None, context: ssl.SSLContext | None = None, *, family: int = socket.AF_INET
) -> Iterator[str]:
    """Address (`https://127.0.0.1:port` with a TLS context, else http) of a server for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            usual = self.path == "/robots.txt" or respond is None
            answer = Answer(404 if self.path == "/robots.txt" else 200) if usual else respond(self.path, headers)
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.length:
                self.send_header("Content-Length", str(len(answer.body)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = not answer.length

        def log_message(self, *args: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: Any, address: Any) -> None:
            # The handshake in the connection's own thread: a client that refuses must not hold up the others.
            if context is not None:
                try:
                    request = context.wrap_socket(request, server_side=True)
                except OSError:
                    return
            try:
                super().finish_request(request, address)
            finally:
                request.close()

        def handle_error(self, request: Any, address: Any) -> None:
            """A client that hangs up is what these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class Asking(Spider):
    """Asks each address once and keeps what came of it."""

    name = "asking"

    def __init__(self, urls: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls.split()
        self.responses: list[Response] = []
        self.notes: list[FailureNote] = []
        self.errors: list[Any] = []

    async def start(self):
        for url in self.urls:
            yield Request(url, self.keep, errback=self.note)

    def keep(self, response: Response) -> None:
        self.responses.append(response)

    def note(self, failure: Any) -> None:
        self.notes.append(classify(failure))
        self.errors.append(failure.value)


def ask(*urls: str, **settings: Any) -> tuple[Asking, Crawl]:
    """Ask these addresses in one crawl with our settings and the real download handler."""
    changed = {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), PortalDownloadHandler),
        "RETRY_TIMES": 0,
        "DOWNLOAD_TIMEOUT": 10,
        **settings,
    }
    result = crawl(Asking, None, settings=changed, urls=" ".join(urls))
    return result.spider, result
