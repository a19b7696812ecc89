"""The download handler: the country's bytes through Scrapy's whole chain, and Scrapy's own exceptions for troubles."""

from __future__ import annotations

import asyncio

import pytest
from scrapy import Request, Spider
from scrapy import exceptions as sx
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.demo import damage
from crawler.demo.country import Country, country
from crawler.demo.handler import CountryDownloadHandler, country_of, to_fake
from crawler.demo.portal import FakeRequest, page
from crawler.demo.trouble import Trouble

URL = "http://nyncj.gz.gov.cn/zw/tzgg/"


def handler(land: Country | str, **settings) -> CountryDownloadHandler:
    return CountryDownloadHandler(get_crawler(Spider, {"DEMO_COUNTRY": land, **settings}))


def fetch(land: Country, request: Request | str, **settings):
    asked = Request(request) if isinstance(request, str) else request
    return asyncio.run(handler(land, **settings).download_request(asked))


def test_the_country_s_bytes_come_out_unchanged():
    land = country()
    for report in land.truth()[::17]:
        response = fetch(land, report.url)
        answer = country().respond(FakeRequest("GET", report.url))
        assert (response.status, response.body, response.url) == (answer.status, answer.body, report.url)
        assert isinstance(response, HtmlResponse)


def test_requests_arrive_as_they_were_sent():
    request = Request(URL + "?a=1#frag", method="POST", headers={"X-A": "b"}, body="{}", cookies={})
    asked = to_fake(request)
    assert (asked.method, asked.url, asked.headers["x-a"], asked.body) == ("POST", URL + "?a=1", "b", b"{}")


def test_head_has_no_body_and_latency_is_told():
    request = Request(URL, method="HEAD")
    response = fetch(country(), request, DEMO_LATENCY=0.02)
    assert (response.status, response.body) == (200, b"")
    assert request.meta["download_latency"] >= 0.02


def test_one_country_serves_both_schemes_of_a_crawler_and_keeps_its_log():
    land = country()
    crawler = get_crawler(Spider, {"DEMO_COUNTRY": land})
    first, second = CountryDownloadHandler(crawler), CountryDownloadHandler(crawler)
    assert first.country is second.country is land
    asyncio.run(first.download_request(Request(URL)))
    assert [request.url for request in land.log] == [URL]


def test_a_country_may_be_named_by_a_path():
    crawler = get_crawler(Spider, {"DEMO_COUNTRY": "crawler.demo.country.country"})
    assert isinstance(country_of(crawler), Country)
    assert len(country_of(get_crawler(Spider, {})).hosts) > 14
    with pytest.raises(TypeError, match="DEMO_COUNTRY=5"):
        country_of(get_crawler(Spider, {"DEMO_COUNTRY": 5}))


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("timeout", sx.DownloadTimeoutError),
        ("reset", sx.DownloadFailedError),
        ("refused", sx.DownloadConnectionRefusedError),
        ("dns", sx.CannotResolveHostError),
    ],
)
def test_troubles_are_scrapys_own_exceptions(kind, error):
    land = country().with_troubles({URL: Trouble(kind, times=1)})
    with pytest.raises(error):
        fetch(land, URL)
    assert fetch(land, URL).status == 200


def test_data_loss_is_an_error_or_a_flag_as_set():
    land = country().with_troubles({URL: Trouble("cut")})
    with pytest.raises(sx.ResponseDataLossError):
        fetch(land, URL, DOWNLOAD_FAIL_ON_DATALOSS=True)
    response = fetch(land, URL, DOWNLOAD_FAIL_ON_DATALOSS=False)
    assert response.flags == ["dataloss"]
    assert len(response.body) < len(fetch(country(), URL).body)


def test_hosts_that_do_not_exist_or_do_not_listen():
    with pytest.raises(sx.CannotResolveHostError):
        fetch(country(), "http://www.nowhere.gov.cn/")
    with pytest.raises(sx.DownloadConnectionRefusedError):
        fetch(country(), "https://sthjj.xuchang.gov.cn/")
    with pytest.raises(sx.DownloadConnectionRefusedError):
        fetch(country(), "http://sthjj.ezhou.gov.cn/")


def test_size_limits_are_those_of_the_http_handler():
    land = country().with_changes({URL: damage.changed(lambda body: damage.inflated(body, damage.MEGABYTE))})
    with pytest.raises(sx.DownloadCancelledError, match="larger than download max size"):
        fetch(land, URL, DOWNLOAD_MAXSIZE=1000)
    with pytest.raises(sx.DownloadCancelledError):
        fetch(land, Request(URL, meta={"download_maxsize": 1000}))
    assert len(fetch(land, URL, DOWNLOAD_MAXSIZE=0).body) >= damage.MEGABYTE


def test_repeated_headers_all_arrive():
    two = page("x")
    two = type(two)(200, (*two.headers, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), two.body)
    response = fetch(country().with_changes({URL: two}), URL)
    assert response.headers.getlist("Set-Cookie") == [b"a=1", b"b=2"]


def test_settings_keep_the_country_itself():
    """Scrapy copies its settings deeply; a copied country would log into the void."""
    land = country()
    settings = Settings({"DEMO_COUNTRY": land}).copy()
    assert settings["DEMO_COUNTRY"] is land
