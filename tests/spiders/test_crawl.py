"""The way tests crawl: what it returns, that it can be done many times, that nothing reaches the network."""

from __future__ import annotations

import re

import pytest
import scrapy
from scrapy.exceptions import DownloadTimeoutError

from tests.spiders.crawl import crawl, pages


class Walker(scrapy.Spider):
    """Follows every link of one host and yields what it met."""

    name = "walker"
    first = "https://a.gov.cn/"

    async def start(self):
        yield scrapy.Request(self.first, errback=self.failed)

    def parse(self, response):
        yield {"url": response.url, "text": response.text}
        for href in re.findall(r"href='([^']+)", response.text):
            yield response.follow(href, errback=self.failed)

    def failed(self, failure):
        yield {"failed": type(failure.value).__name__}


class Stumbler(Walker):
    name = "stumbler"

    def parse(self, response):
        raise ValueError("cannot be read")


def test_one_process_crawls_again_and_again_https_included():
    fake = pages({"https://a.gov.cn/": "<a href='/b'>二</a>", "a.gov.cn/b": {"rows": [1]}})
    for _ in range(3):
        result = crawl(Walker, fake)
        assert [item["url"] for item in result.items] == ["https://a.gov.cn/", "https://a.gov.cn/b"]
        assert result.urls == ["https://a.gov.cn/", "https://a.gov.cn/b"]
        assert result.stats["finish_reason"] == "finished"


def test_what_the_network_does_is_an_exception():
    result = crawl(Walker, pages({"a.gov.cn/": DownloadTimeoutError("no answer")}))
    assert result.items == [{"failed": "DownloadTimeoutError"}]
    assert len(result.urls) == 3, "the real retry middleware runs"


def test_an_error_of_the_spider_fails_the_crawl():
    with pytest.raises(AssertionError, match="cannot be read"):
        crawl(Stumbler, pages({"a.gov.cn/": "x"}))
    assert "cannot be read" in crawl(Stumbler, pages({"a.gov.cn/": "x"}), check=False).errors[0]


def test_robots_txt_is_obeyed():
    result = crawl(Walker, pages({"a.gov.cn/robots.txt": b"User-agent: *\nDisallow: /", "a.gov.cn/": "x"}))
    assert result.items == [{"failed": "Forbidden"}]
    assert result.urls == []


def test_a_crawl_without_an_end_is_stopped_and_told():
    endless = lambda request: pages({request.url: f"<a href='{request.path}x'>下一页</a>"})(request)  # noqa: E731
    result = crawl(Walker, endless, settings={"CLOSESPIDER_TIMEOUT": 0.3, "DEPTH_LIMIT": 0}, check=False)
    assert "did not end" in result.errors[0]
    assert crawl(Walker, pages({"a.gov.cn/": "x"})).stats["finish_reason"] == "finished"
