"""The country behind a real HTTP server on loopback: the HTTP stack, time-outs and resets, browsers.

Three ways to reach it:

* As an HTTP proxy, which needs no name service: `with serving(country()) as server:` and then for Scrapy
  `request.meta["proxy"] = server.proxy` (or the environment's `http_proxy`), for Chromium
  `--proxy-server=<server.proxy>`, through scrapy-playwright
  `PLAYWRIGHT_LAUNCH_OPTIONS = {"proxy": {"server": server.proxy}}`. Addresses are then the real ones,
  `http://sthjj.gz.gov.cn/…`. A proxy sees only ciphertext of https, so https is not played here (CONNECT gets 501);
  `Server(…, scheme="https")` plays plain requests as if they had come by https, for portals that know nothing else.
* By name: everything resolved to loopback (`--host-resolver-rules=MAP * 127.0.0.1:<port>`, or a resolver in
  TWISTED_DNS_RESOLVER and the port in the URL); the Host header then says which portal is meant.
* By a person: `python -m crawler.demo.server`, then `http://sthjj.gz.gov.cn.localhost:8765/` in a browser (browsers
  send every name under `localhost` to this machine); `http://localhost:8765/` lists the portals.

Only loopback is ever listened on. Troubles of the country are played for real.
"""

from __future__ import annotations

import argparse
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import urlsplit

from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse, page
from crawler.demo.trouble import Trouble

LOCAL = ".localhost"
CHUNK = 1024


class Server(ThreadingHTTPServer):
    """A threaded HTTP server on 127.0.0.1 that serves a country by Host header or as a proxy.

    Args:
        played: the country.
        port: port to listen on, 0 for any free one.
        scheme: scheme under which plain requests are put to the country.
        verbose: print a line a request (for a person); tests read `Country.log` instead.
    """

    daemon_threads = True
    request_queue_size = 1024
    """Connections that may wait. With the default of five, hundreds of portals that are crawled at once would lose the
    first packets of their connections and wait for seconds."""

    def __init__(self, played: Country, port: int = 0, *, scheme: str = "http", verbose: bool = False) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.country = played
        self.scheme = scheme
        self.verbose = verbose
        self.closing = threading.Event()

    @property
    def proxy(self) -> str:
        """Address to enter as HTTP proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def shutdown(self) -> None:
        """Stop serving; answers that never come (time-outs) are released."""
        self.closing.set()
        super().shutdown()


@contextmanager
def serving(played: Country, **options: object) -> Iterator[Server]:
    """A server running in a thread for the length of a `with` block; `options` as for `Server`."""
    server = Server(played, **options)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class Handler(BaseHTTPRequestHandler):
    """One connection: requests for real host names, by Host header or by absolute address."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""

    @property
    def here(self) -> Server:
        """The server, with its country."""
        return cast(Server, self.server)

    def answer(self) -> None:
        """Answer one request of any method."""
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        lines = {name.lower(): value for name, value in self.headers.items()}
        request = FakeRequest(self.command, self._url(), lines, body)
        if request.host in ("localhost", "127.0.0.1") or request.host.startswith(("localhost:", "127.0.0.1:")):
            self._send(self._portals())
            return
        answer = self.here.country.respond(request)
        trouble = self.here.country.trouble(request)
        if trouble is None:
            self._send(answer)
        else:
            self._suffer(trouble, answer)

    do_GET = do_POST = do_HEAD = answer

    def do_CONNECT(self) -> None:
        """Https is not played on a socket: there is no certificate for these names, and there should be none."""
        self.send_error(501, "https is not played here", "use the download handler, or scheme='https'")

    def _url(self) -> str:
        if self.path.startswith(("http://", "https://")):
            parts = urlsplit(self.path)
            return parts._replace(scheme=self.here.scheme).geturl()
        host = self.headers.get("Host", "localhost").lower()
        name, _, port = host.partition(":")
        if name.endswith(LOCAL):
            name = name.removesuffix(LOCAL)
        elif name in ("localhost", "127.0.0.1") and port:
            name = host
        return f"{self.here.scheme}://{name}{self.path}"

    def _portals(self) -> FakeResponse:
        port = self.here.server_address[1]
        items = "".join(
            f'<li><a href="http://{host}{LOCAL}:{port}/">{escape(host)}</a></li>' for host in self.here.country.hosts
        )
        return page(f"<!DOCTYPE html><html><body><h1>Portals of the fake country</h1><ul>{items}</ul></body></html>")

    def _head(self, answer: FakeResponse, length: int | None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send(self, answer: FakeResponse) -> None:
        self._head(answer, len(answer.body))
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _suffer(self, trouble: Trouble, answer: FakeResponse) -> None:
        if trouble.kind == "timeout":
            self.here.closing.wait(600)
            self.close_connection = True
        elif trouble.kind in ("reset", "refused", "dns"):
            self._reset()
        elif trouble.kind == "cut":
            self._head(answer, len(answer.body))
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.close_connection = True
        elif trouble.kind == "short":
            self._head(answer, len(answer.body) // 2)
            self.wfile.write(answer.body)
            self.close_connection = True
        elif trouble.refusal is not None:
            self._send(trouble.refusal)
        elif trouble.kind == "chunked":
            self._head(answer, None)
            for part in _parts(answer.body):
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
        else:
            self._drip(answer, trouble.seconds)

    def _drip(self, answer: FakeResponse, seconds: float) -> None:
        self._head(answer, len(answer.body))
        parts = _parts(answer.body)
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()
            if self.here.closing.wait(seconds / len(parts)):
                break

    def _reset(self) -> None:
        """Tear the connection down with RST instead of closing it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def handle_one_request(self) -> None:
        """As the standard library's; a client that hangs up in mid-answer is no error of ours."""
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError, ValueError, OSError):
            self.close_connection = True

    def finish(self) -> None:
        """Close the connection's files; after a reset there is nothing left to flush."""
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """A line a request where a person wants to see them."""
        if self.here.verbose:
            super().log_message(format, *args)


def _parts(body: bytes) -> list[bytes]:
    return [body[i : i + CHUNK] for i in range(0, len(body), CHUNK)] or [b""]


def main() -> None:
    """Serve the country until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the fake country on this machine for a browser.")
    parser.add_argument("--port", type=int, default=8765)
    port = parser.parse_args().port
    server = Server(country(), port, verbose=True)
    print(f"portals: http://localhost:{server.server_address[1]}/   as proxy: {server.proxy}   stop with Ctrl-C")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
