"""Webhook, mail and heartbeat, against real servers on loopback."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.jobs.notify import beat, notify

NOTHING = {"headline": "0 new", "exit_code": 0, "new": 0, "changed": 0}
TROUBLE = {"headline": "0 new, 1 in trouble", "exit_code": 3, "new": 0, "changed": 0}


@contextmanager
def web(status: int = 200) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A web server and what it was asked."""
    asked: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((f"{self.command} {self.path}", self.rfile.read(int(self.headers.get("Content-Length") or 0))))
            self.send_response(status)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """A mail server that takes everything, and the lines it got."""
    got: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            data = False
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                got.append(line)
                if data:
                    data = line != "."
                    if not data:
                        self.wfile.write(b"250 taken\r\n")
                elif line.upper() == "DATA":
                    data = True
                    self.wfile.write(b"354 go on\r\n")
                elif line.upper() == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()


def settings(**values: Any) -> Settings:
    return Settings({"CRAWL_DUE_NOTIFY": "trouble", **values})


def test_a_webhook_gets_the_summary_only_when_there_is_something_to_say() -> None:
    with web() as (url, asked):
        chosen = settings(CRAWL_DUE_WEBHOOK=f"{url}/hook")
        assert notify(chosen, NOTHING, "nichts") == []
        assert asked == []
        assert notify(chosen, TROUBLE, "某市生态环境局") == []
        assert notify(chosen, NOTHING | {"new": 2}, "two") == []
        assert notify(settings(CRAWL_DUE_WEBHOOK=f"{url}/hook", CRAWL_DUE_NOTIFY="always"), NOTHING, "all") == []
    assert [line for line, _ in asked] == ["POST /hook"] * 3
    assert json.loads(asked[0][1]) == TROUBLE | {"text": "某市生态环境局"}


def test_a_mail_with_the_headline_as_its_subject() -> None:
    with mail_server() as (port, got):
        chosen = settings(
            CRAWL_DUE_MAIL="a@example.org,b@example.org",
            MAIL_HOST="127.0.0.1",
            MAIL_PORT=port,
            MAIL_FROM="c@example.org",
        )
        assert notify(chosen, TROUBLE, "line one\n某市") == []
    assert "Subject: scrapy crawl-due: 0 new, 1 in trouble" in got
    assert [line for line in got if line.lower().startswith("rcpt")] == [
        "rcpt TO:<a@example.org>",
        "rcpt TO:<b@example.org>",
    ]


def test_heartbeat_file_and_url(tmp_path: Path) -> None:
    with web() as (url, asked):
        file = tmp_path / "new" / "heartbeat.json"
        assert beat(settings(HEARTBEAT_FILE=str(file), HEARTBEAT_URL=f"{url}/ping"), NOTHING) == []
    assert json.loads(file.read_text()) == NOTHING
    assert [line for line, _ in asked] == ["GET /ping"]
    assert [path.name for path in file.parent.iterdir()] == ["heartbeat.json"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"CRAWL_DUE_WEBHOOK": "file:///etc/passwd"}, "no http or https address"),
        ({"CRAWL_DUE_WEBHOOK": "http://127.0.0.1:9/hook"}, "Connection refused"),
        ({"CRAWL_DUE_MAIL": "a@example.org", "MAIL_HOST": "127.0.0.1", "MAIL_PORT": 9}, "Connection refused"),
    ],
)
def test_who_cannot_be_told_is_named_and_nothing_is_raised(values: dict[str, Any], said: str) -> None:
    (sentence,) = notify(settings(**values), TROUBLE, "text")
    assert said in sentence


def test_an_answer_that_is_an_error_is_named(tmp_path: Path) -> None:
    with web(500) as (url, _):
        (sentence,) = beat(settings(HEARTBEAT_URL=url), NOTHING)
    assert "HTTP Error 500" in sentence
    (sentence,) = beat(settings(HEARTBEAT_FILE=str(tmp_path)), NOTHING)
    assert str(tmp_path) in sentence
