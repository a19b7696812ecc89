"""The loopback server serves what the country answers, as proxy and by name, and plays troubles for real."""

from __future__ import annotations

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from crawler.demo.country import country
from crawler.demo.portal import FakeRequest
from crawler.demo.server import serving
from crawler.demo.trouble import Trouble

URL = "http://nyncj.gz.gov.cn/zw/tzgg/"


def fetch(server, url, *, method="GET", body=None, headers=None, proxy=True, timeout=60):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=timeout)
    try:
        parts = urlsplit(url)
        target = url if proxy else parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {"Host": parts.netloc, **(headers or {})}
        connection.request(method, target, body, sent)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_proxy_host_header_and_localhost_names_serve_identical_bytes():
    land = country()
    with serving(land) as server:
        for report in land.truth()[::23]:
            url = report.url.replace("https://", "http://")
            wanted = country().respond(FakeRequest("GET", url))
            for got in (
                fetch(server, url),
                fetch(server, url, proxy=False),
                fetch(
                    server, url.replace(".gov.cn/", f".gov.cn.localhost:{server.server_address[1]}/", 1), proxy=False
                ),
            ):
                assert (got[0], got[2]) == (wanted.status, wanted.body), url


def test_posts_reach_the_country_with_their_body():
    with serving(country(), scheme="https") as server:
        body = json.dumps({"pn": 0, "rn": 3, "wd": "", "condition": []})
        url = "http://fushun.gov.cn/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew"
        status, _, answer = fetch(server, url, method="POST", body=body)
        assert status == 200
        assert len(json.loads(answer)["result"]["records"]) == 3
        assert server.country.log[-1].url == url.replace("http://", "https://")
        assert server.country.log[-1].method == "POST"


def test_head_sends_no_body_and_unknown_hosts_are_404():
    with serving(country()) as server:
        status, headers, body = fetch(server, URL, method="HEAD")
        assert (status, body) == (200, b"")
        assert int(headers["Content-Length"]) > 1000
        assert fetch(server, "http://www.nowhere.gov.cn/")[0] == 404
        listing = fetch(server, f"http://localhost:{server.server_address[1]}/", proxy=False)
        assert b"nyncj.gz.gov.cn.localhost" in listing[2]
        assert not any(request.host.startswith("localhost") for request in server.country.log)


def test_connect_is_refused():
    with serving(country()) as server, socket.create_connection(server.server_address) as stream:
        stream.sendall(b"CONNECT www.gz.gov.cn:443 HTTP/1.1\r\nHost: www.gz.gov.cn:443\r\n\r\n")
        assert stream.recv(100).startswith(b"HTTP/1.1 501")


@pytest.mark.parametrize("kind", ["slow", "chunked"])
def test_odd_but_whole_answers_hold_the_same_bytes(kind):
    land = country().with_troubles({URL: Trouble(kind, seconds=0.05)})
    with serving(land) as server:
        _, headers, body = fetch(server, URL)
        assert body == country().respond(FakeRequest("GET", URL)).body
        assert ("Transfer-Encoding" in headers) == (kind == "chunked")


def test_answers_cut_short():
    whole = country().respond(FakeRequest("GET", URL)).body
    with (
        serving(country().with_troubles({URL: Trouble("cut")})) as server,
        pytest.raises(http.client.IncompleteRead) as cut,
    ):
        fetch(server, URL)
    assert cut.value.partial == whole[: len(whole) // 2]
    with serving(country().with_troubles({URL: Trouble("short")})) as server:
        assert fetch(server, URL)[2] == whole[: len(whole) // 2]


def test_resets_and_time_outs():
    with serving(country().with_troubles({URL: Trouble("reset")})) as server, pytest.raises(ConnectionResetError):
        fetch(server, URL)
    with serving(country().with_troubles({URL: Trouble("timeout")})) as server, pytest.raises(TimeoutError):
        fetch(server, URL, timeout=0.3)


def test_a_trouble_passes_after_some_times():
    with serving(country().with_troubles({URL: Trouble("reset", times=2)})) as server:
        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                fetch(server, URL)
        assert fetch(server, URL)[0] == 200
