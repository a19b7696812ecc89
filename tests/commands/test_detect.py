"""`scrapy detect`: three requests at most, one clear line where nothing can be had, rows as the family reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rtoml
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.commands.detect import unusable
from crawler.commands.looking import Look, _Eye, _Looking, _polite, address_in, look_at_file
from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, moved, page
from crawler.demo.server import serving
from tests import quick
from tests.detect.fakes import lands
from tests.detect.town import FORBIDDEN, GATED, NEW, PLATFORM, land
from tests.spiders.crawl import pump

HANDLER = "crawler.demo.handler.CountryDownloadHandler"


def settings(played: Country | None = None) -> Settings:
    found = Settings()
    found.setmodule("crawler.settings", priority="project")
    changed = {"DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER}, "DEMO_COUNTRY": played, "DOWNLOAD_DELAY": 0}
    found.setdict(changed if played is not None else {}, priority="cmdline")
    return found


def looked(url: str, played: Country) -> Look:
    """`look_at` on the reactor that the other crawls of this process share."""

    async def work() -> None:
        changed = _polite(settings(played))
        eye = _Eye(look, changed.copy())
        runner = AsyncCrawlerRunner(changed)
        crawler = runner.create_crawler(_Looking)
        crawler.signals.connect(eye.crashed, signal=signals.spider_error)
        await runner.crawl(crawler, address=url, eye=eye)

    look = Look(url)
    pump(work())
    return look


@pytest.fixture(scope="module")
def town() -> Country:
    return land()


def test_a_home_page_leads_to_its_column_in_three_requests(town: Country) -> None:
    town.log.clear()
    look = looked(f"https://{NEW}/", town)
    assert (look.error, look.detection.family, look.detection.sure) == ("", "trs", True)
    assert [one.path for one in town.log] == ["/robots.txt", "/", "/zfxxgk/zfxxgknb/"]
    assert look.asked == 3
    assert look.column is not None
    assert look.column.url == f"https://{NEW}/zfxxgk/zfxxgknb/"
    assert [row.title[:4] for row in look.read.reports] == ["2025", "2024", "2023"]
    assert [row.date for row in look.read.reports] == ["2026-01-13", "2025-01-12", "2024-01-11"]
    assert look.read.pages[0] == f"https://{NEW}/zfxxgk/zfxxgknb/index_1.html"


def test_rows_that_a_service_holds_are_asked_for_as_the_family_does(town: Country) -> None:
    town.log.clear()
    look = looked(f"http://{PLATFORM}/gkmlpt/annualreport", town)
    assert look.detection.family == "gkmlpt"
    assert [one.path for one in town.log] == ["/robots.txt", "/gkmlpt/annualreport", "/gkmlpt/api/all/9270"]
    assert len(look.read.reports) == 7


@pytest.mark.parametrize(
    ("host", "reason"), [(GATED, "gate_412"), (FORBIDDEN, "robots_txt"), ("no.such.gov.cn", "dns")]
)
def test_what_cannot_be_had_is_one_sentence_with_its_reason(town: Country, host: str, reason: str) -> None:
    town.log.clear()
    look = looked(f"http://{host}/", town)
    assert look.reason == reason
    assert reason in look.error
    assert not look.pages
    assert len(town.log) <= 2


def test_a_redirect_to_another_host_is_told_and_not_followed(town: Country) -> None:
    there = town.with_changes({f"{NEW}/": moved("https://www.elsewhere-demo.gov.cn/")})
    look = looked(f"http://{NEW}/", there)
    assert look.reason == "off_host"
    assert "https://www.elsewhere-demo.gov.cn/" in look.error
    assert {one.host for one in there.log} == {NEW}


def test_a_redirect_to_https_is_followed_within_three_requests(town: Country) -> None:
    there = town.with_changes({f"{NEW}/old": moved(f"https://{NEW}/zfxxgk/zfxxgknb/")})
    look = looked(f"http://{NEW}/old", there)
    assert look.url == f"https://{NEW}/zfxxgk/zfxxgknb/"
    assert len(there.log) == 3
    assert len(look.read.reports) == 3


def test_a_reader_that_raises_is_told(town: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("odd page")

    monkeypatch.setattr("spiders.preview._sorted", broken)
    look = looked(f"http://{NEW}/zfxxgk/zfxxgknb/", town)
    assert look.reason == "crashed"
    assert "odd page" in look.error


def test_every_family_reads_its_own_list_from_a_saved_page() -> None:
    """Each fake portal's first list that shows reports: rows, dates and addresses as its truth has them."""
    read: dict[str, int] = {}
    for family, played in lands():
        if read.get(family):
            continue
        truth = {one.url.split("://", 1)[1] for one in played.truth()}
        for url in lists_of(played, truth):
            answer = played.respond(FakeRequest("GET", url))
            look = look_at_file(answer.body, url, answer.header("content-type"), settings())
            found = {row.url.split("://", 1)[1] for row in look.read.reports} if look.read else set()
            if look.detection.family == family and found & truth:
                read[family] = len(found & truth)
                break
    # Lists of `hebei` and `gkmlpt` are built by services alone.
    assert set(read) >= {
        "trs", "epoint", "vsb", "changzhou", "hanweb", "ucap", "longxun", "shanghai", "nantong", "liaoning", "eportal",
        "henan", "mongoid", "dated",
    }  # fmt: skip


