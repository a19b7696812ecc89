"""Rendering with a real Chromium on loopback: what it loads, what it refuses, and how it ends what does not end."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from scrapy import Request

from crawler import settings as own
from crawler.demo.country import country
from crawler.demo.server import serving
from crawler.net.failures import classify
from crawler.net.render import HANDLER, NoBrowser, render_meta
from tests.main_job.run import OWN_ROWS
from tests.net.loopback import Answer, Asking, served
from tests.spiders.crawl import Crawl, crawl

needs_chromium = pytest.mark.skipif(
    own.CHROMIUM is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM to one"
)
pytestmark = pytest.mark.browser

LIST = b"""<html><head><meta charset="utf-8"><link rel="stylesheet" href="/look.css"></head><body><img src="/logo.png">
<ul id="list"></ul><script>
fetch("/rows.json").then(function (answer) { return answer.json(); }).then(function (rows) {
  document.getElementById("list").innerHTML = rows.map(function (row) { return "<li>" + row + "</li>"; }).join("");
});</script></body></html>"""
ROWS = Answer(headers=[("Content-Type", "application/json")], body=b'["2023", "2024"]')


class Rendering(Asking):
    """Sends every address through the browser; like a family's spider, it may only ask its own hosts."""

    allowed_hosts = frozenset({"127.0.0.1"})

    async def start(self):
        for url in self.urls:
            yield Request(url, self.keep, errback=self.note, meta=render_meta())


def render(*urls: str, **settings: Any) -> tuple[Rendering, Crawl]:
    changed = {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), HANDLER),
        "ROBOTSTXT_OBEY": False,
        "RETRY_ENABLED": False,
        "RENDER_SETTLE": 2,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        **settings,
    }
    result = crawl(Rendering, None, settings=changed, urls=" ".join(urls))
    return result.spider, result


class Portal:
    """A portal whose pages are told by their path; remembers what was asked."""

    def __init__(self, **pages: Answer | bytes) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.cookies: list[str] = []
        self.release = threading.Event()

    def __call__(self, path: str, headers: dict[str, str]) -> Answer:
        self.asked.append(path)
        self.cookies.append(headers.get("cookie", ""))
        if path == "/never":
            self.release.wait(20)
        found = self.pages.get(path.strip("/").partition("?")[0].replace(".", "_"), Answer(404))
        return Answer(body=found) if isinstance(found, bytes) else found


@needs_chromium
def test_a_list_that_scripts_make_is_read_and_decoration_is_not_loaded() -> None:
    portal = Portal(list=LIST, rows_json=ROWS)
    with served() as dead:
        pass
    with served(portal) as url:
        spider, result = render(f"{url}/list", f"{dead}/")
    assert b"<li>2023</li><li>2024</li>" in spider.responses[0].body
    assert [(note.outcome, note.reason) for note in spider.notes] == [("unreachable", "connection_refused")]
    assert sorted(portal.asked) == ["/list", "/rows.json"]
    assert result.stats["playwright/browser_count"] == 1


@needs_chromium
def test_a_page_that_never_comes_to_rest_is_taken_as_it_stands() -> None:
    busy = LIST.replace(
        b"</body>",
        b"<script src='/never' async></script><script>setInterval(() => fetch('/rows.json'), 200)</script></body>",
    )
    portal = Portal(list=busy, rows_json=ROWS)
    with served(portal) as url:
        spider, result = render(f"{url}/list")
        portal.release.set()
    assert b"<li>2023</li>" in spider.responses[0].body
    assert result.stats["render/never_idle"] == 1


@needs_chromium
def test_a_page_that_hangs_is_given_up_and_the_next_one_is_read() -> None:
    hung = b"<html><body>x<script>while (true) {}</script></body></html>"
    portal = Portal(hung=hung, list=LIST, rows_json=ROWS)
    with served(portal) as url:
        spider, result = render(f"{url}/hung", f"{url}/list", RENDER_TIMEOUT=4, PLAYWRIGHT_MAX_PAGES_PER_CONTEXT=1)
    assert [(note.outcome, note.reason) for note in spider.notes] == [("unreachable", "timeout")]
    assert result.stats["render/hung"] == 1
    assert [b"<li>2023</li>" in response.body for response in spider.responses] == [True]


