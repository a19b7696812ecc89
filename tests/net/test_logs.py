"""Log lines: an item in a few words, and of what went wrong with a page the command that shows it again."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler.demo.country import country
from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.items import AttemptItem
from crawler.net.logs import ShortItems
from tests.spiders.crawl import crawl

PORTAL = "sthjj.gz.gov.cn"


def shown(line: dict[str, Any]) -> str:
    return str(line["msg"] % line["args"])


def attempt(outcome: Any, url: str | None) -> AttemptItem:
    return AttemptItem(portal_id=PORTAL, outcome=outcome, reason="timeout", detail="x", url=url)


@pytest.mark.parametrize(
    ("outcome", "level"),
    [("unreachable", logging.INFO), ("blocked", logging.INFO), ("missing", logging.DEBUG), ("found", logging.DEBUG)],
)
def test_a_failed_request_is_told_with_its_command(outcome: str, level: int) -> None:
    line = ShortItems().scraped(attempt(outcome, "http://a.cn/b%20c?d=1&e='2'"), None, None)
    assert line["level"] == level
    said = """Again: scrapy shell 'http://a.cn/b%20c?d=1&e='"'"'2'"'"''"""
    assert (said in shown(line)) == (level == logging.INFO)


def test_without_an_address_there_is_nothing_to_show_again() -> None:
    assert "scrapy shell" not in shown(ShortItems().scraped(attempt("unreachable", None), None, None))


def test_errors_at_a_page() -> None:
    lines, request = ShortItems(), Request("http://a.cn/b.html")
    response = Response(request.url, request=request)
    failed = lines.item_error(attempt("found", request.url), ValueError("x"), response, None)
    raised = lines.spider_error(None, request, response, None)
    for line in (failed, raised, lines.download_error(None, request, None, "100% gone")):
        assert line["level"] == logging.ERROR
        assert shown(line).endswith("Again: scrapy shell http://a.cn/b.html")


def out_of_reach(request: FakeRequest) -> FakeResponse:
    raise DownloadTimeoutError(request.url)


def test_a_crawl_says_it() -> None:
    lost = country().truth(PORTAL)[0]
    played = country().only(PORTAL).with_changes({lost.url: out_of_reach})
    result = crawl("gkmlpt", played, settings={"RETRY_ENABLED": False}, portal=PORTAL, year=lost.year)
    assert [one.outcome for one in result.attempts if one.url == lost.url] == ["unreachable"]
    assert f"Again: scrapy shell {lost.url}" in "\n".join(one.getMessage() for one in result.logs)
