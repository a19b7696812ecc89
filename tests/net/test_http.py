"""HTTP as portals speak it, on a real wire: compression, cookies, ports, addresses without a name."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.net.handler import PortalDownloadHandler
from tests.net.loopback import PAGE, Answer, ask, served
from tests.spiders.crawl import _tables, crawl, row

HTML = ("Content-Type", "text/html")


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("gzip", lambda body: body),
        ("deflate", lambda body: body),
        ("", gzip.compress),
        ("identity", gzip.compress),
    ],
    ids=["gzip", "x-gzip", "upper", "zlib", "raw deflate", "gzip in name", "deflate in name", "unsaid", "denied"],
)
def test_forced_compression_is_undone_whatever_the_header_says(name: str, pack: Callable[[bytes], bytes]) -> None:
    coded = [("Content-Encoding", name)] if name else []
    with served(lambda *_: Answer(headers=[HTML, *coded], body=pack(PAGE * 20))) as url:
        spider, _ = ask(url + "/")
    assert [note.detail for note in spider.notes] == []
    assert [response.body for response in spider.responses] == [PAGE * 20]


def test_a_file_that_is_itself_packed_stays_packed() -> None:
    packed = gzip.compress(b"report")
    with served(lambda *_: Answer(headers=[("Content-Type", "application/gzip")], body=packed)) as url:
        spider, _ = ask(url + "/report.gz")
    assert [response.body for response in spider.responses] == [packed]


def test_portals_are_asked_in_chinese() -> None:
    asked: list[dict[str, str]] = []

    def respond(path: str, headers: dict[str, str]) -> Answer:
        asked.append(headers)
        return Answer()

    with served(respond) as url:
        ask(url + "/")
    assert asked[0]["accept-language"].startswith("zh-CN")
    assert "gzip" in asked[0]["accept-encoding"]


class CookieGate:
    """302 to the page itself until the wanted cookies come back; `needs` is how many different ones, 99 for ever."""

    def __init__(self, needs: int, *, by: str = "302", detour: bool = False) -> None:
        self.needs, self.by, self.detour, self.hits = needs, by, detour, 0

    def __call__(self, path: str, headers: dict[str, str]) -> Answer:
        self.hits += 1
        have = headers.get("cookie", "").count("gate")
        target = "/list"
        if path.startswith("/check"):
            return Answer(302, [("Location", target), ("Set-Cookie", f"gate{have}=1; path=/")], b"")
        if have >= self.needs:
            return Answer()
        if self.detour:
            return Answer(302, [("Location", "/check")], b"")
        name = "gate0" if self.needs == 99 else f"gate{have}"
        cookie = ("Set-Cookie", f"{name}=1; path=/")
        if self.by == "meta":
            body = b'<html><head><meta http-equiv="refresh" content="0;url=/list"></head></html>'
            return Answer(200, [HTML, cookie], body)
        return Answer(302, [("Location", target), cookie], b"")


@pytest.mark.parametrize(
    "gate", [CookieGate(1), CookieGate(2), CookieGate(1, by="meta"), CookieGate(1, detour=True)],
    ids=["to itself", "two cookies", "meta refresh", "by way of another page"],
)  # fmt: skip
def test_a_cookie_gate_is_passed_with_its_cookie(gate: CookieGate) -> None:
    with served(gate) as url:
        spider, _ = ask(url + "/list")
    assert [response.body for response in spider.responses] == [PAGE]
    assert gate.hits <= 3


def test_a_cookie_gate_that_does_not_open_is_named_after_one_return() -> None:
    gate = CookieGate(99)
    with served(gate) as url:
        spider, _ = ask(url + "/list")
    assert [(note.outcome, note.reason) for note in spider.notes] == [("blocked", "cookie_gate")]
    assert gate.hits == 2
    assert spider.errors[0].response.status == 302


def test_a_redirect_to_itself_without_a_cookie_is_a_loop() -> None:
    with served(lambda *_: Answer(302, [("Location", "/list")], b"")) as url:
        spider, _ = ask(url + "/list")
    assert [(note.outcome, note.reason) for note in spider.notes] == [("unreadable", "redirect_loop")]


def test_a_page_that_reloads_itself_is_a_page() -> None:
    body = b'<html><head><meta http-equiv="refresh" content="5;url=/list"></head><body>rows</body></html>'
    with served(lambda *_: Answer(body=body)) as url:
        spider, _ = ask(url + "/list")
    assert [response.body for response in spider.responses] == [body]


LIST = '<html><body><ul><li><a href="{}">广州市样例局2023年政府信息公开工作年度报告</a></li></ul></body></html>'
ARTICLE = "/xxgk/zfxxgknb/202401/t20240112_1.html"


def own_row(folder: Path, base: str, **quirks: object) -> str:
    """A folder with one row for an address without a name, and the allow-list entry that it needs."""
    fields = {"base": base, "hosts": ["127.0.0.1"], "quirks": quirks, "columns": [{"url": f"{base}xxgk/zfxxgknb/"}]}
    allow = '[[allow]]\nhost = "127.0.0.1"\nreason = "a portal that is reached by its number"\n'
    text = allow + "\n".join(_tables([row("127.0.0.1", "trs", **fields)]))
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return str(folder)


def portal(path: str, headers: dict[str, str]) -> Answer:
    return Answer(body=LIST.format(ARTICLE).encode()) if path == "/xxgk/zfxxgknb/" else Answer()


def test_an_address_on_the_allow_list_and_an_odd_port_are_crawled(tmp_path: Path) -> None:
    with served(portal) as url:
        settings = {
            "PORTALS_DIR": own_row(tmp_path, f"{url}/"),
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), PortalDownloadHandler),
        }
        result = crawl("trs", None, settings=settings, portal="127.0.0.1")
    assert result.found == [url + ARTICLE]


def test_what_a_page_links_by_https_is_asked_by_http_where_the_row_says_so(tmp_path: Path) -> None:
    def respond(path: str, headers: dict[str, str]) -> Answer:
        if path != "/xxgk/zfxxgknb/":
            return Answer()
        return Answer(body=LIST.format(f"https://{headers['host']}{ARTICLE}").encode())

    with served(respond) as url:
        settings = {
            "PORTALS_DIR": own_row(tmp_path, f"{url}/", http_only=True),
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), PortalDownloadHandler),
        }
        result = crawl("trs", None, settings=settings, portal="127.0.0.1")
    assert result.found == [url + ARTICLE]


def test_a_legacy_row_tells_the_handler_its_hosts(tmp_path: Path) -> None:
    with served(portal) as url:
        settings = {
            "PORTALS_DIR": own_row(tmp_path, f"{url}/", tls="legacy", delay=3.0),
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), PortalDownloadHandler),
        }
        result = crawl("trs", None, settings=settings, portal="127.0.0.1")
    assert result.spider.settings.getlist("LEGACY_TLS_HOSTS") == ["127.0.0.1"]