@needs_chromium
def test_contexts_are_worn_out_and_pages_are_few_at_once() -> None:
    page = Answer(headers=[("Content-Type", "text/html"), ("Set-Cookie", "mark=1; path=/")], body=b"<p>page</p>")
    portal = Portal(page=page)
    with served(portal) as url:
        spider, result = render(
            *(f"{url}/page?{n}" for n in range(7)), RENDER_PAGES_PER_CONTEXT=3, PLAYWRIGHT_MAX_PAGES_PER_CONTEXT=2
        )
    assert len(spider.responses) == 7
    assert result.stats["playwright/context_count"] == 3
    assert result.stats["render/contexts_closed"] == 2
    assert result.stats["playwright/page_count/max_concurrent"] <= 2
    assert portal.cookies.count("") >= 3  # each context begins without memory


@needs_chromium
def test_a_foreign_host_is_asked_by_no_script_and_no_redirect() -> None:
    stranger = Portal(lib_js=b"document.title = 'x'", away=b"<p>mirror</p>")
    with served(stranger) as other:
        away = other.replace("127.0.0.1", "localhost")
        script = f"<html><body><p>own</p><script src='{away}/lib.js'></script></body></html>".encode()
        gone = f"<html><body><script>location.href = '{away}/away'</script></body></html>".encode()
        portal = Portal(page=script, gone=gone, moved=Answer(302, [("Location", f"{away}/away")], b""))
        with served(portal) as url:
            spider, result = render(f"{url}/page", f"{url}/gone", f"{url}/moved")
    assert stranger.asked == []
    assert any(b"own" in response.body for response in spider.responses)
    assert not any(b"mirror" in response.body for response in spider.responses)
    assert {(note.outcome, note.reason) for note in spider.notes} == {("refused", "off_host")}
    assert f"{away}/away" in {error.url for error in spider.errors}
    assert result.stats["render/refused/localhost"] >= 1


@needs_chromium
def test_the_list_of_a_row_that_says_render_is_crawled_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    land = country()
    with serving(land) as server:
        monkeypatch.setenv("http_proxy", server.proxy)
        settings = {
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), HANDLER),
            "PLAYWRIGHT_LAUNCH_OPTIONS": {**own.PLAYWRIGHT_LAUNCH_OPTIONS, "proxy": {"server": server.proxy}},
            "PORTALS_DIR": OWN_ROWS,
        }
        result = crawl("trs", None, settings=settings, portal="sthj.tj.gov.cn")
    assert result.found == sorted(report.url for report in land.behind_script())
    assert result.stats["render/pages"] == 1


def test_without_a_browser_each_page_says_how_to_get_one() -> None:
    with served() as url:
        spider, _ = render(f"{url}/a", f"{url}/b", PLAYWRIGHT_LAUNCH_OPTIONS={"executable_path": "/nowhere/chromium"})
    assert [(note.outcome, note.reason) for note in spider.notes] == [("unreadable", "no_browser")] * 2
    assert all("apt-get install chromium" in note.detail for note in spider.notes)
    assert all("playwright install" in note.detail and "CHROMIUM" in note.detail for note in spider.notes)


def test_what_playwright_says_in_a_box_becomes_one_line() -> None:
    said = "╔════╗\n║ Looks like Playwright was just installed ║\n╚════╝"
    assert "Looks like Playwright was just installed)" in str(NoBrowser(said))
    assert "\n" not in str(NoBrowser(said))


def test_classify_names_the_missing_browser() -> None:
    from twisted.python.failure import Failure

    assert classify(Failure(NoBrowser("Executable doesn't exist"))).reason == "no_browser"