def lists_of(played: Country, truth: set[str]) -> list[str]:
    site = played.built[0].sites[0]
    scheme = "https" if "https" in site.schemes else "http"
    folders = {one.rsplit("/", 1)[0] for one in truth}
    paths = [path for path in site.pages if site.host + path not in truth and path not in ("/", "/index.html")]
    paths.sort(key=lambda path: not any(one.startswith((site.host + path).rsplit("/", 1)[0] + "/") for one in folders))
    return [f"{scheme}://{site.host}{path}" for path in paths[:12]]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("sthjj.gz.gov.cn", "http://sthjj.gz.gov.cn/"),
        ("https://a.gov.cn", "https://a.gov.cn/"),
        ("https://a.gov.cn/x", "https://a.gov.cn/x"),
        ("a.gov.cn:8080/x?y=1", "http://a.gov.cn:8080/x?y=1"),
        (" a.gov.cn ", "http://a.gov.cn/"),
        ("page.html", None),
        ("folder/page.html", None),
        ("-", None),
        ("", None),
        ("许昌", None),
    ],
)
def test_an_address_as_people_type_it(text: str, url: str | None) -> None:
    assert address_in(text) == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.gov.cn/", "only http and https"),
        ("http://[", "is no address"),
        ("http:///x", "names no host"),
        ("http://a.gov.cn:x/", "is no address"),
        ("http://a.gov.cn/", ""),
    ],
)
def test_what_is_no_address_is_told(url: str, said: str) -> None:
    assert said in unusable(url)
    assert bool(unusable(url)) == bool(said)


# ---------------------------------------------------------------- the command, in a process of its own


def run(*arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "detect", *arguments]
    return quick.run(command, input=stdin, env={**os.environ, **(env or {})})


@pytest.mark.slow
def test_on_a_loopback_server_it_prints_a_row_that_the_linter_accepts(town: Country, tmp_path: Path) -> None:
    with serving(town) as server:
        done = run(f"http://{NEW}/", "--json", "-s", "DOWNLOAD_DELAY=0", env={"http_proxy": server.proxy})
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["family"], told["sure"], told["requests"], told["lacks"]) == ("trs", True, 3, [])
    assert next((row["year"], row["date"]) for row in told["rows"]) == (2025, "2026-01-13")
    assert told["publisher"]["agency"]["code"] == "520600"
    (tmp_path / "rows.toml").write_text(told["row"], encoding="utf-8")
    lint = [sys.executable, "-m", "scrapy", "portals", "lint", NEW, "-s", f"PORTALS_DIR={tmp_path}"]
    checked = quick.run(lint)
    assert (checked.returncode, "1 portals: nothing inconsistent." in checked.stdout) == (0, True), checked.stdout


def test_a_saved_page_is_judged_without_any_request(tmp_path: Path) -> None:
    saved = tmp_path / "list.html"
    rows = "".join(
        f"<li><a href='/info/1011/2261{n}.htm'>许昌市样例局202{n}年政府信息公开工作年度报告</a></li>" for n in range(4)
    )
    saved.write_text(
        "<!-- saved from url=(0042)http://www.demo.gov.cn/zfxxgk/zfxxgknb.htm -->"
        "<html><head><meta charset='utf-8'><title>年报_许昌市样例局</title></head>"
        f"<body>{rows}\x1b]0;x\x07</body></html>",
        encoding="utf-8",
    )
    # A proxy that nobody listens at: a request would fail, and the exit code would say so.
    done = run(str(saved), env={"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"})
    assert done.returncode == 0, done.stderr
    assert "family      vsb" in done.stdout
    assert "4, 4 of them would be opened" in done.stdout
    assert "\x1b" not in done.stdout
    row = rtoml.loads(done.stdout[done.stdout.index("[[portal]]") :])["portal"][0]
    assert (row["id"], row["family"], row["place"], row["oldest_year"]) == ("www.demo.gov.cn", "vsb", "许昌市", 2020)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-file.html",), "there is no file no-such-file.html"),
        (("http://a.gov.cn/", "--code", "990000"), "no division has this code"),
        (("-", "--url", "a.gov.cn"), "only http and https"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_asked(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("body", "said"), [("", "the body is empty"), ("%PDF-1.4 x", "a PDF"), ('{"rows": []}', "JSON")]
)
def test_what_is_no_page_gives_no_row(body: str, said: str) -> None:
    done = run("-", stdin=body)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_country_is_told_by_its_home_pages_where_they_show_anything() -> None:
    """Home pages and the one column behind them: never sure of a wrong family."""
    played = country()
    for built in played.built[:12]:
        look = looked(f"https://{built.sites[0].host}/", played)
        if look.detection.sure:
            assert look.detection.family in {"gkmlpt", "trs"}, (built.portal_id, look.detection)
        assert look.asked <= 3


def test_a_page_that_is_no_page_is_generic_and_no_error() -> None:
    for body in (b"", b"\x00" * 400, b"%PDF-1.4 ...", b"{}", page("").body):
        look = look_at_file(body, "http://www.demo.gov.cn/", None, settings())
        assert look.detection.family == "generic"
